//! The native library for this machine, and the generated code over it.
//!
//! The generator reads what the surface is from the library's symbols, so it gets the library as it was built; what is handed out is stripped.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::shell;

/// The crate that is built.
const CRATE: &str = "baquiano-ffi";
/// The configuration of the generator.
const CONFIG: &str = "bindings/ffi/uniffi.toml";

#[derive(Args)]
pub(crate) struct Bindings {
    /// The language
    #[arg(value_enum)]
    language: Language,
    /// The folder for the generated code
    #[arg(long, value_name = "DIR")]
    code: PathBuf,
    /// The folder for the native library; with Kotlin it goes into a folder in it named as JNA looks for it
    #[arg(long, value_name = "DIR")]
    library: PathBuf,
    /// The profile to build with
    #[arg(long, default_value = "release")]
    profile: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    Kotlin,
    Python,
}

impl Language {
    fn name(self) -> &'static str {
        match self {
            Self::Kotlin => "kotlin",
            Self::Python => "python",
        }
    }
}

pub(crate) fn run(args: &Bindings) -> Result<()> {
    let built = build(&args.profile)?;
    let fresh = tempdir()?;
    let mut generate = shell::cargo();
    // As maturin calls it: named as a package, it would be built once more for it.
    generate.args(["run", "--quiet", "--bin", "uniffi-bindgen", "--", "generate", "--no-format", "--language", args.language.name()]);
    generate.args(["--config", CONFIG, "--out-dir"]).arg(&fresh).arg(&built);
    shell::run(generate.stdout(Stdio::null()))?;
    copy_changed(&fresh, &args.code)?;
    fs::remove_dir_all(&fresh)?;
    let dir = match args.language {
        Language::Kotlin => args.library.join(jna_platform()),
        Language::Python => args.library.clone(),
    };
    fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let library = dir.join(built.file_name().context("the library has no name")?);
    hand_out(&built, &library)?;
    println!("{} ({} KB)", library.display(), fs::metadata(&library)?.len() / 1024);
    Ok(())
}

/// Builds the library, and says where it is.
fn build(profile: &str) -> Result<PathBuf> {
    let mut build = shell::cargo();
    build.args(["build", "--locked", "--package", CRATE, "--profile", profile, "--message-format", "json-render-diagnostics"]);
    let built = build.stderr(Stdio::inherit()).output()?;
    if !built.status.success() {
        bail!("the library could not be built");
    }
    let messages = String::from_utf8_lossy(&built.stdout);
    let artifacts = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let files = artifacts
        .filter(|artifact| artifact["target"]["name"] == "baquiano_ffi")
        .flat_map(|artifact| artifact["filenames"].as_array().cloned());
    let mut files = files.flatten().filter_map(|file| file.as_str().map(PathBuf::from));
    let shared = |file: &PathBuf| file.extension().is_some_and(|end| end == env::consts::DLL_EXTENSION);
    files.find(shared).context("cargo built no shared library")
}

/// The folder in which JNA looks for libraries of this machine.
fn jna_platform() -> String {
    let arch = match env::consts::ARCH {
        "x86_64" => "x86-64",
        "x86" => "x86",
        other => other,
    };
    let os = match env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    format!("{os}-{arch}")
}

fn tempdir() -> Result<PathBuf> {
    let dir = shell::target().join("generated");
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    fs::create_dir_all(&dir)?;
    Ok(dir)
}

/// Copies what is new or changed, so that nothing is compiled again for nothing.
fn copy_changed(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_changed(&entry.path(), &target)?;
        } else {
            let fresh = fs::read(entry.path())?;
            if fs::read(&target).ok().as_ref() != Some(&fresh) {
                fs::write(&target, fresh)?;
            }
        }
    }
    Ok(())
}

/// Copies the library without the symbols that only the generator and debuggers read.
fn hand_out(built: &Path, library: &Path) -> Result<()> {
    let newer = || Some(fs::metadata(library).ok()?.modified().ok()? >= fs::metadata(built).ok()?.modified().ok()?);
    if newer() == Some(true) {
        return Ok(());
    }
    fs::copy(built, library)?;
    if cfg!(unix) {
        let strip: &[&str] = if cfg!(target_os = "macos") { &["-x"] } else { &["--strip-unneeded"] };
        shell::run(Command::new("strip").args(strip).arg(library))?;
    }
    Ok(())
}
