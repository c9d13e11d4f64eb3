package org.baquiano.android

import android.Manifest
import android.annotation.TargetApi
import android.app.admin.DevicePolicyManager
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.hardware.SensorPrivacyManager
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.os.Build
import android.provider.MediaStore
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.withTimeoutOrNull

/** Longest wait for which cameras are free, in ms. Android tells of each at once; chosen for a slow phone. */
private const val AVAILABILITY_MS = 1_000L

/** Longest wait for a camera to open, in ms. Chosen: the slowest cold start of a cheap phone's camera is some 3 s. */
private const val OPEN_MS = 6_000L

internal val CAMERA_FACTS: FactTable = factTable {
    bool("camera.present") { phone.packages.hasSystemFeature(PackageManager.FEATURE_CAMERA_ANY) }
    int("camera.count") { phone.cameras().cameraIdList.size.toLong() }
    bool("camera.policy_disabled") { phone.service<DevicePolicyManager>(Context.DEVICE_POLICY_SERVICE).getCameraDisabled(null) }
    bool("camera.in_use", slow = { AVAILABILITY_MS + QUICK_MS }) { cameraInUse() }
    text("camera.open_error", needs = listOf(Manifest.permission.CAMERA), own = true, slow = { AVAILABILITY_MS + OPEN_MS + QUICK_MS }) {
        if (!phone.options.mayOpenCamera()) cannotTell("the app doesn't let the camera be opened now")
        // Our own opening would look like another app's.
        if ("camera.in_use" in wanted) runCatching { availability() }
        openError()
    }
    bool("camera.toggle_supported", minSdk = Build.VERSION_CODES.S) { phone.supportsToggle() }
    text("intent.custom_camera") { if (phone.cameraAppAnswers()) "resolved" else "unresolved" }
}

private fun Phone.cameras(): CameraManager = service(Context.CAMERA_SERVICE)

@TargetApi(Build.VERSION_CODES.S)
private fun Phone.supportsToggle(): Boolean =
    (context.getSystemService(SensorPrivacyManager::class.java) ?: cannotTell("no sensor privacy service"))
        .supportsSensorToggle(SensorPrivacyManager.Sensors.CAMERA)

private fun Phone.cameraAppAnswers(): Boolean =
    packages.resolveActivity(Intent(MediaStore.ACTION_IMAGE_CAPTURE), PackageManager.MATCH_DEFAULT_ONLY) != null

private suspend fun Review.cameraInUse(): Boolean {
    val free = availability()
    return when {
        free.values.any { !it } -> true
        free.isNotEmpty() -> false
        else -> cannotTell("no camera reported")
    }
}

/** By camera, whether it is free. */
private suspend fun Review.availability(): Map<String, Boolean> = once("cameras") {
    val cameras = phone.cameras()
    val all = cameras.cameraIdList.toSet()
    val free = ConcurrentHashMap<String, Boolean>()
    val complete = CompletableDeferred<Unit>()
    val callback = object : CameraManager.AvailabilityCallback() {
        override fun onCameraAvailable(cameraId: String) = note(cameraId, true)

        override fun onCameraUnavailable(cameraId: String) = note(cameraId, false)

        private fun note(id: String, isFree: Boolean) {
            // Vendors report hidden cameras too, which no app can open.
            if (id in all) free[id] = isFree
            if (free.keys.containsAll(all)) complete.complete(Unit)
        }
    }
    try {
        cameras.registerAvailabilityCallback(callback, phone.handler)
        if (all.isNotEmpty()) withTimeoutOrNull(AVAILABILITY_MS) { complete.await() }
    } finally {
        runCatching { cameras.unregisterAvailabilityCallback(callback) }
    }
    free.toMap()
}

private suspend fun Review.openError(): String {
    val cameras = phone.cameras()
    val ids = cameras.cameraIdList.orEmpty()
    val id = ids.firstOrNull { runCatching { isBack(cameras, it) }.getOrDefault(false) } ?: ids.firstOrNull() ?: cannotTell("no camera")
    val outcome = CompletableDeferred<String>()
    return try {
        cameras.openCamera(id, Trial(outcome), phone.handler)
        withTimeoutOrNull(OPEN_MS) { outcome.await() } ?: cannotTell("the camera neither opened nor failed")
    } catch (refused: CameraAccessException) {
        accessError(refused.reason)
    }
}

private fun isBack(cameras: CameraManager, id: String): Boolean =
    cameras.getCameraCharacteristics(id).get(CameraCharacteristics.LENS_FACING) == CameraCharacteristics.LENS_FACING_BACK

/** Closes whatever opens, also when nobody waits for it any more. */
private class Trial(private val outcome: CompletableDeferred<String>) : CameraDevice.StateCallback() {
    override fun onOpened(camera: CameraDevice) = end(camera, "none")

    override fun onDisconnected(camera: CameraDevice) = end(camera, "DISCONNECTED")

    override fun onError(camera: CameraDevice, error: Int) = end(camera, deviceError(error))

    private fun end(camera: CameraDevice, value: String) {
        runCatching { camera.close() }
        outcome.complete(value)
    }
}

/** A reason of CameraAccessException as facts.yaml calls it. */
internal fun accessError(reason: Int): String = when (reason) {
    CameraAccessException.CAMERA_DISABLED -> "DISABLED"
    CameraAccessException.CAMERA_DISCONNECTED -> "DISCONNECTED"
    CameraAccessException.CAMERA_IN_USE -> "IN_USE"
    CameraAccessException.MAX_CAMERAS_IN_USE -> "MAX_IN_USE"
    else -> "ERROR"
}

/** A code of CameraDevice.StateCallback.onError as facts.yaml calls it. */
internal fun deviceError(code: Int): String = when (code) {
    CameraDevice.StateCallback.ERROR_CAMERA_IN_USE -> "IN_USE"
    CameraDevice.StateCallback.ERROR_MAX_CAMERAS_IN_USE -> "MAX_IN_USE"
    CameraDevice.StateCallback.ERROR_CAMERA_DISABLED -> "DISABLED"
    CameraDevice.StateCallback.ERROR_CAMERA_DEVICE -> "DEVICE"
    CameraDevice.StateCallback.ERROR_CAMERA_SERVICE -> "SERVICE"
    else -> "ERROR"
}
