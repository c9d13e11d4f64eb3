//! What the calls of `bindings/kotlin/benchmarks` cost without the border: the same objects, called from Rust.
//!
//! ```text
//! cargo run --release -p baquiano-ffi --example border
//! ```
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program for a terminal")]

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use baquiano::Shows;
use baquiano::incident::Device;
use baquiano_ffi::{Desk, Query, Reader, Settings};

/// How long each call is repeated before and while it is measured.
const WARM: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(5);

fn main() {
    let began = Instant::now();
    let settings = Settings { dir: None, app: None, device: Device::default(), trusted_keys: Vec::new(), pack: None };
    let desk = Desk::open(settings).unwrap();
    let query = || Query {
        text: "no me agarra el gps".to_owned(),
        limit: 5,
        app: None,
        service: None,
        only_service: None,
        typing: false,
        facts: HashMap::new(),
    };
    let hits = desk.search(query()).unwrap().hits;
    println!("open and first answer       {:>8.1} us", began.elapsed().as_secs_f64() * 1e6);
    assert_eq!(hits.len(), 5);
    let talk = desk.clone().guide_by_chat(Some("gps".to_owned()), None).unwrap();
    let Shows::Ask { question } = talk.page().unwrap().shows else { return };
    measured("search with 5 hits", || desk.search(query()).unwrap());
    measured("two steps of a talk", || {
        talk.answer(question.fact.clone(), None).unwrap();
        talk.back().unwrap()
    });
    measured("article", || desk.article(hits[0].id.clone(), Reader::FieldWorker).unwrap());
}

fn measured<T>(name: &str, call: impl Fn() -> T) {
    let run = |time| {
        let began = Instant::now();
        let mut calls = 0_u64;
        while began.elapsed() < time {
            for _ in 0..100 {
                black_box(call());
            }
            calls += 100;
        }
        began.elapsed().as_secs_f64() * 1e6 / calls as f64
    };
    run(WARM);
    println!("{name:<27} {:>8.1} us", run(MEASURED));
}
