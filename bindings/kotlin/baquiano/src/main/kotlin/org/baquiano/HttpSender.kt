package org.baquiano

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.baquiano.ffi.Delivery
import org.baquiano.ffi.Response
import org.baquiano.ffi.Sent
import java.io.IOException
import java.io.InputStream
import java.net.ConnectException
import java.net.HttpURLConnection
import java.net.InetAddress
import java.net.NoRouteToHostException
import java.net.URI
import java.net.UnknownHostException

/** How long an answer is waited for, in milliseconds. Chosen: two requests stay below a lease (two minutes), so that nobody else sends the same meanwhile. */
private const val PATIENCE_MS = 30_000

/** Most bytes of an answer that are read. Chosen: a number and a problem are some hundred. */
private const val MOST_ANSWER = 64 * 1024

/**
 * Sends over HTTP with what every Android has, as `examples/intake` takes it: `POST /incidents` with an idempotency key, `GET /incidents/KEY` where the desk
 * may have it already, and to ask what became of it.
 *
 * It follows no redirect and takes no answer for the desk's that isn't JSON: portals of networks say that all is well, too, and keep nothing.
 *
 * @param base the desk's address, `https://…`. Unencrypted it is taken for this computer alone, or with [allowPlain], for tests and networks of one's own.
 * @param token what the desk lets this app in by; null: nothing.
 */
public class HttpSender(
    base: String,
    private val token: String? = null,
    allowPlain: Boolean = false,
    private val dispatcher: CoroutineDispatcher = Dispatchers.IO,
) : Sender {
    private val base: String = checked(base, allowPlain)

    /**
     * How the last request ended: answered, whatever the answer was, or with what it failed with; null as long as there was none. It is there for a probe's
     * facts, on Android: `"tls.error" to { sender.lastTry?.let { tlsError(it.exceptionOrNull()) } }`.
     */
    @Volatile
    public var lastTry: Result<Unit>? = null
        private set

    init {
        require(token == null || token.isNotEmpty() && token.all { it in '!'..'~' }) { "the token can't be put in a header" }
    }

    override suspend fun send(delivery: Delivery): Sent = withContext(dispatcher) {
        if (delivery.askFirst) {
            val has = asked(delivery.key)
            if (has !is Sent.Answered || has.response.status != NOT_FOUND) return@withContext has
        }
        exchange("$base/incidents", delivery)
    }

    override suspend fun inquire(key: String): Sent = withContext(dispatcher) { asked(key) }

    private fun asked(key: String): Sent = exchange("$base/incidents/$key", null)

    private fun exchange(url: String, delivery: Delivery?): Sent {
        var sending = false
        var connection: HttpURLConnection? = null
        return try {
            connection = URI(url).toURL().openConnection() as HttpURLConnection
            connection.prepared(delivery)
            connection.connect()
            sending = true
            delivery?.let { body -> connection.outputStream.use { it.write(body.body) } }
            answer(connection).also { lastTry = Result.success(Unit) }
        } catch (e: IOException) {
            failed(e, sending)
        } catch (e: RuntimeException) {
            // Some makers' network code throws more than it says.
            failed(e, sending)
        } finally {
            connection?.disconnect()
        }
    }

    private fun HttpURLConnection.prepared(delivery: Delivery?) {
        connectTimeout = PATIENCE_MS
        readTimeout = PATIENCE_MS
        instanceFollowRedirects = false
        useCaches = false
        setRequestProperty("Accept", "application/json, application/problem+json")
        setRequestProperty("User-Agent", "baquiano-kotlin")
        token?.let { setRequestProperty("Authorization", "Bearer $it") }
        if (delivery != null) {
            requestMethod = "POST"
            doOutput = true
            setRequestProperty("Idempotency-Key", "\"${delivery.key}\"")
            setRequestProperty("Content-Type", delivery.contentType)
            setRequestProperty("Content-Encoding", "gzip")
            setFixedLengthStreamingMode(delivery.body.size)
        }
    }

    private fun answer(connection: HttpURLConnection): Sent {
        val status = connection.responseCode
        if (status !in 100..599) return Sent.NoAnswer("what answered spoke no HTTP")
        val stream = if (status >= 400) connection.errorStream else connection.inputStream
        return Sent.Answered(
            Response(
                status = status.toUShort(),
                retryAfter = connection.getHeaderField("Retry-After"),
                contentType = connection.contentType,
                body = stream?.use(::bounded) ?: ByteArray(0),
            ),
        )
    }

    private fun failed(e: Exception, sending: Boolean): Sent {
        lastTry = Result.failure(e)
        // Android throws SecurityException when the app has no permission for the network.
        val neverLeft = e is UnknownHostException || e is NoRouteToHostException || e is ConnectException || e is SecurityException
        return if (neverLeft || !sending) Sent.NotSent(said(e)) else Sent.NoAnswer(said(e))
    }

    private fun said(e: Exception): String = "${e.javaClass.simpleName}: ${e.message.orEmpty()}"

    private companion object {
        val NOT_FOUND: UShort = 404u

        fun checked(base: String, allowPlain: Boolean): String {
            val uri = try {
                URI(base)
            } catch (e: Exception) {
                throw IllegalArgumentException("no address of a desk: give one like https://mesa.ejemplo", e)
            }
            require(uri.userInfo == null) { "leave name and password out of the address, and give a token" }
            require(uri.host != null && uri.query == null && uri.fragment == null) { "no address of a desk: give one like https://mesa.ejemplo" }
            when (uri.scheme) {
                "https" -> Unit
                "http" -> require(allowPlain || isThisComputer(uri.host)) { "it would be sent unencrypted: give the https address" }
                else -> throw IllegalArgumentException("no address of a desk: give one like https://mesa.ejemplo")
            }
            return base.trimEnd('/')
        }

        fun isThisComputer(host: String): Boolean {
            val plain = host.removeSurrounding("[", "]")
            val isAddress = plain.all { it.isDigit() || it == '.' || it == ':' }
            return plain == "localhost" || isAddress && InetAddress.getByName(plain).isLoopbackAddress
        }

        fun bounded(stream: InputStream): ByteArray {
            val buffer = ByteArray(MOST_ANSWER)
            var length = 0
            while (length < buffer.size) {
                val read = stream.read(buffer, length, buffer.size - length)
                if (read < 0) break
                length += read
            }
            return buffer.copyOf(length)
        }
    }
}
