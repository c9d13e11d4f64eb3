//! What came in, for who leads the desk: each chart with its table.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use baquiano::kb::Catalog;
use maud::{Markup, html};
use serde::Deserialize;

use super::incidents::CODES;
use super::search::{choice, chosen};
use super::{Shown, Tab, in_background, layout};
use crate::Console;
use crate::store::{Count, Part, written};

/// Weeks that are looked at, when nobody says how many. Chosen: a quarter.
const WEEKS: i64 = 12;
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// The measures of a chart in its own units: its width; the room for names before the bars and for counts behind them; the height of a row, and the line of its
/// text in it; what is left free between things. Chosen: 28 letters of 13 units fit before the bars.
const WIDTH: i64 = 640;
const NAMES: i64 = 230;
const NUMBERS: i64 = 50;
const BAR: i64 = 26;
const BASE: i64 = 18;
const GAP: i64 = 8;
/// Questions that found nothing, at most.
const GAPS: usize = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    #[serde(deserialize_with = "chosen")]
    semanas: Option<String>,
}

pub(super) async fn page(State(console): State<Arc<Console>>, Query(asked): Query<Asked>) -> Shown {
    in_background(move || {
        let weeks = asked.semanas.as_deref().and_then(|weeks| weeks.parse().ok()).filter(|weeks| (1..=52).contains(weeks)).unwrap_or(WEEKS);
        let now = console.now();
        let since = now.ms().saturating_sub(weeks * WEEK_MS);
        let kb = console.desk.knowledge();
        let catalog = kb.catalog()?;
        let flows = kb.flow_ids().map(|id| kb.flow(id)).collect::<Result<Vec<_>, _>>()?;
        let faults: BTreeMap<&str, &str> =
            flows.iter().flatten().flat_map(|flow| &flow.faults).map(|fault| (fault.id.as_str(), fault.name.as_str())).collect();
        let count = |part| console.store.count(part, since, now.offset_s());
        let parts = [
            ("Casos por semana", "Semana del", named(count(Part::Week)?, |own| own.to_owned())),
            ("Casos por servicio", "Servicio", named(count(Part::Service)?, |own| service(catalog, own))),
            ("Casos por app", "App", named(count(Part::App)?, |own| app(catalog, own))),
            ("Casos por marca", "Marca", named(count(Part::Vendor)?, |own| own.to_owned())),
            ("Causas más frecuentes", "Causa", named(count(Part::Fault)?, |own| faults.get(own).map_or(own, |name| name).to_owned())),
            ("Cómo terminaron", "Solución", named(count(Part::Resolution)?, code)),
            ("Conversaciones que quedaron a medias", "Flujo", named(console.store.dropped(since, now.ms())?, |own| service(catalog, own))),
        ];
        let mut gaps = console.desk.unanswered();
        gaps.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.question.cmp(&b.question)));
        let content = html! {
            h1 { "Resumen" }
            form action="/resumen" {
                div .filters {
                    (choice("semanas", "Últimas semanas", "12", asked.semanas.as_deref(), [("4", "4"), ("26", "26"), ("52", "52")].into_iter()))
                    button type="submit" { "Ver" }
                }
            }
            div .charts { @for (title, what, counts) in &parts { (part(title, what, counts)) } }
            section .text {
                h2 { "Preguntas que no hallaron nada" }
                @if gaps.is_empty() { p .quiet { "Ninguna." } }
                @else {
                    table {
                        thead { tr { th scope="col" { "Pregunta" } th scope="col" { "Veces" } } }
                        tbody { @for gap in gaps.iter().take(GAPS) { tr { th scope="row" { (gap.question) } td { (gap.count) } } } }
                    }
                }
            }
        };
        Ok(layout("Resumen", Tab::Summary, &content))
    })
    .await
}

fn named(counts: Vec<Count>, name: impl Fn(&str) -> String) -> Vec<Count> {
    counts.into_iter().map(|own| Count { name: name(&own.name), ..own }).collect()
}

fn service(catalog: &Catalog, id: &str) -> String {
    catalog.services.iter().find(|own| own.id.as_str() == id).map_or(id, |own| &own.name).to_owned()
}

fn app(catalog: &Catalog, id: &str) -> String {
    catalog.apps.iter().find(|own| own.id.as_str() == id).map_or(id, |own| &own.name).to_owned()
}

fn code(id: &str) -> String {
    CODES.into_iter().find(|code| written(code) == id).map_or(id, |code| code.name()).to_owned()
}

fn part(title: &str, what: &str, counts: &[Count]) -> Markup {
    html! {
        section .text {
            h2 { (title) }
            @if counts.is_empty() { p .quiet { "Todavía no hay." } }
            @else {
                // The table says the same.
                figure .chart aria-hidden="true" { (bars(counts)) }
                details {
                    summary { "Tabla" }
                    table {
                        thead { tr { th scope="col" { (what) } th scope="col" { "Casos" } } }
                        tbody { @for count in counts { tr { th scope="row" { (count.name) } td { (count.count) } } } }
                    }
                }
            }
        }
    }
}

/// Bars, the first on top, each with its count, as an SVG whose colours the page's style sets.
fn bars(counts: &[Count]) -> Markup {
    let most = counts.iter().map(|own| own.count).max().unwrap_or(0).max(1);
    let long = |count: i64| (WIDTH - NAMES - NUMBERS) * count / most;
    let rows = (0_i64..).step_by(BAR as usize).zip(counts);
    html! {
        svg viewBox={ "0 0 " (WIDTH) " " (BAR * counts.len() as i64) } {
            @for (y, own) in rows {
                text x=(NAMES - GAP) y=(y + BASE) text-anchor="end" { (short(&own.name)) }
                rect x=(NAMES) y=(y + GAP / 2) width=(long(own.count)) height=(BAR - GAP) {}
                text x=(NAMES + long(own.count) + GAP) y=(y + BASE) { (own.count) }
            }
        }
    }
}

/// A name that fits its place.
fn short(name: &str) -> String {
    const LONGEST: usize = 28;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(name: &str, count: i64) -> Count {
        Count { name: name.to_owned(), count }
    }

    #[test]
    fn the_bars_fill_their_chart_from_one_row_on() {
        for rows in 1..=12 {
            let counts: Vec<Count> = (1..=rows).map(|at| count("x", at)).collect();
            let svg = bars(&counts).into_string();
            assert!(svg.contains(&format!("viewBox=\"0 0 640 {}\"", 26 * rows)), "{svg}");
            assert!(
                svg.contains(&format!("y=\"{}\" width=\"360\" height=\"18\"></rect>", 26 * (rows - 1) + 4)),
                "the longest is the last: {svg}"
            );
        }
        assert!(bars(&[count("nada", 0)]).into_string().contains("width=\"0\""));
        assert!(!part("Casos", "Caso", &[]).into_string().contains("<svg"));
    }

    #[test]
    fn a_name_is_cut_between_letters_and_is_no_markup() {
        let svg = bars(&[count(&"ñ<".repeat(40), 1)]).into_string();
        assert!(svg.contains("ñ&lt;…</text>") && !svg.contains("ñ<"), "{svg}");
    }
}
