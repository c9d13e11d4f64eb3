package org.baquiano.example.screens

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
import java.awt.Component
import java.awt.Dimension
import javax.swing.JTextField

/** One thing of a guided talk. */
fun guideScreen(guided: Screen.Guided, model: HelpModel): Component {
    val back = { model.back() }
    if (guided.looking) return appScreen(Words.HELP, back, looking(guided.title))
    return when (val shows = guided.shows) {
        Shown.Looking -> appScreen(Words.HELP, back, looking(guided.title))
        is Shown.Ask -> ask(guided, shows.question, model)
        is Shown.Do -> todo(guided, shows, model)
        is Shown.Over -> over(shows, model)
    }
}

private fun looking(title: String) = Column(18, padding(24, 120)).with(
    TextBlock(Words.LOOKING, Theme.title(), Theme.MAIN, centered = true),
    TextBlock(title, Theme.text(), Theme.QUIET, centered = true),
)

private fun heading(guided: Screen.Guided) = TextBlock("${guided.title} · ${Words.step(guided.step)}", Theme.small(), Theme.QUIET)

private fun ask(guided: Screen.Guided, question: Question, model: HelpModel): Component {
    val column = Column(14, padding(16)).with(heading(guided))
    if (question.forDesk) column.add(Panel(Theme.MAIN_PALE).with(TextBlock(Words.FOR_THE_DESK, Theme.small(), Theme.MAIN)))
    column.add(TextBlock(question.text, Theme.title()))
    question.help?.let { column.add(TextBlock(it, Theme.small(), Theme.QUIET)) }
    if (question.entry == Entry.CHOICE) choices(question.choices) { model.answer(it) }.forEach(column::add) else column.add(entry(question, model))
    val below = Column(8, columns = if (question.forDesk) 2 else 1).with(bigButton(Words.DO_NOT_KNOW, Look.QUIET) { model.answer(null) })
    if (question.forDesk) below.add(bigButton(Words.ENOUGH, Look.QUIET) { model.stop() })
    return appScreen(Words.HELP, { model.back() }, scrolling(column), below)
}

private fun choices(choices: List<Choice>, chosen: (FactValue) -> Unit) =
    choices.map { choice -> bigButton(choice.text, Look.CHOICE) { chosen(choice.value) } }

private fun entry(question: Question, model: HelpModel): Component {
    val isNumber = question.entry == Entry.NUMBER
    val field = JTextField().apply {
        font = Theme.title()
        preferredSize = Dimension(0, TOUCH)
        margin = padding(12, 4)
        getAccessibleContext().accessibleName = question.text
        putClientProperty("FlatLaf.style", Theme.FIELD_STYLE)
        if (isNumber) putClientProperty("JTextField.placeholderText", Words.NUMBER)
    }
    val wrong = TextBlock(Words.NOT_A_NUMBER, Theme.small(), Theme.CARE).apply { isVisible = false }
    val go = {
        val value = entered(question.entry, field.text)
        wrong.isVisible = value == null && isNumber
        if (value != null) model.answer(value)
    }
    field.addActionListener { go() }
    return Column(10).with(field, wrong, bigButton(Words.NEXT) { go() })
}

private fun todo(guided: Screen.Guided, shows: Shown.Do, model: HelpModel): Component {
    val todo = shows.todo
    val column = Column(14, padding(16)).with(heading(guided))
    if (shows.stillNot) column.add(Panel(Theme.CARE_PALE).with(TextBlock(Words.STILL_NOT, color = Theme.CARE)))
    shows.picture?.let { column.add(Picture(it, most = 230)) }
    val steps = sentences(todo.text)
    steps.forEachIndexed { at, step -> column.add(if (steps.size == 1) TextBlock(step) else Numbered("${at + 1}", TextBlock(step))) }
    val effect = todo.effect
    if (effect != null) {
        column.add(TextBlock(effect.text, Theme.strong()))
        choices(effect.choices) { model.did(it) }.forEach(column::add)
    }

    val moves = Moves.of(shows)
    val below = Column(6)
    moves.big?.let { below.add(button(it, moves, Look.MAIN, model)) }
    val small = moves.small.map { button(it, moves, Look.QUIET, model) }
    // Of three, the one that opens the settings has the longest words, and a row of its own.
    if (small.size > 2) below.add(small.first())
    val rest = small.takeLast(2)
    return appScreen(Words.HELP, { model.back() }, scrolling(column), below.with(rest.singleOrNull() ?: Column(8, columns = 2).with(*rest.toTypedArray())))
}

private fun button(move: Move, moves: Moves, look: Look, model: HelpModel) = when (move) {
    Move.OPEN -> bigButton(moves.open, look) { model.openSettings() }
    Move.DID -> bigButton(Words.DID_IT, look) { model.did() }
    Move.DO_NOT_KNOW -> bigButton(Words.DO_NOT_KNOW, look) { model.did() }
    Move.CANNOT -> bigButton(Words.CANNOT, look) { model.cannot() }
}

private fun over(shows: Shown.Over, model: HelpModel): Component {
    val end = shows.end
    val escalated = end.outcome == Outcome.ESCALATED
    val title = when (end.outcome) {
        Outcome.RESOLVED -> Words.DONE
        Outcome.ESCALATED -> Words.TO_THE_DESK
        Outcome.ABANDONED -> Words.STOPPED
    }
    val column = Column(16, padding(20, 28)).with(
        if (end.outcome == Outcome.ABANDONED) null else Mark(if (escalated) Theme.MAIN else Theme.GOOD, done = !escalated),
        TextBlock(title, Theme.title().deriveFont(28f), centered = true),
        TextBlock(end.text.removePrefix("${Words.DONE}. "), centered = true),
    )
    if (escalated && shows.known.isNotEmpty()) {
        column.add(Panel(Theme.CARD, gap = 6).with(TextBlock(Words.GOES_ALONG, Theme.strong())).apply {
            shows.known.forEach { add(TextBlock(it, Theme.small(), Theme.QUIET)) }
        })
    }
    val next = if (escalated) bigButton(Words.FILE) { model.file() } else bigButton(Words.HOME) { model.home() }
    return appScreen(Words.HELP, { model.back() }, scrolling(column), next)
}
