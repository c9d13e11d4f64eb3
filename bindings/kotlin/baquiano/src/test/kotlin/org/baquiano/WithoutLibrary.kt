package org.baquiano

/** Opens the desk where the native library can't be loaded, and says what comes of it. */
internal fun main() {
    // A name that is nowhere, as on a phone with a processor that the app wasn't built for.
    for (component in listOf("baquiano", "baquiano_ffi")) System.setProperty("uniffi.component.$component.libraryOverride", "nowhere")
    try {
        Baquiano.openBlocking(settings(null))
    } catch (e: BaquianoException.NoLibrary) {
        println(e.code)
    }
}
