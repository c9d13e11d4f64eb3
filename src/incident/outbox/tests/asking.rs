//! Asking the desk: when, how often, and what its answers change.

use std::collections::BTreeMap;

use super::*;
use crate::incident::Phase;
use crate::incident::life::REOPEN_DAYS;
use crate::incident::outbox::policy::DAY;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

impl Rig {
    /// Files incidents that the desk has, numbered from 0.
    fn accepted(&self, many: usize) -> Vec<IncidentId> {
        let tell = |_| {
            self.clock.pass(1);
            self.tell("x")
        };
        let ids = (0..many).map(tell).collect();
        (0..many).for_each(|number| self.report(&self.next(), accepted(&format!("MA-{number}"))));
        ids
    }

    fn asks(&self) -> Option<IncidentId> {
        self.outbox.next_inquiry().unwrap().map(|inquiry| inquiry.incident)
    }

    fn hears(&self, id: IncidentId, heard: Heard) -> bool {
        self.outbox.report_inquiry(id, heard).unwrap()
    }

    /// How long it is until something is asked, in minutes.
    fn silence(&self) -> i64 {
        (0..=2 * DAY / MINUTE)
            .find(|_| {
                self.asks().is_some() || {
                    self.clock.pass(MINUTE);
                    false
                }
            })
            .unwrap()
    }

    fn state(&self, id: IncidentId) -> (Option<Phase>, Option<String>) {
        let case = self.outbox.case(id).unwrap().unwrap();
        (case.phase, case.state)
    }
}

#[test]
fn what_the_desk_did_is_asked_heard_and_kept() {
    let rig = Rig::new();
    let id = rig.tell("no me agarra el gps");
    assert_eq!(rig.asks(), None, "the desk hasn't got it");
    rig.report(&rig.next(), accepted("MA-1"));
    assert_eq!((rig.state(id), rig.silence()), ((None, None), 15));
    let inquiry = rig.outbox.next_inquiry().unwrap().unwrap();
    assert_eq!((inquiry.incident, inquiry.key), (id, id.to_string()));
    assert!(rig.hears(id, Heard::told("investigating")));
    let heard = rig.clock.now_ms();
    assert_eq!(rig.asks(), None);
    rig.clock.pass(DAY);
    assert!(!rig.hears(id, Heard::told("investigating")), "that is no news");
    let rig = rig.again();
    assert_eq!(rig.state(id), (Some(Phase::Investigating), Some("En investigación".to_owned())));
    assert_eq!(rig.outbox.case(id).unwrap().unwrap().told_ms, Some(heard));
    let closed =
        Heard::Told { reference: Some("MA-2".to_owned()), phase: Some("closed".to_owned()), state: Some("Ya se cerró".to_owned()) };
    assert!(rig.hears(id, closed));
    let case = rig.outbox.case(id).unwrap().unwrap();
    assert_eq!((case.status, case.reference.as_deref(), case.state.as_deref()), (Status::Accepted, Some("MA-2"), Some("Ya se cerró")));
    assert!(matches!(
        rig.outbox.report_inquiry("019a8e2c-7a00-7000-8000-000000000000".parse().unwrap(), Heard::Nothing),
        Err(OutboxError::Unknown(_))
    ));
}

#[test]
fn it_asks_ever_more_rarely_until_something_is_new() {
    let rig = Rig::new();
    let id = rig.accepted(1)[0];
    let mut waits = Vec::new();
    for heard in
        [Heard::Nothing, Heard::told("classified"), Heard::told("classified"), Heard::Told { reference: None, phase: None, state: None }]
    {
        waits.push(rig.silence());
        rig.hears(id, heard);
    }
    waits.push(rig.silence());
    assert_eq!(waits, [15, 30, 15, 30, 60]);
    for _ in 0..10 {
        rig.hears(id, Heard::Nothing);
    }
    assert_eq!((rig.silence(), rig.state(id).0), (DAY / MINUTE, Some(Phase::Classified)), "once a day, and nothing is forgotten");
    // What the user adds is something to look at.
    rig.outbox.change(id, Change::note("app", "sigue igual")).unwrap();
    rig.report(&rig.next(), accepted("MA-0"));
    assert_eq!(rig.silence(), 15);
}

#[test]
fn what_was_closed_is_asked_about_as_long_as_it_can_be_opened_again() {
    let rig = Rig::new();
    let id = rig.accepted(1)[0];
    rig.hears(id, Heard::told("closed"));
    let mut asked = 0;
    for _ in 0..40 {
        rig.clock.pass(DAY);
        if rig.asks().is_some() {
            rig.hears(id, Heard::told("closed"));
            asked += 1;
        }
        assert_eq!(rig.asks(), None);
    }
    assert_eq!(asked, REOPEN_DAYS);
    rig.outbox.inquire_now().unwrap();
    assert_eq!(rig.asks(), None);
}

#[test]
fn a_phase_of_a_later_version_is_shown_in_the_desks_words() {
    let rig = Rig::new();
    let id = rig.accepted(1)[0];
    let unknown =
        |state: Option<&str>| Heard::Told { reference: None, phase: Some("on-hold".to_owned()), state: state.map(ToOwned::to_owned) };
    assert!(rig.hears(id, unknown(Some("En espera del usuario"))));
    assert_eq!(rig.state(id), (None, Some("En espera del usuario".to_owned())));
    rig.hears(id, unknown(None));
    assert_eq!(rig.state(id), (None, None));
    assert!(rig.silence() <= 30, "it goes on");
}

#[test]
fn a_desk_that_can_not_be_asked_holds_back_no_delivery() {
    let rig = Rig::new();
    let ids = rig.accepted(3);
    rig.clock.pass(HOUR);
    rig.hears(ids[0], Heard::Failed { after_ms: None });
    assert_eq!(rig.silence(), 15, "nor is anything else asked");
    // A person wants to know.
    rig.hears(ids[1], Heard::no_answer());
    rig.outbox.inquire_now().unwrap();
    assert!(rig.asks().is_some());
    // The desk wants to be left alone.
    rig.hears(ids[2], Heard::Failed { after_ms: Some(90 * MINUTE) });
    rig.hears(ids[1], Heard::no_answer());
    rig.outbox.inquire_now().unwrap();
    let new = rig.tell("y");
    assert_eq!(rig.next().incident, Some(new));
    assert_eq!(rig.silence(), 90);
    rig.hears(ids[2], Heard::Failed { after_ms: Some(i64::MAX) });
    assert_eq!(rig.silence(), DAY / MINUTE, "no desk silences it for longer");
}

#[test]
fn who_had_no_network_for_weeks_is_told_soon() {
    let rig = Rig::new();
    let id = rig.accepted(1)[0];
    for _ in 0..30 {
        rig.silence();
        rig.hears(id, Heard::no_answer());
    }
    assert_eq!(rig.silence(), 15);
}

#[test]
fn nothing_is_asked_while_the_desk_lets_nobody_in_or_asks_to_wait() {
    let rig = Rig::new();
    rig.accepted(1);
    rig.clock.pass(HOUR);
    assert!(rig.asks().is_some());
    rig.tell("y");
    let delivery = rig.next();
    rig.report(&delivery, Reply::Denied { why: "HTTP 401".to_owned() });
    assert_eq!(rig.asks(), None);
    rig.outbox.go_on().unwrap();
    assert!(rig.asks().is_some());
    rig.report(&rig.next(), Reply::Retry { after_ms: Some(HOUR), answered: true, why: String::new() });
    assert_eq!(rig.silence(), 60);
}

#[test]
fn a_phone_that_comes_home_with_hundreds_asks_a_few_at_a_time_the_newest_first() {
    let rig = Rig::new();
    let ids = rig.accepted(100);
    rig.clock.pass(HOUR);
    let round = |rig: &Rig| {
        let asked = std::iter::from_fn(|| rig.asks().inspect(|id| _ = rig.hears(*id, Heard::told("classified"))));
        asked.take(200).collect::<Vec<_>>()
    };
    let first = round(&rig);
    assert_eq!(first, ids.iter().rev().take(20).copied().collect::<Vec<_>>());
    rig.clock.pass(14 * MINUTE);
    assert_eq!(round(&rig), []);
    rig.outbox.inquire_now().unwrap();
    assert_eq!(round(&rig).len(), 20);
    let mut heard = 0;
    for _ in 0..20 {
        rig.clock.pass(15 * MINUTE);
        assert!(round(&rig).len() <= 20);
        heard = ids.iter().filter(|id| rig.state(**id).0.is_some()).count();
    }
    assert_eq!(heard, 100, "each has its turn");
}

#[test]
fn the_key_is_the_one_that_the_desk_has() {
    let rig = Rig::new();
    let mut incident = told("x", &rig.clock, &rig.dice);
    incident.change(incident.times().updated, Change::note("mesa", "uno")).unwrap();
    let id = rig.outbox.take_over(incident).unwrap().id();
    let sent = rig.next();
    rig.report(&sent, accepted("MA-1"));
    rig.clock.pass(HOUR);
    assert_eq!((sent.key.clone(), rig.outbox.next_inquiry().unwrap().unwrap().key), (format!("{id}-1"), sent.key));
}

/// What a version wrote that asked nothing.
#[test]
fn a_store_of_before_is_opened_and_asked_about() {
    let rig = Rig::new();
    let id = rig.accepted(1)[0];
    rig.outbox
        .with(|queue| {
            queue.write_as_before(id)?;
            Ok(())
        })
        .unwrap();
    let rig = rig.again();
    assert_eq!((rig.state(id), rig.asks()), ((None, None), Some(id)));
    assert!(rig.hears(id, Heard::told("resolved")));
    assert_eq!(rig.again().state(id).0, Some(Phase::Resolved));
}

#[test]
fn a_clock_that_jumps_neither_stops_the_inquiries_nor_lets_them_flood() {
    let rig = Rig::new();
    let id = rig.accepted(1)[0];
    rig.clock.pass(12_000 * DAY);
    rig.hears(id, Heard::no_answer());
    rig.clock.pass(-12_000 * DAY);
    assert!(matches!(rig.outbox.next_delivery().unwrap(), Next::Nothing));
    rig.tell("y");
    assert!(rig.silence() <= 30);
}

/// Whatever a desk says, in whatever order, and however the clock goes: it is asked no more than it may be, nothing that was told is lost, and the incidents
/// and the deliveries don't change by it.
#[test]
fn no_answer_breaks_anything() {
    let policy = Policy { asks: 5, ..Policy::default() };
    let rig = Rig::with(policy.clone());
    let ids = rig.accepted(12);
    let balance = rig.balance();
    let mut told: BTreeMap<IncidentId, String> = BTreeMap::new();
    let (mut asked, mut began) = (0_u64, rig.clock.now_ms());
    for step in 0..4_000 {
        rig.clock.pass(rig.dice.below(20 * 60_000) as i64 - if step % 500 == 499 { DAY } else { 0 });
        // So far back all begins anew.
        if rig.clock.now_ms() < began || rig.clock.now_ms() - began >= DAY {
            assert!(asked <= 2 * 97 * u64::from(policy.asks), "{asked}");
            (asked, began) = (0, rig.clock.now_ms());
        }
        _ = rig.outbox.next_delivery().unwrap();
        while let Some(id) = rig.asks() {
            asked += 1;
            let phase = ["recorded", "investigating", "on-hold", "follow-up", ""][rig.dice.below(5) as usize];
            let heard = match rig.dice.below(8) {
                0 => Heard::Nothing,
                1 => Heard::Failed { after_ms: None },
                2 => Heard::Failed { after_ms: Some(rig.dice.below(100_000) as i64 - 50_000) },
                3 => Heard::Told { reference: None, phase: None, state: Some("nada".to_owned()) },
                _ => Heard::told(phase),
            };
            if let Heard::Told { phase: Some(phase), .. } = &heard {
                told.insert(id, phase.clone());
            }
            rig.hears(id, heard);
        }
    }
    assert_eq!(told.len(), ids.len());
    for (id, phase) in told {
        let name = Phase::ALL.into_iter().find(|own| serde_json::to_value(own).unwrap() == *phase).map(|own| own.name().to_owned());
        assert_eq!(rig.state(id).1, name);
    }
    assert_eq!(rig.balance(), balance);
}
