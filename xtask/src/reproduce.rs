//! `cargo xtask reproduce`: what is handed out, built twice from two folders, must be the same to the byte.
//!
//! The copies differ in all that a build could take over without being asked: the folder's name and its length, the order in which files were made and when, the time zone, the
//! language, and, but for what Maven makes, the permissions of new files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::shell;

/// What can be chosen.
#[derive(clap::Args)]
pub(crate) struct Reproduce {
    /// The AAR and the jars, too, from nothing: many minutes. With Maven, and without the NDK.
    #[arg(long)]
    aar: bool,
    /// The program `baquiano` to build the pack with; without it, it is built.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// The profile of the AAR's library, for `cargo xtask android`.
    #[arg(long, default_value = "dev")]
    profile: String,
}

/// A copy of the repository, and what is set where it is built.
struct Copy {
    folder: &'static str,
    time_zone: &'static str,
    language: &'static str,
    /// For the pack; Maven has its own.
    umask: &'static str,
    /// Whether its files are made in the order of their names, or the other way round.
    forward: bool,
}

const COPIES: [Copy; 2] = [
    Copy { folder: "a", time_zone: "America/Tegucigalpa", language: "es_HN.UTF-8", umask: "022", forward: true },
    Copy { folder: "another-with-a-longer-name", time_zone: "Asia/Tokyo", language: "C.UTF-8", umask: "077", forward: false },
];
/// Where Maven leaves what is compared.
const MAVEN: [&str; 5] = [
    "baquiano-android/target/baquiano-android-0.1.0.aar",
    "baquiano-android/target/baquiano-android-0.1.0.jar",
    "baquiano/target/baquiano-0.1.0.jar",
    "baquiano/target/baquiano-0.1.0-sources.jar",
    "baquiano-ffi/target/baquiano-ffi-0.1.0.jar",
];

/// Builds, and compares.
///
/// # Errors
///
/// When something can't be built, or isn't the same twice.
pub(crate) fn run(args: &Reproduce) -> Result<()> {
    let dir = shell::target().join("reproduce");
    let _ = fs::remove_dir_all(&dir);
    let mut built: Vec<Vec<(String, PathBuf)>> = Vec::new();
    for copy in &COPIES {
        let root = dir.join(copy.folder);
        shell::timed(&format!("a copy in {}", root.display()), || copy.make(&root))?;
        let pack = root.join("base.pack");
        let program = args.program.as_deref().unwrap_or(Path::new("cargo"));
        let mut author = copy.sets(shell::with_umask(copy.umask, program), shell::root());
        if args.program.is_none() {
            author.args(["run", "--quiet", "--locked", "--package", "baquiano-cli", "--"]);
        }
        shell::timed("the pack", || shell::run(author.args(["kb", "build"]).arg(root.join("kb")).arg("-o").arg(&pack)))?;
        let mut outputs = vec![("the pack".to_owned(), pack)];
        if args.aar {
            shell::timed("the AAR and the jars", || shell::run(&mut copy.maven(&root, &args.profile)))?;
            outputs.extend(MAVEN.map(|file| (file.to_owned(), root.join("bindings/kotlin").join(file))));
        }
        built.push(outputs);
    }
    let [first, second] = &built[..] else { bail!("there aren't two copies") };
    let mut differing = Vec::new();
    for ((name, one), (_, other)) in first.iter().zip(second) {
        let read = |path: &Path| fs::read(path).with_context(|| format!("{} wasn't built", path.display()));
        let (one_bytes, other_bytes) = (read(one)?, read(other)?);
        if one_bytes == other_bytes {
            println!("the same twice: {name}, {} bytes", one_bytes.len());
        } else {
            let at = one_bytes.iter().zip(&other_bytes).take_while(|(a, b)| a == b).count();
            differing.push(format!("{name} differs from byte {at} on: {} and {}", one.display(), other.display()));
        }
    }
    if !differing.is_empty() {
        bail!("not reproducible:\n{}", differing.join("\n"));
    }
    fs::remove_dir_all(&dir)?;
    Ok(())
}

impl Copy {
    /// Copies what is in the repository, or will be: nothing that was built.
    fn make(&self, root: &Path) -> Result<()> {
        let listed = shell::output(Command::new("git").args(["ls-files", "-z", "-co", "--exclude-standard"]).current_dir(shell::root()))?;
        let mut files: Vec<&str> = listed.split('\0').filter(|file| !file.is_empty()).collect();
        files.sort_unstable();
        if !self.forward {
            files.reverse();
        }
        for file in files {
            let (from, to) = (shell::root().join(file), root.join(file));
            // What was deleted and isn't committed yet is still listed.
            if from.is_file() {
                fs::create_dir_all(to.parent().unwrap_or(root))?;
                fs::copy(&from, &to).with_context(|| format!("copying {file}"))?;
            }
        }
        Ok(())
    }

    /// A call with what is set for this copy.
    fn sets(&self, mut command: Command, folder: &Path) -> Command {
        command.current_dir(folder).env("TZ", self.time_zone).env("LANG", self.language).env("LC_ALL", self.language);
        command
    }

    fn maven(&self, root: &Path, profile: &str) -> Command {
        let mut maven = self.sets(shell::maven(), root);
        maven.args(["-B", "-q", "-f", "bindings/kotlin", "-P", "aar", "-pl", "baquiano-android", "-am"]);
        maven.args(["-DskipTests", "-Dnative.profile=dev"]);
        maven.args([
            "-Daar.abis=arm64-v8a".to_owned(),
            format!("-Daar.arguments=--abi arm64-v8a --without-ndk --profile {profile}"),
            "package".to_owned(),
        ]);
        // Neither this repository's target folder nor what cargo tells this program of itself.
        maven.env("CARGO_TARGET_DIR", root.join("target")).env_remove("CARGO").env_remove("CARGO_MANIFEST_DIR");
        maven.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
        maven
    }
}
