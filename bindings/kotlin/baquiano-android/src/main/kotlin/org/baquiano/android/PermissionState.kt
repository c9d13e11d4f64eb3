package org.baquiano.android

import android.Manifest
import android.annotation.TargetApi
import android.content.pm.PackageManager
import android.content.pm.PermissionInfo
import android.os.Build

/** Permission names that came after API 24: written out, for lint takes the constants for a mistake on the lowest level. */
internal object NewPermissions {
    const val BACKGROUND_LOCATION = "android.permission.ACCESS_BACKGROUND_LOCATION"
    const val READ_MEDIA_IMAGES = "android.permission.READ_MEDIA_IMAGES"
    const val READ_MEDIA_VIDEO = "android.permission.READ_MEDIA_VIDEO"
    const val READ_MEDIA_SELECTED = "android.permission.READ_MEDIA_VISUAL_USER_SELECTED"
    const val POST_NOTIFICATIONS = "android.permission.POST_NOTIFICATIONS"
}

/** The permissions that stand for a fact on an Android. */
internal fun permissionsOf(fact: String, sdk: Int): List<String> = when (fact) {
    // Together: from API 31 on, asking for the precise one alone is ignored.
    "perm.fine" -> listOf(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
    "perm.coarse" -> listOf(Manifest.permission.ACCESS_COARSE_LOCATION)
    "perm.background_location" -> if (sdk >= Build.VERSION_CODES.Q) listOf(NewPermissions.BACKGROUND_LOCATION) else emptyList()
    "perm.camera" -> listOf(Manifest.permission.CAMERA)
    "perm.storage", "perm.media" -> photoPermissions(sdk)
    "notifications.enabled", "perm.notifications" ->
        if (sdk >= Build.VERSION_CODES.TIRAMISU) listOf(NewPermissions.POST_NOTIFICATIONS) else emptyList()
    else -> emptyList()
}

private fun photoPermissions(sdk: Int): List<String> = when {
    // With the second one the window offers "some photos" and Android doesn't ask again at each start.
    sdk >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE -> listOf(NewPermissions.READ_MEDIA_IMAGES, NewPermissions.READ_MEDIA_SELECTED)
    sdk >= Build.VERSION_CODES.TIRAMISU -> listOf(NewPermissions.READ_MEDIA_IMAGES)
    else -> listOf(Manifest.permission.READ_EXTERNAL_STORAGE)
}

/**
 * The value of `perm.*` for a permission. Where it can't be told which kind of refusal it is, it is the plain one: then the person is asked again
 * first, and sent to the settings if that fails; the other way round, a window that would still come is never tried.
 */
internal fun Phone.permissionState(permission: String): String {
    val granted = granted(permission)
    val explains = if (granted) null else activity().explains(permission)
    log.saw(permission, granted, explains)
    return when {
        granted -> "granted"
        permission !in declared -> "not_requested"
        explains == true -> "denied"
        log.isSilent(permission) -> "denied_permanently"
        // It asked for an explanation once and no longer does: the second refusal is for good.
        explains == false && log.wasExplained(permission) -> "denied_permanently"
        log.askedBefore(permission) == false -> "not_requested"
        else -> "denied"
    }
}

/** The permissions that the app can't work without and that this Android can grant. */
internal fun Phone.needed(): List<String> {
    options.neededPermissions?.let { return it.toList() }
    return declared.filter { it !in notNeeded(sdk) && isDangerous(it) }
}

/** Those of them that are missing. Some of the photos, or the approximate position in place of none, are no missing permission of their own. */
internal fun Phone.missing(): List<String> = needed().filterNot { permission ->
    granted(permission) ||
        (permission == Manifest.permission.ACCESS_COARSE_LOCATION && granted(Manifest.permission.ACCESS_FINE_LOCATION)) ||
        (permission in MEDIA && sdk >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE && granted(NewPermissions.READ_MEDIA_SELECTED))
}

private val MEDIA = setOf(NewPermissions.READ_MEDIA_IMAGES, NewPermissions.READ_MEDIA_VIDEO)

/** Permissions with a fact of their own, and those that Android no longer grants and apps declare for older phones. */
private fun notNeeded(sdk: Int): Set<String> = buildSet {
    add(NewPermissions.BACKGROUND_LOCATION)
    add(NewPermissions.READ_MEDIA_SELECTED)
    if (sdk >= Build.VERSION_CODES.R) add(Manifest.permission.WRITE_EXTERNAL_STORAGE)
    if (sdk >= Build.VERSION_CODES.TIRAMISU) add(Manifest.permission.READ_EXTERNAL_STORAGE)
}

/** A permission that this Android doesn't know yet can't be missing. */
private fun Phone.isDangerous(permission: String): Boolean {
    val info = try {
        packages.getPermissionInfo(permission, 0)
    } catch (_: PackageManager.NameNotFoundException) {
        return false
    }
    return protection(info) == PermissionInfo.PROTECTION_DANGEROUS
}

private fun Phone.protection(info: PermissionInfo): Int = if (sdk >= Build.VERSION_CODES.P) protectionNow(info) else protectionBefore(info)

@TargetApi(Build.VERSION_CODES.P)
private fun protectionNow(info: PermissionInfo): Int = info.protection

@Suppress("DEPRECATION")
private fun protectionBefore(info: PermissionInfo): Int = info.protectionLevel and PermissionInfo.PROTECTION_MASK_BASE
