//! Asking the desk what became of what it has. An inquiry that isn't answered costs nothing but time: it never holds back a delivery.

use std::cmp::Reverse;

use super::keys as key;
use super::{Done, Queue, parsed};
use crate::incident::outbox::OutboxError;
use crate::incident::outbox::policy::Policy;
use crate::incident::outbox::reply::Heard;
use crate::incident::outbox::store::{Pairs, StoreError, Table};
use crate::incident::outbox::types::{Entry, Inquiry, State};
use crate::incident::record::IncidentId;

impl<T: Table> Pairs<T> {
    /// What to ask now: about what waits the longest, and of that the newest. Handing it out is not written down.
    pub(in crate::incident::outbox) fn inquiry(&self, state: &State, policy: &Policy, now: i64) -> Result<Option<Inquiry>, StoreError> {
        let enough = state.round >= policy.asks && (0..policy.ask_ms).contains(&now.saturating_sub(state.round_ms));
        if enough || state.paused.is_some() || now < state.hold_until || now < state.silent_until {
            return Ok(None);
        }
        // A time that is further off than any wait was written when the clock was wrong.
        let is_due = |at: i64| at <= now || at.saturating_sub(now) > policy.longest_ask_ms;
        let mut next: Option<(IncidentId, Entry)> = None;
        for followed in self.followed(now)? {
            let (id, entry) = followed?;
            let rank = |id, entry: &Entry| (entry.desk.next_ms, Reverse(id));
            if is_due(entry.desk.next_ms) && next.as_ref().is_none_or(|(other, than)| rank(id, &entry) < rank(*other, than)) {
                next = Some((id, entry));
            }
        }
        Ok(next.map(|(incident, entry)| Inquiry { incident, key: entry.desk.key.unwrap_or_else(|| incident.to_string()) }))
    }

    /// The incidents that the desk may have something to tell of, read one at a time: of what was delivered thousands are remembered.
    fn followed(&self, now: i64) -> Result<impl Iterator<Item = Result<(IncidentId, Entry), StoreError>>, StoreError> {
        let entry = move |pair: Result<(Vec<u8>, Vec<u8>), StoreError>| {
            let (own, value) = pair?;
            let entry: Entry = parsed(&value)?;
            Ok(key::id_of(&own).map(|id| (id, entry)).filter(|(_, entry)| entry.is_followed(now)))
        };
        Ok(self.beginning(key::ENTRY)?.map(entry).filter_map(Result::transpose))
    }
}

impl Queue<'_, '_> {
    /// Takes in what came of an inquiry; whether it is news.
    pub(in crate::incident::outbox) fn hear(&mut self, id: IncidentId, heard: Heard) -> Done<bool> {
        let mut entry = self.pairs.entry(id)?.ok_or(OutboxError::Unknown(id))?;
        let (state, policy, now) = (&mut self.state, self.policy, self.now);
        if !(0..policy.ask_ms).contains(&now.saturating_sub(state.round_ms)) {
            (state.round_ms, state.round) = (now, 0);
        }
        state.round = state.round.saturating_add(1);
        let (mut is_news, was_answered) = (false, !matches!(heard, Heard::Failed { .. }));
        match heard {
            Heard::Told { reference, phase, state } => {
                let desk = &mut entry.desk;
                if phase.is_some() && (&phase, &state) != (&desk.phase, &desk.state) {
                    (desk.phase, desk.state, desk.told_ms) = (phase, state, now);
                    is_news = true;
                }
                if reference.is_some() && reference != entry.reference {
                    entry.reference = reference;
                    is_news = true;
                }
            }
            Heard::Nothing => {}
            Heard::Failed { after_ms } => {
                let asked = after_ms.map_or(0, |after| after.clamp(0, policy.longest_asked_ms));
                let until = now.saturating_add(asked.max(policy.ask_ms));
                // What the desk asked for isn't shortened by what another sender met.
                let held = state.silence_asked && now < state.silent_until;
                state.silent_until = if held { state.silent_until.max(until) } else { until };
                state.silence_asked = held || after_ms.is_some();
            }
        }
        entry.desk.same = if is_news { 0 } else { entry.desk.same.saturating_add(u32::from(was_answered)) };
        entry.desk.ask_later(policy, now);
        self.put_entry(id, &entry)?;
        Ok(is_news)
    }

    /// All that the desk may have something to tell of may be asked about now. A wait that the desk asked for is kept.
    pub(in crate::incident::outbox) fn ask_now(&mut self) -> Done<()> {
        if !self.state.silence_asked {
            self.state.silent_until = 0;
        }
        self.state.round = 0;
        let now = self.now;
        let later = self.pairs.followed(now)?.filter(|followed| followed.as_ref().map_or(true, |(_, entry)| entry.desk.next_ms > now));
        for (id, mut entry) in later.collect::<Result<Vec<_>, _>>()? {
            entry.desk.next_ms = 0;
            self.put_entry(id, &entry)?;
        }
        Ok(())
    }
}

#[cfg(test)]
impl Queue<'_, '_> {
    /// Writes an incident as it was written before the desk was asked.
    pub(in crate::incident::outbox) fn write_as_before(&mut self, id: IncidentId) -> Done<()> {
        let entry = self.pairs.get(&key::entry(id))?.unwrap_or_default();
        let mut entry: serde_json::Map<String, serde_json::Value> = parsed(&entry)?;
        entry.remove("desk");
        Ok(self.pairs.put(&key::entry(id), &super::json(&entry))?)
    }
}
