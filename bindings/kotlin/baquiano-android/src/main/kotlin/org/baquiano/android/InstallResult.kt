package org.baquiano.android

import android.content.pm.PackageInstaller
import org.baquiano.model.FactValue

/** The public status as facts.yaml calls it. Origin: PackageInstaller.STATUS_*. */
private val STATUSES = mapOf(
    PackageInstaller.STATUS_PENDING_USER_ACTION to "PENDING_USER_ACTION(-1)",
    PackageInstaller.STATUS_SUCCESS to "SUCCESS(0)",
    PackageInstaller.STATUS_FAILURE to "FAILURE(1)",
    PackageInstaller.STATUS_FAILURE_BLOCKED to "BLOCKED(2)",
    PackageInstaller.STATUS_FAILURE_ABORTED to "ABORTED(3)",
    PackageInstaller.STATUS_FAILURE_INVALID to "INVALID",
    PackageInstaller.STATUS_FAILURE_CONFLICT to "CONFLICT(5)",
    PackageInstaller.STATUS_FAILURE_STORAGE to "STORAGE(6)",
    PackageInstaller.STATUS_FAILURE_INCOMPATIBLE to "INCOMPATIBLE(7)",
    // STATUS_FAILURE_TIMEOUT, a constant of API 34.
    8 to "TIMEOUT(8)",
)

/** The codes whose names begin Android's message. Origin: AOSP, PackageManager.INSTALL_*; they are no public constants. */
private val CODES = mapOf(
    "INSTALL_FAILED_ALREADY_EXISTS" to -1L, "INSTALL_FAILED_INVALID_APK" to -2L, "INSTALL_FAILED_INVALID_URI" to -3L,
    "INSTALL_FAILED_INSUFFICIENT_STORAGE" to -4L, "INSTALL_FAILED_DUPLICATE_PACKAGE" to -5L, "INSTALL_FAILED_NO_SHARED_USER" to -6L,
    "INSTALL_FAILED_UPDATE_INCOMPATIBLE" to -7L, "INSTALL_FAILED_SHARED_USER_INCOMPATIBLE" to -8L, "INSTALL_FAILED_MISSING_SHARED_LIBRARY" to -9L,
    "INSTALL_FAILED_DEXOPT" to -11L, "INSTALL_FAILED_OLDER_SDK" to -12L, "INSTALL_FAILED_CONFLICTING_PROVIDER" to -13L,
    "INSTALL_FAILED_NEWER_SDK" to -14L, "INSTALL_FAILED_TEST_ONLY" to -15L, "INSTALL_FAILED_CPU_ABI_INCOMPATIBLE" to -16L,
    "INSTALL_FAILED_MISSING_FEATURE" to -17L, "INSTALL_FAILED_CONTAINER_ERROR" to -18L, "INSTALL_FAILED_INVALID_INSTALL_LOCATION" to -19L,
    "INSTALL_FAILED_MEDIA_UNAVAILABLE" to -20L, "INSTALL_FAILED_VERIFICATION_TIMEOUT" to -21L, "INSTALL_FAILED_VERIFICATION_FAILURE" to -22L,
    "INSTALL_FAILED_PACKAGE_CHANGED" to -23L, "INSTALL_FAILED_VERSION_DOWNGRADE" to -25L, "INSTALL_FAILED_PERMISSION_MODEL_DOWNGRADE" to -26L,
    "INSTALL_FAILED_MISSING_SPLIT" to -28L, "INSTALL_FAILED_DEPRECATED_SDK_VERSION" to -29L, "INSTALL_PARSE_FAILED_NOT_APK" to -100L,
    "INSTALL_PARSE_FAILED_BAD_MANIFEST" to -101L, "INSTALL_PARSE_FAILED_UNEXPECTED_EXCEPTION" to -102L,
    "INSTALL_PARSE_FAILED_NO_CERTIFICATES" to -103L, "INSTALL_PARSE_FAILED_INCONSISTENT_CERTIFICATES" to -104L, "INSTALL_PARSE_FAILED_CERTIFICATE_ENCODING" to -105L,
    "INSTALL_PARSE_FAILED_BAD_PACKAGE_NAME" to -106L, "INSTALL_PARSE_FAILED_BAD_SHARED_USER_ID" to -107L,
    "INSTALL_PARSE_FAILED_MANIFEST_MALFORMED" to -108L, "INSTALL_PARSE_FAILED_MANIFEST_EMPTY" to -109L, "INSTALL_FAILED_INTERNAL_ERROR" to -110L,
    "INSTALL_FAILED_USER_RESTRICTED" to -111L, "INSTALL_FAILED_DUPLICATE_PERMISSION" to -112L, "INSTALL_FAILED_NO_MATCHING_ABIS" to -113L,
    "INSTALL_FAILED_ABORTED" to -115L, "INSTALL_FAILED_BAD_SIGNATURE" to -118L,
)

private val NAME = Regex("""INSTALL_[A-Z_]+""")

/**
 * The facts `install.status` and `install.legacy` from what a [PackageInstaller] session reported, for the host's [AppFacts].
 *
 * @param status `PackageInstaller.EXTRA_STATUS`.
 * @param message `PackageInstaller.EXTRA_STATUS_MESSAGE`, whose beginning is finer than the status.
 * @return only the facts that can be told.
 */
public fun installFacts(status: Int, message: String?): Map<String, FactValue> = buildMap {
    STATUSES[status]?.let { put("install.status", FactValue.Text(it)) }
    val name = message?.let { NAME.find(it) }?.value
    CODES[name]?.let { put("install.legacy", FactValue.Int(it)) }
}
