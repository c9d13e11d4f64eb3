//! Support hours: whether the desk is open, and when something is due that is promised in minutes of them.
//!
//! What the desk's clock shows decides: it is open on its days, holidays apart, from the opening time to just before the closing time. Where
//! the clock is put forward or back within hours, the time that really passes counts.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday as Day};
use jiff::tz::TimeZone;
use thiserror::Error;

use crate::kb::{Hours, Weekday};

/// How far ahead an opening is looked for. A desk that is closed for longer has no next opening.
const OPENS_WITHIN_MS: i64 = 400 * DAY_MS;

/// How far ahead something may be due: nobody knows the holidays of later years, and a count must end.
const DUE_WITHIN_MS: i64 = 3660 * DAY_MS;

const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
const MINUTE_MS: i64 = 60_000;

/// Why the hours of a catalog can't be counted with.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HoursError {
    /// The time zone has no rule.
    #[error("hours.zone_rule is missing; write the POSIX rule of {0}, like CST6 for America/Tegucigalpa")]
    NoZoneRule(String),
    /// The rule of the time zone is none.
    #[error("hours.zone_rule is `{0}`, which is no POSIX rule; write it like CST6 or EST5EDT,M3.2.0,M11.1.0")]
    ZoneRule(String),
    /// No day of the week.
    #[error("hours.days is empty; write the days on which the desk attends, like [mon, tue, wed, thu, fri]")]
    NoDays,
    /// A time of the day is none.
    #[error("hours.{field} is `{value}`, which is no time of the day; write HH:MM, like 09:00")]
    Time {
        /// `opens` or `closes`.
        field: &'static str,
        /// What is written.
        value: String,
    },
    /// The desk closes before it opens.
    #[error("hours.closes is {closes}, but hours.opens is {opens}; write a closing time after it, on the same day")]
    Order {
        /// Opening time.
        opens: String,
        /// Closing time.
        closes: String,
    },
    /// The date of a holiday is none.
    #[error("hours.holidays has the date `{0}`, which there isn't; write YYYY-MM-DD, like 2026-12-25")]
    Holiday(String),
}

/// When the desk attends, ready to count with. Moments are milliseconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone)]
pub struct SupportHours {
    zone: TimeZone,
    days: BTreeSet<i8>,
    opens: Time,
    closes: Time,
    holidays: BTreeSet<Date>,
}

/// A piece of time, up to its end, in which the desk is open throughout or closed throughout.
struct Piece {
    open: bool,
    end_ms: i64,
}

impl SupportHours {
    /// Reads the hours of a catalog.
    ///
    /// # Errors
    /// [`HoursError`] names the field that can't be read, and says what to write.
    pub fn new(hours: &Hours) -> Result<Self, HoursError> {
        let (opens, closes) = (time("opens", &hours.opens)?, time("closes", &hours.closes)?);
        if opens >= closes {
            return Err(HoursError::Order { opens: hours.opens.clone(), closes: hours.closes.clone() });
        }
        if hours.days.is_empty() {
            return Err(HoursError::NoDays);
        }
        let days = hours.days.iter().map(|day| from_monday(*day)).collect();
        let holidays = hours.holidays.iter().map(|holiday| date(&holiday.date)).collect::<Result<_, _>>()?;
        Ok(Self { zone: zone(hours)?, days, opens, closes, holidays })
    }

    /// Seconds that the desk's clock is ahead of UTC then.
    pub fn offset_s(&self, at_ms: i64) -> i32 {
        Timestamp::from_millisecond(at_ms).map_or(0, |at| self.zone.to_offset(at).seconds())
    }

    /// Whether the desk is open. It is from the opening time on; at the closing time it no longer is.
    pub fn is_open(&self, at_ms: i64) -> bool {
        Timestamp::from_millisecond(at_ms).is_ok_and(|at| {
            let local = self.local(at);
            self.attends(local.date()) && (self.opens..self.closes).contains(&local.time())
        })
    }

    /// The next moment at which the desk is open: this one, if it is. None if it stays closed for longer than 400 days.
    pub fn next_opening(&self, at_ms: i64) -> Option<i64> {
        self.stretch(at_ms).map(|stretch| stretch.start)
    }

    /// The moment when so many minutes of support hours have passed. What would fall on closing time falls on the next opening: nobody is
    /// there to keep a promise at the very end. None if that is further ahead than ten years, or the desk stays closed for longer than 400 days.
    ///
    /// It is always a moment at which the desk is open, so no minutes at all give [`next_opening`](Self::next_opening).
    pub fn due(&self, from_ms: i64, minutes: u32) -> Option<i64> {
        let last = from_ms.saturating_add(DUE_WITHIN_MS);
        let mut left = i64::from(minutes) * MINUTE_MS;
        let mut at_ms = from_ms;
        while at_ms <= last {
            let stretch = self.stretch(at_ms)?;
            let open_for = stretch.end - stretch.start;
            if left < open_for {
                return Some(stretch.start + left).filter(|due| *due <= last);
            }
            left -= open_for;
            at_ms = stretch.end;
        }
        None
    }

    /// How many minutes of support hours lie between two moments, begun ones among them; none when the second isn't later. Further apart than ten years it is what
    /// there is within ten years.
    pub fn open_minutes(&self, from_ms: i64, to_ms: i64) -> i64 {
        let last = to_ms.min(from_ms.saturating_add(DUE_WITHIN_MS));
        let (mut at_ms, mut open_ms) = (from_ms, 0);
        while let Some(stretch) = self.stretch(at_ms).filter(|stretch| stretch.start < last) {
            open_ms += stretch.end.min(last) - stretch.start;
            at_ms = stretch.end;
        }
        open_ms.max(0) / MINUTE_MS + i64::from(open_ms % MINUTE_MS > 0)
    }

    /// A moment as the desk's clock shows it, with its offset: `2026-11-28T10:20:30.123-06:00`. One that no calendar has is written as the
    /// nearest that it has.
    pub fn rfc3339(&self, at_ms: i64) -> String {
        let at = nearest(at_ms);
        format!("{:.3}", at.display_with_offset(self.zone.to_offset(at)))
    }

    /// A moment as one says it in Honduras, seen from now: `hoy a las 3:30 de la tarde`, `el lunes 30 de noviembre a las 9:00 de la mañana`.
    /// The year is said only when it's another one. Seconds are left out, as on a clock.
    pub fn say(&self, at_ms: i64, now_ms: i64) -> String {
        let local = self.local(nearest(at_ms));
        let today = self.local(nearest(now_ms)).date();
        format!("{} a {}", say_day(local.date(), today), say_time(local.time()))
    }

    /// The hours of a week: `de lunes a viernes de 9:00 a 17:00`. Holidays aren't among it.
    pub fn week(&self) -> String {
        let time = |time: Time| format!("{}:{:02}", time.hour(), time.minute());
        format!("{} de {} a {}", say_days(&self.days), time(self.opens), time(self.closes))
    }

    fn local(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at)
    }

    fn attends(&self, date: Date) -> bool {
        self.days.contains(&date.weekday().to_monday_zero_offset()) && !self.holidays.contains(&date)
    }

    /// The next stretch of time in which the desk is open, from a moment on.
    fn stretch(&self, mut at_ms: i64) -> Option<Range<i64>> {
        let last = at_ms.saturating_add(OPENS_WITHIN_MS);
        while at_ms <= last {
            let piece = self.piece(at_ms)?;
            if piece.open {
                return Some(at_ms..piece.end_ms);
            }
            at_ms = piece.end_ms;
        }
        None
    }

    /// The piece of time that begins at a moment. It ends later than that, at midnight at the latest, so that whoever goes from piece to piece
    /// arrives. None where the calendar ends.
    fn piece(&self, at_ms: i64) -> Option<Piece> {
        let at = Timestamp::from_millisecond(at_ms).ok()?;
        let offset = self.zone.to_offset(at);
        let local = offset.to_datetime(at);
        let (date, time) = (local.date(), local.time());
        let attends = self.attends(date);
        let (open, end) = if attends && time < self.opens {
            (false, date.to_datetime(self.opens))
        } else if attends && time < self.closes {
            (true, date.to_datetime(self.closes))
        } else {
            (false, date.tomorrow().ok()?.to_datetime(Time::midnight()))
        };
        let end_ms = offset.to_timestamp(end).ok()?.as_millisecond();
        // What the clock will show is known only until it is put forward or back.
        let change_ms = self.zone.following(at).next().map(|change| whole_ms(change.timestamp()));
        Some(Piece { open, end_ms: change_ms.map_or(end_ms, |change_ms| change_ms.min(end_ms)) })
    }
}

/// The first whole millisecond that isn't before a moment. Where a rule is summer all year, jiff ends it a nanosecond before the year's end; cut off
/// to milliseconds, that would be where the count already is, and it would never get on.
fn whole_ms(at: Timestamp) -> i64 {
    at.as_millisecond() + i64::from(at.subsec_nanosecond() % 1_000_000 > 0)
}

fn zone(hours: &Hours) -> Result<TimeZone, HoursError> {
    let rule = hours.zone_rule.as_deref().ok_or_else(|| HoursError::NoZoneRule(hours.time_zone.clone()))?;
    // What jiff says of it isn't told: its error texts make up half of what jiff adds to a program.
    TimeZone::posix(rule).map_err(|_| HoursError::ZoneRule(rule.to_owned()))
}

/// Days count from Monday: that is how a week is written in Honduras.
fn from_monday(day: Weekday) -> i8 {
    match day {
        Weekday::Mon => Day::Monday,
        Weekday::Tue => Day::Tuesday,
        Weekday::Wed => Day::Wednesday,
        Weekday::Thu => Day::Thursday,
        Weekday::Fri => Day::Friday,
        Weekday::Sat => Day::Saturday,
        Weekday::Sun => Day::Sunday,
    }
    .to_monday_zero_offset()
}

fn time(field: &'static str, text: &str) -> Result<Time, HoursError> {
    let read = || {
        let (hour, minute) = text.split_once(':')?;
        Time::new(number(hour, 2)?.try_into().ok()?, number(minute, 2)?.try_into().ok()?, 0, 0).ok()
    };
    read().ok_or_else(|| HoursError::Time { field, value: text.to_owned() })
}

fn date(text: &str) -> Result<Date, HoursError> {
    let read = || {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        Date::new(number(year, 4)?, number(month, 2)?.try_into().ok()?, number(day, 2)?.try_into().ok()?).ok()
    };
    read().ok_or_else(|| HoursError::Holiday(text.to_owned()))
}

/// A number of exactly so many digits. Parsing alone would also take a sign.
fn number(text: &str, digits: usize) -> Option<i16> {
    if text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A moment, or the calendar's first or last.
fn nearest(at_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(at_ms).unwrap_or(if at_ms < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

fn say_day(date: Date, today: Date) -> String {
    if date == today {
        return "hoy".to_owned();
    }
    if today.tomorrow().is_ok_and(|tomorrow| date == tomorrow) {
        return "mañana".to_owned();
    }
    if today.yesterday().is_ok_and(|yesterday| date == yesterday) {
        return "ayer".to_owned();
    }
    let year = if date.year() == today.year() { String::new() } else { format!(" de {}", date.year()) };
    let day = say_weekday(date.weekday().to_monday_zero_offset());
    format!("el {day} {} de {}{year}", date.day(), say_month(date.month()))
}

/// The time, with the part of the day in which it is. Past midnight it's `de la madrugada`: `de la noche` could be the night before.
fn say_time(time: Time) -> String {
    let part = match (time.hour(), time.minute()) {
        (..=4, _) => "de la madrugada",
        (..=11, _) => "de la mañana",
        (12, 0) => "del mediodía",
        (..=18, _) => "de la tarde",
        _ => "de la noche",
    };
    let hour = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let article = if hour == 1 { "la" } else { "las" };
    format!("{article} {hour}:{:02} {part}", time.minute())
}

/// The days of a week in words. Three or more in a row are said by their first and last.
fn say_days(days: &BTreeSet<i8>) -> String {
    if days.len() == 7 {
        return "todos los días".to_owned();
    }
    let mut parts = Vec::new();
    let mut rest = days.iter().copied().peekable();
    while let Some(first) = rest.next() {
        let mut last = first;
        while let Some(next) = rest.next_if_eq(&(last + 1)) {
            last = next;
        }
        if last - first >= 2 {
            parts.push(format!("de {} a {}", say_weekday(first), say_weekday(last)));
        } else {
            parts.extend((first..=last).map(|day| say_weekday(day).to_owned()));
        }
    }
    match parts.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} y {last}", before.join(", ")),
        _ => parts.concat(),
    }
}

fn say_weekday(from_monday: i8) -> &'static str {
    match from_monday {
        0 => "lunes",
        1 => "martes",
        2 => "miércoles",
        3 => "jueves",
        4 => "viernes",
        5 => "sábado",
        _ => "domingo",
    }
}

fn say_month(month: i8) -> &'static str {
    match month {
        1 => "enero",
        2 => "febrero",
        3 => "marzo",
        4 => "abril",
        5 => "mayo",
        6 => "junio",
        7 => "julio",
        8 => "agosto",
        9 => "septiembre",
        10 => "octubre",
        11 => "noviembre",
        _ => "diciembre",
    }
}
