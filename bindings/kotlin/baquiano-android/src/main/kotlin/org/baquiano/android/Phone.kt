package org.baquiano.android

import android.app.Activity
import android.content.Context
import android.content.pm.PackageInfo
import android.content.pm.PackageManager
import android.location.Location
import android.os.Build
import android.os.Handler
import android.os.HandlerThread
import android.os.SystemClock
import android.provider.Settings

/** What [Build] says. Apart from it, so that a test can be any phone. */
internal data class PhoneBuild(
    val sdk: Int,
    val release: String,
    val manufacturer: String,
    val brand: String,
    val model: String,
    val display: String,
    val incremental: String,
    val securityPatch: String,
    val abis: List<String>,
) {
    companion object {
        /** The phone that this runs on. */
        fun actual(): PhoneBuild = PhoneBuild(
            sdk = Build.VERSION.SDK_INT,
            release = Build.VERSION.RELEASE.orEmpty(),
            manufacturer = Build.MANUFACTURER.orEmpty(),
            brand = Build.BRAND.orEmpty(),
            model = Build.MODEL.orEmpty(),
            display = Build.DISPLAY.orEmpty(),
            incremental = Build.VERSION.INCREMENTAL.orEmpty(),
            securityPatch = Build.VERSION.SECURITY_PATCH.orEmpty(),
            abis = Build.SUPPORTED_ABIS.orEmpty().toList(),
        )
    }
}

/** The clocks of the phone. Apart, so that a test can set them. */
internal interface PhoneClock {
    /** The date and time that the phone shows, in ms since 1970. */
    fun wallMs(): Long

    /** Time since the phone started, sleep included, in ns: nobody can set it. */
    fun elapsedNs(): Long

    companion object {
        /** The phone's own. */
        val ACTUAL: PhoneClock = object : PhoneClock {
            override fun wallMs() = System.currentTimeMillis()

            override fun elapsedNs() = SystemClock.elapsedRealtimeNanos()
        }
    }
}

/** The rows of Android's settings, null where there is none. Apart, so that a test can set them. */
internal interface SettingsRows {
    fun global(name: String): Int?

    fun secure(name: String): Int?

    companion object {
        /** Those of a context. Numbers, not texts: up to Android 8 there is no row for the location mode, only `getInt` knows it. */
        fun of(context: Context): SettingsRows = object : SettingsRows {
            override fun global(name: String): Int? = orNull { Settings.Global.getInt(context.contentResolver, name) }

            override fun secure(name: String): Int? = orNull { Settings.Secure.getInt(context.contentResolver, name) }
        }

        private inline fun orNull(read: () -> Int): Int? = try {
            read()
        } catch (_: Settings.SettingNotFoundException) {
            null
        }
    }
}

/** The phone as the readers see it: its level, its services and its permissions. */
internal class Phone(
    val context: Context,
    val options: ProbeOptions,
    val build: PhoneBuild,
    val clock: PhoneClock = PhoneClock.ACTUAL,
    val rows: SettingsRows = SettingsRows.of(context),
    newHandler: () -> Handler = { Handler(HandlerThread("baquiano-probe").apply { start() }.looper) },
    newLog: () -> PermissionLog = { PermissionLog(context, clock) },
) {
    val sdk: Int get() = build.sdk
    val vendor: Vendor by lazy { Vendor.of(build) }
    val packages: PackageManager get() = context.packageManager ?: cannotTell("no package manager")
    val log: PermissionLog by lazy(newLog)

    /** The package that the help is about. */
    val subject: String get() = options.packageName ?: context.packageName ?: cannotTell("no package name")
    val isOwn: Boolean get() = options.packageName == null || options.packageName == context.packageName

    /**
     * Where callbacks arrive. It lives as long as the process: a camera that opens after its reader gave up must still find somebody who closes it.
     */
    val handler: Handler by lazy(newHandler)

    /** The newest position since the review began, so that a later step of it still knows it. */
    @Volatile
    var lastFix: Location? = null

    /** When the review began. */
    @Volatile
    var sinceNs: Long = runCatching { clock.elapsedNs() }.getOrDefault(0L)

    fun granted(permission: String): Boolean = context.checkSelfPermission(permission) == PackageManager.PERMISSION_GRANTED

    /** The permissions in the app's own manifest. */
    val declared: Set<String> by lazy {
        val info: PackageInfo = packages.getPackageInfo(context.packageName, PackageManager.GET_PERMISSIONS)
        info.requestedPermissions.orEmpty().toSet()
    }

    /** The activity in front, without which nobody knows whether a permission may still be asked for. */
    fun activity(): Activity? = runCatching { options.activity() }.getOrNull() ?: context.findActivity()

    inline fun <reified T : Any> service(name: String): T = context.getSystemService(name) as? T ?: cannotTell("no $name service")
}
