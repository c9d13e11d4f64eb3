package org.baquiano.example.android

import org.baquiano.example.help.Marked
import org.baquiano.example.help.Move
import org.baquiano.example.help.Moves
import org.baquiano.example.help.Shown
import org.baquiano.example.help.Words
import org.baquiano.example.help.entered
import org.baquiano.example.help.sentences
import org.baquiano.model.Entry
import org.baquiano.model.FactValue
import org.baquiano.model.Question
import org.baquiano.model.Span
import org.baquiano.model.Todo
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test

class PartsTest {
    private fun moves(action: String?, opened: Boolean = false, asks: Boolean = false): Moves {
        val effect = if (asks) Question("fix.present", "¿Ya sale el punto?", null, Entry.CHOICE, emptyList(), forDesk = false) else null
        return Moves.of(Shown.Do(Todo("r", "Haga esto.", action, null, emptyList(), effect), null, opened))
    }

    @Test
    fun `there is one big button, and it is the next thing to do`() {
        assertEquals(Moves(Move.OPEN, listOf(Move.DID, Move.CANNOT), Words.OPEN_SETTINGS), moves("location-settings"))
        assertEquals(Moves(Move.DID, listOf(Move.OPEN, Move.CANNOT), Words.OPEN_AGAIN), moves("location-settings", opened = true))
        assertEquals(Words.ASK_PERMISSION, moves("ask-permission").open)
        assertEquals(listOf(Move.CANNOT), moves(null).small)
    }

    @Test
    fun `where it is asked whether it helped, the answers are the buttons`() {
        assertNull(moves(null, asks = true).big)
        assertEquals(listOf(Move.DO_NOT_KNOW, Move.CANNOT), moves(null, asks = true).small)
    }

    @Test
    fun `who doesn't know whether it helped can say so, before the settings were opened and after`() {
        assertEquals(Moves(Move.OPEN, listOf(Move.DO_NOT_KNOW, Move.CANNOT), Words.OPEN_SETTINGS), moves("location-settings", asks = true))
        val after = moves("location-settings", opened = true, asks = true)
        assertEquals(Moves(null, listOf(Move.OPEN, Move.DO_NOT_KNOW, Move.CANNOT), Words.OPEN_AGAIN), after)
    }

    @Test
    fun `only a number answers what asks for one`() {
        assertEquals(FactValue.Int(-3), entered(Entry.NUMBER, " -3 "))
        assertNull(entered(Entry.NUMBER, "tres"))
        assertNull(entered(Entry.TEXT, "  "))
        assertEquals(FactValue.Text("tres"), entered(Entry.TEXT, "tres "))
    }

    @Test
    fun `one sentence a line`() {
        assertEquals(listOf("Abra los ajustes.", "¿Ve el botón?", "Tóquelo a las 9:00."), sentences("Abra los ajustes. ¿Ve el botón? Tóquelo a las 9:00."))
    }

    @Test
    fun `what stands out is where it was`() {
        val marked = Marked.of(listOf(Span.Text("Toque "), Span.Strong("Ubicación"), Span.Text(" o lea "), Span.Article(text = "esto", id = "gps-sin-cielo")))
        assertEquals("Toque Ubicación o lea esto", marked.text)
        assertEquals(listOf("Ubicación", "esto"), marked.bold.map { marked.text.substring(it) })
        assertEquals(listOf("gps-sin-cielo"), marked.ways.map { it.id })
    }
}
