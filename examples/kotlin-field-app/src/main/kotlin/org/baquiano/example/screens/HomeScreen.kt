package org.baquiano.example.screens

import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Words
import org.baquiano.model.Hit
import org.baquiano.model.Service
import org.baquiano.snippetRanges
import org.baquiano.titleRanges
import java.awt.BorderLayout
import java.awt.Component
import java.awt.Dimension
import javax.swing.JPanel
import javax.swing.JTextField
import javax.swing.event.DocumentEvent
import javax.swing.event.DocumentListener

/** Where the person says what is wrong. It stays while it is shown: a field that was made anew would lose the cursor. */
class HomeScreen(private val model: HelpModel) {
    private val field = JTextField().apply {
        font = Theme.text()
        putClientProperty("JTextField.placeholderText", Words.SEARCH_HINT)
        putClientProperty("JTextField.showClearButton", true)
        putClientProperty("FlatLaf.style", Theme.FIELD_STYLE)
        getAccessibleContext().accessibleName = Words.SEARCH
        preferredSize = Dimension(0, TOUCH)
        margin = padding(12, 4)
        document.addDocumentListener(Typing { model.type(text) })
    }
    private val results = Column(12, padding(16, 8).apply { bottom = 20 })
    private val scroll = scrolling(results)
    private val casesButton = JPanel(BorderLayout()).apply { isOpaque = false }

    /** What the phone shows. */
    val view: Component = appScreen(
        Words.HELP,
        null,
        JPanel(BorderLayout()).apply {
            isOpaque = false
            val top = Column(6, padding(16, 14).apply { bottom = 6 })
            add(top.with(TextBlock(Words.SEARCH, Theme.title()), field), BorderLayout.NORTH)
            add(scroll, BorderLayout.CENTER)
        },
        beside = casesButton,
    )

    private var drawn: Screen.Home? = null

    /** Shows what changed. */
    fun show(home: Screen.Home) {
        if (home == drawn) return
        drawn = home
        if (field.text != home.typed) field.text = home.typed
        casesButton.removeAll()
        val cases = if (home.waiting > 0) "${Words.MY_CASES} (${home.waiting})" else Words.MY_CASES
        casesButton.add(bigButton(cases, Look.BAR) { model.showCases() })
        results.removeAll()
        if (home.typed.isBlank()) front(home) else found(home)
        casesButton.revalidate()
        results.revalidate()
        results.repaint()
        scroll.verticalScrollBar.value = 0
    }

    private fun front(home: Screen.Home) {
        home.unfinished?.let { results.add(unfinished(it)) }
        results.with(TextBlock(Words.TOPICS, Theme.strong(), Theme.QUIET), tiles(home.tiles))
        results.add(bigButton(Words.LICENCES, Look.QUIET) { model.showLicences() })
    }

    private fun unfinished(title: String) = Panel(Theme.CARE_PALE).with(
        TextBlock(Words.BEGUN, Theme.strong(), Theme.CARE),
        TextBlock(title, Theme.text(), Theme.CARE),
        Column(10, columns = 2).with(
            bigButton(Words.GO_ON) { model.goOn() },
            bigButton(Words.FORGET, Look.CHOICE) { model.forget() },
        ),
    )

    private fun found(home: Screen.Home) {
        val answer = home.answer ?: return
        if (answer.hits.isEmpty()) {
            results.with(
                TextBlock(Words.NOTHING_FOUND, Theme.text(), Theme.QUIET),
                tiles(home.tiles),
            )
            return
        }
        answer.hits.forEach { results.add(hit(it, home.tiles)) }
        results.add(bigButton(Words.STEP_BY_STEP, Look.CHOICE) { model.guideByWords() })
    }

    private fun hit(hit: Hit, services: List<Service>): Tappable {
        val service = services.firstOrNull { it.id == hit.service }?.name ?: hit.service
        val lines = listOf(
            TextBlock(hit.title, Theme.text(), Theme.MAIN, bold = hit.titleRanges()),
            TextBlock(service, Theme.small(), Theme.GOOD),
            TextBlock(hit.snippet, Theme.small(), Theme.QUIET, bold = hit.snippetRanges()),
        )
        return card(hit.title, lines) { model.read(hit.id) }
    }

    private fun tiles(services: List<Service>) = Column(10, columns = 2).apply {
        services.forEach { service -> add(bigButton(service.tile, Look.CHOICE) { model.guide(service.id) }) }
    }
}

private class Typing(private val typed: () -> Unit) : DocumentListener {
    override fun insertUpdate(e: DocumentEvent) = typed()

    override fun removeUpdate(e: DocumentEvent) = typed()

    override fun changedUpdate(e: DocumentEvent) = Unit
}
