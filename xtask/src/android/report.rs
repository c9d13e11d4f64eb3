//! What was built, in figures: on the terminal, as Markdown for the documentation, as JSON for programs.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::Serialize;

use super::abi::Abi;
use super::build::{Profile, Route, Std};
use super::inspect::Facts;

/// The budget of the library for 64-bit ARM, in bytes: as it lies on the phone, and as an app's package carries it. The second isn't kept yet: docs/android.md.
const BUDGET: (usize, usize) = (6_000_000, 2_500_000);
/// What no library of the profile `phone` may exceed, likewise: some 2 % above what each had last, and never above the budget of what keeps it.
const LIMITS: [(Abi, usize, usize); 2] = [(Abi::Arm64, 6_000_000, 2_920_000), (Abi::Arm, 5_000_000, 2_800_000)];
/// What the library for 64-bit ARM has in the profile `dev`, in bytes, so that CI sees what grows without building for minutes. Whoever changes it on purpose writes down the
/// new number, which the failing command tells, and builds the profile `phone` once, whose figures are in docs/android.md.
const DEV: usize = 9_760_320;
/// How far from [`DEV`] is still no change, in percent.
const TOLERANCE: usize = 2;

/// The figures of one ABI's library.
#[derive(Serialize)]
pub(crate) struct Row {
    abi: &'static str,
    profile: &'static str,
    route: &'static str,
    /// In bytes.
    size: usize,
    /// In bytes, deflated at the best level: what it adds to a package.
    deflated: usize,
    exported: usize,
    undefined: usize,
    needed: Vec<String>,
    /// How long it took to build, in seconds.
    seconds: u64,
    /// Whether it keeps to the budget; only 64-bit ARM has one, in the profile `phone`.
    within_budget: Option<bool>,
    #[serde(skip)]
    bound: Option<Bound>,
}

/// What the size is held against.
#[derive(Clone, Copy)]
enum Bound {
    /// No more than these: as it is, and deflated.
    AtMost(usize, usize),
    /// Close to this.
    About(usize),
}

impl Bound {
    /// With the standard library as it is handed out there is one size of the profile `dev`; otherwise it depends on more than this repository.
    fn of(abi: Abi, profile: Profile, route: Route, std: Std) -> Option<Self> {
        match profile {
            Profile::Phone => LIMITS.into_iter().find(|limit| limit.0 == abi).map(|(_, size, deflated)| Self::AtMost(size, deflated)),
            Profile::Dev => ((abi, route, std) == (Abi::Arm64, Route::WithoutNdk, Std::HandedOut)).then_some(Self::About(DEV)),
        }
    }
}

impl Row {
    /// Counts and measures.
    ///
    /// # Errors
    ///
    /// Never in practice: the compression writes to memory.
    pub(crate) fn new(abi: Abi, profile: Profile, route: Route, std: Std, seconds: u64, library: &[u8], facts: &Facts) -> Result<Self> {
        let (size, deflated) = (library.len(), deflated(library)?);
        Ok(Self {
            abi: abi.traits().name,
            profile: profile.name(),
            route: route.name(),
            size,
            deflated,
            exported: facts.exported.len(),
            undefined: facts.undefined.len(),
            needed: facts.needed.clone(),
            seconds,
            within_budget: ((abi, profile) == (Abi::Arm64, Profile::Phone)).then_some(size <= BUDGET.0 && deflated <= BUDGET.1),
            bound: Bound::of(abi, profile, route, std),
        })
    }

    /// What is wrong with the size, in a sentence.
    pub(crate) fn problem(&self) -> Option<String> {
        let Self { size, deflated, .. } = *self;
        match self.bound? {
            Bound::AtMost(most, most_deflated) => (size > most || deflated > most_deflated)
                .then(|| format!("it has {size} bytes, {deflated} deflated; the limits are {most} and {most_deflated} (LIMITS in xtask/src/android/report.rs)")),
            Bound::About(known) => (size.abs_diff(known) * 100 > known * TOLERANCE).then(|| {
                format!("it has {size} bytes, more than {TOLERANCE} % away from {known}: if that is meant, set DEV in xtask/src/android/report.rs to {size}")
            }),
        }
    }
}

/// Writes `report.md` and `report.json` into `dir`, and returns the text of the first.
///
/// # Errors
///
/// When `dir` can't be written.
pub(crate) fn write(rows: &[Row], dir: &Path) -> Result<String> {
    let text = markdown(rows);
    fs::write(dir.join("report.md"), &text)?;
    fs::write(dir.join("report.json"), serde_json::to_vec_pretty(rows)?)?;
    Ok(text)
}

fn markdown(rows: &[Row]) -> String {
    let mut text = String::from("| ABI | built | size, MB | deflated, MB | exported | asked of the system | needs | built in, s |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for row in rows {
        let (size, deflated) = (megabytes(row.size), megabytes(row.deflated));
        let needed = row.needed.join(", ");
        // Writing to a string doesn't fail.
        let _ = writeln!(
            text,
            "| {} | {}, {} | {size} | {deflated} | {} | {} | {needed} | {} |",
            row.abi, row.profile, row.route, row.exported, row.undefined, row.seconds
        );
        if let Some(within) = row.within_budget {
            let _ = writeln!(
                text,
                "| budget | | {} | {} | | | {} | |",
                megabytes(BUDGET.0),
                megabytes(BUDGET.1),
                if within { "kept" } else { "EXCEEDED" }
            );
        }
    }
    text
}

/// Bytes as millions of bytes.
fn megabytes(bytes: usize) -> String {
    let hundredths = (bytes + 5_000) / 10_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// How many bytes they are deflated at the best level.
pub(crate) fn deflated(data: &[u8]) -> Result<usize> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(abi: Abi, profile: Profile, std: Std, library: &[u8]) -> Row {
        let facts =
            Facts { exported: vec!["ffi_a".to_owned()], needed: vec!["libc.so".to_owned(), "libdl.so".to_owned()], ..Facts::default() };
        Row::new(abi, profile, Route::WithoutNdk, std, 150, library, &facts).unwrap()
    }

    #[test]
    fn the_budget_is_told() {
        let text = markdown(&[row(Abi::Arm64, Profile::Phone, Std::BuiltAlong, &[0; 4_321_000])]);
        assert!(text.contains("| arm64-v8a | phone, without NDK | 4.32 | 0.00 | 1 | 0 | libc.so, libdl.so | 150 |\n"), "{text}");
        assert!(text.contains("| budget | | 6.00 | 2.50 | | | kept | |\n"), "{text}");
    }

    #[test]
    fn a_limit_is_for_the_file_and_for_what_it_adds_to_a_package() {
        let problem = |library: &[u8]| row(Abi::Arm64, Profile::Phone, Std::BuiltAlong, library).problem();
        assert_eq!(problem(&vec![0; LIMITS[0].1]), None);
        assert!(problem(&vec![0; LIMITS[0].1 + 1]).is_some());
        // What can't be deflated: a generator whose period is longer.
        let noise =
            std::iter::successors(Some(1u64), |n| Some(n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407)));
        let noise: Vec<u8> = noise.map(|n| n.to_be_bytes()[0]).take(LIMITS[0].2 + 1).collect();
        assert!(problem(&noise).is_some_and(|text| text.contains("deflated")));
    }

    #[test]
    fn the_profile_of_tests_is_held_in_both_directions() {
        let problem = |std, size| row(Abi::Arm64, Profile::Dev, std, &vec![0; size]).problem();
        let (less, more) = (DEV / 100 * 97, DEV / 100 * 103);
        assert_eq!([DEV, DEV / 100 * 99, DEV / 100 * 101].map(|size| problem(Std::HandedOut, size)), [None, None, None]);
        assert!(
            problem(Std::HandedOut, less).is_some() && problem(Std::HandedOut, more).is_some_and(|text| text.contains(&more.to_string()))
        );
        assert_eq!(problem(Std::BuiltAlong, more), None);
    }
}
