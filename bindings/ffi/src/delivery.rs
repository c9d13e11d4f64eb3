//! Delivering: the outbox says what to send or how long to wait, the host sends and says what came of it.

use baquiano::incident::IncidentId;
use baquiano::incident::outbox::{Heard, HttpAnswer, Inquiry, Lease, Next, Reply};
use baquiano::{Clock, SystemClock};

use crate::{Desk, DeskError, guarded};

/// What is to be done next.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum NextDelivery {
    /// Send this, and say what came of it.
    Send {
        /// What.
        delivery: Delivery,
    },
    /// Nothing now; ask again after so long, or when the network comes back.
    Wait {
        /// How long, in milliseconds.
        ms: u64,
    },
    /// The desk doesn't let this sender in, until [`Desk::go_on`].
    Paused {
        /// Why.
        why: String,
    },
    /// Nothing waits.
    Nothing,
}

/// Something to send. It is the sender's alone until the lease is over.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Delivery {
    /// What to name in the report.
    pub lease: Lease,
    /// The idempotency key: the same for every try.
    pub key: String,
    /// The incident; none for a receipt of what was dropped.
    pub incident: Option<IncidentId>,
    /// The content's type.
    pub content_type: String,
    /// The body, in gzip.
    pub body: Vec<u8>,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// Whether the desk may have it already: ask it by the key before sending.
    pub ask_first: bool,
    /// Until when it is the sender's, in milliseconds since 1970 UTC.
    pub until_ms: i64,
}

/// An answer over HTTP, as it came: what it means is decided here, the same for every sender.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
    /// The header `Content-Type`.
    pub content_type: Option<String>,
    /// The body; some 64 KB of it are enough.
    pub body: Vec<u8>,
}

/// What came of a delivery, or of an inquiry.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum Sent {
    /// Something answered.
    Answered {
        /// What.
        response: Response,
    },
    /// The desk has it, as it said by other ways.
    Accepted {
        /// The desk's number for it.
        reference: Option<String>,
    },
    /// It was sent, and no answer came: the desk may have the delivery.
    NoAnswer {
        /// Why.
        why: String,
    },
    /// Nothing was sent: no network, nobody at the address.
    NotSent {
        /// Why.
        why: String,
    },
}

impl Response {
    fn as_it_came(&self) -> HttpAnswer<'_> {
        let Self { status, retry_after, content_type, body } = self;
        HttpAnswer { status: *status, retry_after: retry_after.as_deref(), content_type: content_type.as_deref(), body }
    }
}

#[uniffi::export]
impl Desk {
    /// What to send next, or how long to wait.
    pub fn next_delivery(&self) -> Result<NextDelivery, DeskError> {
        guarded(|| {
            Ok(match self.outbox()?.next_delivery()? {
                Next::Send(delivery) => NextDelivery::Send {
                    delivery: Delivery {
                        lease: delivery.lease,
                        key: delivery.key,
                        incident: delivery.incident,
                        content_type: delivery.content_type.to_owned(),
                        body: delivery.body,
                        attempt: delivery.attempt,
                        ask_first: delivery.ask_first,
                        until_ms: delivery.until_ms,
                    },
                },
                Next::Wait(ms) => NextDelivery::Wait { ms },
                Next::Paused(why) => NextDelivery::Paused { why },
                Next::Nothing => NextDelivery::Nothing,
            })
        })
    }

    /// What came of a delivery.
    pub fn report_delivery(&self, lease: Lease, sent: Sent) -> Result<(), DeskError> {
        guarded(|| {
            let reply = match sent {
                Sent::Answered { response } => Reply::of_answer(&response.as_it_came(), SystemClock.now_ms()),
                Sent::Accepted { reference } => Reply::Accepted { reference },
                Sent::NoAnswer { why } => Reply::no_answer(&why),
                Sent::NotSent { why } => Reply::not_sent(&why),
            };
            Ok(self.outbox()?.report_delivery(lease, reply)?)
        })
    }

    /// What to ask the desk next, when nothing waits to be sent: what became of an incident that it has. None: nothing is to be asked now.
    pub fn next_inquiry(&self) -> Result<Option<Inquiry>, DeskError> {
        guarded(|| Ok(self.outbox()?.next_inquiry()?))
    }

    /// What came of an inquiry; whether the desk told something new, which the case then has.
    pub fn report_inquiry(&self, id: IncidentId, sent: Sent) -> Result<bool, DeskError> {
        guarded(|| {
            let heard = match sent {
                Sent::Answered { response } => Heard::of_answer(&response.as_it_came(), SystemClock.now_ms()),
                Sent::Accepted { reference } => Heard::Told { reference, phase: None, state: None },
                Sent::NoAnswer { .. } | Sent::NotSent { .. } => Heard::no_answer(),
            };
            Ok(self.outbox()?.report_inquiry(id, heard)?)
        })
    }

    /// Makes all that is asked about come up now, since a person wants to know.
    pub fn inquire_now(&self) -> Result<(), DeskError> {
        guarded(|| Ok(self.outbox()?.inquire_now()?))
    }

    /// Goes on after the desk didn't let this sender in, and at once when the network comes back.
    pub fn go_on(&self) -> Result<(), DeskError> {
        guarded(|| Ok(self.outbox()?.go_on()?))
    }

    /// Sends again what the desk refused.
    pub fn release(&self, id: IncidentId) -> Result<(), DeskError> {
        guarded(|| Ok(self.outbox()?.release(id)?))
    }

    /// Puts the outbox in order when nothing else is to do: makes its file smaller, forgets what was done long ago.
    pub fn tidy(&self) -> Result<(), DeskError> {
        guarded(|| Ok(self.outbox()?.tidy()?))
    }
}
