//! Files that someone else put there: each is looked at before it is read.
//!
//! Refused, each with its reason: what is too large, what isn't UTF-8, what isn't an ordinary file (a pipe would wait for
//! ever), and links that lead out of the folder or back up it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::diagnostics::Problem;

/// The folder, with what was found wrong while reading it.
pub(super) struct Folder {
    root: PathBuf,
    real: PathBuf,
    budget: u64,
    pub(super) problems: Vec<Problem>,
}

/// One entry of a folder, by its path relative to the knowledge base.
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) name: String,
    pub(super) is_dir: bool,
}

impl Folder {
    /// Opens a folder; `budget` is how many bytes may be read from it in all.
    pub(super) fn open(root: &Path, budget: u64) -> Result<Self, Box<Problem>> {
        let missing = |error: std::io::Error| {
            let message = format!("no se puede abrir la carpeta {}: {error}", root.display());
            Box::new(Problem::error("missing-folder", "", message).help("revise la ruta"))
        };
        let real = root.canonicalize().map_err(missing)?;
        fs::read_dir(&real).map_err(missing)?;
        Ok(Self { root: root.to_owned(), real, budget, problems: Vec::new() })
    }

    /// Whether something with this name is there at all.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.root.join(path).symlink_metadata().is_ok()
    }

    /// The entries of a folder that may be read, by name. Hidden ones are nobody's content.
    pub(super) fn list(&mut self, dir: &Path) -> Vec<Entry> {
        let listing = match fs::read_dir(self.root.join(dir)) {
            Ok(listing) => listing,
            Err(error) => {
                self.problems.push(unreadable(dir, &error));
                return Vec::new();
            }
        };
        let mut entries = Vec::new();
        for entry in listing {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.problems.push(unreadable(dir, &error));
                    continue;
                }
            };
            let Ok(name) = entry.file_name().into_string() else {
                let shown = entry.file_name().to_string_lossy().into_owned();
                self.problems.push(Problem::error("bad-name", dir.join(shown), "el nombre no es UTF-8").help("cámbielo"));
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let path = dir.join(&name);
            if let Some(is_dir) = self.admit(&path) {
                entries.push(Entry { path, name, is_dir });
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries
    }

    /// Whether a path may be opened, and whether it is a folder.
    fn admit(&mut self, path: &Path) -> Option<bool> {
        let full = self.root.join(path);
        let is_link = match full.symlink_metadata() {
            Ok(meta) => meta.file_type().is_symlink(),
            Err(error) => {
                self.problems.push(unreadable(path, &error));
                return None;
            }
        };
        if is_link && !self.leads_inside(path) {
            return None;
        }
        match fs::metadata(&full) {
            Ok(meta) => Some(meta.is_dir()),
            Err(error) => {
                self.problems.push(unreadable(path, &error));
                None
            }
        }
    }

    fn leads_inside(&mut self, path: &Path) -> bool {
        let refused = |message: &str| Problem::error("symlink", path, message).help("ponga el archivo mismo en lugar del enlace");
        match self.root.join(path).canonicalize() {
            Err(_) => self.problems.push(refused("el enlace no lleva a ningún lado, o da vueltas")),
            Ok(target) if !target.starts_with(&self.real) => {
                self.problems.push(refused("el enlace lleva fuera de la carpeta; no se sigue"))
            }
            Ok(target) if self.real.join(path).starts_with(&target) => {
                self.problems.push(refused("el enlace lleva a una carpeta que lo contiene; no se sigue"));
            }
            Ok(_) => return true,
        }
        false
    }

    /// The bytes of a file of at most `limit` bytes. Nothing is read of a larger one.
    pub(super) fn bytes(&mut self, path: &Path, limit: u64) -> Option<Vec<u8>> {
        if self.admit(path)? {
            self.problems.push(Problem::error("not-a-file", path, "es una carpeta, y debe ser un archivo"));
            return None;
        }
        match self.take(path, limit) {
            Ok(bytes) => Some(bytes),
            Err(problem) => {
                self.problems.push(*problem);
                None
            }
        }
    }

    fn take(&mut self, path: &Path, limit: u64) -> Result<Vec<u8>, Box<Problem>> {
        let full = self.root.join(path);
        let failed = |error: std::io::Error| Box::new(unreadable(path, &error));
        let meta = fs::metadata(&full).map_err(failed)?;
        if !meta.is_file() {
            return Err(Box::new(Problem::error("not-a-file", path, "no es un archivo común").help("quítelo")));
        }
        if meta.len() > limit {
            return Err(Box::new(too_large(path, meta.len(), limit)));
        }
        if meta.len() > self.budget {
            let help = "divida el contenido en varias carpetas";
            return Err(Box::new(
                Problem::error("too-much", path, "con este archivo la carpeta pasa del tamaño permitido; no se leyó").help(help),
            ));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0));
        // The file may have grown since it was measured.
        fs::File::open(&full).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)).map_err(failed)?;
        let read = bytes.len() as u64;
        if read > limit {
            return Err(Box::new(too_large(path, read, limit)));
        }
        self.budget = self.budget.saturating_sub(read);
        Ok(bytes)
    }

    /// The text of a file: UTF-8, with or without a byte order mark; every kind of line end becomes `\n`.
    pub(super) fn text(&mut self, path: &Path, limit: u64) -> Option<String> {
        let bytes = self.bytes(path, limit)?;
        match decode(bytes, path) {
            Ok(text) => Some(text),
            Err(problem) => {
                self.problems.push(*problem);
                None
            }
        }
    }
}

fn decode(bytes: Vec<u8>, path: &Path) -> Result<String, Box<Problem>> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let good = String::from_utf8_lossy(&error.as_bytes()[..offset]).into_owned();
        let line = good.matches('\n').count() + 1;
        let column = good.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
        let place = (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX));
        let problem = Problem::error("not-utf8", path, format!("el texto no es UTF-8 (byte {offset})")).at(place);
        Box::new(problem.help("guárdelo con la codificación UTF-8"))
    })?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::error("unreadable-file", path, format!("no se puede leer: {error}")).help("revise los permisos del archivo")
}

fn too_large(path: &Path, size: u64, limit: u64) -> Problem {
    Problem::error("file-too-large", path, format!("el archivo tiene {size} bytes y el límite es {limit}; no se leyó"))
        .help("divídalo o redúzcalo")
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    type Outcome = Result<(), Box<dyn Error>>;

    fn folder(dir: &Path) -> Result<Folder, Box<dyn Error>> {
        Folder::open(dir, 1 << 30).map_err(|problem| problem.message.into())
    }

    #[test]
    fn an_oversize_file_is_refused_without_being_read() -> Outcome {
        let dir = tempfile::tempdir()?;
        // Sparse: 100 MB on paper. Nothing charges the budget, so nothing was read.
        fs::File::create(dir.path().join("big.md"))?.set_len(100_000_000)?;
        let mut folder = folder(dir.path())?;
        assert_eq!(folder.text(Path::new("big.md"), 1 << 20), None);
        assert_eq!(folder.problems[0].code, "file-too-large");
        assert!(folder.problems[0].message.contains("100000000"));
        assert_eq!(folder.budget, 1 << 30);
        Ok(())
    }

    #[test]
    fn a_text_that_is_not_utf8_is_told_by_byte_line_and_column() -> Outcome {
        let dir = tempfile::tempdir()?;
        fs::write(dir.path().join("a.md"), b"uno\ncami\xf3n\n")?;
        let mut folder = folder(dir.path())?;
        assert_eq!(folder.text(Path::new("a.md"), 100), None);
        let told = &folder.problems[0];
        assert_eq!((told.code, told.line, told.column), ("not-utf8", 2, 5));
        assert!(told.message.contains("byte 8"), "{}", told.message);
        Ok(())
    }

    #[test]
    fn byte_order_marks_and_foreign_line_ends_are_accepted() -> Outcome {
        let dir = tempfile::tempdir()?;
        fs::write(dir.path().join("a.md"), "\u{feff}uno\r\ndos\rtres\n")?;
        let mut folder = folder(dir.path())?;
        assert_eq!(folder.text(Path::new("a.md"), 100).as_deref(), Some("uno\ndos\ntres\n"));
        assert!(folder.problems.is_empty());
        Ok(())
    }

    #[test]
    fn the_whole_folder_has_a_limit_too() -> Outcome {
        let dir = tempfile::tempdir()?;
        fs::write(dir.path().join("a.md"), "12345")?;
        fs::write(dir.path().join("b.md"), "12345")?;
        let mut folder = Folder::open(dir.path(), 8).map_err(|p| p.message)?;
        assert!(folder.text(Path::new("a.md"), 100).is_some());
        assert!(folder.text(Path::new("b.md"), 100).is_none());
        assert_eq!(folder.problems[0].code, "too-much");
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_folder_and_in_circles_are_reported_not_followed() -> Outcome {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir()?;
        fs::write(outside.path().join("secret.md"), "secret")?;
        let dir = tempfile::tempdir()?;
        fs::create_dir(dir.path().join("sub"))?;
        fs::write(dir.path().join("real.md"), "real")?;
        symlink(outside.path().join("secret.md"), dir.path().join("out.md"))?;
        symlink("loop.md", dir.path().join("loop.md"))?;
        symlink("..", dir.path().join("sub/up"))?;
        symlink("real.md", dir.path().join("inside.md"))?;
        let mut folder = folder(dir.path())?;
        let names: Vec<_> = folder.list(Path::new("")).into_iter().map(|e| e.name).collect();
        assert_eq!(names, ["inside.md", "real.md", "sub"]);
        assert!(folder.list(Path::new("sub")).is_empty());
        assert_eq!(folder.problems.len(), 3, "{:?}", folder.problems);
        assert!(folder.problems.iter().all(|p| p.code == "symlink"));
        assert_eq!(folder.bytes(Path::new("out.md"), 100), None);
        assert_eq!(folder.text(Path::new("inside.md"), 100).as_deref(), Some("real"));
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_is_no_file_and_a_missing_folder_is_told() -> Outcome {
        let dir = tempfile::tempdir()?;
        let _listener = std::os::unix::net::UnixListener::bind(dir.path().join("s.md"))?;
        let mut folder = folder(dir.path())?;
        assert_eq!(folder.bytes(Path::new("s.md"), 100), None);
        assert_eq!(folder.problems[0].code, "not-a-file");
        assert!(Folder::open(Path::new("/nowhere/kb"), 1).is_err_and(|p| p.code == "missing-folder"));
        Ok(())
    }
}
