package org.baquiano.android

import android.content.Context
import kotlinx.coroutines.CancellationException
import org.baquiano.Baquiano
import org.baquiano.BaquianoException
import org.baquiano.Delivered
import org.baquiano.Sender
import org.baquiano.deliver
import org.baquiano.goOn
import org.baquiano.tidy

/** How long to wait when the rules are against it or something failed, in milliseconds. Chosen: half of the longest wait of the outbox itself. */
private const val LATER_MS: Long = 30 * 60 * 1000

/** Shortest wait that is asked of the system, in milliseconds. Chosen: below that Android makes it longer anyway. */
private const val SOON_MS: Long = 15 * 1000

/** What came of a run. */
public sealed interface Worked {
    /** Nothing waits any more. */
    public data object Done : Worked

    /**
     * There is more to do: run again then, or when the network comes back.
     *
     * @property afterMs when, in milliseconds.
     * @property why why not now, for the log.
     */
    public data class Again(public val afterMs: Long, public val why: String) : Worked

    /**
     * The desk doesn't let this app in; running again does no good until somebody has seen to it.
     *
     * @property why what the desk says.
     */
    public data class Blocked(public val why: String) : Worked
}

/**
 * One run of delivering what waits, and of asking what became of what was delivered before: the body of a WorkManager's `doWork`, of [OutboxJobService], or of a button.
 *
 * @param desk the open desk.
 * @param sender sends over the app's way.
 * @param rules when cases may be sent.
 * @param conditions what is so now; a test gives its own.
 */
public class OutboxWork(
    private val desk: Baquiano,
    private val sender: Sender,
    private val rules: DeliveryRules = DeliveryRules(),
    private val conditions: () -> Conditions,
) {
    /** With what the phone tells of network and battery. */
    public constructor(context: Context, desk: Baquiano, sender: Sender, rules: DeliveryRules = DeliveryRules()) :
        this(desk, sender, rules, { Conditions.of(context) })

    /**
     * Delivers until nothing waits, the outbox says to wait, or the rules are against it. It throws nothing but a cancellation.
     *
     * @param networkCameBack whether it runs because the network came back: then the outbox tries at once what failed for want of one.
     */
    public suspend fun run(networkCameBack: Boolean = false): Worked {
        rules.against(conditions())?.let { return Worked.Again(LATER_MS, it) }
        return try {
            if (networkCameBack) desk.goOn()
            when (val came = desk.deliver(sender) { rules.against(conditions()) == null }) {
                is Delivered.All -> {
                    desk.tidy()
                    Worked.Done
                }
                is Delivered.Later -> Worked.Again(came.waitMs.coerceAtLeast(SOON_MS), "the desk or the way to it asks to wait")
                is Delivered.Paused -> Worked.Blocked(came.why)
                is Delivered.Stopped -> Worked.Again(LATER_MS, "what is so has changed")
            }
        } catch (e: CancellationException) {
            throw e
        } catch (e: BaquianoException) {
            Worked.Again(LATER_MS, e.message ?: e.code)
        }
    }
}
