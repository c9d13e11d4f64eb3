//! Filing incidents and following them.

use baquiano::Filing;
use baquiano::incident::outbox::{Case, OutboxError};
use baquiano::incident::render;
use baquiano::incident::{
    Attachment, Change, Draft, Incident, IncidentId, MediaType, Origin, Phase, Place, Priority, Reporter, Satisfaction,
};
use baquiano::kb::{ArticleId, ServiceId};

use crate::{Desk, DeskError, guarded};

/// What only the app knows of an incident.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct Told {
    /// Who tells of it: alias and contact, as far as they were declared.
    #[uniffi(default = None)]
    pub reporter: Option<Reporter>,
    /// Where, no finer than declared.
    #[uniffi(default = None)]
    pub place: Option<Place>,
    /// Files.
    #[uniffi(default = [])]
    pub attachments: Vec<Attached>,
    /// What the person wrote besides.
    #[uniffi(default = None)]
    pub words: Option<String>,
}

/// A file that goes along: text is redacted, pictures up to 150 KiB are taken.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Attached {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: MediaType,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// An incident that is filed without a talk.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Report {
    /// What is wrong, in the user's words.
    pub words: String,
    /// The service, when it is known; else the words are judged.
    #[uniffi(default = None)]
    pub service: Option<ServiceId>,
    /// The articles that were read.
    #[uniffi(default = [])]
    pub articles: Vec<ArticleId>,
    /// What only the app knows.
    pub told: Told,
}

/// Where an incident is after filing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Filed {
    /// It waits to be sent.
    Kept,
    /// It happened before: counted with that one.
    Merged,
    /// The app files too many by itself: this one was given up, and the desk is told.
    Dropped,
    /// It is safe in a file of its own, and waits to be taken in.
    Spooled,
}

/// What became of an incident.
#[derive(Debug, Clone, uniffi::Record)]
pub struct FilingResult {
    /// The incident.
    pub id: IncidentId,
    /// Where it is.
    pub filed: Filed,
    /// How urgent it is.
    pub priority: Priority,
    /// The support level that takes it.
    pub level: u8,
    /// The area that takes it.
    pub area: String,
    /// Until when the desk promises an answer, in milliseconds since 1970 UTC.
    pub answer_by_ms: Option<i64>,
    /// What the user is told: that it is registered, and when to expect an answer.
    pub promise: String,
}

/// How an incident is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Form {
    /// The record.
    Json,
    /// Markdown.
    Markdown,
    /// Plain text with WhatsApp's marks.
    Chat,
    /// A page of its own.
    Html,
}

impl Told {
    /// The place, checked and rounded to what was declared.
    fn place(&self) -> Result<Option<Place>, DeskError> {
        let Some(place) = &self.place else { return Ok(None) };
        let checked = match place {
            Place::Near { latitude, longitude, decimals } => Place::near(*latitude, *longitude, *decimals),
            Place::Municipality(code) => Place::municipality(code),
        };
        let wrong = || DeskError::input("place", format!("{place:?} is no place: give degrees, or a municipality's four digits"));
        checked.ok_or_else(wrong).map(Some)
    }

    /// Checks it, and gives what adds it to a draft.
    pub(crate) fn completing(self) -> Result<impl FnOnce(&mut Draft), DeskError> {
        let place = self.place()?;
        Ok(move |draft: &mut Draft| {
            if let Some(reporter) = self.reporter {
                draft.reporter = reporter;
            }
            draft.place = place;
            draft.attachments.extend(self.attachments.iter().map(|file| Attachment::new(&file.name, file.kind, &file.content)));
            if let Some(words) = self.words {
                draft.symptom = Some(draft.symptom.take().map_or_else(|| words.clone(), |said| format!("{said}\n{words}")));
            }
        })
    }
}

impl From<Filing> for FilingResult {
    fn from(filing: Filing) -> Self {
        Self {
            id: filing.filed.id(),
            filed: filing.filed.into(),
            priority: filing.classification.priority,
            level: filing.classification.level,
            area: filing.classification.area,
            answer_by_ms: filing.due.map(|due| due.response.ms()),
            promise: filing.promise,
        }
    }
}

impl From<baquiano::incident::outbox::Filed> for Filed {
    fn from(filed: baquiano::incident::outbox::Filed) -> Self {
        use baquiano::incident::outbox::Filed as Core;
        match filed {
            Core::Kept(_) => Self::Kept,
            Core::Merged(_) => Self::Merged,
            Core::Dropped(_) => Self::Dropped,
            Core::Spooled(_) => Self::Spooled,
        }
    }
}

#[uniffi::export]
impl Desk {
    /// Files an incident. When it returns, a power cut loses nothing of it.
    pub fn file(&self, report: Report) -> Result<FilingResult, DeskError> {
        guarded(|| {
            let mut draft = Draft::new(Origin::App);
            draft.symptom = Some(report.words).filter(|words| !words.trim().is_empty());
            draft.service = report.service;
            draft.articles = report.articles;
            report.told.completing()?(&mut draft);
            Ok(self.desk.file(draft)?.into())
        })
    }

    /// Files a failure of the app itself, from a handler of crashes, too: it never throws, takes bounded time and memory, and counts repetitions as one.
    /// None when it could not be filed.
    pub fn file_automatically(&self, kind: String, message: String, stack: String, breadcrumbs: Vec<String>) -> Option<IncidentId> {
        self.desk.file_automatically(&kind, &message, &stack, &breadcrumbs).map(baquiano::incident::outbox::Filed::id)
    }

    /// All incidents that are known here, the newest first.
    pub fn cases(&self) -> Result<Vec<Case>, DeskError> {
        guarded(|| {
            let mut cases = self.outbox()?.cases()?;
            cases.reverse();
            Ok(cases)
        })
    }

    /// One incident; none with that id.
    pub fn case(&self, id: IncidentId) -> Result<Option<Case>, DeskError> {
        guarded(|| Ok(self.outbox()?.case(id)?))
    }

    /// Adds what the user says later; it is sent after the incident.
    pub fn follow_up(&self, id: IncidentId, words: String) -> Result<(), DeskError> {
        self.change(id, Change::note("app", &words))
    }

    /// The user says that it isn't mended after all.
    pub fn reopen(&self, id: IncidentId, why: String) -> Result<(), DeskError> {
        guarded(|| {
            let incident = self.outbox()?.incident(id)?.ok_or(OutboxError::Forgotten(id))?;
            // The phone may not have heard that the desk resolved it: then the user's words are what reopens it there.
            let reopened = incident.phase().reopens(Phase::Investigating);
            let change = if reopened { Change::step("app", Phase::Investigating, &why) } else { Change::note("app", &why) };
            self.outbox()?.change(id, change)?;
            Ok(())
        })
    }

    /// The user says how it went, 1 (bad) to 5 (good).
    pub fn rate(&self, id: IncidentId, score: u8, comment: Option<String>) -> Result<(), DeskError> {
        let mut change = Change::note("app", "Calificación");
        change.satisfaction = Some(Satisfaction { score, comment });
        self.change(id, change)
    }

    /// The desk answered the user.
    pub fn answered(&self, id: IncidentId) -> Result<(), DeskError> {
        guarded(|| Ok(self.outbox()?.answered(id)?))
    }

    /// An incident in a form to be shown, shared or printed. An error when it isn't kept any more.
    pub fn render(&self, id: IncidentId, form: Form) -> Result<String, DeskError> {
        guarded(|| {
            let incident = self.outbox()?.incident(id)?.ok_or(OutboxError::Forgotten(id))?;
            self.rendered(&incident, form)
        })
    }
}

impl Desk {
    pub(crate) fn outbox(&self) -> Result<&baquiano::incident::outbox::Outbox, DeskError> {
        self.desk.outbox().ok_or_else(|| DeskError::input("no-outbox", "the desk was opened without a folder: give `Settings::dir`"))
    }

    fn change(&self, id: IncidentId, change: Change) -> Result<(), DeskError> {
        guarded(|| {
            self.outbox()?.change(id, change)?;
            Ok(())
        })
    }

    fn rendered(&self, incident: &Incident, form: Form) -> Result<String, DeskError> {
        let view = || self.desk.knowledge().view(incident);
        Ok(match form {
            Form::Json => render::json(incident),
            Form::Markdown => render::markdown(&view()?),
            Form::Chat => render::chat(&view()?),
            Form::Html => render::html(&view()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[test]
    fn the_newest_case_comes_first() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let settings = Settings {
            dir: Some(dir.path().to_string_lossy().into_owned()),
            app: None,
            device: baquiano::incident::Device::default(),
            trusted_keys: Vec::new(),
            pack: None,
        };
        let desk = Desk::open(settings)?;
        let mut filed = Vec::new();
        for number in 0..3 {
            // Ids tell the order by the millisecond.
            std::thread::sleep(std::time::Duration::from_millis(2));
            let report = Report { words: format!("caso {number}"), service: None, articles: Vec::new(), told: Told::default() };
            filed.push(desk.file(report)?.id);
        }
        filed.reverse();
        assert_eq!(desk.cases()?.iter().map(|case| case.id).collect::<Vec<_>>(), filed);
        Ok(())
    }
}
