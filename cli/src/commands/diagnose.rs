//! `baquiano diagnose`.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use baquiano::diagnose::{Ask, Conclusion, DiagnoseError, Do, Driven, Driver, Given, Input, Move, Session, Source, Step, Why};
use baquiano::incident::{Device, Diagnosis, Draft, Origin};
use baquiano::kb::{ENTRANCE, Escalation, Fact, FactId, FactType, FactValue, FaultId, Outcome, derive};
use baquiano::{HelpDesk, KnowledgeBase};
use serde::Serialize;
use serde_json::{Value, json};

use super::flows;
use super::incident::{self, Reported};
use crate::args::{Diagnose, Global};
use crate::failure::{Done, Failure};
use crate::show::{Screen, clean};
use crate::texts::errors;
use crate::{files, open};

/// Largest file of facts, answers or a session, in bytes. Chosen: all facts of a phone are some 5 KB.
const MAX_BYTES: u64 = 1 << 20;

pub(crate) fn run(screen: &Screen, global: &Global, args: &Diagnose) -> Result<Done, Failure> {
    let desk = open::desk(screen, global.kb.as_deref(), &args.trust.key)?;
    let kb = desk.knowledge();
    let damaged = |error| Failure::Internal(errors::pack(screen.lang, &error));
    let facts = kb.facts().map_err(damaged)?;
    let read = |path: Option<&Path>| path.map_or(Ok(Given::new()), |path| values(screen, path, facts));
    let (mut given, mut answers) = (read(args.facts.as_deref())?, read(args.answers.as_deref())?);
    derive(facts, &mut given);
    derive(facts, &mut answers);
    let app = args.facts.is_some();
    let session = match (&args.resume, &args.flow) {
        (Some(path), flow) if path.exists() => {
            let log = String::from_utf8_lossy(&files::read(screen, path, MAX_BYTES)?).into_owned();
            let flow = flow.clone().or_else(|| Session::flow_of(&log)).unwrap_or_else(|| ENTRANCE.to_owned());
            Session::resume(flows::named(screen, &kb, &flow)?, facts, &log).map_err(|error| refused(screen, &error))?
        }
        (_, Some(flow)) => Session::start(flows::named(screen, &kb, flow)?, facts, app).map_err(|error| refused(screen, &error))?,
        (_, None) => {
            let entered = kb.enter(&args.question.join(" "), app).map_err(damaged)?;
            entered.ok_or_else(|| Failure::Input(flows::unknown(screen, ENTRANCE, kb.flow_ids())))?
        }
    };
    let catalog = kb.catalog().map_err(damaged)?;
    open::app(screen, catalog, args.app.as_deref())?;
    if args.file {
        // What is wrong with them is told before the talk, not after it.
        incident::told(screen, &desk, &mut Draft::new(Origin::Technician), args.app.as_deref(), &args.told)?;
    }
    let device = Device::of_facts(&given);
    let mut run = Run { screen, desk: &desk, kb: &kb, session, before: Vec::new(), given, args, device };
    if global.json { run.through(answers, args.assume_remedies_work) } else { run.talk(args.resume.as_deref()) }
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

struct Run<'r> {
    screen: &'r Screen,
    desk: &'r HelpDesk,
    args: &'r Diagnose,
    /// What the facts say of the phone.
    device: Device,
    kb: &'r KnowledgeBase,
    session: Session,
    /// The sessions that led here.
    before: Vec<Session>,
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

impl Run<'_> {
    /// Files what the desk takes, when that is asked for.
    fn file(&self, end: &Conclusion) -> Result<Option<Reported>, Failure> {
        if !self.args.file || end.outcome != Outcome::Escalated {
            return Ok(None);
        }
        let mut draft = Draft::new(if self.args.facts.is_some() { Origin::GuidedSession } else { Origin::Technician });
        draft.service = Some(self.session.flow().service.clone());
        draft.symptom = Some(self.args.question.join(" ")).filter(|words| !words.is_empty());
        draft.diagnosis = Some(Diagnosis::of(&self.session, end, &[]));
        draft.articles.extend(end.article.clone());
        draft.device = self.device.clone();
        incident::told(self.screen, self.desk, &mut draft, self.args.app.as_deref(), &self.args.told)?;
        incident::file(self.screen, self.desk, draft, &self.args.outbox).map(Some)
    }

    fn take(&mut self, input: Input) -> Result<(), Failure> {
        self.session.take(input).map_err(|error| refused(self.screen, &error))
    }

    fn learn(&mut self, fact: FactId, value: Option<FactValue>, by: Source) -> Result<(), Failure> {
        self.take(Input::Fact { fact, value, by })
    }

    /// Runs by what was given alone, until the end or a question that nobody answers.
    fn through(mut self, answers: Given, remedies_work: bool) -> Result<Done, Failure> {
        let driver = Driver { facts: std::mem::take(&mut self.given), answers, remedies_work, unknown_is_said: false };
        let kb = self.kb;
        // A damaged flow is one that isn't there.
        let driven = driver.run(&mut self.session, |id| kb.flow(id).ok().flatten()).map_err(|error| refused(self.screen, &error))?;
        self.report(driven)
    }

    fn report(&self, driven: Driven) -> Result<Done, Failure> {
        let Driven { moves, end, needs } = driven;
        let asked = moves.iter().filter_map(|own| if let Move::Asked(fact, _) = own { Some(fact.to_string()) } else { None });
        let step = |own: &Move| match own {
            Move::Probed(facts) => json!({ "probe": facts }),
            Move::Asked(fact, value) => json!({ "ask": fact, "value": value }),
            Move::Went(go) => json!({ "go": go.flow }),
            Move::Did(todo) => json!({ "do": todo.remedy, "text": todo.text, "action": todo.action, "picture": todo.picture }),
        };
        let needs = needs.as_ref().and_then(|ask| self.session.fact(&ask.fact)).map(
            |fact| json!({ "fact": fact.id, "question": fact.question, "type": fact.kind, "answers": fact.answers, "help": fact.help }),
        );
        let done = if end.is_some() { Done::Good } else { Done::Finding };
        let level = end.as_ref().map(|end| end.escalation.as_ref().map_or(1, |escalation| escalation.level));
        self.screen.json(&Report {
            flow: &self.session.flow().flow,
            through: self.session.through(),
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
            incident: end.as_ref().map_or(Ok(None), |end| self.file(end))?,
            why: end.map(|end| end.why),
        })?;
        Ok(done)
    }

    /// Talks with a person, a question at a time.
    fn talk(&mut self, keep: Option<&Path>) -> Result<Done, Failure> {
        let lang = self.screen.lang;
        let mut told_of_desk = false;
        let title = clean(&self.session.flow().title).into_owned();
        self.tell(&format!("{title}\n{}\n", lang.diagnose_keys()))?;
        loop {
            match self.session.next() {
                Step::Probe(facts) => {
                    for fact in facts {
                        let value = self.given.get(&fact).cloned().flatten();
                        self.learn(fact, value, Source::Probe)?;
                    }
                    continue;
                }
                Step::Go(go) => {
                    let flow = flows::named(self.screen, self.kb, &go.flow)?;
                    let next = self.session.go_on(flow).map_err(|error| refused(self.screen, &error))?;
                    self.before.push(std::mem::replace(&mut self.session, next));
                    self.tell(&format!("\n{}", clean(&self.session.flow().title)))?;
                    continue;
                }
                Step::Concluded(end) => match end.missing.first().filter(|_| end.outcome == Outcome::Escalated) {
                    None => return self.tell_end(&end),
                    Some(fact) => {
                        if !std::mem::replace(&mut told_of_desk, true) {
                            self.tell(&format!("\n{}", lang.diagnose_desk_asks()))?;
                        }
                        self.ask_person(&Ask { fact: fact.clone(), why: end.why.clone() })?;
                        // Who has enough of these questions has the same end.
                        if self.session.inputs().last() == Some(&Input::Stop) {
                            return self.tell_end(&end);
                        }
                    }
                },
                Step::Ask(ask) => self.ask_person(&ask)?,
                Step::Do(todo) => self.person_does(&todo)?,
            }
            if let Some(path) = keep {
                files::write_atomically(self.screen, path, self.session.log().as_bytes())?;
            }
        }
    }

    /// A step back, if need be into the flow that led here; where words led here, to the topics.
    fn back(&mut self) {
        while !self.session.back() {
            let Some(before) = self.before.pop() else {
                let led = self.session.flow().flow == ENTRANCE && !self.session.inputs().is_empty();
                if let Some(Ok(Some(entrance))) = led.then(|| self.kb.enter("", !self.given.is_empty())) {
                    self.session = entrance;
                }
                return;
            };
            self.session = before;
        }
    }

    fn tell(&self, text: &str) -> Result<(), Failure> {
        self.screen.write(|out| Ok(writeln!(out, "{text}")?))
    }

    /// A line of the person; none at the end of the input.
    fn line(&self) -> Result<Option<String>, Failure> {
        self.screen.write(|out| Ok(write!(out, "> ")?))?;
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line)?;
        Ok((read > 0).then(|| line.trim().to_owned()))
    }

    fn tell_why(&self, why: &Why) -> Result<(), Failure> {
        let lang = self.screen.lang;
        if let Some((fault, chance)) = &why.suspected {
            self.tell(&lang.diagnose_suspects(self.name(fault), (chance * 100.0).round()))?;
        }
        if !why.ruled_out.is_empty() {
            self.tell(&lang.diagnose_ruled_out(why.ruled_out.iter().map(|fault| self.name(fault)).collect::<Vec<_>>().join("; ")))?;
        }
        Ok(())
    }

    /// What a technician calls a fault.
    fn name<'f>(&'f self, id: &'f FaultId) -> &'f str {
        let fault = self.session.flow().faults.iter().find(|fault| fault.id == *id);
        fault.map_or(id.as_str(), |fault| &fault.name)
    }

    fn ask_person(&mut self, ask: &Ask) -> Result<(), Failure> {
        let lang = self.screen.lang;
        let Some(fact) = self.session.fact(&ask.fact).cloned() else { return self.learn(ask.fact.clone(), None, Source::Person) };
        let choices = self.choices(&fact);
        self.tell(&format!("\n{}", fact.question.as_deref().unwrap_or(fact.id.as_str())))?;
        for (number, (_, text)) in choices.iter().enumerate() {
            self.tell(&format!("  {}. {text}", number + 1))?;
        }
        // Where a number is written, 0 is one.
        let unknown = if choices.is_empty() { "-" } else { "0" };
        self.tell(&format!("  {unknown}. {}", lang.dont_know()))?;
        loop {
            let Some(line) = self.line()? else { return self.take(Input::Stop) };
            let value = match line.as_str() {
                "?" => {
                    if let Some(help) = &fact.help {
                        self.tell(help)?;
                    }
                    self.tell_why(&ask.why)?;
                    continue;
                }
                "b" => {
                    self.back();
                    return Ok(());
                }
                "q" => return self.take(Input::Stop),
                text if text == unknown => None,
                text => match (choices.is_empty(), text.parse::<usize>().ok()) {
                    (false, Some(number)) if (1..=choices.len()).contains(&number) => Some(choices[number - 1].0.clone()),
                    (true, Some(_)) if fact.kind == FactType::Int => text.parse().ok().map(FactValue::Int),
                    (true, _) if fact.kind != FactType::Int && !text.is_empty() => Some(FactValue::Text(text.to_owned())),
                    _ => {
                        self.tell(&lang.not_an_answer())?;
                        continue;
                    }
                },
            };
            return self.learn(ask.fact.clone(), value, Source::Person);
        }
    }

    /// The answers to choose from, with their words; none for a number or a text.
    fn choices(&self, fact: &Fact) -> Vec<(FactValue, String)> {
        let lang = self.screen.lang;
        match &fact.kind {
            FactType::Bool => {
                let text = |value: &str, usual: &str| fact.answers.get(value).cloned().unwrap_or_else(|| usual.to_owned());
                vec![(true.into(), text("true", lang.pick("Sí", "Yes"))), (false.into(), text("false", lang.pick("No", "No")))]
            }
            FactType::OneOf(values) => {
                values.iter().map(|value| (value.as_str().into(), fact.answers.get(value).unwrap_or(value).clone())).collect()
            }
            _ => Vec::new(),
        }
    }

    fn person_does(&mut self, todo: &Do) -> Result<(), Failure> {
        let lang = self.screen.lang;
        self.tell(&format!("\n{}", todo.text))?;
        if let Some(picture) = todo.picture.as_ref().and_then(|picture| self.kb.media(picture)) {
            self.tell(&lang.picture(clean(&picture.alt)))?;
        }
        // Whether it helped is answered in the same breath, where it can be chosen from a list.
        let asked = todo.asks.as_ref().and_then(|fact| self.session.fact(fact)).cloned();
        let effects = asked.as_ref().map(|fact| self.choices(fact)).unwrap_or_default();
        if let Some(fact) = asked.as_ref().filter(|_| !effects.is_empty()) {
            self.tell(fact.question.as_deref().unwrap_or(fact.id.as_str()))?;
        }
        let done = [lang.it_is_done()].into_iter().filter(|_| effects.is_empty());
        let texts: Vec<String> = effects.iter().map(|(_, text)| text.clone()).chain(done).chain([lang.it_cannot_be_done()]).collect();
        for (number, text) in texts.iter().enumerate() {
            self.tell(&format!("  {}. {text}", number + 1))?;
        }
        loop {
            let Some(line) = self.line()? else { return self.take(Input::Stop) };
            match line.as_str() {
                number if number.parse() == Ok(texts.len()) => return self.take(Input::Skipped(todo.remedy.clone())),
                number if number.parse().is_ok_and(|number: usize| (1..texts.len()).contains(&number)) => {
                    self.take(Input::Did(todo.remedy.clone()))?;
                    let at = number.parse::<usize>().unwrap_or(1) - 1;
                    return match (asked, effects.into_iter().nth(at)) {
                        (Some(fact), Some((value, _))) => self.learn(fact.id, Some(value), Source::Person),
                        _ => Ok(()),
                    };
                }
                "?" => self.tell_why(&todo.why)?,
                "b" => {
                    self.back();
                    return Ok(());
                }
                "q" => return self.take(Input::Stop),
                _ => self.tell(&lang.not_an_answer())?,
            }
        }
    }

    /// What the desk needs: what is known, who said it, and what was done.
    fn tell_desk(&self) -> Result<(), Failure> {
        let lang = self.screen.lang;
        self.tell(&format!("\n{}", lang.diagnose_for_desk()))?;
        for (id, known) in self.session.known() {
            let Some((fact, value)) = self.session.fact(&id).zip(known.value) else { continue };
            let mut line = format!("· {} {}", fact.question.as_deref().unwrap_or(id.as_str()), self.in_words(fact, &value));
            let said = (known.by == Source::Person).then(|| lang.diagnose_said());
            let contradicted = known.contradicted.map(|said| lang.diagnose_contradicted(self.in_words(fact, &said)));
            said.into_iter().chain(contradicted).for_each(|note| line.extend([" (", &note, ")"]));
            self.tell(&line)?;
        }
        let done =
            self.session.inputs().iter().filter_map(|input| if let Input::Did(id) = input { self.session.flow().remedy(id) } else { None });
        let mut done = done.peekable();
        if done.peek().is_some() {
            self.tell(&lang.diagnose_tried())?;
        }
        done.try_for_each(|remedy| self.tell(&format!("· {}", clean(&remedy.text))))
    }

    /// A value as people read it.
    fn in_words(&self, fact: &Fact, value: &FactValue) -> String {
        let chosen = self.choices(fact).into_iter().find(|(own, _)| own == value).map(|(_, text)| text);
        let unit = fact.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
        let written = || format!("{}{unit}", clean(&value.to_string()));
        chosen.unwrap_or_else(written)
    }

    fn tell_end(&self, end: &Conclusion) -> Result<Done, Failure> {
        let lang = self.screen.lang;
        let name = end.fault.as_ref().map_or_else(|| lang.unknown_cause(), |fault| self.name(fault).to_owned());
        let text = match end.outcome {
            Outcome::Resolved => lang.diagnose_resolved(name),
            Outcome::Escalated => lang.diagnose_escalated(name, end.escalation.as_ref().map_or(1, |escalation| escalation.level)),
            Outcome::Abandoned => lang.diagnose_abandoned(),
        };
        self.tell(&format!("\n{text}"))?;
        if let Some(say) = &end.say {
            self.tell(say)?;
        }
        if let Some(article) = &end.article {
            self.tell(&lang.diagnose_article(article))?;
        }
        if end.outcome == Outcome::Escalated {
            self.tell_desk()?;
        }
        if let Some(reported) = self.file(end)? {
            self.tell("")?;
            incident::printed(self.screen, &reported)?;
        }
        Ok(if end.outcome == Outcome::Resolved { Done::Good } else { Done::Finding })
    }
}
