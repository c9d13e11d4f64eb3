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

    /** Asks the desk what became of the case that it has by this key; null: this sender has no way to ask. */
    public suspend fun inquire(key: String): Sent? = null
}

/** Why delivering stopped. */
public sealed interface Delivered {
    /** How many deliveries the desk answered. */
    public val sent: Int

    /** Of how many cases the desk told something new: [Baquiano.cases] shows it. */
    public val news: Int get() = 0

    /** Nothing waits any more. */
    public data class All(override val sent: Int, override val news: Int = 0) : Delivered

    /**
     * The rest is to be tried later, or when the network comes back.
     *
     * @property waitMs how long to wait, in milliseconds.
     */
    public data class Later(override val sent: Int, public val waitMs: Long, override val news: Int = 0) : Delivered

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
 * What came of asking.
 *
 * @property news of how many cases the desk told something new: [Baquiano.cases] shows it.
 * @property unanswered whether no answer came; the rest is asked another time.
 */
public data class Inquired(public val news: Int, public val unanswered: Boolean)

/**
 * Delivers what waits, one at a time, until nothing waits, the outbox says to wait, or [goesOn] says no more; then asks what became of what was delivered
 * before, as [inquire] does.
 *
 * Waiting is left to who calls: WorkManager, JobScheduler, a coroutine. A delivery that has begun is reported even when the coroutine is cancelled.
 */
public suspend fun Baquiano.deliver(sender: Sender, goesOn: () -> Boolean = { true }): Delivered {
    var sent = 0
    while (goesOn()) {
        when (val next = call { desk.nextDelivery() }) {
            is NextDelivery.Nothing -> return Delivered.All(sent, inquire(sender, goesOn).news)
            is NextDelivery.Wait -> return Delivered.Later(sent, next.ms.toLong(), inquire(sender, goesOn).news)
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

/**
 * Asks what became of what the desk has, as far as it is time to: each case a quarter of an hour after its delivery, then ever more rarely, a few at a time. It may
 * be called whenever a person looks at the cases. What can't be asked now is asked another time.
 */
public suspend fun Baquiano.inquire(sender: Sender, goesOn: () -> Boolean = { true }): Inquired {
    var news = 0
    while (goesOn()) {
        val inquiry = call { desk.nextInquiry() } ?: break
        val came = sender.inquire(inquiry.key) ?: break
        if (call { desk.reportInquiry(inquiry.incident, came) }) news += 1
        if (came is Sent.NoAnswer || came is Sent.NotSent) return Inquired(news, unanswered = true)
    }
    return Inquired(news, unanswered = false)
}

/** Makes all cases that the desk has come up in the next [inquire] or [deliver], since a person wants to know. */
public suspend fun Baquiano.inquireNow(): Unit = call { desk.inquireNow() }

/** Goes on after the desk didn't let this sender in, and at once when the network comes back. */
public suspend fun Baquiano.goOn(): Unit = call { desk.goOn() }

/** Sends again what the desk refused. */
public suspend fun Baquiano.release(id: String): Unit = call { desk.release(id) }

/** Puts the outbox in order when nothing else is to do. */
public suspend fun Baquiano.tidy(): Unit = call { desk.tidy() }
