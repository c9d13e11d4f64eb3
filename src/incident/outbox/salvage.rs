//! What is whole in a damaged store: found by its mark and its checksum, whatever became of the tree around it; and where the store is put then.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::body;
use crate::incident::record::{Incident, IncidentId};

/// The incidents in a store's bytes, each as it was last. A store doesn't overwrite at once, so some may have been delivered long ago: the desk must be asked.
pub(super) fn incidents(bytes: &[u8]) -> Vec<Incident> {
    let mut found: BTreeMap<IncidentId, Incident> = BTreeMap::new();
    for incident in body::carve(bytes).iter().filter_map(|json| Incident::from_json(json).ok()) {
        let newer = found
            .get(&incident.id())
            .is_none_or(|own| (own.revision(), own.occurrences().count) <= (incident.revision(), incident.occurrences().count));
        if newer {
            found.insert(incident.id(), incident);
        }
    }
    found.into_values().collect()
}

/// The name of a damaged store, around the time at which it was put aside.
const ASIDE: [&str; 2] = ["outbox-damaged-", ".redb"];

/// Where a damaged store is put.
pub(super) fn aside(dir: &Path, now_ms: i64) -> PathBuf {
    let [before, after] = ASIDE;
    dir.join(format!("{before}{now_ms}{after}"))
}

/// The damaged stores that were put aside before a time, and those beyond so many, the oldest first.
pub(super) fn beyond(dir: &Path, kept: usize, since_ms: i64) -> Vec<PathBuf> {
    let [before, after] = ASIDE;
    let time_of = |file: &Path| file.file_name()?.to_str()?.strip_prefix(before)?.strip_suffix(after)?.parse::<i64>().ok();
    let files = fs::read_dir(dir).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut all: Vec<(i64, PathBuf)> = files.filter_map(|file| Some((time_of(&file)?, file))).collect();
    all.sort();
    let too_many = all.len().saturating_sub(kept);
    all.into_iter().enumerate().filter(|(at, (time, _))| *at < too_many || *time < since_ms).map(|(_, (_, file))| file).collect()
}
