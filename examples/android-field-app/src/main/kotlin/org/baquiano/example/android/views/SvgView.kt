package org.baquiano.example.android.views

import android.content.Context
import android.graphics.Canvas
import android.graphics.RectF
import android.view.View
import com.caverock.androidsvg.SVG
import com.caverock.androidsvg.SVGParseException
import org.baquiano.model.Media
import java.io.ByteArrayInputStream

/** A picture of the knowledge base; in words where it can't be drawn. */
internal fun Context.picture(media: Media, most: Int): View {
    val svg = try {
        SVG.getFromInputStream(ByteArrayInputStream(media.svg))
    } catch (_: SVGParseException) {
        null
    }
    // Our pictures have no size of their own, only the area that they are drawn in.
    val area = svg?.documentViewBox ?: return panel(Theme.CARD, 0, text(media.alt, Theme.SMALL, Theme.QUIET))
    return SvgView(this, svg, area.height() / area.width(), dp(most)).apply { contentDescription = media.alt }
}

/** Draws an SVG as wide as there is room. */
private class SvgView(context: Context, private val svg: SVG, private val ratio: Float, private val most: Int) : View(context) {
    init {
        // Not all that an SVG may ask for can be drawn by the graphics processor.
        setLayerType(LAYER_TYPE_SOFTWARE, null)
    }

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val width = MeasureSpec.getSize(widthMeasureSpec)
        setMeasuredDimension(width, minOf(most, (width * ratio).toInt()))
    }

    override fun onDraw(canvas: Canvas) {
        super.onDraw(canvas)
        svg.renderToCanvas(canvas, RectF(0f, 0f, width.toFloat(), height.toFloat()))
    }
}
