package org.baquiano.example.screens

import java.awt.Color
import java.awt.Dimension
import java.awt.Font
import java.awt.Graphics
import java.awt.Graphics2D
import java.awt.RenderingHints
import java.awt.font.FontRenderContext
import java.awt.font.LineBreakMeasurer
import java.awt.font.TextAttribute
import java.awt.font.TextLayout
import java.text.AttributedString
import javax.accessibility.AccessibleContext
import javax.accessibility.AccessibleRole
import javax.swing.JComponent
import kotlin.math.ceil

private val CONTEXT = FontRenderContext(null, true, true)

/**
 * Text that wraps.
 *
 * @param bold which of its characters are bold.
 * @param centered whether its lines are centred.
 */
class TextBlock(
    private val text: String,
    font: Font = Theme.text(),
    color: Color = Theme.INK,
    private val bold: List<IntRange> = emptyList(),
    private val centered: Boolean = false,
) : JComponent(), Wrapping {
    private var brokenAt = -1
    private var lines: List<TextLayout> = emptyList()

    init {
        this.font = font
        foreground = color
    }

    private fun linesAt(width: Int): List<TextLayout> {
        if (width == brokenAt) return lines
        brokenAt = width
        lines = if (text.isEmpty()) emptyList() else broken(width)
        return lines
    }

    private fun broken(width: Int): List<TextLayout> {
        val styled = AttributedString(text)
        styled.addAttribute(TextAttribute.FONT, font)
        for (range in bold) styled.addAttribute(TextAttribute.FONT, font.deriveFont(Font.BOLD), range.first, range.last + 1)
        val measurer = LineBreakMeasurer(styled.iterator, CONTEXT)
        return buildList {
            while (measurer.position < text.length) {
                val room = maxOf(width, 40).toFloat()
                val reached = measurer.nextOffset(room)
                // Only at spaces: an hour like 9:00 stays whole.
                val space = if (reached < text.length) text.lastIndexOf(' ', reached) + 1 else 0
                val end = if (space > measurer.position) space else text.length
                add(measurer.nextLayout(room, end, false))
            }
        }
    }

    private fun TextLayout.height() = ascent + descent + leading

    override fun heightAt(width: Int): Int = ceil(linesAt(width).sumOf { it.height().toDouble() }).toInt()

    override fun getPreferredSize(): Dimension {
        val wide = ceil((linesAt(Short.MAX_VALUE.toInt()).maxOfOrNull { it.advance } ?: 0f).toDouble()).toInt()
        return Dimension(wide, heightAt(maxOf(wide, 1) + 1))
    }

    override fun paintComponent(g: Graphics) {
        val pen = g.create() as Graphics2D
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON)
        pen.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON)
        pen.color = foreground
        val all = linesAt(width)
        // In a row of unequal neighbours it stands in the middle.
        var y = maxOf(0f, (height - all.sumOf { it.height().toDouble() }.toFloat()) / 2)
        for (line in all) {
            y += line.ascent
            line.draw(pen, if (centered) (width - line.visibleAdvance) / 2 else 0f, y)
            y += line.descent + line.leading
        }
        pen.dispose()
    }

    override fun getAccessibleContext(): AccessibleContext {
        if (accessibleContext == null) {
            accessibleContext = object : AccessibleJComponent() {
                override fun getAccessibleRole(): AccessibleRole = AccessibleRole.LABEL

                override fun getAccessibleName(): String = text
            }
        }
        return accessibleContext
    }
}
