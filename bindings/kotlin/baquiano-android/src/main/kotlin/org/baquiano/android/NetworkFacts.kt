package org.baquiano.android

import android.annotation.TargetApi
import android.content.Context
import android.content.pm.PackageManager
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.net.wifi.WifiManager
import android.os.Build
import android.provider.Settings
import android.telephony.TelephonyManager

internal val NETWORK_FACTS: FactTable = factTable {
    bool("net.connected") { phone.connectivity().activeNetwork != null }
    bool("net.validated") {
        val capabilities = phone.capabilities()
        capabilities != null && capabilities.hasCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED)
    }
    text("net.icon") { phone.icon() }
    bool("airplane") { phone.globalSwitch(Settings.Global.AIRPLANE_MODE_ON) }
    text("sim") { phone.sim() }
    bool("data.mobile", minSdk = Build.VERSION_CODES.O) { phone.mobileData() }
    bool("wifi.on") { phone.wifi().isWifiEnabled }
    bool("wifi.scan_always") { phone.scansAlways() }
}

private fun Phone.connectivity(): ConnectivityManager = service(Context.CONNECTIVITY_SERVICE)

private fun Phone.telephony(): TelephonyManager = service(Context.TELEPHONY_SERVICE)

// The Wi-Fi manager of an activity leaked it on Android 7.
private fun Phone.wifi(): WifiManager =
    (context.applicationContext ?: context).getSystemService(Context.WIFI_SERVICE) as? WifiManager ?: cannotTell("no wifi service")

private fun Phone.capabilities(): NetworkCapabilities? {
    val connectivity = connectivity()
    val network = connectivity.activeNetwork ?: return null
    // The network went away in between, or the service answers nothing: neither is "not validated".
    return connectivity.getNetworkCapabilities(network) ?: cannotTell("no capabilities of the network")
}

@Suppress("DEPRECATION")
private fun Phone.scansAlways(): Boolean = wifi().isScanAlwaysAvailable

@TargetApi(Build.VERSION_CODES.O)
private fun Phone.mobileData(): Boolean = telephony().isDataEnabled

private fun Phone.icon(): String {
    val capabilities = capabilities()
    return when {
        capabilities != null && capabilities.hasTransport(NetworkCapabilities.TRANSPORT_WIFI) -> "wifi"
        capabilities != null && capabilities.hasTransport(NetworkCapabilities.TRANSPORT_CELLULAR) -> "data"
        capabilities != null -> cannotTell("neither wifi nor mobile data")
        globalSwitch(Settings.Global.AIRPLANE_MODE_ON) -> "airplane"
        sim() == "none" -> "no_sim"
        sdk < Build.VERSION_CODES.O -> cannotTell("needs API ${Build.VERSION_CODES.O} to tell no signal from no data")
        mobileData() -> "no_signal"
        else -> "no_data"
    }
}

private fun Phone.sim(): String {
    if (!packages.hasSystemFeature(PackageManager.FEATURE_TELEPHONY)) return "none"
    val states = simStates()
    return when {
        states.any { it != TelephonyManager.SIM_STATE_ABSENT && it != TelephonyManager.SIM_STATE_UNKNOWN } -> "present"
        states.isNotEmpty() && states.all { it == TelephonyManager.SIM_STATE_ABSENT } -> "none"
        else -> cannotTell("the phone doesn't know its SIM")
    }
}

/** Of each slot: with the chip in the second one, the state of the phone alone says "absent" on some. */
private fun Phone.simStates(): List<Int> {
    val telephony = telephony()
    val slots = if (sdk >= Build.VERSION_CODES.O) runCatching { simSlots(telephony) }.getOrNull().orEmpty() else emptyList()
    return slots.ifEmpty { listOf(telephony.simState) }
}

@TargetApi(Build.VERSION_CODES.O)
private fun Phone.simSlots(telephony: TelephonyManager): List<Int> {
    val slots = if (sdk >= Build.VERSION_CODES.R) modems(telephony) else phones(telephony)
    return (0 until slots).map(telephony::getSimState)
}

@TargetApi(Build.VERSION_CODES.R)
private fun modems(telephony: TelephonyManager): Int = telephony.activeModemCount

@Suppress("DEPRECATION")
private fun phones(telephony: TelephonyManager): Int = telephony.phoneCount
