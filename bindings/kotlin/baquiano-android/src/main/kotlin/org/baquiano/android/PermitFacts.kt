package org.baquiano.android

import android.Manifest
import android.os.Build

/**
 * What is going on with the permission in question: the one that was asked for last, or else the first that is missing. The facts name no
 * permission, for a flow is about one.
 */
internal val PERMIT_FACTS: FactTable = factTable {
    bool("rationale", own = true) {
        val permission = phone.inQuestion() ?: cannotTell("no permission is missing")
        val activity = phone.activity() ?: cannotTell("no activity")
        activity.shouldShowRequestPermissionRationale(permission)
    }
    bool("perm.asked_before", own = true) {
        val permission = phone.inQuestion() ?: cannotTell("no permission is missing")
        // Android explains only what was refused, so it has been asked.
        val explained = phone.activity().explains(permission) == true || phone.log.wasExplained(permission)
        explained || phone.log.askedBefore(permission) ?: cannotTell("it may have been asked before there was a log")
    }
    bool("perm.policy_fixed", own = true) { phone.missing().any(phone::isRevokedByPolicy) }
    text("perm.wanted", own = true) { wantedName(phone.inQuestion() ?: cannotTell("the app hasn't asked for any")) }
    text("permit.trouble", own = true) { phone.trouble() }
}

private fun Phone.isRevokedByPolicy(permission: String): Boolean = packages.isPermissionRevokedByPolicy(permission, context.packageName)

private fun Phone.inQuestion(): String? = log.last ?: missing().firstOrNull()

internal fun wantedName(permission: String): String = when (permission) {
    Manifest.permission.CAMERA -> "camera"
    Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION -> "location"
    NewPermissions.BACKGROUND_LOCATION -> "location_always"
    Manifest.permission.READ_EXTERNAL_STORAGE, Manifest.permission.WRITE_EXTERNAL_STORAGE,
    NewPermissions.READ_MEDIA_IMAGES, NewPermissions.READ_MEDIA_VIDEO, NewPermissions.READ_MEDIA_SELECTED,
    -> "photos"
    "android.permission.MANAGE_EXTERNAL_STORAGE" -> "all_files"
    NewPermissions.POST_NOTIFICATIONS -> "notifications"
    else -> "other"
}

private fun Phone.trouble(): String {
    val permission = inQuestion() ?: return "given"
    if (granted(permission)) return if (missing().isEmpty()) "given" else partly(missing().first()) ?: cannotTell("another permission is missing")
    val wasHeld = log.wasHeld(permission)
    val state = permissionState(permission)
    return when {
        runCatching { isRevokedByPolicy(permission) }.getOrDefault(false) -> "gray"
        partly(permission) != null -> "part"
        log.last == permission && log.lastCameBackEmpty -> "dead_button"
        wasHeld && state != "denied_permanently" -> "lost"
        state == "denied_permanently" -> "no_window"
        state == "not_requested" -> "never"
        log.askedBefore(permission) == true -> "refused"
        else -> cannotTell("no log of what was asked")
    }
}

/** Whether the person gave part of what was asked. */
private fun Phone.partly(permission: String): String? = "part".takeIf {
    when (permission) {
        Manifest.permission.ACCESS_FINE_LOCATION -> granted(Manifest.permission.ACCESS_COARSE_LOCATION)
        NewPermissions.BACKGROUND_LOCATION -> granted(Manifest.permission.ACCESS_FINE_LOCATION)
        NewPermissions.READ_MEDIA_IMAGES -> sdk >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE && granted(NewPermissions.READ_MEDIA_SELECTED)
        else -> false
    }
}
