//! What people see. Every page is made on the server, escaped by maud, and works without a script.

mod article;
mod assets;
mod entrance;
mod export;
mod guide;
mod incidents;
mod recent;
mod reply;
mod search;
mod summary;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{DOCTYPE, Markup, html};

pub(crate) use self::recent::Recent;
use crate::store::StoreError;
use crate::{Console, in_spanish, logs};

/// Where a technician shows a token.
pub(crate) const ENTRANCE: &str = "/entrar";
/// Largest form that is read, in bytes. Chosen: a message that is pasted whole has some 2 KB.
const LARGEST_FORM: usize = 64 << 10;

pub(crate) fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route("/", get(search::page))
        .route("/buscar", get(search::list))
        .route("/articulos/{id}", get(article::page))
        .route("/dibujos/{id}", get(article::picture))
        .route("/guia", get(guide::choose).post(guide::begin))
        .route("/guia/{talk}", get(guide::page).post(guide::step))
        .route("/guia/{talk}/caso", post(guide::file))
        .route("/casos", get(incidents::page))
        .route("/casos/lista", get(incidents::list))
        .route("/casos.csv", get(export::csv))
        .route("/casos.json", get(export::json))
        .route("/casos/{number}", get(incidents::one).post(incidents::change))
        .route("/casos/{number}/imprimir", get(incidents::print))
        .route("/resumen", get(summary::page))
        .route("/avisos", get(incidents::changes))
        .route(ENTRANCE, get(entrance::page).post(entrance::enter))
        .route("/assets/{name}", get(assets::asset))
        .fallback(async || told(StatusCode::NOT_FOUND, "Esa página no existe."))
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST_FORM))
}

/// The parts of the console.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Search,
    Guide,
    Incidents,
    Summary,
    None,
}

/// A page with what all have around them.
fn layout(title: &str, tab: Tab, content: &Markup) -> Markup {
    let tabs = [
        (Tab::Search, "/", "Buscar", "b"),
        (Tab::Guide, "/guia", "Guiar", "g"),
        (Tab::Incidents, "/casos", "Casos", "c"),
        (Tab::Summary, "/resumen", "Resumen", "s"),
    ];
    html! {
        (DOCTYPE)
        html lang="es-HN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // What comes in is alive as soon as it is drawn: a key in between would open a link as a page of its own.
                meta name="htmx-config" content="includeIndicatorCSS:false,history:false,defaultSettleDelay:0";
                title { (title) " · Baquiano" }
                // Without one, browsers ask for /favicon.ico.
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/assets/console.css";
                // Not deferred: it would wait for a turn after the page is loaded, and what one sends in between would go as if there were none.
                script src="/assets/htmx.js" {}
                script src="/assets/console.js" defer {}
            }
            body {
                a .skip href="#contenido" { "Ir al contenido" }
                header {
                    strong { "Baquiano" }
                    nav aria-label="Partes de la consola" {
                        @for (own, path, name, key) in tabs {
                            a href=(path) aria-current=[(own == tab).then_some("page")] data-key=(key) { (name) }
                        }
                    }
                }
                main #contenido tabindex="-1" { (content) }
                div #aviso role="status" aria-live="polite" {}
            }
        }
    }
}

/// A page that says one thing.
pub(crate) fn told(status: StatusCode, why: &str) -> Response {
    let content = html! { h1 { "No se pudo" } p { (why) } p { a href="/" { "Volver a buscar" } } };
    (status, layout("No se pudo", Tab::None, &content)).into_response()
}

/// What can go wrong with a page.
pub(crate) struct Failure(StatusCode, String);

impl Failure {
    fn missing(what: &str) -> Self {
        Self(StatusCode::NOT_FOUND, format!("No hay {what}."))
    }

    fn refused(why: impl Into<String>) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, why.into())
    }

    fn broken(why: impl std::fmt::Display) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, format!("Algo falló en la consola: {why}"))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing(what) => Self::missing(&what),
            StoreError::Transition(why) => Self::refused(format!("Ese cambio no se permite: {}.", in_spanish(&why))),
            other => {
                logs::store_failed(&other);
                Self::broken(other)
            }
        }
    }
}

impl From<baquiano::kb::pack::PackError> for Failure {
    fn from(error: baquiano::kb::pack::PackError) -> Self {
        Self::broken(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        told(self.0, &self.1)
    }
}

type Shown = Result<Markup, Failure>;

/// Runs what waits for the disk beside what answers.
async fn in_background<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Failure::broken("una tarea se detuvo")))
}
