//! `baquiano kb build`.

use baquiano::kb::pack::{Pack, PackError};
use serde_json::json;

use super::{hex, write_atomically};
use crate::args::{Build, Global};
use crate::failure::{Done, Failure};
use crate::open;
use crate::show::Screen;
use crate::texts::errors;

pub(super) fn run(screen: &Screen, global: Global, args: Build) -> Result<Done, Failure> {
    let dir = open::folder(screen, args.dir, global.kb)?;
    let mut content = open::sound(screen, &dir)?;
    if let Some(revision) = args.revision {
        content = content.with_revision(revision);
    }
    let refused = |error: PackError| Failure::Input(errors::pack(screen.lang, &error));
    let bytes = content.pack().map_err(refused)?;
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
