package org.baquiano.example.android.views

import android.content.Context
import android.view.View
import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Words

/** What of others is in the help, and under which licences. */
internal fun Context.licencesScreen(parts: List<String>, model: HelpModel): View {
    val page = column(12)
    parts.forEach { page.put(text(it, Theme.SMALL), 12) }
    return appScreen(Words.LICENCES, { model.back() }, page, column(0, bigButton(Words.HOME, Look.CHOICE) { model.home() }))
}
