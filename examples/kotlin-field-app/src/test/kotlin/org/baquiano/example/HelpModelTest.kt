package org.baquiano.example

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
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
import org.baquiano.ffi.Report
import org.baquiano.ffi.Response
import org.baquiano.ffi.Sent
import org.baquiano.ffi.Settings
import org.baquiano.ffi.Told
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
import kotlin.time.Duration

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
    fun `the licences are shown by paragraphs, and from there it goes back`() = demo().use { demo ->
        val parts = (demo.then { showLicences() }.screen as Screen.Licences).parts
        assertEquals("LICENCIAS", parts.first())
        assertTrue(parts.any { it.startsWith("JNA ") } && parts.any { "Mozilla Public License Version 2.0" in it })
        assertTrue(parts.none { '\n' in it || it.isBlank() })
        assertTrue(demo.then { back() }.screen is Screen.Home)
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

            val asked = demo.then { askNow() }
            assertEquals(Words.NEWS to "MA-1001 · Registrado", asked.notice?.text to Words.number((asked.screen as Screen.Cases).cases.single()))
            assertEquals(Words.NO_NEWS, demo.then { askNow() }.notice?.text)
            demo.phone.change { copy(signal = false) }
            assertEquals(Words.NOT_ASKED, demo.then { askNow() }.notice?.text)
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
        help({ error("nothing is sent here") }) { help, desk ->
            desk.close()

            help.read("gps-sin-cielo")
            val notice = help.state.first { it.notice != null && !it.busy }.notice!!
            assertFalse(notice.good)
            assertTrue(notice.text.startsWith("La ayuda falló."), notice.text)
            help.dismiss()
            assertNull(help.state.value.notice)
        }
    }

    @Test
    fun `the way back works while the phone is looked at, and leads to where that was begun`(): Unit = demo(Phone(locationOn = false)).use { demo ->
        demo.lookTakes = Duration.INFINITE
        demo.untilLooking { guide("gps") }
        assertNull((demo.then { back() }.screen as Screen.Home).unfinished, "nothing was shown of it")

        val hits = demo.found("no me agarra el gps").answer!!.hits
        val article = demo.then { read(hits.first().id) }.screen
        demo.untilLooking { helped(false) }
        assertTrue(article == demo.then { back() }.screen, "it was begun on the article")

        demo.lookTakes = Duration.ZERO
        val first = demo.then { helped(false) }.screen
        demo.lookTakes = Duration.INFINITE
        demo.untilLooking { did() }
        val again = demo.then { back() }.screen
        assertTrue(remedy(first) == remedy(again), "it was said that it is done, and taken back: ${remedy(again)}")

        val opened = demo.then { openSettings() }.screen
        demo.untilLooking { demo.phone.goBack() }
        assertTrue(opened == demo.then { back() }.screen, "nothing had come of the look")
        assertNotNull((demo.then { back() }.screen as Screen.Home).unfinished)

        demo.untilLooking { guide("camara") }
        demo.lookTakes = Duration.ZERO
        val home = demo.processDies().screen as Screen.Home
        assertNotNull(home.unfinished, "what is looked for isn't waited for, and the talk is kept")
    }

    @Test
    fun `a case is on its way until the desk has it, and nobody has to wait for that`() = runBlocking {
        val sending = CompletableDeferred<Unit>()
        val answer = CompletableDeferred<Sent>()
        val network = Sender {
            sending.complete(Unit)
            answer.await()
        }
        help(network) { help, desk ->
            desk.file(Report(words = "no me deja enviar", told = Told()))
            help.showCases()
            assertEquals(Status.PENDING, (help.settled().screen as Screen.Cases).cases.single().status)
            help.sendNow()
            sending.await()
            assertTrue(help.state.value.busy)

            help.back()
            assertInstanceOf(Screen.Home::class.java, help.settled().screen)
            help.showCases()
            val case = (help.settled().screen as Screen.Cases).cases.single()
            assertEquals("En camino. Falta que la mesa confirme.", Words.status(case))

            answer.complete(Sent.Answered(Response(201u, null, "application/json", """{"reference": "MA-7"}""".encodeToByteArray())))
            help.state.first { (it.screen as Screen.Cases).cases.single().status == Status.ACCEPTED }
        }
    }

    @Test
    fun `filing isn't broken off`() = runBlocking {
        var goBack = {}
        help({ Sent.NotSent("no network") }, filed = { goBack() }) { help, desk ->
            help.guide("gps")
            while (help.settled().shows !is Shown.Over) if (help.state.value.shows is Shown.Do) help.cannot() else help.answer(null)
            goBack = { help.back() }
            help.file()
            val filed = help.settled().screen as Screen.OneCase
            assertNotNull(filed.promise)
            assertEquals(filed.case.id, desk.cases().single().id)
        }
    }

    private fun remedy(screen: Screen) = (screen as Screen.Guided).run { Triple(step, looking, (shows as Shown.Do).todo) }

    private suspend fun HelpModel.settled() = state.first { !it.busy }

    /** The help on a desk that a test has, too. */
    private suspend fun CoroutineScope.help(sender: Sender, filed: () -> Unit = {}, test: suspend (HelpModel, Baquiano) -> Unit) {
        lateinit var desk: Baquiano
        val settings = Settings(dir = dir.toString(), app = null, device = Device())
        val help = HelpModel(Host({ Baquiano.open(settings).also { desk = it } }, { emptyMap() }, sender, { _, _ -> false }, filed), this)
        help.start()
        help.state.first { it.screen is Screen.Home && !it.busy }
        test(help, desk)
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
