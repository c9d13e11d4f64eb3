//! What a guided session found out, as the record keeps it.

use serde::{Deserialize, Serialize};

use crate::diagnose::{Conclusion, Input, Session, Source};
use crate::kb::{Escalation, FactId, FactValue, FaultId, Outcome};

/// What a guided session found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Diagnosis {
    /// The flow that it ended in.
    pub flow: String,
    /// Which version of it.
    pub version: String,
    /// The flows that it went through before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// The cause; none when it isn't known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultId>,
    /// What a technician calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault_name: Option<String>,
    /// Who takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<Escalation>,
    /// The remedies that were done or refused, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<Tried>,
    /// What was read and said, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transcript: Vec<Told>,
    /// What the desk still wants to know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<FactId>,
    /// Facts of the transcript that were left out, since they tell of a person and weren't declared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<FactId>,
}

/// A remedy that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Tried {
    /// Its id.
    pub remedy: String,
    /// What the person was told to do.
    pub text: String,
    /// Whether it was done; false: it couldn't be, or the person wouldn't.
    pub done: bool,
}

/// A line of the transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Told {
    /// Which fact.
    pub fact: FactId,
    /// Its value; none: it can't be read, or the person doesn't know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<FactValue>,
    /// Who said it.
    pub by: Source,
    /// The question as it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The answer in its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

impl Diagnosis {
    /// What a session found out. Facts that tell of a person are left out, but those that were declared.
    pub fn of(session: &Session, end: &Conclusion, declared: &[FactId]) -> Self {
        let flow = session.flow();
        let fault = end.fault.as_ref().and_then(|fault| flow.faults.iter().find(|own| own.id == *fault));
        let mut diagnosis = Self {
            flow: flow.flow.clone(),
            version: flow.version(),
            through: session.through().to_vec(),
            outcome: end.outcome,
            fault: end.fault.clone(),
            fault_name: fault.map(|fault| fault.name.clone()),
            escalation: end.escalation.clone(),
            tried: Vec::new(),
            transcript: Vec::new(),
            missing: end.missing.clone(),
            withheld: Vec::new(),
        };
        for input in session.inputs() {
            diagnosis.tell(session, input, declared);
        }
        diagnosis
    }

    fn tell(&mut self, session: &Session, input: &Input, declared: &[FactId]) {
        let remedy = |id: &String, done| {
            let text = session.flow().remedy(id).map(|remedy| remedy.text.clone()).unwrap_or_default();
            Tried { remedy: id.clone(), text, done }
        };
        match input {
            Input::Did(id) => self.tried.push(remedy(id, true)),
            Input::Skipped(id) => self.tried.push(remedy(id, false)),
            Input::Stop => {}
            Input::Fact { fact, value, by } => {
                let known = session.fact(fact);
                if known.is_none_or(|known| known.personal) && !declared.contains(fact) {
                    if !self.withheld.contains(fact) {
                        self.withheld.push(fact.clone());
                    }
                    return;
                }
                let asked = known.filter(|_| *by == Source::Person);
                let answer = asked.zip(value.as_ref()).and_then(|(fact, value)| fact.answer(value));
                self.transcript.push(Told {
                    fact: fact.clone(),
                    value: value.clone(),
                    by: *by,
                    question: asked.and_then(|fact| fact.question.clone()),
                    answer: answer.map(ToOwned::to_owned),
                });
            }
        }
    }
}
