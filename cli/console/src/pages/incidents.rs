//! The inbox and one incident: what it says, and what may be done with it now.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use baquiano::incident::render::{self, Block};
use baquiano::incident::{Change, Incident, Phase, ResolutionCode, Rules};
use baquiano::kb::Catalog;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{Stream, stream};
use maud::{Markup, html};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::broadcast::error::RecvError;

use super::search::{choice, chosen};
use super::{Failure, Shown, Tab, in_background, layout, reply};
use crate::guard::Person;
use crate::store::{Filter, Line, PAGE, number, phase_of, written};
use crate::{Console, escaped};

/// Who changes something when nobody says who they are.
const DESK: &str = "mesa";
/// What ends an incident.
pub(super) const CODES: [ResolutionCode; 7] = [
    ResolutionCode::Fixed,
    ResolutionCode::Workaround,
    ResolutionCode::Explained,
    ResolutionCode::Granted,
    ResolutionCode::Duplicate,
    ResolutionCode::Withdrawn,
    ResolutionCode::NotFixed,
];

/// Which incidents are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    #[serde(deserialize_with = "chosen")]
    q: Option<String>,
    #[serde(deserialize_with = "chosen")]
    fase: Option<String>,
    #[serde(deserialize_with = "chosen")]
    nivel: Option<String>,
    #[serde(deserialize_with = "chosen")]
    servicio: Option<String>,
    #[serde(deserialize_with = "chosen")]
    app: Option<String>,
    #[serde(deserialize_with = "chosen")]
    pagina: Option<String>,
}

/// The phase that stands for all, open or not.
const ALL: &str = "todos";

impl Asked {
    pub(super) fn filter(&self) -> Filter {
        Filter {
            open: self.fase.is_none(),
            phase: self.fase.as_deref().and_then(|phase| phase_of(phase).ok()),
            level: self.nivel.as_deref().and_then(|level| level.parse().ok()),
            service: self.servicio.clone(),
            app: self.app.clone(),
            text: self.q.clone(),
            page: self.pagina.as_deref().and_then(|page| page.parse::<u16>().ok()).map_or(0, usize::from),
            most: Some(PAGE as u32),
        }
    }

    /// The same filter as a query, for the list to be looked at again.
    fn query(&self, page: usize) -> String {
        let page = (page > 0).then(|| page.to_string());
        let pairs = [
            ("q", &self.q),
            ("fase", &self.fase),
            ("nivel", &self.nivel),
            ("servicio", &self.servicio),
            ("app", &self.app),
            ("pagina", &page),
        ];
        let given = pairs.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}={}", escaped(value))));
        given.collect::<Vec<_>>().join("&")
    }
}

pub(super) async fn page(State(console): State<Arc<Console>>, Query(asked): Query<Asked>) -> Shown {
    in_background(move || {
        let kb = console.desk.knowledge();
        let catalog = kb.catalog()?;
        let phases: Vec<(String, &str)> = Phase::ALL.iter().map(|phase| (written(phase), phase.name())).collect();
        let phases = [(ALL, "Todos")].into_iter().chain(phases.iter().map(|(value, name)| (value.as_str(), *name)));
        let content = html! {
            h1 { "Casos" }
            form #filtro role="search" action="/casos" data-hx-get="/casos/lista" data-hx-trigger="input delay:150ms, submit" data-hx-target="#lista" data-hx-sync="this:replace" {
                label { "Buscar " input type="search" name="q" value=[asked.q.as_deref()] data-key="/" placeholder="Número o palabras"; }
                div .filters {
                    (choice("fase", "Estado", "Abiertos", asked.fase.as_deref(), phases))
                    (choice("nivel", "Nivel", "Todos", asked.nivel.as_deref(), [("1", "1"), ("2", "2"), ("3", "3")].into_iter()))
                    (choice("servicio", "Servicio", "Todos", asked.servicio.as_deref(), catalog.services.iter().map(|own| (own.id.as_str(), own.name.as_str()))))
                    (choice("app", "App", "Todas", asked.app.as_deref(), catalog.apps.iter().map(|own| (own.id.as_str(), own.name.as_str()))))
                    button type="submit" { "Filtrar" }
                }
            }
            section #lista aria-label="Casos" { (lines(&console, catalog, &asked)?) }
        };
        Ok(layout("Casos", Tab::Incidents, &content))
    })
    .await
}

pub(super) async fn list(State(console): State<Arc<Console>>, Query(asked): Query<Asked>) -> Shown {
    in_background(move || lines(&console, console.desk.knowledge().catalog()?, &asked)).await
}

fn lines(console: &Console, catalog: &Catalog, asked: &Asked) -> Shown {
    let filter = asked.filter();
    let (lines, all) = console.store.incidents(&filter)?;
    let kb = console.desk.knowledge();
    let rules = kb.rules()?;
    let shown = (filter.page * crate::store::PAGE + lines.len()) as i64;
    Ok(html! {
        // What comes in is looked at again with the same filter.
        div data-live={ "/casos/lista?" (asked.query(filter.page)) } data-live-target="#lista" {
            p .quiet role="status" { (all) @if all == 1 { " caso" } @else { " casos" } }
            @if !lines.is_empty() {
                div .scroll tabindex="0" role="region" aria-label="Tabla de casos" {
                    table .cases {
                        thead { tr { @for head in ["Número", "Qué pasa", "Prioridad", "Nivel", "Estado", "Responder", "App", "Recibido"] { th scope="col" { (head) } } } }
                        tbody { @for line in &lines { (row(console, catalog, rules, line)) } }
                    }
                }
            }
            p .buttons {
                @if all > 0 {
                    a href={ "/casos.csv?" (asked.query(0)) } download { "Descargar CSV" }
                    a href={ "/casos.json?" (asked.query(0)) } download { "Descargar JSON" }
                }
                @if filter.page > 0 { a href={ "/casos?" (asked.query(filter.page - 1)) } rel="prev" { "Anteriores" } }
                @if shown < all { a href={ "/casos?" (asked.query(filter.page + 1)) } rel="next" { "Siguientes" } }
            }
        }
    })
}

fn row(console: &Console, catalog: &Catalog, rules: &Rules, line: &Line) -> Markup {
    let app = line.app.as_deref().and_then(|id| catalog.apps.iter().find(|app| app.id.as_str() == id)).map(|app| app.name.as_str());
    html! {
        tr {
            th scope="row" { a href={ "/casos/" (line.reference) } { (line.reference) } }
            td .what { (line.summary) @if line.alike > 1 { " " span .badge { (line.alike) " iguales" } } }
            td { span .priority data-rank=(line.priority) { "P" (line.priority) } }
            td { (line.level) }
            td { (line.phase.name()) }
            td { (left(console, rules, line)) }
            td { (app.or(line.app.as_deref()).unwrap_or("–")) }
            td { (rules.hours().say(line.received_ms, console.now_ms())) }
        }
    }
}

/// The clock of the promise: it runs in support hours only.
fn left(console: &Console, rules: &Rules, line: &Line) -> Markup {
    let now = console.now_ms();
    let Some(due) = line.due_ms.filter(|_| line.phase < Phase::Resolved) else { return html! { "–" } };
    let minutes = rules.hours().open_minutes(now, due);
    html! {
        @if due <= now { strong .bad { "Vencido" } }
        @else { (in_hours(minutes)) }
    }
}

/// A time in support hours.
fn in_hours(minutes: i64) -> String {
    if minutes < 60 { format!("{minutes} min") } else { format!("{} h {:02} min", minutes / 60, minutes % 60) }
}

impl Console {
    fn incident(&self, reference: &str) -> Result<(Incident, Line), Failure> {
        let found = number(reference).map(|number| self.store.incident(number)).transpose()?.flatten();
        found.ok_or_else(|| Failure::missing("un caso con ese número"))
    }
}

pub(super) async fn one(State(console): State<Arc<Console>>, Path(reference): Path<String>) -> Shown {
    in_background(move || {
        let (incident, line) = console.incident(&reference)?;
        let kb = console.desk.knowledge();
        let (catalog, rules) = (kb.catalog()?, kb.rules()?);
        let view = kb.view(&incident)?;
        let alike: Vec<Line> = console.store.alike(incident.fingerprint())?.into_iter().filter(|own| own.number != line.number).collect();
        let wrongs = console.store.relay_wrongs(line.number)?;
        let content = html! {
            p { a href="/casos" { "Todos los casos" } }
            h1 { (line.reference) ": " (view.title) }
            p .quiet { (view.subtitle) @if line.phase < Phase::Resolved { " · responder en " (left(&console, rules, &line)) } }
            @for wrong in &wrongs { p .bad role="status" { (wrong) } }
            div .buttons {
                button type="button" data-copy="#para-el-chat" data-key="m" { "Copiar el caso entero" }
                a href="#que-hacer" { "Qué hacer" }
                a href={ "/casos/" (line.reference) "/imprimir" } { "Imprimir" }
            }
            div .beside .wide-left {
                div { @for section in &view.sections { (section_of(section)) } }
                aside aria-label="Qué hacer" { (to_user(&reply::text(&incident, &line.reference, rules, console.now_ms()))) (moves(catalog, &incident)) (repeats(&incident, &alike)) }
            }
            textarea #para-el-chat .copy readonly rows="1" aria-label="Texto para el chat" tabindex="-1" { (render::chat(&view)) }
        };
        Ok(layout(&line.reference, Tab::Incidents, &content))
    })
    .await
}

fn section_of(section: &render::Section) -> Markup {
    html! {
        section .text {
            h2 { (section.topic.heading()) }
            @for block in &section.blocks {
                @match block {
                    Block::Rows(rows) => dl { @for row in rows { div { dt { (row.label) } dd { (value(&row.value)) } } } },
                    Block::Lines { label, items } => {
                        @if let Some(label) = label { h3 { (label) } }
                        ul { @for item in items { li { (item) } } }
                    }
                    Block::Table { label, head, rows } => {
                        @if let Some(label) = label { h3 { (label) } }
                        div .scroll tabindex="0" role="region" aria-label=(label.unwrap_or(section.topic.heading())) {
                            table {
                                thead { tr { @for cell in head { th scope="col" { (cell) } } } }
                                tbody { @for row in rows { tr { @for cell in row { td { (cell) } } } } }
                            }
                        }
                    }
                    Block::Pre { lines, .. } => pre tabindex="0" role="region" aria-label=(section.topic.heading()) { (lines.join("\n")) },
                    Block::Picture { name, media_type, base64 } if !media_type.is_text() => {
                        figure { img alt=(name) src={ "data:" (media_type.name()) ";base64," (base64) }; figcaption { (name) } }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// What a row says; a long text folded, so that what comes after it isn't far.
fn value(text: &str) -> Markup {
    /// Letters that are shown of a long text. Chosen: three lines of a page.
    const SHOWN: usize = 240;
    match text.char_indices().nth(2 * SHOWN) {
        None => html! { (text) },
        Some(_) => html! { details { summary { (text.chars().take(SHOWN).collect::<String>()) "…" } (text) } },
    }
}

/// A reply that is ready, to be copied as it is or changed before.
fn to_user(text: &str) -> Markup {
    html! {
        h2 #responder { "Respuesta para el usuario" }
        textarea #respuesta rows="6" aria-labelledby="responder" autocomplete="off" { (text) }
        div .buttons { button type="button" data-copy="#respuesta" data-key="k" { "Copiar la respuesta" } }
    }
}

/// What may be done with it now: only what its phase leads to. A number goes to each.
fn moves(catalog: &Catalog, incident: &Incident) -> Markup {
    let seen = html! { input type="hidden" name="visto" value=(incident.revision()); };
    let steps: Vec<Phase> = Phase::ALL.into_iter().filter(|to| incident.phase().leads_to(*to)).collect();
    let (over, note) = ((steps.len() + 1).to_string(), (steps.len() + 2).to_string());
    html! {
        h2 #que-hacer { "Qué hacer" }
        @for (key, to) in (1..).map(|at: usize| at.to_string()).zip(steps) {
            @let ends = matches!(to, Phase::Resolved | Phase::Closed) && incident.resolution().is_none();
            form .move method="post" {
                (seen)
                input type="hidden" name="fase" value=(written(to));
                label { (keyed(&key)) (name(incident.phase(), to)) ": nota " input name="nota" autocomplete="off" required[incident.phase().reopens(to)] data-key=(key); }
                @if ends {
                    label { "Cómo terminó " select name="codigo" required { option value="" { "Elija" } @for code in CODES { option value=(written(code)) { (code.name()) } } } }
                }
                button type="submit" { (name(incident.phase(), to)) }
            }
        }
        form .move method="post" {
            (seen)
            label { (keyed(&over)) "Pasar a "
                select name="area" required data-key=(over) {
                    option value="" { "Elija" }
                    @for area in catalog.areas.iter().filter(|area| area.id != incident.classification().area) {
                        option value=(area.id) { "Nivel " (area.level) ": " (area.name) }
                    }
                }
            }
            label { "Por qué " input name="nota" autocomplete="off" required; }
            button type="submit" { "Pasar el caso" }
        }
        form .move method="post" {
            (seen)
            label { (keyed(&note)) "Nota para la historia " input name="nota" autocomplete="off" required data-key=(note); }
            button type="submit" { "Agregar" }
        }
    }
}

/// The key that leads to a field, as it is seen.
fn keyed(key: &str) -> Markup {
    html! { span .number aria-hidden="true" { (key) } " " }
}

/// What a step is called by who takes it.
fn name(from: Phase, to: Phase) -> &'static str {
    match to {
        _ if from.reopens(to) => "Abrir otra vez",
        Phase::Recorded => "Registrar",
        Phase::Classified => "Clasificar",
        Phase::Investigating => "Tomar el caso",
        Phase::Resolved => "Resolver",
        Phase::Closed => "Cerrar",
        Phase::FollowUp => "Dar seguimiento",
    }
}

fn repeats(incident: &Incident, alike: &[Line]) -> Markup {
    html! {
        @if !alike.is_empty() {
            h2 { "Iguales y abiertos" }
            form .move method="post" {
                input type="hidden" name="visto" value=(incident.revision());
                @for line in alike {
                    label { input type="checkbox" name="unir" value=(line.reference); " " a href={ "/casos/" (line.reference) } { (line.reference) } " " (line.summary) }
                }
                button type="submit" { "Unir a este caso" }
            }
        }
    }
}

/// What is told to who comes too late.
const CHANGED: &str = "Otra persona cambió el caso mientras tanto. Vuelva a verlo antes de cambiarlo.";

/// A change as the form sends it: pairs, since several may be joined.
pub(super) async fn change(
    State(console): State<Arc<Console>>,
    Extension(person): Extension<Person>,
    Path(reference): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Redirect, Failure> {
    in_background(move || {
        let value = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty());
        let (incident, line) = console.incident(&reference)?;
        let by = person.0.as_deref().unwrap_or(DESK);
        let seen = value("visto").and_then(|seen| seen.parse().ok()).unwrap_or(incident.revision());
        let note = value("nota").unwrap_or_default();
        let at = console.now();
        let joined: Vec<i64> = pairs.iter().filter(|(own, _)| own == "unir").filter_map(|(_, own)| number(own)).collect();
        let done = if let Some(phase) = value("fase") {
            let to = phase_of(phase).map_err(|_| Failure::refused("Elija un paso de los que salen en el caso."))?;
            let mut change = Change::step(by, to, if note.is_empty() { to.name() } else { note });
            if let Some(code) = value("codigo") {
                let code = serde_json::from_value(code.into()).map_err(|_| Failure::refused("Elija cómo terminó."))?;
                change = change.resolved_by(code, (!note.is_empty()).then_some(note));
            }
            console.store.change(line.number, seen, console.now_ms(), |own| own.change(at, change))?
        } else if let Some(area) = value("area") {
            let kb = console.desk.knowledge();
            let area = kb.catalog()?.areas.iter().find(|own| own.id == area).cloned().ok_or_else(|| Failure::missing("esa área"))?;
            console.store.change(line.number, seen, console.now_ms(), |own| own.hand_over(at, by, area.level, &area.id, note))?
        } else if joined.is_empty() {
            console.store.change(line.number, seen, console.now_ms(), |own| own.change(at, Change::note(by, note)))?
        } else {
            for other in joined.into_iter().filter(|other| *other != line.number) {
                console.join(other, line.number, &line.reference, by)?;
            }
            Some(())
        };
        console.tell_all();
        done.ok_or_else(|| Failure::refused(CHANGED))?;
        Ok(Redirect::to(&format!("/casos/{reference}")))
    })
    .await
}

impl Console {
    /// Closes an incident as a repeat of another.
    fn join(&self, number: i64, into: i64, reference: &str, by: &str) -> Result<(), Failure> {
        let (incident, _) = self.store.incident(number)?.ok_or_else(|| Failure::missing("un caso con ese número"))?;
        let at = self.now();
        let why = format!("Es el mismo que {reference}.");
        let done = self.store.change(number, incident.revision(), self.now_ms(), |own| {
            own.change(at, Change::step(by, Phase::Closed, &why).resolved_by(ResolutionCode::Duplicate, Some(&why)))
        })?;
        done.ok_or_else(|| Failure::refused(CHANGED))?;
        Ok(self.store.merged(number, into)?)
    }
}

/// The incident alone, for paper. It brings its style along, and no other runs in it.
pub(super) async fn print(State(console): State<Arc<Console>>, Path(reference): Path<String>) -> Result<Response, Failure> {
    in_background(move || {
        let (incident, _) = console.incident(&reference)?;
        let page = render::html(&console.desk.knowledge().view(&incident)?);
        let style = page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).map_or("", |(style, _)| style);
        let hash = STANDARD.encode(Sha256::digest(style));
        let policy = format!("default-src 'none'; img-src data:; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'");
        Ok(([(CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response())
    })
    .await
}

/// Tells an open page that something came or changed.
pub(super) async fn changes(State(console): State<Arc<Console>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let both = (console.changes.subscribe(), console.ending.subscribe());
    let events = stream::unfold(both, |(mut told, mut ending)| async move {
        let came = tokio::select! {
            came = told.recv() => came,
            _ = ending.wait_for(|ending| *ending) => return None,
        };
        match came {
            // Who missed some looks again all the same.
            Ok(()) | Err(RecvError::Lagged(_)) => Some((Ok(Event::default().event("cambio").data("casos")), (told, ending))),
            Err(RecvError::Closed) => None,
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
