package org.baquiano

import org.baquiano.ffi.DeskException
import org.baquiano.ffi.InternalException

/**
 * Why it can't be done.
 *
 * @property code stable, e.g. `outbox.disk-full`: what an app decides by.
 * @property userText what a field worker is told, in Spanish.
 */
public sealed class BaquianoException(public val code: String, public val userText: String, detail: String, cause: Throwable?) :
    Exception("$code: $detail", cause) {

    /** The knowledge base can't be used. */
    public class Content internal constructor(code: String, userText: String, detail: String, cause: Throwable?) :
        BaquianoException(code, userText, detail, cause)

    /** A pack was not installed; what was in use goes on. */
    public class Install internal constructor(code: String, userText: String, detail: String, cause: Throwable?) :
        BaquianoException(code, userText, detail, cause)

    /** A talk can't begin or go on; it stays as it was. */
    public class Talk internal constructor(code: String, userText: String, detail: String, cause: Throwable?) :
        BaquianoException(code, userText, detail, cause)

    /** The outbox can't do it. What was to be filed is still the caller's. */
    public class Outbox internal constructor(code: String, userText: String, detail: String, cause: Throwable?) :
        BaquianoException(code, userText, detail, cause)

    /** What the app gave is no good: the app is to be mended. */
    public class Input internal constructor(code: String, userText: String, detail: String, cause: Throwable?) :
        BaquianoException(code, userText, detail, cause)

    /** A fault of the library. It goes on. */
    public class Internal internal constructor(code: String, userText: String, detail: String, cause: Throwable?) :
        BaquianoException(code, userText, detail, cause)

    /** The native library isn't there, or not for this kind of processor: the app was built without it. */
    public class NoLibrary internal constructor(detail: String, cause: Throwable?) :
        BaquianoException("no-library", GENERAL, detail, cause)

    /** The desk was closed before. */
    public class Closed internal constructor(detail: String, cause: Throwable?) :
        BaquianoException("closed", GENERAL, detail, cause)
}

internal const val GENERAL = "La ayuda falló. Su trabajo está guardado. Pruebe otra vez."

/** Runs a call into the library; what it throws becomes a [BaquianoException]. */
internal inline fun <T> calling(call: () -> T): T =
    try {
        call()
    } catch (e: DeskException) {
        throw e.translated()
    } catch (e: InternalException) {
        // An id that is none fails before the library's own checks.
        // Where Rust is told to trace, the whole process's stack follows the message.
        val detail = e.message?.substringBefore("\n\nStack backtrace:")
        throw BaquianoException.Input("input.argument", GENERAL, detail ?: "an argument can't be used", e)
    } catch (e: IllegalStateException) {
        throw BaquianoException.Closed(e.message ?: "it is closed", e)
    }

internal fun DeskException.translated(): BaquianoException = when (this) {
    is DeskException.Content -> BaquianoException.Content(code, said, detail, this)
    is DeskException.Install -> BaquianoException.Install(code, said, detail, this)
    is DeskException.Talk -> BaquianoException.Talk(code, said, detail, this)
    is DeskException.Outbox -> BaquianoException.Outbox(code, said, detail, this)
    is DeskException.Input -> BaquianoException.Input(code, said, detail, this)
    is DeskException.Internal -> BaquianoException.Internal(code, said, detail, this)
}
