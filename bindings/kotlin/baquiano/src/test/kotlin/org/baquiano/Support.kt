package org.baquiano

import com.sun.jna.Library
import com.sun.jna.Native
import com.sun.jna.Structure
import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.runBlocking
import org.baquiano.ffi.Settings
import org.baquiano.model.AppVersion
import org.baquiano.model.Device
import org.baquiano.model.FactValue
import org.baquiano.model.Shows
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.zip.GZIPInputStream

/** A phone of an invented worker. */
internal val PHONE = Device(
    vendor = "samsung", model = "SM-A015M", android = "11", apiLevel = 30u, abi = "armeabi-v7a",
    storageFreeMb = 900uL, batteryPercent = 55u, network = null, locale = "es-HN",
)

internal fun settings(dir: Path?): Settings =
    Settings(dir = dir?.toString(), app = AppVersion("fsu-rup", "3.2.1", 321uL), device = PHONE)

/** What Linux tells of this process. */
internal val STATUS: Path = Path.of("/proc/self/status")

/** What this process has in memory, in KB; the heap has one size, so what grows is native. */
internal fun resident(): Long {
    System.gc()
    return Files.readAllLines(STATUS).first { it.startsWith("VmRSS") }.filter(Char::isDigit).toLong()
}

/**
 * What native code in this process has allocated and not freed, in KB, by glibc's own account (mallinfo(3)); null elsewhere. What is resident says less:
 * it grows with what is free between what is used.
 */
internal fun allocated(): Long? = try {
    val told = LIBC.mallinfo2().fields
    (told[MMAPPED] + told[USED]) / 1024
} catch (_: UnsatisfiedLinkError) {
    null
}

private const val MMAPPED = 4
private const val USED = 7
private val LIBC by lazy { Native.load("c", Libc::class.java) }

internal interface Libc : Library {
    fun mallinfo2(): Mallinfo2
}

/** Ten sizes in bytes. */
@Structure.FieldOrder("fields")
internal class Mallinfo2 : Structure(), Structure.ByValue {
    @JvmField var fields = LongArray(10)
}

/** Runs a test on an open desk. */
internal fun onDesk(dir: Path? = null, test: suspend (Baquiano) -> Unit) = runBlocking {
    Baquiano.open(settings(dir)).use { test(it) }
}

internal fun yes(): FactValue = FactValue.Bool(true)

internal fun no(): FactValue = FactValue.Bool(false)

/** A phone whose facts a test sets. What isn't set can't be read. */
internal class FakePhone(vararg facts: Pair<String, FactValue>) : DeviceProbe {
    private val facts = ConcurrentHashMap(facts.toMap())
    val asked = CopyOnWriteArrayList<String>()

    operator fun set(fact: String, value: FactValue) {
        facts[fact] = value
    }

    override suspend fun read(facts: Collection<String>): Map<String, Reading> {
        asked += facts
        return facts.associateWith { fact -> this.facts[fact]?.let { Reading.Known(it) } ?: Reading.Unknown("not set") }
    }
}

internal fun Guide.asks(): Shows.Ask = page.value.shows as? Shows.Ask ?: error("it doesn't ask: ${page.value.shows}")

internal fun Guide.does(): Shows.Do = page.value.shows as? Shows.Do ?: error("there is nothing to do: ${page.value.shows}")

internal fun Guide.ended(): Shows.Concluded = page.value.shows as? Shows.Concluded ?: error("it hasn't ended: ${page.value.shows}")

/** Says «No sé» and «No puedo» until the end. */
internal suspend fun Guide.giveUp() {
    repeat(60) {
        when (page.value.shows) {
            is Shows.Ask -> answer(null)
            is Shows.Do -> cannot()
            is Shows.Concluded -> return
            is Shows.Read -> error("the phone is still looked at")
        }
    }
    error("it doesn't end")
}

/** A request that came to a [FakeIntake]. */
internal data class Came(val method: String, val path: String, val key: String?, val body: String)

/** A desk over HTTP on this computer, which does as the test says. */
internal class FakeIntake(private val answer: (Came) -> Answered) : AutoCloseable {
    data class Answered(val status: Int, val body: String, val type: String = "application/json", val retryAfter: String? = null)

    val came = CopyOnWriteArrayList<Came>()
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
    val url: String get() = "http://127.0.0.1:${server.address.port}"

    init {
        server.createContext("/") { exchange -> exchange.use { handle(it) } }
        server.start()
    }

    private fun handle(exchange: HttpExchange) {
        val bytes = exchange.requestBody.readBytes()
        val body = if (bytes.isEmpty()) "" else GZIPInputStream(bytes.inputStream()).readBytes().decodeToString()
        val key = exchange.requestHeaders.getFirst("Idempotency-Key")?.trim('"')
        val request = Came(exchange.requestMethod, exchange.requestURI.path, key, body)
        came += request
        val (status, text, type, retryAfter) = answer(request)
        exchange.responseHeaders["Content-Type"] = type
        retryAfter?.let { exchange.responseHeaders["Retry-After"] = it }
        exchange.sendResponseHeaders(status, text.encodeToByteArray().size.toLong().let { if (it == 0L) -1 else it })
        if (text.isNotEmpty()) exchange.responseBody.write(text.encodeToByteArray())
    }

    override fun close() {
        server.stop(0)
    }
}
