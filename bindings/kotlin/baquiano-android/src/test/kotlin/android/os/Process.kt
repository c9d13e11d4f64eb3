package android.os

/** Stands in for Android's process, whose native half a JVM lacks. */
@Suppress("unused")
object Process {
    @JvmStatic
    fun myUid(): Int = 10_123

    @JvmStatic
    fun myPid(): Int = 1

    @JvmStatic
    fun myTid(): Int = 1

    @JvmStatic
    fun myUserHandle(): UserHandle? = null

    @JvmStatic
    fun is64Bit(): Boolean = true
}
