//! Building the index: off the phone, once a publication.
//!
//! The same documents give the same bytes: everything is sorted, tantivy writes with one thread into one segment, and the
//! segment's random name is replaced by a fixed one.

mod dictionary;
mod document;
mod documents;
mod model;
mod postings;

use std::collections::{BTreeMap, BTreeSet};

pub use document::Document;

use super::analyzer::{fold_text, phonetic_key, tokenize};
use super::layout::{self, section};
use crate::kb::Synonyms;
use crate::kb::pack::PackError;
use crate::kb::pack::tables::write;
use dictionary::Dictionary;

/// An app as questions name it.
#[derive(Debug, Clone)]
pub struct AppNames {
    /// Its id.
    pub id: String,
    /// Its name and how people write it.
    pub names: Vec<String>,
}

/// Builds the search sections of a pack.
///
/// # Errors
/// [`PackError::Content`] for two documents with one id or more than a pack can hold; [`PackError::Index`] when tantivy fails.
pub fn sections(mut documents: Vec<Document>, synonyms: &Synonyms, apps: &[AppNames]) -> Result<Vec<(String, Vec<u8>)>, PackError> {
    documents.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(twice) = documents.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return Err(PackError::Content(format!("two articles have the id `{}`", twice[0].id)));
    }
    let dictionary = Dictionary::new(&documents, synonyms);
    let mut out: Vec<(&str, Vec<u8>)> = Vec::new();
    dictionary.write(documents.len(), &mut out);
    write_synonyms(&dictionary, synonyms, &mut out);
    write_apps(&dictionary, apps, &mut out)?;
    documents::write_documents(&dictionary, &documents, apps, &mut out)?;
    let mut out: Vec<(String, Vec<u8>)> = out.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    out.extend(postings::write_postings(&dictionary, &documents)?);
    Ok(out)
}

/// A pack with nothing but a search index: for measuring on other texts than the desk's.
///
/// # Errors
/// As [`sections`].
pub fn index_only(documents: Vec<Document>, synonyms: &Synonyms) -> Result<Vec<u8>, PackError> {
    Ok(crate::kb::pack::assemble(sections(documents, synonyms, &[])?))
}

fn write_synonyms(dictionary: &Dictionary, synonyms: &Synonyms, out: &mut Vec<(&str, Vec<u8>)>) {
    // Source → target stem → (words of the target, kind): the surest kind wins.
    let mut records: BTreeMap<String, BTreeMap<u32, (u8, u8)>> = BTreeMap::new();
    let mut add = |from: &str, to: &str, kind: u8| {
        let source = dictionary.key_phrase(from);
        let stems = dictionary.stems_of(to);
        if source.is_empty() {
            return;
        }
        let record = records.entry(source).or_default();
        for stem in &stems {
            let target = (stems.len().min(255) as u8, kind);
            let best = record.entry(*stem).or_insert(target);
            *best = (*best).min(target);
        }
    };
    for group in &synonyms.groups {
        for from in group {
            group.iter().filter(|to| *to != from).for_each(|to| add(from, to, layout::SYNONYM_GROUP));
        }
    }
    for one_way in &synonyms.one_way {
        for from in &one_way.from {
            one_way.to.iter().for_each(|to| add(from, to, layout::SYNONYM_ONE_WAY));
        }
    }
    let records: Vec<(String, Vec<u8>)> = records
        .into_iter()
        .map(|(source, targets)| {
            let bytes = targets.into_iter().flat_map(|(stem, (words, kind))| {
                let [a, b, c, d] = stem.to_le_bytes();
                [a, b, c, d, words, kind]
            });
            (source, bytes.collect())
        })
        .collect();
    out.push((section::SYNONYMS, write::blobs(&records)));

    let mut spoken: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (from, to) in &synonyms.spoken {
        let words = tokenize(from);
        let key = words.iter().map(|token| phonetic_key(&token.text)).collect::<Vec<_>>().join(" ");
        // A single word that sounds like one of the dictionary is found by its sound.
        if !(key.is_empty() || words.len() == 1 && dictionary.keys.contains_key(&key)) {
            spoken.insert(key, fold_text(to).into_bytes());
        }
    }
    out.push((section::SPOKEN, write::blobs(&spoken.into_iter().collect::<Vec<_>>())));
    let shorthand: BTreeMap<String, Vec<u8>> =
        synonyms.shorthand.iter().map(|(from, to)| (fold_text(from), fold_text(to).into_bytes())).collect();
    out.push((section::SHORTHAND, write::blobs(&shorthand.into_iter().collect::<Vec<_>>())));
}

/// Names of apps by their keys. A name of one word that articles use for something else (`seguimiento`) says nothing of an app.
fn write_apps(dictionary: &Dictionary, apps: &[AppNames], out: &mut Vec<(&str, Vec<u8>)>) -> Result<(), PackError> {
    /// In how many articles a word may stand and still be a name.
    const RARE: u32 = 3;
    if apps.len() > 64 {
        return Err(PackError::Content(format!("{} apps, 64 is the most", apps.len())));
    }
    let ids: BTreeSet<&str> = apps.iter().map(|app| app.id.as_str()).collect();
    let places: BTreeMap<&str, u8> = ids.iter().copied().zip(0..).collect();
    let mut names = BTreeMap::new();
    for app in apps {
        for name in &app.names {
            let words = tokenize(name);
            let common = |word: &str| {
                dictionary.words.get(word).is_some_and(|w| dictionary.is_stop(w.stem) || dictionary.documents[w.stem as usize] > RARE)
            };
            let ambiguous = words.len() == 1 && words.iter().any(|token| common(&token.text));
            let key = words.iter().map(|token| phonetic_key(&token.text)).collect::<Vec<_>>().join(" ");
            if !ambiguous && !key.is_empty() {
                names.insert(key, vec![places[app.id.as_str()]]);
            }
        }
    }
    out.push((section::APPS, write::strings(ids)));
    out.push((section::APP_NAMES, write::blobs(&names.into_iter().collect::<Vec<_>>())));
    Ok(())
}
