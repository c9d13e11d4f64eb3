package org.baquiano.android

import org.baquiano.model.FactValue

/**
 * What only the host app knows: whether a form was sent, which error its last request ended with. The app gives one function for each fact that it
 * can tell; the rest is then asked of the person, or not at all.
 *
 * ```kotlin
 * val app = AppFacts.of(
 *     "forms.pending" to { FactValue.Bool(database.pendingForms() > 0) },
 *     "tls.error" to { sender.lastTry?.let { tlsError(it.exceptionOrNull()) } },
 * )
 * ```
 *
 * A function is called in the background, each time that the fact is read; what it throws makes the fact Unknown, and so does null ("I don't know
 * now"). A value must be of the kind that facts.yaml declares. A function for a fact that this library reads has precedence over it, as long as it
 * gives a value: an app with the Play services library can tell more of `gms` than we can.
 */
public interface AppFacts {
    /** By fact id, what tells it now. */
    public val readers: Map<String, () -> FactValue?>

    public companion object {
        /** An app that tells nothing. */
        public val NONE: AppFacts = of()

        /** From pairs of fact id and function. */
        public fun of(vararg readers: Pair<String, () -> FactValue?>): AppFacts = object : AppFacts {
            override val readers: Map<String, () -> FactValue?> = readers.toMap()
        }

        /** The facts that are the host app's to tell, each with what it should look at. */
        public val HOST_FACTS: Map<String, String> = linkedMapOf(
            "app.days_unused" to "days between the last use and the start of today's: the app stores when it was last open",
            "camera.says" to "the error that the app's camera gave last; none without one",
            "forms.pending" to "whether the app's own store holds forms that the server hasn't confirmed",
            "gms.settings_check" to "SettingsClient.checkLocationSettings, for an app with the Play services library",
            "gps.shows" to "what the app showed when it last took the point",
            "install.legacy" to "installFacts() with the result of the app's own PackageInstaller session",
            "install.status" to "installFacts() with the result of the app's own PackageInstaller session",
            "login.failed_attempts" to "refused logins in a row",
            "permission_ok" to "whether what the permission stood in the way of worked when it was tried again",
            "photo.looks" to "brightness and sharpness of the last photo; normal without one",
            "photo_ok" to "whether a photo came back and the form kept it",
            "sync.message" to "how the last sending or fetching ended",
            "sync.sent" to "whether the server confirmed what was sent or fetched",
            "tap_photo" to "how the last try at a photo ended",
            "tls.error" to "tlsError() with what the last request failed with (HttpSender.lastTry, or the app's own); none when it didn't",
        )
    }
}
