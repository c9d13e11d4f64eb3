package org.baquiano

import kotlinx.coroutines.runBlocking
import org.baquiano.model.FactValue
import org.baquiano.model.Question
import org.baquiano.model.Status
import org.baquiano.model.Todo
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path

/** What the guide promises to whoever puts the help into an app: from an open desk to a case that the desk has. */
class FirstHelpTest {
    @TempDir
    lateinit var dir: Path

    @Test
    fun `a question finds its article, and one that fits nothing the services`() = runBlocking {
        openDesk(dir.toFile()).use { desk ->
            assertTrue(found(desk, "no me agarra el jipies").first().contains("ubicación", ignoreCase = true))
            assertTrue(found(desk, "receta de baleadas con mantequilla").size >= 17)
        }
    }

    @Test
    fun `what the person mends is not filed`() = runBlocking {
        val phone = FakePhone("location.enabled" to no(), "perm.fine" to FactValue.Text("granted"))
        val mends = object : Screens {
            override suspend fun ask(question: Question): FactValue? = null
            override suspend fun did(todo: Todo): Boolean {
                phone["location.enabled"] = yes()
                phone["fix.accuracy_m"] = FactValue.Int(6)
                return true
            }
        }
        openDesk(dir.toFile()).use { desk -> assertNull(help(desk, "no me agarra el gps", phone, mends)) }
    }

    @Test
    fun `what nobody in the field can mend comes to the desk`() = runBlocking {
        val phone = FakePhone("gnss.present" to no())
        val givesUp = object : Screens {
            override suspend fun ask(question: Question): FactValue? = null
            override suspend fun did(todo: Todo) = false
        }
        FakeIntake { FakeIntake.Answered(201, """{"reference": "MA-000001"}""") }.use { intake ->
            openDesk(dir.toFile()).use { desk ->
                assertNotNull(help(desk, "no me agarra el gps", phone, givesUp))
                assertEquals(Status.PENDING, desk.cases().single().status)
                assertEquals("Todo enviado.", send(desk, HttpSender(intake.url, "el-token")))
                assertEquals("MA-000001", desk.cases().single().reference)
            }
        }
    }
}
