package android.util

/** Stands in for Android's log, whose native half a JVM lacks: classes ask it while they are loaded. */
@Suppress("unused", "UNUSED_PARAMETER")
object Log {
    @JvmStatic
    fun isLoggable(tag: String?, level: Int): Boolean = false

    @JvmStatic
    fun v(tag: String?, message: String?): Int = 0

    @JvmStatic
    fun d(tag: String?, message: String?): Int = 0

    @JvmStatic
    fun i(tag: String?, message: String?): Int = 0

    @JvmStatic
    fun w(tag: String?, message: String?): Int = 0

    @JvmStatic
    fun e(tag: String?, message: String?): Int = 0

    @JvmStatic
    fun w(tag: String?, message: String?, cause: Throwable?): Int = 0

    @JvmStatic
    fun e(tag: String?, message: String?, cause: Throwable?): Int = 0
}
