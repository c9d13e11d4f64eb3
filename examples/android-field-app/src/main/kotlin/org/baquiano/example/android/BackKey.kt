package org.baquiano.example.android

import android.annotation.TargetApi
import android.app.Activity
import android.os.Build
import android.window.OnBackInvokedCallback
import android.window.OnBackInvokedDispatcher

/** The way back since Android 13. For apps that target Android 16 and later it is the only one: `onBackPressed` isn't called there. */
@TargetApi(Build.VERSION_CODES.TIRAMISU)
internal class BackKey(private val activity: Activity, back: () -> Unit) {
    private val callback = OnBackInvokedCallback { back() }
    private var isTaken = false

    /** Whether the help takes it; otherwise it leads out of the activity, and Android shows where to. */
    fun isTaken(taken: Boolean) {
        if (taken == isTaken) return
        isTaken = taken
        val keys = activity.onBackInvokedDispatcher
        if (taken) keys.registerOnBackInvokedCallback(OnBackInvokedDispatcher.PRIORITY_DEFAULT, callback) else keys.unregisterOnBackInvokedCallback(callback)
    }
}
