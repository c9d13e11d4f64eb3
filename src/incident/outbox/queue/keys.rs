//! The keys in the store: a letter for what it is, then numbers with the most significant byte first, so that their order is the order in which things go.

use crate::incident::record::IncidentId;

pub(in crate::incident::outbox) const STATE: &[u8] = b"a";
pub(in crate::incident::outbox) const ENTRY: &[u8] = b"e";
pub(in crate::incident::outbox) const COUNTED: &[u8] = b"m";
pub(in crate::incident::outbox) const ITEM: &[u8] = b"d";
pub(in crate::incident::outbox) const READY: &[u8] = b"r";
pub(in crate::incident::outbox) const LATER: &[u8] = b"l";

fn joined<const N: usize>(parts: [&[u8]; N]) -> Vec<u8> {
    parts.concat()
}

/// What is kept of an incident.
pub(in crate::incident::outbox) fn entry(id: IncidentId) -> Vec<u8> {
    joined([ENTRY, id.as_bytes()])
}

/// The record of an incident that was changed, or delivered.
pub(in crate::incident::outbox) fn record(id: IncidentId) -> Vec<u8> {
    joined([b"v", id.as_bytes()])
}

/// The incident of a fingerprint.
pub(in crate::incident::outbox) fn group(fingerprint: &str) -> Vec<u8> {
    joined([b"g", fingerprint.as_bytes()])
}

/// An incident from a file of its own that was counted with another.
pub(in crate::incident::outbox) fn counted(id: IncidentId) -> Vec<u8> {
    joined([COUNTED, id.as_bytes()])
}

/// A delivery.
pub(in crate::incident::outbox) fn item(number: u64) -> Vec<u8> {
    joined([ITEM, &number.to_be_bytes()])
}

/// The body of a delivery.
pub(in crate::incident::outbox) fn body(number: u64) -> Vec<u8> {
    joined([b"b", &number.to_be_bytes()])
}

/// A delivery of an incident.
pub(in crate::incident::outbox) fn of_incident(id: IncidentId, number: u64) -> Vec<u8> {
    joined([&of_incident_prefix(id), &number.to_be_bytes()])
}

pub(in crate::incident::outbox) fn of_incident_prefix(id: IncidentId) -> Vec<u8> {
    joined([b"i", id.as_bytes()])
}

/// A delivery that may be sent: the most urgent first, then the oldest.
pub(in crate::incident::outbox) fn ready(rank: u8, number: u64) -> Vec<u8> {
    joined([READY, &[rank], &number.to_be_bytes()])
}

/// A delivery that may be sent from a time on.
pub(in crate::incident::outbox) fn later(at_ms: i64, number: u64) -> Vec<u8> {
    joined([LATER, &at_ms.max(0).to_be_bytes(), &number.to_be_bytes()])
}

/// The time of a [`later`] key.
pub(in crate::incident::outbox) fn time_of(key: &[u8]) -> i64 {
    key.get(1..9).and_then(|time| time.try_into().ok()).map_or(0, i64::from_be_bytes)
}

/// The number at the end of a key.
pub(in crate::incident::outbox) fn last_number(key: &[u8]) -> u64 {
    key.last_chunk().map_or(0, |number| u64::from_be_bytes(*number))
}

/// The id of an [`entry`] key.
pub(in crate::incident::outbox) fn id_of(key: &[u8]) -> Option<IncidentId> {
    key.get(1..17).and_then(|id| id.try_into().ok()).map(IncidentId::from_bytes)
}
