//! The flows of the knowledge base that a command was asked about.

use baquiano::KnowledgeBase;
use baquiano::kb::{Fact, Flow};

use crate::args::{Global, Trust};
use crate::failure::Failure;
use crate::open;
use crate::show::{Screen, clean};

/// The flow that is named, or all, with the facts.
pub(super) fn read(screen: &Screen, global: &Global, id: Option<&str>, trust: &Trust) -> Result<(Vec<Flow>, Vec<Fact>), Failure> {
    let desk = open::desk(screen, global.kb.as_deref(), &trust.key)?;
    let kb = desk.knowledge();
    let flows = match id {
        Some(id) => vec![named(screen, &kb, id)?],
        None => kb.flow_ids().map(|id| named(screen, &kb, id)).collect::<Result<_, _>>()?,
    };
    let facts = kb.facts().map_err(|error| screen.damaged(&error))?;
    Ok((flows, facts.to_vec()))
}

/// The flow with an id.
pub(super) fn named(screen: &Screen, kb: &KnowledgeBase, id: &str) -> Result<Flow, Failure> {
    let flow = kb.flow(id).map_err(|error| screen.damaged(&error))?;
    flow.ok_or_else(|| Failure::Input(unknown(screen, id, kb.flow_ids())))
}

/// That there is no such flow, and which there are.
pub(super) fn unknown<'k>(screen: &Screen, id: &str, known: impl Iterator<Item = &'k str>) -> String {
    screen.lang.bad_flow(clean(id), known.collect::<Vec<_>>().join(", "))
}
