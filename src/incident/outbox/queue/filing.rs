//! Filing, counting what happens again, and changing what was filed.

use super::keys as key;
use super::{Done, Queue, delivery_key};
use crate::incident::life::Change;
use crate::incident::outbox::OutboxError;
use crate::incident::outbox::body;
use crate::incident::outbox::policy::RATE_WINDOW;
use crate::incident::outbox::types::{AtDesk, Entry, Filed, Item, Of, Place, Status};
use crate::incident::record::{Incident, IncidentId, MAX_RECORD_BYTES, Moment, Origin};

impl Queue<'_, '_> {
    /// Files an incident. Filing it twice is filing it once.
    pub(in crate::incident::outbox) fn file(&mut self, incident: &Incident, unsure: bool) -> Done<Filed> {
        let id = incident.id();
        if let Some(entry) = self.pairs.entry(id)? {
            if incident.revision() > entry.revision {
                // Who changed it may have sent it.
                self.keep_change(incident, entry, true)?;
            }
            return Ok(Filed::Kept(id));
        }
        let automatic = incident.origin() == Origin::Automatic;
        // What was salvaged or taken over was judged before.
        if automatic
            && !unsure
            && let Some(filed) = self.group(incident)?
        {
            return Ok(filed);
        }
        let body = packed(incident)?;
        let mut entry = entry_of(incident, self.state.lived_ms);
        self.state.filed += 1;
        if automatic && !unsure && !self.may_file_another() {
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

    /// Keeps a record that was changed, and sends the change after what was sent of it before. With `unsure`, the desk may have the change already.
    fn keep_change(&mut self, incident: &Incident, entry: Entry, unsure: bool) -> Done<()> {
        let (id, revision, body) = (incident.id(), incident.revision(), packed(incident)?);
        self.pairs.put(&key::record(id), &body)?;
        let item = self.new_item(Of::Update, Some(id), delivery_key(id, revision), entry.priority.rank(), body.len() as u64);
        self.put_entry(id, &Entry { revision, ..entry })?;
        self.add(Item { place: Place::Behind, unsure, ..item }, Some(&body))?;
        self.follow(id)
    }

    /// Takes in an incident from a file of its own. The file may come again, when it could not be removed: what was counted with another is counted once.
    pub(in crate::incident::outbox) fn take_in(&mut self, incident: &Incident, unsure: bool) -> Done<Filed> {
        let counted = key::counted(incident.id());
        if let Some(id) = self.pairs.get(&counted)?.and_then(|id| Some(IncidentId::from_bytes(id.try_into().ok()?))) {
            return Ok(Filed::Merged(id));
        }
        let filed = self.file(incident, unsure)?;
        if let Filed::Merged(id) = filed {
            self.pairs.put(&counted, id.as_bytes())?;
        }
        Ok(filed)
    }

    /// Counts an incident with one of the same fingerprint, when there is one.
    fn group(&mut self, incident: &Incident) -> Done<Option<Filed>> {
        let known = self.pairs.get(&key::group(incident.fingerprint()))?.and_then(|id| Some(IncidentId::from_bytes(id.try_into().ok()?)));
        let Some(id) = known else { return Ok(None) };
        let Some(mut entry) = self.pairs.entry(id)? else { return Ok(None) };
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
        match self.pairs.first_waiting(id)? {
            // Not sent yet: it will be sent with the count.
            Some((number, mut item)) if item.of == Of::Incident && item.attempts == 0 && !item.unsure && entry.revision == 0 => {
                self.unplace(number, &item)?;
                item.rank = entry.priority.rank();
                let place = item.place;
                self.put_place(number, &mut item, place)?;
            }
            _ => self.again(id, &entry)?,
        }
        self.put_entry(id, &entry)?;
        Ok(Some(Filed::Merged(id)))
    }

    /// The desk is to be told, in a while, that it happened again.
    fn again(&mut self, id: IncidentId, entry: &Entry) -> Done<()> {
        for number in self.pairs.waiting(id)? {
            if self.pairs.item(number)?.is_some_and(|item| item.has_no_body()) {
                return Ok(());
            }
        }
        let item = self.new_item(Of::Again, Some(id), String::new(), entry.priority.rank(), 0);
        self.add(Item { place: Place::Behind, ..item }, None)?;
        self.follow(id)
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
    pub(in crate::incident::outbox) fn change(&mut self, id: IncidentId, change: Change) -> Done<Incident> {
        // What happened meanwhile goes before the change.
        for number in self.pairs.waiting(id)? {
            if let Some(mut item) = self.pairs.item(number)? {
                self.compose(number, &mut item)?;
                if item.of == Of::Again && matches!(item.place, Place::Later(_)) && item.attempts == 0 {
                    self.place(number, &mut item, Place::Ready)?;
                }
            }
        }
        let entry = self.pairs.entry(id)?.ok_or(OutboxError::Unknown(id))?;
        let mut incident = self.pairs.record(id)?;
        incident.change(Moment::new(self.now, incident.times().observed.offset_s()), change)?;
        self.keep_change(&incident, entry, false)?;
        Ok(incident)
    }
}

/// The body of an incident, unless it is larger than what is read.
fn packed(incident: &Incident) -> Done<Vec<u8>> {
    let json = incident.to_json();
    if json.len() > MAX_RECORD_BYTES { Err(OutboxError::TooLarge { bytes: json.len() }.into()) } else { Ok(body::pack(&json)) }
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
        desk: AtDesk::default(),
    }
}
