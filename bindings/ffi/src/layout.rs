//! What programs without generated code write by hand: `xtask/trial/trial.c` runs where neither Kotlin nor Python is.

use std::collections::HashMap;

use baquiano::incident::Device;
use uniffi::Lower;

use crate::{Query, Settings, UniFfiTag};

const TRIAL: &str = include_str!("../../../xtask/trial/trial.c");

/// What a value is on its way over the border.
fn bytes<T: Lower<UniFfiTag>>(value: T) -> Vec<u8> {
    let mut bytes = Vec::new();
    T::write(value, &mut bytes);
    bytes
}

/// A number that the program has by a name.
fn number(name: &str) -> usize {
    let (_, rest) = TRIAL.split_once(&format!("{name} = ")).unwrap();
    rest.split(|sign: char| !sign.is_ascii_digit()).next().unwrap().parse().unwrap()
}

#[test]
fn the_trial_writes_settings_and_a_question_as_they_are() {
    let settings = Settings { dir: None, app: None, device: Device::default(), trusted_keys: Vec::new(), pack: None };
    assert_eq!(bytes(settings), vec![0; number("SETTINGS")], "SETTINGS in xtask/trial/trial.c");

    let text = "no me agarra el jipies";
    assert!(TRIAL.contains(text));
    let query = bytes(Query { text: text.to_owned(), facts: HashMap::new(), ..Query::default() });
    let (said, rest) = query.split_at(4 + text.len());
    assert_eq!((&said[..4], &said[4..]), ([0, 0, 0, 22].as_slice(), text.as_bytes()));
    assert_eq!(rest, vec![0; number("QUERY_REST")], "QUERY_REST in xtask/trial/trial.c");
}
