//! `baquiano diagnose`: by what is given beforehand, for programs, or in a talk with a person.

mod talk;

use std::collections::BTreeMap;
use std::path::Path;

use baquiano::diagnose::{Conclusion, DiagnoseError, Driven, Driver, Given, Move, Session, Why};
use baquiano::incident::{Device, Diagnosis, Draft, Origin};
use baquiano::kb::{ENTRANCE, Escalation, Fact, FactType, FactValue, Outcome, derive};
use baquiano::{GuideError, HelpDesk, KnowledgeBase};
use serde::Serialize;
use serde_json::{Value, json};

use super::flows;
use super::incident::{self, Reported};
use crate::args::{Diagnose, Global};
use crate::failure::{Done, Failure};
use crate::show::{Screen, clean};
use crate::{files, open};

/// Largest file of facts, answers or a talk, in bytes. Chosen: all facts of a phone are some 5 KB.
const MAX_BYTES: u64 = 1 << 20;

pub(crate) fn run(screen: &Screen, global: &Global, args: &Diagnose) -> Result<Done, Failure> {
    let desk = open::desk(screen, global.kb.as_deref(), &args.trust.key)?;
    let kb = desk.knowledge();
    let damaged = |error| screen.damaged(&error);
    let facts = kb.facts().map_err(damaged)?;
    let read = |path: Option<&Path>| path.map_or(Ok(Given::new()), |path| values(screen, path, facts));
    let (mut given, mut answers) = (read(args.facts.as_deref())?, read(args.answers.as_deref())?);
    derive(facts, &mut given);
    derive(facts, &mut answers);
    let begun = Begun { screen, desk: &desk, kb: &kb, args, device: Device::of_facts(&given), given };
    let kept = args.resume.as_deref().filter(|path| path.exists()).map(|path| files::read_text(screen, path, MAX_BYTES)).transpose()?;
    if let Some(flow) = &args.flow {
        flows::named(screen, &kb, flow)?;
    }
    open::app(screen, kb.catalog().map_err(damaged)?, args.told.app.as_deref())?;
    if args.file {
        // What is wrong with them is told before the talk, not after it.
        incident::told(screen, &desk, &mut Draft::new(Origin::Technician), &args.told)?;
    }
    if global.json { begun.through(kept.as_deref(), answers, args.assume_remedies_work) } else { begun.talk(kept.as_deref()) }
}

fn refused(screen: &Screen, error: &DiagnoseError) -> Failure {
    Failure::Input(screen.lang.bad_session(error))
}

/// Facts by id, from a JSON object. A fact may be named by an alias; `null`, `"none"` and `"unknown"` say that it isn't known.
pub(super) fn values(screen: &Screen, path: &Path, facts: &[Fact]) -> Result<Given, Failure> {
    let wrong = |why: String| Failure::Input(screen.lang.pack_of(path.display(), why));
    let given: BTreeMap<String, Value> =
        serde_json::from_slice(&files::read(screen, path, MAX_BYTES)?).map_err(|error| wrong(error.to_string()))?;
    let mut out = Given::new();
    for (name, value) in given {
        let fact = facts.iter().find(|fact| fact.id.as_str() == name || fact.aliases.iter().any(|alias| alias.as_str() == name));
        let fact = fact.ok_or_else(|| wrong(screen.lang.bad_fact(clean(&name))))?;
        let value = match &value {
            Value::Null => None,
            Value::String(text) if text == "unknown" || text == "none" && !takes_none(&fact.kind) => None,
            _ => Some(serde_json::from_value(value).map_err(|error| wrong(format!("{name}: {error}")))?),
        };
        // A version may be written as a number.
        let value = value.map(|value| match (value, &fact.kind) {
            (FactValue::Int(number), FactType::Version | FactType::Text) => FactValue::Text(number.to_string()),
            (value, _) => value,
        });
        out.insert(fact.id.clone(), value);
    }
    Ok(out)
}

fn takes_none(kind: &FactType) -> bool {
    matches!(kind, FactType::OneOf(values) if values.iter().any(|value| value == "none"))
}

/// What both ways begin with.
struct Begun<'r> {
    screen: &'r Screen,
    desk: &'r HelpDesk,
    kb: &'r KnowledgeBase,
    args: &'r Diagnose,
    /// What the facts say of the phone.
    device: Device,
    /// What the app would read.
    given: Given,
}

#[derive(Serialize)]
struct Report<'r> {
    flow: &'r str,
    /// The flows that it went through before.
    through: &'r [String],
    status: &'static str,
    outcome: Option<Outcome>,
    fault: Option<String>,
    level: Option<u8>,
    article: Option<String>,
    escalation: Option<Escalation>,
    asked: Vec<String>,
    steps: Vec<Value>,
    needs: Option<Value>,
    /// What the desk will ask besides.
    missing: Vec<String>,
    why: Option<Why>,
    /// What was filed for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<Reported>,
}

impl Begun<'_> {
    fn stopped(&self, error: GuideError) -> Failure {
        match error {
            GuideError::Pack(error) => self.screen.damaged(&error),
            GuideError::Refused(error) => refused(self.screen, &error),
            GuideError::NoFlow(flow) => Failure::Input(flows::unknown(self.screen, &flow, self.kb.flow_ids())),
            error => Failure::Input(self.screen.lang.bad_session(&error)),
        }
    }

    /// Runs by what was given alone, until the end or a question that nobody answers.
    fn through(mut self, kept: Option<&str>, answers: Given, remedies_work: bool) -> Result<Done, Failure> {
        let app = self.args.facts.is_some();
        let mut session = match (kept, &self.args.flow) {
            (Some(kept), _) => self.desk.resume_guide(kept).map_err(|error| self.stopped(error))?.into_session(),
            (None, Some(flow)) => {
                let facts = self.kb.facts().map_err(|error| self.screen.damaged(&error))?;
                Session::start(flows::named(self.screen, self.kb, flow)?, facts, app).map_err(|error| refused(self.screen, &error))?
            }
            (None, None) => {
                let entered = self.kb.enter(&self.args.question.join(" "), app).map_err(|error| self.screen.damaged(&error))?;
                entered.ok_or_else(|| Failure::Input(flows::unknown(self.screen, ENTRANCE, self.kb.flow_ids())))?
            }
        };
        let driver = Driver { facts: std::mem::take(&mut self.given), answers, remedies_work, unknown_is_said: false };
        // A damaged flow is one that isn't there.
        let driven = driver.run(&mut session, |id| self.kb.flow(id).ok().flatten()).map_err(|error| refused(self.screen, &error))?;
        self.report(&session, driven)
    }

    /// Files what the desk takes, when that is asked for.
    fn file(&self, session: &Session, end: &Conclusion) -> Result<Option<Reported>, Failure> {
        if end.outcome != Outcome::Escalated {
            return Ok(None);
        }
        let mut draft = Draft::new(if self.args.facts.is_some() { Origin::GuidedSession } else { Origin::Technician });
        draft.service = Some(session.flow().service.clone());
        draft.symptom = Some(self.args.question.join(" ")).filter(|words| !words.is_empty());
        draft.diagnosis = Some(Diagnosis::of(session, end, &[]));
        draft.articles.extend(end.article.clone());
        self.filed(draft)
    }

    fn filed(&self, mut draft: Draft) -> Result<Option<Reported>, Failure> {
        if !self.args.file {
            return Ok(None);
        }
        draft.device = self.device.clone();
        incident::told(self.screen, self.desk, &mut draft, &self.args.told)?;
        incident::file(self.screen, self.desk, draft, &self.args.outbox).map(Some)
    }

    fn report(&self, session: &Session, driven: Driven) -> Result<Done, Failure> {
        let Driven { moves, end, needs } = driven;
        let asked = moves.iter().filter_map(|own| if let Move::Asked(fact, _) = own { Some(fact.to_string()) } else { None });
        let step = |own: &Move| match own {
            Move::Probed(facts) => json!({ "probe": facts }),
            Move::Asked(fact, value) => json!({ "ask": fact, "value": value }),
            Move::Went(go) => json!({ "go": go.flow }),
            Move::Did(todo) => json!({ "do": todo.remedy, "text": todo.text, "action": todo.action, "picture": todo.picture }),
        };
        let needs = needs.as_ref().and_then(|ask| session.fact(&ask.fact)).map(
            |fact| json!({ "fact": fact.id, "question": fact.question, "type": fact.kind, "answers": fact.answers, "help": fact.help }),
        );
        let done = if end.is_some() { Done::Good } else { Done::Finding };
        let level = end.as_ref().map(|end| end.escalation.as_ref().map_or(1, |escalation| escalation.level));
        self.screen.json(&Report {
            flow: &session.flow().flow,
            through: session.through(),
            status: if end.is_some() { "concluded" } else { "needs-answer" },
            outcome: end.as_ref().map(|end| end.outcome),
            fault: end.as_ref().and_then(|end| end.fault.as_ref()).map(ToString::to_string),
            level,
            article: end.as_ref().and_then(|end| end.article.as_ref()).map(ToString::to_string),
            escalation: end.as_ref().and_then(|end| end.escalation.clone()),
            asked: asked.collect(),
            steps: moves.iter().map(step).collect(),
            needs,
            missing: end.iter().flat_map(|end| &end.missing).map(ToString::to_string).collect(),
            incident: end.as_ref().map_or(Ok(None), |end| self.file(session, end))?,
            why: end.map(|end| end.why),
        })?;
        Ok(done)
    }
}
