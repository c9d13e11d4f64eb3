package org.baquiano.android

import android.app.Activity
import android.content.Context
import android.content.SharedPreferences
import android.content.pm.PackageInfo
import android.content.pm.PackageManager
import android.os.Handler
import android.os.Looper
import kotlinx.coroutines.runBlocking
import org.baquiano.model.FactValue
import org.baquiano.Reading
import org.mockito.Mockito
import org.mockito.stubbing.Answer

const val OWN = "hn.campo.app"

/** All levels from the library's lowest on, with one that isn't out yet. */
val LEVELS = 24..37

val ALL_IDS = AndroidDeviceProbe.READERS.keys + AppFacts.HOST_FACTS.keys + UNREADABLE.keys

inline fun <reified T> fake(answer: Answer<*> = Mockito.RETURNS_DEFAULTS): T = Mockito.mock(T::class.java, answer)

internal fun build(sdk: Int, manufacturer: String = "samsung", display: String = "RP1A", incremental: String = "A0", brand: String = manufacturer) =
    PhoneBuild(sdk, "11", manufacturer, brand, "SM-A015M", display, incremental, "2024-05-01", listOf("arm64-v8a", "armeabi-v7a"))

/** Settings that are there. */
internal class Rows(private val global: Map<String, String> = emptyMap(), private val secure: Map<String, String> = emptyMap()) : SettingsRows {
    override fun global(name: String) = global[name]?.toInt()

    override fun secure(name: String) = secure[name]?.toInt()
}

internal class FixedClock(var wall: Long = 1_700_000_000_000, var elapsed: Long = 1_000_000_000_000) : PhoneClock {
    override fun wallMs() = wall

    override fun elapsedNs() = elapsed
}

/** Preferences in memory. */
class MemoryPreferences : SharedPreferences, SharedPreferences.Editor {
    private val values = HashMap<String, Any?>()

    override fun getAll(): Map<String, *> = values

    override fun getString(key: String, other: String?) = values[key] as String? ?: other

    override fun getStringSet(key: String, other: Set<String>?) = other

    override fun getInt(key: String, other: Int) = values[key] as Int? ?: other

    override fun getLong(key: String, other: Long) = values[key] as Long? ?: other

    override fun getFloat(key: String, other: Float) = values[key] as Float? ?: other

    override fun getBoolean(key: String, other: Boolean) = values[key] as Boolean? ?: other

    override fun contains(key: String) = key in values

    override fun edit() = this

    override fun registerOnSharedPreferenceChangeListener(listener: SharedPreferences.OnSharedPreferenceChangeListener?) = Unit

    override fun unregisterOnSharedPreferenceChangeListener(listener: SharedPreferences.OnSharedPreferenceChangeListener?) = Unit

    private fun put(key: String, value: Any?) = apply { values[key] = value }

    override fun putString(key: String, value: String?) = put(key, value)

    override fun putStringSet(key: String, value: Set<String>?) = put(key, value)

    override fun putInt(key: String, value: Int) = put(key, value)

    override fun putLong(key: String, value: Long) = put(key, value)

    override fun putFloat(key: String, value: Float) = put(key, value)

    override fun putBoolean(key: String, value: Boolean) = put(key, value)

    override fun remove(key: String) = also { values.remove(key) }

    override fun clear() = also { values.clear() }

    override fun commit() = true

    override fun apply() = Unit
}

/** A context whose services, permissions and packages a test chooses; what it doesn't choose is missing. */
internal class TestContext(
    val services: MutableMap<String, Any> = HashMap(),
    val granted: MutableSet<String> = HashSet(),
    val declared: MutableSet<String> = HashSet(),
    val packages: PackageManager = fake(),
    val preferences: MemoryPreferences = MemoryPreferences(),
    isActivity: Boolean = false,
) {
    val context: Context = if (isActivity) fake<Activity>() else fake<Context>()

    init {
        Mockito.`when`(context.packageName).thenReturn(OWN)
        Mockito.`when`(context.packageManager).thenReturn(packages)
        Mockito.`when`(context.getSystemService(Mockito.anyString())).thenAnswer { services[it.getArgument<String>(0)] }
        Mockito.`when`(context.checkSelfPermission(Mockito.anyString())).thenAnswer {
            if (it.getArgument<String>(0) in granted) PackageManager.PERMISSION_GRANTED else PackageManager.PERMISSION_DENIED
        }
        Mockito.`when`(context.getSharedPreferences(Mockito.anyString(), Mockito.anyInt())).thenReturn(preferences)
        Mockito.`when`(packages.getPackageInfo(Mockito.eq(OWN), Mockito.anyInt())).thenAnswer {
            PackageInfo().apply {
                packageName = OWN
                requestedPermissions = declared.toTypedArray()
                versionName = "25.12rc"
                firstInstallTime = 1
                lastUpdateTime = 1
            }
        }
    }

    fun phone(
        sdk: Int,
        options: ProbeOptions = ProbeOptions(),
        build: PhoneBuild = build(sdk),
        clock: PhoneClock = FixedClock(),
        rows: SettingsRows = Rows(),
    ) = Phone(context, options, build, clock, rows, newHandler = ::handler)
}

/** A handler that tests never post to: the fakes call back themselves. */
fun handler(): Handler = fake<Handler>().also { Mockito.`when`(it.looper).thenReturn(fake<Looper>()) }

internal fun Phone.read(vararg ids: String): Map<String, Reading> = runBlocking { AndroidDeviceProbe(this@read).read(ids.toList()) }

internal fun Phone.value(id: String): Any? = when (val reading = read(id).getValue(id)) {
    is Reading.Known -> when (val value = reading.value) {
        is FactValue.Bool -> value.v1
        is FactValue.Int -> value.v1
        is FactValue.Text -> value.v1
    }
    is Reading.Unknown -> null
}
