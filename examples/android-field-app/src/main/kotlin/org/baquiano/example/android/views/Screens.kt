package org.baquiano.example.android.views

import android.annotation.TargetApi
import android.content.Context
import android.os.Build
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.view.inputmethod.InputMethodManager
import android.widget.FrameLayout
import android.widget.LinearLayout
import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.HelpState
import org.baquiano.example.help.Notice
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Words

/** Draws what the model shows. Each screen is made anew when it changes; only the first one stays, for its field would lose the cursor. */
internal class Screens(private val context: Context, private val model: HelpModel) {
    private val content = FrameLayout(context)
    private val noticePlace = FrameLayout(context).apply { accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE }
    private val home = HomeScreen(context, model)
    private var drawn: Drawn? = null
    private var told: Notice? = null

    /** What fills the activity. */
    val root: View = LinearLayout(context).apply {
        orientation = LinearLayout.VERTICAL
        setBackgroundColor(Theme.MAIN)
        keepClear()
        addView(content, LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
        addView(noticePlace, LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT))
    }

    private data class Drawn(val screen: Any, val failed: Boolean)

    /** Draws what has changed. */
    fun draw(state: HelpState) {
        tell(state.notice)
        val screen = state.screen
        if (screen is Screen.Home) home.show(screen)
        val failed = screen is Screen.Opening && !state.busy
        val now = Drawn(if (screen is Screen.Home) home else screen, failed)
        if (now == drawn) return
        drawn = now
        if (screen !is Screen.Home) hideKeyboard()
        content.removeAllViews()
        content.addView(view(screen, failed), MATCH_PARENT, MATCH_PARENT)
        announce(name(screen))
    }

    private fun view(screen: Screen, failed: Boolean): View = when (screen) {
        Screen.Opening -> opening(failed)
        is Screen.Home -> home.view
        is Screen.Reading -> context.articleScreen(screen, model)
        is Screen.Guided -> context.guideScreen(screen, model)
        is Screen.Cases -> context.casesScreen(screen.cases, model)
        is Screen.OneCase -> context.caseScreen(screen, model)
        is Screen.Licences -> context.licencesScreen(screen.parts, model)
    }

    /** What went wrong stands in the notice. */
    private fun opening(failed: Boolean): View {
        val said = context.heading(Words.OPENING, color = Theme.MAIN, centered = true)
        val again = context.bigButton(Words.TRY_AGAIN) { model.start() }
        return context.appScreen(Words.HELP, null, context.column(0, if (failed) again else said))
    }

    private fun name(screen: Screen): String = when (screen) {
        Screen.Opening -> Words.OPENING
        is Screen.Home -> Words.HELP
        is Screen.Reading -> screen.article.title
        is Screen.Guided -> if (screen.looking) Words.LOOKING else "${screen.title}. ${Words.step(screen.step)}"
        is Screen.Cases -> Words.MY_CASES
        is Screen.OneCase -> Words.YOUR_CASE
        is Screen.Licences -> Words.LICENCES
    }

    private fun tell(notice: Notice?) {
        if (notice == told) return
        told = notice
        noticePlace.removeAllViews()
        if (notice == null) return
        val (ground, ink) = if (notice.good) Theme.GOOD_PALE to Theme.GOOD else Theme.CARE_PALE to Theme.CARE
        val row = LinearLayout(context).apply {
            setBackgroundColor(ground)
            setPadding(context.dp(16), context.dp(8), context.dp(8), context.dp(8))
            addView(context.text(notice.text, color = ink), LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
            addView(context.bigButton(Words.CLOSE, Look.QUIET) { model.dismiss() }, WRAP_CONTENT, WRAP_CONTENT)
        }
        noticePlace.addView(row)
    }

    private fun announce(name: String) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) nameScreen(name) else sayIt(name)
    }

    @TargetApi(Build.VERSION_CODES.P)
    private fun nameScreen(name: String) {
        content.accessibilityPaneTitle = name
    }

    @Suppress("DEPRECATION")
    private fun sayIt(name: String) = content.announceForAccessibility(name)

    private fun hideKeyboard() {
        context.getSystemService(InputMethodManager::class.java)?.hideSoftInputFromWindow(content.windowToken, 0)
    }
}
