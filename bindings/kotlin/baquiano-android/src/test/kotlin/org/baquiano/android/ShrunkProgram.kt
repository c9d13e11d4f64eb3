package org.baquiano.android

import kotlinx.coroutines.runBlocking
import org.baquiano.Baquiano
import org.baquiano.BaquianoException
import org.baquiano.ffi.Report
import org.baquiano.ffi.Settings
import org.baquiano.ffi.Told
import org.baquiano.model.Device

/** What an app does, in short: searches, guides, files, fails and goes on. */
internal object ShrunkProgram {
    @JvmStatic
    fun main(args: Array<String>): Unit = runBlocking {
        val device = Device(null, null, null, null, null, null, null, null, null)
        Baquiano.open(Settings(dir = args[0], app = null, device = device)).use { desk ->
            println(desk.search("no me agarra el gps").hits.first().service)
            desk.guide(flow = "gps").use { it.answer(null) }
            check(desk.file(Report(words = "no abre la cámara", told = Told())).promise.isNotBlank())
            check("uniffi_core" in Baquiano.licences())
            try {
                desk.failOnPurpose()
            } catch (e: BaquianoException.Internal) {
                println(e.code)
            }
        }
    }
}
