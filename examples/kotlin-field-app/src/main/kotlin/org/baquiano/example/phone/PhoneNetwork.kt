package org.baquiano.example.phone

import org.baquiano.Sender
import org.baquiano.ffi.Delivery
import org.baquiano.ffi.Sent

/** Sends over the simulated phone's network: without a signal nothing leaves it. A real phone fails by itself, in [org.baquiano.HttpSender]. */
class PhoneNetwork(private val phone: SimulatedPhone, private val sender: Sender) : Sender {
    override suspend fun send(delivery: Delivery): Sent = if (phone.state.value.online) sender.send(delivery) else unsent

    override suspend fun inquire(key: String): Sent? = if (phone.state.value.online) sender.inquire(key) else unsent

    private val unsent get() = Sent.NotSent("the simulated phone has no network")
}
