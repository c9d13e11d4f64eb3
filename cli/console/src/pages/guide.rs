//! A technician leads a user through a flow by chat: each page has the text to send, and the answers to press.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use baquiano::diagnose::{Input, Session, Source, draw};
use baquiano::kb::{ENTRANCE as FIRST_FLOW, FactValue, Fault, MediaId, Outcome};
use baquiano::{End, Entry, Explanation, Guide, GuideError, Page, Question, Shows, Todo};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

use super::{Failure, Shown, Tab, in_background, layout};
use crate::store::{Talk, reference};
use crate::{Console, unguessable};

/// What a person writes, at most, in characters.
const LONGEST: usize = 2000;
/// Talks that wait and are shown. Chosen: a technician has some thirty chats in the queue, and few of them in a flow at once.
const TALKS: usize = 12;
/// Steps of the path that are shown; those before are behind a click. Chosen: two lines of a page.
const LAST: usize = 4;
/// Causes that are shown at once; the others are behind a click. Chosen: what is read at a glance.
const CAUSES: usize = 4;

impl From<GuideError> for Failure {
    fn from(error: GuideError) -> Self {
        match error {
            GuideError::Outdated(_) => Self::refused("La conversación empezó con un contenido que ya no está. Empiece otra."),
            GuideError::Refused(why) => Self::refused(format!("Eso no cabe aquí: {why}")),
            GuideError::NotOver => Self::refused("La conversación sigue abierta. Termínela antes de registrar el caso."),
            GuideError::NoFlow(flow) => Self::missing(&format!("un flujo «{flow}»")),
            other => Self::broken(other),
        }
    }
}

pub(super) async fn choose(State(console): State<Arc<Console>>) -> Shown {
    in_background(move || {
        let kb = console.desk.knowledge();
        let flows = kb.flow_ids().filter(|id| *id != FIRST_FLOW).map(|id| kb.flow(id)).collect::<Result<Vec<_>, _>>()?;
        let content = html! {
            h1 { "Guiar a un usuario" }
            div .beside {
                form .narrow action="/guia" method="post" {
                    label for="palabras" { "¿Qué dice el usuario?" }
                    textarea #palabras name="palabras" rows="3" data-key="/" data-enter autofocus placeholder="Escriba o pegue el mensaje entero" {}
                    button .main type="submit" { "Empezar" }
                }
                (to_go_on(&console)?)
            }
            h2 { "O elija el problema" }
            ul .tiles {
                @for flow in flows.iter().flatten() { li { (super::article::begin(&flow.flow, &flow.title, None)) } }
            }
        };
        Ok(layout("Guiar", Tab::Guide, &content))
    })
    .await
}

/// The talks that wait for their user's answer.
fn to_go_on(console: &Console) -> Shown {
    let kb = console.desk.knowledge();
    let (hours, now) = (kb.rules()?.hours(), console.now_ms());
    let talks = console.store.open_talks(TALKS)?;
    // One whose content is gone can't be gone on with.
    let talks: Vec<_> = talks.iter().filter_map(|(id, saved, at)| Some((id, console.desk.resume_guide(saved).ok()?, at))).collect();
    Ok(html! {
        section aria-label="Conversaciones abiertas" {
            h2 { "Conversaciones abiertas" }
            @if talks.is_empty() { p .quiet { "Ninguna." } }
            ol .hits {
                @for (id, guide, at) in &talks {
                    li {
                        a .line href={ "/guia/" (id) } { (guide.words().unwrap_or(&guide.session().flow().title)) }
                        p .quiet { (guide.session().flow().title) " · " (hours.say(**at, now)) }
                    }
                }
            }
        }
    })
}

#[derive(Deserialize)]
pub(super) struct Begin {
    flujo: Option<String>,
    palabras: Option<String>,
}

pub(super) async fn begin(State(console): State<Arc<Console>>, Form(begin): Form<Begin>) -> Result<Redirect, Failure> {
    in_background(move || {
        let words: Option<String> = begin.palabras.map(|words| words.chars().take(LONGEST).collect());
        let guide = console.desk.guide(begin.flujo.as_deref(), words.as_deref(), false)?;
        let id = unguessable::<16>()?;
        console.keep(&id, &guide)?;
        Ok(Redirect::to(&format!("/guia/{id}")))
    })
    .await
}

impl Console {
    fn keep(&self, id: &str, guide: &Guide) -> Result<(), Failure> {
        let Page { flow, shows, .. } = guide.page();
        let talk = Talk { saved: &guide.saved(), flow: &flow, ended: matches!(shows, Shows::Concluded { .. }) };
        Ok(self.store.keep_talk(id, &talk, self.now_ms())?)
    }

    fn talk(&self, id: &str) -> Result<(Guide, Option<i64>), Failure> {
        let (saved, filed) = self.store.talk(id)?.ok_or_else(|| Failure::missing("esa conversación; empiece otra"))?;
        Ok((self.desk.resume_guide(&saved)?, filed))
    }
}

pub(super) async fn page(State(console): State<Arc<Console>>, Path(id): Path<String>) -> Shown {
    in_background(move || {
        let (guide, filed) = console.talk(&id)?;
        shown(&console, &id, &guide, filed)
    })
    .await
}

/// What was pressed.
#[derive(Deserialize)]
pub(super) struct Pressed {
    hace: String,
    dato: Option<String>,
    valor: Option<String>,
    remedio: Option<String>,
}

pub(super) async fn step(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    Form(pressed): Form<Pressed>,
) -> Result<Redirect, Failure> {
    in_background(move || {
        let (mut guide, filed) = console.talk(&id)?;
        // What was filed is closed: a second click changes nothing.
        if filed.is_none() {
            pressed.take(&mut guide)?;
            console.keep(&id, &guide)?;
        }
        Ok(Redirect::to(&format!("/guia/{id}")))
    })
    .await
}

impl Pressed {
    fn take(&self, guide: &mut Guide) -> Result<(), Failure> {
        let value = self.valor.as_deref().filter(|text| !text.trim().is_empty());
        let shows = guide.page().shows;
        match (self.hace.as_str(), &shows) {
            // A page that was left open tells of another question: it is shown anew, and nothing is answered for it.
            ("responder", Shows::Ask { question }) if self.dato.as_deref() == Some(question.fact.as_str()) => {
                let value = value.map(|text| read(question, text)).transpose()?;
                guide.answer(question.fact.clone(), value)?;
            }
            ("hecho", Shows::Do { todo }) if self.remedio.as_deref() == Some(&todo.remedy) => {
                let effect = todo.effect.as_ref().zip(value).map(|(question, text)| read(question, text)).transpose()?;
                guide.did(&todo.remedy, effect)?;
            }
            ("no-se-puede", Shows::Do { todo }) if self.remedio.as_deref() == Some(&todo.remedy) => guide.skip(&todo.remedy)?,
            ("atras", _) => _ = guide.back()?,
            ("parar", _) => guide.stop()?,
            _ => {}
        }
        Ok(())
    }
}

/// A value as the form sends it.
fn read(question: &Question, text: &str) -> Result<FactValue, Failure> {
    match question.entry {
        Entry::Choice => {
            let choice = question.choices.iter().find(|choice| choice.value.to_string() == text);
            choice.map(|choice| choice.value.clone()).ok_or_else(|| Failure::refused("Esa respuesta no es una de las que hay."))
        }
        Entry::Number => text.trim().parse::<i64>().map(FactValue::from).map_err(|_| Failure::refused("Escriba un número entero.")),
        Entry::Text => Ok(FactValue::Text(text.chars().take(LONGEST).collect())),
    }
}

pub(super) async fn file(State(console): State<Arc<Console>>, Path(id): Path<String>) -> Result<Redirect, Failure> {
    in_background(move || {
        let (guide, filed) = console.talk(&id)?;
        let number = match filed {
            Some(number) => number,
            None => {
                let incident = console.desk.register(guide.draft(&[])?).map_err(Failure::broken)?;
                console.store.file_talk(&id, &incident, console.now_ms())?
            }
        };
        console.tell_all();
        Ok(Redirect::to(&format!("/casos/{}", reference(number))))
    })
    .await
}

fn shown(console: &Console, id: &str, guide: &Guide, filed: Option<i64>) -> Shown {
    let Page { title, shows, .. } = guide.page();
    let content = html! {
        (way(console, guide)?)
        h1 { (title) }
        div .beside .wide-left {
            section .step-now aria-label="Paso" {
                @match &shows {
                    Shows::Ask { question } => (ask(question)),
                    Shows::Do { todo } => (to_do(todo)),
                    Shows::Concluded { end } => (ended(id, end, filed)),
                    // In a chat nothing is read from a phone.
                    Shows::Read { .. } => p { "Esta conversación es de una app." },
                }
                form .buttons method="post" {
                    button type="submit" name="hace" value="atras" data-key="a" { "Atrás" }
                    @if !matches!(shows, Shows::Concluded { .. }) { button type="submit" name="hace" value="parar" data-key="p" { "Parar aquí" } }
                }
            }
            aside aria-label="Por qué" { (why(guide, &shows)) }
        }
        details #flujo .text open data-kept {
            summary { "El flujo, con el lugar en que va" }
            // What it shows is also said in words: the path above, and why this step.
            div .flow tabindex="0" role="region" aria-label="Dibujo del flujo" { (PreEscaped(draw::svg_of(guide.session()))) }
        }
    };
    Ok(layout(&title, Tab::Guide, &content))
}

/// The path so far.
fn way(console: &Console, guide: &Guide) -> Shown {
    let session = guide.session();
    let kb = console.desk.knowledge();
    let through = session.through().iter().map(|flow| Ok(kb.flow(flow)?.map_or_else(|| flow.clone(), |flow| flow.title)));
    let through = through.collect::<Result<Vec<String>, Failure>>()?;
    let said = session.inputs().iter().filter_map(|input| match input {
        Input::Fact { fact, value, by: Source::Person } => {
            let fact = session.fact(fact)?;
            let answer = value
                .as_ref()
                .map_or_else(|| "No sabe".to_owned(), |value| fact.answer(value).map_or_else(|| value.to_string(), ToOwned::to_owned));
            Some(format!("{} {answer}", fact.question.as_deref().unwrap_or_default()))
        }
        Input::Did(remedy) => session.flow().remedy(remedy).map(|remedy| format!("Hecho: {}", first_sentence(&remedy.text))),
        Input::Skipped(remedy) => session.flow().remedy(remedy).map(|remedy| format!("No se pudo: {}", first_sentence(&remedy.text))),
        _ => None,
    });
    let steps: Vec<String> = through.into_iter().chain([session.flow().title.clone()]).chain(said).collect();
    let (before, last) = steps.split_at(steps.len().saturating_sub(LAST));
    Ok(html! {
        nav aria-label="Lo hecho hasta aquí" {
            @if !before.is_empty() { details { summary { "Antes (" (before.len()) ")" } ol .way { @for step in before { li { (step) } } } } }
            ol .way {
                @for step in last { li { (step) } }
                li aria-current="step" { "Ahora" }
            }
        }
    })
}

fn first_sentence(text: &str) -> &str {
    text.split_inclusive(['.', '!', '?']).next().unwrap_or(text).trim_end_matches('.')
}

/// The text to send, and a button that copies it.
fn to_send(text: &str) -> Markup {
    html! {
        div .buttons {
            label for="para-el-chat" { "Para enviar al usuario" }
            button type="button" data-copy="#para-el-chat" data-key="k" { "Copiar para el chat" }
        }
        textarea #para-el-chat .send readonly rows="4" { (text) }
    }
}

fn picture(id: Option<&MediaId>) -> Markup {
    html! { @if let Some(id) = id { img .drawing src={ "/dibujos/" (id) } alt="Dibujo de la pantalla del teléfono" width="220"; } }
}

fn asked(question: &Question) -> String {
    let mut text = question.text.clone();
    for (at, choice) in question.choices.iter().enumerate() {
        text.push_str(&format!("\n{}. {}", at + 1, choice.text));
    }
    if let Some(help) = &question.help {
        text.push_str(&format!("\n\n{help}"));
    }
    text
}

/// The answers to press: by their number, and 0 for «No sabe».
fn answers(question: &Question) -> Markup {
    html! {
        @for (at, choice) in question.choices.iter().enumerate() {
            button .answer type="submit" name="valor" value=(choice.value) data-key=[(at < 9).then(|| (at + 1).to_string())] {
                span .number aria-hidden="true" { (at + 1) } (choice.text)
            }
        }
        @if question.choices.is_empty() {
            label { (question.text) " "
                input name="valor" inputmode=[(question.entry == Entry::Number).then_some("numeric")] autocomplete="off" data-key="/";
            }
            button .answer type="submit" { "Responder" }
        }
    }
}

fn ask(question: &Question) -> Markup {
    html! {
        @if question.for_desk { p .quiet { "Esto es para el caso: lo que hay que hacer no depende de ello." } }
        h2 { (question.text) }
        @if let Some(help) = &question.help { p { (help) } }
        (to_send(&asked(question)))
        form .answers method="post" aria-label="Lo que respondió el usuario" {
            input type="hidden" name="hace" value="responder";
            input type="hidden" name="dato" value=(question.fact);
            (answers(question))
        }
        form .answers method="post" {
            input type="hidden" name="hace" value="responder";
            input type="hidden" name="dato" value=(question.fact);
            button .answer type="submit" data-key="0" { span .number aria-hidden="true" { "0" } "No sabe" }
        }
    }
}

fn to_do(todo: &Todo) -> Markup {
    let text = todo.effect.as_ref().map_or_else(|| todo.text.clone(), |effect| format!("{}\n\n{}", todo.text, asked(effect)));
    let hidden = html! { input type="hidden" name="remedio" value=(todo.remedy); };
    html! {
        h2 { "Que haga esto" }
        p .todo { (todo.text) }
        (picture(todo.picture.as_ref()))
        (to_send(&text))
        form .answers method="post" aria-label="Lo que pasó" {
            input type="hidden" name="hace" value="hecho";
            (hidden)
            @if let Some(effect) = &todo.effect {
                @if !effect.choices.is_empty() { p { (effect.text) } }
                (answers(effect))
            }
            @else { button .answer type="submit" data-key="1" { span .number aria-hidden="true" { "1" } "Ya lo hizo" } }
        }
        @if todo.effect.is_some() {
            form .answers method="post" {
                input type="hidden" name="hace" value="hecho";
                (hidden)
                button .answer type="submit" data-key="0" { span .number aria-hidden="true" { "0" } "Lo hizo; no sabe si sirvió" }
            }
        }
        form .answers method="post" {
            input type="hidden" name="hace" value="no-se-puede";
            (hidden)
            button .answer type="submit" data-key="n" { span .number aria-hidden="true" { "n" } "No se puede, o no quiere" }
        }
    }
}

fn ended(id: &str, end: &End, filed: Option<i64>) -> Markup {
    html! {
        h2 { (outcome(end.outcome)) }
        p .todo { (end.text) }
        @if let Some(name) = &end.fault_name { p { "Causa: " strong { (name) } } }
        @if let Some(article) = &end.article { p { a href={ "/articulos/" (article) } { "Leer el artículo" } } }
        (to_send(&reply(end)))
        @match filed {
            Some(number) => p { "Quedó registrado: " a href={ "/casos/" (reference(number)) } { (reference(number)) } },
            None => form .answers action={ "/guia/" (id) "/caso" } method="post" {
                button .main type="submit" data-key="r" { "Registrar el caso" }
            },
        }
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Resolved => "Resuelto",
        Outcome::Escalated => "Pasa a la mesa",
        Outcome::Abandoned => "Sin terminar",
    }
}

fn reply(end: &End) -> String {
    match end.outcome {
        Outcome::Escalated => format!("{}\n\nRegistramos su caso. No borre la app ni sus formularios.", end.text),
        Outcome::Resolved | Outcome::Abandoned => end.text.clone(),
    }
}

/// Why this step comes now: what it would tell, or what it mends; which causes are left; what is known.
fn why(guide: &Guide, shows: &Shows) -> Markup {
    let (explained, session) = (guide.explain(), guide.session());
    let over = matches!(shows, Shows::Concluded { end } if end.outcome == Outcome::Resolved);
    html! {
        h2 { (match shows {
            Shows::Ask { .. } => "¿Por qué esta pregunta?",
            Shows::Do { .. } => "¿Por qué esto?",
            Shows::Concluded { .. } | Shows::Read { .. } => "¿Cómo se llegó aquí?",
        }) }
        @match shows {
            Shows::Ask { question } => (would_tell(session, question)),
            Shows::Do { todo } => @if let Some(fault) = mended(session, &todo.remedy) { p { "Es el remedio de: " strong { (cause(fault)) } } },
            Shows::Concluded { .. } | Shows::Read { .. } => {},
        }
        // Once it is mended, the phone no longer shows what it was.
        @if !over { (causes(session, &explained)) }
        @if !explained.known.is_empty() {
            details { summary { "Lo que se sabe (" (explained.known.len()) ")" } ul { @for line in &explained.known { li { (line) } } } }
        }
        @if !over && !explained.ruled_out.is_empty() {
            details { summary { "Descartado (" (explained.ruled_out.len()) ")" } ul { @for line in &explained.ruled_out { li { (line) } } } }
        }
        p { a href={ "/?servicio=" (session.flow().service) } { "Artículos de este flujo" } }
    }
}

/// What each answer would make the likeliest.
fn would_tell(session: &Session, question: &Question) -> Markup {
    let would = question.choices.iter().filter_map(|choice| Some((choice, session.if_told(&question.fact, &choice.value)?)));
    html! {
        @if question.for_desk { p { "La mesa quiere saberlo de cada caso que recibe." } }
        @else if question.fact == session.flow().goal.fact { p { "Dice si el problema ya se quitó." } }
        @else if !question.choices.is_empty() {
            p { "Según lo que responda, lo más probable será:" }
            ul { @for (choice, (fault, chance)) in would { li { "«" (choice.text) "»: " (fault.name) " (" (percent(chance)) ")" } } }
        }
    }
}

fn mended<'s>(session: &'s Session, remedy: &str) -> Option<&'s Fault> {
    let id = session.mended_by(remedy)?;
    session.flow().faults.iter().find(|fault| fault.id == *id)
}

/// The causes that are left, the likeliest first, and what speaks for the first.
fn causes(session: &Session, explained: &Explanation) -> Markup {
    let mut left: Vec<(&Fault, f32)> = session.chances().into_iter().filter_map(|(fault, chance)| Some((fault, chance?))).collect();
    left.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (first, others) = left.split_at(CAUSES.min(left.len()));
    let list = |causes: &[(&Fault, f32)]| {
        html! { ul { @for (fault, chance) in causes { li { (cause(fault)) " (" (percent(*chance)) ")" } } } }
    };
    html! {
        h3 { "Causas que quedan" }
        (list(first))
        @if !others.is_empty() { details { summary { "Y otras " (others.len()) ", menos probables" } (list(others)) } }
        @if !explained.because.is_empty() { h3 { "Apoya la primera" } ul { @for line in &explained.because { li { (line) } } } }
    }
}

/// A cause by its name, with its article.
fn cause(fault: &Fault) -> Markup {
    html! {
        @match &fault.article {
            Some(article) => a href={ "/articulos/" (article) } { (fault.name) },
            None => (fault.name),
        }
    }
}

fn percent(chance: f32) -> String {
    match chance * 100.0 {
        rare if rare < 1.0 => "menos de 1\u{a0}%".to_owned(),
        share => format!("{share:.0}\u{a0}%"),
    }
}
