//! An article as the index sees it, and its phrases.

use super::super::layout::PhraseKind;

/// Longest phrase, in bytes: a longer sentence is cut between words, so that its place fits two bytes and a snippet a screen.
const MAX_PHRASE: usize = 400;

/// An article as the index sees it.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Its id; must be unique.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its service.
    pub service: String,
    /// Its support level.
    pub level: u8,
    /// The apps that it is for; none: all.
    pub apps: Option<Vec<String>>,
    /// Phrases of users.
    pub symptoms: Vec<String>,
    /// Further words.
    pub keywords: Vec<String>,
    /// The paragraphs and steps of its text.
    pub text: Vec<String>,
    /// The paragraphs for the technician.
    pub desk: Vec<String>,
    /// Words that all articles of its service share.
    pub of_service: Vec<String>,
    /// What it says of the phones that it is for: JSON, or empty.
    pub conditions: Vec<u8>,
}

impl Document {
    pub(super) fn phrases(&self) -> Vec<(PhraseKind, String)> {
        let mut phrases = vec![(PhraseKind::Title, self.title.clone())];
        phrases.extend(self.symptoms.iter().map(|symptom| (PhraseKind::Symptom, symptom.clone())));
        for (kind, paragraphs) in [(PhraseKind::Sentence, &self.text), (PhraseKind::Desk, &self.desk)] {
            phrases.extend(paragraphs.iter().flat_map(|paragraph| sentences(paragraph)).map(|sentence| (kind, sentence)));
        }
        if !self.keywords.is_empty() {
            phrases.push((PhraseKind::Keywords, self.keywords.join(", ")));
        }
        phrases
    }
}

/// Splits a paragraph at the ends of its sentences, and what is too long between words.
fn sentences(paragraph: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut cut = |range: std::ops::Range<usize>| {
        let sentence = paragraph[range].trim();
        if !sentence.is_empty() {
            out.push(sentence.to_owned());
        }
    };
    let mut chars = paragraph.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let blank_follows = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        if matches!(c, '.' | '!' | '?' | '…') && blank_follows && end - start > 1 || c.is_whitespace() && end - start > MAX_PHRASE {
            cut(start..end);
            start = end;
        }
    }
    cut(start..paragraph.len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_stops_and_long_ones_between_words() {
        assert_eq!(sentences("Guarde. Salga ya! ¿Sigue igual? No 8.1"), ["Guarde.", "Salga ya!", "¿Sigue igual?", "No 8.1"]);
        let long = "palabra ".repeat(200);
        assert!(sentences(&long).iter().all(|s| s.len() <= MAX_PHRASE + 10));
        assert!(sentences("  ").is_empty());
    }
}
