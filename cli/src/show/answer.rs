//! What a search found, as a person reads it.

use std::io::Write;

use baquiano::KnowledgeBase;
use baquiano::kb::Catalog;
use baquiano::search::Answer;

use super::text::{CODE, FAINT, HEADING, Layout, PLAIN, STRONG, marked, paragraph};
use super::{Reader, Screen, article, clean};
use crate::failure::Failure;

/// Below this the reader is told that the help may be the wrong one, and is offered the services: the confidence is a probability,
/// and below one half the first hit is likelier wrong than right.
const UNSURE: f32 = 0.5;

/// Draws the best article whole, then what else there may be.
pub(crate) fn answer(out: &mut dyn Write, screen: &Screen, kb: &KnowledgeBase, answer: &Answer, reader: Reader<'_>) -> Result<(), Failure> {
    let damaged = |error| screen.damaged(&error);
    let catalog = kb.catalog().map_err(damaged)?;
    let Some((best, others)) = answer.hits.split_first() else {
        paragraph(out, screen.paint, at(screen, "", 0), &[(STRONG, &screen.lang.nothing_found())])?;
        return services(out, screen, catalog);
    };
    let unsure = answer.confidence < UNSURE;
    if unsure {
        paragraph(out, screen.paint, at(screen, "", 0), &[(STRONG, &screen.lang.unsure())])?;
        out.write_all(b"\n")?;
    }
    if let Some(found) = kb.article(&best.id).map_err(damaged)? {
        article(out, screen, catalog, &found, &best.title_highlights, reader)?;
    }
    if let Some(meant) = &answer.did_you_mean {
        out.write_all(b"\n")?;
        paragraph(out, screen.paint, at(screen, "", 0), &[(PLAIN, &screen.lang.did_you_mean(clean(meant)))])?;
    }
    if !others.is_empty() {
        out.write_all(b"\n")?;
        paragraph(out, screen.paint, at(screen, "", 0), &[(HEADING, &screen.lang.other_hits())])?;
        for (n, hit) in others.iter().enumerate() {
            let (first, id, service) = (format!("{:>3}. ", n + 2), hit.id.as_str(), format!("({})", hit.service));
            let mut pieces = marked(&hit.title, &hit.title_highlights, PLAIN);
            pieces.extend([(PLAIN, " — "), (CODE, id), (PLAIN, " "), (FAINT, service.as_str())]);
            paragraph(out, screen.paint, at(screen, &first, 5), &pieces)?;
        }
    }
    if unsure { services(out, screen, catalog) } else { Ok(()) }
}

/// Lists what the desk serves.
fn services(out: &mut dyn Write, screen: &Screen, catalog: &Catalog) -> Result<(), Failure> {
    out.write_all(b"\n")?;
    paragraph(out, screen.paint, at(screen, "", 0), &[(HEADING, &screen.lang.services())])?;
    for service in &catalog.services {
        let pieces =
            [(STRONG, service.tile.as_str()), (PLAIN, " — "), (PLAIN, &service.summary), (PLAIN, " "), (CODE, service.id.as_str())];
        paragraph(out, screen.paint, at(screen, "  ", 4), &pieces)?;
    }
    Ok(())
}

fn at<'i>(screen: &Screen, first: &'i str, indent: usize) -> Layout<'i> {
    Layout { first, indent, width: screen.width }
}
