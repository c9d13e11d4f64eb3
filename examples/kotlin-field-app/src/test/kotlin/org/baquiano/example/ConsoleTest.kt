package org.baquiano.example

import org.baquiano.example.help.Screen
import org.baquiano.example.help.Shown
import org.baquiano.example.help.Words
import org.baquiano.example.phone.Permission
import org.baquiano.example.phone.Phone
import org.baquiano.model.Case
import org.baquiano.model.Status
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.createDirectory
import kotlin.io.path.exists
import kotlin.io.path.readText

/** From the phone to the technicians' console and back, with the real program. */
class ConsoleTest {
    @TempDir
    lateinit var dir: Path

    @Test
    fun `a case that the desk closes is closed on the phone, too`() = Console(program(), dir.resolve("mesa").createDirectory()).use { console ->
        phone(console).use { demo ->
            assertNull(filed(demo).state)
            console.change("MA-000001", "fase" to "investigating")
            demo.then { askNow() }
            assertEquals("MA-000001 · En investigación", Words.number(case(demo)))

            console.change("MA-000001", "fase" to "resolved", "codigo" to "fixed", "nota" to "se le dio el permiso")
            console.change("MA-000001", "fase" to "closed")
            val told = demo.then { askNow() }
            assertEquals(Words.NEWS, told.notice?.text)
            assertEquals("La mesa ya lo cerró.", Words.status(case(demo)))

            demo.phone.change { copy(signal = false) }
            demo.processDies()
            val kept = (demo.then { showCases() }.screen as Screen.Cases).cases.single()
            assertEquals("MA-000001 · Cerrado", Words.number(kept), "also without a signal")
        }
    }

    @Test
    fun `a case that is closed in Request Tracker is closed on the phone, with the same number everywhere`() {
        val tracker = tracker()
        Console(program(), dir.resolve("mesa").createDirectory()).use { console ->
            phone(console).use { demo ->
                val id = filed(demo).id
                console.relay(tracker)
                val (ticket, subject) = tracker.ticket(id)
                assertTrue(subject.startsWith("[MA-000001] "), subject)
                assertTrue("rt: $ticket" in console.page("/casos/MA-000001"), "the console knows its number there")

                tracker.change(ticket, "resolved")
                tracker.change(ticket, "closed")
                console.relay(tracker)
                demo.then { askNow() }
                assertEquals("MA-000001 · Cerrado", Words.number(case(demo)))
            }
        }
    }

    private fun phone(console: Console): Demo {
        val phone = Phone(locationOn = true, location = Permission.DENIED_FOR_GOOD)
        return Demo(dir.resolve("telefono"), phone, "${console.address}/api/v1", console.token)
    }

    /** A guided session that ends at the desk, filed and delivered. */
    private fun filed(demo: Demo): Case {
        demo.then { start() }
        demo.then { guide("gps") }
        while (demo.help.state.value.shows !is Shown.Over) {
            demo.then { if (state.value.shows is Shown.Do) cannot() else answer(null) }
        }
        demo.then { file() }
        demo.phone.change { copy(signal = true) }
        val filed = (demo.until { (it.screen as Screen.OneCase).case.reference != null }.screen as Screen.OneCase).case
        assertEquals("MA-000001" to Status.ACCEPTED, filed.reference to filed.status)
        return filed
    }

    private fun case(demo: Demo) = (demo.help.state.value.screen as Screen.OneCase).case

    /** The program that `BAQUIANO` names, or that was built last. */
    private fun program(): Path {
        System.getenv("BAQUIANO")?.let { return Path.of(it) }
        val built = Path.of(System.getenv("CARGO_TARGET_DIR") ?: "../../target", "debug", "baquiano").toAbsolutePath()
        assumeTrue(built.exists(), "there is no $built: cargo build -p baquiano-cli")
        return built
    }

    /** The Request Tracker that `tests/rt/run` started. */
    private fun tracker(): Tracker {
        val dir = System.getenv("BAQUIANO_RT")
        assumeTrue(dir != null, "there is no Request Tracker: tests/rt/run mvn …")
        return Tracker(Path.of(dir))
    }
}

/** The technicians' console, as a process, and what lets an app in. */
private class Console(private val program: Path, private val store: Path) : AutoCloseable {
    private val client = HttpClient.newHttpClient()
    val token: String = TOKEN.find(run("token", "campo").inputStream.reader().readText())!!.groupValues[1]
    private val process: Process = run("--port", "0")
    val address: String = ADDRESS.find(process.inputStream.bufferedReader().readLine())!!.groupValues[1]

    private fun run(vararg args: String): Process = command("serve", *args).start()

    private fun command(name: String, vararg args: String): ProcessBuilder =
        ProcessBuilder(program.toString(), name, "--json", "--store", store.toString(), *args).redirectError(ProcessBuilder.Redirect.INHERIT)

    /** Hands the cases on, and takes back what became of them. */
    fun relay(to: Tracker) {
        val relay = command("relay", "--to", "rt", "--url", to.address, "--token-file", to.tokenFile.toString(), "--once").start()
        val told = relay.inputStream.reader().readText()
        assertEquals(0, relay.waitFor(), told)
    }

    fun page(path: String): String = client.send(HttpRequest.newBuilder(URI("$address$path")).build(), BodyHandlers.ofString()).body()

    /** Sends a form of the case's page, as a technician's browser does. */
    fun change(reference: String, vararg form: Pair<String, String>) {
        val seen = SEEN.find(page("/casos/$reference"))!!.groupValues[1]
        val body = (form.toList() + ("visto" to seen)).joinToString("&") { (name, value) -> "$name=${URLEncoder.encode(value, Charsets.UTF_8)}" }
        val request = HttpRequest.newBuilder(URI("$address/casos/$reference")).header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(body))
        val answer = client.send(request.build(), BodyHandlers.ofString())
        assertEquals(303, answer.statusCode(), answer.body())
    }

    override fun close() {
        process.destroy()
        if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly()
    }

    private companion object {
        val TOKEN = Regex("\"token\"\\s*:\\s*\"([^\"]+)\"")
        val ADDRESS = Regex("\"address\"\\s*:\\s*\"([^\"]+)\"")
        val SEEN = Regex("name=\"visto\" value=\"([^\"]+)\"")
    }
}

/** A Request Tracker, as its own people reach it. */
private class Tracker(dir: Path) {
    private val client = HttpClient.newHttpClient()
    val address = dir.resolve("url").readText().trim()
    val tokenFile: Path = dir.resolve("token")

    /** The number and the subject of the ticket of a case. */
    fun ticket(id: String): Pair<String, String> {
        val query = URLEncoder.encode("CF.{ReportId} = '$id'", Charsets.UTF_8)
        val found = ask(request("/tickets?fields=Subject&query=$query").GET())
        return Regex("\"id\"\\s*:\\s*\"(\\d+)\"").find(found)!!.groupValues[1] to Regex("\"Subject\"\\s*:\\s*\"([^\"]*)\"").find(found)!!.groupValues[1]
    }

    fun change(ticket: String, status: String) {
        val change = BodyPublishers.ofString("{\"Status\": \"$status\"}")
        val told = ask(request("/ticket/$ticket").header("Content-Type", "application/json").PUT(change))
        assertTrue("to '$status'" in told, told)
    }

    private fun request(path: String): HttpRequest.Builder =
        HttpRequest.newBuilder(URI("$address/REST/2.0$path")).header("Authorization", "token ${tokenFile.readText().trim()}")

    private fun ask(request: HttpRequest.Builder): String = client.send(request.build(), BodyHandlers.ofString()).body()
}
