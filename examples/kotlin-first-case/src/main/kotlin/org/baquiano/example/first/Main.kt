package org.baquiano.example.first

import kotlinx.coroutines.runBlocking
import org.baquiano.DeviceProbe
import org.baquiano.HttpSender
import org.baquiano.model.FactValue
import org.baquiano.model.Question
import org.baquiano.model.Todo
import java.io.BufferedReader
import java.nio.file.Files
import kotlin.system.exitProcess

private const val USAGE = """Uso: kotlin-first-case [PALABRAS]

Guía a una persona en la terminal y registra el caso si lo tiene que ver la mesa.
BAQUIANO_DESK es la dirección adonde se envía (http://127.0.0.1:8026/api/v1 es la consola),
BAQUIANO_TOKEN el permiso de esta app; sin ella, el caso queda guardado hasta que la haya."""

/** Asks in a terminal: a number is a choice, nothing is «No sé» or «No puedo». When there is no more to read, all is answered so. */
internal class Terminal(private val typed: BufferedReader, private val say: (String) -> Unit = ::println) : Screens {
    override suspend fun ask(question: Question): FactValue? {
        say(question.text)
        question.help?.let { say(it) }
        return choose(question.choices.map { it.text }, "No sé")?.let { question.choices[it].value }
    }

    override suspend fun did(todo: Todo): Boolean {
        say(todo.text)
        return choose(listOf("Ya lo hice"), "No puedo") != null
    }

    private fun choose(choices: List<String>, otherwise: String): Int? {
        choices.forEachIndexed { index, text -> say("  ${index + 1}  $text") }
        say("  Intro  $otherwise")
        while (true) {
            val line = typed.readLine()?.trim()
            if (line.isNullOrEmpty()) return null
            val index = line.toIntOrNull()?.minus(1)
            if (index in choices.indices) return index
            say("Escriba uno de los números, o nada.")
        }
    }
}

fun main(args: Array<String>) {
    if (args.any { it.startsWith("-") }) {
        System.err.println(USAGE)
        exitProcess(2)
    }
    val words = args.joinToString(" ").ifBlank { "no me agarra el gps" }
    val folder = Files.createTempDirectory("baquiano-first").toFile()
    runBlocking {
        openDesk(folder).use { desk ->
            println("«$words»")
            found(desk, words).take(3).forEach { println("  · $it") }
            // A computer knows none of what a phone would tell.
            val phone = DeviceProbe { emptyMap() }
            val filing = help(desk, words, phone, Terminal(System.`in`.bufferedReader()))
            if (filing == null) {
                println("No quedó nada que registrar.")
            } else {
                println("${filing.promise}\nEl caso está guardado en $folder")
                System.getenv("BAQUIANO_DESK")?.let { println(send(desk, HttpSender(it, System.getenv("BAQUIANO_TOKEN").orEmpty()))) }
                desk.cases().forEach { println("${it.reference ?: "sin número todavía"} · ${it.status}") }
            }
        }
    }
}
