package org.baquiano.example.android

import android.app.Activity
import android.os.Build
import android.os.Bundle
import kotlinx.coroutines.Job
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import org.baquiano.android.AndroidActions
import org.baquiano.example.android.views.Screens
import org.baquiano.example.help.HelpState
import org.baquiano.example.help.Screen
import java.lang.ref.WeakReference

/** Shows the help. What it shows lives in [HelpApp]: turning the phone makes another activity, and changes nothing else. */
class HelpActivity : Activity() {
    private val app get() = application as HelpApp
    private val help get() = app.help
    private val scope = MainScope()
    private lateinit var screens: Screens
    private var backKey: BackKey? = null
    private var drawing: Job? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        app.front = WeakReference(this)
        screens = Screens(this, help)
        setContentView(screens.root)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) backKey = BackKey(this) { help.back() }
        // Before Android puts back what stood in the fields: it looks for them now.
        draw(help.state.value)
    }

    override fun onStart() {
        super.onStart()
        app.front = WeakReference(this)
        // A position from an earlier use says nothing of the sky that the person stands under now.
        app.probe.begin()
        drawing = scope.launch { help.state.collect(::draw) }
        // The job may have sent meanwhile what is still shown as waiting.
        help.networkCameBack()
    }

    override fun onResume() {
        super.onResume()
        help.cameBack()
    }

    override fun onRequestPermissionsResult(requestCode: Int, permissions: Array<out String>, grantResults: IntArray) {
        super.onRequestPermissionsResult(requestCode, permissions, grantResults)
        if (requestCode != AndroidActions.REQUEST_CODE) return
        app.permissions.answered(permissions, grantResults, this)
        help.cameBack()
    }

    override fun onStop() {
        drawing?.cancel()
        super.onStop()
    }

    override fun onDestroy() {
        scope.cancel()
        if (app.front.get() === this) app.front.clear()
        super.onDestroy()
    }

    private fun draw(state: HelpState) {
        screens.draw(state)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) backKey?.isTaken(!isFirst(state.screen))
    }

    /** Before Android 13; later ones ask [BackKey]. */
    @Deprecated("Deprecated in Java")
    @Suppress("DEPRECATION")
    override fun onBackPressed() {
        if (isFirst(help.state.value.screen)) super.onBackPressed() else help.back()
    }

    /** From there, back leads out of the help. */
    private fun isFirst(screen: Screen) = screen is Screen.Home || screen is Screen.Opening
}
