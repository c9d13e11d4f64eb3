package org.baquiano.example.help

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import org.baquiano.Baquiano
import org.baquiano.Guide
import org.baquiano.ffi.FilingResult
import org.baquiano.model.FactValue
import org.baquiano.model.Page
import org.baquiano.model.Shows

/** The guided talk: a part of [HelpModel]. Copy this file. */
internal class TalkModel(
    private val shown: MutableStateFlow<HelpState>,
    private val host: Host,
    private val desk: () -> Baquiano,
    private val scope: CoroutineScope,
) {
    private var guide: Guide? = null
    private var watching: Job? = null
    private var step = 0

    /** The page that is shown; the talk may be further, where going on was broken off. */
    private var drawn: Page? = null

    /** Begins or goes on with a talk. The phone is looked at before there is a page. */
    suspend fun show(begin: suspend () -> Guide) {
        end()
        val before = shown.value.screen
        shown.update { it.copy(screen = Screen.Guided("", Shown.Looking, 0, looking = true), notice = null) }
        val begun = try {
            begin()
        } catch (e: Exception) {
            shown.update { it.copy(screen = before) }
            throw e
        }
        guide = begun
        step = 1
        watching = scope.launch {
            begun.page.collect { if (it.shows is Shows.Read) look() }
        }
        showPage(begun)
    }

    suspend fun answer(value: FactValue?) = forward { it.answer(value) }

    suspend fun did(effect: FactValue?) = forward { it.did(effect) }

    suspend fun cannot() = forward { it.cannot() }

    suspend fun stop() = forward { it.stop() }

    private suspend fun forward(move: suspend (Guide) -> Unit) {
        val guide = guide ?: return
        move(guide)
        step += 1
        showPage(guide)
    }

    /**
     * One page back; false when this was the first one. Where the way on was broken off, the page that it was begun on is where the way back leads.
     *
     * @param looking whether a look at the phone was broken off.
     */
    suspend fun back(looking: Boolean): Boolean {
        val guide = guide ?: return false
        val was = drawn
        // Nothing had come of the look.
        if (looking && guide.page.value == was) return true
        if (!guide.back()) return false
        if (guide.page.value != was) step = maxOf(1, step - 1)
        showPage(guide)
        return true
    }

    /** Opens the phone's screen for what is to be done. What happens there is seen when the app is in front again. */
    fun openSettings() {
        val todo = (shownHere() as? Shown.Do)?.todo ?: return
        val action = todo.action ?: return
        val opened = host.settings.open(action, todo.proves)
        onDo { it.copy(opened = true, stillNot = false) }
        if (!opened) shown.update { it.copy(notice = Notice(Words.CANNOT_OPEN, good = false)) }
    }

    /** Looks at the phone; goes on by itself when it is done. */
    suspend fun cameBack() {
        val guide = guide ?: return
        if (shownHere() !is Shown.Do) return
        look()
        val isDone = try {
            guide.lookAgain()
        } catch (e: Exception) {
            onDo { it }
            throw e
        }
        if (isDone) {
            step += 1
            showPage(guide)
        } else {
            onDo { it.copy(stillNot = it.opened && it.todo.proves.isNotEmpty()) }
        }
    }

    /** Files what was found out. */
    suspend fun file(): FilingResult? = guide?.file().also { end() }

    /** Puts the talk aside; it stays written down. */
    fun end() {
        watching?.cancel()
        guide?.close()
        guide = null
        drawn = null
    }

    private fun shownHere(): Shown? = (shown.value.screen as? Screen.Guided)?.shows

    private fun look() = onGuided { it.copy(looking = true) }

    private fun onDo(change: (Shown.Do) -> Shown.Do) = onGuided {
        val shows = it.shows
        it.copy(shows = if (shows is Shown.Do) change(shows) else shows, looking = false)
    }

    private fun onGuided(change: (Screen.Guided) -> Screen.Guided) {
        shown.update { state -> (state.screen as? Screen.Guided)?.let { state.copy(screen = change(it)) } ?: state }
    }

    private suspend fun showPage(guide: Guide) {
        val page = guide.page.value
        val shows = when (val shows = page.shows) {
            is Shows.Read -> Shown.Looking
            is Shows.Ask -> Shown.Ask(shows.question)
            is Shows.Do -> Shown.Do(shows.todo, shows.todo.picture?.let { desk().picture(it) })
            is Shows.Concluded -> Shown.Over(shows.end, guide.explain().known)
        }
        drawn = page
        shown.update { it.copy(screen = Screen.Guided(page.title, shows, step), notice = null) }
    }
}
