package org.baquiano.android

import android.annotation.TargetApi
import android.content.Context
import android.os.Build
import android.os.UserManager
import android.provider.Settings

private const val PLAY_STORE = "com.android.vending"

private val STORES = setOf(PLAY_STORE, "com.google.android.feedback")

private val OTHER_STORES = setOf(
    "com.sec.android.app.samsungapps", "com.huawei.appmarket", "com.hihonor.appmarket", "com.xiaomi.mipicks", "com.xiaomi.market", "com.oppo.market",
    "com.heytap.market", "com.bbk.appstore", "com.vivo.appstore", "com.transsnet.store", "com.amazon.venezia", "cm.aptoide.pt",
    "com.uptodown", "com.apkpure.aegon", "com.aurora.store", "com.lenovo.leos.appstore",
)

private val FDROID = setOf("org.fdroid.fdroid", "org.fdroid.basic", "org.fdroid.fdroid.privileged", "com.looker.droidify", "com.machiav3lli.fdroid")

/** Names of apps that hand on a file: package installers, browsers, chats and file managers of whatever maker. */
private val SIDELOADERS = listOf(
    "packageinstaller", "com.android.shell", "com.android.chrome", "browser", "org.mozilla", "com.opera", "com.microsoft.emmx", "com.brave",
    "com.whatsapp", "telegram", "com.facebook", "com.google.android.gm", "com.google.android.apps.docs", "com.google.android.apps.nbu.files",
    "filemanager", "fileexplorer", "myfiles", "documentsui", "filebrowser", "com.lenovo.anyshare", "com.mi.android.globalFileexplorer", "bluetooth",
)

internal val INSTALL_FACTS: FactTable = factTable {
    bool("play.waiting") { phone.isWaitingInPlay() }
    text("installer") { phone.installer() }
    bool("unknown_sources.own_app", minSdk = Build.VERSION_CODES.O, own = true) { phone.mayInstall() }
    bool("unknown_sources.global") { phone.unknownSources() }
    bool("user.install_restricted") { phone.mustNotInstall() }
}

// By their getters: as properties, Kotlin takes the fields of the same names, which no app may touch.
@Suppress("UsePropertyAccessSyntax")
private fun Phone.isWaitingInPlay(): Boolean = packages.packageInstaller.allSessions.any { session ->
    session.getAppPackageName() == subject && session.getInstallerPackageName() == PLAY_STORE && !session.isActive
}

private fun Phone.installer(): String {
    val info = installed()
    val by = if (sdk >= Build.VERSION_CODES.R) installedBy() else installedByBefore()
    return when {
        by != null -> installerKind(by)
        // Up to Android 7.1 the package installer left no name; later only what came with the phone or by cable has none.
        sdk < Build.VERSION_CODES.O && !info.isPreinstalled() -> "sideload"
        else -> "unknown"
    }
}

@TargetApi(Build.VERSION_CODES.R)
private fun Phone.installedBy(): String? = packages.getInstallSourceInfo(subject).installingPackageName

@Suppress("DEPRECATION")
private fun Phone.installedByBefore(): String? = packages.getInstallerPackageName(subject)

/** The value of `installer` for the package that installed. */
internal fun installerKind(name: String): String = when {
    name in STORES -> "store"
    name in FDROID -> "fdroid"
    OTHER_STORES.any { name == it || name.startsWith("$it.") } -> "other_store"
    SIDELOADERS.any { name.contains(it, ignoreCase = true) } -> "sideload"
    else -> "unknown"
}

// Throws SecurityException unless the manifest asks for REQUEST_INSTALL_PACKAGES, so it is Unknown then.
@TargetApi(Build.VERSION_CODES.O)
private fun Phone.mayInstall(): Boolean = packages.canRequestPackageInstalls()

@Suppress("DEPRECATION")
private fun Phone.unknownSources(): Boolean {
    // From Android 8 on the row stays at 1 and means nothing.
    if (sdk >= Build.VERSION_CODES.O) cannotTell("per app from API ${Build.VERSION_CODES.O} on")
    return (secureInt(Settings.Secure.INSTALL_NON_MARKET_APPS) ?: cannotTell("no setting")) != 0
}

private fun Phone.mustNotInstall(): Boolean {
    val users = service<UserManager>(Context.USER_SERVICE)
    val rules = buildList {
        add(UserManager.DISALLOW_INSTALL_APPS)
        add(UserManager.DISALLOW_INSTALL_UNKNOWN_SOURCES)
        if (sdk >= Build.VERSION_CODES.Q) add(UserManager.DISALLOW_INSTALL_UNKNOWN_SOURCES_GLOBALLY)
    }
    return rules.any(users::hasUserRestriction)
}
