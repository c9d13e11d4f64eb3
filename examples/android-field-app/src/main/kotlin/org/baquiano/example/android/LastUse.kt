package org.baquiano.example.android

import android.content.Context

private const val FILE = "ayuda"
private const val OPENED = "abierta"
private const val DAY_MS = 24 * 60 * 60 * 1000L

/** Remembers when the app was last opened: the fact `app.days_unused`, which only the app can tell. */
class LastUse(context: Context) {
    private val store by lazy { context.getSharedPreferences(FILE, Context.MODE_PRIVATE) }

    /** The days before this use; null the first time, or as long as nobody has opened the app. */
    @Volatile
    var daysUnused: Long? = null
        private set

    /** A use begins. */
    fun begins(nowMs: Long = System.currentTimeMillis()) {
        daysUnused = daysBetween(store.getLong(OPENED, 0), nowMs)
        store.edit().putLong(OPENED, nowMs).apply()
    }
}

/** Whole days between two uses; null where there was none before, or the clock was set back since. */
fun daysBetween(beforeMs: Long, nowMs: Long): Long? = if (beforeMs in 1..nowMs) (nowMs - beforeMs) / DAY_MS else null
