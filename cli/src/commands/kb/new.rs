//! `baquiano kb new`.

use std::fmt::Display;
use std::str::FromStr;

use baquiano::kb::author::{ContentError, new_article};
use baquiano::{Clock, SystemClock};
use serde_json::json;

use crate::args::{Global, New};
use crate::failure::{Done, Failure};
use crate::open;
use crate::show::{Screen, clean};
use crate::texts::errors;

/// Honduras is six hours behind UTC all year.
const HONDURAS_MS: i64 = -6 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

pub(super) fn run(screen: &Screen, global: Global, args: New) -> Result<Done, Failure> {
    let (id, service) = (parse(screen, &args.id)?, parse(screen, &args.service)?);
    let dir = open::folder(screen, args.dir, global.kb)?;
    let today = date(SystemClock.now_ms() + HONDURAS_MS);
    let path = new_article(&dir, &id, &service, &args.title, &today).map_err(|error| {
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

/// The day of a moment, `YYYY-MM-DD`.
fn date(ms: i64) -> String {
    // Days since 0000-03-01 in eras of 400 years (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let days = ms.div_euclid(DAY_MS) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_become_days() {
        let days = [(0, "1970-01-01"), (-1, "1969-12-31"), (951_782_400_000, "2000-02-29"), (951_868_800_000, "2000-03-01")];
        for (ms, day) in days {
            assert_eq!(date(ms), day);
        }
        assert_eq!(date(1_795_564_799_999 + 1), "2026-11-25");
        assert_eq!(date(4_107_542_400_000), "2100-03-01");
    }
}
