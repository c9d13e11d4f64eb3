package org.baquiano.example.help

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import org.baquiano.Baquiano
import org.baquiano.Delivered
import org.baquiano.Inquired
import org.baquiano.deliver
import org.baquiano.ffi.FilingResult
import org.baquiano.goOn
import org.baquiano.inquire
import org.baquiano.inquireNow
import org.baquiano.model.Status

/** The cases and their delivery: a part of [HelpModel]. Copy this file; what calls [send] is WorkManager there. */
internal class CasesModel(private val shown: MutableStateFlow<HelpState>, private val host: Host, private val desk: () -> Baquiano) {
    private val sending = Mutex()

    suspend fun show() {
        val cases = desk().cases()
        shown.update { it.copy(screen = Screen.Cases(cases), notice = null) }
    }

    suspend fun show(id: String) {
        val case = desk().case(id) ?: return
        shown.update { it.copy(screen = Screen.OneCase(case), notice = null) }
    }

    /** Shows what became of a case that was just filed: it is safe on the phone by now. */
    suspend fun filed(result: FilingResult) {
        host.filed()
        // Filed into a file of its own, it is not among the cases yet.
        val case = desk().case(result.id)
        if (case == null) {
            shown.update { it.copy(screen = Screen.Cases(emptyList()), notice = Notice(result.promise, good = true)) }
            return
        }
        shown.update { it.copy(screen = Screen.OneCase(case, result.promise), notice = null) }
    }

    /** Sends what waits. The outbox alone knows what that is, and when to stop. */
    suspend fun send(told: Boolean) {
        // Two senders would only take turns.
        val came = sending.withLock {
            desk().goOn()
            desk().deliver(host.sender)
        }
        refresh()
        when {
            told -> shown.update { it.copy(notice = notice(came)) }
            // What was said of the network before is not true any more.
            came.sent > 0 -> shown.update { it.copy(notice = null) }
        }
    }

    /** Asks the desk what became of the cases: as far as it is time to, or all of them when the person [wants] to know. */
    suspend fun ask(wants: Boolean) {
        if (wants) {
            desk().goOn()
            desk().inquireNow()
        }
        val came = desk().inquire(host.sender)
        if (came.news > 0) refresh()
        if (wants) shown.update { it.copy(notice = notice(came)) }
    }

    private fun notice(came: Inquired): Notice = when {
        came.news > 0 -> Notice(Words.NEWS, good = true)
        came.unanswered -> Notice(Words.NOT_ASKED, good = false)
        else -> Notice(Words.NO_NEWS, good = true)
    }

    private fun notice(came: Delivered): Notice = when (came) {
        is Delivered.All -> Notice(Words.ALL_SENT, good = true)
        is Delivered.Later, is Delivered.Stopped -> Notice(Words.NO_SIGNAL, good = false)
        is Delivered.Paused -> Notice(Words.NOT_LET_IN, good = false)
    }

    private suspend fun refresh() {
        val cases = desk().cases()
        shown.update { state ->
            val screen = when (val screen = state.screen) {
                is Screen.Cases -> Screen.Cases(cases)
                is Screen.OneCase -> cases.firstOrNull { it.id == screen.case.id }?.let { screen.copy(case = it) } ?: screen
                is Screen.Home -> screen.copy(waiting = cases.count { it.status == Status.PENDING || it.status == Status.SENT })
                else -> screen
            }
            state.copy(screen = screen)
        }
    }
}
