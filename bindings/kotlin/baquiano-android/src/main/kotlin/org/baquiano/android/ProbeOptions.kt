package org.baquiano.android

import android.app.Activity
import android.app.Application
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers

/** An installation file that the app has at hand. A `content:` address must be copied to a file first. */
public class ApkFile(
    /** Where it is. */
    public val path: String,
    /** Its published SHA-256, 64 hexadecimal digits; without it nobody can say that the file is whole. */
    public val sha256: String? = null,
    /** Its published size, in bytes. */
    public val sizeBytes: Long? = null,
)

/** When the desk answers. Holidays aren't known here. */
public class DeskHours(
    /** The days, Monday 1 to Sunday 7. */
    public val days: Set<Int> = setOf(1, 2, 3, 4, 5),
    /** The first minute of the day on which it answers. */
    public val opensMinute: Int = 9 * 60,
    /** The first minute of the day on which it no longer does. */
    public val closesMinute: Int = 17 * 60,
    /** The desk's own time, as minutes from UTC; Honduras has no daylight saving time. */
    public val utcOffsetMinutes: Int = -6 * 60,
)

/**
 * What the host app tells [AndroidDeviceProbe] about itself. All of it has a default with which everything else still works; functions are called
 * at each reading, on a thread in the background.
 */
public class ProbeOptions(
    /**
     * The package that the help is about, where it isn't the app's own. It must be in the `<queries>` of the app's manifest: from API 30 on, a
     * package that an app may not see looks exactly like one that isn't installed. What only an app knows about itself (its permissions, how it
     * last ended) is then Unknown.
     */
    public val packageName: String? = null,
    /** What the app itself knows. It has precedence over what Android says. */
    public val app: AppFacts = AppFacts.NONE,
    /**
     * The activity in front, without which nobody knows whether Android would still show the window for a permission. Not needed when the probe is
     * given an activity as its context. An [Application] should hand out a weak reference.
     */
    public val activity: () -> Activity? = { null },
    /** The permissions that the app can't work without. By default all dangerous ones of its manifest that this Android can grant. */
    public val neededPermissions: Set<String>? = null,
    /** The version code that an installation or update is to reach, with which `install.done` and `update.done` are told. */
    public val wantedVersionCode: () -> Long? = { null },
    /** The file that is to be installed, for `apk.*`. */
    public val apk: () -> ApkFile? = { null },
    /** An address of the app's own server, whose `Date` header tells how wrong the phone's clock is. Without it only GNSS and Android tell. */
    public val timeUrl: String? = null,
    /** Whether the camera may be opened for a moment right now, for `camera.open_error`. Not while the app shows its own preview: that would end. */
    public val mayOpenCamera: () -> Boolean = { true },
    /** The lowest version code of the Play services with which the app works; below, `gms` is `update_required`. */
    public val playServicesMinVersionCode: Long? = null,
    /** When the desk answers. */
    public val deskHours: DeskHours = DeskHours(),
    /** Longest wait for a position, in ms. A cold start under open sky takes 30 s; those who wait read again. */
    public val fixTimeoutMs: Long = 20_000,
    /** Longest wait for satellites when no position is wanted, in ms. Their list comes each second once the receiver runs. */
    public val satelliteTimeoutMs: Long = 8_000,
    /** The accuracy with which waiting for a better position ends, in m: that of the goal of the flow `gps`. */
    public val goodFixM: Float = 15f,
    /**
     * Where what may block runs. Calls that hang in a vendor's service keep their thread, so it must be more than one thread, and limited:
     * a phone whose services hang must not end up with hundreds of them.
     */
    public val dispatcher: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(MAX_BLOCKED_THREADS),
) {
    private companion object {
        // Chosen: all quick facts of a flow are read in some 20 ms with this many; memory for as many hung threads is no burden.
        const val MAX_BLOCKED_THREADS = 8
    }
}
