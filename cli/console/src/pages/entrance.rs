//! Where a technician shows a token, when the console is reached from other computers.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Failure, Tab, in_background, layout};
use crate::Console;
use crate::guard::COOKIE_NAME;
use crate::store::TokenKind;

#[derive(Deserialize)]
pub(super) struct Shown {
    token: String,
}

fn form(refused: bool) -> Markup {
    let content = html! {
        h1 { "Entrar" }
        form .narrow method="post" {
            label for="token" { "Su clave de la consola" }
            input #token name="token" type="password" autocomplete="current-password" required autofocus
                aria-describedby=[refused.then_some("mal")] aria-invalid=[refused.then_some("true")];
            @if refused { p #mal .bad { "Esa clave no abre la consola. Pida otra a quien la administra." } }
            button .main type="submit" { "Entrar" }
        }
    };
    layout("Entrar", Tab::None, &content)
}

pub(super) async fn page() -> Markup {
    form(false)
}

pub(super) async fn enter(State(console): State<Arc<Console>>, Form(shown): Form<Shown>) -> Result<Response, Failure> {
    in_background(move || {
        let token = shown.token.trim();
        if console.store.whose(token, TokenKind::Desk)?.is_none() {
            return Ok(form(true).into_response());
        }
        // Whoever puts TLS before the console lets its proxy add `Secure`.
        let cookie = format!("{COOKIE_NAME}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200");
        Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
    })
    .await
}
