//! The console under load: ten technicians type while two hundred apps file.
//!
//! ```text
//! cargo build --release -p baquiano-cli -p baquiano-bench
//! target/release/console [--seconds 60] [--kill 5] [--program FILE]
//! ```
//!
//! It starts the program `baquiano` that was built beside it on a store of its own. Each technician types questions of `kb/tests/queries.tsv` without a rest,
//! and each key asks; each also has the list of incidents open, which is drawn again as the console's script does it. Each app files an incident, all at once
//! at first and then every few seconds, packed and with its key; some answers are lost on purpose, and the app asks again. Times count from when a key was
//! *to be* pressed or an incident *to be* sent, whether or not the one before was answered, so that waiting in a queue counts. With `--kill`, the console is
//! killed so many times at random moments and started again. At the end every incident that was acknowledged must be there, once, under the number that the
//! app was told; anything else is an error.

#![allow(clippy::print_stdout, reason = "a tool that prints what it measured")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use baquiano_bench::Result;
use baquiano_bench::corpus::SEED;
use baquiano_bench::measure::percentile;
use baquiano_bench::reports::{packed, reports};
use baquiano_bench::rng::Rng;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rusqlite::Connection;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Technicians of the desk, and apps that file at the same time.
const TECHNICIANS: usize = 10;
const APPS: usize = 200;
/// Apps behind one token: the console lets each token ask ten times a second, and that isn't what is measured.
const APPS_A_TOKEN: usize = 5;
/// Milliseconds from one key to the next, from and to: eight keys a second on average, which is a quick typist.
const KEY_MS: (usize, usize) = (60, 190);
/// Milliseconds from one incident of an app to its next, from and to.
const FILE_MS: (usize, usize) = (2000, 6000);
/// After a change, the page waits so long before it draws the list again (`console.js`).
const REDRAW: Duration = Duration::from_millis(300);
/// Of the deliveries, how many lose their answer, and how many are sent again though they were answered.
const LOST: f64 = 0.05;
const AGAIN: f64 = 0.05;
/// Nobody waits longer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Between two looks at the memory.
const LOOK: Duration = Duration::from_secs(10);

type Http = Client<HttpConnector, Full<Bytes>>;

/// What was measured, by all.
#[derive(Default)]
struct Told {
    search_ms: Vec<f64>,
    redraw_ms: Vec<f64>,
    file_ms: Vec<f64>,
    /// Requests without an answer, or with one that isn't what it should be.
    unanswered: usize,
    /// The number that an app was told, by its incident's id.
    acknowledged: BTreeMap<String, String>,
    retried: usize,
    memory_mb: Vec<f64>,
}

/// What all share.
struct Load {
    http: Http,
    base: String,
    tokens: Vec<String>,
    until: Instant,
    told: Mutex<Told>,
}

struct Options {
    program: PathBuf,
    seconds: u64,
    kills: usize,
}

fn main() -> Result<()> {
    let mut options = Options { program: std::env::current_exe()?.with_file_name("baquiano"), seconds: 60, kills: 0 };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let value = args.next().ok_or_else(|| format!("{arg} needs a value"))?;
        match arg.as_str() {
            "--seconds" => options.seconds = value.parse()?,
            "--kill" => options.kills = value.parse()?,
            "--program" => options.program = value.into(),
            _ => return Err(format!("{arg}: say --seconds, --kill or --program").into()),
        }
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure(&options))
}

/// The program on a store; it is killed when this is dropped.
struct Console(Child);

impl Console {
    /// Starts it, and says where it listens.
    fn start(program: &Path, store: &Path, port: u16) -> Result<(Self, String)> {
        let mut command = Command::new(program);
        command.args(["serve", "--json", "--log-level", "error", "--port", &port.to_string(), "--store"]).arg(store);
        let mut child = Self(command.stdout(Stdio::piped()).spawn()?);
        let mut line = String::new();
        BufReader::new(child.0.stdout.take().ok_or("it has no output")?).read_line(&mut line)?;
        let told: serde_json::Value = serde_json::from_str(&line).map_err(|error| format!("it didn't start: {error}"))?;
        Ok((child, told["address"].as_str().ok_or("it doesn't say where")?.to_owned()))
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

async fn measure(options: &Options) -> Result<()> {
    let home = tempfile::Builder::new().prefix("baquiano-console-").tempdir()?;
    let token = |name: usize| -> Result<String> {
        let made = Command::new(&options.program)
            .args(["serve", "--json", "token", &format!("app-{name}"), "--store"])
            .arg(home.path())
            .output()?;
        let made: serde_json::Value = serde_json::from_slice(&made.stdout)?;
        Ok(made["token"].as_str().ok_or("no token")?.to_owned())
    };
    let tokens = (0..APPS.div_ceil(APPS_A_TOKEN)).map(token).collect::<Result<Vec<_>>>()?;
    let questions = questions()?;
    // As many as they can file if they never wait.
    let each = 2 + options.seconds as usize * 1000 / FILE_MS.0;
    let mut incidents = reports(APPS * each)?.into_iter();
    let (mut console, base) = Console::start(&options.program, home.path(), 0)?;
    let port: u16 = base.rsplit(':').next().unwrap_or_default().parse()?;
    println!("load before: {}", std::fs::read_to_string("/proc/loadavg")?.trim());

    let until = Instant::now() + Duration::from_secs(options.seconds);
    let http = Client::builder(TokioExecutor::new()).build_http();
    let load = Arc::new(Load { http, base, tokens, until, told: Mutex::default() });
    let (process, seen) = watch::channel(console.0.id());
    let mut busy = JoinSet::new();
    busy.spawn(watch_memory(Arc::clone(&load), seen));
    for who in 0..TECHNICIANS {
        busy.spawn(type_questions(Arc::clone(&load), Rng::new(SEED, who as u64), Arc::clone(&questions)));
        busy.spawn(watch_list(Arc::clone(&load)));
    }
    for app in 0..APPS {
        let own = incidents.by_ref().take(each).map(|incident| (incident.id().to_string(), Bytes::from(packed(&incident)))).collect();
        busy.spawn(file(Arc::clone(&load), app, own));
    }
    let mut rng = Rng::new(SEED, u64::MAX);
    for _ in 0..options.kills {
        let pause = options.seconds as usize * 1000 / (options.kills + 1);
        sleep(Duration::from_millis(rng.between(pause / 2, pause) as u64)).await;
        drop(console);
        console = Console::start(&options.program, home.path(), port)?.0;
        process.send_replace(console.0.id());
    }
    while let Some(done) = busy.join_next().await {
        done??;
    }
    let mut told = std::mem::take(&mut *load.told.lock().await);
    for (id, number) in &told.acknowledged {
        // One token alone would be told to wait.
        let token = load.tokens.get(id.bytes().map(usize::from).sum::<usize>() % load.tokens.len()).ok_or("no token")?;
        let (path, bearer) = (format!("/api/v1/incidents/{id}"), format!("Bearer {token}"));
        let (status, body) = load.ask(Method::GET, &path, &[("authorization", &bearer)], Bytes::new()).await?;
        let reference = reference(&body);
        if status != 200 || reference.as_ref() != Some(number) {
            return Err(format!("{id} was acknowledged as {number}; now it is {status} {reference:?}").into());
        }
    }
    // Not asked to end: what was acknowledged is on the disk.
    drop(console);
    check(home.path(), &told)?;
    report(options, &mut told);
    Ok(())
}

/// The questions that technicians type.
fn questions() -> Result<Arc<Vec<String>>> {
    let table = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../kb/tests/queries.tsv"))?;
    let first = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
    Ok(Arc::new(table.lines().skip(1).map(first).collect()))
}

impl Load {
    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Result<(u16, Bytes)> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body))?;
        let whole = async {
            let answer = self.http.request(request).await?;
            let status = answer.status().as_u16();
            Ok((status, answer.into_body().collect().await?.to_bytes()))
        };
        timeout(PATIENCE, whole).await?
    }
}

fn since(intended: Instant) -> f64 {
    intended.elapsed().as_secs_f64() * 1e3
}

fn reference(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(body["reference"].as_str()?.to_owned())
}

/// A technician: every key asks for what is typed so far, whether or not the last one was answered.
async fn type_questions(load: Arc<Load>, mut rng: Rng, questions: Arc<Vec<String>>) -> Result<()> {
    let mut at = Instant::now();
    let mut asked = JoinSet::new();
    while at < load.until {
        let question = rng.pick(&questions).ok_or("no questions")?;
        for end in question.char_indices().map(|(at, letter)| at + letter.len_utf8()) {
            at += Duration::from_millis(rng.between(KEY_MS.0, KEY_MS.1) as u64);
            sleep_until(at).await;
            let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("q", &question[..end]).finish();
            let load = Arc::clone(&load);
            asked.spawn(async move {
                let answer = load.ask(Method::GET, &format!("/buscar?{query}"), &[("hx-request", "true")], Bytes::new()).await;
                let mut told = load.told.lock().await;
                if matches!(answer, Ok((200, _))) { told.search_ms.push(since(at)) } else { told.unanswered += 1 }
            });
        }
    }
    asked.join_all().await;
    Ok(())
}

/// The list of incidents that a technician has open: when something comes in it is drawn again, at most so often as the page does it.
async fn watch_list(load: Arc<Load>) -> Result<()> {
    while Instant::now() < load.until {
        let listen = Request::get(format!("{}/avisos", load.base)).body(Full::default())?;
        let Ok(answer) = load.http.request(listen).await else {
            // A browser tries again, too.
            sleep(REDRAW).await;
            continue;
        };
        let mut events = answer.into_body();
        while let Ok(Some(Ok(_))) = tokio::time::timeout_at(load.until, events.frame()).await {
            sleep(REDRAW).await;
            // What was told meanwhile is drawn along.
            while let Ok(Some(Ok(_))) = timeout(Duration::ZERO, events.frame()).await {}
            let at = Instant::now();
            let answer = load.ask(Method::GET, "/casos/lista", &[("hx-request", "true")], Bytes::new()).await;
            let mut told = load.told.lock().await;
            if matches!(answer, Ok((200, _))) { told.redraw_ms.push(since(at)) } else { told.unanswered += 1 }
        }
    }
    Ok(())
}

/// An app: files what it has until it is acknowledged, one after the other.
async fn file(load: Arc<Load>, app: usize, incidents: Vec<(String, Bytes)>) -> Result<()> {
    let mut rng = Rng::new(SEED, (TECHNICIANS + app) as u64);
    let bearer = format!("Bearer {}", load.tokens.get(app / APPS_A_TOKEN).ok_or("no token")?);
    let mut at = Instant::now();
    for (id, body) in incidents {
        if at >= load.until {
            break;
        }
        sleep_until(at).await;
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/vnd.baquiano.incident+json"),
            ("content-encoding", "gzip"),
            ("idempotency-key", &id),
        ];
        let send = || load.ask(Method::POST, "/api/v1/incidents", &headers, body.clone());
        if rng.chance(LOST) {
            // It may have arrived, and nobody knows.
            _ = timeout(Duration::from_millis(rng.below(20) as u64), send()).await;
        }
        let number = loop {
            match send().await {
                Ok((200 | 201, told)) => break reference(&told).ok_or("an answer without a number")?,
                Ok((status @ 400..=428, told)) => return Err(format!("{status}: {}", String::from_utf8_lossy(&told)).into()),
                _ => {
                    load.told.lock().await.retried += 1;
                    sleep(Duration::from_millis(rng.between(200, 1000) as u64)).await;
                }
            }
        };
        let took = since(at);
        if rng.chance(AGAIN)
            && let Ok((status @ 200..=299, again)) = send().await
            && (status != 200 || reference(&again).as_ref() != Some(&number))
        {
            return Err(format!("sent again, {id} is {status} {again:?} and not {number}").into());
        }
        let mut told = load.told.lock().await;
        told.file_ms.push(took);
        told.acknowledged.insert(id, number);
        drop(told);
        at += Duration::from_millis(rng.between(FILE_MS.0, FILE_MS.1) as u64);
        // A phone that couldn't send doesn't make up for it.
        at = at.max(Instant::now());
    }
    Ok(())
}

/// The memory of the console's process, so often.
async fn watch_memory(load: Arc<Load>, process: watch::Receiver<u32>) -> Result<()> {
    let mut at = Instant::now();
    while at < load.until {
        at += LOOK;
        sleep_until(at.min(load.until)).await;
        let status = std::fs::read_to_string(format!("/proc/{}/status", *process.borrow())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kb: f64 = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0.0);
        load.told.lock().await.memory_mb.push(kb / 1024.0);
    }
    Ok(())
}

/// Looks into the store itself: each incident that was acknowledged is there, once, under its number; and nothing is there that no app filed.
fn check(home: &Path, told: &Told) -> Result<()> {
    let store = Connection::open(home.join("console.db"))?;
    let mut rows = store.prepare("SELECT id, number FROM incident")?;
    let kept = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<std::result::Result<Vec<(String, i64)>, _>>()?;
    let numbers: BTreeMap<&str, String> = kept.iter().map(|(id, number)| (id.as_str(), format!("MA-{number:06}"))).collect();
    if kept.len() != told.acknowledged.len() || numbers.len() != kept.len() {
        return Err(
            format!("{} were acknowledged, {} are kept, {} of them different", told.acknowledged.len(), kept.len(), numbers.len()).into()
        );
    }
    match told.acknowledged.iter().find(|(id, number)| numbers.get(id.as_str()) != Some(*number)) {
        Some((id, number)) => Err(format!("{id}, acknowledged as {number}, is {:?}", numbers.get(id.as_str())).into()),
        None => Ok(()),
    }
}

fn report(options: &Options, told: &mut Told) {
    let times = |values: &mut Vec<f64>| {
        let count = values.len();
        format!("{:.1} / {:.1} / {:.1} ({count})", percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1.0))
    };
    println!("\n| {} s, killed {} times | |\n| --- | ---: |", options.seconds, options.kills);
    println!("| search while one types (so many keys): p50 / p99 / max, ms | {} |", times(&mut told.search_ms));
    println!("| filing (so many incidents): p50 / p99 / max, ms | {} |", times(&mut told.file_ms));
    println!("| the list drawn again (so many times): p50 / p99 / max, ms | {} |", times(&mut told.redraw_ms));
    println!("| deliveries sent again since no answer came | {} |", told.retried);
    println!("| searches and lists without an answer | {} |", told.unanswered);
    println!("| acknowledged / kept once, under the number that was told | {0} / {0} |", told.acknowledged.len());
    let memory: Vec<String> = told.memory_mb.iter().map(|mb| format!("{mb:.0}")).collect();
    println!("| memory of the console every {} s, MB | {} |", LOOK.as_secs(), memory.join(", "));
}
