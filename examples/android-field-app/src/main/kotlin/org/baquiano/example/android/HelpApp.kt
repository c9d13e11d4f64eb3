package org.baquiano.example.android

import android.app.Activity
import android.app.Application
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import org.baquiano.Baquiano
import org.baquiano.CrashHandler
import org.baquiano.HttpSender
import org.baquiano.android.AndroidDeviceProbe
import org.baquiano.android.AppFacts
import org.baquiano.android.PermissionLog
import org.baquiano.android.ProbeOptions
import org.baquiano.android.appVersion
import org.baquiano.android.device
import org.baquiano.android.tlsError
import org.baquiano.example.help.HelpModel
import org.baquiano.example.help.Host
import org.baquiano.ffi.Settings
import org.baquiano.model.FactValue
import java.io.File
import java.lang.ref.WeakReference

/** Where cases are sent: the intake of the app's own desk. */
private const val DESK = "https://mesa.ejemplo.invalid/api/v1"

/** What that desk lets the app in by, as its operator made it (`baquiano serve token NAME`); this one opens nothing. */
private const val TOKEN = "bq_invalid"

/** The app's id in the knowledge base (`catalog.yaml`): which texts are for it. */
private const val APP_ID = "fsu-rup"

/**
 * What lives as long as the process: the desk, the probe, and the state of the screens, which so outlives each [HelpActivity]. An app that has an `Application`
 * of its own takes these members over into it.
 */
class HelpApp : Application() {
    private val scope = MainScope()
    private val opening = Mutex()
    private var opened: Baquiano? = null
    private val lastUse by lazy { LastUse(this) }

    /** The activity in front: only it can ask for permissions. Weak, for it goes away when the phone is turned. */
    var front: WeakReference<Activity> = WeakReference(null)

    /** What was asked of the person. */
    val permissions: PermissionLog by lazy { PermissionLog(this) }

    // ANCHOR: probe
    /** Reads the phone. */
    val probe: AndroidDeviceProbe by lazy {
        val app = AppFacts.of(
            "app.days_unused" to { lastUse.daysUnused?.let { FactValue.Int(it) } },
            "tls.error" to { sender.lastTry?.let { tlsError(it.exceptionOrNull()) } },
        )
        AndroidDeviceProbe(this, ProbeOptions(app = app, activity = { front.get() }))
    }

    /** Sends cases. */
    val sender: HttpSender by lazy { HttpSender(DESK, TOKEN) }
    // ANCHOR_END: probe

    /** The help. Of the main thread, as all that is drawn. */
    val help: HelpModel by lazy {
        lastUse.begins()
        val settings = PhoneSettings({ front.get() }, permissions)
        HelpModel(Host(::desk, probe, sender, settings, filed = { SendCases.soon(this) }), scope).also { it.start() }
    }

    override fun onCreate() {
        super.onCreate()
        // Android forgets jobs when the phone is switched off.
        SendCases.unlessAsked(this)
    }

    /** The one desk of the process; opened when it is first needed. What failed is tried anew the next time. */
    suspend fun desk(): Baquiano = opening.withLock { opened ?: open().also { opened = it } }

    // ANCHOR: open
    private suspend fun open(): Baquiano {
        // Not backed up: on another phone, the same cases would be sent once more.
        val dir = File(noBackupFilesDir, "ayuda")
        val desk = Baquiano.open(Settings(dir = dir.path, app = probe.appVersion(APP_ID), device = probe.device()))
        CrashHandler.install(desk)
        return desk
    }
    // ANCHOR_END: open
}
