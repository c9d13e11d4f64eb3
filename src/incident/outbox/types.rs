//! What the outbox hands out, and what it keeps of each incident and each delivery.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::incident::life::{Phase, REOPEN_DAYS};
use crate::incident::outbox::policy::{DAY, Policy};
use crate::incident::record::IncidentId;
use crate::incident::rules::Priority;

/// The kind of content of an incident that is sent.
pub const INCIDENT_TYPE: &str = "application/vnd.baquiano.incident+json";
/// The kind of content of a receipt of what was dropped.
pub const RECEIPT_TYPE: &str = "application/vnd.baquiano.receipt+json";

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send this, and say what came of it.
    Send(Delivery),
    /// Nothing now; ask again after so many milliseconds, or when the network comes back.
    Wait(u64),
    /// The desk doesn't let this sender in: somebody must see to it, and then call [`Outbox::go_on`](super::Outbox::go_on).
    Paused(String),
    /// Nothing waits.
    Nothing,
}

/// Something to send. It is the sender's alone until the lease is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What to name in the report.
    pub lease: Lease,
    /// The idempotency key: the same for every try.
    pub key: String,
    /// The incident; none for a receipt.
    pub incident: Option<IncidentId>,
    /// The content's type.
    pub content_type: &'static str,
    /// The body, in gzip. The same bytes for every try.
    pub body: Vec<u8>,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// Whether the desk may have it already: ask it by the key before sending.
    pub ask_first: bool,
    /// Until when it is the sender's, in milliseconds since 1970 UTC.
    pub until_ms: i64,
}

/// A sender's hold on a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Lease {
    pub(super) delivery: u64,
    pub(super) attempt: u32,
}

/// A question to the desk: what became of an incident that it has. Asking changes nothing there, so it may be asked twice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Inquiry {
    /// The incident.
    pub incident: IncidentId,
    /// The key that the desk has it by.
    pub key: String,
}

/// How far an incident is, for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Status {
    /// It waits to be sent.
    Pending,
    /// It is on its way: it was handed out to be sent, and nobody has heard from the desk.
    Sent,
    /// The desk has it.
    Accepted,
    /// The desk answered the user.
    Answered,
    /// The desk refused it as it is; it is kept.
    Quarantined,
    /// It was given up, and the desk is told.
    Dropped,
}

impl Status {
    /// The status in the user's words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "Guardado, falta enviarlo",
            Self::Sent => "En camino, falta que la mesa confirme",
            Self::Accepted => "Recibido por la mesa",
            Self::Answered => "Contestado",
            Self::Quarantined => "La mesa no lo pudo leer; sigue guardado",
            Self::Dropped => "Descartado; la mesa lo sabrá",
        }
    }
}

/// What is known of an incident that was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Case {
    /// The incident.
    pub id: IncidentId,
    /// How far it is.
    pub status: Status,
    /// The desk's number for it.
    pub reference: Option<String>,
    /// Where in its life it is at the desk, as far as that was heard; none also when the desk has a phase that isn't known here.
    pub phase: Option<Phase>,
    /// The same in words, for the user.
    pub state: Option<String>,
    /// When that was heard first, in milliseconds since 1970 UTC.
    pub told_ms: Option<i64>,
    /// One line.
    pub summary: String,
    /// How urgent it is.
    pub priority: Priority,
    /// When it was filed, in milliseconds since 1970 UTC.
    pub filed_ms: i64,
    /// How often it happened.
    pub count: u64,
    /// How often it was changed.
    pub revision: u32,
    /// Deliveries of it that wait: itself, or changes.
    pub waiting: u32,
    /// Why it was refused, given up, or why sending it failed last.
    pub why: Option<String>,
}

/// What became of what was filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filed {
    /// It waits to be sent.
    Kept(IncidentId),
    /// It happened before: counted with that one.
    Merged(IncidentId),
    /// The app files too many by itself: this one was given up, and the desk is told.
    Dropped(IncidentId),
    /// The store couldn't be used now. It is safe in a file of its own, and waits to be taken in.
    Spooled(IncidentId),
}

impl Filed {
    /// The incident that tells of it.
    pub fn id(self) -> IncidentId {
        match self {
            Self::Kept(id) | Self::Merged(id) | Self::Dropped(id) | Self::Spooled(id) => id,
        }
    }
}

/// Where all incidents are that were ever filed: `filed` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Balance {
    /// Filed.
    pub filed: u64,
    /// The desk has them.
    pub delivered: u64,
    /// They wait.
    pub pending: u64,
    /// Counted with others.
    pub merged: u64,
    /// Given up, each with a reason in a receipt.
    pub dropped: u64,
    /// The desk refused them; they are kept.
    pub quarantined: u64,
}

impl Balance {
    /// Whether none is lost.
    pub fn holds(&self) -> bool {
        self.filed == self.delivered + self.pending + self.merged + self.dropped + self.quarantined
    }
}

/// Counters and what holds for all deliveries.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// The version of what is kept.
    pub(super) v: u32,
    /// The number of the last delivery.
    pub(super) last: u64,
    pub(super) filed: u64,
    pub(super) delivered: u64,
    pub(super) merged: u64,
    pub(super) dropped: u64,
    /// Incidents that wait or are quarantined, and the bytes of their bodies.
    pub(super) kept: u64,
    pub(super) kept_bytes: u64,
    /// Until when nothing is sent, and after how many failures in a row.
    pub(super) hold_until: i64,
    /// Whether the desk asked for that wait.
    pub(super) asked: bool,
    pub(super) failures: u32,
    pub(super) paused: Option<String>,
    /// The last time that was seen, and how long the app has run by then, each jump forward counting as a day at most.
    pub(super) seen_ms: i64,
    pub(super) lived_ms: i64,
    /// Incidents that the app filed by itself since.
    pub(super) window_ms: i64,
    pub(super) window: u32,
    /// The receipt that further drops are written into.
    pub(super) receipt: Option<u64>,
    /// Until when the desk isn't asked about anything, and whether it asked for that wait.
    pub(super) silent_until: i64,
    pub(super) silence_asked: bool,
    /// Since when inquiries are counted for the limit, and how many.
    pub(super) round_ms: i64,
    pub(super) round: u32,
}

/// What is kept of an incident.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) status: Status,
    pub(super) summary: String,
    pub(super) priority: Priority,
    pub(super) automatic: bool,
    pub(super) fingerprint: String,
    pub(super) filed_ms: i64,
    pub(super) lived_ms: i64,
    pub(super) count: u64,
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
    pub(super) revision: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// None of it in what was written before the desk was asked.
    #[serde(default)]
    pub(super) desk: AtDesk,
}

/// What the desk tells of an incident that it has, and when it is asked again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct AtDesk {
    /// The key that the desk has it by; none where that is the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    /// The phase as the desk writes it: one that isn't known here may be to a later version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phase: Option<String>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<String>,
    /// When that was heard first.
    pub(super) told_ms: i64,
    /// From when on it may be asked about.
    pub(super) next_ms: i64,
    /// Inquiries in a row that told nothing new.
    pub(super) same: u32,
}

impl AtDesk {
    pub(super) fn phase(&self) -> Option<Phase> {
        serde_json::from_value(Value::String(self.phase.clone()?)).ok()
    }

    /// Asks again after a while, which is longer each time that nothing new is told, and long where nothing more is expected.
    pub(super) fn ask_later(&mut self, policy: &Policy, now: i64) {
        let wait = if self.phase() == Some(Phase::Closed) { policy.longest_ask_ms } else { policy.ask_after(self.same) };
        self.next_ms = now.saturating_add(wait);
    }

    /// Whether nothing more is expected: it was closed, and can't be opened again.
    fn is_over(&self, now: i64) -> bool {
        self.phase() == Some(Phase::Closed) && now.saturating_sub(self.told_ms) > REOPEN_DAYS * DAY
    }
}

impl Entry {
    /// Whether the desk has it, and may have something to tell of it.
    pub(super) fn is_followed(&self, now: i64) -> bool {
        matches!(self.status, Status::Accepted | Status::Answered) && !self.desk.is_over(now)
    }

    /// Whether it is never given up: a person filed it, and it is urgent.
    pub(super) fn is_kept_at_all_cost(&self) -> bool {
        self.priority.is_urgent() && !self.automatic
    }
}

/// What a delivery is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Of {
    /// An incident for the first time.
    Incident,
    /// A change of one.
    Update,
    /// A change that is only that it happened again: its body is made when it is sent.
    Again,
    /// A receipt of what was dropped.
    Receipt,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    /// It may be sent.
    Ready,
    /// It may be sent from then on.
    Later(i64),
    /// A sender has it until then.
    Leased(i64),
    /// Another one of the same incident comes first.
    Behind,
    /// The desk refused it.
    Quarantined,
}

/// What is kept of a delivery, besides its body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) of: Of,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) incident: Option<IncidentId>,
    pub(super) key: String,
    /// 1 goes first.
    pub(super) rank: u8,
    pub(super) bytes: u64,
    pub(super) attempts: u32,
    pub(super) place: Place,
    /// Whether the desk may have it already.
    pub(super) unsure: bool,
    /// Whether the desk asked for the wait.
    #[serde(default)]
    pub(super) asked: bool,
    /// Whether the desk may have it already since a try before this one.
    #[serde(default)]
    pub(super) doubted: bool,
}

impl Item {
    /// Whether it only says that something happened again, and how often isn't written yet: that is done when it goes, after a while.
    pub(super) fn has_no_body(&self) -> bool {
        self.of == Of::Again && self.bytes == 0
    }
}
