package org.baquiano.example.help

import org.baquiano.Baquiano
import org.baquiano.DeviceProbe
import org.baquiano.Sender

/**
 * Opens a screen of the phone's own. In an Android app: `startActivity` with the intent for the action (docs of `ACTIONS`), and for `ask-permission`
 * `ActivityResultContracts.RequestPermission`.
 */
fun interface SettingsOpener {
    /**
     * Opens the screen for an action.
     *
     * @param action one of the actions of remedies, `location-settings` for example.
     * @param proves the facts that the remedy proves: for `ask-permission`, which permission it is.
     * @return false when this phone has no such screen.
     */
    fun open(action: String, proves: List<String>): Boolean
}

/**
 * What the help needs of the app that it lives in.
 *
 * @property open opens the desk, in the app's own folder. Off the main thread by itself.
 * @property probe reads the phone. On Android, `AndroidDeviceProbe`.
 * @property sender sends cases. On Android, [org.baquiano.HttpSender].
 * @property settings opens screens of the phone.
 * @property filed a case was filed, and waits to be sent. On Android, `OutboxJobService.schedule`.
 */
class Host(
    val open: suspend () -> Baquiano,
    val probe: DeviceProbe,
    val sender: Sender,
    val settings: SettingsOpener,
    val filed: () -> Unit = {},
)
