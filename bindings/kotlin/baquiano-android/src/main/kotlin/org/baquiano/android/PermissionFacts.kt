package org.baquiano.android

import android.Manifest
import android.annotation.TargetApi
import android.app.AppOpsManager
import android.app.NotificationManager
import android.content.Context
import android.os.Build
import android.os.Environment
import android.os.Process

internal val PERMISSION_FACTS: FactTable = factTable {
    text("perm.any", own = true) { if (phone.missing().isEmpty()) "granted" else "denied" }
    text("perm.fine", own = true) { phone.permissionState(Manifest.permission.ACCESS_FINE_LOCATION) }
    text("perm.coarse", own = true) {
        // Who has the precise position has the approximate one, whether or not the manifest names it.
        val fine = phone.granted(Manifest.permission.ACCESS_FINE_LOCATION)
        if (fine) "granted" else phone.permissionState(Manifest.permission.ACCESS_COARSE_LOCATION)
    }
    text("perm.background_location", minSdk = Build.VERSION_CODES.Q, own = true) {
        when {
            phone.granted(NewPermissions.BACKGROUND_LOCATION) -> "granted"
            NewPermissions.BACKGROUND_LOCATION in phone.declared -> "denied"
            else -> "not_declared"
        }
    }
    text("perm.camera", own = true) { phone.permissionState(Manifest.permission.CAMERA) }
    text("perm.storage", own = true) {
        // Android 13 refuses it without a word, whatever the person does.
        if (phone.sdk >= Build.VERSION_CODES.TIRAMISU) cannotTell("perm.media takes its place from API ${Build.VERSION_CODES.TIRAMISU} on")
        phone.permissionState(Manifest.permission.READ_EXTERNAL_STORAGE)
    }
    text("perm.media", minSdk = Build.VERSION_CODES.TIRAMISU, own = true) { phone.media() }
    bool("perm.all_files", minSdk = Build.VERSION_CODES.R, own = true) { allFiles() }
    bool("notifications.enabled", minSdk = Build.VERSION_CODES.N, own = true) {
        phone.service<NotificationManager>(Context.NOTIFICATION_SERVICE).areNotificationsEnabled()
    }
    text("appop.camera", own = true) { phone.appOp(AppOpsManager.OPSTR_CAMERA) }
    text("appop.location", own = true) { phone.appOp(AppOpsManager.OPSTR_FINE_LOCATION) }
    bool("auto_revoke.whitelisted", minSdk = Build.VERSION_CODES.R, own = true) { phone.keepsPermissions() }
}

private fun Phone.media(): String = when {
    granted(NewPermissions.READ_MEDIA_IMAGES) -> "granted"
    sdk >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE && granted(NewPermissions.READ_MEDIA_SELECTED) -> "partial"
    NewPermissions.READ_MEDIA_IMAGES in declared -> "denied"
    // An app that uses the photo picker needs none, and nobody could grant it one.
    else -> cannotTell("not declared")
}

@TargetApi(Build.VERSION_CODES.R)
private fun allFiles(): Boolean = Environment.isExternalStorageManager()

@TargetApi(Build.VERSION_CODES.R)
private fun Phone.keepsPermissions(): Boolean = packages.isAutoRevokeWhitelisted

private fun Phone.appOp(name: String): String {
    val operations = service<AppOpsManager>(Context.APP_OPS_SERVICE)
    return appOpName(if (sdk >= Build.VERSION_CODES.Q) check(operations, name) else checkBefore(operations, name))
}

internal fun appOpName(mode: Int): String = when (mode) {
    AppOpsManager.MODE_ALLOWED -> "allowed"
    AppOpsManager.MODE_IGNORED -> "ignored"
    AppOpsManager.MODE_ERRORED -> "errored"
    AppOpsManager.MODE_DEFAULT -> "default"
    MODE_FOREGROUND -> "foreground"
    // MIUI has modes of its own («ask each time» is 5), which aren't a refusal.
    else -> cannotTell("unknown mode $mode")
}

@TargetApi(Build.VERSION_CODES.Q)
@Suppress("DEPRECATION")
private fun Phone.check(operations: AppOpsManager, name: String): Int = operations.unsafeCheckOpNoThrow(name, Process.myUid(), context.packageName)

@Suppress("DEPRECATION")
private fun Phone.checkBefore(operations: AppOpsManager, name: String): Int = operations.checkOpNoThrow(name, Process.myUid(), context.packageName)

/** AppOpsManager.MODE_FOREGROUND, a constant of API 29. */
private const val MODE_FOREGROUND = 4
