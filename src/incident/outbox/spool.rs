//! Where incidents go when the store can't be used: a file each, in a folder beside it.
//!
//! It serves what must work when nothing else does: another process has the store open, its file is damaged, the app is crashing and its locks may be
//! held. Whoever opens the store next takes them in. A file has its last name only when it is whole and durable.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::body;
use super::store::sync_folder;
use crate::incident::record::{Incident, IncidentId};

/// Most files that wait. Chosen: beyond it an app crashes in a loop that not even opening the store survives.
const MOST: usize = 2_000;
/// Files of incidents, and of those that the desk may have already.
const NEW: &str = "gz";
const ASK: &str = "ask";

/// The folder.
#[derive(Debug, Clone)]
pub(super) struct Spool(PathBuf);

/// A file that waits.
#[derive(Debug)]
pub(super) struct Spooled {
    file: PathBuf,
    /// Whether the desk may have it already.
    pub(super) unsure: bool,
}

impl Spool {
    pub(super) fn beside(dir: &Path) -> Self {
        Self(dir.join("spool"))
    }

    /// Keeps an incident; when it returns, a power cut loses nothing of it.
    pub(super) fn keep(&self, incident: &Incident, unsure: bool) -> io::Result<()> {
        // The limit is for a loop of crashes, not for what is taken over from a damaged store.
        if !unsure && self.waiting()?.len() >= MOST {
            return Err(io::Error::new(io::ErrorKind::StorageFull, format!("{MOST} incidents wait in {}", self.0.display())));
        }
        fs::create_dir_all(&self.0)?;
        let name = self.name_of(incident.id(), if unsure { ASK } else { NEW });
        // One of its own for each process, so that two don't write the same.
        let unfinished = name.with_extension(format!("part-{}", std::process::id()));
        let written = File::create(&unfinished).and_then(|mut file| {
            file.write_all(&body::pack(&incident.to_json()))?;
            file.sync_all()
        });
        let kept = written.and_then(|()| fs::rename(&unfinished, &name)).and_then(|()| sync_folder(&name));
        if kept.is_err() {
            _ = fs::remove_file(&unfinished);
        }
        // The first one makes the folder, too.
        kept.and_then(|()| sync_folder(&self.0))
    }

    fn name_of(&self, id: IncidentId, extension: &str) -> PathBuf {
        self.0.join(format!("{id}.{extension}"))
    }

    /// The files that wait, the oldest first.
    pub(super) fn waiting(&self) -> io::Result<Vec<Spooled>> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.sort();
        let spooled = |file: PathBuf| {
            let extension = file.extension()?.to_str()?;
            let unsure = extension == ASK;
            (unsure || extension == NEW).then_some(Spooled { file, unsure })
        };
        Ok(files.into_iter().filter_map(spooled).collect())
    }

    /// Whether one waits, without looking at them.
    pub(super) fn is_empty(&self) -> bool {
        fs::read_dir(&self.0).map_or(true, |mut entries| entries.next().is_none())
    }
}

impl Spooled {
    /// The incident; none when the file is damaged: then it is put aside, under another name.
    pub(super) fn read(&self) -> io::Result<Option<Incident>> {
        let bytes = fs::read(&self.file)?;
        let incident = body::unpack(&bytes).and_then(|json| Incident::from_json(&json).ok());
        if incident.is_none() {
            fs::rename(&self.file, self.file.with_extension("damaged"))?;
        }
        Ok(incident)
    }

    /// Removes the file, once the store has it.
    pub(super) fn done(&self) -> io::Result<()> {
        fs::remove_file(&self.file)
    }
}
