//! Articles: their ids, what they name in the catalog, in the facts and in each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::diagnostics::Problem;
use super::super::locate::{Place, locate, locate_body};
use super::super::source::{CATALOG, FACTS, Origin, Reading};
use super::super::text::{did_you_mean, fold};
use super::facts::Known;
use crate::kb::{Applies, Article, Block, Span};

/// The makers that content may name: those of the phones in use, as `Build.MANUFACTURER` says them, lower case. Redmi and
/// Poco say `xiaomi`.
const VENDORS: [&str; 22] = [
    "samsung", "xiaomi", "huawei", "honor", "motorola", "nokia", "tecno", "infinix", "itel", "oppo", "realme", "vivo", "lg", "zte", "blu",
    "lenovo", "alcatel", "google", "sony", "asus", "oneplus", "tcl",
];

/// An article under check, with its file.
pub(super) struct Subject<'a> {
    pub(super) article: &'a Article,
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
    pub(super) origin: &'a Origin,
}

impl Subject<'_> {
    /// Where a value stands in the front matter; without a file, the whole article is meant.
    pub(super) fn place(&self, key: &str, value: &str) -> Place {
        locate(self.text, key, value).unwrap_or_default()
    }

    pub(super) fn body_place(&self, needle: &str) -> Place {
        locate_body(self.text, needle).unwrap_or_default()
    }

    pub(super) fn error(&self, code: &'static str, key: &str, value: &str, message: String) -> Problem {
        Problem::error(code, self.path, message).at(self.place(key, value)).field(key)
    }

    pub(super) fn warning(&self, code: &'static str, key: &str, value: &str, message: String) -> Problem {
        Problem::warning(code, self.path, message).at(self.place(key, value)).field(key)
    }
}

/// Every article with its file.
pub(super) fn subjects(reading: &Reading) -> impl Iterator<Item = Subject<'_>> {
    let pairs = reading.source.articles.iter().zip(&reading.origins);
    pairs.map(|(article, origin)| Subject { article, path: &origin.path, text: reading.text(&origin.path), origin })
}

/// Every block of an article, in order.
pub(super) fn blocks(article: &Article) -> impl Iterator<Item = &Block> {
    article.body.intro.iter().chain(article.body.sections.iter().flat_map(|section| &section.blocks))
}

pub(super) fn check(reading: &Reading, found: &mut Vec<Problem>) {
    let ids: BTreeSet<&str> = reading.source.articles.iter().map(|article| article.id.as_str()).collect();
    let known = reading.is_sound(FACTS).then(|| Known::new(&reading.source.facts));
    for subject in subjects(reading) {
        in_catalog(reading, &subject, found);
        links(reading, &ids, &subject, found);
        vendors(&subject, found);
        if let Some(known) = &known {
            conditions(known, &subject, found);
        }
    }
    duplicates(reading, found);
}

fn in_catalog(reading: &Reading, subject: &Subject<'_>, found: &mut Vec<Problem>) {
    let Some(catalog) = reading.source.catalog.as_ref().filter(|_| reading.is_sound(CATALOG)) else { return };
    let Article { service, level, apps, .. } = subject.article;
    match catalog.service(service) {
        None => {
            let problem =
                subject.error("unknown-service", "service", service.as_str(), format!("el servicio «{service}» no está en el catálogo"));
            let near = did_you_mean(service.as_str(), catalog.services.iter().map(|service| service.id.as_str()));
            found.push(problem.help(near.unwrap_or_else(|| "use un servicio de catalog.yaml".into())));
        }
        // A service of the first level has articles on what only a higher level can end, never the other way.
        Some(known) if known.level > *level => {
            let message = format!("el nivel es {level}, menor que el del servicio «{service}», que es {}", known.level);
            found.push(
                subject
                    .error("level-mismatch", "level", &level.to_string(), message)
                    .help(format!("escriba level: {} o mayor", known.level)),
            );
        }
        Some(_) => {}
    }
    let Applies::Only(apps) = apps else { return };
    for app in apps.iter().filter(|app| catalog.app(app).is_none()) {
        let problem = subject.error("unknown-app", "apps", app.as_str(), format!("la app «{app}» no está en el catálogo"));
        let near = did_you_mean(app.as_str(), catalog.apps.iter().map(|app| app.id.as_str()));
        found.push(problem.help(near.unwrap_or_else(|| "use una app de catalog.yaml".into())));
    }
}

fn links(reading: &Reading, ids: &BTreeSet<&str>, subject: &Subject<'_>, found: &mut Vec<Problem>) {
    let article = subject.article;
    // An article whose file couldn't be read is there all the same.
    let exists = |id: &str| ids.contains(id) || reading.unreadable.contains(id);
    let near = |id: &str| did_you_mean(id, ids.iter().copied()).unwrap_or_else(|| "escriba el id de un artículo que exista".into());
    let mut seen = BTreeSet::new();
    for id in &article.related {
        if *id == article.id {
            found.push(
                subject.error("self-link", "related", id.as_str(), "el artículo se nombra a sí mismo".into()).help("quítelo de related"),
            );
        } else if !exists(id.as_str()) {
            found.push(
                subject.error("unknown-article", "related", id.as_str(), format!("el artículo «{id}» no existe")).help(near(id.as_str())),
            );
        } else if !seen.insert(id) {
            found.push(subject.warning("duplicate-value", "related", id.as_str(), format!("«{id}» está dos veces")).help("deje uno"));
        }
    }
    let mut linked = BTreeSet::new();
    for id in blocks(article).flat_map(spans).filter_map(|span| if let Span::Article { id, .. } = span { Some(id) } else { None }) {
        if !linked.insert(id) {
            continue;
        }
        let place = subject.body_place(&format!("(article:{id})"));
        if *id == article.id {
            let problem = Problem::error("self-link", subject.path, "el texto enlaza a este mismo artículo").at(place);
            found.push(problem.help("quite el enlace"));
        } else if !exists(id.as_str()) {
            let problem = Problem::error("unknown-article", subject.path, format!("el artículo enlazado «{id}» no existe")).at(place);
            found.push(problem.help(near(id.as_str())));
        }
    }
}

fn spans(block: &Block) -> &[Span] {
    match block {
        Block::Paragraph(spans) | Block::Item(spans) | Block::Step { text: spans, .. } => spans,
        Block::Picture { .. } => &[],
    }
}

fn vendors(subject: &Subject<'_>, found: &mut Vec<Problem>) {
    let article = subject.article;
    let own = article.vendors.iter().map(|vendor| ("vendors", vendor));
    let variants = article.variants.iter().flat_map(|variant| &variant.vendors).map(|vendor| ("variants", vendor));
    let mut told = BTreeSet::new();
    for (key, vendor) in own.chain(variants) {
        if VENDORS.contains(&vendor.as_str()) || !told.insert((key, vendor)) {
            continue;
        }
        let near = did_you_mean(&vendor.to_lowercase(), VENDORS);
        let help = near.unwrap_or_else(|| format!("use una de estas: {}", VENDORS.join(", ")));
        found.push(subject.error("unknown-vendor", key, vendor, format!("la marca «{vendor}» no es conocida")).help(help));
    }
}

fn conditions(known: &Known<'_>, subject: &Subject<'_>, found: &mut Vec<Problem>) {
    for (id, condition) in &subject.article.facts {
        match known.fact(id.as_str()) {
            None => {
                let problem = subject.error("unknown-fact", "facts", id.as_str(), format!("el dato «{id}» no está en facts.yaml"));
                found.push(problem.help(did_you_mean(id.as_str(), known.ids()).unwrap_or_else(|| "agréguelo a facts.yaml".into())));
            }
            Some(fact) => {
                if let Err((why, help)) = super::facts::admits(&fact.kind, condition) {
                    found.push(
                        subject.error("bad-condition", "facts", id.as_str(), format!("la condición de «{id}» no sirve: {why}")).help(help),
                    );
                }
            }
        }
    }
}

fn duplicates(reading: &Reading, found: &mut Vec<Problem>) {
    let mut ids: BTreeMap<&str, PathBuf> = BTreeMap::new();
    let mut titles: BTreeMap<String, (PathBuf, u32)> = BTreeMap::new();
    for subject in subjects(reading) {
        let Article { id, title, .. } = subject.article;
        if let Some(first) = ids.get(id.as_str()) {
            let message = format!("el id «{id}» ya es de {}", first.display());
            found.push(subject.error("duplicate-article", "id", id.as_str(), message).help("cambie uno de los dos"));
        } else {
            ids.insert(id.as_str(), subject.path.to_owned());
        }
        let key = fold(title);
        if key.is_empty() {
            continue;
        }
        if let Some((first, line)) = titles.get(&key) {
            let message = format!("el título es igual al de {}:{line}", first.display());
            found.push(subject.error("duplicate-title", "title", title, message).help("diga en el título qué los distingue"));
        } else {
            titles.insert(key, (subject.path.to_owned(), subject.place("title", title).0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Base;

    fn after(front: &str, steps: &str) -> std::io::Result<Vec<(&'static str, u32)>> {
        let base = Base::new()?;
        base.write("articles/gps/gps-a.md", Base::article("gps-a", front, steps))?;
        Ok(base.told().into_iter().map(|t| (t.0, t.2)).collect())
    }

    #[test]
    fn what_an_article_names_must_exist() -> std::io::Result<()> {
        assert_eq!(after("related: [gps-b, gps-z]\n", "")?, [("unknown-article", 14)]);
        assert_eq!(after("related: [gps-a]\n", "")?, [("self-link", 14)]);
        assert_eq!(after("related: [gps-b, gps-b]\n", "")?, [("duplicate-value", 14)]);
        assert_eq!(after("", "2. Vea [esto](article:gps-z).\n")?, [("unknown-article", 21)]);
        assert_eq!(after("", "2. Vea [esto](article:gps-a).\n")?, [("self-link", 21)]);
        assert_eq!(after("vendors: [samsung, Samsung]\n", "")?, [("unknown-vendor", 14)]);
        assert_eq!(
            after("variants:\n  - vendors: [xiaomi]\n    text: X\n  - vendors: [redmi]\n    text: Y\n", "")?,
            [("unknown-vendor", 17)]
        );
        Ok(())
    }

    #[test]
    fn conditions_must_fit_the_type_of_their_fact() -> std::io::Result<()> {
        assert_eq!(
            after(
                "facts:\n  location.enabled: false\n  gps.on: true\n  android.sdk: \">=31\"\n  rom: \"<=12.5\"\n  installer: \"!=store\"\n",
                ""
            )?,
            []
        );
        let bad = "facts:\n  location.enabled: apagada\n  android.sdk: treinta\n  rom: \">x\"\n  installer: tienda\n  perm.any: denied\n";
        let want = [("bad-condition", 15), ("bad-condition", 16), ("bad-condition", 17), ("bad-condition", 18), ("unknown-fact", 19)];
        assert_eq!(after(bad, "")?, want);
        assert_eq!(after("facts: { installer: \">3\", location.enabled: \">1\" }\n", "")?.len(), 2);
        Ok(())
    }

    #[test]
    fn the_catalog_decides_service_level_and_apps() -> std::io::Result<()> {
        let base = Base::new()?;
        base.edit("articles/gps/gps-a.md", "level: 1", "level: 0")?;
        base.edit("articles/gps/gps-a.md", "apps: all", "apps: [fsu-rop]")?;
        base.write("articles/gsp/gsp-c.md", Base::article("gsp-c", "", "").replace("service: gps", "service: gsp"))?;
        let told: Vec<_> = base.told().into_iter().filter(|t| t.0 != "uncovered-article").map(|t| (t.0, t.2)).collect();
        assert_eq!(told, [("unknown-app", 5), ("level-mismatch", 6), ("unknown-service", 4)]);
        Ok(())
    }

    #[test]
    fn ids_and_titles_are_unique() -> std::io::Result<()> {
        let base = Base::new()?;
        base.edit("articles/gps/gps-b.md", "title: El caso gps-b", "title: ¡El CASO gps-a!")?;
        assert_eq!(base.told(), [("duplicate-title", "articles/gps/gps-b.md".to_owned(), 3)]);
        base.write(
            "articles/camara/gps-a.md",
            Base::article("gps-a", "", "").replace("service: gps", "service: camara").replace("señal", "foto").replace("El caso", "Otro"),
        )?;
        assert!(base.told().iter().any(|t| t.0 == "duplicate-article"), "{:?}", base.told());
        Ok(())
    }
}
