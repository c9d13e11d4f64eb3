package org.baquiano.example.android

import android.app.job.JobScheduler
import android.content.Context
import org.baquiano.Baquiano
import org.baquiano.Sender
import org.baquiano.android.OutboxJobService

// ANCHOR: job
/** Sends what waits when there is a network, also when the app isn't open. */
class SendCases : OutboxJobService() {
    private val app get() = application as HelpApp

    override suspend fun desk(): Baquiano = app.desk()

    override fun sender(): Sender = app.sender

    companion object {
        /** Asks Android for a run as soon as there is a network. */
        fun soon(context: Context) {
            schedule(context, SendCases::class.java)
        }

        /** The same, unless a run is under way or asked for: to ask anew would break it off, or forget how long it is to wait. */
        fun unlessAsked(context: Context) {
            val jobs = context.getSystemService(JobScheduler::class.java) ?: return
            if (jobs.getPendingJob(JOB_ID) == null) soon(context)
        }
    }
}
// ANCHOR_END: job
