//! From the folder of the knowledge base to the pack: read, check, build.

use std::path::Path;

use serde::Deserialize;

use super::author::{Problem, Reading, check, read};
use super::pack::{Manifest, PackBuilder, PackError};

/// The file in which the pack says what it is.
pub const MANIFEST: &str = "pack.yaml";

/// A knowledge base that was read and checked.
#[derive(Debug)]
pub struct Compiled {
    /// What was read.
    pub reading: Reading,
    /// Everything that is wrong, in the order of files and lines.
    pub problems: Vec<Problem>,
    manifest: Result<Manifest, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestFile {
    name: String,
    revision: u32,
    date: String,
}

/// Reads and checks a knowledge base.
pub fn compile(dir: &Path) -> Compiled {
    let mut reading = read(dir);
    let mut problems = std::mem::take(&mut reading.problems);
    problems.extend(check(&reading));
    problems.sort();
    Compiled { manifest: read_manifest(dir, &reading), reading, problems }
}

fn read_manifest(dir: &Path, reading: &Reading) -> Result<Manifest, String> {
    let text = std::fs::read_to_string(dir.join(MANIFEST)).map_err(|error| format!("{MANIFEST}: {error}"))?;
    let file: ManifestFile = serde_yaml::from_str(&text).map_err(|error| format!("{MANIFEST}: {error}"))?;
    let locale = reading.source.catalog.as_ref().map(|catalog| catalog.locale.clone()).unwrap_or_default();
    Ok(Manifest { name: file.name, revision: file.revision, date: file.date, locale, analyzer: 0, articles: 0 })
}

impl Compiled {
    /// The same content with another revision than the one of its manifest.
    #[must_use]
    pub fn with_revision(mut self, revision: u32) -> Self {
        self.manifest = self.manifest.map(|manifest| Manifest { revision, ..manifest });
        self
    }

    /// Builds the pack, unsigned. The same content gives the same bytes.
    ///
    /// # Errors
    /// [`PackError::Content`] when the catalog or the manifest is missing, or the content can't be packed.
    pub fn pack(&self) -> Result<Vec<u8>, PackError> {
        let source = &self.reading.source;
        let catalog = source.catalog.as_ref().ok_or_else(|| PackError::Content("there is no catalog".to_owned()))?;
        let manifest = self.manifest.clone().map_err(PackError::Content)?;
        PackBuilder {
            manifest,
            catalog,
            facts: &source.facts,
            synonyms: &source.synonyms,
            articles: &source.articles,
            media: &source.media,
            flows: &source.flows,
        }
        .build()
    }
}
