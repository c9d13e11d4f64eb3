package org.baquiano.example.screens

import com.github.weisj.jsvg.SVGDocument
import com.github.weisj.jsvg.parser.LoaderContext
import com.github.weisj.jsvg.parser.SVGLoader
import com.github.weisj.jsvg.view.ViewBox
import org.baquiano.model.Media
import java.awt.Graphics
import java.awt.Graphics2D
import java.awt.RenderingHints
import java.io.ByteArrayInputStream
import javax.accessibility.AccessibleContext
import javax.accessibility.AccessibleRole
import javax.swing.JComponent

/**
 * A picture of the knowledge base, as wide as there is room. On Android a `PictureDrawable` or Coil with its decoder for SVG draws it.
 *
 * @param most how high it may be.
 */
class Picture(media: Media, private val most: Int) : JComponent(), Wrapping {
    private val alt = media.alt

    /** None when it can't be drawn: the text says what it shows, anyway. */
    private val drawing: SVGDocument? = SVGLoader().load(ByteArrayInputStream(media.svg), null, LoaderContext.createDefault())

    override fun heightAt(width: Int): Int {
        val size = drawing?.size() ?: return 0
        return minOf(most, (width * size.height / size.width).toInt())
    }

    override fun paintComponent(g: Graphics) {
        val drawing = drawing ?: return
        val size = drawing.size()
        val scale = minOf(width / size.width, height / size.height)
        val pen = g.create() as Graphics2D
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON)
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON)
        pen.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE)
        drawing.render(this, pen, ViewBox((width - size.width * scale) / 2, 0f, size.width * scale, size.height * scale))
        pen.dispose()
    }

    override fun getAccessibleContext(): AccessibleContext {
        if (accessibleContext == null) {
            accessibleContext = object : AccessibleJComponent() {
                override fun getAccessibleRole(): AccessibleRole = AccessibleRole.ICON

                override fun getAccessibleName(): String = alt
            }
        }
        return accessibleContext
    }
}
