package org.baquiano.android

import android.Manifest
import android.content.Context
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.os.Handler
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.mockito.Mockito

class CameraTest {
    private val test = TestContext(granted = mutableSetOf(Manifest.permission.CAMERA))
    private val cameras = fake<CameraManager>()
    private val device = fake<CameraDevice>()

    init {
        test.services[Context.CAMERA_SERVICE] = cameras
        Mockito.`when`(cameras.cameraIdList).thenReturn(arrayOf("0", "1"))
    }

    private fun onOpen(answer: (CameraDevice.StateCallback) -> Unit) {
        Mockito.doAnswer { answer(it.getArgument(1)) }.`when`(cameras)
            .openCamera(Mockito.anyString(), Mockito.any(CameraDevice.StateCallback::class.java), Mockito.any(Handler::class.java))
    }

    private fun onAvailability(answer: (CameraManager.AvailabilityCallback) -> Unit) {
        Mockito.doAnswer { answer(it.getArgument(0)) }.`when`(cameras)
            .registerAvailabilityCallback(Mockito.any(CameraManager.AvailabilityCallback::class.java), Mockito.any(Handler::class.java))
    }

    @Test
    fun `a camera that opens has no error and is closed again`() {
        onOpen { it.onOpened(device) }
        assertEquals("none", test.phone(24).value("camera.open_error"))
        Mockito.verify(device).close()
    }

    @Test
    fun `a camera that opens after everybody left is closed too`() {
        var late: CameraDevice.StateCallback? = null
        onOpen { late = it }
        assertNull(test.phone(24).value("camera.open_error"))
        late!!.onOpened(device)
        Mockito.verify(device).close()
    }

    @Test
    fun `every error of the device has its name`() {
        val names = listOf("IN_USE", "MAX_IN_USE", "DISABLED", "DEVICE", "SERVICE")
        names.forEachIndexed { index, name ->
            onOpen { it.onError(device, index + 1) }
            assertEquals(name, test.phone(30).value("camera.open_error"))
        }
        onOpen { it.onDisconnected(device) }
        assertEquals("DISCONNECTED", test.phone(30).value("camera.open_error"))
    }

    @Test
    fun `every refusal of the service has its name`() {
        listOf("DISABLED", "DISCONNECTED", "ERROR", "IN_USE", "MAX_IN_USE").forEachIndexed { index, name ->
            assertEquals(name, accessError(index + 1))
        }
        onOpen { throw CameraAccessException(CameraAccessException.CAMERA_IN_USE) }
        assertEquals("IN_USE", test.phone(30).value("camera.open_error"))
    }

    @Test
    fun `the camera stays closed when the app shows its own preview`() {
        assertNull(test.phone(30, ProbeOptions(mayOpenCamera = { false })).value("camera.open_error"))
        Mockito.verify(cameras, Mockito.never())
            .openCamera(Mockito.anyString(), Mockito.any(CameraDevice.StateCallback::class.java), Mockito.any(Handler::class.java))
    }

    @Test
    fun `a camera is in use when one of those that can be opened isn't free`() {
        onAvailability { it.onCameraAvailable("0"); it.onCameraUnavailable("1") }
        assertEquals(true, test.phone(30).value("camera.in_use"))
        onAvailability { it.onCameraAvailable("0"); it.onCameraAvailable("1"); it.onCameraUnavailable("61") }
        assertEquals(false, test.phone(30).value("camera.in_use"))
        onAvailability { }
        assertNull(test.phone(30).value("camera.in_use"))
    }

    @Test
    fun `our own opening doesn't look like another app's`() {
        var opened = false
        onAvailability { callback -> listOf("0", "1").forEach { if (opened) callback.onCameraUnavailable(it) else callback.onCameraAvailable(it) } }
        onOpen { opened = true; it.onOpened(device) }
        val readings = test.phone(30).read("camera.open_error", "camera.in_use")
        assertEquals("Known(value=Bool(v1=false))", readings["camera.in_use"].toString())
    }

    @Test
    fun `no camera in the list is a count of none`() {
        Mockito.`when`(cameras.cameraIdList).thenReturn(emptyArray())
        assertEquals(0L, test.phone(30).value("camera.count"))
        assertNull(test.phone(30).value("camera.in_use"))
    }
}
