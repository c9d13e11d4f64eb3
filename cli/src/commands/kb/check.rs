//! `baquiano kb check`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use baquiano::KnowledgeBase;
use baquiano::diagnose::{Driven, Move, act};
use baquiano::kb::author::source::{QUERIES, SCENARIOS};
use baquiano::kb::author::{Problem, Severity, todos};
use baquiano::kb::pack::Pack;
use baquiano::kb::{Compiled, FaultId, MANIFEST, compile};
use serde::Serialize;

use super::super::questions::{Outcome, Rates, ask_all};
use crate::args::{Check, Global};
use crate::failure::{Done, Failure};
use crate::open;
use crate::show::Screen;
use crate::texts::errors;

/// Below this share of test questions whose first hits are right the content gets a warning: nine of ten, which is what the desk
/// expects of the search.
const EXPECTED: f64 = 0.90;

pub(super) fn run(screen: &Screen, global: Global, args: Check) -> Result<Done, Failure> {
    let dir = open::folder(screen, args.dir, global.kb)?;
    let mut content = compile(&dir);
    let mut outcome = None;
    if !content.problems.iter().any(is_error) {
        match ask(screen, &content)? {
            Ok(asked) => {
                content.problems.extend(asked.as_ref().and_then(weak));
                outcome = asked;
            }
            Err(unbuilt) => content.problems.push(unbuilt),
        }
        let wrong = scenarios(&content);
        content.problems.extend(wrong);
        content.problems.sort();
    }
    let report = Report::new(&content, outcome.as_ref(), args.todo);
    if global.json {
        screen.json(&report)?;
    } else {
        screen.write(|out| draw(out, screen, &content, &report))?;
    }
    Ok(if report.errors > 0 || (args.strict && report.warnings > 0) { Done::Finding } else { Done::Good })
}

fn is_error(problem: &Problem) -> bool {
    problem.severity == Severity::Error
}

/// Asks the test questions; what keeps the pack from being built is a problem of the content. Without questions there is nothing
/// to tell.
fn ask(screen: &Screen, content: &Compiled) -> Result<Result<Option<Outcome>, Problem>, Failure> {
    let kb = match content.pack().and_then(Pack::from_vec).and_then(KnowledgeBase::open) {
        Ok(kb) => kb,
        Err(error) => return Ok(Err(Problem::error("no-pack", MANIFEST, errors::pack(screen.lang, &error)))),
    };
    let cases = &content.reading.source.queries;
    if cases.is_empty() {
        return Ok(Ok(None));
    }
    let outcome = ask_all(&kb, cases).map_err(|error| Failure::Internal(errors::search(screen.lang, &error)))?;
    Ok(Ok(Some(outcome)))
}

/// Acts out the scenarios of the flows: each must end as it says, and every fault must have one.
fn scenarios(content: &Compiled) -> Vec<Problem> {
    let source = &content.reading.source;
    let mut wrong = Vec::new();
    for flow in &source.flows {
        let file = format!("{SCENARIOS}/{}.yaml", flow.flow);
        let own = source.scenarios.get(&flow.flow).map(Vec::as_slice).unwrap_or_default();
        let mut passed = BTreeSet::new();
        for scenario in own {
            let expected = format!("{:?} {}", scenario.outcome, scenario.fault).to_lowercase();
            let got = match act(&source.flows, flow, &source.facts, scenario) {
                Ok(Driven { end: Some(end), moves, .. }) => {
                    passed.extend(moves.into_iter().filter_map(|own| if let Move::Went(go) = own { Some(go.fault) } else { None }));
                    let fault = end.fault.map_or_else(|| "ninguna causa".to_owned(), |fault| fault.to_string());
                    format!("{:?} {fault}", end.outcome).to_lowercase()
                }
                Ok(_) => "una pregunta sin respuesta".to_owned(),
                Err(error) => error.to_string(),
            };
            if got != expected {
                let message = format!("«{}»: se esperaba {expected}, salió {got}", scenario.name);
                wrong.push(Problem::error("scenario", &file, message).help("corrija el flujo o el caso"));
            }
        }
        let tested = |fault: &FaultId| passed.contains(fault) || own.iter().any(|scenario| scenario.fault == *fault);
        for fault in flow.faults.iter().filter(|fault| !tested(&fault.id)) {
            let message = format!("ningún caso termina en «{}»", fault.id);
            wrong.push(Problem::warning("no-scenario", &file, message).help("agregue uno"));
        }
    }
    wrong
}

fn weak(outcome: &Outcome) -> Option<Problem> {
    let rates = outcome.service.rates();
    (rates.success_1 < EXPECTED || rates.success_3 < EXPECTED).then(|| {
        let message = format!(
            "las preguntas de prueba aciertan poco: {:.1} % en el primer resultado, {:.1} % en los tres primeros",
            rates.success_1 * 100.0,
            rates.success_3 * 100.0
        );
        Problem::warning("low-success", QUERIES, message)
            .help("vea los fallos con `baquiano eval` y agregue las frases que faltan en `symptoms`")
    })
}

#[derive(Debug, Serialize)]
struct Report<'c> {
    problems: &'c [Problem],
    articles: usize,
    errors: usize,
    warnings: usize,
    queries: Option<Queries>,
    #[serde(skip_serializing_if = "Option::is_none")]
    todo: Option<Vec<Todo>>,
}

#[derive(Debug, Serialize)]
struct Queries {
    #[serde(flatten)]
    service: Rates,
    article: Rates,
}

#[derive(Debug, Serialize)]
struct Todo {
    file: PathBuf,
    task: String,
}

impl<'c> Report<'c> {
    fn new(content: &'c Compiled, outcome: Option<&Outcome>, with_todo: bool) -> Self {
        let source = &content.reading.source;
        let errors = content.problems.iter().filter(|problem| is_error(problem)).count();
        Self {
            problems: &content.problems,
            articles: source.articles.len(),
            errors,
            warnings: content.problems.len() - errors,
            queries: outcome.map(|outcome| Queries { service: outcome.service.rates(), article: outcome.article.rates() }),
            todo: with_todo.then(|| todos(source).into_iter().map(|(file, task)| Todo { file, task }).collect()),
        }
    }
}

fn draw(out: &mut dyn Write, screen: &Screen, content: &Compiled, report: &Report<'_>) -> Result<(), Failure> {
    for problem in report.problems {
        writeln!(out, "{}\n", content.reading.render(problem, screen.paint.on))?;
    }
    if let Some(todo) = &report.todo {
        writeln!(out, "{}", screen.lang.todo_title(todo.len()))?;
        let mut last = None;
        for Todo { file, task } in todo {
            if last != Some(file) {
                writeln!(out, "{}", file.display())?;
                last = Some(file);
            }
            writeln!(out, "  - {}", crate::show::clean(task))?;
        }
        writeln!(out)?;
    }
    if let Some(Queries { service, .. }) = &report.queries {
        let (one, three) = (format!("{:.3}", service.success_1), format!("{:.3}", service.success_3));
        writeln!(out, "{}", screen.lang.queries_line(service.questions, one, three))?;
    }
    let lang = screen.lang;
    let summary = lang.summary(lang.errors(report.errors), lang.warnings(report.warnings), lang.articles(report.articles));
    Ok(writeln!(out, "{summary}")?)
}
