//! What happens to deliveries inside one transaction. No clock, no lock, no file here.
//!
//! Every delivery stands in exactly one place ([`Place`]); those that may be sent, and those that may be sent later, are in an index in the order in which
//! they go. Deliveries of one incident go one after the other. Here is what is kept where; `filing` puts in, `sending` takes out, `asking` takes in what the desk tells,
//! `room` gives up, `reading` changes nothing.

mod asking;
mod filing;
pub(super) mod keys;
mod reading;
mod receipt;
mod room;
mod sending;

pub use receipt::{Drop, Receipt};

use self::keys as key;
use super::Fault;
use super::policy::{LONGEST_TICK, Policy};
use super::store::{StoreError, Writing};
use super::types::{Entry, Item, Of, Place, State, Status};
use crate::Entropy;
use crate::incident::record::IncidentId;

/// The version of what is kept.
pub(super) const STORE_VERSION: u32 = 1;
/// A clock that is back by less than this hasn't jumped.
const SLACK_MS: i64 = 1000;

/// The queue within a transaction.
pub(super) struct Queue<'q, 't> {
    pairs: &'q mut Writing<'t>,
    pub(super) state: State,
    policy: &'q Policy,
    entropy: &'q dyn Entropy,
    now: i64,
}

type Done<T> = Result<T, Fault>;

impl<'q, 't> Queue<'q, 't> {
    /// The queue as it is now.
    pub(super) fn begin(pairs: &'q mut Writing<'t>, policy: &'q Policy, entropy: &'q dyn Entropy, now: i64) -> Done<Self> {
        let state = pairs.state()?;
        let mut queue = Self { pairs, state, policy, entropy, now };
        let passed = now.saturating_sub(queue.state.seen_ms);
        if queue.state.v == 0 {
            queue.state.v = STORE_VERSION;
        } else if passed < -SLACK_MS {
            queue.clock_went_back(passed)?;
        }
        queue.state.lived_ms += passed.clamp(0, LONGEST_TICK);
        queue.state.seen_ms = now;
        Ok(queue)
    }

    /// Writes what changed in the state.
    pub(super) fn end(self) -> Done<()> {
        self.pairs.put(key::STATE, &json(&self.state))?;
        Ok(())
    }

    /// Moves every waiting time with the clock, so that what was to wait a minute waits a minute.
    fn clock_went_back(&mut self, by: i64) -> Done<()> {
        self.state.hold_until = self.state.hold_until.saturating_add(by);
        self.state.window_ms = self.state.window_ms.saturating_add(by);
        self.state.silent_until = self.state.silent_until.saturating_add(by);
        self.state.round_ms = self.state.round_ms.saturating_add(by);
        for number in self.pairs.numbers(key::LATER)? {
            let Some(mut item) = self.pairs.item(number)? else { continue };
            let place = match item.place {
                Place::Later(at) => Place::Later(at.saturating_add(by)),
                Place::Leased(at) => Place::Leased(at.saturating_add(by)),
                place => place,
            };
            self.place(number, &mut item, place)?;
        }
        Ok(())
    }

    fn new_item(&self, of: Of, incident: Option<IncidentId>, key: String, rank: u8, bytes: u64) -> Item {
        Item { of, incident, key, rank, bytes, attempts: 0, place: Place::Ready, unsure: false, asked: false, doubted: false }
    }

    /// Adds a delivery at the end of its incident's.
    fn add(&mut self, mut item: Item, body: Option<&[u8]>) -> Done<u64> {
        self.state.last += 1;
        let number = self.state.last;
        if let Some(body) = body {
            self.pairs.put(&key::body(number), body)?;
        }
        if let Some(id) = item.incident {
            self.pairs.put(&key::of_incident(id, number), &[])?;
        }
        let place = item.place;
        self.put_place(number, &mut item, place)?;
        Ok(number)
    }

    /// Moves a delivery to another place.
    fn place(&mut self, number: u64, item: &mut Item, place: Place) -> Done<()> {
        self.unplace(number, item)?;
        self.put_place(number, item, place)
    }

    fn unplace(&mut self, number: u64, item: &Item) -> Done<()> {
        match item.place {
            Place::Ready => self.pairs.remove(&key::ready(item.rank, number))?,
            Place::Later(at) | Place::Leased(at) => self.pairs.remove(&key::later(at, number))?,
            Place::Behind | Place::Quarantined => {}
        }
        Ok(())
    }

    fn put_place(&mut self, number: u64, item: &mut Item, place: Place) -> Done<()> {
        item.place = place;
        match place {
            Place::Ready => self.pairs.put(&key::ready(item.rank, number), &[])?,
            Place::Later(at) | Place::Leased(at) => self.pairs.put(&key::later(at, number), &[])?,
            Place::Behind | Place::Quarantined => {}
        }
        self.pairs.put(&key::item(number), &json(item))?;
        Ok(())
    }

    fn forget(&mut self, number: u64, item: &Item) -> Done<()> {
        self.unplace(number, item)?;
        self.pairs.remove(&key::item(number))?;
        self.pairs.remove(&key::body(number))?;
        if let Some(id) = item.incident {
            self.pairs.remove(&key::of_incident(id, number))?;
        }
        Ok(())
    }

    fn put_entry(&mut self, id: IncidentId, entry: &Entry) -> Done<()> {
        Ok(self.pairs.put(&key::entry(id), &json(entry))?)
    }

    fn set_status(&mut self, id: IncidentId, status: Status, why: Option<String>) -> Done<()> {
        let Some(entry) = self.pairs.entry(id)? else { return Ok(()) };
        self.put_entry(id, &Entry { status, why, ..entry })
    }

    /// A wait drawn between nothing and the longest after so many failures.
    fn jittered(&self, failures: u32) -> i64 {
        let mut random = [0; 8];
        self.entropy.fill(&mut random);
        let longest = self.policy.wait_after(failures);
        i64::try_from(u64::from_le_bytes(random) % (longest.unsigned_abs() + 1)).unwrap_or(longest)
    }
}

/// The idempotency key of an incident as it was filed, or of a change of it.
fn delivery_key(id: IncidentId, revision: u32) -> String {
    if revision == 0 { id.to_string() } else { format!("{id}-{revision}") }
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

pub(super) fn parsed<T: serde::de::DeserializeOwned>(value: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(value).map_err(|error| StoreError::Damaged(error.to_string()))
}
