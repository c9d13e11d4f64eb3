//! A flow as a picture for the wall, and as Mermaid; and a session in that picture, with its place lit.
//!
//! Each cause is a row: how it shows, what it is, what is done. With a session, what is known of a sign stands before it, the causes have the probability that
//! they have by now, and those that are out of the question are set back. Signs say so, and classes: whoever shows it colours them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Input, Session, Step};
use crate::kb::{Condition, Escalation, Fact, FactId, FactType, FactValue, Fault, FaultId, Flow, Outcome, Remedy};

/// A flow as Mermaid.
pub fn mermaid(flow: &Flow, facts: &[Fact]) -> String {
    Chart::new(flow, facts.iter(), None).mermaid()
}

/// A flow as SVG, with its colours.
pub fn svg(flow: &Flow, facts: &[Fact]) -> String {
    Chart::new(flow, facts.iter(), None).svg()
}

/// The flow that a session is in as SVG, with its place lit. It has no colours: the page that it is put into gives them to its classes: `sign`, `fault`, `do`,
/// `desk` are what a box is; `here` is the place, `out` a cause that is out of the question. The first lit box has the id `aqui`.
pub fn svg_of(session: &Session) -> String {
    Chart::new(session.flow(), session.facts(), Some(Place::of(session))).svg()
}

/// Where a session stands.
struct Place<'s> {
    session: &'s Session,
    known: BTreeMap<FactId, FactValue>,
    /// Of each fault its probability; none: out of the question.
    chances: BTreeMap<&'s FaultId, Option<f32>>,
    /// Of each remedy that was tried, whether it was done.
    tried: BTreeMap<&'s str, bool>,
    step: Step,
}

impl<'s> Place<'s> {
    fn of(session: &'s Session) -> Self {
        let tried = |input: &'s Input| match input {
            Input::Did(remedy) => Some((remedy.as_str(), true)),
            Input::Skipped(remedy) => Some((remedy.as_str(), false)),
            Input::Fact { .. } | Input::Stop => None,
        };
        Self {
            session,
            known: session.known().into_iter().filter_map(|(fact, known)| Some((fact, known.value?))).collect(),
            chances: session.chances().into_iter().map(|(fault, chance)| (&fault.id, chance)).collect(),
            tried: session.inputs().iter().filter_map(tried).collect(),
            step: session.next(),
        }
    }

    /// The step in words.
    fn now(&self) -> String {
        let said = match &self.step {
            Step::Ask(ask) => self.session.fact(&ask.fact).and_then(|fact| fact.question.as_deref()),
            Step::Do(todo) => Some(todo.text.as_str()),
            Step::Concluded(end) => Some(match end.outcome {
                Outcome::Resolved => "resuelto.",
                Outcome::Escalated => "lo ve la Mesa de Ayuda.",
                Outcome::Abandoned => "se dejó sin terminar.",
            }),
            Step::Go(_) | Step::Probe(_) => None,
        };
        format!("Ahora: {}", said.unwrap_or("la app lee el teléfono."))
    }

    /// What stands before a sign: whether it is so, or is being asked.
    fn sign(&self, fact: &FactId, condition: &Condition) -> Mark {
        match (&self.step, self.known.get(fact)) {
            (Step::Ask(ask), _) if ask.fact == *fact => Mark::Here,
            (_, Some(value)) if condition.holds(value) => Mark::Yes,
            (_, Some(_)) => Mark::No,
            (_, None) => Mark::None,
        }
    }

    fn fault(&self, id: &FaultId) -> Mark {
        let mended = |remedy: &str| self.session.mended_by(remedy) == Some(id);
        match &self.step {
            Step::Do(todo) if mended(&todo.remedy) => Mark::Here,
            Step::Concluded(end) if end.fault.as_ref() == Some(id) => Mark::Here,
            _ => Mark::None,
        }
    }

    fn remedy(&self, id: &str) -> Mark {
        match (&self.step, self.tried.get(id)) {
            (Step::Do(todo), _) if todo.remedy == id => Mark::Here,
            (_, Some(true)) => Mark::Yes,
            (_, Some(false)) => Mark::No,
            (_, None) => Mark::None,
        }
    }

    /// Where the desk takes a fault, or, without one, what no fault hands over.
    fn desk(&self, id: Option<&FaultId>) -> Mark {
        let Step::Concluded(end) = &self.step else { return Mark::None };
        let hands_over = |id: &&FaultId| self.session.flow().faults.iter().any(|fault| fault.id == **id && fault.escalate.is_some());
        let by = end.fault.as_ref().filter(hands_over);
        if end.outcome == Outcome::Escalated && by == id { Mark::Here } else { Mark::None }
    }

    fn is_out(&self, id: &FaultId) -> bool {
        self.fault(id) == Mark::None && self.chances.get(id) == Some(&None)
    }
}

/// What a session says of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Here,
    Yes,
    No,
}

impl Mark {
    fn before(self, text: &str) -> String {
        let sign = match self {
            Self::None => "",
            Self::Here => "▶ ",
            Self::Yes => "✓ ",
            Self::No => "✗ ",
        };
        format!("{sign}{text}")
    }
}

/// A flow in words: of each cause how it shows, and what is done.
struct Chart<'f> {
    flow: &'f Flow,
    goal: String,
    rows: Vec<Row<'f>>,
    place: Option<Place<'f>>,
}

struct Row<'f> {
    fault: &'f Fault,
    shows: Vec<Sign<'f>>,
    cause: String,
    remedies: Vec<&'f Remedy>,
    desk: Option<String>,
}

/// How a cause shows.
struct Sign<'f> {
    text: String,
    fact: &'f FactId,
    condition: Condition,
}

impl<'f> Chart<'f> {
    /// The causes, the commonest first.
    fn new(flow: &'f Flow, facts: impl Iterator<Item = &'f Fact>, place: Option<Place<'f>>) -> Self {
        let facts: BTreeMap<&FactId, &Fact> = facts.map(|fact| (&fact.id, fact)).collect();
        let mut faults: Vec<_> = flow.faults.iter().collect();
        faults.sort_by(|a, b| b.prior.total_cmp(&a.prior));
        let all: f32 = flow.faults.iter().map(|fault| fault.prior).sum();
        let share = |fault: &Fault| match &place {
            Some(place) => place.chances.get(&fault.id).copied().flatten(),
            None => Some(fault.prior / all),
        };
        let sign = |(fact, condition): (&'f FactId, &Condition)| {
            let text = in_words(facts.get(fact).copied(), fact, condition);
            Sign { text, fact, condition: condition.clone() }
        };
        let row = |fault: &'f Fault| Row {
            fault,
            shows: if fault.signs.is_empty() { mostly(fault, &facts) } else { fault.signs.iter().map(sign).collect() },
            cause: match share(fault).map(|share| share * 100.0) {
                None => format!("{} (descartado)", fault.name),
                Some(rare) if rare < 1.0 => format!("{} (menos de 1 %)", fault.name),
                Some(share) => format!("{} ({share:.0} %)", fault.name),
            },
            remedies: fault.remedies.iter().filter_map(|id| flow.remedy(id)).collect(),
            desk: fault.escalate.as_ref().map(desk).or_else(|| fault.go.as_ref().map(|flow| format!("Sigue en el flujo {flow}"))),
        };
        let rows = faults.into_iter().map(row).collect();
        Self { flow, goal: in_words(facts.get(&flow.goal.fact).copied(), &flow.goal.fact, &flow.goal.is), rows, place }
    }

    fn mermaid(&self) -> String {
        let mut out = format!("flowchart LR\n  inicio([\"{}\"])\n  fin([\"{}\"])\n", quoted(&self.flow.title), quoted(&self.goal));
        for (number, row) in self.rows.iter().enumerate() {
            let shows = if row.shows.is_empty() {
                "Lo demás está bien".to_owned()
            } else {
                row.shows.iter().map(|sign| sign.text.as_str()).collect::<Vec<_>>().join("<br>")
            };
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
        let mut drawn = Drawn { out: String::new(), lit: false };
        let mut y = 92;
        if let Some(place) = &self.place {
            let now = wrap(&place.now(), WIDE);
            drawn.place("now", Mark::Here, (MARGIN, COLUMNS[2].x + COLUMNS[2].width - MARGIN), y - 16, &now);
            y += high(&now) + 20;
        }
        let heads: String = COLUMNS
            .iter()
            .zip(["Qué se ve", "Qué es", "Qué se hace"])
            .map(|(column, text)| format!("<text class=\"h\" x=\"{}\" y=\"{y}\">{text}</text>\n", column.x))
            .collect();
        y += 18;
        for row in &self.rows {
            y += self.row(&mut drawn, row, y) + 2 * GAP;
        }
        let mark = self.mark(|place| place.desk(None));
        let otherwise = mark.before(&format!("Si nada de esto es, o nada ayuda: {}", desk(&self.flow.otherwise)));
        let lit = if mark == Mark::Here { " class=\"here\" id=\"aqui\"" } else { "" };
        let width = COLUMNS[2].x + COLUMNS[2].width + MARGIN;
        // The page that a session is put into has its own title, ground and colours.
        let alone = self.place.is_none();
        let from = if alone { 0 } else { 44 };
        let height = y + 40 - from;
        let title = escape(&self.flow.title);
        let ground = format!(
            "<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n<text class=\"t\" x=\"{MARGIN}\" y=\"40\">{title}</text>\n"
        );
        let (style, ground) = if alone { (format!("<style>{STYLE}</style>\n"), ground) } else { (String::new(), String::new()) };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 {from} {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n\
             <title>{title}</title>\n{style}<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
             markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\"/></marker></defs>\n\
             {ground}<text x=\"{MARGIN}\" y=\"64\">Termina bien cuando: {goal}</text>\n{heads}{body}<text{lit} x=\"{MARGIN}\" y=\"{last}\">{otherwise}</text>\n</svg>\n",
            goal = escape(&self.goal),
            body = drawn.out,
            otherwise = escape(&otherwise),
            last = y + 16,
        )
    }

    /// Draws a cause from `y` on, and says how high that is.
    fn row(&self, drawn: &mut Drawn, row: &Row<'_>, y: usize) -> usize {
        let signs: Vec<(Mark, &str)> =
            row.shows.iter().map(|sign| (self.mark(|place| place.sign(sign.fact, &sign.condition)), sign.text.as_str())).collect();
        let asked = if signs.iter().any(|(mark, _)| *mark == Mark::Here) { Mark::Here } else { Mark::None };
        let signs = if signs.is_empty() { vec![(Mark::None, "Lo demás está bien")] } else { signs };
        let shows: Vec<String> = signs.iter().flat_map(|(mark, text)| wrap(&mark.before(text), COLUMNS[0].letters)).collect();
        let found = self.mark(|place| place.fault(&row.fault.id));
        let cause = wrap(&found.before(&row.cause), COLUMNS[1].letters);
        let remedy = |remedy: &&Remedy| {
            let mark = self.mark(|place| place.remedy(&remedy.id));
            let dangerous = if remedy.may_lose_data { "⚠ " } else { "" };
            ("do", mark, wrap(&mark.before(&format!("{dangerous}{}", remedy.text)), COLUMNS[2].letters))
        };
        let mut ends: Vec<(&str, Mark, Vec<String>)> = row.remedies.iter().map(remedy).collect();
        let desk = self.mark(|place| place.desk(Some(&row.fault.id)));
        ends.extend(row.desk.iter().map(|text| ("desk", desk, wrap(&desk.before(text), COLUMNS[2].letters))));
        let right: usize = ends.iter().map(|(.., lines)| high(lines) + GAP).sum::<usize>().saturating_sub(GAP);
        let height = right.max(high(&shows)).max(high(&cause));
        let middle = y + height / 2;
        let is_out = self.place.as_ref().is_some_and(|place| place.is_out(&row.fault.id));
        if is_out {
            drawn.out.push_str("<g class=\"out\">\n");
        }
        drawn.column("sign", asked, 0, middle - high(&shows) / 2, &shows);
        drawn.column("fault", found, 1, middle - high(&cause) / 2, &cause);
        drawn.arrow(0, middle, middle);
        let mut top = y + (height - right) / 2;
        for (kind, mark, lines) in &ends {
            drawn.arrow(1, middle, top + high(lines) / 2);
            drawn.column(kind, *mark, 2, top, lines);
            top += high(lines) + GAP;
        }
        if is_out {
            drawn.out.push_str("</g>\n");
        }
        height
    }

    fn mark(&self, of: impl FnOnce(&Place<'f>) -> Mark) -> Mark {
        self.place.as_ref().map_or(Mark::None, of)
    }
}

/// Where a column stands, and how many letters fit in a line.
#[derive(Clone, Copy)]
struct Column {
    x: usize,
    width: usize,
    letters: usize,
}

/// Letters that fit in a line as wide as all columns.
const WIDE: usize = 150;
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

/// What is drawn so far.
struct Drawn {
    out: String,
    /// Whether the first lit box is drawn.
    lit: bool,
}

impl Drawn {
    fn column(&mut self, kind: &str, mark: Mark, column: usize, top: usize, lines: &[String]) {
        let Column { x, width, .. } = COLUMNS[column];
        self.place(kind, mark, (x, width), top, lines);
    }

    fn place(&mut self, kind: &str, mark: Mark, (x, width): (usize, usize), top: usize, lines: &[String]) {
        let lit = match mark {
            // The box on top is always in sight.
            Mark::Here if kind != "now" && !std::mem::replace(&mut self.lit, true) => " here\" id=\"aqui",
            Mark::Here => " here",
            Mark::None | Mark::Yes | Mark::No => "",
        };
        let height = high(lines);
        let _ = writeln!(self.out, "<rect class=\"{kind}{lit}\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>");
        for (number, line) in lines.iter().enumerate() {
            let _ = writeln!(self.out, "<text x=\"{}\" y=\"{}\">{}</text>", x + 10, top + 20 + number * LINE, escape(line));
        }
    }

    /// An arrow to the next column.
    fn arrow(&mut self, from: usize, start: usize, end: usize) {
        let Column { x, width, .. } = COLUMNS[from];
        let to = COLUMNS[from + 1].x - 2;
        let _ = writeln!(self.out, "<line x1=\"{}\" y1=\"{start}\" x2=\"{to}\" y2=\"{end}\" marker-end=\"url(#a)\"/>", x + width);
    }
}

fn wrap(text: &str, letters: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.chars().count());
        if last > 0 && last + 1 + word.chars().count() > letters {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.extend([if line.is_empty() { "" } else { " " }, word]);
        }
    }
    lines
}

/// What a fault that has no certain sign mostly shows, where a person sees it.
fn mostly<'f>(fault: &'f Fault, facts: &BTreeMap<&FactId, &Fact>) -> Vec<Sign<'f>> {
    /// From this probability on. Chosen: more often than not.
    const MOSTLY: f32 = 0.5;
    let asked = |id: &FactId| facts.get(id).copied().filter(|fact| fact.question.is_some());
    let likely = fault.likely.iter().flat_map(|(id, values)| values.iter().map(move |(value, chance)| (id, value, *chance)));
    let shown = likely.filter(|(_, _, chance)| *chance >= MOSTLY).filter_map(|(id, value, _)| {
        let fact = asked(id)?;
        // A flow has it as text, whatever the fact is.
        let condition = match (&fact.kind, value.parse()) {
            (FactType::Bool, Ok(yes)) => Condition::from(FactValue::Bool(yes)),
            _ => Condition::written(value),
        };
        Some(Sign { text: format!("{} (casi siempre)", in_words(Some(fact), id, &condition)), fact: id, condition })
    });
    shown.collect()
}

/// A fact and what it must be: its question with the answer, or its id where nobody is asked.
fn in_words(fact: Option<&Fact>, id: &FactId, condition: &Condition) -> String {
    let written = serde_json::to_value(condition).ok().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let written = compared(&written.unwrap_or_default());
    let Some((fact, question)) = fact.and_then(|fact| Some((fact, fact.question.as_deref()?))) else { return format!("{id}: {written}") };
    let answer = |value: &FactValue| fact.answer(value).map_or_else(|| value.to_string(), str::to_owned);
    let said = match condition.value() {
        value @ FactValue::Bool(yes) if written == yes.to_string() => answer(value),
        value @ FactValue::Text(text) if written == *text => answer(value),
        value @ FactValue::Text(text) if written == compared(&format!("!={text}")) => compared(&format!("!={}", answer(value))),
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
