//! `baquiano relay`: hands the console's incidents to another system, round after round.

use std::thread::sleep;
use std::time::Duration;

use baquiano::{Clock, SystemClock};
use baquiano_console::relay::{Connector as _, ConnectorError, Mapping, MappingError, RelayError, RequestTracker, Round};
use baquiano_console::{Store, relay};
use serde_json::json;

use super::incident::send::{bad_address, token};
use super::incident::transport::{agent, authorization};
use super::serve::{dir, stored};
use crate::args::{Global, Relay, System};
use crate::failure::{Done, Failure};
use crate::show::{Screen, clean};
use crate::{files, open};

/// How long an answer is waited for. Chosen: a Request Tracker that was left alone starts its workers in some seconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest wait after rounds that the other system ended. Chosen: what it missed is then at most five minutes late.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Longest mapping, in bytes.
const MOST_MAPPING: u64 = 64 << 10;

pub(crate) fn run(screen: &Screen, global: &Global, args: &Relay) -> Result<Done, Failure> {
    let lang = screen.lang;
    let dir = dir(screen, args.store.as_deref())?;
    let (mapping, from) = match (&args.mapping, args.to) {
        (Some(path), _) => (Mapping::read(&files::read_text(screen, path, MOST_MAPPING)?), path.display().to_string()),
        (None, System::Rt) => (Mapping::request_tracker(), "rt".to_owned()),
    };
    let misfit = |error: MappingError| Failure::Input(lang.bad_mapping(&from, error));
    let mapping = mapping.map_err(misfit)?;
    let wrong = |error: &_| Failure::Input(bad_address(screen, error));
    let agent = agent(&args.url, PATIENCE, args.allow_plain).map_err(|error| wrong(&error))?;
    let token = token(screen, args.token_file.as_deref(), "BAQUIANO_RELAY_TOKEN")?.ok_or_else(|| Failure::Input(lang.relay_no_token()))?;
    // Request Tracker has a scheme of its own for its tokens.
    let connector = RequestTracker::new(agent, &args.url, authorization("token", &token).map_err(|error| wrong(&error))?, &mapping);
    let store = Store::open(&dir).map_err(|error| stored(screen, &error))?;
    let desk = open::desk(screen, global.kb.as_deref(), &args.trust.key)?;
    let failed = |error: RelayError| match error {
        RelayError::Store(error) => stored(screen, &error),
        RelayError::Mapping(error) => misfit(error),
        RelayError::Connector(error) => Failure::Input(in_words(screen, &error)),
        RelayError::Running => Failure::Input(lang.relay_running()),
        error => Failure::Internal(error.to_string()),
    };
    let relay = relay::Relay::new(&store, &desk, &mapping, &connector, &SystemClock).map_err(failed)?;
    // Who sets it up learns what is missing; later, what doesn't answer is asked again.
    match connector.check() {
        Err(error @ ConnectorError::NoAnswer(_)) if !args.once => screen.complain(&in_words(screen, &error)),
        other => other.map_err(|error| failed(error.into()))?,
    }
    let every = Duration::from_secs(args.every);
    let mut wait = every;
    loop {
        let round = relay.round().map_err(failed)?;
        let stopped = round.stopped.as_ref().map(|error| in_words(screen, error));
        if args.once || !round.is_quiet() {
            tell(screen, global, &round, stopped.as_deref())?;
        }
        if args.once {
            return Ok(if stopped.is_none() && round.refused.is_empty() && round.waiting == 0 { Done::Good } else { Done::Finding });
        }
        wait = if stopped.is_some() { (wait * 2).min(LONGEST_WAIT.max(every)) } else { every };
        sleep(wait);
    }
}

fn tell(screen: &Screen, global: &Global, round: &Round, stopped: Option<&str>) -> Result<(), Failure> {
    if global.json {
        let refused: Vec<_> = round.refused.iter().map(|(reference, why)| json!({ "reference": reference, "why": why })).collect();
        return screen.json(&json!({
            "at_ms": SystemClock.now_ms(), "created": round.created, "updated": round.updated, "taken_back": round.taken_back,
            "merged": round.merged, "waiting": round.waiting, "refused": refused, "stopped": stopped,
        }));
    }
    screen.write(|out| {
        Ok(writeln!(out, "{}", screen.lang.relayed(round.created, round.updated, round.taken_back, round.merged, round.waiting))?)
    })?;
    for (reference, why) in &round.refused {
        screen.complain(&format!("{reference}: {}", clean(why)));
    }
    if let Some(stopped) = stopped {
        screen.complain(stopped);
    }
    Ok(())
}

fn in_words(screen: &Screen, error: &ConnectorError) -> String {
    match error {
        ConnectorError::NoAnswer(why) => screen.lang.relay_no_answer(clean(why)),
        ConnectorError::Unauthorized(why) => screen.lang.relay_unauthorized(clean(why)),
        ConnectorError::Refused(why) => screen.lang.relay_refused(clean(why)),
        error => clean(&error.to_string()).to_string(),
    }
}
