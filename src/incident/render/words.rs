//! How things are said: dates, sizes, places, and texts without what no text has.

use crate::diagnose::Source;
use crate::incident::record::{MediaType, Moment, Place};
use crate::incident::rules::Rules;
use crate::kb::{Outcome, Reason};

/// The departments in the order of their codes, as INE numbers them.
const DEPARTMENTS: [&str; 18] = [
    "Atlántida",
    "Colón",
    "Comayagua",
    "Copán",
    "Cortés",
    "Choluteca",
    "El Paraíso",
    "Francisco Morazán",
    "Gracias a Dios",
    "Intibucá",
    "Islas de la Bahía",
    "La Paz",
    "Lempira",
    "Ocotepeque",
    "Olancho",
    "Santa Bárbara",
    "Valle",
    "Yoro",
];

/// A text of a stranger without control characters, and without those that turn the direction of writing: with them a line reads otherwise than it
/// is written. Every kind of line break becomes `\n`; empty lines are left out.
pub(super) fn clean(text: &str) -> String {
    let breaks = |c: char| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let lines = text.split(breaks).map(|line| {
        let tabs = line.chars().map(|c| if c == '\t' { ' ' } else { c });
        let kept: String = tabs.filter(|c| !c.is_control() && !turns(*c)).collect();
        kept.trim_end().to_owned()
    });
    lines.filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// The same in one line.
pub(super) fn flat(text: &str) -> String {
    clean(text).lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A moment on the desk's clock: `28/11/2026 10:20`.
pub(super) fn short(rules: &Rules, at: Moment) -> String {
    let text = rules.moment(at.ms()).to_string();
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    format!("{}/{}/{} {}", part(8..10), part(5..7), part(0..4), part(11..16))
}

/// The time of a line of a log on the desk's clock, with its date when that isn't the one of `day`: `10:20:30.123`.
pub(super) fn of_log(rules: &Rules, at: Moment, day: Moment) -> String {
    let text = rules.moment(at.ms()).to_string();
    let (date, time) = (text.get(..10).unwrap_or_default(), text.get(11..23).unwrap_or_default());
    if rules.moment(day.ms()).to_string().starts_with(date) { time.to_owned() } else { format!("{date} {time}") }
}

/// A moment that is promised: `antes del lunes 30 de noviembre de 2026 a las 9:00 de la mañana`.
pub(super) fn before(rules: &Rules, at: Moment) -> String {
    // Seen from long ago the year is always said, and never «hoy»: this is read for months.
    let said = rules.hours().say(at.ms(), i64::MIN);
    said.strip_prefix("el ").map_or_else(|| format!("antes de {said}"), |said| format!("antes del {said}"))
}

/// A degree with its word: `2, medio`.
pub(super) fn degree(degree: u8, words: [&str; 3]) -> String {
    let word = words.get(usize::from(degree).saturating_sub(1)).filter(|_| degree > 0);
    word.map_or_else(|| degree.to_string(), |word| format!("{degree}, {word}"))
}

/// A size in bytes.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => format!("{} MB", bytes.div_ceil(1_048_576)),
    }
}

/// A free space in MB.
pub(super) fn storage(mb: u64) -> String {
    if mb < 10_240 { format!("{mb} MB libres") } else { format!("{} GB libres", mb / 1024) }
}

/// How long something is going on.
pub(super) fn span(ms: u64) -> String {
    let minutes = ms / 60_000;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (1, hours, _) => format!("1 día y {hours} h"),
        (days, hours, _) => format!("{days} días y {hours} h"),
    }
}

/// Where it happened.
pub(super) fn place(place: &Place) -> String {
    match place {
        Place::Municipality(code) => {
            let number = code.get(..2).and_then(|digits| digits.parse::<usize>().ok());
            let department = number.and_then(|number| DEPARTMENTS.get(number.checked_sub(1)?));
            department.map_or_else(|| format!("Municipio {}", flat(code)), |name| format!("Municipio {} ({name})", flat(code)))
        }
        Place::Near { latitude, longitude, decimals } => {
            let decimals = usize::from((*decimals).min(6));
            let about = ["100 km", "10 km", "1 km", "100 m", "10 m"].get(decimals).unwrap_or(&"1 m");
            format!("Cerca de {latitude:.decimals$}, {longitude:.decimals$} (con un margen de {about})")
        }
    }
}

/// A kind of network.
pub(super) fn network(kind: &str) -> String {
    match kind {
        "none" => "Sin red".to_owned(),
        "mobile" => "Datos móviles".to_owned(),
        "wifi" => "Wi-Fi".to_owned(),
        own => own.to_owned(),
    }
}

/// A way to be answered.
pub(super) fn way(by: &str) -> &str {
    match by {
        "whatsapp" => "WhatsApp",
        "phone" => "Teléfono",
        "email" => "Correo",
        own => own,
    }
}

/// Who did something.
pub(super) fn who(by: &str) -> &str {
    match by {
        "app" => "La aplicación",
        "desk" => "La mesa",
        own => own,
    }
}

/// A kind of file.
pub(super) fn kind(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::Text => "texto",
        MediaType::Json => "JSON",
        MediaType::Jpeg => "foto",
        MediaType::Png => "captura o imagen",
    }
}

/// How a session ended.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Resolved => "Se arregló en el teléfono",
        Outcome::Escalated => "La guía no lo pudo arreglar; pasa a la mesa",
        Outcome::Abandoned => "La persona no terminó la guía",
    }
}

/// Why a case is handed over.
pub(super) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::AppBug => "la falla es de la aplicación",
        Reason::Device => "la falla es del teléfono",
        Reason::Account => "hay que revisar la cuenta",
        Reason::Server => "la falla es del servidor",
        Reason::Policy => "lo impide una norma de la institución o del sistema",
        Reason::Unknown => "no se sabe la causa",
    }
}

/// What stands for a value that isn't known.
pub(super) fn unknown(by: Source) -> &'static str {
    match by {
        Source::Probe => "no se pudo leer",
        Source::Person => "No sabe",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::render::tests::RULES;

    #[test]
    fn things_are_said_as_in_honduras() {
        let at = |text: &str| text.parse::<Moment>().unwrap();
        assert_eq!(short(&RULES, at("2026-11-26T16:20:30Z")), "26/11/2026 10:20");
        assert_eq!(of_log(&RULES, at("2026-11-26T05:59:59.5Z"), at("2026-11-26T16:20:30Z")), "2026-11-25 23:59:59.500");
        assert_eq!(before(&RULES, at("2026-11-30T15:00:00Z")), "antes del lunes 30 de noviembre de 2026 a las 9:00 de la mañana");
        assert_eq!((degree(2, ["alto", "medio", "bajo"]), degree(0, [""; 3])), ("2, medio".to_owned(), "0".to_owned()));
        assert_eq!([0, 1023, 1024, 1025, 5 << 20].map(size), ["0 bytes", "1023 bytes", "1 KB", "2 KB", "5 MB"]);
        assert_eq!([812, 20_480].map(storage), ["812 MB libres", "20 GB libres"]);
        assert_eq!([59_000, 5_700_000, 90_000_000, 180_000_000].map(span), ["0 min", "1 h 35 min", "1 día y 1 h", "2 días y 2 h"]);
    }

    #[test]
    fn a_place_is_said_no_finer_than_it_is_known() {
        let near = |decimals| place(&Place::near(14.072_275, -87.192_136, decimals).unwrap());
        assert_eq!(near(0), "Cerca de 14, -87 (con un margen de 100 km)");
        assert_eq!(near(9), "Cerca de 14.072275, -87.192136 (con un margen de 1 m)");
        let town = |code: &str| place(&Place::Municipality(code.to_owned()));
        assert_eq!(
            ["0801", "1807", "0001", "9999", ""].map(town),
            ["Municipio 0801 (Francisco Morazán)", "Municipio 1807 (Yoro)", "Municipio 0001", "Municipio 9999", "Municipio "]
        );
    }

    #[test]
    fn a_text_has_only_what_a_text_has() {
        assert_eq!(clean("a\r\n\r\nb\u{2028}c\u{7}\u{202e}d \n \n"), "a\nb\ncd");
        assert_eq!(flat("\n a\tb\n c"), "a b c");
        assert_eq!(clean("ñandú 👨\u{200d}👩"), "ñandú 👨\u{200d}👩");
    }
}
