package org.baquiano.android

import android.Manifest
import android.location.GnssStatus
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Bundle
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.withTimeoutOrNull

/** Satellites as the receiver last listed them. */
internal class Satellites(val visible: Int, val used: Int, val strengths: List<Float>)

/** What came of listening under the sky. */
internal class Sky(val fix: Location?, val satellites: Satellites?)

/** Lists of satellites that must come before waiting ends: the first ones are empty or of the last place. Chosen: three seconds. */
private const val LISTS_ENOUGH = 3

/** The facts of a position, for whose sake the wait is the long one. */
internal val FIX_IDS = setOf("fix.present", "fix.accuracy_m", "fix.age_s", "fix.provider", "location.mock", "clock.skew_s", "clock.right")

private val SATELLITE_IDS = setOf("gnss.sats_visible", "gnss.sats_used", "gnss.cn0_top4")

/** Location permissions, of which the first also gives the satellites. */
internal val LOCATION_PERMISSIONS = listOf(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)

/** Listens once a review; satellites are listed only while somebody asks for a position. */
internal suspend fun Review.sky(): Sky = once("sky") {
    if (LOCATION_PERMISSIONS.none(phone::granted)) cannotTell("permission denied: ACCESS_FINE_LOCATION")
    // Nothing would come, and a person who waits 20 s for it is lost.
    if (!phone.locationEnabled()) return@once Sky(null, null)
    val watch = SkyWatch(phone, wanted.any(FIX_IDS::contains), wanted.any(SATELLITE_IDS::contains))
    try {
        watch.start()
        withTimeoutOrNull(if (watch.wantsFix) phone.options.fixTimeoutMs else phone.options.satelliteTimeoutMs) { watch.done.await() }
        watch.result().also { sky -> sky.fix?.let { phone.lastFix = it } }
    } finally {
        watch.stop()
    }
}

/** One time of listening. Callbacks come on the phone's handler, one at a time. */
private class SkyWatch(private val phone: Phone, val wantsFix: Boolean, private val wantsSatellites: Boolean) : LocationListener {
    private val manager = phone.location()
    private var lists = 0

    val done = CompletableDeferred<Unit>()

    @Volatile
    private var best: Location? = null

    @Volatile
    private var satellites: Satellites? = null

    private val statuses = object : GnssStatus.Callback() {
        override fun onSatelliteStatusChanged(status: GnssStatus) {
            runCatching {
                val now = satellitesOf(status)
                val before = satellites
                lists++
                // Receivers drop satellites from the position for a second now and then; what they could do is what counts.
                if (before == null || now.used > before.used || (now.used == before.used && now.visible >= before.visible)) satellites = now
                finishIfEnough()
            }
        }
    }

    fun start() {
        val known = manager.allProviders
        val tried = listOf(LocationManager.GPS_PROVIDER, LocationManager.NETWORK_PROVIDER, FUSED).filter { it in known }
        if (tried.isEmpty()) cannotTell("no location provider")
        // Each by itself: with only the approximate permission, GPS is refused up to Android 11 and the network isn't.
        val failures = tried.map { provider -> runCatching { listenTo(provider) }.exceptionOrNull() }
        if (failures.none { it == null }) throw failures.first() ?: CannotTell("no location provider")
        if (phone.granted(Manifest.permission.ACCESS_FINE_LOCATION)) {
            runCatching { manager.registerGnssStatusCallback(statuses, phone.handler) }
        }
    }

    private fun listenTo(provider: String) {
        manager.getLastKnownLocation(provider)?.takeIf { it.elapsedRealtimeNanos >= phone.sinceNs }?.let(::onLocationChanged)
        manager.requestLocationUpdates(provider, 0L, 0f, this, phone.handler.looper)
    }

    fun stop() {
        runCatching { manager.removeUpdates(this) }
        runCatching { manager.unregisterGnssStatusCallback(statuses) }
    }

    fun result() = Sky(best, satellites)

    override fun onLocationChanged(location: Location) {
        // What a callback throws ends the app.
        runCatching {
            val before = best
            if (before == null || accuracy(location) <= accuracy(before)) best = location
            finishIfEnough()
        }
    }

    // Before Android 11 these have no body in the interface, and calling what isn't there ends the app.
    @Deprecated("Android calls it up to Android 9")
    @Suppress("OVERRIDE_DEPRECATION")
    override fun onStatusChanged(provider: String?, status: Int, extras: Bundle?) = Unit

    override fun onProviderEnabled(provider: String) = Unit

    override fun onProviderDisabled(provider: String) = Unit

    private fun finishIfEnough() {
        val fix = best
        val fixEnough = !wantsFix || (fix != null && accuracy(fix) <= phone.options.goodFixM)
        val listsEnough = !wantsSatellites || lists >= LISTS_ENOUGH
        if (fixEnough && listsEnough) done.complete(Unit)
    }

    private fun accuracy(location: Location): Float = if (location.hasAccuracy()) location.accuracy else Float.MAX_VALUE

    private companion object {
        /** LocationManager.FUSED_PROVIDER, whose constant came with API 31 and whose provider many phones had before. */
        const val FUSED = "fused"
    }
}

internal fun satellitesOf(status: GnssStatus): Satellites {
    val all = 0 until status.satelliteCount
    return Satellites(all.count(), all.count(status::usedInFix), all.map(status::getCn0DbHz).filter { it > 0f })
}
