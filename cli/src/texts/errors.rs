//! The errors of clap and of the library, in the user's language.

use baquiano::incident::outbox::OutboxError;
use baquiano::incident::{Phase, TransitionError};
use baquiano::kb::author::ContentError;
use baquiano::kb::pack::PackError;
use baquiano::search::SearchError;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Lang;

/// What is wrong with the command line, and a way out where clap knows one.
pub(crate) fn usage(lang: Lang, error: &clap::Error) -> String {
    let told = |kind| error.get(kind).map(|value| listed(lang, value)).unwrap_or_default();
    let (arg, value) = (told(ContextKind::InvalidArg), told(ContextKind::InvalidValue));
    let es = lang == Lang::Es;
    let mut text = match error.kind() {
        ErrorKind::UnknownArgument if es => format!("no existe la opción {arg}"),
        ErrorKind::UnknownArgument => format!("there is no option {arg}"),
        ErrorKind::InvalidSubcommand => {
            let name = told(ContextKind::InvalidSubcommand);
            if es { format!("no existe la orden {name}") } else { format!("there is no command {name}") }
        }
        ErrorKind::MissingSubcommand => lang.pick("falta la orden", "a command is missing").to_owned(),
        ErrorKind::MissingRequiredArgument if es => format!("falta {arg}"),
        ErrorKind::MissingRequiredArgument => format!("{arg} is missing"),
        ErrorKind::ArgumentConflict => {
            let prior = told(ContextKind::PriorArg);
            match (es, prior == arg) {
                (true, true) => format!("{arg} solo se puede dar una vez"),
                (true, false) => format!("{arg} no va junto con {prior}"),
                (false, true) => format!("{arg} can be given only once"),
                (false, false) => format!("{arg} doesn't go with {prior}"),
            }
        }
        ErrorKind::InvalidValue if value.is_empty() || value == "«»" || value == "“”" => {
            if es {
                format!("falta el valor de {arg}")
            } else {
                format!("the value of {arg} is missing")
            }
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if es => format!("{value} no sirve para {arg}"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("{value} is no good for {arg}"),
        ErrorKind::InvalidUtf8 => lang.pick("un argumento no es UTF-8", "an argument is no UTF-8").to_owned(),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals if es => {
            format!("{arg} no lleva ese número de valores")
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            format!("{arg} doesn't take that number of values")
        }
        _ => lang.pick("la orden no se entiende", "the command is not understood").to_owned(),
    };
    let valid = [ContextKind::ValidValue, ContextKind::ValidSubcommand].into_iter().find_map(|kind| error.get(kind));
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .find_map(|kind| error.get(kind));
    if let Some(near) = near {
        text += lang.pick(". ¿Quiso decir ", ". Did you mean ");
        text += &format!("{}?", listed(lang, near));
    } else if let Some(valid) = valid {
        text += lang.pick(". Puede ser ", ". It can be ");
        text += &listed(lang, valid);
    } else if error.kind() == ErrorKind::ValueValidation {
        text += &expected(lang, &arg);
    }
    text
}

/// What a number must be; clap says it in English alone.
fn expected(lang: Lang, arg: &str) -> String {
    let range = [("--level", "1–3"), ("--limit", "1–1000"), ("--revision", "0–4294967295")];
    match range.iter().find(|(name, _)| arg.contains(name)) {
        Some((_, range)) => lang.pick(format!(": escriba un número, {range}"), format!(": write a number, {range}")),
        None => String::new(),
    }
}

fn listed(lang: Lang, value: &ContextValue) -> String {
    let quoted = |text: &str| lang.pick(format!("«{text}»"), format!("“{text}”"));
    match value {
        ContextValue::String(text) => quoted(text),
        ContextValue::Strings(all) => all.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "),
        ContextValue::Number(n) => n.to_string(),
        ContextValue::StyledStr(text) => quoted(&text.to_string()),
        _ => String::new(),
    }
}

/// Why the outbox can't do it.
pub(crate) fn outbox(lang: Lang, error: &OutboxError) -> String {
    match error {
        OutboxError::DiskFull { path } => lang.disk_full(path.display()),
        OutboxError::NotWritable { path, source } => lang.cannot_write(path.display(), io(lang, source)),
        OutboxError::Io { path, source } => lang.cannot_read(path.display(), io(lang, source)),
        OutboxError::Busy { path } => lang.outbox_busy(path.display()),
        OutboxError::Full { kept } => lang.outbox_full(kept),
        OutboxError::Unknown(id) => lang.no_incident(id),
        OutboxError::Forgotten(id) => lang.forgotten(id),
        OutboxError::TooLarge { bytes } => lang.incident_too_large(bytes),
        OutboxError::TooNew(version) => lang.outbox_too_new(version),
        OutboxError::Damaged { path, .. } => lang.outbox_damaged(path.display()),
        OutboxError::Transition(error) => lang.bad_change(transition(lang, error)),
        other => other.to_string(),
    }
}

/// Why an incident can't be changed so.
fn transition(lang: Lang, error: &TransitionError) -> String {
    if lang == Lang::En {
        return error.to_string();
    }
    match error {
        TransitionError::Illegal { from, to } => {
            let next: Vec<&str> = Phase::ALL.into_iter().filter(|to| from.leads_to(*to)).map(Phase::name).collect();
            format!("de «{}» no se pasa a «{}»; se pasa a: {}", from.name(), to.name(), next.join(", "))
        }
        TransitionError::TooLate { closed } => format!("se cerró el {closed}: registre un caso nuevo con --parent"),
        TransitionError::NoResolution(_) => "diga con --code cómo terminó".to_owned(),
        TransitionError::TooMany => "su historia está llena: registre un caso nuevo con --parent".to_owned(),
        TransitionError::NoSatisfaction => "--score va de 1 a 5".to_owned(),
        other => other.to_string(),
    }
}

/// Why a pack can't be used.
pub(crate) fn pack(lang: Lang, error: &PackError) -> String {
    if lang == Lang::En {
        return error.to_string();
    }
    match error {
        PackError::Read { path, source } => format!("no se puede leer el paquete {}: {}", path.display(), io(lang, source)),
        PackError::NotAPack => "no es un paquete de Baquiano. Construya uno con `baquiano kb build`".to_owned(),
        PackError::Cut { have } => format!("el paquete está cortado a los {have} bytes. Cópielo o descárguelo otra vez"),
        PackError::TooLong { have, stated } => {
            format!("el paquete tiene {have} bytes y dice tener {stated}. Cópielo o descárguelo otra vez")
        }
        PackError::Format { found, known } => {
            format!(
                "el paquete tiene el formato {found} y este programa lee el {known}. Actualice el programa o construya el paquete otra vez"
            )
        }
        PackError::Analyzer { found, known } => {
            format!("el paquete se hizo con el analizador {found} y este programa tiene el {known}. Construya el paquete otra vez")
        }
        PackError::Damaged { part } => format!("el paquete está dañado (parte «{part}»). Cópielo o descárguelo otra vez"),
        PackError::NoSection { name } => format!("al paquete le falta la sección «{name}». Constrúyalo otra vez"),
        PackError::Hash => {
            "el contenido del paquete no corresponde a su SHA-256: al menos un bit está mal. Cópielo o descárguelo otra vez".to_owned()
        }
        PackError::Unsigned => "el paquete no tiene firma. Fírmelo con `baquiano kb sign`".to_owned(),
        PackError::Signature => {
            "el paquete no tiene una firma buena de una clave de confianza. Revise quién lo publicó y qué claves se dieron".to_owned()
        }
        PackError::Index(source) => format!("no se puede abrir el índice del paquete: {source}. Constrúyalo otra vez"),
        PackError::Content(why) => format!("el contenido no se puede empaquetar: {why}"),
        other => other.to_string(),
    }
}

/// Why a search failed.
pub(crate) fn search(lang: Lang, error: &SearchError) -> String {
    match error {
        SearchError::Pack(error) => pack(lang, error),
        SearchError::Damaged { part } if lang == Lang::Es => format!("el índice está dañado (parte «{part}»). Use otro paquete"),
        SearchError::Read(source) if lang == Lang::Es => format!("no se puede leer el índice: {}. Use otro paquete", io(lang, source)),
        other => other.to_string(),
    }
}

/// Why an article could not be made.
pub(crate) fn content(lang: Lang, error: &ContentError) -> String {
    if lang == Lang::Es {
        return match error {
            ContentError::Io { path, source } => lang.cannot_write(path.display(), io(lang, source)),
            other => other.to_string(),
        };
    }
    match error {
        ContentError::AlreadyExists { path } => lang.exists_already(path.display()),
        ContentError::UnknownService { service, .. } => format!("the service “{service}” isn't in the catalog"),
        ContentError::BadTitle { title } => format!("the title “{}” is no good: write one line with words", title.escape_debug()),
        ContentError::BadDate { date } => format!("“{date}” is no date: write it YYYY-MM-DD"),
        ContentError::Io { path, source } => lang.cannot_write(path.display(), io(lang, source)),
        other => other.to_string(),
    }
}

/// What the system said; the usual reasons in the user's language, the rest in the system's words.
pub(crate) fn io(lang: Lang, error: &std::io::Error) -> String {
    use std::io::ErrorKind as Kind;
    let text = match error.kind() {
        Kind::NotFound => ("no existe", "it doesn't exist"),
        Kind::PermissionDenied => ("no hay permiso", "permission denied"),
        Kind::AlreadyExists => ("ya existe", "it exists already"),
        Kind::IsADirectory => ("es una carpeta", "it is a folder"),
        Kind::NotADirectory => ("una parte de la ruta no es carpeta", "a part of the path is no folder"),
        Kind::StorageFull => ("no queda espacio", "no space is left"),
        Kind::InvalidData => ("no es un texto UTF-8", "it is no UTF-8 text"),
        _ => return error.to_string(),
    };
    lang.pick(text.0, text.1).to_owned()
}
