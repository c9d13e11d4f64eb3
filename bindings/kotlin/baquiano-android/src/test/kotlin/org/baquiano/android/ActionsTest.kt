package org.baquiano.android

import android.Manifest
import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Intent
import android.content.pm.ActivityInfo
import android.content.pm.ResolveInfo
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.mockito.Mockito

class ActionsTest {
    private val test = TestContext(isActivity = true, declared = mutableSetOf(Manifest.permission.CAMERA, *LOCATION_PERMISSIONS.toTypedArray()))
    private val activity = test.context as Activity

    /** Phones of every maker, at every level. */
    private fun builds() = LEVELS.flatMap { sdk -> Vendor.entries.map { build(sdk, it.id) } }

    private fun actions(build: PhoneBuild) = AndroidActions(test.context, OWN, PermissionLog(test.context, FixedClock()), build)

    private fun whenStarted(answer: (Intent) -> Unit): List<Intent> {
        val started = ArrayList<Intent>()
        Mockito.doAnswer { call ->
            val intent = call.getArgument<Intent>(0)
            started += intent
            answer(intent)
        }.`when`(activity).startActivity(Mockito.any(Intent::class.java))
        return started
    }

    private fun resolves(exported: Boolean = true) {
        val info = ResolveInfo().apply { activityInfo = ActivityInfo().also { it.exported = exported } }
        Mockito.`when`(test.packages.resolveActivity(Mockito.any(Intent::class.java), Mockito.anyInt())).thenReturn(info)
    }

    @Test
    fun `every action ends in the settings, on every maker's phone and at every level`() {
        for (build in builds()) for (action in AndroidActions.ACTIONS + "from-a-newer-pack") {
            val chain = actions(build).screens(action, emptyList())
            assertEquals(Screen("android.settings.SETTINGS"), chain.last(), "$action on ${build.manufacturer} ${build.sdk}")
            assertEquals(Screen("android.settings.APPLICATION_DETAILS_SETTINGS", data = "package:$OWN"), chain[chain.lastIndex - 1])
        }
    }

    @Test
    fun `the maker's own screens come first, and only for what they are`() {
        for (build in builds()) for (action in AndroidActions.ACTIONS) {
            val isVendors = actions(build).screens(action, emptyList()).map { it.isVendors }
            assertEquals(isVendors.sortedDescending(), isVendors)
            if (action !in setOf("autostart", "battery-optimization")) assertTrue(isVendors.none { it }, action)
        }
        val withAutostart = Vendor.entries.filter { vendorScreens("autostart", it, OWN).isNotEmpty() }.map { it.id }
        assertTrue(withAutostart.containsAll(listOf("xiaomi", "huawei", "honor", "oppo", "realme", "vivo", "samsung", "tecno", "infinix", "itel")))
    }

    @Test
    fun `a maker's screen that refuses falls through to the next`() {
        resolves()
        for (failure in listOf(SecurityException(), ActivityNotFoundException(), IllegalStateException("vendor"), NoSuchMethodError("vendor"))) {
            val started = whenStarted { if (it.component != null) throw failure }
            val opened = assertInstanceOf(Started.Opened::class.java, actions(build(30, "xiaomi")).start("autostart"))
            assertEquals("android.settings.APPLICATION_DETAILS_SETTINGS", opened.intent.action)
            assertEquals(2, started.size)
        }
    }

    @Test
    fun `a screen that is seen to be closed isn't started`() {
        resolves(exported = false)
        val started = whenStarted { }
        actions(build(30, "oppo")).start("autostart")
        assertEquals(listOf(null), started.map { it.component })
    }

    @Test
    fun `what can't be seen is started from Android 11 on, and skipped before`() {
        val later = whenStarted { if (it.component != null) throw ActivityNotFoundException() }
        actions(build(30, "vivo")).start("autostart")
        assertEquals(4, later.size)
        val before = whenStarted { }
        assertEquals(Started.NothingOpens, actions(build(29, "vivo")).start("autostart"))
        assertEquals(0, before.size)
    }

    @Test
    fun `a phone on which nothing opens says so and doesn't throw`() {
        resolves()
        test.declared.clear()
        for (failure in listOf(SecurityException(), ActivityNotFoundException(), RuntimeException(), OutOfMemoryError())) {
            whenStarted { throw failure }
            for (action in AndroidActions.ACTIONS) assertEquals(Started.NothingOpens, actions(build(30)).start(action), action)
        }
    }

    @Test
    fun `each action opens its own screen where the phone has it`() {
        resolves()
        whenStarted { }
        Mockito.`when`(test.packages.getLaunchIntentForPackage("com.android.vending")).thenReturn(Intent("play"))
        fun opened(action: String, sdk: Int) = (actions(build(sdk)).start(action) as Started.Opened).intent.action
        val now = mapOf(
            "location-settings" to "android.settings.LOCATION_SOURCE_SETTINGS", "airplane-settings" to "android.settings.AIRPLANE_MODE_SETTINGS",
            "date-settings" to "android.settings.DATE_SETTINGS", "wifi-settings" to "android.settings.WIFI_SETTINGS",
            "mobile-data-settings" to "android.settings.panel.action.INTERNET_CONNECTIVITY", "play-store" to "play",
            "storage-settings" to "android.os.storage.action.MANAGE_STORAGE", "app-store" to Intent.ACTION_VIEW,
            "unknown-sources" to "android.settings.MANAGE_UNKNOWN_APP_SOURCES", "battery-saver" to "android.settings.BATTERY_SAVER_SETTINGS",
            "unused-app-restrictions" to "android.intent.action.AUTO_REVOKE_PERMISSIONS",
        )
        now.forEach { (action, screen) -> assertEquals(screen, opened(action, 34), action) }
        assertEquals("android.settings.DATA_ROAMING_SETTINGS", opened("mobile-data-settings", 28))
        assertEquals("android.settings.INTERNAL_STORAGE_SETTINGS", opened("storage-settings", 24))
        assertEquals("android.settings.SECURITY_SETTINGS", opened("unknown-sources", 25))
        assertEquals("android.settings.APPLICATION_DETAILS_SETTINGS", opened("app-notifications", 25))
    }

    @Test
    fun `the permission that the remedy proves is asked for`() {
        val asked = actions(build(31)).start("ask-permission", listOf("perm.fine"))
        assertEquals(Started.AskedForPermission(LOCATION_PERMISSIONS), asked)
        Mockito.verify(activity).requestPermissions(LOCATION_PERMISSIONS.toTypedArray(), AndroidActions.REQUEST_CODE)
        assertEquals(true, PermissionLog(test.context, FixedClock()).askedBefore(Manifest.permission.ACCESS_FINE_LOCATION))
    }

    @Test
    fun `a remedy that names no permission asks for the one that was asked for last, or is missing`() {
        val first = actions(build(30)).start("ask-permission", listOf("perm.asked_before"))
        assertEquals(Started.AskedForPermission(LOCATION_PERMISSIONS), first)
        PermissionLog(test.context, FixedClock()).requested(arrayOf(Manifest.permission.CAMERA), activity)
        assertEquals(Started.AskedForPermission(listOf(Manifest.permission.CAMERA)), actions(build(30)).start("ask-permission"))
    }

    @Test
    fun `each fact is the permission of its Android`() {
        assertEquals(listOf("android.permission.READ_EXTERNAL_STORAGE"), permissionsOf("perm.storage", 32))
        assertEquals(listOf("android.permission.READ_MEDIA_IMAGES"), permissionsOf("perm.storage", 33))
        assertEquals(2, permissionsOf("perm.media", 34).size)
        assertEquals(emptyList<String>(), permissionsOf("perm.background_location", 28))
        assertEquals(emptyList<String>(), permissionsOf("perm.notifications", 32))
    }

    @Test
    fun `the position in the background comes after the one in front`() {
        test.declared += NewPermissions.BACKGROUND_LOCATION
        val actions = actions(build(30))
        assertEquals(Started.AskedForPermission(LOCATION_PERMISSIONS), actions.start("ask-permission", listOf("perm.background_location")))
        test.granted += LOCATION_PERMISSIONS
        val second = actions.start("ask-permission", listOf("perm.background_location"))
        assertEquals(Started.AskedForPermission(listOf(NewPermissions.BACKGROUND_LOCATION)), second)
    }

    @Test
    fun `where no window would come the app's details open`() {
        resolves()
        whenStarted { }
        val log = PermissionLog(test.context, FixedClock())
        log.requested(arrayOf(Manifest.permission.CAMERA), activity)
        log.answered(arrayOf(Manifest.permission.CAMERA), intArrayOf(-1), activity)
        val refused = actions(build(30)).start("ask-permission", listOf("perm.camera"))
        assertEquals("android.settings.APPLICATION_DETAILS_SETTINGS", (refused as Started.Opened).intent.action)
        val undeclared = actions(build(30)).start("ask-permission", listOf("perm.storage"))
        assertInstanceOf(Started.Opened::class.java, undeclared)
        Mockito.verify(activity, Mockito.never()).requestPermissions(Mockito.any(), Mockito.anyInt())
    }

    @Test
    fun `outside an activity nothing is asked for, and screens open in a task of their own`() {
        val background = TestContext()
        val started = ArrayList<Intent>()
        Mockito.doAnswer { started += it.getArgument<Intent>(0) }.`when`(background.context).startActivity(Mockito.any(Intent::class.java))
        AndroidActions(background.context, OWN, PermissionLog(background.context, FixedClock()), build(33)).start("ask-permission", listOf("perm.camera"))
        assertEquals(listOf(Intent.FLAG_ACTIVITY_NEW_TASK), started.map { it.flags })
    }

    @Test
    fun `all files are granted on a screen of their own`() {
        resolves()
        whenStarted { }
        val opened = actions(build(30)).start("ask-permission", listOf("perm.all_files")) as Started.Opened
        assertEquals("android.settings.MANAGE_APP_ALL_FILES_ACCESS_PERMISSION", opened.intent.action)
        assertEquals("package:$OWN", opened.intent.dataString)
    }
}
