package org.baquiano.example.screens

import org.baquiano.example.phone.InFront
import org.baquiano.example.phone.Phone
import org.baquiano.example.phone.Row
import org.baquiano.example.phone.SimulatedPhone
import java.awt.BorderLayout
import java.awt.Color
import java.awt.Component
import java.awt.Dimension
import java.awt.Graphics
import java.awt.Graphics2D
import java.awt.RenderingHints
import javax.swing.BorderFactory
import javax.swing.JComponent
import javax.swing.JPanel

private const val SIMULATED = "Pantalla simulada del teléfono"
private const val BACK_TO_APP = "Volver a la app"

/** The phone's own screen, before the app. It is no part of the app: on a phone, Android shows it. */
fun inFrontScreen(screen: InFront, phone: SimulatedPhone): Component = when (screen) {
    is InFront.Settings -> settings(screen, phone)
    is InFront.PermissionWindow -> permissionWindow(screen, phone)
}

private fun settings(screen: InFront.Settings, phone: SimulatedPhone): Component {
    val rows = Column(0, padding(16)).with(
        TextBlock(screen.title, Theme.title().deriveFont(28f)),
        TextBlock(SIMULATED, Theme.small(), Theme.QUIET),
        Column(0, padding(0, 10)),
    )
    screen.rows.forEach { row -> rows.add(SwitchRow(row, phone.state.value) { on -> phone.change { row.turned(this, on) } }) }
    return JPanel(BorderLayout()).apply {
        background = Color.WHITE
        add(rows, BorderLayout.CENTER)
        val back = bigButton(BACK_TO_APP, Look.CHOICE) { phone.goBack() }
        add(Column(0, padding(16, 12)).with(back), BorderLayout.SOUTH)
    }
}

private fun permissionWindow(screen: InFront.PermissionWindow, phone: SimulatedPhone): Component {
    fun answer(yes: Boolean) {
        phone.change { screen.row.turned(this, yes) }
        phone.goBack()
    }
    val window = Panel(Color.WHITE, gap = 14, inside = padding(20)).with(
        TextBlock(screen.question, Theme.title().deriveFont(20f), centered = true),
        bigButton("Mientras la app está en uso") { answer(true) },
        bigButton("No permitir", Look.CHOICE) { answer(false) },
        TextBlock(SIMULATED, Theme.small(), Theme.QUIET, centered = true),
    )
    return JPanel(BorderLayout()).apply {
        background = Color(0x5B646C)
        border = BorderFactory.createEmptyBorder(190, 24, 0, 24)
        add(Column(0).with(window), BorderLayout.NORTH)
    }
}

/** A line of the settings, with its switch. */
private class SwitchRow(private val row: Row, phone: Phone, turned: (Boolean) -> Unit) :
    Tappable(row.label, Look.CARD, 0, padding(14, 16).apply { right = 80 }, {}) {

    private var on = row.isOn(phone)

    init {
        add(TextBlock(row.label))
        add(Knob())
        tell()
        addActionListener {
            on = !on
            tell()
            repaint()
            turned(on)
        }
    }

    private fun tell() {
        getAccessibleContext().accessibleDescription = if (on) "Encendido" else "Apagado"
    }

    override fun doLayout() {
        val text = getComponent(0)
        text.setBounds(insets.left, 0, width - insets.left - insets.right, height)
        getComponent(1).setBounds(width - 72, (height - 32) / 2, 56, 32)
    }

    override fun heightAt(width: Int): Int = 68

    private inner class Knob : JComponent() {
        override fun getPreferredSize() = Dimension(56, 32)

        override fun paintComponent(g: Graphics) {
            val pen = g.create() as Graphics2D
            pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON)
            pen.color = if (on) Theme.MAIN else Color(0x8A97A3)
            pen.fillRoundRect(0, 0, 56, 32, 32, 32)
            pen.color = Color.WHITE
            pen.fillOval(if (on) 28 else 4, 4, 24, 24)
            pen.dispose()
        }
    }
}
