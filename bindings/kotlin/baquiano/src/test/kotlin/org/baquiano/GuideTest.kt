package org.baquiano

import org.baquiano.ffi.Told
import org.baquiano.model.Entry
import org.baquiano.model.FactValue
import org.baquiano.model.Outcome
import org.baquiano.model.Shows
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import java.util.concurrent.TimeUnit

class GuideTest {
    @TempDir
    lateinit var dir: Path

    private fun locationOff() = FakePhone("location.enabled" to no(), "perm.fine" to FactValue.Text("granted"), "vendor" to FactValue.Text("samsung"))

    @Test
    fun `the phone is read, the remedy is proven, and nothing is asked`() = onDesk(dir) { desk ->
        val phone = locationOff()
        desk.guide(words = "no me agarra el gps", probe = phone).use { guide ->
            val todo = guide.does().todo
            assertEquals("location-settings", todo.action)
            assertNotNull(todo.picture?.let { desk.picture(it) })
            assertEquals(listOf("location.enabled"), todo.proves)

            assertFalse(guide.lookAgain(), "nothing has changed yet")
            phone["location.enabled"] = yes()
            phone["fix.accuracy_m"] = FactValue.Int(6)
            assertTrue(guide.lookAgain(), "the person came back, and it is on")
            val end = guide.ended().end
            assertEquals(Outcome.RESOLVED, end.outcome)
            assertEquals("gps.location-off", end.fault)
        }
        assertNull(desk.unfinished(), "what is over isn't gone on with")
    }

    @Test
    fun `a fact that follows from another is known from the other`() = onDesk(dir) { desk ->
        val phone = FakePhone("storage.free_mb" to FactValue.Int(40), "ram_mb" to FactValue.Int(1800))
        desk.guide(flow = "camara", probe = phone).use {
            assertTrue("storage.free_mb" in phone.asked, "${phone.asked}")
        }
    }

    @Test
    fun `in a chat everything is asked, with answers to choose and a way back`() = onDesk { desk ->
        desk.guide(flow = "gps").use { guide ->
            val first = guide.asks().question
            assertTrue(first.entry != Entry.CHOICE || first.choices.size >= 2)
            guide.answer(first.choices.first().value)
            assertTrue(guide.page.value.shows != Shows.Ask(first))
            guide.back()
            assertEquals(first, guide.asks().question)
            assertTrue(guide.explain().known.isEmpty())
        }
    }

    @Test
    fun `a probe that throws or reads nonsense stops nothing`() = onDesk(dir) { desk ->
        desk.guide(flow = "gps", probe = { throw UnsupportedOperationException("a maker's own idea") }).use { guide ->
            assertTrue(guide.page.value.shows is Shows.Ask || guide.page.value.shows is Shows.Do)
        }
        desk.guide(flow = "gps", probe = FakePhone("location.enabled" to FactValue.Text("maybe"))).use { guide ->
            assertTrue(guide.page.value.shows is Shows.Ask || guide.page.value.shows is Shows.Do)
        }
    }

    @Test
    fun `a probe is told that a talk begins, before it reads, and one that throws then stops nothing`() = onDesk(dir) { desk ->
        val done = ArrayList<String>()
        val probe = object : DeviceProbe {
            override fun begin() {
                done += "begins"
                error("a maker's own idea")
            }

            override suspend fun read(facts: Collection<String>): Map<String, Reading> = emptyMap<String, Reading>().also { done += "reads" }
        }
        val saved = desk.guide(flow = "gps", probe = probe).use { guide ->
            guide.answer(null)
            guide.saved()
        }
        assertEquals(listOf("begins", "reads"), done.take(2))
        assertEquals(1, done.count { it == "begins" }, "a step is no new talk")
        desk.resume(saved, probe).close()
        checkNotNull(desk.unfinished(probe)).close()
        assertEquals(3, done.count { it == "begins" })
    }

    @Test
    fun `what the desk must see is filed with what was found out`() = onDesk(dir) { desk ->
        desk.guide(words = "no me agarra el gps", probe = locationOff()).use { guide ->
            assertThrows(BaquianoException.Talk::class.java) { kotlinx.coroutines.runBlocking { guide.file() } }
            guide.giveUp()
            assertEquals(Outcome.ESCALATED, guide.ended().end.outcome)
            val filed = guide.file(Told(words = "urge, estoy en la aldea"))
            assertTrue(filed.promise.contains("lunes a viernes"), filed.promise)
            val case = checkNotNull(desk.case(filed.id))
            assertEquals(1, desk.cases().size)
            assertTrue(case.summary.isNotBlank())
            val record = desk.render(filed.id, org.baquiano.ffi.Form.JSON)
            assertTrue(record.contains("\"flow\"") && record.contains("urge, estoy en la aldea"), record)
        }
        assertNull(desk.unfinished())
    }

    @Test
    fun `a talk goes on after the process was killed in it`() {
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val child = ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), "org.baquiano.DyingProcessKt", dir.toString())
            .redirectErrorStream(true).start()
        val said = child.inputReader().readLine()
        child.destroyForcibly()
        assertTrue(child.waitFor(20, TimeUnit.SECONDS))
        assertTrue(said.startsWith("page:"), said)
        onDesk(dir) { desk ->
            val phone = locationOff()
            val guide = checkNotNull(desk.unfinished(phone)) { "nothing was kept" }
            assertEquals(said, "page:${guide.does().todo.remedy}")
            assertEquals(0, phone.asked.size, "what was read before is known")
            phone["location.enabled"] = yes()
            phone["fix.accuracy_m"] = FactValue.Int(5)
            guide.did()
            assertEquals(Outcome.RESOLVED, guide.ended().end.outcome)
        }
    }

    @Test
    fun `a talk that was written down by other content is told to begin anew`() = onDesk { desk ->
        val saved = desk.guide(flow = "gps").use { it.saved() }
        desk.resume(saved).use { assertTrue(it.page.value.shows is Shows.Ask) }
        // The version of a flow is what its content hashes to.
        val other = saved.replace(Regex(""""version":"[0-9a-f]{4}"""), """"version":"ffff""")
        for (broken in listOf(other, saved.dropLast(5), "", "{}")) {
            val error = assertThrows(BaquianoException.Talk::class.java) { kotlinx.coroutines.runBlocking { desk.resume(broken) } }
            assertEquals("talk.outdated", error.code)
            assertTrue(error.userText.isNotBlank())
        }
    }
}
