//! Running other programs, and where things are.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Cargo's target directory: `CARGO_TARGET_DIR`, or `target` in the repository.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A call of the cargo that runs this program, in the root of the repository.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// A call of a program whose new files have these permissions (a umask, in octal digits).
pub(crate) fn with_umask(umask: &str, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "umask \"$1\"; shift; exec \"$@\"", "sh", umask]).arg(program);
    command
}

/// A call of Maven: always with the same umask, since jars get the permissions of the files that it makes.
pub(crate) fn maven() -> Command {
    with_umask("022", "mvn")
}

/// The name of a target's setting in cargo's environment: `CARGO_TARGET_<TRIPLE>_<SETTING>`.
pub(crate) fn target_setting(triple: &str, setting: &str) -> String {
    format!("CARGO_TARGET_{}_{setting}", triple.replace('-', "_").to_uppercase())
}

/// Runs a program whose output the caller of xtask sees. Fails when it can't be started or says that it failed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} can't be started", shown(command)))?;
    if !status.success() {
        bail!("{status}: {}", shown(command));
    }
    Ok(())
}

/// Runs a program and returns what it wrote to its standard output. Fails as [`run`] does, with what it wrote to its standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{} can't be started", shown(command)))?;
    if !output.status.success() {
        bail!("{}: {}\n{}", output.status, shown(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("{} wrote what is no text", shown(command)))
}

/// Whether a program of this name is in `PATH`.
pub(crate) fn has(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// Lets a file be run as a program, where files say whether they may be.
pub(crate) fn executable(file: &Path) -> Result<()> {
    #[cfg(unix)]
    std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let _ = file;
    Ok(())
}

/// Does something with each, so many beside each other as is said, or as there are processors; what came of it, in the order of what it was done with. What is begun is
/// ended, and an error of one is that of all.
pub(crate) fn beside<T: Sync, R: Send>(all: &[T], jobs: Option<usize>, work: impl Fn(&T) -> Result<R> + Sync) -> Result<Vec<R>> {
    let jobs = jobs.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), |jobs| jobs.max(1));
    let next = AtomicUsize::new(0);
    let worker = || -> Result<Vec<(usize, R)>> {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(at) else { return Ok(done) };
            done.push((at, work(one)?));
        }
    };
    let done = thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.min(all.len())).map(|_| scope.spawn(worker)).collect();
        let all = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| bail!("a thread ended by a panic")));
        all.collect::<Result<Vec<_>>>()
    })?;
    let mut done: Vec<_> = done.into_iter().flatten().collect();
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, came)| came).collect())
}

/// Does something, and says how long it took.
pub(crate) fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    println!("== {what}");
    let done = work().with_context(|| what.to_owned())?;
    println!("ok: {what} ({} s)", start.elapsed().as_secs());
    Ok(done)
}

fn shown(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn what_is_done_beside_each_other_is_so_and_comes_in_order() {
        // Both wait for each other: one after the other they would wait for ever.
        let both = Barrier::new(2);
        let came = beside(&[3, 1], Some(2), |number| {
            both.wait();
            Ok(number * 2)
        });
        assert_eq!(came.unwrap(), [6, 2]);
        assert!(beside(&[1, 2, 3], Some(1), |number| if *number == 2 { bail!("two") } else { Ok(()) }).is_err());
        assert!(beside(&[], None, |number: &u8| Ok(*number)).unwrap().is_empty());
    }
}
