package org.baquiano.example.screens

import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Words
import org.baquiano.model.Case
import org.baquiano.model.Status
import java.awt.Component
import java.time.Instant
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.util.Locale

private val WHEN = DateTimeFormatter.ofPattern("d 'de' MMMM, h:mm a", Locale.forLanguageTag("es-HN"))

private fun filed(case: Case) = WHEN.format(Instant.ofEpochMilli(case.filedMs).atZone(ZoneId.systemDefault()))

private fun waits(case: Case) = case.status == Status.PENDING || case.status == Status.SENT

private fun arrived(case: Case) = case.status == Status.ACCEPTED || case.status == Status.ANSWERED

private fun color(case: Case) = if (arrived(case)) Theme.GOOD else Theme.CARE

/** The cases of this phone. */
fun casesScreen(cases: List<Case>, model: HelpModel): Component {
    val column = Column(12, padding(16))
    if (cases.isEmpty()) column.add(TextBlock(Words.NO_CASES, color = Theme.QUIET))
    for (case in cases) {
        val lines = listOf(
            TextBlock(case.summary),
            TextBlock(Words.number(case), Theme.strong(), color(case)),
            TextBlock(Words.status(case), Theme.small(), color(case)),
            TextBlock(filed(case), Theme.small(), Theme.QUIET),
        )
        column.add(card(case.summary, lines) { model.showCase(case.id) })
    }
    val send = when {
        cases.any(::waits) -> bigButton(Words.SEND_NOW) { model.sendNow() }
        cases.any(::arrived) -> bigButton(Words.ASK_NOW) { model.askNow() }
        else -> null
    }
    return appScreen(Words.MY_CASES, { model.back() }, scrolling(column), send)
}

/** One case, with what was promised. */
fun caseScreen(shown: Screen.OneCase, model: HelpModel): Component {
    val case = shown.case
    val column = Column(16, padding(16, 24)).with(
        Mark(if (arrived(case)) Theme.GOOD else Theme.MAIN, done = arrived(case)),
        TextBlock(case.reference ?: Words.NO_NUMBER_YET, Theme.title().deriveFont(if (case.reference == null) 23f else 34f), centered = true),
        case.state?.let { TextBlock(it, Theme.strong(), color(case), centered = true) },
        TextBlock(Words.status(case), Theme.strong(), color(case), centered = true),
        shown.promise?.let { Panel(Theme.MAIN_PALE).with(TextBlock(it)) },
        Panel(Theme.CARD, gap = 6).with(
            TextBlock(case.summary),
            TextBlock(filed(case), Theme.small(), Theme.QUIET),
        ),
    )
    val below = Column(6)
    if (waits(case)) below.add(bigButton(Words.SEND_NOW) { model.sendNow() })
    if (arrived(case)) below.add(bigButton(Words.ASK_NOW, Look.QUIET) { model.askNow() })
    below.add(bigButton(Words.HOME, if (waits(case)) Look.QUIET else Look.MAIN) { model.home() })
    return appScreen(Words.YOUR_CASE, { model.back() }, scrolling(column), below)
}
