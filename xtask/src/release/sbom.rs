//! What is in what is handed out: a CycloneDX list beside each. `xtask/release/sbom.py` writes and checks them, with the library of CycloneDX's own makers.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Release;
use super::make::{self, Made};
use crate::shell;

/// CycloneDX's own library, with its schemas.
const LIBRARY: &str = "cyclonedx-python-lib[json-validation]==11.12.*";
/// Android's processors that the AAR has libraries for, as Rust calls them.
const ANDROID: [&str; 2] = ["aarch64-linux-android", "armv7-linux-androideabi"];

/// What is listed.
struct List<'m> {
    file: &'m Path,
    /// Its package URL without the version.
    purl: &'static str,
    licence: &'static str,
    description: &'static str,
    /// The crate whose dependencies are in it.
    package: &'static str,
    /// The processors that it's compiled for; none: whichever.
    targets: Vec<&'m str>,
    /// What Maven told of the dependencies.
    maven: Option<&'static str>,
    /// What is linked in besides: name, version, licence and package URL.
    besides: Vec<[String; 4]>,
}

/// Writes a list beside everything that was made and has others' work in it.
///
/// # Errors
///
/// When cargo or Python fails, or a list doesn't fit CycloneDX's schema.
pub(super) fn all(release: &Release, made: &Made) -> Result<()> {
    const PROGRAM: &str = "MIT OR Apache-2.0";
    const WITH_CONTENT: &str = "(MIT OR Apache-2.0) AND CC-BY-4.0";
    let python = make::python_with(&release.work.join("cyclonedx"), &[LIBRARY])?;
    let here = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let rust = rust()?;
    let mut lists = Vec::new();
    if let Some(file) = made.crates.first() {
        let description = "The library as a crate, with what each of its features takes";
        let purl = "pkg:cargo/baquiano";
        lists.push(List {
            file,
            purl,
            licence: PROGRAM,
            description,
            package: "baquiano",
            targets: vec!["all"],
            maven: None,
            besides: vec![],
        });
    }
    let compiled = |file, purl, description, package| List {
        file,
        purl,
        licence: WITH_CONTENT,
        description,
        package,
        targets: vec![here.as_str()],
        maven: None,
        besides: vec![rust.clone()],
    };
    if let Some(file) = &made.jar {
        let list = compiled(
            file,
            "pkg:maven/org.baquiano/baquiano",
            "The library for a JVM, with the native library in baquiano-ffi",
            "baquiano-ffi",
        );
        lists.push(List { maven: Some("jvm.bom.json"), ..list });
    }
    if let Some(file) = &made.aar {
        let mut list =
            compiled(file, "pkg:maven/org.baquiano/baquiano-android", "The library for Android, with its native libraries", "baquiano-ffi");
        list.targets = ANDROID.to_vec();
        list.maven = Some("aar.bom.json");
        list.besides.extend(unwinder()?);
        lists.push(list);
    }
    if let Some(file) = &made.wheel {
        lists.push(compiled(file, "pkg:pypi/baquiano", "The library for Python, with the native library", "baquiano-ffi"));
    }
    if let Some(file) = &made.binary {
        lists.push(compiled(file, "pkg:generic/baquiano", "The command line, with the console and the relay", "baquiano-cli"));
    }
    for list in lists {
        shell::timed(&format!("what is in {}", name(list.file)), || write(release, &python, &list))?;
    }
    Ok(())
}

fn name(file: &Path) -> std::borrow::Cow<'_, str> {
    file.file_name().unwrap_or_default().to_string_lossy()
}

fn write(release: &Release, python: &Path, list: &List<'_>) -> Result<()> {
    let mut command = Command::new(python);
    command.current_dir(shell::root()).env_remove("PYTHONPATH").arg("xtask/release/sbom.py");
    command.arg(list.file).arg(release.out.join(format!("{}.cdx.json", name(list.file))));
    command.args(["--version", &release.version.to_string(), "--time", &release.epoch]);
    command.args(["--purl", list.purl, "--licence", list.licence, "--description", list.description, "--package", list.package]);
    command.args(list.targets.iter().flat_map(|target| ["--target", target]));
    if let Some(maven) = list.maven {
        command.arg("--maven").arg(release.work.join(maven));
    }
    for besides in &list.besides {
        command.arg("--besides").args(besides);
    }
    shell::run(&mut command)
}

/// Rust's standard library, which is in all that is compiled.
fn rust() -> Result<[String; 4]> {
    let told = shell::output(Command::new("rustc").current_dir(shell::root()).arg("--version"))?;
    let version = told.split_whitespace().nth(1).context("rustc doesn't say its version")?;
    Ok(["std", version, "MIT OR Apache-2.0", &format!("pkg:generic/rust-std@{version}?download_url=https://static.rust-lang.org/")]
        .map(str::to_owned))
}

/// The unwinder that is linked in where there is no NDK; `cargo xtask android` keeps the package that it took it from.
fn unwinder() -> Result<Option<[String; 4]>> {
    let debian = shell::target().join("android-work/debian");
    let Ok(suites) = fs::read_dir(&debian) else { return Ok(None) };
    for suite in suites {
        for package in fs::read_dir(suite?.path().join("debs"))? {
            let package = package?.file_name().to_string_lossy().into_owned();
            let parts: Vec<&str> = package.split('_').collect();
            if let [name, version, _] = parts[..] {
                // In the names of files the colon of an epoch is written otherwise.
                let version = version.replace("%3a", ":");
                let purl = format!("pkg:deb/debian/{name}@{}", version.replace(':', "%3A"));
                return Ok(Some([name.to_owned(), version, "Apache-2.0 WITH LLVM-exception".to_owned(), purl]));
            }
        }
    }
    Ok(None)
}
