package org.baquiano.example.screens

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch
import org.baquiano.example.phone.ANDROID_RELEASES
import org.baquiano.example.phone.Permission
import org.baquiano.example.phone.Phone
import org.baquiano.example.phone.SimulatedPhone
import org.baquiano.example.phone.VENDORS
import java.awt.BorderLayout
import java.awt.Component
import java.awt.Dimension
import javax.swing.JCheckBox
import javax.swing.JComboBox
import javax.swing.JPanel
import javax.swing.LayoutFocusTraversalPolicy

/**
 * Beside the phone: how the simulated phone is set. No part of an app.
 *
 * @param die what «El proceso muere» does.
 */
class Switchboard(private val phone: SimulatedPhone, scope: CoroutineScope, die: () -> Unit) : JPanel(BorderLayout()) {
    private val follow = ArrayList<(Phone) -> Unit>()

    init {
        isOpaque = false
        isFocusCycleRoot = true
        focusTraversalPolicy = LayoutFocusTraversalPolicy()
        preferredSize = Dimension(330, Theme.PHONE_HEIGHT)
        val column = Column(8, padding(8, 4)).with(
            TextBlock("El teléfono simulado", Theme.title()),
            TextBlock("Cámbielo, y vea qué hace la ayuda. F6 pasa de aquí al teléfono.", Theme.small(), Theme.QUIET),

            heading("Ubicación"),
            check("Ubicación encendida", { it.locationOn }) { copy(locationOn = it) },
            check("El GPS ve satélites", { it.satellites }) { copy(satellites = it) },
            choice("Permiso de ubicación", Permission.entries, { it.location }, { it.label }) { copy(location = it) },

            heading("Red"),
            check("Hay señal", { it.signal }) { copy(signal = it) },
            check("Modo avión", { it.airplane }) { copy(airplane = it) },

            heading("Lo demás"),
            choice("Permiso de cámara", Permission.entries, { it.camera }, { it.label }) { copy(camera = it) },
            check("Sin espacio", { it.storageFull }) { copy(storageFull = it) },
            check("Ahorro de batería", { it.batterySaver }) { copy(batterySaver = it) },
            check("Fecha y hora automáticas", { it.clockAuto }) { copy(clockAuto = it) },
            choice("Marca", VENDORS, { it.vendor }, { it }) { copy(vendor = it) },
            choice("Versión de Android", ANDROID_RELEASES, { it.android }, { it }) { copy(android = it) },

            TextBlock("La marca y la versión valen para la ayuda cuando el proceso empieza otra vez.", Theme.small(), Theme.QUIET),
            bigButton("El proceso muere", Look.CHOICE, die),
        )
        add(column, BorderLayout.NORTH)
        scope.launch { phone.state.collect { now -> follow.forEach { it(now) } } }
    }

    /** Brings the keys here. */
    fun takeFocus() {
        focusTraversalPolicy.getFirstComponent(this)?.requestFocusInWindow()
    }

    private fun heading(text: String) = TextBlock(text, Theme.small().deriveFont(java.awt.Font.BOLD), Theme.MAIN)

    private fun check(label: String, isOn: (Phone) -> Boolean, turned: Phone.(Boolean) -> Phone): Component = JCheckBox(label).apply {
        isOpaque = false
        font = Theme.small()
        addActionListener { phone.change { turned(isSelected) } }
        follow += { isSelected = isOn(it) }
    }

    private fun <T> choice(label: String, all: List<T>, chosen: (Phone) -> T, named: (T) -> String, turned: Phone.(T) -> Phone): Component {
        val names = all.map(named)
        val box = JComboBox(names.toTypedArray()).apply {
            font = Theme.small()
            getAccessibleContext().accessibleName = label
            addActionListener { if (selectedIndex >= 0 && all[selectedIndex] != chosen(phone.state.value)) phone.change { turned(all[selectedIndex]) } }
            follow += { selectedIndex = all.indexOf(chosen(it)) }
        }
        return Column(8, columns = 2).with(TextBlock(label, Theme.small()), box)
    }
}
