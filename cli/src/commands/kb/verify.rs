//! `baquiano kb verify`.

use std::io::Write;
use std::path::Path;

use baquiano::kb::pack::{Manifest, Pack, PackError, PublicKey};
use serde::Serialize;

use super::hex;
use crate::args::{Global, Verify};
use crate::failure::{Done, Failure};
use crate::open::parse_keys;
use crate::show::{Screen, clean};
use crate::texts::errors;

#[derive(Debug, Serialize)]
struct Report {
    file: String,
    good: bool,
    /// Why it is no good.
    problem: Option<String>,
    bytes: Option<usize>,
    hash: Option<String>,
    signed: Option<bool>,
    signed_by: Option<String>,
    manifest: Option<Manifest>,
    sections: Vec<Section>,
}

#[derive(Debug, Serialize)]
struct Section {
    name: String,
    bytes: usize,
}

pub(super) fn run(screen: &Screen, global: &Global, args: &Verify) -> Result<Done, Failure> {
    let keys = parse_keys(screen, &args.trust.key)?;
    let report = examine(screen, &args.pack, &keys)?;
    if global.json {
        screen.json(&report)?;
    } else {
        screen.write(|out| draw(out, screen, &report))?;
    }
    Ok(if report.good { Done::Good } else { Done::Finding })
}

/// A file that isn't there is bad input; one that is no good is what this command is there to find.
fn examine(screen: &Screen, path: &Path, keys: &[PublicKey]) -> Result<Report, Failure> {
    let mut report = Report {
        file: path.display().to_string(),
        good: false,
        problem: None,
        bytes: None,
        hash: None,
        signed: None,
        signed_by: None,
        manifest: None,
        sections: Vec::new(),
    };
    let pack = match Pack::from_file(path) {
        Ok(pack) => pack,
        Err(PackError::Read { path, source }) => {
            return Err(Failure::Input(screen.lang.cannot_read(path.display(), errors::io(screen.lang, &source))));
        }
        Err(error) => {
            report.problem = Some(errors::pack(screen.lang, &error));
            return Ok(report);
        }
    };
    report.bytes = Some(pack.len());
    report.hash = Some(hex(&pack.hash()));
    report.manifest = pack.manifest().ok();
    report.sections = pack.sections().map(|(name, bytes)| Section { name: name.to_owned(), bytes }).collect();
    match pack.verify(keys) {
        Ok(key) => {
            (report.signed, report.signed_by) = (Some(true), Some(key.to_string()));
        }
        // Without keys to compare with, the hash is all that was asked for.
        Err(PackError::Unsigned) if keys.is_empty() => report.signed = Some(false),
        Err(PackError::Signature) if keys.is_empty() => report.signed = Some(true),
        Err(error) => {
            report.signed = match error {
                PackError::Unsigned => Some(false),
                PackError::Signature => Some(true),
                _ => None,
            };
            report.problem = Some(errors::pack(screen.lang, &error));
        }
    }
    if let (None, Err(error)) = (&report.problem, pack.manifest()) {
        report.problem = Some(errors::pack(screen.lang, &error));
    }
    report.good = report.problem.is_none();
    Ok(report)
}

fn draw(out: &mut dyn Write, screen: &Screen, report: &Report) -> Result<(), Failure> {
    let lang = screen.lang;
    if let (Some(bytes), Some(hash)) = (report.bytes, &report.hash) {
        writeln!(out, "{}: {bytes} bytes", report.file)?;
        writeln!(out, "{}", lang.hash(hash))?;
    } else {
        writeln!(out, "{}", report.file)?;
    }
    if let Some(Manifest { name, revision, date, locale, articles, .. }) = &report.manifest {
        writeln!(out, "{}", clean(&lang.manifest(name, revision, date, locale)))?;
        writeln!(out, "{}", lang.articles(*articles as usize))?;
    }
    for Section { name, bytes } in &report.sections {
        writeln!(out, "  {:<32}{bytes:>10}", clean(name))?;
    }
    match (&report.problem, &report.signed_by) {
        (Some(problem), _) => writeln!(out, "{}", lang.not_good(problem))?,
        (None, Some(key)) => writeln!(out, "{}\n{}", lang.hash_good(), lang.signature_good(key))?,
        (None, None) if report.signed == Some(true) => writeln!(out, "{}\n{}", lang.hash_good(), lang.signature_unchecked())?,
        (None, None) => writeln!(out, "{}\n{}", lang.hash_good(), lang.unsigned())?,
    }
    Ok(())
}
