//! `cargo xtask`: what is done to the repository, besides building and testing it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for developers' terminals")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that fails may say so"))]

mod android;
mod benchmarks;
mod bindings;
mod callgrind;
mod cross;
mod debian;
mod flames;
mod foreign;
mod instructions;
mod parity;
mod rust_src;
mod shell;

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
    /// Builds the native library for Android, checks it, and reports its size
    Android(android::Android),
    /// Builds the native library for this machine and generates the code of another language over it
    Bindings(bindings::Bindings),
    /// Makes the table of what each language can do, and proves it
    Parity(parity::Parity),
    /// Runs the library's tests on processors other than this machine's
    Foreign(foreign::Foreign),
    /// Counts the instructions of each piece of the library's work, and compares them with the baseline
    Instructions(instructions::Instructions),
    /// Draws what pieces of the library's work spend their instructions on
    Flames(flames::Flames),
    /// Measures the tables of docs/benchmarks.md and writes them there
    Benchmarks(benchmarks::Benchmarks),
}

fn main() -> Result<()> {
    match Args::parse().command {
        Command::Android(args) => android::run(&args),
        Command::Bindings(args) => bindings::run(&args),
        Command::Parity(args) => parity::run(&args),
        Command::Foreign(args) => foreign::run(&args),
        Command::Instructions(args) => instructions::run(&args),
        Command::Flames(args) => flames::run(&args),
        Command::Benchmarks(args) => benchmarks::run(&args),
    }
}
