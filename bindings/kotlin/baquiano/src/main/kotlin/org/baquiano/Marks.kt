package org.baquiano

import org.baquiano.model.Hit
import org.baquiano.model.Mark
import org.baquiano.model.Suggestion

/** What matched in the snippet: ranges of its characters, as [String.substring] takes them. */
public fun Hit.snippetRanges(): List<IntRange> = ranges(snippet, highlights)

/** What matched in the title: ranges of its characters. */
public fun Hit.titleRanges(): List<IntRange> = ranges(title, titleHighlights)

/** What matched in the suggestion: ranges of its characters. */
public fun Suggestion.ranges(): List<IntRange> = ranges(text, highlights)

/** The library counts bytes of UTF-8; Kotlin counts UTF-16. */
internal fun ranges(text: String, marks: List<Mark>): List<IntRange> {
    if (marks.isEmpty()) return emptyList()
    val at = HashMap<Int, Int>(text.length + 1)
    var bytes = 0
    var chars = 0
    while (chars < text.length) {
        at[bytes] = chars
        val point = text.codePointAt(chars)
        bytes += when {
            point < 0x80 -> 1
            point < 0x800 -> 2
            point < 0x10000 -> 3
            else -> 4
        }
        chars += Character.charCount(point)
    }
    at[bytes] = chars
    return marks.mapNotNull { mark ->
        val start = at[mark.start.toInt()] ?: return@mapNotNull null
        val end = at[mark.end.toInt()] ?: return@mapNotNull null
        start until end
    }
}
