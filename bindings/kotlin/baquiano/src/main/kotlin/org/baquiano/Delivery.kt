package org.baquiano

import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import org.baquiano.ffi.Delivery
import org.baquiano.ffi.NextDelivery
import org.baquiano.ffi.Sent

/** Sends a delivery and tells what came of it. It does not throw for what networks do. */
public fun interface Sender {
    /** Sends it, or learns that the desk has it ([Delivery.askFirst]). */
    public suspend fun send(delivery: Delivery): Sent
}

/** Why delivering stopped. */
public sealed interface Delivered {
    /** How many deliveries the desk answered. */
    public val sent: Int

    /** Nothing waits any more. */
    public data class All(override val sent: Int) : Delivered

    /**
     * The rest is to be tried later, or when the network comes back.
     *
     * @property waitMs how long to wait, in milliseconds.
     */
    public data class Later(override val sent: Int, public val waitMs: Long) : Delivered

    /**
     * The desk doesn't let this sender in: somebody must see to it, and then call [goOn].
     *
     * @property why what the desk says.
     */
    public data class Paused(override val sent: Int, public val why: String) : Delivered

    /** The caller wanted no more. */
    public data class Stopped(override val sent: Int) : Delivered
}

/**
 * Delivers what waits, one at a time, until nothing waits, the outbox says to wait, or [goesOn] says no more.
 *
 * Waiting is left to who calls: WorkManager, JobScheduler, a coroutine. A delivery that has begun is reported even when the coroutine is cancelled.
 */
public suspend fun Baquiano.deliver(sender: Sender, goesOn: () -> Boolean = { true }): Delivered {
    var sent = 0
    while (goesOn()) {
        when (val next = call { desk.nextDelivery() }) {
            is NextDelivery.Nothing -> return Delivered.All(sent)
            is NextDelivery.Wait -> return Delivered.Later(sent, next.ms.toLong())
            is NextDelivery.Paused -> return Delivered.Paused(sent, next.why)
            is NextDelivery.Send -> {
                withContext(NonCancellable) {
                    val came = sender.send(next.delivery)
                    if (came is Sent.Answered || came is Sent.Accepted) sent += 1
                    try {
                        call { desk.reportDelivery(next.delivery.lease, came) }
                    } catch (e: BaquianoException.Outbox) {
                        // Somebody else has it by now, and will report.
                        if (e.code != "outbox.lease-lost") throw e
                    }
                }
            }
        }
    }
    return Delivered.Stopped(sent)
}

/** Goes on after the desk didn't let this sender in, and at once when the network comes back. */
public suspend fun Baquiano.goOn(): Unit = call { desk.goOn() }

/** Sends again what the desk refused. */
public suspend fun Baquiano.release(id: String): Unit = call { desk.release(id) }

/** Puts the outbox in order when nothing else is to do. */
public suspend fun Baquiano.tidy(): Unit = call { desk.tidy() }
