//! A trial of the library without a phone: on Debian, with glibc in the place of Android's libraries, and QEMU in that of a foreign processor.
//!
//! What it proves: the library loads with no name missing, opens the desk from the embedded pack, answers, and turns a panic into an error, which takes the unwinder. What
//! it doesn't: anything that Android does differently from glibc.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::abi::Abi;
use super::{SONAME, build};
use crate::cross::Cross;
use crate::shell;

/// The libraries that stand in for Android's, their sources in `xtask/trial`, and what of glibc they stand on.
const LIBRARIES: [(&str, &str, &str); 3] = [("libc.so", "system.c", "-lc"), ("libm.so", "math.c", "-lm"), ("libdl.so", "math.c", "-ldl")];

/// Tries a library, given as its bytes. `dir` is for what is made for it.
///
/// # Errors
///
/// When a tool is missing that this process may not install, or the library doesn't do what it should.
pub(crate) fn run(abi: Abi, mut library: Vec<u8>, dir: &Path) -> Result<()> {
    let cross = match abi {
        Abi::Arm64 => Cross::AARCH64,
        Abi::Arm => Cross::ARMV7,
        Abi::X86_64 => Cross::X86_64,
    };
    cross.ensure()?;
    fs::create_dir_all(dir)?;
    let sources = shell::root().join("xtask/trial");
    for (name, source, glibc) in LIBRARIES {
        let mut compile = Command::new(cross.compiler);
        compile.args(["-D_GNU_SOURCE", "-O1", "-fno-builtin", "-shared", "-fPIC"]).arg(sources.join(source));
        // Needed by name even where nothing of it is used: what loads this library is to find all of glibc through it.
        compile.arg(format!("-Wl,-soname,{name}")).args(["-Wl,--no-as-needed", glibc, "-ldl", "-o"]).arg(dir.join(name));
        shell::run(&mut compile)?;
    }
    let program = dir.join("trial");
    shell::run(Command::new(cross.compiler).arg(sources.join("trial.c")).args(["-O1", "-ldl", "-o"]).arg(&program))?;
    if abi == Abi::Arm {
        // Debian's loader refuses a library that is marked as Android's are; `math.c` is what makes it right all the same.
        build::mark_float(&mut library, 0)?;
    }
    let tried = dir.join(SONAME);
    fs::write(&tried, library)?;
    let mut words = cross.runner.iter().map(AsRef::as_ref).chain([program.as_os_str(), tried.as_os_str()]);
    let mut trial = Command::new(words.next().unwrap_or_default());
    shell::run(trial.args(words).env("LD_LIBRARY_PATH", dir))
}
