//! The life of a pack: built by an author, signed, installed on a phone beside the one that the app carries, and taken back.
//!
//! ```text
//! cargo run --release --example install --features author
//! ```

#![allow(clippy::print_stdout, reason = "a program that people run")]

use std::error::Error;
use std::fs;
use std::path::Path;

use baquiano::HelpDesk;
use baquiano::kb::compile;
use baquiano::kb::pack::{Pack, PackError, SecretKey};

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let key = SecretKey::generate()?;
    // The app lists the keys that it trusts: two of them while one is being replaced.
    let trusted = vec![key.public()];
    let embedded = Pack::from_static(baquiano_kb::PACK)?;
    let mut revision = embedded.manifest()?.revision;
    let desk = HelpDesk::open_in(dir.path().join("packs"), trusted, embedded)?;
    tell(&desk, "la app se abre con el suyo");

    for _ in 0..2 {
        revision += 1;
        let file = dir.path().join("descarga.pack");
        fs::write(&file, key.sign(&build(revision)?)?)?;
        desk.install_pack(&file)?;
        tell(&desk, "se instala uno más nuevo");
    }

    // One wrong bit: it is refused, and what was in use goes on.
    let mut damaged = key.sign(&build(revision + 1)?)?;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let file = dir.path().join("descarga.pack");
    fs::write(&file, damaged)?;
    if let Err(refused) = desk.install_pack(&file) {
        println!("rechazado: {refused}");
    }
    tell(&desk, "nada cambió");

    desk.roll_back()?;
    tell(&desk, "se vuelve al anterior");
    Ok(())
}

/// The content of `kb/` as a pack of another revision, as if it had been published again.
fn build(revision: u32) -> Result<Vec<u8>, PackError> {
    compile(&Path::new(env!("CARGO_MANIFEST_DIR")).join("kb")).with_revision(revision).pack()
}

fn tell(desk: &HelpDesk, what: &str) {
    println!("{what}: revisión {} ({:?})", desk.knowledge().manifest().revision, desk.origin());
}
