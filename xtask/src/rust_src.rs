//! Rust's standard library for other targets: as Rust hands it out, or its source, from which it is built along.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::shell;

/// Sees to it that the toolchain has its own sources: rustup's component `rust-src`.
///
/// They must be those of the very compiler, which is why Debian's package of that name won't do: its backports go with Debian's own Rust.
///
/// # Errors
///
/// When the component is missing and rustup isn't there or can't fetch it.
pub(crate) fn ensure() -> Result<()> {
    let library = sysroot()?.join("lib/rustlib/src/rust/library");
    if library.join("std/Cargo.toml").is_file() {
        return Ok(());
    }
    if !shell::has("rustup") {
        bail!("{} is missing: install the sources of this very version of Rust there", library.display());
    }
    shell::run(Command::new("rustup").args(["component", "add", "rust-src"]))
}

/// Sees to it that the toolchain has the standard library for a target as Rust hands it out, and returns whether it has: without rustup, or without a way to its server,
/// there may be none, and it can be built along instead.
///
/// # Errors
///
/// When the compiler doesn't say where it would be.
pub(crate) fn ensure_built(triple: &str) -> Result<bool> {
    let library = sysroot()?.join("lib/rustlib").join(triple).join("lib");
    if !library.is_dir() && shell::has("rustup") {
        // Whether that did it, the folder says.
        let _ = Command::new("rustup").args(["target", "add", triple]).current_dir(shell::root()).status();
    }
    Ok(library.is_dir())
}

/// Adds what builds the standard library along with the crate, by the stable compiler. Unstable features of cargo and rustc are open to all crates of this call,
/// therefore.
pub(crate) fn build_std(cargo: &mut Command, triple: &str) {
    cargo.env("RUSTC_BOOTSTRAP", "1").args(["-Zbuild-std=std,panic_unwind", "--target", triple]);
}

/// Where the toolchain is.
pub(crate) fn sysroot() -> Result<PathBuf> {
    let printed =
        shell::output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(shell::root())).context("asking where Rust is")?;
    Ok(PathBuf::from(printed.trim()))
}
