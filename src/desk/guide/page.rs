//! What a screen shows: one thing at a time, in the person's words, ready to be drawn.

use crate::diagnose::{Conclusion, Do, Step, Why};
use crate::kb::{ArticleId, Escalation, Fact, FactId, FactType, FactValue, FaultId, MediaId, Outcome};

use super::Guide;

/// One screen of a talk.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Page {
    /// The flow that it is in.
    pub flow: String,
    /// What a person calls the complaint.
    pub title: String,
    /// What it shows.
    pub shows: Shows,
}

/// What a screen shows.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Shows {
    /// Nothing yet: the app reads these facts first ([`Guide::read`]).
    Read {
        /// Which.
        facts: Vec<FactId>,
    },
    /// A question ([`Guide::answer`]).
    Ask {
        /// Which.
        question: Question,
    },
    /// Something to do ([`Guide::did`], [`Guide::skip`]).
    Do {
        /// What.
        todo: Todo,
    },
    /// The end.
    Concluded {
        /// How it ended.
        end: End,
    },
}

/// A question to a person. «No sé» is always an answer.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Question {
    /// The fact.
    pub fact: FactId,
    /// The question.
    pub text: String,
    /// How a person finds out.
    pub help: Option<String>,
    /// How it is answered.
    pub entry: Entry,
    /// The answers to choose from; empty for a number or a text.
    pub choices: Vec<Choice>,
    /// Whether it is only the desk that wants to know: what to do doesn't depend on it.
    pub for_desk: bool,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Entry {
    /// By one of the choices.
    Choice,
    /// By a whole number.
    Number,
    /// By a text.
    Text,
}

/// One answer to choose.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Choice {
    /// What it means.
    pub value: FactValue,
    /// In words.
    pub text: String,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Todo {
    /// The remedy.
    pub remedy: String,
    /// What to do, in the words for this phone.
    pub text: String,
    /// The screen that the app opens for it: one of [`ACTIONS`](crate::kb::ACTIONS).
    pub action: Option<String>,
    /// The picture.
    pub picture: Option<MediaId>,
    /// The facts that prove it: for `ask-permission`, which permission it is.
    pub proves: Vec<FactId>,
    /// What is asked in the same breath: whether it helped, where nothing of that can be read.
    pub effect: Option<Question>,
}

/// How a talk ended.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct End {
    /// How.
    pub outcome: Outcome,
    /// What the person is told.
    pub text: String,
    /// What the content says to the person of this very cause, where it does; it is in `text`, too.
    pub said: Option<String>,
    /// The cause; none when it isn't known.
    pub fault: Option<FaultId>,
    /// What a technician calls it.
    pub fault_name: Option<String>,
    /// The article about the cause.
    pub article: Option<ArticleId>,
    /// Who takes it, when the desk does.
    pub escalation: Option<Escalation>,
}

/// What is known so far, and what follows from it.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Explanation {
    /// The likeliest fault.
    pub suspected: Option<Suspicion>,
    /// What speaks for it, in words. What only the phone knows (`gnss.cn0_top4`) has none, and isn't here.
    pub because: Vec<String>,
    /// What technicians call the faults that are out of the question.
    pub ruled_out: Vec<String>,
    /// All that is known and has words.
    pub known: Vec<String>,
}

/// A suspected fault.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Suspicion {
    /// Which.
    pub fault: FaultId,
    /// What a technician calls it.
    pub name: String,
    /// Its probability, 0 to 1.
    pub chance: f32,
}

impl Guide {
    pub(super) fn question(&self, id: &FactId, for_desk: bool) -> Question {
        let fact = self.fact(id);
        let entry = match fact.map(|fact| &fact.kind) {
            Some(FactType::Bool | FactType::OneOf(_)) => Entry::Choice,
            Some(FactType::Int) => Entry::Number,
            _ => Entry::Text,
        };
        Question {
            fact: id.clone(),
            text: fact.and_then(|fact| fact.question.clone()).unwrap_or_else(|| id.to_string()),
            help: fact.and_then(|fact| fact.help.clone()),
            entry,
            choices: fact.map(choices).unwrap_or_default(),
            for_desk,
        }
    }

    pub(super) fn todo(&self, todo: Do) -> Todo {
        let remedy = self.session.flow().remedy(&todo.remedy);
        Todo {
            proves: remedy.map(|remedy| remedy.proves.keys().cloned().collect()).unwrap_or_default(),
            remedy: todo.remedy,
            text: todo.text,
            action: todo.action,
            picture: todo.picture,
            effect: todo.asks.map(|fact| self.question(&fact, false)),
        }
    }

    pub(super) fn end(&self, end: Conclusion) -> End {
        let usual = match end.outcome {
            Outcome::Resolved => "Listo. El problema ya no está.",
            Outcome::Escalated => "Esto lo tiene que ver la Mesa de Ayuda.",
            Outcome::Abandoned => "Lo dejamos aquí. Puede volver a empezar cuando quiera.",
        };
        End {
            fault_name: end.fault.as_ref().map(|fault| self.name(fault).to_owned()),
            outcome: end.outcome,
            text: end.say.clone().unwrap_or_else(|| usual.to_owned()),
            said: end.say,
            fault: end.fault,
            article: end.article,
            escalation: end.escalation,
        }
    }

    /// The end of a talk that content leads astray: the desk takes it.
    pub(super) fn lost(&self) -> End {
        let escalation = Some(self.session.flow().otherwise.clone());
        let text = "Esto lo tiene que ver la Mesa de Ayuda.".to_owned();
        End { outcome: Outcome::Escalated, text, said: None, fault: None, fault_name: None, article: None, escalation }
    }

    /// What is known, what is ruled out, and why this page comes now.
    pub fn explain(&self) -> Explanation {
        let nothing = Why::default();
        let why = match self.session.upcoming() {
            Step::Ask(ask) => &ask.why,
            Step::Do(todo) => &todo.why,
            Step::Go(go) => &go.why,
            Step::Concluded(end) => &end.why,
            Step::Probe(_) => &nothing,
        };
        let known = self.session.known();
        let told = |id: &FactId| self.in_words(id, known.get(id)?.value.as_ref()?);
        Explanation {
            suspected: why.suspected.as_ref().map(|(fault, chance)| Suspicion {
                fault: fault.clone(),
                name: self.name(fault).to_owned(),
                chance: *chance,
            }),
            because: why.because.iter().filter_map(told).collect(),
            ruled_out: why.ruled_out.iter().map(|fault| self.name(fault).to_owned()).collect(),
            known: known.keys().filter_map(told).collect(),
        }
    }

    /// A fact with its value, as a person reads it; none for a fact that no person is asked: it has no words but its id. An incident has it all the same.
    fn in_words(&self, id: &FactId, value: &FactValue) -> Option<String> {
        let fact = self.fact(id)?;
        let question = fact.question.as_ref()?;
        let unit = fact.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
        let value = fact.answer(value).map_or_else(|| format!("{value}{unit}"), ToOwned::to_owned);
        let colon = if question.ends_with('?') { "" } else { ":" };
        Some(format!("{question}{colon} {value}"))
    }

    /// What a technician calls a fault.
    fn name<'f>(&'f self, id: &'f FaultId) -> &'f str {
        let fault = self.session.flow().faults.iter().find(|fault| fault.id == *id);
        fault.map_or(id.as_str(), |fault| &fault.name)
    }
}

/// The answers to choose from, with their words; none for a number or a text.
fn choices(fact: &Fact) -> Vec<Choice> {
    let choice = |value: FactValue| Choice { text: fact.answer(&value).map_or_else(|| value.to_string(), ToOwned::to_owned), value };
    match &fact.kind {
        FactType::Bool => [true, false].map(|value| choice(value.into())).into(),
        FactType::OneOf(values) => values.iter().map(|value| choice(value.as_str().into())).collect(),
        FactType::Int | FactType::Text | FactType::Version => Vec::new(),
    }
}
