package org.baquiano.android

import android.provider.Settings

/** A row of the global settings; null where there is none. */
internal fun Phone.globalInt(name: String): Int? = rows.global(name)

/** A row of the secure settings; null where there is none. */
internal fun Phone.secureInt(name: String): Int? = rows.secure(name)

/** A switch that every Android has a row for. */
internal fun Phone.globalSwitch(name: String): Boolean = (globalInt(name) ?: cannotTell("no setting $name")) != 0

/**
 * A switch whose row is missing as long as nobody touched it. A provider that doesn't answer gives null too, so a row that every phone has must be
 * there for the missing one to mean "off".
 */
internal fun Phone.rareGlobalSwitch(name: String): Boolean {
    val value = globalInt(name)
    if (value == null && globalInt(Settings.Global.AIRPLANE_MODE_ON) == null) cannotTell("no settings")
    return value != null && value != 0
}
