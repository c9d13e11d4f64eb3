package org.baquiano.android

import android.content.Context
import android.location.GnssStatus
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Handler
import android.os.Looper
import kotlin.system.measureTimeMillis
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.mockito.Mockito

class SkyTest {
    private val test = TestContext(granted = LOCATION_PERMISSIONS.toMutableSet())
    private val location = fake<LocationManager>()
    private val clock = FixedClock()
    private val quick = ProbeOptions(fixTimeoutMs = 400, satelliteTimeoutMs = 200)

    init {
        test.services[Context.LOCATION_SERVICE] = location
        Mockito.`when`(location.isLocationEnabled).thenReturn(true)
        Mockito.`when`(location.allProviders).thenReturn(listOf("passive", "gps", "network"))
    }

    private fun fix(accuracy: Float?, provider: String = "gps", atNs: Long = clock.elapsed, timeMs: Long = clock.wall) = fake<Location>().also {
        Mockito.`when`(it.provider).thenReturn(provider)
        Mockito.`when`(it.hasAccuracy()).thenReturn(accuracy != null)
        Mockito.`when`(it.accuracy).thenReturn(accuracy ?: 0f)
        Mockito.`when`(it.elapsedRealtimeNanos).thenReturn(atNs)
        Mockito.`when`(it.time).thenReturn(timeMs)
    }

    private fun answerWith(provider: String, vararg fixes: Location) {
        Mockito.`when`(
            location.requestLocationUpdates(
                Mockito.eq(provider), Mockito.anyLong(), Mockito.anyFloat(), Mockito.any(LocationListener::class.java), Mockito.any(Looper::class.java),
            ),
        ).thenAnswer { call -> fixes.forEach { call.getArgument<LocationListener>(3).onLocationChanged(it) } }
    }

    private fun listSatellites(vararg used: Pair<Boolean, Float>) {
        val status = fake<GnssStatus>()
        Mockito.`when`(status.satelliteCount).thenReturn(used.size)
        used.forEachIndexed { index, (isUsed, strength) ->
            Mockito.`when`(status.usedInFix(index)).thenReturn(isUsed)
            Mockito.`when`(status.getCn0DbHz(index)).thenReturn(strength)
        }
        Mockito.`when`(location.registerGnssStatusCallback(Mockito.any(GnssStatus.Callback::class.java), Mockito.any(Handler::class.java)))
            .thenAnswer { call -> true.also { repeat(3) { call.getArgument<GnssStatus.Callback>(0).onSatelliteStatusChanged(status) } } }
    }

    @Test
    fun `a good position ends the wait and gives accuracy, age and provider`() {
        answerWith("gps", fix(80f), fix(7.2f))
        val phone = test.phone(30, ProbeOptions(), clock = clock)
        val took = measureTimeMillis {
            assertEquals(8L, phone.value("fix.accuracy_m"))
        }
        assertTrue(took < 5_000) { "took $took ms" }
        assertEquals("gps", phone.value("fix.provider"))
        clock.elapsed += 61_000_000_000
        answerWith("gps")
        assertEquals(true, test.phone(30, quick, clock = clock).also { it.lastFix = phone.lastFix }.value("fix.present"))
        assertEquals(61L, test.phone(30, quick, clock = clock).also { it.lastFix = phone.lastFix }.value("fix.age_s"))
    }

    @Test
    fun `a bad position counts when nothing better comes`() {
        answerWith("network", fix(1_200.5f, "network"))
        assertEquals(1_201L, test.phone(30, quick, clock = clock).value("fix.accuracy_m"))
    }

    @Test
    fun `without a position it is absent, and its accuracy unknown`() {
        val phone = test.phone(30, quick, clock = clock)
        assertEquals(false, phone.value("fix.present"))
        assertNull(phone.value("fix.accuracy_m"))
        assertNull(phone.value("fix.age_s"))
    }

    @Test
    fun `a position from before the review doesn't count`() {
        val old = fix(5f, atNs = clock.elapsed - 1)
        Mockito.`when`(location.getLastKnownLocation("gps")).thenReturn(old)
        assertEquals(false, test.phone(30, quick, clock = clock).value("fix.present"))
    }

    @Test
    fun `a position without accuracy has none`() {
        answerWith("gps", fix(null))
        val phone = test.phone(30, quick, clock = clock)
        assertEquals(true, phone.value("fix.present"))
        assertNull(phone.value("fix.accuracy_m"))
    }

    @Test
    fun `with the location off nobody waits`() {
        Mockito.`when`(location.isLocationEnabled).thenReturn(false)
        val took = measureTimeMillis { assertEquals(false, test.phone(30).value("fix.present")) }
        assertTrue(took < 3_000) { "took $took ms" }
    }

    @Test
    fun `satellites are counted, and the four strongest averaged`() {
        listSatellites(true to 40f, true to 38f, true to 36f, false to 30f, false to 12f, false to 0f)
        val phone = test.phone(30, quick, clock = clock)
        assertEquals(6L, phone.value("gnss.sats_visible"))
        assertEquals(3L, phone.value("gnss.sats_used"))
        assertEquals(36L, phone.value("gnss.cn0_top4"))
    }

    @Test
    fun `an empty sky is zero, a receiver that says nothing is unknown`() {
        listSatellites()
        assertEquals(0L, test.phone(30, quick, clock = clock).value("gnss.sats_used"))
        assertNull(test.phone(30, quick, clock = clock).value("gnss.cn0_top4"))
        Mockito.reset(location)
        Mockito.`when`(location.isLocationEnabled).thenReturn(true)
        Mockito.`when`(location.allProviders).thenReturn(listOf("gps"))
        assertNull(test.phone(30, quick, clock = clock).value("gnss.sats_used"))
    }

    @Test
    fun `a provider that refuses doesn't take the others with it`() {
        Mockito.`when`(
            location.requestLocationUpdates(
                Mockito.eq("gps"), Mockito.anyLong(), Mockito.anyFloat(), Mockito.any(LocationListener::class.java), Mockito.any(Looper::class.java),
            ),
        ).thenThrow(SecurityException())
        answerWith("network", fix(30f, "network"))
        assertEquals(30L, test.phone(30, quick, clock = clock).value("fix.accuracy_m"))
    }

    @Test
    fun `a faked position is told by the field of its Android`() {
        val faked = fix(5f)
        Mockito.`when`(faked.isMock).thenReturn(true)
        answerWith("gps", faked)
        assertEquals(true, test.phone(31, quick, clock = clock).value("location.mock"))
        assertEquals(false, test.phone(30, quick, clock = clock).value("location.mock"))
    }

    @Test
    fun `without internet the satellites tell how wrong the clock is`() {
        answerWith("gps", fix(5f, timeMs = clock.wall - 7_200_000))
        val phone = test.phone(24, quick, clock = clock, rows = Rows(secure = mapOf("location_mode" to "3")))
        assertEquals(7_200L, phone.value("clock.skew_s"))
        assertEquals(false, phone.value("clock.right"))
    }

    @Test
    fun `a receiver that lost count of the weeks says nothing of the clock`() {
        assertTrue(isRollover(1_024L * 7 * 86_400 + 120))
        assertTrue(isRollover(2 * 1_024L * 7 * 86_400 - 3_600))
        assertEquals(false, isRollover(3_600L))
        assertEquals(false, isRollover(-1_024L * 7 * 86_400))
        assertEquals(false, isRollover(365L * 86_400))
    }
}
