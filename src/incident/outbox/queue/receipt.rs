//! A receipt: what was given up, and why. It is delivered like an incident, so that the desk knows what it will never see.

use serde::{Deserialize, Serialize};

use crate::incident::outbox::body;
use crate::incident::outbox::types::Entry;
use crate::incident::record::{IncidentId, Moment};
use crate::incident::rules::Priority;

/// Most incidents in one receipt; further ones go into the next. Chosen: some 40 KB of JSON.
const MOST: usize = 200;

/// What was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    schema: u32,
    receipt: IncidentId,
    dropped: Vec<Drop>,
}

/// An incident that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drop {
    /// The incident.
    pub id: IncidentId,
    /// Why: `room`, `age`, or `rate` (the app filed too many by itself).
    pub why: String,
    /// How urgent it was.
    pub priority: Priority,
    /// One line.
    pub summary: String,
    /// How often it happened.
    pub count: u64,
    /// When it was filed.
    pub filed: Moment,
    /// When it was given up.
    pub at: Moment,
}

impl Receipt {
    pub(in crate::incident::outbox) fn new(id: IncidentId) -> Self {
        Self { schema: 1, receipt: id, dropped: Vec::new() }
    }

    /// Its id, and idempotency key.
    pub fn id(&self) -> IncidentId {
        self.receipt
    }

    /// What was given up.
    pub fn dropped(&self) -> &[Drop] {
        &self.dropped
    }

    pub(in crate::incident::outbox) fn is_full(&self) -> bool {
        self.dropped.len() >= MOST
    }

    pub(in crate::incident::outbox) fn note(&mut self, id: IncidentId, entry: &Entry, why: &str, now: i64) {
        let at = |ms| Moment::new(ms, 0);
        self.dropped.push(Drop {
            id,
            why: why.to_owned(),
            priority: entry.priority,
            summary: entry.summary.clone(),
            count: entry.count,
            filed: at(entry.filed_ms),
            at: at(now),
        });
    }

    pub(in crate::incident::outbox) fn packed(&self) -> Vec<u8> {
        body::pack(&serde_json::to_vec(self).unwrap_or_default())
    }

    pub(in crate::incident::outbox) fn unpacked(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(&body::unpack(body)?).ok()
    }
}
