package org.baquiano.android

import android.Manifest
import android.app.Application
import android.content.Context
import android.content.Intent
import android.content.pm.PackageInfo
import android.content.pm.PackageManager
import android.location.LocationManager
import android.os.Build
import android.provider.Settings
import kotlinx.coroutines.runBlocking
import org.baquiano.model.FactValue
import org.baquiano.Reading
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** On Android's own code: what a method of a level is called, and what it takes. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35], manifest = Config.NONE)
class FrameworkTest {
    private val app: Application = RuntimeEnvironment.getApplication()
    private val quick = ProbeOptions(fixTimeoutMs = 300, satelliteTimeoutMs = 300, neededPermissions = setOf(Manifest.permission.CAMERA))

    private fun read(context: Context, vararg ids: String): Map<String, Reading> =
        runBlocking { AndroidDeviceProbe(context, quick).read(ids.toList()) }

    private fun value(id: String, context: Context = app): Any? = ((read(context, id)[id] as? Reading.Known)?.value).let {
        when (it) {
            is FactValue.Bool -> it.v1
            is FactValue.Int -> it.v1
            is FactValue.Text -> it.v1
            null -> null
        }
    }

    private fun declare(vararg permissions: String) {
        val info = shadowOf(app.packageManager).getInternalMutablePackageInfo(app.packageName)
        info.requestedPermissions = permissions.toList().toTypedArray()
    }

    @Test
    fun `every fact is read without throwing and as facts yaml declares it`() {
        declare(Manifest.permission.CAMERA, *LOCATION_PERMISSIONS.toTypedArray())
        shadowOf(app).grantPermissions(*LOCATION_PERMISSIONS.toTypedArray(), Manifest.permission.CAMERA)
        val readings = read(app, *ALL_IDS.toTypedArray())
        assertEquals(ALL_IDS, readings.keys)
        for ((id, reading) in readings) when (reading) {
            is Reading.Known -> assertTrue("$id = ${reading.value}", Kb.facts.getValue(id).accepts(reading.value))
            // A reader that calls what its level hasn't would end here.
            is Reading.Unknown -> assertFalse("$id: ${reading.reason}", reading.reason.matches(LINKAGE))
        }
        val known = readings.count { it.value is Reading.Known }
        println("API ${Build.VERSION.SDK_INT}: $known of ${AndroidDeviceProbe.READERS.size} known; failed: " +
            readings.filter { (it.value as? Reading.Unknown)?.reason.orEmpty().startsWith("failed") })
        assertTrue("$known known", known >= 45)
    }

    @Test
    fun `settings are read`() {
        Settings.Global.putInt(app.contentResolver, Settings.Global.AIRPLANE_MODE_ON, 1)
        Settings.Global.putInt(app.contentResolver, Settings.Global.AUTO_TIME, 1)
        Settings.Global.putInt(app.contentResolver, Settings.Global.AUTO_TIME_ZONE, 0)
        assertEquals(true, value("airplane"))
        assertEquals(false, value("clock.auto"))
        assertEquals(false, value("dev_options"))
    }

    @Test
    fun `the location's switch is read`() {
        val location = shadowOf(app.getSystemService(Context.LOCATION_SERVICE) as LocationManager)
        for (isOn in listOf(true, false)) {
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
                location.setLocationEnabled(isOn)
            } else {
                @Suppress("DEPRECATION")
                Settings.Secure.putInt(app.contentResolver, Settings.Secure.LOCATION_MODE, if (isOn) 3 else 0)
            }
            assertEquals(Reading.Known(FactValue.Bool(isOn)), read(app, "location.enabled")["location.enabled"])
        }
    }

    @Test
    fun `a permission is granted, refused, or was never asked for`() {
        declare(Manifest.permission.CAMERA)
        assertEquals("not_requested", value("perm.camera"))
        shadowOf(app).grantPermissions(Manifest.permission.CAMERA)
        assertEquals("granted", value("perm.camera"))
        shadowOf(app).denyPermissions(Manifest.permission.CAMERA)
        assertEquals(if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) "not_requested" else null, value("perm.storage"))
        assertEquals("lost", value("permit.trouble"))
    }

    @Test
    fun `the Play services are absent, there, or switched off`() {
        assertEquals("absent", value("gms"))
        val info = PackageInfo().apply { packageName = "com.google.android.gms" }
        shadowOf(app.packageManager).installPackage(info)
        assertEquals("ok", value("gms"))
        app.packageManager.setApplicationEnabledSetting("com.google.android.gms", PackageManager.COMPONENT_ENABLED_STATE_DISABLED_USER, 0)
        assertEquals("disabled", value("gms"))
    }

    @Test
    fun `every action opens something`() {
        for (action in AndroidActions.ACTIONS) {
            // What the phone has: the app's details and the settings.
            val activity = Robolectric.buildActivity(android.app.Activity::class.java).setup().get()
            shadowOf(app).checkActivities(false)
            val started = AndroidActions(activity).start(action)
            if (Build.VERSION.SDK_INT < Build.VERSION_CODES.R) {
                assertEquals(action, Started.NothingOpens, started)
            } else {
                assertTrue("$action: $started", started is Started.Opened)
                val next: Intent = shadowOf(app).nextStartedActivity
                assertEquals(next.action, (started as Started.Opened).intent.action)
            }
        }
    }

    @Test
    fun `an activity asks for the permission`() {
        declare(Manifest.permission.CAMERA)
        val activity = Robolectric.buildActivity(android.app.Activity::class.java).setup().get()
        val asked = AndroidActions(activity).start("ask-permission", listOf("perm.camera"))
        assertEquals(Started.AskedForPermission(listOf(Manifest.permission.CAMERA)), asked)
        assertEquals("denied", value("perm.camera", activity))
    }

    private companion object {
        /** What calling what isn't there ends with. */
        val LINKAGE = Regex("failed: (NoSuch|NoClass|Abstract|Incompatible).*Error")
    }
}
