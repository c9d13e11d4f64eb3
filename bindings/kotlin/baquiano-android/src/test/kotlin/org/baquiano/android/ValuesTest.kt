package org.baquiano.android

import android.app.ActivityManager
import android.app.NotificationManager
import android.app.admin.DevicePolicyManager
import android.app.usage.UsageStatsManager
import android.content.Context
import android.content.Intent
import android.content.pm.ApplicationInfo
import android.content.pm.PackageInfo
import android.content.pm.PackageInstaller
import android.content.pm.PackageManager
import android.location.LocationManager
import android.net.ConnectivityManager
import android.net.Network
import android.net.NetworkCapabilities
import android.net.wifi.WifiManager
import android.os.PowerManager
import android.os.UserHandle
import android.os.UserManager
import android.telephony.TelephonyManager
import org.baquiano.model.FactValue
import org.baquiano.Reading
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource
import org.mockito.Mockito

/** A phone whose services all answer. */
class ValuesTest {
    private val test = TestContext()
    private val rows = Rows(
        global = mapOf("airplane_mode_on" to "0", "auto_time" to "1", "auto_time_zone" to "1"),
        secure = mapOf("location_mode" to "1", "install_non_market_apps" to "1"),
    )
    private val connectivity = service<ConnectivityManager>(Context.CONNECTIVITY_SERVICE)
    private val telephony = service<TelephonyManager>(Context.TELEPHONY_SERVICE)
    private val activities = service<ActivityManager>(Context.ACTIVITY_SERVICE)
    private val power = service<PowerManager>(Context.POWER_SERVICE)
    private val location = service<LocationManager>(Context.LOCATION_SERVICE)
    private val usage = service<UsageStatsManager>(Context.USAGE_STATS_SERVICE)
    private val users = service<UserManager>(Context.USER_SERVICE)
    private val installer = fake<PackageInstaller>()

    init {
        service<WifiManager>(Context.WIFI_SERVICE)
        service<DevicePolicyManager>(Context.DEVICE_POLICY_SERVICE)
        service<NotificationManager>(Context.NOTIFICATION_SERVICE)
        Mockito.`when`(activities.getMemoryInfo(Mockito.any())).thenAnswer { call ->
            call.getArgument<ActivityManager.MemoryInfo>(0).totalMem = 1_800 * BYTES_PER_MB
            null
        }
        Mockito.`when`(usage.appStandbyBucket).thenReturn(UsageStatsManager.STANDBY_BUCKET_RARE)
        Mockito.`when`(location.allProviders).thenReturn(listOf("gps"))
        Mockito.`when`(location.gnssYearOfHardware).thenReturn(2018)
        Mockito.`when`(location.gnssHardwareModelName).thenReturn("MTK_GNSS_ADR")
        Mockito.`when`(telephony.phoneCount).thenReturn(2)
        Mockito.`when`(telephony.activeModemCount).thenReturn(2)
        Mockito.`when`(test.packages.hasSystemFeature(Mockito.anyString())).thenReturn(true)
        Mockito.`when`(test.packages.packageInstaller).thenReturn(installer)
        Mockito.`when`(installer.allSessions).thenReturn(emptyList())
    }

    private inline fun <reified T : Any> service(name: String): T = fake<T>().also { test.services[name] = it }

    private fun phone(sdk: Int, options: ProbeOptions = ProbeOptions(fixTimeoutMs = 50, satelliteTimeoutMs = 50)) =
        test.phone(sdk, options, rows = rows)

    private fun online(transport: Int, isValidated: Boolean = true) {
        val network = fake<Network>()
        val capabilities = fake<NetworkCapabilities>()
        Mockito.`when`(connectivity.activeNetwork).thenReturn(network)
        Mockito.`when`(connectivity.getNetworkCapabilities(network)).thenReturn(capabilities)
        Mockito.`when`(capabilities.hasTransport(transport)).thenReturn(true)
        Mockito.`when`(capabilities.hasCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED)).thenReturn(isValidated)
    }

    @ParameterizedTest
    @MethodSource("levels")
    fun `every value is of the kind and of the values that facts yaml declares`(sdk: Int) {
        online(NetworkCapabilities.TRANSPORT_WIFI)
        val readings = phone(sdk).read(*ALL_IDS.toTypedArray())
        val known = readings.mapNotNull { (id, reading) -> (reading as? Reading.Known)?.let { id to it.value } }
        assertTrue(known.size >= 35) { "only ${known.size} known" }
        for ((id, value) in known) assertTrue(Kb.facts.getValue(id).accepts(value)) { "$id = $value" }
    }

    @Test
    fun `a fact of a newer Android is unknown on an older one`() {
        for ((id, level) in AndroidDeviceProbe.READABLE) {
            if (level <= 24) continue
            assertEquals(Reading.Unknown("needs API $level"), phone(level - 1).read(id)[id], id)
        }
    }

    @Test
    fun `the network's drawing is that of its transport, or of why there is none`() {
        online(NetworkCapabilities.TRANSPORT_CELLULAR, isValidated = false)
        assertEquals("data", phone(30).value("net.icon"))
        assertEquals(true, phone(30).value("net.connected"))
        assertEquals(false, phone(30).value("net.validated"))
        Mockito.`when`(connectivity.activeNetwork).thenReturn(null)
        assertEquals(false, phone(30).value("net.connected"))
        Mockito.`when`(telephony.getSimState(Mockito.anyInt())).thenReturn(TelephonyManager.SIM_STATE_ABSENT)
        assertEquals("no_sim", phone(30).value("net.icon"))
        Mockito.`when`(telephony.getSimState(1)).thenReturn(TelephonyManager.SIM_STATE_READY)
        assertEquals("present", phone(30).value("sim"))
        assertEquals("no_data", phone(30).value("net.icon"))
        Mockito.`when`(telephony.isDataEnabled).thenReturn(true)
        assertEquals("no_signal", phone(30).value("net.icon"))
        Mockito.`when`(telephony.simState).thenReturn(TelephonyManager.SIM_STATE_READY)
        assertNull(phone(25).value("net.icon"))
        val flying = test.phone(25, rows = Rows(mapOf("airplane_mode_on" to "1")))
        assertEquals("airplane", flying.value("net.icon"))
    }

    @Test
    fun `a network that vanishes while it is looked at isn't one that doesn't work`() {
        val network = fake<Network>()
        Mockito.`when`(connectivity.activeNetwork).thenReturn(network)
        assertNull(phone(30).value("net.validated"))
    }

    @Test
    fun `a chip that the phone doesn't know is unknown, a tablet without telephone has none`() {
        assertNull(phone(30).value("sim"))
        Mockito.`when`(test.packages.hasSystemFeature(PackageManager.FEATURE_TELEPHONY)).thenReturn(false)
        assertEquals("none", phone(30).value("sim"))
    }

    @Test
    fun `memory of two gigabytes is little`() {
        assertEquals(1_800L, phone(30).value("ram_mb"))
        assertEquals(true, phone(30).value("ram_low"))
    }

    @Test
    fun `modes of the location end with Android 8`() {
        assertEquals("device_only", phone(27).value("location.mode"))
        assertEquals(true, phone(27).value("location.enabled"))
        assertNull(phone(28).value("location.mode"))
        assertEquals(false, phone(28).value("location.enabled"))
    }

    @Test
    fun `a provider that the phone lacks isn't one that is off`() {
        assertEquals(false, phone(30).value("location.provider.gps"))
        assertNull(phone(30).value("location.provider.network"))
    }

    @Test
    fun `unknown sources end with Android 7`() {
        assertEquals(true, phone(25).value("unknown_sources.global"))
        assertNull(phone(26).value("unknown_sources.global"))
        assertNull(phone(25).value("unknown_sources.own_app"))
        assertEquals(false, phone(26).value("unknown_sources.own_app"))
    }

    @Test
    fun `a mode of the maker's own is no refusal`() {
        val names = listOf("allowed", "ignored", "errored", "default", "foreground")
        names.forEachIndexed { mode, name -> assertEquals(name, appOpName(mode)) }
        assertTrue(runCatching { appOpName(5) }.exceptionOrNull() is CannotTell)
    }

    @Test
    fun `Play waits when its session of the app stands still`() {
        val session = fake<PackageInstaller.SessionInfo>()
        Mockito.`when`(session.getAppPackageName()).thenReturn(OWN)
        Mockito.`when`(session.getInstallerPackageName()).thenReturn("com.android.vending")
        Mockito.`when`(installer.allSessions).thenReturn(listOf(session))
        assertEquals(true, phone(30).value("play.waiting"))
        Mockito.`when`(session.isActive).thenReturn(true)
        assertEquals(false, phone(30).value("play.waiting"))
    }

    @Test
    fun `a paused profile is seen`() {
        val work = fake<UserHandle>()
        Mockito.`when`(users.userProfiles).thenReturn(listOf(work))
        assertEquals(false, phone(24).value("profile.paused"))
        Mockito.`when`(users.isQuietModeEnabled(work)).thenReturn(true)
        assertEquals(true, phone(24).value("profile.paused"))
    }

    @Test
    fun `another app is installed, archived by Play, or not there`() {
        val other = "hn.campo.otra"
        val phone = phone(28, ProbeOptions(packageName = other, wantedVersionCode = { 9 }))
        Mockito.`when`(test.packages.getPackageInfo(Mockito.eq(other), Mockito.anyInt())).thenThrow(PackageManager.NameNotFoundException())
        assertEquals(false, phone.value("app.installed"))
        assertEquals(false, phone.value("install.done"))
        assertNull(phone.value("app.version"))
        val info = fake<PackageInfo>().apply { versionName = "1.3" }
        Mockito.`when`(info.longVersionCode).thenReturn(9)
        Mockito.reset(test.packages)
        Mockito.`when`(test.packages.getPackageInfo(Mockito.eq(other), Mockito.anyInt())).thenReturn(info)
        assertEquals(true, phone.value("app.installed"))
        assertEquals("1.3", phone.value("app.version"))
        assertEquals(false, phone.value("install.done"))
        Mockito.`when`(test.packages.getLaunchIntentForPackage(other)).thenReturn(Intent())
        assertEquals(true, phone.value("install.done"))
        assertEquals(true, phone.value("update.done"))
        info.activities = arrayOf(android.content.pm.ActivityInfo().apply { name = "com.google.android.archive.ReactivateActivity" })
        assertEquals(true, phone.value("app.archived"))
        assertEquals(false, phone.value("app.installed"))
    }

    @Test
    fun `Play services below what the app needs want an update`() {
        val info = fake<PackageInfo>().apply { applicationInfo = fake<ApplicationInfo>().apply { enabled = true } }
        Mockito.`when`(info.longVersionCode).thenReturn(20)
        Mockito.`when`(test.packages.getPackageInfo("com.google.android.gms", 0)).thenReturn(info)
        assertEquals("ok", phone(30).value("gms"))
        assertEquals("update_required", phone(30, ProbeOptions(playServicesMinVersionCode = 21)).value("gms"))
        info.applicationInfo!!.enabled = false
        assertEquals("disabled", phone(30).value("gms"))
    }

    @Test
    fun `what a receiver or a maker doesn't say is unknown`() {
        assertEquals("rare", phone(30).value("standby_bucket"))
        assertEquals("no_change", phone(30).value("power.location_mode"))
        assertEquals(2_018L, phone(30).value("gnss.year"))
        Mockito.`when`(location.gnssYearOfHardware).thenReturn(0)
        assertNull(phone(30).value("gnss.year"))
        Mockito.`when`(power.locationPowerSaveMode).thenReturn(77)
        assertNull(phone(30).value("power.location_mode"))
        assertTrue(Kb.facts.getValue("standby_bucket").accepts(FactValue.Text("exempted")))
    }

    companion object {
        @JvmStatic
        fun levels() = LEVELS.toList()
    }
}
