package org.baquiano.android

import android.content.ComponentName
import android.content.Intent
import android.net.Uri
import android.os.Build
import android.provider.Settings

/** A screen that can be tried: by action, by component, or as what a package starts with. */
internal data class Screen(
    val action: String? = null,
    val component: String? = null,
    val data: String? = null,
    val extras: Map<String, String> = emptyMap(),
    /** The package whose first screen it is. */
    val launches: String? = null,
) {
    /** Whether a maker may change or drop it with any update. */
    val isVendors: Boolean get() = component != null

    /** Null when the package isn't there or has nothing to start. */
    fun intent(launchIntent: (String) -> Intent?): Intent? {
        if (launches != null) return launchIntent(launches)
        val intent = Intent()
        if (action != null) intent.action = action
        if (component != null) intent.component = ComponentName(component.substringBefore('/'), component.substringAfter('/'))
        if (data != null) intent.data = Uri.parse(data)
        extras.forEach { (key, value) -> intent.putExtra(key, value) }
        return intent
    }
}

private const val PLAY_STORE = "com.android.vending"

/** The actions that a remedy can name. Origin: the core's list, `ACTIONS` in flow.rs. */
internal val ACTION_IDS: Set<String> = setOf(
    "airplane-settings", "app-details", "app-notifications", "app-store", "ask-permission", "autostart", "battery-optimization", "battery-saver",
    "date-settings", "developer-settings", "location-settings", "mobile-data-settings", "play-store", "privacy-settings", "security-settings",
    "storage-settings", "unknown-sources", "unused-app-restrictions", "wifi-scanning", "wifi-settings",
)

/** What is tried for an action, in this order: the maker's own screen, Android's, the app's details, the settings. */
internal fun screensOf(action: String, vendor: Vendor, packageName: String, sdk: Int): List<Screen> =
    vendorScreens(action, vendor, packageName) + androidScreens(action, packageName, sdk) + lastResorts(action, packageName)

private fun lastResorts(action: String, packageName: String): List<Screen> = listOfNotNull(
    // A Play Store that is switched off is switched on in its own details.
    appDetails(PLAY_STORE).takeIf { action == "play-store" },
    appDetails(packageName),
    Screen(Settings.ACTION_SETTINGS),
)

private fun appDetails(packageName: String) = Screen(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, data = "package:$packageName")

/** Android's screens, which exist from the named level on; a phone may lack any of them all the same. */
@Suppress("CyclomaticComplexMethod")
private fun androidScreens(action: String, packageName: String, sdk: Int): List<Screen> = when (action) {
    "airplane-settings" -> listOf(Screen(Settings.ACTION_AIRPLANE_MODE_SETTINGS), Screen(Settings.ACTION_WIRELESS_SETTINGS))
    "app-notifications" -> if (sdk >= Build.VERSION_CODES.O) listOf(notifications(packageName)) else emptyList()
    "app-store" -> listOf(
        Screen(Intent.ACTION_VIEW, data = "market://details?id=$packageName"),
        Screen(Intent.ACTION_VIEW, data = "https://play.google.com/store/apps/details?id=$packageName"),
    )
    "battery-optimization" -> listOf(Screen(Settings.ACTION_IGNORE_BATTERY_OPTIMIZATION_SETTINGS))
    "battery-saver" -> listOf(Screen(Settings.ACTION_BATTERY_SAVER_SETTINGS), Screen(Intent.ACTION_POWER_USAGE_SUMMARY))
    "date-settings" -> listOf(Screen(Settings.ACTION_DATE_SETTINGS))
    "developer-settings" -> listOf(Screen(Settings.ACTION_APPLICATION_DEVELOPMENT_SETTINGS))
    "location-settings" -> listOf(Screen(Settings.ACTION_LOCATION_SOURCE_SETTINGS))
    "mobile-data-settings" -> mobileData(sdk)
    "play-store" -> listOf(Screen(launches = PLAY_STORE))
    "privacy-settings" -> listOf(Screen(Settings.ACTION_PRIVACY_SETTINGS))
    "security-settings" -> listOf(Screen(Settings.ACTION_SECURITY_SETTINGS))
    "storage-settings" -> listOfNotNull(
        Screen(MANAGE_STORAGE).takeIf { sdk >= Build.VERSION_CODES.N_MR1 },
        Screen(Settings.ACTION_INTERNAL_STORAGE_SETTINGS),
    )
    "unknown-sources" ->
        if (sdk >= Build.VERSION_CODES.O) {
            listOf("package:$packageName", null).map { Screen(Settings.ACTION_MANAGE_UNKNOWN_APP_SOURCES, data = it) }
        } else {
            listOf(Screen(Settings.ACTION_SECURITY_SETTINGS))
        }
    "unused-app-restrictions" ->
        if (sdk >= Build.VERSION_CODES.R) listOf(Screen(Intent.ACTION_AUTO_REVOKE_PERMISSIONS, data = "package:$packageName")) else emptyList()
    "wifi-scanning" -> listOf(Screen(LOCATION_SCANNING), Screen(Settings.ACTION_LOCATION_SOURCE_SETTINGS))
    "wifi-settings" -> listOf(Screen(Settings.ACTION_WIFI_SETTINGS))
    // The app's details: the last resort of all, and all that a newer pack's action can be on an older app.
    else -> emptyList()
}

private fun notifications(packageName: String) =
    Screen(Settings.ACTION_APP_NOTIFICATION_SETTINGS, extras = mapOf(Settings.EXTRA_APP_PACKAGE to packageName))

private fun mobileData(sdk: Int): List<Screen> = listOfNotNull(
    Screen(Settings.Panel.ACTION_INTERNET_CONNECTIVITY).takeIf { sdk >= Build.VERSION_CODES.Q },
    Screen(Settings.ACTION_DATA_ROAMING_SETTINGS),
    Screen(Settings.ACTION_WIRELESS_SETTINGS),
)

/** StorageManager.ACTION_MANAGE_STORAGE: a constant of API 25. */
private const val MANAGE_STORAGE = "android.os.storage.action.MANAGE_STORAGE"

/** In AOSP's settings since API 30, never a public constant. */
private const val LOCATION_SCANNING = "android.settings.LOCATION_SCANNING_SETTINGS"
