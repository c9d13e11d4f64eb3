package org.baquiano.example.first

import org.baquiano.Baquiano
import org.baquiano.Delivered
import org.baquiano.DeviceProbe
import org.baquiano.Sender
import org.baquiano.deliver
import org.baquiano.ffi.FilingResult
import org.baquiano.ffi.Settings
import org.baquiano.model.AppVersion
import org.baquiano.model.Device
import org.baquiano.model.FactValue
import org.baquiano.model.Outcome
import org.baquiano.model.Question
import org.baquiano.model.Shows
import org.baquiano.model.Todo
import java.io.File

// The guide for app developers shows these functions (docs/for-apps.md).

// ANCHOR: screens
/** What the app's own screens do for a talk. */
internal interface Screens {
    /** Asks, with the choices as buttons; null: «No sé». */
    suspend fun ask(question: Question): FactValue?

    /** Shows what to do, with its picture and the button for `todo.action`; false: «No puedo». */
    suspend fun did(todo: Todo): Boolean
}
// ANCHOR_END: screens

// ANCHOR: open
internal suspend fun openDesk(folder: File): Baquiano =
    Baquiano.open(Settings(dir = folder.path, app = AppVersion("fsu-rup", "3.2.1"), device = Device(vendor = "samsung", android = "11")))
// ANCHOR_END: open

// ANCHOR: search
internal suspend fun found(desk: Baquiano, words: String): List<String> {
    val answer = desk.search(words)
    // An honest «nothing fits»: the services are offered instead.
    if (answer.hits.isEmpty()) return desk.offer().services.map { it.name }
    return answer.hits.map { "${it.title}: ${it.snippet}" }
}
// ANCHOR_END: search

// ANCHOR: guide
/** Leads a person to the end of a talk; what the desk must see to is filed. */
internal suspend fun help(desk: Baquiano, words: String, probe: DeviceProbe, screens: Screens): FilingResult? {
    desk.guide(words = words, probe = probe).use { guide ->
        while (true) {
            when (val shows = guide.page.value.shows) {
                is Shows.Read -> error("calls return when the phone has been read")
                is Shows.Ask -> guide.answer(screens.ask(shows.question))
                is Shows.Do -> if (screens.did(shows.todo)) guide.did() else guide.cannot()
                is Shows.Concluded -> return if (shows.end.outcome == Outcome.ESCALATED) guide.file() else null
            }
        }
    }
}
// ANCHOR_END: guide

// ANCHOR: deliver
/** Sends what waits; what the person is to know of it. */
internal suspend fun send(desk: Baquiano, sender: Sender): String = when (val came = desk.deliver(sender)) {
    is Delivered.All -> "Todo enviado."
    is Delivered.Later, is Delivered.Stopped -> "Se enviará cuando haya señal."
    is Delivered.Paused -> "La mesa no deja entrar a esta app: ${came.why}"
}
// ANCHOR_END: deliver
