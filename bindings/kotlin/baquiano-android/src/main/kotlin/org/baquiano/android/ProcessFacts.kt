package org.baquiano.android

import android.annotation.TargetApi
import android.app.ActivityManager
import android.app.ApplicationExitInfo
import android.os.Build
import android.os.Process

/** User ids of Android are the user's number times this, plus the app's. Origin: UserHandle.PER_USER_RANGE. */
private const val UIDS_PER_USER = 100_000

/** The signal that Android's low memory killer sends. Origin: POSIX SIGKILL. */
private const val SIGKILL = 9

internal val PROCESS_FACTS: FactTable = factTable {
    text("exit.last_reason", minSdk = Build.VERSION_CODES.R, own = true) { phone.lastExit() }
    int("user.id") { (Process.myUid() / UIDS_PER_USER).toLong() }
}

@TargetApi(Build.VERSION_CODES.R)
private fun Phone.lastExit(): String {
    val all = activities().getHistoricalProcessExitReasons(null, 0, 0).orEmpty().filterNotNull()
    // Helper processes come and go; the person saw the main one end.
    val last = all.firstOrNull { it.processName == context.packageName } ?: all.firstOrNull() ?: return "NONE"
    if (last.reason == ApplicationExitInfo.REASON_SIGNALED && last.status == SIGKILL && !ActivityManager.isLowMemoryKillReportSupported()) {
        cannotTell("this phone doesn't tell kills for low memory apart")
    }
    return exitName(last.reason)
}

/** A reason of ApplicationExitInfo as facts.yaml calls it. */
internal fun exitName(reason: Int): String = when (reason) {
    ApplicationExitInfo.REASON_LOW_MEMORY -> "LOW_MEMORY"
    ApplicationExitInfo.REASON_CRASH -> "CRASH"
    ApplicationExitInfo.REASON_CRASH_NATIVE -> "CRASH_NATIVE"
    ApplicationExitInfo.REASON_ANR -> "ANR"
    ApplicationExitInfo.REASON_PERMISSION_CHANGE -> "PERMISSION_CHANGE"
    ApplicationExitInfo.REASON_USER_REQUESTED -> "USER_REQUESTED"
    ApplicationExitInfo.REASON_USER_STOPPED -> "USER_STOPPED"
    else -> "OTHER"
}
