package org.baquiano.example.android.views

import android.content.Context
import android.text.Editable
import android.text.InputType
import android.text.TextWatcher
import android.view.View
import android.view.inputmethod.EditorInfo
import android.widget.EditText
import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Words
import org.baquiano.model.Hit
import org.baquiano.model.Service
import org.baquiano.snippetRanges
import org.baquiano.titleRanges

/** Where the person says what is wrong. */
internal class HomeScreen(private val context: Context, private val model: HelpModel) {
    private val field = context.field(Words.SEARCH_HINT, SEARCH_FIELD).apply {
        imeOptions = EditorInfo.IME_ACTION_SEARCH or EditorInfo.IME_FLAG_NO_EXTRACT_UI
        addTextChangedListener(Typing { model.type(it) })
    }
    private val question = context.heading(Words.SEARCH).apply { labelFor = SEARCH_FIELD }
    private val found = context.text("", Theme.SMALL, Theme.QUIET).apply { accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE }
    private val results = context.column(12)
    private val casesButton = context.bigButton(Words.MY_CASES, Look.BAR) { model.showCases() }
    private val page = context.scrolling(
        context.column(10, question, field, found, results).apply { setPadding(context.dp(16), context.dp(16), context.dp(16), context.dp(20)) },
    )
    private var drawn: Screen.Home? = null

    /** What is seen. */
    val view: View = context.frame(Words.HELP, null, page, beside = casesButton)

    /** Shows what changed. */
    fun show(home: Screen.Home) {
        if (field.text.toString() != home.typed) {
            field.setText(home.typed)
            field.setSelection(field.length())
        }
        // Each letter changes the state; what was found changes when typing pauses.
        val now = home.copy(typed = if (home.typed.isBlank()) "" else "…")
        if (now == drawn) return
        drawn = now
        casesButton.text = if (home.waiting > 0) "${Words.MY_CASES} (${home.waiting})" else Words.MY_CASES
        results.removeAllViews()
        found.text = ""
        if (home.typed.isBlank()) front(home) else found(home)
        found.visibility = if (found.text.isEmpty()) View.GONE else View.VISIBLE
        page.scrollTo(0, 0)
    }

    private fun front(home: Screen.Home) {
        home.unfinished?.let { results.put(unfinished(it), 0) }
        results.put(context.heading(Words.TOPICS, Theme.TEXT, Theme.QUIET), 12)
        results.put(tiles(home.tiles), 12)
        results.put(context.bigButton(Words.LICENCES, Look.QUIET) { model.showLicences() }, 12)
    }

    private fun unfinished(title: String): View = context.panel(
        Theme.CARE_PALE,
        10,
        context.heading(Words.BEGUN, Theme.TEXT, Theme.CARE),
        context.text(title, color = Theme.CARE),
        context.grid(
            10,
            listOf(
                context.bigButton(Words.GO_ON) { model.goOn() },
                context.bigButton(Words.FORGET, Look.CHOICE) { model.forget() },
            ),
        ),
    )

    private fun found(home: Screen.Home) {
        val answer = home.answer ?: return
        if (answer.hits.isEmpty()) {
            found.text = Words.NOTHING_FOUND
            results.put(tiles(home.tiles), 0)
            return
        }
        found.text = Words.found(answer.hits.size)
        answer.hits.forEach { results.put(hit(it, home.tiles), 12) }
        results.put(context.bigButton(Words.STEP_BY_STEP, Look.CHOICE) { model.guideByWords() }, 12)
    }

    private fun hit(hit: Hit, services: List<Service>): View {
        val service = services.firstOrNull { it.id == hit.service }?.name ?: hit.service
        return context.card(
            { model.read(hit.id) },
            context.text(marked(hit.title, hit.titleRanges()), color = Theme.MAIN),
            context.text(service, Theme.SMALL, Theme.GOOD),
            context.text(marked(hit.snippet, hit.snippetRanges()), Theme.SMALL, Theme.QUIET),
        )
    }

    private fun tiles(services: List<Service>): View =
        context.grid(10, services.map { service -> context.bigButton(service.tile, Look.CHOICE) { model.guide(service.id) } })

    companion object {
        /** Fields keep what stands in them, when the phone is turned, by their ids. Chosen: apart from those that Android's tools give. */
        const val SEARCH_FIELD = 1
        const val ANSWER_FIELD = 2
    }
}

/** A field to write in, as high as a thumb wants it. */
internal fun Context.field(hint: String?, id: Int): EditText = EditText(this).apply {
    this.id = id
    this.hint = hint
    textSize = Theme.TEXT
    setTextColor(Theme.INK)
    setHintTextColor(Theme.QUIET)
    inputType = InputType.TYPE_CLASS_TEXT
    isSingleLine = true
    minHeight = dp(Theme.TOUCH)
}

private class Typing(private val typed: (String) -> Unit) : TextWatcher {
    override fun beforeTextChanged(text: CharSequence, start: Int, count: Int, after: Int) = Unit

    override fun onTextChanged(text: CharSequence, start: Int, before: Int, count: Int) = Unit

    override fun afterTextChanged(text: Editable) = typed(text.toString())
}
