package org.baquiano.android

import android.Manifest
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.content.pm.PackageManager
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.os.BatteryManager
import android.os.Build

/**
 * When cases may be sent. A case is some KB: by default, it may go over any network but a foreign one, and with any battery that lasts for it.
 *
 * @property onMetered whether networks that cost by the byte may be used; in the field there is often no other.
 * @property onRoaming whether foreign networks may be used.
 * @property leastBattery the charge, in per cent, below which nothing is sent unless the phone charges.
 */
public data class DeliveryRules(
    public val onMetered: Boolean = true,
    public val onRoaming: Boolean = false,
    public val leastBattery: Int = 5,
) {
    /** Why nothing may be sent now, for the log; null: it may. */
    public fun against(now: Conditions): String? = when {
        now.network == Network.NONE -> "no network"
        now.network == Network.ROAMING && !onRoaming -> "a foreign network"
        now.network == Network.METERED && !onMetered -> "a network that costs by the byte"
        now.battery != null && now.battery < leastBattery && !now.charging -> "a battery at ${now.battery} %"
        else -> null
    }
}

/** The network that the phone has. */
public enum class Network {
    /** None. */
    NONE,

    /** One of another country's. */
    ROAMING,

    /** One that costs by the byte, or may. */
    METERED,

    /** One that doesn't. */
    FREE,
}

/**
 * What is so now.
 *
 * @property network the network.
 * @property battery the charge in per cent; null: it can't be read.
 * @property charging whether the phone charges.
 */
public data class Conditions(public val network: Network, public val battery: Int?, public val charging: Boolean) {
    /** Reads them. */
    public companion object {
        /** What is so now. It never throws: a network that can't be read is taken for one that costs, and tried. */
        public fun of(context: Context): Conditions {
            val (battery, charging) = batteryOf(context)
            return Conditions(networkOf(context), battery, charging)
        }
    }
}

private fun networkOf(context: Context): Network =
    try {
        if (context.checkSelfPermission(Manifest.permission.ACCESS_NETWORK_STATE) != PackageManager.PERMISSION_GRANTED) {
            Network.METERED
        } else {
            val manager = context.getSystemService(ConnectivityManager::class.java)
            val has = manager?.activeNetwork?.let(manager::getNetworkCapabilities)
            kindOf(has)
        }
    } catch (_: Exception) {
        // Some makers' services throw what they shouldn't; trying costs little.
        Network.METERED
    }

private fun kindOf(has: NetworkCapabilities?): Network = when {
    has == null || !has.hasCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET) -> Network.NONE
    isRoaming(has) -> Network.ROAMING
    has.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED) -> Network.FREE
    else -> Network.METERED
}

// Below API 28 nothing tells it without a permission of its own.
private fun isRoaming(has: NetworkCapabilities): Boolean =
    Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && !has.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_ROAMING)

private fun batteryOf(context: Context): Pair<Int?, Boolean> =
    try {
        val state = context.registerReceiver(null, IntentFilter(Intent.ACTION_BATTERY_CHANGED))
        val level = state?.getIntExtra(BatteryManager.EXTRA_LEVEL, -1) ?: -1
        val scale = state?.getIntExtra(BatteryManager.EXTRA_SCALE, -1) ?: -1
        val percent = if (level >= 0 && scale > 0) level * 100 / scale else null
        percent to ((state?.getIntExtra(BatteryManager.EXTRA_PLUGGED, 0) ?: 0) != 0)
    } catch (_: Exception) {
        null to false
    }
