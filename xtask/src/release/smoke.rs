//! Trying what was made, each in a folder that has nothing else, with the files that whoever gets it has.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use object::{Architecture, Object as _};
use serde_json::Value;

use super::make::{self, Made};
use super::{Release, cargo_home, empty};
use crate::shell;

/// The article that every one of them must find for «no me agarra el jipies».
const FOUND: &str = "gps";
/// What the desk promises for a case begins so.
const PROMISE: &str = "Su caso quedó registrado";
/// What would lead a program to what lies elsewhere on this machine.
const VARIABLES: [&str; 8] = [
    "CARGO_ENCODED_RUSTFLAGS",
    "CLASSPATH",
    "JAVA_TOOL_OPTIONS",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "RUSTFLAGS",
    "VIRTUAL_ENV",
    "XDG_DATA_HOME",
];

/// Tries all that was made.
///
/// # Errors
///
/// When something can't be installed, doesn't do what it should, or names folders of this machine.
pub(super) fn all(release: &Release, made: &Made) -> Result<()> {
    if !made.crates.is_empty() {
        shell::timed("the crates in a program", || crates(release, &made.crates))?;
    }
    if let Some(binary) = &made.binary {
        shell::timed("the command line", || command_line(release, binary, made.pack.as_ref()))?;
    }
    if let Some(wheel) = &made.wheel {
        shell::timed("the wheel", || python(release, wheel))?;
    }
    if made.jar.is_some() {
        shell::timed("the jars in a program", || jvm(release))?;
    }
    if let Some(aar) = &made.aar {
        shell::timed("the AAR", || android(release, aar))?;
    }
    Ok(())
}

/// A program as whoever gets it runs it: in its folder, which is its home too.
fn clean(program: impl AsRef<std::ffi::OsStr>, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir);
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command
}

/// What a smoke test wrote: the article that it found, and what the desk promises.
fn found_and_filed(told: &str) -> Result<()> {
    let mut lines = told.lines();
    let (article, promise) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    ensure!(article.starts_with(FOUND), "the question found «{article}», and not an article on {FOUND}");
    ensure!(promise.starts_with(PROMISE), "the case was filed with «{promise}»");
    Ok(())
}

/// Copies a program to try something with, its words between at signs filled in.
fn program(from: &str, to: &Path, words: &[(&str, &str)]) -> Result<()> {
    let from = shell::root().join("xtask/release").join(from);
    let mut text = fs::read_to_string(&from).with_context(|| format!("{} can't be read", from.display()))?;
    for (word, value) in words {
        text = text.replace(&format!("@{word}@"), value);
    }
    fs::create_dir_all(to.parent().context("a file lies in no folder")?)?;
    fs::write(to, text).with_context(|| format!("{} can't be written", to.display()))
}

fn unpacked(archive: &Path, dir: &Path) -> Result<()> {
    shell::run(Command::new("tar").arg("-xf").arg(archive).arg("-C").arg(dir))
}

/// What is in a zip file by another name.
fn unzipped(archive: &Path, dir: &Path) -> Result<()> {
    shell::run(Command::new("jar").current_dir(dir).arg("xf").arg(archive))
}

/// That a compiled file says nothing of where it was compiled.
fn anonymous(file: &Path) -> Result<()> {
    let bytes = fs::read(file)?;
    for place in [shell::root().to_owned(), cargo_home()?, shell::target()] {
        let name = place.as_os_str().as_encoded_bytes();
        // A folder with a name as short as `/app` stands in other words, too.
        let named = name.len() > 5 && bytes.windows(name.len()).any(|window| window == name);
        ensure!(!named, "{} names the folder {} of this machine", file.display(), place.display());
    }
    Ok(())
}

/// The crates, in the place of crates.io. What they need besides comes from there, in the versions that all else is built with.
fn crates(release: &Release, crates: &[PathBuf]) -> Result<()> {
    let dir = release.fresh("smoke/crates")?;
    for file in crates {
        unpacked(file, &dir)?;
    }
    let (project, version) = (dir.join("smoke"), release.version.to_string());
    for file in ["Cargo.toml", "src/main.rs"] {
        program(&format!("rust/{file}"), &project.join(file), &[("version", &version)])?;
    }
    fs::copy(shell::root().join("Cargo.lock"), project.join("Cargo.lock"))?;
    let mut cargo = clean(shell::cargo().get_program(), &project);
    // What others wrote needn't be compiled for each try.
    cargo.args(["run", "--quiet"]).env("CARGO_TARGET_DIR", release.work.join("smoke-target"));
    found_and_filed(&shell::output(&mut cargo)?)
}

/// The archive as a technician unpacks it, in a home where there is nothing.
fn command_line(release: &Release, archive: &Path, pack: Option<&(PathBuf, String)>) -> Result<()> {
    let dir = release.fresh("smoke/command-line")?;
    unpacked(archive, &dir)?;
    let top = archive.file_name().and_then(|name| name.to_str()?.strip_suffix(".tar.gz")).context("the archive's name has no end")?;
    let program = dir.join(top).join("baquiano");
    anonymous(&program)?;
    let run = |args: &[&str], typed: &str| -> Result<(Option<i32>, String)> {
        let mut command = clean(&program, &dir);
        // What it complains of is its own affair where it should refuse.
        command.env("HOME", &dir).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("the program can't be started")?;
        // One that ends before it has read all answers closes the pipe, as it may.
        let _ = child.stdin.take().context("no input")?.write_all(typed.as_bytes());
        let ended = child.wait_with_output()?;
        let told = if ended.status.success() { ended.stdout } else { [ended.stdout, ended.stderr].concat() };
        Ok((ended.status.code(), String::from_utf8(told)?))
    };
    let asked = |args: &[&str]| -> Result<Value> {
        let (code, told) = run(&[&["--json"], args].concat(), "")?;
        ensure!(code == Some(0), "baquiano {} ended with {code:?}:\n{told}", args.join(" "));
        Ok(serde_json::from_str(&told)?)
    };

    let (_, told) = run(&["--version"], "")?;
    ensure!(told.trim() == format!("baquiano {}", release.version), "the program says that it's «{}»", told.trim());
    let answer = asked(&["search", "no me agarra el jipies"])?;
    ensure!(answer["hits"][0]["id"].as_str().is_some_and(|id| id.starts_with(FOUND)), "the question found {}", answer["hits"][0]);
    let (code, told) = run(&["diagnose", "gps", "--file"], &"2\n".repeat(60))?;
    ensure!(code == Some(1) && told.contains(PROMISE), "a talk that mends nothing ended with {code:?}:\n{told}");
    let cases = asked(&["incident", "list"])?;
    ensure!(cases.as_array().is_some_and(|cases| cases.len() == 1), "one case was filed, and there are {cases}");
    let (code, told) = run(&["serve", "openapi"], "")?;
    ensure!(code == Some(0) && told.contains("\"openapi\""), "the console doesn't tell its contract");
    if let Some((pack, key)) = pack {
        let pack = pack.to_str().context("the pack's file isn't named in Unicode")?;
        let told = asked(&["kb", "verify", pack, "--key", key])?;
        ensure!(told["signed_by"].as_str() == Some(key), "the pack is signed by {}, and not by {key}", told["signed_by"]);
        let answer = asked(&["--kb", pack, "search", "--key", key, "no me agarra el jipies"])?;
        ensure!(
            answer["hits"][0]["id"].as_str().is_some_and(|id| id.starts_with(FOUND)),
            "in the pack, the question found {}",
            answer["hits"][0]
        );
        let other = "0".repeat(key.len());
        let (code, _) = run(&["--kb", pack, "search", "--key", &other, "gps"], "")?;
        ensure!(code != Some(0), "a key that didn't sign the pack is as good as one that did");
    }
    Ok(())
}

/// The wheel, without a network: it needs nothing else.
fn python(release: &Release, wheel: &Path) -> Result<()> {
    let dir = release.fresh("smoke/python")?;
    shell::run(Command::new("python3").args(["-m", "venv"]).arg(dir.join("venv")))?;
    let python = dir.join("venv/bin/python");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"];
    shell::run(clean(&python, &dir).args(install).arg(wheel))?;
    program("smoke.py", &dir.join("smoke.py"), &[])?;
    let mut command = clean(&python, &dir);
    command.env("HOME", &dir).arg("smoke.py");
    found_and_filed(&shell::output(&mut command)?)?;
    let native = "import pathlib, baquiano._native as it; print(*pathlib.Path(it.__file__).parent.glob('*.so'))";
    anonymous(Path::new(shell::output(clean(&python, &dir).args(["-c", native]))?.trim()))
}

/// The jars, from the folder as a repository, into a local one that has had none of them.
fn jvm(release: &Release) -> Result<()> {
    let dir = release.fresh("smoke/jvm")?;
    // What others wrote needn't be fetched for each try.
    let local = release.work.join("m2");
    empty(&local.join("org/baquiano"))?;
    let poms = fs::read_to_string(shell::root().join(make::KOTLIN).join("pom.xml"))?;
    let repository = format!("file://{}", release.out.join("maven").display());
    let words = [
        ("version", &*release.version.to_string()),
        ("repository", &*repository),
        ("kotlin", between(&poms, "<kotlin.version>", "</")?),
        ("exec", between(&poms, "<artifactId>exec-maven-plugin</artifactId>\n          <version>", "</")?),
    ];
    program("jvm/pom.xml", &dir.join("pom.xml"), &words)?;
    program("jvm/Main.kt", &dir.join("src/main/kotlin/Main.kt"), &[])?;
    let mut maven = clean("mvn", &dir);
    // Into a file: Maven writes colours of its own between, whatever it is told.
    let told = dir.join("told");
    maven.args(["--batch-mode", "--quiet", "compile", "exec:exec"]).arg(format!("-Dmaven.repo.local={}", local.display()));
    shell::run(maven.arg(format!("-Dexec.outputFile={}", told.display())))
        .with_context(|| format!("what the program said is in {}", told.display()))?;
    found_and_filed(&fs::read_to_string(&told).context("the program with the jars wrote nothing")?)?;

    let library = dir.join("library");
    let version = release.version;
    fs::create_dir_all(&library)?;
    unzipped(&release.out.join(format!("maven/org/baquiano/baquiano-ffi/{version}/baquiano-ffi-{version}.jar")), &library)?;
    anonymous(&library.join("linux-x86-64/libbaquiano_ffi.so"))
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Result<&'t str> {
    let found = text.split_once(start).and_then(|(_, rest)| Some(rest.split_once(end)?.0));
    found.with_context(|| format!("{}/pom.xml has no «{start}»", make::KOTLIN))
}

/// The AAR as far as it goes without Android: every part that its tools look for, classes that a JVM reads, libraries for the processors that they are named after.
fn android(release: &Release, aar: &Path) -> Result<()> {
    let dir = release.fresh("smoke/aar")?;
    unzipped(aar, &dir)?;
    let manifest = fs::read_to_string(dir.join("AndroidManifest.xml")).context("the AAR has no manifest")?;
    ensure!(manifest.contains("package=\"org.baquiano.android\""), "the manifest doesn't say whose it is");
    let rules = fs::read_to_string(dir.join("proguard.txt")).context("the AAR has no rules for shrinking")?;
    ensure!(rules.contains("-keep"), "the rules for shrinking keep nothing");
    ensure!(dir.join("R.txt").exists(), "the AAR has no list of resources, which Android's tools want");
    let mut javap = clean("javap", &dir);
    let classes = [
        "org.baquiano.Baquiano",
        "org.baquiano.ffi.Desk",
        "org.baquiano.android.AndroidDeviceProbe",
        "org.baquiano.android.AndroidActions",
    ];
    let told = shell::output(javap.args(["-cp", "classes.jar"]).args(classes))?;
    ensure!(
        told.contains("suspend") || told.contains("kotlin.coroutines.Continuation"),
        "the classes have no function that waits:\n{told}"
    );
    let abis = [("arm64-v8a", Architecture::Aarch64), ("armeabi-v7a", Architecture::Arm)];
    for (abi, architecture) in abis {
        let file = dir.join("jni").join(abi).join("libbaquiano_ffi.so");
        let library = fs::read(&file).with_context(|| format!("the AAR has no library for {abi}"))?;
        let found = object::File::parse(&*library).with_context(|| format!("the library for {abi}"))?.architecture();
        ensure!(found == architecture, "the library for {abi} is one for {found:?}");
        anonymous(&file)?;
    }
    let others = fs::read_dir(dir.join("jni"))?.count();
    if others != abis.len() {
        bail!("the AAR has libraries for {others} kinds of phones, and should have them for {}", abis.len());
    }
    Ok(())
}
