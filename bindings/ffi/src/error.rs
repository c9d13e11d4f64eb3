//! One closed set of errors, each with a stable code, what a field worker is told, and what a developer reads.

use std::any::Any;

use baquiano::diagnose::DiagnoseError;
use baquiano::incident::outbox::OutboxError;
use baquiano::kb::pack::{InstallError, PackError};
use baquiano::search::SearchError;
use baquiano::{FilingError, GuideError};
use thiserror::Error;

/// Why it can't be done. `code` is stable, `said` is what a field worker is told, `detail` is for the developer.
#[derive(Debug, Error, uniffi::Error)]
pub enum DeskError {
    /// The knowledge base can't be used.
    #[error("{code}: {detail}")]
    Content {
        /// Stable, e.g. `content.damaged`.
        code: String,
        /// For the field worker.
        said: String,
        /// For the developer.
        detail: String,
    },
    /// A pack was not installed; what was in use goes on.
    #[error("{code}: {detail}")]
    Install {
        /// Stable, e.g. `install.not-newer`.
        code: String,
        /// For the field worker.
        said: String,
        /// For the developer.
        detail: String,
    },
    /// A talk can't begin or go on; it stays as it was.
    #[error("{code}: {detail}")]
    Talk {
        /// Stable, e.g. `talk.outdated`.
        code: String,
        /// For the field worker.
        said: String,
        /// For the developer.
        detail: String,
    },
    /// The outbox can't do it.
    #[error("{code}: {detail}")]
    Outbox {
        /// Stable, e.g. `outbox.disk-full`.
        code: String,
        /// For the field worker.
        said: String,
        /// For the developer.
        detail: String,
    },
    /// What was given is no good: the app is to be mended.
    #[error("{code}: {detail}")]
    Input {
        /// Stable, e.g. `input.id`.
        code: String,
        /// For the field worker.
        said: String,
        /// For the developer.
        detail: String,
    },
    /// A fault of the library. It goes on.
    #[error("{code}: {detail}")]
    Internal {
        /// Stable: `internal`.
        code: String,
        /// For the field worker.
        said: String,
        /// For the developer.
        detail: String,
    },
}

/// What is said where a field worker can do nothing about it.
const OURS: &str = "La ayuda falló. Su trabajo está guardado. Pruebe otra vez.";
const NO_CONTENT: &str = "La ayuda no se puede abrir. Actualice la app cuando tenga internet.";

impl DeskError {
    /// What is given by the app is no good.
    pub(crate) fn input(code: &str, detail: impl ToString) -> Self {
        Self::Input { code: format!("input.{code}"), said: OURS.to_owned(), detail: detail.to_string() }
    }

    /// A panic, caught at the border.
    pub(crate) fn of_panic(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref::<String>().cloned());
        Self::Internal {
            code: "internal".to_owned(),
            said: OURS.to_owned(),
            detail: text.unwrap_or_else(|| "a panic without words".to_owned()),
        }
    }

    fn outbox(code: &str, said: &str, error: &OutboxError) -> Self {
        Self::Outbox { code: format!("outbox.{code}"), said: said.to_owned(), detail: error.to_string() }
    }
}

impl From<PackError> for DeskError {
    fn from(error: PackError) -> Self {
        let code = match &error {
            PackError::Read { .. } => "content.unreadable",
            PackError::Format { .. } | PackError::Analyzer { .. } => "content.other-version",
            PackError::Unsigned | PackError::Signature => "content.not-trusted",
            _ => "content.damaged",
        };
        Self::Content { code: code.to_owned(), said: NO_CONTENT.to_owned(), detail: error.to_string() }
    }
}

impl From<SearchError> for DeskError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Pack(error) => error.into(),
            error => Self::Content { code: "content.damaged".to_owned(), said: NO_CONTENT.to_owned(), detail: error.to_string() },
        }
    }
}

impl From<InstallError> for DeskError {
    fn from(error: InstallError) -> Self {
        let (code, said) = match &error {
            InstallError::NotNewer { .. } => ("not-newer", "Ya tiene la ayuda más nueva."),
            InstallError::Cancelled => ("cancelled", "La actualización se detuvo. La ayuda sigue como estaba."),
            InstallError::NothingBefore => ("nothing-before", "No hay una ayuda anterior."),
            InstallError::Io { .. } => ("disk", "No se pudo guardar la ayuda nueva. Libere espacio en el teléfono."),
            InstallError::NoStore => ("no-folder", OURS),
            InstallError::Pack(PackError::Unsigned | PackError::Signature) => {
                ("not-trusted", "Ese archivo no es de la Mesa de Ayuda. No se instaló.")
            }
            _ => ("damaged", "El archivo de la ayuda está dañado. Descárguelo otra vez."),
        };
        Self::Install { code: format!("install.{code}"), said: said.to_owned(), detail: error.to_string() }
    }
}

impl From<GuideError> for DeskError {
    fn from(error: GuideError) -> Self {
        let (code, said) = match error {
            GuideError::Pack(error) => return error.into(),
            GuideError::NotFiled(error) => return error.into(),
            GuideError::Outdated(_) | GuideError::Refused(DiagnoseError::Log(_) | DiagnoseError::OtherFlow { .. }) => {
                ("outdated", "La ayuda cambió. Empiece otra vez desde el principio.")
            }
            GuideError::NoFlow(_) => ("no-flow", "Para esto no hay guía paso a paso. Busque en la ayuda."),
            GuideError::NotOver => ("not-over", OURS),
            GuideError::Refused(DiagnoseError::Ended) => ("ended", "La guía ya terminó. Empiece otra vez."),
            GuideError::Refused(DiagnoseError::TooLong(_)) => ("too-long", "La guía es muy larga. Empiece otra vez."),
            _ => ("refused", OURS),
        };
        Self::Talk { code: format!("talk.{code}"), said: said.to_owned(), detail: error.to_string() }
    }
}

impl From<FilingError> for DeskError {
    fn from(error: FilingError) -> Self {
        match error {
            FilingError::Pack { source, .. } => source.into(),
            FilingError::NotFiled(error) => error.source.into(),
            error => Self::input("no-outbox", error),
        }
    }
}

impl From<OutboxError> for DeskError {
    fn from(error: OutboxError) -> Self {
        let (code, said) = match &error {
            OutboxError::DiskFull { .. } => ("disk-full", "El teléfono no tiene espacio. Libere espacio y registre el caso otra vez."),
            OutboxError::NotWritable { .. } => ("not-writable", "El teléfono no deja guardar el caso. Llame a la Mesa de Ayuda."),
            OutboxError::Busy { .. } => ("busy", "Espere un momento y pruebe otra vez."),
            OutboxError::Full { .. } => ("full", "Hay muchos casos sin enviar. Busque señal y envíelos."),
            OutboxError::TooLarge { .. } => ("too-large", "El caso es muy grande. Quite las fotos y pruebe otra vez."),
            OutboxError::TooNew(_) => ("too-new", "Actualice la app cuando tenga internet."),
            OutboxError::Unknown(_) | OutboxError::Forgotten(_) => ("unknown", "Ese caso ya no está en este teléfono."),
            OutboxError::Transition(_) => ("transition", "Ese cambio ya no se puede hacer en el caso."),
            OutboxError::LeaseLost => ("lease-lost", OURS),
            _ => ("store", "El caso no se pudo guardar. Pruebe otra vez."),
        };
        Self::outbox(code, said, &error)
    }
}
