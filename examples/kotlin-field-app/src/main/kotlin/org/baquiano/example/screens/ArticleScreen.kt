package org.baquiano.example.screens

import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Marked
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Words
import org.baquiano.model.Block
import org.baquiano.model.Media
import org.baquiano.model.Span
import java.awt.Color
import java.awt.Component
import java.awt.Dimension
import java.awt.Graphics
import java.awt.Graphics2D
import java.awt.RenderingHints
import javax.swing.JPanel

/** An article, with what is different on this phone before the steps. */
fun articleScreen(reading: Screen.Reading, model: HelpModel): Component {
    val article = reading.article
    val column = Column(12, padding(16))
    column.add(TextBlock(article.title, Theme.title()))
    article.intro.forEach { column.add(block(it, reading.pictures, model)) }
    if (article.notes.isNotEmpty()) column.add(notes(article.notes))
    for (section in article.sections) {
        column.add(TextBlock(section.title, Theme.strong().deriveFont(20f), Theme.MAIN))
        section.blocks.forEach { column.add(block(it, reading.pictures, model)) }
    }
    val asked = if (reading.asksWhetherItHelped) didItHelp(model) else bigButton(Words.HOME, Look.CHOICE) { model.home() }
    return appScreen(reading.service, { model.back() }, scrolling(column), asked)
}

private fun notes(notes: List<String>) = Panel(Theme.MAIN_PALE).apply {
    add(TextBlock(Words.ON_THIS_PHONE, Theme.strong(), Theme.MAIN))
    notes.forEach { add(TextBlock(it)) }
}

private fun didItHelp(model: HelpModel) = Column(8).with(
    TextBlock(Words.DID_IT_HELP, Theme.strong(), centered = true),
    Column(12, columns = 2).with(
        bigButton(Words.YES) { model.helped(true) },
        bigButton(Words.NO, Look.CHOICE) { model.helped(false) },
    ),
)

private fun block(block: Block, pictures: Map<String, Media>, model: HelpModel): Component = when (block) {
    is Block.Paragraph -> spans(block.v1, model)
    is Block.Item -> Numbered("•", spans(block.v1, model))
    is Block.Step -> Numbered(block.number.toString(), spans(block.text, model))
    is Block.Picture -> pictures[block.id]?.let { Picture(it, most = 200) } ?: TextBlock(block.alt, Theme.small(), Theme.QUIET)
}

/** A text with what stands out in it; the articles that it names are buttons below it, big enough for a thumb. */
private fun spans(spans: List<Span>, model: HelpModel): Component {
    val marked = Marked.of(spans)
    val block = TextBlock(marked.text, bold = marked.bold)
    if (marked.ways.isEmpty()) return block
    return Column(8).with(block).apply { marked.ways.forEach { way -> add(bigButton(way.text, Look.CHOICE) { model.read(way.id) }) } }
}

/** A step with its number in a circle, or an item with its dot. */
class Numbered(private val number: String, private val text: Component) : JPanel(null), Wrapping {
    private val circle = number.firstOrNull()?.isDigit() == true

    init {
        isOpaque = false
        add(text)
        getAccessibleContext().accessibleName = number
    }

    override fun heightAt(width: Int): Int = maxOf(text.heightAt(width - SIDE), if (circle) CIRCLE else 0)

    override fun getPreferredSize(): Dimension = Dimension(width, heightAt(maxOf(width, SIDE + 1)))

    override fun doLayout() {
        val high = text.heightAt(width - SIDE)
        text.setBounds(SIDE, if (circle) maxOf(0, (CIRCLE - high) / 2) else 0, width - SIDE, high)
    }

    override fun paintComponent(g: Graphics) {
        val pen = g.create() as Graphics2D
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON)
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON)
        pen.font = Theme.strong().deriveFont(16f)
        val metrics = pen.fontMetrics
        val x = (CIRCLE - metrics.stringWidth(number)) / 2
        pen.color = Theme.MAIN
        if (circle) {
            pen.fillOval(0, 0, CIRCLE, CIRCLE)
            pen.color = Color.WHITE
        }
        pen.drawString(number, x, (CIRCLE - metrics.height) / 2 + metrics.ascent)
        pen.dispose()
    }

    private companion object {
        const val CIRCLE = 28
        const val SIDE = 40
    }
}
