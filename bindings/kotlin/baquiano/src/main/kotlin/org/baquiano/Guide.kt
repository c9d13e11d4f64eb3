package org.baquiano

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import org.baquiano.ffi.FilingResult
import org.baquiano.ffi.Talk
import org.baquiano.ffi.Told
import org.baquiano.model.Explanation
import org.baquiano.model.FactValue
import org.baquiano.model.Page
import org.baquiano.model.Shows
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** How long the phone is looked at, at most. Chosen: the slowest facts, a fix and the sky, take up to 20 s; what isn't read by then is asked. */
private val LOOK: Duration = 45.seconds

/**
 * A guided talk. What a screen shows is [page]; each function takes what happened and moves on to the next page. What the phone can tell is read by itself.
 *
 * The talk is written down after each step: when the process dies, [Baquiano.unfinished] goes on with it.
 */
public class Guide internal constructor(
    private val talk: Talk,
    private val probe: DeviceProbe,
    private val dispatcher: CoroutineDispatcher,
    first: Page,
) : AutoCloseable {
    private val one = Mutex()
    private val pages = MutableStateFlow(first)

    /** What the screen shows. [Shows.Read] means that the phone is being looked at. */
    public val page: StateFlow<Page> = pages.asStateFlow()

    /** Answers the question that is shown; without a value, the person doesn't know. */
    public suspend fun answer(value: FactValue?): Unit = step {
        when (val shows = pages.value.shows) {
            is Shows.Ask -> talk.answer(shows.question.fact, value)
            else -> pages.value
        }
    }

    /** What was to be done was done; [effect] answers the question that stands with it, if there is one. */
    public suspend fun did(effect: FactValue? = null): Unit = step {
        when (val shows = pages.value.shows) {
            is Shows.Do -> talk.did(shows.todo.remedy, effect)
            else -> pages.value
        }
    }

    /** It can't be done, or the person won't. */
    public suspend fun cannot(): Unit = step {
        when (val shows = pages.value.shows) {
            is Shows.Do -> talk.skip(shows.todo.remedy)
            else -> pages.value
        }
    }

    /** A step back. False when there is none: then the talk is where it began, and the app goes back to the screen before it. */
    public suspend fun back(): Boolean {
        var went = false
        step { talk.back()?.also { went = true } ?: pages.value }
        return went
    }

    /** The person stops. */
    public suspend fun stop(): Unit = step { talk.stop() }

    /**
     * Looks whether what was to be done is done, and goes on if it is: to be called when the app comes back to the foreground (`onResume`). True when it went
     * on.
     */
    public suspend fun lookAgain(): Boolean {
        var went = false
        step {
            val todo = (pages.value.shows as? Shows.Do)?.todo
            if (todo != null && todo.proves.isNotEmpty() && talk.isProven(read(todo.proves))) {
                went = true
                talk.did(todo.remedy, null)
            } else {
                pages.value
            }
        }
        return went
    }

    /** What is known, what is ruled out, and why this page comes now. */
    public suspend fun explain(): Explanation = withContext(dispatcher) { calling { talk.explain() } }

    /** The talk as text, to go on with elsewhere ([Baquiano.resume]). */
    public suspend fun saved(): String = withContext(dispatcher) { calling { talk.saved() } }

    /**
     * Files what was found out. When it returns, a power cut loses nothing of it.
     *
     * @param declared the facts about the person that the person agreed to send.
     */
    public suspend fun file(told: Told = Told(), declared: List<String> = emptyList()): FilingResult =
        withContext(dispatcher) { calling { talk.file(told, declared) } }

    /** Frees what the library holds of it. The talk stays written down. */
    override fun close() {
        talk.close()
    }

    /** Reads what the first page wants to know. */
    internal suspend fun begin(): Guide = apply { step { pages.value } }

    private suspend fun step(move: suspend () -> Page) = withContext(dispatcher) {
        one.withLock {
            pages.value = calling { move() }
            while (true) {
                val shows = pages.value.shows
                if (shows !is Shows.Read) break
                pages.value = calling { talk.read(read(shows.facts)) }
            }
        }
    }

    private suspend fun read(facts: List<String>): Map<String, FactValue?> =
        try {
            withTimeoutOrNull(LOOK) { probe.read(facts).values() } ?: emptyMap()
        } catch (e: CancellationException) {
            throw e
        } catch (_: Exception) {
            // A probe that throws has read nothing: the person is asked instead.
            emptyMap()
        }
}
