package org.baquiano.example.android.views

import android.content.Context
import android.text.InputType
import android.view.View
import android.view.inputmethod.EditorInfo
import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Move
import org.baquiano.example.help.Moves
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Shown
import org.baquiano.example.help.Words
import org.baquiano.example.help.entered
import org.baquiano.example.help.sentences
import org.baquiano.model.Choice
import org.baquiano.model.Entry
import org.baquiano.model.FactValue
import org.baquiano.model.Outcome
import org.baquiano.model.Question

/** One thing of a guided talk. */
internal fun Context.guideScreen(guided: Screen.Guided, model: HelpModel): View {
    if (guided.looking) return looking(guided.title, model)
    return when (val shows = guided.shows) {
        Shown.Looking -> looking(guided.title, model)
        is Shown.Ask -> ask(guided, shows.question, model)
        is Shown.Do -> todo(guided, shows, model)
        is Shown.Over -> over(shows, model)
    }
}

private fun Context.looking(title: String, model: HelpModel): View = appScreen(
    Words.HELP,
    { model.back() },
    column(18, heading(Words.LOOKING, color = Theme.MAIN, centered = true), text(title, color = Theme.QUIET, centered = true)),
)

private fun Context.where(guided: Screen.Guided) = text("${guided.title} · ${Words.step(guided.step)}", Theme.SMALL, Theme.QUIET)

private fun Context.ask(guided: Screen.Guided, question: Question, model: HelpModel): View {
    val page = column(14, where(guided))
    if (question.forDesk) page.put(panel(Theme.MAIN_PALE, 0, text(Words.FOR_THE_DESK, Theme.SMALL, Theme.MAIN)), 14)
    page.put(heading(question.text), 14)
    question.help?.let { page.put(text(it, Theme.SMALL, Theme.QUIET), 14) }
    if (question.entry == Entry.CHOICE) {
        choices(question.choices) { model.answer(it) }.forEach { page.put(it, 12) }
    } else {
        page.put(entry(question, model), 14)
    }
    val small = listOfNotNull(
        bigButton(Words.DO_NOT_KNOW, Look.QUIET) { model.answer(null) },
        if (question.forDesk) bigButton(Words.ENOUGH, Look.QUIET) { model.stop() } else null,
    )
    return appScreen(Words.HELP, { model.back() }, page, grid(8, small))
}

private fun Context.choices(choices: List<Choice>, chosen: (FactValue) -> Unit) =
    choices.map { choice -> bigButton(choice.text, Look.CHOICE) { chosen(choice.value) } }

private fun Context.entry(question: Question, model: HelpModel): View {
    val isNumber = question.entry == Entry.NUMBER
    val field = field(Words.NUMBER.takeIf { isNumber }, HomeScreen.ANSWER_FIELD)
    if (isNumber) field.inputType = InputType.TYPE_CLASS_NUMBER or InputType.TYPE_NUMBER_FLAG_SIGNED
    field.imeOptions = EditorInfo.IME_ACTION_DONE
    val wrong = text(Words.NOT_A_NUMBER, Theme.SMALL, Theme.CARE)
    wrong.visibility = View.GONE
    wrong.accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
    val go = {
        val value = entered(question.entry, field.text.toString())
        wrong.visibility = if (value == null && isNumber) View.VISIBLE else View.GONE
        if (value != null) model.answer(value)
    }
    field.setOnEditorActionListener { _, _, _ ->
        go()
        true
    }
    return column(10, field, wrong, bigButton(Words.NEXT) { go() })
}

private fun Context.todo(guided: Screen.Guided, shows: Shown.Do, model: HelpModel): View {
    val todo = shows.todo
    val page = column(14, where(guided))
    if (shows.stillNot) page.put(panel(Theme.CARE_PALE, 0, text(Words.STILL_NOT, color = Theme.CARE)), 14)
    shows.picture?.let { page.put(picture(it, PICTURE), 14) }
    val steps = sentences(todo.text)
    steps.forEachIndexed { at, step -> page.put(if (steps.size == 1) text(step) else numbered("${at + 1}", text(step)), 14) }
    todo.effect?.let { effect ->
        page.put(heading(effect.text, Theme.TEXT), 14)
        choices(effect.choices) { model.did(it) }.forEach { page.put(it, 12) }
    }
    val moves = Moves.of(shows)
    val below = column(6)
    moves.big?.let { below.put(button(it, moves, Look.MAIN, model), 0) }
    val small = moves.small.map { button(it, moves, Look.QUIET, model) }
    // Of three, the one that opens the settings has the longest words, and a row of its own.
    if (small.size > 2) below.put(small.first(), 6)
    below.put(grid(8, small.takeLast(2)), 6)
    return appScreen(Words.HELP, { model.back() }, page, below)
}

private fun Context.button(move: Move, moves: Moves, look: Look, model: HelpModel): View = when (move) {
    Move.OPEN -> bigButton(moves.open, look) { model.openSettings() }
    Move.DID -> bigButton(Words.DID_IT, look) { model.did() }
    Move.DO_NOT_KNOW -> bigButton(Words.DO_NOT_KNOW, look) { model.did() }
    Move.CANNOT -> bigButton(Words.CANNOT, look) { model.cannot() }
}

private fun Context.over(shows: Shown.Over, model: HelpModel): View {
    val end = shows.end
    val escalated = end.outcome == Outcome.ESCALATED
    val title = when (end.outcome) {
        Outcome.RESOLVED -> Words.DONE
        Outcome.ESCALATED -> Words.TO_THE_DESK
        Outcome.ABANDONED -> Words.STOPPED
    }
    val page = column(
        16,
        if (end.outcome == Outcome.ABANDONED) null else mark(done = !escalated, if (escalated) Theme.MAIN else Theme.GOOD),
        heading(title, centered = true),
        text(end.text.removePrefix("${Words.DONE}. "), centered = true),
    )
    if (escalated && shows.known.isNotEmpty()) {
        val known = shows.known.map { text(it, Theme.SMALL, Theme.QUIET) }
        page.put(panel(Theme.CARD, 6, heading(Words.GOES_ALONG, Theme.TEXT), *known.toTypedArray()), 16)
    }
    val next = if (escalated) bigButton(Words.FILE) { model.file() } else bigButton(Words.HOME) { model.home() }
    return appScreen(Words.HELP, { model.back() }, page, column(0, next))
}
