package org.baquiano.example.screens

import java.awt.BasicStroke
import java.awt.Color
import java.awt.Component
import java.awt.Container
import java.awt.Dimension
import java.awt.Graphics
import java.awt.Graphics2D
import java.awt.Insets
import java.awt.RenderingHints
import javax.swing.JButton

/** Least height of what is tapped: some 9 mm on a phone of 5 inches. */
const val TOUCH = 56

/** How a button stands out. */
enum class Look(val ground: Color, val ink: Color, val line: Color, val focus: Color = Theme.MAIN) {
    /** The one thing to do next. */
    MAIN(Theme.MAIN, Color.WHITE, Theme.MAIN, Theme.INK),

    /** One of several. */
    CHOICE(Theme.CARD, Theme.MAIN, Theme.LINE),

    /** A card that opens something. */
    CARD(Theme.CARD, Theme.INK, Theme.LINE),

    /** Possible, and out of the way. */
    QUIET(Theme.GROUND, Theme.QUIET, Theme.GROUND),

    /** In the bar above. */
    BAR(Theme.MAIN, Color.WHITE, Theme.MAIN, Color.WHITE),
}

/** A button that holds wrapping texts. */
open class Tappable(name: String, private val look: Look, gap: Int, private val inside: Insets, tapped: () -> Unit) : JButton(), Wrapping {
    init {
        layout = Stack(gap)
        getAccessibleContext().accessibleName = name
        putClientProperty(
            "FlatLaf.style",
            mapOf(
                "arc" to 18,
                "background" to look.ground,
                "focusedBackground" to look.ground,
                "hoverBackground" to mixed(look.ground, look.ink, 0.06f),
                "pressedBackground" to mixed(look.ground, look.ink, 0.14f),
                "borderColor" to look.line,
                "hoverBorderColor" to look.line,
                "focusedBorderColor" to look.focus,
                "borderWidth" to 1,
                "focusWidth" to 0,
                "innerFocusWidth" to 2,
            ),
        )
        addActionListener { tapped() }
    }

    override fun getInsets(): Insets = inside

    /** On a dark button a dark border is not seen: there the focus is a light line inside. */
    override fun paintComponent(g: Graphics) {
        super.paintComponent(g)
        if (!isFocusOwner || look.ink != Color.WHITE) return
        val pen = g.create() as Graphics2D
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON)
        pen.color = look.ink
        pen.stroke = BasicStroke(1.5f)
        pen.drawRoundRect(4, 4, width - 9, height - 9, 12, 12)
        pen.dispose()
    }

    override fun heightAt(width: Int): Int = maxOf(TOUCH, (layout as Stack).heightAt(this, width))

    /** In a row with a higher neighbour the texts stand in the middle. */
    override fun doLayout() {
        super.doLayout()
        val spare = (height - (layout as Stack).heightAt(this, width)) / 2
        components.forEach { it.setLocation(it.x, it.y + spare) }
    }

    override fun getPreferredSize(): Dimension {
        val wide = inside.left + inside.right + components.maxOf { it.preferredSize.width } + 2
        return Dimension(wide, heightAt(maxOf(width, wide)))
    }
}

private fun mixed(one: Color, other: Color, share: Float): Color {
    fun part(a: Int, b: Int) = (a + (b - a) * share).toInt()
    return Color(part(one.red, other.red), part(one.green, other.green), part(one.blue, other.blue))
}

/** A big button over the full width. */
fun bigButton(text: String, look: Look = Look.MAIN, tapped: () -> Unit): Tappable =
    Tappable(text, look, 0, padding(12, 14), tapped).apply {
        val font = if (look == Look.QUIET) Theme.text() else Theme.strong()
        add(TextBlock(text, font, look.ink, centered = true))
    }

/** A card that is tapped, with lines of text. */
fun card(name: String, lines: List<Component>, tapped: () -> Unit): Tappable =
    Tappable(name, Look.CARD, 4, padding(18, 14), tapped).apply { lines.forEach(::add) }

/** A panel with round corners. */
class Panel(private val ground: Color, gap: Int = 10, inside: Insets = padding(16, 14)) : Column(gap, inside) {
    override fun paintComponent(g: Graphics) {
        val pen = g.create() as Graphics2D
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON)
        pen.color = ground
        pen.fillRoundRect(0, 0, width, height, 18, 18)
        pen.dispose()
    }
}

/** Adds components, and gives the container back. */
fun <C : Container> C.with(vararg parts: Component?): C = apply { parts.forEach { part -> part?.let { add(it) } } }

/** The first component below this one that [fits], in the order in which they are drawn. */
fun Container.find(fits: (Component) -> Boolean): Component? = components.firstNotNullOfOrNull { part ->
    if (!part.isVisible) null else part.takeIf(fits) ?: (part as? Container)?.find(fits)
}
