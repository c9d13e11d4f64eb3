//! The front matter of an article: strict, and every wrong value told with its place in the file.
//!
//! Ids and ranges are read as plain texts with their positions and turned into the model's types afterwards, so that one bad
//! id doesn't hide the next.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use serde::Deserialize;
use serde_yaml::Spanned;

use super::super::diagnostics::Problem;
use super::super::markdown;
use super::super::text::is_date;
use super::yaml::{self, ANDROID_HELP, ID_HELP};
use crate::kb::{AndroidRange, Applies, Article, Condition, FactId, FactValue, Variant};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    id: Option<Spanned<String>>,
    title: Option<Spanned<String>>,
    service: Option<Spanned<String>>,
    apps: Option<Spanned<AppsForm>>,
    level: Option<Spanned<u8>>,
    symptoms: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    keywords: Vec<Spanned<String>>,
    #[serde(default)]
    faults: Vec<Spanned<String>>,
    #[serde(default)]
    facts: BTreeMap<String, Spanned<FactValue>>,
    #[serde(default)]
    related: Vec<Spanned<String>>,
    #[serde(default)]
    vendors: Vec<Spanned<String>>,
    android: Option<Spanned<String>>,
    #[serde(default)]
    media: Vec<Spanned<String>>,
    #[serde(default)]
    variants: Vec<VariantForm>,
    reviewed: Option<Spanned<String>>,
    #[serde(default)]
    todo: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AppsForm {
    Word(String),
    List(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantForm {
    #[serde(default)]
    vendors: Vec<Spanned<String>>,
    android: Option<Spanned<String>>,
    text: Spanned<String>,
}

/// An article as far as it could be read.
pub(super) struct Read {
    /// The article; none when a part that every article needs is missing or wrong.
    pub(super) article: Option<Article>,
    pub(super) block_lines: Vec<u32>,
    pub(super) problems: Vec<Problem>,
}

/// Splits a file into front matter and body; the number of lines before the body.
fn split(text: &str) -> Option<(&str, &str, u32)> {
    let rest = text.strip_prefix("---")?;
    let rest = rest.trim_start_matches([' ', '\t']).strip_prefix('\n')?;
    let mut at = 0;
    for (n, line) in rest.split_inclusive('\n').enumerate() {
        if line.trim_end() == "---" {
            return Some((&rest[..at], &rest[at + line.len()..], u32::try_from(n + 2).ok()?));
        }
        at += line.len();
    }
    None
}

/// Reads one article.
pub(super) fn read(text: &str, file: &Path) -> Read {
    let Some((front, body, before)) = split(text) else {
        let help = "empiece el archivo con una línea `---` y cierre los datos con otra igual";
        let problem = Problem::error("no-front-matter", file, "faltan los datos del artículo al comienzo").at((1, 1)).help(help);
        return Read { article: None, block_lines: Vec::new(), problems: vec![problem] };
    };
    let parsed = markdown::parse(body, file, before);
    let read = yaml::read_all::<Front>(front, file, 1);
    let mut maker = Maker { file, problems: read.problems, complete: true };
    // A field that could not be read was told already; it mustn't be told again as missing, nor the article be taken for whole.
    maker.complete = maker.problems.iter().all(|problem| problem.code == "unknown-field");
    let article = read.value.and_then(|front| maker.article(front)).map(|article| Article { body: parsed.body, ..article });
    let mut problems = maker.problems;
    problems.extend(parsed.problems);
    Read { article, block_lines: parsed.lines, problems }
}

struct Maker<'a> {
    file: &'a Path,
    problems: Vec<Problem>,
    complete: bool,
}

impl Maker<'_> {
    fn place<T>(value: &Spanned<T>) -> (u32, u32) {
        let at = value.referenced;
        // The line of the opening `---` comes first.
        (u32::try_from(at.line() + 1).unwrap_or(u32::MAX), u32::try_from(at.column()).unwrap_or(u32::MAX))
    }

    fn report<T>(&mut self, code: &'static str, field: &str, value: &Spanned<T>, message: String, help: &str) {
        self.problems.push(Problem::error(code, self.file, message).at(Self::place(value)).field(field).help(help));
    }

    fn need<T>(&mut self, field: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.complete = false;
            let told = self.problems.iter().any(|problem| problem.field.as_deref() == Some(field));
            if !told {
                let problem = Problem::error("missing-field", self.file, format!("falta el campo «{field}»")).at((1, 1));
                self.problems.push(problem.field(field).help(format!("agregue «{field}:» con su valor")));
            }
        }
        value
    }

    fn parse<T: FromStr<Err: Display>>(&mut self, field: &str, value: &Spanned<String>) -> Option<T> {
        let parsed = value.value.parse().ok();
        if parsed.is_none() {
            self.complete = false;
            self.report("bad-id", field, value, format!("«{}» no sirve de id", value.value), ID_HELP);
        }
        parsed
    }

    fn parse_all<T: FromStr<Err: Display>>(&mut self, field: &str, values: &[Spanned<String>]) -> Vec<T> {
        values.iter().filter_map(|value| self.parse(field, value)).collect()
    }

    fn texts(&mut self, field: &str, values: Vec<Spanned<String>>) -> Vec<String> {
        let mut texts = Vec::with_capacity(values.len());
        for value in values {
            if value.value.trim().is_empty() {
                self.report("empty-value", field, &value, format!("«{field}» tiene un texto vacío"), "escríbalo o quítelo");
            } else {
                texts.push(value.value);
            }
        }
        texts
    }

    fn android(&mut self, value: Option<Spanned<String>>) -> Option<AndroidRange> {
        let value = value?;
        let range = AndroidRange::try_from(value.value.clone()).ok();
        if range.is_none() {
            self.complete = false;
            self.report(
                "bad-android",
                "android",
                &value,
                format!("«{}» no es un rango de versiones de Android", value.value),
                ANDROID_HELP,
            );
        }
        range
    }

    fn apps(&mut self, value: Spanned<AppsForm>) -> Option<Applies> {
        let wrong = match &value.value {
            AppsForm::Word(word) if word == "all" => return Some(Applies::All),
            AppsForm::Word(word) => format!("«{word}» no es una lista de apps"),
            AppsForm::List(ids) if ids.is_empty() => "la lista de apps está vacía".to_owned(),
            AppsForm::List(ids) => match ids.iter().map(|id| id.parse()).collect() {
                Ok(apps) => return Some(Applies::Only(apps)),
                Err(_) => "hay un id de app mal escrito".to_owned(),
            },
        };
        self.complete = false;
        self.report("bad-apps", "apps", &value, wrong, "escriba all, o una lista como [fsu-rup]");
        None
    }

    fn facts(&mut self, values: BTreeMap<String, Spanned<FactValue>>) -> BTreeMap<FactId, Condition> {
        let mut facts = BTreeMap::new();
        for (key, value) in values {
            match key.parse::<FactId>() {
                Ok(id) => {
                    facts.insert(id, Condition::from(value.value));
                }
                Err(_) => self.report("bad-id", "facts", &value, format!("«{key}» no sirve de id de dato"), ID_HELP),
            }
        }
        facts
    }

    fn variants(&mut self, forms: Vec<VariantForm>) -> Vec<Variant> {
        let mut variants = Vec::with_capacity(forms.len());
        for form in forms {
            if form.vendors.is_empty() && form.android.is_none() {
                let problem = Problem::warning("unconditional-variant", self.file, "la variante no dice para qué marca ni versión es");
                let help = "agregue vendors o android, o páselo al texto: así se muestra a todos";
                self.problems.push(problem.at(Self::place(&form.text)).field("variants").help(help));
            }
            let vendors = self.texts("variants", form.vendors);
            let android = self.android(form.android);
            let text = self.texts("variants", vec![form.text]).pop().unwrap_or_default();
            variants.push(Variant { vendors, android, text });
        }
        variants
    }

    fn article(&mut self, front: Front) -> Option<Article> {
        let id = self.need("id", front.id);
        let title = self.need("title", front.title);
        let service = self.need("service", front.service);
        let apps = self.need("apps", front.apps);
        let level = self.need("level", front.level).map(|level| level.value);
        let symptoms = self.need("symptoms", front.symptoms).unwrap_or_default();
        let reviewed = self.need("reviewed", front.reviewed);
        if let Some(id) = &id {
            self.matches_path("id", id, self.file.file_stem().and_then(|stem| stem.to_str()), "el archivo");
        }
        if let Some(service) = &service {
            let folder = self.file.parent().and_then(Path::file_name).and_then(|name| name.to_str());
            self.matches_path("service", service, folder, "la carpeta");
        }
        if let Some(reviewed) = reviewed.as_ref().filter(|reviewed| !is_date(&reviewed.value)) {
            self.report(
                "bad-date",
                "reviewed",
                reviewed,
                format!("«{}» no es una fecha", reviewed.value),
                "escríbala AAAA-MM-DD, como 2026-11-24",
            );
        }
        let id = id.and_then(|id| self.parse("id", &id));
        let service = service.and_then(|service| self.parse("service", &service));
        let apps = apps.and_then(|apps| self.apps(apps));
        let title = self.texts("title", title.into_iter().collect()).pop().unwrap_or_default();
        let article = Article {
            id: id?,
            title,
            service: service?,
            apps: apps?,
            level: level?,
            symptoms: self.texts("symptoms", symptoms),
            keywords: self.texts("keywords", front.keywords),
            faults: self.parse_all("faults", &front.faults),
            facts: self.facts(front.facts),
            related: self.parse_all("related", &front.related),
            vendors: self.texts("vendors", front.vendors),
            android: self.android(front.android),
            media: self.parse_all("media", &front.media),
            variants: self.variants(front.variants),
            reviewed: reviewed?.value,
            todo: self.texts("todo", front.todo),
            body: crate::kb::Body::default(),
        };
        self.complete.then_some(article)
    }

    fn matches_path(&mut self, field: &str, value: &Spanned<String>, path: Option<&str>, what: &str) {
        if path != Some(value.value.as_str()) {
            let message = format!("{what} se llama «{}», pero «{field}» dice «{}»", path.unwrap_or(""), value.value);
            let problem = Problem::error("path-mismatch", self.file, message).at(Self::place(value)).field(field);
            self.problems.push(problem.help(format!("cambie el nombre de {what} o el campo: deben ser iguales")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "Intro.\n\n## Pasos\n\n1. Haga.\n\n## Cuándo pedir ayuda\n\nSi no.\n";

    fn article(front: &str) -> Read {
        read(&format!("---\n{front}---\n{BODY}"), Path::new("articles/gps/gps-a.md"))
    }

    fn told(read: &Read) -> Vec<(&'static str, u32, u32, &str)> {
        read.problems.iter().map(|p| (p.code, p.line, p.column, p.field.as_deref().unwrap_or(""))).collect()
    }

    const FRONT: &str = "id: gps-a\ntitle: Título\nservice: gps\napps: all\nlevel: 1\nsymptoms: [a, b, c, d, e]\nreviewed: 2026-11-24\n";

    #[test]
    fn a_good_article_is_read_whole() {
        let read = article(&format!(
            "{FRONT}facts:\n  perm.fine: \"!=granted\"\n  n: 3\nandroid: \">=12\"\nvariants:\n  - vendors: [samsung]\n    text: Otro.\n"
        ));
        assert!(read.problems.is_empty(), "{:?}", read.problems);
        let article = read.article.as_ref();
        assert!(article.is_some_and(|a| a.facts.len() == 2 && a.variants.len() == 1 && a.android.is_some() && a.steps().count() == 1));
        assert_eq!(read.block_lines.first(), Some(&(FRONT.lines().count() as u32 + 10)));
    }

    #[test]
    fn every_wrong_field_is_told_with_its_line_in_the_file() {
        let read = article(
            "id: gps-b\ntitle: \"\"\nservice: camara\napps: [FSU]\nlevel: uno\nsymptoms: nada\ncolor: rojo\nrelated: [gps-x, Gps]\nandroid: doce\nreviewed: 2026-02-30\n",
        );
        let told = told(&read);
        for want in [
            ("path-mismatch", 2, 5, "id"),
            ("empty-value", 3, 8, "title"),
            ("path-mismatch", 4, 10, "service"),
            ("bad-apps", 5, 7, "apps"),
            ("wrong-type", 6, 8, "level"),
            ("unknown-field", 8, 1, "color"),
            ("bad-date", 11, 11, "reviewed"),
        ] {
            assert!(told.contains(&want), "{want:?} in {told:?}");
        }
        assert!(told.iter().any(|t| t.0 == "wrong-type" && t.1 == 7 && t.3 == "symptoms"), "{told:?}");
        assert!(read.article.is_none());
    }

    #[test]
    fn an_unknown_field_does_not_lose_the_article() {
        let read = article(&format!("{FRONT}relatd: [x]\n"));
        assert_eq!(told(&read), [("unknown-field", 9, 1, "relatd")]);
        assert!(read.problems[0].help.as_deref().is_some_and(|help| help.contains("related")));
        assert!(read.article.is_some());
    }

    #[test]
    fn missing_fields_and_missing_front_matter_are_told() {
        let read = article("id: gps-a\n");
        let missing: Vec<_> = told(&read).iter().map(|t| t.3.to_owned()).collect();
        assert_eq!(missing, ["title", "service", "apps", "level", "symptoms", "reviewed"]);
        for text in ["", "hola", "---\nid: a\n", "--- x\n---\n"] {
            let read = super::read(text, Path::new("articles/gps/gps-a.md"));
            assert_eq!(read.problems[0].code, "no-front-matter", "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_fail(cut in 0usize..600, noise in "[-:#*_`\\[\\](){}<>|!&@%~'\"\\n\\t 0-9a-cñ]{0,40}") {
            let whole = format!("---\n{FRONT}facts:\n  a.b: \">=3\"\nvariants:\n  - vendors: [samsung]\n    text: X\n---\n{BODY}");
            let at = (0..=cut.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
            let text = format!("{}{noise}{}", &whole[..at], &whole[at..]);
            let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
            for problem in read(&text, Path::new("articles/gps/gps-a.md")).problems {
                assert!(problem.line <= lines + 1, "{problem:?} in {text}");
                let _ = problem.render(Some(&text), false);
            }
        }
    }

    #[test]
    fn the_body_is_checked_even_when_the_front_matter_is_broken() {
        let read = read("---\nid: \"a\ntitle: x\n---\n> cita\n", Path::new("articles/gps/a.md"));
        let codes: Vec<_> = read.problems.iter().map(|p| (p.code, p.line)).collect();
        assert!(codes.contains(&("unsupported-markdown", 5)), "{codes:?}");
        assert!(codes.iter().any(|c| c.0 == "yaml-syntax"));
    }
}
