package org.baquiano.android

import java.security.cert.CertPathValidatorException
import java.security.cert.CertificateExpiredException
import java.security.cert.CertificateNotYetValidException
import javax.net.ssl.SSLException
import org.baquiano.model.FactValue

/** Causes looked through: a cause may be its own cause. Chosen: no library nests deeper. */
private const val DEEPEST = 12

/**
 * The fact `tls.error` from what the app's last request failed with, for the host's [AppFacts]. Null means that it didn't fail; a failure that has
 * nothing to do with certificates is `none` too.
 */
public fun tlsError(failure: Throwable?): FactValue {
    val causes = generateSequence(failure) { it.cause }.take(DEEPEST).toList()
    val value = causes.firstNotNullOfOrNull(::certificateError) ?: if (causes.any { it is SSLException }) "other" else "none"
    return FactValue.Text(value)
}

private fun certificateError(cause: Throwable): String? = when (cause) {
    is CertificateExpiredException -> "cert_expired"
    is CertificateNotYetValidException -> "validity_interval"
    is CertPathValidatorException -> pathError(cause)
    else -> null
}

private fun pathError(cause: CertPathValidatorException): String? = when (cause.reason) {
    CertPathValidatorException.BasicReason.EXPIRED -> "cert_expired"
    CertPathValidatorException.BasicReason.NOT_YET_VALID -> "validity_interval"
    // Android gives no reason when no authority of its own signed the certificate, only this text.
    else -> "unknown_issuer".takeIf { cause.message.orEmpty().contains("trust anchor", ignoreCase = true) }
}
