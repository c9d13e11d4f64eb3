package org.baquiano

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.mapLatest
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.baquiano.ffi.ArticlePage
import org.baquiano.ffi.Desk
import org.baquiano.ffi.FilingResult
import org.baquiano.ffi.Form
import org.baquiano.ffi.Offer
import org.baquiano.ffi.Query
import org.baquiano.ffi.Reader
import org.baquiano.ffi.Report
import org.baquiano.ffi.Settings
import org.baquiano.ffi.Statistics
import org.baquiano.ffi.Talk
import org.baquiano.ffi.Work
import org.baquiano.model.Answer
import org.baquiano.model.Case
import org.baquiano.model.FactValue
import org.baquiano.model.Manifest
import org.baquiano.model.Media
import org.baquiano.model.Suggestion
import java.util.Collections
import java.util.WeakHashMap
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** How long typing must pause before it is searched for. Chosen: between two letters of a person who types slowly on a phone there are some 200 ms. */
private val PAUSE: Duration = 150.milliseconds

/** How often the progress of long work is looked at. Chosen: a bar that moves ten times a second seems to flow. */
private val GLANCE: Duration = 100.milliseconds

/** Written by `cargo xtask licences`. From the root, for R8 moves classes and not files. */
private const val LICENCES = "/org/baquiano/licencias.txt"

/** The probe of an app that can read nothing: everything is asked. */
private val NOTHING = DeviceProbe { emptyMap() }

/**
 * The help desk inside an app. Open one for the app's process, and keep it.
 *
 * Functions may be called from any thread and coroutine: the work is done on the dispatcher that was given at opening, and what goes wrong is a
 * [BaquianoException].
 */
public class Baquiano private constructor(internal val desk: Desk, private val dispatcher: CoroutineDispatcher) : AutoCloseable {
    /** The talks that were begun, as long as anybody has them. */
    private val guides: MutableSet<Guide> = Collections.synchronizedSet(Collections.newSetFromMap(WeakHashMap()))

    /** Finds articles for a question. An empty list of hits is an honest «nothing fits»: offer the services of [offer] as tiles. */
    public suspend fun search(query: Query): Answer = call { desk.search(query) }

    /** Finds articles for a question. */
    public suspend fun search(text: String): Answer = search(question(text))

    /** Completes what is being typed. */
    public suspend fun suggest(query: Query): List<Suggestion> = call { desk.suggest(query) }

    /**
     * Searches while a person types: when typing pauses, for what stands there then; an answer that is overtaken by typing is not delivered.
     *
     * Half a word that finds nothing is not counted as unanswered. When the person gives up, call [search] for what stands there: that one is.
     *
     * A failure ends the flow with a [BaquianoException]; collect it again when the text changes.
     *
     * @param typed what stands in the field, each time that it changes.
     * @param pause how long typing must pause.
     * @param query makes a question of a text: app, service and known facts go into it.
     */
    @OptIn(FlowPreview::class, ExperimentalCoroutinesApi::class)
    public fun searchAsYouType(typed: Flow<String>, pause: Duration = PAUSE, query: (String) -> Query = ::question): Flow<Answer> =
        typed.debounce(pause).distinctUntilChanged().mapLatest { search(query(it).copy(typing = true)) }

    /** An article as the reader sees it on this phone; null when there is none with that id. */
    public suspend fun article(id: String, reader: Reader = Reader.FIELD_WORKER): ArticlePage? = call { desk.article(id, reader) }

    /** A picture; null when there is none with that id. */
    public suspend fun picture(id: String): Media? = call { desk.media(id) }

    /** What the desk serves. */
    public suspend fun offer(): Offer = call { desk.offer() }

    /** The ids of the facts that an app can read. */
    public suspend fun probedFacts(): List<String> = call { desk.probedFacts() }

    /** The values that a fact takes: `bool`, `int`, `text`, `version`, or the listed ones. */
    public suspend fun factValues(id: String): List<String> = call { desk.factValues(id) }

    /**
     * Begins a guided talk by what the person wrote, or in a flow.
     *
     * @param words what the person wrote.
     * @param flow the flow; null: by the words, or else by the topics to choose from.
     * @param probe reads what the phone can tell; null: everything is asked.
     */
    public suspend fun guide(words: String? = null, flow: String? = null, probe: DeviceProbe? = null): Guide =
        begun(probe ?: NOTHING) { if (probe == null) desk.guideByChat(flow, words) else desk.guide(flow, words) }

    /**
     * The talk that was begun and not ended, also when the process died in it; null when there is none.
     *
     * @throws BaquianoException.Talk when what was written can't be gone on with, as with content that is gone: [forgetTalk] clears it away.
     */
    public suspend fun unfinished(probe: DeviceProbe? = null): Guide? {
        val talk = call { desk.unfinished() } ?: return null
        return begun(probe ?: NOTHING) { talk }
    }

    /** Goes on with a talk that was written down ([Guide.saved]). */
    public suspend fun resume(saved: String, probe: DeviceProbe? = null): Guide = begun(probe ?: NOTHING) { desk.resume(saved) }

    /** Forgets the talk that was begun and not ended. */
    public suspend fun forgetTalk(): Unit = call { desk.forgetTalk() }

    private suspend fun begun(probe: DeviceProbe, begin: () -> Talk): Guide {
        val (talk, page) = call { begin().let { it to it.page() } }
        withContext(dispatcher) {
            try {
                probe.begin()
            } catch (_: Exception) {
                // As with one that throws when it reads: the talk goes on.
            }
        }
        val guide = Guide(talk, probe, dispatcher, page)
        guides.add(guide)
        return guide.begin()
    }

    /** Files an incident. When it returns, a power cut loses nothing of it. */
    public suspend fun file(report: Report): FilingResult = call { desk.file(report) }

    /** All incidents that are known on this phone, the newest first. */
    public suspend fun cases(): List<Case> = call { desk.cases() }

    /** One incident; null when there is none with that id. */
    public suspend fun case(id: String): Case? = call { desk.case(id) }

    /** Adds what the user says later; it is sent after the incident. */
    public suspend fun followUp(id: String, words: String): Unit = call { desk.followUp(id, words) }

    /** The user says that it isn't mended after all. */
    public suspend fun reopen(id: String, why: String): Unit = call { desk.reopen(id, why) }

    /** The user says how it went, 1 (bad) to 5 (good). */
    public suspend fun rate(id: String, score: Int, comment: String? = null): Unit =
        call { desk.rate(id, score.coerceIn(0, UByte.MAX_VALUE.toInt()).toUByte(), comment) }

    /** The desk answered the user. */
    public suspend fun answered(id: String): Unit = call { desk.answered(id) }

    /** An incident to be shown, shared or printed. */
    public suspend fun render(id: String, form: Form): String = call { desk.render(id, form) }

    /**
     * Files a failure of the app itself. It never throws, takes bounded time and memory, and may be called from any thread, from a handler of crashes, too.
     *
     * @param breadcrumbs what happened before, oldest first.
     * @return the incident's id; null when it could not be filed.
     */
    public fun fileAutomatically(kind: String, message: String, stack: String, breadcrumbs: List<String> = emptyList()): String? =
        try {
            desk.fileAutomatically(kind, message, stack, breadcrumbs)
        } catch (_: Throwable) {
            null
        }

    /** Adds a line to the app's log; the last lines go along with an incident, redacted. It never throws. */
    public fun log(line: String) {
        try {
            desk.log(line)
        } catch (_: Exception) {
            // A log must not stop what is logged.
        }
    }

    /**
     * Installs a pack from a file, if it is signed by a trusted key, whole, and newer. Collecting begins it; cancelling the collection breaks it off.
     */
    public fun install(path: String): Flow<Installing> = channelFlow {
        val work = Work()
        coroutineScope {
            val glances = launch {
                while (true) {
                    send(Installing.Copying(work.progress()))
                    delay(GLANCE)
                }
            }
            try {
                val manifest = runInterruptible(work) { desk.installPack(path, work) }
                glances.cancel()
                send(Installing.Done(manifest))
            } finally {
                glances.cancel()
            }
        }
        work.close()
    }

    /** Goes back to the pack before the one that was installed last. */
    public suspend fun rollBack(): Manifest = call { desk.rollBackPack() }

    /** How the desk is doing. */
    public suspend fun statistics(): Statistics = call { desk.statistics() }

    /** Forgets the unanswered questions, once the desk has them. */
    public suspend fun clearUnanswered(): Unit = call { desk.clearUnanswered() }

    /** Panics inside the library, for an app's tests: a [BaquianoException.Internal] comes out, and the desk goes on. */
    public suspend fun failOnPurpose(): Unit = call { desk.failOnPurpose() }

    /** Closes the desk, and the talks that are open: each of them would keep the outbox open. Calls that run are finished first. */
    override fun close() {
        // Not `toList`: it asks for the size first, and what nobody has vanishes meanwhile.
        val open = ArrayList<Guide>()
        synchronized(guides) { for (guide in guides) open.add(guide) }
        open.forEach(Guide::close)
        desk.close()
    }

    internal suspend fun <T> call(block: () -> T): T = withContext(dispatcher) { calling(block) }

    /** Runs work that goes on in the library while the coroutine can be cancelled: then it is broken off, and waited for. */
    private suspend fun <T> runInterruptible(work: Work, block: () -> T): T = coroutineScope {
        val watch = launch {
            try {
                delay(Duration.INFINITE)
            } finally {
                work.cancel()
            }
        }
        try {
            call(block)
        } finally {
            watch.cancel()
        }
    }

    /** Opens desks. */
    public companion object {
        /**
         * Opens a desk. It loads the native library the first time, so it works on [dispatcher] and not on the caller's thread.
         *
         * @param dispatcher where all work is done.
         */
        public suspend fun open(settings: Settings, dispatcher: CoroutineDispatcher = Dispatchers.IO): Baquiano =
            withContext(dispatcher) { openBlocking(settings, dispatcher) }

        /** Opens a desk on the calling thread. Not on Android's main thread. */
        public fun openBlocking(settings: Settings, dispatcher: CoroutineDispatcher = Dispatchers.IO): Baquiano =
            try {
                Baquiano(calling { Desk.open(settings) }, dispatcher)
            } catch (e: LinkageError) {
                // An app goes on without its help.
                throw BaquianoException.NoLibrary(e.toString(), e)
            }

        /**
         * What of others is in the library, and in what it uses, and under which licences: for a page «Licencias» of the app. In Spanish, the licences as they were given.
         *
         * @throws BaquianoException.Content when the app was packed without the file.
         */
        public suspend fun licences(dispatcher: CoroutineDispatcher = Dispatchers.IO): String = withContext(dispatcher) {
            val file = Baquiano::class.java.getResourceAsStream(LICENCES)
                ?: throw BaquianoException.Content("licences", GENERAL, "$LICENCES is missing: it must not be excluded from the app's package", null)
            file.use { it.readBytes().decodeToString() }
        }

        /** A question without context. */
        public fun question(text: String): Query = Query(text = text, facts = emptyMap<String, FactValue>())
    }
}

/** How far an installation is. */
public sealed interface Installing {
    /**
     * The pack is being copied and checked.
     *
     * @property progress how much of it, 0 to 1.
     */
    public data class Copying(public val progress: Double) : Installing

    /**
     * It is in use.
     *
     * @property manifest what it says of itself.
     */
    public data class Done(public val manifest: Manifest) : Installing
}
