//! The flows of the knowledge base that a command was asked about.

use baquiano::kb::{Fact, Flow};

use crate::args::{Global, Trust};
use crate::failure::Failure;
use crate::open;
use crate::show::{Screen, clean};
use crate::texts::errors;

/// The flow that is named, or all, with the facts.
pub(super) fn read(screen: &Screen, global: &Global, named: Option<&str>, trust: &Trust) -> Result<(Vec<Flow>, Vec<Fact>), Failure> {
    let desk = open::desk(screen, global.kb.as_deref(), &trust.key)?;
    let kb = desk.knowledge();
    let damaged = |error| Failure::Internal(errors::pack(screen.lang, &error));
    let ids: Vec<&str> = kb.flow_ids().filter(|id| named.is_none_or(|named| named == *id)).collect();
    if let (Some(named), true) = (named, ids.is_empty()) {
        return Err(Failure::Input(screen.lang.bad_flow(clean(named), kb.flow_ids().collect::<Vec<_>>().join(", "))));
    }
    let mut flows = Vec::new();
    for id in ids {
        flows.extend(kb.flow(id).map_err(damaged)?);
    }
    Ok((flows, kb.facts().map_err(damaged)?.to_vec()))
}
