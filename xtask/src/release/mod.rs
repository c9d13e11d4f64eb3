//! `cargo xtask release`: all that is handed out, made, described, signed, and tried in clean folders. docs/release.md says what a person does before and after.

mod make;
mod sbom;
mod sign;
mod smoke;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use clap::ValueEnum;

use crate::version::Version;
use crate::{debian, rust_src, shell, version};

/// What can be chosen.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Without keys of your own, a day in CHANGELOG.md and a clean tree: signed by keys that are thrown away, for nobody to install
    #[arg(long)]
    dry_run: bool,
    /// Only these, in a dry run; what was made before is removed all the same
    #[arg(long, value_delimiter = ',', requires = "dry_run")]
    only: Vec<Part>,
    /// The key that signs the checksums: an Ed25519 key of OpenSSH (ssh-keygen -t ed25519), or its public half when ssh-agent has it
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    key: Option<PathBuf>,
    /// The key that signs the pack (baquiano kb keygen), whose public half the apps trust
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    pack_key: Option<PathBuf>,
    /// The folder for all of it; release-artifacts in cargo's target directory otherwise
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What is handed out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Part {
    /// The library and the knowledge base as crates
    Crate,
    /// The library for a JVM, as a Maven repository
    Jvm,
    /// The library for Android
    Aar,
    /// The library for Python
    Wheel,
    /// The command line, with console and relay
    Binary,
    /// The knowledge base, signed
    Pack,
}

/// One making of all of it.
struct Release {
    version: Version,
    /// The time of the last commit, in seconds since 1970: whatever wants a time gets this one, so that the same commit gives the same files.
    epoch: String,
    parts: Vec<Part>,
    key: Option<PathBuf>,
    pack_key: Option<PathBuf>,
    out: PathBuf,
    /// Where the work is done; nothing of it is handed out.
    work: PathBuf,
}

impl Release {
    fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    /// A folder of the work, empty.
    fn fresh(&self, name: &str) -> Result<PathBuf> {
        empty(&self.work.join(name))
    }

    /// What builds something that is handed out. What the compiler would write of this machine's folders is written otherwise, so that the same commit gives the same
    /// files elsewhere, and no name of a person goes along.
    fn builds(&self, mut command: Command) -> Result<Command> {
        let places =
            [(cargo_home()?, "/cargo"), (rust_src::sysroot()?, "/rust"), (shell::target(), "/target"), (shell::root().into(), "/baquiano")];
        let flags: Vec<_> = places.iter().map(|(place, name)| format!("--remap-path-prefix={}={name}", place.display())).collect();
        // Arguments are divided by this character, since folders may have spaces in their names.
        command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")).env_remove("RUSTFLAGS");
        command.envs([("TZ", "UTC"), ("LC_ALL", "C.UTF-8")]);
        Ok(command)
    }
}

/// Cargo's own folder, where the sources of all crates lie.
fn cargo_home() -> Result<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    home.context("neither CARGO_HOME nor HOME says where cargo keeps its crates")
}

fn empty(dir: &Path) -> Result<PathBuf> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("{} can't be emptied", dir.display()))?;
    }
    fs::create_dir_all(dir).with_context(|| format!("{} can't be made", dir.display()))?;
    Ok(dir.to_owned())
}

/// A text of `git`.
fn git(args: &[&str]) -> Result<String> {
    Ok(shell::output(Command::new("git").current_dir(shell::root()).args(args))?.trim().to_owned())
}

/// Makes, signs and tries all of it; publishes nothing.
///
/// # Errors
///
/// When the version isn't the same everywhere; without `--dry-run`, when something isn't committed or the changes have no day for the version; when something
/// can't be made, or fails where it is tried.
pub(crate) fn run(args: &Args) -> Result<()> {
    let start = Instant::now();
    let version = version::check()?;
    let changed = git(&["status", "--porcelain"])?;
    if args.dry_run {
        if !changed.is_empty() {
            println!("not committed, and so in nothing that is dated or named by the commit:\n{changed}");
        }
    } else {
        ensure!(changed.is_empty(), "commit first, so that what is handed out can be made again:\n{changed}");
        let day = version::day_of(version)?;
        println!("version {version} of {day}");
    }
    let readable = |key: &Option<PathBuf>| -> Result<Option<PathBuf>> {
        let found = key.as_ref().map(|key| fs::canonicalize(key).with_context(|| format!("the key {} isn't there", key.display())));
        found.transpose()
    };
    let out = args.out.clone().unwrap_or_else(|| shell::target().join("release-artifacts"));
    let release = Release {
        version,
        epoch: git(&["log", "-1", "--format=%ct"])?,
        parts: if args.only.is_empty() { Part::value_variants().to_vec() } else { args.only.clone() },
        key: readable(&args.key)?,
        pack_key: readable(&args.pack_key)?,
        out: std::path::absolute(out)?,
        work: shell::target().join("release-work"),
    };
    debian::install(&[
        ("ssh-keygen", "openssh-client"),
        ("javac", "openjdk-17-jdk"),
        ("mvn", "maven"),
        ("python3", "python3-venv"),
        ("strip", "binutils"),
    ])?;
    // Whoever has a folder by this name with something else in it must not lose that.
    let ours = !release.out.exists() || release.out.join(sign::SUMS).exists() || fs::read_dir(&release.out)?.next().is_none();
    ensure!(ours, "{} is there and no release: name another folder with --out, or remove it", release.out.display());
    empty(&release.out)?;
    // What a run that was broken off has made is a release's, too.
    fs::write(release.out.join(sign::SUMS), "")?;

    let made = make::all(&release)?;
    sbom::all(&release, &made)?;
    sign::all(&release)?;
    smoke::all(&release, &made)?;

    let listed = sign::files(&release.out)?;
    for (file, size) in &listed {
        println!("{size:>12}  {file}");
    }
    println!("{} files in {} ({} s)", listed.len(), release.out.display(), start.elapsed().as_secs());
    if args.dry_run {
        println!("a dry run: hand out none of it{}", if args.key.is_none() { ", its keys were thrown away" } else { "" });
    } else {
        println!("nothing is published: docs/release.md says how, from «git tag -s v{version}» on");
    }
    Ok(())
}
