package org.baquiano.example.android

import org.baquiano.android.AppFacts
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

class LastUseTest {
    @Test
    fun `what only the app tells is what it may tell`() {
        val told = Regex("\"([a-z_.]+)\" to \\{").findAll(File("src/main/kotlin/org/baquiano/example/android/HelpApp.kt").readText())
        assertEquals(listOf("app.days_unused", "tls.error"), told.map { it.groupValues[1] }.toList())
        assertTrue(AppFacts.HOST_FACTS.keys.containsAll(told.map { it.groupValues[1] }.toList()))
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
