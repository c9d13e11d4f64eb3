//! `baquiano kb graph`: a flow as a picture for the wall, and as Mermaid.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use baquiano::kb::{Condition, Escalation, Fact, FactId, FactValue, Fault, Flow, Remedy};

use super::super::flows;
use crate::args::{Drawing, Global, Graph};
use crate::failure::{Done, Failure};
use crate::files;
use crate::show::Screen;
use crate::texts::errors;

pub(super) fn run(screen: &Screen, global: &Global, args: &Graph) -> Result<Done, Failure> {
    let (chosen, facts) = flows::read(screen, global, args.flow.as_deref(), &args.trust)?;
    for flow in &chosen {
        let chart = Chart::new(flow, &facts);
        let Some(dir) = &args.output else {
            let drawn = if args.format == Drawing::Svg { chart.svg() } else { chart.mermaid() };
            screen.write(|out| Ok(write!(out, "{drawn}")?))?;
            continue;
        };
        let refused = |error| Failure::Input(screen.lang.cannot_write(dir.display(), errors::io(screen.lang, &error)));
        fs::create_dir_all(dir).map_err(refused)?;
        for (ending, drawn) in [("svg", chart.svg()), ("mmd", chart.mermaid())] {
            files::write_atomically(screen, &dir.join(format!("{}.{ending}", flow.flow)), drawn.as_bytes())?;
        }
    }
    Ok(Done::Good)
}

/// A flow in words: of each cause how it shows, and what is done.
struct Chart<'f> {
    flow: &'f Flow,
    goal: String,
    rows: Vec<Row<'f>>,
}

struct Row<'f> {
    shows: Vec<String>,
    cause: String,
    remedies: Vec<&'f Remedy>,
    desk: Option<String>,
}

impl<'f> Chart<'f> {
    /// The causes, the commonest first.
    fn new(flow: &'f Flow, facts: &[Fact]) -> Self {
        let facts: BTreeMap<&FactId, &Fact> = facts.iter().map(|fact| (&fact.id, fact)).collect();
        let mut faults: Vec<_> = flow.faults.iter().collect();
        faults.sort_by(|a, b| b.prior.total_cmp(&a.prior));
        let all: f32 = flow.faults.iter().map(|fault| fault.prior).sum();
        let sign = |(fact, condition): (&FactId, &Condition)| in_words(facts.get(fact).copied(), fact, condition);
        let row = |fault: &'f Fault| Row {
            shows: if fault.signs.is_empty() { mostly(fault, &facts) } else { fault.signs.iter().map(sign).collect() },
            cause: match fault.prior / all * 100.0 {
                rare if rare < 1.0 => format!("{} (menos de 1 %)", fault.name),
                share => format!("{} ({share:.0} %)", fault.name),
            },
            remedies: fault.remedies.iter().filter_map(|id| flow.remedy(id)).collect(),
            desk: fault.escalate.as_ref().map(desk).or_else(|| fault.go.as_ref().map(|flow| format!("Sigue en el flujo {flow}"))),
        };
        Self {
            flow,
            goal: in_words(facts.get(&flow.goal.fact).copied(), &flow.goal.fact, &flow.goal.is),
            rows: faults.into_iter().map(row).collect(),
        }
    }

    fn mermaid(&self) -> String {
        let mut out = format!("flowchart LR\n  inicio([\"{}\"])\n  fin([\"{}\"])\n", quoted(&self.flow.title), quoted(&self.goal));
        for (number, row) in self.rows.iter().enumerate() {
            let shows = if row.shows.is_empty() { "Lo demás está bien".to_owned() } else { row.shows.join("<br>") };
            let _ = writeln!(out, "  s{number}{{{{\"{}\"}}}}\n  f{number}[\"{}\"]", quoted(&shows), quoted(&row.cause));
            let _ = writeln!(out, "  inicio --> s{number} --> f{number}");
            for remedy in &row.remedies {
                let _ = writeln!(out, "  f{number} --> {}", remedy.id);
            }
            if let Some(desk) = &row.desk {
                let _ = writeln!(out, "  f{number} --> m{number}[/\"{}\"/]", quoted(desk));
            }
        }
        for remedy in &self.flow.remedies {
            let _ = writeln!(out, "  {}(\"{}\") --> fin", remedy.id, quoted(&remedy.text));
        }
        let _ = writeln!(out, "  fin -. no .-> mesa[/\"{}\"/]", quoted(&desk(&self.flow.otherwise)));
        out
    }

    fn svg(&self) -> String {
        let mut body = String::new();
        let mut y = 110;
        for row in &self.rows {
            let shows = if row.shows.is_empty() { vec!["Lo demás está bien".to_owned()] } else { row.shows.clone() };
            let shows: Vec<String> = shows.iter().flat_map(|text| wrap(text, COLUMNS[0])).collect();
            let cause = wrap(&row.cause, COLUMNS[1]);
            let dangerous = |remedy: &Remedy| if remedy.may_lose_data { "⚠ " } else { "" };
            let mut ends: Vec<(&str, Vec<String>)> =
                row.remedies.iter().map(|remedy| ("do", wrap(&format!("{}{}", dangerous(remedy), remedy.text), COLUMNS[2]))).collect();
            ends.extend(row.desk.iter().map(|desk| ("desk", wrap(desk, COLUMNS[2]))));
            let right: usize = ends.iter().map(|(_, lines)| high(lines) + GAP).sum::<usize>().saturating_sub(GAP);
            let height = right.max(high(&shows)).max(high(&cause));
            let middle = y + height / 2;
            place(&mut body, "sign", 0, middle - high(&shows) / 2, &shows);
            place(&mut body, "fault", 1, middle - high(&cause) / 2, &cause);
            arrow(&mut body, 0, middle, middle);
            let mut top = y + (height - right) / 2;
            for (kind, lines) in &ends {
                arrow(&mut body, 1, middle, top + high(lines) / 2);
                place(&mut body, kind, 2, top, lines);
                top += high(lines) + GAP;
            }
            y += height + 2 * GAP;
        }
        let otherwise = format!("Si nada de esto es, o nada ayuda: {}", desk(&self.flow.otherwise));
        let head = |number: usize, text: &str| format!("<text class=\"h\" x=\"{}\" y=\"92\">{text}</text>\n", COLUMNS[number].x);
        let heads = head(0, "Qué se ve") + &head(1, "Qué es") + &head(2, "Qué se hace");
        let (width, height) = (COLUMNS[2].x + COLUMNS[2].width + MARGIN, y + 40);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
             markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\"/></marker></defs>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n<text class=\"t\" x=\"{MARGIN}\" y=\"40\">{title}</text>\n\
             <text x=\"{MARGIN}\" y=\"64\">Termina bien cuando: {goal}</text>\n{heads}{body}<text x=\"{MARGIN}\" y=\"{last}\">{otherwise}</text>\n</svg>\n",
            title = escape(&self.flow.title),
            goal = escape(&self.goal),
            otherwise = escape(&otherwise),
            last = y + 16,
        )
    }
}

/// Where a column stands, and how many letters fit in a line.
#[derive(Clone, Copy)]
struct Column {
    x: usize,
    width: usize,
    letters: usize,
}

const MARGIN: usize = 24;
const GAP: usize = 8;
const LINE: usize = 18;
const COLUMNS: [Column; 3] =
    [Column { x: MARGIN, width: 400, letters: 52 }, Column { x: 484, width: 260, letters: 33 }, Column { x: 804, width: 460, letters: 60 }];
const STYLE: &str = "text{font:14px sans-serif;fill:#222}.t{font-size:24px;font-weight:bold}.h{font-weight:bold;fill:#555}rect.sign{fill:#eef3fb;\
                     stroke:#4a72b0}rect.fault{fill:#fff6d9;stroke:#b08a1e}rect.do{fill:#e9f6ea;stroke:#3d8a45}rect.desk{fill:#fbe9e4;\
                     stroke:#b5523a}path{fill:#555}line{stroke:#555}";

fn high(lines: &[String]) -> usize {
    lines.len() * LINE + 12
}

fn place(out: &mut String, kind: &str, column: usize, top: usize, lines: &[String]) {
    let Column { x, width, .. } = COLUMNS[column];
    let _ = writeln!(out, "<rect class=\"{kind}\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{}\" rx=\"6\"/>", high(lines));
    for (number, line) in lines.iter().enumerate() {
        let _ = writeln!(out, "<text x=\"{}\" y=\"{}\">{}</text>", x + 10, top + 20 + number * LINE, escape(line));
    }
}

/// An arrow to the next column.
fn arrow(out: &mut String, from: usize, start: usize, end: usize) {
    let Column { x, width, .. } = COLUMNS[from];
    let _ =
        writeln!(out, "<line x1=\"{}\" y1=\"{start}\" x2=\"{}\" y2=\"{end}\" marker-end=\"url(#a)\"/>", x + width, COLUMNS[from + 1].x - 2);
}

fn wrap(text: &str, column: Column) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.chars().count());
        if last > 0 && last + 1 + word.chars().count() > column.letters {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.extend([if line.is_empty() { "" } else { " " }, word]);
        }
    }
    lines
}

/// What a fault that has no certain sign mostly shows, where a person sees it.
fn mostly(fault: &Fault, facts: &BTreeMap<&FactId, &Fact>) -> Vec<String> {
    /// From this probability on. Chosen: more often than not.
    const MOSTLY: f32 = 0.5;
    let asked = |id: &FactId| facts.get(id).copied().filter(|fact| fact.question.is_some());
    let likely = fault.likely.iter().flat_map(|(id, values)| values.iter().map(move |(value, chance)| (id, value, *chance)));
    let shown = likely.filter(|(_, _, chance)| *chance >= MOSTLY).filter_map(|(id, value, _)| {
        let condition = Condition::written(value);
        Some(format!("{} (casi siempre)", in_words(Some(asked(id)?), id, &condition)))
    });
    shown.collect()
}

/// A fact and what it must be: its question with the answer, or its id where nobody is asked.
fn in_words(fact: Option<&Fact>, id: &FactId, condition: &Condition) -> String {
    let written = serde_json::to_value(condition).ok().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let written = compared(&written.unwrap_or_default());
    let Some((fact, question)) = fact.and_then(|fact| Some((fact, fact.question.as_deref()?))) else { return format!("{id}: {written}") };
    let answer = |text: &str| fact.answers.get(text).cloned();
    let said = match condition.value() {
        FactValue::Bool(value) if written == value.to_string() => {
            answer(&written).unwrap_or_else(|| if *value { "Sí" } else { "No" }.to_owned())
        }
        FactValue::Text(text) if written == *text => answer(text).unwrap_or(written),
        FactValue::Text(text) if written == compared(&format!("!={text}")) => {
            compared(&format!("!={}", answer(text).as_ref().unwrap_or(text)))
        }
        _ => written,
    };
    format!("{question} → {said}")
}

/// A comparison in words.
fn compared(written: &str) -> String {
    let words =
        [("<=", "", " o menos"), (">=", "", " o más"), ("!=", "otra cosa que «", "»"), ("<", "menos de ", ""), (">", "más de ", "")];
    let found = words.iter().find_map(|(sign, before, after)| Some(format!("{before}{}{after}", written.strip_prefix(sign)?)));
    found.unwrap_or_else(|| written.to_owned())
}

fn desk(escalation: &Escalation) -> String {
    format!("Mesa de ayuda, nivel {}: {}", escalation.level, escalation.area)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// For Mermaid's labels.
fn quoted(text: &str) -> String {
    text.replace('"', "#quot;")
}
