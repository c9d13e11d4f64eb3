//! `cargo xtask foreign`: the library's tests on processors other than this machine's.
//!
//! Phones have ARM processors, the cheapest of them with 32 bits, where a `usize` is half as wide and what isn't aligned is slower or refused. ARM's programs are run by
//! QEMU, one program at a time and without its kernel: what is proven is the code, not the time it takes. i686 runs on this very machine, and so is the quickest proof
//! of 32 bits.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::cross::Cross;
use crate::{rust_src, shell};

/// A processor.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Arch {
    /// 64-bit ARM.
    #[value(name = "aarch64")]
    Aarch64,
    /// 32-bit ARM.
    #[value(name = "armv7")]
    Armv7,
    /// 32-bit Intel.
    #[value(name = "i686")]
    I686,
}

/// What can be chosen.
#[derive(clap::Args)]
pub(crate) struct Foreign {
    /// A processor; may be given more than once. All of them otherwise.
    #[arg(long)]
    arch: Vec<Arch>,
    /// Only the tests within the library, without the feature `author` and those in `tests/`.
    #[arg(long)]
    lib: bool,
    /// What to hand to the tests, such as a part of their names.
    #[arg(last = true)]
    test_args: Vec<String>,
}

impl Arch {
    const ALL: [Self; 3] = [Self::Aarch64, Self::Armv7, Self::I686];

    /// Its name, Rust's name of the target, and what builds and runs its programs.
    fn traits(self) -> (&'static str, &'static str, Cross) {
        match self {
            Self::Aarch64 => ("aarch64", "aarch64-unknown-linux-gnu", Cross::AARCH64),
            Self::Armv7 => ("armv7", "armv7-unknown-linux-gnueabihf", Cross::ARMV7),
            Self::I686 => ("i686", "i686-unknown-linux-gnu", Cross::I686),
        }
    }
}

/// Runs the tests, processor by processor, and says how long each took.
///
/// # Errors
///
/// When a tool is missing that this process may not install, something doesn't build, or a test fails.
pub(crate) fn run(args: &Foreign) -> Result<()> {
    let arches = if args.arch.is_empty() { Arch::ALL.to_vec() } else { args.arch.clone() };
    for arch in arches {
        let (name, triple, cross) = arch.traits();
        shell::timed(&format!("tools for {name}"), || {
            cross.ensure()?;
            rust_src::ensure()
        })?;
        shell::timed(&format!("tests on {name}"), || shell::run(&mut test(triple, &cross, args)?))?;
    }
    Ok(())
}

fn test(triple: &str, cross: &Cross, args: &Foreign) -> Result<Command> {
    let mut cargo = shell::cargo();
    // A run is long, so it is to show everything that fails.
    cargo.args(["test", "--locked", "--no-fail-fast", "--package", "baquiano", "--lib"]);
    if !args.lib {
        let names = integration_tests().context("listing tests/")?;
        cargo.args(["--features", "author"]).args(names.iter().flat_map(|name| ["--test", name]));
    }
    rust_src::build_std(&mut cargo, triple);
    // With RUSTC_BOOTSTRAP, what runs on this machine is built anew, too. Beside the usual builds, each would undo the other's.
    cargo.arg("--target-dir").arg(shell::target().join("foreign"));
    cargo.env(shell::target_setting(triple, "LINKER"), cross.compiler);
    cargo.env(shell::target_setting(triple, "RUNNER"), cross.runner.join(" "));
    // They only cost time and disk here.
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
    cargo.arg("--").args(&args.test_args);
    Ok(cargo)
}

/// The names of the tests in `tests/`, sorted.
fn integration_tests() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(shell::root().join("tests"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}
