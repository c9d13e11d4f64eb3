//! The outbox beside SQLite, on the disk of this machine.
//!
//! ```text
//! cargo run --release -p baquiano-bench --bin outbox -- [DIR]
//! ```
//!
//! Both keep the same reports (some 4 KB of JSON, packed) and do the same job: a durable transaction for each report filed, for each lease and for each
//! acknowledgement. SQLite (WAL, `synchronous=FULL`) is the reference; phones don't get it, since their build can't compile C here. Each opening is a process of
//! its own, after one that was closed and after one that was aborted in the middle.

#![allow(clippy::print_stdout, reason = "a tool that prints what it measured")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use baquiano::incident::Incident;
use baquiano::incident::outbox::{Next, Outbox, Policy, Reply};
use baquiano::{SystemClock, SystemEntropy};
use baquiano_bench::Result;
use baquiano_bench::measure::percentile;
use baquiano_bench::reports::{packed, reports};
use rusqlite::{Connection, OptionalExtension, params};

/// Reports whose filing is timed.
const FILED: usize = 1000;
/// Reports that wait when the store is opened.
const WAITING: [usize; 2] = [1000, 10_000];
/// Deliveries that are timed with many waiting.
const DRAINED: usize = 1000;
/// How often each opening is measured; the least and the middle are told.
const ROUNDS: usize = 7;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["fill", engine, count, dir, end] => fill(engine, count.parse()?, Path::new(dir), end),
        ["open", engine, dir] => open(engine, Path::new(dir)),
        ["drain", engine, dir] => drain(engine, Path::new(dir)),
        [] => table(&std::env::temp_dir()),
        [dir] => table(Path::new(dir)),
        _ => Err("say a folder, or nothing".into()),
    }
}

/// What both engines do.
trait Store {
    fn file(&mut self, incident: Incident) -> Result<()>;
    /// Leases one and acknowledges it; false when nothing waits.
    fn deliver(&mut self) -> Result<bool>;
    fn waiting(&mut self) -> Result<u64>;
    fn close(self: Box<Self>) -> Result<()>;
}

struct Ours(Outbox);

impl Ours {
    fn open(dir: &Path) -> Result<Self> {
        // So many never wait on a phone.
        let policy = Policy { most: 100_000, most_bytes: 1 << 30, automatic_per_hour: u32::MAX, ..Policy::default() };
        Ok(Self(Outbox::open(dir, policy, SystemClock, SystemEntropy)?))
    }
}

impl Store for Ours {
    fn file(&mut self, incident: Incident) -> Result<()> {
        self.0.file(incident)?;
        Ok(())
    }

    fn deliver(&mut self) -> Result<bool> {
        let Next::Send(delivery) = self.0.next_delivery()? else { return Ok(false) };
        self.0.report_delivery(delivery.lease, Reply::Accepted { reference: Some("INC".to_owned()) })?;
        Ok(true)
    }

    fn waiting(&mut self) -> Result<u64> {
        Ok(self.0.balance()?.pending)
    }

    fn close(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}

struct Sqlite(Connection);

impl Sqlite {
    fn open(dir: &Path) -> Result<Self> {
        let connection = Connection::open(dir.join("outbox.sqlite"))?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE IF NOT EXISTS entry (id BLOB PRIMARY KEY, status INTEGER, summary TEXT, reference TEXT) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS delivery (n INTEGER PRIMARY KEY, id BLOB, rank INTEGER, place INTEGER, at INTEGER, attempts INTEGER, body BLOB);
             CREATE INDEX IF NOT EXISTS ready ON delivery (place, rank, n);",
        )?;
        Ok(Self(connection))
    }
}

impl Store for Sqlite {
    fn file(&mut self, incident: Incident) -> Result<()> {
        let body = packed(&incident);
        let transaction = self.0.transaction()?;
        let id = incident.id();
        let id = id.as_bytes().as_slice();
        transaction.prepare_cached("INSERT INTO entry VALUES (?, 0, ?, NULL)")?.execute(params![id, incident.summary()])?;
        let rank = incident.classification().priority.rank();
        transaction
            .prepare_cached("INSERT INTO delivery (id, rank, place, at, attempts, body) VALUES (?, ?, 0, 0, 0, ?)")?
            .execute(params![id, rank, body])?;
        Ok(transaction.commit()?)
    }

    fn deliver(&mut self) -> Result<bool> {
        let transaction = self.0.transaction()?;
        let first = transaction
            .prepare_cached("SELECT n, id, body FROM delivery WHERE place = 0 ORDER BY rank, n LIMIT 1")?
            .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?)))
            .optional()?;
        let Some((n, id, _body)) = first else { return Ok(false) };
        transaction.prepare_cached("UPDATE delivery SET place = 1, attempts = attempts + 1 WHERE n = ?")?.execute([n])?;
        transaction.commit()?;
        let transaction = self.0.transaction()?;
        transaction.prepare_cached("DELETE FROM delivery WHERE n = ?")?.execute([n])?;
        transaction.prepare_cached("UPDATE entry SET status = 2, reference = 'INC' WHERE id = ?")?.execute([id])?;
        transaction.commit()?;
        Ok(true)
    }

    fn waiting(&mut self) -> Result<u64> {
        Ok(self.0.query_row("SELECT count(*) FROM delivery", [], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    fn close(self: Box<Self>) -> Result<()> {
        self.0.close().map_err(|(_, error)| error.into())
    }
}

fn opened(engine: &str, dir: &Path) -> Result<Box<dyn Store>> {
    fs::create_dir_all(dir)?;
    Ok(if engine == "ours" { Box::new(Ours::open(dir)?) } else { Box::new(Sqlite::open(dir)?) })
}

/// A process that fills a store, and closes it or dies.
fn fill(engine: &str, count: usize, dir: &Path, end: &str) -> Result<()> {
    let mut store = opened(engine, dir)?;
    for report in reports(count)? {
        store.file(report)?;
    }
    if end == "abort" {
        std::process::abort();
    }
    store.close()
}

/// A process that opens a store: how long it took, in microseconds, and what it needs of memory beyond what it had before, in KB.
fn open(engine: &str, dir: &Path) -> Result<()> {
    let before = resident_kb();
    let start = Instant::now();
    let mut store = opened(engine, dir)?;
    let took = start.elapsed().as_micros();
    let memory = resident_kb().saturating_sub(before);
    println!("{took} {memory} {}", store.waiting()?);
    // As it was, for the next round.
    std::process::abort();
}

/// A process that delivers some of what waits: how many a second.
fn drain(engine: &str, dir: &Path) -> Result<()> {
    let mut store = opened(engine, dir)?;
    let start = Instant::now();
    for _ in 0..DRAINED {
        store.deliver()?;
    }
    println!("{:.0}", DRAINED as f64 / start.elapsed().as_secs_f64());
    Ok(())
}

fn resident_kb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
}

fn table(dir: &Path) -> Result<()> {
    let home = tempfile::Builder::new().prefix("baquiano-outbox-").tempdir_in(dir)?;
    println!("| | outbox (redb) | SQLite, WAL + FULL |\n| --- | ---: | ---: |");
    let reports = reports(FILED)?;
    let bytes: usize = reports.iter().map(|report| report.to_json().len()).sum();
    let body: usize = reports.iter().map(|report| packed(report).len()).sum();
    let mut columns = Vec::new();
    for engine in ["ours", "sqlite"] {
        columns.push(filing(engine, &home.path().join(format!("{engine}-file")), &reports)?);
    }
    rows(&columns);
    for waiting in WAITING {
        let mut columns = Vec::new();
        for engine in ["ours", "sqlite"] {
            columns.push(opening(engine, waiting, home.path())?);
        }
        rows(&columns);
    }
    println!(
        "\nReports: {} bytes of JSON, {} packed, on average. {} processors.",
        bytes / FILED,
        body / FILED,
        std::thread::available_parallelism()?
    );
    Ok(())
}

/// Rows with the cells of each engine.
fn rows(columns: &[Vec<(String, String)>]) {
    let Some(first) = columns.first() else { return };
    for (at, (name, _)) in first.iter().enumerate() {
        let cells: Vec<&str> = columns.iter().filter_map(|column| column.get(at)).map(|(_, cell)| cell.as_str()).collect();
        println!("| {name} | {} |", cells.join(" | "));
    }
}

fn filing(engine: &str, dir: &Path, reports: &[Incident]) -> Result<Vec<(String, String)>> {
    let mut store = opened(engine, dir)?;
    let (mut files, mut deliveries) = (Vec::new(), Vec::new());
    for report in reports {
        let report = report.clone();
        let start = Instant::now();
        store.file(report)?;
        files.push(start.elapsed().as_secs_f64() * 1e3);
    }
    loop {
        let start = Instant::now();
        if !store.deliver()? {
            break;
        }
        deliveries.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let both = |times: &mut Vec<f64>| format!("{:.2} / {:.2}", percentile(times, 0.5), percentile(times, 0.99));
    Ok(vec![
        ("file a report, durable: p50 / p99, ms".to_owned(), both(&mut files)),
        ("lease and acknowledge one: p50 / p99, ms".to_owned(), both(&mut deliveries)),
    ])
}

fn opening(engine: &str, waiting: usize, home: &Path) -> Result<Vec<(String, String)>> {
    let mut cells = Vec::new();
    for (end, name) in [("close", "open after closing"), ("abort", "open after a kill")] {
        let dir = home.join(format!("{engine}-{waiting}-{end}"));
        run(&["fill", engine, &waiting.to_string(), &dir.to_string_lossy(), end])?;
        let size: u64 = fs::read_dir(&dir)?.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len())).sum();
        let (mut times, mut memory) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            // Opening mends what the kill left: each round has a copy as it was left.
            let copy = copied(&dir, &home.join(format!("copy-{round}")))?;
            let told = run(&["open", engine, &copy.to_string_lossy()])?;
            let numbers: Vec<f64> = told.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?;
            let [took, kb, count] = numbers.as_slice() else { return Err(format!("«{told}»").into()) };
            if *count != waiting as f64 {
                return Err(format!("{engine}: {count} of {waiting} are there").into());
            }
            times.push(took / 1e3);
            memory.push(kb / 1e3);
            fs::remove_dir_all(copy)?;
        }
        cells.push((
            format!("{name}, {waiting} waiting: median (least), ms"),
            format!("{:.1} ({:.1})", percentile(&mut times, 0.5), percentile(&mut times, 0.0)),
        ));
        if end == "abort" {
            cells.push((format!("memory for that, {waiting} waiting, MB"), format!("{:.1}", percentile(&mut memory, 0.5))));
            cells.push((format!("files, {waiting} waiting, MB"), format!("{:.1}", size as f64 / 1e6)));
            let told = run(&["drain", engine, &dir.to_string_lossy()])?;
            cells.push((format!("deliveries a second, {waiting} waiting, the sending itself left out"), told.trim().to_owned()));
        }
    }
    Ok(cells)
}

fn copied(from: &Path, to: &Path) -> Result<PathBuf> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.path().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(to.to_owned())
}

/// Runs this program again; what it printed. One that is told to die is no error.
fn run(args: &[&str]) -> Result<String> {
    let done = Command::new(std::env::current_exe()?).args(args).output()?;
    Ok(String::from_utf8(done.stdout)?)
}
