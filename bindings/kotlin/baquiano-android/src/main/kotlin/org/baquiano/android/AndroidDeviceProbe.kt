package org.baquiano.android

import android.content.Context
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import org.baquiano.DeviceProbe
import org.baquiano.Reading

/**
 * Reads facts from the phone it runs on, API 24 and up, with nothing but Android itself.
 *
 * Whatever fails, be it a missing permission, an older Android, a vendor's service that throws or one that hangs, is [Reading.Unknown] with a short
 * reason in English for the log. The reason never carries what an exception said: that may hold paths or names.
 *
 * Facts are read at the same time, in the background. Most take milliseconds; those of [SLOW] take seconds (a position, the camera, the file to be
 * installed), so an app that shows a step at once reads them apart. Make one probe for the whole process and keep it: it remembers the position
 * that the review got. Nothing is changed on the phone; `camera.open_error` opens the camera for a moment (see [ProbeOptions.mayOpenCamera]).
 *
 * After a settings screen has been open, read again in `onResume`: no settings screen gives a result worth anything.
 */
public class AndroidDeviceProbe internal constructor(internal val phone: Phone) : DeviceProbe {
    /** A probe for the app of a context, mostly its `applicationContext`. */
    @JvmOverloads
    public constructor(context: Context, options: ProbeOptions = ProbeOptions()) : this(Phone(context, options, PhoneBuild.actual()))

    /** Begins another review: a position from before it no longer counts as `fix.present`. Each talk begins one by itself. */
    override fun begin() {
        phone.lastFix = null
        phone.sinceNs = runCatching { phone.clock.elapsedNs() }.getOrDefault(0L)
    }

    /**
     * Reads facts. Never throws, except that it ends when the caller's coroutine is cancelled. Aliases are understood; an id that nobody knows is
     * Unknown. Every id that was asked for is in the answer.
     */
    override suspend fun read(facts: Collection<String>): Map<String, Reading> = withContext(Dispatchers.Default) {
        val ids = facts.toSet()
        // Apart from the caller's scope, which would wait for its children: a call that hangs in a vendor's service can't be interrupted, only left
        // behind.
        val review = Review(phone, ids.mapTo(HashSet()) { ALIASES[it] ?: it }, CoroutineScope(SupervisorJob() + phone.options.dispatcher))
        try {
            ids.map { id -> async { id to readOne(review, ALIASES[id] ?: id) } }.awaitAll().toMap()
        } finally {
            review.scope.cancel()
        }
    }

    private suspend fun readOne(review: Review, id: String): Reading {
        val reader = READERS[id]
        val host = phone.options.app.readers[id]
        if (host != null) {
            val told = bounded(review, QUICK_MS) { host()?.let { Reading.Known(it) } ?: Reading.Unknown("the app doesn't know now") }
            if (told is Reading.Known || reader == null) return told
        }
        return when {
            reader != null -> bounded(review, reader.timeoutMs(phone.options)) { review.tryReading(reader) }
            id in UNREADABLE -> Reading.Unknown(UNREADABLE.getValue(id))
            id in AppFacts.HOST_FACTS -> Reading.Unknown("the app doesn't tell it")
            else -> Reading.Unknown("no reader")
        }
    }

    private suspend fun Review.tryReading(reader: FactReader): Reading = when {
        phone.sdk < reader.minSdk -> Reading.Unknown("needs API ${reader.minSdk}")
        reader.ownAppOnly && !phone.isOwn -> Reading.Unknown("only the app itself can tell")
        reader.needsOneOf.isNotEmpty() && reader.needsOneOf.none(phone::granted) ->
            Reading.Unknown("permission denied: ${reader.needsOneOf.first().substringAfterLast('.')}")
        else -> reader.read(this).let { Reading.Known(it) }
    }

    private suspend fun bounded(review: Review, timeoutMs: Long, read: suspend () -> Reading): Reading {
        val running = review.scope.async { caught(read) }
        return withTimeoutOrNull(timeoutMs) { running.await() } ?: Reading.Unknown("no answer in $timeoutMs ms").also { running.cancel() }
    }

    // Throwable: vendors' ROMs lack methods and classes (NoSuchMethodError) as often as they throw exceptions.
    @Suppress("TooGenericExceptionCaught")
    private suspend fun caught(read: suspend () -> Reading): Reading = try {
        read()
    } catch (answer: CannotTell) {
        Reading.Unknown(answer.message.orEmpty())
    } catch (_: TimeoutCancellationException) {
        Reading.Unknown("no answer in time")
    } catch (_: CancellationException) {
        currentCoroutineContext().ensureActive()
        Reading.Unknown("measurement was cancelled")
    } catch (_: SecurityException) {
        Reading.Unknown("the phone refused")
    } catch (failure: Throwable) {
        Reading.Unknown("failed: ${failure.javaClass.simpleName}")
    }

    public companion object {
        /** Every reader, by fact id. */
        internal val READERS: FactTable = listOf(
            BUILD_FACTS, MEMORY_FACTS, PROCESS_FACTS, STORAGE_FACTS, CLOCK_FACTS, NETWORK_FACTS, POWER_FACTS, LOCATION_FACTS, FIX_FACTS,
            PERMISSION_FACTS, PERMIT_FACTS, CAMERA_FACTS, PACKAGE_FACTS, INSTALL_FACTS, APK_FACTS, PLAY_SERVICES_FACTS,
        ).flatMap { it.entries }.also { all -> check(all.size == all.distinctBy { it.key }.size) { "two readers for one fact" } }
            .associate { it.key to it.value }

        /** Other names of facts. */
        internal val ALIASES: Map<String, String> = mapOf(
            "android.release" to "android",
            "camera.intent_handler" to "intent.custom_camera",
            "device.vendor" to "vendor",
            "gms.status" to "gms",
            "perm.notifications" to "notifications.enabled",
            "perm.rationale" to "rationale",
            "ram.low" to "ram_low",
            "ram.total_mb" to "ram_mb",
        )

        /** The facts that this reads, each with the API level from which on. */
        public val READABLE: Map<String, Int> = READERS.mapValues { it.value.minSdk }

        /** Those of them that may take seconds. */
        public val SLOW: Set<String> = READERS.filterValues { it.slow }.keys
    }
}
