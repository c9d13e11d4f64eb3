//! Making what is handed out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::{Part, Release, empty};
use crate::shell;

/// The folder of the Maven project.
pub(super) const KOTLIN: &str = "bindings/kotlin";
/// What makes lists of what is in the jars, and the version that is known to fit.
const MAVEN_BOM: &str = "org.cyclonedx:cyclonedx-maven-plugin:2.9.3:makeBom";
/// The crates that are handed out as such. The others are handed out as programs and libraries: they are useless without what is built around them.
const CRATES: [&str; 2] = ["baquiano", "baquiano-kb"];
/// The modules that are handed out as jars, and what each has besides.
const MODULES: [(&str, &[&str]); 3] = [("baquiano-parent", &[]), ("baquiano-ffi", &[".jar"]), ("baquiano", &[".jar", "-sources.jar"])];

/// What was made, for those who describe it and try it.
#[derive(Default)]
pub(super) struct Made {
    pub(super) crates: Vec<PathBuf>,
    /// The jar that an app names, in a folder that is a Maven repository.
    pub(super) jar: Option<PathBuf>,
    pub(super) aar: Option<PathBuf>,
    pub(super) wheel: Option<PathBuf>,
    pub(super) binary: Option<PathBuf>,
    /// The pack, and the key that it's signed with, as text.
    pub(super) pack: Option<(PathBuf, String)>,
}

/// Makes the parts that are wanted.
///
/// # Errors
///
/// When a compiler, Maven, maturin or the program itself fails, or a file isn't where it should be.
pub(super) fn all(release: &Release) -> Result<Made> {
    let mut made = Made::default();
    licences(release)?;
    if release.has(Part::Crate) {
        made.crates = shell::timed("crates", || crates(release))?;
    }
    if release.has(Part::Binary) || release.has(Part::Pack) {
        let program = shell::timed("program", || program(release))?;
        if release.has(Part::Pack) {
            made.pack = Some(shell::timed("pack", || pack(release, &program))?);
        }
        if release.has(Part::Binary) {
            made.binary = Some(shell::timed("archive", || archive(release, &program))?);
        }
    }
    if release.has(Part::Wheel) {
        made.wheel = Some(shell::timed("wheel", || wheel(release))?);
    }
    if release.has(Part::Jvm) {
        made.jar = Some(shell::timed("jars", || jars(release))?);
    }
    if release.has(Part::Aar) {
        made.aar = Some(shell::timed("AAR", || aar(release))?);
    }
    Ok(made)
}

fn copy(from: &Path, to: &Path) -> Result<PathBuf> {
    fs::copy(from, to).with_context(|| format!("{} isn't where it should be", from.display()))?;
    Ok(to.to_owned())
}

/// The licences of what is handed out, and of what others made of it.
fn licences(release: &Release) -> Result<()> {
    for (file, name) in licence_files() {
        copy(&file, &release.out.join(name))?;
    }
    Ok(())
}

/// Each file, and its name beside what is handed out.
fn licence_files() -> Vec<(PathBuf, &'static str)> {
    let root = shell::root();
    vec![
        (root.join("LICENSE-MIT"), "LICENSE-MIT"),
        (root.join("LICENSE-APACHE"), "LICENSE-APACHE"),
        (root.join("kb/LICENSE"), "LICENSE-CC-BY-4.0"),
        // That of the program, which has the library's in it.
        (root.join("cli/src/licencias.txt"), "licencias.txt"),
    ]
}

/// They aren't built here: that is done where they are tried. Without a lock file, which cargo could only make if they were on crates.io.
fn crates(release: &Release) -> Result<Vec<PathBuf>> {
    let mut cargo = release.builds(shell::cargo())?;
    cargo.args(["package", "--quiet", "--locked", "--no-verify", "--allow-dirty", "--exclude-lockfile"]);
    cargo.args(CRATES.iter().flat_map(|name| ["--package", name]));
    shell::run(&mut cargo)?;
    let files = CRATES.iter().map(|name| format!("{name}-{}.crate", release.version));
    files.map(|file| copy(&shell::target().join("package").join(&file), &release.out.join(&file))).collect()
}

/// The command line, without the symbols that only debuggers read.
fn program(release: &Release) -> Result<PathBuf> {
    let mut cargo = release.builds(shell::cargo())?;
    shell::run(cargo.args(["build", "--locked", "--release", "--package", "baquiano-cli"]))?;
    let program = copy(&shell::target().join("release/baquiano"), &release.fresh("program")?.join("baquiano"))?;
    shell::run(Command::new("strip").arg(&program))?;
    Ok(program)
}

/// What the program knows of itself and its files, as JSON.
fn asked(program: &Path, dir: &Path, args: &[&str]) -> Result<Value> {
    let told = shell::output(Command::new(program).current_dir(dir).arg("--json").args(args))?;
    serde_json::from_str(&told).with_context(|| format!("{} {} wrote no JSON", program.display(), args.join(" ")))
}

fn pack(release: &Release, program: &Path) -> Result<(PathBuf, String)> {
    let dir = release.fresh("pack")?;
    let kb = shell::root().join("kb");
    let kb = kb.to_str().context("the folder of the repository isn't named in Unicode")?;
    asked(program, &dir, &["kb", "check", kb])?;
    asked(program, &dir, &["kb", "build", kb, "-o", "base.pack"])?;
    let key = match &release.pack_key {
        Some(key) => key.to_str().context("the key's file isn't named in Unicode")?,
        None => {
            asked(program, &dir, &["kb", "keygen", "-o", "thrown-away"])?;
            "thrown-away"
        }
    };
    let signed = asked(program, &dir, &["kb", "sign", "base.pack", "--key", key])?;
    let public = signed["public"].as_str().context("the program didn't say whose the signature is")?.to_owned();
    let told = asked(program, &dir, &["kb", "verify", "base.pack", "--key", &public])?;
    let manifest = &told["manifest"];
    let name = manifest["name"].as_str().context("the pack has no name")?;
    let file = copy(&dir.join("base.pack"), &release.out.join(format!("{name}-{}.pack", manifest["revision"])))?;
    fs::write(release.out.join(format!("{name}.pack.pub")), format!("{public}\n"))?;
    Ok((file, public))
}

/// The program with its licences and what a person needs to begin, in an archive that is the same whenever it's made.
fn archive(release: &Release, program: &Path) -> Result<PathBuf> {
    let name = format!("baquiano-{}-{}-linux-gnu", release.version, std::env::consts::ARCH);
    let stage = release.fresh("archive")?;
    let dir = empty(&stage.join(&name))?;
    copy(program, &dir.join("baquiano"))?;
    for (file, name) in licence_files() {
        copy(&file, &dir.join(name))?;
    }
    copy(&shell::root().join(crate::version::CHANGELOG), &dir.join(crate::version::CHANGELOG))?;
    let text = fs::read_to_string(shell::root().join("xtask/release/LEEME.txt"))?;
    let text = text.replace("@version@", &release.version.to_string()).replace("@glibc@", &glibc(&fs::read(program)?)?);
    fs::write(dir.join("LEEME.txt"), text)?;
    let completions = empty(&dir.join("completar"))?;
    for (shell, file) in [("bash", "baquiano.bash"), ("zsh", "_baquiano"), ("fish", "baquiano.fish")] {
        fs::write(completions.join(file), shell::output(Command::new(program).args(["completions", shell]))?)?;
    }
    let file = release.out.join(format!("{name}.tar.gz"));
    let mut tar = Command::new("tar");
    tar.current_dir(&stage).args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX", "--format=ustar"]);
    shell::run(tar.arg(format!("--mtime=@{}", release.epoch)).args(["--use-compress-program=gzip -9n", "-cf"]).arg(&file).arg(&name))?;
    Ok(file)
}

/// The oldest glibc that a program runs with: the newest version that it asks for.
fn glibc(program: &[u8]) -> Result<String> {
    let mark = b"GLIBC_2.";
    let starts = program.windows(mark.len()).enumerate().filter(|(_, window)| window == mark).map(|(at, _)| at + mark.len());
    let minors = starts.filter_map(|start| {
        let digits = program[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(&program[start..start + digits]).ok()?.parse::<u32>().ok()
    });
    Ok(format!("2.{}", minors.max().context("the program names no version of glibc")?))
}

/// A Python of our own with packages, by the name of its folder. A list of packages that changed is installed anew.
///
/// # Errors
///
/// When there is no Python with venv, or pip fails.
pub(super) fn python_with(dir: &Path, packages: &[&str]) -> Result<PathBuf> {
    let (python, mark) = (dir.join("bin/python"), dir.join("packages.txt"));
    if !python.exists() || fs::read_to_string(&mark).ok() != Some(packages.join("\n")) {
        shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(dir))?;
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).env_remove("PYTHONPATH");
        shell::run(pip.args(packages))?;
        fs::write(mark, packages.join("\n"))?;
    }
    Ok(python)
}

fn wheel(release: &Release) -> Result<PathBuf> {
    let python = python_with(&release.work.join("maturin"), &["maturin>=1.16,<2"])?;
    let wheels = release.fresh("wheel")?;
    let mut maturin = release.builds(Command::new(python.with_file_name("maturin")))?;
    maturin.current_dir(shell::root().join("bindings/python")).env("VIRTUAL_ENV", release.work.join("maturin"));
    // Not said to cargo elsewhere: what compiles C would be compiled again after every commit.
    maturin.env("SOURCE_DATE_EPOCH", &release.epoch);
    // Not stripped: the generator, which maturin runs after that, reads what the surface is from the symbols.
    shell::run(maturin.args(["build", "--release", "--quiet", "--interpreter"]).arg(&python).arg("--out").arg(&wheels))?;
    let entry = fs::read_dir(&wheels)?.next().context("maturin made no wheel")??;
    let name = entry.file_name().to_string_lossy().into_owned();
    ensure!(name.starts_with(&format!("baquiano-{}-", release.version)), "the wheel {name} isn't of version {}", release.version);
    copy(&entry.path(), &release.out.join(name))
}

/// Maven on some of the modules, from nothing, with a list of what each takes from others.
fn maven(release: &Release, args: &[&str]) -> Result<()> {
    let mut maven = release.builds(shell::maven())?;
    maven.current_dir(shell::root()).args(["--batch-mode", "--quiet", "--file", KOTLIN, "--also-make", "clean"]).args(args).arg(MAVEN_BOM);
    maven.args(["-DskipTests", "-DschemaVersion=1.6", "-DoutputFormat=json", "-DincludeBomSerialNumber=false", "-DskipNotDeployed=false"]);
    maven.args(["-DincludeProvidedScope=false", "-DincludeTestScope=false", "-DincludeSystemScope=false"]);
    // As a day with a time: Maven takes a number for seconds, and Ant for thousandths of them.
    let mut git = Command::new("git");
    git.current_dir(shell::root()).env("TZ", "UTC").args(["log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ"]);
    maven.arg(format!("-Dproject.build.outputTimestamp={}", shell::output(&mut git)?.trim()));
    // The generator tells what it writes.
    shell::run(maven.stdout(Stdio::null()))
}

/// The jars and their descriptions, laid out as a Maven repository.
fn jars(release: &Release) -> Result<PathBuf> {
    maven(release, &["package", "--projects", ":baquiano"])?;
    let version = release.version;
    let kotlin = shell::root().join(KOTLIN);
    let group = release.out.join("maven/org/baquiano");
    for (module, ends) in MODULES {
        let source = if module == "baquiano-parent" { kotlin.clone() } else { kotlin.join(module) };
        let dir = empty(&group.join(module).join(version.to_string()))?;
        let mut files = vec![copy(&source.join("pom.xml"), &dir.join(format!("{module}-{version}.pom")))?];
        for end in ends {
            let name = format!("{module}-{version}{end}");
            files.push(copy(&source.join("target").join(&name), &dir.join(&name))?);
        }
        for file in files {
            // Maven complains about files without one of the checksums that it knows. Nobody relies on it: SHA256SUMS is what is signed.
            let told = shell::output(Command::new("sha1sum").arg(&file))?;
            let sum = told.split_whitespace().next().context("sha1sum told nothing")?;
            let mut name = file.into_os_string();
            name.push(".sha1");
            fs::write(name, sum)?;
        }
    }
    fs::copy(kotlin.join("baquiano/target/bom.json"), release.work.join("jvm.bom.json"))
        .context("the list of the jars' dependencies isn't there")?;
    Ok(group.join(format!("baquiano/{version}/baquiano-{version}.jar")))
}

fn aar(release: &Release) -> Result<PathBuf> {
    maven(release, &["verify", "--activate-profiles", "aar", "--projects", ":baquiano-android"])?;
    let target = shell::root().join(KOTLIN).join("baquiano-android/target");
    fs::copy(target.join("bom.json"), release.work.join("aar.bom.json")).context("the list of the AAR's dependencies isn't there")?;
    let name = format!("baquiano-android-{}.aar", release.version);
    copy(&target.join(&name), &release.out.join(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_glibc_that_is_asked_for_counts() {
        assert_eq!(glibc(b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.17\0").unwrap(), "2.34");
        assert!(glibc(b"nothing of the sort").is_err());
    }
}
