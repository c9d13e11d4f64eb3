package org.baquiano.example.help

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.drop
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import org.baquiano.Baquiano
import org.baquiano.BaquianoException
import org.baquiano.Guide
import org.baquiano.ffi.FilingResult
import org.baquiano.ffi.Offer
import org.baquiano.ffi.Report
import org.baquiano.ffi.Told
import org.baquiano.model.Block
import org.baquiano.model.FactValue
import org.baquiano.model.Media
import org.baquiano.model.Status

/**
 * The help behind the screens: takes what the person does, and holds what is shown. Copy this file: in an Android app it is a `ViewModel`, and [scope] its
 * `viewModelScope`.
 *
 * Its functions are called on the thread of [scope], which is one: the main thread. They return at once; what came of them is in [state].
 */
class HelpModel(private val host: Host, private val scope: CoroutineScope) {
    private val shown = MutableStateFlow(HelpState())
    private val typed = MutableStateFlow("")
    private lateinit var desk: Baquiano
    private lateinit var offer: Offer
    private var searching: Job? = null
    private var running: Job? = null
    private val turn = Mutex()
    private var unfinished: Guide? = null
    private val talk = TalkModel(shown, host, { desk }, scope)
    private val cases = CasesModel(shown, host, { desk })

    /** What is to be drawn. */
    val state: StateFlow<HelpState> = shown.asStateFlow()

    /** Opens the desk and shows the first screen. */
    fun start(): Unit = act {
        desk = host.open()
        offer = desk.offer()
        searching = scope.launch { searchAsTyped() }
        unfinished = begun()
        showHome()
    }

    /** The search field changed. */
    fun type(text: String) {
        typed.value = text
        onHome { it.copy(typed = text, answer = it.answer.takeIf { text.isNotBlank() }) }
    }

    private suspend fun searchAsTyped() {
        while (true) {
            try {
                desk.searchAsYouType(typed).collect { answer ->
                    onHome { if (it.typed.isBlank()) it else it.copy(answer = answer) }
                }
            } catch (e: BaquianoException) {
                tell(e)
                // The same text would fail in the same way.
                typed.drop(1).first()
            }
        }
    }

    private fun onHome(change: (Screen.Home) -> Screen.Home) {
        shown.update { state -> (state.screen as? Screen.Home)?.let { state.copy(screen = change(it)) } ?: state }
    }

    /** Opens an article. */
    fun read(id: String): Unit = act {
        val article = desk.article(id) ?: return@act
        val blocks = article.intro + article.sections.flatMap { it.blocks }
        val pictures = HashMap<String, Media>()
        for (block in blocks) {
            if (block is Block.Picture) desk.picture(block.id)?.let { pictures[block.id] = it }
        }
        show(Screen.Reading(article, serviceName(article.service), pictures))
    }

    /** «¿Le sirvió?»: if not, the phone is looked at step by step, or the desk gets it where there is nothing to go through. */
    fun helped(yes: Boolean): Unit = act {
        val reading = shown.value.screen as? Screen.Reading ?: return@act
        if (yes) {
            shown.update { it.copy(screen = reading.copy(asksWhetherItHelped = false), notice = Notice(Words.GLAD, good = true)) }
            return@act
        }
        val words = typed.value.ifBlank { null }
        val service = reading.article.service
        if (service in offer.flows) {
            begin(words, service)
        } else {
            val report = Report(words ?: reading.article.title, service, listOf(reading.article.id), Told())
            whole { filed(desk.file(report)) }
        }
    }

    /** A tile was tapped. */
    fun guide(service: String): Unit = act {
        noteGap()
        // What was typed was about something else, or it would have been found.
        begin(null, service.takeIf { it in offer.flows })
    }

    /** Step by step, from what was typed. */
    fun guideByWords(): Unit = act { begin(typed.value, null) }

    /** While a person types, nothing is counted as unanswered. Who takes a tile after that has asked in vain. */
    private suspend fun noteGap() {
        val home = shown.value.screen as? Screen.Home ?: return
        if (home.answer?.hits?.isEmpty() == true) desk.search(home.typed)
    }

    private suspend fun begin(words: String?, flow: String?) {
        unfinished?.close()
        unfinished = null
        try {
            talk.show { desk.guide(words, flow, host.probe) }
        } catch (e: CancellationException) {
            // Nothing was shown of it yet, so there is nothing to go on with. Only where the process dies, the desk is closed already.
            whole {
                try {
                    desk.forgetTalk()
                    if (shown.value.screen is Screen.Home) showHome()
                } catch (_: BaquianoException.Closed) {
                    // It is kept.
                }
            }
            throw e
        }
    }

    /** Goes on with the talk that was begun and not ended. */
    fun goOn(): Unit = act { unfinished?.let { guide -> talk.show { guide } }.also { unfinished = null } }

    /** Forgets the talk that was begun and not ended. */
    fun forget(): Unit = act {
        unfinished?.close()
        unfinished = null
        desk.forgetTalk()
        showHome()
    }

    /** Answers the question that is shown; null: «No sé». */
    fun answer(value: FactValue?): Unit = act { talk.answer(value) }

    /** What was to be done was done. */
    fun did(effect: FactValue? = null): Unit = act { talk.did(effect) }

    /** It can't be done. */
    fun cannot(): Unit = act { talk.cannot() }

    /** The person has said enough. */
    fun stop(): Unit = act { talk.stop() }

    /** Opens the phone's screen for what is to be done. */
    fun openSettings(): Unit = act { talk.openSettings() }

    /** The app is in front again: `onResume`. */
    fun cameBack(): Unit = act { talk.cameBack() }

    /** The desk is to take it. */
    fun file(): Unit = act { whole { talk.file()?.let { filed(it) } } }

    /** What must not be broken off half done. It takes milliseconds. */
    private suspend fun whole(work: suspend () -> Unit) = withContext(NonCancellable) { work() }

    private suspend fun filed(result: FilingResult) {
        cases.filed(result)
        // Beside, for a network that hangs takes a minute to say so, and the person is not to wait for it.
        networkCameBack()
    }

    /** Shows the cases, and asks beside what became of them. */
    fun showCases(): Unit = act {
        cases.show()
        scope.launch { guarded { cases.ask(wants = false) } }
    }

    /** Shows one case. */
    fun showCase(id: String): Unit = act { cases.show(id) }

    /** Shows the licences. */
    fun showLicences(): Unit = act {
        val parts = Baquiano.licences().trim().split(Regex("\n{2,}"))
        show(Screen.Licences(parts.map { part -> part.lines().joinToString(" ") { it.trim() } }))
    }

    /** «Enviar ahora», also when nothing is shown of it. */
    fun sendNow(): Unit = act { scope.launch { guarded { cases.send(told = true) } }.join() }

    /** «Preguntar a la mesa», also when nothing is shown of it. */
    fun askNow(): Unit = act { scope.launch { guarded { cases.ask(wants = true) } }.join() }

    /** The network came back: in an Android app this is the job of WorkManager, with a network as its constraint. */
    fun networkCameBack() {
        if (::desk.isInitialized) scope.launch { guarded { cases.send(told = false) } }
    }

    /**
     * The arrow, and the phone's own way back. It always works: what is being done is broken off, and the way back leads to where that was begun. What is being
     * sent goes on by itself.
     */
    fun back() {
        val from = shown.value.screen
        // There is nowhere to go back to.
        if (from is Screen.Opening) return
        val looking = (from as? Screen.Guided)?.looking == true
        running?.cancel()
        run {
            when (val screen = shown.value.screen) {
                is Screen.Guided -> if (!talk.back(looking)) leave()
                // What was broken off put back the screen that it was begun on, or was done already.
                else -> if (screen::class == from::class) goUp(screen)
            }
        }
    }

    private suspend fun goUp(screen: Screen) = if (screen is Screen.OneCase) cases.show() else showHome()

    /** To the first screen. A talk that goes on is there to go on with. */
    fun home(): Unit = act { leave() }

    private suspend fun leave() {
        talk.end()
        if (unfinished == null) unfinished = begun()
        showHome()
    }

    /** The talk that was begun and not ended. One that can't be gone on with, after its content is gone, is forgotten: it must not stand in the way. */
    private suspend fun begun(): Guide? = try {
        desk.unfinished(host.probe)
    } catch (e: BaquianoException.Talk) {
        desk.log("${e.code}: ${e.message}")
        desk.forgetTalk()
        null
    }

    /** Puts the notice away. */
    fun dismiss() {
        shown.update { it.copy(notice = null) }
    }

    /** Forgets all that is in memory, as when the phone ends the process; what was written down is all that is left. */
    fun die() {
        searching?.cancel()
        running?.cancel()
        running = null
        talk.end()
        unfinished?.close()
        unfinished = null
        if (::desk.isInitialized) desk.close()
        typed.value = ""
        shown.value = HelpState()
    }

    private suspend fun showHome() {
        val waiting = desk.cases().count { it.status == Status.PENDING || it.status == Status.SENT }
        val answer = typed.value.takeIf { it.isNotBlank() }?.let { desk.search(Baquiano.question(it).copy(typing = true)) }
        show(Screen.Home(typed.value, answer, offer.services, unfinished?.page?.value?.title, waiting))
    }

    private fun serviceName(id: String) = offer.services.firstOrNull { it.id == id }?.name ?: id

    private fun show(screen: Screen) {
        shown.update { it.copy(screen = screen, notice = null) }
    }

    /** One thing at a time: who taps twice in a hurry means it once. */
    private fun act(work: suspend () -> Unit) {
        if (!shown.value.busy) run(work)
    }

    /** Does something once what was broken off for it has ended. */
    private fun run(work: suspend () -> Unit) {
        shown.update { it.copy(busy = true) }
        val job = scope.launch(start = CoroutineStart.LAZY) {
            try {
                turn.withLock { guarded(work) }
            } finally {
                if (running === coroutineContext.job) {
                    running = null
                    shown.update { it.copy(busy = false) }
                }
            }
        }
        running = job
        job.start()
    }

    private suspend fun guarded(work: suspend () -> Unit) {
        try {
            work()
        } catch (e: CancellationException) {
            throw e
        } catch (e: BaquianoException) {
            tell(e)
        }
    }

    /** The person gets what a person understands; the rest goes into the log, which goes along with a case. */
    private fun tell(e: BaquianoException) {
        if (::desk.isInitialized) desk.log("${e.code}: ${e.message}")
        shown.update { it.copy(notice = Notice(e.userText, good = false)) }
    }
}
