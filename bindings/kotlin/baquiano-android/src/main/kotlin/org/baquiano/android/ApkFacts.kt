package org.baquiano.android

import android.content.pm.PackageInfo
import java.io.File
import java.security.MessageDigest
import java.util.zip.ZipFile
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/** Longest time for reading the file, in ms. Chosen: 100 MB from the slowest memory card that is sold. */
private const val FILE_MS = 30_000L

/** Read at once, in bytes. Chosen: more makes no phone faster. */
private const val BLOCK = 65_536

private const val MANIFEST = "AndroidManifest.xml"

/** A manifest of a field app has some 20 kB; what is far larger isn't one, in bytes. */
private const val MAX_MANIFEST = 4 * 1_048_576L

/**
 * The file that is to be installed. Android refuses to read a file made for a newer Android (and that is when `apk.min_sdk` matters), so the
 * manifest is read from the file itself; Android is asked for what needs its checks, the signers.
 */
internal val APK_FACTS: FactTable = factTable {
    // API 24 in facts.yaml, for that is when ApplicationInfo got the field.
    int("apk.min_sdk", minSdk = 24, slow = { FILE_MS }) { manifest().minSdk?.toLong() ?: cannotTell("the manifest doesn't say") }
    int("apk.target_sdk", slow = { FILE_MS }) {
        // Android's own rule: without a target, the minimum is it.
        val manifest = manifest()
        (manifest.targetSdk ?: manifest.minSdk ?: cannotTell("the manifest doesn't say")).toLong()
    }
    int("apk.version_code", slow = { FILE_MS }) { manifest().versionCode ?: cannotTell("the manifest doesn't say") }
    bool("apk.older", slow = { FILE_MS }) {
        sameApp()
        (manifest().versionCode ?: cannotTell("the manifest doesn't say")) < phone.versionCode(phone.installed())
    }
    bool("apk.signed", slow = { FILE_MS }) {
        if (archive() == null) cannotTell("Android can't read the file")
        signedArchive() != null
    }
    bool("apk.same_signer", slow = { FILE_MS }) {
        sameApp()
        val file = signedArchive() ?: cannotTell("no signers in the file")
        val installed = signatureFlags(phone.sdk).firstNotNullOfOrNull { flag -> phone.packages.infoOrNull(phone.subject, flag)?.let(phone::signers) }
            ?: cannotTell("no signers of the installed app")
        // A key that was changed brings the proof that the old one agreed.
        file.now == installed.now || file.everBefore.containsAll(installed.now)
    }
    bool("apk.intact", slow = { FILE_MS }) { isIntact() }
    bool("apk.abi_ok", slow = { FILE_MS }) {
        val abis = contents().abis
        abis.isEmpty() || phone.build.abis.ifEmpty { cannotTell("no ABI") }.any(abis::contains)
    }
}

/** What the archive holds; none of it depends on the Android that reads it. */
private class Contents(val manifest: ApkManifest?, val abis: Set<String>)

private fun Review.file(): ApkFile = phone.options.apk() ?: cannotTell("the app has no file at hand")

private suspend fun Review.contents(): Contents = once("apk") {
    ZipFile(File(file().path)).use { zip ->
        val abis = zip.entries().asSequence().map { it.name }.filter { it.startsWith("lib/") }.map { it.substringAfter('/').substringBefore('/') }
        val entry = zip.getEntry(MANIFEST)?.takeIf { it.size in 1..MAX_MANIFEST }
        Contents(entry?.let { ApkManifest.parse(zip.getInputStream(it).readBytes()) }, abis.toSet())
    }
}

private suspend fun Review.manifest(): ApkManifest = contents().manifest ?: cannotTell("no manifest in the file")

/** A file of another app says nothing about the one that is installed. */
private suspend fun Review.sameApp() {
    val name = manifest().packageName ?: cannotTell("the manifest doesn't say")
    if (name != phone.subject) cannotTell("the file is of another app")
}

/** The file as Android reads it; null when it refuses. */
private suspend fun Review.archive(): PackageInfo? = once("archive") { phone.packages.getPackageArchiveInfo(file().path, 0) }

private suspend fun Review.signedArchive(): Signers? = once("signers") {
    val path = file().path
    signatureFlags(phone.sdk).firstNotNullOfOrNull { flag -> phone.packages.getPackageArchiveInfo(path, flag)?.let(phone::signers) }
}

private suspend fun Review.isIntact(): Boolean {
    val apk = file()
    val file = File(apk.path)
    if (!file.isFile) cannotTell("the file isn't there")
    if (apk.sizeBytes != null && file.length() != apk.sizeBytes) return false
    if (apk.sha256 != null && !sha256(file).equals(apk.sha256.trim(), ignoreCase = true)) return false
    // What is right to the last byte is whole, even where this Android is too old to read it.
    if (apk.sha256 != null) return true
    val readable = runCatching { contents().manifest != null }.getOrElse { if (it is CannotTell) throw it else false }
    currentCoroutineContext().ensureActive()
    return if (readable) cannotTell("no published SHA-256") else false
}

private suspend fun sha256(file: File): String {
    val digest = MessageDigest.getInstance("SHA-256")
    val block = ByteArray(BLOCK)
    file.inputStream().use { input ->
        while (true) {
            currentCoroutineContext().ensureActive()
            val count = input.read(block)
            if (count < 0) break
            digest.update(block, 0, count)
        }
    }
    return digest.digest().joinToString("") { "%02x".format(it) }
}
