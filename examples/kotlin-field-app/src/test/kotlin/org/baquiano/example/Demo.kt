package org.baquiano.example

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.HelpState
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Shown
import org.baquiano.example.phone.LoopbackIntake
import org.baquiano.example.phone.Phone
import org.baquiano.example.phone.SimulatedPhone
import java.nio.file.Path
import java.util.concurrent.Executors
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** Far above what anything here takes: only what hangs gets there. */
private val PATIENCE = 60.seconds

/** The app without a window, and a person who uses it: does one thing after the other, and reads what is shown then. */
class Demo(dir: Path, start: Phone = Phone(), desk: String? = null, token: String? = null) : AutoCloseable {
    private val main = Executors.newSingleThreadExecutor().asCoroutineDispatcher()
    private val scope = CoroutineScope(SupervisorJob() + main)

    val intake = LoopbackIntake()
    val phone = SimulatedPhone(start)

    /** How long a look at the phone takes. */
    @Volatile
    var lookTakes: Duration = Duration.ZERO
    private val app = FieldApp(dir, desk ?: intake.address, scope, phone, token) { lookTakes }
    val help get() = app.help

    /** Does something, as on the main thread, and gives what is shown when it is over. */
    fun then(what: HelpModel.() -> Unit): HelpState = runBlocking {
        withContext(main) { help.what() }
        settled()
    }

    /** Does something, and doesn't wait until it is over: only until the phone is looked at. */
    fun untilLooking(what: HelpModel.() -> Unit): HelpState = runBlocking {
        withContext(main) { help.what() }
        withTimeout(PATIENCE) { help.state.first { (it.screen as? Screen.Guided)?.looking == true } }
    }

    /** Waits for what is [wanted]. */
    fun until(wanted: (HelpState) -> Boolean): HelpState = runBlocking { withTimeout(PATIENCE) { help.state.first(wanted) } }

    private suspend fun settled() = withTimeout(PATIENCE) { help.state.first { !it.busy } }

    fun processDies(): HelpState = runBlocking {
        withContext(main) { app.dieAndBeginAgain() }
        settled()
    }

    /** The phone's screen is left: the app is in front again. */
    fun leaveSettings(): HelpState = then { phone.goBack() }

    override fun close() {
        runBlocking { withContext(main) { help.die() } }
        scope.cancel()
        main.close()
        intake.close()
    }
}

val HelpState.shows: Shown get() = (screen as Screen.Guided).shows
