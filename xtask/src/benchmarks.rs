//! The tables of `docs/benchmarks.md`: each is measured and written in its place, with the machine, the day, the versions and what else the machine did.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::instructions;
use crate::shell::{cargo, output, root, run as call, target, timed};

const PAGE: &str = "docs/benchmarks.md";

#[derive(Args)]
pub(crate) struct Benchmarks {
    /// Only these tables; otherwise all
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(TABLES.iter().map(|table| table.name)))]
    tables: Vec<String>,
    /// Only what takes a few minutes: what isn't measured stays, with its day
    #[arg(long, conflicts_with = "tables")]
    quick: bool,
}

/// A table, or some that are measured together.
struct Table {
    /// What stands in the page around it: `<!-- table: NAME -->` before, `<!-- end of NAME -->` after.
    name: &'static str,
    quick: bool,
    measure: fn() -> Result<String>,
}

const TABLES: [Table; 7] = [
    Table { name: "instructions", quick: true, measure: instructions::table },
    Table { name: "knowledge", quick: true, measure: || search(&["--quick"]) },
    Table {
        name: "texts",
        quick: true,
        measure: || search(&["--docs", "benches/data/lecturas-textos.json", "--questions", "benches/data/lecturas-preguntas.json"]),
    },
    Table { name: "console", quick: true, measure: console },
    Table { name: "generated-1000", quick: false, measure: || search(&["--sizes", "1000"]) },
    Table { name: "generated-10000", quick: false, measure: || search(&["--sizes", "10000"]) },
    Table { name: "generated-100000", quick: false, measure: || search(&["--sizes", "100000"]) },
];

pub(crate) fn run(args: &Benchmarks) -> Result<()> {
    let wanted = |table: &&Table| match args.tables.is_empty() {
        true => table.quick || !args.quick,
        false => args.tables.iter().any(|name| name == table.name),
    };
    for table in TABLES.iter().filter(wanted) {
        // Each is written as soon as it is there: the last ones take long.
        let page = root().join(PAGE);
        let before = fs::read_to_string(&page).with_context(|| format!("cannot read {PAGE}"))?;
        filled(&before, table.name, "")?;
        let load = load()?;
        let measured = timed(table.name, table.measure)?;
        let text = format!("{} Load of the machine before: {load}.\n\n{}", machine()?, measured.trim());
        let before = fs::read_to_string(&page).with_context(|| format!("cannot read {PAGE}"))?;
        fs::write(&page, filled(&before, table.name, &text)?)?;
    }
    Ok(())
}

/// The page with a table in its place.
fn filled(page: &str, name: &str, table: &str) -> Result<String> {
    let (begins, ends) = (format!("<!-- table: {name} -->"), format!("<!-- end of {name} -->"));
    let parts = page.split_once(&begins).and_then(|(before, rest)| Some((before, rest.split_once(&ends)?.1)));
    let (before, after) = parts.with_context(|| format!("{PAGE} has no lines `{begins}` and `{ends}`"))?;
    Ok(format!("{before}{begins}\n\n{table}\n\n{ends}{after}"))
}

/// Where and when.
fn machine() -> Result<String> {
    let date = output(Command::new("date").args(["-u", "+%F"]))?;
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu =
        cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("an unknown processor", |(_, name)| name);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let kernel = kernel.split('.').take(2).collect::<Vec<_>>().join(".");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rustc = output(Command::new("rustc").arg("--version"))?;
    let rustc = rustc.split(' ').nth(1).unwrap_or("?");
    Ok(format!("Measured {} on {}, {cores} cores, Linux {}; Rust {rustc}.", date.trim(), cpu.trim(), kernel.trim()))
}

/// How many programs the machine ran on average in the last minute, five, and fifteen.
fn load() -> Result<String> {
    let load = fs::read_to_string("/proc/loadavg").context("cannot read /proc/loadavg")?;
    Ok(load.split(' ').take(3).collect::<Vec<_>>().join(", "))
}

/// The search beside its peers: the versions, and the tables without the program's own title.
fn search(args: &[&str]) -> Result<String> {
    let told = output(cargo().args(["run", "--locked", "--quiet", "--release", "--package", "baquiano-bench", "--"]).args(args))?;
    let (head, tables) = told.split_once("\n## ").context("the benchmark printed no table")?;
    let versions = head.lines().filter_map(|line| line.split_once("; ")).map(|(_, versions)| versions).next().unwrap_or_default();
    let skipped: String = head.lines().filter(|line| line.starts_with("Skipped")).map(|line| format!("{line}\n")).collect();
    Ok(format!("Versions: {versions}\n{skipped}\n### {}", tables.replace("\n## ", "\n### ")))
}

/// The console under load, and killed meanwhile.
fn console() -> Result<String> {
    call(cargo().args(["build", "--locked", "--quiet", "--release", "--package", "baquiano-cli", "--package", "baquiano-bench"]))?;
    let program = target().join("release/console");
    let calm = rows(&program, &[])?;
    let killed = rows(&program, &["--kill", "5"])?;
    if calm.len() != killed.len() {
        bail!("{} printed {} rows, and {} when it was killed", program.display(), calm.len(), killed.len());
    }
    let rows = calm.iter().zip(&killed).map(|((what, one), (_, other))| format!("| {what} | {one} | {other} |\n"));
    Ok(format!("| 60 s | | killed 5 times |\n| --- | ---: | ---: |\n{}", rows.collect::<String>()))
}

/// The rows of a table of two columns, without its head.
fn rows(program: &Path, args: &[&str]) -> Result<Vec<(String, String)>> {
    let told = output(Command::new(program).args(args))?;
    let row = |line: &str| {
        let (what, cell) = line.strip_prefix("| ")?.strip_suffix(" |")?.rsplit_once(" | ")?;
        Some((what.to_owned(), cell.to_owned()))
    };
    Ok(told.lines().filter_map(row).filter(|(what, cell)| !cell.is_empty() && !what.starts_with("---")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_written_between_its_marks_and_nowhere_else() {
        let page = "a\n<!-- table: x -->\nold\n<!-- end of x -->\nb\n<!-- table: y -->\nkept\n<!-- end of y -->\n";
        let after = filled(page, "x", "new").unwrap();
        assert_eq!(after, "a\n<!-- table: x -->\n\nnew\n\n<!-- end of x -->\nb\n<!-- table: y -->\nkept\n<!-- end of y -->\n");
        assert_eq!(filled(&after, "x", "new").unwrap(), after);
        assert!(filled(page, "z", "new").is_err());
    }

    #[test]
    fn the_page_has_a_place_for_every_table() {
        let page = fs::read_to_string(root().join(PAGE)).unwrap();
        for table in &TABLES {
            assert!(filled(&page, table.name, "").is_ok(), "{}", table.name);
        }
    }
}
