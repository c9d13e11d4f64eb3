package org.baquiano

import kotlinx.coroutines.runBlocking
import org.baquiano.ffi.Settings
import org.baquiano.model.Device
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

class FirstTest {
    @Test
    fun `a misspelled question finds its article`() = runBlocking {
        val desk = Baquiano.open(Settings(dir = null, app = null, device = Device(null, null, null, null, null, null, null, null, null)))
        desk.use {
            val answer = it.search("no me agarra el jipies")
            assertEquals("gps", answer.hits.first().service)
        }
    }
}
