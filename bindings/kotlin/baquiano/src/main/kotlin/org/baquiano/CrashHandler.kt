package org.baquiano

import java.io.PrintWriter
import java.io.StringWriter

/** Most characters of a stack that are handed over. Chosen: the innermost frames tell the cause; the library keeps less. */
private const val MOST_STACK = 32_000

/** Files what nobody caught, then lets the handler before it do what it did: on Android, end the process. It never throws. */
public class CrashHandler(
    private val desk: Baquiano,
    private val next: Thread.UncaughtExceptionHandler?,
    private val breadcrumbs: () -> List<String> = { emptyList() },
) : Thread.UncaughtExceptionHandler {

    override fun uncaughtException(thread: Thread, error: Throwable) {
        try {
            val (stack, trail) = stackOf(error) to breadcrumbs()
            desk.fileAutomatically(error.javaClass.name, error.message.orEmpty(), stack, trail + "hilo: ${thread.name}")
        } catch (_: Throwable) {
            // Whatever goes wrong here, the host's own handler must run.
        } finally {
            next?.uncaughtException(thread, error)
        }
    }

    /** Puts handlers in place. */
    public companion object {
        /** Puts one before the handler that all threads have now. */
        public fun install(desk: Baquiano, breadcrumbs: () -> List<String> = { emptyList() }): CrashHandler {
            val handler = CrashHandler(desk, Thread.getDefaultUncaughtExceptionHandler(), breadcrumbs)
            Thread.setDefaultUncaughtExceptionHandler(handler)
            return handler
        }
    }
}

private fun stackOf(error: Throwable): String {
    val text = StringWriter()
    error.printStackTrace(PrintWriter(text))
    return text.toString().take(MOST_STACK)
}
