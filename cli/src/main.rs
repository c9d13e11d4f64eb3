//! `baquiano`: the help desk on the command line.
//!
//! `args` reads the command line, `commands` does what it says with the library, `show` draws for people, `texts` holds every
//! sentence. The way to the first answer is short on purpose (a search answers within a millisecond of the start of the
//! process): help texts, catalog and articles are touched only when they are needed.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that fails may say so"))]

mod args;
mod commands;
mod failure;
mod files;
mod open;
mod parse;
mod show;
mod texts;

use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use failure::{Done, Failure};
use show::Screen;

fn main() -> ExitCode {
    // A panic that the library turns into an error must not print; one that reaches us is told below.
    std::panic::set_hook(Box::new(|info| *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(info.to_string())));
    let cli = match parse::parse() {
        Ok(cli) => cli,
        Err(code) => return code.into(),
    };
    let screen = Screen::of(cli.global.lang);
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| commands::run(cli, &screen))).unwrap_or_else(|_| {
        let why = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        Err(Failure::Internal(screen.lang.internal(why)))
    });
    match done {
        Ok(Done::Good) => ExitCode::SUCCESS,
        Ok(Done::Finding) => ExitCode::from(1),
        Err(failure) => {
            let code = failure.code();
            match &failure {
                Failure::Output(error) if code != 0 => {
                    screen.complain(&screen.lang.cannot_write_output(texts::errors::io(screen.lang, error)))
                }
                Failure::Output(_) => {}
                other => screen.complain(&other.to_string()),
            }
            code.into()
        }
    }
}

static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);
