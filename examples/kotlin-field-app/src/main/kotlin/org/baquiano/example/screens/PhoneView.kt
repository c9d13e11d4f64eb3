package org.baquiano.example.screens

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.launch
import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.HelpState
import org.baquiano.example.help.Notice
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Words
import org.baquiano.example.phone.InFront
import org.baquiano.example.phone.SimulatedPhone
import java.awt.BorderLayout
import java.awt.Component
import java.awt.Container
import java.awt.Dimension
import java.awt.Graphics
import java.awt.Graphics2D
import java.awt.KeyboardFocusManager
import java.awt.RenderingHints
import java.awt.event.KeyEvent
import java.awt.geom.RoundRectangle2D
import javax.swing.AbstractAction
import javax.swing.BorderFactory
import javax.swing.JComponent
import javax.swing.JPanel
import javax.swing.JTextField
import javax.swing.KeyStroke
import javax.swing.LayoutFocusTraversalPolicy

private const val BEZEL = 14

/** Draws what the model shows, inside a phone. Each screen is made anew when it changes, as Compose would. */
class PhoneView(private val model: HelpModel, private val phone: SimulatedPhone, scope: CoroutineScope) : JPanel(BorderLayout()) {
    private val content = JPanel(BorderLayout()).apply { background = Theme.GROUND }
    private var home = HomeScreen(model)
    private var drawn: Drawn? = null
    private var seen: Pair<HelpState, InFront?>? = null

    /** What is on the screen; null while the model is ahead of it. Its layout follows when the thread that draws comes to it. */
    val upToDate: Pair<HelpState, InFront?>? get() = seen?.takeIf { (state, inFront) -> state == model.state.value && inFront == phone.inFront.value }

    private data class Drawn(val screen: Any, val notice: Notice?, val inFront: InFront?)

    init {
        isOpaque = false
        // As on a phone, the keys stay in it: what loses the focus by going away hands it on in here.
        isFocusCycleRoot = true
        focusTraversalPolicy = LayoutFocusTraversalPolicy()
        border = BorderFactory.createEmptyBorder(BEZEL, BEZEL, BEZEL, BEZEL)
        preferredSize = Dimension(Theme.PHONE_WIDTH + 2 * BEZEL, Theme.PHONE_HEIGHT + 2 * BEZEL)
        add(StatusBar(phone, scope), BorderLayout.NORTH)
        add(content, BorderLayout.CENTER)
        getInputMap(WHEN_ANCESTOR_OF_FOCUSED_COMPONENT).put(KeyStroke.getKeyStroke(KeyEvent.VK_ESCAPE, 0), "back")
        actionMap.put("back", object : AbstractAction() {
            override fun actionPerformed(e: java.awt.event.ActionEvent) = if (phone.inFront.value != null) phone.goBack() else model.back()
        })
        scope.launch { model.state.combine(phone.inFront) { state, inFront -> state to inFront }.collect { (state, inFront) -> draw(state, inFront) } }
    }

    private fun draw(state: HelpState, inFront: InFront?) {
        seen = state to inFront
        val screen = state.screen
        if (screen is Screen.Opening) home = HomeScreen(model)
        if (screen is Screen.Home) home.show(screen)
        // The first screen draws itself anew.
        val now = Drawn(if (screen is Screen.Home) home else screen, state.notice, inFront)
        if (now == drawn) return
        val begins = drawn == null || drawn?.screen is Screen.Opening
        val newScreen = drawn?.copy(notice = null) != now.copy(notice = null)
        drawn = now
        // Nothing is taken from whoever is at the switchboard. What is removed loses the focus, so this is asked before.
        val owner = KeyboardFocusManager.getCurrentKeyboardFocusManager().focusOwner
        val isHere = begins || owner == null || isAncestorOf(owner)
        content.removeAll()
        if (inFront != null) {
            content.add(inFrontScreen(inFront, phone), BorderLayout.CENTER)
        } else {
            content.add(view(screen), BorderLayout.CENTER)
            state.notice?.let { content.add(notice(it), BorderLayout.SOUTH) }
        }
        content.revalidate()
        content.repaint()
        if (isHere && newScreen) focusFirst(screen)
    }

    private fun view(screen: Screen): Component = when (screen) {
        Screen.Opening -> appScreen(Words.HELP, null, Column(0, padding(24, 120)).with(TextBlock(Words.OPENING, Theme.title(), Theme.MAIN, centered = true)))
        is Screen.Home -> home.view
        is Screen.Reading -> articleScreen(screen, model)
        is Screen.Guided -> guideScreen(screen, model)
        is Screen.Cases -> casesScreen(screen.cases, model)
        is Screen.OneCase -> caseScreen(screen, model)
        is Screen.Licences -> licencesScreen(screen.parts, model)
    }

    private fun notice(notice: Notice) = JPanel(BorderLayout(8, 0)).apply {
        background = if (notice.good) Theme.GOOD_PALE else Theme.CARE_PALE
        border = BorderFactory.createEmptyBorder(10, 16, 10, 10)
        val color = if (notice.good) Theme.GOOD else Theme.CARE
        add(Column(0).with(TextBlock(notice.text, color = color)), BorderLayout.CENTER)
        add(bigButton(Words.CLOSE, Look.CHOICE) { model.dismiss() }.apply { preferredSize = Dimension(96, TOUCH) }, BorderLayout.EAST)
        val wide = Theme.PHONE_WIDTH
        preferredSize = Dimension(wide, maxOf(TOUCH, getComponent(0).heightAt(wide - 130)) + 20)
    }

    /** Brings the keys back into the phone. */
    fun takeFocus(): Unit = focusFirst(model.state.value.screen)

    /** Whoever uses the keys goes on where the next thing is: the field, or the first button after the arrow. */
    private fun focusFirst(screen: Screen) {
        val next = when {
            phone.inFront.value != null -> content.find { it is Tappable }
            screen is Screen.Home -> content.find { it is JTextField }
            else -> content.find { it is JTextField } ?: below()?.find { it is Tappable } ?: content.find { it is Tappable }
        }
        next?.requestFocusInWindow()
    }

    /** What can be done, below what is to be seen. */
    private fun below(): Container? = (content.components.firstOrNull() as? Container)?.components?.lastOrNull() as? Container

    override fun paintComponent(g: Graphics) {
        val pen = g.create() as Graphics2D
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON)
        pen.color = Theme.BEZEL
        pen.fill(RoundRectangle2D.Float(0f, 0f, width.toFloat(), height.toFloat(), 44f, 44f))
        pen.dispose()
    }
}

/** The phone's own bar: what is set on the switchboard is seen here as on a real one. */
private class StatusBar(private val phone: SimulatedPhone, scope: CoroutineScope) : JComponent() {
    init {
        preferredSize = Dimension(Theme.PHONE_WIDTH, 28)
        scope.launch { phone.state.collect { repaint() } }
    }

    override fun paintComponent(g: Graphics) {
        val pen = g.create() as Graphics2D
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON)
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON)
        pen.color = Theme.MAIN.darker()
        pen.fillRect(0, 0, width, height)
        pen.color = java.awt.Color.WHITE
        pen.font = Theme.small().deriveFont(13f)
        val now = phone.state.value
        val network = if (now.airplane) "Modo avión" else if (now.signal) "4G" else "Sin señal"
        val parts = listOfNotNull("Ubicación".takeIf { now.locationOn }, "Ahorro".takeIf { now.batterySaver }, network)
        val said = parts.joinToString("  ·  ")
        pen.drawString(Words.APP, 16, 19)
        pen.drawString(said, width - 16 - pen.fontMetrics.stringWidth(said), 19)
        pen.dispose()
    }
}
