//! Opening the knowledge base that `--kb` names.

use std::path::{Path, PathBuf};

use baquiano::HelpDesk;
use baquiano::kb::author::Severity;
use baquiano::kb::pack::{Pack, PackError, PublicKey};
use baquiano::kb::{AppId, Catalog, Compiled, ServiceId, compile};

use crate::failure::Failure;
use crate::show::{Screen, clean};
use crate::texts::errors;

/// Where the content lies that no option names: beside the program's sources, or here.
const USUAL: [&str; 2] = ["kb", "."];

/// Opens the knowledge base: a folder is built in memory, a pack is verified, and without either it is the embedded one.
pub(crate) fn desk(screen: &Screen, kb: Option<&Path>, keys: &[String]) -> Result<HelpDesk, Failure> {
    let keys = parse_keys(screen, keys)?;
    let pack = match kb {
        Some(path) if path.is_dir() => return from_folder(screen, path, &keys),
        Some(path) => from_file(screen, path, &keys)?,
        None if keys.is_empty() => {
            let embedded = Pack::from_static(baquiano_kb::PACK);
            return embedded.and_then(HelpDesk::open).map_err(|error| screen.damaged(&error));
        }
        None => return Err(Failure::Input(screen.lang.key_without_pack())),
    };
    HelpDesk::open(pack).map_err(|error| bad_pack(screen, kb.unwrap_or(Path::new("")), &error))
}

fn from_folder(screen: &Screen, dir: &Path, keys: &[PublicKey]) -> Result<HelpDesk, Failure> {
    if !keys.is_empty() {
        return Err(Failure::Input(screen.lang.key_without_pack()));
    }
    let content = sound(screen, dir)?;
    content.pack().and_then(Pack::from_vec).and_then(HelpDesk::open).map_err(|error| Failure::Input(errors::pack(screen.lang, &error)))
}

/// A file from outside is read whole and compared with its hash before anything in it is used.
fn from_file(screen: &Screen, path: &Path, keys: &[PublicKey]) -> Result<Pack, Failure> {
    let pack = Pack::from_file(path).map_err(|error| bad_pack(screen, path, &error))?;
    let checked = if keys.is_empty() { pack.verify_hash() } else { pack.verify(keys).map(|_| ()) };
    checked.map_err(|error| bad_pack(screen, path, &error))?;
    Ok(pack)
}

fn bad_pack(screen: &Screen, path: &Path, error: &PackError) -> Failure {
    Failure::Input(match error {
        PackError::Read { path, source } => screen.lang.cannot_read(path.display(), errors::io(screen.lang, source)),
        error => screen.lang.pack_of(path.display(), errors::pack(screen.lang, error)),
    })
}

/// Reads the content of a folder; refuses it when there are errors, after telling them.
pub(crate) fn sound(screen: &Screen, dir: &Path) -> Result<Compiled, Failure> {
    let content = compile(dir);
    let wrong: Vec<_> = content.problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
    if wrong.is_empty() {
        return Ok(content);
    }
    for problem in &wrong {
        // The error output takes the colours away where they don't belong.
        screen.complain_as_is(&format!("{}\n", content.reading.render(problem, true)));
    }
    Err(Failure::Input(screen.lang.content_errors(screen.lang.errors(wrong.len()))))
}

/// The folder of the content: the one that is named, or `--kb`, or the first usual one that has a catalog.
pub(crate) fn folder(screen: &Screen, named: Option<PathBuf>, kb: Option<PathBuf>) -> Result<PathBuf, Failure> {
    match named.or(kb) {
        Some(path) if path.is_dir() => Ok(path),
        Some(path) if path.exists() => Err(Failure::Input(screen.lang.needs_folder(path.display()))),
        Some(path) => Err(Failure::Input(screen.lang.cannot_read(path.display(), screen.lang.pick("no existe", "it doesn't exist")))),
        None => {
            let usual = USUAL.map(PathBuf::from).into_iter().find(|dir| dir.join("catalog.yaml").is_file());
            usual.ok_or_else(|| Failure::Input(screen.lang.no_folder()))
        }
    }
}

pub(crate) fn parse_keys(screen: &Screen, keys: &[String]) -> Result<Vec<PublicKey>, Failure> {
    keys.iter().map(|key| key.parse().map_err(|_| Failure::Input(screen.lang.bad_key(clean(key))))).collect()
}

/// The app with an id, if one is named; one that isn't in the catalog is told, with those that are.
pub(crate) fn app(screen: &Screen, catalog: &Catalog, id: Option<&str>) -> Result<Option<AppId>, Failure> {
    let known = catalog.apps.iter().map(|app| &app.id);
    let Some(id) = id else { return Ok(None) };
    known.clone().find(|own| own.as_str() == id).cloned().map(Some).ok_or_else(|| {
        let known: Vec<&str> = known.map(AppId::as_str).collect();
        Failure::Input(screen.lang.bad_app(clean(id), known.join(", ")))
    })
}

/// The same for a service.
pub(crate) fn service(screen: &Screen, catalog: &Catalog, id: Option<&str>) -> Result<Option<ServiceId>, Failure> {
    let known = catalog.services.iter().map(|service| &service.id);
    let Some(id) = id else { return Ok(None) };
    known.clone().find(|own| own.as_str() == id).cloned().map(Some).ok_or_else(|| {
        let known: Vec<&str> = known.map(ServiceId::as_str).collect();
        Failure::Input(screen.lang.bad_service(clean(id), known.join(", ")))
    })
}
