package org.baquiano.example.android

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.w3c.dom.Comment
import org.w3c.dom.Element
import org.w3c.dom.Node
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory

private const val ANDROID = "http://schemas.android.com/apk/res/android"

class ManifestTest {
    private val manifest = DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }.newDocumentBuilder()
        .parse(File("src/main/AndroidManifest.xml"))

    private fun all(tag: String): List<Element> {
        val nodes = manifest.getElementsByTagName(tag)
        return (0 until nodes.length).map { nodes.item(it) as Element }
    }

    private fun Element.android(name: String) = getAttributeNS(ANDROID, name)

    @Test
    fun `what it names is there`() {
        val named = listOf("application", "activity", "service").flatMap(::all).map { it.android("name") }
        assertEquals(listOf(".HelpApp", ".HelpActivity", ".SendCases"), named)
        for (name in named) {
            // Loading it would take Android.
            val file = "/org/baquiano/example/android/${name.removePrefix(".")}.class"
            assertNotNull(javaClass.getResource(file), name)
        }
    }

    @Test
    fun `only Android starts the job`() {
        val service = all("service").single()
        assertEquals("android.permission.BIND_JOB_SERVICE", service.android("permission"))
        assertEquals("false", service.android("exported"))
    }

    @Test
    fun `each permission has its reason`() {
        val permissions = all("uses-permission")
        assertTrue(permissions.isNotEmpty())
        for (permission in permissions) {
            val before = generateSequence(permission.previousSibling) { it.previousSibling }
                .first { it is Comment || it is Element && it.tagName != "uses-permission" }
            assertEquals(Node.COMMENT_NODE, before.nodeType, permission.android("name"))
        }
    }
}
