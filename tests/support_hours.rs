//! What support hours promise.
//!
//! The failures guarded against: a due time at which nobody is there, or one that a person works out differently from the hours on the desk's door;
//! a count that never ends; a panic on what a catalog or a phone's clock may say.

#![allow(clippy::unwrap_used, reason = "a test that fails may say so")]

use baquiano::incident::{HoursError, SupportHours};
use baquiano::kb::{Holiday, Hours, Weekday};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const WEEK: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
const HONDURAS: &str = "CST6";
const NEW_YORK: &str = "EST5EDT,M3.2.0,M11.1.0";

/// The hours of a catalog. Days are by their place in a week that begins on Monday.
fn hours(rule: &str, days: &[usize], opens: &str, closes: &str, holidays: &[&str]) -> Hours {
    Hours {
        time_zone: "America/Tegucigalpa".into(),
        zone_rule: Some(rule.into()),
        days: days.iter().map(|day| WEEK[*day]).collect(),
        opens: opens.into(),
        closes: closes.into(),
        holidays: holidays.iter().map(|date| Holiday { date: (*date).into(), name: "Feriado".into() }).collect(),
    }
}

/// The real desk: Monday to Friday from 9 to 17.
fn desk() -> SupportHours {
    SupportHours::new(&hours(HONDURAS, &[0, 1, 2, 3, 4], "09:00", "17:00", &["2026-12-25", "2027-01-01", "2027-03-25", "2027-03-26"]))
        .unwrap()
}

/// Open every day, in New York.
fn new_york(opens: &str, closes: &str) -> SupportHours {
    SupportHours::new(&hours(NEW_YORK, &[0, 1, 2, 3, 4, 5, 6], opens, closes, &[])).unwrap()
}

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

/// Of this desk, from when, how many minutes: when they are over.
type Due<'t> = (&'t SupportHours, &'t str, u32, &'t str);

#[test]
fn due_times() {
    let desk = desk();
    let (night, half_past_one, half_past_two) = (new_york("00:00", "06:00"), new_york("01:30", "10:00"), new_york("02:30", "10:00"));
    // Summer all year, as some databases write Morocco's: the offset never changes, though the rule has changes.
    let morocco = hours("XXX-2<+01>-1,0/0,J365/23", &[0, 1, 2, 3, 4, 5, 6], "00:00", "23:59", &[]);
    let morocco = SupportHours::new(&morocco).unwrap();
    let claims: [(&str, Due<'_>); 33] = [
        ("within a day", (&desk, "2026-11-27T10:00:00.000-06:00", 240, "2026-11-27T14:00:00.000-06:00")),
        ("over a night", (&desk, "2026-11-26T16:00:00.000-06:00", 120, "2026-11-27T10:00:00.000-06:00")),
        ("over a weekend", (&desk, "2026-11-27T16:00:00.000-06:00", 120, "2026-11-30T10:00:00.000-06:00")),
        ("over a holiday and the weekend behind it", (&desk, "2026-12-24T16:30:00.000-06:00", 60, "2026-12-28T09:30:00.000-06:00")),
        ("over two holidays in a row", (&desk, "2027-03-24T16:59:00.000-06:00", 2, "2027-03-29T09:01:00.000-06:00")),
        ("over New Year", (&desk, "2026-12-31T16:59:00.000-06:00", 1, "2027-01-04T09:00:00.000-06:00")),
        ("before opening it counts from opening", (&desk, "2026-11-27T03:00:00.000-06:00", 15, "2026-11-27T09:15:00.000-06:00")),
        ("after closing it counts from the next opening", (&desk, "2026-11-26T17:00:00.000-06:00", 15, "2026-11-27T09:15:00.000-06:00")),
        ("at the weekend it counts from Monday", (&desk, "2026-11-28T10:20:30.123-06:00", 60, "2026-11-30T10:00:00.000-06:00")),
        ("on a holiday it counts from the next day", (&desk, "2026-12-25T10:00:00.000-06:00", 60, "2026-12-28T10:00:00.000-06:00")),
        ("exactly at closing is at the next opening", (&desk, "2026-11-26T16:00:00.000-06:00", 60, "2026-11-27T09:00:00.000-06:00")),
        ("a whole day is at the next opening", (&desk, "2026-11-26T09:00:00.000-06:00", 480, "2026-11-27T09:00:00.000-06:00")),
        ("a whole week is at the next week's opening", (&desk, "2026-11-23T09:00:00.000-06:00", 2400, "2026-11-30T09:00:00.000-06:00")),
        ("a minute before closing is the same day", (&desk, "2026-11-26T09:00:00.000-06:00", 479, "2026-11-26T16:59:00.000-06:00")),
        ("half a minute goes on the next day", (&desk, "2026-11-26T16:59:30.500-06:00", 1, "2026-11-27T09:00:30.500-06:00")),
        ("a millisecond before closing", (&desk, "2026-11-26T16:59:59.999-06:00", 1, "2026-11-27T09:00:59.999-06:00")),
        ("a millisecond before closing, when due", (&desk, "2026-11-26T16:58:59.999-06:00", 1, "2026-11-26T16:59:59.999-06:00")),
        ("a millisecond before opening", (&desk, "2026-11-26T08:59:59.999-06:00", 1, "2026-11-26T09:01:00.000-06:00")),
        ("no minutes while open are now", (&desk, "2026-11-26T12:00:00.001-06:00", 0, "2026-11-26T12:00:00.001-06:00")),
        ("no minutes at opening are now", (&desk, "2026-11-26T09:00:00.000-06:00", 0, "2026-11-26T09:00:00.000-06:00")),
        ("no minutes at closing are the next opening", (&desk, "2026-11-26T17:00:00.000-06:00", 0, "2026-11-27T09:00:00.000-06:00")),
        ("no minutes at the weekend are the next opening", (&desk, "2026-11-28T12:00:00.000-06:00", 0, "2026-11-30T09:00:00.000-06:00")),
        (
            "the clock is put forward: six hours on it are five",
            (&night, "2027-03-14T00:00:00.000-05:00", 299, "2027-03-14T05:59:00.000-04:00"),
        ),
        (
            "the clock is put forward: five hours are the day",
            (&night, "2027-03-14T00:00:00.000-05:00", 300, "2027-03-15T00:00:00.000-04:00"),
        ),
        (
            "the clock is put back: six hours on it are seven",
            (&night, "2026-11-01T00:00:00.000-04:00", 419, "2026-11-01T05:59:00.000-05:00"),
        ),
        ("the clock is put back: seven hours are the day", (&night, "2026-11-01T00:00:00.000-04:00", 420, "2026-11-02T00:00:00.000-05:00")),
        ("between the changes a day is a day", (&night, "2027-06-01T00:00:00.000-04:00", 360, "2027-06-02T00:00:00.000-04:00")),
        (
            "opening is skipped: it opens when the clock is past it",
            (&half_past_two, "2027-03-14T00:00:00.000-05:00", 1, "2027-03-14T03:01:00.000-04:00"),
        ),
        (
            "opening comes twice: open from the first",
            (&half_past_one, "2026-11-01T00:00:00.000-04:00", 29, "2026-11-01T01:59:00.000-04:00"),
        ),
        (
            "opening comes twice: closed until the second",
            (&half_past_one, "2026-11-01T00:00:00.000-04:00", 30, "2026-11-01T01:30:00.000-05:00"),
        ),
        (
            "opening comes twice: open from the second",
            (&half_past_one, "2026-11-01T00:00:00.000-04:00", 31, "2026-11-01T01:31:00.000-05:00"),
        ),
        ("summer all year, over New Year", (&morocco, "2027-01-01T00:30:00.000+01:00", 60, "2027-01-01T01:30:00.000+01:00")),
        ("summer all year, until New Year", (&morocco, "2027-01-01T00:59:59.999+01:00", 0, "2027-01-01T00:59:59.999+01:00")),
    ];
    for (claim, (desk, from, minutes, due)) in claims {
        assert_eq!(desk.due(at(from), minutes).map(|due| desk.rfc3339(due)).as_deref(), Some(due), "{claim}");
        assert_eq!(desk.open_minutes(at(from), at(due)), i64::from(minutes), "{claim}");
    }
}

#[test]
fn open_from_opening_to_just_before_closing() {
    let desk = desk();
    for (moment, open) in [
        ("2026-11-27T08:59:59.999-06:00", false),
        ("2026-11-27T09:00:00.000-06:00", true),
        ("2026-11-27T16:59:59.999-06:00", true),
        ("2026-11-27T17:00:00.000-06:00", false),
        // Friday for the desk, Saturday in UTC; and Sunday for the desk, Monday in UTC.
        ("2026-11-27T23:30:00.000+00:00", false),
        ("2026-11-27T22:30:00.000+00:00", true),
        ("2026-11-30T03:00:00.000+00:00", false),
        ("2026-11-28T10:00:00.000-06:00", false),
        ("2026-11-29T10:00:00.000-06:00", false),
        ("2026-12-25T10:00:00.000-06:00", false),
        ("2027-12-24T10:00:00.000-06:00", true),
        ("1969-12-31T10:00:00.000-06:00", true),
    ] {
        assert_eq!(desk.is_open(at(moment)), open, "{moment}");
    }
}

#[test]
fn the_next_opening_is_now_while_open() {
    let desk = desk();
    for (moment, opening) in [
        ("2026-11-27T08:59:59.999-06:00", "2026-11-27T09:00:00.000-06:00"),
        ("2026-11-27T09:00:00.000-06:00", "2026-11-27T09:00:00.000-06:00"),
        ("2026-11-27T12:34:56.789-06:00", "2026-11-27T12:34:56.789-06:00"),
        ("2026-11-27T17:00:00.000-06:00", "2026-11-30T09:00:00.000-06:00"),
        ("2026-12-25T12:00:00.000-06:00", "2026-12-28T09:00:00.000-06:00"),
        ("1969-12-31T18:00:00.000-06:00", "1970-01-01T09:00:00.000-06:00"),
    ] {
        assert_eq!(desk.next_opening(at(moment)).map(|at| desk.rfc3339(at)).as_deref(), Some(opening), "{moment}");
    }
}

#[test]
fn a_desk_that_stays_closed_has_no_due_time() {
    // Every Monday of three years is a holiday.
    let mondays: Vec<String> = (0..160_i64).map(|week| date_of(day_of(2026, 1, 5) + 7 * week)).collect();
    let mondays: Vec<&str> = mondays.iter().map(String::as_str).collect();
    let closed = SupportHours::new(&hours(HONDURAS, &[0], "09:00", "17:00", &mondays)).unwrap();
    let start = at("2026-01-01T00:00:00-06:00");
    assert_eq!((closed.next_opening(start), closed.due(start, 0), closed.due(start, 60)), (None, None, None));

    // Behind the last of them it opens, 400 days before which that can be seen.
    let opening = (day_of(2026, 1, 5) + 7 * 160) * DAY + 15 * 3_600_000;
    assert_eq!(closed.next_opening(opening - 400 * DAY), Some(opening));
    assert_eq!(closed.next_opening(opening - 400 * DAY - 1), None);
    assert_eq!(closed.due(opening - 400 * DAY, 1), Some(opening + 60_000));
}

#[test]
fn what_is_further_than_ten_years_is_not_due() {
    // Monday 9 to 17, so 480 minutes a week: 3660 days are 522 weeks and six days.
    let weekly = SupportHours::new(&hours(HONDURAS, &[0], "09:00", "17:00", &[])).unwrap();
    let start = at("2026-11-30T09:00:00-06:00");
    assert_eq!(weekly.due(start, 522 * 480), Some(start + 522 * 7 * DAY));
    assert_eq!(weekly.due(start, 523 * 480), None);
    assert_eq!(weekly.due(start, u32::MAX), None);
    assert_eq!(desk().due(start, u32::MAX), None);
}

#[test]
fn the_ends_of_time_are_no_trouble() {
    let (desk, night) = (desk(), new_york("00:00", "23:59"));
    let (first, last) = (Timestamp::MIN.as_millisecond(), Timestamp::MAX.as_millisecond());
    for moment in [i64::MIN, i64::MIN + 1, first - 1, first, first + 1, last - DAY, last - 1, last, last + 1, i64::MAX - 1, i64::MAX] {
        for desk in [&desk, &night] {
            for minutes in [0, 1, 6000, u32::MAX] {
                assert!(desk.due(moment, minutes).is_none_or(|due| due >= moment), "{moment}");
            }
            desk.is_open(moment);
            desk.next_opening(moment);
            assert!(!desk.rfc3339(moment).is_empty());
            assert!(!desk.say(moment, 0).is_empty() && !desk.say(0, moment).is_empty() && !desk.say(moment, moment).is_empty());
        }
    }
    assert!(!desk.is_open(i64::MIN) && !desk.is_open(i64::MAX));
    assert_eq!((desk.due(i64::MIN, 0), desk.next_opening(i64::MAX)), (None, None));
    assert_eq!(desk.rfc3339(i64::MAX), "9999-12-30T16:00:00.999-06:00");
}

#[test]
fn local_time_with_its_offset() {
    for (rule, moment, text) in [
        (HONDURAS, "2026-11-28T16:20:30.123Z", "2026-11-28T10:20:30.123-06:00"),
        (HONDURAS, "2026-11-28T05:00:00Z", "2026-11-27T23:00:00.000-06:00"),
        (HONDURAS, "1969-12-31T23:59:59.999Z", "1969-12-31T17:59:59.999-06:00"),
        (NEW_YORK, "2027-03-14T06:59:59.999Z", "2027-03-14T01:59:59.999-05:00"),
        (NEW_YORK, "2027-03-14T07:00:00Z", "2027-03-14T03:00:00.000-04:00"),
        ("IST-5:30", "2026-11-28T16:20:30.123Z", "2026-11-28T21:50:30.123+05:30"),
        ("UTC0", "2026-11-28T16:20:30.123Z", "2026-11-28T16:20:30.123+00:00"),
    ] {
        let desk = SupportHours::new(&hours(rule, &[0], "09:00", "17:00", &[])).unwrap();
        assert_eq!(desk.rfc3339(at(moment)), text, "{rule}");
        assert_eq!(at(text), at(moment), "{rule}");
    }
}

#[test]
fn a_moment_is_said_as_in_honduras() {
    let desk = desk();
    let now = at("2026-11-28T10:20:30.123-06:00");
    for (moment, said) in [
        ("2026-11-28T15:30:00-06:00", "hoy a las 3:30 de la tarde"),
        ("2026-11-28T15:30:59.999-06:00", "hoy a las 3:30 de la tarde"),
        ("2026-11-28T00:00:00-06:00", "hoy a las 12:00 de la madrugada"),
        ("2026-11-28T01:05:00-06:00", "hoy a la 1:05 de la madrugada"),
        ("2026-11-28T04:59:00-06:00", "hoy a las 4:59 de la madrugada"),
        ("2026-11-28T05:00:00-06:00", "hoy a las 5:00 de la mañana"),
        ("2026-11-28T11:59:00-06:00", "hoy a las 11:59 de la mañana"),
        ("2026-11-28T12:00:00-06:00", "hoy a las 12:00 del mediodía"),
        ("2026-11-28T12:01:00-06:00", "hoy a las 12:01 de la tarde"),
        ("2026-11-28T13:00:00-06:00", "hoy a la 1:00 de la tarde"),
        ("2026-11-28T18:59:00-06:00", "hoy a las 6:59 de la tarde"),
        ("2026-11-28T19:00:00-06:00", "hoy a las 7:00 de la noche"),
        ("2026-11-28T23:59:59.999-06:00", "hoy a las 11:59 de la noche"),
        ("2026-11-29T00:00:00-06:00", "mañana a las 12:00 de la madrugada"),
        ("2026-11-29T09:00:00-06:00", "mañana a las 9:00 de la mañana"),
        // In UTC it is the day after already.
        ("2026-11-29T20:00:00-06:00", "mañana a las 8:00 de la noche"),
        ("2026-11-27T09:00:00-06:00", "ayer a las 9:00 de la mañana"),
        ("2026-11-26T09:00:00-06:00", "el jueves 26 de noviembre a las 9:00 de la mañana"),
        ("2026-11-30T09:00:00-06:00", "el lunes 30 de noviembre a las 9:00 de la mañana"),
        ("2026-12-01T09:00:00-06:00", "el martes 1 de diciembre a las 9:00 de la mañana"),
        ("2027-01-04T09:00:00-06:00", "el lunes 4 de enero de 2027 a las 9:00 de la mañana"),
        ("2025-12-31T09:00:00-06:00", "el miércoles 31 de diciembre de 2025 a las 9:00 de la mañana"),
    ] {
        assert_eq!(desk.say(at(moment), now), said, "{moment}");
    }
    // Tomorrow needs no year, also when it is in the next.
    let eve = at("2026-12-31T12:00:00-06:00");
    assert_eq!(desk.say(at("2027-01-01T10:00:00-06:00"), eve), "mañana a las 10:00 de la mañana");
    assert_eq!(desk.say(at("2027-01-02T10:00:00-06:00"), eve), "el sábado 2 de enero de 2027 a las 10:00 de la mañana");
}

#[test]
fn a_week_is_said_as_on_the_door() {
    for (days, opens, closes, said) in [
        (&[0, 1, 2, 3, 4][..], "09:00", "17:00", "de lunes a viernes de 9:00 a 17:00"),
        (&[4, 2, 0, 3, 1], "09:00", "17:00", "de lunes a viernes de 9:00 a 17:00"),
        (&[0, 2, 4], "07:30", "16:05", "lunes, miércoles y viernes de 7:30 a 16:05"),
        (&[5, 6], "10:00", "12:00", "sábado y domingo de 10:00 a 12:00"),
        (&[3], "00:00", "23:59", "jueves de 0:00 a 23:59"),
        (&[3, 3], "00:00", "23:59", "jueves de 0:00 a 23:59"),
        (&[0, 1, 2, 3, 5], "09:00", "17:00", "de lunes a jueves y sábado de 9:00 a 17:00"),
        (&[0, 1, 3, 4, 5], "09:00", "17:00", "lunes, martes y de jueves a sábado de 9:00 a 17:00"),
        (&[0, 1, 2, 4, 5, 6], "09:00", "17:00", "de lunes a miércoles y de viernes a domingo de 9:00 a 17:00"),
        (&[0, 1, 2, 3, 4, 5, 6], "06:00", "18:00", "todos los días de 6:00 a 18:00"),
    ] {
        assert_eq!(SupportHours::new(&hours(HONDURAS, days, opens, closes, &[])).unwrap().week(), said);
    }
}

#[test]
fn a_mistake_is_named_by_its_field() {
    let good = || hours(HONDURAS, &[0], "09:00", "17:00", &["2026-12-25"]);
    let wrong = |spoil: &dyn Fn(&mut Hours)| {
        let mut hours = good();
        spoil(&mut hours);
        SupportHours::new(&hours).unwrap_err()
    };
    assert!(SupportHours::new(&good()).is_ok());
    assert_eq!(wrong(&|h| h.zone_rule = None), HoursError::NoZoneRule("America/Tegucigalpa".into()));
    for rule in
        ["", " ", "CST", "America/Tegucigalpa", "UTC", "EST5EDT", "-06:00", "CST6 ", "CST99", ":CST6", "EST5EDT,M13.2.0,M11.1.0", "ñ6"]
    {
        assert_eq!(wrong(&|h| h.zone_rule = Some(rule.into())), HoursError::ZoneRule(rule.into()));
    }
    for time in ["", "9", "9:00", "09:0", "09:60", "24:00", "25:00", "09:00:00", "+9:00", "-1:00", "09-00", " 09:00", "٠٩:٠٠", "9am"] {
        assert_eq!(wrong(&|h| h.opens = time.into()), HoursError::Time { field: "opens", value: time.into() });
        assert_eq!(wrong(&|h| h.closes = time.into()), HoursError::Time { field: "closes", value: time.into() });
    }
    for closes in ["09:00", "08:59", "00:00"] {
        assert_eq!(wrong(&|h| h.closes = closes.into()), HoursError::Order { opens: "09:00".into(), closes: closes.into() });
    }
    assert_eq!(wrong(&|h| h.days.clear()), HoursError::NoDays);
    for date in [
        "",
        "2026",
        "2026-12",
        "2026-12-25-",
        "2026-13-01",
        "2026-02-29",
        "2026-00-10",
        "26-12-25",
        "2026-1-1",
        "2026/12/25",
        "+026-12-25",
        "20261225",
    ] {
        assert_eq!(wrong(&|h| h.holidays[0].date = date.into()), HoursError::Holiday(date.into()));
    }
    for (error, field) in [
        (wrong(&|h| h.zone_rule = None), "hours.zone_rule"),
        (wrong(&|h| h.zone_rule = Some("x".into())), "hours.zone_rule"),
        (wrong(&|h| h.days.clear()), "hours.days"),
        (wrong(&|h| h.opens.clear()), "hours.opens"),
        (wrong(&|h| h.closes.clear()), "hours.closes"),
        (wrong(&|h| h.closes = "08:00".into()), "hours.closes"),
        (wrong(&|h| h.holidays[0].date.clear()), "hours.holidays"),
    ] {
        let text = error.to_string();
        assert!(text.starts_with(field) && text.contains("; write "), "{text}");
    }
}

// The reference: a walk from minute to minute, on a calendar of its own.

const DAY: i64 = 86_400_000;

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// How many days after 1970-01-01 a date is; from 1970 on.
fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    years + months + day - 1
}

fn date_of(mut day: i64) -> String {
    let (mut year, mut month) = (1970, 1);
    while day >= days_in(year, month) {
        day -= days_in(year, month);
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    format!("{year:04}-{month:02}-{:02}", day + 1)
}

/// From Monday. 1970-01-01 was a Thursday.
fn weekday_of(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap()
}

/// When a clock is changed: on the nth such weekday of a month, so many minutes after its midnight.
#[derive(Debug, Clone, Copy)]
struct Change {
    month: i64,
    nth: i64,
    weekday: usize,
    minute: i64,
}

impl Change {
    /// The minute since 1970 of a year's change, on a clock so far from UTC.
    fn minute_of(self, year: i64, offset: i64) -> i64 {
        let first = day_of(year, self.month, 1);
        let day = (first..first + 7).find(|day| weekday_of(*day) == self.weekday).unwrap() + 7 * (self.nth - 1);
        day * 1440 + self.minute - offset
    }
}

/// A zone: its rule, its offset in minutes, and that of summer, which begins and ends with a change.
type Zone = (&'static str, i64, Option<(i64, Change, Change)>);

const fn change(month: i64, nth: i64, weekday: usize, minute: i64) -> Change {
    Change { month, nth, weekday, minute }
}

const ZONES: [Zone; 6] = [
    (HONDURAS, -360, None),
    ("IST-5:30", 330, None),
    (NEW_YORK, -300, Some((-240, change(3, 2, 6, 120), change(11, 1, 6, 120)))),
    // In the south summer goes over New Year; in Chile the clock is changed at midnight, so that a day begins at one, and another ends twice.
    ("<-04>4<-03>,M9.1.6/24,M4.1.6/24", -240, Some((-180, change(9, 1, 5, 1440), change(4, 1, 5, 1440)))),
    // Half an hour.
    ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 630, Some((660, change(10, 1, 6, 120), change(4, 1, 6, 120)))),
    // The clock is changed in the middle of the day.
    ("AAA3BBB,M5.2.3/12,M8.3.1/14", -180, Some((-120, change(5, 2, 2, 720), change(8, 3, 0, 840)))),
];

#[derive(Debug, Clone)]
struct Case {
    zone: Zone,
    days: [bool; 7],
    opens: i64,
    closes: i64,
    holidays: Vec<i64>,
    from_ms: i64,
    minutes: u32,
}

impl Case {
    fn hours(&self) -> Hours {
        let time = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        let days: Vec<usize> = (0..7).filter(|day| self.days[*day]).collect();
        let holidays: Vec<String> = self.holidays.iter().map(|day| date_of(*day)).collect();
        let holidays: Vec<&str> = holidays.iter().map(String::as_str).collect();
        hours(self.zone.0, &days, &time(self.opens), &time(self.closes), &holidays)
    }

    /// Every summer that matters, from minute to minute, one after the other.
    fn summers(&self) -> Vec<(i64, i64)> {
        let Some((summer, begins, ends)) = self.zone.2 else { return Vec::new() };
        let next = |year: i64| if begins.month < ends.month { year } else { year + 1 };
        (2024..2045).map(|year| (begins.minute_of(year, self.zone.1), ends.minute_of(next(year), summer))).collect()
    }

    /// Whether the desk is open during a minute, counted from 1970 in UTC.
    fn is_open(&self, minute: i64, summers: &[(i64, i64)]) -> bool {
        let in_summer = summers.iter().find(|(_, ends)| minute < *ends).is_some_and(|(begins, _)| *begins <= minute);
        let offset = self.zone.2.filter(|_| in_summer).map_or(self.zone.1, |(summer, ..)| summer);
        let (day, minute) = ((minute + offset).div_euclid(1440), (minute + offset).rem_euclid(1440));
        self.days[weekday_of(day)] && !self.holidays.contains(&day) && (self.opens..self.closes).contains(&minute)
    }

    /// When so many minutes are over: every minute is wholly open or wholly closed, only the first may be begun already.
    fn due(&self, minutes: u32) -> Option<i64> {
        let summers = self.summers();
        let (mut at, mut counted, mut open_before) = (self.from_ms, 0, self.from_ms);
        let wanted = i64::from(minutes) * 60_000;
        while at - open_before <= 400 * DAY && at - self.from_ms <= 3660 * DAY {
            let minute = at.div_euclid(60_000);
            let next = (minute + 1) * 60_000;
            if self.is_open(minute, &summers) {
                if counted + (next - at) > wanted {
                    return Some(at + wanted - counted).filter(|due| due - self.from_ms <= 3660 * DAY);
                }
                counted += next - at;
                open_before = next;
            }
            at = next;
        }
        None
    }
}

/// A moment of 2026 to 2029, to the millisecond; one of three is close to a change of the clock.
fn moment(zone: Zone) -> BoxedStrategy<i64> {
    let whenever = day_of(2026, 1, 1) * DAY..day_of(2030, 1, 1) * DAY;
    let Some((summer, begins, ends)) = zone.2 else { return whenever.boxed() };
    let near = (2026..2030_i64, any::<bool>(), -3 * DAY..DAY).prop_map(move |(year, first, by)| {
        let change = if first { begins.minute_of(year, zone.1) } else { ends.minute_of(year, summer) };
        change * 60_000 + by
    });
    prop_oneof![2 => whenever, 1 => near].boxed()
}

/// Whole minutes now and then: closing time is hit exactly only by these.
fn rounded(moment: BoxedStrategy<i64>) -> impl Strategy<Value = i64> {
    (moment, prop_oneof![2 => Just(1), 1 => Just(60_000), 1 => Just(900_000)]).prop_map(|(at, to)| at / to * to)
}

/// Opening and closing time, in minutes: any, or on the quarter of an hour, or a short while.
fn day() -> impl Strategy<Value = (i64, i64)> {
    let any = (0..1439_i64).prop_flat_map(|opens| (Just(opens), opens + 1..1440));
    let quarters = (0..95_i64).prop_flat_map(|opens| (Just(opens * 15), (opens + 1..96).prop_map(|closes| closes * 15)));
    let night = (0..180_i64, 181..300_i64);
    prop_oneof![2 => any, 3 => quarters, 1 => night]
}

fn case() -> impl Strategy<Value = Case> {
    let days = any::<[bool; 7]>().prop_filter("a day at least", |days| days.contains(&true));
    proptest::sample::select(&ZONES[..]).prop_flat_map(move |zone| {
        let holidays = proptest::collection::vec(-3..40_i64, 0..12);
        let minutes = prop_oneof![1 => 0..3_u32, 2 => (0..100_u32).prop_map(|quarters| quarters * 15), 5 => 0..6000_u32];
        (days.clone(), day(), rounded(moment(zone)), holidays, minutes).prop_map(
            move |(days, (opens, closes), from_ms, holidays, minutes)| {
                let holidays = holidays.into_iter().map(|day| from_ms.div_euclid(DAY) + day).collect();
                Case { zone, days, opens, closes, holidays, from_ms, minutes }
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, rng_seed: RngSeed::Fixed(20_261_128), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn counting_is_what_walking_every_minute_gives(case in case()) {
        let desk = SupportHours::new(&case.hours()).unwrap();
        prop_assert_eq!(desk.is_open(case.from_ms), case.is_open(case.from_ms.div_euclid(60_000), &case.summers()));
        prop_assert_eq!(desk.next_opening(case.from_ms), case.due(0));
        let due = desk.due(case.from_ms, case.minutes);
        prop_assert_eq!(due, case.due(case.minutes));
        prop_assert!(due.is_none_or(|due| desk.is_open(due)));
        prop_assert!(due.is_none_or(|due| desk.open_minutes(case.from_ms, due) == i64::from(case.minutes)));
        prop_assert!(due.is_none_or(|due| desk.open_minutes(due, case.from_ms) == 0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(20_261_128), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_text_and_no_moment_makes_it_panic(
        rule in "[A-Z]{3}-?[0-9]{1,2}([A-Z]{3}(,[MJ]?[0-9]{1,3}([.][0-9]){0,2}(/-?[0-9]{1,3})?){0,2})?|.{0,12}",
        opens in "[0-2][0-9]:[0-5][0-9]|.{0,6}", closes in "[0-2][0-9]:[0-5][0-9]|.{0,6}", date in "[0-9]{4}-[01][0-9]-[0-3][0-9]|.{0,11}",
        at in any::<i64>(), of in prop_oneof![Just(1_i64), Just(30_000), Just(100_000_000)], minutes in any::<u32>(),
    ) {
        // Also a rule or an hour that is right, so that the moment is reached.
        for hours in [hours(&rule, &[0, 3], "09:00", "17:00", &[]), hours(HONDURAS, &[0, 3], &opens, &closes, &[&date]), hours(&rule, &[0], &opens, &closes, &[])] {
            if let Ok(desk) = SupportHours::new(&hours) {
                let at = at / of;
                let due = desk.due(at, minutes % 100_000);
                prop_assert!(due.is_none_or(|due| due >= at && desk.is_open(due)));
                prop_assert_eq!(desk.next_opening(at), desk.due(at, 0));
                prop_assert!(!desk.say(at, 0).is_empty() && !desk.rfc3339(at).is_empty());
            }
        }
    }
}
