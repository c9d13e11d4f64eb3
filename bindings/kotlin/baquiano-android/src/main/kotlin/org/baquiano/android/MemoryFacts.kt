package org.baquiano.android

import android.app.ActivityManager
import android.content.Context

/** 2 GB in MB, the bound of `ram_low` in facts.yaml: a phone sold with 2 GB shows less, for its system keeps some. */
private const val LOW_RAM_MB = 2_048L

/** Bytes in what facts.yaml calls MB. */
internal const val BYTES_PER_MB = 1_048_576L

internal val MEMORY_FACTS: FactTable = factTable {
    int("ram_mb") { memory().totalMem / BYTES_PER_MB }
    bool("ram_low") {
        val memory = memory()
        memory.totalMem / BYTES_PER_MB <= LOW_RAM_MB || memory.lowMemory || phone.activities().isLowRamDevice
    }
}

internal fun Phone.activities(): ActivityManager = service(Context.ACTIVITY_SERVICE)

private suspend fun Review.memory(): ActivityManager.MemoryInfo = once("memory") {
    val info = ActivityManager.MemoryInfo()
    phone.activities().getMemoryInfo(info)
    // Nothing was filled in: no phone has no memory.
    if (info.totalMem <= 0) cannotTell("no memory figures")
    info
}
