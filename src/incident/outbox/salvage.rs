//! What is whole in a damaged store: found by its mark and its checksum, whatever became of the tree around it.

use std::collections::BTreeMap;

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
