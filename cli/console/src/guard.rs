//! Who may ask, and what an answer may do in a browser.
//!
//! On this computer alone, nobody is asked who they are; but a page from the internet that the same browser has open must not reach the console: so the name
//! that it was asked for under must be this computer's (against DNS rebinding), and what changes something must come from a page of the console's own (against
//! forged requests; `Sec-Fetch-Site`, or else `Origin`, as Go's `http.CrossOriginProtection` has it). Reached from elsewhere, a technician shows a token once
//! and gets a cookie.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use tokio::task::block_in_place;

use crate::Console;
use crate::api::Problem;
use crate::pages::{self, ENTRANCE};
use crate::store::TokenKind;

/// The cookie that shows a token again.
pub(crate) const COOKIE_NAME: &str = "baquiano";

/// No script and no style but the console's own, none within a page, and no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// What proxies add: whoever asks is elsewhere, whatever name they ask for.
const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "x-real-ip"];

/// Whoever is at the other end, as the pages know them.
#[derive(Debug, Clone)]
pub(crate) struct Person(pub(crate) Option<String>);

/// What every answer has.
pub(crate) async fn everyone(request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    let fixed = HeaderValue::from_static;
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(fixed(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
    headers.insert(X_FRAME_OPTIONS, fixed("DENY"));
    headers.insert(REFERRER_POLICY, fixed("no-referrer"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), fixed("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), fixed("same-origin"));
    // What a page says of a person isn't kept by the browser; assets say otherwise themselves.
    headers.entry(CACHE_CONTROL).or_insert(fixed("no-store"));
    answer
}

/// Lets people in.
pub(crate) async fn people(State(console): State<Arc<Console>>, mut request: Request, next: Next) -> Response {
    let (headers, path) = (request.headers(), request.uri().path());
    if console.local && !is_this_computer(headers, request.uri()) {
        return refused(StatusCode::MISDIRECTED_REQUEST, "Abra la consola con la dirección que ella misma mostró al arrancar.");
    }
    if console.local && is_forwarded(headers) {
        return refused(
            StatusCode::FORBIDDEN,
            "Esta consola atiende solo en su propia computadora: no pide clave, y por eso no se abre a través de otra.",
        );
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) && !is_own(headers) {
        return refused(StatusCode::FORBIDDEN, "Esta acción no salió de una página de la consola.");
    }
    let shown = cookie(headers).map(ToOwned::to_owned);
    let person = match (console.local, shown) {
        (true, _) => Some(Person(None)),
        (false, Some(token)) => technician(&console, &token).map(|name| Person(Some(name))),
        (false, None) => None,
    };
    match person {
        Some(person) => {
            request.extensions_mut().insert(person);
            next.run(request).await
        }
        None if path == ENTRANCE || path.starts_with("/assets/") => {
            request.extensions_mut().insert(Person(None));
            next.run(request).await
        }
        None => Redirect::to(ENTRANCE).into_response(),
    }
}

/// Lets monitoring in: from this computer, or with a technician's token.
pub(crate) async fn machines(State(console): State<Arc<Console>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let refused = if console.local {
        (!is_this_computer(headers, request.uri()) || is_forwarded(headers))
            .then_some((StatusCode::MISDIRECTED_REQUEST, "ask under a name of this computer"))
    } else {
        let owner = bearer(headers).and_then(|token| technician(&console, token));
        owner.is_none().then_some((StatusCode::UNAUTHORIZED, "a technician's token is needed: `Authorization: Bearer TOKEN`"))
    };
    match refused {
        Some((status, why)) => Problem::new(status, why).into_response(),
        None => next.run(request).await,
    }
}

/// The technician whose token it is.
fn technician(console: &Console, token: &str) -> Option<String> {
    block_in_place(|| console.store.whose(token, TokenKind::Desk)).ok().flatten()
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    FORWARDED.iter().any(|name| headers.contains_key(*name))
}

/// The token that a program shows.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn refused(status: StatusCode, why: &str) -> Response {
    pages::told(status, why)
}

/// Whether it was asked for under a name of this computer.
fn is_this_computer(headers: &HeaderMap, uri: &Uri) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).or_else(|| uri.authority().map(|host| host.as_str()));
    let name = host
        .map(|host| host.rsplit_once(':').map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host }));
    matches!(name, Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// Whether it comes from a page of the console's own, or from no page at all.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(HeaderName::from_static("sec-fetch-site")), text(ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").is_some_and(|(_, host)| text(HOST) == Some(host)),
        // No browser: one sends at least the origin.
        (None, None) => true,
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    all.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails may say so")]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn only_a_name_of_this_computer_leads_here() {
        let here = |host: &str| is_this_computer(&headers(&[("host", host)]), &Uri::from_static("/"));
        assert!(["localhost", "localhost:8026", "127.0.0.1:1", "[::1]:8026", "[::1]"].iter().all(|host| here(host)));
        assert!(["", "malo.example", "malo.example:8026", "127.0.0.1.malo.example", "10.0.0.1:8026"].iter().all(|host| !here(host)));
    }

    #[test]
    fn what_changes_something_comes_from_the_console() {
        let own = |pairs: &[(&'static str, &str)]| is_own(&headers(pairs));
        assert!(own(&[("sec-fetch-site", "same-origin")]) && own(&[("host", "localhost:1"), ("origin", "http://localhost:1")]) && own(&[]));
        assert!(
            !own(&[("sec-fetch-site", "cross-site")]) && !own(&[("sec-fetch-site", "same-site"), ("host", "a"), ("origin", "http://a")])
        );
        assert!(
            !own(&[("host", "localhost:1"), ("origin", "http://malo.example")]) && !own(&[("host", "localhost:1"), ("origin", "null")])
        );
    }
}
