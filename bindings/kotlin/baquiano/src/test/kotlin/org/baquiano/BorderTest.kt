package org.baquiano

import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.baquiano.ffi.Report
import org.baquiano.ffi.Settings
import org.baquiano.ffi.Told
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicLong
import kotlin.io.path.writeBytes

/** A round of the leak test, at most so many of them, and the least that counts as a leak when each leaves it: 20 bytes a call. */
private const val CALLS = 10_000
private const val ROUNDS = 7
private const val LEAK_KB = CALLS * 20L / 1024

/** What must hold at the border between Kotlin and the library. */
class BorderTest {
    @TempDir
    lateinit var dir: Path

    private inline fun <reified E : BaquianoException> refused(crossinline call: suspend () -> Unit): E =
        assertThrows(E::class.java) { runBlocking { call() } }

    @Test
    fun `a panic inside is a typed error, and the library goes on`() = onDesk { desk ->
        repeat(3) {
            val error = refused<BaquianoException.Internal> { desk.failOnPurpose() }
            assertEquals("internal", error.code)
            assertTrue(error.userText.isNotBlank() && error.message.orEmpty().contains("on purpose"), error.toString())
            assertEquals("gps", desk.search("no me agarra el gps").hits.first().service)
        }
    }

    @Test
    fun `wrong arguments and a closed desk are typed errors`() {
        onDesk { desk ->
            refused<BaquianoException.Input> { desk.article("No es un id") }
            refused<BaquianoException.Input> { desk.case("tampoco") }
            refused<BaquianoException.Input> { desk.cases() }
            assertEquals("talk.no-flow", refused<BaquianoException.Talk> { desk.guide(flow = "tortillas") }.code)
        }
        val desk = Baquiano.openBlocking(settings(null))
        desk.close()
        desk.close()
        refused<BaquianoException.Closed> { desk.search("gps") }
        desk.log("nothing happens")
        assertEquals(null, desk.fileAutomatically("a", "b", "c"))
    }

    @Test
    fun `without its library an app is told so, and lives on`() {
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val run = ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), "org.baquiano.WithoutLibraryKt").redirectErrorStream(true).start()
        val said = run.inputReader().readText()
        assertEquals(0, run.waitFor(), said)
        assertTrue("no-library" in said, said)
    }

    @Test
    fun `a folder that can't be used and a key that is none are told`() {
        val file = Files.writeString(dir.resolve("file"), "")
        refused<BaquianoException> { Baquiano.open(settings(file.resolve("in"))) }
        refused<BaquianoException.Input> { Baquiano.open(settings(dir.resolve("a")).copy(trustedKeys = listOf("zz"))) }
        refused<BaquianoException.Content> { Baquiano.open(Settings(dir = null, app = null, device = PHONE, pack = file.toString())) }
    }

    @Test
    fun `a pack that is none is refused, and the help goes on`() = onDesk(dir.resolve("desk")) { desk ->
        val pack = dir.resolve("roto.pack").also { it.writeBytes(ByteArray(3_000_000) { 7 }) }
        assertEquals("install.damaged", refused<BaquianoException.Install> { desk.install(pack.toString()).toList() }.code)
        assertEquals("install.nothing-before", refused<BaquianoException.Install> { desk.rollBack() }.code)
        assertTrue(desk.search("no me agarra el gps").hits.isNotEmpty())
    }

    @Test
    fun `eight threads for ten seconds`() = onDesk(dir) { desk ->
        val until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10)
        val calls = AtomicLong()
        val pool = Executors.newFixedThreadPool(8)
        val work = (0 until 8).map { number ->
            pool.submit {
                while (System.nanoTime() < until) runBlocking {
                    when (number % 4) {
                        0 -> assertEquals("gps", desk.search("no me agarra el gps").hits.first().service)
                        1 -> desk.guide(flow = "camara", probe = FakePhone()).use { it.giveUp() }
                        2 -> desk.article(desk.suggest(Baquiano.question("la foto sale")).first().article)
                        else -> {
                            desk.log("hilo $number")
                            desk.fileAutomatically("prueba.Hilo$number", "m", "at a.b.C.d(C.kt:1)")
                            desk.cases()
                        }
                    }
                    calls.incrementAndGet()
                }
            }
        }
        work.forEach { it.get(60, TimeUnit.SECONDS) }
        pool.shutdown()
        val balance = checkNotNull(desk.statistics().balance)
        assertEquals(balance.filed, balance.delivered + balance.pending + balance.merged + balance.dropped + balance.quarantined)
        assertTrue(calls.get() > 1_000, "${calls.get()} calls")
    }

    /** What stays allocated: the least in a while, since the compiler of the virtual machine gives its memory back every 5 seconds. */
    private fun settled(): Long {
        System.gc()
        return (1..12).minOf {
            Thread.sleep(500)
            checkNotNull(allocated())
        }
    }

    @Test
    fun `calls leave nothing allocated`() = onDesk(dir) { desk ->
        assumeTrue(allocated() != null, "only glibc tells what is allocated")
        suspend fun calls() = repeat(CALLS) {
            desk.search(if (it % 2 == 0) "no me agarra el gps" else "se me cerro la aplicasion")
            if (it % 100 == 0) desk.guide(flow = "gps", probe = FakePhone("location.enabled" to no())).use { guide -> guide.cannot() }
        }
        calls()
        val stood = mutableListOf(settled())
        // The virtual machine takes memory for itself now and then; what a call leaves behind is left in every round.
        do {
            calls()
            stood += settled()
        } while (stood.grown().last() >= LEAK_KB && stood.size <= ROUNDS)
        println("grown by ${stood.grown()} KB, a round of $CALLS calls each")
        assertTrue(stood.grown().last() < LEAK_KB, "20 bytes a call and more, in every round: ${stood.grown()} KB")
    }

    private fun List<Long>.grown() = zipWithNext { before, after -> after - before }

    @Test
    fun `many objects that nobody closes are freed`() = onDesk(dir) { desk ->
        repeat(5_000) { desk.guide(flow = "gps") }
        System.gc()
        assertTrue(desk.search("gps").hits.isNotEmpty())
    }

    @Test
    fun `talks that vanish while the desk is closed are in nobody's way`() {
        // What is collected is taken out of a weak set a moment later: the desk is closed within it, in some of the rounds.
        repeat(300) {
            onDesk { desk ->
                desk.guide(flow = "gps")
                System.gc()
            }
        }
    }

    @Test
    fun `two desks in one process share a folder`() = onDesk(dir) { first ->
        onDesk(dir) { second ->
            val filed = second.file(Report(words = "no abre la cámara", told = Told()))
            assertTrue(filed.promise.isNotBlank())
            assertTrue(first.cases().isNotEmpty() || second.statistics().outbox.orEmpty().contains("guest: true"))
        }
    }
}
