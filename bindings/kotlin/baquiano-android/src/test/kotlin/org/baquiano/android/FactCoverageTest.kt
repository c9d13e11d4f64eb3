package org.baquiano.android

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class FactCoverageTest {
    private val read = AndroidDeviceProbe.READERS
    private val probed = Kb.facts.values.filter { it.isProbed }.map { it.id }.toSet()

    @Test
    fun `every fact that an app is to read has a reader, is the app's, or has a reason`() {
        val without = probed - read.keys - AppFacts.HOST_FACTS.keys - UNREADABLE.keys
        assertEquals(emptySet<String>(), without)
        val used = probed.intersect(Kb.used)
        println("facts with a probe: ${probed.size}, of which flows or articles use ${used.size}")
        println("| | all | used |")
        println("| --- | ---: | ---: |")
        println("| read | ${probed.count { it in read }} | ${used.count { it in read }} |")
        println("| by the host | ${probed.count { it in AppFacts.HOST_FACTS }} | ${used.count { it in AppFacts.HOST_FACTS }} |")
        println("| unreadable | ${probed.count { it in UNREADABLE }} | ${used.count { it in UNREADABLE }} |")
        println("and without a probe: ${(AppFacts.HOST_FACTS.keys - probed).size} by the host, ${(UNREADABLE.keys - probed).size} unreadable")
    }

    @Test
    fun `no fact is told in two ways`() {
        assertEquals(emptySet<String>(), read.keys.intersect(AppFacts.HOST_FACTS.keys))
        assertEquals(emptySet<String>(), (read.keys + AppFacts.HOST_FACTS.keys).intersect(UNREADABLE.keys))
    }

    @Test
    fun `no reader, host fact or reason is for a fact that nobody knows`() {
        assertEquals(emptySet<String>(), read.keys - probed)
        assertEquals(emptySet<String>(), AppFacts.HOST_FACTS.keys + UNREADABLE.keys - Kb.facts.keys)
    }

    @Test
    fun `the lowest level is the one that facts yaml says`() {
        val differing = read.mapNotNull { (id, reader) ->
            val declared = Kb.facts.getValue(id).minSdk
            "$id: ${reader.minSdk} here, $declared there".takeIf { declared != reader.minSdk && id !in DIFFERING }
        }
        assertEquals(emptyList<String>(), differing)
    }

    @Test
    fun `what takes seconds is what facts yaml says`() {
        assertEquals(read.filterValues { it.slow }.keys, Kb.facts.values.filter { it.isSlow && it.id in read }.map { it.id }.toSet())
    }

    @Test
    fun `the aliases are those of facts yaml`() {
        val declared = Kb.facts.values.flatMap { fact -> fact.aliases.map { it to fact.id } }.toMap()
        assertEquals(declared, AndroidDeviceProbe.ALIASES)
    }

    @Test
    fun `every action that a remedy names is known`() {
        assertTrue(Kb.actions.isNotEmpty())
        assertEquals(emptySet<String>(), Kb.actions - AndroidActions.ACTIONS)
        assertEquals(20, AndroidActions.ACTIONS.size)
    }

    private companion object {
        /** Where facts.yaml counts on a library that this one does without. */
        val DIFFERING = mapOf("auto_revoke.whitelisted" to "23 to 29 only through androidx")
    }
}
