package org.baquiano

import kotlinx.coroutines.runBlocking
import org.baquiano.model.FactValue
import java.nio.file.Path

/** Begins a talk, says where it stands, and waits to be killed. */
internal fun main(args: Array<String>): Unit = runBlocking {
    val desk = Baquiano.open(settings(Path.of(args[0])))
    val phone = FakePhone("location.enabled" to no(), "perm.fine" to FactValue.Text("granted"), "vendor" to FactValue.Text("samsung"))
    val guide = desk.guide(words = "no me agarra el gps", probe = phone)
    println("page:${guide.does().todo.remedy}")
    System.out.flush()
    Thread.sleep(60_000)
}
