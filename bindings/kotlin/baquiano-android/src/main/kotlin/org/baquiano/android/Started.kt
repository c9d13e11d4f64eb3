package org.baquiano.android

import android.content.Intent

/** What starting an action came to. */
public sealed class Started {
    /** A screen was opened; it may be a fallback. Nobody knows what the person does there: read the facts again in `onResume`. */
    public data class Opened(public val intent: Intent) : Started()

    /** The window for these permissions was asked for. The answer goes to the activity's `onRequestPermissionsResult`. */
    public data class AskedForPermission(public val permissions: List<String>) : Started()

    /** Not even the settings opened. The remedy's words are all that is left. */
    public data object NothingOpens : Started()
}
