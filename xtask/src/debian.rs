//! Debian's packages: installed for this machine, or fetched for another one and only unpacked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::shell;

/// Where Debian's packages come from when this machine's own sources name no such place.
const DEFAULT_MIRROR: &str = "http://deb.debian.org/debian/";
/// The keys that every Debian has, which sign its package lists.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Installs packages on this machine where the program that each is for is missing. Pairs of program and package.
///
/// # Errors
///
/// When something is missing and this process isn't root, or apt fails.
pub(crate) fn install(wanted: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<&str> = wanted.iter().filter(|(program, _)| !shell::has(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let root = shell::output(Command::new("id").arg("-u"))?.trim() == "0";
    ensure!(root && shell::has("apt-get"), "missing here: install the packages {} (Debian's names)", missing.join(", "));
    println!("installing {}", missing.join(", "));
    shell::run(Command::new("apt-get").args(["update", "-qq"]))?;
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    shell::run(Command::new("apt-get").args(install).args(&missing).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// The packages of one suite for one architecture, in folders of their own: what the machine has installed and knows of packages isn't touched.
pub(crate) struct Archive {
    dir: PathBuf,
    suite: &'static str,
    architecture: &'static str,
}

impl Archive {
    /// `dir` keeps what was fetched, by suite and architecture.
    pub(crate) fn new(dir: &Path, suite: &'static str, architecture: &'static str) -> Self {
        Self { dir: dir.join(format!("{suite}-{architecture}")), suite, architecture }
    }

    /// Fetches a package, unless that was done before, and returns the folder into which it is unpacked.
    ///
    /// # Errors
    ///
    /// When apt or dpkg-deb aren't there or fail: no network, no such package, a wrong signature.
    pub(crate) fn unpacked(&self, package: &str) -> Result<PathBuf> {
        let unpacked = self.dir.join(package);
        if unpacked.is_dir() {
            return Ok(unpacked);
        }
        self.prepare()?;
        shell::run(self.apt("apt-get").args(["-qq", "update"]))?;
        shell::run(self.apt("apt-get").args(["-qq", "download", package]).current_dir(self.dir.join("debs")))?;
        let file = self.downloaded(package)?;
        // Renamed at the end, so that what was broken off half way isn't taken for whole.
        let half = self.dir.join("half");
        let _ = fs::remove_dir_all(&half);
        shell::run(Command::new("dpkg-deb").arg("-x").args([&file, &half]))?;
        fs::rename(&half, &unpacked)?;
        Ok(unpacked)
    }

    fn prepare(&self) -> Result<()> {
        let _ = fs::remove_dir_all(self.dir.join("debs"));
        for dir in ["lists/partial", "cache/archives/partial", "debs"] {
            fs::create_dir_all(self.dir.join(dir))?;
        }
        let line = format!("deb [arch={} signed-by={KEYRING}] {} {} main\n", self.architecture, mirror(), self.suite);
        fs::write(self.dir.join("sources.list"), line).context("writing the list of sources")
    }

    fn apt(&self, program: &str) -> Command {
        let mut apt = Command::new(program);
        let dir = self.dir.display();
        let settings = [
            format!("Dir::Etc::SourceList={dir}/sources.list"),
            "Dir::Etc::SourceParts=-".to_owned(),
            format!("Dir::State={dir}"),
            "Dir::State::Status=/dev/null".to_owned(),
            format!("Dir::Cache={dir}/cache"),
            format!("APT::Architecture={}", self.architecture),
            format!("APT::Architectures={}", self.architecture),
            "Acquire::Languages=none".to_owned(),
            // The folder need not be one that apt's own user may write to.
            "APT::Sandbox::User=root".to_owned(),
        ];
        apt.args(settings.iter().flat_map(|setting| ["-o", setting]));
        apt
    }

    fn downloaded(&self, package: &str) -> Result<PathBuf> {
        let start = format!("{package}_");
        for entry in fs::read_dir(self.dir.join("debs"))? {
            let path = entry?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&start)) {
                return Ok(path);
            }
        }
        bail!("apt says that it fetched {package}, but it isn't in {}", self.dir.display())
    }
}

/// The place of Debian's packages that this machine uses, a proxy or mirror of its own included.
fn mirror() -> String {
    let format = "$(REPO_URI) $(COMPONENT)";
    let listed =
        shell::output(Command::new("apt-get").args(["indextargets", "--format", format, "Created-By: Packages"])).unwrap_or_default();
    debian_of(&listed).unwrap_or(DEFAULT_MIRROR).to_owned()
}

/// Of lines with an address and a component, the first address that is Debian's main archive.
fn debian_of(listed: &str) -> Option<&str> {
    listed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(uri, component)| uri.ends_with("/debian/") && *component == "main")
        .map(|(uri, _)| uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_that_of_this_machine() {
        let listed = "https://deb.nodesource.com/node_20.x/ main\nhttp://mirror.hn/debian-security/ main\nhttp://mirror.hn/debian/ main\n";
        assert_eq!(debian_of(listed), Some("http://mirror.hn/debian/"));
        assert_eq!(debian_of("https://packages.example/apt/ main\n"), None);
    }
}
