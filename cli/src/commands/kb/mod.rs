//! `baquiano kb`: the tools of those who write and publish the knowledge base.

mod build;
mod check;
mod graph;
mod keys;
mod learn;
mod new;
mod simulate;
mod verify;

use crate::args::{Global, Kb};
use crate::failure::{Done, Failure};
use crate::files::{read, write_atomically};
use crate::show::Screen;

/// Largest pack that is read into memory. Chosen: the content may have 256 MiB, and its index about as much.
const MAX_PACK: u64 = 1 << 30;

pub(super) fn run(screen: &Screen, global: Global, command: Kb) -> Result<Done, Failure> {
    match command {
        Kb::Check(args) => check::run(screen, global, args),
        Kb::Build(args) => build::run(screen, global, args),
        Kb::Keygen(args) => keys::generate(screen, &global, &args.output),
        Kb::Sign(args) => keys::sign(screen, &global, &args),
        Kb::Verify(args) => verify::run(screen, &global, &args),
        Kb::New(args) => new::run(screen, global, args),
        Kb::Graph(args) => graph::run(screen, &global, &args),
        Kb::Learn(args) => learn::run(screen, &global, &args),
        Kb::Simulate(args) => simulate::run(screen, &global, &args),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
