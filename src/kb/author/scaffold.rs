//! A new article to begin from: everything that an article has, with what to write where.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::source::read_catalog;
use super::text::{did_you_mean, is_date};
use crate::kb::{ArticleId, ServiceId};

/// Why the content could not be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ContentError {
    /// Nothing is ever overwritten.
    #[error("{} ya existe; use otro id, o edite ese archivo", path.display())]
    AlreadyExists {
        /// The file that is there.
        path: PathBuf,
    },
    /// The service isn't one of the catalog.
    #[error("el servicio «{service}» no está en el catálogo{}", near.as_ref().map(|near| format!("; {near}")).unwrap_or_default())]
    UnknownService {
        /// The service that was asked for.
        service: ServiceId,
        /// A question that offers the nearest one.
        near: Option<String>,
    },
    /// The title is empty or has several lines.
    #[error("el título «{title}» no sirve: escriba una sola línea con palabras")]
    BadTitle {
        /// The title.
        title: String,
    },
    /// The review date isn't one.
    #[error("«{date}» no es una fecha: escríbala AAAA-MM-DD, como 2026-11-24")]
    BadDate {
        /// The date.
        date: String,
    },
    /// The system refused.
    #[error("no se pudo escribir {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Writes a new article from the template into the knowledge base in `dir` and returns its path. Refuses to overwrite, and
/// refuses a service that the catalog (if there is a readable one) doesn't have.
pub fn new_article(dir: &Path, id: &ArticleId, service: &ServiceId, title: &str, reviewed: &str) -> Result<PathBuf, ContentError> {
    let title = title.trim();
    if title.is_empty() || title.chars().any(char::is_control) {
        return Err(ContentError::BadTitle { title: title.to_owned() });
    }
    if !is_date(reviewed) {
        return Err(ContentError::BadDate { date: reviewed.to_owned() });
    }
    let level = level_of(dir, service)?;
    let folder = dir.join("articles").join(service.as_str());
    fs::create_dir_all(&folder).map_err(|source| ContentError::Io { path: folder.clone(), source })?;
    let path = folder.join(format!("{id}.md"));
    let failed = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AlreadyExists => ContentError::AlreadyExists { path: path.clone() },
        _ => ContentError::Io { path: path.clone(), source },
    };
    let mut file = fs::File::create_new(&path).map_err(failed)?;
    file.write_all(template(id, service, title, level, reviewed).as_bytes()).map_err(failed)?;
    Ok(path)
}

/// The level of a service; 1, which most have, when there is no catalog that can be read.
fn level_of(dir: &Path, service: &ServiceId) -> Result<u8, ContentError> {
    let Some(catalog) = read_catalog(dir) else { return Ok(1) };
    match catalog.service(service) {
        Some(known) => Ok(known.level),
        None => {
            let near = did_you_mean(service.as_str(), catalog.services.iter().map(|service| service.id.as_str()));
            Err(ContentError::UnknownService { service: service.clone(), near })
        }
    }
}

fn template(id: &ArticleId, service: &ServiceId, title: &str, level: u8, reviewed: &str) -> String {
    let title = title.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        r#"---
# El nombre del archivo es el id; la carpeta es el servicio.
id: {id}
title: "{title}"
service: {service}
# all, o una lista como [fsu-rup, rup-carencia].
apps: all
level: {level}
# De 10 a 15 frases, como las dice la gente: sin tecnicismos, también las mal dichas. Ninguna de otro artículo.
symptoms: []
# Otras palabras para encontrarlo.
keywords: []
# Las causas que resuelve, como gps.location-off. Las usan los flujos.
faults: []
# Lo que se sabe del teléfono cuando este es el artículo, por los nombres de facts.yaml:
# facts:
#   location.enabled: false
# De 2 a 5 artículos que leer después.
related: []
# Las imágenes de los pasos; cada una es un archivo de media/.
media: []
# Lo que cambia por marca o por versión de Android:
# variants:
#   - vendors: [samsung]
#     android: ">=10"
#     text: Entre en Ajustes > Ubicación.
variants: []
reviewed: {reviewed}
todo:
  - Completar este artículo.
---
(Diga en dos o tres oraciones cortas qué pasa y si tiene arreglo.)

## Pasos

1. (Una sola acción por paso. Ponga en **negrita** lo que se toca.)
2. (Pocos pasos, primero lo más fácil.)

## Cómo saber que ya quedó

(Diga qué se ve cuando ya funciona.)

## Cuándo pedir ayuda

(Diga cuándo detenerse y registrar un caso, y qué datos mandar.)

## Para la mesa de ayuda

(Diga al técnico qué revisar, qué causas hay y a qué nivel pasarlo.)
"#
    )
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::super::source::read;
    use super::*;

    type Outcome = Result<(), Box<dyn Error>>;

    fn ids() -> Result<(ArticleId, ServiceId), Box<dyn Error>> {
        Ok(("gps-nuevo".parse()?, "gps".parse()?))
    }

    #[test]
    fn the_template_reads_back_as_an_article_that_says_what_it_lacks() -> Outcome {
        let dir = tempfile::tempdir()?;
        let (id, service) = ids()?;
        let path = new_article(dir.path(), &id, &service, "Dice \"error\": C:\\", "2026-11-24")?;
        assert_eq!(path, dir.path().join("articles/gps/gps-nuevo.md"));
        let reading = read(dir.path());
        let own: Vec<_> = reading.problems.iter().filter(|p| p.file.starts_with("articles/gps")).collect();
        assert!(own.is_empty(), "{own:?}");
        assert_eq!(reading.source.articles[0].title, "Dice \"error\": C:\\");
        let codes: Vec<_> = super::super::check(&reading).into_iter().map(|p| p.code).collect();
        assert_eq!(codes, ["few-symptoms"]);
        Ok(())
    }

    #[test]
    fn nothing_is_overwritten() -> Outcome {
        let dir = tempfile::tempdir()?;
        let (id, service) = ids()?;
        let path = new_article(dir.path(), &id, &service, "Uno", "2026-11-24")?;
        fs::write(&path, "mío")?;
        let again = new_article(dir.path(), &id, &service, "Dos", "2026-11-24");
        assert!(matches!(again, Err(ContentError::AlreadyExists { .. })));
        assert_eq!(fs::read_to_string(&path)?, "mío");
        Ok(())
    }

    #[test]
    fn what_could_not_be_an_article_is_refused_before_anything_is_written() -> Outcome {
        let dir = tempfile::tempdir()?;
        let (id, service) = ids()?;
        assert!(matches!(new_article(dir.path(), &id, &service, " ", "2026-11-24"), Err(ContentError::BadTitle { .. })));
        assert!(matches!(new_article(dir.path(), &id, &service, "a\nb", "2026-11-24"), Err(ContentError::BadTitle { .. })));
        assert!(matches!(new_article(dir.path(), &id, &service, "a", "ayer"), Err(ContentError::BadDate { .. })));
        assert!(!dir.path().join("articles").exists());
        Ok(())
    }
}
