//! Building the library: through the NDK where there is one, otherwise with what Debian and Rust's own sources give.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use object::{LittleEndian, elf};

use super::abi::Abi;
use super::{API_LEVEL, SONAME, stubs};
use crate::debian::{self, Archive};
use crate::{rust_src, shell};

/// The package that is built.
const PACKAGE: &str = "baquiano-ffi";
/// What the standard library is built with: without what names the frames of a stack, since there are no names in a stripped library; that spares some 200 KB.
const STD_FEATURES: &str = "-Zbuild-std-features=panic-unwind,default";
/// Where the NDK is looked for, as the tools of Android do.
const NDK_VARIABLES: [&str; 2] = ["ANDROID_NDK_HOME", "ANDROID_NDK_ROOT"];
/// The unwinder for the route without the NDK, and the Debian that has it (12). It's LLVM's, as the NDK's is.
const UNWINDER: (&str, &str) = ("bookworm", "libunwind-16-dev");
/// Where that package keeps the archive `libunwind.a`.
const UNWINDER_DIR: &str = "usr/lib/llvm-16/lib";

/// How the library is linked. Pages of 16 KB are what phones since Android 15 may have, and nothing is lost on those with 4 KB; the older of the two tables for
/// finding names is what Android 5 reads, the newer one is faster.
const LINKER_FLAGS: [&str; 9] = [
    "-z",
    "max-page-size=16384",
    "--build-id=sha1",
    "-soname",
    SONAME,
    "--hash-style=both",
    "--gc-sections",
    "--no-undefined",
    "--exclude-libs=ALL",
];

/// Without the symbols that only debuggers read. Said to rustc and not in a profile, so that what other builds made can be used again.
const STRIPPED: &str = "-Cstrip=symbols";

/// The way that the library is built.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Route {
    /// With the NDK's linker and libraries and the standard library that Rust has for Android.
    Ndk,
    /// With Debian's linker, stand-ins for the system's libraries, and the standard library built along.
    WithoutNdk,
}

/// The profile of cargo that the library is built with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Profile {
    /// What phones get: as small as it goes, in minutes.
    Phone,
    /// What tests are built with, in a fraction of the time: enough to check how it is linked.
    Dev,
}

impl Profile {
    /// What cargo and the report call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Dev => "dev",
        }
    }

    /// The folder that cargo builds into.
    fn dir(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Dev => "debug",
        }
    }
}

/// The standard library that is linked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Std {
    /// As Rust hands it out for the target.
    HandedOut,
    /// Built along from its sources, in the same profile.
    BuiltAlong,
}

/// A library, and what it was built with.
pub(crate) struct Built {
    pub(crate) library: Vec<u8>,
    pub(crate) std: Std,
    /// The linker's map of it.
    pub(crate) map: String,
}

impl Route {
    /// The NDK's, if there is one and it isn't declined.
    pub(crate) fn choose(without_ndk: bool) -> Self {
        let has_ndk = NDK_VARIABLES.into_iter().any(|variable| std::env::var_os(variable).is_some_and(|dir| !dir.is_empty()));
        if has_ndk && !without_ndk { Self::Ndk } else { Self::WithoutNdk }
    }

    /// What the report calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ndk => "NDK",
            Self::WithoutNdk => "without NDK",
        }
    }
}

/// Installs what every ABI needs.
///
/// # Errors
///
/// When something is missing that this process may not install, with what to do.
pub(crate) fn prepare(route: Route) -> Result<()> {
    match route {
        Route::Ndk if !shell::has("cargo-ndk") => bail!(
            "the NDK is there, but not the tool that builds with it:\n  cargo install cargo-ndk --locked\n  rustup target add {}\n\
             or build with --without-ndk",
            Abi::ALL.map(|abi| abi.traits().triple).join(" ")
        ),
        Route::Ndk => Ok(()),
        Route::WithoutNdk => debian::install(&[("ld.lld", "lld")]),
    }
}

/// Builds the library for one ABI. `work` keeps what is fetched and made for it.
///
/// # Errors
///
/// When a download, the compiler or the linker fails.
pub(crate) fn build(route: Route, profile: Profile, abi: Abi, work: &Path) -> Result<Built> {
    let triple = abi.traits().triple;
    let mut cargo = shell::cargo();
    // The library depends on nothing that whoever builds it has set.
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    fs::create_dir_all(work.join(abi.traits().name))?;
    let map = work.join(abi.traits().name).join(format!("{}.map", profile.name()));
    if profile == Profile::Dev {
        // As CI builds everything else; and how code is cut into units for incremental compilation is felt in the size.
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
    }
    let std = match route {
        Route::Ndk => {
            cargo.args(["ndk", "--target", abi.traits().name, "--platform", API_LEVEL]);
            of_library(&mut cargo, profile);
            cargo.args(["--", STRIPPED]).args(LINKER_FLAGS.map(|flag| format!("-Clink-arg=-Wl,{flag}")));
            cargo.arg(format!("-Clink-arg=-Wl,-Map={}", map.display()));
            Std::HandedOut
        }
        Route::WithoutNdk => {
            let std = if profile == Profile::Dev && rust_src::ensure_built(triple)? { Std::HandedOut } else { Std::BuiltAlong };
            let link = without_ndk(abi, work)?;
            of_library(&mut cargo, profile);
            cargo.arg("--config").arg(rustflags(triple, std)?);
            match std {
                Std::HandedOut => cargo.args(["--target", triple]),
                Std::BuiltAlong => {
                    rust_src::ensure()?;
                    rust_src::build_std(&mut cargo, triple);
                    cargo.arg(STD_FEATURES)
                }
            };
            cargo.args(["--", STRIPPED]).args(link).arg(format!("-Clink-arg=-Map={}", map.display()));
            std
        }
    };
    shell::run(&mut cargo)?;
    let built = shell::target().join(triple).join(profile.dir()).join(SONAME);
    let mut library = fs::read(&built).with_context(|| format!("{} isn't where it should be", built.display()))?;
    if (route, abi) == (Route::WithoutNdk, Abi::Arm) {
        // All of the library passes floating point numbers in general registers but the unwinder, which passes none; the linker took the unwinder's word for all.
        mark_float(&mut library, elf::EF_ARM_ABI_FLOAT_SOFT)?;
    }
    let map = fs::read_to_string(&map).with_context(|| format!("the linker's map, {}, can't be read", map.display()))?;
    Ok(Built { library, std, map })
}

/// What all crates are compiled with, as a setting for cargo: names in which crates can be told apart, no folders of this machine, and, where the standard library is built
/// along (and the compiler's unstable features are open therefore), no places in the sources in what a panic says.
fn rustflags(triple: &str, std: Std) -> Result<String> {
    let mut flags = vec!["-Csymbol-mangling-version=v0".to_owned()];
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let folders = [
        (home, "/cargo"),
        (Some(rust_src::sysroot()?), "/rust"),
        (Some(shell::root().to_owned()), "/baquiano"),
        (Some(shell::target()), "/target"),
    ];
    flags.extend(folders.into_iter().filter_map(|(folder, name)| Some(format!("--remap-path-prefix={}={name}", folder?.display()))));
    if std == Std::BuiltAlong {
        flags.push("-Zlocation-detail=none".to_owned());
    }
    // A list in JSON is one in TOML.
    Ok(format!("target.{triple}.rustflags={}", serde_json::to_string(&flags)?))
}

/// Says in the header of a library for 32-bit ARM how floating point numbers are passed: one of ELF's `EF_ARM_ABI_FLOAT_*`, or 0 for nothing about it.
///
/// # Errors
///
/// When the library is shorter than a header.
pub(crate) fn mark_float(library: &mut [u8], mark: u32) -> Result<()> {
    let Ok((header, _)) = object::pod::from_bytes_mut::<elf::FileHeader32<LittleEndian>>(library) else {
        bail!("the library has no header")
    };
    let others = header.e_flags.get(LittleEndian).0 & !(elf::EF_ARM_ABI_FLOAT_HARD | elf::EF_ARM_ABI_FLOAT_SOFT);
    header.e_flags.set(LittleEndian, elf::FileFlags(others | mark));
    Ok(())
}

/// The library alone, in the form that Android loads, and no `rlib` of it beside.
fn of_library(cargo: &mut Command, profile: Profile) {
    cargo.args(["rustc", "--locked", "--profile", profile.name(), "--package", PACKAGE, "--lib", "--crate-type", "cdylib"]);
}

/// Makes what the NDK would bring along, and returns rustc's arguments for linking with it.
fn without_ndk(abi: Abi, work: &Path) -> Result<Vec<String>> {
    let dir = work.join(abi.traits().name);
    stubs::write(abi, &dir)?;
    let bridge = bridge(abi, &dir)?;
    let (suite, package) = UNWINDER;
    let unwinder = Archive::new(&work.join("debian"), suite, abi.traits().debian).unpacked(package)?.join(UNWINDER_DIR);

    let mut arguments = vec!["-Clinker=ld.lld".to_owned(), "-Clinker-flavor=ld.lld".to_owned()];
    arguments.extend([&dir, &unwinder].map(|dir| format!("-Lnative={}", dir.display())));
    arguments.push(format!("-Clink-arg={}", bridge.display()));
    // Debian's libunwind names glibc's libraries in its objects.
    arguments.push("-Clink-arg=--no-dependent-libraries".to_owned());
    arguments.extend(LINKER_FLAGS.map(|flag| format!("-Clink-arg={flag}")));
    Ok(arguments)
}

/// Compiles `bridge/bridge.rs`, which says what it is for.
fn bridge(abi: Abi, dir: &Path) -> Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let object = dir.join("bridge.o");
    let mut rustc = Command::new("rustc");
    rustc.current_dir(shell::root()).env("RUSTC_BOOTSTRAP", "1");
    rustc.args(["--edition=2024", "--crate-type=lib", "--emit=obj", "-Copt-level=2", "-Cpanic=abort", "--target", abi.traits().triple]);
    rustc.arg("xtask/bridge/bridge.rs").arg("-o").arg(&object);
    shell::run(&mut rustc)?;
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ndk_can_be_declined() {
        assert_eq!(Route::choose(true), Route::WithoutNdk);
    }
}
