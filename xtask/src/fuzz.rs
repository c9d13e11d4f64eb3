//! `cargo xtask fuzz`: the fuzz targets, for as long as one lets them, with a table of what they did.
//!
//! They are built and run as cargo-fuzz would, which needn't be there, but that only what reads is watched, and some beside each other. What a target found worth keeping is kept in two places: `fuzz/corpus`, which is this machine's
//! own and grows, and one archive for each target in `fuzz/corpora`, which is checked in: the least of the former that reaches all that it reaches (`--keep`).

use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use clap::ValueEnum;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::shell;

/// Beyond it an input is too long for what libFuzzer can make of it in the time: doors that must take more have tests of their own.
const LONGEST: u32 = 64 * 1024;

/// What can be chosen.
#[derive(clap::Args)]
pub(crate) struct Fuzz {
    /// Which ones; all otherwise. `fuzz/README.md` says what each does.
    targets: Vec<String>,
    /// How long each runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// How many run beside each other; as many as there are processors otherwise.
    #[arg(long)]
    jobs: Option<usize>,
    /// What is watched besides panics and what the targets assert.
    #[arg(long, value_enum, default_value_t = Sanitizer::None)]
    sanitizer: Sanitizer,
    /// Keeps in `fuzz/corpora` the least of what was found that reaches all of it; the archives are checked in.
    #[arg(long)]
    keep: bool,
}

/// A sanitizer of LLVM's.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Sanitizer {
    /// None: several times as fast, and enough for code without unsafe.
    None,
    /// Reads and writes beyond what was allocated, in what the library stands on, too. The stable compiler is told to take the unstable flag.
    Address,
}

/// What a run came to.
struct Ran {
    target: String,
    /// Runs, runs a second, edges of the program that were reached, inputs that were new, the most memory in MB: as libFuzzer says them.
    figures: [String; 5],
    /// Where the log is, when something was found.
    found: Option<PathBuf>,
}

/// Builds the targets, runs each, and writes `target/fuzz/report.md`.
///
/// # Errors
///
/// When a tool can't be installed, something doesn't build, or a target found an input that brings it down: its log says which.
pub(crate) fn run(args: &Fuzz) -> Result<()> {
    let all = targets()?;
    if let Some(unknown) = args.targets.iter().find(|name| !all.contains(name)) {
        bail!("there is no target {unknown}; there are: {}", all.join(", "));
    }
    let chosen = if args.targets.is_empty() { all } else { args.targets.clone() };
    let programs = shell::timed("fuzz targets built", || build(args.sanitizer, &chosen))?;
    let reports = shell::target().join("fuzz");
    fs::create_dir_all(&reports)?;

    let mut done = shell::beside(&chosen, args.jobs, |target| {
        let ran = one(target, &programs.join(target), args.seconds, &reports)?;
        println!("{target}: {} runs{}", ran.figures[0], if ran.found.is_some() { ", SOMETHING FOUND" } else { "" });
        Ok(ran)
    })?;
    done.sort_by(|one, other| one.target.cmp(&other.target));
    let table = table(&done, args.seconds);
    print!("{table}");
    fs::write(reports.join("report.md"), &table)?;
    if args.keep {
        for target in &chosen {
            shell::timed(&format!("{target} kept"), || keep(target, &programs.join(target), &reports))?;
        }
    }
    for ran in &done {
        if let Some(log) = &ran.found {
            let text = String::from_utf8_lossy(&fs::read(log)?).into_owned();
            let last: Vec<_> = text.lines().rev().take(40).collect();
            eprintln!("== {}\n{}", log.display(), last.into_iter().rev().collect::<Vec<_>>().join("\n"));
        }
    }
    let fallen: Vec<_> = done.iter().filter(|ran| ran.found.is_some()).map(|ran| ran.target.as_str()).collect();
    ensure!(fallen.is_empty(), "brought down: {}. The inputs are in fuzz/artifacts; mended, each becomes a seed", fallen.join(", "));
    Ok(())
}

/// The names of all targets, sorted.
fn targets() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(fuzz().join("fuzz_targets"))? {
        names.extend(entry?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

fn fuzz() -> PathBuf {
    shell::root().join("fuzz")
}

/// What has the compiler count which edges of the program a run goes over, and tell what is compared with what: the flags of cargo-fuzz 0.13.
const COUNTS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
];

/// In which crates, besides the targets: the library, and what reads for it. libFuzzer looks through all counters after each run: with those of everything that is linked, most targets ran less often, some little more than half as often.
const COUNTED: [&str; 8] =
    ["baquiano", "baquiano_fuzz", "granit_parser", "pulldown_cmark", "redb", "roxmltree", "serde_json", "serde_saphyr"];

/// Names the crates that count. When it is set, this program is cargo's `RUSTC_WRAPPER`.
const COUNTING: &str = "BAQUIANO_COUNTING";

/// What `main` does first: whether cargo calls this program to compile a crate, which it then has done.
///
/// # Errors
///
/// When the compiler can't be started. When it fails, the process ends as it did.
pub(crate) fn compiles() -> Result<bool> {
    let Ok(counting) = env::var(COUNTING) else { return Ok(false) };
    let mut args = env::args_os().skip(1);
    let mut compiler = Command::new(args.next().context("cargo names the compiler first")?);
    let args: Vec<_> = args.collect();
    let name = args.iter().position(|arg| arg == "--crate-name").and_then(|at| args.get(at + 1)?.to_str());
    if name.is_some_and(|name| counting.split(',').any(|counts| counts == name)) {
        compiler.args(COUNTS);
    }
    let ended = compiler.args(args).status().context("the compiler doesn't start")?;
    if !ended.success() {
        process::exit(ended.code().unwrap_or(1));
    }
    Ok(true)
}

/// Builds them, and returns the folder that has the programs.
fn build(sanitizer: Sanitizer, targets: &[String]) -> Result<PathBuf> {
    let host = shell::output(Command::new("rustc").arg("-vV"))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc -vV names no host")?;
    let counted = COUNTED.join(",");
    // The crates are among the flags only so that cargo compiles anew when they change.
    let (dir, mut flags) = (shell::target().join("fuzz"), vec!["--cfg=fuzzing".to_owned(), format!("--cfg=counted=\"{counted}\"")]);
    let dir = match sanitizer {
        Sanitizer::None => dir,
        Sanitizer::Address => dir.join("address"),
    };
    let mut cargo = shell::cargo();
    // With a target named, what runs while it is built (macros, build scripts) isn't counted.
    cargo.args(["build", "--locked", "--release", "--manifest-path"]).arg(fuzz().join("Cargo.toml")).args(["--target", host]);
    cargo.arg("--target-dir").arg(&dir).args(targets.iter().flat_map(|target| ["--bin", target]));
    if sanitizer == Sanitizer::Address {
        flags.push("-Zsanitizer=address".to_owned());
        cargo.env("RUSTC_BOOTSTRAP", "1");
    }
    cargo.env("RUSTC_WRAPPER", env::current_exe()?).env(COUNTING, format!("{counted},{}", targets.join(",")));
    shell::run(cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")).env_remove("RUSTFLAGS"))?;
    Ok(dir.join(host).join("release"))
}

/// Runs one target: from its own corpus, which grows, the checked-in corpus, and the seeds.
fn one(target: &str, program: &Path, seconds: u32, reports: &Path) -> Result<Ran> {
    let own = fuzz().join("corpus").join(target);
    let artifacts = fuzz().join("artifacts").join(target);
    fs::create_dir_all(&own)?;
    fs::create_dir_all(&artifacts)?;
    let log = reports.join(format!("{target}.log"));
    let mut command = Command::new(program);
    command.arg(&own);
    if let Some(kept) = unpacked(target, reports)? {
        command.arg(kept);
    }
    command.arg(fuzz().join("seeds").join(target));
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={LONGEST}"));
    command.arg(format!("-artifact_prefix={}/", artifacts.display()));
    command.args(["-print_final_stats=1", "-timeout=25", "-rss_limit_mb=2048"]);
    let status = logged(&mut command, &log)?.status()?;
    let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    Ok(Ran { target: target.to_owned(), figures: figures(&text), found: (!status.success()).then_some(log) })
}

/// A target that writes what it says into a file.
fn logged<'c>(target: &'c mut Command, log: &Path) -> Result<&'c mut Command> {
    // Some write files in each run: on a disk they would wait for it.
    if Path::new("/dev/shm").is_dir() {
        target.env("TMPDIR", "/dev/shm");
    }
    let log = File::create(log)?;
    Ok(target.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log))
}

/// The figures in what libFuzzer wrote; a dash for what isn't there.
fn figures(log: &str) -> [String; 5] {
    let last = |start: &str| {
        let line = log.lines().rev().find_map(|line| line.strip_prefix(start));
        line.map_or_else(|| "–".to_owned(), |rest| rest.trim().to_owned())
    };
    let edges = log.lines().rev().find_map(|line| line.split_once(" cov: ")).and_then(|(_, rest)| rest.split(' ').next());
    [
        last("stat::number_of_executed_units:"),
        last("stat::average_exec_per_sec:"),
        edges.unwrap_or("–").to_owned(),
        last("stat::new_units_added:"),
        last("stat::peak_rss_mb:"),
    ]
}

fn table(done: &[Ran], seconds: u32) -> String {
    let mut table = format!("| target, {seconds} s | runs | a second | edges reached | new inputs kept | memory, MB | found |\n");
    table.push_str("| --- | ---: | ---: | ---: | ---: | ---: | --- |\n");
    for ran in done {
        let found = if ran.found.is_some() { "**yes**" } else { "nothing" };
        let _ = writeln!(table, "| `{}` | {} | {found} |", ran.target, ran.figures.join(" | "));
    }
    table
}

/// Where a target's checked-in corpus is, if it has one.
fn archive(target: &str) -> PathBuf {
    fuzz().join("corpora").join(format!("{target}.tar.gz"))
}

/// Unpacks a target's checked-in corpus, and returns the folder.
fn unpacked(target: &str, reports: &Path) -> Result<Option<PathBuf>> {
    let path = archive(target);
    if !path.is_file() {
        return Ok(None);
    }
    let dir = reports.join("corpora").join(target);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir)?;
    let reading = || format!("{} is no archive that `cargo xtask fuzz --keep` wrote", path.display());
    tar::Archive::new(GzDecoder::new(File::open(&path)?)).unpack(&dir).with_context(reading)?;
    Ok(Some(dir))
}

/// Writes a target's archive: of its own corpus, the one before, and the seeds, the least that reaches all that they reach.
fn keep(target: &str, program: &Path, reports: &Path) -> Result<()> {
    let least = reports.join("least").join(target);
    let _ = fs::remove_dir_all(&least);
    fs::create_dir_all(&least)?;
    let mut merge = Command::new(program);
    merge.arg("-merge=1").arg(format!("-max_len={LONGEST}")).arg(&least);
    merge.args(unpacked(target, reports)?).arg(fuzz().join("seeds").join(target)).arg(fuzz().join("corpus").join(target));
    shell::run(logged(&mut merge, &reports.join(format!("{target}.merge.log")))?)?;

    let path = archive(target);
    fs::create_dir_all(fuzz().join("corpora"))?;
    let mut paths: Vec<_> = fs::read_dir(&least)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let mut tar = tar::Builder::new(GzEncoder::new(File::create(&path)?, Compression::best()));
    for (number, input) in paths.iter().enumerate() {
        let mut bytes = Vec::new();
        File::open(input)?.read_to_end(&mut bytes)?;
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len().try_into()?);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("{number:05}"), &bytes[..])?;
    }
    tar.into_inner()?.finish()?;
    println!("{}: {} inputs, {} bytes", path.display(), paths.len(), fs::metadata(&path)?.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::figures;

    #[test]
    fn the_figures_are_those_at_the_end_of_the_log() {
        let log = "#2\tINITED cov: 12 ft: 13 corp: 1/1b exec/s: 0 rss: 40Mb\n#900\tDONE   cov: 512 ft: 900 corp: 44/2Kb lim: 9 exec/s: 450 rss: 60Mb\n\
            Done 900 runs in 2 second(s)\nstat::number_of_executed_units: 900\nstat::average_exec_per_sec:     450\nstat::new_units_added:          43\n\
            stat::slowest_unit_time_sec:    0\nstat::peak_rss_mb:              61\n";
        assert_eq!(figures(log), ["900", "450", "512", "43", "61"]);
        assert_eq!(figures("it fell at once"), ["–"; 5]);
    }
}
