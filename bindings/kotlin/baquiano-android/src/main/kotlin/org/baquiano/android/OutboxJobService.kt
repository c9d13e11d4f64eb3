package org.baquiano.android

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import android.os.PersistableBundle
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import org.baquiano.Baquiano
import org.baquiano.Sender

/**
 * Delivers what waits whenever Android finds that the time is right, also when the app isn't open. An app without WorkManager derives its own, says where its
 * desk and its way of sending are, and declares it:
 *
 * ```xml
 * <service android:name=".SendCases" android:permission="android.permission.BIND_JOB_SERVICE" android:exported="false" />
 * ```
 *
 * and after each filing it calls [schedule].
 */
public abstract class OutboxJobService : JobService() {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private var running: Job? = null

    /** The app's open desk. */
    protected abstract suspend fun desk(): Baquiano

    /** The app's way of sending. */
    protected abstract fun sender(): Sender

    /** When cases may be sent. */
    protected open fun rules(): DeliveryRules = DeliveryRules()

    /** A run ended: for a screen that shows cases. Called from a thread of the work, before Android is told. */
    protected open fun worked(worked: Worked) {}

    final override fun onStartJob(params: JobParameters): Boolean {
        running = scope.launch {
            val came = try {
                // The job was let run because there is a network: what failed for want of one is tried at once.
                OutboxWork(this@OutboxJobService, desk(), sender(), rules()).run(networkCameBack = true)
            } catch (e: Exception) {
                if (e is kotlinx.coroutines.CancellationException) throw e
                Worked.Again(JobInfo.DEFAULT_INITIAL_BACKOFF_MILLIS, e.toString())
            }
            worked(came)
            // Android waits longer after each run that asks for another; the outbox has its own waits, and a run that comes too early does nothing.
            jobFinished(params, came is Worked.Again)
        }
        return true
    }

    final override fun onStopJob(params: JobParameters): Boolean {
        running?.cancel()
        // The lease of what was being sent ends by itself; the outbox asks the desk before it sends that again.
        return true
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    /** Asks Android for runs. */
    public companion object {
        /** The number of the job, where an app gives no other. Chosen. */
        public const val JOB_ID: Int = 0x0BA9

        /**
         * Asks for a run as soon as there is a network, but not before [afterMs]. One that was asked for before is replaced.
         *
         * @return whether Android takes it.
         */
        public fun schedule(context: Context, service: Class<out OutboxJobService>, jobId: Int = JOB_ID, afterMs: Long = 0): Boolean {
            val job = JobInfo.Builder(jobId, ComponentName(context, service))
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                .setMinimumLatency(afterMs)
                .setBackoffCriteria(JobInfo.DEFAULT_INITIAL_BACKOFF_MILLIS, JobInfo.BACKOFF_POLICY_EXPONENTIAL)
                .setExtras(PersistableBundle.EMPTY)
            return try {
                context.getSystemService(JobScheduler::class.java)?.schedule(job.build()) == JobScheduler.RESULT_SUCCESS
            } catch (_: RuntimeException) {
                // A service that isn't declared, or more jobs than Android allows: sending goes on when the app is opened.
                false
            }
        }
    }
}
