package org.baquiano

import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.last
import kotlinx.coroutines.runBlocking
import org.baquiano.ffi.Settings
import org.baquiano.model.AppVersion
import org.baquiano.model.Device
import org.baquiano.model.FactValue
import org.baquiano.model.Shows
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path

/** What the example of a field app needs of the library. */
class FieldAppTest {
    @TempDir
    lateinit var dir: Path

    private suspend fun open() = Baquiano.open(Settings(dir = dir.toString(), app = AppVersion("fsu-rup"), device = Device()))

    @Test
    fun `half a word that finds nothing is no gap, a question is`() = runBlocking {
        open().use { desk ->
            assertTrue(desk.searchAsYouType(flowOf("xqzk")).last().hits.isEmpty())
            assertTrue(desk.statistics().unanswered.isEmpty())
            desk.search("xqzk")
            assertEquals(listOf("xqzk"), desk.statistics().unanswered.map { it.question })
        }
    }

    @Test
    fun `the way back says when there is none`() = runBlocking {
        open().use { desk ->
            val guide = desk.guide(flow = "gps")
            assertFalse(guide.back())
            val first = guide.page.value
            val asked = (first.shows as Shows.Ask).question
            guide.answer(asked.choices.firstOrNull()?.value ?: FactValue.Text("13"))
            assertTrue(guide.back())
            assertEquals(first, guide.page.value)
        }
    }

    @Test
    fun `a desk that is closed leaves nothing open, whatever talks go on`() = runBlocking {
        val first = open()
        val guide = first.guide(flow = "gps")
        first.close()
        assertThrows(BaquianoException.Closed::class.java) { runBlocking { guide.stop() } }
        open().use { again -> assertNotNull(again.unfinished()) }
    }
}
