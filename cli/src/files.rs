//! Files that commands read and write.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::show::Screen;
use crate::texts::errors;

/// Reads a file of a limited size.
pub(crate) fn read(screen: &Screen, path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let refused = |error: io::Error| Failure::Input(screen.lang.cannot_read(path.display(), errors::io(screen.lang, &error)));
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).map_err(refused)?;
    if bytes.len() as u64 > most {
        return Err(Failure::Input(screen.lang.too_big(path.display(), most)));
    }
    Ok(bytes)
}

/// Reads a text of a limited size; what is no UTF-8 in it is replaced.
pub(crate) fn read_text(screen: &Screen, path: &Path, most: u64) -> Result<String, Failure> {
    Ok(String::from_utf8_lossy(&read(screen, path, most)?).into_owned())
}

/// Puts a file in its place at once: whoever reads it meanwhile sees the old one or the new one, never half of one.
pub(crate) fn write_atomically(screen: &Screen, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let refused = |error: io::Error| Failure::Input(screen.lang.cannot_write(path.display(), errors::io(screen.lang, &error)));
    // A rename would replace a device or a pipe by a plain file.
    if fs::symlink_metadata(path).is_ok_and(|known| !known.is_file() && !known.is_symlink()) {
        return Err(Failure::Input(screen.lang.not_a_file(path.display())));
    }
    // Through a link, what it points to is replaced and the link stays.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let dir = target.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".baquiano-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary = builder.tempfile_in(dir).map_err(refused)?;
    temporary.write_all(bytes).and_then(|()| temporary.as_file().sync_all()).map_err(refused)?;
    temporary.persist(&target).map_err(|error| refused(error.error))?;
    Ok(())
}

/// A folder that the environment names.
pub(crate) fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Where this user keeps a part of ours.
pub(crate) fn data_dir(part: &str) -> Option<PathBuf> {
    let data = variable("XDG_DATA_HOME").or_else(|| Some(variable("HOME")?.join(".local/share")))?;
    Some(data.join("baquiano").join(part))
}
