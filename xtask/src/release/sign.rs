//! Checksums of all that is handed out, their signature, and the proof that docs/release.md's commands find both good, and a change in either.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::Release;
use crate::shell;

/// The checksums.
pub(super) const SUMS: &str = "SHA256SUMS";
/// Their signature, as OpenSSH writes it.
const SIGNATURE: &str = "SHA256SUMS.sig";
/// Who may sign, as OpenSSH reads it.
const SIGNERS: &str = "allowed_signers";
/// Whom the signature is by, and what it's for: one that the same key gave for something else is no good.
const IDENTITY: &str = "baquiano";
const NAMESPACE: &str = "baquiano-release";
/// The page that says how to check what was handed out, and the comment before the commands for it.
const PAGE: &str = "docs/release.md";
const COMMANDS: &str = "<!-- not run: `cargo xtask release` runs it on what it made -->\n```sh\n";

/// Every file in a folder, by its name from there, with its size; sorted.
///
/// # Errors
///
/// When the folder can't be read.
pub(super) fn files(dir: &Path) -> Result<Vec<(String, u64)>> {
    fn below(dir: &Path, prefix: &str, found: &mut Vec<(String, u64)>) -> Result<()> {
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                below(&entry.path(), &format!("{name}/"), found)?;
            } else {
                found.push((name, entry.metadata()?.len()));
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    below(dir, "", &mut found)?;
    found.sort();
    Ok(found)
}

/// Writes checksums, who may sign, and the signature, and checks them as whoever gets them does.
///
/// # Errors
///
/// When a program that does it fails, or what is wrong isn't noticed.
pub(super) fn all(release: &Release) -> Result<()> {
    shell::timed("checksums and signature", || {
        sign(release)?;
        prove(release)
    })
}

fn sign(release: &Release) -> Result<()> {
    let key = match &release.key {
        Some(key) => key.clone(),
        None => {
            let key = release.fresh("thrown-away")?.join("key");
            shell::run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "thrown away", "-f"]).arg(&key))?;
            key
        }
    };
    let public = public(&key)?;
    fs::write(release.out.join(SIGNERS), format!("{IDENTITY} namespaces=\"{NAMESPACE}\" {public}\n"))?;

    let listed: Vec<String> = files(&release.out)?.into_iter().map(|(name, _)| name).filter(|name| name != SUMS).collect();
    let mut sums = Command::new("sha256sum");
    fs::write(release.out.join(SUMS), shell::output(sums.current_dir(&release.out).args(&listed))?)?;
    // It asks on the terminal whether to write over a signature.
    let signature = release.out.join(SIGNATURE);
    ensure!(!signature.exists(), "{} is there already", signature.display());
    shell::run(Command::new("ssh-keygen").current_dir(&release.out).args(["-q", "-Y", "sign", "-n", NAMESPACE, "-f"]).arg(&key).arg(SUMS))
}

/// The public half of a key: the file beside it, or the file itself if that is public.
fn public(key: &Path) -> Result<String> {
    let mut beside = key.as_os_str().to_owned();
    beside.push(".pub");
    let file = if Path::new(&beside).exists() { Path::new(&beside) } else { key };
    let text = fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
    let mut words = text.split_whitespace();
    let (kind, key) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    ensure!(
        ["ssh-ed25519", "sk-ssh-ed25519@openssh.com"].contains(&kind) && !key.is_empty(),
        "{} is no public Ed25519 key of OpenSSH: ssh-keygen -t ed25519 makes one, and a file .pub beside it",
        file.display()
    );
    Ok(format!("{kind} {key}"))
}

/// Runs what the page says, on what was made and on copies in which something is wrong.
fn prove(release: &Release) -> Result<()> {
    let page = fs::read_to_string(shell::root().join(PAGE)).with_context(|| format!("{PAGE} can't be read"))?;
    let commands = page.split_once(COMMANDS).and_then(|(_, rest)| Some(rest.split_once("```")?.0));
    let commands = commands
        .with_context(|| format!("{PAGE} doesn't say how to check what was handed out, below the comment «{}»", COMMANDS.trim()))?;
    let is_good = |dir: &Path| -> Result<bool> {
        let mut bash = Command::new("bash");
        bash.current_dir(dir).args(["-euo", "pipefail", "-c", commands]).stdin(Stdio::null()).stdout(Stdio::null());
        let log = File::create(release.work.join("checking.log"))?;
        Ok(bash.stderr(log).status()?.success())
    };
    ensure!(
        is_good(&release.out)?,
        "the commands of {PAGE} don't find good what was signed: {}",
        release.work.join("checking.log").display()
    );

    let changed = release.fresh("changed")?;
    let copied = |names: &[&str]| -> Result<()> {
        for (name, _) in files(&release.out)? {
            let to = changed.join(&name);
            fs::create_dir_all(to.parent().context("a file lies in no folder")?)?;
            fs::copy(release.out.join(&name), &to)?;
            if names.contains(&name.as_str()) {
                let mut bytes = fs::read(&to)?;
                *bytes.first_mut().context("a file is empty")? ^= 1;
                fs::write(&to, bytes)?;
            }
        }
        Ok(())
    };
    for wrong in ["LICENSE-MIT", SUMS, SIGNATURE] {
        copied(&[wrong])?;
        ensure!(!is_good(&changed)?, "the commands of {PAGE} don't notice that {wrong} was changed");
    }
    copied(&[])?;
    ensure!(is_good(&changed)?, "a good copy isn't found good: {}", release.work.join("checking.log").display());
    fs::remove_dir_all(changed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_the_commands() {
        let page = fs::read_to_string(shell::root().join(PAGE)).unwrap();
        let (_, commands) = page.split_once(COMMANDS).unwrap();
        for word in [SUMS, SIGNATURE, SIGNERS, NAMESPACE, &format!("-I {IDENTITY}")] {
            assert!(commands.split_once("```").unwrap().0.contains(word), "{word}");
        }
    }
}
