package org.baquiano.android

import android.content.Context
import android.content.pm.PackageManager
import android.location.LocationListener
import android.location.LocationManager
import android.os.DeadObjectException
import java.util.concurrent.CountDownLatch
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.baquiano.model.FactValue
import org.baquiano.Reading
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource
import org.mockito.Mockito

private const val PATIENCE_MS = 60_000L

class RobustnessTest {
    @ParameterizedTest
    @MethodSource("levels")
    fun `every level reads without throwing when everything is missing`(sdk: Int) {
        val context = fake<Context>()
        Mockito.`when`(context.checkSelfPermission(Mockito.anyString())).thenReturn(PackageManager.PERMISSION_DENIED)
        val phone = Phone(context, ProbeOptions(), build(sdk), FixedClock())
        val readings = phone.read(*ALL_IDS.toTypedArray())
        assertEquals(ALL_IDS, readings.keys)
        val known = readings.filterValues { it is Reading.Known }.keys
        assertTrue(FROM_BUILD.containsAll(known)) { "known out of nothing: ${known - FROM_BUILD}" }
        assertTrue(readings.values.filterIsInstance<Reading.Unknown>().all { it.reason.isNotBlank() })
    }

    @ParameterizedTest
    @MethodSource("failures")
    fun `a phone that throws from everything gives reasons and no values`(failure: () -> Throwable) {
        for (sdk in LEVELS) {
            val context = fake<Context> { throw failure() }
            val options = ProbeOptions(apk = { throw failure() }, activity = { throw failure() }, wantedVersionCode = { throw failure() })
            val readings = Phone(context, options, build(sdk), FixedClock()).read(*ALL_IDS.toTypedArray())
            val known = readings.filterValues { it is Reading.Known }.keys
            assertTrue(FROM_BUILD.containsAll(known)) { "API $sdk knows out of nothing: ${known - FROM_BUILD}" }
        }
    }

    @Test
    @Timeout(120)
    fun `a service that hangs keeps neither the other facts nor the caller`() {
        val hung = CountDownLatch(1)
        val test = TestContext()
        val location = fake<LocationManager> { hung.await() }
        test.services[Context.LOCATION_SERVICE] = location
        try {
            val readings = test.phone(30).read("location.enabled", "vendor")
            assertEquals(Reading.Unknown("no answer in $QUICK_MS ms"), readings["location.enabled"])
            assertEquals(Reading.Known(FactValue.Text("samsung")), readings["vendor"])
        } finally {
            hung.countDown()
        }
    }

    @Test
    fun `cancelling ends the reading and removes the listeners`() {
        val test = TestContext(granted = LOCATION_PERMISSIONS.toMutableSet())
        val location = fake<LocationManager>()
        Mockito.`when`(location.isLocationEnabled).thenReturn(true)
        Mockito.`when`(location.allProviders).thenReturn(listOf("gps"))
        test.services[Context.LOCATION_SERVICE] = location
        val phone = test.phone(30)
        runBlocking {
            val reading = async { AndroidDeviceProbe(phone).read(listOf("fix.accuracy_m")) }
            withContext(Dispatchers.IO) { listens(Mockito.verify(location, Mockito.timeout(PATIENCE_MS))) }
            reading.cancel()
            assertInstanceOf(CancellationException::class.java, runCatching { reading.await() }.exceptionOrNull())
        }
        Mockito.verify(location, Mockito.timeout(PATIENCE_MS)).removeUpdates(Mockito.any(LocationListener::class.java))
    }

    private fun listens(location: LocationManager) =
        location.requestLocationUpdates(Mockito.anyString(), Mockito.anyLong(), Mockito.anyFloat(), Mockito.any(LocationListener::class.java), Mockito.any())

    @Test
    fun `an id that nobody knows is unknown, and an alias is understood`() {
        val readings = TestContext().phone(30).read("no.such", "device.vendor")
        assertEquals(Reading.Unknown("no reader"), readings["no.such"])
        assertEquals(Reading.Known(FactValue.Text("samsung")), readings["device.vendor"])
    }

    @Test
    fun `what an exception says never gets into a reason`() {
        val test = TestContext()
        Mockito.`when`(test.packages.hasSystemFeature(Mockito.anyString())).thenThrow(IllegalStateException("/data/user/0/juana"))
        assertEquals(Reading.Unknown("failed: IllegalStateException"), test.phone(30).read("camera.present")["camera.present"])
    }

    @Test
    fun `what the app tells has precedence, and its failure hides nothing`() {
        val app = AppFacts.of(
            "tls.error" to { FactValue.Text("cert_expired") },
            "sync.sent" to { error("database is closed") },
            "forms.pending" to { null },
            "vendor" to { null },
            "device.model" to { FactValue.Text("X1") },
        )
        val readings = TestContext().phone(30, ProbeOptions(app = app)).read("tls.error", "sync.sent", "forms.pending", "vendor", "device.model")
        assertEquals(Reading.Known(FactValue.Text("cert_expired")), readings["tls.error"])
        assertEquals(Reading.Unknown("failed: IllegalStateException"), readings["sync.sent"])
        assertEquals(Reading.Unknown("the app doesn't know now"), readings["forms.pending"])
        assertEquals(Reading.Known(FactValue.Text("samsung")), readings["vendor"])
        assertEquals(Reading.Known(FactValue.Text("X1")), readings["device.model"])
    }

    companion object {
        /** What needs no service: it comes with the system itself, is the clock, or follows from this code running at all. */
        val FROM_BUILD = setOf(
            "android", "android.sdk", "vendor", "device.brand", "device.model", "rom", "os.patch", "abi", "desk.open", "user.id",
            "app.installed", "app.archived", "install.done",
        )

        @JvmStatic
        fun levels() = LEVELS.toList()

        @JvmStatic
        fun failures(): List<() -> Throwable> = listOf(
            { RuntimeException("vendor") },
            { SecurityException("vendor") },
            { RuntimeException(DeadObjectException()) },
            { NoSuchMethodError("vendor") },
            { OutOfMemoryError() },
        )
    }
}
