package org.baquiano.example.phone

import org.baquiano.example.help.SettingsOpener
import org.baquiano.example.help.Words

private val LOCATION = Row("Usar la ubicación", { it.locationOn }, { copy(locationOn = it) })
private val LOCATION_PERMISSION = Row("Permiso de ubicación", { it.location == Permission.GRANTED }, { copy(location = allowed(it)) })
private val CAMERA_PERMISSION = Row("Permiso de cámara", { it.camera == Permission.GRANTED }, { copy(camera = allowed(it)) })
private val AIRPLANE = Row("Modo avión", { it.airplane }, { copy(airplane = it) })
private val SPACE = Row("Borrar videos viejos", { !it.storageFull }, { copy(storageFull = !it) })
private val SAVER = Row("Ahorro de batería", { it.batterySaver }, { copy(batterySaver = it) })
private val CLOCK = Row("Fecha y hora automáticas", { it.clockAuto }, { copy(clockAuto = it) })

private fun allowed(yes: Boolean) = if (yes) Permission.GRANTED else Permission.DENIED

/** Which page each action opens. The intents of the real ones are in the documentation of `ACTIONS`. */
private val PAGES: Map<String, InFront.Settings> = mapOf(
    "location-settings" to InFront.Settings("Ubicación", listOf(LOCATION)),
    "app-details" to InFront.Settings("Información de la app", listOf(LOCATION_PERMISSION, CAMERA_PERMISSION)),
    "airplane-settings" to InFront.Settings("Red e internet", listOf(AIRPLANE)),
    "storage-settings" to InFront.Settings("Almacenamiento", listOf(SPACE)),
    "battery-saver" to InFront.Settings("Batería", listOf(SAVER)),
    "date-settings" to InFront.Settings("Fecha y hora", listOf(CLOCK)),
)

/** Opens the simulated screens of the phone. */
class SimulatedSettings(private val phone: SimulatedPhone) : SettingsOpener {
    override fun open(action: String, proves: List<String>): Boolean {
        val screen = if (action == "ask-permission") window(proves) else PAGES[action]
        screen?.let { phone.show(it) }
        return screen != null
    }

    /** Android shows no window once a permission was denied for good. */
    private fun window(proves: List<String>): InFront? {
        val now = phone.state.value
        return when {
            "perm.fine" in proves && now.location != Permission.DENIED_FOR_GOOD ->
                InFront.PermissionWindow("¿Permitir que ${Words.APP} use la ubicación?", asked(LOCATION_PERMISSION, now.location) { copy(location = it) })
            "perm.camera" in proves && now.camera != Permission.DENIED_FOR_GOOD ->
                InFront.PermissionWindow("¿Permitir que ${Words.APP} tome fotos?", asked(CAMERA_PERMISSION, now.camera) { copy(camera = it) })
            else -> null
        }
    }

    /** A second no is for good, as since Android 11. */
    private fun asked(row: Row, before: Permission, set: Phone.(Permission) -> Phone) = Row(row.label, row.isOn) { yes ->
        set(if (yes) Permission.GRANTED else if (before == Permission.DENIED) Permission.DENIED_FOR_GOOD else Permission.DENIED)
    }
}
