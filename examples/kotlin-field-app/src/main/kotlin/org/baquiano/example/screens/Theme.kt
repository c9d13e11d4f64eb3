package org.baquiano.example.screens

import com.formdev.flatlaf.FlatLightLaf
import java.awt.Color
import java.awt.Font
import java.awt.GraphicsEnvironment
import javax.swing.UIManager

/** Colours and type of the example: dark on light, for a screen in the sun. Each pair of text and ground has a contrast of 4.5 or more. */
object Theme {
    const val PHONE_WIDTH = 400
    const val PHONE_HEIGHT = 760
    const val SCROLL_BAR = 8

    val GROUND = Color(0xF3F5F7)
    val CARD = Color.WHITE
    val INK = Color(0x1B2733)
    val QUIET = Color(0x4A5967)
    val LINE = Color(0xCBD5DE)
    val MAIN = Color(0x0B5394)
    val MAIN_PALE = Color(0xE3EEF9)
    val GOOD = Color(0x1B6E3C)
    val GOOD_PALE = Color(0xE2F3E7)
    val CARE = Color(0x6B4700)
    val CARE_PALE = Color(0xFFF1CC)
    val BEZEL = Color(0x20262C)
    val DESK = Color(0xDDE3E9)

    private val family: String by lazy {
        val there = GraphicsEnvironment.getLocalGraphicsEnvironment().availableFontFamilyNames.toSet()
        listOf("Roboto", "Noto Sans", "Segoe UI", "Helvetica Neue").firstOrNull { it in there } ?: Font.SANS_SERIF
    }

    fun title(): Font = Font(family, Font.BOLD, 23)

    fun text(): Font = Font(family, Font.PLAIN, 18)

    fun strong(): Font = Font(family, Font.BOLD, 18)

    fun small(): Font = Font(family, Font.PLAIN, 15)

    /** How fields to write in look. */
    val FIELD_STYLE: Map<String, Any> by lazy {
        mapOf("arc" to 18, "focusWidth" to 0, "innerFocusWidth" to 2, "focusedBorderColor" to MAIN, "placeholderForeground" to QUIET)
    }

    /** Puts the look in place. Before the first window. */
    fun install() {
        System.setProperty("awt.useSystemAAFontSettings", "on")
        FlatLightLaf.setup()
        UIManager.put("defaultFont", small())
        UIManager.put("Component.focusWidth", 2)
        UIManager.put("Component.focusColor", MAIN)
        UIManager.put("Component.accentColor", MAIN)
        UIManager.put("ScrollBar.width", SCROLL_BAR)
        UIManager.put("ScrollBar.thumbArc", 999)
        UIManager.put("ScrollBar.track", GROUND)
    }
}
