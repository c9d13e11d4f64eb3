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
use super::inspect::Facts;

/// The budget of the library for 64-bit ARM, in bytes: as it lies on the phone, and as an app's package carries it.
const BUDGET: (usize, usize) = (6_000_000, 2_500_000);

/// The figures of one ABI's library.
#[derive(Serialize)]
pub(crate) struct Row {
    abi: &'static str,
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
    /// Whether it keeps to the budget; only 64-bit ARM has one.
    within_budget: Option<bool>,
}

impl Row {
    /// Counts and measures.
    ///
    /// # Errors
    ///
    /// Never in practice: the compression writes to memory.
    pub(crate) fn new(abi: Abi, route: &'static str, seconds: u64, library: &[u8], facts: &Facts) -> Result<Self> {
        let (size, deflated) = (library.len(), deflated(library)?);
        Ok(Self {
            abi: abi.traits().name,
            route,
            size,
            deflated,
            exported: facts.exported.len(),
            undefined: facts.undefined.len(),
            needed: facts.needed.clone(),
            seconds,
            within_budget: (abi == Abi::Arm64).then_some(size <= BUDGET.0 && deflated <= BUDGET.1),
        })
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
            "| {} | {} | {size} | {deflated} | {} | {} | {needed} | {} |",
            row.abi, row.route, row.exported, row.undefined, row.seconds
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

fn deflated(data: &[u8]) -> Result<usize> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_told() {
        let facts =
            Facts { exported: vec!["ffi_a".to_owned()], needed: vec!["libc.so".to_owned(), "libdl.so".to_owned()], ..Facts::default() };
        let row = Row::new(Abi::Arm64, "NDK", 150, &[0; 4_321_000], &facts).unwrap();
        let text = markdown(&[row]);
        assert!(text.contains("| arm64-v8a | NDK | 4.32 | 0.00 | 1 | 0 | libc.so, libdl.so | 150 |\n"), "{text}");
        assert!(text.contains("| budget | | 6.00 | 2.50 | | | kept | |\n"), "{text}");
    }
}
