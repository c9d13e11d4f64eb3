package org.baquiano.example

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.swing.Swing
import org.baquiano.example.help.Words
import org.baquiano.example.phone.LoopbackIntake
import org.baquiano.example.phone.SimulatedPhone
import org.baquiano.example.screens.PhoneView
import org.baquiano.example.screens.Switchboard
import org.baquiano.example.screens.Theme
import java.awt.Component
import java.awt.FlowLayout
import java.awt.KeyboardFocusManager
import java.awt.event.ActionEvent
import java.awt.event.KeyEvent
import java.nio.file.Files
import java.nio.file.Path
import javax.swing.AbstractAction
import javax.swing.BorderFactory
import javax.swing.JComponent
import javax.swing.JFrame
import javax.swing.JPanel
import javax.swing.KeyStroke
import javax.swing.SwingUtilities
import javax.swing.WindowConstants
import kotlin.system.exitProcess
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** How long a look at the phone takes. Chosen: long enough to be seen. */
private val LOOK_TAKES = 600.milliseconds

private const val USAGE = """Uso: kotlin-field-app [--desk URL] [--dir CARPETA]

  --desk URL       adónde se envían los casos (http://127.0.0.1:8025 es examples/intake);
                   sin ella, la demostración trae su propia mesa;
                   lo que la deja entrar se lee de BAQUIANO_TOKEN
  --dir CARPETA    dónde guarda el teléfono lo suyo; sin ella, una carpeta nueva"""

private fun focusOwner(): Component? = KeyboardFocusManager.getCurrentKeyboardFocusManager().focusOwner

/** The window: the phone, and beside it the switchboard. */
class Window(app: FieldApp, scope: CoroutineScope) {
    /** The frame. */
    val frame: JFrame = JFrame("Baquiano · ${Words.APP}").apply {
        contentPane = JPanel(FlowLayout(FlowLayout.LEFT, 24, 16)).apply {
            background = Theme.DESK
            border = BorderFactory.createEmptyBorder(0, 0, 0, 8)
            val phone = PhoneView(app.help, app.phone, scope)
            val board = Switchboard(app.phone, scope) { app.dieAndBeginAgain() }
            add(phone)
            add(board)
            getInputMap(JComponent.WHEN_IN_FOCUSED_WINDOW).put(KeyStroke.getKeyStroke(KeyEvent.VK_F6, 0), "other side")
            actionMap.put("other side", object : AbstractAction() {
                override fun actionPerformed(e: ActionEvent) = if (board.isAncestorOf(focusOwner())) phone.takeFocus() else board.takeFocus()
            })
        }
        pack()
        isResizable = false
        setLocationRelativeTo(null)
    }
}

fun main(args: Array<String>) {
    val options = options(args) ?: run {
        System.err.println(USAGE)
        exitProcess(2)
    }
    val dir = options["--dir"]?.let { Path.of(it) } ?: Files.createTempDirectory("baquiano-demo")
    Files.createDirectories(dir)
    val desk = options["--desk"] ?: LoopbackIntake().address
    SwingUtilities.invokeLater { show(dir, desk, LOOK_TAKES) }
}

private fun show(dir: Path, desk: String, lookTakes: Duration) {
    Theme.install()
    val scope = CoroutineScope(SupervisorJob() + Dispatchers.Swing)
    val app = FieldApp(dir, desk, scope, SimulatedPhone(), System.getenv("BAQUIANO_TOKEN")) { lookTakes }
    Window(app, scope).frame.apply {
        defaultCloseOperation = WindowConstants.EXIT_ON_CLOSE
        isVisible = true
    }
    app.help.start()
}

private fun options(args: Array<String>): Map<String, String>? {
    if (args.size % 2 != 0) return null
    return args.toList().chunked(2).associate { (name, value) -> name to value }.takeIf { it.keys.all { name -> name == "--desk" || name == "--dir" } }
}
