package org.baquiano.android

import kotlinx.coroutines.runBlocking
import org.baquiano.Baquiano
import org.baquiano.Sender
import org.baquiano.ffi.Report
import org.baquiano.ffi.Response
import org.baquiano.ffi.Sent
import org.baquiano.ffi.Settings
import org.baquiano.ffi.Told
import org.baquiano.inquireNow
import org.baquiano.model.Device
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path

class OutboxWorkTest {
    @TempDir
    lateinit var dir: Path

    private val good = Conditions(Network.METERED, 40, charging = false)

    private fun onDesk(test: suspend (Baquiano) -> Unit) = runBlocking {
        val device = Device(null, null, null, null, null, null, null, null, null)
        Baquiano.open(Settings(dir = dir.toString(), app = null, device = device)).use {
            it.file(Report(words = "no abre la cámara", told = Told()))
            test(it)
        }
    }

    private fun answers(status: Int): Sender = Sender {
        Sent.Answered(Response(status.toUShort(), null, "application/json", """{"reference": "MA-3"}""".encodeToByteArray()))
    }

    @Test
    fun `the rules say when`() {
        val rules = DeliveryRules()
        assertNull(rules.against(good))
        assertNull(rules.against(good.copy(network = Network.FREE, battery = null)))
        assertNull(rules.against(good.copy(battery = 1, charging = true)))
        for (bad in listOf(good.copy(network = Network.NONE), good.copy(network = Network.ROAMING), good.copy(battery = 4))) {
            assertNotNull(rules.against(bad), "$bad")
        }
        assertNull(rules.copy(onRoaming = true).against(good.copy(network = Network.ROAMING)))
        assertNotNull(rules.copy(onMetered = false).against(good))
    }

    @Test
    fun `what waits is delivered`() = onDesk { desk ->
        assertEquals(Worked.Done, OutboxWork(desk, answers(201)) { good }.run())
        assertEquals("MA-3", desk.cases().single().reference)
    }

    @Test
    fun `what became of it is asked when nothing waits`() = onDesk { desk ->
        val told = object : Sender by answers(201) {
            override suspend fun inquire(key: String) =
                Sent.Answered(Response(200u, null, "application/json", """{"phase": "closed", "state": "Cerrado"}""".encodeToByteArray()))
        }
        assertEquals(Worked.Done, OutboxWork(desk, told) { good }.run())
        desk.inquireNow()
        assertEquals(Worked.Done, OutboxWork(desk, told) { good }.run())
        assertEquals("Cerrado", desk.cases().single().state)
    }

    @Test
    fun `without a network nothing is tried`() = onDesk { desk ->
        val worked = OutboxWork(desk, { error("it was tried") }) { good.copy(network = Network.NONE) }.run()
        assertTrue(worked is Worked.Again && worked.why == "no network", "$worked")
    }

    @Test
    fun `what fails is tried again when the network comes back`() = onDesk { desk ->
        val worked = OutboxWork(desk, { Sent.NotSent("nobody there") }) { good }.run()
        assertTrue(worked is Worked.Again && worked.afterMs >= 15_000, "$worked")
        assertEquals(Worked.Done, OutboxWork(desk, answers(200)) { good }.run(networkCameBack = true))
    }

    @Test
    fun `who isn't let in is told so`() = onDesk { desk ->
        assertTrue(OutboxWork(desk, answers(401)) { good }.run() is Worked.Blocked)
    }

    @Test
    fun `a phone that goes out of reach in the middle stops it`() = onDesk { desk ->
        desk.file(Report(words = "tampoco el gps", told = Told()))
        var sent = 0
        val sender = Sender {
            sent++
            Sent.Accepted(null)
        }
        val worked = OutboxWork(desk, sender) { if (sent == 0) good else good.copy(network = Network.NONE) }.run()
        assertTrue(worked is Worked.Again && sent == 1, "$worked after $sent")
    }
}
