//! `cargo xtask version`: the version in all places that say it, compared or set.
//!
//! The one place is `[workspace.package]` in `Cargo.toml`; what can take it from there does (crates, the wheel). The rest is listed here.

use std::fmt;
use std::fs;
use std::ops::Range;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::shell;

/// What is on top of the changes: what isn't released yet.
const UNRELEASED: &str = "## [Unreleased]";
/// The file of the changes.
pub(crate) const CHANGELOG: &str = "CHANGELOG.md";
/// The texts that stand before a version in names of files and of packages, wherever the documentation has them.
const NAMES: [&str; 7] = [
    "baquiano-",
    "baquiano-android-",
    "baquiano-ffi-",
    "baquiano-kb-",
    "kotlin-field-app-",
    "org.baquiano:baquiano:",
    "org.baquiano:baquiano-ffi:",
];

/// What can be chosen.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The version to set everywhere, with a heading of today in CHANGELOG.md; without it, the places are compared
    version: Option<Version>,
}

/// A version: three numbers. What is before a release has none of its own, since crates, Maven and Python each write it otherwise.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Version([u32; 3]);

impl std::str::FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<u32>> =
            text.split('.').map(|part| part.parse().ok().filter(|number: &u32| number.to_string() == part)).collect();
        numbers
            .and_then(|numbers| numbers.try_into().ok())
            .map(Self)
            .ok_or_else(|| format!("«{text}» is no version: three numbers, as in 1.2.3"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([major, minor, patch]) = self;
        write!(to, "{major}.{minor}.{patch}")
    }
}

impl Version {
    /// As sentences say it: without what is only mended.
    fn short(self) -> String {
        let Self([major, minor, _]) = self;
        format!("{major}.{minor}")
    }
}

/// How a file says the version.
enum Form {
    /// After these texts, which follow each other.
    After(&'static [&'static str]),
    /// In each package of a lock file that comes from no registry.
    Lock,
    /// In the names of what is built; a file may have none.
    Names,
    /// In sentences: `Version 1.2`.
    Sentences,
}

impl Form {
    /// Where the versions stand in a text.
    fn places(&self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::After(marks) => {
                let start = marks.iter().try_fold(0, |at, mark| Some(at + text[at..].find(mark)? + mark.len()));
                start.map(|start| number(text, start)).into_iter().collect()
            }
            Self::Lock => {
                let blocks = text
                    .match_indices("[[package]]")
                    .map(|(at, _)| (at, &text[at..at + text[at..].find("\n\n").unwrap_or(text.len() - at)]));
                let own = blocks.filter(|(_, block)| !block.contains("\nsource = "));
                own.filter_map(|(at, block)| Some(number(text, at + block.find(VERSION_IS)? + VERSION_IS.len()))).collect()
            }
            Self::Names => {
                let found = NAMES.iter().flat_map(|name| text.match_indices(name)).map(|(at, name)| number(text, at + name.len()));
                let mut places: Vec<_> = found.filter(|place| text[place.clone()].parse::<Version>().is_ok()).collect();
                places.sort_by_key(|place| place.start);
                places.dedup();
                places
            }
            Self::Sentences => {
                text.match_indices("Version ").map(|(at, mark)| number(text, at + mark.len())).filter(|place| !place.is_empty()).collect()
            }
        }
    }

    /// What stands there when it's true.
    fn says(&self, version: Version) -> String {
        match self {
            Self::Sentences => version.short(),
            _ => version.to_string(),
        }
    }
}

const VERSION_IS: &str = "\nversion = \"";

/// The digits and dots from `start` on; a dot that ends a sentence isn't among them.
fn number(text: &str, start: usize) -> Range<usize> {
    let rest = &text[start..];
    let len = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
    start..start + rest[..len].trim_end_matches('.').len()
}

/// Every file that says the version, and how.
fn files() -> Result<Vec<(String, Form)>> {
    let mut files: Vec<(String, Form)> = vec![
        ("Cargo.toml".into(), Form::After(&["[workspace.package]", VERSION_IS])),
        ("Cargo.toml".into(), Form::After(&["\nbaquiano = {", "version = \""])),
        ("Cargo.toml".into(), Form::After(&["\nbaquiano-kb = {", "version = \""])),
        ("fuzz/Cargo.toml".into(), Form::After(&["[package]", VERSION_IS])),
        ("README.md".into(), Form::Sentences),
    ];
    // Also what isn't committed yet.
    let listed =
        shell::output(Command::new("git").current_dir(shell::root()).args(["ls-files", "-co", "--exclude-standard", "--deduplicate"]))?;
    for file in listed.lines().filter(|file| shell::root().join(file).is_file()) {
        let form = match file.rsplit('/').next() {
            // Those that only try something take the version when they are copied.
            Some("pom.xml") if !file.starts_with("xtask/") => Form::After(&["<artifactId>baquiano-parent</artifactId>", "<version>"]),
            Some("Cargo.lock") => Form::Lock,
            Some(name) if name.ends_with(".md") && file != CHANGELOG => Form::Names,
            _ => continue,
        };
        files.push((file.to_owned(), form));
    }
    Ok(files)
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(shell::root().join(file)).with_context(|| format!("{file} can't be read"))
}

/// The version of the one place.
///
/// # Errors
///
/// When `Cargo.toml` doesn't say it.
fn current() -> Result<Version> {
    let manifest = read("Cargo.toml")?;
    let place = Form::After(&["[workspace.package]", VERSION_IS]).places(&manifest);
    let place = place.first().context("Cargo.toml has no version in [workspace.package]")?;
    manifest[place.clone()].parse().map_err(anyhow::Error::msg).context("Cargo.toml, [workspace.package]")
}

/// What says another version than the one place.
fn differences(version: Version) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (file, form) in files()? {
        let (text, should) = (read(&file)?, form.says(version));
        let places = form.places(&text);
        if places.is_empty() && !matches!(form, Form::Names) {
            wrong.push(format!("{file}: says no version where one is looked for (xtask/src/version.rs)"));
        }
        for place in places.into_iter().filter(|place| text[place.clone()] != should) {
            let line = text[..place.start].lines().count();
            wrong.push(format!("{file}:{line}: says {}, and should say {should}", &text[place]));
        }
    }
    // Python's takes it from the crate.
    if !read("bindings/python/pyproject.toml")?.contains("dynamic = [\"version\"]") {
        wrong.push("bindings/python/pyproject.toml: the version isn't dynamic, so that it isn't the crate's".to_owned());
    }
    Ok(wrong)
}

/// A heading of the changes: a version and its day.
#[derive(Debug, PartialEq)]
struct Heading<'t> {
    version: Version,
    day: &'t str,
}

/// The headings of versions in the changes, the newest first.
///
/// # Errors
///
/// When the file doesn't begin with what is unreleased, or a heading isn't `## [1.2.3] - 2026-01-31`, or isn't below a newer one.
fn headings(text: &str) -> Result<Vec<Heading<'_>>> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| line.starts_with("## "));
    ensure!(lines.next().is_some_and(|(_, line)| line == UNRELEASED), "{CHANGELOG}: the first heading must be «{UNRELEASED}»");
    let mut headings: Vec<Heading<'_>> = Vec::new();
    for (at, line) in lines {
        let parts = line.strip_prefix("## [").and_then(|rest| rest.split_once("] - "));
        let heading =
            parts.and_then(|(version, day)| Some(Heading { version: version.parse().ok()?, day }).filter(|heading| is_day(heading.day)));
        let heading = heading.with_context(|| format!("{CHANGELOG}:{}: «{line}» should be as «## [1.2.3] - 2026-01-31»", at + 1))?;
        ensure!(
            headings.last().is_none_or(|newer| heading.version < newer.version),
            "{CHANGELOG}:{}: {} stands below an older version",
            at + 1,
            heading.version
        );
        headings.push(heading);
    }
    Ok(headings)
}

/// Whether it's a day as `2026-01-31`; that it is in the calendar isn't looked at.
fn is_day(text: &str) -> bool {
    text.len() == 10 && text.char_indices().all(|(at, letter)| if matches!(at, 4 | 7) { letter == '-' } else { letter.is_ascii_digit() })
}

/// The day on which the changes say that a version was made.
///
/// # Errors
///
/// When the changes have no heading for it, or can't be read.
pub(crate) fn day_of(version: Version) -> Result<String> {
    let text = read(CHANGELOG)?;
    let found = headings(&text)?.into_iter().find(|heading| heading.version == version);
    let found =
        found.with_context(|| format!("{CHANGELOG} has no heading «## [{version}] - DAY»: cargo xtask version {version} writes it"))?;
    Ok(found.day.to_owned())
}

/// Compares all places with the one, and returns the version.
///
/// # Errors
///
/// When a place says otherwise, or the changes aren't kept as they should be; all of it is told.
pub(crate) fn check() -> Result<Version> {
    let version = current()?;
    let wrong = differences(version)?;
    ensure!(wrong.is_empty(), "not all say version {version}:\n{}\n«cargo xtask version {version}» sets it everywhere", wrong.join("\n"));
    let changes = read(CHANGELOG)?;
    if let Some(newest) = headings(&changes)?.first() {
        ensure!(newest.version <= version, "{CHANGELOG} has {}, which is newer than {version}", newest.version);
    }
    Ok(version)
}

/// The changes with a heading for a version below what is unreleased, which becomes its; as they were if there is one.
fn with_heading(changes: &str, version: Version, day: &str) -> Result<String> {
    if headings(changes)?.iter().any(|heading| heading.version == version) {
        return Ok(changes.to_owned());
    }
    Ok(changes.replacen(UNRELEASED, &format!("{UNRELEASED}\n\n## [{version}] - {day}"), 1))
}

fn set(version: Version) -> Result<()> {
    let write = |file: &str, text: &str| fs::write(shell::root().join(file), text).with_context(|| format!("{file} can't be written"));
    for (file, form) in files()? {
        let before = read(&file)?;
        let mut text = before.clone();
        for place in form.places(&text).into_iter().rev() {
            text.replace_range(place, &form.says(version));
        }
        // A file that is written counts as changed for what is built from it.
        if text != before {
            write(&file, &text)?;
        }
    }
    let today = shell::output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    write(CHANGELOG, &with_heading(&read(CHANGELOG)?, version, today.trim())?)
}

/// Compares, or sets and compares.
///
/// # Errors
///
/// When a file can't be read or written, a place says another version, or the version goes back.
pub(crate) fn run(args: &Args) -> Result<()> {
    if let Some(version) = args.version {
        let before = current()?;
        if version < before {
            bail!("{version} is older than {before}, and whoever has that one would never get it");
        }
        set(version)?;
    }
    println!("{} everywhere", check()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(form: &Form, text: &'t str) -> Vec<&'t str> {
        form.places(text).into_iter().map(|place| &text[place]).collect()
    }

    #[test]
    fn a_version_is_three_numbers() {
        assert_eq!("1.20.3".parse::<Version>().unwrap().to_string(), "1.20.3");
        for bad in ["1.2", "1.2.3.4", "01.2.3", "1.2.x", "1.2.3-rc1", "", "+1.2.3"] {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
        assert!("0.10.0".parse::<Version>().unwrap() > "0.9.9".parse().unwrap());
    }

    #[test]
    fn versions_are_found_where_they_stand_and_nowhere_else() {
        let manifest = "[package]\nversion = \"9.9.9\"\n[workspace.package]\nedition = \"2024\"\nversion = \"0.1.0\"\n";
        assert_eq!(found(&Form::After(&["[workspace.package]", VERSION_IS]), manifest), ["0.1.0"]);
        assert!(found(&Form::After(&["[nothing]", VERSION_IS]), manifest).is_empty());
        let lock = "[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\nsource = \"registry\"\n\n[[package]]\nname = \"c\"\nversion = \"0.2.0\"\n";
        assert_eq!(found(&Form::Lock, lock), ["0.1.0", "0.2.0"]);
        let page =
            "`baquiano-android-0.1.0.aar`, baquiano-0.2.0-x86_64.tar.gz, baquiano-hn-1.pack, jna-5.19.1.jar; org.baquiano:baquiano:0.3.0.";
        assert_eq!(found(&Form::Names, page), ["0.1.0", "0.2.0", "0.3.0"]);
        assert_eq!(found(&Form::Sentences, "**Version 0.1:** of Version control. Version 0.2."), ["0.1", "0.2"]);
    }

    #[test]
    fn changes_are_kept_in_order_with_days() {
        let good = "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Added\n\n## [0.1.0] - 2026-11-01\n";
        let versions: Vec<_> = headings(good).unwrap().iter().map(|heading| heading.version.to_string()).collect();
        assert_eq!(versions, ["0.2.0", "0.1.0"]);
        for bad in [
            "## [0.1.0] - 2026-11-01\n",
            "## [Unreleased]\n## [0.1.0]\n",
            "## [Unreleased]\n## [0.1.0] - soon\n",
            "## [Unreleased]\n## [0.1.0] - 2026-11-01\n## [0.2.0] - 2026-12-01\n",
        ] {
            assert!(headings(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_unreleased_becomes_the_versions() {
        let made = with_heading("# C\n\n## [Unreleased]\n\n- a\n", "0.1.0".parse().unwrap(), "2026-12-01").unwrap();
        assert_eq!(made, "# C\n\n## [Unreleased]\n\n## [0.1.0] - 2026-12-01\n\n- a\n");
        assert_eq!(with_heading(&made, "0.1.0".parse().unwrap(), "2026-12-02").unwrap(), made);
    }
}
