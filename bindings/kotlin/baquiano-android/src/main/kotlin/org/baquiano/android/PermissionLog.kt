package org.baquiano.android

import android.app.Activity
import android.content.Context
import android.content.ContextWrapper
import android.content.SharedPreferences
import android.content.pm.PackageManager

/**
 * Remembers what was asked of the person. Android tells only whether a permission is granted and whether an explanation is due; without a memory,
 * "never asked", "refused for good" and "window dismissed" all look the same.
 *
 * ```kotlin
 * log.requested(permissions, activity); activity.requestPermissions(permissions, CODE)
 * override fun onRequestPermissionsResult(code: Int, permissions: Array<String>, results: IntArray) = log.answered(permissions, results, this)
 * ```
 *
 * [AndroidActions] calls the first itself. An app that asks otherwise must call it, or its permissions count as never asked for.
 * Nothing here throws.
 */
public class PermissionLog internal constructor(context: Context, private val clock: PhoneClock) {
    public constructor(context: Context) : this(context, PhoneClock.ACTUAL)

    private val appContext: Context = context.applicationContext ?: context

    // Lazy, for an activity makes its actions on the main thread, and this reads a file.
    private val store: SharedPreferences? by lazy {
        runCatching { appContext.getSharedPreferences(FILE, Context.MODE_PRIVATE).also(::startAfresh) }.getOrNull()
    }

    /** To be called right before the permissions are requested. */
    public fun requested(permissions: Array<out String>, activity: Activity? = null) {
        runCatching {
            askedAtNs = clock.elapsedNs()
            explainedBefore = permissions.filterTo(HashSet()) { activity.explains(it) == true }
        }
        edit {
            permissions.forEach { putBoolean(ASKED + it, true) }
            permissions.firstOrNull()?.let { putString(LAST, it) }
            putBoolean(EMPTY, false)
        }
    }

    /** To be called with what `onRequestPermissionsResult` got. */
    public fun answered(permissions: Array<out String>, results: IntArray, activity: Activity? = null) {
        // Null when the process ended while the window was open: then there was one.
        val tookMs = askedAtNs?.let { (clock.elapsedNs() - it) / NS_PER_MS } ?: Long.MAX_VALUE
        askedAtNs = null
        edit {
            putBoolean(EMPTY, permissions.isEmpty())
            permissions.forEachIndexed { index, permission ->
                val granted = results.getOrNull(index) == PackageManager.PERMISSION_GRANTED
                val explains = activity.explains(permission)
                // Refused faster than anybody can read a window: there was none, so Android no longer asks.
                val silent = !granted && explains == false && permission !in explainedBefore && tookMs < NO_WINDOW_MS
                putBoolean(SILENT + permission, silent)
                if (explains == true) putBoolean(EXPLAINED + permission, true)
                if (granted) remove(EXPLAINED + permission).putBoolean(HELD + permission, true) else remove(HELD + permission)
            }
        }
    }

    /** Whether a permission was ever asked for; null when it may have been, by a version of the app that kept no log. */
    public fun askedBefore(permission: String): Boolean? = when {
        flag(ASKED + permission) -> true
        flag(WHOLE) -> false
        else -> null
    }

    /** The permission that was asked for last. */
    internal val last: String? get() = runCatching { store?.getString(LAST, null) }.getOrNull()

    /** Whether the last request came back without any answer: another was still open, or something lay over the window. */
    internal val lastCameBackEmpty: Boolean get() = flag(EMPTY)

    /** Whether the last request was refused without a window. */
    internal fun isSilent(permission: String): Boolean = flag(SILENT + permission)

    /** Whether an explanation was due at some time since it was last granted, so that a refusal is known. */
    internal fun wasExplained(permission: String): Boolean = flag(EXPLAINED + permission)

    /** Whether the app had it when it last looked. */
    internal fun wasHeld(permission: String): Boolean = flag(HELD + permission)

    /** Takes note of what was seen, for it tells later that a permission was lost. */
    internal fun saw(permission: String, granted: Boolean, explains: Boolean?) {
        if (granted && (!wasHeld(permission) || isSilent(permission) || wasExplained(permission))) {
            edit { putBoolean(HELD + permission, true).remove(SILENT + permission).remove(EXPLAINED + permission) }
        } else if (explains == true && !wasExplained(permission)) {
            edit { putBoolean(EXPLAINED + permission, true).remove(SILENT + permission) }
        }
    }

    private fun flag(key: String): Boolean = runCatching { store?.getBoolean(key, false) }.getOrNull() ?: false

    private fun edit(change: SharedPreferences.Editor.() -> Unit) {
        runCatching { store?.edit()?.apply(change)?.apply() }
    }

    /**
     * A backup brings the log of another phone or of an earlier installation along, but none of its permissions. And an app that was updated since
     * it was installed may have asked before it had this log.
     */
    private fun startAfresh(store: SharedPreferences) {
        val info = appContext.packageManager.getPackageInfo(appContext.packageName, 0)
        if (store.getLong(INSTALLED, NEVER) == info.firstInstallTime) return
        store.edit().clear().putLong(INSTALLED, info.firstInstallTime).putBoolean(WHOLE, info.firstInstallTime == info.lastUpdateTime).apply()
    }

    internal companion object {
        /** Longest that a request without a window takes, in ms. Chosen: a window alone takes longer to be drawn and touched. */
        const val NO_WINDOW_MS = 350L

        const val FILE = "org.baquiano.permissions"
        private const val NS_PER_MS = 1_000_000L
        private const val NEVER = -1L
        private const val INSTALLED = "installed"
        private const val WHOLE = "whole"
        private const val LAST = "last"
        private const val EMPTY = "empty"
        private const val ASKED = "asked:"
        private const val EXPLAINED = "explained:"
        private const val SILENT = "silent:"
        private const val HELD = "held:"

        // Of the process, not of one log: an app may make several, and only one request is open at a time.
        @Volatile
        private var askedAtNs: Long? = null

        @Volatile
        private var explainedBefore: Set<String> = emptySet()
    }
}

/** Whether an explanation is due; null when nobody can say. */
internal fun Activity?.explains(permission: String): Boolean? =
    this?.let { runCatching { it.shouldShowRequestPermissionRationale(permission) }.getOrNull() }

/** The activity that a context belongs to. */
internal fun Context.findActivity(): Activity? {
    var context: Context? = this
    while (context is ContextWrapper) {
        if (context is Activity) return context
        context = context.baseContext
    }
    return null
}
