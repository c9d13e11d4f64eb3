package org.baquiano.android

import org.baquiano.Reading
import org.baquiano.model.AppVersion
import org.baquiano.model.Device
import org.baquiano.model.FactValue

/** What [device] reads. None of it changes while a desk is open, and none of it takes seconds. */
internal val DEVICE_FACTS: List<String> = listOf("vendor", "device.model", "android", "android.sdk", "abi")

/** What [appVersion] reads. */
internal val APP_FACTS: List<String> = listOf("app.version", "app.version_code")

/**
 * The phone as incidents tell of it, for `Settings.device`: maker, by the name that texts and flows go by (which `Build.MANUFACTURER` isn't), model, Android,
 * ABI, language. What can't be read stays open.
 *
 * A desk is told this once, when it's opened. What changes meanwhile (free space, charge, network) is therefore not in it: a case that is filed hours later
 * would tell of another hour. A talk reads what it needs of that itself, and tells the desk.
 */
public suspend fun AndroidDeviceProbe.device(): Device {
    val readings = read(DEVICE_FACTS)
    return Device(
        vendor = readings.text("vendor"),
        model = readings.text("device.model"),
        android = readings.text("android"),
        apiLevel = readings.number("android.sdk")?.toUInt(),
        abi = readings.text("abi"),
        // What a maker's resources throw is no reason to be without a desk.
        locale = runCatching { phone.context.resources.configuration.locales[0].toLanguageTag() }.getOrNull(),
    )
}

/**
 * The app that the help is about and its version, for `Settings.app`.
 *
 * @param id its id in the knowledge base (`catalog.yaml`): which texts are for it.
 */
public suspend fun AndroidDeviceProbe.appVersion(id: String): AppVersion {
    val readings = read(APP_FACTS)
    return AppVersion(id, readings.text("app.version"), readings.number("app.version_code")?.toULong())
}

private fun Map<String, Reading>.value(id: String): FactValue? = (this[id] as? Reading.Known)?.value

private fun Map<String, Reading>.text(id: String): String? = (value(id) as? FactValue.Text)?.v1

private fun Map<String, Reading>.number(id: String): Long? = (value(id) as? FactValue.Int)?.v1
