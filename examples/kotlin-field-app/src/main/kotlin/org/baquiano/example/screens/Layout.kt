package org.baquiano.example.screens

import java.awt.Component
import java.awt.Container
import java.awt.Dimension
import java.awt.Insets
import java.awt.LayoutManager
import java.awt.Rectangle
import javax.swing.JPanel
import javax.swing.JScrollPane
import javax.swing.ScrollPaneConstants
import javax.swing.Scrollable

/** Something whose height depends on how wide it is. Swing's own layouts don't know such things, and text that wraps is one. */
interface Wrapping {
    /** How high it is, so wide. */
    fun heightAt(width: Int): Int
}

/** How high any component is, so wide. */
fun Component.heightAt(width: Int): Int = (this as? Wrapping)?.heightAt(width) ?: preferredSize.height

/** Stacks components, or rows of [columns] of them, over the full width. */
class Stack(private val gap: Int, private val columns: Int = 1) : LayoutManager {
    override fun addLayoutComponent(name: String, component: Component) = Unit

    override fun removeLayoutComponent(component: Component) = Unit

    override fun minimumLayoutSize(parent: Container): Dimension = preferredLayoutSize(parent)

    override fun preferredLayoutSize(parent: Container): Dimension {
        val width = parent.width.takeIf { it > 0 } ?: parent.parent?.width?.takeIf { it > 0 } ?: Theme.PHONE_WIDTH
        return Dimension(width, heightAt(parent, width))
    }

    /** How high all of it is. */
    fun heightAt(parent: Container, width: Int): Int {
        val rows = rows(parent, width)
        return parent.insets.top + parent.insets.bottom + rows.sumOf { it.second } + gap * maxOf(0, rows.size - 1)
    }

    override fun layoutContainer(parent: Container) {
        val insets = parent.insets
        val each = each(insets, parent.width)
        var y = insets.top
        for ((row, height) in rows(parent, parent.width)) {
            row.forEachIndexed { at, component -> component.setBounds(insets.left + at * (each + gap), y, each, height) }
            y += height + gap
        }
    }

    private fun rows(parent: Container, width: Int): List<Pair<List<Component>, Int>> {
        val each = each(parent.insets, width)
        return parent.components.filter { it.isVisible }.chunked(columns).map { row -> row to row.maxOf { it.heightAt(each) } }
    }

    private fun each(insets: Insets, width: Int) = (width - insets.left - insets.right - gap * (columns - 1)) / columns
}

/** Components one below the other. */
open class Column(gap: Int = 12, private val padding: Insets = Insets(0, 0, 0, 0), columns: Int = 1) :
    JPanel(Stack(gap, columns)), Wrapping, Scrollable {

    init {
        isOpaque = false
    }

    override fun getInsets(): Insets = padding

    /** Gives the room of the scroll bar back, so that both sides stay alike. */
    fun besideBar(): Column = apply { padding.right -= Theme.SCROLL_BAR }

    override fun heightAt(width: Int): Int = (layout as Stack).heightAt(this, width)

    override fun getPreferredScrollableViewportSize(): Dimension = preferredSize

    override fun getScrollableTracksViewportWidth(): Boolean = true

    override fun getScrollableTracksViewportHeight(): Boolean = false

    override fun getScrollableUnitIncrement(visible: Rectangle, orientation: Int, direction: Int): Int = 24

    override fun getScrollableBlockIncrement(visible: Rectangle, orientation: Int, direction: Int): Int = visible.height - 48
}

/** A column that scrolls. The bar has its place always, so that nothing moves when it is needed. */
fun scrolling(column: Column): JScrollPane =
    JScrollPane(column.besideBar(), ScrollPaneConstants.VERTICAL_SCROLLBAR_ALWAYS, ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER).apply {
        border = null
        isOpaque = false
        viewport.isOpaque = false
        isFocusable = false
    }

/** The same padding on all sides, or one for the sides and one for above and below. */
fun padding(sides: Int, upright: Int = sides): Insets = Insets(upright, sides, upright, sides)
