package org.baquiano.android

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.ByteArrayInputStream
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.zip.ZipFile
import java.util.zip.ZipInputStream
import javax.xml.parsers.DocumentBuilderFactory

/** The AAR as Android's tools will open it. */
class AarIT {
    private val abis = System.getProperty("baquiano.abis").split(' ')

    private fun <T> inAar(look: (ZipFile) -> T): T = ZipFile(System.getProperty("baquiano.aar")).use(look)

    private fun ZipFile.bytes(name: String): ByteArray {
        val entry = checkNotNull(getEntry(name)) { "$name is missing" }
        return getInputStream(entry).readBytes()
    }

    @Test
    fun `it has what Android's tools look for`() = inAar { aar ->
        for (name in listOf("AndroidManifest.xml", "classes.jar", "R.txt", "proguard.txt", "META-INF/com/android/build/gradle/aar-metadata.properties")) {
            aar.bytes(name)
        }
        val parser = DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }.newDocumentBuilder()
        val manifest = parser.parse(ByteArrayInputStream(aar.bytes("AndroidManifest.xml"))).documentElement
        assertEquals("org.baquiano.android", manifest.getAttribute("package"))
        val sdk = manifest.getElementsByTagName("uses-sdk").item(0) as org.w3c.dom.Element
        assertEquals("24", sdk.getAttributeNS("http://schemas.android.com/apk/res/android", "minSdkVersion"))
    }

    @Test
    fun `its classes are those of all modules, and nothing of a desktop`() {
        val names = inAar { aar ->
            ZipInputStream(ByteArrayInputStream(aar.bytes("classes.jar"))).use { zip -> generateSequence { zip.nextEntry }.map { it.name }.toList() }
        }
        for (name in listOf("org/baquiano/Baquiano", "org/baquiano/ffi/Desk", "org/baquiano/model/Page", "org/baquiano/android/AndroidDeviceProbe")) {
            assertTrue("$name.class" in names, name)
        }
        assertEquals(emptyList<String>(), names.filter { it.endsWith(".so") || it.startsWith("com/sun") || it.startsWith("kotlin/") })
        assertTrue("org/baquiano/licencias.txt" in names, "$names")
        for (module in listOf("baquiano-ffi", "baquiano", "baquiano-android")) assertTrue("META-INF/$module.kotlin_module" in names, "$names")
    }

    @Test
    fun `its libraries are what they are called, in pages of 16 KB`() = inAar { aar ->
        val found = aar.entries().asSequence().map { it.name }.filter { it.startsWith("jni/") && it.endsWith(".so") }.toSet()
        assertEquals(abis.map { "jni/$it/libbaquiano_ffi.so" }.toSet(), found)
        for (abi in abis) {
            val elf = Elf(aar.bytes("jni/$abi/libbaquiano_ffi.so"))
            assertEquals(MACHINES.getValue(abi), elf.machine to elf.is64, abi)
            assertTrue(elf.loadAlignments().isNotEmpty() && elf.loadAlignments().all { it >= 16 * 1024 }, "$abi: ${elf.loadAlignments()}")
            assertTrue(elf.size > 3_000_000, "$abi has no knowledge base in ${elf.size} bytes")
        }
    }

    private companion object {
        /** The numbers of machines in the header of an ELF file, and whether it is one of 64 bits. */
        val MACHINES = mapOf("arm64-v8a" to (183 to true), "armeabi-v7a" to (40 to false), "x86_64" to (62 to true))
    }
}

/** As much of an ELF file as is looked at here. */
private class Elf(bytes: ByteArray) {
    private val data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)
    val size = bytes.size
    val is64: Boolean
    val machine: Int

    init {
        check(data.getInt(0) == 0x464C457F) { "no ELF file" }
        is64 = data.get(4).toInt() == 2
        machine = data.getShort(18).toInt()
    }

    /** The alignment of each segment that is loaded. */
    fun loadAlignments(): List<Long> {
        val at = if (is64) data.getLong(32) else data.getInt(28).toLong()
        val size = data.getShort(if (is64) 54 else 42).toInt()
        val count = data.getShort(if (is64) 56 else 44).toInt()
        return (0 until count).map { (at + it * size).toInt() }
            .filter { data.getInt(it) == 1 }
            .map { if (is64) data.getLong(it + 48) else data.getInt(it + 28).toLong() }
    }
}
