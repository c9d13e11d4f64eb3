//! The articles' own tables: what the second pass looks at, phrase by phrase.

use std::collections::{BTreeMap, BTreeSet};

use super::super::layout::{self, PhraseKind, section};
use super::dictionary::Dictionary;
use super::{AppNames, Document, model};
use crate::kb::pack::PackError;
use crate::kb::pack::tables::write;

/// Writes the tables of the articles and of their services.
///
/// # Errors
/// [`PackError::Content`] when the text is larger than a pack can hold.
pub(super) fn write_documents(
    dictionary: &Dictionary,
    documents: &[Document],
    apps: &[AppNames],
    out: &mut Vec<(&str, Vec<u8>)>,
) -> Result<(), PackError> {
    let services: BTreeSet<&str> = documents.iter().map(|document| document.service.as_str()).collect();
    let services: BTreeMap<&str, u16> = services.into_iter().zip(0..).collect();
    let apps: BTreeSet<&str> = apps.iter().map(|app| app.id.as_str()).collect();
    let apps: BTreeMap<&str, u32> = apps.into_iter().zip(0..).collect();
    write_model(dictionary, documents, &services, out);
    let (mut docs, mut phrases, mut local, mut text) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let place = |len: usize| u32::try_from(len).map_err(|_| PackError::Content("the text is larger than 4 GiB".to_owned()));
    for document in documents {
        let of_apps = document
            .apps
            .as_ref()
            .map_or(u64::MAX, |own| own.iter().filter_map(|app| apps.get(app.as_str())).fold(0, |bits, app| bits | 1 << app));
        let mut of_document = document.phrases();
        of_document.truncate(layout::MAX_PHRASES);
        let short = of_document.iter().filter(|(kind, _)| kind.is_short()).count() as u16;
        docs.extend_from_slice(&place(phrases.len() / layout::PHRASE)?.to_le_bytes());
        docs.extend_from_slice(&place(local.len())?.to_le_bytes());
        docs.extend_from_slice(&services[document.service.as_str()].to_le_bytes());
        docs.extend_from_slice(&short.to_le_bytes());
        docs.extend_from_slice(&[document.level, 0, 0, 0]);
        docs.extend_from_slice(&of_apps.to_le_bytes());
        let mut in_phrases: BTreeMap<u32, Vec<u16>> = BTreeMap::new();
        for ((kind, phrase), number) in of_document.iter().zip(0..) {
            let shown = &phrase[..phrase.floor_char_boundary(u16::MAX.into())];
            let words = dictionary.indexed(*kind, shown);
            let stems: BTreeSet<u32> = words.iter().map(|(stem, _)| *stem).collect();
            let weigh = |counts: &dyn Fn(u32) -> bool| -> u16 {
                let sum: f32 = stems.iter().filter(|stem| counts(**stem)).map(|stem| f32::from(dictionary.idf[*stem as usize])).sum();
                (sum / layout::IDF_UNIT * layout::WEIGHT_UNIT).min(f32::from(u16::MAX)) as u16
            };
            phrases.extend_from_slice(&place(text.len())?.to_le_bytes());
            phrases.extend_from_slice(&(shown.len() as u16).to_le_bytes());
            phrases.extend_from_slice(&[*kind as u8, 0]);
            let (stop, weak) = (|stem: u32| dictionary.is_stop(stem), |stem: u32| dictionary.weak.contains(&stem));
            phrases.extend_from_slice(&weigh(&|stem| !stop(stem) && !weak(stem)).to_le_bytes());
            phrases.extend_from_slice(&weigh(&weak).to_le_bytes());
            phrases.extend_from_slice(&weigh(&stop).to_le_bytes());
            phrases.extend_from_slice(&[0; 2]);
            text.extend_from_slice(shown.as_bytes());
            let place = |form: u16| form << layout::PHRASE_BITS | number;
            words.into_iter().for_each(|(stem, form)| in_phrases.entry(stem).or_default().push(place(form)));
        }
        local.extend_from_slice(&(in_phrases.len() as u32).to_le_bytes());
        in_phrases.keys().for_each(|stem| local.extend_from_slice(&stem.to_le_bytes()));
        let mut end = 0_usize;
        for list in in_phrases.values_mut() {
            // What a very long article has beyond two bytes' worth isn't looked at phrase by phrase.
            list.truncate(usize::from(u16::MAX) - end);
            end += list.len();
            local.extend_from_slice(&(end as u16).to_le_bytes());
        }
        in_phrases.values().flatten().for_each(|phrase| local.extend_from_slice(&phrase.to_le_bytes()));
    }
    // One record more than there are, to end the last.
    docs.extend_from_slice(&place(phrases.len() / layout::PHRASE)?.to_le_bytes());
    docs.resize((documents.len() + 1) * layout::DOC, 0);
    let conditions: Vec<(String, Vec<u8>)> = documents.iter().map(|d| (d.id.clone(), d.conditions.clone())).collect();
    out.push((section::SERVICES, write::strings(services.keys())));
    out.push((section::DOCS, docs));
    out.push((section::CONDITIONS, write::blobs(&conditions)));
    out.push((section::PHRASES, phrases));
    out.push((section::LOCAL, local));
    out.push((section::TEXT, text));
    Ok(())
}

/// The model of services: of each stem, what it says for each service.
fn write_model(dictionary: &Dictionary, documents: &[Document], services: &BTreeMap<&str, u16>, out: &mut Vec<(&str, Vec<u8>)>) {
    /// What a sentence counts for against a symptom. Chosen on the tuning questions.
    const SENTENCE: f32 = 0.2;
    if services.len() < 2 || services.len() > layout::MAX_SERVICES {
        out.push((section::STEM_SERVICES, Vec::new()));
        out.push((section::PAIR_SERVICES, 0_u32.to_le_bytes().to_vec()));
        return;
    }
    let mut examples = Vec::new();
    for document in documents {
        let service = usize::from(services[document.service.as_str()]);
        for (kind, phrase) in document.phrases() {
            let weight = if kind.is_short() || kind == PhraseKind::Keywords { 1.0 } else { SENTENCE };
            let stems = if kind.is_short() { dictionary.all_in(&phrase).collect() } else { dictionary.stems_in(&phrase).collect() };
            examples.push(model::Example { stems, service, weight });
        }
        let words = document.of_service.iter();
        examples.extend(words.map(|phrase| model::Example { stems: dictionary.stems_in(phrase).collect(), service, weight: 1.0 }));
    }
    let model = model::learn(&examples, dictionary.documents.len(), services.len());
    let stored = |weight: &f32| (weight * layout::MODEL_UNIT).round().clamp(-127.0, 127.0) as i8 as u8;
    out.push((section::STEM_SERVICES, model.stems.iter().map(stored).collect()));
    let mut pairs = (model.pairs.len() as u32).to_le_bytes().to_vec();
    model.pairs.iter().for_each(|(pair, _)| pairs.extend_from_slice(&pair.to_le_bytes()));
    model.pairs.iter().for_each(|(_, row)| pairs.extend(row.iter().map(stored)));
    out.push((section::PAIR_SERVICES, pairs));
}
