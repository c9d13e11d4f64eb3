package org.baquiano.example

import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.baquiano.Baquiano
import org.baquiano.Sender
import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Host
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Shown
import org.baquiano.example.help.Words
import org.baquiano.example.phone.InFront
import org.baquiano.example.phone.Permission
import org.baquiano.example.phone.Phone
import org.baquiano.ffi.Settings
import org.baquiano.model.Device
import org.baquiano.model.Outcome
import org.baquiano.model.Status
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.io.path.writeText

class HelpModelTest {
    @TempDir
    lateinit var dir: Path

    private fun demo(phone: Phone = Phone()) = Demo(dir, phone).apply { then { start() } }

    private fun Demo.found(question: String): Screen.Home {
        then { type(question) }
        return until { ((it.screen as? Screen.Home)?.answer?.query ?: "").isNotBlank() }.screen as Screen.Home
    }

    @Test
    fun `the app sees by itself that the location is on, and the case is over`() = demo(Phone(locationOn = false)).use { demo ->
        val hits = demo.found("no me agarra el gps").answer!!.hits
        assertEquals("gps", hits.first().service)

        val article = demo.then { read(hits.first().id) }.screen as Screen.Reading
        assertTrue(article.article.sections.isNotEmpty())

        val todo = assertInstanceOf(Shown.Do::class.java, demo.then { helped(false) }.shows)
        assertEquals("encender-ubicacion", todo.todo.remedy)
        assertNotNull(todo.picture)

        assertTrue((demo.then { openSettings() }.shows as Shown.Do).opened)
        val settings = demo.phone.inFront.value as InFront.Settings
        assertTrue((demo.leaveSettings().shows as Shown.Do).stillNot, "nothing was changed there")

        demo.then { openSettings() }
        demo.phone.change { settings.rows.first().turned(this, true) }
        val over = demo.leaveSettings().shows as Shown.Over
        assertEquals(Outcome.RESOLVED, over.end.outcome)
        assertNull((demo.then { home() }.screen as Screen.Home).unfinished, "what is over isn't gone on with")
    }

    @Test
    fun `what the person can't do goes to the desk, and gets its number when the signal is back`() =
        demo(Phone(locationOn = true, location = Permission.DENIED_FOR_GOOD)).use { demo ->
            var state = demo.then { guide("gps") }
            while (state.shows !is Shown.Over) {
                state = when (val shows = state.shows) {
                    is Shown.Do -> demo.then { cannot() }
                    is Shown.Ask -> demo.then { answer(null) }
                    else -> error("$shows")
                }
            }
            assertEquals(Outcome.ESCALATED, (state.shows as Shown.Over).end.outcome)

            val filed = demo.then { file() }.screen as Screen.OneCase
            assertEquals(Status.PENDING, filed.case.status)
            assertTrue(filed.promise!!.isNotBlank())
            assertEquals(Words.NO_SIGNAL, demo.then { sendNow() }.notice?.text)

            demo.phone.change { copy(signal = true) }
            val sent = demo.until { (it.screen as Screen.OneCase).case.reference != null && it.notice == null }
            val accepted = sent.screen as Screen.OneCase
            assertEquals("MA-1001", accepted.case.reference)
            assertEquals(Status.ACCEPTED, accepted.case.status)

            assertEquals(listOf("MA-1001"), (demo.then { showCases() }.screen as Screen.Cases).cases.map { it.reference })
            assertEquals(Words.ALL_SENT, demo.then { sendNow() }.notice?.text)
        }

    @Test
    fun `a talk goes on after the process died`() = demo(Phone(locationOn = false)).use { demo ->
        demo.found("no me agarra el gps")
        val before = demo.then { guideByWords() }.shows as Shown.Do

        val home = demo.processDies().screen as Screen.Home
        assertNotNull(home.unfinished)
        val after = demo.then { goOn() }.shows as Shown.Do
        assertEquals(before.todo, after.todo)

        demo.then { back() }
        demo.then { home() }
        assertNull((demo.then { forget() }.screen as Screen.Home).unfinished)
        assertNull((demo.processDies().screen as Screen.Home).unfinished)
    }

    @Test
    fun `a talk that can't be read is forgotten, and stands in nobody's way`() {
        dir.resolve("talk.json").writeText("{}")
        demo().use { demo -> assertNull((demo.help.state.value.screen as Screen.Home).unfinished) }
    }

    @Test
    fun `what nothing fits offers the services`() = demo().use { demo ->
        val home = demo.found("xilófono")
        assertTrue(home.answer!!.hits.isEmpty())
        assertTrue(home.tiles.size > 10)
    }

    @Test
    fun `a permission that was denied once is asked for in its window`() =
        demo(Phone(locationOn = true, location = Permission.DENIED)).use { demo ->
            val todo = demo.then { guide("gps") }.shows as Shown.Do
            assertEquals("ask-permission", todo.todo.action)
            demo.then { openSettings() }
            val window = demo.phone.inFront.value as InFront.PermissionWindow
            demo.phone.change { window.row.turned(this, true) }
            assertEquals(Outcome.RESOLVED, (demo.leaveSettings().shows as Shown.Over).end.outcome)
        }

    @Test
    fun `what goes wrong is told in words that a person understands`() = runBlocking {
        lateinit var desk: Baquiano
        val nowhere = Sender { error("nothing is sent here") }
        val settings = Settings(dir = dir.toString(), app = null, device = Device())
        val host = Host({ Baquiano.open(settings).also { desk = it } }, { emptyMap() }, nowhere, { _, _ -> false })
        val help = HelpModel(host, this)
        help.start()
        help.state.first { it.screen is Screen.Home && !it.busy }
        desk.close()

        help.read("gps-sin-cielo")
        val notice = help.state.first { it.notice != null && !it.busy }.notice!!
        assertFalse(notice.good)
        assertTrue(notice.text.startsWith("La ayuda falló."), notice.text)
        help.dismiss()
        assertNull(help.state.value.notice)
        help.die()
        coroutineContext.cancelChildren()
    }

    @Test
    fun `no maker and no release leads a tile astray`() {
        // Each tile must show something to answer, to do or to file, whatever the phone is.
        demo(Phone(vendor = "xiaomi", android = "8.1", locationOn = true)).use { demo ->
            for (tile in (demo.help.state.value.screen as Screen.Home).tiles) {
                val state = demo.then { guide(tile.id) }
                assertInstanceOf(Screen.Guided::class.java, state.screen, tile.id)
                assertNull(state.notice, tile.id)
                demo.then { home() }
                demo.then { forget() }
            }
        }
    }
}
