package org.baquiano

import org.baquiano.model.FactValue

/** What came of reading a fact. */
public sealed interface Reading {
    /**
     * It was read.
     *
     * @property value its value.
     */
    public data class Known(public val value: FactValue) : Reading

    /**
     * It can't be read, which is never the same as false.
     *
     * @property reason why, for the log.
     */
    public data class Unknown(public val reason: String) : Reading
}

/** Reads facts of the phone. On Android, `AndroidDeviceProbe`. */
public fun interface DeviceProbe {
    /** Reads facts by their ids. It never throws: what can't be read is [Reading.Unknown], or left out. */
    public suspend fun read(facts: Collection<String>): Map<String, Reading>

    /**
     * A talk begins, or is gone on with: what was kept from before it, as a position from where the phone was then, no longer counts. Called by [Baquiano];
     * a probe that keeps nothing has nothing to do.
     */
    public fun begin() {}
}

/** Readings as the library takes them. */
internal fun Map<String, Reading>.values(): Map<String, FactValue?> = mapValues { (_, reading) -> (reading as? Reading.Known)?.value }
