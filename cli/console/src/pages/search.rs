//! Search, as one types: the list beside the article.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use baquiano::KnowledgeBase;
use baquiano::kb::{Article, Catalog};
use baquiano::search::{Answer, Hit, Matched, Only, Query as Question};
use maud::{Markup, html};
use serde::{Deserialize, Deserializer};
use tokio::task::block_in_place;

use super::{Failure, Shown, Tab, article, layout};
use crate::guard::Person;
use crate::{Console, escaped};

/// Hits of a list. Chosen: what fits beside an article on 1366×768.
const HITS: usize = 8;
/// Longest question that is searched, in characters. Chosen: a message that is pasted whole.
pub(super) const LONGEST: usize = 2000;

/// What the form asks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    #[serde(deserialize_with = "chosen")]
    app: Option<String>,
    #[serde(deserialize_with = "chosen")]
    servicio: Option<String>,
    #[serde(deserialize_with = "chosen")]
    nivel: Option<String>,
    #[serde(deserialize_with = "chosen")]
    articulo: Option<String>,
    /// Sent by the button: the question is written to its end.
    pedido: Option<String>,
}

/// What a form sends for «all» is empty.
pub(super) fn chosen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty()))
}

impl Asked {
    fn question(&self) -> Question {
        let only = Only {
            app: self.app.as_deref().and_then(|id| id.parse().ok()),
            service: self.servicio.as_deref().and_then(|id| id.parse().ok()),
            level: self.nivel.as_deref().and_then(|level| level.parse().ok()),
        };
        let text: String = self.q.chars().take(LONGEST).collect();
        Question { only, limit: HITS, ..Question::new(text) }
    }

    /// The answer; while one types, what finds nothing is no gap in the content yet, and nothing is remembered.
    fn answer(&self, console: &Console, person: &Person, typing: bool) -> Result<Option<Answer>, Failure> {
        if self.q.trim().is_empty() {
            return Ok(None);
        }
        let question = self.question();
        let answer = if typing {
            console.desk.search_while_typed(&question)
        } else {
            console.recent.note(person, &question.text);
            // What finds nothing is written down.
            block_in_place(|| console.desk.search(&question))
        };
        answer.map(Some).map_err(Failure::broken)
    }

    fn list(&self, console: &Console, person: &Person, answer: Option<&Answer>) -> Shown {
        let kb = console.desk.knowledge();
        match (answer, self.question().only.service) {
            (Some(answer), _) => Ok(hits(kb.catalog()?, answer)),
            (None, Some(service)) => {
                let articles = articles(&kb)?;
                Ok(
                    html! { ol .hits { @for own in articles.iter().filter(|own| own.service == service) { li { (link(own.id.as_str(), &html! { (own.title) })) } } } },
                )
            }
            (None, None) => Ok(again(&console.recent.of(person))),
        }
    }
}

fn articles(kb: &KnowledgeBase) -> Result<Vec<Article>, Failure> {
    let articles = kb.article_ids().filter_map(|id| id.parse().ok()).map(|id| kb.article(&id));
    Ok(articles.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

pub(super) async fn page(State(console): State<Arc<Console>>, Extension(person): Extension<Person>, Query(asked): Query<Asked>) -> Shown {
    let kb = console.desk.knowledge();
    let catalog = kb.catalog()?;
    let answer = asked.answer(&console, &person, false)?;
    let first = answer.as_ref().and_then(|answer| answer.hits.first()).map(|hit| hit.id.to_string());
    let shown = asked.articulo.clone().or(first);
    let article = shown.and_then(|id| id.parse().ok()).map(|id| kb.article(&id)).transpose()?.flatten();
    let content = html! {
        h1 .quiet { "Buscar" }
        form #buscador role="search" action="/" data-hx-get="/buscar" data-hx-trigger="typed, submit" data-hx-target="#lista" data-hx-sync="this:replace" {
            label for="q" { "¿Qué dice el usuario?" }
            textarea #q name="q" rows="2" autocomplete="off" autofocus data-key="/" placeholder="Escriba o pegue el mensaje entero" { (asked.q) }
            div .filters {
                (choice("app", "App", "Todas", asked.app.as_deref(), catalog.apps.iter().map(|app| (app.id.as_str(), app.name.as_str()))))
                (choice("servicio", "Servicio", "Todos", asked.servicio.as_deref(), catalog.services.iter().map(|own| (own.id.as_str(), own.name.as_str()))))
                (choice("nivel", "Nivel", "Todos", asked.nivel.as_deref(), [("1", "1"), ("2", "2"), ("3", "3")].into_iter()))
                button type="submit" name="pedido" value="1" { "Buscar" }
            }
        }
        div .beside {
            section #lista aria-label="Resultados" { (asked.list(&console, &person, answer.as_ref())?) }
            section #articulo aria-label="Artículo" aria-live="polite" {
                @match &article {
                    Some(own) => (article::whole(&console, catalog, own)?),
                    None => p .quiet { "El artículo que elija sale aquí." },
                }
            }
        }
    };
    Ok(layout("Buscar", Tab::Search, &content))
}

pub(super) async fn list(State(console): State<Arc<Console>>, Extension(person): Extension<Person>, Query(asked): Query<Asked>) -> Shown {
    let answer = asked.answer(&console, &person, asked.pedido.is_none())?;
    asked.list(&console, &person, answer.as_ref())
}

/// A field to choose from a list.
pub(super) fn choice<'c>(
    name: &str,
    label: &str,
    all: &str,
    chosen: Option<&str>,
    values: impl Iterator<Item = (&'c str, &'c str)>,
) -> Markup {
    html! {
        label { (label) " "
            select name=(name) {
                option value="" { (all) }
                @for (value, text) in values { option value=(value) selected[chosen == Some(value)] { (text) } }
            }
        }
    }
}

/// What was asked lately, to ask it again.
fn again(recent: &[String]) -> Markup {
    html! {
        p .quiet { "Escriba lo que dice el usuario, con sus palabras. Las faltas no importan." }
        @if !recent.is_empty() {
            h2 { "Preguntas recientes" }
            ol .hits {
                @for question in recent { li { a .line href={ "/?q=" (escaped(question)) } data-again=(question) { (question) } } }
            }
        }
    }
}

fn hits(catalog: &Catalog, answer: &Answer) -> Markup {
    if answer.hits.is_empty() {
        return html! { p { "No hay un artículo para eso. Pruebe con otras palabras, o " a href="/guia" { "guíe al usuario" } "." } };
    }
    html! {
        @if let Some(meant) = &answer.did_you_mean { p .quiet { "Se entendió: " em { (meant) } } }
        ol .hits {
            @for hit in &answer.hits { li { (one(catalog, hit)) } }
        }
    }
}

fn one(catalog: &Catalog, hit: &Hit) -> Markup {
    let service = catalog.service(&hit.service).map_or(hit.service.as_str(), |service| service.name.as_str());
    html! {
        (link(hit.id.as_str(), &marked(&hit.title, &hit.title_highlights)))
        p { (marked(&hit.snippet, &hit.highlights)) }
        p .quiet {
            (service) " · nivel " (hit.level)
            @for why in hit.why.iter().filter(|why| why.how != Matched::Exact) { " · «" (why.said) "» " (how(why.how)) " «" (why.found) "»" }
        }
    }
}

/// The way to an article, which opens beside the list. With it goes the question that led there, to be remembered. By its id it keeps the keyboard's focus in a list drawn anew.
fn link(id: &str, title: &Markup) -> Markup {
    let path = format!("/articulos/{id}");
    html! { a id={ "hallado-" (id) } href=(path) data-hx-get=(path) data-hx-target="#articulo" data-hx-include="#q" { (title) } }
}

fn how(how: Matched) -> &'static str {
    match how {
        Matched::Exact => "es",
        Matched::Stem => "es otra forma de",
        Matched::Prefix => "empieza",
        Matched::Synonym => "quiere decir",
        Matched::Sound => "suena como",
        Matched::Typo => "se parece a",
    }
}

/// A text with what matched set apart.
fn marked(text: &str, highlights: &[std::ops::Range<usize>]) -> Markup {
    let mut at = 0;
    let mut parts = Vec::new();
    for range in highlights {
        let (Some(before), Some(inside)) = (text.get(at..range.start), text.get(range.clone())) else { continue };
        parts.push((before, inside));
        at = range.end;
    }
    html! { @for (before, inside) in parts { (before) mark { (inside) } } (text.get(at..).unwrap_or_default()) }
}
