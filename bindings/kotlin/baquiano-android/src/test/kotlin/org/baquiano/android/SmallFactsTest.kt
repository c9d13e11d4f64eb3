package org.baquiano.android

import android.app.ApplicationExitInfo
import java.security.cert.CertPathValidatorException
import java.security.cert.CertificateExpiredException
import java.security.cert.CertificateNotYetValidException
import java.util.Calendar
import java.util.SimpleTimeZone
import javax.net.ssl.SSLHandshakeException
import org.baquiano.model.FactValue
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class SmallFactsTest {
    private fun phone(build: PhoneBuild) = TestContext().also { test ->
        // EMUI's manager is there; a package that a fake doesn't know is null, which is "not installed".
        org.mockito.Mockito.`when`(test.packages.getPackageInfo("com.huawei.systemmanager", 0)).thenReturn(android.content.pm.PackageInfo())
    }.phone(build.sdk, build = build)

    @Test
    fun `makers are known by manufacturer, and by brand where that is narrower`() {
        val makers = mapOf(
            ("samsung" to "samsung") to "samsung", ("Xiaomi" to "Redmi") to "xiaomi", ("Xiaomi" to "POCO") to "xiaomi", ("HUAWEI" to "HONOR") to "huawei",
            ("HONOR" to "HONOR") to "honor", ("TECNO MOBILE LIMITED" to "TECNO") to "tecno", ("INFINIX MOBILITY LIMITED" to "Infinix") to "infinix",
            ("ITEL MOBILE LIMITED" to "Itel") to "itel", ("HMD Global" to "Nokia") to "nokia", ("LGE" to "lge") to "lg", ("TCL" to "Alcatel") to "alcatel",
            ("TCL" to "TCL") to "tcl", ("BLU" to "BLU") to "blu", ("OnePlus" to "OnePlus") to "oneplus", ("motorola" to "motorola") to "motorola",
            ("Google" to "google") to "google", ("Fairphone" to "Fairphone") to "other", ("" to "") to "other", ("unknown" to "vivo") to "vivo",
            ("bluebird" to "bluebird") to "other",
        )
        makers.forEach { (names, id) -> assertEquals(id, Vendor.of(build(30, names.first, brand = names.second)).id, names.toString()) }
    }

    @Test
    fun `the maker's system is read from the build`() {
        val miui = phone(build(28, "Xiaomi", incremental = "V11.0.3.0.PFLMIXM"))
        assertEquals("miui11.0.3", miui.value("rom"))
        assertEquals("11.0.3", miui.value("rom.miui"))
        assertEquals("hyperos1.0.5", phone(build(34, "Xiaomi", incremental = "OS1.0.5.0.UNAMIXM")).value("rom"))
        val emui = phone(build(28, "HUAWEI", display = "ANE-LX3 9.1.0.372(C605E7R1P7)"))
        assertEquals("9.1.0", emui.value("rom.emui"))
        assertNull(emui.value("rom.miui"))
        assertEquals("RP1A.200720.012", phone(build(30, "motorola", display = "RP1A.200720.012")).value("rom"))
        assertEquals("3.1", oneUiVersion(120_100))
        assertNull(oneUiVersion(90_000))
    }

    @Test
    fun `a preview has the number of its level`() {
        val preview = build(33).copy(release = "Tiramisu")
        assertEquals("13", phone(preview).value("android"))
    }

    @Test
    fun `the desk is open on its days and in its hours, by its own time`() {
        val hours = DeskHours()
        fun at(day: Int, hour: Int, minute: Int): Boolean {
            val calendar = Calendar.getInstance(SimpleTimeZone(-6 * 3_600_000, "hn")).apply {
                clear()
                set(2026, Calendar.NOVEMBER, day, hour, minute)
            }
            return hours.openAt(calendar.timeInMillis)
        }
        // 23 November 2026 is a Monday.
        assertTrue(at(23, 9, 0))
        assertTrue(at(27, 16, 59))
        assertEquals(false, at(23, 8, 59))
        assertEquals(false, at(23, 17, 0))
        assertEquals(false, at(28, 12, 0))
        assertEquals(false, at(29, 12, 0))
    }

    @Test
    fun `how the app ended has its name`() {
        assertEquals("LOW_MEMORY", exitName(ApplicationExitInfo.REASON_LOW_MEMORY))
        assertEquals("OTHER", exitName(ApplicationExitInfo.REASON_DEPENDENCY_DIED))
        val declared = Kb.facts.getValue("exit.last_reason")
        (0..16).forEach { assertTrue(declared.accepts(FactValue.Text(exitName(it)))) }
    }

    @Test
    fun `an installer is a store, another store, or a way of handing on a file`() {
        val kinds = mapOf(
            "com.android.vending" to "store", "com.sec.android.app.samsungapps" to "other_store", "org.fdroid.fdroid" to "fdroid",
            "com.google.android.packageinstaller" to "sideload", "com.miui.packageinstaller" to "sideload", "com.whatsapp.w4b" to "sideload",
            "com.sec.android.app.myfiles" to "sideload", "com.android.chrome" to "sideload", "hn.gob.mdm" to "unknown",
        )
        kinds.forEach { (name, kind) -> assertEquals(kind, installerKind(name), name) }
    }

    @Test
    fun `what a session of the installer reports becomes facts`() {
        val conflict = installFacts(5, "INSTALL_FAILED_UPDATE_INCOMPATIBLE: Existing package hn.campo.app signatures do not match newer version")
        assertEquals(mapOf("install.status" to FactValue.Text("CONFLICT(5)"), "install.legacy" to FactValue.Int(-7)), conflict)
        val downgrade = installFacts(4, "INSTALL_FAILED_VERSION_DOWNGRADE")
        assertEquals(mapOf("install.status" to FactValue.Text("INVALID"), "install.legacy" to FactValue.Int(-25)), downgrade)
        assertEquals(emptyMap<String, FactValue>(), installFacts(99, null))
        (-1..8).forEach { status -> assertTrue(installFacts(status, null).all { (id, value) -> Kb.facts.getValue(id).accepts(value) }) }
    }

    @Test
    fun `an error of the connection is what its certificate says`() {
        fun of(cause: Throwable?) = (tlsError(cause) as FactValue.Text).v1
        fun wrapped(cause: Throwable) = SSLHandshakeException("Chain validation failed").apply { initCause(cause) }
        assertEquals("none", of(null))
        assertEquals("none", of(java.net.UnknownHostException()))
        assertEquals("other", of(SSLHandshakeException("no cipher")))
        assertEquals("cert_expired", of(wrapped(CertificateExpiredException())))
        assertEquals("validity_interval", of(wrapped(CertificateNotYetValidException())))
        assertEquals("unknown_issuer", of(wrapped(CertPathValidatorException("Trust anchor for certification path not found."))))
        val expired = CertPathValidatorException("timestamp check failed", null, null, -1, CertPathValidatorException.BasicReason.EXPIRED)
        assertEquals("cert_expired", of(wrapped(expired)))
        listOf("none", "other", "cert_expired", "validity_interval", "unknown_issuer").forEach {
            assertTrue(Kb.facts.getValue("tls.error").accepts(FactValue.Text(it)))
        }
    }

    @Test
    fun `a switch nobody touched is off, settings that don't answer are unknown`() {
        val test = TestContext()
        assertEquals(false, test.phone(30, rows = Rows(mapOf("airplane_mode_on" to "0"))).value("dev_options"))
        assertEquals(true, test.phone(30, rows = Rows(mapOf("development_settings_enabled" to "1"))).value("dev_options"))
        assertNull(test.phone(30, rows = Rows()).value("dev_options"))
        assertNull(test.phone(30, rows = Rows()).value("airplane"))
    }
}
