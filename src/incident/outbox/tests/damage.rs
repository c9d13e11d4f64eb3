//! Damaged files: whatever a store's file is turned into, the outbox opens, takes over what is whole, says what it did, and takes new incidents.

use proptest::prelude::*;

use super::*;

/// A store with some incidents, one of them delivered: its bytes, and the ids of those that wait.
fn a_store() -> (Vec<u8>, Vec<IncidentId>) {
    let rig = Rig::new();
    let mut ids: Vec<IncidentId> =
        (0..12).map(|number| rig.tell(&format!("caso {number} {}", "no agarra la señal ".repeat(number)))).collect();
    let delivery = rig.next();
    rig.report(&delivery, accepted("INC-1"));
    ids.retain(|id| Some(*id) != delivery.incident);
    let Rig { dir, outbox, .. } = rig;
    drop(outbox);
    (fs::read(dir.path().join(STORE_FILE)).unwrap(), ids)
}

static STORE: LazyLock<(Vec<u8>, Vec<IncidentId>)> = LazyLock::new(a_store);

/// Opens an outbox on these bytes: it must work. How many of the incidents that waited are there.
fn opened_on(bytes: &[u8]) -> (Opened, usize) {
    let (dir, clock, dice) = (tempfile::tempdir().unwrap(), Hands::at(NOON + 1_000_000), Dice::new(9));
    fs::write(dir.path().join(STORE_FILE), bytes).unwrap();
    let outbox = Outbox::open(dir.path(), Policy::default(), clock.clone(), dice.clone()).unwrap();
    let new = outbox.file(told("nuevo", &clock, &dice)).unwrap().id();
    assert!(outbox.case(new).unwrap().is_some());
    let there = STORE.1.iter().filter(|id| outbox.case(**id).is_ok_and(|case| case.is_some())).count();
    let balance = outbox.balance().unwrap();
    assert!(balance.holds(), "{balance:?}");
    let mut asked = 0;
    while let Next::Send(delivery) = outbox.next_delivery().unwrap() {
        asked += usize::from(delivery.ask_first);
        outbox.report_delivery(delivery.lease, accepted("INC")).unwrap();
    }
    let opened = outbox.opened();
    assert_eq!(asked, opened.salvaged, "the desk is asked for each that was salvaged");
    assert_eq!(opened.set_aside.as_ref().is_some_and(|aside| aside.exists()), opened.set_aside.is_some());
    (opened, there)
}

#[test]
fn a_sound_store_is_opened_as_it_is() {
    let (bytes, ids) = &*STORE;
    assert_eq!(opened_on(bytes), (Opened::default(), ids.len()));
}

#[test]
fn a_flipped_byte_anywhere_costs_at_most_what_it_hit() {
    let (bytes, ids) = &*STORE;
    let mut set_aside = 0;
    for at in (0..bytes.len()).step_by(509) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        let (opened, there) = opened_on(&damaged);
        set_aside += usize::from(opened.set_aside.is_some());
        assert!(there + 1 >= ids.len(), "byte {at}: {there} of {} are left", ids.len());
    }
    assert!(set_aside > 10, "{set_aside}");
}

#[test]
fn a_store_that_was_cut_or_is_no_store_gives_what_is_whole() {
    let (bytes, ids) = &*STORE;
    for part in [0, 1, 100, 4096, bytes.len() / 2, bytes.len() - 1] {
        opened_on(&bytes[..part]);
    }
    assert_eq!(opened_on(b"not a store").1, 0);
    // Even without its first pages.
    let (opened, there) = opened_on(&[&[0; 4096], &bytes[4096..]].concat());
    assert_eq!(there, ids.len());
    assert!(opened.set_aside.is_some());
}

#[test]
fn a_file_that_waits_and_is_damaged_is_put_aside() {
    let rig = Rig::new();
    rig.outbox.spool.keep(&told("entero", &rig.clock, &rig.dice), false).unwrap();
    fs::write(rig.dir.path().join("spool/roto.gz"), b"\x1f\x8bno").unwrap();
    fs::write(rig.dir.path().join("spool/a-medias.part-1"), b"").unwrap();
    fs::create_dir(rig.dir.path().join("spool/0-no-se-lee.gz")).unwrap();
    assert_eq!(read(&rig.next()).symptom.as_deref(), Some("entero"));
    assert!(rig.dir.path().join("spool/roto.damaged").exists());
    assert_eq!(rig.balance().filed, 1);
}

/// More than the folder of single files takes otherwise.
#[test]
fn a_full_store_that_is_damaged_is_taken_over_whole() {
    let rig = Rig::new();
    let ids: Vec<IncidentId> = (0..600).map(|number| rig.tell(&format!("caso {number}"))).collect();
    let Rig { dir, clock, dice, outbox } = rig;
    drop(outbox);
    let mut bytes = fs::read(dir.path().join(STORE_FILE)).unwrap();
    bytes[..64].fill(0);
    fs::write(dir.path().join(STORE_FILE), bytes).unwrap();
    let outbox = Outbox::open(dir.path(), Policy::default(), clock, dice).unwrap();
    assert_eq!(outbox.opened().salvaged, 600);
    assert!(ids.iter().all(|id| outbox.case(*id).unwrap().is_some()));
}

/// A disk that goes bad doesn't fill up with damaged stores, and what they tell of people goes when it is due.
#[test]
fn damaged_stores_are_kept_two_at_a_time_and_for_so_long() {
    let Rig { dir, clock, dice, outbox } = Rig::new();
    drop(outbox);
    let aside = || {
        let names = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("outbox-damaged-")).collect::<Vec<_>>()
    };
    let break_it = || {
        fs::write(dir.path().join(STORE_FILE), b"not a store").unwrap();
        Outbox::open(dir.path(), Policy::default(), clock.clone(), dice.clone()).unwrap()
    };
    let first = break_it().opened().set_aside.unwrap();
    clock.pass(policy::DAY);
    let second = break_it().opened().set_aside.unwrap();
    assert!(first.exists() && second.exists());
    // A clock that went back makes the new one no older.
    clock.pass(-2 * policy::DAY);
    let outbox = break_it();
    assert!(outbox.opened().set_aside.unwrap().exists());
    assert_eq!(aside().len(), 2);
    fs::write(dir.path().join("outbox-damaged-copia.redb"), b"not ours").unwrap();
    for (days, left) in [(60, 3), (1, 2), (2, 1)] {
        clock.pass(days * policy::DAY);
        outbox.tidy().unwrap();
        assert_eq!(aside().len(), left, "{days} days later: {:?}", aside());
    }
}

/// A disk that can only be read any more still shows what is on it.
#[test]
fn a_store_that_can_only_be_read_is_read() {
    let rig = Rig::new();
    let tell = |number| {
        rig.clock.pass(1);
        rig.tell(&format!("caso {number}"))
    };
    let ids: Vec<IncidentId> = (0..3).map(tell).collect();
    let Rig { dir, clock, dice, outbox } = rig;
    let whole = outbox.balance().unwrap();
    // Not closed, as after a kill.
    let bytes = fs::read(dir.path().join(STORE_FILE)).unwrap();
    drop(outbox);
    let file = dir.path().join(STORE_FILE);
    fs::write(&file, &bytes).unwrap();
    let read_only = || StoreError::Io(io::ErrorKind::ReadOnlyFilesystem.into());
    let opener: Opener = Box::new(move |_| Err(read_only()));
    let outbox =
        Outbox::open_through(opener, dir.path().to_owned(), Policy::default(), Arc::new(clock.clone()), Arc::new(dice.clone())).unwrap();
    assert!(outbox.opened().failed.is_some());
    assert_eq!(outbox.balance().unwrap(), whole);
    assert_eq!(outbox.cases().unwrap().iter().map(|case| case.id).collect::<Vec<_>>(), ids);
    assert_eq!(outbox.incident(ids[0]).unwrap().unwrap().symptom.as_deref(), Some("caso 0"));
    assert!(matches!(outbox.change(ids[0], Change::note("yo", "no cabe")), Err(OutboxError::NotWritable { .. })));
    assert!(matches!(outbox.next_delivery(), Err(OutboxError::NotWritable { .. })));
    assert_eq!(fs::read(&file).unwrap(), bytes);
    fs::write(&file, b"not a store").unwrap();
    assert!(matches!(outbox.cases(), Err(OutboxError::NotWritable { .. })));
}

/// What can't be opened at all, here a folder in the store's place, doesn't keep incidents from being filed.
#[test]
fn a_store_that_can_not_be_opened_is_no_reason_not_to_file() {
    let (dir, clock, dice) = (tempfile::tempdir().unwrap(), Hands::at(NOON), Dice::new(1));
    fs::create_dir(dir.path().join(STORE_FILE)).unwrap();
    let outbox = Outbox::open(dir.path(), Policy::default(), clock.clone(), dice.clone()).unwrap();
    assert!(outbox.opened().failed.is_some());
    assert!(matches!(outbox.file(told("x", &clock, &dice)).unwrap(), Filed::Spooled(_)));
    assert!(outbox.next_delivery().is_err());
    fs::remove_dir(dir.path().join(STORE_FILE)).unwrap();
    assert!(matches!(outbox.next_delivery().unwrap(), Next::Send(_)));
    assert_eq!(outbox.opened().failed, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn no_bytes_at_all_keep_the_outbox_from_working(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..200), cut: Option<prop::sample::Index>) {
        let mut bytes = STORE.0.clone();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        opened_on(&bytes);
    }
}
