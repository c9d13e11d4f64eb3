package org.baquiano.android

import android.content.Context
import android.content.res.Configuration
import android.content.res.Resources
import android.os.LocaleList
import java.util.Locale
import kotlinx.coroutines.runBlocking
import org.baquiano.model.AppVersion
import org.baquiano.model.Device
import org.baquiano.model.FactValue
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.mockito.Mockito

class IdentityTest {
    private fun probe(test: TestContext = TestContext(), options: ProbeOptions = ProbeOptions(), build: PhoneBuild = build(30, "Xiaomi", brand = "Redmi")) =
        AndroidDeviceProbe(test.phone(build.sdk, options, build))

    @Test
    fun `the phone is told by the names that texts go by, in the language that is set`() = runBlocking {
        val test = TestContext()
        val resources = fake<Resources>()
        val configuration = Configuration().apply { setLocales(LocaleList(Locale.forLanguageTag("es-HN"))) }
        Mockito.`when`(resources.configuration).thenReturn(configuration)
        Mockito.`when`(test.context.resources).thenReturn(resources)
        val wanted = Device(vendor = "xiaomi", model = "SM-A015M", android = "11", apiLevel = 30u, abi = "arm64-v8a", locale = "es-HN")
        assertEquals(wanted, probe(test).device())
    }

    @Test
    fun `what can't be read stays open, and nothing is thrown`() = runBlocking {
        val context = fake<Context> { throw SecurityException("vendor") }
        val phone = Phone(context, ProbeOptions(), build(24).copy(model = " ", abis = emptyList()), FixedClock())
        assertEquals(Device(vendor = "samsung", android = "11", apiLevel = 24u), AndroidDeviceProbe(phone).device())
        assertEquals(AppVersion("fsu-rup"), AndroidDeviceProbe(phone).appVersion("fsu-rup"))
    }

    @Test
    fun `the app's version is that of its package, unless the app says otherwise`() = runBlocking {
        assertEquals(AppVersion("fsu-rup", "25.12rc", 0uL), probe().appVersion("fsu-rup"))
        val app = AppFacts.of("app.version" to { FactValue.Text("3.2.1") }, "app.version_code" to { FactValue.Int(321) })
        assertEquals(AppVersion("fsu-rup", "3.2.1", 321uL), probe(options = ProbeOptions(app = app)).appVersion("fsu-rup"))
    }

    @Test
    fun `there are such facts, and none of them takes seconds`() {
        for (id in DEVICE_FACTS + APP_FACTS) {
            assertTrue(id in Kb.facts && id in AndroidDeviceProbe.READABLE, id)
            assertTrue(id !in AndroidDeviceProbe.SLOW, id)
        }
    }
}
