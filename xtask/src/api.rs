//! `cargo xtask api`: what the library offers to Rust programs, written down, so that a change of it is seen by whoever reads the change.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use public_api::Builder;

use crate::shell;

/// The written state.
const FILE: &str = "docs/api.txt";
/// How many differing lines are told.
const TOLD: usize = 20;

/// What can be chosen.
#[derive(clap::Args)]
pub(crate) struct Api {
    /// Change nothing; fail when the file isn't as it would be made.
    #[arg(long)]
    check: bool,
}

/// Writes the file, or looks whether it is as it would be made.
///
/// # Errors
///
/// When the library doesn't compile, the compiler's format is another than the one that is read here, or with `--check` the file is out of date.
pub(crate) fn run(args: &Api) -> Result<()> {
    let json = described()?;
    let api = Builder::from_rustdoc_json(&json).omit_blanket_impls(true).omit_auto_trait_impls(true).omit_auto_derived_impls(true).build();
    let api = api
        .context("if the compiler is a newer one, so must be the crate public-api in xtask/Cargo.toml, which reads what rustdoc writes")?;
    let now = format!("{HEAD}{api}");
    let file = shell::root().join(FILE);
    let before = fs::read_to_string(&file).unwrap_or_default();
    match (before == now, args.check) {
        (true, _) => println!("{FILE} is as it should be: {} items", now.lines().count() - HEAD.lines().count()),
        (false, true) => bail!(
            "what the library offers has changed; if that is meant, run `cargo xtask api` and tell it in CHANGELOG.md:\n{}",
            difference(&before, &now)
        ),
        (false, false) => fs::write(&file, now)?,
    }
    Ok(())
}

const HEAD: &str =
    "# What the library `baquiano` offers, with the feature `author`; what is derived is left out. Written by `cargo xtask api`.\n";

/// Has rustdoc describe the library, and returns the file.
fn described() -> Result<PathBuf> {
    // Only rustdoc has a feature that isn't stable yet: opened for all of cargo's call, it would have what it depends on compiled anew.
    let wrapper = shell::target().join("rustdoc-json.sh");
    fs::create_dir_all(shell::target())?;
    fs::write(&wrapper, "#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc \"$@\"\n")?;
    shell::executable(&wrapper)?;
    let mut cargo = shell::cargo();
    cargo.args(["rustdoc", "--quiet", "--locked", "--package", "baquiano", "--lib", "--features", "author"]).env("RUSTDOC", &wrapper);
    shell::run(cargo.args(["--", "-Zunstable-options", "--output-format", "json", "--cap-lints", "allow"]))?;
    Ok(shell::target().join("doc/baquiano.json"))
}

/// The lines that went and came.
fn difference(before: &str, now: &str) -> String {
    let without = |lines: &str, others: &str, sign: char| -> Vec<String> {
        let others: std::collections::HashSet<&str> = others.lines().collect();
        lines.lines().filter(|line| !others.contains(line)).map(|line| format!("  {sign} {line}")).collect()
    };
    let mut lines = without(before, now, '-');
    lines.extend(without(now, before, '+'));
    let more = lines.len().saturating_sub(TOLD);
    lines.truncate(TOLD);
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_and_came_is_told() {
        assert_eq!(difference("same\nold\n", "new\nsame\n"), "  - old\n  + new");
        let many = (0..30).map(|n| format!("{n}\n")).collect::<String>();
        assert!(difference("", &many).ends_with("  + 19\n  and 10 more"));
    }
}
