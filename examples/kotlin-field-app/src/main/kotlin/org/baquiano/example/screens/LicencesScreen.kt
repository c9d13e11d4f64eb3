package org.baquiano.example.screens

import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Words
import java.awt.Component

/** What of others is in the help, and under which licences. */
fun licencesScreen(parts: List<String>, model: HelpModel): Component {
    val column = Column(12, padding(16))
    parts.forEach { column.add(TextBlock(it, Theme.small())) }
    return appScreen(Words.LICENCES, { model.back() }, scrolling(column), bigButton(Words.HOME, Look.CHOICE) { model.home() })
}
