package org.baquiano.android

import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import org.w3c.dom.Element

class LibraryManifestTest {
    private val manifest = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(File("src/main/AndroidManifest.xml"))

    private fun names(tag: String): Set<String> {
        val nodes = manifest.getElementsByTagName(tag)
        return (0 until nodes.length).map { (nodes.item(it) as Element).getAttribute("android:name") }.toSet()
    }

    @Test
    fun `every package whose screen is tried can be seen`() {
        val tried = Vendor.entries.flatMap { vendor -> AndroidActions.ACTIONS.flatMap { screensOf(it, vendor, OWN, 36) } }
            .mapNotNull { screen -> screen.component?.substringBefore('/') ?: screen.launches }.toSet()
        assertEquals(emptySet<String>(), tried - names("package"))
    }

    @Test
    fun `no permission is declared that a person would have to grant`() {
        val normal = setOf("ACCESS_NETWORK_STATE", "ACCESS_WIFI_STATE", "INTERNET").map { "android.permission.$it" }.toSet()
        assertEquals(normal, names("uses-permission"))
    }
}
