package org.baquiano.example.android.views

import android.content.Context
import android.view.View
import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Words
import org.baquiano.model.Case
import org.baquiano.model.Status
import java.text.SimpleDateFormat
import java.util.Date
import java.util.Locale

// Android 7 has no java.time.
private fun filed(case: Case) = SimpleDateFormat("d 'de' MMMM, h:mm a", Locale.forLanguageTag("es-HN")).format(Date(case.filedMs))

private fun waits(case: Case) = case.status == Status.PENDING || case.status == Status.SENT

private fun arrived(case: Case) = case.status == Status.ACCEPTED || case.status == Status.ANSWERED

private fun color(case: Case) = if (arrived(case)) Theme.GOOD else Theme.CARE

/** The cases of this phone. */
internal fun Context.casesScreen(cases: List<Case>, model: HelpModel): View {
    val page = column(12)
    if (cases.isEmpty()) page.put(text(Words.NO_CASES, color = Theme.QUIET), 0)
    for (case in cases) {
        val card = card(
            { model.showCase(case.id) },
            text(case.summary),
            text(Words.number(case), color = color(case), strong = true),
            text(Words.status(case), Theme.SMALL, color(case)),
            text(filed(case), Theme.SMALL, Theme.QUIET),
        )
        page.put(card, 12)
    }
    val send = when {
        cases.any(::waits) -> column(0, bigButton(Words.SEND_NOW) { model.sendNow() })
        cases.any(::arrived) -> column(0, bigButton(Words.ASK_NOW) { model.askNow() })
        else -> null
    }
    return appScreen(Words.MY_CASES, { model.back() }, page, send)
}

/** One case, with what was promised. */
internal fun Context.caseScreen(shown: Screen.OneCase, model: HelpModel): View {
    val case = shown.case
    val page = column(
        16,
        mark(done = arrived(case), if (arrived(case)) Theme.GOOD else Theme.MAIN),
        heading(case.reference ?: Words.NO_NUMBER_YET, if (case.reference == null) Theme.TITLE else 34f, centered = true),
        case.state?.let { text(it, color = color(case), strong = true, centered = true) },
        text(Words.status(case), color = color(case), strong = true, centered = true),
        shown.promise?.let { panel(Theme.MAIN_PALE, 0, text(it)) },
        panel(Theme.CARD, 6, text(case.summary), text(filed(case), Theme.SMALL, Theme.QUIET)),
    )
    val below = column(6)
    if (waits(case)) below.put(bigButton(Words.SEND_NOW) { model.sendNow() }, 0)
    if (arrived(case)) below.put(bigButton(Words.ASK_NOW, Look.QUIET) { model.askNow() }, 0)
    below.put(bigButton(Words.HOME, if (waits(case)) Look.QUIET else Look.MAIN) { model.home() }, 6)
    return appScreen(Words.YOUR_CASE, { model.back() }, page, below)
}
