//! Flame graphs of pieces of the library's work, from callgrind's counts: how wide a function is says what share of the instructions it takes.
//!
//! Callgrind tells a function's callers apart when it is asked to, so that each of its functions is a whole stack; what is counted is exact, not sampled.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::callgrind::Program;
use crate::shell::{cargo, root, run as call, target};

const DIR: &str = "docs/images";
/// The piece of work, the picture and its title.
const FLAMES: [(&str, &str, &str); 4] = [
    ("first", "flame-open.svg", "A desk is opened and asked its first question"),
    ("search-misspelled", "flame-search.svg", "A misspelled question is answered"),
    ("talk-step", "flame-step.svg", "A page of a talk is answered, and the next one shown"),
    ("file", "flame-file.svg", "An incident is filed"),
];
/// More than any stack is deep; deeper ones would be cut at their root.
const CALLERS: usize = 120;
/// What stands below the piece of work in every stack.
const PROGRAM: &str = "baquiano_instructions::";
/// The program that draws, and its version.
const INFERNO: (&str, &str) = ("inferno", "=0.12.8");

#[derive(Args)]
pub(crate) struct Flames {
    /// The pack to work on; otherwise it is built from kb/
    #[arg(long, value_name = "FILE")]
    pack: Option<PathBuf>,
}

pub(crate) fn run(args: &Flames) -> Result<()> {
    let program = Program::built(args.pack.as_deref())?;
    let inferno = inferno()?;
    for (piece, picture, title) in FLAMES {
        let file = program.counted(piece, CALLERS)?;
        let counted = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let folded = target().join("instructions").join(format!("{piece}.folded"));
        fs::write(&folded, fold(&counted))?;
        let drawn = root().join(DIR).join(picture);
        let mut draw = Command::new(&inferno);
        // What is narrower than a fifth of a percent can't be read, and makes the file large.
        draw.args(["--title", title, "--countname", "instructions", "--deterministic", "--minwidth", "0.2", "--nametype", ""]).arg(&folded);
        fs::write(&drawn, crate::shell::output(&mut draw)?)?;
        println!("{}", drawn.display());
    }
    Ok(())
}

/// The program that draws, installed if it isn't there.
fn inferno() -> Result<PathBuf> {
    let tools = root().join("target/tools");
    let program = tools.join("bin/inferno-flamegraph");
    if !program.exists() {
        let (name, version) = INFERNO;
        call(cargo().args(["install", name, "--version", version, "--locked", "--debug", "--root"]).arg(&tools))?;
    }
    Ok(program)
}

/// The stacks of a callgrind file, each with what it takes itself: `outer;inner 123`.
///
/// A line of numbers is the cost of the function above it, but for the one after `calls=`, which is the cost of what was called and stands there once more.
/// A name is written out once with its number, `(12) name`, and afterwards called by it.
fn fold(counted: &str) -> String {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut costs: BTreeMap<String, u64> = BTreeMap::new();
    let (mut stack, mut of_call) = (String::new(), false);
    for line in counted.lines() {
        if let Some(name) = line.strip_prefix("fn=").or_else(|| line.strip_prefix("cfn=")) {
            let (number, text) = name.split_once(' ').unwrap_or((name, ""));
            if !text.is_empty() {
                names.insert(number, text);
            }
            if line.starts_with("fn=") {
                stack = frames(names.get(number).copied().unwrap_or(number));
            }
        } else if line.starts_with("calls=") {
            of_call = true;
        } else if line.starts_with(['+', '-', '*']) || line.starts_with(|first: char| first.is_ascii_digit()) {
            let cost = line.split(' ').nth(1).and_then(|cost| cost.parse::<u64>().ok());
            match cost {
                Some(cost) if !of_call => *costs.entry(stack.clone()).or_default() += cost,
                _ => of_call = false,
            }
        }
    }
    costs.iter().filter(|(stack, _)| !stack.is_empty()).fold(String::new(), |mut folded, (stack, cost)| {
        _ = writeln!(folded, "{stack} {cost}");
        folded
    })
}

/// A function with its callers, `inner'caller'…'main`, as a stack from the piece of work on. A number among them is how deep a recursion is.
fn frames(name: &str) -> String {
    let inner = name.split('\'').take_while(|frame| !frame.starts_with(PROGRAM));
    let mut frames: Vec<&str> = inner.filter(|frame| !frame.bytes().all(|byte| byte.is_ascii_digit())).collect();
    frames.reverse();
    // `[u8; 16]` is no two functions.
    frames.iter().map(|frame| frame.replace(';', ",")).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_takes_what_it_does_itself_and_what_it_calls_is_no_part_of_it() {
        let counted = "positions: line\nevents: Ir\nsummary: 60\n\n\
            fl=(1) a.rs\nfn=(1) baquiano_instructions::counted'main\n10 5\ncfn=(2) open'baquiano_instructions::counted'main\ncalls=1 0\n* 55\n\n\
            fn=(2)\n20 15\n+3 10\ncfi=(2) b.rs\ncfn=(3) read'2'open'baquiano_instructions::counted'main\ncalls=2 9\n21 30\n-1 5\n\nfn=(3)\n9 25\n";
        assert_eq!(fold(counted), "open 30\nopen;read 25\n");
    }
}
