//! Starts the intake of the examples as a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;

/// A running intake. It is killed, as by `kill -9`, when it is dropped.
pub(crate) struct Intake {
    process: Child,
    pub(crate) base: String,
}

impl Intake {
    pub(crate) fn start(dir: &Path, more: &[&str]) -> Self {
        let mut command = Command::new(program());
        command.args(["--port", "0", "--dir"]).arg(dir).args(more).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim_end().strip_prefix("listening on ").unwrap_or_else(|| panic!("it said {line:?}")).to_owned();
        Self { process, base }
    }

    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// The example, where `cargo test` has built it.
pub(crate) fn program() -> PathBuf {
    // This program is in TARGET/PROFILE/deps.
    let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/intake");
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.exists(), "for a test alone: cargo build --example intake");
    program
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
