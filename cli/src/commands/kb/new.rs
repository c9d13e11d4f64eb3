//! `baquiano kb new`.

use std::fmt::Display;
use std::str::FromStr;

use baquiano::incident::Moment;
use baquiano::kb::author::{ContentError, new_article};
use baquiano::{Clock, SystemClock};
use serde_json::json;

use crate::args::{Global, New};
use crate::failure::{Done, Failure};
use crate::open;
use crate::show::{Screen, clean};
use crate::texts::errors;

/// Honduras is six hours behind UTC all year.
const HONDURAS_S: i32 = -6 * 3_600;

pub(super) fn run(screen: &Screen, global: Global, args: New) -> Result<Done, Failure> {
    let (id, service) = (parse(screen, &args.id)?, parse(screen, &args.service)?);
    let dir = open::folder(screen, args.dir, global.kb)?;
    let now = Moment::new(SystemClock.now_ms(), HONDURAS_S).to_string();
    let (today, _) = now.split_once('T').unwrap_or_default();
    let path = new_article(&dir, &id, &service, &args.title, today).map_err(|error| {
        let told = errors::content(screen.lang, &error);
        match error {
            ContentError::Io { .. } => Failure::Internal(told),
            _ => Failure::Input(told),
        }
    })?;
    let file: &dyn Display = &path.display();
    if global.json {
        screen.json(&json!({ "file": file.to_string() }))?;
    } else {
        screen.write(|out| Ok(writeln!(out, "{}", screen.lang.created(file))?))?;
    }
    Ok(Done::Good)
}

fn parse<T: FromStr>(screen: &Screen, id: &str) -> Result<T, Failure> {
    id.parse().map_err(|_| Failure::Input(screen.lang.bad_id(clean(id))))
}
