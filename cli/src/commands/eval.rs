//! `baquiano eval`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use baquiano::KnowledgeBase;
use baquiano::kb::author::{Problem, QueryCase, Severity, parse_queries};
use serde::Serialize;

use super::questions::{Miss, Outcome, Place, Rates, Tally, ask_all};
use crate::args::{self, Global};
use crate::failure::{Done, Failure};
use crate::show::{Screen, clean};
use crate::texts::errors;
use crate::{files, open};

/// Largest table. Chosen: a hundred times the questions of the knowledge base.
const MAX_TABLE: u64 = 16 << 20;

pub(crate) fn run(screen: &Screen, global: &Global, args: &args::Eval) -> Result<Done, Failure> {
    let text = read(screen, &args.file)?;
    let desk = open::desk(screen, global.kb.as_deref(), &args.trust.key)?;
    let kb = desk.knowledge();
    let (mut cases, mut problems) = parse_queries(&text, &args.file);
    problems.extend(unknown(screen, &kb, &cases, &args.file)?);
    problems.sort();
    for problem in &problems {
        screen.complain_as_is(&format!("{}\n", problem.render(Some(&text), true)));
    }
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Failure::Input(screen.lang.bad_questions(args.file.display())));
    }
    cases.retain(|case| args.split.is_none() || case.split == args.split);
    if cases.is_empty() {
        return Err(Failure::Input(screen.lang.no_questions(args.file.display())));
    }
    let outcome = ask_all(&kb, &cases).map_err(|error| Failure::Internal(errors::search(screen.lang, &error)))?;
    if global.json {
        screen.json(&Report::new(&args.file, outcome))?;
    } else {
        screen.write(|out| Ok(draw(out, screen, &outcome)?))?;
    }
    Ok(Done::Good)
}

fn read(screen: &Screen, path: &Path) -> Result<String, Failure> {
    let refused = |_| Failure::Input(screen.lang.cannot_read(path.display(), errors::io(screen.lang, &io::ErrorKind::InvalidData.into())));
    let text = String::from_utf8(files::read(screen, path, MAX_TABLE)?).map_err(refused)?;
    // Some editors begin a text with a byte order mark; it isn't part of the first cell.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Rows that can't be answered, since this knowledge base doesn't have what they ask for: no mistake of the table.
fn unknown(screen: &Screen, kb: &KnowledgeBase, cases: &[QueryCase], file: &Path) -> Result<Vec<Problem>, Failure> {
    let catalog = kb.catalog().map_err(|error| screen.damaged(&error))?;
    let articles: BTreeSet<&str> = kb.article_ids().collect();
    let mut problems = Vec::new();
    for case in cases {
        let at = |code, field, message: String| Problem::warning(code, file, message).at((case.line, 0)).field(field);
        if catalog.service(&case.service).is_none() {
            problems.push(at("unknown-service", "service", screen.lang.unknown_service_row(&case.service)));
        }
        if let Some(article) = case.article.as_ref().filter(|id| !articles.contains(id.as_str())) {
            problems.push(at("unknown-article", "article", screen.lang.unknown_article_row(article)));
        }
    }
    Ok(problems)
}

#[derive(Debug, Serialize)]
struct Report {
    file: String,
    #[serde(flatten)]
    service: Rates,
    article: Rates,
    by_noise: BTreeMap<String, Rates>,
    by_split: BTreeMap<String, Rates>,
    misses: Vec<Miss>,
}

impl Report {
    fn new(file: &Path, outcome: Outcome) -> Self {
        let rates = |group: &BTreeMap<String, Tally>| group.iter().map(|(name, tally)| (name.clone(), tally.rates())).collect();
        Self {
            file: file.display().to_string(),
            service: outcome.service.rates(),
            article: outcome.article.rates(),
            by_noise: rates(&outcome.by_noise),
            by_split: rates(&outcome.by_split),
            misses: outcome.misses,
        }
    }
}

fn draw(out: &mut dyn Write, screen: &Screen, outcome: &Outcome) -> io::Result<()> {
    let lang = screen.lang;
    write!(out, "{:<22}", "")?;
    for column in lang.eval_columns().split('|') {
        write!(out, "{column:>11}")?;
    }
    writeln!(out)?;
    row(out, &lang.by_service(), &outcome.service)?;
    if outcome.article.questions > 0 {
        row(out, &lang.by_article(), &outcome.article)?;
    }
    for (title, group) in [(lang.by_noise(), &outcome.by_noise), (lang.by_split(), &outcome.by_split)] {
        if !group.is_empty() {
            writeln!(out, "{title}")?;
        }
        for (name, tally) in group {
            row(out, &format!("  {}", clean(name)), tally)?;
        }
    }
    let (other, wrong): (Vec<_>, Vec<_>) = outcome.misses.iter().partition(|miss| miss.service_right);
    for (title, misses) in [(lang.misses(wrong.len()), wrong), (lang.article_misses(other.len()), other)] {
        if misses.is_empty() {
            continue;
        }
        writeln!(out, "\n{title}")?;
        for miss in misses {
            let got = miss.got.as_ref().map_or_else(|| lang.nothing(), place);
            writeln!(out, "{:>5}  {}", miss.line, clean(&miss.question))?;
            writeln!(out, "       {}; {}", lang.expected(place(&miss.expected)), lang.got(got, format!("{:.2}", miss.confidence)))?;
        }
    }
    Ok(())
}

fn place(place: &Place) -> String {
    place.article.as_ref().map_or_else(|| place.service.to_string(), |article| format!("{} / {article}", place.service))
}

fn row(out: &mut dyn Write, name: &str, tally: &Tally) -> io::Result<()> {
    let Rates { questions, success_1, success_3, mrr } = tally.rates();
    writeln!(out, "{name:<22}{success_1:>11.3}{success_3:>11.3}{mrr:>11.3}{questions:>11}")
}
