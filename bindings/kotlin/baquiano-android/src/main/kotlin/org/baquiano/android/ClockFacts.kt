package org.baquiano.android

import android.annotation.TargetApi
import android.location.Location
import android.location.LocationManager
import android.os.Build
import android.os.SystemClock
import android.provider.Settings
import java.net.HttpURLConnection
import java.net.URL
import java.util.Calendar
import java.util.SimpleTimeZone
import kotlin.math.abs

/** How far the clock may be off and still count as right, in s. Origin: facts.yaml, clock.right. */
private const val RIGHT_WITHIN_S = 300L

private const val MS_PER_S = 1_000L
private const val MS_PER_MINUTE = 60_000
private const val MINUTES_PER_HOUR = 60
private const val NS_PER_MS = 1_000_000L

/** Longest wait for the server to connect, and then for its answer, in ms. Chosen: 2G answers within it. */
private const val SERVER_MS = 4_000

/** The whole way to the time: name, connection, answer, and a position where that is all there is. */
private const val SERVER_ALL_MS = 12_000L

/** Receivers that lost count of the GPS weeks are a multiple of 1,024 weeks behind. Origin: the ten-bit week of the GPS signal. */
private const val ROLLOVER_S = 1_024L * 7 * 24 * 3_600

/** How near to such a multiple a difference must be to be one, in s. Chosen: a day, more than any time zone. */
private const val ROLLOVER_SLACK_S = 86_400L

internal val CLOCK_FACTS: FactTable = factTable {
    bool("clock.auto") {
        val zone = phone.globalInt(Settings.Global.AUTO_TIME_ZONE)
        // Tablets without a chip have no row for the zone.
        phone.globalSwitch(Settings.Global.AUTO_TIME) && (zone == null || zone != 0)
    }
    bool("clock.right", slow = ::clockMs) { abs(skewSeconds()) <= RIGHT_WITHIN_S }
    int("clock.skew_s", slow = ::clockMs) { skewSeconds() }
    bool("desk.open") { phone.options.deskHours.openAt(phone.clock.wallMs()) }
}

private fun clockMs(options: ProbeOptions): Long = SERVER_ALL_MS + options.fixTimeoutMs

internal fun DeskHours.openAt(wallMs: Long): Boolean {
    val now = Calendar.getInstance(SimpleTimeZone(utcOffsetMinutes * MS_PER_MINUTE, "desk")).apply { timeInMillis = wallMs }
    // Calendar counts from Sunday 1; the options from Monday 1.
    val day = (now.get(Calendar.DAY_OF_WEEK) + 5) % 7 + 1
    val minute = now.get(Calendar.HOUR_OF_DAY) * MINUTES_PER_HOUR + now.get(Calendar.MINUTE)
    return day in days && minute in opensMinute until closesMinute
}

/** The phone's time less the true one, in s. */
private suspend fun Review.skewSeconds(): Long = once("skew") {
    phone.skewByServer() ?: phone.skewBySystem() ?: skewByFix() ?: cannotTell("nothing to compare the clock with")
}

private fun Phone.skewByServer(): Long? {
    val address = options.timeUrl ?: return null
    return runCatching {
        val connection = URL(address).openConnection() as HttpURLConnection
        try {
            connection.requestMethod = "HEAD"
            connection.useCaches = false
            // A hotel's login page redirects, and says nothing of our server's time.
            connection.instanceFollowRedirects = false
            connection.connectTimeout = SERVER_MS
            connection.readTimeout = SERVER_MS
            val before = clock.wallMs()
            connection.responseCode
            val after = clock.wallMs()
            // The header was written somewhere between; its middle halves the error.
            connection.date.takeIf { it > 0 }?.let { (before + (after - before) / 2 - it) / MS_PER_S }
        } finally {
            connection.disconnect()
        }
    }.getOrNull()
}

/** What Android itself got from the network or from GNSS, whatever the person did to the clock. */
private fun Phone.skewBySystem(): Long? {
    val network = if (sdk >= Build.VERSION_CODES.TIRAMISU) runCatching { networkTimeMs() }.getOrNull() else null
    val gnss = if (network == null && sdk >= Build.VERSION_CODES.Q) runCatching { gnssTimeMs() }.getOrNull() else null
    val time = network ?: gnss ?: return null
    return ((clock.wallMs() - time) / MS_PER_S).takeIf { network != null || !isRollover(it) }
}

@TargetApi(Build.VERSION_CODES.TIRAMISU)
private fun networkTimeMs(): Long = SystemClock.currentNetworkTimeClock().millis()

@TargetApi(Build.VERSION_CODES.Q)
private fun gnssTimeMs(): Long = SystemClock.currentGnssTimeClock().millis()

private suspend fun Review.skewByFix(): Long? {
    val fix = sky().fix ?: phone.lastFix
    return fix?.takeIf { it.provider == LocationManager.GPS_PROVIDER }?.let(phone::skewOf)?.takeUnless(::isRollover)
}

/** A satellite's time was right when the position was made, which may be a while ago. */
internal fun Phone.skewOf(fix: Location): Long? {
    val satellite = fix.time
    if (satellite <= 0) return null
    val ageMs = (clock.elapsedNs() - fix.elapsedRealtimeNanos) / NS_PER_MS
    return (clock.wallMs() - ageMs - satellite) / MS_PER_S
}

/** Whether a difference is the receiver's fault rather than the clock's. */
internal fun isRollover(skewSeconds: Long): Boolean =
    skewSeconds > ROLLOVER_SLACK_S && (skewSeconds + ROLLOVER_SLACK_S) % ROLLOVER_S <= 2 * ROLLOVER_SLACK_S
