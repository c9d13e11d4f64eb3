package org.baquiano.example.phone

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.zip.GZIPInputStream

/** Most bytes of a delivery, unpacked: nothing is unpacked without bound. */
private const val MOST = 2 shl 20

private const val FIRST_NUMBER = 1001

/** What became of every incident: nobody works here. */
private const val STATE = ",\"phase\":\"recorded\",\"state\":\"Registrado\""

/**
 * A desk on this computer, so that the demonstration needs nothing else. It gives each incident a number, and the same delivery twice is one. What a real one
 * must do besides, above all writing to the disk before it answers, is in `examples/intake`.
 */
class LoopbackIntake : AutoCloseable {
    private class Taken(val reference: String, val content: String)

    private val deliveries = HashMap<String, Taken>()
    private val references = HashMap<String, String>()
    private val server: HttpServer = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)

    /** Where it listens. */
    val address: String get() = "http://127.0.0.1:${server.address.port}"

    init {
        server.createContext("/incidents") { exchange -> exchange.use { answer(it) } }
        server.start()
    }

    private fun answer(exchange: HttpExchange) {
        val key = exchange.requestURI.path.removePrefix("/incidents").trimStart('/')
        when {
            exchange.requestMethod == "GET" && key.isNotEmpty() -> tell(exchange, key)
            exchange.requestMethod == "POST" && key.isEmpty() -> take(exchange)
            else -> exchange.problem(405, "POST /incidents, or GET /incidents/KEY")
        }
    }

    private fun tell(exchange: HttpExchange, key: String) {
        val taken = synchronized(this) { deliveries[key] }
        if (taken == null) exchange.problem(404, "no delivery has this key") else exchange.reference(200, taken.reference, STATE)
    }

    private fun take(exchange: HttpExchange) {
        val key = exchange.requestHeaders.getFirst("Idempotency-Key")?.trim('"').orEmpty()
        if (key.isEmpty()) return exchange.problem(400, "the header Idempotency-Key is needed")
        val packed = exchange.requestHeaders.getFirst("Content-Encoding") == "gzip"
        val bytes = (if (packed) GZIPInputStream(exchange.requestBody) else exchange.requestBody).readNBytes(MOST + 1)
        if (bytes.size > MOST) return exchange.problem(413, "a delivery has at most $MOST bytes, unpacked")
        val content = bytes.decodeToString()
        synchronized(this) {
            val before = deliveries[key]
            when {
                before == null -> {
                    val subject = SUBJECT.find(content)?.groupValues?.get(1) ?: key
                    val reference = references.getOrPut(subject) { "MA-${FIRST_NUMBER + references.size}" }
                    deliveries[key] = Taken(reference, content)
                    exchange.reference(201, reference)
                }
                before.content == content -> exchange.reference(200, before.reference)
                else -> exchange.problem(422, "this key came before, with another content")
            }
        }
    }

    /** Stops listening. */
    override fun close(): Unit = server.stop(0)

    private companion object {
        /** The first id in a record is the incident's own. A desk has a parser. */
        val SUBJECT = Regex("\"id\"\\s*:\\s*\"([^\"]+)\"")
    }
}

private fun HttpExchange.reference(status: Int, reference: String, more: String = "") =
    answer(status, "application/json", "{\"reference\":\"$reference\"$more}")

private fun HttpExchange.problem(status: Int, detail: String) =
    answer(status, "application/problem+json", "{\"type\":\"about:blank\",\"status\":$status,\"detail\":\"$detail\"}")

private fun HttpExchange.answer(status: Int, type: String, body: String) {
    val bytes = body.toByteArray()
    responseHeaders.set("Content-Type", type)
    sendResponseHeaders(status, bytes.size.toLong())
    responseBody.write(bytes)
}

private inline fun HttpExchange.use(work: (HttpExchange) -> Unit) = try {
    work(this)
} finally {
    close()
}
