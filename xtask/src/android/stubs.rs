//! Stand-ins for Android's system libraries, to link against: the right names and no code, as those in the NDK.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use object::write::{Object, Symbol, SymbolSection};
use object::{BinaryFormat, Endianness, SectionKind, SymbolFlags, SymbolKind, SymbolScope};

use super::abi::Abi;
use super::bionic;
use crate::shell;

/// Writes `libc.so` and the others into `dir`.
///
/// # Errors
///
/// When `dir` can't be written, or `ld.lld` fails.
pub(crate) fn write(abi: Abi, dir: &Path) -> Result<()> {
    fs::create_dir_all(dir)?;
    for (library, names) in bionic::libraries(abi)? {
        let object = dir.join(format!("{library}.o"));
        fs::write(&object, definitions(abi, &names).with_context(|| format!("the stand-in for {library}"))?)?;
        let mut link = Command::new("ld.lld");
        link.args(["-m", abi.traits().emulation, "-shared", "-soname", library]).arg(&object).arg("-o").arg(dir.join(library));
        // Unseen, since lld misses in them what processor they are for.
        shell::output(&mut link)?;
    }
    Ok(())
}

/// An object file that defines the names, as functions without a body.
fn definitions(abi: Abi, names: &[&str]) -> Result<Vec<u8>> {
    let mut object = Object::new(BinaryFormat::Elf, abi.traits().architecture, Endianness::Little);
    let text = object.add_section(Vec::new(), b".text".to_vec(), SectionKind::Text);
    for name in names {
        object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size: 0,
            kind: SymbolKind::Text,
            scope: SymbolScope::Dynamic,
            weak: false,
            section: SymbolSection::Section(text),
            flags: SymbolFlags::None,
        });
    }
    Ok(object.write()?)
}
