package org.baquiano.android

import android.os.Build
import org.baquiano.android.Vendor.HONOR
import org.baquiano.android.Vendor.HUAWEI
import org.baquiano.android.Vendor.SAMSUNG
import org.baquiano.android.Vendor.XIAOMI

/** The values of `abi` in facts.yaml. */
private val ABIS = setOf("arm64-v8a", "armeabi-v7a", "x86_64", "x86")

/** MIUI and HyperOS write their number at the beginning of the build's, e.g. `V12.5.3.0.QFLMIXM` or `OS1.0.5.0.UNAMIXM`. */
private val MIUI = Regex("""^V(\d+\.\d+\.\d+)""")
private val HYPER_OS = Regex("""^OS(\d+\.\d+\.\d+)""")

/** EMUI shares its number with the build that is shown, e.g. `ANE-LX3 9.1.0.372(C605E7R1P7)`. */
private val EMUI = Regex("""(?:^|\s)(\d+\.\d+\.\d+)\.\d+\s*\(""")

/** The vendor's own package, by which EMUI and Honor's MagicOS differ. */
private const val HUAWEI_MANAGER = "com.huawei.systemmanager"

/** One UI 1.0 has this number in Samsung's own field; each further version adds 10,000, each point 100. Origin: Samsung's SDK (SemBuild). */
private const val ONE_UI_BASE = 90_000

internal val BUILD_FACTS: FactTable = factTable {
    text("android") { phone.androidVersion() }
    int("android.sdk") { phone.sdk.toLong() }
    text("vendor") { phone.vendor.id }
    text("device.brand") { phone.build.brand }
    text("device.model") { phone.build.model }
    text("rom") { phone.rom() }
    text("rom.miui") { phone.miui()?.second ?: cannotTell("neither MIUI nor HyperOS") }
    text("rom.emui") { phone.emui() ?: cannotTell("not EMUI") }
    text("os.patch") { phone.build.securityPatch }
    text("abi") {
        val first = phone.build.abis.firstOrNull() ?: cannotTell("no ABI")
        first.takeIf { it in ABIS } ?: "other"
    }
}

// A preview has a letter where the version should be; a flow compares numbers.
private fun Phone.androidVersion(): String =
    build.release.takeIf { it.firstOrNull()?.isDigit() == true } ?: RELEASES[sdk] ?: cannotTell("preview of Android")

private val RELEASES = mapOf(
    Build.VERSION_CODES.N to "7.0",
    Build.VERSION_CODES.N_MR1 to "7.1",
    Build.VERSION_CODES.O to "8.0",
    Build.VERSION_CODES.O_MR1 to "8.1",
    Build.VERSION_CODES.P to "9",
    Build.VERSION_CODES.Q to "10",
    Build.VERSION_CODES.R to "11",
    Build.VERSION_CODES.S to "12",
    Build.VERSION_CODES.S_V2 to "12",
    Build.VERSION_CODES.TIRAMISU to "13",
    Build.VERSION_CODES.UPSIDE_DOWN_CAKE to "14",
    Build.VERSION_CODES.VANILLA_ICE_CREAM to "15",
    Build.VERSION_CODES.BAKLAVA to "16",
)

private fun Phone.rom(): String {
    val named = miui()?.let { (name, version) -> name + version } ?: emui()?.let { "emui$it" } ?: oneUi()?.let { "oneui$it" }
    return named ?: build.display
}

/** Name and number of Xiaomi's system. */
private fun Phone.miui(): Pair<String, String>? {
    if (vendor != XIAOMI) return null
    val hyper = HYPER_OS.find(build.incremental)?.let { "hyperos" to it.groupValues[1] }
    return hyper ?: MIUI.find(build.incremental)?.let { "miui" to it.groupValues[1] }
}

private fun Phone.emui(): String? {
    if (vendor != HUAWEI && vendor != HONOR) return null
    if (packages.infoOrNull(HUAWEI_MANAGER) == null) return null
    return EMUI.find(build.display)?.groupValues?.get(1)
}

private fun Phone.oneUi(): String? {
    if (vendor != SAMSUNG) return null
    // Samsung adds the field to Android's own class; where it isn't, the build's number must do.
    val level = runCatching { Build.VERSION::class.java.getField("SEM_PLATFORM_INT").getInt(null) }.getOrNull() ?: return null
    return oneUiVersion(level)
}

/** Samsung's number as people know it; none before One UI. */
internal fun oneUiVersion(level: Int): String? {
    val number = level - ONE_UI_BASE
    return if (number >= 10_000) "${number / 10_000}.${number % 10_000 / 100}" else null
}
