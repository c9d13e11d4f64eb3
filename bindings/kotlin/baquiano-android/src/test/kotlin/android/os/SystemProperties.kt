package android.os

/** Stands in for Android's properties, whose native half a JVM lacks: [Build] asks them while it is loaded. */
@Suppress("unused", "UNUSED_PARAMETER")
object SystemProperties {
    @JvmStatic
    fun get(key: String?): String = get(key, null)

    @JvmStatic
    fun get(key: String?, other: String?): String = other.orEmpty().ifEmpty { if ("abilist" in key.orEmpty()) "arm64-v8a" else "unknown" }

    @JvmStatic
    fun getInt(key: String?, other: Int): Int = other

    @JvmStatic
    fun getLong(key: String?, other: Long): Long = other

    @JvmStatic
    fun getBoolean(key: String?, other: Boolean): Boolean = other
}
