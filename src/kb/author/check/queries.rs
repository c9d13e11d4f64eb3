//! Test questions: each asks for something that is there, and every article is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::diagnostics::Problem;
use super::super::locate::Place;
use super::super::queries::{NOISES, QueryCase};
use super::super::source::{CATALOG, QUERIES, Reading};
use super::super::text::did_you_mean;
use super::articles::subjects;
use crate::kb::ArticleId;

pub(super) fn check(reading: &Reading, found: &mut Vec<Problem>) {
    let text = reading.text(Path::new(QUERIES));
    let lines: Vec<&str> = text.lines().collect();
    let services: BTreeMap<&str, &str> =
        reading.source.articles.iter().map(|article| (article.id.as_str(), article.service.as_str())).collect();
    let catalog = reading.source.catalog.as_ref().filter(|_| reading.is_sound(CATALOG));
    let mut asked: BTreeMap<String, &QueryCase> = BTreeMap::new();
    for case in &reading.source.queries {
        let place = |cell: &str| cell_place(&lines, case.line, cell);
        let error = |code, cell: &str, message: String| Problem::error(code, QUERIES, message).at(place(cell));
        let service = case.service.as_str();
        if let Some(catalog) = catalog.filter(|catalog| catalog.service(&case.service).is_none()) {
            let near = did_you_mean(service, catalog.services.iter().map(|service| service.id.as_str()));
            let help = near.unwrap_or_else(|| "use un servicio de catalog.yaml".into());
            found.push(error("unknown-service", service, format!("el servicio «{service}» no está en el catálogo")).help(help));
        }
        if let Some(id) = case.article.as_ref().map(ArticleId::as_str) {
            match services.get(id) {
                None if reading.unreadable.contains(id) => {}
                None => {
                    let help =
                        did_you_mean(id, services.keys().copied()).unwrap_or_else(|| "escriba el id de un artículo que exista".into());
                    found.push(error("unknown-article", id, format!("el artículo «{id}» no existe")).help(help));
                }
                Some(own) if *own != service => {
                    let message = format!("el artículo «{id}» es del servicio «{own}», no de «{service}»");
                    found.push(error("wrong-service", id, message).help("corrija el servicio o el artículo"));
                }
                Some(_) => {}
            }
        }
        if let Some(noise) = case.noise.as_deref().filter(|noise| !NOISES.contains(noise)) {
            let help = did_you_mean(noise, NOISES).unwrap_or_else(|| format!("use uno de estos: {}", NOISES.join(", ")));
            found.push(error("unknown-noise", noise, format!("el ruido «{noise}» no es conocido")).help(help));
        }
        // Accents and misspellings are what is tested, so only case and spaces are put aside.
        let key = case.question.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(first) = asked.get(&key) {
            found.push(
                error("duplicate-question", &case.question, format!("la pregunta ya está en la línea {}", first.line)).help("quite una"),
            );
        } else {
            asked.insert(key, case);
        }
    }
    uncovered(reading, found);
}

/// Articles that no question asks for. Without any question that names an article there is nothing to compare.
fn uncovered(reading: &Reading, found: &mut Vec<Problem>) {
    let named: BTreeSet<&ArticleId> = reading.source.queries.iter().filter_map(|case| case.article.as_ref()).collect();
    if named.is_empty() {
        return;
    }
    for subject in subjects(reading).filter(|subject| !named.contains(&subject.article.id)) {
        let id = &subject.article.id;
        let problem =
            subject.warning("uncovered-article", "id", id.as_str(), format!("ninguna pregunta de prueba espera el artículo «{id}»"));
        found.push(problem.help(format!("agregue una a {QUERIES}")));
    }
}

/// Where a cell stands in a line.
fn cell_place(lines: &[&str], line: u32, cell: &str) -> Place {
    let mut column = 1;
    let content = (line as usize).checked_sub(1).and_then(|at| lines.get(at)).copied().unwrap_or("");
    for part in content.split('\t') {
        if part.trim() == cell {
            return (line, column);
        }
        column += u32::try_from(part.chars().count() + 1).unwrap_or(0);
    }
    (line, 1)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Base;

    #[test]
    fn questions_name_what_exists_and_stand_once() -> std::io::Result<()> {
        let base = Base::new()?;
        let good = "query\tservice\tarticle\tnoise\nuno\tgps\tgps-a\tclean\n";
        base.write(
            "tests/queries.tsv",
            format!("{good}Uno\tgps\t\t\ntres\tgsp\t\t\ncuatro\tgps\tgps-z\t\ncinco\tcamara\tgps-a\t\nseis\tgps\t\tclaen\n"),
        )?;
        let found = check_all(&base);
        let want = [
            ("duplicate-question", 3, 1),
            ("unknown-service", 4, 6),
            ("unknown-article", 5, 12),
            ("wrong-service", 6, 14),
            ("unknown-noise", 7, 11),
        ];
        assert_eq!(found[1..], want);
        assert_eq!(found[0].0, "uncovered-article");
        Ok(())
    }

    fn check_all(base: &Base) -> Vec<(&'static str, u32, u32)> {
        let reading = base.read();
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        super::super::check(&reading).into_iter().filter(|p| p.code != "few-articles").map(|p| (p.code, p.line, p.column)).collect()
    }

    #[test]
    fn without_any_named_article_nothing_is_called_uncovered() -> std::io::Result<()> {
        let base = Base::new()?;
        base.write("tests/queries.tsv", "uno\tgps\n")?;
        assert_eq!(check_all(&base), []);
        Ok(())
    }

    #[test]
    fn a_case_variant_with_other_accents_is_another_question() -> std::io::Result<()> {
        let base = Base::new()?;
        base.write("tests/queries.tsv", "la cámara\tcamara\nla camara\tcamara\n")?;
        assert_eq!(check_all(&base), []);
        Ok(())
    }
}
