//! What can be wrong with a session.

use thiserror::Error;

use crate::kb::FactId;

/// Why an input or a log was refused. The session stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DiagnoseError {
    /// The log is no log, or was cut short.
    #[error("the session can't be read: {0}; start a new one")]
    Log(String),
    /// The log is of another flow, or of another version of it.
    #[error("the session is of the flow {log}, not of {flow}; it goes on only with the pack that it was begun with")]
    OtherFlow {
        /// Flow and version of the log.
        log: String,
        /// Flow and version at hand.
        flow: String,
    },
    /// The flow has more faults, remedies or facts than a flow may have.
    #[error("the flow {flow} is too large; it may have {most} faults, as many remedies and as many facts")]
    TooLarge {
        /// The flow.
        flow: String,
        /// Most of each.
        most: usize,
    },
    /// The session has as many inputs as it may have.
    #[error("the session has {0} inputs, the most that there may be; conclude it or start a new one")]
    TooLong(usize),
    /// No flow needs this fact.
    #[error("the flow {flow} doesn't use the fact {fact}")]
    UnknownFact {
        /// The flow.
        flow: String,
        /// The fact.
        fact: FactId,
    },
    /// The fact doesn't take such a value.
    #[error("the fact {fact} doesn't take the value `{value}`: {expected}")]
    WrongValue {
        /// The fact.
        fact: FactId,
        /// What was given.
        value: String,
        /// What it takes.
        expected: String,
    },
    /// The flow leads to one that isn't there.
    #[error("the flow {from} leads to the flow {to}, which isn't in the knowledge base; update it")]
    NoSuchFlow {
        /// The flow that leads on.
        from: String,
        /// Where to.
        to: String,
    },
    /// The flow leads back to one that the session came through.
    #[error("the flow {from} leads back to the flow {to}; mend the content")]
    Circle {
        /// The flow that leads back.
        from: String,
        /// Where to.
        to: String,
    },
    /// The flow has no such remedy.
    #[error("the flow {flow} has no remedy {remedy}")]
    UnknownRemedy {
        /// The flow.
        flow: String,
        /// The remedy.
        remedy: String,
    },
    /// The session is over.
    #[error("the session has ended; go back a step or start a new one")]
    Ended,
}
