package org.baquiano.android

/**
 * Facts that nothing on a phone tells an ordinary app, each with why. They are asked of the person, or another part of the help desk knows them.
 */
public val UNREADABLE: Map<String, String> = linkedMapOf(
    "app_power_policy" to "vendors keep their battery policies to themselves",
    "auto_blocker" to "Samsung has no public call for it",
    "autostart" to "vendors keep their autostart lists to themselves",
    "camera.privacy_toggle" to "SensorPrivacyManager.isSensorPrivacyEnabled is a system call",
    "help.service" to "the help desk's search tells it, from what the person wrote",
    "message" to "what another app or the system shows can't be read",
    "opened_from" to "the installer doesn't say who handed it the file",
    "other_camera_app_ok" to "whether another app works can't be read",
    "other_gps_app_ok" to "whether another app works can't be read",
    "privacy_guard" to "vendors keep their permission guards to themselves",
    "second_space" to "other users of the phone can't be seen; user.id tells when the app runs in one",
    "security_app" to "the list of all apps needs a permission that stores refuse",
    "unknown_sources.source_app" to "canRequestPackageInstalls tells only about the app that asks",
)
