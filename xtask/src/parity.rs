//! The table of what each language can do: every name in it is looked for in the sources, and everything that `bindings/ffi` offers must be in it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::shell::root;

/// The table as it is written by hand.
const TABLE: &str = "bindings/parity.tsv";
/// The page that it goes into, between the two marks.
const PAGE: &str = "docs/bindings.md";
const BEGINS: &str = "<!-- parity: made by cargo xtask parity -->";
const ENDS: &str = "<!-- parity: end -->";
/// Objects of the surface.
const OBJECTS: [&str; 3] = ["Desk", "Talk", "Work"];

#[derive(Args)]
pub(crate) struct Parity {
    /// Change nothing; fail when the page isn't as it would be made
    #[arg(long)]
    check: bool,
}

/// One capability.
struct Row<'t> {
    what: &'t str,
    rust: &'t str,
    ffi: &'t str,
    kotlin: &'t str,
    python: &'t str,
    cli: &'t str,
}

/// A language: its name in the table, its sources, and how a function of a name begins there.
struct Language {
    name: &'static str,
    text: String,
    begins: fn(&str) -> Vec<String>,
}

pub(crate) fn run(args: &Parity) -> Result<()> {
    let root = root();
    let table = fs::read_to_string(root.join(TABLE)).with_context(|| format!("cannot read {TABLE}"))?;
    let rows = table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(row).collect::<Result<Vec<_>>>()?;
    let mut wrong = missing(root, &rows)?;
    wrong.extend(forgotten(root, &rows)?);
    if !wrong.is_empty() {
        bail!("{TABLE} isn't true:\n  {}", wrong.join("\n  "));
    }
    let page = root.join(PAGE);
    let before = fs::read_to_string(&page).with_context(|| format!("cannot read {PAGE}"))?;
    let after = filled(&before, &rows)?;
    match (before == after, args.check) {
        (true, _) => println!("{PAGE} is as it should be: {} capabilities", rows.len()),
        (false, true) => bail!("{PAGE} is out of date: run `cargo xtask parity`"),
        (false, false) => fs::write(&page, after)?,
    }
    Ok(())
}

fn row(line: &str) -> Result<Row<'_>> {
    match line.split('\t').collect::<Vec<_>>()[..] {
        [what, rust, ffi, kotlin, python, cli] => Ok(Row { what, rust, ffi, kotlin, python, cli }),
        ref cells => bail!("{TABLE} has {} columns, not 6, in the line: {line}", cells.len()),
    }
}

/// Names of the table that are nowhere.
fn missing(root: &Path, rows: &[Row<'_>]) -> Result<Vec<String>> {
    let rust = |name: &str| vec![format!("pub fn {name}("), format!("pub fn {name}<")];
    let kotlin = |name: &str| [format!(" {name}("), format!(".{name}("), format!("val {name}:")].into();
    let languages = [
        Language { name: "Rust", text: sources(root, "src", "rs")?, begins: rust },
        Language { name: "UniFFI", text: sources(root, "bindings/ffi/src", "rs")?, begins: rust },
        Language { name: "Kotlin", text: sources(root, "bindings/kotlin/baquiano/src/main", "kt")?, begins: kotlin },
        Language { name: "Python", text: sources(root, "bindings/python/src", "py")?, begins: |name| vec![format!("def {name}(")] },
    ];
    let commands = sources(root, "cli/src/args", "rs")? + &fs::read_to_string(root.join("cli/src/args.rs"))?;
    let mut wrong = Vec::new();
    for row in rows {
        for (language, cell) in languages.iter().zip([row.rust, row.ffi, row.kotlin, row.python]) {
            let name = cell.rsplit(['.', ':']).next().unwrap_or_default();
            let found = cell.starts_with("- ") || (language.begins)(name).iter().any(|begin| language.text.contains(begin));
            if !found {
                wrong.push(format!("{}: there is no {cell} in {}", row.what, language.name));
            }
        }
        let known = row.cli.starts_with('-') || row.cli.split(' ').all(|word| commands.contains(&format!("    {}", pascal(word))));
        if !known {
            wrong.push(format!("{}: there is no command {}", row.what, row.cli));
        }
    }
    Ok(wrong)
}

fn pascal(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// What the surface offers and the table doesn't have.
fn forgotten(root: &Path, rows: &[Row<'_>]) -> Result<Vec<String>> {
    let text = sources(root, "bindings/ffi/src", "rs")?;
    let mut forgotten = Vec::new();
    for object in OBJECTS {
        let exported = text.split("#[uniffi::export]\n").skip(1).filter(|block| block.starts_with(&format!("impl {object} {{")));
        for block in exported {
            let body = block.split("\n}\n").next().unwrap_or_default();
            let functions = body.lines().filter_map(|line| line.trim_start().strip_prefix("pub fn ")?.split('(').next());
            let known = |name: &str| name == "new" || rows.iter().any(|row| row.ffi == format!("{object}.{name}"));
            forgotten.extend(functions.filter(|name| !known(name)).map(|name| format!("{object}.{name} isn't in the table")));
        }
    }
    Ok(forgotten)
}

/// All sources under a folder, one after the other.
fn sources(root: &Path, dir: &str, end: &str) -> Result<String> {
    let mut text = String::new();
    let mut dirs = vec![root.join(dir)];
    while let Some(dir) = dirs.pop() {
        let Ok(entries) = fs::read_dir(&dir) else { continue };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                dirs.push(path);
            } else if path.extension().is_some_and(|own| own == end) {
                text += &fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                text.push('\n');
            }
        }
    }
    Ok(text)
}

/// The page with the table in it.
fn filled(page: &str, rows: &[Row<'_>]) -> Result<String> {
    let (before, rest) = page.split_once(BEGINS).with_context(|| format!("{PAGE} has no line {BEGINS}"))?;
    let (_, after) = rest.split_once(ENDS).with_context(|| format!("{PAGE} has no line {ENDS}"))?;
    let cell = |text: &str| text.strip_prefix("- ").map_or_else(|| format!("`{text}`"), |why| format!("– {why}"));
    let lines = rows.iter().map(|row| {
        let cells = [row.rust, row.ffi, row.kotlin, row.python, row.cli].map(cell);
        format!("| {} | {} |\n", row.what, cells.join(" | "))
    });
    let head = "| | Rust | UniFFI | Kotlin | Python | command line |\n| --- | --- | --- | --- | --- | --- |\n";
    Ok(format!("{before}{BEGINS}\n\n{head}{}\n{ENDS}{after}", lines.collect::<String>()))
}
