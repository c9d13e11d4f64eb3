package org.baquiano.example.first

import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.runBlocking
import org.baquiano.DeviceProbe
import org.baquiano.HttpSender
import org.baquiano.Reading
import org.baquiano.model.FactValue
import org.baquiano.model.Question
import org.baquiano.model.Shows
import org.baquiano.model.Status
import org.baquiano.model.Todo
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.StringReader
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.file.Path

/** What the guide promises to whoever puts the help into an app: from an open desk to a case that the desk has. */
class FirstHelpTest {
    @TempDir
    lateinit var dir: Path

    /** A phone of which this is known, and nothing else. */
    private class Phone(vararg facts: Pair<String, FactValue>) : DeviceProbe {
        val facts = facts.toMap().toMutableMap()

        override suspend fun read(facts: Collection<String>): Map<String, Reading> =
            facts.mapNotNull { id -> this.facts[id]?.let { id to Reading.Known(it) } }.toMap()
    }

    @Test
    fun `a question finds its article, and one that fits nothing the services`() = runBlocking {
        openDesk(dir.toFile()).use { desk ->
            assertTrue(found(desk, "no me agarra el jipies").first().contains("ubicación", ignoreCase = true))
            assertTrue(found(desk, "receta de baleadas con mantequilla").size >= 17)
        }
    }

    @Test
    fun `what the person mends is not filed`() = runBlocking {
        val phone = Phone("location.enabled" to FactValue.Bool(false), "perm.fine" to FactValue.Text("granted"))
        val mends = object : Screens {
            override suspend fun ask(question: Question): FactValue? = null
            override suspend fun did(todo: Todo): Boolean {
                phone.facts["location.enabled"] = FactValue.Bool(true)
                phone.facts["fix.accuracy_m"] = FactValue.Int(6)
                return true
            }
        }
        openDesk(dir.toFile()).use { desk -> assertNull(help(desk, "no me agarra el gps", phone, mends)) }
    }

    @Test
    fun `what nobody in the field can mend comes to the desk`() = runBlocking {
        val phone = Phone("gnss.present" to FactValue.Bool(false))
        val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
        server.createContext("/") { exchange ->
            exchange.requestBody.readBytes()
            val body = """{"reference": "MA-000001"}""".toByteArray()
            exchange.responseHeaders["Content-Type"] = "application/json"
            exchange.sendResponseHeaders(201, body.size.toLong())
            exchange.responseBody.use { it.write(body) }
        }
        server.start()
        try {
            openDesk(dir.toFile()).use { desk ->
                assertNotNull(help(desk, "no me agarra el gps", phone, Terminal(StringReader("").buffered())))
                assertEquals(Status.PENDING, desk.cases().single().status)
                assertEquals("Todo enviado.", send(desk, HttpSender("http://127.0.0.1:${server.address.port}", "el-token")))
                assertEquals("MA-000001", desk.cases().single().reference)
            }
        } finally {
            server.stop(0)
        }
    }

    @Test
    fun `a number is one of the choices, and what is none is asked again`() = runBlocking {
        val said = StringBuilder()
        val terminal = Terminal(StringReader("9\nx\n1\n\n").buffered()) { said.appendLine(it) }
        openDesk(dir.toFile()).use { desk ->
            desk.guide(words = "no me agarra el gps").use { guide ->
                val question = (guide.page.value.shows as Shows.Ask).question
                assertEquals(question.choices.first().value, terminal.ask(question))
                assertNull(terminal.ask(question))
            }
        }
        assertEquals(2, said.lines().count { it == "Escriba uno de los números, o nada." })
    }
}
