package org.baquiano.android

import android.annotation.TargetApi
import android.app.usage.UsageStatsManager
import android.content.Context
import android.os.Build
import android.os.PowerManager
import android.provider.Settings

/** Apps that Android never restricts. Origin: UsageStatsManager.STANDBY_BUCKET_EXEMPTED, a system constant. */
private const val BUCKET_EXEMPTED = 5

/** Apps that were never used. Origin: UsageStatsManager.STANDBY_BUCKET_NEVER, a system constant. */
private const val BUCKET_NEVER = 50

internal val POWER_FACTS: FactTable = factTable {
    bool("power.saver") { phone.power().isPowerSaveMode }
    text("power.location_mode", minSdk = Build.VERSION_CODES.P) { phone.locationSaver() }
    bool("battery.ignoring_opt") { phone.power().isIgnoringBatteryOptimizations(phone.subject) }
    bool("bg.restricted", minSdk = Build.VERSION_CODES.P, own = true) { phone.backgroundRestricted() }
    text("standby_bucket", minSdk = Build.VERSION_CODES.P, own = true) { phone.bucket() }
    bool("dev_options") { phone.rareGlobalSwitch(Settings.Global.DEVELOPMENT_SETTINGS_ENABLED) }
}

private fun Phone.power(): PowerManager = service(Context.POWER_SERVICE)

@TargetApi(Build.VERSION_CODES.P)
private fun Phone.backgroundRestricted(): Boolean = activities().isBackgroundRestricted

@TargetApi(Build.VERSION_CODES.P)
private fun Phone.locationSaver(): String = when (val mode = power().locationPowerSaveMode) {
    PowerManager.LOCATION_MODE_NO_CHANGE -> "no_change"
    PowerManager.LOCATION_MODE_GPS_DISABLED_WHEN_SCREEN_OFF -> "gps_disabled_when_screen_off"
    PowerManager.LOCATION_MODE_ALL_DISABLED_WHEN_SCREEN_OFF -> "all_disabled_when_screen_off"
    PowerManager.LOCATION_MODE_FOREGROUND_ONLY -> "foreground_only"
    PowerManager.LOCATION_MODE_THROTTLE_REQUESTS_WHEN_SCREEN_OFF -> "throttle_when_screen_off"
    else -> cannotTell("unknown mode $mode")
}

@TargetApi(Build.VERSION_CODES.P)
private fun Phone.bucket(): String = when (val bucket = service<UsageStatsManager>(Context.USAGE_STATS_SERVICE).appStandbyBucket) {
    BUCKET_EXEMPTED -> "exempted"
    UsageStatsManager.STANDBY_BUCKET_ACTIVE -> "active"
    UsageStatsManager.STANDBY_BUCKET_WORKING_SET -> "working_set"
    UsageStatsManager.STANDBY_BUCKET_FREQUENT -> "frequent"
    UsageStatsManager.STANDBY_BUCKET_RARE -> "rare"
    UsageStatsManager.STANDBY_BUCKET_RESTRICTED -> "restricted"
    BUCKET_NEVER -> "never"
    else -> cannotTell("unknown bucket $bucket")
}
