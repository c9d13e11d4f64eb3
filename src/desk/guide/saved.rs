//! A talk as it is written down: the logs of its sessions.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Guide, GuideError};
use crate::desk::KnowledgeBase;
use crate::diagnose::{DiagnoseError, Log, Session};
use crate::kb::{FactId, FactValue};

/// The version of what is written.
const SAVED_VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    v: u32,
    app: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    enough: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    read: BTreeMap<FactId, Option<FactValue>>,
    /// The log of each session, the last one being the one that goes on.
    sessions: Vec<Log>,
}

impl Guide {
    /// The talk as JSON, to go on with later: some KB, to be written after each step.
    pub fn saved(&self) -> String {
        let saved = Saved {
            v: SAVED_VERSION,
            app: self.app,
            words: self.words.clone(),
            enough: self.enough,
            read: self.read.clone(),
            sessions: self.before.iter().chain([&self.session]).map(Session::written).collect(),
        };
        serde_json::to_string(&saved).unwrap_or_default()
    }

    /// Goes on with what was written, with one knowledge base.
    pub(super) fn resume(kb: Arc<KnowledgeBase>, saved: &str) -> Result<Self, GuideError> {
        let wrong = |why: String| GuideError::Refused(DiagnoseError::Log(why));
        let saved: Saved = serde_json::from_str(saved).map_err(|error| wrong(error.to_string()))?;
        if saved.v != SAVED_VERSION {
            return Err(wrong(format!("it has version {}, and {SAVED_VERSION} is known", saved.v)));
        }
        let mut sessions = Vec::with_capacity(saved.sessions.len());
        for log in saved.sessions {
            let ready = kb.ready(log.flow())?.ok_or_else(|| GuideError::NoFlow(log.flow().to_owned()))?;
            sessions.push(Session::go_on_with(ready, log)?);
        }
        let session = sessions.pop().ok_or_else(|| wrong("it has no session".to_owned()))?;
        let Saved { app, words, enough, read, .. } = saved;
        let mut guide = Self { kb, session, before: sessions, app, words, enough, read, misread: Vec::new(), kept: None };
        guide.follow()?;
        Ok(guide)
    }
}
