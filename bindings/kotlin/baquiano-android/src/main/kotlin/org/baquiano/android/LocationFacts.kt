package org.baquiano.android

import android.annotation.TargetApi
import android.content.Context
import android.content.pm.PackageManager
import android.location.LocationManager
import android.os.Build
import android.provider.Settings

/** What receivers say who don't know the year they were made for. Origin: LocationManager.getGnssYearOfHardware. */
private const val NO_YEAR = 0

internal val LOCATION_FACTS: FactTable = factTable {
    bool("location.enabled") { phone.locationEnabled() }
    text("location.mode") { phone.locationMode() }
    bool("location.provider.gps") { phone.providerEnabled(LocationManager.GPS_PROVIDER) }
    bool("location.provider.network") { phone.providerEnabled(LocationManager.NETWORK_PROVIDER) }
    bool("gnss.present") { phone.packages.hasSystemFeature(PackageManager.FEATURE_LOCATION_GPS) }
    int("gnss.year", minSdk = Build.VERSION_CODES.P) { phone.gnssYear() }
    text("gnss.model", minSdk = Build.VERSION_CODES.P) { phone.gnssModel() }
}

internal fun Phone.location(): LocationManager = service(Context.LOCATION_SERVICE)

internal fun Phone.locationEnabled(): Boolean =
    if (sdk >= Build.VERSION_CODES.P) locationSwitch() else locationSetting() != Settings.Secure.LOCATION_MODE_OFF

@TargetApi(Build.VERSION_CODES.P)
private fun Phone.locationSwitch(): Boolean = location().isLocationEnabled

@Suppress("DEPRECATION")
private fun Phone.locationSetting(): Int = secureInt(Settings.Secure.LOCATION_MODE) ?: cannotTell("no location mode")

@Suppress("DEPRECATION")
private fun Phone.locationMode(): String {
    // The row is still there on later phones, but nobody can choose a mode any more.
    if (sdk >= Build.VERSION_CODES.P) cannotTell("no modes from API ${Build.VERSION_CODES.P} on")
    return when (val mode = locationSetting()) {
        Settings.Secure.LOCATION_MODE_OFF -> "off"
        Settings.Secure.LOCATION_MODE_SENSORS_ONLY -> "device_only"
        Settings.Secure.LOCATION_MODE_BATTERY_SAVING -> "battery_saving"
        Settings.Secure.LOCATION_MODE_HIGH_ACCURACY -> "high_accuracy"
        else -> cannotTell("unknown mode $mode")
    }
}

/** A provider that the phone lacks answers "disabled" too; a flow would send the person to a switch that isn't there. */
private fun Phone.providerEnabled(name: String): Boolean {
    val location = location()
    if (name !in location.allProviders) cannotTell("no provider $name")
    return location.isProviderEnabled(name)
}

@TargetApi(Build.VERSION_CODES.P)
private fun Phone.gnssYear(): Long =
    location().gnssYearOfHardware.takeIf { it > NO_YEAR }?.toLong() ?: cannotTell("the receiver doesn't say its year")

@TargetApi(Build.VERSION_CODES.P)
private fun Phone.gnssModel(): String = location().gnssHardwareModelName ?: cannotTell("the receiver doesn't say its model")
