//! `baquiano kb keygen` and `baquiano kb sign`.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use baquiano::kb::pack::{PackError, SecretKey};
use serde_json::json;

use super::{MAX_PACK, read, write_atomically};
use crate::args::{Global, Sign};
use crate::failure::{Done, Failure};
use crate::show::Screen;
use crate::texts::errors;

/// Longest key file: 64 digits and the end of the line, and room for one of another editor.
const MAX_KEY: u64 = 256;

pub(super) fn generate(screen: &Screen, global: &Global, secret_path: &Path) -> Result<Done, Failure> {
    let public_path = public_path(secret_path);
    // Looked at first, so that no secret key is left behind alone.
    if public_path.exists() {
        return Err(Failure::Input(screen.lang.exists_already(public_path.display())));
    }
    let secret = SecretKey::generate().map_err(|error| screen.damaged(&error))?;
    let public = secret.public().to_string();
    create(screen, secret_path, &secret.to_hex(), 0o600)?;
    create(screen, &public_path, &public, 0o644)?;
    if global.json {
        let (secret, file) = (secret_path.display().to_string(), public_path.display().to_string());
        screen.json(&json!({ "secret_file": secret, "public_file": file, "public": public }))?;
    } else {
        screen.write(|out| {
            writeln!(out, "{}", screen.lang.secret_written(secret_path.display()))?;
            Ok(writeln!(out, "{}", screen.lang.public_key(&public))?)
        })?;
    }
    Ok(Done::Good)
}

fn public_path(secret: &Path) -> PathBuf {
    let mut name: OsString = secret.into();
    name.push(".pub");
    name.into()
}

/// Writes a file that wasn't there, readable as `mode` says from its first moment.
fn create(screen: &Screen, path: &Path, text: &str, mode: u32) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let written = options.open(path).and_then(|mut file| writeln!(file, "{text}").and_then(|()| file.sync_all()));
    written.map_err(|error| {
        Failure::Input(match error.kind() {
            io::ErrorKind::AlreadyExists => screen.lang.exists_already(path.display()),
            _ => screen.lang.cannot_write(path.display(), errors::io(screen.lang, &error)),
        })
    })
}

pub(super) fn sign(screen: &Screen, global: &Global, args: &Sign) -> Result<Done, Failure> {
    let secret = read_secret(screen, &args.key)?;
    let pack = read(screen, &args.pack, MAX_PACK)?;
    let refused = |error: PackError| Failure::Input(screen.lang.pack_of(args.pack.display(), errors::pack(screen.lang, &error)));
    let signed = secret.sign(&pack).map_err(refused)?;
    let output = args.output.as_ref().unwrap_or(&args.pack);
    write_atomically(screen, output, &signed)?;
    let public = secret.public();
    if global.json {
        screen.json(&json!({ "file": output.display().to_string(), "bytes": signed.len(), "public": public.to_string() }))?;
    } else {
        screen.write(|out| Ok(writeln!(out, "{}", screen.lang.signed(output.display(), public))?))?;
    }
    Ok(Done::Good)
}

fn read_secret(screen: &Screen, path: &Path) -> Result<SecretKey, Failure> {
    let bytes = read(screen, path, MAX_KEY)?;
    // What a file that isn't a key holds is nobody's business: the message names the file alone.
    let secret = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse().ok());
    let secret = secret.ok_or_else(|| Failure::Input(screen.lang.bad_key(path.display())))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(path).is_ok_and(|known| known.permissions().mode() & 0o077 != 0) {
            screen.warn(&screen.lang.key_readable(path.display()));
        }
    }
    Ok(secret)
}
