//! Leasing deliveries, and what came of them.

use super::keys as key;
use super::{Done, Queue, delivery_key, json};
use crate::incident::outbox::body;
use crate::incident::outbox::reply::Reply;
use crate::incident::outbox::store::StoreError;
use crate::incident::outbox::types::{Delivery, Entry, INCIDENT_TYPE, Item, Lease, Next, Of, Place, RECEIPT_TYPE, Status};
use crate::incident::outbox::{Fault, OutboxError};
use crate::incident::record::IncidentId;

/// Most deliveries that become ready in one transaction.
const MOST_AT_ONCE: usize = 1000;

impl Queue<'_, '_> {
    /// The next delivery, leased.
    pub(in crate::incident::outbox) fn lease(&mut self) -> Done<Next> {
        if let Some(next) = self.pairs.idle(&self.state, self.now)? {
            return Ok(next);
        }
        self.wake()?;
        let first = self.pairs.beginning(key::READY)?.next().transpose()?;
        let number = first.map_or(0, |(ready, _)| key::last_number(&ready));
        let Some(mut item) = self.pairs.item(number)? else {
            return Err(StoreError::Damaged(format!("delivery {number} is missing")).into());
        };
        let ask_first = item.unsure;
        match self.compose(number, &mut item) {
            // What it was to tell of isn't kept any more.
            Err(Fault::Rule(OutboxError::Forgotten(id))) if item.of == Of::Again => {
                self.forget(number, &item)?;
                self.follow(id)?;
                return self.lease();
            }
            composed => composed?,
        }
        if self.state.receipt == Some(number) {
            self.state.receipt = None;
        }
        item.attempts += 1;
        item.doubted = item.unsure;
        // Until somebody says what came of it, the desk may have it.
        item.unsure = true;
        let until = self.now.saturating_add(self.policy.lease_ms);
        self.place(number, &mut item, Place::Leased(until))?;
        if let Some(id) = item.incident.filter(|_| item.of == Of::Incident) {
            self.set_status(id, Status::Sent, None)?;
        }
        let body = self.pairs.get(&key::body(number))?.unwrap_or_default();
        Ok(Next::Send(Delivery {
            lease: Lease { delivery: number, attempt: item.attempts },
            key: item.key,
            incident: item.incident,
            content_type: if item.of == Of::Receipt { RECEIPT_TYPE } else { INCIDENT_TYPE },
            body,
            attempt: item.attempts,
            ask_first,
            until_ms: until,
        }))
    }

    /// What may be sent by now becomes ready: what waited, and what a sender has had for too long.
    fn wake(&mut self) -> Done<()> {
        let due: Vec<u64> = self
            .pairs
            .beginning(key::LATER)?
            .take(MOST_AT_ONCE)
            .map(|pair| pair.map(|(own, _)| (key::time_of(&own), key::last_number(&own))))
            .take_while(|pair| pair.as_ref().map_or(true, |(at, _)| *at <= self.now))
            .map(|pair| pair.map(|(_, number)| number))
            .collect::<Result<_, StoreError>>()?;
        for number in due {
            if let Some(mut item) = self.pairs.item(number)? {
                self.place(number, &mut item, Place::Ready)?;
            }
        }
        Ok(())
    }

    /// Makes the body that says how often it happened: of a first delivery that others were counted with, and of a change that is only that.
    pub(super) fn compose(&mut self, number: u64, item: &mut Item) -> Done<()> {
        let Some(id) = item.incident else { return Ok(()) };
        let Some(entry) = self.pairs.entry(id)? else { return Ok(()) };
        let again = item.has_no_body();
        if !again && (item.of != Of::Incident || item.attempts > 0 || item.unsure || entry.count == 1) {
            return Ok(());
        }
        // As it was filed: the record may have been changed since, which is a delivery of its own.
        let mut incident = if again { self.pairs.record(id)? } else { self.pairs.body(number, id)? };
        incident.happened(entry.count, entry.first_ms, entry.last_ms, entry.priority, again.then_some(self.now));
        let body = body::pack(&incident.to_json());
        if again {
            item.key = delivery_key(id, incident.revision());
            self.pairs.put(&key::record(id), &body)?;
            self.put_entry(id, &Entry { revision: incident.revision(), ..entry })?;
        } else {
            self.state.kept_bytes = self.state.kept_bytes.saturating_sub(item.bytes) + body.len() as u64;
        }
        item.bytes = body.len() as u64;
        self.pairs.put(&key::body(number), &body)?;
        self.pairs.put(&key::item(number), &json(item))?;
        Ok(())
    }

    /// Takes in what came of a delivery.
    pub(in crate::incident::outbox) fn report(&mut self, lease: Lease, reply: Reply) -> Done<()> {
        let number = lease.delivery;
        let Some(mut item) = self.pairs.item(number)? else { return Err(OutboxError::LeaseLost.into()) };
        let held = matches!(item.place, Place::Leased(_)) && item.attempts == lease.attempt;
        match reply {
            // However late: the desk has it.
            Reply::Accepted { reference } => self.accepted(number, &item, reference),
            _ if !held => Err(OutboxError::LeaseLost.into()),
            Reply::Rejected { why } => {
                item.unsure = false;
                self.place(number, &mut item, Place::Quarantined)?;
                self.reached();
                if let Some(id) = item.incident {
                    if item.of == Of::Incident {
                        self.set_status(id, Status::Quarantined, Some(why))?;
                    } else {
                        if let Some(entry) = self.pairs.entry(id)? {
                            self.put_entry(id, &Entry { why: Some(why), ..entry })?;
                        }
                        // A later change has all that this one had.
                        self.follow(id)?;
                    }
                }
                Ok(())
            }
            Reply::Retry { after_ms, answered, why } => {
                // That the desk hasn't taken this try says nothing of one before.
                item.unsure = !answered || item.doubted;
                item.asked = after_ms.is_some();
                let asked = after_ms.map_or(0, |after| after.clamp(0, self.policy.longest_asked_ms));
                let own = self.now.saturating_add(asked.max(self.jittered(item.attempts)));
                self.place(number, &mut item, Place::Later(own))?;
                self.state.failures = self.state.failures.saturating_add(1);
                let all = asked.max(self.jittered(self.state.failures));
                let until = self.now.saturating_add(all);
                // What the desk asked for isn't shortened by what another sender met.
                let held = self.state.asked && self.now < self.state.hold_until;
                self.state.hold_until = if held { self.state.hold_until.max(until) } else { until };
                self.state.asked = held || after_ms.is_some();
                self.failed(&item, why)
            }
            Reply::Denied { why } => {
                item.unsure = item.doubted;
                self.place(number, &mut item, Place::Ready)?;
                self.state.paused = Some(why.clone());
                self.failed(&item, why)
            }
        }
    }

    /// The desk was reached: nothing is held back any more.
    fn reached(&mut self) {
        self.state.failures = 0;
        self.state.hold_until = 0;
        self.state.asked = false;
    }

    fn failed(&mut self, item: &Item, why: String) -> Done<()> {
        let Some(id) = item.incident.filter(|_| item.of == Of::Incident) else { return Ok(()) };
        let status = if item.unsure { Status::Sent } else { Status::Pending };
        self.set_status(id, status, Some(why))
    }

    fn accepted(&mut self, number: u64, item: &Item, reference: Option<String>) -> Done<()> {
        self.reached();
        let body = self.pairs.get(&key::body(number))?;
        self.forget(number, item)?;
        let Some(id) = item.incident else { return Ok(()) };
        let Some(mut entry) = self.pairs.entry(id)? else { return Ok(()) };
        entry.reference = reference.or(entry.reference);
        // It is remembered from now on.
        entry.lived_ms = self.state.lived_ms;
        if item.of == Of::Incident {
            self.state.delivered += 1;
            self.state.kept = self.state.kept.saturating_sub(1);
            self.state.kept_bytes = self.state.kept_bytes.saturating_sub(item.bytes);
            entry.status = Status::Accepted;
            entry.why = None;
            entry.desk.key = Some(&item.key).filter(|key| **key != id.to_string()).cloned();
        }
        // The desk has something new to look at.
        entry.desk.same = 0;
        entry.desk.next_ms = self.now.saturating_add(self.policy.ask_ms);
        // It may be changed later.
        if let Some(body) = body
            && self.pairs.get(&key::record(id))?.is_none()
        {
            self.pairs.put(&key::record(id), &body)?;
        }
        self.put_entry(id, &entry)?;
        self.forget_refused(id, number)?;
        self.follow(id)
    }

    /// Forgets the refused changes of an incident before one that was accepted: it has all that they had.
    fn forget_refused(&mut self, id: IncidentId, before: u64) -> Done<()> {
        for number in self.pairs.waiting(id)?.into_iter().filter(|number| *number < before) {
            if let Some(item) = self.pairs.item(number)?.filter(|item| item.place == Place::Quarantined && item.of != Of::Incident) {
                self.forget(number, &item)?;
            }
        }
        Ok(())
    }

    /// The next delivery of an incident may go, unless one is on its way, or the incident itself was refused. A refused change keeps none back.
    pub(super) fn follow(&mut self, id: IncidentId) -> Done<()> {
        let mut behind = None;
        for number in self.pairs.waiting(id)? {
            let Some(item) = self.pairs.item(number)? else { continue };
            match item.place {
                Place::Quarantined if item.of != Of::Incident => {}
                Place::Behind => _ = behind.get_or_insert((number, item)),
                _ => return Ok(()),
            }
        }
        let Some((number, mut item)) = behind else { return Ok(()) };
        let place = if item.has_no_body() { Place::Later(self.now.saturating_add(self.policy.group_update_ms)) } else { Place::Ready };
        self.place(number, &mut item, place)
    }

    /// The desk answered the user.
    pub(in crate::incident::outbox) fn answered(&mut self, id: IncidentId) -> Done<()> {
        let entry = self.pairs.entry(id)?.ok_or(OutboxError::Unknown(id))?;
        if entry.status == Status::Accepted { self.set_status(id, Status::Answered, None) } else { Ok(()) }
    }

    /// What paused, and what waits after a failure, may go now. A wait that the desk asked for is kept.
    pub(in crate::incident::outbox) fn go_on(&mut self) -> Done<()> {
        self.state.paused = None;
        if !self.state.asked {
            self.reached();
        }
        for number in self.pairs.numbers(key::ITEM)? {
            if let Some(mut item) = self
                .pairs
                .item(number)?
                .filter(|item| waits_after_a_failure(item) || item.of == Of::Receipt && item.place == Place::Quarantined)
            {
                self.place(number, &mut item, Place::Ready)?;
            }
        }
        Ok(())
    }

    /// What was refused may be sent again.
    pub(in crate::incident::outbox) fn release(&mut self, id: IncidentId) -> Done<()> {
        let mut entry = self.pairs.entry(id)?.ok_or(OutboxError::Unknown(id))?;
        for number in self.pairs.waiting(id)? {
            if let Some(mut item) = self.pairs.item(number)?.filter(|item| item.place == Place::Quarantined) {
                self.place(number, &mut item, Place::Behind)?;
                if entry.status == Status::Quarantined {
                    entry.status = Status::Pending;
                }
            }
        }
        self.put_entry(id, &entry)?;
        self.follow(id)
    }
}

fn waits_after_a_failure(item: &Item) -> bool {
    matches!(item.place, Place::Later(_)) && !item.asked && item.attempts > 0
}
