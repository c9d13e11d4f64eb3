package org.baquiano.example

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.swing.Swing
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Shown
import org.baquiano.example.help.Words
import org.baquiano.example.phone.LoopbackIntake
import org.baquiano.example.phone.Permission
import org.baquiano.example.phone.SimulatedPhone
import org.baquiano.example.screens.PhoneView
import org.baquiano.example.screens.Tappable
import org.baquiano.example.screens.TextBlock
import org.baquiano.example.screens.Theme
import org.baquiano.example.screens.find
import org.baquiano.example.screens.heightAt
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeFalse
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.awt.Component
import java.awt.Container
import java.awt.Dimension
import java.awt.GraphicsEnvironment
import java.awt.KeyboardFocusManager
import java.awt.RenderingHints
import java.awt.event.KeyEvent
import java.awt.image.BufferedImage
import java.nio.file.Files
import java.nio.file.Path
import javax.imageio.ImageIO
import javax.swing.AbstractButton
import javax.swing.JTextField
import javax.swing.SwingUtilities

private const val PATIENCE_MS = 60_000L

/** Surefire counts what is skipped, and doesn't say why: so it is said here, too. */
private const val NO_DISPLAY = "The window was not tried: there is no display. Run it with `xvfb-run -a mvn …`."

/** Pictures have more pixels than the window, so that they are sharp on good screens; those of the whole window fewer, so that they stay small. */
private const val PHONE_SCALE = 2.0
private const val WINDOW_SCALE = 1.5

/** The window itself, as a person uses it. With `-Dscreenshots=DIR` it leaves pictures. */
class WindowTest {
    @TempDir
    lateinit var dir: Path

    private lateinit var app: FieldApp
    private lateinit var window: Window

    @Test
    fun `from the question to the number of the case`() {
        if (GraphicsEnvironment.isHeadless()) println(NO_DISPLAY)
        assumeFalse(GraphicsEnvironment.isHeadless(), NO_DISPLAY)
        val scope = CoroutineScope(SupervisorJob() + Dispatchers.Swing)
        LoopbackIntake().use { intake ->
            try {
                onScreen {
                    Theme.install()
                    app = FieldApp(dir, intake.address, scope, SimulatedPhone())
                    window = Window(app, scope).also { it.frame.isVisible = true }
                    app.help.start()
                }
                use()
            } finally {
                onScreen {
                    app.help.die()
                    if (::window.isInitialized) window.frame.dispose()
                }
                scope.cancel()
            }
        }
    }

    private fun use() {
        waitFor<Screen.Home>()
        picture("home", phone = true)
        tap { it == Words.LICENCES }
        waitFor<Screen.Licences>()
        picture("licences", phone = true)
        key(KeyEvent.VK_ESCAPE)
        waitFor<Screen.Home>()
        onScreen { (phoneView().find { it is JTextField } as JTextField).text = "no me agarra el gps" }
        until("hits") { (screen() as Screen.Home).answer?.hits?.isNotEmpty() == true && cards() > 1 }
        picture("search", phone = true)

        tap { it.startsWith("La ubicación del teléfono") }
        waitFor<Screen.Reading>()
        picture("article", phone = true)

        tap { it == Words.NO }
        until("the remedy") { shown() is Shown.Do }
        picture("remedy", phone = false)
        tap { it == Words.OPEN_SETTINGS }
        until("the settings") { app.phone.inFront.value != null }
        tap { it == "Usar la ubicación" }
        picture("settings", phone = true)
        tap { it == "Volver a la app" }
        until("the end") { shown() is Shown.Over }
        picture("done", phone = true)
        tap { it == Words.HOME }
        waitFor<Screen.Home>()

        deniedForGood()
    }

    private fun deniedForGood() {
        onScreen {
            app.phone.change { copy(location = Permission.DENIED_FOR_GOOD) }
            (phoneView().find { it is JTextField } as JTextField).text = ""
        }
        until("tiles") { has("GPS y ubicación") }
        tap { it == "GPS y ubicación" }
        until("a page") { shown() is Shown.Do }
        tap(window.frame.contentPane as Container) { it == "El proceso muere" }
        until("the talk that was begun") { (screen() as? Screen.Home)?.unfinished != null }
        picture("unfinished", phone = true)
        tap { it == Words.GO_ON }
        until("the page again") { shown() is Shown.Do }
        while (shown() !is Shown.Over) {
            val name = if (shown() is Shown.Do) Words.CANNOT else Words.DO_NOT_KNOW
            if (shown() is Shown.Ask) picture("question", phone = true)
            tap { it == name }
            settle()
        }
        picture("to-the-desk", phone = true)
        tap { it == Words.FILE }
        waitFor<Screen.OneCase>()
        until("the promise") { !app.help.state.value.busy }
        picture("filed", phone = true)
        tap { it == Words.SEND_NOW }
        until("the notice") { app.help.state.value.notice != null }
        picture("no-signal", phone = true)
        onScreen { app.phone.change { copy(signal = true) } }
        until("the number") { (screen() as Screen.OneCase).case.reference == "MA-1001" && app.help.state.value.notice == null }
        picture("case", phone = false)
        assertTrue(has("MA-1001"), "the number is on the screen")

        key(KeyEvent.VK_ESCAPE)
        waitFor<Screen.Cases>()
        picture("cases", phone = true)
        tap { it == Words.ASK_NOW }
        until("what became of it") { app.help.state.value.notice?.text == Words.NEWS }
        picture("asked", phone = true)
        assertTrue(has("MA-1001 · Registrado"), "what the desk says is on the screen")
        key(KeyEvent.VK_ESCAPE)
        waitFor<Screen.Home>()

        onScreen { app.phone.change { copy(location = Permission.DENIED) } }
        tap { it == "GPS y ubicación" }
        until("a page") { shown() is Shown.Do }
        tap { it == Words.ASK_PERMISSION }
        picture("permission", phone = true)
        tap { it == "Mientras la app está en uso" }
        until("the end") { shown() is Shown.Over }
    }

    private fun screen() = app.help.state.value.screen

    private fun shown() = (screen() as? Screen.Guided)?.shows

    private fun phoneView() = window.frame.contentPane.find { it is PhoneView } as PhoneView

    private fun named(component: Component): String = component.accessibleContext?.accessibleName.orEmpty()

    private fun has(name: String) = onScreen { phoneView().find { named(it) == name } != null }

    private fun cards() = onScreen { all(phoneView()).count { it is Tappable } }

    private fun all(container: Container): List<Component> =
        container.components.filter { it.isVisible }.flatMap { listOf(it) + ((it as? Container)?.let(::all) ?: emptyList()) }

    private fun tap(inside: Container = phoneView(), wanted: (String) -> Boolean) {
        settle { (inside.find { it is AbstractButton && wanted(named(it)) } as? AbstractButton)?.doClick(0) ?: error("no such button") }
        settle()
    }

    private fun key(code: Int) {
        settle {
            val owner = KeyboardFocusManager.getCurrentKeyboardFocusManager().focusOwner
            val focused = phoneView().find { it === owner } ?: error("the focus is not in the phone, but at $owner")
            focused.dispatchEvent(KeyEvent(focused, KeyEvent.KEY_PRESSED, System.currentTimeMillis(), 0, code, KeyEvent.CHAR_UNDEFINED))
        }
    }

    private inline fun <reified S : Screen> waitFor() = until(S::class.java.simpleName) { screen() is S && !app.help.state.value.busy }

    private fun settle(then: () -> Unit = {}) = until("rest", then) { !app.help.state.value.busy }

    /** Waits until it is [wanted] and the screen shows it, and does [then] before anything else can change. */
    private fun until(what: String, then: () -> Unit = {}, wanted: () -> Boolean) {
        val end = System.nanoTime() + PATIENCE_MS * 1_000_000
        var before: Any? = null
        do {
            check(System.nanoTime() < end) { "waited in vain for: $what; it shows ${screen()}" }
            if (before == null) Thread.sleep(20)
            // Layout waits its turn after drawing: it has had it when this comes for the second time.
            val done = onScreen {
                val now = phoneView().upToDate.takeIf { wanted() }
                val rests = now != null && now === before
                before = now
                if (rests) then()
                rests
            }
        } while (!done)
    }

    private fun picture(name: String, phone: Boolean) {
        lateinit var image: BufferedImage
        val folder = System.getProperty("screenshots").orEmpty()
        settle {
            assertNothingIsCut(name)
            if (folder.isNotEmpty()) image = if (phone) drawn(phoneView(), PHONE_SCALE) else drawn(window.frame.contentPane as Container, WINDOW_SCALE)
        }
        if (folder.isEmpty()) return
        Files.createDirectories(Path.of(folder))
        ImageIO.write(image, "png", Path.of(folder, "field-app-$name.png").toFile())
    }

    /** No text needs more room than it has, and nothing to tap is smaller than a thumb. */
    private fun assertNothingIsCut(name: String) {
        for (part in all(window.frame.contentPane as Container)) {
            if (part is TextBlock) assertTrue(part.heightAt(part.width) <= part.height + 1, "$name: «${named(part)}» is cut")
            if (part is Tappable) assertTrue(part.height >= TOUCH && part.width >= TOUCH, "$name: «${named(part)}» is too small: ${part.size}")
            if (part.isFocusable && (part is AbstractButton || part is JTextField)) assertTrue(named(part).isNotBlank(), "$name: a button without a name")
        }
        val glass = phoneView().run { Dimension(width - insets.left - insets.right, height - insets.top - insets.bottom) }
        assertEquals(Dimension(Theme.PHONE_WIDTH, Theme.PHONE_HEIGHT), glass)
    }

    private fun drawn(part: Container, scale: Double): BufferedImage {
        val image = BufferedImage((part.width * scale).toInt(), (part.height * scale).toInt(), BufferedImage.TYPE_INT_RGB)
        val pen = image.createGraphics()
        pen.scale(scale, scale)
        pen.color = Theme.DESK
        pen.fillRect(0, 0, part.width, part.height)
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON)
        part.paint(pen)
        pen.dispose()
        return image
    }

    private companion object {
        const val TOUCH = 48
    }
}

private fun <T> onScreen(work: () -> T): T {
    if (SwingUtilities.isEventDispatchThread()) return work()
    var came: Result<T>? = null
    SwingUtilities.invokeAndWait { came = runCatching(work) }
    return came!!.getOrThrow()
}
