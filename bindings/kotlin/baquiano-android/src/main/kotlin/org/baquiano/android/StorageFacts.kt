package org.baquiano.android

import android.annotation.TargetApi
import android.content.Context
import android.os.Build
import android.os.StatFs
import android.os.storage.StorageManager

/** Below this a phone counts as full, in MB. Origin: facts.yaml, storage.free_low. */
private const val LOW_STORAGE_MB = 1_024L

internal val STORAGE_FACTS: FactTable = factTable {
    int("storage.free_mb") { freeMb() }
    bool("storage.free_low") { freeMb() < LOW_STORAGE_MB }
}

private suspend fun Review.freeMb(): Long = once("free") { phone.freeBytes() / BYTES_PER_MB }

private fun Phone.freeBytes(): Long {
    // What Android would clear of other apps' caches counts as free; where a vendor's service fails, the plain figure is near enough.
    val allocatable = if (sdk >= Build.VERSION_CODES.O) runCatching { allocatableBytes() }.getOrNull() else null
    return allocatable ?: StatFs(context.filesDir.path).availableBytes
}

@TargetApi(Build.VERSION_CODES.O)
private fun Phone.allocatableBytes(): Long {
    val storage = service<StorageManager>(Context.STORAGE_SERVICE)
    return storage.getAllocatableBytes(storage.getUuidForPath(context.filesDir))
}
