package org.baquiano

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.runTest
import org.baquiano.ffi.Reader
import org.baquiano.model.Block
import org.baquiano.model.Mark
import org.baquiano.model.SectionKind
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class SearchTest {
    @Test
    fun `a misspelled question finds its article`() = onDesk { desk ->
        val answer = desk.search("no me agarra el jipies")
        val first = answer.hits.first()
        assertEquals("gps", first.service)
        assertTrue(answer.confidence > 0.5f, "${answer.confidence}")
        assertTrue(first.why.isNotEmpty())
    }

    @Test
    fun `what matched is marked in Kotlin's own characters`() = onDesk { desk ->
        val first = desk.search("ubicasion apagada").hits.first()
        val marked = first.titleRanges().map { first.title.substring(it) } + first.snippetRanges().map { first.snippet.substring(it) }
        assertTrue(marked.any { it.contains("ubicaci", ignoreCase = true) }, "$marked of ${first.title} / ${first.snippet}")
    }

    @Test
    fun `bytes of any character are told from characters`() {
        val text = "añ€😀z"
        val ends = intArrayOf(0, 1, 3, 6, 10, 11)
        val marks = ends.toList().zipWithNext { start, end -> Mark(start.toUInt(), end.toUInt()) }
        assertEquals(listOf("a", "ñ", "€", "😀", "z"), ranges(text, marks).map(text::substring))
        assertEquals(emptyList<IntRange>(), ranges(text, listOf(Mark(2u, 3u))))
    }

    @Test
    fun `what fits nothing is an honest empty answer, and is noted`() = onDesk { desk ->
        assertTrue(desk.search("receta de baleadas con mantequilla").hits.isEmpty())
        assertEquals(1, desk.statistics().unanswered.size)
        assertTrue(desk.offer().services.size >= 17)
    }

    @Test
    fun `an article is shown without what is for the desk`() = onDesk { desk ->
        val id = desk.search("no me agarra el gps").hits.first().id
        val page = checkNotNull(desk.article(id))
        assertTrue(page.sections.any { section -> section.kind == SectionKind.STEPS && section.blocks.any { it is Block.Step } })
        assertFalse(page.sections.any { it.kind == SectionKind.DESK })
        val desks = checkNotNull(desk.article(id, Reader.TECHNICIAN))
        assertTrue(desks.sections.size >= page.sections.size)
        assertNull(desk.article("no-existe"))
    }

    @Test
    fun `pictures are drawings with words`() = onDesk { desk ->
        val picture = checkNotNull(desk.picture("interruptor-ubicacion"))
        assertTrue(picture.alt.isNotBlank())
        assertTrue(picture.svg.decodeToString().startsWith("<svg"))
        assertNull(desk.picture("no-existe"))
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    @Test
    fun `while one types, only what stands when typing pauses is searched for`() = runTest {
        val desk = Baquiano.open(settings(null), StandardTestDispatcher(testScheduler))
        val typed = flow {
            for (text in listOf("n", "no", "no me ag", "no me agarra el gps")) {
                emit(text)
                delay(50)
            }
            delay(1_000)
            emit("se cierra sola")
            delay(1_000)
        }
        val answers = desk.searchAsYouType(typed).toList()
        assertEquals(listOf("gps", "cierre-inesperado"), answers.map { it.hits.first().service })
        desk.close()
    }

    @Test
    fun `suggestions complete what is typed`() = onDesk { desk ->
        val suggestions = desk.suggest(Baquiano.question("no me agarra"))
        assertTrue(suggestions.isNotEmpty())
        assertTrue(suggestions.all { it.ranges().all { range -> range.last < it.text.length } })
    }
}
