//! The outbox: the durable queue of incidents on the phone, until the desk has acknowledged them.
//!
//! It *pulls*: [`Outbox::next_delivery`] says what to send or how long to wait, the host sends it as it likes, and [`Outbox::report_delivery`] takes what came of
//! it. So there is no network and no thread in here, and an app can send when Android lets it.
//!
//! What it promises: when [`Outbox::file`] returns, a power cut loses nothing. Every delivery is sent at least once; with its idempotency key, which stays
//! the same, and by asking the desk where an answer was lost ([`Delivery::ask_first`]), the desk has it exactly once. Whatever is given up is told to the desk
//! in a receipt. All incidents that were ever filed are somewhere: [`Outbox::balance`].
//!
//! What became of them at the desk is asked in the same way, when nothing waits: [`Outbox::next_inquiry`], [`Outbox::report_inquiry`].
//!
//! ```
//! use baquiano::incident::outbox::{Next, Outbox, Policy, Reply};
//! use baquiano::incident::{Draft, Origin, Rules};
//! use baquiano::{HelpDesk, SystemClock, SystemEntropy, kb::pack::Pack};
//!
//! let desk = HelpDesk::open(Pack::from_static(baquiano_kb::PACK)?)?;
//! let rules = Rules::new(desk.knowledge().catalog()?)?;
//! let dir = tempfile::tempdir()?;
//! let outbox = Outbox::open(dir.path(), Policy::default(), SystemClock, SystemEntropy)?;
//!
//! let mut draft = Draft::new(Origin::App);
//! draft.symptom = Some("no me toma la foto".to_owned());
//! let filed = outbox.file(draft.register(&rules, &SystemClock, &SystemEntropy))?;
//!
//! if let Next::Send(delivery) = outbox.next_delivery()? {
//!     assert_eq!(delivery.incident, Some(filed.id()));
//!     // … here the app sends `delivery.body` …
//!     outbox.report_delivery(delivery.lease, Reply::Accepted { reference: Some("INC-1".to_owned()) })?;
//! }
//! assert_eq!(outbox.case(filed.id())?.and_then(|case| case.reference), Some("INC-1".to_owned()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
mod error;
mod policy;
mod queue;
mod reply;
mod salvage;
mod spool;
mod store;
#[cfg(test)]
mod tests;
mod types;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use error::Fault;
pub use error::{FileError, OutboxError};
pub use policy::Policy;
pub use queue::{Drop, Receipt};
pub use reply::{Heard, HttpAnswer, Reply};
pub use types::{Balance, Case, Delivery, Filed, INCIDENT_TYPE, Inquiry, Lease, Next, RECEIPT_TYPE, Status};

use self::queue::keys as key;
use self::queue::{Queue, STORE_VERSION};
use self::spool::{Spool, Spooled};
use self::store::{Store, StoreError, Writing};
use self::types::{Entry, Item, Of, Place, State};
use super::life::Change;
use super::record::{Incident, IncidentId};
use crate::{Clock, Entropy};

/// The store's file in the outbox's folder.
const STORE_FILE: &str = "outbox.redb";
/// The file that is locked while the store is opened.
const LOCK_FILE: &str = "outbox.lock";
/// How long a crashing app waits for the outbox, before it takes the way that needs no lock. Chosen: Android kills what doesn't answer for 5 s.
const CRASH_WAIT: Duration = Duration::from_millis(200);
/// Files that are taken in with one transaction. Chosen: so many records are some hundred KB in memory.
const TAKEN_AT_ONCE: usize = 100;
/// How often what waits for a lock looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// A store that is this much larger than what is in it is made smaller when nothing is to do.
const SPARE: u64 = 1 << 20;

/// Damaged stores that are kept for who looks into what happened. Chosen: the last one, and one to compare it with.
const DAMAGED_KEPT: usize = 2;

/// What was found on opening.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// Whether another process has the store: what is filed goes into files of its own, and nothing can be delivered from here.
    pub guest: bool,
    /// Why the store can't be opened: what is filed goes into files of its own until it can.
    pub failed: Option<String>,
    /// The damaged store that was put aside.
    pub set_aside: Option<PathBuf>,
    /// Incidents that were whole in it, and were taken over. The desk is asked for each before it is sent.
    pub salvaged: usize,
    /// Incidents that were taken in from files of their own.
    pub taken_in: usize,
}

/// The outbox. It is safe to use from several threads, and several processes may have one on the same folder.
pub struct Outbox {
    dir: PathBuf,
    policy: Policy,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    spool: Spool,
    opener: Opener,
    inner: Mutex<Inner>,
}

/// What opens the store in a file: the system's disk, or what plays it.
type Opener = Box<dyn Fn(&Path) -> Result<Store, StoreError> + Send + Sync>;

#[derive(Default)]
struct Inner {
    store: Option<Store>,
    opened: Opened,
    /// What is wrong in the store, when that was found in the middle of something.
    damaged: Option<String>,
}

impl Outbox {
    /// Opens the outbox in a folder, which it makes. A damaged store is put aside, and what is whole in it is taken over.
    ///
    /// # Errors
    /// [`OutboxError`] when the folder can't be made, or the store is of a newer version. A store that another process has, or that can't be opened now, is no
    /// error: see [`Opened::guest`] and [`Opened::failed`].
    pub fn open(
        dir: impl Into<PathBuf>,
        policy: Policy,
        clock: impl Clock + 'static,
        entropy: impl Entropy + 'static,
    ) -> Result<Self, OutboxError> {
        Self::open_with(dir, policy, Arc::new(clock), Arc::new(entropy))
    }

    /// The same with a clock and random numbers that others use, too.
    ///
    /// # Errors
    /// As [`Outbox::open`].
    pub fn open_with(
        dir: impl Into<PathBuf>,
        policy: Policy,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, OutboxError> {
        Self::open_through(Box::new(Store::open), dir.into(), policy, clock, entropy)
    }

    fn open_through(
        opener: Opener,
        dir: PathBuf,
        policy: Policy,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, OutboxError> {
        let outbox = Self { spool: Spool::beside(&dir), dir, policy, clock, entropy, opener, inner: Mutex::default() };
        fs::create_dir_all(&outbox.dir).map_err(|error| outbox.told(StoreError::Io(error)))?;
        let mut inner = outbox.lock();
        let patience = Instant::now() + Duration::from_millis(outbox.policy.busy_ms);
        loop {
            match outbox.ready(&mut inner) {
                Err(OutboxError::Busy { .. }) if Instant::now() < patience => std::thread::sleep(LOOK_AGAIN),
                Err(OutboxError::Busy { .. }) => {
                    inner.opened.guest = true;
                    break;
                }
                Err(error @ OutboxError::TooNew(_)) => return Err(error),
                Err(error) => {
                    inner.opened.failed = Some(error.to_string());
                    break;
                }
                Ok(()) => break,
            }
        }
        drop(inner);
        Ok(outbox)
    }

    /// What was found on opening, and since.
    pub fn opened(&self) -> Opened {
        self.lock().opened.clone()
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Files an incident. When it returns, a power cut loses nothing of it.
    ///
    /// # Errors
    /// [`FileError`] with the incident: neither the store nor a file of its own could be written, or the limits are reached.
    pub fn file(&self, incident: Incident) -> Result<Filed, FileError> {
        let mut inner = self.lock();
        self.file_into(&mut inner, incident)
    }

    /// Takes over a record from elsewhere: redacted again, and delivered only after the desk was asked whether it has it.
    ///
    /// # Errors
    /// As [`Outbox::file`].
    pub fn take_over(&self, incident: Incident) -> Result<Filed, FileError> {
        let incident = incident.redacted();
        let mut inner = self.lock();
        let filed = self.ready(&mut inner).and_then(|()| self.change_queue(&mut inner, |queue| queue.file(&incident, true)));
        filed.map_err(|source| FileError { incident: Box::new(incident), source })
    }

    /// Files an incident while the app may be crashing: waits for no lock longer than a fifth of a second.
    ///
    /// # Errors
    /// As [`Outbox::file`].
    pub fn file_in_a_crash(&self, incident: Incident) -> Result<Filed, FileError> {
        let patience = Instant::now() + CRASH_WAIT;
        loop {
            match self.inner.try_lock() {
                Ok(mut inner) => return self.file_into(&mut inner, incident),
                Err(TryLockError::Poisoned(poisoned)) => return self.file_into(&mut poisoned.into_inner(), incident),
                Err(TryLockError::WouldBlock) if Instant::now() < patience => std::thread::sleep(LOOK_AGAIN),
                Err(TryLockError::WouldBlock) => return self.spool(incident, OutboxError::Busy { path: self.dir.clone() }),
            }
        }
    }

    fn file_into(&self, inner: &mut Inner, incident: Incident) -> Result<Filed, FileError> {
        let filed = self.ready(inner).and_then(|()| self.change_queue(inner, |queue| queue.file(&incident, false)));
        match filed {
            Ok(filed) => Ok(filed),
            // A rule, not a fault.
            Err(source @ (OutboxError::Full { .. } | OutboxError::TooLarge { .. } | OutboxError::TooNew(_))) => {
                Err(FileError { incident: Box::new(incident), source })
            }
            Err(source) => self.spool(incident, source),
        }
    }

    /// Keeps an incident in a file of its own, since the store can't be used.
    fn spool(&self, incident: Incident, source: OutboxError) -> Result<Filed, FileError> {
        match self.spool.keep(&incident, false) {
            Ok(()) => Ok(Filed::Spooled(incident.id())),
            Err(error) => {
                let source = if matches!(source, OutboxError::Busy { .. }) { self.told(StoreError::Io(error)) } else { source };
                Err(FileError { incident: Box::new(incident), source })
            }
        }
    }

    /// Changes an incident that was filed, and sends the change after it.
    ///
    /// # Errors
    /// [`OutboxError::Unknown`], [`OutboxError::Forgotten`], [`OutboxError::Transition`], or the store can't be used; then nothing is changed.
    pub fn change(&self, id: IncidentId, change: Change) -> Result<Incident, OutboxError> {
        self.with(|queue| queue.change(id, change))
    }

    /// What to send next, or how long to wait.
    ///
    /// # Errors
    /// The store can't be used.
    pub fn next_delivery(&self) -> Result<Next, OutboxError> {
        let mut inner = self.lock();
        self.ready(&mut inner)?;
        let now = self.clock.now_ms();
        // Looking costs nothing; only a lease is written.
        let idle = self.read(&mut inner, |pairs| {
            let state = pairs.state()?;
            // A clock that went back is seen to in a transaction.
            if now < state.seen_ms { Ok(None) } else { Ok(pairs.idle(&state, now)?) }
        })?;
        match idle {
            Some(next) => Ok(next),
            None => self.change_queue(&mut inner, |queue| queue.lease()),
        }
    }

    /// What came of a delivery.
    ///
    /// # Errors
    /// [`OutboxError::LeaseLost`] when it took longer than the lease (that the desk has it is taken in all the same), or the store can't be used.
    pub fn report_delivery(&self, lease: Lease, reply: Reply) -> Result<(), OutboxError> {
        self.with(|queue| queue.report(lease, reply))
    }

    /// What to ask the desk next: what became of an incident that it has; none when there is nothing to ask now. It is there to be called after the deliveries:
    /// each incident comes up [`Policy::ask_ms`] after its delivery, then ever more rarely, and not at all once it was closed for so long that it can't be
    /// opened again. Ask as in `GET /incidents/KEY`, report, and call it again.
    ///
    /// # Errors
    /// The store can't be used.
    pub fn next_inquiry(&self) -> Result<Option<Inquiry>, OutboxError> {
        let mut inner = self.lock();
        self.ready(&mut inner)?;
        let now = self.clock.now_ms();
        self.read(&mut inner, |pairs| Ok(pairs.inquiry(&pairs.state()?, &self.policy, now)?))
    }

    /// What came of an inquiry; whether it is something new, which [`Outbox::case`] then shows. One that couldn't be asked silences all others for a while, and
    /// never holds back a delivery.
    ///
    /// # Errors
    /// [`OutboxError::Unknown`], or the store can't be used.
    pub fn report_inquiry(&self, id: IncidentId, heard: Heard) -> Result<bool, OutboxError> {
        self.with(|queue| queue.hear(id, heard))
    }

    /// Makes all that is asked about come up now, since a person wants to know. A wait that the desk asked for is kept.
    ///
    /// # Errors
    /// The store can't be used.
    pub fn inquire_now(&self) -> Result<(), OutboxError> {
        self.with(|queue| queue.ask_now())
    }

    /// Goes on after the desk didn't let this sender in; and at once after nobody answered, when the network comes back. A wait that the desk asked for is
    /// kept.
    ///
    /// # Errors
    /// The store can't be used.
    pub fn go_on(&self) -> Result<(), OutboxError> {
        self.with(|queue| queue.go_on())
    }

    /// Sends again what the desk refused.
    ///
    /// # Errors
    /// [`OutboxError::Unknown`], or the store can't be used.
    pub fn release(&self, id: IncidentId) -> Result<(), OutboxError> {
        self.with(|queue| queue.release(id))
    }

    /// The desk answered the user.
    ///
    /// # Errors
    /// [`OutboxError::Unknown`], or the store can't be used.
    pub fn answered(&self, id: IncidentId) -> Result<(), OutboxError> {
        self.with(|queue| queue.answered(id))
    }

    /// Tidies up, when there is nothing else to do: gives up what is too old, forgets what was delivered long ago, makes the file smaller, removes damaged
    /// stores that were put aside as long ago.
    ///
    /// # Errors
    /// The store can't be used.
    pub fn tidy(&self) -> Result<(), OutboxError> {
        self.with(|queue| queue.sweep())?;
        self.clear_damaged(DAMAGED_KEPT);
        let mut inner = self.lock();
        let used = self.read(&mut inner, |pairs| {
            Ok(pairs.beginning(b"")?.try_fold(0, |sum, pair| pair.map(|(_, value)| sum + value.len() as u64))?)
        })?;
        let file = fs::metadata(self.file_of_the_store()).map_or(0, |file| file.len());
        if file < 2 * used + SPARE {
            return Ok(());
        }
        let Some(store) = inner.store.as_mut() else { return Ok(()) };
        let done = store.compact();
        done.map_err(|error| self.failed(&mut inner, error.into()))
    }

    /// An incident as it is now; none when it isn't known here or was forgotten.
    ///
    /// # Errors
    /// The store can't be used.
    pub fn incident(&self, id: IncidentId) -> Result<Option<Incident>, OutboxError> {
        match self.look(|pairs| pairs.record(id)) {
            Ok(incident) => Ok(Some(incident)),
            Err(OutboxError::Forgotten(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How far an incident is; none when it isn't known here.
    ///
    /// # Errors
    /// The store can't be used.
    pub fn case(&self, id: IncidentId) -> Result<Option<Case>, OutboxError> {
        Ok(self.cases_of(&key::entry(id))?.pop())
    }

    /// Every incident that is known here, the oldest first.
    ///
    /// # Errors
    /// The store can't be used.
    pub fn cases(&self) -> Result<Vec<Case>, OutboxError> {
        self.cases_of(key::ENTRY)
    }

    fn cases_of(&self, prefix: &[u8]) -> Result<Vec<Case>, OutboxError> {
        self.look(|pairs| {
            let case = |pair: Result<(Vec<u8>, Vec<u8>), StoreError>| {
                let (own, value) = pair?;
                let Some(id) = key::id_of(&own) else { return Ok(None) };
                let entry: Entry = queue::parsed(&value)?;
                let waiting = pairs.waiting(id)?.len() as u32;
                Ok(Some(case_of(id, entry, waiting)))
            };
            pairs.beginning(prefix)?.map(case).filter_map(Result::transpose).collect()
        })
    }

    /// Where all incidents are that were ever filed.
    ///
    /// # Errors
    /// The store can't be used.
    pub fn balance(&self) -> Result<Balance, OutboxError> {
        self.look(|pairs| {
            let State { filed, delivered, merged, dropped, .. } = pairs.state()?;
            let mut balance = Balance { filed, delivered, merged, dropped, ..Balance::default() };
            for pair in pairs.beginning(key::ITEM)? {
                let item: Item = queue::parsed(&pair?.1)?;
                match (item.of, item.place) {
                    (Of::Incident, Place::Quarantined) => balance.quarantined += 1,
                    (Of::Incident, _) => balance.pending += 1,
                    _ => {}
                }
            }
            Ok(balance)
        })
    }

    // How a transaction is run.

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file_of_the_store(&self) -> PathBuf {
        self.dir.join(STORE_FILE)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Queue<'_, '_>) -> Result<T, Fault>) -> Result<T, OutboxError> {
        let mut inner = self.lock();
        self.ready(&mut inner)?;
        self.change_queue(&mut inner, change)
    }

    /// One durable transaction.
    fn change_queue<T>(&self, inner: &mut Inner, change: impl FnOnce(&mut Queue<'_, '_>) -> Result<T, Fault>) -> Result<T, OutboxError> {
        let Some(store) = &inner.store else { return Err(OutboxError::Busy { path: self.dir.clone() }) };
        let now = self.clock.now_ms();
        let done = store.write(|pairs: &mut Writing<'_>| {
            let mut queue = Queue::begin(pairs, &self.policy, &*self.entropy, now)?;
            let done = change(&mut queue)?;
            queue.end()?;
            Ok(done)
        });
        done.map_err(|error| self.failed(inner, error))
    }

    fn read<T>(&self, inner: &mut Inner, read: impl FnOnce(&store::Reading) -> Result<T, Fault>) -> Result<T, OutboxError> {
        let Some(store) = &inner.store else { return Err(OutboxError::Busy { path: self.dir.clone() }) };
        store.read(read).map_err(|error| self.failed(inner, error))
    }

    /// Reads what there is; where nothing can be written, as it was left there.
    fn look<T>(&self, read: impl FnOnce(&store::Reading) -> Result<T, Fault>) -> Result<T, OutboxError> {
        let mut inner = self.lock();
        let error = match self.ready(&mut inner) {
            Ok(()) => return self.read(&mut inner, read),
            Err(error @ OutboxError::NotWritable { .. }) => error,
            Err(error) => return Err(error),
        };
        let Ok(store) = Store::copy_of(&self.file_of_the_store()) else { return Err(error) };
        let looked = store.read(|pairs| {
            known(&pairs.state()?)?;
            read(pairs)
        });
        looked.map_err(|fault| if let Fault::Rule(refused) = fault { refused } else { error })
    }

    /// After an error of the store it is opened again, and salvaged when it is damaged.
    fn failed(&self, inner: &mut Inner, fault: Fault) -> OutboxError {
        match fault {
            Fault::Rule(error) => error,
            Fault::Store(error) => {
                match &error {
                    // It stays open, and so locked, until it is put aside: another process would open it.
                    StoreError::Damaged(what) => inner.damaged = Some(what.clone()),
                    _ => inner.store = None,
                }
                self.told(error)
            }
        }
    }

    /// The store's error with the folder in it.
    fn told(&self, error: StoreError) -> OutboxError {
        let path = self.dir.clone();
        match error {
            StoreError::Busy => OutboxError::Busy { path },
            StoreError::Damaged(what) => OutboxError::Damaged { path, what },
            StoreError::Io(source) => match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OutboxError::DiskFull { path },
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => OutboxError::NotWritable { path, source },
                _ => OutboxError::Io { path, source },
            },
        }
    }

    /// Opens the store if it isn't open, and takes in what waits in files.
    fn ready(&self, inner: &mut Inner) -> Result<(), OutboxError> {
        if inner.store.is_none() || inner.damaged.is_some() {
            let _alone = self.alone().map_err(|error| self.told(error))?;
            let opened = match inner.damaged.take() {
                Some(what) => {
                    inner.store = None;
                    Err(StoreError::Damaged(what))
                }
                None => (self.opener)(&self.file_of_the_store()),
            };
            let opened = match opened {
                Err(StoreError::Damaged(_)) => self.salvage(inner),
                opened => opened,
            };
            inner.store = Some(opened.map_err(|error| self.told(error))?);
            inner.opened.guest = false;
            inner.opened.failed = None;
            let state = self.read(inner, |pairs| Ok(pairs.state()?))?;
            known(&state).inspect_err(|_| inner.store = None)?;
        }
        if self.spool.is_empty() { Ok(()) } else { self.take_in(inner) }
    }

    /// Keeps other processes out while the store is opened: two that make it, or put it aside, would take it from each other.
    fn alone(&self) -> Result<fs::File, StoreError> {
        let lock = fs::File::options().create(true).append(true).open(self.dir.join(LOCK_FILE))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(fs::TryLockError::WouldBlock) => Err(StoreError::Busy),
            // Where files can't be locked, redb's own lock is all there is.
            Err(fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(lock),
            Err(fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    fn take_in(&self, inner: &mut Inner) -> Result<(), OutboxError> {
        let waiting = self.spool.waiting().map_err(|error| self.told(StoreError::Io(error)))?;
        for some in waiting.chunks(TAKEN_AT_ONCE) {
            // One that can't be read now mustn't keep the others back; it stays where it is.
            let read: Vec<_> = some.iter().filter_map(|spooled| Some((spooled, spooled.read().ok()??))).collect();
            let all = self
                .change_queue(inner, |queue| read.iter().try_for_each(|(file, incident)| queue.take_in(incident, file.unsure).map(|_| ())));
            match all {
                Ok(()) => read.iter().for_each(|(file, _)| self.taken_in(inner, file)),
                // For some there is no room: each by itself, so that a more urgent one still goes.
                Err(OutboxError::Full { .. } | OutboxError::TooLarge { .. }) => {
                    for (file, incident) in &read {
                        match self.change_queue(inner, |queue| queue.take_in(incident, file.unsure)) {
                            Ok(_) => self.taken_in(inner, file),
                            Err(OutboxError::Full { .. } | OutboxError::TooLarge { .. }) => {}
                            Err(error) => return Err(error),
                        }
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn taken_in(&self, inner: &mut Inner, file: &Spooled) {
        // A file that can't be removed is taken in again, which changes nothing.
        _ = file.done();
        inner.opened.taken_in += 1;
    }

    /// Puts a damaged store aside. What is whole in it becomes files, which are taken in like any others: so a process that dies meanwhile loses nothing.
    fn salvage(&self, inner: &mut Inner) -> Result<Store, StoreError> {
        let file = self.file_of_the_store();
        let found = salvage::incidents(&fs::read(&file)?);
        for incident in &found {
            self.spool.keep(incident, true)?;
        }
        self.clear_damaged(DAMAGED_KEPT - 1);
        let aside = salvage::aside(&self.dir, self.clock.now_ms());
        fs::rename(&file, &aside)?;
        inner.opened.salvaged += found.len();
        inner.opened.set_aside = Some(aside);
        (self.opener)(&file)
    }

    /// Removes damaged stores but the last ones: what was whole in them was taken over when they were put aside, and what they tell of people isn't to outlive
    /// what is remembered.
    fn clear_damaged(&self, kept: usize) {
        let since = self.clock.now_ms().saturating_sub(Policy::days_ms(self.policy.remembered_days));
        for file in salvage::beyond(&self.dir, kept, since) {
            // One that can't be removed now is there the next time.
            _ = fs::remove_file(file);
        }
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbox").field("dir", &self.dir).finish_non_exhaustive()
    }
}

/// Refuses a store of a later version.
fn known(state: &State) -> Result<(), OutboxError> {
    if state.v > STORE_VERSION { Err(OutboxError::TooNew(state.v)) } else { Ok(()) }
}

fn case_of(id: IncidentId, entry: Entry, waiting: u32) -> Case {
    let phase = entry.desk.phase();
    Case {
        id,
        status: entry.status,
        reference: entry.reference,
        phase,
        state: entry.desk.state.or_else(|| phase.map(|phase| phase.name().to_owned())),
        told_ms: entry.desk.phase.map(|_| entry.desk.told_ms),
        summary: entry.summary,
        priority: entry.priority,
        filed_ms: entry.filed_ms,
        count: entry.count,
        revision: entry.revision,
        waiting,
        why: entry.why,
    }
}
