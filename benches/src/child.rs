//! The hidden modes: this program started again, for what only a fresh process can tell.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::engines::by_key;

/// What a fresh process does.
#[derive(Debug, Clone, Copy)]
pub enum Mode<'m> {
    /// Opens an index, answers one question, ends.
    Once {
        /// The folder of the index.
        dir: &'m Path,
        /// The question.
        question: &'m str,
    },
    /// Opens an index, answers questions, tells its memory.
    Memory {
        /// The folder of the index.
        dir: &'m Path,
        /// A file with a JSON list of questions.
        questions: &'m Path,
    },
    /// Ends: what a process costs by itself.
    NothingOnce,
    /// Tells its memory: what a process holds by itself.
    NothingMemory,
}

/// The command for this program in a mode.
pub(crate) fn command(engine: &str, mode: Mode<'_>) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    match mode {
        Mode::Once { dir, question } => command.args(["--once", engine]).arg(dir).arg(question),
        Mode::Memory { dir, questions } => command.args(["--memory", engine]).arg(dir).arg(questions),
        Mode::NothingOnce => command.args(["--once", "nothing"]),
        Mode::NothingMemory => command.args(["--memory", "nothing"]),
    };
    Ok(command)
}

/// Does what a hidden mode asks, and says whether it was one.
///
/// # Errors
/// What the engine says.
pub fn serve(args: &[OsString]) -> Result<Option<String>> {
    let word = |at: usize| args.get(at).and_then(|arg| arg.to_str()).unwrap_or_default();
    let (mode, key) = (word(0), word(1));
    if !matches!(mode, "--once" | "--memory") {
        return Ok(None);
    }
    // The empty process takes the same way up to here.
    let Some(engine) = by_key(key) else { return Ok(Some(if mode == "--memory" { memory()? } else { String::new() })) };
    let mut searcher = engine.open(Path::new(word(2)))?;
    if mode == "--once" {
        searcher.search(word(3))?;
        return Ok(Some(String::new()));
    }
    let questions: Vec<String> = serde_json::from_slice(&std::fs::read(word(3))?)?;
    for question in &questions {
        searcher.search(question)?;
    }
    Ok(Some(memory()?))
}

/// `VmRSS` and `RssAnon` of this process, in kB.
fn memory() -> Result<String> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_whitespace().nth(1)).unwrap_or("0").to_owned()
    };
    Ok(format!("{} {}", of("VmRSS:"), of("RssAnon:")))
}
