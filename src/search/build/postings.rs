//! The postings, which tantivy writes, and where each stem's begin.

use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::store::Compressor;
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Directory, IndexSettings, TantivyDocument};

use super::super::layout::{self, section};
use super::Document;
use super::dictionary::Dictionary;
use crate::kb::pack::PackError;

/// Memory that tantivy takes for its table of terms.
const TABLE_BYTES: usize = 64 << 20;
/// The segment's name. tantivy's own would be random.
const SEGMENT: &str = "00000000000000000000000000000001";

pub(super) fn write_postings(dictionary: &Dictionary, documents: &[Document]) -> Result<Vec<(String, Vec<u8>)>, PackError> {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs);
    let field = schema.add_text_field(layout::FIELD, TextOptions::default().set_indexing_options(indexing));
    let memory = tantivy::directory::RamDirectory::create();
    // tantivy's own choice depends on the features that it happens to be built with, and a phone's build may not read it. Nothing is
    // stored anyway.
    let settings = IndexSettings { docstore_compression: Compressor::None, ..IndexSettings::default() };
    let builder = tantivy::Index::builder().schema(schema.build()).settings(settings);
    let mut writer = builder.single_segment_index_writer::<TantivyDocument>(memory, TABLE_BYTES)?;
    let stems: Vec<&String> = dictionary.stems.keys().collect();
    for document in documents {
        let counted = dictionary.counted(document);
        let repeated = counted.iter().flat_map(|(stem, times)| std::iter::repeat_n(stems[*stem as usize], *times));
        let tokens = repeated.zip(0..).map(|(stem, position)| Token { text: stem.clone(), position, ..Token::default() }).collect();
        let mut entry = TantivyDocument::default();
        entry.add_pre_tokenized_text(field, PreTokenizedString { text: String::new(), tokens });
        writer.add_document(entry)?;
    }
    let index = writer.finalize()?;
    let metas = index.searchable_segment_metas()?;
    let [meta] = metas.as_slice() else { return Err(PackError::Content("the index has no articles".to_owned())) };
    let segment = tantivy::SegmentReader::open(&index.segment(meta.clone()))?;
    let directory = index.directory();
    let read = |path: &std::path::Path| directory.atomic_read(path).map_err(tantivy::TantivyError::from);
    let (plain, hyphenated) = (meta.id().uuid_string(), hyphenated(&meta.id().uuid_string()));
    let json = String::from_utf8_lossy(&read(std::path::Path::new("meta.json"))?).into_owned();
    let json = json.replace(&hyphenated, &self::hyphenated(SEGMENT)).replace(&plain, SEGMENT);
    let mut files =
        vec![("index/meta.json".to_owned(), json.into_bytes()), (section::STEM_INFO.to_owned(), stem_info(&segment, field, dictionary)?)];
    for path in index.load_metas()?.list_segment_files() {
        if directory.exists(&path).map_err(tantivy::TantivyError::from)? {
            let name = path.to_string_lossy().replace(&plain, SEGMENT);
            files.push((format!("index/{name}"), read(&path)?));
        }
    }
    Ok(files)
}

fn stem_info(segment: &tantivy::SegmentReader, field: tantivy::schema::Field, dictionary: &Dictionary) -> Result<Vec<u8>, PackError> {
    let postings = segment.inverted_index(field)?;
    let mut table = Vec::with_capacity(dictionary.stems.len() * layout::STEM);
    for (stem, number) in &dictionary.stems {
        let info = postings.terms().get(stem.as_bytes()).map_err(tantivy::TantivyError::from)?.unwrap_or_default();
        table.extend_from_slice(&dictionary.idf[*number as usize].to_le_bytes());
        table.extend_from_slice(&[if dictionary.weak.contains(number) { layout::FLAG_WEAK } else { 0 }, 0]);
        table.extend_from_slice(&info.doc_freq.to_le_bytes());
        table.extend_from_slice(&(info.postings_range.len() as u32).to_le_bytes());
        table.extend_from_slice(&(info.postings_range.start as u64).to_le_bytes());
    }
    for stop in dictionary.stems.len()..dictionary.documents.len() {
        table.extend_from_slice(&dictionary.idf[stop].to_le_bytes());
        table.extend_from_slice(&[layout::FLAG_STOP, 0]);
        table.extend_from_slice(&dictionary.documents[stop].to_le_bytes());
        table.extend_from_slice(&[0; 12]);
    }
    Ok(table)
}

fn hyphenated(uuid: &str) -> String {
    let pieces = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| uuid.get(range).unwrap_or_default());
    pieces.join("-")
}
