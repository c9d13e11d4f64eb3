package org.baquiano.android

import org.baquiano.model.FactValue

/** The lowest API level that facts.yaml counts from. The library itself starts at 24, so what asks for 23 always holds. */
internal const val ANY_SDK = 23

/** Longest wait for what a phone answers at once, in ms. Chosen: a system service that takes this long hangs. */
internal const val QUICK_MS = 3_000L

/** Ends a reading with what the log is told. Carries no stack: it is an answer, not a fault. */
internal class CannotTell(reason: String) : RuntimeException(reason, null, false, false)

/** Ends a reading. */
internal fun cannotTell(reason: String): Nothing = throw CannotTell(reason)

/** What reads one fact, and under which conditions it may be tried. */
internal class FactReader(
    /** The API level from which on it reads. */
    val minSdk: Int,
    /** Permissions of which one must be granted. */
    val needsOneOf: List<String>,
    /** Whether only an app itself can read it, so that it says nothing about another package. */
    val ownAppOnly: Boolean,
    /** The longest that it may take. */
    val timeoutMs: (ProbeOptions) -> Long,
    /** Whether it may take seconds. */
    val slow: Boolean,
    val read: suspend Review.() -> FactValue,
)

/** The readers of one subject, by fact id. */
internal typealias FactTable = Map<String, FactReader>

/** Writes a table so that a reader can't give a value of the wrong kind. */
internal class FactTableBuilder {
    private val readers = LinkedHashMap<String, FactReader>()

    fun bool(
        id: String,
        minSdk: Int = ANY_SDK,
        needs: List<String> = emptyList(),
        own: Boolean = false,
        slow: ((ProbeOptions) -> Long)? = null,
        read: suspend Review.() -> Boolean,
    ) = add(id, minSdk, needs, own, slow) { FactValue.Bool(read()) }

    fun int(
        id: String,
        minSdk: Int = ANY_SDK,
        needs: List<String> = emptyList(),
        own: Boolean = false,
        slow: ((ProbeOptions) -> Long)? = null,
        read: suspend Review.() -> Long,
    ) = add(id, minSdk, needs, own, slow) { FactValue.Int(read()) }

    fun text(
        id: String,
        minSdk: Int = ANY_SDK,
        needs: List<String> = emptyList(),
        own: Boolean = false,
        slow: ((ProbeOptions) -> Long)? = null,
        read: suspend Review.() -> String,
    ) = add(id, minSdk, needs, own, slow) {
        // A vendor's blank is no value: a flow would compare with it as if it were one.
        FactValue.Text(read().trim().ifEmpty { cannotTell("empty") })
    }

    private fun add(
        id: String,
        minSdk: Int,
        needs: List<String>,
        own: Boolean,
        slow: ((ProbeOptions) -> Long)?,
        read: suspend Review.() -> FactValue,
    ) {
        val reader = FactReader(minSdk, needs, own, slow ?: { QUICK_MS }, slow != null, read)
        check(readers.put(id, reader) == null) { "two readers for $id" }
    }

    fun build(): FactTable = readers
}

/** A table of readers. */
internal fun factTable(fill: FactTableBuilder.() -> Unit): FactTable = FactTableBuilder().apply(fill).build()
