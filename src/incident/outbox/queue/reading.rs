//! What is read of the queue, in a transaction that writes or one that doesn't.

use super::keys as key;
use super::{Done, parsed};
use crate::incident::outbox::OutboxError;
use crate::incident::outbox::body;
use crate::incident::outbox::store::{Pairs, StoreError, Table};
use crate::incident::outbox::types::{Entry, Item, Next, State};
use crate::incident::record::{Incident, IncidentId};

type Read<T> = Result<T, StoreError>;

impl<T: Table> Pairs<T> {
    /// Counters and what holds for all deliveries.
    pub(in crate::incident::outbox) fn state(&self) -> Read<State> {
        Ok(self.get(key::STATE)?.map(|state| parsed(&state)).transpose()?.unwrap_or_default())
    }

    /// A delivery.
    pub(super) fn item(&self, number: u64) -> Read<Option<Item>> {
        self.get(&key::item(number))?.map(|item| parsed(&item)).transpose()
    }

    /// What is kept of an incident.
    pub(super) fn entry(&self, id: IncidentId) -> Read<Option<Entry>> {
        self.get(&key::entry(id))?.map(|entry| parsed(&entry)).transpose()
    }

    /// The numbers at the ends of the keys that begin so, in order.
    pub(super) fn numbers(&self, prefix: &[u8]) -> Read<Vec<u64>> {
        self.beginning(prefix)?.map(|pair| Ok(key::last_number(&pair?.0))).collect()
    }

    /// The deliveries of an incident that wait, in order.
    pub(in crate::incident::outbox) fn waiting(&self, id: IncidentId) -> Read<Vec<u64>> {
        self.numbers(&key::of_incident_prefix(id))
    }

    /// The first delivery of an incident that waits.
    pub(super) fn first_waiting(&self, id: IncidentId) -> Read<Option<(u64, Item)>> {
        let Some(number) = self.waiting(id)?.first().copied() else { return Ok(None) };
        Ok(self.item(number)?.map(|item| (number, item)))
    }

    /// The record as it is now: as it was changed last, or as it was filed, with how often it happened.
    pub(in crate::incident::outbox) fn record(&self, id: IncidentId) -> Done<Incident> {
        match (self.get(&key::record(id))?, self.waiting(id)?.first()) {
            (Some(body), _) => record_of(id, &body),
            (None, Some(number)) => self.body(*number, id),
            (None, None) => Err(OutboxError::Forgotten(id).into()),
        }
    }

    /// The record as a delivery of it has it.
    pub(super) fn body(&self, number: u64, id: IncidentId) -> Done<Incident> {
        record_of(id, &self.get(&key::body(number))?.unwrap_or_default())
    }

    /// What can be said without leasing anything; none when something may be sent.
    pub(in crate::incident::outbox) fn idle(&self, state: &State, now: i64) -> Read<Option<Next>> {
        let until = |at: i64| Some(Next::Wait(at.abs_diff(now)));
        if let Some(why) = &state.paused {
            return Ok(Some(Next::Paused(why.clone())));
        }
        if now < state.hold_until {
            return Ok(until(state.hold_until));
        }
        if self.beginning(key::READY)?.next().is_some() {
            return Ok(None);
        }
        Ok(match self.beginning(key::LATER)?.next().transpose()? {
            None => Some(Next::Nothing),
            Some((later, _)) => Some(key::time_of(&later)).filter(|at| *at > now).and_then(until),
        })
    }
}

fn record_of(id: IncidentId, body: &[u8]) -> Done<Incident> {
    let record = body::unpack(body).and_then(|json| Incident::from_json(&json).ok());
    // One record that can't be read is no reason to put the whole store aside.
    record.ok_or_else(|| OutboxError::Forgotten(id).into())
}
