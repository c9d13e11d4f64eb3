//! Whether the whole fits together: what a file on its own can't show.
//!
//! Pure: it looks at what [`read`](super::read) gave and at nothing else, so the same content always gets the same list. An
//! error keeps the content from being published; a warning asks someone to look.

mod articles;
mod catalog;
mod facts;
mod flows;
mod media;
mod prose;
mod queries;
mod synonyms;

use std::path::Path;

use super::diagnostics::Problem;
use super::locate::{Place, locate_in_item, locate_key};
use super::source::Reading;

/// Checks a knowledge base as a whole. The problems of reading are not repeated; what hangs on a file that could not be read
/// isn't reported as missing.
pub fn check(reading: &Reading) -> Vec<Problem> {
    let mut found = Vec::new();
    catalog::check(reading, &mut found);
    facts::check(reading, &mut found);
    flows::check(reading, &mut found);
    articles::check(reading, &mut found);
    prose::check(reading, &mut found);
    media::check(reading, &mut found);
    synonyms::check(reading, &mut found);
    queries::check(reading, &mut found);
    found.sort();
    found.dedup();
    found
}

/// Where a field of a listed item stands in a file; the whole file when it isn't found.
fn item_place(reading: &Reading, file: &str, section: &str, id: &str, field: &str) -> Place {
    locate_in_item(reading.text(Path::new(file)), section, id, field).unwrap_or_default()
}

/// Where a top-level key stands in a file.
fn key_place(reading: &Reading, file: &str, key: &str) -> Place {
    locate_key(reading.text(Path::new(file)), key).unwrap_or_default()
}

#[cfg(test)]
mod testing {
    //! A small knowledge base in a temporary folder, to break one thing at a time.

    use std::fs;
    use std::path::Path;

    use super::super::source::{Reading, read};
    use super::check;

    pub(super) struct Base {
        dir: tempfile::TempDir,
    }

    pub(super) const FACTS: &str = "facts:\n  - id: location.enabled\n    type: bool\n    probe: x\n    aliases: [gps.on]\n  - id: android.sdk\n    type: int\n    probe: x\n  - id: rom\n    type: version\n    probe: x\n  - id: installer\n    type: { one-of: [store, file] }\n    question: ¿De dónde?\n    answers: { store: Tienda, file: Archivo }\n";
    pub(super) const SVG: &str =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">\n  <title>Una barra</title>\n  <path d=\"M0 0h1\"/>\n</svg>\n";

    impl Base {
        /// A base without a mistake, but for services that have no articles.
        pub(super) fn new() -> std::io::Result<Self> {
            let base = Self { dir: tempfile::tempdir()? };
            base.write("catalog.yaml", super::catalog::tests::catalog())?;
            base.write("facts.yaml", FACTS)?;
            base.write("synonyms.yaml", "groups:\n  - [clave, contraseña]\nstop: [de, la]\n")?;
            base.write("media/barra.svg", SVG)?;
            base.write("articles/gps/gps-a.md", Self::article("gps-a", "", ""))?;
            base.write(
                "articles/gps/gps-b.md",
                Self::article("gps-b", "related: [gps-a]\nmedia: [barra]\n", "![Una barra](media:barra)\n"),
            )?;
            base.write("tests/queries.tsv", "query\tservice\tarticle\tnoise\nuno\tgps\tgps-a\tclean\ndos\tgps\tgps-b\tsms\n")?;
            Ok(base)
        }

        /// An article with further front matter and a further end of its steps.
        pub(super) fn article(id: &str, front: &str, steps: &str) -> String {
            let symptoms: String = (1..=5).map(|n| format!("  - señal {n} de {id}\n")).collect();
            format!(
                "---\nid: {id}\ntitle: El caso {id}\nservice: gps\napps: all\nlevel: 1\nsymptoms:\n{symptoms}reviewed: 2026-11-24\n{front}---\nNo hay señal.\n\n## Pasos\n\n1. Abra la app.\n\n{steps}\n## Cuándo pedir ayuda\n\nSi no sirve.\n"
            )
        }

        pub(super) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> std::io::Result<()> {
            let full = self.dir.path().join(path);
            if let Some(parent) = full.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(full, text)
        }

        pub(super) fn edit(&self, path: &str, from: &str, to: &str) -> std::io::Result<()> {
            let text = fs::read_to_string(self.dir.path().join(path))?;
            assert!(text.contains(from), "{path} has no {from}");
            self.write(path, text.replacen(from, to, 1))
        }

        pub(super) fn path(&self) -> &Path {
            self.dir.path()
        }

        pub(super) fn read(&self) -> Reading {
            read(self.dir.path())
        }

        /// What the check says, with file and line; services without articles aside.
        pub(super) fn told(&self) -> Vec<(&'static str, String, u32)> {
            let reading = self.read();
            assert!(reading.problems.is_empty(), "{:#?}", reading.problems);
            let found = check(&reading).into_iter().filter(|p| p.code != "few-articles");
            found.map(|p| (p.code, p.file.to_string_lossy().into_owned(), p.line)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::Base;
    use super::*;

    #[test]
    fn a_sound_base_has_nothing_to_tell() -> std::io::Result<()> {
        assert_eq!(Base::new()?.told(), []);
        Ok(())
    }

    #[test]
    fn two_problems_in_one_run_are_both_reported() -> std::io::Result<()> {
        let base = Base::new()?;
        base.edit("articles/gps/gps-b.md", "related: [gps-a]", "related: [gps-x, gps-y]")?;
        base.edit("catalog.yaml", "opens: \"09:00\"", "opens: \"25:00\"")?;
        let codes: Vec<_> = base.told().into_iter().map(|t| t.0).collect();
        assert_eq!(codes, ["unknown-article", "unknown-article", "bad-hours"]);
        Ok(())
    }

    #[test]
    fn a_broken_file_causes_no_false_alarms_elsewhere() -> std::io::Result<()> {
        let base = Base::new()?;
        base.write("facts.yaml", "facts:\n  - id: \"x\n")?;
        base.write("catalog.yaml", "locale: [x\n")?;
        base.write("articles/gps/gps-a.md", "sin datos")?;
        base.edit("articles/gps/gps-b.md", "media: [barra]", "media: [barra]\nfacts: { nada: 1 }")?;
        let reading = base.read();
        assert!(reading.problems.iter().all(|p| ["yaml-syntax", "no-front-matter"].contains(&p.code)), "{:#?}", reading.problems);
        assert_eq!(check(&reading), []);
        assert!(base.path().is_dir());
        Ok(())
    }
}
