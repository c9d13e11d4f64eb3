package org.baquiano.example.phone

import kotlinx.coroutines.delay
import org.baquiano.DeviceProbe
import org.baquiano.Reading
import org.baquiano.model.FactValue
import kotlin.time.Duration

/**
 * Reads the simulated phone, with the ids and values of `kb/facts.yaml`. On Android `AndroidDeviceProbe` does this, and an app adds what it alone knows.
 *
 * @param takes how long a look takes: a real one has to wait for the GPS.
 */
class SimulatedProbe(private val phone: SimulatedPhone, private val takes: () -> Duration = { Duration.ZERO }) : DeviceProbe {
    override suspend fun read(facts: Collection<String>): Map<String, Reading> {
        delay(takes())
        val now = phone.state.value
        return facts.associateWith { fact -> READERS[fact]?.invoke(now) ?: Reading.Unknown("the simulated phone doesn't tell") }
    }
}

private fun yes(value: Boolean) = Reading.Known(FactValue.Bool(value))

private fun number(value: Long) = Reading.Known(FactValue.Int(value))

private fun text(value: String) = Reading.Known(FactValue.Text(value))

private val CANNOT = Reading.Unknown("not while it is set like this")

private val RELEASES = mapOf("7" to 24L, "8.1" to 27L, "9" to 28L, "10" to 29L, "11" to 30L, "12" to 31L, "13" to 33L, "14" to 34L, "15" to 35L)

/** The releases of Android that the switchboard offers. */
val ANDROID_RELEASES: List<String> = RELEASES.keys.toList()

/** The makers that the switchboard offers: those whose settings differ most. */
val VENDORS: List<String> = listOf("samsung", "xiaomi", "huawei", "motorola", "tecno", "infinix", "google")

private fun sdk(phone: Phone) = RELEASES[phone.android] ?: 33L

/** The network that Android would name first: the flow of sending starts from it. */
private fun networkIcon(phone: Phone) = when {
    phone.airplane -> "airplane"
    phone.signal -> "data"
    else -> "no_signal"
}

private val READERS: Map<String, (Phone) -> Reading> = mapOf(
    "vendor" to { text(it.vendor) },
    "android" to { text(it.android) },
    "android.sdk" to { number(sdk(it)) },
    "device.model" to { text("Modelo de ejemplo") },
    "ram_mb" to { number(3072) },
    "app.installed" to { yes(true) },
    "app.version" to { text("0.1.0") },

    "location.enabled" to { yes(it.locationOn) },
    // Android dropped the mode with release 9.
    "location.mode" to { if (sdk(it) > 27) CANNOT else text(if (it.locationOn) "high_accuracy" else "off") },
    "gms" to { text("ok") },
    "gms.settings_check" to { text(if (it.locationOn) "ok" else "resolvable") },
    "wifi.scan_always" to { yes(true) },
    "gnss.present" to { yes(true) },
    "gnss.sats_used" to { onlyWhenListening(it, number(if (it.satellites) 9 else 0)) },
    "gnss.cn0_top4" to { onlyWhenListening(it, number(if (it.satellites) 34 else 8)) },
    "fix.present" to { yes(it.hasFix) },
    "fix.accuracy_m" to { if (it.hasFix) number(it.accuracyMeters) else CANNOT },
    "fix.age_s" to { if (it.hasFix) number(2) else CANNOT },
    "location.mock" to { if (it.hasFix) yes(false) else CANNOT },

    "perm.fine" to { text(it.location.value) },
    "perm.coarse" to { text(it.location.value) },
    "perm.camera" to { text(it.camera.value) },
    "perm.policy_fixed" to { yes(false) },
    "appop.location" to { if (it.location == Permission.GRANTED) text("allowed") else CANNOT },
    "appop.camera" to { if (it.camera == Permission.GRANTED) text("allowed") else CANNOT },

    "camera.present" to { yes(true) },
    "camera.count" to { number(2) },
    "camera.policy_disabled" to { yes(false) },
    "camera.in_use" to { yes(false) },
    "camera.open_error" to { if (it.camera == Permission.GRANTED) text("none") else CANNOT },
    "intent.custom_camera" to { text("resolved") },

    "storage.free_mb" to { number(if (it.storageFull) 120 else 6400) },
    "storage.free_low" to { yes(it.storageFull) },
    "power.saver" to { yes(it.batterySaver) },
    "power.location_mode" to { if (sdk(it) < 28) CANNOT else text(if (it.batterySaver) "all_disabled_when_screen_off" else "no_change") },
    "battery.ignoring_opt" to { yes(true) },
    "clock.auto" to { yes(it.clockAuto) },
    // A phone with a wrong clock learns how wrong it is from the network alone.
    "clock.skew_s" to { if (!it.online) CANNOT else number(if (it.clockAuto) 0 else 7200) },

    "airplane" to { yes(it.airplane) },
    "sim" to { text("present") },
    "data.mobile" to { yes(true) },
    "net.connected" to { yes(it.online) },
    "net.validated" to { yes(it.online) },
    "net.icon" to { text(networkIcon(it)) },
)

private fun onlyWhenListening(phone: Phone, reading: Reading) = if (phone.locationOn && phone.location == Permission.GRANTED) reading else CANNOT
