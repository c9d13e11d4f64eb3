//! From what is known when something goes wrong to a record: bounded, redacted, judged, stamped. Nothing else makes an incident.

use std::mem::swap;

use super::crash::fingerprint;
use super::life::{Change, Life};
use super::log::{LONGEST_LINE, MOST_LINES, cut};
use super::record::{
    AppVersion, Attachment, ClockState, Crash, Device, Diagnosis, Incident, IncidentId, LogLine, Moment, Occurrences, Origin, Place,
    RECORD_VERSION, Reference, Reporter, Times,
};
use super::redact::Redaction;
use super::rules::{Classification, Findings, Guess, Rules};
use crate::kb::{ArticleId, FactValue, ServiceId};
use crate::{Clock, Entropy};

/// Longest text that a person writes, in bytes. Chosen: a page.
const LONGEST_TEXT: usize = 4000;
/// Longest summary and other short texts, in bytes.
const LONGEST_LINE_OF_A_LIST: usize = 200;
/// Most attachments; further ones are left out.
pub const MOST_ATTACHMENTS: usize = 3;
/// Largest text that is attached, in bytes; what is longer is cut.
const LARGEST_TEXT: usize = 64 << 10;
/// Largest picture that is attached, in bytes; what is larger is left out, and marked as cut.
pub const LARGEST_PICTURE: usize = 150 << 10;
/// Most articles, references, and lines of a transcript.
const MOST_OF_A_LIST: usize = 300;

/// What is known when something goes wrong.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who noticed it.
    pub origin: Origin,
    /// When it happened, in milliseconds since 1970 UTC; none: now.
    pub occurred_ms: Option<i64>,
    /// The incident that it belongs to.
    pub parent: Option<IncidentId>,
    /// What other systems call it.
    pub references: Vec<Reference>,
    /// What can be said of the clock.
    pub clock: ClockState,
    /// The app.
    pub app: Option<AppVersion>,
    /// The phone.
    pub device: Device,
    /// Who tells of it.
    pub reporter: Reporter,
    /// Where, no finer than declared.
    pub place: Option<Place>,
    /// The service, when it is known.
    pub service: Option<ServiceId>,
    /// One line for a list; none: it is made from the rest.
    pub summary: Option<String>,
    /// What is wrong, in the user's words.
    pub symptom: Option<String>,
    /// What a guided session found out.
    pub diagnosis: Option<Diagnosis>,
    /// What the app says of its failure.
    pub crash: Option<Crash>,
    /// The articles that were read.
    pub articles: Vec<ArticleId>,
    /// The last lines of the app's log with their times ([`LogRing::lines`](super::LogRing::lines)).
    pub log: Vec<(i64, String)>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// The impact, 1 (high) to 3, when a person judged it.
    pub impact: Option<u8>,
    /// The urgency, 1 (high) to 3, when a person judged it.
    pub urgency: Option<u8>,
    /// What the search makes of the user's words ([`KnowledgeBase::guess`](crate::KnowledgeBase::guess)).
    pub guess: Option<Guess>,
    /// The pack of knowledge that it is judged by, e.g. `baquiano-hn 12`.
    pub knowledge: Option<String>,
}

impl Draft {
    /// An empty draft.
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            occurred_ms: None,
            parent: None,
            references: Vec::new(),
            clock: ClockState::default(),
            app: None,
            device: Device::default(),
            reporter: Reporter::default(),
            place: None,
            service: None,
            summary: None,
            symptom: None,
            diagnosis: None,
            crash: None,
            articles: Vec::new(),
            log: Vec::new(),
            attachments: Vec::new(),
            impact: None,
            urgency: None,
            guess: None,
            knowledge: None,
        }
    }

    /// Makes the incident: redacts and bounds what was told, judges it by the desk's rules, and gives it id and times.
    pub fn register(mut self, rules: &Rules, clock: &dyn Clock, entropy: &dyn Entropy) -> Incident {
        let now_ms = clock.now_ms();
        let now = rules.moment(now_ms);
        let occurred = self.occurred_ms.map_or(now, |at| rules.moment(at));
        self.scrub();
        let (service, classification) = self.classify(rules);
        let summary = self.summary.clone().unwrap_or_else(|| self.summarised(rules.service_name(&service)));
        let due = rules.due(classification.priority, now_ms);
        let moment = |(at, text)| LogLine { at: rules.moment(at), text };
        Incident {
            schema: RECORD_VERSION,
            id: IncidentId::new(clock, entropy),
            revision: 0,
            parent: self.parent,
            fingerprint: self.fingerprint(&service),
            times: Times { occurred, observed: now, updated: now },
            occurrences: Occurrences { count: 1, first: occurred, last: occurred },
            life: begun(self.origin, now, &classification),
            references: self.references,
            clock: self.clock,
            origin: self.origin,
            app: self.app,
            device: self.device,
            reporter: self.reporter,
            place: self.place,
            service,
            summary,
            symptom: self.symptom,
            diagnosis: self.diagnosis,
            crash: self.crash,
            articles: self.articles,
            log: self.log.into_iter().map(moment).collect(),
            attachments: self.attachments,
            classification,
            due,
            knowledge: self.knowledge,
            unknown: Default::default(),
        }
    }

    fn classify(&self, rules: &Rules) -> (ServiceId, Classification) {
        let diagnosis = self.diagnosis.as_ref();
        rules.classify(&Findings {
            service: self.service.as_ref(),
            escalation: diagnosis.and_then(|diagnosis| diagnosis.escalation.as_ref()),
            fault: diagnosis.and_then(|diagnosis| diagnosis.fault_name.as_deref()),
            guess: self.guess.as_ref(),
            impact: self.impact,
            urgency: self.urgency,
        })
    }

    /// One line for a list: the cause, or what broke, or the beginning of the user's words.
    fn summarised(&self, service: &str) -> String {
        let cause = self.diagnosis.as_ref().and_then(|diagnosis| diagnosis.fault_name.as_deref());
        let crash = self.crash.as_ref().map(|crash| crash.kind.as_str());
        let words = self.symptom.as_deref().and_then(|symptom| symptom.lines().find(|line| !line.trim().is_empty()));
        let what = cause.or(crash).or(words).map(str::trim).filter(|what| !what.is_empty());
        let line = what.map_or_else(|| service.to_owned(), |what| format!("{service}: {what}"));
        shortened(&line)
    }

    fn fingerprint(&self, service: &ServiceId) -> String {
        let app = self.app.as_ref().map(|app| app.id.to_string()).unwrap_or_default();
        if let Some(crash) = &self.crash {
            return fingerprint(&[app, crash.fingerprint()]);
        }
        let fault = self.diagnosis.as_ref().and_then(|diagnosis| diagnosis.fault.as_ref()).map(ToString::to_string);
        fingerprint(&[app, service.to_string(), fault.unwrap_or_default()])
    }

    /// Exchanges what was told with a record's. The log stays where it is: a record has its times with their zone.
    fn exchange(&mut self, incident: &mut Incident) {
        swap(&mut self.references, &mut incident.references);
        swap(&mut self.clock, &mut incident.clock);
        swap(&mut self.app, &mut incident.app);
        swap(&mut self.device, &mut incident.device);
        swap(&mut self.reporter, &mut incident.reporter);
        swap(&mut self.place, &mut incident.place);
        swap(self.summary.get_or_insert_default(), &mut incident.summary);
        swap(&mut self.symptom, &mut incident.symptom);
        swap(&mut self.diagnosis, &mut incident.diagnosis);
        swap(&mut self.crash, &mut incident.crash);
        swap(&mut self.articles, &mut incident.articles);
        swap(&mut self.attachments, &mut incident.attachments);
        swap(&mut self.knowledge, &mut incident.knowledge);
    }

    /// Redacts and bounds every text that isn't content of the knowledge base; how coordinates were redacted.
    fn scrub(&mut self) -> Redaction {
        let decimals = if let Some(Place::Near { decimals, .. }) = self.place { decimals } else { Redaction::default().decimals };
        let redaction = Redaction { decimals };
        let text = |text: &mut String, most| *text = bounded(redaction, text, most);
        let option = |own: &mut Option<String>, most| {
            if let Some(own) = own.as_mut() {
                text(own, most);
            }
        };
        let line = |own: &mut Option<String>| option(own, LONGEST_LINE_OF_A_LIST);
        // It may have been put together by hand, or read.
        self.place = self.place.take().and_then(|place| match place {
            Place::Municipality(code) => Place::municipality(&code),
            Place::Near { latitude, longitude, decimals } => Place::near(latitude, longitude, decimals),
        });
        line(&mut self.summary);
        option(&mut self.symptom, LONGEST_TEXT);
        line(&mut self.reporter.alias);
        line(&mut self.clock.zone);
        line(&mut self.clock.boot_id);
        line(&mut self.knowledge);
        let device = &mut self.device;
        for own in [&mut device.vendor, &mut device.model, &mut device.android, &mut device.abi, &mut device.network, &mut device.locale] {
            line(own);
        }
        if let Some(app) = &mut self.app {
            line(&mut app.version);
        }
        if let Some(contact) = &mut self.reporter.contact {
            for own in [&mut contact.by, &mut contact.at] {
                *own = cut(own, LONGEST_LINE_OF_A_LIST).to_owned();
            }
        }
        self.references.truncate(MOST_OF_A_LIST);
        for reference in &mut self.references {
            text(&mut reference.system, LONGEST_LINE_OF_A_LIST);
            text(&mut reference.number, LONGEST_LINE_OF_A_LIST);
        }
        self.articles.truncate(MOST_OF_A_LIST);
        if let Some(diagnosis) = &mut self.diagnosis {
            option(&mut diagnosis.fault_name, LONGEST_LINE_OF_A_LIST);
            for own in [&mut diagnosis.flow, &mut diagnosis.version] {
                text(own, LONGEST_LINE_OF_A_LIST);
            }
            for list in [&mut diagnosis.missing, &mut diagnosis.withheld] {
                list.truncate(MOST_OF_A_LIST);
            }
            diagnosis.through.truncate(MOST_OF_A_LIST);
            diagnosis.through.iter_mut().for_each(|own| text(own, LONGEST_LINE_OF_A_LIST));
            if let Some(escalation) = &mut diagnosis.escalation {
                text(&mut escalation.area, LONGEST_LINE_OF_A_LIST);
            }
            diagnosis.tried.truncate(MOST_OF_A_LIST);
            for tried in &mut diagnosis.tried {
                text(&mut tried.remedy, LONGEST_LINE_OF_A_LIST);
                text(&mut tried.text, LONGEST_TEXT);
            }
            diagnosis.transcript.truncate(MOST_OF_A_LIST);
            for told in &mut diagnosis.transcript {
                match &mut told.value {
                    Some(FactValue::Text(value)) => text(value, LONGEST_LINE),
                    Some(FactValue::Int(number)) => {
                        let hidden = redaction.text(&number.to_string());
                        if hidden != number.to_string() {
                            told.value = Some(FactValue::Text(hidden));
                        }
                    }
                    Some(FactValue::Bool(_)) | None => {}
                }
                option(&mut told.question, LONGEST_LINE);
                option(&mut told.answer, LONGEST_LINE);
            }
        }
        if let Some(crash) = self.crash.take() {
            // It may have been put together by hand.
            self.crash = Some(Crash::told(&crash.kind, &crash.message, &crash.stack.join("\n"), &crash.breadcrumbs));
        }
        scrub_log(redaction, &mut self.log, |(_, line)| line);
        self.attachments.truncate(MOST_ATTACHMENTS);
        for attachment in &mut self.attachments {
            text(&mut attachment.name, LONGEST_LINE_OF_A_LIST);
            if attachment.media_type.is_text() {
                attachment.truncated |= attachment.content.len() > LARGEST_TEXT;
                text(&mut attachment.content, LARGEST_TEXT);
            } else if attachment.decoded().is_none_or(|bytes| bytes.len() > LARGEST_PICTURE) {
                attachment.truncated = true;
                attachment.content.clear();
            }
        }
        redaction
    }
}

/// The last lines of a log, redacted and bounded: they are the ones that tell.
fn scrub_log<T>(redaction: Redaction, log: &mut Vec<T>, text: impl Fn(&mut T) -> &mut String) {
    log.drain(..log.len().saturating_sub(MOST_LINES));
    for line in log {
        let own = text(line);
        *own = bounded(redaction, own, LONGEST_LINE);
    }
}

/// Bytes beyond a cut that are looked at: what is hidden is recognised by its whole, or by what stands beside it.
const BESIDE: usize = 128;

/// The beginning of a text, redacted. What the cut would go through is recognised first.
pub(super) fn bounded(redaction: Redaction, text: &str, most: usize) -> String {
    let looked_at = cut(text, most + BESIDE);
    let redacted = redaction.text(looked_at);
    // Its end isn't kept when it was cut there: a half of what is hidden isn't recognised.
    let keep = if looked_at.len() == text.len() { most } else { most.min(redacted.len().saturating_sub(BESIDE)) };
    cut(&redacted, keep).to_owned()
}

/// The beginning of a line, up to the last word that fits.
fn shortened(line: &str) -> String {
    let beginning = cut(line, LONGEST_LINE_OF_A_LIST);
    if beginning.len() == line.len() {
        return line.to_owned();
    }
    let words = beginning.rsplit_once(char::is_whitespace).map_or(beginning, |(words, _)| words);
    format!("{}…", words.trim_end())
}

impl Incident {
    /// A record from elsewhere, redacted and bounded as if it had been filed here: what wrote it isn't known.
    #[must_use]
    pub fn redacted(mut self) -> Self {
        let mut draft = Draft::new(self.origin);
        draft.exchange(&mut self);
        let redaction = draft.scrub();
        draft.exchange(&mut self);
        scrub_log(redaction, &mut self.log, |line| &mut line.text);
        let text = |text: &mut String| *text = bounded(Redaction::default(), text, LONGEST_TEXT);
        self.classification.why.iter_mut().for_each(text);
        text(&mut self.classification.area);
        text(&mut self.fingerprint);
        self.life.scrub(text);
        self.unknown.scrub(&text);
        self
    }
}

/// The life of an incident that was recorded and, where it was clear what it is, classified.
fn begun(origin: Origin, now: Moment, classification: &Classification) -> Life {
    let by = if origin == Origin::Technician { "desk" } else { "app" };
    let mut life = Life::begin(now, by, format!("Lo detectó: {}.", origin.name()));
    if classification.basis != super::rules::Basis::Triage {
        // From recorded to classified always leads a way.
        _ = life.change(now, Change::step(by, super::life::Phase::Classified, classification.why.first().map_or("", String::as_str)));
    }
    life
}

/// A change with its words redacted and bounded.
pub(super) fn scrubbed_change(mut change: Change) -> Change {
    change.scrub(|text| *text = bounded(Redaction::default(), text, LONGEST_TEXT));
    change
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cut_goes_through_is_recognised() {
        let redaction = Redaction::default();
        for before in 470..500 {
            let text = format!("{} 0801-1990-12345 ana.inventada@ejemplo.hn {}", "a".repeat(before), "b".repeat(400));
            let kept = bounded(redaction, &text, LONGEST_LINE);
            assert!(kept.len() <= LONGEST_LINE && !kept.contains("0801") && !kept.contains("inventada"), "{before}: {kept}");
        }
        assert_eq!(bounded(redaction, "corta", 3), "cor");
    }

    #[test]
    fn a_long_line_ends_with_a_whole_word() {
        assert_eq!(shortened("corta"), "corta");
        let long = shortened(&"palabra ".repeat(60));
        assert!(long.ends_with("palabra…") && long.len() <= LONGEST_LINE_OF_A_LIST + 3, "{long}");
        assert!(shortened(&"ñ".repeat(300)).ends_with("ñ…"));
    }
}
