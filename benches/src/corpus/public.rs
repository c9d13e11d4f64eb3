//! Public retrieval sets: documents `[[title, body], …]`, questions `[[question, noisy question, document], …]`.

use std::path::Path;

use baquiano::kb::Synonyms;
use baquiano::search::build::Document;
use serde_json::Value;

use super::{Corpus, Question, SEED, Source};
use crate::Result;
use crate::noise::{Noise, distort};

/// Reads a set. A question may also be `[question, document]`: then it is misspelled here, by ear and with slips.
///
/// # Errors
/// When a file can't be read or isn't of that form.
pub fn public(documents: &Path, questions: &Path, stop: &[String]) -> Result<Corpus> {
    let docs = list(documents, "docs")?;
    let docs = docs.iter().enumerate().map(|(number, doc)| document(number, doc)).collect::<Result<Vec<_>>>()?;
    let groups = vec!["clean".to_owned(), "noisy".to_owned()];
    let mut asked = Vec::new();
    for row in list(questions, "questions")? {
        let cells = row.as_array().ok_or_else(|| format!("a question is no list: {row}"))?;
        let clean = cells.first().and_then(Value::as_str).ok_or_else(|| format!("a question has no text: {row}"))?;
        let noisy = cells.get(1).and_then(Value::as_str).map_or_else(|| distort(clean, Noise::PhonTypo, SEED), str::to_owned);
        let number = cells.last().and_then(Value::as_u64).filter(|number| (*number as usize) < docs.len());
        let number = number.ok_or_else(|| format!("a question names no document: {row}"))? as usize;
        for (text, group) in [(clean.to_owned(), &groups[0]), (noisy, &groups[1])] {
            asked.push(Question { text, groups: vec![group.clone()], document: Some(id(number)), ..Question::default() });
        }
    }
    let name = documents.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Corpus {
        name: format!("{name}, {} texts", docs.len()),
        documents: Source::Here(docs),
        questions: asked,
        groups,
        synonyms: Synonyms { stop: stop.to_vec(), ..Synonyms::default() },
        pack: None,
    })
}

/// A list of a JSON file: the file itself, or its entry of that name.
fn list(path: &Path, entry: &str) -> Result<Vec<Value>> {
    let fails = |error: String| format!("{}: {error}", path.display());
    let text = std::fs::read(path).map_err(|error| fails(error.to_string()))?;
    let mut value: Value = serde_json::from_slice(&text).map_err(|error| fails(error.to_string()))?;
    let list = if value.is_array() { value } else { value.get_mut(entry).map(Value::take).unwrap_or_default() };
    match list {
        Value::Array(list) => Ok(list),
        _ => Err(fails(format!("neither a list nor an object with a list `{entry}`")).into()),
    }
}

fn document(number: usize, doc: &Value) -> Result<Document> {
    let cell = |at: usize| doc.get(at).and_then(Value::as_str).ok_or_else(|| format!("a document is no [title, body]: {doc}"));
    Ok(Document {
        id: id(number),
        title: cell(0)?.to_owned(),
        service: "texto".to_owned(),
        level: 1,
        text: vec![cell(1)?.to_owned()],
        ..Document::default()
    })
}

/// Ids begin with a letter and sort as their numbers do.
fn id(number: usize) -> String {
    format!("t{number:07}")
}
