package org.baquiano.example.android.views

import android.content.Context
import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.LinearLayout
import android.widget.ScrollView
import org.baquiano.example.help.Words

/** Below this height what is always in sight would leave no room for the rest, in dp. Chosen: a small phone that lies on its side, or has its keyboard out. */
private const val LOW = 480

/** Scale of type from which on the same holds. Chosen. */
private const val HUGE_TYPE = 1.5f

/** A screen: a bar with the way back, what is to be seen, and below it what can be done, in reach of the thumb. */
internal fun Context.appScreen(title: String, back: (() -> Unit)?, content: LinearLayout, below: View? = null, beside: View? = null): View {
    content.setPadding(dp(16), dp(16), dp(16), dp(20))
    val configuration = resources.configuration
    val pinned = below != null && configuration.screenHeightDp >= LOW && configuration.fontScale < HUGE_TYPE
    if (below != null && !pinned) content.put(below, 20)
    return frame(title, back, scrolling(content), below.takeIf { pinned }, beside)
}

/** The same, around what scrolls by itself. */
internal fun Context.frame(title: String, back: (() -> Unit)?, content: View, below: View? = null, beside: View? = null): LinearLayout =
    LinearLayout(this).apply {
        orientation = LinearLayout.VERTICAL
        setBackgroundColor(Theme.GROUND)
        addView(bar(title, back, beside), LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT))
        addView(content, LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
        if (below != null) {
            val line = View(context).apply { setBackgroundColor(Theme.LINE) }
            addView(line, LinearLayout.LayoutParams(MATCH_PARENT, dp(1)))
            below.setPadding(dp(16), dp(12), dp(16), dp(12))
            addView(below, LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT))
        }
    }

internal fun Context.scrolling(content: View): ScrollView = ScrollView(this).apply {
    isFillViewport = true
    addView(content, MATCH_PARENT, WRAP_CONTENT)
}

private fun Context.bar(title: String, back: (() -> Unit)?, beside: View?) = LinearLayout(this).apply {
    gravity = Gravity.CENTER_VERTICAL
    setBackgroundColor(Theme.MAIN)
    minimumHeight = dp(Theme.TOUCH)
    if (back != null) {
        val arrow = bigButton("←", Look.BAR, back)
        arrow.textSize = Theme.TITLE
        arrow.minWidth = dp(Theme.TOUCH)
        arrow.minimumWidth = dp(Theme.TOUCH)
        arrow.contentDescription = Words.BACK
        addView(arrow, WRAP_CONTENT, WRAP_CONTENT)
    }
    val name = heading(title, Theme.HEADING, Theme.WHITE)
    name.setPadding(dp(if (back == null) 16 else 0), 0, dp(8), 0)
    addView(name, LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
    beside?.let { addView(it, WRAP_CONTENT, WRAP_CONTENT) }
}
