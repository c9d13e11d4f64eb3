//! The list of incidents as a file: for a table, or for a program.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::incidents::Asked;
use super::{Failure, in_background};
use crate::Console;
use crate::store::{Filter, Line};

/// The columns, as a person reads them.
const HEAD: [&str; 12] = [
    "Número",
    "Qué pasa",
    "Prioridad",
    "Nivel",
    "Estado",
    "Servicio",
    "App",
    "Marca",
    "Causa",
    "Recibido",
    "Responder antes de",
    "Unido a",
];

impl Console {
    /// All that a filter lets through, as it is at one moment.
    fn all(&self, asked: &Asked) -> Result<Vec<Line>, Failure> {
        Ok(self.store.incidents(&Filter { page: 0, most: None, ..asked.filter() })?.0)
    }
}

pub(super) async fn csv(State(console): State<Arc<Console>>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    in_background(move || {
        let lines = console.all(&asked)?;
        let kb = console.desk.knowledge();
        let hours = kb.rules()?.hours();
        // Spreadsheets take a file for UTF-8 only with this mark.
        let mut table = csv::Writer::from_writer(Vec::from("\u{feff}"));
        let written = |table: &mut csv::Writer<Vec<u8>>, lines: Vec<Line>| -> csv::Result<()> {
            table.write_record(HEAD)?;
            for line in lines {
                let Line {
                    reference, summary, service, app, vendor, level, priority, phase, fault, received_ms, due_ms, merged_into, ..
                } = line;
                let cells = [
                    reference,
                    summary,
                    format!("P{priority}"),
                    level.to_string(),
                    phase.name().to_owned(),
                    service,
                    app.unwrap_or_default(),
                    vendor.unwrap_or_default(),
                    fault.unwrap_or_default(),
                    hours.rfc3339(received_ms),
                    due_ms.map(|due| hours.rfc3339(due)).unwrap_or_default(),
                    merged_into.map(crate::store::reference).unwrap_or_default(),
                ];
                table.write_record(cells.map(harmless))?;
            }
            Ok(())
        };
        written(&mut table, lines).map_err(Failure::broken)?;
        let bytes = table.into_inner().map_err(Failure::broken)?;
        Ok(file("text/csv; charset=utf-8", "casos.csv", bytes))
    })
    .await
}

pub(super) async fn json(State(console): State<Arc<Console>>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    in_background(move || {
        let bytes = serde_json::to_vec(&console.all(&asked)?).map_err(Failure::broken)?;
        Ok(file("application/json", "casos.json", bytes))
    })
    .await
}

/// A cell that a spreadsheet doesn't take for a formula: what it says was written by a stranger (OWASP, «CSV Injection»).
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))], bytes).into_response()
}
