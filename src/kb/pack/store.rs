//! The folder on the phone where packs are installed.
//!
//! Two names: `current.pack` and `previous.pack`. A new pack is copied beside them, synced, and renamed into place, so that at
//! any moment (a power cut included) each name holds a whole pack or nothing.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::InstallError;

/// Bytes that are copied before it is asked whether to go on. Chosen: some tens of milliseconds on a slow phone's storage.
const PIECE: u64 = 256 << 10;

/// A folder with the installed pack and the one before it.
#[derive(Debug, Clone)]
pub struct PackStore {
    dir: PathBuf,
}

impl PackStore {
    /// A store in a folder, which is made when it doesn't exist.
    ///
    /// # Errors
    /// [`InstallError::Io`].
    pub fn new(dir: impl Into<PathBuf>) -> Result<Self, InstallError> {
        let dir = dir.into();
        fs::create_dir_all(&dir).map_err(|source| InstallError::Io { action: "make the folder", path: dir.clone(), source })?;
        Ok(Self { dir })
    }

    /// Where the installed pack lies.
    pub fn current(&self) -> PathBuf {
        self.dir.join("current.pack")
    }

    /// Where the pack before it lies.
    pub fn previous(&self) -> PathBuf {
        self.dir.join("previous.pack")
    }

    fn incoming(&self) -> PathBuf {
        self.dir.join("incoming.pack")
    }

    /// Copies a file into the store, durably, under a name that isn't yet in use. `went` is told how many bytes of how many are copied, and may break it off.
    pub(crate) fn take_in(&self, from: &Path, went: &mut dyn FnMut(u64, u64) -> ControlFlow<()>) -> Result<PathBuf, InstallError> {
        let to = self.incoming();
        let mut copy = || -> io::Result<bool> {
            let mut source = File::open(from)?;
            let all = source.metadata()?.len();
            let mut target = File::create(&to)?;
            let mut done = 0;
            loop {
                if went(done, all).is_break() {
                    return Ok(false);
                }
                match io::copy(&mut source.by_ref().take(PIECE), &mut target)? {
                    0 => break,
                    copied => done += copied,
                }
            }
            target.sync_all()?;
            Ok(true)
        };
        let error = match copy() {
            Ok(true) => return Ok(to),
            Ok(false) => InstallError::Cancelled,
            Err(source) => InstallError::Io { action: "copy the pack to", path: to.clone(), source },
        };
        let _ = fs::remove_file(&to);
        Err(error)
    }

    /// Takes back what [`PackStore::take_in`] wrote.
    pub(crate) fn discard(&self) {
        let _ = fs::remove_file(self.incoming());
    }

    /// Makes the incoming pack the current one, and the current one the previous.
    pub(crate) fn commit(&self) -> Result<(), InstallError> {
        if self.current().exists() {
            // A hard link first: at no moment is there no current pack.
            let _ = fs::remove_file(self.previous());
            fs::hard_link(self.current(), self.previous())
                .or_else(|_| fs::copy(self.current(), self.previous()).map(|_| ()))
                .map_err(|source| InstallError::Io { action: "keep the earlier pack as", path: self.previous(), source })?;
        }
        self.rename(&self.incoming(), &self.current())
    }

    /// Makes the previous pack the current one.
    pub(crate) fn roll_back(&self) -> Result<(), InstallError> {
        if !self.previous().exists() {
            return Err(InstallError::NothingBefore);
        }
        self.rename(&self.previous(), &self.current())
    }

    /// Takes the current pack out, where there is none before it.
    pub(crate) fn empty(&self) -> Result<(), InstallError> {
        let current = self.current();
        match fs::remove_file(&current) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(InstallError::NothingBefore),
            other => other.map_err(|source| InstallError::Io { action: "take out", path: current, source }),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), InstallError> {
        fs::rename(from, to).and_then(|()| File::open(&self.dir)?.sync_all()).map_err(|source| InstallError::Io {
            action: "put in place",
            path: to.to_owned(),
            source,
        })
    }
}
