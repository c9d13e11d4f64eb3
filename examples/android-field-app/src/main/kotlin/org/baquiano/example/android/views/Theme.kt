package org.baquiano.example.android.views

/** Colours of the example: dark on light, for a screen in the sun. Each pair of text and ground has a contrast of 4.5 or more. */
internal object Theme {
    const val GROUND = 0xFFF3F5F7.toInt()
    const val CARD = 0xFFFFFFFF.toInt()
    const val INK = 0xFF1B2733.toInt()
    const val QUIET = 0xFF4A5967.toInt()
    const val LINE = 0xFFCBD5DE.toInt()
    const val MAIN = 0xFF0B5394.toInt()
    const val MAIN_PALE = 0xFFE3EEF9.toInt()
    const val GOOD = 0xFF1B6E3C.toInt()
    const val GOOD_PALE = 0xFFE2F3E7.toInt()
    const val CARE = 0xFF6B4700.toInt()
    const val CARE_PALE = 0xFFFFF1CC.toInt()
    const val WHITE = 0xFFFFFFFF.toInt()
    const val RIPPLE = 0x330B5394
    const val CLEAR = 0

    /** Sizes of type, in sp: they grow with what the person has set. */
    const val TITLE = 23f
    const val HEADING = 20f
    const val TEXT = 18f
    const val SMALL = 15f

    /** The least side of what is tapped, in dp: a thumb, in a glove or not. */
    const val TOUCH = 56
}
