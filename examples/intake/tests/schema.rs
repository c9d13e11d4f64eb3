//! What the library writes fits the schema that it publishes, and the intake takes it.

#![allow(clippy::unwrap_used, reason = "a test that fails may say so")]

#[path = "../../../tests/common/incidents.rs"]
mod incidents;

use std::path::PathBuf;

use baquiano_intake::{Options, Running};
use incidents::written;
use serde_json::Value;
use ureq::Agent;

fn schema_path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/incident.schema.json")
}

#[test]
fn everything_that_is_written_fits_the_schema() {
    let schema: Value = serde_json::from_slice(&std::fs::read(schema_path()).unwrap()).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for incident in written() {
        let json: Value = serde_json::from_slice(&incident.to_json()).unwrap();
        let wrong: Vec<String> = schema.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:?}\n{json:#}");
    }
}

#[test]
fn everything_that_is_written_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let intake = Running::start(Options { dir: dir.path().to_owned(), schema: Some(schema_path()), ..Options::default() }).unwrap();
    let agent: Agent = Agent::config_builder().proxy(None).build().into();
    for (number, incident) in written().iter().enumerate() {
        let request = agent.post(format!("{}/incidents", intake.address())).header("idempotency-key", number.to_string());
        let answer = request.header("content-type", "application/vnd.baquiano.incident+json").send(&incident.to_json()[..]).unwrap();
        assert_eq!(answer.status(), 201, "{number}");
    }
}
