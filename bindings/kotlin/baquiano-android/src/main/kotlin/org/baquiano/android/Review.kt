package org.baquiano.android

import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async

/** One call of `read`: what it wants, and the measurements that several of its facts share. */
internal class Review(val phone: Phone, val wanted: Set<String>, val scope: CoroutineScope) {
    private val measured = ConcurrentHashMap<String, Deferred<Any?>>()

    /** Measures at most once a review: satellites, accuracy and age come of the same minute under the sky. */
    @Suppress("UNCHECKED_CAST")
    suspend fun <T> once(name: String, measure: suspend () -> T): T {
        // LAZY: of two readers that come at the same time, the one that loses must not have started anything.
        val mine = scope.async(start = CoroutineStart.LAZY) { measure() as Any? }
        val first = measured.putIfAbsent(name, mine)
        if (first != null) mine.cancel()
        return (first ?: mine).await() as T
    }
}
