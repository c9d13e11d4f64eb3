package org.baquiano.example.android.views

import android.content.Context
import android.view.View
import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Marked
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Words
import org.baquiano.model.Block
import org.baquiano.model.Media
import org.baquiano.model.Span

/** The most that a picture takes of the screen's height, in dp. */
internal const val PICTURE = 230

/** An article, with what is different on this phone before the steps. */
internal fun Context.articleScreen(reading: Screen.Reading, model: HelpModel): View {
    val article = reading.article
    val page = column(12, heading(article.title))
    article.intro.forEach { page.put(block(it, reading.pictures, model), 12) }
    if (article.notes.isNotEmpty()) page.put(notes(article.notes), 12)
    for (section in article.sections) {
        page.put(heading(section.title, Theme.HEADING, Theme.MAIN), 20)
        section.blocks.forEach { page.put(block(it, reading.pictures, model), 12) }
    }
    val asked = if (reading.asksWhetherItHelped) didItHelp(model) else column(0, bigButton(Words.HOME, Look.CHOICE) { model.home() })
    return appScreen(reading.service, { model.back() }, page, asked)
}

private fun Context.notes(notes: List<String>): View {
    val lines = notes.map { text(it) }
    return panel(Theme.MAIN_PALE, 6, heading(Words.ON_THIS_PHONE, Theme.TEXT, Theme.MAIN), *lines.toTypedArray())
}

private fun Context.didItHelp(model: HelpModel): View {
    val answers = listOf(
        bigButton(Words.YES) { model.helped(true) },
        bigButton(Words.NO, Look.CHOICE) { model.helped(false) },
    )
    return column(8, text(Words.DID_IT_HELP, strong = true, centered = true), grid(12, answers))
}

private fun Context.block(block: Block, pictures: Map<String, Media>, model: HelpModel): View = when (block) {
    is Block.Paragraph -> spans(null, block.v1, model)
    is Block.Item -> spans("•", block.v1, model)
    // As a signed number: how to write unsigned ones Android 7 does not know.
    is Block.Step -> spans(block.number.toInt().toString(), block.text, model)
    is Block.Picture -> pictures[block.id]?.let { picture(it, PICTURE) } ?: text(block.alt, Theme.SMALL, Theme.QUIET)
}

private fun Context.spans(number: String?, spans: List<Span>, model: HelpModel): View {
    val marked = Marked.of(spans)
    val said = text(marked(marked.text, marked.bold))
    val line = if (number == null) said else numbered(number, said)
    if (marked.ways.isEmpty()) return line
    return column(8, line, *marked.ways.map { way -> bigButton(way.text, Look.CHOICE) { model.read(way.id) } }.toTypedArray())
}
