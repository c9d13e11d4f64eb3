//! What happens to deliveries inside one transaction: filing, leasing, reporting, changing. No clock, no lock, no file here.
//!
//! Every delivery stands in exactly one place ([`Place`]); those that may be sent, and those that may be sent later, are in an index in the order in which
//! they go. Deliveries of one incident go one after the other.

use super::body;
use super::keys as key;
use super::policy::{LONGEST_TICK, Policy, RATE_WINDOW};
use super::receipt::Receipt;
use super::reply::Reply;
use super::store::{StoreError, Writing};
use super::types::{Delivery, Entry, Filed, INCIDENT_TYPE, Item, Lease, Next, Of, Place, RECEIPT_TYPE, State, Status};
use super::{Fault, OutboxError, read_state};
use crate::Entropy;
use crate::incident::life::Change;
use crate::incident::record::{Incident, IncidentId, Moment, Origin};

/// The version of what is kept.
pub(super) const STORE_VERSION: u32 = 1;
/// A clock that is back by less than this hasn't jumped.
const SLACK_MS: i64 = 1000;
/// Most deliveries that become ready in one transaction.
const MOST_AT_ONCE: usize = 1000;
/// How far beyond its limits the outbox goes for what is never given up.
const URGENT_FACTOR: u64 = 2;

/// The queue within a transaction.
pub(super) struct Queue<'q, 't> {
    pub(super) pairs: &'q mut Writing<'t>,
    pub(super) state: State,
    policy: &'q Policy,
    entropy: &'q dyn Entropy,
    now: i64,
}

type Done<T> = Result<T, Fault>;

impl<'q, 't> Queue<'q, 't> {
    /// The queue as it is now.
    pub(super) fn begin(pairs: &'q mut Writing<'t>, policy: &'q Policy, entropy: &'q dyn Entropy, now: i64) -> Done<Self> {
        let state = read_state(|own| pairs.get(own))?;
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
        let later: Vec<u64> =
            self.pairs.beginning(key::LATER)?.map(|pair| Ok(key::last_number(&pair?.0))).collect::<Result<_, StoreError>>()?;
        for number in later {
            let Some(mut item) = self.item(number)? else { continue };
            let place = match item.place {
                Place::Later(at) => Place::Later(at.saturating_add(by)),
                Place::Leased(at) => Place::Leased(at.saturating_add(by)),
                place => place,
            };
            self.place(number, &mut item, place)?;
        }
        Ok(())
    }

    // Filing.

    /// Files an incident. Filing it twice is filing it once.
    pub(super) fn file(&mut self, incident: &Incident, unsure: bool) -> Done<Filed> {
        let id = incident.id();
        if self.entry(id)?.is_some() {
            return Ok(Filed::Kept(id));
        }
        let automatic = incident.origin() == Origin::Automatic;
        if automatic && let Some(filed) = self.group(incident)? {
            return Ok(filed);
        }
        let body = body::pack(&incident.to_json());
        let mut entry = entry_of(incident, self.state.lived_ms);
        self.state.filed += 1;
        if automatic && !self.may_file_another() {
            self.note_drop(id, &entry, "rate")?;
            entry.status = Status::Dropped;
            entry.why = Some("rate".to_owned());
            self.put_entry(id, &entry)?;
            return Ok(Filed::Dropped(id));
        }
        self.make_room(&entry, body.len() as u64)?;
        let key = delivery_key(id, incident.revision());
        let item = self.new_item(Of::Incident, Some(id), key, entry.priority.rank(), body.len() as u64);
        self.add(Item { unsure, ..item }, Some(&body))?;
        self.state.kept += 1;
        self.state.kept_bytes += body.len() as u64;
        self.put_entry(id, &entry)?;
        if automatic {
            self.pairs.put(&key::group(&entry.fingerprint), id.as_bytes())?;
        }
        Ok(Filed::Kept(id))
    }

    /// Counts an incident with one of the same fingerprint, when there is one.
    fn group(&mut self, incident: &Incident) -> Done<Option<Filed>> {
        let known = self.pairs.get(&key::group(incident.fingerprint()))?.and_then(|id| Some(IncidentId::from_bytes(id.try_into().ok()?)));
        let Some(id) = known else { return Ok(None) };
        let Some(mut entry) = self.entry(id)? else { return Ok(None) };
        let at = incident.times().occurred.ms();
        let stale = self.now.saturating_sub(entry.last_ms) > self.policy.group_ms;
        if entry.status == Status::Dropped || stale {
            return Ok(None);
        }
        self.state.filed += 1;
        self.state.merged += 1;
        entry.count += 1;
        entry.first_ms = entry.first_ms.min(at);
        entry.last_ms = entry.last_ms.max(at);
        entry.priority = entry.priority.min(incident.classification().priority);
        let waiting = self.waiting(id)?;
        let first = match waiting.first() {
            Some(number) => self.item(*number)?.map(|item| (*number, item)),
            None => None,
        };
        match first {
            // Not sent yet: it will be sent with the count.
            Some((number, mut item)) if item.of == Of::Incident && item.attempts == 0 && !item.unsure && entry.revision == 0 => {
                self.unplace(number, &item)?;
                item.rank = entry.priority.rank();
                let place = item.place;
                self.put_place(number, &mut item, place)?;
            }
            _ => self.again(id, &entry, &waiting)?,
        }
        self.put_entry(id, &entry)?;
        Ok(Some(Filed::Merged(id)))
    }

    /// The desk is to be told, in a while, that it happened again.
    fn again(&mut self, id: IncidentId, entry: &Entry, waiting: &[u64]) -> Done<()> {
        for number in waiting {
            if self.item(*number)?.is_some_and(|item| item.of == Of::Again && item.bytes == 0) {
                return Ok(());
            }
        }
        let item = self.new_item(Of::Again, Some(id), String::new(), entry.priority.rank(), 0);
        let place = if waiting.is_empty() { Place::Later(self.now.saturating_add(self.policy.group_update_ms)) } else { Place::Behind };
        self.add(Item { place, ..item }, None)?;
        Ok(())
    }

    /// Whether the app may file another incident by itself in this hour.
    fn may_file_another(&mut self) -> bool {
        if self.now.saturating_sub(self.state.window_ms) >= RATE_WINDOW {
            self.state.window_ms = self.now;
            self.state.window = 0;
        }
        self.state.window += 1;
        self.state.window <= self.policy.automatic_per_hour
    }

    /// Changes an incident, and sends the change after what was sent of it before.
    pub(super) fn change(&mut self, id: IncidentId, at: Moment, change: Change) -> Done<Incident> {
        let mut entry = self.entry(id)?.ok_or(OutboxError::Unknown(id))?;
        // What happened meanwhile goes before the change.
        for number in self.waiting(id)? {
            if let Some(mut item) = self.item(number)? {
                self.compose(number, &mut item)?;
                if item.of == Of::Again && matches!(item.place, Place::Later(_)) && item.attempts == 0 {
                    self.place(number, &mut item, Place::Ready)?;
                }
            }
        }
        let mut incident = self.record(id)?;
        incident.change(at, change)?;
        entry = self.entry(id)?.unwrap_or(entry);
        entry.revision = incident.revision();
        let body = body::pack(&incident.to_json());
        self.pairs.put(&key::record(id), &body)?;
        self.put_entry(id, &entry)?;
        let item = self.new_item(Of::Update, Some(id), delivery_key(id, incident.revision()), entry.priority.rank(), body.len() as u64);
        let place = if self.waiting(id)?.is_empty() { Place::Ready } else { Place::Behind };
        self.add(Item { place, ..item }, Some(&body))?;
        Ok(incident)
    }

    /// The record as it is now: as it was changed last, or as it was filed, with how often it happened.
    pub(super) fn record(&self, id: IncidentId) -> Done<Incident> {
        match (self.pairs.get(&key::record(id))?, self.waiting(id)?.first()) {
            (Some(body), _) => record_of(id, &body),
            (None, Some(number)) => self.body(*number, id),
            (None, None) => Err(OutboxError::Forgotten(id).into()),
        }
    }

    fn body(&self, number: u64, id: IncidentId) -> Done<Incident> {
        record_of(id, &self.pairs.get(&key::body(number))?.unwrap_or_default())
    }

    // Sending.

    /// The next delivery, leased.
    pub(super) fn lease(&mut self) -> Done<Next> {
        if let Some(why) = &self.state.paused {
            return Ok(Next::Paused(why.clone()));
        }
        if self.now < self.state.hold_until {
            return Ok(Next::Wait(wait(self.state.hold_until, self.now)));
        }
        self.wake()?;
        let first = self.pairs.beginning(key::READY)?.next().transpose()?;
        let Some((ready, _)) = first else { return self.nothing_ready() };
        let number = key::last_number(&ready);
        let Some(mut item) = self.item(number)? else { return Err(StoreError::Damaged(format!("delivery {number} is missing")).into()) };
        let ask_first = item.unsure;
        self.compose(number, &mut item)?;
        if self.state.receipt == Some(number) {
            self.state.receipt = None;
        }
        item.attempts += 1;
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
            if let Some(mut item) = self.item(number)? {
                self.place(number, &mut item, Place::Ready)?;
            }
        }
        Ok(())
    }

    fn nothing_ready(&self) -> Done<Next> {
        let next = self.pairs.beginning(key::LATER)?.next().transpose()?;
        Ok(next.map_or(Next::Nothing, |(own, _)| Next::Wait(wait(key::time_of(&own), self.now))))
    }

    /// Makes the body that says how often it happened: of a first delivery that others were counted with, and of a change that is only that.
    fn compose(&mut self, number: u64, item: &mut Item) -> Done<()> {
        let Some(id) = item.incident else { return Ok(()) };
        let Some(entry) = self.entry(id)? else { return Ok(()) };
        let again = item.of == Of::Again && item.bytes == 0;
        if !again && (item.of != Of::Incident || item.attempts > 0 || entry.count == 1) {
            return Ok(());
        }
        // As it was filed: the record may have been changed since, which is a delivery of its own.
        let mut incident = if again { self.record(id)? } else { self.body(number, id)? };
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
    pub(super) fn report(&mut self, lease: Lease, reply: Reply) -> Done<()> {
        let number = lease.delivery;
        let Some(mut item) = self.item(number)? else { return Err(OutboxError::LeaseLost.into()) };
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
                        // A later change has all that this one had.
                        self.follow(id, number)?;
                    }
                }
                Ok(())
            }
            Reply::Retry { after_ms, answered, why } => {
                item.unsure = !answered;
                let asked = after_ms.map_or(0, |after| after.clamp(0, self.policy.longest_asked_ms));
                let own = self.now.saturating_add(asked.max(self.jittered(item.attempts)));
                self.place(number, &mut item, Place::Later(own))?;
                self.state.failures = self.state.failures.saturating_add(1);
                let all = asked.max(self.jittered(self.state.failures));
                self.state.hold_until = self.now.saturating_add(all);
                self.state.asked = after_ms.is_some();
                self.failed(&item, why)
            }
            Reply::Denied { why } => {
                item.unsure = false;
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
        let Some(mut entry) = self.entry(id)? else { return Ok(()) };
        entry.reference = reference.or(entry.reference);
        if item.of == Of::Incident {
            self.state.delivered += 1;
            self.state.kept = self.state.kept.saturating_sub(1);
            self.state.kept_bytes = self.state.kept_bytes.saturating_sub(item.bytes);
            entry.status = Status::Accepted;
            entry.why = None;
            // It may be changed later.
            if let Some(body) = body.filter(|_| entry.revision == 0) {
                self.pairs.put(&key::record(id), &body)?;
            }
        }
        self.put_entry(id, &entry)?;
        self.follow(id, number)
    }

    /// The next delivery of an incident may go.
    fn follow(&mut self, id: IncidentId, after: u64) -> Done<()> {
        for number in self.waiting(id)?.into_iter().filter(|number| *number > after) {
            let Some(mut item) = self.item(number)? else { continue };
            if item.place != Place::Behind {
                continue;
            }
            let delayed = item.of == Of::Again && item.bytes == 0;
            let place = if delayed { Place::Later(self.now.saturating_add(self.policy.group_update_ms)) } else { Place::Ready };
            return self.place(number, &mut item, place);
        }
        Ok(())
    }

    /// The desk answered the user.
    pub(super) fn answered(&mut self, id: IncidentId) -> Done<()> {
        let entry = self.entry(id)?.ok_or(OutboxError::Unknown(id))?;
        if entry.status == Status::Accepted { self.set_status(id, Status::Answered, None) } else { Ok(()) }
    }

    /// What paused, and what waits since nobody answered, may go now. A wait that the desk asked for is kept.
    pub(super) fn go_on(&mut self) -> Done<()> {
        self.state.paused = None;
        if !self.state.asked {
            self.reached();
        }
        for number in self.numbers()? {
            if let Some(mut item) =
                self.item(number)?.filter(|item| matches!(item.place, Place::Later(_)) && item.unsure && item.attempts > 0)
            {
                self.place(number, &mut item, Place::Ready)?;
            }
        }
        Ok(())
    }

    /// What was refused may be sent again.
    pub(super) fn release(&mut self, id: IncidentId) -> Done<()> {
        let mut entry = self.entry(id)?.ok_or(OutboxError::Unknown(id))?;
        for number in self.waiting(id)? {
            if let Some(mut item) = self.item(number)?.filter(|item| item.place == Place::Quarantined) {
                self.place(number, &mut item, Place::Ready)?;
                if entry.status == Status::Quarantined {
                    entry.status = Status::Pending;
                }
            }
        }
        self.put_entry(id, &entry)
    }

    // Giving up.

    /// Gives up what is worth the least until there is room for another.
    fn make_room(&mut self, entry: &Entry, bytes: u64) -> Done<()> {
        let full = |state: &State, factor: u64| {
            state.kept + 1 > self.policy.most * factor || state.kept_bytes + bytes > self.policy.most_bytes * factor
        };
        if !full(&self.state, 1) {
            return Ok(());
        }
        let own = worth(entry);
        let mut victims = Vec::new();
        for number in self.numbers()? {
            let Some(item) = self.item(number)?.filter(|item| item.of == Of::Incident && !matches!(item.place, Place::Leased(_))) else {
                continue;
            };
            let Some(id) = item.incident else { continue };
            let Some(other) = self.entry(id)? else { continue };
            let least = worth(&other);
            if least < own || (other.automatic && least == own) {
                victims.push((least, number, id, other));
            }
        }
        victims.sort_by_key(|(least, number, ..)| (*least, *number));
        let mut victims = victims.into_iter();
        while full(&self.state, 1) {
            let Some((_, number, id, other)) = victims.next() else { break };
            self.give_up(number, id, other, "room")?;
        }
        // What is never given up goes beyond the limits, as far as it is sane.
        let urgent = entry.priority.is_urgent() && !entry.automatic;
        let full = self.state.kept + 1 > self.policy.most || self.state.kept_bytes + bytes > self.policy.most_bytes;
        let beyond = self.state.kept + 1 > self.policy.most * URGENT_FACTOR
            || self.state.kept_bytes + bytes > self.policy.most_bytes * URGENT_FACTOR;
        if full && (!urgent || beyond) { Err(OutboxError::Full { kept: self.state.kept }.into()) } else { Ok(()) }
    }

    fn give_up(&mut self, number: u64, id: IncidentId, mut entry: Entry, why: &str) -> Done<()> {
        let Some(item) = self.item(number)? else { return Ok(()) };
        self.note_drop(id, &entry, why)?;
        self.state.kept = self.state.kept.saturating_sub(1);
        self.state.kept_bytes = self.state.kept_bytes.saturating_sub(item.bytes);
        for number in self.waiting(id)? {
            if let Some(item) = self.item(number)? {
                self.forget(number, &item)?;
            }
        }
        self.pairs.remove(&key::record(id))?;
        self.pairs.remove(&key::group(&entry.fingerprint))?;
        entry.status = Status::Dropped;
        entry.why = Some(why.to_owned());
        self.put_entry(id, &entry)
    }

    /// Writes into a receipt what is given up. The receipt is a delivery of its own.
    fn note_drop(&mut self, id: IncidentId, entry: &Entry, why: &str) -> Done<()> {
        self.state.dropped += 1;
        let open = match self.state.receipt {
            Some(number) => self.item(number)?.map(|item| (number, item)),
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
    pub(super) fn sweep(&mut self) -> Done<()> {
        let old = |entry: &Entry, days: u16, lived: i64| lived.saturating_sub(entry.lived_ms) > Policy::days_ms(days);
        let entries: Vec<(IncidentId, Entry)> = self
            .pairs
            .beginning(key::ENTRY)?
            .map(|pair| pair.map(|(own, value)| Some((key::id_of(&own)?, serde_json::from_slice(&value).ok()?))))
            .filter_map(Result::transpose)
            .collect::<Result<_, StoreError>>()?;
        let (lived, policy) = (self.state.lived_ms, self.policy);
        for (id, entry) in entries {
            let waiting = self.waiting(id)?;
            let first = match waiting.first() {
                Some(number) => self.item(*number)?.map(|item| (*number, item)),
                None => None,
            };
            match (entry.status, first) {
                (Status::Pending | Status::Quarantined, Some((number, item)))
                    if old(&entry, policy.days, lived) && !entry.priority.is_urgent() && !matches!(item.place, Place::Leased(_)) =>
                {
                    self.give_up(number, id, entry, "age")?;
                }
                (Status::Accepted | Status::Answered | Status::Dropped, None) if old(&entry, policy.remembered_days, lived) => {
                    let group = key::group(&entry.fingerprint);
                    if self.pairs.get(&group)?.as_deref() == Some(id.as_bytes()) {
                        self.pairs.remove(&group)?;
                    }
                    self.pairs.remove(&key::record(id))?;
                    self.pairs.remove(&key::entry(id))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    // What is kept where.

    fn new_item(&self, of: Of, incident: Option<IncidentId>, key: String, rank: u8, bytes: u64) -> Item {
        Item { of, incident, key, rank, bytes, attempts: 0, place: Place::Ready, unsure: false }
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

    fn item(&self, number: u64) -> Done<Option<Item>> {
        Ok(self.pairs.get(&key::item(number))?.map(|item| parsed(&item)).transpose()?)
    }

    pub(super) fn entry(&self, id: IncidentId) -> Done<Option<Entry>> {
        Ok(self.pairs.get(&key::entry(id))?.map(|entry| parsed(&entry)).transpose()?)
    }

    fn put_entry(&mut self, id: IncidentId, entry: &Entry) -> Done<()> {
        Ok(self.pairs.put(&key::entry(id), &json(entry))?)
    }

    fn set_status(&mut self, id: IncidentId, status: Status, why: Option<String>) -> Done<()> {
        let Some(entry) = self.entry(id)? else { return Ok(()) };
        self.put_entry(id, &Entry { status, why, ..entry })
    }

    /// The deliveries of an incident that wait, in order.
    fn waiting(&self, id: IncidentId) -> Done<Vec<u64>> {
        let prefix = key::of_incident_prefix(id);
        Ok(self.pairs.beginning(&prefix)?.map(|pair| Ok(key::last_number(&pair?.0))).collect::<Result<_, StoreError>>()?)
    }

    /// Every delivery.
    fn numbers(&self) -> Done<Vec<u64>> {
        Ok(self.pairs.beginning(key::ITEM)?.map(|pair| Ok(key::last_number(&pair?.0))).collect::<Result<_, StoreError>>()?)
    }

    /// A wait drawn between nothing and the longest after so many failures.
    fn jittered(&self, failures: u32) -> i64 {
        let mut random = [0; 8];
        self.entropy.fill(&mut random);
        let longest = self.policy.wait_after(failures);
        i64::try_from(u64::from_le_bytes(random) % (longest.unsigned_abs() + 1)).unwrap_or(longest)
    }
}

/// What an incident is worth: what the app filed by itself less than what a person did, less urgent less than more. A person's urgent one is beyond that: it
/// is never given up.
fn worth(entry: &Entry) -> (u8, std::cmp::Reverse<u8>) {
    let class = match (entry.automatic, entry.priority.is_urgent()) {
        (true, _) => 0,
        (false, false) => 1,
        (false, true) => 2,
    };
    (if class == 2 { u8::MAX } else { class }, std::cmp::Reverse(if class == 2 { 0 } else { entry.priority.rank() }))
}

fn entry_of(incident: &Incident, lived_ms: i64) -> Entry {
    let happened = incident.occurrences();
    Entry {
        status: Status::Pending,
        summary: incident.summary().to_owned(),
        priority: incident.classification().priority,
        automatic: incident.origin() == Origin::Automatic,
        fingerprint: incident.fingerprint().to_owned(),
        filed_ms: incident.times().observed.ms(),
        lived_ms,
        count: happened.count,
        first_ms: happened.first.ms(),
        last_ms: happened.last.ms(),
        revision: incident.revision(),
        reference: None,
        why: None,
    }
}

fn record_of(id: IncidentId, body: &[u8]) -> Done<Incident> {
    let record = body::unpack(body).and_then(|json| Incident::from_json(&json).ok());
    record.ok_or_else(|| StoreError::Damaged(format!("the record of {id} can't be read")).into())
}

/// The idempotency key of an incident as it was filed, or of a change of it.
fn delivery_key(id: IncidentId, revision: u32) -> String {
    if revision == 0 { id.to_string() } else { format!("{id}-{revision}") }
}

fn wait(until: i64, now: i64) -> u64 {
    until.saturating_sub(now).max(1).unsigned_abs()
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

pub(super) fn parsed<T: serde::de::DeserializeOwned>(value: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(value).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// A clock that stands.
struct At(i64);

impl crate::Clock for At {
    fn now_ms(&self) -> i64 {
        self.0
    }
}
