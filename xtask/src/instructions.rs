//! What each piece of the library's work takes, in instructions, against the baseline that is checked in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::callgrind::{Piece, Program};
use crate::shell::{output, root};

const BASELINE: &str = "benches/instructions.tsv";
/// How many percent more or less than in the baseline is no change. Chosen: counts themselves differ by less than one in a thousand from run to run (hash
/// tables are seeded by chance); what a compiler makes of code that was only moved differs by a percent or two.
const TOLERANCE: f64 = 5.0;

#[derive(Args)]
pub(crate) struct Instructions {
    /// Writes what was counted down as the new baseline
    #[arg(long)]
    update: bool,
    /// The pack to work on; otherwise it is built from kb/
    #[arg(long, value_name = "FILE")]
    pack: Option<PathBuf>,
}

/// A baseline: what it was counted with, and the instructions of one of each.
struct Baseline {
    with: String,
    counts: BTreeMap<String, u64>,
}

pub(crate) fn run(args: &Instructions) -> Result<()> {
    let each = counted(args.pack.as_deref())?;
    let with = with()?;
    let before = read()?;
    let mut changed = Vec::new();
    println!("{:>12}  {:>12}  {:>7}", "instructions", "baseline", "");
    for (piece, count) in &each {
        let known = before.counts.get(&piece.name).copied();
        let percent = known.map(|known| (*count as f64 / known.max(1) as f64 - 1.0) * 100.0);
        println!(
            "{count:>12}  {:>12}  {:>7}  {}: {}",
            known.map(|known| known.to_string()).unwrap_or_default(),
            percent.map(|percent| format!("{percent:+.1} %")).unwrap_or_default(),
            piece.name,
            piece.what
        );
        if percent.is_none_or(|percent| percent.abs() > TOLERANCE) {
            changed.push(piece.name.as_str());
        }
    }
    let gone = before.counts.keys().filter(|name| each.iter().all(|(piece, _)| piece.name != **name));
    changed.extend(gone.map(String::as_str));
    if args.update {
        return Ok(fs::write(root().join(BASELINE), written(&with, &each))?);
    }
    if before.with != with {
        println!("NOT CHECKED: {BASELINE} was counted with {}; here it is {with}", before.with);
        return Ok(());
    }
    if !changed.is_empty() {
        bail!(
            "more than {TOLERANCE} % from {BASELINE}: {}\nA callgrind file of each is in target/instructions (callgrind_annotate shows it). If it is meant, or the \
             knowledge base grew: `cargo xtask instructions --update`, and say why in the commit",
            changed.join(", ")
        );
    }
    Ok(())
}

/// Every piece of work, with the instructions of one.
fn counted(pack: Option<&Path>) -> Result<Vec<(Piece, u64)>> {
    let program = Program::built(pack)?;
    let pieces = program.pieces()?;
    let counts = program.count(&pieces)?;
    Ok(pieces
        .into_iter()
        .zip(counts)
        .map(|(piece, count)| {
            let each = count / piece.times.max(1);
            (piece, each)
        })
        .collect())
}

/// The table of the page about benchmarks.
pub(crate) fn table() -> Result<String> {
    let each = counted(None)?;
    let rows = each.iter().map(|(piece, count)| format!("| {} (`{}`) | {} |\n", piece.what, piece.name, thousands(*count)));
    Ok(format!("Counted with {}.\n\n| | instructions |\n| --- | ---: |\n{}", with()?, rows.collect::<String>()))
}

/// A number with its thousands set apart.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let apart = |(at, digit): (usize, char)| [(at > 0 && (digits.len() - at).is_multiple_of(3)).then_some(','), Some(digit)];
    digits.chars().enumerate().flat_map(apart).flatten().collect()
}

/// What makes counts comparable: compiler, C library, valgrind.
fn with() -> Result<String> {
    let rustc = output(Command::new("rustc").arg("--version"))?;
    let libc = output(Command::new("getconf").arg("GNU_LIBC_VERSION"))?;
    let valgrind = output(Command::new("valgrind").arg("--version"))?;
    Ok(format!("{}, {}, {}, {}", rustc.trim(), libc.trim(), valgrind.trim(), std::env::consts::ARCH))
}

fn read() -> Result<Baseline> {
    let text = fs::read_to_string(root().join(BASELINE)).with_context(|| format!("cannot read {BASELINE}"))?;
    let mut baseline = Baseline { with: String::new(), counts: BTreeMap::new() };
    for (at, line) in text.lines().enumerate() {
        if let Some(with) = line.strip_prefix("# counted with: ") {
            baseline.with = with.to_owned();
        }
        if line.starts_with('#') {
            continue;
        }
        let (name, count) = line.split_once('\t').with_context(|| format!("{BASELINE}:{}: no name and number", at + 1))?;
        let count = count.parse().with_context(|| format!("{BASELINE}:{}: `{count}` is no number", at + 1))?;
        baseline.counts.insert(name.to_owned(), count);
    }
    Ok(baseline)
}

fn written(with: &str, counts: &[(Piece, u64)]) -> String {
    let lines = counts.iter().map(|(piece, count)| format!("{}\t{count}\n", piece.name));
    format!(
        "# Instructions of each piece of work, by callgrind: `cargo xtask instructions` compares, `--update` writes this file.\n# counted with: {with}\n{}",
        lines.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([7, 999, 1000, 139_920, 12_000_000].map(thousands), ["7", "999", "1,000", "139,920", "12,000,000"]);
    }
}
