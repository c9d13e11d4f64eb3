package org.baquiano.android

import android.Manifest
import android.annotation.TargetApi
import android.location.Location
import android.location.LocationManager
import android.os.Build
import kotlin.math.ceil
import kotlin.math.roundToLong

/** How many of the strongest satellites tell whether the sky is open: as many as a position takes. Origin: facts.yaml. */
private const val STRONGEST = 4

private const val NS_PER_S = 1_000_000_000L

/** What stopping to listen and answering may take besides the wait itself, in ms. */
private const val MARGIN_MS = 2_000L

private val FINE = listOf(Manifest.permission.ACCESS_FINE_LOCATION)

/** Satellites: the receiver lists them each second, to who has the precise permission. */
internal val FIX_FACTS: FactTable = factTable {
    int("gnss.sats_visible", needs = FINE, slow = ::skyMs) { satellites().visible.toLong() }
    int("gnss.sats_used", needs = FINE, slow = ::skyMs) { satellites().used.toLong() }
    int("gnss.cn0_top4", minSdk = Build.VERSION_CODES.N, needs = FINE, slow = ::skyMs) { strongest(satellites().strengths) }
    bool("fix.present", needs = LOCATION_PERMISSIONS, slow = ::skyMs) { (sky().fix ?: phone.lastFix) != null }
    int("fix.accuracy_m", needs = LOCATION_PERMISSIONS, slow = ::skyMs) {
        val fix = fix()
        if (!fix.hasAccuracy()) cannotTell("a position without accuracy")
        ceil(fix.accuracy).toLong()
    }
    int("fix.age_s", needs = LOCATION_PERMISSIONS, slow = ::skyMs) {
        ((phone.clock.elapsedNs() - fix().elapsedRealtimeNanos) / NS_PER_S).coerceAtLeast(0)
    }
    text("fix.provider", needs = LOCATION_PERMISSIONS, slow = ::skyMs) { providerName(fix().provider) }
    bool("location.mock", needs = LOCATION_PERMISSIONS, slow = ::skyMs) { phone.isMock(sky().fix ?: phone.lastKnown()) }
}

private fun skyMs(options: ProbeOptions): Long = maxOf(options.fixTimeoutMs, options.satelliteTimeoutMs) + MARGIN_MS

private suspend fun Review.fix(): Location = sky().fix ?: phone.lastFix ?: cannotTell("no position yet")

// No list at all is a receiver that doesn't run; an empty one is a sky that can't be seen.
private suspend fun Review.satellites(): Satellites = sky().satellites ?: cannotTell("the receiver lists no satellites")

internal fun strongest(strengths: List<Float>): Long {
    if (strengths.isEmpty()) cannotTell("no satellite is heard")
    return strengths.sortedDescending().take(STRONGEST).average().roundToLong()
}

internal fun providerName(provider: String?): String = when (provider) {
    LocationManager.GPS_PROVIDER, LocationManager.NETWORK_PROVIDER, "fused" -> provider
    else -> "other"
}

/** Any position will do, however old: an app that fakes positions has faked it too. */
private fun Phone.lastKnown(): Location = lastFix
    ?: location().allProviders.firstNotNullOfOrNull { provider -> runCatching { location().getLastKnownLocation(provider) }.getOrNull() }
    ?: cannotTell("no position yet")

private fun Phone.isMock(fix: Location): Boolean = if (sdk >= Build.VERSION_CODES.S) mock(fix) else mockBefore(fix)

@TargetApi(Build.VERSION_CODES.S)
private fun mock(fix: Location): Boolean = fix.isMock

@Suppress("DEPRECATION")
private fun mockBefore(fix: Location): Boolean = fix.isFromMockProvider
