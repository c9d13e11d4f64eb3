package org.baquiano.example.help

import org.baquiano.model.Entry
import org.baquiano.model.FactValue
import org.baquiano.model.Span

private val AFTER_A_SENTENCE = Regex("(?<=[.!?]) +")

/** What to do, one sentence a line: the texts of remedies are short sentences, each of them one thing. */
fun sentences(text: String): List<String> = text.split(AFTER_A_SENTENCE).filter { it.isNotBlank() }

/**
 * What was written into a field, as an answer.
 *
 * @return null when it is none: then nothing is answered.
 */
fun entered(entry: Entry, written: String): FactValue? {
    val text = written.trim()
    return if (entry == Entry.NUMBER) text.toLongOrNull()?.let { FactValue.Int(it) } else text.ifEmpty { null }?.let { FactValue.Text(it) }
}

/**
 * A text with what stands out in it.
 *
 * @property text the text.
 * @property bold which of its characters are bold.
 * @property ways the articles that it names: buttons below it, big enough for a thumb.
 */
class Marked(val text: String, val bold: List<IntRange>, val ways: List<Span.Article>) {
    companion object {
        /** From the parts of a paragraph. */
        fun of(spans: List<Span>): Marked {
            val text = StringBuilder()
            val bold = ArrayList<IntRange>()
            for (span in spans) {
                val from = text.length
                when (span) {
                    is Span.Text -> text.append(span.v1)
                    is Span.Strong -> text.append(span.v1)
                    is Span.Code -> text.append(span.v1)
                    is Span.Article -> text.append(span.text)
                }
                if (span !is Span.Text && text.length > from) bold.add(from until text.length)
            }
            return Marked(text.toString(), bold, spans.filterIsInstance<Span.Article>())
        }
    }
}

/** What a person can say or do about something to do. */
enum class Move { OPEN, DID, DO_NOT_KNOW, CANNOT }

/**
 * The buttons for something to do.
 *
 * @property big the big one; null: the answers to what is asked along with it are.
 * @property small those beside it.
 * @property open what the one that opens the phone's screen says.
 */
data class Moves(val big: Move?, val small: List<Move>, val open: String) {
    companion object {
        /** First the phone's screen is opened, then it was done: one big button at a time. */
        fun of(shows: Shown.Do): Moves {
            val action = shows.todo.action
            val opensFirst = action != null && !shows.opened
            val asks = shows.todo.effect != null
            val big = when {
                opensFirst -> Move.OPEN
                asks -> null
                else -> Move.DID
            }
            val small = buildList {
                if (action != null && !opensFirst) add(Move.OPEN)
                if (opensFirst && !asks) add(Move.DID)
                // Whatever is asked: that is always an answer.
                if (asks) add(Move.DO_NOT_KNOW)
                add(Move.CANNOT)
            }
            val open = if (action == "ask-permission") Words.ASK_PERMISSION else if (opensFirst) Words.OPEN_SETTINGS else Words.OPEN_AGAIN
            return Moves(big, small, open)
        }
    }
}
