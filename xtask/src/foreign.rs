//! `cargo xtask foreign`: the library's tests on processors other than this machine's.
//!
//! Phones have ARM processors, the cheapest of them with 32 bits, where a `usize` is half as wide and what isn't aligned is slower or refused. ARM's programs are run by
//! QEMU, one program at a time and without its kernel: what is proven is the code, not the time it takes. i686 runs on this very machine, and so is the cheapest proof
//! of 32 bits.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::{debian, rust_src, shell};

/// The tests in `tests/` that start programs of this repository, which QEMU doesn't do for them.
const START_PROGRAMS: [&str; 2] = ["intake", "kill"];

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

/// What differs from processor to processor.
struct Traits {
    name: &'static str,
    triple: &'static str,
    /// The C compiler that links.
    linker: &'static str,
    /// What runs the programs, if this machine can't.
    runner: Option<&'static str>,
    /// Programs that are needed, each with Debian's package that has it.
    packages: &'static [(&'static str, &'static str)],
}

impl Arch {
    const ALL: [Self; 3] = [Self::Aarch64, Self::Armv7, Self::I686];

    fn traits(self) -> Traits {
        match self {
            Self::Aarch64 => Traits {
                name: "aarch64",
                triple: "aarch64-unknown-linux-gnu",
                linker: "aarch64-linux-gnu-gcc",
                runner: Some("qemu-aarch64 -L /usr/aarch64-linux-gnu"),
                packages: &[
                    ("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
                    ("aarch64-linux-gnu-gcc", "libc6-dev-arm64-cross"),
                    ("qemu-aarch64", "qemu-user"),
                ],
            },
            Self::Armv7 => Traits {
                name: "armv7",
                triple: "armv7-unknown-linux-gnueabihf",
                linker: "arm-linux-gnueabihf-gcc",
                runner: Some("qemu-arm -L /usr/arm-linux-gnueabihf"),
                packages: &[
                    ("arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf"),
                    ("arm-linux-gnueabihf-gcc", "libc6-dev-armhf-cross"),
                    ("qemu-arm", "qemu-user"),
                ],
            },
            // A 64-bit gcc with its 32-bit half, which has the name of its own that Debian gives to cross compilers.
            Self::I686 => Traits {
                name: "i686",
                triple: "i686-unknown-linux-gnu",
                linker: "i686-linux-gnu-gcc",
                runner: None,
                packages: &[("i686-linux-gnu-gcc", "gcc-i686-linux-gnu"), ("i686-linux-gnu-gcc", "libc6-dev-i386-cross")],
            },
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
        let traits = arch.traits();
        shell::timed(&format!("tools for {}", traits.name), || {
            debian::install(traits.packages)?;
            rust_src::ensure()
        })?;
        shell::timed(&format!("tests on {}", traits.name), || shell::run(&mut test(&traits, args)?))?;
    }
    Ok(())
}

fn test(traits: &Traits, args: &Foreign) -> Result<Command> {
    let mut cargo = shell::cargo();
    cargo.args(["test", "--locked", "--package", "baquiano", "--lib"]);
    match traits.runner {
        _ if args.lib => {}
        None => {
            cargo.args(["--features", "author", "--tests", "--examples"]);
        }
        Some(_) => {
            let names = integration_tests().context("listing tests/")?;
            let run = names.iter().filter(|name| !START_PROGRAMS.contains(&name.as_str()));
            cargo.args(["--features", "author"]).args(run.flat_map(|name| ["--test", name]));
            println!("not run on {}, since they start programs: {}", traits.name, START_PROGRAMS.join(", "));
        }
    }
    rust_src::build_std(&mut cargo, traits.triple);
    cargo.env(shell::target_setting(traits.triple, "LINKER"), traits.linker);
    if let Some(runner) = traits.runner {
        cargo.env(shell::target_setting(traits.triple, "RUNNER"), runner);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_there() {
        let names = integration_tests().unwrap();
        assert!(START_PROGRAMS.iter().all(|name| names.iter().any(|n| n == name)), "{names:?}");
    }
}
