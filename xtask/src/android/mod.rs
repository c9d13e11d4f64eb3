//! `cargo xtask android`: the native library, built, checked and measured for each ABI.

mod abi;
mod bionic;
mod build;
mod check;
mod inspect;
mod report;
mod stubs;
mod trial;
mod weight;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::shell;
use abi::Abi;
use build::{Profile, Route};

/// The oldest Android that is supported: 7.0.
const API_LEVEL: &str = "24";
/// What the library is called.
const SONAME: &str = "libbaquiano_ffi.so";

/// What can be chosen.
#[derive(clap::Args)]
pub(crate) struct Android {
    /// An ABI to build for, by Android's name; may be given more than once. All of them otherwise.
    #[arg(long)]
    abi: Vec<Abi>,
    /// The folder for the libraries (one folder per ABI) and the report; `android` in cargo's target directory otherwise.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Do without the NDK, even if ANDROID_NDK_HOME or ANDROID_NDK_ROOT says where it is.
    #[arg(long)]
    without_ndk: bool,
    /// The profile to build with: `phone` is what apps get, `dev` is built in a fraction of the time and is for checks.
    #[arg(long, default_value = "phone")]
    profile: Profile,
    /// Tell what is in each library, by kind and by crate.
    #[arg(long)]
    by_crate: bool,
    /// Try each library on this machine, with glibc in the place of Android's libraries and QEMU in that of a phone's processor.
    #[arg(long)]
    trial: bool,
}

/// Builds, checks, and reports. The libraries are left where `--out` says even if they failed a check.
///
/// # Errors
///
/// When something can't be built, or a library failed a check.
pub(crate) fn run(args: &Android) -> Result<()> {
    let out = args.out.clone().unwrap_or_else(|| shell::target().join("android"));
    let work = shell::target().join("android-work");
    let abis = if args.abi.is_empty() { Abi::ALL.to_vec() } else { args.abi.clone() };
    let route = Route::choose(args.without_ndk);
    shell::timed("tools", || build::prepare(route))?;
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for abi in abis {
        let name = abi.traits().name;
        let start = Instant::now();
        let build::Built { library, std, map } =
            shell::timed(&format!("{name}, {}, {}", args.profile.name(), route.name()), || build::build(route, args.profile, abi, &work))?;
        let seconds = start.elapsed().as_secs();
        let dir = out.join(name);
        fs::create_dir_all(&dir)?;
        fs::write(dir.join(SONAME), &library)?;
        let facts = inspect::read(&library).with_context(|| format!("the library in {} can't be read", dir.display()))?;
        problems.extend(check::problems(&facts, abi, &bionic::libraries(abi)?).into_iter().map(|problem| format!("{name}: {problem}")));
        if args.trial {
            shell::timed(&format!("{name}, tried on this machine"), || trial::run(abi, library.clone(), &work.join(name).join("trial")))?;
        }
        if args.by_crate {
            let table = weight::table(&library, &map).with_context(|| format!("what is in the library for {name}"))?;
            println!("{table}");
            fs::write(dir.join("by-crate.md"), table)?;
        }
        let row = report::Row::new(abi, args.profile, route, std, seconds, &library, &facts)?;
        problems.extend(row.problem().map(|problem| format!("{name}: {problem}")));
        rows.push(row);
    }
    println!("{}", report::write(&rows, &out)?);
    println!("in {}; nothing of it has run on Android: that takes a phone", out.display());
    if !problems.is_empty() {
        bail!("not fit for a phone:\n{}", problems.join("\n"));
    }
    Ok(())
}
