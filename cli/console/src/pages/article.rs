//! An article: what the user is told, what the technician is told besides, and the same as a chat's text.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use baquiano::kb::{Article, Block, Catalog, SectionKind, Span};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Failure, Shown, Tab, layout};
use crate::Console;
use crate::guard::Person;

/// The question that led to an article.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct From {
    q: String,
}

pub(super) async fn page(
    State(console): State<Arc<Console>>,
    Extension(person): Extension<Person>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(from): Query<From>,
) -> Shown {
    console.recent.note(&person, &from.q);
    let kb = console.desk.knowledge();
    let missing = || Failure::missing("un artículo con ese nombre");
    let article = kb.article(&id.parse().map_err(|_| missing())?)?.ok_or_else(missing)?;
    let whole = whole(&console, kb.catalog()?, &article)?;
    Ok(if headers.contains_key("hx-request") { whole } else { layout(&article.title, Tab::Search, &whole) })
}

/// A picture of the pack. What isn't the name of one isn't looked for.
pub(super) async fn picture(State(console): State<Arc<Console>>, Path(id): Path<String>) -> Result<Response, Failure> {
    let missing = || Failure::missing("un dibujo con ese nombre");
    let media = id.parse().ok().and_then(|id| console.desk.knowledge().media(&id)).ok_or_else(missing)?;
    Ok(([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "private, max-age=3600")], media.svg).into_response())
}

/// An article with its buttons and its ways on.
pub(super) fn whole(console: &Console, catalog: &Catalog, article: &Article) -> Shown {
    let kb = console.desk.knowledge();
    let related = article.related.iter().filter_map(|id| kb.article(id).ok().flatten());
    let flow = kb.flow_ids().find(|flow| *flow == article.service.as_str()).map(ToOwned::to_owned);
    let service = catalog.service(&article.service).map_or(article.service.as_str(), |service| service.name.as_str());
    Ok(html! {
        article .text {
            h2 #titulo { (article.title) }
            p .quiet { (service) " · nivel " (article.level) " · revisado " (article.reviewed) }
            div .buttons {
                button type="button" data-copy="#para-el-chat" data-key="k" { "Copiar para el chat" }
                @if let Some(flow) = flow { (begin(&flow, "Guiar con este flujo", Some("f"))) }
            }
            (blocks(&article.body.intro))
            @for section in &article.body.sections {
                section .desk[section.kind == SectionKind::Desk] {
                    h3 { (section.title) }
                    (blocks(&section.blocks))
                }
            }
            @if !article.variants.is_empty() {
                h3 { "Según el teléfono" }
                ul {
                    @for variant in &article.variants {
                        li {
                            @let of = variant.vendors.iter().cloned().chain(variant.android.iter().map(|range| format!("Android {range}")));
                            @let of = of.collect::<Vec<_>>().join(", ");
                            @if !of.is_empty() { strong { (of) ": " } }
                            (variant.text)
                        }
                    }
                }
            }
            @if !article.related.is_empty() {
                h3 { "Vea también" }
                ul {
                    @for other in related {
                        li { a href={ "/articulos/" (other.id) } data-hx-get={ "/articulos/" (other.id) } data-hx-target="#articulo" { (other.title) } }
                    }
                }
            }
            textarea #para-el-chat .copy readonly rows="1" aria-label="Texto para el chat" tabindex="-1" { (chat(article)) }
        }
    })
}

/// A button that begins a flow.
pub(super) fn begin(flow: &str, text: &str, key: Option<&str>) -> Markup {
    html! {
        form action="/guia" method="post" {
            input type="hidden" name="flujo" value=(flow);
            button type="submit" data-key=[key] { (text) }
        }
    }
}

fn blocks(blocks: &[Block]) -> Markup {
    html! {
        @for block in blocks {
            @match block {
                Block::Paragraph(spans) => p { (spans_of(spans)) },
                Block::Step { number, text } => p .step { span .number aria-hidden="true" { (number) } span { span .hidden { "Paso " (number) ". " } (spans_of(text)) } },
                Block::Item(spans) => p .item { (spans_of(spans)) },
                Block::Picture { id, alt } => img src={ "/dibujos/" (id) } alt=(alt) loading="lazy" width="260";,
            }
        }
    }
}

fn spans_of(spans: &[Span]) -> Markup {
    html! {
        @for span in spans {
            @match span {
                Span::Text(text) => (text),
                Span::Strong(text) => strong { (text) },
                Span::Code(text) => code { (text) },
                Span::Article { text, id } => a href={ "/articulos/" (id) } data-hx-get={ "/articulos/" (id) } data-hx-target="#articulo" { (text) },
            }
        }
    }
}

/// An article as a chat's text: WhatsApp's bold, numbered steps, nothing that is for technicians. (Which signs it knows: faq.whatsapp.com/539178204879377.)
pub(super) fn chat(article: &Article) -> String {
    let mut text = format!("*{}*\n", article.title);
    let plain = |blocks: &[Block], text: &mut String| {
        for block in blocks {
            // Writing to a string doesn't fail.
            _ = match block {
                Block::Step { number, .. } => writeln!(text, "{number}. {}", block.plain()),
                Block::Item(_) => writeln!(text, "- {}", block.plain()),
                Block::Paragraph(_) => writeln!(text, "{}", block.plain()),
                Block::Picture { .. } => Ok(()),
            };
        }
    };
    plain(&article.body.intro, &mut text);
    for section in article.body.sections.iter().filter(|section| section.kind != SectionKind::Desk) {
        _ = writeln!(text, "\n*{}*", section.title);
        plain(&section.blocks, &mut text);
    }
    text.trim_end().to_owned()
}
