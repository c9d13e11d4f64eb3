package org.baquiano.example.phone

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update

/**
 * How Android answers when an app asks for a permission.
 *
 * @property value as the knowledge base writes it.
 * @property label as the switchboard shows it.
 */
enum class Permission(val value: String, val label: String) {
    GRANTED("granted", "Dado"),
    NOT_REQUESTED("not_requested", "Nunca pedido"),
    DENIED("denied", "Negado"),
    DENIED_FOR_GOOD("denied_permanently", "Ya no pregunta"),
}

/** All of a phone that the demonstration simulates. An Android app has the phone itself instead of this folder. */
data class Phone(
    val vendor: String = "samsung",
    val android: String = "13",
    val locationOn: Boolean = false,
    val location: Permission = Permission.GRANTED,
    val camera: Permission = Permission.GRANTED,
    val satellites: Boolean = true,
    val accuracyMeters: Long = 6,
    val airplane: Boolean = false,
    val signal: Boolean = false,
    val storageFull: Boolean = false,
    val batterySaver: Boolean = false,
    val clockAuto: Boolean = true,
) {
    /** Whether anything can be sent. */
    val online: Boolean get() = signal && !airplane

    /** Whether the GPS gives a point. */
    val hasFix: Boolean get() = locationOn && location == Permission.GRANTED && satellites
}

/** A screen of the phone's own that stands before the app. */
sealed interface InFront {
    /**
     * A page of the settings.
     *
     * @property title its title.
     * @property rows what can be changed there.
     */
    data class Settings(val title: String, val rows: List<Row>) : InFront

    /**
     * The window that asks for a permission.
     *
     * @property question what it asks.
     * @property row what the answer changes.
     */
    data class PermissionWindow(val question: String, val row: Row) : InFront
}

/**
 * Something in the phone's settings that is on or off.
 *
 * @property label what stands beside the switch.
 * @property isOn how it stands.
 * @property turned the phone after it was turned.
 */
class Row(val label: String, val isOn: (Phone) -> Boolean, val turned: Phone.(Boolean) -> Phone)

/** The simulated phone: what it is set to, and which of its own screens stands before the app. */
class SimulatedPhone(start: Phone = Phone()) {
    private val set = MutableStateFlow(start)
    private val before = MutableStateFlow<InFront?>(null)

    /** How it is. */
    val state: StateFlow<Phone> = set.asStateFlow()

    /** The phone's own screen before the app; null: the app is in front. */
    val inFront: StateFlow<InFront?> = before.asStateFlow()

    /** Called when the app is in front again: `onResume`. */
    var onReturn: () -> Unit = {}

    /** Changes it. */
    fun change(how: Phone.() -> Phone): Unit = set.update { it.how() }

    /** Puts a screen of the phone before the app. */
    fun show(screen: InFront) {
        before.value = screen
    }

    /** Leaves that screen: the app is in front again. */
    fun goBack() {
        if (before.value == null) return
        leaveSettings()
        onReturn()
    }

    /** Puts that screen away without telling the app, which is no more. */
    fun leaveSettings() {
        before.value = null
    }
}
