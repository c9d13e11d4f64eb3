//! Power cuts and failing disks.
//!
//! A kill says nothing about a power cut: the system still writes what it has in memory. So here a disk is played that records every write, and after a cut
//! has only what was synced, and of the rest nothing, all, or any part of it, torn at 512 bytes. The same disk fails on demand.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Error, ErrorKind};

use super::*;
use crate::incident::Phase;

/// A sector: what a disk writes whole.
const SECTOR: usize = 512;

#[derive(Debug, Clone)]
enum Op {
    Write(usize, Vec<u8>),
    SetLen(usize),
    Sync,
}

impl Op {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Op::Write(at, data) => {
                if bytes.len() < at + data.len() {
                    bytes.resize(at + data.len(), 0);
                }
                bytes[*at..at + data.len()].copy_from_slice(data);
            }
            Op::SetLen(len) => bytes.resize(*len, 0),
            Op::Sync => {}
        }
    }
}

#[derive(Debug, Default)]
struct Platter {
    /// As the process sees it.
    bytes: Vec<u8>,
    log: Vec<Op>,
    /// After so many more writes, sizes or syncs this error comes, and for so many operations.
    fails: Option<(u64, u64, ErrorKind)>,
    failed: bool,
}

impl Platter {
    fn may_fail(&mut self) -> Result<(), Error> {
        match &mut self.fails {
            Some((0, 0, _)) => self.fails = None,
            Some((0, more, kind)) => {
                let kind = *kind;
                *more -= 1;
                self.failed = true;
                return Err(kind.into());
            }
            Some((left, ..)) => *left -= 1,
            None => {}
        }
        Ok(())
    }

    fn record(&mut self, op: Op) {
        op.apply(&mut self.bytes);
        self.log.push(op);
    }
}

/// A disk in memory.
#[derive(Debug, Clone, Default)]
struct Disk(Arc<Mutex<Platter>>);

impl Disk {
    fn with(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(Platter { bytes, ..Platter::default() })))
    }

    fn platter(&self) -> MutexGuard<'_, Platter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self) -> usize {
        self.platter().log.len()
    }
}

impl redb::StorageBackend for Disk {
    fn len(&self) -> Result<u64, Error> {
        Ok(self.platter().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        let offset = offset as usize;
        let platter = self.platter();
        let bytes = platter.bytes.get(offset..offset + out.len()).ok_or(ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(bytes);
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), Error> {
        let mut platter = self.platter();
        platter.may_fail()?;
        platter.record(Op::SetLen(len as usize));
        Ok(())
    }

    fn sync_data(&self) -> Result<(), Error> {
        let mut platter = self.platter();
        platter.may_fail()?;
        platter.record(Op::Sync);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), Error> {
        let mut platter = self.platter();
        let failed = platter.may_fail();
        // A write that fails may have written a part.
        let part = if failed.is_ok() { data } else { &data[..data.len() / 2] };
        platter.record(Op::Write(offset as usize, part.to_vec()));
        failed
    }
}

/// An outbox on a disk that is played.
fn outbox_on(disk: &Disk, clock: &Hands, dice: &Dice, dir: &Path) -> Result<Outbox, OutboxError> {
    let disk = disk.clone();
    let opener: Opener = Box::new(move |_| Store::on(disk.clone()));
    // Nobody else has this disk.
    let policy = Policy { busy_ms: 0, ..Policy::default() };
    Outbox::open_through(opener, dir.to_owned(), policy, Arc::new(clock.clone()), Arc::new(dice.clone()))
}

/// What was promised by a moment of the recording.
#[derive(Debug, Clone, Default)]
struct Promised {
    /// Each incident that was filed, with its last revision, and whether the desk has it.
    cases: BTreeMap<IncidentId, (u32, bool)>,
    /// Those of which the desk said that they are closed.
    closed: BTreeSet<IncidentId>,
}

/// Runs a day of an outbox: filing, sending, failing, changing, tidying. After every promise the place in the recording is noted.
fn a_day(disk: &Disk) -> Vec<(usize, Promised)> {
    let (clock, dice, dir) = (Hands::at(NOON), Dice::new(3), tempfile::tempdir().unwrap());
    let outbox = outbox_on(disk, &clock, &dice, dir.path()).unwrap();
    let mut promised = Promised::default();
    let mut marks = vec![(disk.at(), promised.clone())];
    for round in 0..40_u64 {
        clock.pass(500);
        match round % 8 {
            0..=3 => {
                let incident = judged(&"no agarra ".repeat(1 + dice.below(40) as usize), 1 + (round % 3) as u8, &clock, &dice);
                promised.cases.insert(outbox.file(incident).unwrap().id(), (0, false));
            }
            4 | 5 => {
                if let Next::Send(delivery) = outbox.next_delivery().unwrap() {
                    outbox.report_delivery(delivery.lease, accepted("INC")).unwrap();
                    let sent = delivery.incident.unwrap();
                    promised.cases.entry(sent).and_modify(|(_, delivered)| *delivered = true);
                }
            }
            6 => {
                if let Next::Send(delivery) = outbox.next_delivery().unwrap() {
                    outbox.report_delivery(delivery.lease, Reply::no_answer("sin red")).unwrap();
                }
                clock.pass(3_600_000);
            }
            _ => {
                let delivered = promised.cases.iter().find(|(_, (revision, delivered))| *delivered && *revision == 0);
                if let Some(id) = delivered.map(|(id, _)| *id) {
                    let changed = outbox.change(id, Change::step("mesa", Phase::Investigating, "sigue")).unwrap();
                    promised.cases.insert(id, (changed.revision(), true));
                }
                if let Some(inquiry) = outbox.next_inquiry().unwrap() {
                    outbox.report_inquiry(inquiry.incident, Heard::told("closed")).unwrap();
                    promised.closed.insert(inquiry.incident);
                }
                outbox.tidy().unwrap();
            }
        }
        marks.push((disk.at(), promised.clone()));
    }
    marks
}

/// What an image doesn't keep of what was promised; none when all is there.
fn broken(image: Vec<u8>, promised: &Promised, drain: bool) -> Option<String> {
    let (clock, dice, dir) = (Hands::at(NOON + 40 * 3_600_000), Dice::new(5), tempfile::tempdir().unwrap());
    let outbox = match outbox_on(&Disk::with(image), &clock, &dice, dir.path()) {
        Ok(outbox) => outbox,
        Err(error) => return Some(format!("it doesn't open: {error}")),
    };
    let cases = match outbox.cases() {
        Ok(cases) => cases,
        Err(error) => return Some(format!("it can't be read: {error}")),
    };
    let cases: BTreeMap<IncidentId, Case> = cases.into_iter().map(|case| (case.id, case)).collect();
    for (id, (revision, delivered)) in &promised.cases {
        let Some(case) = cases.get(id) else { return Some(format!("{id} is lost")) };
        if case.revision < *revision || *delivered && case.status != Status::Accepted {
            return Some(format!("{id} was delivered: {delivered}, revision {revision}; it is {case:?}"));
        }
    }
    if let Some(id) = promised.closed.iter().find(|id| cases.get(id).is_none_or(|case| case.phase != Some(Phase::Closed))) {
        return Some(format!("that {id} is closed is forgotten"));
    }
    let balance = outbox.balance().unwrap_or_default();
    if !balance.holds() || balance.filed < promised.cases.len() as u64 {
        return Some(format!("{balance:?}"));
    }
    for _ in 0..if drain { 1000 } else { 0 } {
        match outbox.next_delivery() {
            Ok(Next::Send(delivery)) if body::unpack(&delivery.body).is_none() => {
                return Some(format!("the body of {} is damaged", delivery.key));
            }
            Ok(Next::Send(delivery)) => outbox.report_delivery(delivery.lease, accepted("INC")).ok()?,
            Ok(Next::Wait(ms)) => clock.pass(i64::try_from(ms).ok()?),
            Ok(Next::Nothing) => {
                let after = outbox.balance().ok()?;
                return (after.delivered != after.filed).then(|| format!("not all can be sent: {after:?}"));
            }
            other => return Some(format!("{other:?}")),
        }
    }
    drain.then(|| "it never ends".to_owned())
}

/// Cuts the power at every operation of a recording; the first promise that is broken.
fn cut_everywhere(log: &[Op], marks: &[(usize, Promised)]) -> Option<String> {
    let dice = Dice::new(11);
    let mut durable = Vec::new();
    let mut unsynced: Vec<&Op> = Vec::new();
    let mut promised = 0;
    for at in 0..=log.len() {
        while marks.get(promised + 1).is_some_and(|(mark, _)| *mark <= at) {
            promised += 1;
        }
        // Before the store was made nothing was promised.
        if at >= marks[0].0 {
            for way in 0..4_u8 {
                let mut image: Vec<u8> = durable.clone();
                match way {
                    0 => {}
                    1 => unsynced.iter().for_each(|op| op.apply(&mut image)),
                    _ => some_of(&unsynced, &dice, &mut image),
                }
                let drain = at % 50 == usize::from(way);
                if let Some(what) = broken(image, &marks[promised].1, drain) {
                    return Some(format!("cut at operation {at} of {}, way {way}: {what}", log.len()));
                }
            }
        }
        match log.get(at) {
            Some(Op::Sync) => unsynced.drain(..).for_each(|op| op.apply(&mut durable)),
            Some(op) => unsynced.push(op),
            None => {}
        }
    }
    None
}

/// Some of the writes, in another order, some of them torn.
fn some_of(unsynced: &[&Op], dice: &Dice, image: &mut Vec<u8>) {
    let mut kept: Vec<&Op> = unsynced.iter().copied().filter(|_| dice.below(2) == 0).collect();
    for at in (1..kept.len()).rev() {
        kept.swap(at, dice.below(at as u64 + 1) as usize);
    }
    for op in kept {
        match op {
            Op::Write(at, data) if data.len() > SECTOR && dice.below(3) == 0 => {
                // Any of its sectors.
                for (sector, piece) in data.chunks(SECTOR).enumerate().filter(|_| dice.below(2) == 0) {
                    Op::Write(at + sector * SECTOR, piece.to_vec()).apply(image);
                }
            }
            op => op.apply(image),
        }
    }
}

#[test]
fn a_power_cut_at_any_operation_breaks_no_promise() {
    let disk = Disk::default();
    let marks = a_day(&disk);
    let log = disk.platter().log.clone();
    assert!(log.len() > 300, "{}", log.len());
    assert_eq!(cut_everywhere(&log, &marks), None);
}

/// The control: a disk that says it has synced and hasn't. The harness must see that.
#[test]
fn a_disk_that_lies_about_syncing_is_caught() {
    let disk = Disk::default();
    let marks = a_day(&disk);
    let mut log = disk.platter().log.clone();
    // The store is made properly; afterwards, every second sync is a lie.
    let mut syncs = 0;
    let mut at = 0;
    log.retain(|op| {
        at += 1;
        syncs += usize::from(matches!(op, Op::Sync) && at > marks[0].0);
        !(matches!(op, Op::Sync) && at > marks[0].0 && syncs % 2 == 0)
    });
    // The marks are places in the recording with all syncs: without them they only come later, which promises less.
    assert!(cut_everywhere(&log, &marks).is_some());
}

#[test]
fn filing_is_one_sync() {
    let disk = Disk::default();
    let (clock, dice, dir) = (Hands::at(NOON), Dice::new(3), tempfile::tempdir().unwrap());
    let outbox = outbox_on(&disk, &clock, &dice, dir.path()).unwrap();
    // The first change after opening marks the file as in use, which is a sync of its own.
    outbox.file(told("x", &clock, &dice)).unwrap();
    for _ in 0..20 {
        let before = disk.at();
        outbox.file(told("x", &clock, &dice)).unwrap();
        let platter = disk.platter();
        let count = |is: fn(&Op) -> bool| platter.log[before..].iter().filter(|op| is(op)).count();
        // Where the file grows, its new length is synced before it is used.
        assert_eq!(count(|op| matches!(op, Op::Sync)), 1 + count(|op| matches!(op, Op::SetLen(_))));
    }
}

/// Files until the disk has failed and works again. What was filed must be there, and what was refused handed back.
fn with_a_disk_that_fails(after: u64, times: u64, kind: ErrorKind) -> bool {
    let disk = Disk::default();
    let (clock, dice, dir) = (Hands::at(NOON), Dice::new(after), tempfile::tempdir().unwrap());
    let outbox = outbox_on(&disk, &clock, &dice, dir.path()).unwrap();
    disk.platter().fails = Some((after, times, kind));
    let mut filed = BTreeMap::new();
    for round in 0..12 {
        clock.pass(1000);
        let incident = told(&format!("caso {round}"), &clock, &dice);
        let words = incident.symptom.clone();
        match outbox.file(incident) {
            Ok(done) => _ = filed.insert(done.id(), words),
            Err(refused) => {
                assert_eq!(refused.incident.symptom, words, "it is handed back");
                assert!(!matches!(refused.source, OutboxError::Damaged { .. }), "{}", refused.source);
            }
        }
        if round % 3 == 2
            && let Ok(Next::Send(delivery)) = outbox.next_delivery()
        {
            // Whatever comes of that, it must stay true that the desk has it.
            _ = outbox.report_delivery(delivery.lease, accepted("INC"));
        }
    }
    let failed = disk.platter().failed;
    disk.platter().fails = None;
    drop(outbox);
    let outbox = outbox_on(&disk, &clock, &dice, dir.path()).unwrap();
    for (id, words) in filed {
        let case = outbox.case(id).unwrap().unwrap_or_else(|| panic!("{id} is lost after {kind:?} at {after}"));
        if let Some(incident) = outbox.incident(id).unwrap() {
            assert_eq!(incident.symptom, words, "{case:?}");
        }
    }
    assert!(outbox.balance().unwrap().holds());
    failed
}

#[test]
fn a_disk_that_fails_at_any_operation_loses_nothing() {
    for kind in [ErrorKind::StorageFull, ErrorKind::Other, ErrorKind::WriteZero, ErrorKind::PermissionDenied] {
        for times in [1, 5] {
            let mut after = 0;
            while with_a_disk_that_fails(after, times, kind) {
                after += 1;
            }
            assert!(after > 60, "{kind:?}: only {after} operations were tried");
        }
    }
}

#[test]
fn without_store_and_folder_the_incident_is_handed_back_with_a_typed_error() {
    for (kind, expected) in
        [(ErrorKind::StorageFull, "room"), (ErrorKind::ReadOnlyFilesystem, "can't be written"), (ErrorKind::Other, "can't be used")]
    {
        let disk = Disk::default();
        let (clock, dice, dir) = (Hands::at(NOON), Dice::new(1), tempfile::tempdir().unwrap());
        let outbox = outbox_on(&disk, &clock, &dice, dir.path()).unwrap();
        // A file where the folder should be: nothing can be written beside the store either.
        fs::write(dir.path().join("spool"), b"").unwrap();
        disk.platter().fails = Some((0, 1000, kind));
        let refused = outbox.file(told("x", &clock, &dice)).unwrap_err();
        assert_eq!(refused.incident.symptom.as_deref(), Some("x"));
        assert!(refused.source.to_string().contains(expected), "{}", refused.source);
    }
}
