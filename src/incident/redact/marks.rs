//! What is spoken for: hidden, or known to be harmless.

use super::Kind;
use super::fold::OPAQUE;
use super::view::View;

/// Cells to hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

pub(super) struct Marks {
    taken: Vec<bool>,
    claims: Vec<Claim>,
}

impl Marks {
    pub(super) fn new(cells: usize) -> Self {
        Self { taken: vec![false; cells], claims: Vec::new() }
    }

    pub(super) fn is_taken(&self, cell: usize) -> bool {
        self.taken.get(cell).copied().unwrap_or(true)
    }

    pub(super) fn is_free(&self, start: usize, end: usize) -> bool {
        self.taken.get(start..end).is_some_and(|cells| !cells.contains(&true))
    }

    /// Nobody else may look at these cells.
    pub(super) fn keep(&mut self, start: usize, end: usize) {
        if let Some(cells) = self.taken.get_mut(start..end) {
            cells.fill(true);
        }
    }

    /// Hides what is still free of these cells.
    pub(super) fn hide(&mut self, kind: Kind, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            if self.is_taken(at) {
                at += 1;
                continue;
            }
            let from = at;
            while at < end && !self.is_taken(at) {
                at += 1;
            }
            self.claims.push(Claim { kind, start: from, end: at });
        }
        self.keep(start, end);
    }

    /// What is to be hidden, in the order of the text; pieces of one kind that touch are one. What holds nothing but placeholders
    /// is hidden already.
    pub(super) fn into_claims(mut self, view: &View<'_>) -> Vec<Claim> {
        self.claims.sort_unstable_by_key(|claim| claim.start);
        let mut out: Vec<Claim> = Vec::with_capacity(self.claims.len());
        for claim in self.claims {
            match out.last_mut() {
                Some(last) if last.end == claim.start && last.kind == claim.kind => last.end = claim.end,
                _ => out.push(claim),
            }
        }
        out.retain(|claim| view.slice(claim.start, claim.end).iter().any(|&cell| cell != OPAQUE));
        out
    }
}
