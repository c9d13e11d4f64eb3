package org.baquiano

import org.baquiano.FakeIntake.Answered
import org.baquiano.ffi.Told
import org.baquiano.model.Choice
import org.baquiano.model.Shows
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.lang.management.ManagementFactory
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import javax.management.JMException
import javax.management.ObjectName
import kotlin.random.Random

/** Hours of use without an end in between: `mvn -f bindings/kotlin verify -Dtest=SoakTest -Dsoak.seconds=3600`; without that, some seconds. */
class SoakTest {
    @TempDir
    lateinit var dir: Path

    private val seconds = System.getProperty("soak.seconds", "4").toInt()
    private val random = Random(7)

    private fun List<Choice>.pick(): Choice? = getOrNull(random.nextInt(size + 1))

    private suspend fun talk(desk: Baquiano, words: String): String? = desk.guide(words = words).use { guide ->
        repeat(STEPS) {
            when (val shows = guide.page.value.shows) {
                is Shows.Read -> error("there is no phone to look at")
                is Shows.Ask -> guide.answer(shows.question.choices.pick()?.value)
                is Shows.Do -> if (random.nextBoolean()) guide.cannot() else guide.did(shows.todo.effect?.choices?.pick()?.value)
                is Shows.Concluded -> return guide.file(Told()).id
            }
        }
        null
    }

    /**
     * What is held, and not what is free but not given back: JNA frees a structure's memory when the collector comes to it, and malloc keeps what was freed (docs/reliability.md). A JVM
     * that can't give it back says so.
     */
    private fun settle() {
        System.gc()
        // A run of seconds has little to wait for, and other things to do.
        Thread.sleep((seconds * 10L).coerceAtMost(SETTLES_MS))
        val commands = ObjectName("com.sun.management:type=DiagnosticCommand")
        try {
            ManagementFactory.getPlatformMBeanServer().invoke(commands, "systemTrimNativeHeap", emptyArray(), emptyArray())
        } catch (e: JMException) {
            println("memory that malloc keeps is counted: ${e.message}")
        }
    }

    /** In KB. In seconds a virtual machine that still warms up takes nearly as much for itself as is allowed, so that then only what is allocated counts, where that is told. */
    private fun held(): Long = if (seconds < WARM_AFTER_S) allocated() ?: resident() else resident()

    @Test
    fun `memory stays, and nothing is lost`() = onDesk(dir) { desk ->
        val arrived = ConcurrentHashMap.newKeySet<String>()
        val twice = ConcurrentHashMap.newKeySet<String>()
        var request = 0
        lateinit var intake: FakeIntake
        // Some are refused; some are taken, and a network's portal answers in the desk's place.
        intake = FakeIntake { came ->
            intake.came.clear()
            request += 1
            val known = came.key ?: came.path.substringAfterLast('/')
            when {
                request % 7 == 0 -> Answered(503, "{}")
                came.method == "GET" -> if (known in arrived) Answered(200, """{"reference": "MA-1"}""") else Answered(404, "{}")
                else -> {
                    if (!arrived.add(known)) twice += known
                    if (request % 11 == 0) Answered(200, "<p>Bienvenido</p>", "text/html") else Answered(201, """{"reference": "MA-1"}""")
                }
            }
        }
        val filed = mutableSetOf<String>()
        val memory = mutableListOf<Long>()
        intake.use {
            val sender = HttpSender(intake.url)
            val began = System.nanoTime()
            while (true) {
                val passed = (System.nanoTime() - began) / 1e9
                if (passed * 10 / seconds >= memory.size && Files.exists(STATUS)) {
                    settle()
                    memory += held()
                    println("%.0f s: %d filed, %d arrived, %d KB".format(passed, filed.size, arrived.size, memory.last()))
                }
                if (passed >= seconds) break
                val words = WORDS.random(random)
                for (end in 1..words.length step 4) desk.search(words.take(end))
                desk.search(words).hits.firstOrNull()?.let { desk.article(it.id) }
                if (random.nextInt(3) == 0) talk(desk, words)?.let { filed += it }
                desk.goOn()
                desk.deliver(sender)
                Thread.sleep(REST_MS)
            }
            // What was refused is sent again at once.
            repeat(20) {
                desk.goOn()
                desk.deliver(sender)
            }
        }
        val balance = checkNotNull(desk.statistics().balance)
        assertEquals(0uL to 0uL, balance.pending to balance.dropped, "$balance")
        assertEquals(filed.size.toULong(), balance.delivered)
        assertEquals(filed.size, arrived.size)
        assertEquals(emptySet<String>(), twice, "came twice")
        if (memory.size > 3) assertTrue(memory.last() < memory[2] + GROWTH_KB, "$memory")
    }

    private companion object {
        const val STEPS = 40
        const val REST_MS = 40L
        const val SETTLES_MS = 500L
        const val WARM_AFTER_S = 60
        const val GROWTH_KB = 8 * 1024
        val WORDS = listOf(
            "no me agarra el jipies", "se me cerro la aplicasion", "la foto sale borrosa", "no me deja enviar las fichas",
            "me dice que no hay espacio", "no puedo entrar con mi usuario", "como instalo la actualizacion", "se borraron los hogares de la lista",
        )
    }
}
