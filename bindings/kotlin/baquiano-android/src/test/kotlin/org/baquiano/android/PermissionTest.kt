package org.baquiano.android

import android.Manifest
import android.app.Activity
import android.content.Context
import android.content.pm.PackageManager
import android.content.pm.PermissionInfo
import android.location.LocationManager
import org.baquiano.Reading
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource
import org.mockito.Mockito

private const val CAMERA = Manifest.permission.CAMERA
private const val FINE = Manifest.permission.ACCESS_FINE_LOCATION
private const val COARSE = Manifest.permission.ACCESS_COARSE_LOCATION

class PermissionTest {
    private val test = TestContext(declared = mutableSetOf(CAMERA, FINE, COARSE), isActivity = true)
    private val activity = test.context as Activity
    private val clock = FixedClock()
    private val log = PermissionLog(test.context, clock)

    private fun explains(permission: String, due: Boolean) {
        Mockito.`when`(activity.shouldShowRequestPermissionRationale(permission)).thenReturn(due)
    }

    private fun answer(permission: String, granted: Boolean) =
        log.answered(arrayOf(permission), intArrayOf(if (granted) PackageManager.PERMISSION_GRANTED else PackageManager.PERMISSION_DENIED), activity)

    @ParameterizedTest
    @MethodSource("levels")
    fun `without permission what needs it is unknown and never false or zero`(sdk: Int) {
        val location = fake<LocationManager>()
        test.services[Context.LOCATION_SERVICE] = location
        Mockito.`when`(location.isLocationEnabled).thenReturn(true)
        val needing = AndroidDeviceProbe.READERS.filterValues { it.needsOneOf.isNotEmpty() }.keys
        assertEquals(9, needing.size)
        for ((id, reading) in test.phone(sdk).read(*needing.toTypedArray())) {
            val reason = assertInstanceOf(Reading.Unknown::class.java, reading, id).reason
            assert(reason.startsWith("permission denied: ")) { "$id: $reason" }
        }
        Mockito.verify(location, Mockito.never()).allProviders
    }

    @Test
    fun `a permission that was never asked for is not requested`() {
        assertEquals("not_requested", test.phone(30).value("perm.camera"))
        assertEquals(false, test.phone(30, ProbeOptions(neededPermissions = setOf(CAMERA))).value("perm.asked_before"))
    }

    @Test
    fun `a permission that isn't in the manifest is not requested`() {
        assertEquals("not_requested", test.phone(30).value("perm.storage"))
        assertEquals("not_declared", test.phone(30).value("perm.background_location"))
    }

    @Test
    fun `a refusal after which Android explains is a plain one`() {
        log.requested(arrayOf(CAMERA), activity)
        explains(CAMERA, true)
        answer(CAMERA, false)
        assertEquals("denied", test.phone(30).value("perm.camera"))
        assertEquals("refused", test.phone(30).value("permit.trouble"))
        assertEquals("camera", test.phone(30).value("perm.wanted"))
    }

    @Test
    fun `a refusal without a window is for good`() {
        log.requested(arrayOf(CAMERA), activity)
        answer(CAMERA, false)
        assertEquals("denied_permanently", test.phone(30).value("perm.camera"))
        assertEquals("no_window", test.phone(30).value("permit.trouble"))
    }

    @Test
    fun `a second refusal, after which Android no longer explains, is for good`() {
        explains(CAMERA, true)
        log.requested(arrayOf(CAMERA), activity)
        explains(CAMERA, false)
        answer(CAMERA, false)
        log.saw(CAMERA, granted = false, explains = true)
        assertEquals("denied_permanently", test.phone(30).value("perm.camera"))
    }

    @Test
    fun `a window that was dismissed isn't a refusal for good`() {
        log.requested(arrayOf(CAMERA), activity)
        clock.elapsed += (PermissionLog.NO_WINDOW_MS + 1) * 1_000_000
        answer(CAMERA, false)
        assertEquals("denied", test.phone(30).value("perm.camera"))
    }

    @Test
    fun `what Android took back is lost`() {
        test.granted += CAMERA
        assertEquals("granted", test.phone(30, ProbeOptions(neededPermissions = setOf(CAMERA))).value("perm.camera"))
        test.granted -= CAMERA
        assertEquals("lost", test.phone(30, ProbeOptions(neededPermissions = setOf(CAMERA))).value("permit.trouble"))
    }

    @Test
    fun `an answer without permissions is a dead button`() {
        log.requested(arrayOf(CAMERA), activity)
        log.answered(emptyArray(), IntArray(0), activity)
        assertEquals("dead_button", test.phone(30).value("permit.trouble"))
    }

    @Test
    fun `what the administrator forbids is gray`() {
        log.requested(arrayOf(CAMERA), activity)
        Mockito.`when`(test.packages.isPermissionRevokedByPolicy(CAMERA, OWN)).thenReturn(true)
        val phone = test.phone(30, ProbeOptions(neededPermissions = setOf(CAMERA)))
        assertEquals("gray", phone.value("permit.trouble"))
        assertEquals(true, phone.value("perm.policy_fixed"))
    }

    @Test
    fun `the approximate position alone is part of what was asked`() {
        log.requested(arrayOf(FINE), activity)
        test.granted += COARSE
        assertEquals("part", test.phone(31).value("permit.trouble"))
        assertEquals("granted", test.phone(31).value("perm.coarse"))
        assertEquals("denied", test.phone(30).also { explains(FINE, true) }.value("perm.fine"))
    }

    @Test
    fun `an app that was updated before it had a log doesn't claim never to have asked`() {
        val updated = TestContext(declared = mutableSetOf(CAMERA))
        Mockito.`when`(updated.packages.getPackageInfo(Mockito.eq(OWN), Mockito.anyInt())).thenAnswer {
            android.content.pm.PackageInfo().apply {
                requestedPermissions = arrayOf(CAMERA)
                firstInstallTime = 1
                lastUpdateTime = 2
            }
        }
        assertEquals("denied", updated.phone(30).value("perm.camera"))
        assertNull(updated.phone(30, ProbeOptions(neededPermissions = setOf(CAMERA))).value("perm.asked_before"))
    }

    @Test
    fun `a backup of another phone isn't this one's log`() {
        test.preferences.putBoolean("asked:$CAMERA", true).putBoolean("silent:$CAMERA", true).putBoolean("held:$CAMERA", true).putLong("installed", 77)
        assertEquals("not_requested", test.phone(30).value("perm.camera"))
        assertEquals(false, PermissionLog(test.context, clock).askedBefore(CAMERA))
    }

    @Test
    fun `without an activity nobody knows whether an explanation is due`() {
        val background = TestContext(declared = mutableSetOf(CAMERA))
        assertNull(background.phone(30, ProbeOptions(neededPermissions = setOf(CAMERA))).value("rationale"))
        explains(CAMERA, true)
        val handed = ProbeOptions(neededPermissions = setOf(CAMERA), activity = { activity })
        assertEquals(true, background.phone(30, handed).value("rationale"))
    }

    @Test
    fun `any permission counts only those that this Android can grant`() {
        val old = Manifest.permission.READ_EXTERNAL_STORAGE
        test.declared += old
        test.granted += setOf(CAMERA, FINE)
        Mockito.`when`(test.packages.getPermissionInfo(Mockito.anyString(), Mockito.anyInt())).thenAnswer {
            fake<PermissionInfo>().also { info ->
                info.protectionLevel = PermissionInfo.PROTECTION_DANGEROUS
                Mockito.`when`(info.protection).thenReturn(PermissionInfo.PROTECTION_DANGEROUS)
            }
        }
        assertEquals("denied", test.phone(30).value("perm.any"))
        assertEquals("granted", test.phone(33).value("perm.any"))
    }

    @Test
    fun `some photos are a part from Android 14 on`() {
        test.declared += NewPermissions.READ_MEDIA_IMAGES
        test.granted += NewPermissions.READ_MEDIA_SELECTED
        assertNull(test.phone(32).value("perm.media"))
        assertEquals("denied", test.phone(33).value("perm.media"))
        assertEquals("partial", test.phone(34).value("perm.media"))
        assertNull(test.phone(33).value("perm.storage"))
    }

    @Test
    fun `permissions of another app are not ours to tell`() {
        val reading = test.phone(30, ProbeOptions(packageName = "hn.campo.otra")).read("perm.camera")["perm.camera"]
        assertEquals(Reading.Unknown("only the app itself can tell"), reading)
    }

    companion object {
        @JvmStatic
        fun levels() = LEVELS.toList()
    }
}
