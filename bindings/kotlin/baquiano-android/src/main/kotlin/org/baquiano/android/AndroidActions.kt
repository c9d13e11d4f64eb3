package org.baquiano.android

import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.os.Build
import android.provider.Settings

/**
 * Opens what a remedy names: the maker's screen where it has one, else Android's, else the app's details, else the settings. One that is missing or
 * closed to us is passed over.
 *
 * **What can be seen.** From API 30 on an app sees only the packages that its manifest names in `<queries>` (the library's manifest names the
 * makers' managers, the stores and the camera). Starting a screen needs no such thing, only asking about it does. So a screen that can't be seen is
 * started all the same, and only one that was seen to be closed, or that older phones don't resolve, is skipped.
 *
 * **Afterwards.** Settings screens give no result. Call [AndroidDeviceProbe.read] again in `onResume`, for the facts that the remedy proves.
 *
 * **Where from.** Give it the activity in front. From another context Android 10 and up silently drop what is started while the app isn't seen,
 * and no permission can be asked for.
 */
public class AndroidActions internal constructor(
    private val context: Context,
    private val packageName: String,
    private val log: PermissionLog,
    private val build: PhoneBuild,
) {
    /**
     * @param context The activity in front.
     * @param packageName The app whose details, notifications and store page are opened: the one that the help is about.
     * @param log Where is noted what was asked for; the one that the probe reads by default.
     */
    @JvmOverloads
    public constructor(context: Context, packageName: String = context.packageName, log: PermissionLog = PermissionLog(context)) :
        this(context, packageName, log, PhoneBuild.actual())

    private val vendor = Vendor.of(build)

    /**
     * Starts an action. Never throws. An action that this library doesn't know, from a newer pack, opens the app's details.
     *
     * @param action One of the core's actions, e.g. `location-settings`.
     * @param facts For `ask-permission`, the facts that the remedy proves or has read again, e.g. `perm.camera`: they say which permission.
     */
    @JvmOverloads
    public fun start(action: String, facts: Collection<String> = emptyList()): Started {
        val asked = if (action == "ask-permission") runCatching { ask(facts) }.getOrNull() else null
        if (asked != null) return asked
        val opened = screens(action, facts).firstNotNullOfOrNull { screen -> open(screen) }
        return opened?.let { Started.Opened(it) } ?: Started.NothingOpens
    }

    /** What would be tried, in this order. */
    internal fun screens(action: String, facts: Collection<String>): List<Screen> {
        val special = if (action == "ask-permission") settingsOf(facts) else emptyList()
        return special + screensOf(action, vendor, packageName, build.sdk)
    }

    /** What is granted on a screen of its own rather than in a window. */
    private fun settingsOf(facts: Collection<String>): List<Screen> = when {
        "perm.all_files" in facts && build.sdk >= Build.VERSION_CODES.R -> listOf(
            Screen(Settings.ACTION_MANAGE_APP_ALL_FILES_ACCESS_PERMISSION, data = "package:$packageName"),
            Screen(Settings.ACTION_MANAGE_ALL_FILES_ACCESS_PERMISSION),
        )
        "notifications.enabled" in facts || "perm.notifications" in facts ->
            screensOf("app-notifications", vendor, packageName, build.sdk)
        else -> emptyList()
    }

    /** Null where no window would come: then the screens are tried. */
    private fun ask(facts: Collection<String>): Started? {
        val activity = context.findActivity() ?: return null
        // Only an app itself can ask.
        if (packageName != activity.packageName) return null
        val declared = activity.packageManager.getPackageInfo(packageName, PackageManager.GET_PERMISSIONS).requestedPermissions.orEmpty().toSet()
        val isOpen = { permission: String -> permission in declared && activity.checkSelfPermission(permission) != GRANTED }
        val wanted = nextToAsk(facts, isOpen) { activity.checkSelfPermission(it) == GRANTED }.filter(isOpen)
        // Refused for good: Android would say no without showing anything, and the person would think the button dead.
        val askable = wanted.filterNot { log.isSilent(it) && activity.explains(it) != true }
        if (askable.isEmpty()) return null
        log.requested(askable.toTypedArray(), activity)
        activity.requestPermissions(askable.toTypedArray(), REQUEST_CODE)
        return Started.AskedForPermission(askable)
    }

    private fun nextToAsk(facts: Collection<String>, isOpen: (String) -> Boolean, isGranted: (String) -> Boolean): List<String> {
        // perm.asked_before and the like don't name a permission: it is the one that the app asked for last, or else the first that is missing.
        val inFacts = facts.filter { permissionsOf(it, build.sdk).isNotEmpty() }
        // All files, and notifications before API 33, have a screen and no window.
        if (inFacts.isEmpty() && settingsOf(facts).isNotEmpty()) return emptyList()
        val named = inFacts
            .ifEmpty { listOfNotNull(log.last?.let(::factOf)?.takeIf { permissionsOf(it, build.sdk).any(isOpen) }) }
            .ifEmpty { listOfNotNull(PERMISSION_IDS.firstOrNull { permissionsOf(it, build.sdk).any(isOpen) }) }
        val permissions = named.flatMap { permissionsOf(it, build.sdk) }.distinct()
        val background = NewPermissions.BACKGROUND_LOCATION
        if (background !in permissions) return permissions
        // Android ignores a request for both at once, and one for the background before the foreground is granted.
        val foreground = permissionsOf("perm.fine", build.sdk)
        return if (foreground.any(isGranted)) permissions.filter { it == background } else foreground
    }

    private fun factOf(permission: String): String? = PERMISSION_IDS.firstOrNull { permission in permissionsOf(it, build.sdk) }

    @Suppress("TooGenericExceptionCaught")
    private fun open(screen: Screen): Intent? = try {
        val intent = screen.intent(context.packageManager::getLaunchIntentForPackage)
        if (intent == null || isClosed(screen, intent)) {
            null
        } else {
            if (context.findActivity() == null) intent.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK)
            context.startActivity(intent)
            intent
        }
    } catch (_: ActivityNotFoundException) {
        null
    } catch (_: SecurityException) {
        // Not exported, or behind a permission of the maker.
        null
    } catch (_: Throwable) {
        // Makers' settings throw what they like while they are started; the next screen may do.
        null
    }

    /** Whether starting a screen is known to fail. */
    private fun isClosed(screen: Screen, intent: Intent): Boolean {
        val found = context.packageManager.resolveActivity(intent, 0)?.activityInfo
        return when {
            found != null -> screen.isVendors && !found.exported
            else -> build.sdk < Build.VERSION_CODES.R
        }
    }

    public companion object {
        /** The code with which permissions are asked for; it comes back in `onRequestPermissionsResult`. Chosen: fits in the 16 bits there are. */
        public const val REQUEST_CODE: Int = 0x6271

        /** The actions that this opens a screen of their own for. */
        public val ACTIONS: Set<String> = ACTION_IDS

        private const val GRANTED = PackageManager.PERMISSION_GRANTED

        private val PERMISSION_IDS =
            listOf("perm.fine", "perm.coarse", "perm.camera", "perm.storage", "perm.media", "perm.background_location", "perm.notifications")

    }
}
