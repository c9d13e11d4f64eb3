package org.baquiano.bench

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.baquiano.Baquiano
import org.baquiano.ffi.ArticlePage
import org.baquiano.ffi.Desk
import org.baquiano.ffi.Query
import org.baquiano.ffi.Reader
import org.baquiano.ffi.Settings
import org.baquiano.ffi.Talk
import org.baquiano.ffi.Work
import org.baquiano.model.Answer
import org.baquiano.model.Device
import org.baquiano.model.FactValue
import org.baquiano.model.Page
import org.baquiano.model.Shows
import org.openjdk.jmh.annotations.Benchmark
import org.openjdk.jmh.annotations.BenchmarkMode
import org.openjdk.jmh.annotations.Fork
import org.openjdk.jmh.annotations.Measurement
import org.openjdk.jmh.annotations.Mode
import org.openjdk.jmh.annotations.OutputTimeUnit
import org.openjdk.jmh.annotations.Scope
import org.openjdk.jmh.annotations.Setup
import org.openjdk.jmh.annotations.State
import org.openjdk.jmh.annotations.TearDown
import org.openjdk.jmh.annotations.Warmup
import java.util.concurrent.TimeUnit

internal val SETTINGS = Settings(dir = null, app = null, device = Device(null, null, null, null, null, null, null, null, null))

/** The question of `benches`' border program: the two must be the same. */
internal val QUESTION = Query(text = "no me agarra el gps", limit = 5u, facts = emptyMap<String, FactValue>())

/** What calls cost once all is warm. The same in Rust: `cargo run --release -p baquiano-benches --bin border`. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
open class CallBenchmark {
    private lateinit var desk: Desk
    private lateinit var baquiano: Baquiano
    private lateinit var talk: Talk
    private lateinit var work: Work
    private lateinit var fact: String
    private lateinit var article: String

    @Setup
    fun open() {
        desk = Desk.open(SETTINGS)
        baquiano = Baquiano.openBlocking(SETTINGS, Dispatchers.Unconfined)
        talk = desk.guideByChat("gps", null)
        fact = (talk.page().shows as Shows.Ask).question.fact
        work = Work()
        article = desk.search(QUESTION).hits.first().id
        check(desk.search(QUESTION).hits.size == 5)
    }

    @TearDown
    fun close() {
        talk.close()
        desk.close()
        baquiano.close()
        work.close()
    }

    /** The least that a call costs. */
    @Benchmark
    fun empty(): Double = work.progress()

    @Benchmark
    fun search(): Answer = desk.search(QUESTION)

    /** The same through the layer that apps see. */
    @Benchmark
    fun searchSuspending(): Answer = runBlocking { baquiano.search(QUESTION) }

    /** An answer, and back: two steps of a talk. */
    @Benchmark
    fun twoSteps(): Page? {
        talk.answer(fact, null)
        return talk.back()
    }

    @Benchmark
    fun article(): ArticlePage? = desk.article(article, Reader.FIELD_WORKER)
}
