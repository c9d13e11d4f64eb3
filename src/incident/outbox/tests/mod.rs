//! The outbox against what phones do to it. Here are its rules, and what it asks the desk ([`asking`]); beside it power cuts and failing disks ([`disk`]), and damaged files ([`damage`]).

mod asking;
mod damage;
mod disk;
mod rules;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use super::*;
use crate::incident::{Draft, Origin, Rules};
use crate::kb::pack::Pack;
use crate::{Entropy, HelpDesk};

/// A Monday at noon in Honduras.
pub(super) const NOON: i64 = 1_795_543_200_000;

/// A clock that a test sets.
#[derive(Clone)]
pub(super) struct Hands(Arc<AtomicI64>);

impl Hands {
    pub(super) fn at(ms: i64) -> Self {
        Self(Arc::new(AtomicI64::new(ms)))
    }

    pub(super) fn pass(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Numbers that look random and are the same in every run.
#[derive(Clone)]
pub(super) struct Dice(Arc<AtomicU64>);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seed)))
    }

    pub(super) fn next(&self) -> u64 {
        // Weyl sequence with the finisher of SplitMix64 (Steele, Lea, Flood 2014).
        let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&self, bound: u64) -> u64 {
        self.next() % bound
    }
}

impl Entropy for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next() as u8;
        }
    }
}

pub(super) static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let desk = HelpDesk::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap();
    Rules::new(desk.knowledge().catalog().unwrap()).unwrap()
});

/// An incident of a person, in their words.
pub(super) fn told(words: &str, clock: &Hands, dice: &Dice) -> Incident {
    judged(words, 3, clock, dice)
}

/// One with an impact (1 is high).
pub(super) fn judged(words: &str, impact: u8, clock: &Hands, dice: &Dice) -> Incident {
    let mut draft = Draft::new(Origin::App);
    draft.symptom = Some(words.to_owned());
    draft.service = Some("gps".parse().unwrap());
    draft.impact = Some(impact);
    draft.urgency = Some(impact);
    draft.register(&RULES, clock, dice)
}

/// One that the app files by itself.
pub(super) fn crashed(place: &str, impact: u8, clock: &Hands, dice: &Dice) -> Incident {
    let mut draft = Draft::new(Origin::Automatic);
    draft.crash = Some(crate::incident::Crash::told("Falla", "", &format!("at hn.ejemplo.{place}.run({place}.kt:1)"), &[]));
    draft.impact = Some(impact);
    draft.urgency = Some(impact);
    draft.register(&RULES, clock, dice)
}

/// An outbox in a folder of its own, with its clock and dice.
pub(super) struct Rig {
    pub(super) dir: tempfile::TempDir,
    pub(super) clock: Hands,
    pub(super) dice: Dice,
    pub(super) outbox: Outbox,
}

impl Rig {
    pub(super) fn new() -> Self {
        Self::with(Policy::default())
    }

    pub(super) fn with(policy: Policy) -> Self {
        let (dir, clock, dice) = (tempfile::tempdir().unwrap(), Hands::at(NOON), Dice::new(7));
        let outbox = Outbox::open(dir.path(), policy, clock.clone(), dice.clone()).unwrap();
        Self { dir, clock, dice, outbox }
    }

    pub(super) fn tell(&self, words: &str) -> IncidentId {
        self.outbox.file(told(words, &self.clock, &self.dice)).unwrap().id()
    }

    pub(super) fn next(&self) -> Delivery {
        match self.outbox.next_delivery().unwrap() {
            Next::Send(delivery) => delivery,
            other => panic!("nothing to send: {other:?}"),
        }
    }

    pub(super) fn report(&self, delivery: &Delivery, reply: Reply) {
        self.outbox.report_delivery(delivery.lease, reply).unwrap();
    }

    pub(super) fn balance(&self) -> Balance {
        let balance = self.outbox.balance().unwrap();
        assert!(balance.holds(), "{balance:?}");
        balance
    }

    /// Closes it and opens it again.
    pub(super) fn again(self) -> Self {
        let Self { dir, clock, dice, outbox } = self;
        drop(outbox);
        let outbox = Outbox::open(dir.path(), Policy::default(), clock.clone(), dice.clone()).unwrap();
        Self { dir, clock, dice, outbox }
    }
}

pub(super) fn accepted(number: &str) -> Reply {
    Reply::Accepted { reference: Some(number.to_owned()) }
}

pub(super) fn read(delivery: &Delivery) -> Incident {
    Incident::from_json(&body::unpack(&delivery.body).unwrap()).unwrap()
}

impl Heard {
    /// The desk tells a phase.
    pub(super) fn told(phase: &str) -> Self {
        Self::Told { reference: None, phase: Some(phase.to_owned()), state: None }
    }
}
