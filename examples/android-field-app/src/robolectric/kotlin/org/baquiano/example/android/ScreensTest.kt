package org.baquiano.example.android

import android.Manifest
import android.content.Context
import android.content.Intent
import android.content.pm.ActivityInfo
import android.content.pm.ResolveInfo
import android.graphics.Bitmap
import android.graphics.Canvas
import android.location.LocationManager
import android.os.Build
import android.os.Looper
import android.provider.Settings
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.EditText
import android.widget.TextView
import org.baquiano.example.help.Screen
import org.baquiano.example.help.Words
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TestName
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import java.io.File

/** Far above what anything here takes: only what hangs gets there. */
private const val PATIENCE_MS = 30_000L

/** The screens on Android's own views, over the real library. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [24, 30, 35], manifest = Config.NONE, application = HelpApp::class, qualifiers = "es-rHN-w360dp-h640dp-xhdpi")
class ScreensTest {
    private val app = RuntimeEnvironment.getApplication() as HelpApp
    private val location = shadowOf(app.getSystemService(Context.LOCATION_SERVICE) as LocationManager)
    @get:Rule
    val name = TestName()

    private lateinit var controller: ActivityController<HelpActivity>
    private val root: View get() = controller.get().window.decorView

    @Before
    fun open() {
        shadowOf(app).grantPermissions(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
        shadowOf(app).checkActivities(false)
        // Below Android 11 a screen that isn't seen isn't there.
        val settings = ResolveInfo().apply { activityInfo = ActivityInfo().apply { exported = true } }
        @Suppress("DEPRECATION")
        shadowOf(app.packageManager).addResolveInfoForIntent(Intent(Settings.ACTION_LOCATION_SOURCE_SETTINGS), settings)
        turnLocation(false)
        // As in the manifest, which isn't read here.
        app.applicationInfo.theme = android.R.style.Theme_Material_Light_NoActionBar
        controller = Robolectric.buildActivity(HelpActivity::class.java).setup()
        until("the first screen") { app.help.state.value.screen is Screen.Home }
    }

    @After
    fun close() {
        app.help.die()
        settle()
    }

    private fun turnLocation(on: Boolean) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) location.setLocationEnabled(on)
        @Suppress("DEPRECATION")
        Settings.Secure.putInt(app.contentResolver, Settings.Secure.LOCATION_MODE, if (on) 3 else 0)
    }

    private fun until(what: String, wanted: () -> Boolean) {
        val end = System.currentTimeMillis() + PATIENCE_MS
        while (true) {
            shadowOf(Looper.getMainLooper()).idleFor(java.time.Duration.ofMillis(20))
            if (!app.help.state.value.busy && wanted()) return
            check(System.currentTimeMillis() < end) { "waited for $what, and there was ${app.help.state.value}" }
            Thread.sleep(5)
        }
    }

    private fun settle() = until("rest") { true }

    private fun all(view: View = root): Sequence<View> = sequence {
        yield(view)
        if (view is ViewGroup) for (at in 0 until view.childCount) yieldAll(all(view.getChildAt(at)))
    }

    private fun texts() = all().filterIsInstance<TextView>().map { it.text.toString() }.toList()

    private fun button(said: String) = all().filterIsInstance<Button>().first { it.text.toString() == said }

    private fun tap(said: String) {
        button(said).performClick()
        settle()
        seen()
    }

    private var pictures = 0

    /** What must hold of each screen. */
    private fun seen() {
        val density = app.resources.displayMetrics.density
        for (view in all().filter { it.isClickable && it !is EditText && it.isShown }) {
            assertTrue("${(view as? TextView)?.text} is ${view.height / density} dp high", view.height >= 56 * density - 1)
            assertTrue("it is cut", view.right <= (view.parent as View).width)
            val lines = (view as? TextView)?.layout ?: continue
            assertTrue("${view.text} is cut", lines.height <= view.height && (0 until lines.lineCount).all { lines.getLineWidth(it) <= view.width })
        }
        // Robolectric draws from Android 8 on.
        val folder = System.getProperty("screenshots").orEmpty().takeIf { it.isNotEmpty() && Build.VERSION.SDK_INT >= Build.VERSION_CODES.O } ?: return
        val picture = Bitmap.createBitmap(root.width, root.height, Bitmap.Config.ARGB_8888)
        root.draw(Canvas(picture))
        pictures += 1
        val file = File(folder, "${name.methodName.filter { it.isLetterOrDigit() }}-$pictures.png").apply { parentFile!!.mkdirs() }
        file.outputStream().use { picture.compress(Bitmap.CompressFormat.PNG, 100, it) }
    }

    @Test
    fun `from a search to what is to be done, and back from the settings`() {
        seen()
        all().filterIsInstance<EditText>().first().setText("no me agarra el gps")
        until("hits") { (app.help.state.value.screen as? Screen.Home)?.answer?.hits?.isNotEmpty() == true }
        seen()
        val hit = (app.help.state.value.screen as Screen.Home).answer!!.hits.first()
        assertTrue(texts().contains(hit.title))
        all().first { it is ViewGroup && it.hasOnClickListeners() }.performClick()
        settle()
        seen()
        tap(Words.NO)
        tap(Words.OPEN_SETTINGS)
        assertEquals(Settings.ACTION_LOCATION_SOURCE_SETTINGS, shadowOf(app).nextStartedActivity?.action)
        assertTrue(button(Words.DID_IT).isShown)

        controller.pause().resume()
        settle()
        assertTrue(texts().contains(Words.STILL_NOT))

        controller.recreate()
        settle()
        assertTrue("turning the phone changes nothing", texts().contains(Words.STILL_NOT))

        turnLocation(true)
        controller.pause().resume()
        settle()
        seen()
        assertFalse(texts().contains(Words.STILL_NOT))
    }

    @Test
    fun `what can't be done goes to the desk, and is among the cases`() {
        app.help.guide("gps")
        settle()
        var steps = 0
        while (!texts().contains(Words.FILE)) {
            val way = listOf(Words.CANNOT, Words.DO_NOT_KNOW, Words.HOME).first { said -> texts().contains(said) }
            tap(way)
            check(steps++ < 30) { texts() }
        }
        tap(Words.FILE)
        assertTrue(texts().contains(Words.NO_NUMBER_YET))
        assertNotNull(app.getSystemService(android.app.job.JobScheduler::class.java).getPendingJob(org.baquiano.android.OutboxJobService.JOB_ID))
        @Suppress("DEPRECATION")
        controller.get().onBackPressed()
        settle()
        seen()
        assertTrue(texts().contains(Words.MY_CASES))
    }

    @Test
    fun `the permission is asked for, and the talk goes on when it is there`() {
        val asked = arrayOf(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
        shadowOf(app.packageManager).getInternalMutablePackageInfo(app.packageName).requestedPermissions = asked
        shadowOf(app).denyPermissions(*asked)
        turnLocation(true)
        app.help.guide("gps")
        settle()
        tap(Words.ASK_PERMISSION)
        val request = shadowOf(controller.get()).lastRequestedPermission
        assertEquals(asked.toSet(), request.requestedPermissions.toSet())

        val before = texts()
        shadowOf(app).grantPermissions(*asked)
        controller.get().onRequestPermissionsResult(request.requestCode, asked, IntArray(asked.size))
        controller.pause().resume()
        settle()
        seen()
        assertNotEquals(before, texts())
        assertEquals(true, app.permissions.askedBefore(asked.first()))
    }

    @Test
    @Config(sdk = [35], qualifiers = "es-rHN-w320dp-h480dp-hdpi")
    fun `with type twice as large on a small phone, nothing is cut`() {
        RuntimeEnvironment.setFontScale(2f)
        controller.recreate()
        settle()
        seen()
        app.help.guide("gps")
        settle()
        seen()
        tap(Words.OPEN_SETTINGS)
        tap(Words.CANNOT)
        app.help.showCases()
        settle()
        seen()
    }
}
