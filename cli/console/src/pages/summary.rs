//! What came in, for who leads the desk: each chart with its table.

use std::sync::Arc;

use axum::extract::{Query, State};
use baquiano::kb::Catalog;
use maud::{Markup, PreEscaped, html};
use plotters::prelude::*;
use serde::Deserialize;

use super::incidents::CODES;
use super::search::{choice, chosen};
use super::{Failure, Shown, Tab, in_background, layout};
use crate::Console;
use crate::store::{Count, Part, written};

/// Weeks that are looked at, when nobody says how many. Chosen: a quarter.
const WEEKS: i64 = 12;
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// Width of a chart, and height of a bar, in pixels.
const WIDTH: u32 = 640;
const BAR: u32 = 26;
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
        let weeks = asked.semanas.as_deref().and_then(|weeks| weeks.parse().ok()).filter(|weeks| (1..=520).contains(weeks)).unwrap_or(WEEKS);
        let now = console.now();
        let since = now.ms().saturating_sub(weeks * WEEK_MS);
        let kb = console.desk.knowledge();
        let catalog = kb.catalog()?;
        let count = |part| console.store.count(part, since, now.offset_s());
        let parts = [
            ("Casos por semana", "Semana del", named(count(Part::Week)?, |own| own.to_owned())),
            ("Casos por servicio", "Servicio", named(count(Part::Service)?, |own| service(catalog, own))),
            ("Casos por app", "App", named(count(Part::App)?, |own| app(catalog, own))),
            ("Casos por marca", "Marca", named(count(Part::Vendor)?, |own| own.to_owned())),
            ("Causas más frecuentes", "Causa", named(count(Part::Fault)?, |own| own.to_owned())),
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
            div .charts { @for (title, what, counts) in &parts { (part(title, what, counts)?) } }
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

fn part(title: &str, what: &str, counts: &[Count]) -> Shown {
    Ok(html! {
        section .text {
            h2 { (title) }
            @if counts.is_empty() { p .quiet { "Todavía no hay." } }
            @else {
                // The table says the same.
                figure .chart aria-hidden="true" { (bars(counts).map_err(Failure::broken)?) }
                details {
                    summary { "Tabla" }
                    table {
                        thead { tr { th scope="col" { (what) } th scope="col" { "Casos" } } }
                        tbody { @for count in counts { tr { th scope="row" { (count.name) } td { (count.count) } } } }
                    }
                }
            }
        }
    })
}

/// Bars, the first on top, as an SVG whose colours the page's style sets.
fn bars(counts: &[Count]) -> Result<Markup, String> {
    let mut svg = String::new();
    let rows = counts.len();
    let most = counts.iter().map(|own| own.count).max().unwrap_or(0).max(1);
    let label = |at: &SegmentValue<usize>| match at {
        SegmentValue::CenterOf(at) if *at < rows => drawn(&counts[rows - 1 - at].name),
        _ => String::new(),
    };
    let draw = |svg: &mut String| -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
        let area = SVGBackend::with_string(svg, (WIDTH, BAR * rows as u32 + 40)).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(4)
            .set_label_area_size(LabelAreaPosition::Left, 220)
            .set_label_area_size(LabelAreaPosition::Bottom, 28)
            // One segment more than there are bars: a range that is empty has none.
            .build_cartesian_2d(0..most, (0..rows).into_segmented())?;
        let whole = |count: &i64| count.to_string();
        let labels = usize::try_from(most).unwrap_or(6).min(6) + 1;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .x_labels(labels)
            .x_label_formatter(&whole)
            .y_labels(rows)
            .y_label_formatter(&label)
            .draw()?;
        let data = counts.iter().rev().enumerate().map(|(at, own)| (at, own.count));
        chart.draw_series(Histogram::horizontal(&chart).style(BLACK.filled()).margin(4).data(data))?;
        area.present()
    };
    draw(&mut svg).map_err(|error| error.to_string())?;
    Ok(PreEscaped(svg))
}

/// A name as it is drawn: what could mean something within an SVG isn't in it, and it is short enough for its place.
fn drawn(name: &str) -> String {
    const LONGEST: usize = 30;
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, ' ' | '-' | '.' | ',' | '_') { c } else { '·' };
    let short: String = name.chars().take(LONGEST).map(plain).collect();
    if name.chars().count() > LONGEST { format!("{short}…") } else { short }
}
