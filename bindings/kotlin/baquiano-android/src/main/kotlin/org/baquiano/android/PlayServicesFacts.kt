package org.baquiano.android

import android.content.pm.PackageManager

private const val PLAY_SERVICES = "com.google.android.gms"

/**
 * Without Google's library only package and switch can be seen: whether the signature is theirs (`invalid`) and whether they are being updated
 * (`updating`) is left to an app with the library, through [AppFacts].
 */
internal val PLAY_SERVICES_FACTS: FactTable = factTable {
    text("gms") { phone.playServices() }
}

private fun Phone.playServices(): String {
    val info = packages.infoOrNull(PLAY_SERVICES) ?: return "absent"
    val enabled = when (packages.getApplicationEnabledSetting(PLAY_SERVICES)) {
        PackageManager.COMPONENT_ENABLED_STATE_ENABLED -> true
        PackageManager.COMPONENT_ENABLED_STATE_DEFAULT -> info.applicationInfo?.enabled ?: cannotTell("no application in the package")
        else -> false
    }
    val least = options.playServicesMinVersionCode
    return when {
        !enabled -> "disabled"
        least != null && versionCode(info) < least -> "update_required"
        else -> "ok"
    }
}
