//! Processes that file and deliver, killed at any moment: nothing that was filed is lost, and the desk has each exactly once.
//!
//! `BAQUIANO_KILLS=500 cargo test --release -p baquiano-intake --test kill -- --nocapture` kills five hundred times; without it, a few dozen times.
//!
//! The parent plays the desk (the intake, over real HTTP) and kills; the child opens the outbox again and again where it was left, files,
//! sends, changes, tidies. Every incident whose `file()` returned is written down by the child in a journal of its own before it goes on. Two children at a
//! time share a folder, so that there is always one that finds it taken.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that fails may say so")]

mod common;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use baquiano::incident::outbox::{Filed, Next, Outbox, OutboxError};
use baquiano::incident::{Change, Crash, Draft, Origin, Rules};
use baquiano::kb::pack::Pack;
use baquiano::{HelpDesk, SystemClock, SystemEntropy};
use baquiano_intake::{Options, Running};
use common::{Dice, Promised, agent, drain, policy, send};

const WORK: &str = "BAQUIANO_KILL_WORK";
const DESK: &str = "BAQUIANO_KILL_DESK";
const SEED: &str = "BAQUIANO_KILL_SEED";

fn rules() -> Rules {
    let desk = HelpDesk::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap();
    Rules::new(desk.knowledge().catalog().unwrap()).unwrap()
}

/// The child: works until it is killed. It is a test, so that it can be run from this very program.
#[test]
fn worker() {
    let Ok(dir) = std::env::var(WORK) else { return };
    let (dir, desk) = (PathBuf::from(dir), std::env::var(DESK).unwrap());
    let seed: u64 = std::env::var(SEED).unwrap().parse().unwrap();
    let (rules, mut dice) = (rules(), Dice(seed | 1));
    let mut journal = OpenOptions::new().create(true).append(true).open(dir.join(format!("journal-{seed}"))).unwrap();
    let agent = agent();
    let outbox = Outbox::open(dir.join("outbox"), policy(), SystemClock, SystemEntropy).unwrap();
    // Whoever finds the folder taken works all the same, and opens again now and then.
    for round in 0_u64.. {
        match dice.below(10) {
            0..=3 => {
                let incident = drafted(&mut dice, round).register(&rules, &SystemClock, &SystemEntropy);
                let automatic = incident.origin() == Origin::Automatic;
                // What is handed back wasn't promised: on a slow disk children die before the folder of single files is taken in.
                let filed = match outbox.file(incident) {
                    Ok(filed) => filed,
                    Err(refused) if matches!(refused.source, OutboxError::DiskFull { .. }) => continue,
                    Err(refused) => panic!("{refused}"),
                };
                let (id, how) = match filed {
                    Filed::Merged(id) => (id, "merged"),
                    Filed::Dropped(id) => panic!("{id} was dropped"),
                    // Whoever takes it in may count it with others.
                    Filed::Spooled(id) if automatic => (id, "merged"),
                    Filed::Kept(id) | Filed::Spooled(id) => (id, "filed"),
                };
                // What is in the journal was promised.
                writeln!(journal, "{how} {id}").unwrap();
            }
            4..=7 => deliver(&outbox, &agent, &desk, &mut dice),
            8 => {
                if let Ok(cases) = outbox.cases()
                    && let Some(case) = cases.get(dice.below(cases.len().max(1) as u64) as usize)
                    && let Ok(changed) = outbox.change(case.id, Change::note("mesa", "se llamó"))
                {
                    writeln!(journal, "changed {} {}", case.id, changed.revision()).unwrap();
                }
            }
            _ => _ = outbox.tidy(),
        }
    }
}

fn drafted(dice: &mut Dice, round: u64) -> Draft {
    if dice.below(4) == 0 {
        let mut draft = Draft::new(Origin::Automatic);
        let place = ["Ficha", "Hogar", "Foto"][dice.below(3) as usize];
        draft.crash = Some(Crash::told("Falla", "", &format!("at hn.ejemplo.{place}.run({place}.kt:1)"), &[]));
        return draft;
    }
    let mut draft = Draft::new(Origin::App);
    draft.symptom = Some(format!("caso {round} {}", "no agarra la señal ".repeat(dice.below(60) as usize)));
    draft.impact = Some(1 + dice.below(3) as u8);
    draft
}

/// One delivery, as a sender does it.
fn deliver(outbox: &Outbox, agent: &ureq::Agent, desk: &str, dice: &mut Dice) {
    match outbox.next_delivery() {
        // Now and then nobody reports what came of it.
        Ok(Next::Send(delivery)) => send(outbox, agent, desk, &delivery, dice.below(12) > 0),
        Ok(_) | Err(OutboxError::Busy { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

fn spawn(dir: &Path, desk: &str, seed: u64) -> Child {
    let program = std::env::current_exe().unwrap();
    let errors = OpenOptions::new().create(true).append(true).open(dir.join("errors")).unwrap();
    Command::new(program)
        .args(["--exact", "worker", "--nocapture"])
        .env(WORK, dir)
        .env(DESK, desk)
        .env(SEED, seed.to_string())
        .stdout(Stdio::null())
        .stderr(errors)
        .spawn()
        .unwrap()
}

/// The desk, in a thread of this process: it isn't killed. Some requests are refused, some taken and never answered.
fn desk(dir: PathBuf) -> Running {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/incident.schema.json");
    Running::start(Options { dir, schema: Some(schema), fail: Some(7), drop: Some(11), ..Options::default() }).unwrap()
}

#[test]
fn nothing_is_lost_and_nothing_comes_twice_however_often_it_is_killed() {
    if std::env::var(WORK).is_ok() {
        return;
    }
    let kills: u64 = std::env::var("BAQUIANO_KILLS").map_or(40, |kills| kills.parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let desk_dir = home.path().join("desk");
    let desk = desk(desk_dir.clone());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let mut dice = Dice(now | 1);
    println!("seed {now}");
    let mut children: Vec<Child> = Vec::new();
    for kill in 0..kills {
        while children.len() < 2 {
            children.push(spawn(home.path(), desk.address(), now.wrapping_add(kill * 2 + children.len() as u64)));
        }
        // Long enough to start, and then any moment.
        std::thread::sleep(Duration::from_micros(30_000 + dice.below(170_000)));
        let mut child = children.swap_remove(dice.below(2) as usize);
        assert!(
            child.try_wait().unwrap().is_none(),
            "a child ended by itself: {}",
            fs::read_to_string(home.path().join("errors")).unwrap()
        );
        child.kill().unwrap();
        child.wait().unwrap();
    }
    for mut child in children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let outbox = Outbox::open(home.path().join("outbox"), policy(), SystemClock, SystemEntropy).unwrap();
    drain(&outbox, desk.address());
    let promised = Promised::read(home.path());
    assert_eq!(promised.missing(&outbox, &desk_dir), Vec::<String>::new());
    let balance = outbox.balance().unwrap();
    assert!(balance.holds() && balance.pending == 0 && balance.quarantined == 0 && balance.dropped == 0, "{balance:?}");
    println!(
        "{kills} kills: {} filed, {} counted with others, {} changed: all are there once; {balance:?}",
        promised.filed.len(),
        promised.merged,
        promised.changed.len()
    );
}
