package dalvik.system

/** Stands in for Android's virtual machine, which a JVM isn't: `Build` asks it while it is loaded. */
@Suppress("unused")
class VMRuntime private constructor() {
    fun is64Bit(): Boolean = true

    fun newUnpaddedArray(kind: Class<*>, length: Int): Any = java.lang.reflect.Array.newInstance(kind, length)

    companion object {
        @JvmStatic
        fun getRuntime(): VMRuntime = VMRuntime()

        @JvmStatic
        fun getCurrentInstructionSet(): String = "arm64"
    }
}
