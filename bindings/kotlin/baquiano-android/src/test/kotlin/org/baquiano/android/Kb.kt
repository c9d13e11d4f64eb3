package org.baquiano.android

import java.io.File
import org.baquiano.model.FactValue
import org.yaml.snakeyaml.Yaml

/** A fact as facts.yaml declares it. */
class DeclaredFact(yaml: Map<*, *>) {
    val id = yaml["id"] as String
    val isProbed = "probe" in yaml
    val isSlow = yaml["slow"] == true
    val minSdk = yaml["min_sdk"] as Int?
    private val type = yaml["type"]
    val aliases = (yaml["aliases"] as List<*>?).orEmpty().map { it as String }

    /** Whether a value is of its kind, and one of its values where it has a list. */
    fun accepts(value: FactValue): Boolean = when (type) {
        "bool" -> value is FactValue.Bool
        "int" -> value is FactValue.Int
        "text" -> value is FactValue.Text && value.v1.isNotBlank()
        "version" -> value is FactValue.Text && value.v1.matches(Regex("""\d+(\.\d+)*.*"""))
        else -> value is FactValue.Text && value.v1 in ((type as Map<*, *>)["one-of"] as List<*>).map { it.toString() }
    }

    override fun toString() = "$id: $type"
}

/** The knowledge base that the build points to. */
object Kb {
    private val dir = File(checkNotNull(System.getProperty("baquiano.kb")) { "Maven sets baquiano.kb" })

    val facts: Map<String, DeclaredFact> by lazy {
        val all = (load("facts.yaml") as Map<*, *>)["facts"] as List<*>
        all.map { DeclaredFact(it as Map<*, *>) }.associateBy { it.id }
    }

    private val flows: List<Any?> by lazy {
        File(dir, "flows").listFiles { file -> file.extension == "yaml" }.orEmpty().sorted().map { load("flows/${it.name}") } + load("remedies.yaml")
    }

    /** The front matter of every article. */
    private val articles: List<Any?> by lazy {
        File(dir, "articles").walk().filter { it.extension == "md" }
            .map { Yaml().load<Any?>(it.readText().substringAfter("---").substringBefore("\n---")) }.toList()
    }

    /** The facts that a flow or an article names. */
    val used: Set<String> by lazy { (flows + articles).flatMap(::words).toSet().intersect(facts.keys) }

    /** The actions that a remedy names. */
    val actions: Set<String> by lazy { flows.flatMap { valuesOf(it, "action") }.toSet() }

    private fun load(path: String): Any? = Yaml().load(File(dir, path).readText())

    private fun words(node: Any?): List<String> = when (node) {
        is Map<*, *> -> node.flatMap { (key, value) -> listOf(key.toString()) + words(value) }
        is List<*> -> node.flatMap(::words)
        else -> listOf(node.toString())
    }

    private fun valuesOf(node: Any?, key: String): List<String> = when (node) {
        is Map<*, *> -> node.flatMap { (name, value) -> if (name == key) listOf(value.toString()) else valuesOf(value, key) }
        is List<*> -> node.flatMap { valuesOf(it, key) }
        else -> emptyList()
    }
}
