//! An incident as people read it: on the desk's screen, on paper, in a chat, in a ticket.
//!
//! *Record* → [`View`]: everything that a technician reads, in Spanish words, as plain data → [`markdown()`], [`plain()`], [`chat()`] or [`html()`]. They know nothing of
//! the record, so all of them say the same. What an incident says is a stranger's text: [`View::of`] takes out of it what no text has, and each
//! rendering writes the rest so that none of it can become markup.

mod chat;
mod html;
mod json;
mod markdown;
mod plain;
#[cfg(test)]
mod tests;
mod view;
mod words;

pub use chat::{MOST_CHARACTERS, chat};
pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use plain::{cells, plain, plain_section};

use super::record::MediaType;

/// An incident in words.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// What it is, in one line.
    pub title: String,
    /// Which one it is and where in its life, in one line.
    pub subtitle: String,
    /// What there is to read; a section that would be empty isn't there.
    pub sections: Vec<Section>,
}

/// A part of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// What it is about.
    pub topic: Topic,
    /// What it says, never empty.
    pub blocks: Vec<Block>,
}

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Topic {
    /// What is wrong.
    What,
    /// How urgent it is, who takes it, and until when.
    Urgency,
    /// What ended it.
    Resolution,
    /// What the user thinks of how it went.
    Satisfaction,
    /// What a guided session found out.
    Diagnosis,
    /// The phone.
    Device,
    /// Who tells of it, and where.
    Who,
    /// When.
    Times,
    /// What the app says of its failure.
    Crash,
    /// The last lines of the app's log.
    Log,
    /// Files.
    Attachments,
    /// The articles that were read.
    Articles,
    /// What other systems call it.
    References,
    /// Its life.
    History,
    /// What tells it from others.
    Identity,
}

impl Topic {
    /// The heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::What => "Qué pasa",
            Self::Urgency => "Urgencia",
            Self::Resolution => "Solución",
            Self::Satisfaction => "Satisfacción del usuario",
            Self::Diagnosis => "Diagnóstico",
            Self::Device => "Teléfono",
            Self::Who => "Quién y dónde",
            Self::Times => "Tiempos",
            Self::Crash => "Falla de la aplicación",
            Self::Log => "Registro de la aplicación",
            Self::Attachments => "Archivos adjuntos",
            Self::Articles => "Artículos consultados",
            Self::References => "En otros sistemas",
            Self::History => "Historia",
            Self::Identity => "Identificación",
        }
    }
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Block {
    /// Labels with their values.
    Rows(Vec<Row>),
    /// A list.
    Lines {
        /// What it lists, where the section's heading doesn't say it.
        label: Option<&'static str>,
        /// Its lines.
        items: Vec<String>,
    },
    /// A table.
    Table {
        /// What it shows, where the section's heading doesn't say it.
        label: Option<&'static str>,
        /// The headings of the columns.
        head: Vec<&'static str>,
        /// The rows, each with a cell a column.
        rows: Vec<Vec<String>>,
    },
    /// Lines that are shown as they are.
    Pre {
        /// What they are.
        kind: PreKind,
        /// The lines.
        lines: Vec<String>,
    },
    /// A picture.
    Picture {
        /// Its name.
        name: String,
        /// Its kind.
        media_type: MediaType,
        /// Its content in base64.
        base64: String,
    },
}

/// What preformatted lines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreKind {
    /// A stack, innermost frame first.
    Stack,
    /// A log, oldest line first.
    Log,
}

/// A label with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub label: &'static str,
    /// What it says; it may have several lines.
    pub value: String,
}
