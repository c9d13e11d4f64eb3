//! MiniSearch, run by Node as a child: its times are taken inside Node, without the pipe.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Engine, Fields, Hit, Searcher};
use crate::Result;
use crate::child::Mode;
use crate::corpus::{Corpus, stop_words};

/// MiniSearch in one configuration.
#[derive(Debug, Clone)]
pub struct MiniSearch {
    settings: Value,
    leave_out_stop_words: bool,
}

/// Measured at 10,000: up to 0.8 s a question, a second and 300 MB to open. Ten times as many would be hours and gigabytes
/// to say the same.
const MOST: usize = 10_000;
/// Heap that Node may take, in MB: its default depends on the machine.
const HEAP: &str = "--max-old-space-size=6000";

impl MiniSearch {
    /// Its best configuration on the tuning questions (`--sweep`): edit distance up to a fifth of the word, the last word as a
    /// prefix.
    pub fn best() -> Self {
        Self::with(json!("last"), 0.2, [2, 4, 1, 1], false)
    }

    /// The same with other settings: for the sweep. `prefix` is true, false or `"last"`.
    pub fn with(prefix: Value, fuzzy: f64, boosts: [u32; 4], leave_out_stop_words: bool) -> Self {
        let boost: Value = Fields::NAMES.iter().zip(boosts).map(|(name, boost)| ((*name).to_owned(), json!(boost))).collect();
        Self { settings: json!({ "prefix": prefix, "fuzzy": fuzzy, "boost": boost }), leave_out_stop_words }
    }

    /// Writes the settings anew, so that one index serves several: for the sweep.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write_settings(&self, corpus: &Corpus, dir: &Path) -> Result<()> {
        let mut settings = self.settings.clone();
        settings["stop"] = if self.leave_out_stop_words { json!(stop_words(&corpus.synonyms)) } else { json!([]) };
        Ok(std::fs::write(dir.join(SETTINGS), settings.to_string())?)
    }
}

const INDEX: &str = "minisearch.json";
const SETTINGS: &str = "settings.json";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("js")
}

fn node(mode: &str, dir: &Path) -> Command {
    let mut node = Command::new("node");
    node.arg(HEAP).arg(folder().join("minisearch.mjs")).arg(mode).arg(dir.join(INDEX)).arg(dir.join(SETTINGS));
    node
}

/// Installs what `package-lock.json` names, unless it's there.
fn install() -> Result<()> {
    if folder().join("node_modules/minisearch/package.json").exists() {
        return Ok(());
    }
    let done = Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder()).stdout(Stdio::null()).output();
    let done = done.map_err(|error| format!("npm can't be run: {error}"))?;
    if done.status.success() { Ok(()) } else { Err(format!("npm ci failed: {}", String::from_utf8_lossy(&done.stderr).trim()).into()) }
}

fn run(mut command: Command) -> Result<String> {
    let done = command.output().map_err(|error| format!("node can't be run: {error}"))?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(format!("node failed: {}", said.lines().last().unwrap_or("without a word")).into());
    }
    Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

impl Engine for MiniSearch {
    fn key(&self) -> &str {
        "minisearch"
    }

    fn label(&self) -> String {
        "MiniSearch, fuzzy".to_owned()
    }

    fn version(&self) -> Result<String> {
        install()?;
        run(node("version", Path::new("")))
    }

    fn too_many(&self, documents: usize) -> Option<String> {
        (documents > MOST).then(|| format!("not asked beyond {MOST} articles, where it already takes up to 0.8 s a question and 300 MB"))
    }

    fn build(&self, corpus: &Corpus, dir: &Path) -> Result<()> {
        self.write_settings(corpus, dir)?;
        let docs = dir.join("docs.jsonl");
        let mut lines = BufWriter::new(std::fs::File::create(&docs)?);
        for document in corpus.iter() {
            let fields = Fields::of(&document);
            let line = json!({
                "id": document.id, "title": fields.title, "symptoms": fields.symptoms, "keywords": fields.keywords, "body": fields.body,
            });
            writeln!(lines, "{line}")?;
        }
        lines.flush()?;
        let mut build = node("build", dir);
        build.arg(&docs);
        run(build)?;
        Ok(std::fs::remove_file(docs)?)
    }

    fn size(&self, dir: &Path) -> Result<u64> {
        Ok(std::fs::metadata(dir.join(INDEX))?.len())
    }

    fn open(&self, dir: &Path) -> Result<Box<dyn Searcher>> {
        let mut child = node("serve", dir).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else { return Err("node has no pipes".into()) };
        Ok(Box::new(Open { child, stdin: Some(stdin), stdout: BufReader::new(stdout) }))
    }

    fn process(&self, mode: Mode<'_>) -> Result<Command> {
        Ok(match mode {
            Mode::Once { dir, question } => {
                let mut once = node("once", dir);
                once.arg(question);
                once
            }
            Mode::Memory { dir, questions } => {
                let mut memory = node("memory", dir);
                memory.arg(questions);
                memory
            }
            Mode::NothingOnce => node("nothing-once", Path::new("")),
            Mode::NothingMemory => node("nothing-memory", Path::new("")),
        })
    }

    fn program(&self) -> Result<PathBuf> {
        Ok(run({
            let mut node = Command::new("node");
            node.args(["-p", "process.execPath"]);
            node
        })?
        .into())
    }
}

/// A Node that waits for questions.
struct Open {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
struct Line {
    hits: Vec<Found>,
    us: f64,
}

#[derive(Deserialize)]
struct Found {
    id: String,
    title: String,
}

impl Searcher for Open {
    fn search(&mut self, question: &str) -> Result<Vec<Hit>> {
        Ok(self.timed(question)?.0)
    }

    fn timed(&mut self, question: &str) -> Result<(Vec<Hit>, f64)> {
        let stdin = self.stdin.as_mut().ok_or("node is gone")?;
        writeln!(stdin, "{}", json!(question))?;
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        let line: Line = serde_json::from_str(&line).map_err(|_| "node is gone")?;
        Ok((line.hits.into_iter().map(|found| Hit { id: found.id, title: found.title }).collect(), line.us))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // Without an input it ends by itself.
        self.stdin = None;
        let _ = self.child.wait();
    }
}
