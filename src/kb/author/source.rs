//! The whole folder of the knowledge base, read into the model.
//!
//! [`read`] takes in everything that it can and reports everything that it can't; a mistake in one file never hides another.
//! What the checks need besides the model (texts, paths, where blocks stand) is kept in the [`Reading`].

mod files;
mod front;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::diagnostics::Problem;
use super::locate::locate_key;
use super::queries::{QueryCase, parse_queries};
use super::text::nearest;
use crate::kb::{Article, Catalog, Fact, Flow, MediaId, Remedy, Scenario, Synonyms};
use files::Folder;

/// Largest file, in bytes. Chosen: the longest article has 5 KB, the facts 60 KB; more is a file put there by mistake.
pub const MAX_FILE_BYTES: u64 = 1 << 20;
/// Largest picture, in bytes. Chosen: pictures are drawings of 2–4 KB, and the pack goes to cheap phones.
pub const MAX_MEDIA_BYTES: u64 = 64 << 10;
/// Most articles. Chosen: twice what the budgets of the search are measured with.
pub const MAX_ARTICLES: usize = 20_000;
/// Most bytes in all. Chosen: 20,000 articles of 10 KB, and room; it all stays in memory while it is checked.
pub const MAX_TOTAL_BYTES: u64 = 256 << 20;

/// Where the catalog stands in the folder.
pub const CATALOG: &str = "catalog.yaml";
/// Where the facts stand.
pub const FACTS: &str = "facts.yaml";
/// Where the synonyms stand.
pub const SYNONYMS: &str = "synonyms.yaml";
/// The remedies that several flows share.
pub const REMEDIES: &str = "remedies.yaml";
/// Where the flows stand.
pub const FLOWS: &str = "flows";
/// Where the scenarios of flows stand.
pub const SCENARIOS: &str = "tests/scenarios";
/// Where the test questions stand.
pub const QUERIES: &str = "tests/queries.tsv";

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its id, also the file name.
    pub id: MediaId,
    /// What it shows: its `<title>`; empty when it has none.
    pub alt: String,
    /// The drawing.
    pub svg: Vec<u8>,
}

/// The content of the knowledge base. Everything is sorted by id, so that the same folder always gives the same pack; the
/// questions keep the order of their file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Source {
    /// The catalog; none when it can't be read.
    pub catalog: Option<Catalog>,
    /// The facts.
    pub facts: Vec<Fact>,
    /// The synonyms.
    pub synonyms: Synonyms,
    /// The articles.
    pub articles: Vec<Article>,
    /// The pictures.
    pub media: Vec<Media>,
    /// The test questions.
    pub queries: Vec<QueryCase>,
    /// The remedies that several flows share.
    pub remedies: Vec<Remedy>,
    /// The flows, each with the shared remedies that it uses.
    pub flows: Vec<Flow>,
    /// The cases that each flow must end rightly, by the flow's id.
    pub scenarios: BTreeMap<String, Vec<Scenario>>,
}

/// What reading the folder gave.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The content.
    pub source: Source,
    /// What could not be read, in order of file and line.
    pub problems: Vec<Problem>,
    /// The text of each file that was read, by its path in the folder, to draw problems with.
    pub files: BTreeMap<PathBuf, String>,
    /// What else is known of each article, in the order of `source.articles`.
    pub(super) origins: Vec<Origin>,
    /// Ids of articles and pictures whose files are there but could not be read: naming them isn't a mistake.
    pub(super) unreadable: BTreeSet<String>,
}

/// Where an article comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    pub(super) path: PathBuf,
    /// The line of each block of the body, the opening first, then section by section.
    pub(super) block_lines: Vec<u32>,
}

impl Reading {
    /// A problem as people read it, drawn with the text of its file.
    pub fn render(&self, problem: &Problem, color: bool) -> String {
        problem.render(self.files.get(&problem.file).map(String::as_str), color)
    }

    /// The text of a file; empty when it wasn't read.
    pub(super) fn text(&self, path: &Path) -> &str {
        self.files.get(path).map_or("", String::as_str)
    }

    /// Whether a file was read without an error, so that what it lacks is really missing.
    pub(super) fn is_sound(&self, path: &str) -> bool {
        let path = Path::new(path);
        self.files.contains_key(path) && !self.problems.iter().any(|problem| problem.file == path)
    }
}

impl Reading {
    /// Reads the YAML files of a further folder (`flows`, `tests/scenarios`) with the same care: each value with its path, by
    /// name. Their texts and problems are added to the reading; a value whose file has problems lacks what was wrong. A folder that
    /// isn't there has no files.
    pub fn yaml_files<T: DeserializeOwned>(&mut self, dir: &Path, sub: &str) -> Vec<(PathBuf, T)> {
        let mut values = Vec::new();
        let mut folder = match Folder::open(dir, MAX_TOTAL_BYTES) {
            Ok(folder) => folder,
            Err(problem) => {
                self.problems.push(*problem);
                return values;
            }
        };
        let entries = if folder.has(Path::new(sub)) { folder.list(Path::new(sub)) } else { Vec::new() };
        for entry in entries {
            if entry.is_dir || !entry.name.ends_with(".yaml") {
                self.stray(&entry.path, "aquí van archivos .yaml");
            } else if let Some(text) = folder.text(&entry.path, MAX_FILE_BYTES) {
                let read = yaml::read_all(&text, &entry.path, 0);
                self.problems.extend(read.problems);
                self.files.insert(entry.path.clone(), text);
                values.extend(read.value.map(|value| (entry.path, value)));
            }
        }
        self.problems.append(&mut folder.problems);
        self.problems.sort();
        values
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactsFile {
    facts: Vec<Fact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RemediesFile {
    remedies: Vec<Remedy>,
}

/// Reads the knowledge base in a folder.
pub fn read(dir: &Path) -> Reading {
    let mut reading = Reading::default();
    let mut folder = match Folder::open(dir, MAX_TOTAL_BYTES) {
        Ok(folder) => folder,
        Err(problem) => {
            reading.problems.push(*problem);
            return reading;
        }
    };
    reading.source.catalog = reading.yaml(&mut folder, CATALOG, true);
    reading.source.facts = reading.yaml(&mut folder, FACTS, true).map(|file: FactsFile| file.facts).unwrap_or_default();
    reading.source.synonyms = reading.yaml(&mut folder, SYNONYMS, false).unwrap_or_default();
    reading.read_articles(&mut folder);
    reading.read_media(&mut folder);
    reading.read_queries(&mut folder);
    reading.source.facts.sort_by(|a, b| a.id.cmp(&b.id));
    if folder.has(Path::new(REMEDIES)) {
        reading.source.remedies = reading.yaml(&mut folder, REMEDIES, true).map(|file: RemediesFile| file.remedies).unwrap_or_default();
    }
    reading.problems.append(&mut folder.problems);
    let flows: Vec<(PathBuf, Flow)> = reading.yaml_files(dir, FLOWS);
    for (path, mut flow) in flows {
        reading.share(&path, &mut flow);
        reading.source.flows.push(flow);
    }
    let scenarios: Vec<(PathBuf, Vec<Scenario>)> = reading.yaml_files(dir, SCENARIOS);
    let of_flow = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    reading.source.scenarios = scenarios.into_iter().map(|(path, scenarios)| (of_flow(&path), scenarios)).collect();
    reading.source.flows.sort_by(|a, b| a.flow.cmp(&b.flow));
    reading.problems.sort();
    reading
}

/// The catalog alone; none when it can't be read without a mistake.
pub(super) fn read_catalog(dir: &Path) -> Option<Catalog> {
    let mut folder = Folder::open(dir, MAX_FILE_BYTES).ok()?;
    let mut reading = Reading::default();
    let catalog = reading.yaml(&mut folder, CATALOG, true);
    catalog.filter(|_| reading.problems.is_empty())
}

impl Reading {
    fn missing(&mut self, path: &str, needed: bool) {
        let problem = if needed { Problem::error } else { Problem::warning };
        self.problems.push(problem("missing-file", PathBuf::from(path), format!("falta el archivo {path}")).help("créelo"));
    }

    fn yaml<T: DeserializeOwned>(&mut self, folder: &mut Folder, name: &str, needed: bool) -> Option<T> {
        let path = Path::new(name);
        if !folder.has(path) {
            self.missing(name, needed);
            return None;
        }
        let text = folder.text(path, MAX_FILE_BYTES)?;
        let read = yaml::read_all(&text, path, 0);
        self.problems.extend(read.problems);
        self.files.insert(path.to_owned(), text);
        read.value
    }

    fn read_articles(&mut self, folder: &mut Folder) {
        let root = Path::new("articles");
        if !folder.has(root) {
            self.missing("articles", true);
            return;
        }
        let mut articles = Vec::new();
        let mut count = 0usize;
        for service in folder.list(root) {
            if !service.is_dir {
                self.stray(&service.path, "los artículos van en articles/<servicio>/<id>.md");
                continue;
            }
            for entry in folder.list(&service.path) {
                let Some(stem) = entry.name.strip_suffix(".md").filter(|_| !entry.is_dir) else {
                    self.stray(&entry.path, "los artículos van en articles/<servicio>/<id>.md");
                    continue;
                };
                count += 1;
                if count > MAX_ARTICLES {
                    let problem =
                        Problem::error("too-many-articles", root, format!("hay más de {MAX_ARTICLES} artículos; el resto no se leyó"));
                    self.problems.push(problem.help("divida la base"));
                    self.add_articles(articles);
                    return;
                }
                match self.read_article(folder, &entry.path) {
                    Some(read) => articles.push(read),
                    None => _ = self.unreadable.insert(stem.to_owned()),
                }
            }
        }
        self.add_articles(articles);
    }

    fn add_articles(&mut self, mut articles: Vec<(Article, Origin)>) {
        articles.sort_by(|(a, from), (b, to)| a.id.cmp(&b.id).then_with(|| from.path.cmp(&to.path)));
        (self.source.articles, self.origins) = articles.into_iter().unzip();
    }

    fn read_article(&mut self, folder: &mut Folder, path: &Path) -> Option<(Article, Origin)> {
        let text = folder.text(path, MAX_FILE_BYTES)?;
        let read = front::read(&text, path);
        self.problems.extend(read.problems);
        self.files.insert(path.to_owned(), text);
        Some((read.article?, Origin { path: path.to_owned(), block_lines: read.block_lines }))
    }

    fn read_media(&mut self, folder: &mut Folder) {
        let root = Path::new("media");
        if !folder.has(root) {
            return;
        }
        for entry in folder.list(root) {
            let Some(stem) = entry.name.strip_suffix(".svg").filter(|_| !entry.is_dir) else {
                self.stray(&entry.path, "las imágenes van en media/<nombre>.svg");
                continue;
            };
            let Ok(id) = stem.parse::<MediaId>() else {
                let problem = Problem::error("bad-id", &entry.path, format!("«{stem}» no sirve de nombre de imagen"));
                self.problems.push(problem.help(yaml::ID_HELP));
                continue;
            };
            match folder.text(&entry.path, MAX_MEDIA_BYTES) {
                Some(svg) => {
                    let alt = title_of(&svg).unwrap_or_default();
                    self.source.media.push(Media { id, alt, svg: svg.clone().into_bytes() });
                    self.files.insert(entry.path, svg);
                }
                None => _ = self.unreadable.insert(stem.to_owned()),
            }
        }
        self.source.media.sort_by(|a, b| a.id.cmp(&b.id));
    }

    fn read_queries(&mut self, folder: &mut Folder) {
        let path = Path::new(QUERIES);
        if !folder.has(path) {
            self.missing(QUERIES, false);
            return;
        }
        if let Some(text) = folder.text(path, MAX_FILE_BYTES) {
            let (cases, problems) = parse_queries(&text, path);
            self.source.queries = cases;
            self.problems.extend(problems);
            self.files.insert(path.to_owned(), text);
        }
    }

    /// Puts the shared remedies that a flow uses with its own.
    fn share(&mut self, path: &Path, flow: &mut Flow) {
        for id in std::mem::take(&mut flow.shared) {
            match self.source.remedies.iter().find(|remedy| remedy.id == id) {
                Some(remedy) => flow.remedies.push(remedy.clone()),
                None => {
                    let place = locate_key(self.text(path), "use").unwrap_or_default();
                    let problem = Problem::error("unknown-remedy", path, format!("el arreglo «{id}» no está en {REMEDIES}"));
                    self.problems.push(problem.at(place).field("use").help("corrija el id, o agréguelo"));
                }
            }
        }
    }

    fn stray(&mut self, path: &Path, help: &str) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let meant = nearest(&name, [CATALOG, FACTS, SYNONYMS]).is_some();
        let help = if meant { "este archivo va en la carpeta de la base, no aquí" } else { help };
        self.problems.push(Problem::warning("stray-file", path, "este archivo no se usa").help(help));
    }
}

/// The `<title>` of a drawing.
fn title_of(svg: &str) -> Option<String> {
    let document = roxmltree::Document::parse(svg).ok()?;
    let title = document.root_element().children().find(|node| node.tag_name().name() == "title")?;
    let words: Vec<&str> = title.text()?.split_whitespace().collect();
    Some(words.join(" "))
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::fs;

    use super::*;

    type Outcome = Result<(), Box<dyn Error>>;

    fn write(dir: &Path, path: &str, text: impl AsRef<[u8]>) -> std::io::Result<()> {
        let full = dir.join(path);
        if let Some(parent) = full.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(full, text)
    }

    fn article(id: &str) -> String {
        format!(
            "---\nid: {id}\ntitle: Título {id}\nservice: gps\napps: all\nlevel: 1\nsymptoms: [a, b, c, d, e]\nreviewed: 2026-11-24\n---\nIntro.\n\n## Pasos\n\n1. Haga.\n\n## Cuándo pedir ayuda\n\nSi no.\n"
        )
    }

    fn told(reading: &Reading) -> Vec<(&'static str, String, u32)> {
        reading.problems.iter().map(|p| (p.code, p.file.to_string_lossy().into_owned(), p.line)).collect()
    }

    #[test]
    fn problems_of_different_files_are_all_told_and_the_rest_is_read() -> Outcome {
        let dir = tempfile::tempdir()?;
        write(dir.path(), "catalog.yaml", "nombre: x\nlocale: es-HN\n")?;
        write(dir.path(), "facts.yaml", "facts:\n  - id: b\n    type: bool\n  - id: Mal\n    type: bool\n  - id: a\n    type: int\n")?;
        write(dir.path(), "articles/gps/gps-b.md", article("gps-b"))?;
        write(dir.path(), "articles/gps/gps-a.md", article("gps-a").replace('\n', "\r\n"))?;
        write(dir.path(), "articles/gps/gps-c.md", b"---\nid: gps-c\ntitle: se\xf1al\n")?;
        write(dir.path(), "articles/gps/notas.txt", "x")?;
        write(dir.path(), "articles/gps/.oculto", "x")?;
        write(dir.path(), "media/uno.svg", "<svg xmlns='http://www.w3.org/2000/svg'><title> Una\n imagen </title></svg>")?;
        write(dir.path(), "media/Mala.svg", "<svg/>")?;
        write(dir.path(), "tests/queries.tsv", "el gps\tgps\nsolo\n")?;
        let reading = read(dir.path());
        let told = told(&reading);
        for want in [
            ("unknown-field", "catalog.yaml", 1),
            ("bad-id", "facts.yaml", 4),
            ("not-utf8", "articles/gps/gps-c.md", 3),
            ("stray-file", "articles/gps/notas.txt", 0),
            ("bad-id", "media/Mala.svg", 0),
            ("missing-cell", "tests/queries.tsv", 2),
            ("missing-file", "synonyms.yaml", 0),
        ] {
            assert!(told.contains(&(want.0, want.1.to_owned(), want.2)), "{want:?} in {told:#?}");
        }
        let ids: Vec<_> = reading.source.articles.iter().map(|a| a.id.as_str()).collect();
        assert_eq!(ids, ["gps-a", "gps-b"]);
        assert_eq!(reading.source.facts.iter().map(|f| f.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(reading.source.media[0].alt, "Una imagen");
        assert_eq!(reading.source.queries.len(), 1);
        assert!(reading.unreadable.contains("gps-c"));
        assert!(reading.problems.is_sorted());
        Ok(())
    }

    #[test]
    fn further_folders_are_read_with_the_same_care() -> Outcome {
        let dir = tempfile::tempdir()?;
        write(dir.path(), "flows/b.yaml", "[1, 2]")?;
        write(dir.path(), "flows/a.yaml", "[3]")?;
        write(dir.path(), "flows/c.yaml", "\n[x]")?;
        write(dir.path(), "flows/nota.md", "x")?;
        let mut reading = read(dir.path());
        reading.problems.clear();
        let values: Vec<(PathBuf, Vec<u8>)> = reading.yaml_files(dir.path(), "flows");
        let names: Vec<_> = values.iter().map(|(path, numbers)| (path.to_string_lossy().into_owned(), numbers.len())).collect();
        assert_eq!(names, [("flows/a.yaml".to_owned(), 1), ("flows/b.yaml".to_owned(), 2), ("flows/c.yaml".to_owned(), 0)]);
        assert_eq!(told(&reading), [("wrong-type", "flows/c.yaml".to_owned(), 2), ("stray-file", "flows/nota.md".to_owned(), 0)]);
        assert!(reading.yaml_files::<Vec<u8>>(dir.path(), "tests/scenarios").is_empty());
        Ok(())
    }

    #[test]
    fn oversize_files_are_refused_each_by_its_limit() -> Outcome {
        let dir = tempfile::tempdir()?;
        write(dir.path(), "media/grande.svg", vec![b' '; MAX_MEDIA_BYTES as usize + 1])?;
        write(dir.path(), "articles/gps/gps-a.md", vec![b' '; MAX_FILE_BYTES as usize + 1])?;
        let told = told(&read(dir.path()));
        let large: Vec<_> = told.iter().filter(|t| t.0 == "file-too-large").map(|t| t.1.as_str()).collect();
        assert_eq!(large, ["articles/gps/gps-a.md", "media/grande.svg"]);
        Ok(())
    }

    #[test]
    fn an_empty_or_missing_folder_is_told() -> Outcome {
        let dir = tempfile::tempdir()?;
        let reading = read(dir.path());
        let missing: Vec<_> = told(&reading).into_iter().map(|t| t.1).collect();
        assert_eq!(missing, ["articles", "catalog.yaml", "facts.yaml", "synonyms.yaml", "tests/queries.tsv"]);
        assert_eq!(told(&read(&dir.path().join("no")))[0].0, "missing-folder");
        Ok(())
    }
}
