//! `baquiano kb build`.

use baquiano::kb::Compiled;
use baquiano::kb::pack::{Pack, PackBuilder, PackError};
use serde_json::json;

use super::{hex, write_atomically};
use crate::args::{Build, Global};
use crate::failure::{Done, Failure};
use crate::open;
use crate::show::Screen;
use crate::texts::errors;

pub(super) fn run(screen: &Screen, global: Global, args: Build) -> Result<Done, Failure> {
    let dir = open::folder(screen, args.dir, global.kb)?;
    let content = open::sound(screen, &dir)?;
    let refused = |error: PackError| Failure::Input(errors::pack(screen.lang, &error));
    let bytes = content.pack().and_then(|bytes| with_revision(&content, bytes, args.revision)).map_err(refused)?;
    let pack = Pack::from_vec(bytes.clone()).map_err(refused)?;
    let manifest = pack.manifest().map_err(refused)?;
    write_atomically(screen, &args.output, &bytes)?;
    let (file, hash) = (args.output.display(), hex(&pack.hash()));
    if global.json {
        let report = json!({
            "file": file.to_string(), "bytes": bytes.len(), "hash": hash, "articles": manifest.articles, "revision": manifest.revision,
        });
        screen.json(&report)?;
    } else {
        screen.write(|out| {
            writeln!(out, "{}", screen.lang.built(file, bytes.len(), screen.lang.articles(manifest.articles as usize), manifest.revision))?;
            Ok(writeln!(out, "{}", screen.lang.hash(&hash))?)
        })?;
    }
    Ok(Done::Good)
}

/// The pack with another revision than that of the content's manifest.
fn with_revision(content: &Compiled, bytes: Vec<u8>, revision: Option<u32>) -> Result<Vec<u8>, PackError> {
    let manifest = Pack::from_vec(bytes.clone())?.manifest()?;
    let Some(revision) = revision.filter(|wanted| *wanted != manifest.revision) else { return Ok(bytes) };
    let source = &content.reading.source;
    let catalog = source.catalog.as_ref().ok_or(PackError::NoSection { name: "catalog" })?;
    PackBuilder {
        manifest: baquiano::kb::pack::Manifest { revision, ..manifest },
        catalog,
        facts: &source.facts,
        synonyms: &source.synonyms,
        articles: &source.articles,
        media: &source.media,
        flows: &source.flows,
    }
    .build()
}
