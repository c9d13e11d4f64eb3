//! Giving up: for lack of room, or of old age. Whatever is given up is told to the desk in a receipt.

use super::keys as key;
use super::receipt::Receipt;
use super::{Done, Queue, json};
use crate::Clock;
use crate::incident::outbox::OutboxError;
use crate::incident::outbox::policy::Policy;
use crate::incident::outbox::store::StoreError;
use crate::incident::outbox::types::{Entry, Of, Place, Status};
use crate::incident::record::IncidentId;

/// How far beyond its limits the outbox goes for what is never given up.
const URGENT_FACTOR: u64 = 2;

impl Queue<'_, '_> {
    /// Gives up what is worth the least until there is room for another.
    pub(super) fn make_room(&mut self, entry: &Entry, bytes: u64) -> Done<()> {
        if !self.is_full(bytes, 1) {
            return Ok(());
        }
        let own = worth(entry);
        let mut victims = Vec::new();
        for number in self.pairs.numbers(key::ITEM)? {
            let Some(item) = self.pairs.item(number)?.filter(|item| item.of == Of::Incident && !matches!(item.place, Place::Leased(_)))
            else {
                continue;
            };
            let Some(id) = item.incident else { continue };
            let Some(other) = self.pairs.entry(id)? else { continue };
            let least = worth(&other);
            if !other.is_kept_at_all_cost() && (least < own || (other.automatic && least == own)) {
                victims.push((least, number, id, other));
            }
        }
        victims.sort_by_key(|(least, number, ..)| (*least, *number));
        let mut victims = victims.into_iter();
        while self.is_full(bytes, 1) {
            let Some((_, number, id, other)) = victims.next() else { break };
            self.give_up(number, id, other, "room")?;
        }
        // What is never given up goes beyond the limits, as far as it is sane.
        let factor = if entry.is_kept_at_all_cost() { URGENT_FACTOR } else { 1 };
        if self.is_full(bytes, factor) { Err(OutboxError::Full { kept: self.state.kept }.into()) } else { Ok(()) }
    }

    /// Whether another one of so many bytes is beyond the limits, or so many times them.
    fn is_full(&self, bytes: u64, factor: u64) -> bool {
        let (state, policy) = (&self.state, self.policy);
        state.kept + 1 > policy.most.saturating_mul(factor) || state.kept_bytes + bytes > policy.most_bytes.saturating_mul(factor)
    }

    fn give_up(&mut self, number: u64, id: IncidentId, mut entry: Entry, why: &str) -> Done<()> {
        let Some(item) = self.pairs.item(number)? else { return Ok(()) };
        self.note_drop(id, &entry, why)?;
        self.state.kept = self.state.kept.saturating_sub(1);
        self.state.kept_bytes = self.state.kept_bytes.saturating_sub(item.bytes);
        for number in self.pairs.waiting(id)? {
            if let Some(item) = self.pairs.item(number)? {
                self.forget(number, &item)?;
            }
        }
        self.pairs.remove(&key::record(id))?;
        self.forget_group(id, &entry)?;
        entry.lived_ms = self.state.lived_ms;
        entry.status = Status::Dropped;
        entry.why = Some(why.to_owned());
        self.put_entry(id, &entry)
    }

    /// What has the same fingerprint isn't counted with this one any more.
    fn forget_group(&mut self, id: IncidentId, entry: &Entry) -> Done<()> {
        let group = key::group(&entry.fingerprint);
        if self.pairs.get(&group)?.as_deref() == Some(id.as_bytes()) {
            self.pairs.remove(&group)?;
        }
        Ok(())
    }

    /// Writes into a receipt what is given up. The receipt is a delivery of its own.
    pub(super) fn note_drop(&mut self, id: IncidentId, entry: &Entry, why: &str) -> Done<()> {
        self.state.dropped += 1;
        let open = match self.state.receipt {
            Some(number) => self.pairs.item(number)?.map(|item| (number, item)),
            None => None,
        };
        let written = match &open {
            Some((number, _)) => self.pairs.get(&key::body(*number))?.as_deref().and_then(Receipt::unpacked),
            None => None,
        };
        let (number, mut item, mut receipt) = match (open, written) {
            (Some((number, item)), Some(receipt)) if !receipt.is_full() => (number, item, receipt),
            _ => {
                let receipt = Receipt::new(IncidentId::new(&At(self.now), self.entropy));
                let item = self.new_item(Of::Receipt, None, receipt.id().to_string(), u8::MAX, 0);
                let number = self.add(item.clone(), None)?;
                self.state.receipt = Some(number);
                (number, item, receipt)
            }
        };
        receipt.note(id, entry, why, self.now);
        let body = receipt.packed();
        item.bytes = body.len() as u64;
        self.pairs.put(&key::body(number), &body)?;
        self.pairs.put(&key::item(number), &json(&item))?;
        Ok(())
    }

    /// Gives up what is too old, and forgets what was delivered long ago.
    pub(in crate::incident::outbox) fn sweep(&mut self) -> Done<()> {
        let (lived, policy) = (self.state.lived_ms, self.policy);
        let old = |entry: &Entry, days: u16| lived.saturating_sub(entry.lived_ms) > Policy::days_ms(days);
        // Thousands may be remembered, of which a few are old: only those are held at once.
        let entries: Vec<(IncidentId, Entry)> = self
            .pairs
            .beginning(key::ENTRY)?
            .map(|pair| pair.map(|(own, value)| Some((key::id_of(&own)?, serde_json::from_slice(&value).ok()?))))
            .filter_map(Result::transpose)
            .filter(|pair| pair.as_ref().map_or(true, |(_, entry)| old(entry, policy.days.min(policy.remembered_days))))
            .collect::<Result<_, StoreError>>()?;
        for (id, entry) in entries {
            match (entry.status, self.pairs.first_waiting(id)?) {
                (Status::Pending | Status::Quarantined, Some((number, item)))
                    if old(&entry, policy.days) && !entry.priority.is_urgent() && !matches!(item.place, Place::Leased(_)) =>
                {
                    self.give_up(number, id, entry, "age")?;
                }
                (Status::Accepted | Status::Answered | Status::Dropped, None) if old(&entry, policy.remembered_days) => {
                    self.forget_group(id, &entry)?;
                    self.pairs.remove(&key::record(id))?;
                    self.pairs.remove(&key::entry(id))?;
                    let counted =
                        self.pairs.beginning(key::COUNTED)?.filter(|pair| pair.as_ref().is_ok_and(|(_, with)| with == id.as_bytes()));
                    for own in counted.map(|pair| Ok(pair?.0)).collect::<Result<Vec<_>, StoreError>>()? {
                        self.pairs.remove(&own)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// What an incident is worth: what the app filed by itself less than what a person did, and less urgent less than more.
fn worth(entry: &Entry) -> (bool, std::cmp::Reverse<u8>) {
    (!entry.automatic, std::cmp::Reverse(entry.priority.rank()))
}

/// A clock that stands.
struct At(i64);

impl Clock for At {
    fn now_ms(&self) -> i64 {
        self.0
    }
}
