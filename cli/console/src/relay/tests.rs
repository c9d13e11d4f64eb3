//! The relay against a system that is played: one that loses requests and answers, does things late, and is changed by its own people.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use baquiano::incident::{Change, Draft, Incident, Moment, Origin, Phase};
use baquiano::kb::pack::Pack;
use baquiano::{Clock, HelpDesk};
use proptest::prelude::*;

use super::*;
use crate::store::{Delivered, Store, reference};

const START: i64 = 1_790_000_000_000;

#[derive(Default)]
struct Played {
    tickets: RefCell<BTreeMap<u64, Kept>>,
    next: Cell<u64>,
    /// What goes wrong next, from the end.
    faults: RefCell<Vec<Fault>>,
    changes: Cell<u64>,
}

#[derive(Debug, Clone)]
struct Kept {
    id: String,
    place: Place,
    said: Vec<String>,
    changed: u64,
    merged_into: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    None,
    /// The request doesn't arrive.
    Request,
    /// It is done, and the answer doesn't arrive.
    Answer,
}

/// Steps that its life cycle has.
fn leads(from: &str, to: &str) -> bool {
    matches!(
        (from, to),
        ("new", "classified" | "rejected")
            | ("classified", "investigating" | "on hold" | "resolved")
            | ("investigating", "on hold" | "classified" | "resolved")
            | ("on hold", "investigating" | "resolved")
            | ("resolved", "closed" | "investigating")
            | ("closed", "investigating")
            | ("rejected", "classified")
    )
}

impl Played {
    fn does<T>(&self, work: impl FnOnce(&mut BTreeMap<u64, Kept>) -> T) -> Result<T, ConnectorError> {
        let fault = self.faults.borrow_mut().pop().unwrap_or(Fault::None);
        if matches!(fault, Fault::Request) {
            return Err(ConnectorError::NoAnswer("lost".to_owned()));
        }
        let done = work(&mut self.tickets.borrow_mut());
        if matches!(fault, Fault::Answer) { Err(ConnectorError::NoAnswer("cut".to_owned())) } else { Ok(done) }
    }

    fn changed_now(&self) -> u64 {
        self.changes.set(self.changes.get() + 1);
        self.changes.get()
    }

    /// As one of its own people does it.
    fn set(&self, ticket: u64, status: Option<&str>, queue: Option<&str>) {
        let now = self.changed_now();
        if let Some(kept) = self.tickets.borrow_mut().get_mut(&ticket) {
            if let Some(status) = status.filter(|status| leads(&kept.place.status, status)) {
                status.clone_into(&mut kept.place.status);
            }
            if let Some(queue) = queue {
                queue.clone_into(&mut kept.place.queue);
            }
            kept.changed = now;
        }
    }

    fn live(&self, id: &str) -> Vec<(u64, Kept)> {
        let tickets = self.tickets.borrow();
        tickets.iter().filter(|(_, kept)| kept.id == id && kept.merged_into.is_none()).map(|(at, kept)| (*at, kept.clone())).collect()
    }
}

fn at(ticket: &str) -> u64 {
    ticket.parse().unwrap()
}

impl Connector for Played {
    fn check(&self) -> Result<(), ConnectorError> {
        Ok(())
    }

    fn find(&self, id: &str) -> Result<Vec<Ticket>, ConnectorError> {
        self.does(|_| ())?;
        Ok(self.live(id).iter().map(|(at, _)| at.to_string()).collect())
    }

    fn create(&self, new: &NewTicket) -> Result<Ticket, ConnectorError> {
        let changed = self.changed_now();
        self.does(|tickets| {
            self.next.set(self.next.get() + 1);
            let place = Place { queue: new.queue.clone(), status: "new".to_owned() };
            tickets.insert(self.next.get(), Kept { id: new.id.clone(), place, said: Vec::new(), changed, merged_into: None });
            self.next.get().to_string()
        })
    }

    fn settle(&self, _: &str, _: &NewTicket) -> Result<Vec<String>, ConnectorError> {
        self.does(|_| Vec::new())
    }

    fn merge(&self, ticket: &str, into: &str) -> Result<(), ConnectorError> {
        self.does(|tickets| {
            if let Some(kept) = tickets.get_mut(&at(ticket)) {
                kept.merged_into = Some(at(into));
            }
        })
    }

    fn place(&self, ticket: &str) -> Result<Place, ConnectorError> {
        self.does(|tickets| tickets.get(&at(ticket)).unwrap().place.clone())
    }

    /// In several requests, as the real one: it may end in the middle.
    fn bring(&self, ticket: &str, _: &Place, to: &Place, way: &[String]) -> Result<Place, ConnectorError> {
        let mut is = self.does(|tickets| {
            let kept = tickets.get_mut(&at(ticket)).unwrap();
            kept.changed = self.changed_now();
            kept.place.queue.clone_from(&to.queue);
            kept.place.clone()
        })?;
        for status in std::iter::once(&to.status).chain(way).chain([&to.status]) {
            if is.status != to.status {
                is = self.does(|tickets| {
                    let kept = tickets.get_mut(&at(ticket)).unwrap();
                    kept.changed = self.changed_now();
                    if leads(&kept.place.status, status) {
                        kept.place.status.clone_from(status);
                    }
                    kept.place.clone()
                })?;
            }
        }
        Ok(is)
    }

    fn said(&self, ticket: &str) -> Result<Vec<String>, ConnectorError> {
        self.does(|tickets| tickets.get(&at(ticket)).unwrap().said.clone())
    }

    fn say(&self, ticket: &str, comment: &Comment) -> Result<(), ConnectorError> {
        self.does(|tickets| tickets.get_mut(&at(ticket)).unwrap().said.push(comment.mark.clone()))
    }

    fn changed(&self, since: Option<&str>) -> Result<(Vec<Changed>, Option<String>), ConnectorError> {
        let since: u64 = since.map_or(0, at);
        self.does(|tickets| {
            let live = tickets.iter().filter(|(_, kept)| kept.changed >= since && kept.merged_into.is_none());
            let changed = live.map(|(at, kept)| Changed { ticket: at.to_string(), id: kept.id.clone(), place: kept.place.clone() });
            (changed.collect(), Some(self.changes.get().to_string()))
        })
    }
}

struct Desk {
    desk: HelpDesk,
    store: Store,
    mapping: Mapping,
    there: Played,
    now: Cell<i64>,
    _dir: tempfile::TempDir,
}

struct At(i64);

impl Clock for At {
    fn now_ms(&self) -> i64 {
        self.0
    }
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            desk: HelpDesk::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap(),
            store: Store::open(dir.path()).unwrap(),
            mapping: Mapping::request_tracker().unwrap(),
            there: Played::default(),
            now: Cell::new(START),
            _dir: dir,
        }
    }

    fn receive(&self, words: &str) -> Incident {
        let mut draft = Draft::new(Origin::App);
        draft.symptom = Some(words.to_owned());
        let incident = self.desk.register(draft).unwrap();
        let key = incident.id().to_string();
        self.store.receive(&Delivered { key: &key, hash: [0; 32], token: "campo", now_ms: self.now.get() }, &incident).unwrap();
        incident
    }

    fn round(&self) -> Round {
        let clock = At(self.now.get());
        Relay::new(&self.store, &self.desk, &self.mapping, &self.there, &clock).unwrap().round().unwrap()
    }

    fn later(&self) {
        self.now.set(self.now.get() + 60 * 60 * 1000);
    }

    fn change(&self, number: i64, to: Phase) {
        let Some((incident, _)) = self.store.incident(number).unwrap() else { return };
        let at = Moment::new(self.now.get(), 0);
        let change = Change::step("ana", to, "paso").resolved_by(baquiano::incident::ResolutionCode::Explained, None);
        // What its phase doesn't lead to is refused.
        _ = self.store.change(number, incident.revision(), self.now.get(), |own| own.change(at, change));
    }

    fn hand_over(&self, number: i64, level: u8) {
        let Some((incident, _)) = self.store.incident(number).unwrap() else { return };
        let at = Moment::new(self.now.get(), 0);
        _ = self
            .store
            .change(number, incident.revision(), self.now.get(), |own| own.hand_over(at, "ana", level, "sistemas", "no es de aquí"));
    }
}

#[derive(Debug, Clone)]
enum Step {
    Receive,
    Change(i64, usize),
    HandOver(i64, u8),
    There(u64, &'static str),
    Queue(u64, &'static str),
    Round(Vec<u8>),
    Later,
}

fn step() -> impl Strategy<Value = Step> {
    let statuses = prop::sample::select(vec!["classified", "investigating", "on hold", "resolved", "closed", "rejected"]);
    prop_oneof![
        2 => Just(Step::Receive),
        2 => (1_i64..5, 0_usize..6).prop_map(|(number, to)| Step::Change(number, to)),
        1 => (1_i64..5, 1_u8..=3).prop_map(|(number, level)| Step::HandOver(number, level)),
        2 => (1_u64..6, statuses).prop_map(|(ticket, status)| Step::There(ticket, status)),
        1 => (1_u64..6, prop::sample::select(vec!["L1", "L2", "L3", "Otra"])).prop_map(|(ticket, queue)| Step::Queue(ticket, queue)),
        4 => prop::collection::vec(0_u8..6, 0..30).prop_map(Step::Round),
        1 => Just(Step::Later),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever breaks and whoever changes what: in the end each incident is one ticket, all was said in it once, and both sides agree where it is.
    #[test]
    fn each_incident_becomes_one_ticket_and_both_agree(steps in prop::collection::vec(step(), 1..25)) {
        let desk = Desk::new();
        let mut filed = Vec::new();
        for step in steps {
            match step {
                Step::Receive => filed.push(desk.receive("no me agarra el gps")),
                Step::Change(number, to) => desk.change(number, Phase::ALL[to]),
                Step::HandOver(number, level) => desk.hand_over(number, level),
                Step::There(ticket, status) => desk.there.set(ticket, Some(status), None),
                Step::Queue(ticket, queue) => desk.there.set(ticket, None, Some(queue)),
                Step::Round(faults) => {
                    let fault = |drawn: u8| match drawn { 0 => Fault::Request, 1 => Fault::Answer, _ => Fault::None };
                    *desk.there.faults.borrow_mut() = faults.into_iter().map(fault).collect();
                    desk.round();
                    desk.there.faults.borrow_mut().clear();
                }
                Step::Later => desk.later(),
            }
        }
        for _ in 0..4 {
            desk.later();
            desk.round();
        }
        let last = desk.round();
        prop_assert!(last.is_quiet() && last.waiting == 0, "{last:?}");
        for (at, incident) in filed.iter().enumerate() {
            let live = desk.there.live(&incident.id().to_string());
            prop_assert_eq!(live.len(), 1);
            let (ticket, kept) = &live[0];
            let number = at as i64 + 1;
            let (own, _) = desk.store.incident(number).unwrap().unwrap();
            let said: std::collections::BTreeSet<&String> = kept.said.iter().collect();
            prop_assert_eq!(said.len(), kept.said.len(), "{:?}", &kept.said);
            let whole = format!("{}: el caso", reference(number));
            prop_assert!(kept.said.contains(&whole));
            let wrong = desk.store.relay_wrongs(number).unwrap();
            prop_assert!(desk.mapping.phase(&kept.place.status) == Some(own.phase()) || own.phase() == Phase::FollowUp || !wrong.is_empty(),
                "{:?} {:?} {wrong:?}", own.phase(), kept.place);
            prop_assert!(kept.place.queue == "Otra" || desk.mapping.level(&kept.place.queue) == Some(own.classification().level));
            prop_assert_eq!(own.references().iter().filter(|own| own.system == "rt").map(|own| own.number.clone()).collect::<Vec<_>>(), [ticket.to_string()]);
        }
    }
}

#[test]
fn a_ticket_that_comes_about_late_is_found_and_no_other_is_made() {
    let desk = Desk::new();
    let filed = desk.receive("no abre");
    // The search is answered; the making is not, though it is done.
    *desk.there.faults.borrow_mut() = vec![Fault::Answer, Fault::None, Fault::None];
    assert_eq!((desk.round().created, desk.there.live(&filed.id().to_string()).len()), (0, 1));
    desk.there.tickets.borrow_mut().get_mut(&1).unwrap().id = "late".to_owned();
    let soon = desk.round();
    assert_eq!((soon.created, soon.waiting), (0, 1), "it is left time");
    desk.there.tickets.borrow_mut().get_mut(&1).unwrap().id = filed.id().to_string();
    desk.later();
    assert_eq!(desk.round().created, 1);
    assert_eq!(desk.there.live(&filed.id().to_string()).len(), 1);
}

/// What was half done there is ours, and no change of theirs.
#[test]
fn a_step_that_broke_in_the_middle_is_not_taken_back() {
    let desk = Desk::new();
    let filed = desk.receive("no abre");
    assert_eq!(desk.round().created, 1);
    assert_eq!(desk.store.incident(1).unwrap().unwrap().0.phase(), Phase::Classified);
    // There it goes to `resolved` first, and that answer is cut: the sixth of the round.
    desk.change(1, Phase::Closed);
    *desk.there.faults.borrow_mut() = vec![Fault::Answer, Fault::None, Fault::None, Fault::None, Fault::None, Fault::None];
    desk.round();
    let status = || desk.there.live(&filed.id().to_string())[0].1.place.status.clone();
    assert_eq!(status(), "resolved");
    desk.later();
    desk.round();
    assert_eq!((desk.store.incident(1).unwrap().unwrap().0.phase(), status().as_str()), (Phase::Closed, "closed"));
    let (own, _) = desk.store.incident(1).unwrap().unwrap();
    assert_eq!(own.resolution().map(|ended| ended.code), Some(baquiano::incident::ResolutionCode::Explained));
}

/// Each side changed another half of where it is.
#[test]
fn a_queue_that_moves_there_does_not_undo_a_step_here() {
    let desk = Desk::new();
    desk.receive("no abre");
    desk.round();
    desk.change(1, Phase::Classified);
    desk.round();
    desk.change(1, Phase::Investigating);
    desk.there.set(1, None, Some("L3"));
    desk.round();
    let (own, _) = desk.store.incident(1).unwrap().unwrap();
    assert_eq!((own.phase(), own.classification().level), (Phase::Investigating, 3));
    desk.round();
    assert_eq!(desk.there.tickets.borrow().get(&1).unwrap().place, Place { queue: "L3".to_owned(), status: "investigating".to_owned() });
}

/// The number that another system gives is no change by the desk: the phone's own word still counts whole.
#[test]
fn what_the_phone_says_later_counts_also_once_there_is_a_ticket() {
    let desk = Desk::new();
    let mut filed = desk.receive("no abre");
    desk.round();
    let withdrawn = Change::step("app", Phase::Closed, "ya no hace falta").resolved_by(baquiano::incident::ResolutionCode::Withdrawn, None);
    filed.change(Moment::new(START, 0), withdrawn).unwrap();
    desk.store.receive(&Delivered { key: "later", hash: [1; 32], token: "campo", now_ms: START }, &filed).unwrap();
    let (own, _) = desk.store.incident(1).unwrap().unwrap();
    assert_eq!((own.phase(), own.references().len()), (Phase::Closed, 1));
}

/// What has no answer, whatever its rank, doesn't keep the others waiting.
#[test]
fn some_without_an_answer_do_not_starve_the_rest() {
    let desk = Desk::new();
    let filed: Vec<Incident> = (0..5).map(|_| desk.receive("no abre")).collect();
    // Each round the first three have none; what follows is tried in the next round.
    for _ in 0..3 {
        *desk.there.faults.borrow_mut() = vec![Fault::Request, Fault::Request, Fault::Request, Fault::None];
        desk.round();
        desk.there.faults.borrow_mut().clear();
        desk.later();
    }
    let late: Vec<bool> = filed[3..].iter().map(|one| desk.there.live(&one.id().to_string()).is_empty()).collect();
    assert_eq!(late, [true, true], "nothing was let through in these rounds");
    let due = desk.store.to_relay("rt", desk.now.get()).unwrap().0;
    assert_ne!(due[..3], [1, 2, 3], "those that failed most come last");
}

#[test]
fn one_relay_at_a_time() {
    let desk = Desk::new();
    let clock = At(START);
    let first = Relay::new(&desk.store, &desk.desk, &desk.mapping, &desk.there, &clock).unwrap();
    assert!(matches!(Relay::new(&desk.store, &desk.desk, &desk.mapping, &desk.there, &clock), Err(RelayError::Running)));
    drop(first);
    assert!(Relay::new(&desk.store, &desk.desk, &desk.mapping, &desk.there, &clock).is_ok());
}
