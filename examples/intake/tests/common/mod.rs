//! What tests share that file, deliver and then look for what was promised.

#![allow(dead_code, reason = "each test uses a part")]
#![allow(unreachable_pub, reason = "it is in each test as a module")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use baquiano::incident::outbox::{Delivery, HttpAnswer, Next, Outbox, OutboxError, Policy, Reply};

/// The real program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_baquiano-intake");

/// A running intake. It is killed, as by `kill -9`, when it is dropped.
pub struct Intake {
    process: Child,
    pub base: String,
}

impl Intake {
    pub fn start(dir: &Path, more: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["--port", "0", "--dir"]).arg(dir).args(more).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim_end().strip_prefix("listening on ").unwrap_or_else(|| panic!("it said {line:?}")).to_owned();
        Self { process, base }
    }

    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// Short waits, so that much happens in little time.
pub fn policy() -> Policy {
    Policy {
        lease_ms: 150,
        wait_ms: 5,
        longest_wait_ms: 50,
        group_update_ms: 40,
        busy_ms: 30,
        automatic_per_hour: u32::MAX,
        most: 100_000,
        ..Policy::default()
    }
}

/// Numbers that look random.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// What the senders ask with: an error that the desk tells is an answer.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(5))).build().into()
}

/// Sends one delivery; `reports`: whether it says what came of it.
pub fn send(outbox: &Outbox, agent: &ureq::Agent, desk: &str, delivery: &Delivery, reports: bool) {
    let asked = delivery.ask_first.then(|| agent.get(format!("{desk}/incidents/{}", delivery.key)).call());
    let answer = match asked {
        Some(Ok(answer)) if answer.status() != 404 => Ok(answer),
        Some(Err(error)) => Err(error),
        _ => agent
            .post(format!("{desk}/incidents"))
            .header("content-type", delivery.content_type)
            .header("content-encoding", "gzip")
            .header("idempotency-key", &delivery.key)
            .send(&delivery.body[..]),
    };
    if !reports {
        return;
    }
    let reply = match answer.and_then(|mut answer| Ok((answer.body_mut().read_to_vec()?, answer))) {
        Err(error) => Reply::no_answer(&error.to_string()),
        Ok((body, answer)) => {
            let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
            // However long the desk asks to wait: the test doesn't.
            let retry_after = header("retry-after").map(|_| "0");
            let told = HttpAnswer { status: answer.status().as_u16(), retry_after, content_type: header("content-type"), body: &body };
            Reply::of_answer(&told, 0)
        }
    };
    match outbox.report_delivery(delivery.lease, reply) {
        Ok(()) | Err(OutboxError::LeaseLost | OutboxError::Busy { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

/// Sends what is left, with nobody killing.
pub fn drain(outbox: &Outbox, desk: &str) {
    let agent = agent();
    loop {
        match outbox.next_delivery().unwrap() {
            Next::Nothing => return,
            Next::Wait(ms) => std::thread::sleep(Duration::from_millis(ms)),
            Next::Paused(why) => panic!("{why}"),
            Next::Send(delivery) => send(outbox, &agent, desk, &delivery, true),
        }
    }
}

/// What was promised: whatever returned from `file()` and `change()`.
#[derive(Default)]
pub struct Promised {
    pub filed: BTreeSet<String>,
    pub merged: usize,
    pub changed: BTreeMap<String, u64>,
}

impl Promised {
    /// From the journals of children.
    pub fn read(dir: &Path) -> Self {
        let mut promised = Self::default();
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if !path.file_name().unwrap().to_string_lossy().starts_with("journal") {
                continue;
            }
            let text = fs::read_to_string(path).unwrap();
            // A kill may cut the last line.
            let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
            for line in whole.lines() {
                let mut words = line.split(' ');
                match (words.next(), words.next(), words.next()) {
                    (Some("filed"), Some(id), None) => _ = promised.filed.insert(id.to_owned()),
                    (Some("merged"), Some(_), None) => promised.merged += 1,
                    (Some("changed"), Some(id), Some(revision)) => {
                        let revision: u64 = revision.parse().unwrap();
                        let last = promised.changed.entry(id.to_owned()).or_default();
                        *last = revision.max(*last);
                    }
                    _ => panic!("{line}"),
                }
            }
        }
        promised
    }

    /// What isn't where it must be.
    pub fn missing(&self, outbox: &Outbox, desk: &Path) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut numbers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut revisions: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
        for entry in fs::read_dir(desk).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let kept: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
                let id = kept["content"]["id"].as_str().unwrap().to_owned();
                numbers.entry(id.clone()).or_default().insert(kept["reference"].as_str().unwrap().to_owned());
                if !revisions.entry(id.clone()).or_default().insert(kept["content"]["revision"].as_u64().unwrap()) {
                    wrong.push(format!("{id} came twice"));
                }
            }
        }
        for (id, numbers) in &numbers {
            if numbers.len() != 1 {
                wrong.push(format!("{id} has the numbers {numbers:?}"));
            }
        }
        for id in &self.filed {
            let number = outbox.case(id.parse().unwrap()).unwrap().and_then(|case| case.reference);
            if numbers.get(id) != number.map(|number| BTreeSet::from([number])).as_ref() {
                wrong.push(format!("{id} never came"));
            }
        }
        for (id, revision) in &self.changed {
            if !revisions.get(id).is_some_and(|all| all.contains(revision)) {
                wrong.push(format!("change {revision} of {id} never came"));
            }
        }
        let balance = outbox.balance().unwrap();
        let accounted = balance.delivered + balance.merged;
        if accounted < (self.filed.len() + self.merged) as u64 {
            wrong.push(format!("{} were promised, {accounted} are accounted for", self.filed.len() + self.merged));
        }
        wrong
    }
}
