//! The rules of the outbox: order, leases, waiting, grouping, limits, changes.

use super::*;
use crate::incident::{Phase, ResolutionCode, TransitionError};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

#[test]
fn the_most_urgent_goes_first_and_then_the_oldest() {
    let rig = Rig::new();
    for (words, impact) in [("a", 3), ("b", 2), ("c", 1), ("d", 2)] {
        rig.outbox.file(judged(words, impact, &rig.clock, &rig.dice)).unwrap();
        rig.clock.pass(1);
    }
    let order: Vec<String> = (0..4).map(|_| read(&rig.next()).symptom.unwrap()).collect();
    assert_eq!(order, ["c", "b", "d", "a"]);
}

#[test]
fn what_was_filed_outlives_the_process_and_its_number_is_shown() {
    let rig = Rig::new();
    let id = rig.tell("no me agarra el gps");
    let rig = rig.again();
    assert_eq!(rig.outbox.case(id).unwrap().unwrap().status, Status::Pending);
    let delivery = rig.next();
    assert_eq!((delivery.incident, delivery.key.as_str(), delivery.ask_first), (Some(id), id.to_string().as_str(), false));
    assert_eq!(rig.outbox.case(id).unwrap().unwrap().status, Status::Sent);
    rig.report(&delivery, accepted("INC-7"));
    let rig = rig.again();
    let case = rig.outbox.case(id).unwrap().unwrap();
    assert_eq!((case.status, case.reference.as_deref(), case.waiting), (Status::Accepted, Some("INC-7"), 0));
    assert_eq!(rig.outbox.next_delivery().unwrap(), Next::Nothing);
    rig.outbox.answered(id).unwrap();
    assert_eq!(rig.outbox.case(id).unwrap().unwrap().status, Status::Answered);
    assert_eq!(rig.balance(), Balance { filed: 1, delivered: 1, ..Balance::default() });
}

#[test]
fn filing_twice_is_filing_once() {
    let rig = Rig::new();
    let incident = told("x", &rig.clock, &rig.dice);
    rig.outbox.file(incident.clone()).unwrap();
    rig.outbox.file(incident).unwrap();
    assert_eq!(rig.balance(), Balance { filed: 1, pending: 1, ..Balance::default() });
}

#[test]
fn a_lease_is_one_senders_until_it_is_over_and_then_the_desk_is_asked_first() {
    let rig = Rig::new();
    rig.tell("x");
    let first = rig.next();
    assert_eq!(rig.outbox.next_delivery().unwrap(), Next::Wait(Policy::default().lease_ms.unsigned_abs()));
    rig.clock.pass(Policy::default().lease_ms);
    let second = rig.next();
    assert_eq!((second.attempt, second.ask_first, &second.body, &second.key), (2, true, &first.body, &first.key));
    let late = rig.outbox.report_delivery(first.lease, Reply::no_answer("tarde"));
    assert!(matches!(late, Err(OutboxError::LeaseLost)));
    // That the desk has it is true however late it is told.
    rig.report(&first, accepted("INC-1"));
    assert!(matches!(rig.outbox.report_delivery(second.lease, accepted("INC-1")), Err(OutboxError::LeaseLost)));
    assert_eq!(rig.balance().delivered, 1);
}

#[test]
fn after_a_failure_it_waits_longer_each_time_and_never_longer_than_the_limit() {
    let rig = Rig::new();
    rig.tell("x");
    let mut longest = 0;
    for attempt in 1..40 {
        let delivery = rig.next();
        assert_eq!((delivery.attempt, delivery.ask_first), (attempt, attempt > 1));
        rig.report(&delivery, Reply::no_answer("sin red"));
        let all = match rig.outbox.next_delivery().unwrap() {
            Next::Wait(ms) => i64::try_from(ms).unwrap(),
            other => panic!("{attempt}: it must wait, not {other:?}"),
        };
        assert!(all <= Policy::default().wait_after(attempt), "{attempt}: {all}");
        longest = longest.max(all);
        rig.clock.pass(Policy::default().longest_wait_ms);
    }
    assert!(longest > Policy::default().longest_wait_ms / 4, "{longest}");
}

#[test]
fn when_the_network_comes_back_nothing_waits_but_what_the_desk_asked_for() {
    let rig = Rig::new();
    rig.tell("x");
    rig.report(&rig.next(), Reply::no_answer("sin red"));
    rig.outbox.go_on().unwrap();
    let delivery = rig.next();
    assert_eq!((delivery.attempt, delivery.ask_first), (2, true));
    rig.report(&delivery, Reply::not_sent("sin red"));
    rig.outbox.go_on().unwrap();
    let delivery = rig.next();
    assert_eq!((delivery.attempt, delivery.ask_first), (3, true), "the first try may have come through");
    rig.report(&delivery, Reply::Retry { after_ms: Some(MINUTE), answered: true, why: "HTTP 429".to_owned() });
    rig.outbox.go_on().unwrap();
    assert_eq!(rig.outbox.next_delivery().unwrap(), Next::Wait(MINUTE.unsigned_abs()));
}

#[test]
fn the_desk_says_how_long_to_wait_within_a_day() {
    for (asked, waits) in [(90_000, 90_000), (DAY * 9, DAY)] {
        let rig = Rig::new();
        rig.tell("x");
        rig.report(&rig.next(), Reply::Retry { after_ms: Some(asked), answered: true, why: "HTTP 429".to_owned() });
        rig.tell("y");
        let Next::Wait(ms) = rig.outbox.next_delivery().unwrap() else { panic!("it must wait") };
        assert_eq!(i64::try_from(ms).unwrap(), waits);
        rig.clock.pass(waits);
        assert!(!rig.next().ask_first, "the desk said that it hasn't taken it");
    }
}

#[test]
fn who_is_not_let_in_pauses_and_says_so() {
    let rig = Rig::new();
    let id = rig.tell("x");
    rig.report(&rig.next(), Reply::Denied { why: "HTTP 401".to_owned() });
    let rig = rig.again();
    assert_eq!(rig.outbox.next_delivery().unwrap(), Next::Paused("HTTP 401".to_owned()));
    assert_eq!(rig.outbox.case(id).unwrap().unwrap().why.as_deref(), Some("HTTP 401"));
    rig.outbox.go_on().unwrap();
    assert_eq!(rig.next().incident, Some(id));
}

#[test]
fn what_the_desk_refuses_is_kept_shown_and_sent_again_when_told() {
    let rig = Rig::new();
    let id = rig.tell("x");
    rig.report(&rig.next(), Reply::Rejected { why: "HTTP 400: falta algo".to_owned() });
    let other = rig.tell("y");
    rig.report(&rig.next(), accepted("INC-2"));
    let case = rig.outbox.case(id).unwrap().unwrap();
    assert_eq!((case.status, case.why.as_deref(), case.waiting), (Status::Quarantined, Some("HTTP 400: falta algo"), 1));
    assert_eq!(rig.balance(), Balance { filed: 2, delivered: 1, quarantined: 1, ..Balance::default() });
    assert_eq!(rig.outbox.next_delivery().unwrap(), Next::Nothing);
    rig.outbox.release(id).unwrap();
    rig.report(&rig.next(), accepted("INC-3"));
    assert_eq!(rig.balance().delivered, 2);
    assert_eq!(rig.outbox.case(other).unwrap().unwrap().reference.as_deref(), Some("INC-2"));
}

#[test]
fn a_crash_loop_is_one_record_with_a_count() {
    let rig = Rig::new();
    let first = rig.outbox.file(crashed("Ficha", 3, &rig.clock, &rig.dice)).unwrap().id();
    for _ in 1..10_000_u32 {
        rig.clock.pass(3);
        let filed = rig.outbox.file(crashed("Ficha", 3, &rig.clock, &rig.dice)).unwrap();
        assert_eq!(filed, Filed::Merged(first));
    }
    assert_eq!(rig.balance(), Balance { filed: 10_000, pending: 1, merged: 9_999, ..Balance::default() });
    let sent = read(&rig.next());
    let happened = sent.occurrences();
    assert_eq!((sent.id(), happened.count, happened.last.ms() - happened.first.ms()), (first, 10_000, 9_999 * 3));
}

#[test]
fn a_group_keeps_the_highest_priority_and_moves_up() {
    let rig = Rig::new();
    rig.outbox.file(crashed("Ficha", 3, &rig.clock, &rig.dice)).unwrap();
    rig.outbox.file(crashed("Hogar", 2, &rig.clock, &rig.dice)).unwrap();
    rig.outbox.file(crashed("Ficha", 1, &rig.clock, &rig.dice)).unwrap();
    let sent = read(&rig.next());
    assert_eq!((sent.occurrences().count, sent.classification().priority.rank()), (2, 1));
}

#[test]
fn what_goes_on_happening_is_told_once_an_hour_after_the_first() {
    let rig = Rig::new();
    let id = rig.outbox.file(crashed("Ficha", 3, &rig.clock, &rig.dice)).unwrap().id();
    rig.report(&rig.next(), accepted("INC-1"));
    for _ in 0..50 {
        rig.clock.pass(MINUTE);
        assert_eq!(rig.outbox.file(crashed("Ficha", 3, &rig.clock, &rig.dice)).unwrap(), Filed::Merged(id));
    }
    let Next::Wait(ms) = rig.outbox.next_delivery().unwrap() else { panic!("it must wait") };
    assert_eq!(i64::try_from(ms).unwrap(), HOUR - 49 * MINUTE);
    rig.clock.pass(HOUR);
    let update = rig.next();
    let incident = read(&update);
    assert_eq!((incident.id(), incident.revision(), incident.occurrences().count), (id, 1, 51));
    assert_eq!(update.key, format!("{id}-1"));
    rig.report(&update, accepted("INC-1"));
    assert_eq!(rig.balance(), Balance { filed: 51, delivered: 1, merged: 50, ..Balance::default() });
    // A day later it is another one.
    rig.clock.pass(2 * DAY);
    assert!(matches!(rig.outbox.file(crashed("Ficha", 3, &rig.clock, &rig.dice)).unwrap(), Filed::Kept(new) if new != id));
}

#[test]
fn an_app_that_floods_is_stopped_and_the_desk_is_told_what_is_missing() {
    let rig = Rig::new();
    let most = u64::from(Policy::default().automatic_per_hour);
    for number in 0..most + 5 {
        rig.outbox.file(crashed(&format!("P{}", "x".repeat(number as usize)), 3, &rig.clock, &rig.dice)).unwrap();
    }
    assert_eq!(rig.balance(), Balance { filed: most + 5, pending: most, dropped: 5, ..Balance::default() });
    // A person isn't stopped.
    rig.tell("x");
    for _ in 0..=most {
        rig.report(&rig.next(), accepted("INC"));
    }
    let receipt = rig.next();
    assert_eq!((receipt.content_type, receipt.incident), (RECEIPT_TYPE, None));
    let told = Receipt::unpacked(&receipt.body).unwrap();
    assert_eq!((told.dropped().len(), told.dropped()[0].why.as_str(), told.id().to_string()), (5, "rate", receipt.key.clone()));
    rig.report(&receipt, Reply::Accepted { reference: None });
    assert_eq!(rig.outbox.next_delivery().unwrap(), Next::Nothing);
    rig.clock.pass(HOUR);
    assert!(matches!(rig.outbox.file(crashed("Otro", 3, &rig.clock, &rig.dice)).unwrap(), Filed::Kept(_)));
}

fn small(most: u64) -> Policy {
    Policy { most, ..Policy::default() }
}

#[test]
fn bytes_are_a_limit_too_and_what_was_sent_counts_no_more() {
    const MOST: u64 = 6_000;
    let rig = Rig::with(Policy { most_bytes: MOST, ..Policy::default() });
    let file = || rig.outbox.file(judged("la foto sale borrosa", 2, &rig.clock, &rig.dice)).is_ok();
    let fill = || (0..1000).take_while(|_| file()).count();
    let filed = fill();
    let sent: Vec<Delivery> = (0..filed).map(|_| rig.next()).collect();
    let (bytes, largest) =
        sent.iter().map(|delivery| delivery.body.len() as u64).fold((0, 0), |(sum, most), own| (sum + own, own.max(most)));
    assert!((MOST - 2 * largest..=MOST).contains(&bytes), "{bytes} of {filed}");
    sent.iter().for_each(|delivery| rig.report(delivery, accepted("INC-1")));
    assert!(fill().abs_diff(filed) <= 1);
}

#[test]
fn without_room_the_least_valuable_goes_first_and_is_told() {
    let rig = Rig::with(small(4));
    let file = |impact, automatic: bool, name: &str| {
        let incident = if automatic { crashed(name, impact, &rig.clock, &rig.dice) } else { judged(name, impact, &rig.clock, &rig.dice) };
        rig.clock.pass(1);
        rig.outbox.file(incident).map(Filed::id)
    };
    let low = file(3, false, "persona, poco urgente").unwrap();
    let auto_low = file(3, true, "Baja").unwrap();
    let auto_high = file(1, true, "Alta").unwrap();
    let urgent = file(1, false, "persona, urgente").unwrap();
    let status = |id| rig.outbox.case(id).unwrap().unwrap().status;
    file(2, false, "persona, media").unwrap();
    assert_eq!((status(auto_low), status(auto_high)), (Status::Dropped, Status::Pending), "of the app's own, the less urgent");
    file(2, false, "persona, media").unwrap();
    assert_eq!((status(auto_high), status(low)), (Status::Dropped, Status::Pending), "the app's own before a person's");
    file(2, false, "persona, media").unwrap();
    assert_eq!((status(low), status(urgent)), (Status::Dropped, Status::Pending));
    // All that is left is worth as much: it is handed back.
    let refused = rig.outbox.file(judged("otra", 2, &rig.clock, &rig.dice)).unwrap_err();
    assert!(matches!(refused.source, OutboxError::Full { kept: 4 }));
    assert_eq!(refused.incident.symptom.as_deref(), Some("otra"));
    // Urgent ones of people are never given up: the limit gives way, up to twice itself.
    for _ in 0..7 {
        rig.outbox.file(judged("urgente", 1, &rig.clock, &rig.dice)).unwrap();
    }
    let balance = rig.balance();
    assert_eq!((balance.pending, balance.dropped), (8, 6));
    assert!(rig.outbox.file(judged("urgente", 1, &rig.clock, &rig.dice)).is_err());
    assert_eq!(status(urgent), Status::Pending);
    let dropped: usize = std::iter::from_fn(|| match rig.outbox.next_delivery().unwrap() {
        Next::Send(delivery) => Some(delivery),
        _ => None,
    })
    .filter(|delivery| delivery.content_type == RECEIPT_TYPE)
    .map(|delivery| Receipt::unpacked(&delivery.body).unwrap().dropped().len())
    .sum();
    assert_eq!(dropped, 6);
}

#[test]
fn what_is_too_old_is_given_up_but_not_by_a_clock_that_jumps() {
    let rig = Rig::new();
    let low = rig.tell("x");
    let urgent = rig.outbox.file(judged("y", 1, &rig.clock, &rig.dice)).unwrap().id();
    rig.clock.pass(40 * 365 * DAY);
    rig.outbox.tidy().unwrap();
    assert_eq!(rig.balance().pending, 2, "forty years in a moment are a day");
    for _ in 0..i64::from(Policy::default().days) {
        rig.clock.pass(DAY);
        rig.outbox.tidy().unwrap();
    }
    let status = |id| rig.outbox.case(id).unwrap().map(|case| case.status);
    assert_eq!((status(low), status(urgent)), (Some(Status::Dropped), Some(Status::Pending)));
    for _ in 0..100 {
        rig.clock.pass(DAY);
        rig.outbox.tidy().unwrap();
    }
    assert_eq!(status(low), None, "what was given up is forgotten, like what was delivered");
    rig.balance();
}

#[test]
fn a_clock_that_goes_back_a_day_holds_nothing_up() {
    let rig = Rig::new();
    rig.tell("x");
    let delivery = rig.next();
    rig.report(&delivery, Reply::Retry { after_ms: Some(10 * MINUTE), answered: true, why: String::new() });
    rig.clock.pass(-DAY);
    let Next::Wait(ms) = rig.outbox.next_delivery().unwrap() else { panic!("it must wait") };
    assert_eq!(i64::try_from(ms).unwrap(), 10 * MINUTE);
    rig.clock.pass(10 * MINUTE);
    let leased = rig.next();
    rig.clock.pass(-DAY);
    let Next::Wait(ms) = rig.outbox.next_delivery().unwrap() else { panic!("it is leased") };
    assert_eq!(i64::try_from(ms).unwrap(), Policy::default().lease_ms);
    rig.report(&leased, accepted("INC-1"));
    assert_eq!(rig.balance().delivered, 1);
}

fn step(to: Phase) -> Change {
    Change::step("mesa", to, "paso").resolved_by(ResolutionCode::Fixed, None)
}

#[test]
fn changes_go_after_what_they_change_in_order() {
    let rig = Rig::new();
    let id = rig.tell("x");
    rig.outbox.change(id, step(Phase::Investigating)).unwrap();
    rig.outbox.change(id, step(Phase::Resolved)).unwrap();
    let first = rig.next();
    assert_eq!(read(&first).revision(), 0);
    assert!(matches!(rig.outbox.next_delivery().unwrap(), Next::Wait(_)), "the changes come after it");
    rig.report(&first, accepted("INC-1"));
    for revision in [1, 2] {
        let change = rig.next();
        assert_eq!((read(&change).revision(), change.key.clone()), (revision, format!("{id}-{revision}")));
        assert!(matches!(rig.outbox.next_delivery().unwrap(), Next::Wait(_)));
        rig.report(&change, accepted("INC-1"));
    }
    // Long after it was delivered, it is opened again.
    rig.outbox.change(id, step(Phase::Closed)).unwrap();
    rig.clock.pass(DAY);
    let rig = rig.again();
    let reopened = rig.outbox.change(id, Change::step("maria", Phase::Investigating, "Volvió. Mi clave es Abc123.")).unwrap();
    assert_eq!((reopened.revision(), reopened.phase()), (4, Phase::Investigating));
    let illegal = rig.outbox.change(id, Change::step("maria", Phase::FollowUp, ""));
    assert!(matches!(illegal, Err(OutboxError::Transition(TransitionError::Illegal { .. }))));
    rig.report(&rig.next(), accepted("INC-1"));
    rig.report(&rig.next(), accepted("INC-1"));
    assert_eq!(rig.outbox.next_delivery().unwrap(), Next::Nothing);
    assert_eq!(rig.outbox.incident(id).unwrap().unwrap(), reopened);
    assert_eq!(rig.balance(), Balance { filed: 1, delivered: 1, ..Balance::default() });
}

#[test]
fn what_happened_again_goes_before_a_change_and_at_once() {
    let rig = Rig::new();
    let id = rig.outbox.file(crashed("Ficha", 3, &rig.clock, &rig.dice)).unwrap().id();
    rig.report(&rig.next(), accepted("INC-1"));
    rig.outbox.file(crashed("Ficha", 3, &rig.clock, &rig.dice)).unwrap();
    rig.outbox.change(id, Change::note("mesa", "Se llamó.")).unwrap();
    let sent: Vec<(u32, u64)> = (0..2)
        .map(|_| {
            let delivery = rig.next();
            rig.report(&delivery, accepted("INC-1"));
            let incident = read(&delivery);
            (incident.revision(), incident.occurrences().count)
        })
        .collect();
    assert_eq!(sent, [(1, 2), (2, 2)]);
}

/// Found by the kill test: the first delivery was made from the changed record.
#[test]
fn what_is_changed_before_it_is_sent_is_sent_as_it_was_filed_and_then_changed() {
    let rig = Rig::new();
    let crash = || rig.outbox.file(crashed("Ficha", 3, &rig.clock, &rig.dice)).unwrap().id();
    let id = crash();
    crash();
    rig.outbox.change(id, Change::note("mesa", "Se llamó.")).unwrap();
    crash();
    let mut sent = Vec::new();
    for _ in 0..3 {
        let delivery = match rig.outbox.next_delivery().unwrap() {
            Next::Send(delivery) => delivery,
            _ => {
                rig.clock.pass(HOUR);
                rig.next()
            }
        };
        rig.report(&delivery, accepted("INC-1"));
        let incident = read(&delivery);
        sent.push((delivery.key.len() > 36, incident.revision(), incident.history().len()));
    }
    let first = sent[0].2;
    assert_eq!(sent, [(false, 0, first), (true, 1, first + 1), (true, 2, first + 2)]);
    assert_eq!(rig.outbox.incident(id).unwrap().unwrap().occurrences().count, 3);
}

#[test]
fn another_process_has_the_store_and_filing_works_all_the_same() {
    let rig = Rig::new();
    let guest = Outbox::open(rig.dir.path(), Policy { busy_ms: 20, ..Policy::default() }, rig.clock.clone(), rig.dice.clone()).unwrap();
    assert!(guest.opened().guest);
    assert!(matches!(guest.next_delivery(), Err(OutboxError::Busy { .. })));
    let filed = guest.file(told("x", &rig.clock, &rig.dice)).unwrap();
    assert!(matches!(filed, Filed::Spooled(_)));
    let delivery = rig.next();
    assert_eq!((delivery.incident, delivery.ask_first), (Some(filed.id()), false));
    // The other one is done: the guest has the store, and the file isn't taken in twice.
    rig.report(&delivery, accepted("INC-1"));
    let Rig { dir, outbox, .. } = rig;
    drop(outbox);
    assert_eq!(guest.next_delivery().unwrap(), Next::Nothing);
    assert_eq!(guest.balance().unwrap().delivered, 1);
    drop(dir);
}

#[test]
fn a_crashing_app_files_although_the_lock_is_held() {
    let rig = Rig::new();
    let held = rig.outbox.lock();
    let filed = rig.outbox.file_in_a_crash(crashed("Ficha", 1, &rig.clock, &rig.dice)).unwrap();
    assert!(matches!(filed, Filed::Spooled(_)));
    drop(held);
    assert_eq!(rig.next().incident, Some(filed.id()));
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let rig = Rig::new();
    let Rig { dir, clock, dice, outbox } = rig;
    outbox
        .with(|queue| {
            queue.state.v = 99;
            Ok(())
        })
        .unwrap();
    drop(outbox);
    let error = Outbox::open(dir.path(), Policy::default(), clock, dice).unwrap_err();
    assert!(matches!(error, OutboxError::TooNew(99)), "{error}");
}

#[test]
fn after_much_was_delivered_the_file_gets_small_again() {
    let rig = Rig::new();
    for number in 0..600 {
        let noise: String = (0..3000).map(|_| char::from(b'a' + (rig.dice.below(26) as u8))).collect();
        rig.tell(&format!("{number} {noise}"));
    }
    let size = |rig: &Rig| fs::metadata(rig.dir.path().join(STORE_FILE)).unwrap().len();
    let full = size(&rig);
    while let Next::Send(delivery) = rig.outbox.next_delivery().unwrap() {
        rig.report(&delivery, accepted("INC"));
    }
    for _ in 0..=Policy::default().remembered_days {
        rig.clock.pass(DAY);
        rig.outbox.tidy().unwrap();
    }
    rig.clock.pass(DAY);
    rig.outbox.tidy().unwrap();
    assert!(rig.outbox.cases().unwrap().is_empty());
    assert!(size(&rig) < full / 4, "{full} → {}", size(&rig));
    assert_eq!(rig.balance().delivered, 600);
}

#[test]
fn a_refused_change_keeps_no_later_one_back_and_is_shown() {
    let rig = Rig::new();
    let id = rig.tell("x");
    rig.report(&rig.next(), accepted("INC-1"));
    rig.outbox.change(id, Change::note("mesa", "uno")).unwrap();
    rig.report(&rig.next(), Reply::Rejected { why: "HTTP 400".to_owned() });
    let case = rig.outbox.case(id).unwrap().unwrap();
    assert_eq!((case.status, case.why.as_deref(), case.waiting), (Status::Accepted, Some("HTTP 400"), 1));
    rig.outbox.change(id, Change::note("mesa", "dos")).unwrap();
    rig.outbox.change(id, Change::note("mesa", "tres")).unwrap();
    let second = rig.next();
    assert_eq!(read(&second).revision(), 2);
    // Sent again, the refused one goes after what is on its way, and before what comes later.
    rig.outbox.release(id).unwrap();
    assert!(matches!(rig.outbox.next_delivery().unwrap(), Next::Wait(_)));
    rig.report(&second, accepted("INC-1"));
    let rest: Vec<u32> = std::iter::from_fn(|| match rig.outbox.next_delivery().unwrap() {
        Next::Send(delivery) => {
            rig.report(&delivery, accepted("INC-1"));
            Some(read(&delivery).revision())
        }
        _ => None,
    })
    .collect();
    assert_eq!(rest, [1, 3]);
    assert_eq!(rig.outbox.case(id).unwrap().unwrap().waiting, 0);
}

#[test]
fn what_was_taken_over_changed_can_be_changed_again_after_its_delivery() {
    let rig = Rig::new();
    let mut incident = crashed("Ficha", 3, &rig.clock, &rig.dice);
    incident.change(incident.times().updated, Change::note("mesa", "uno")).unwrap();
    let id = rig.outbox.take_over(incident).unwrap().id();
    // It happens again meanwhile.
    rig.outbox.file(crashed("Ficha", 3, &rig.clock, &rig.dice)).unwrap();
    let first = rig.next();
    assert_eq!((first.ask_first, read(&first).occurrences().count), (true, 1));
    rig.report(&first, accepted("INC-1"));
    assert_eq!(rig.outbox.change(id, Change::note("mesa", "dos")).unwrap().revision(), 3);
    while let Next::Send(delivery) = rig.outbox.next_delivery().unwrap() {
        rig.report(&delivery, accepted("INC-1"));
    }
    assert_eq!(rig.outbox.incident(id).unwrap().unwrap().occurrences().count, 2);
}

#[test]
fn a_file_that_can_not_be_removed_is_counted_once() {
    let rig = Rig::new();
    rig.outbox.file(crashed("Ficha", 3, &rig.clock, &rig.dice)).unwrap();
    let again = crashed("Ficha", 3, &rig.clock, &rig.dice);
    for _ in 0..3 {
        rig.outbox.spool.keep(&again, false).unwrap();
        assert_eq!(rig.balance(), Balance { filed: 2, pending: 1, merged: 1, ..Balance::default() });
    }
}

#[test]
fn what_the_desk_asked_for_is_not_shortened_by_another_failure() {
    let rig = Rig::new();
    let (x, y) = (rig.tell("x"), rig.tell("y"));
    let (first, second) = (rig.next(), rig.next());
    assert_eq!((first.incident, second.incident), (Some(x), Some(y)));
    rig.report(&first, Reply::Retry { after_ms: Some(HOUR), answered: true, why: String::new() });
    rig.report(&second, Reply::no_answer(""));
    assert_eq!(rig.outbox.next_delivery().unwrap(), Next::Wait(HOUR.unsigned_abs()));
}

#[test]
fn the_number_is_remembered_from_the_delivery_on() {
    let rig = Rig::new();
    let id = rig.tell("x");
    for _ in 0..Policy::default().remembered_days + 10 {
        rig.clock.pass(DAY);
        rig.outbox.tidy().unwrap();
    }
    rig.report(&rig.next(), accepted("INC-1"));
    rig.outbox.tidy().unwrap();
    assert!(rig.outbox.case(id).unwrap().is_some());
}
