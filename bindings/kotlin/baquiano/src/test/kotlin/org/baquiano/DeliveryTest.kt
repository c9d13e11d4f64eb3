package org.baquiano

import org.baquiano.FakeIntake.Answered
import org.baquiano.ffi.Attached
import org.baquiano.ffi.Filed
import org.baquiano.ffi.Form
import org.baquiano.ffi.Report
import org.baquiano.ffi.Told
import org.baquiano.model.Contact
import org.baquiano.model.MediaType
import org.baquiano.model.Phase
import org.baquiano.model.Place
import org.baquiano.model.Reporter
import org.baquiano.model.Status
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.net.ConnectException
import java.net.InetAddress
import java.net.ServerSocket
import java.nio.file.Path
import javax.net.ssl.SSLException
import kotlin.concurrent.thread

class DeliveryTest {
    @TempDir
    lateinit var dir: Path

    private val report = Report(words = "no me deja enviar las fichas, mi identidad es 0801-1990-12345", told = Told())

    private fun accepts() = FakeIntake { Answered(201, """{"reference": "MA-1001"}""") }

    @Test
    fun `a case is kept while nobody is there, and arrives once with its number`() = onDesk(dir) { desk ->
        val told = Told(
            reporter = Reporter(alias = "enc-07", contact = Contact("whatsapp", "+504 0000-0000")),
            place = Place.Near(14.06213, -87.19234, 2u),
            attachments = listOf(Attached("nota.txt", MediaType.TEXT, "clave=secreta".encodeToByteArray())),
        )
        val filed = desk.file(report.copy(told = told))
        assertEquals(Filed.KEPT, filed.filed)
        assertEquals(Status.PENDING, desk.case(filed.id)?.status)

        // Nobody listens at the port of a server that is gone.
        val gone = accepts().use { it.url }
        assertTrue(desk.deliver(HttpSender(gone)) is Delivered.Later)
        assertEquals(Status.PENDING, desk.case(filed.id)?.status)

        accepts().use { intake ->
            desk.goOn()
            assertEquals(Delivered.All(1), desk.deliver(HttpSender(intake.url, token = "prueba")))
            val came = intake.came.single()
            assertEquals("POST" to "/incidents", came.method to came.path)
            assertTrue(came.body.contains("[identidad]") && !came.body.contains("0801"), came.body)
            assertTrue(came.body.contains("14.06") && !came.body.contains("14.062"), came.body)
            assertFalse(came.body.contains("secreta"))
            assertEquals(Delivered.All(0), desk.deliver(HttpSender(intake.url)))
        }
        val case = checkNotNull(desk.case(filed.id))
        assertEquals(Status.ACCEPTED to "MA-1001", case.status to case.reference)
    }

    @Test
    fun `a portal of the network isn't the desk, and the desk is asked before it is sent again`() = onDesk(dir) { desk ->
        val filed = desk.file(report)
        FakeIntake { Answered(200, "<p>Bienvenido, compre un paquete</p>", "text/html") }.use {
            assertTrue(desk.deliver(HttpSender(it.url)) is Delivered.Later)
        }
        FakeIntake { if (it.method == "GET") Answered(200, """{"reference": "MA-7"}""") else Answered(500, "{}") }.use { intake ->
            desk.goOn()
            assertEquals(Delivered.All(1), desk.deliver(HttpSender(intake.url)))
            assertEquals(listOf("GET"), intake.came.map { it.method })
        }
        assertEquals("MA-7", desk.case(filed.id)?.reference)
    }

    @Test
    fun `what the desk did with a case is asked, and shown`() = onDesk(dir) { desk ->
        val filed = desk.file(report)
        var told = """{"reference": "MA-1001", "phase": "investigating", "state": "En investigación"}"""
        val sender = FakeIntake { if (it.method == "GET") Answered(200, told) else Answered(201, """{"reference": "MA-1001"}""") }.use { intake ->
            val sender = HttpSender(intake.url)
            assertEquals(Delivered.All(1), desk.deliver(sender))
            assertEquals(Inquired(0, unanswered = false), desk.inquire(sender), "not so soon")
            desk.inquireNow()
            assertEquals(Delivered.All(0, news = 1), desk.deliver(sender))
            assertEquals("GET" to "/incidents/${filed.id}", intake.came.last().run { method to path })
            val case = checkNotNull(desk.case(filed.id))
            assertEquals(Triple(Status.ACCEPTED, Phase.INVESTIGATING, "En investigación"), Triple(case.status, case.phase, case.state))

            told = """{"reference": "MA-1001", "phase": "closed", "state": "Cerrado"}"""
            desk.inquireNow()
            assertEquals(Inquired(1, unanswered = false), desk.inquire(sender))
            desk.inquireNow()
            assertEquals(Inquired(0, unanswered = false), desk.inquire({ error("nothing is to be sent") }), "it has no way to ask")
            assertEquals(Inquired(0, unanswered = false), desk.inquire(sender), "that is no news")
            sender
        }
        desk.inquireNow()
        assertEquals(Inquired(0, unanswered = true), desk.inquire(sender))
        val case = checkNotNull(desk.case(filed.id))
        assertEquals(Phase.CLOSED to "Cerrado", case.phase to case.state)
    }

    @Test
    fun `who may not ask may still deliver`() = onDesk(dir) { desk ->
        desk.file(report)
        FakeIntake { if (it.method == "GET") Answered(401, "{}") else Answered(201, """{"reference": "MA-1001"}""") }.use { intake ->
            desk.deliver(HttpSender(intake.url))
            desk.inquireNow()
            assertEquals(Inquired(0, unanswered = false), desk.inquire(HttpSender(intake.url)))
            desk.file(report)
            assertEquals(Delivered.All(1), desk.deliver(HttpSender(intake.url)))
        }
    }

    @Test
    fun `a sender knows how its last request ended`() = onDesk(dir) { desk ->
        desk.file(report)
        ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { server ->
            // Whoever begins by speaking plain HTTP has no certificate to show.
            val plain = thread { server.accept().use { it.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".encodeToByteArray()) } }
            val sender = HttpSender("https://127.0.0.1:${server.localPort}")
            assertNull(sender.lastTry, "nothing was sent")
            assertTrue(desk.deliver(sender) is Delivered.Later)
            assertInstanceOf(SSLException::class.java, sender.lastTry?.exceptionOrNull())
            plain.join()
        }
        val sender = FakeIntake { Answered(500, "{}") }.use { intake ->
            HttpSender(intake.url).also {
                desk.goOn()
                desk.deliver(it)
                assertTrue(checkNotNull(it.lastTry).isSuccess, "it was answered, if not as one wishes")
            }
        }
        desk.goOn()
        desk.deliver(sender)
        assertInstanceOf(ConnectException::class.java, sender.lastTry?.exceptionOrNull())
    }

    @Test
    fun `each answer means what it means`() = onDesk(dir) { desk ->
        desk.file(report)
        FakeIntake { Answered(429, "", "text/plain", retryAfter = "120") }.use {
            val later = desk.deliver(HttpSender(it.url)) as Delivered.Later
            assertTrue(later.waitMs in 100_000..121_000, "$later")
        }
        assertEquals(0L, desk.statistics().balance?.delivered?.toLong())
    }

    @Test
    fun `who isn't let in is told so, and nothing is lost`() = onDesk(dir) { desk ->
        desk.file(report)
        FakeIntake { Answered(401, "{}") }.use { intake ->
            assertTrue(desk.deliver(HttpSender(intake.url)) is Delivered.Paused)
            assertTrue(desk.deliver(HttpSender(intake.url)) is Delivered.Paused)
            assertEquals(1, intake.came.size)
        }
        accepts().use { intake ->
            desk.goOn()
            assertEquals(Delivered.All(1), desk.deliver(HttpSender(intake.url)))
        }
    }

    @Test
    fun `what is refused is kept and can be sent again`() = onDesk(dir) { desk ->
        val filed = desk.file(report)
        FakeIntake { Answered(400, """{"title": "No se lee"}""", "application/problem+json") }.use { desk.deliver(HttpSender(it.url)) }
        val refused = checkNotNull(desk.case(filed.id))
        assertEquals(Status.QUARANTINED, refused.status)
        assertTrue(refused.why.orEmpty().contains("No se lee"))
        accepts().use { intake ->
            desk.release(filed.id)
            assertEquals(Delivered.All(1), desk.deliver(HttpSender(intake.url)))
        }
    }

    @Test
    fun `what the user says later follows the case`() = onDesk(dir) { desk ->
        for (nowhere in listOf(Place.Municipality("801"), Place.Near(200.0, 0.0, 2u))) {
            assertThrows(BaquianoException.Input::class.java) { kotlinx.coroutines.runBlocking { desk.file(report.copy(told = Told(place = nowhere))) } }
        }
        val filed = desk.file(report)
        desk.followUp(filed.id, "ya probé con wifi")
        accepts().use { intake ->
            assertEquals(Delivered.All(2), desk.deliver(HttpSender(intake.url)))
            assertTrue(intake.came[1].body.contains("ya probé con wifi"))
            assertTrue(intake.came.map { it.key }.toSet().size == 2)
        }
        desk.reopen(filed.id, "sigue igual")
        desk.rate(filed.id, 4, "me ayudaron")
        for (score in listOf(0, 6)) {
            val error = assertThrows(BaquianoException.Outbox::class.java) { kotlinx.coroutines.runBlocking { desk.rate(filed.id, score) } }
            assertEquals("outbox.transition", error.code)
        }
        desk.answered(filed.id)
        assertEquals(Status.ANSWERED, desk.case(filed.id)?.status)
        desk.tidy()
        for (form in Form.entries) {
            val text = desk.render(filed.id, form)
            assertTrue(text.contains("fichas") && !text.contains("0801"), "$form: $text")
        }
    }

    @Test
    fun `a crash is filed once with a count, and the host's handler runs`() = onDesk(dir) { desk ->
        var ran = 0
        val handler = CrashHandler(desk, { _, _ -> ran++ }, { listOf("abrió el mapa") })
        repeat(50) { handler.uncaughtException(Thread.currentThread(), IllegalStateException("falla de prueba")) }
        assertEquals(50, ran)
        val case = desk.cases().single()
        assertEquals(50uL, case.count)
        val throwing = CrashHandler(desk, { _, _ -> ran++ }, { throw OutOfMemoryError("de prueba") })
        throwing.uncaughtException(Thread.currentThread(), StackOverflowError())
        assertEquals(51, ran)
    }

    @Test
    fun `unencrypted it is sent to this computer alone`() {
        for (bad in listOf("http://mesa.example", "mesa.example", "ftp://mesa.example", "https://ana:clave@mesa.example", "https://mesa.example/?a=1", "http://127.0.0.1.mesa.example")) {
            assertThrows(IllegalArgumentException::class.java, { HttpSender(bad) }, bad)
        }
        for (good in listOf("https://mesa.example", "http://127.0.0.1:80", "http://localhost:8025/", "http://[::1]:80")) HttpSender(good)
        HttpSender("http://10.0.0.5", allowPlain = true)
        assertThrows(IllegalArgumentException::class.java) { HttpSender("https://mesa.example", token = "con espacio") }
    }
}
