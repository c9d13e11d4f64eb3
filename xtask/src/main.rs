//! `cargo xtask`: what is done to the repository, besides building and testing it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for developers' terminals")]

mod bindings;
mod parity;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "What is done to the repository")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the native library for this machine and generates the code of another language over it
    Bindings(bindings::Bindings),
    /// Makes the table of what each language can do, and proves it
    Parity(parity::Parity),
}

fn main() -> Result<()> {
    match Args::parse().command {
        Command::Bindings(args) => bindings::run(&args),
        Command::Parity(args) => parity::run(&args),
    }
}
