//! `baquiano serve`: the console, its tokens, and its copies.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use baquiano::{Clock, SystemClock};
use baquiano_console::{LogFormat, LogLevel, Options, ServeError, Store, StoreError, TokenKind, openapi, start_log};
use clap::ValueEnum as _;
use serde_json::json;

use crate::args::{self, Global, Log, Serve, ServeDoes};
use crate::failure::{Done, Failure};
use crate::show::{Screen, clean};
use crate::texts::errors;
use crate::{files, open};

pub(crate) fn run(screen: &Screen, global: &Global, args: &Serve) -> Result<Done, Failure> {
    let dir = || dir(screen, args.store.as_deref());
    match &args.does {
        None => serve(screen, global, args, dir()?),
        Some(does) => administer(screen, global, does, || Store::open(&dir()?).map_err(|error| stored(screen, &error))),
    }
}

fn serve(screen: &Screen, global: &Global, args: &Serve, dir: PathBuf) -> Result<Done, Failure> {
    let desk = open::desk(screen, global.kb.as_deref(), &args.trust.key)?;
    start_log(if args.log == Log::Json { LogFormat::Json } else { LogFormat::Text }, level(screen, args)?);
    let options = Options { address: SocketAddr::from((args.address, args.port)), dir };
    let told = |address: SocketAddr| {
        let address = format!("http://{address}");
        // Who starts it reads the address; nobody else is to be told that it can't be written.
        _ = if global.json {
            screen.json(&json!({ "address": address }))
        } else {
            screen.write(|out| Ok(writeln!(out, "{}", screen.lang.console_at(address))?))
        };
    };
    baquiano_console::serve(desk, &options, told).map(|()| Done::Good).map_err(|error| match error {
        ServeError::Store(error) => stored(screen, &error),
        ServeError::Listen { address, source } => Failure::Input(screen.lang.cannot_listen(address, errors::io(screen.lang, &source))),
        ServeError::Unguarded(address) => Failure::Input(screen.lang.console_unguarded(address)),
        error => Failure::Internal(error.to_string()),
    })
}

/// What the log has: as the option says, or else the environment.
fn level(screen: &Screen, args: &Serve) -> Result<LogLevel, Failure> {
    let given = || std::env::var("BAQUIANO_LOG").ok().filter(|given| !given.is_empty());
    let named =
        |given: String| args::LogLevel::from_str(&given, true).map_err(|_| Failure::Input(screen.lang.bad_log_level(clean(&given))));
    let level = args.log_level.map(Ok).or_else(|| given().map(named)).transpose()?;
    Ok(match level {
        Some(args::LogLevel::Error) => LogLevel::Error,
        Some(args::LogLevel::Info) | None => LogLevel::Info,
        Some(args::LogLevel::Debug) => LogLevel::Debug,
    })
}

fn administer(screen: &Screen, global: &Global, does: &ServeDoes, store: impl FnOnce() -> Result<Store, Failure>) -> Result<Done, Failure> {
    let (lang, now) = (screen.lang, SystemClock.now_ms());
    let refused = |error: StoreError| stored(screen, &error);
    let done = match does {
        ServeDoes::Openapi => {
            let document = openapi();
            let pretty = format!("{document:#}");
            (document, pretty)
        }
        ServeDoes::Token(new) => {
            let store = store()?;
            let opens = store.tokens().map_err(refused)?.into_iter().any(|token| token.name == new.name && token.ended_ms.is_none());
            if opens {
                return Err(Failure::Input(lang.token_is_there(clean(&new.name))));
            }
            let kind = if new.desk { TokenKind::Desk } else { TokenKind::App };
            let token = store.make_token(&new.name, kind, now).map_err(refused)?;
            if !global.json {
                // Beside it, so that what goes into a file is the token alone.
                screen.complain_as_is(&format!("{}\n", lang.token_made()));
            }
            (json!({ "name": new.name, "kind": kind, "token": token }), token)
        }
        ServeDoes::Tokens => {
            let tokens = store()?.tokens().map_err(refused)?;
            let kind = |kind| if kind == TokenKind::Desk { "desk" } else { "app" };
            let line = |token: &baquiano_console::Token| {
                let mark = if token.ended_ms.is_some() { " -" } else { "" };
                format!("{}\t{}{mark}", clean(&token.name), kind(token.kind))
            };
            let lines = tokens.iter().map(line).collect::<Vec<_>>().join("\n");
            (json!(tokens), lines)
        }
        ServeDoes::Revoke(of) => match store()?.end_token(&of.name, now) {
            Err(StoreError::Missing(_)) => return Err(Failure::Input(lang.no_token(clean(&of.name)))),
            other => {
                other.map_err(refused)?;
                (json!({ "name": of.name }), lang.token_revoked(clean(&of.name)))
            }
        },
        ServeDoes::Backup(to) => {
            store()?.back_up(&to.file).map_err(|error| match error {
                StoreError::Open { path, source } => Failure::Input(lang.cannot_write(path.display(), errors::io(lang, &source))),
                error => stored(screen, &error),
            })?;
            (json!({ "file": to.file.display().to_string() }), lang.backup_written(to.file.display()))
        }
    };
    if global.json {
        screen.json(&done.0)?;
    } else if !done.1.is_empty() {
        screen.write(|out| Ok(writeln!(out, "{}", done.1)?))?;
    }
    Ok(Done::Good)
}

/// The console's folder: the one that is given, or this user's.
pub(super) fn dir(screen: &Screen, given: Option<&Path>) -> Result<PathBuf, Failure> {
    given.map(Path::to_owned).or_else(|| files::data_dir("console")).ok_or_else(|| Failure::Input(screen.lang.no_store()))
}

pub(super) fn stored(screen: &Screen, error: &StoreError) -> Failure {
    match error {
        StoreError::Open { path, source } => Failure::Input(screen.lang.cannot_write(path.display(), errors::io(screen.lang, source))),
        error => Failure::Internal(screen.lang.console_store(error)),
    }
}
