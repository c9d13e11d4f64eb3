//! The fuzz targets' seeds go through the same doors in every test run.
//!
//! The failure guarded against: an input that once brought something down (it becomes a seed) does so again, and nobody notices
//! until someone runs the fuzzer, which needs flags that the ordinary build doesn't have.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that fails may say so")]

#[path = "../fuzz/doors.rs"]
mod doors;

use std::fs;
use std::path::Path;

/// Gives every seed of a target to its door; says which one it was when it falls. Some must come all the way in: seeds that a new version of a format has made strange, or
/// that never were more than nonsense, have the fuzzer try the first line of the door for hours.
fn each_seed(target: &str, door: impl Fn(&[u8]) -> bool) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut paths: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", dir.display());
    let mut taken = 0;
    for path in paths {
        println!("{}", path.display());
        taken += usize::from(door(&fs::read(&path).unwrap()));
    }
    assert!(taken > 0, "no seed of {target} comes all the way in");
}

#[test]
fn a_seed_that_says_it_is_a_pack_is_opened_or_refused() {
    each_seed("pack", doors::pack);
}

#[test]
fn a_pack_whose_tables_are_damaged_is_refused_or_answers() {
    each_seed("damage", doors::damage);
}

#[test]
fn a_seed_asked_as_a_question_is_answered_the_same_twice() {
    each_seed("question", doors::question);
}

#[test]
fn a_seed_in_the_place_of_a_content_file_is_read_or_told_of() {
    each_seed("content", doors::content);
}

#[test]
fn a_seed_in_the_place_of_a_flow_guides_or_is_told_of() {
    each_seed("flow", doors::flow);
}

#[test]
fn a_seed_that_says_it_is_a_session_goes_on_or_is_refused() {
    each_seed("session", doors::session);
}

#[test]
fn a_seed_that_says_it_is_a_talk_goes_on_or_is_refused() {
    each_seed("talk", doors::talk);
}

#[test]
fn a_seed_that_says_it_is_an_incident_is_read_or_refused() {
    each_seed("record", doors::record);
}

#[test]
fn a_damaged_store_is_opened_and_all_is_accounted_for() {
    each_seed("store", doors::store);
}

#[test]
fn a_seed_that_is_redacted_twice_is_redacted_once() {
    each_seed("redact", doors::redact);
}
