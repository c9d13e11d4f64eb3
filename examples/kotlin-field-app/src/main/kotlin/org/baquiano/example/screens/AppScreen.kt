package org.baquiano.example.screens

import org.baquiano.example.help.Words
import java.awt.BasicStroke
import java.awt.BorderLayout
import java.awt.Color
import java.awt.Component
import java.awt.Dimension
import java.awt.Graphics
import java.awt.Graphics2D
import java.awt.RenderingHints
import javax.swing.BorderFactory
import javax.swing.JButton
import javax.swing.JComponent
import javax.swing.JPanel

/** A screen of the app: a bar with the way back, what is to be seen, and below it what can be done, always in reach of the thumb. */
fun appScreen(
    title: String,
    back: (() -> Unit)?,
    content: Component,
    below: Component? = null,
    beside: Component? = null,
): JPanel = JPanel(BorderLayout()).apply {
    background = Theme.GROUND
    add(topBar(title, back, beside), BorderLayout.NORTH)
    add(content, BorderLayout.CENTER)
    below?.let { add(footer(it), BorderLayout.SOUTH) }
}

private fun footer(below: Component) = JPanel(BorderLayout()).apply {
    background = Theme.GROUND
    border = BorderFactory.createCompoundBorder(
        BorderFactory.createMatteBorder(1, 0, 0, 0, Theme.LINE),
        BorderFactory.createEmptyBorder(12, 16, 12, 16),
    )
    // A button alone would not know how wide it is.
    add(Column(0).with(below), BorderLayout.CENTER)
}

private fun topBar(title: String, back: (() -> Unit)?, beside: Component?) = JPanel(BorderLayout(4, 0)).apply {
    background = Theme.MAIN
    border = BorderFactory.createEmptyBorder(4, if (back == null) 18 else 6, 4, if (beside == null) 16 else 0)
    back?.let { add(BackButton(it), BorderLayout.WEST) }
    add(TextBlock(title, Theme.strong().deriveFont(20f), Color.WHITE), BorderLayout.CENTER)
    beside?.let { add(it, BorderLayout.EAST) }
    preferredSize = Dimension(Theme.PHONE_WIDTH, TOUCH + 4)
}

/** The arrow. Drawn, since not every font has one. */
private class BackButton(back: () -> Unit) : JButton() {
    init {
        getAccessibleContext().accessibleName = Words.BACK
        isContentAreaFilled = false
        border = null
        preferredSize = Dimension(48, 48)
        addActionListener { back() }
    }

    override fun paintComponent(g: Graphics) {
        val pen = g.create() as Graphics2D
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON)
        pen.color = Color.WHITE
        pen.stroke = BasicStroke(2.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
        val (x, y) = width / 2 to height / 2
        pen.drawPolyline(intArrayOf(x - 1, x - 9, x - 1), intArrayOf(y - 8, y, y + 8), 3)
        pen.drawLine(x - 9, y, x + 10, y)
        if (isFocusOwner) pen.drawRoundRect(4, 4, width - 9, height - 9, 14, 14)
        pen.dispose()
    }
}

/** A round mark: done, or on its way to the desk. */
class Mark(private val ground: Color, private val done: Boolean) : JComponent(), Wrapping {
    override fun heightAt(width: Int): Int = 84

    override fun paintComponent(g: Graphics) {
        val pen = g.create() as Graphics2D
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON)
        val (x, y) = width / 2 to height / 2
        pen.color = ground
        pen.fillOval(x - 38, y - 38, 76, 76)
        pen.color = Color.WHITE
        pen.stroke = BasicStroke(6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
        if (done) {
            pen.drawPolyline(intArrayOf(x - 16, x - 4, x + 18), intArrayOf(y + 1, y + 14, y - 13), 3)
        } else {
            pen.drawPolyline(intArrayOf(x - 10, x + 4, x - 10), intArrayOf(y - 15, y, y + 15), 3)
        }
        pen.dispose()
    }
}
