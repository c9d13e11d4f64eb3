package org.baquiano.example.android

import android.app.Activity
import org.baquiano.android.AndroidActions
import org.baquiano.android.PermissionLog
import org.baquiano.android.Started
import org.baquiano.example.help.SettingsOpener

/** Opens the phone's own screens, and asks for permissions. From the activity in front: from elsewhere Android drops both without a word. */
class PhoneSettings(private val front: () -> Activity?, private val permissions: PermissionLog) : SettingsOpener {
    override fun open(action: String, proves: List<String>): Boolean {
        val activity = front() ?: return false
        return AndroidActions(activity, log = permissions).start(action, proves) !is Started.NothingOpens
    }
}
