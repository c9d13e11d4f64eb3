//! `cargo xtask`: what is done to the repository, besides building and testing it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for developers' terminals")]

mod bindings;

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
}

fn main() -> Result<()> {
    match Args::parse().command {
        Command::Bindings(args) => bindings::run(&args),
    }
}
