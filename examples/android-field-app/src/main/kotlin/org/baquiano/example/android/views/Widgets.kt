package org.baquiano.example.android.views

import android.annotation.TargetApi
import android.content.Context
import android.content.res.ColorStateList
import android.graphics.Typeface
import android.graphics.drawable.Drawable
import android.graphics.drawable.GradientDrawable
import android.graphics.drawable.RippleDrawable
import android.os.Build
import android.text.SpannableString
import android.text.Spanned
import android.text.style.StyleSpan
import android.view.Gravity
import android.view.View
import android.view.ViewGroup
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.view.accessibility.AccessibilityNodeInfo
import android.widget.Button
import android.widget.LinearLayout
import android.widget.Space
import android.widget.TextView

/** How a button looks: the one to tap, one of several, one beside it. */
internal enum class Look(val ground: Int, val ink: Int, val line: Int) {
    MAIN(Theme.MAIN, Theme.WHITE, Theme.MAIN),
    CHOICE(Theme.CARD, Theme.MAIN, Theme.MAIN),
    QUIET(Theme.CLEAR, Theme.MAIN, Theme.CLEAR),
    BAR(Theme.CLEAR, Theme.WHITE, Theme.CLEAR),
}

/** From this scale of type on, what stands side by side would be cut into syllables. Chosen. */
private const val LARGE_TYPE = 1.3f

internal fun Context.dp(size: Int): Int = (size * resources.displayMetrics.density + 0.5f).toInt()

/** A text. */
internal fun Context.text(
    said: CharSequence,
    size: Float = Theme.TEXT,
    color: Int = Theme.INK,
    strong: Boolean = false,
    centered: Boolean = false,
): TextView = TextView(this).apply {
    text = said
    textSize = size
    setTextColor(color)
    if (strong) typeface = Typeface.DEFAULT_BOLD
    if (centered) gravity = Gravity.CENTER_HORIZONTAL
}

/** A heading: screen readers go from one to the next. */
internal fun Context.heading(said: String, size: Float = Theme.TITLE, color: Int = Theme.INK, centered: Boolean = false): TextView =
    text(said, size, color, strong = true, centered = centered).apply {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) markAsHeading(this)
    }

@TargetApi(Build.VERSION_CODES.P)
private fun markAsHeading(view: View) {
    view.isAccessibilityHeading = true
}

/** What is bold in a text. */
internal fun marked(text: String, bold: List<IntRange>): CharSequence {
    if (bold.isEmpty()) return text
    val spans = SpannableString(text)
    bold.forEach { spans.setSpan(StyleSpan(Typeface.BOLD), it.first, it.last + 1, Spanned.SPAN_EXCLUSIVE_EXCLUSIVE) }
    return spans
}

/** A button as wide as there is room, and high enough for a thumb; with large type it grows. */
internal fun Context.bigButton(said: String, look: Look = Look.MAIN, tapped: () -> Unit): Button = Button(this).apply {
    text = said
    textSize = if (look == Look.MAIN || look == Look.CHOICE) Theme.TEXT else Theme.SMALL
    setTextColor(look.ink)
    isAllCaps = false
    if (look == Look.MAIN) typeface = Typeface.DEFAULT_BOLD
    stateListAnimator = null
    background = tappable(look.ground, look.line)
    minHeight = dp(Theme.TOUCH)
    minimumHeight = dp(Theme.TOUCH)
    setPadding(dp(12), dp(8), dp(12), dp(8))
    setOnClickListener { tapped() }
}

private fun Context.rounded(ground: Int, line: Int) = GradientDrawable().apply {
    setColor(ground)
    cornerRadius = dp(12).toFloat()
    if (line != Theme.CLEAR) setStroke(dp(1), line)
}

private fun Context.tappable(ground: Int, line: Int): Drawable =
    RippleDrawable(ColorStateList.valueOf(Theme.RIPPLE), rounded(ground, line), rounded(Theme.WHITE, Theme.CLEAR))

/** One below the other. */
internal fun Context.column(gap: Int, vararg parts: View?): LinearLayout = LinearLayout(this).apply {
    orientation = LinearLayout.VERTICAL
    parts.filterNotNull().forEach { put(it, gap) }
}

/** Adds a part below the others. */
internal fun LinearLayout.put(part: View, gap: Int) {
    val place = LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT)
    if (childCount > 0) place.topMargin = context.dp(gap)
    addView(part, place)
}

/** Side by side, of the same width, two in a row; one below the other where the type is large. */
internal fun Context.grid(gap: Int, parts: List<View>): LinearLayout {
    if (parts.size < 2 || resources.configuration.fontScale >= LARGE_TYPE) return column(gap, *parts.toTypedArray())
    return column(gap, *parts.chunked(2).map { pair(it, gap) }.toTypedArray())
}

private fun Context.pair(parts: List<View>, gap: Int) = LinearLayout(this).apply {
    isBaselineAligned = false
    parts.forEachIndexed { at, part ->
        val place = LinearLayout.LayoutParams(0, MATCH_PARENT, 1f)
        if (at > 0) place.marginStart = dp(gap)
        addView(part, place)
    }
    // The last one alone is no wider than those above it. As high as it is told to be, like the others: else the row would be as high as this one.
    if (parts.size == 1) addView(Space(context), LinearLayout.LayoutParams(0, MATCH_PARENT, 1f).apply { marginStart = dp(gap) })
}

/** A box around what belongs together. */
internal fun Context.panel(ground: Int, gap: Int, vararg parts: View?): LinearLayout = column(gap, *parts).apply {
    background = rounded(ground, Theme.CLEAR)
    setPadding(dp(14), dp(12), dp(14), dp(12))
}

/** A box that can be tapped as a whole; screen readers read it as one. */
internal fun Context.card(tapped: () -> Unit, vararg parts: View): View = column(4, *parts).apply {
    background = tappable(Theme.CARD, Theme.LINE)
    minimumHeight = dp(Theme.TOUCH)
    setPadding(dp(14), dp(12), dp(14), dp(12))
    isFocusable = true
    setOnClickListener { tapped() }
    accessibilityDelegate = object : View.AccessibilityDelegate() {
        override fun onInitializeAccessibilityNodeInfo(host: View, info: AccessibilityNodeInfo) {
            super.onInitializeAccessibilityNodeInfo(host, info)
            info.className = Button::class.java.name
        }
    }
}

/** A step with its number, or an item with its dot. */
internal fun Context.numbered(number: String, part: View): LinearLayout = LinearLayout(this).apply {
    val mark = text(number, Theme.TEXT, Theme.MAIN, strong = true)
    mark.minWidth = dp(28)
    mark.importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_NO
    (part as? TextView)?.let { it.contentDescription = if (number.first().isDigit()) "$number. ${it.text}" else it.text }
    addView(mark)
    addView(part, LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
}

/** A round mark: done, or on its way to the desk. The words below it say the same. */
internal fun Context.mark(done: Boolean, ground: Int): View {
    val side = dp(84)
    val sign = text(if (done) "✓" else "→", 0f, Theme.WHITE, strong = true)
    // In a circle of a fixed size the sign must not grow.
    sign.setTextSize(android.util.TypedValue.COMPLEX_UNIT_PX, side / 2f)
    sign.gravity = Gravity.CENTER
    sign.importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_NO
    sign.background = GradientDrawable().apply {
        shape = GradientDrawable.OVAL
        setColor(ground)
    }
    return LinearLayout(this).apply {
        gravity = Gravity.CENTER_HORIZONTAL
        addView(sign, ViewGroup.LayoutParams(side, side))
    }
}
