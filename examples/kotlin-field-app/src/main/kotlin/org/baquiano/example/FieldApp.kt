package org.baquiano.example

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.drop
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import org.baquiano.Baquiano
import org.baquiano.HttpSender
import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Host
import org.baquiano.example.phone.PhoneNetwork
import org.baquiano.example.phone.SimulatedPhone
import org.baquiano.example.phone.SimulatedProbe
import org.baquiano.example.phone.SimulatedSettings
import org.baquiano.ffi.Settings
import org.baquiano.model.AppVersion
import org.baquiano.model.Device
import java.nio.file.Path
import kotlin.time.Duration

/**
 * The app without its window: the help, on a simulated phone. In an Android app, `Application.onCreate` ties these things together.
 *
 * @param dir the app's own folder for the help.
 * @param desk where cases are sent.
 * @param token what the desk lets the app in by; null: nothing.
 * @param scope where the help works; its thread is the app's main thread.
 * @param lookTakes how long the probe takes to look at the phone.
 */
class FieldApp(
    private val dir: Path,
    desk: String,
    scope: CoroutineScope,
    val phone: SimulatedPhone,
    token: String? = null,
    lookTakes: () -> Duration = { Duration.ZERO },
) {
    /** The help. */
    val help: HelpModel = HelpModel(
        Host(::openDesk, SimulatedProbe(phone, lookTakes), PhoneNetwork(phone, HttpSender(desk, token)), SimulatedSettings(phone)),
        scope,
    )

    init {
        phone.onReturn = { help.cameBack() }
        scope.launch {
            phone.state.map { it.online }.distinctUntilChanged().drop(1).filter { it }.collect { help.networkCameBack() }
        }
    }

    private suspend fun openDesk(): Baquiano {
        val now = phone.state.value
        val device = Device(vendor = now.vendor, model = "Modelo de ejemplo", android = now.android, locale = "es-HN")
        return Baquiano.open(Settings(dir = dir.toString(), app = AppVersion("fsu-rup", "0.1.0"), device = device))
    }

    /** The process ends, and begins again. */
    fun dieAndBeginAgain() {
        help.die()
        phone.leaveSettings()
        help.start()
    }
}
