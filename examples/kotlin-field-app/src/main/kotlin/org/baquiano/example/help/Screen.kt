package org.baquiano.example.help

import org.baquiano.ffi.ArticlePage
import org.baquiano.model.Answer
import org.baquiano.model.Case
import org.baquiano.model.End
import org.baquiano.model.Media
import org.baquiano.model.Question
import org.baquiano.model.Service
import org.baquiano.model.Todo

/**
 * All that the person sees of the help, at one moment. Copy this file: Compose draws it as it is.
 *
 * @property screen the screen in front.
 * @property notice a calm line above it; null: none.
 * @property busy whether something is being done: a second tap meanwhile is not taken.
 */
data class HelpState(val screen: Screen = Screen.Opening, val notice: Notice? = null, val busy: Boolean = false)

/**
 * A line that tells what came of something.
 *
 * @property text what it says.
 * @property good whether it tells of something done, or of something that did not work.
 */
data class Notice(val text: String, val good: Boolean)

/** One screen of the help. */
sealed interface Screen {
    /** The desk is being opened: some milliseconds. */
    data object Opening : Screen

    /**
     * Where the person says what is wrong.
     *
     * @property typed what stands in the search field.
     * @property answer what was found for it; null while nothing is typed.
     * @property tiles the services, as the desk orders them.
     * @property unfinished what the talk is about that was begun and not ended; null: there is none.
     * @property waiting how many cases wait to be sent.
     */
    data class Home(
        val typed: String = "",
        val answer: Answer? = null,
        val tiles: List<Service> = emptyList(),
        val unfinished: String? = null,
        val waiting: Int = 0,
    ) : Screen

    /**
     * An article.
     *
     * @property article the article, as it is for this phone.
     * @property service what its service is called.
     * @property pictures its pictures, by their ids.
     * @property asksWhetherItHelped whether «¿Le sirvió?» is still open.
     */
    data class Reading(
        val article: ArticlePage,
        val service: String,
        val pictures: Map<String, Media>,
        val asksWhetherItHelped: Boolean = true,
    ) : Screen

    /**
     * A guided talk, one thing at a time.
     *
     * @property title what it is about.
     * @property shows the thing.
     * @property step how many things were shown up to this one.
     * @property looking whether the phone is being looked at.
     */
    data class Guided(val title: String, val shows: Shown, val step: Int, val looking: Boolean = false) : Screen

    /**
     * The cases of this phone.
     *
     * @property cases the newest first.
     */
    data class Cases(val cases: List<Case>) : Screen

    /**
     * One case.
     *
     * @property case how far it is.
     * @property promise what the person was told when it was filed; null when that was before.
     */
    data class OneCase(val case: Case, val promise: String? = null) : Screen

    /**
     * What of others is in the help, and under which licences.
     *
     * @property parts the text, by paragraphs: they are wrapped as wide as the screen is.
     */
    data class Licences(val parts: List<String>) : Screen
}

/** The one thing that a guided talk shows. */
sealed interface Shown {
    /** Nothing yet. */
    data object Looking : Shown

    /**
     * A question.
     *
     * @property question the question.
     */
    data class Ask(val question: Question) : Shown

    /**
     * Something to do.
     *
     * @property todo what.
     * @property picture its picture.
     * @property opened whether the phone's screen for it was opened: then «Ya lo hice» is the big button.
     * @property stillNot whether the phone was looked at since, and it isn't done.
     */
    data class Do(val todo: Todo, val picture: Media?, val opened: Boolean = false, val stillNot: Boolean = false) : Shown

    /**
     * The end.
     *
     * @property end how it ended.
     * @property known what the desk will know of it, in words.
     */
    data class Over(val end: End, val known: List<String>) : Shown
}
