//! Completing what is being typed.

use super::present::Marker;
use super::rank::Scored;
use super::understand::Understood;
use super::{Index, Query, SearchError, Suggestion};

/// Suggestions when the question doesn't say how many: what fits above a phone's keyboard.
const DEFAULT_LIMIT: usize = 5;

/// The best title or symptom of each of the best articles.
pub(super) fn suggest(index: &Index, understood: &Understood, query: &Query, scored: &[Scored]) -> Result<Vec<Suggestion>, SearchError> {
    let limit = if query.limit == 0 { DEFAULT_LIMIT } else { query.limit };
    let marker = Marker::new(index, understood);
    let mut suggestions = Vec::new();
    for article in scored.iter().filter(|article| article.short.is_some()).take(limit) {
        let Some(phrase) = article.short.and_then(|short| index.phrase(short)) else { continue };
        let text = index.phrase_text(&phrase).to_owned();
        let highlights = marker.matches(&text).into_iter().map(|(range, _)| range).collect();
        suggestions.push(Suggestion { highlights, text, article: index.article(article.doc)?, service: index.service(article.service)? });
    }
    Ok(suggestions)
}
