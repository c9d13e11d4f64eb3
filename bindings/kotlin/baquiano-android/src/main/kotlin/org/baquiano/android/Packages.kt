package org.baquiano.android

import android.annotation.TargetApi
import android.content.pm.PackageInfo
import android.content.pm.PackageManager
import android.content.pm.Signature
import android.os.Build

/** What is installed under a name; null when nothing is, or nothing that may be seen. */
internal fun PackageManager.infoOrNull(name: String, flags: Int = 0): PackageInfo? = try {
    getPackageInfo(name, flags)
} catch (_: PackageManager.NameNotFoundException) {
    null
}

internal fun Phone.versionCode(info: PackageInfo): Long = if (sdk >= Build.VERSION_CODES.P) longVersionCode(info) else versionCodeBefore(info)

@TargetApi(Build.VERSION_CODES.P)
private fun longVersionCode(info: PackageInfo): Long = info.longVersionCode

@Suppress("DEPRECATION")
private fun versionCodeBefore(info: PackageInfo): Long = info.versionCode.toLong()

/** The flag that makes Android read who signed a package. */
@Suppress("DEPRECATION")
internal fun signatureFlags(sdk: Int): List<Int> =
    // Android 9 gives no signers of a file for the new flag, so the old one comes second there.
    listOfNotNull(PackageManager.GET_SIGNING_CERTIFICATES.takeIf { sdk >= Build.VERSION_CODES.P }, PackageManager.GET_SIGNATURES)

/** Who signed a package, and who signed it before the key was changed. */
internal class Signers(val now: Set<Signature>, val everBefore: Set<Signature>)

internal fun Phone.signers(info: PackageInfo): Signers? {
    val modern = if (sdk >= Build.VERSION_CODES.P) signersNow(info) else null
    val signers = modern ?: signersBefore(info)
    return signers.takeIf { it.now.isNotEmpty() }
}

@TargetApi(Build.VERSION_CODES.P)
private fun signersNow(info: PackageInfo): Signers? {
    val signing = info.signingInfo ?: return null
    val now = signing.apkContentsSigners.orEmpty().toSet()
    val history = if (signing.hasMultipleSigners()) emptySet() else signing.signingCertificateHistory.orEmpty().toSet()
    return Signers(now, history + now)
}

@Suppress("DEPRECATION")
private fun signersBefore(info: PackageInfo): Signers = info.signatures.orEmpty().toSet().let { Signers(it, it) }
