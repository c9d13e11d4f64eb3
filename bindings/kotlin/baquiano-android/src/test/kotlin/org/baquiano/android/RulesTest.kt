package org.baquiano.android

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import proguard.Configuration
import proguard.ConfigurationParser
import proguard.ProGuard
import java.io.File
import java.nio.file.Path
import java.util.Properties

/** A program that is shrunk and renamed with the rules that apps get still answers. */
class RulesTest {
    @TempDir
    lateinit var dir: Path

    @Test
    fun `shrunk by the rules, the help still answers`() {
        val path = System.getProperty("java.class.path").split(File.pathSeparator)
        val inputs = path.filter { element ->
            listOf("/baquiano/", "/baquiano-ffi/", "baquiano-0", "baquiano-ffi-0", "kotlin-stdlib-2", "kotlinx-coroutines-core-jvm", "/jna/", "test-classes")
                .any { it in element } && "proguard" !in element && File(element).exists()
        }
        val shrunk = dir.resolve("shrunk.jar")
        val ofTests = { element: String -> if ("test-classes" in element) "org/baquiano/android/ShrunkProgram*.class" else "!META-INF/versions/**,!module-info.class" }
        val rules = inputs.map { "-injars $it(${ofTests(it)})" } + listOf(
            "-outjars $shrunk",
            "-libraryjars ${System.getProperty("java.home")}/jmods/java.base.jmod(!**.jar;!module-info.class)",
            "-libraryjars ${System.getProperty("java.home")}/jmods/java.desktop.jmod(!**.jar;!module-info.class)",
            "-libraryjars ${System.getProperty("java.home")}/jmods/java.logging.jmod(!**.jar;!module-info.class)",
            "-include ${System.getProperty("baquiano.rules")}",
            "-keep class org.baquiano.android.ShrunkProgram { public static void main(java.lang.String[]); }",
            "-dontnote", "-dontwarn", "-ignorewarnings",
        )
        val configuration = Configuration()
        ConfigurationParser(rules.flatMap { it.split(' ') }.toTypedArray(), Properties()).use { it.parse(configuration) }
        ProGuard(configuration).execute()

        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val run = ProcessBuilder(java, "-cp", shrunk.toString(), "org.baquiano.android.ShrunkProgram", dir.resolve("desk").toString())
            .redirectErrorStream(true).start()
        val said = run.inputReader().readText()
        assertEquals(0, run.waitFor(), said)
        assertTrue(said.startsWith("gps"), said)
    }
}
