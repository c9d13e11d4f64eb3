package org.baquiano.example.android

import android.annotation.TargetApi
import android.content.Context
import android.content.pm.PackageInfo
import android.os.Build
import org.baquiano.Reading
import org.baquiano.model.AppVersion
import org.baquiano.model.Device
import org.baquiano.model.FactValue

/** The app's id in the knowledge base (`catalog.yaml`): which texts are for it. */
private const val APP_ID = "fsu-rup"

/** What is told of the phone when the desk is opened. The probe knows makers by the names that the texts go by; `Build.MANUFACTURER` doesn't. */
val DEVICE_FACTS: List<String> = listOf("vendor", "device.model", "android", "android.sdk", "abi")

/** The phone, from what was read of it. What can't be read stays open. */
fun device(readings: Map<String, Reading>, locale: String): Device {
    fun value(id: String) = (readings[id] as? Reading.Known)?.value
    fun text(id: String) = (value(id) as? FactValue.Text)?.v1
    return Device(
        vendor = text("vendor"),
        model = text("device.model"),
        android = text("android"),
        apiLevel = (value("android.sdk") as? FactValue.Int)?.v1?.toUInt(),
        abi = text("abi"),
        locale = locale,
    )
}

/** The app and its version. */
internal fun Context.appVersion(): AppVersion {
    val info = packageManager.getPackageInfo(packageName, 0)
    val code = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) longCode(info) else shortCode(info)
    return AppVersion(APP_ID, info.versionName, code.toULong())
}

@TargetApi(Build.VERSION_CODES.P)
private fun longCode(info: PackageInfo): Long = info.longVersionCode

@Suppress("DEPRECATION")
private fun shortCode(info: PackageInfo): Long = info.versionCode.toLong()
