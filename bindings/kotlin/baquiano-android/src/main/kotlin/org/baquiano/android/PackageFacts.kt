package org.baquiano.android

import android.annotation.TargetApi
import android.content.Context
import android.content.pm.ApplicationInfo
import android.content.pm.PackageInfo
import android.content.pm.PackageManager
import android.os.Build
import android.os.UserManager

/** What Play Store leaves of an app that it archived before Android did that itself. Origin: Google's bundletool. */
private const val REACTIVATE_ACTIVITY = "com.google.android.archive.ReactivateActivity"

/** The app that the help is about, as it is installed. */
internal val PACKAGE_FACTS: FactTable = factTable {
    bool("app.installed") { phone.isInstalled() }
    bool("app.archived") { phone.isArchived() }
    bool("profile.paused", minSdk = Build.VERSION_CODES.N) { phone.hasPausedProfile() }
    text("app.version") { phone.installed().versionName ?: cannotTell("no version name") }
    int("app.version_code") { phone.versionCode(phone.installed()) }
    bool("install.done") {
        val wanted = phone.options.wantedVersionCode()
        when {
            // This very code runs in it, so it is there and opens.
            phone.isOwn -> wanted == null || phone.versionCode(phone.installed()) >= wanted
            !phone.isInstalled() -> false
            phone.packages.getLaunchIntentForPackage(phone.subject) == null -> false
            else -> phone.versionCode(phone.installed()) >= (wanted ?: cannotTell("the app doesn't say which version is wanted"))
        }
    }
    bool("update.done") {
        val wanted = phone.options.wantedVersionCode() ?: cannotTell("the app doesn't say which version is wanted")
        phone.isInstalled() && phone.versionCode(phone.installed()) >= wanted
    }
}

internal fun Phone.installed(): PackageInfo = packages.infoOrNull(subject) ?: cannotTell("not installed")

private fun Phone.isInstalled(): Boolean = isOwn || (packages.infoOrNull(subject) != null && !isArchived())

private fun Phone.isArchived(): Boolean {
    if (isOwn) return false
    if (sdk >= Build.VERSION_CODES.VANILLA_ICE_CREAM && archivedBySystem()) return true
    val left = packages.infoOrNull(subject, PackageManager.GET_ACTIVITIES)
    return left?.activities.orEmpty().any { it.name == REACTIVATE_ACTIVITY }
}

/** Marks what came after the newest Android that the build has signatures of, so that the build lets it pass. */
@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.FUNCTION)
internal annotation class NewerThanSignatures

@TargetApi(Build.VERSION_CODES.VANILLA_ICE_CREAM)
@NewerThanSignatures
private fun Phone.archivedBySystem(): Boolean = try {
    val flags = PackageManager.PackageInfoFlags.of(PackageManager.MATCH_ARCHIVED_PACKAGES)
    packages.getPackageInfo(subject, flags).applicationInfo?.isArchived == true
} catch (_: PackageManager.NameNotFoundException) {
    false
}

private fun Phone.hasPausedProfile(): Boolean {
    val users = service<UserManager>(Context.USER_SERVICE)
    return users.userProfiles.any(users::isQuietModeEnabled)
}

/** Whether an app came with the phone. */
internal fun PackageInfo.isPreinstalled(): Boolean = ((applicationInfo?.flags ?: 0) and ApplicationInfo.FLAG_SYSTEM) != 0
