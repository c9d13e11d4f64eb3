//! `cargo xtask`: what is done to the repository, besides building and testing it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for developers' terminals")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that fails may say so"))]

mod android;
mod api;
mod benchmarks;
mod bindings;
mod callgrind;
mod cross;
mod debian;
mod flames;
mod foreign;
mod fuzz;
mod instructions;
mod licences;
mod parity;
mod release;
mod reproduce;
mod rust_src;
mod shell;
mod version;

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
    /// Runs the fuzz targets, and says how far each came
    Fuzz(fuzz::Fuzz),
    /// Runs the library's tests on processors other than this machine's
    Foreign(foreign::Foreign),
    /// Compares the version in all places that say it, or sets it
    Version(version::Args),
    /// Makes all that is handed out, signs it, and tries each in a clean folder
    Release(release::Args),
    /// Writes down the licences of what is handed out
    Licences(licences::Licences),
    /// Writes down what the library offers to Rust programs
    Api(api::Api),
    /// Builds what is handed out twice, and compares the bytes
    Reproduce(reproduce::Reproduce),
    /// Counts the instructions of each piece of the library's work, and compares them with the baseline
    Instructions(instructions::Instructions),
    /// Draws what pieces of the library's work spend their instructions on
    Flames(flames::Flames),
    /// Measures the tables of docs/benchmarks.md and writes them there
    Benchmarks(benchmarks::Benchmarks),
}

fn main() -> Result<()> {
    if fuzz::compiles()? {
        return Ok(());
    }
    match Args::parse().command {
        Command::Android(args) => android::run(&args),
        Command::Bindings(args) => bindings::run(&args),
        Command::Parity(args) => parity::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::Foreign(args) => foreign::run(&args),
        Command::Version(args) => version::run(&args),
        Command::Release(args) => release::run(&args),
        Command::Licences(args) => licences::run(&args),
        Command::Api(args) => api::run(&args),
        Command::Reproduce(args) => reproduce::run(&args),
        Command::Instructions(args) => instructions::run(&args),
        Command::Flames(args) => flames::run(&args),
        Command::Benchmarks(args) => benchmarks::run(&args),
    }
}
