package org.baquiano.android

import android.content.pm.PackageInfo
import java.io.File
import java.nio.file.Path
import java.security.MessageDigest
import java.util.zip.ZipEntry
import java.util.zip.ZipOutputStream
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.mockito.Mockito

class ApkTest {
    @TempDir
    lateinit var dir: Path

    private val test = TestContext()

    private fun apk(vararg entries: Pair<String, ByteArray>): File = dir.resolve("campo.apk").toFile().also { file ->
        ZipOutputStream(file.outputStream()).use { zip ->
            entries.forEach { (name, bytes) ->
                zip.putNextEntry(ZipEntry(name))
                zip.write(bytes)
            }
        }
    }

    private fun phone(file: File, sha: String? = null, size: Long? = null) =
        test.phone(24, ProbeOptions(apk = { ApkFile(file.path, sha, size) }))

    private fun shaOf(file: File) = MessageDigest.getInstance("SHA-256").digest(file.readBytes()).joinToString("") { "%02x".format(it) }

    @Test
    fun `the framework's own compiled manifest is read`() {
        val bytes = android.content.Context::class.java.getResourceAsStream("/AndroidManifest.xml")!!.readBytes()
        val manifest = ApkManifest.parse(bytes)!!
        assertEquals("android", manifest.packageName)
        assertEquals(35, manifest.minSdk)
        assertEquals(35, manifest.targetSdk)
        assertEquals(35L, manifest.versionCode)
    }

    @Test
    fun `a file for a newer Android says so, though Android refuses to read it`() {
        val phone = phone(apk("AndroidManifest.xml" to compiledManifest(OWN, versionCode = 7, minSdk = 29, targetSdk = 34)))
        assertEquals(29L, phone.value("apk.min_sdk"))
        assertEquals(34L, phone.value("apk.target_sdk"))
        assertEquals(7L, phone.value("apk.version_code"))
        assertNull(phone.value("apk.signed"))
    }

    @Test
    fun `cut, changed or absurd manifests give nothing and don't throw`() {
        val bytes = compiledManifest(OWN, 7, 29, 34)
        for (length in bytes.indices) ApkManifest.parse(bytes.copyOf(length))
        for (at in bytes.indices) ApkManifest.parse(bytes.copyOf().also { it[at] = (it[at].toInt() xor 0xff).toByte() })
        assertNull(ApkManifest.parse(ByteArray(0)))
        assertNull(ApkManifest.parse("<manifest/>".toByteArray()))
    }

    @Test
    fun `a page in place of the file is damaged, a published hash makes it whole`() {
        val page = dir.resolve("login.apk").toFile().apply { writeText("<html>") }
        assertEquals(false, phone(page).value("apk.intact"))
        val whole = apk("AndroidManifest.xml" to compiledManifest(OWN, 7, 29, 34))
        assertNull(phone(whole).value("apk.intact"))
        assertEquals(true, phone(whole, shaOf(whole).uppercase()).value("apk.intact"))
        assertEquals(false, phone(whole, "0".repeat(64)).value("apk.intact"))
        assertEquals(false, phone(whole, shaOf(whole), whole.length() + 1).value("apk.intact"))
        assertNull(phone(dir.resolve("none.apk").toFile()).value("apk.intact"))
    }

    @Test
    fun `a file without code for this processor is told, one without any fits`() {
        val manifest = "AndroidManifest.xml" to compiledManifest(OWN, 7, 24, 34)
        assertEquals(true, phone(apk(manifest)).value("apk.abi_ok"))
        assertEquals(true, phone(apk(manifest, "lib/armeabi-v7a/libx.so" to ByteArray(1))).value("apk.abi_ok"))
        assertEquals(false, phone(apk(manifest, "lib/x86_64/libx.so" to ByteArray(1))).value("apk.abi_ok"))
    }

    @Test
    fun `an older file of the same app is older, one of another app says nothing`() {
        val installed = PackageInfo().apply {
            @Suppress("DEPRECATION")
            versionCode = 8
        }
        Mockito.`when`(test.packages.getPackageInfo(Mockito.eq(OWN), Mockito.anyInt())).thenReturn(installed)
        assertEquals(true, phone(apk("AndroidManifest.xml" to compiledManifest(OWN, 7, 24, 34))).value("apk.older"))
        assertEquals(false, phone(apk("AndroidManifest.xml" to compiledManifest(OWN, 8, 24, 34))).value("apk.older"))
        assertNull(phone(apk("AndroidManifest.xml" to compiledManifest("hn.otra", 7, 24, 34))).value("apk.older"))
    }

    @Test
    fun `without a file nothing is known of it`() {
        val ids = AndroidDeviceProbe.READERS.keys.filter { it.startsWith("apk.") }
        assertEquals(8, ids.size)
        ids.forEach { assertNull(test.phone(30).value(it), it) }
    }
}
