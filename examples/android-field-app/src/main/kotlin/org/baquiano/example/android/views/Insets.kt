package org.baquiano.example.android.views

import android.annotation.TargetApi
import android.os.Build
import android.view.View
import android.view.WindowInsets

/** Keeps clear of the phone's bars, its camera and its keyboard: since Android 15 windows reach below them. */
internal fun View.keepClear() {
    setOnApplyWindowInsetsListener { view, insets ->
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) pad(view, insets) else padBefore(view, insets)
        insets
    }
}

@TargetApi(Build.VERSION_CODES.R)
private fun pad(view: View, insets: WindowInsets) {
    val kinds = WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout() or WindowInsets.Type.ime()
    val taken = insets.getInsets(kinds)
    view.setPadding(taken.left, taken.top, taken.right, taken.bottom)
}

@Suppress("DEPRECATION")
private fun padBefore(view: View, insets: WindowInsets) {
    view.setPadding(insets.systemWindowInsetLeft, insets.systemWindowInsetTop, insets.systemWindowInsetRight, insets.systemWindowInsetBottom)
}
