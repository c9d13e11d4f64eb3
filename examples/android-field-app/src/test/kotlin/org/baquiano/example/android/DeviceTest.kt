package org.baquiano.example.android

import org.baquiano.Reading
import org.baquiano.model.FactValue
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

class DeviceTest {
    @Test
    fun `what was read of the phone is told to the desk`() {
        val readings = mapOf(
            "vendor" to Reading.Known(FactValue.Text("xiaomi")),
            "android" to Reading.Known(FactValue.Text("8.1")),
            "android.sdk" to Reading.Known(FactValue.Int(27)),
            "abi" to Reading.Unknown("no ABI"),
        )
        val device = device(readings, "es-HN")
        assertEquals("xiaomi", device.vendor)
        assertEquals("8.1", device.android)
        assertEquals(27u, device.apiLevel)
        assertEquals("es-HN", device.locale)
        assertNull(device.abi)
        assertNull(device.model)
    }

    @Test
    fun `there are such facts`() {
        val known = Regex("- id: (\\S+)").findAll(File("../../kb/facts.yaml").readText()).map { it.groupValues[1] }.toSet()
        assertTrue(known.containsAll(DEVICE_FACTS + "app.days_unused"))
    }

    @Test
    fun `days without use are whole days, and none are made up`() {
        val day = 24 * 60 * 60 * 1000L
        assertNull(daysBetween(0, 5 * day), "the first use")
        assertEquals(0, daysBetween(day, 2 * day - 1))
        assertEquals(30, daysBetween(day, 31 * day))
        assertNull(daysBetween(2 * day, day), "the clock was set back")
    }
}
