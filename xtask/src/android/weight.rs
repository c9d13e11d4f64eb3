//! What is in a library, by kind and by crate: from the linker's map, which names every piece of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};
use object::{Object as _, ObjectSection as _};
use rustc_demangle::try_demangle;

use super::report::deflated;

/// What belongs to the language: code of it that names another crate was made for that one.
const STD: [&str; 5] = ["alloc", "compiler_builtins", "core", "panic_unwind", "std"];
/// The entry points have no crate in their names. All of them are the surface's.
const SURFACE: (&str, [&str; 2]) = ("baquiano_ffi", ["ffi_", "uniffi_"]);
/// Crates with less of the code than this are told together, in thousandths.
const SMALL: usize = 10;

/// Where the linker put a piece: a section of an object file, mostly one function or one constant.
#[derive(Debug, PartialEq)]
struct Piece<'m> {
    /// The section of the library.
    out: &'m str,
    address: u64,
    size: usize,
    /// The object file that it is from.
    file: &'m str,
    /// Its section there, which names the function.
    section: &'m str,
}

/// A share of the library, for people.
struct Kind {
    name: &'static str,
    sections: &'static [&'static str],
}

const KINDS: [Kind; 5] = [
    Kind { name: "code", sections: &[".text", ".plt"] },
    Kind { name: "constants", sections: &[".rodata"] },
    Kind { name: "tables for unwinding", sections: &[".eh_frame", ".eh_frame_hdr", ".gcc_except_table", ".ARM.exidx", ".ARM.extab"] },
    Kind {
        name: "addresses, and what corrects them when the library is loaded",
        sections: &[".data.rel.ro", ".rela.dyn", ".rel.dyn", ".got", ".rela.plt", ".rel.plt"],
    },
    Kind { name: "names for the linker", sections: &[".dynsym", ".dynstr", ".hash", ".gnu.hash", ".gnu.version", ".gnu.version_r"] },
];

/// Two tables: what kinds of things the library is made of, and how its code is divided among crates.
///
/// # Errors
///
/// When the map isn't one of lld, or the library doesn't go with it.
pub(crate) fn table(library: &[u8], map: &str) -> Result<String> {
    let pieces: Vec<Piece<'_>> = map.lines().scan("", |out, line| Some(piece(line, out))).flatten().collect();
    if pieces.is_empty() {
        bail!("the linker's map has nothing in it");
    }
    let file = object::File::parse(library)?;
    let mut text = String::from("| what | bytes | deflated alone |\n| --- | --- | --- |\n");
    let mut row = |name: &str, data: &[u8]| -> Result<usize> {
        // Writing to a string doesn't fail.
        let _ = writeln!(text, "| {name} | {} | {} |", thousands(data.len()), thousands(deflated(data)?));
        Ok(data.len())
    };
    let mut told = 0;
    for Kind { name, sections } in KINDS {
        let mut data = Vec::new();
        for section in file.sections().filter(|section| section.name().is_ok_and(|name| sections.contains(&name))) {
            let bytes = section.data()?;
            if *sections == [".rodata"] {
                // The pack is by far the largest constant.
                let pack = pieces
                    .iter()
                    .filter(|piece| piece.out == ".rodata")
                    .max_by_key(|piece| piece.size)
                    .context("there are no constants")?;
                let start = usize::try_from(pack.address - section.address())?;
                let whole = bytes.get(start..start + pack.size).context("the map isn't that of the library")?;
                told += row("the knowledge base", whole)?;
                data.extend_from_slice(&bytes[..start]);
                data.extend_from_slice(&bytes[start + pack.size..]);
            } else {
                data.extend_from_slice(bytes);
            }
        }
        told += row(name, &data)?;
    }
    let _ = writeln!(text, "| all else | {} | |", thousands(library.len().saturating_sub(told)));

    let mut by_crate: BTreeMap<String, usize> = BTreeMap::new();
    for piece in pieces.iter().filter(|piece| piece.out == ".text") {
        *by_crate.entry(owner(piece)).or_default() += piece.size;
    }
    let all: usize = by_crate.values().sum();
    let (mut large, small): (Vec<_>, Vec<_>) = by_crate.into_iter().partition(|(_, size)| size * 1000 >= all * SMALL);
    large.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    large.push((format!("{} others", small.len()), small.iter().map(|(_, size)| size).sum()));
    text.push_str("\n| crate | code, bytes | of the code, % |\n| --- | --- | --- |\n");
    for (name, size) in large {
        let _ = writeln!(text, "| {name} | {} | {}.{} |", thousands(size), size * 100 / all, size * 1000 / all % 10);
    }
    Ok(text)
}

/// Reads a line: of a section of the library, which is remembered in `out`, of a piece, or of a symbol within it, which is skipped.
fn piece<'m>(line: &'m str, out: &mut &'m str) -> Option<Piece<'m>> {
    let mut rest = line;
    let mut numbers = ["", "", "", ""];
    for number in &mut numbers {
        (*number, rest) = rest.trim_start().split_once(' ')?;
    }
    let [address, _, size, _] = numbers;
    let (address, size) = (u64::from_str_radix(address, 16).ok()?, usize::from_str_radix(size, 16).ok()?);
    // Each level stands eight columns further to the right.
    let indent = rest.len() - rest.trim_start().len();
    let name = rest.trim();
    match indent / 8 {
        0 => {
            *out = name;
            None
        }
        1 => {
            let (file, section) = name.strip_suffix(')')?.rsplit_once(":(")?;
            Some(Piece { out, address, size, file, section })
        }
        _ => None,
    }
}

/// The crate that a function is for: the first that its name names and that isn't the language's own.
fn owner(piece: &Piece<'_>) -> String {
    if piece.file.contains("libunwind.a") {
        return "libunwind".to_owned();
    }
    let symbol = [".text.unlikely.", ".text.hot.", ".text."].iter().find_map(|start| piece.section.strip_prefix(start)).unwrap_or_default();
    let (surface, starts) = SURFACE;
    if starts.iter().any(|start| symbol.to_lowercase().starts_with(start)) {
        return surface.to_owned();
    }
    let mut named = crates(symbol);
    let own = named.iter().position(|name| !STD.contains(&name.as_str()));
    if !named.is_empty() {
        return named.swap_remove(own.unwrap_or_default());
    }
    if piece.file.contains("compiler_builtins") { "compiler_builtins" } else { "without a name" }.to_owned()
}

/// The crates that a name in Rust's newer form names, in order: each is followed by its hash in brackets.
fn crates(symbol: &str) -> Vec<String> {
    let Ok(name) = try_demangle(symbol) else { return Vec::new() };
    let name = name.to_string();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (at, _) in name.match_indices('[') {
        let before = &name[..at];
        let word = &before[before.trim_end_matches(is_word).len()..];
        let hash = name[at + 1..].split(']').next().unwrap_or_default();
        if !word.is_empty() && !hash.is_empty() && hash.chars().all(|c| c.is_ascii_hexdigit()) {
            found.push(word.to_owned());
        }
    }
    found
}

/// A number with its thousands apart.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = "\
             VMA              LMA     Size Align Out     In      Symbol
           1b000            1b000   1000000    16 .rodata
           1b000            1b000     2000    16         /x/a.o:(.rodata..Lanon.1)
          f00000           f00000     5000     4 .text
          f00000           f00000       1c     4         /x/a.o:(.text._RNvXs_NtCs1234_4redb2dbNtB4_8DatabaseNtNtCs5678_4core3fmt5Debug3fmt)
          f00000           f00000       1c     1                 <redb::db::Database as core::fmt::Debug>::fmt
          f0001c           f0001c       10     4         /x/libunwind.a(UnwindLevel1.c.o):(.text)
          f0002c           f0002c        8     4         /x/a.o:(.text.uniffi_baquiano_ffi_fn_method_desk_search)
";

    fn pieces() -> Vec<Piece<'static>> {
        MAP.lines().scan("", |out, line| Some(piece(line, out))).flatten().collect()
    }

    #[test]
    fn the_map_is_read() {
        let pieces = pieces();
        assert_eq!(
            pieces.iter().map(|piece| (piece.out, piece.address, piece.size)).collect::<Vec<_>>(),
            [(".rodata", 0x1b000, 0x2000), (".text", 0xf0_0000, 0x1c), (".text", 0xf0_001c, 0x10), (".text", 0xf0_002c, 8),]
        );
        assert_eq!(pieces[2].file, "/x/libunwind.a(UnwindLevel1.c.o)");
    }

    #[test]
    fn a_function_is_of_the_first_crate_that_isn_t_the_languages() {
        assert_eq!(pieces()[1..].iter().map(owner).collect::<Vec<_>>(), ["redb", "libunwind", "baquiano_ffi"]);
        // core::ptr::drop_in_place::<redb::db::Database>
        assert_eq!(crates("_RINvNtCs5678_4core3ptr13drop_in_placeNtNtCs1234_4redb2db8DatabaseECs9_1x"), ["core", "redb"]);
        assert_eq!(crates("memcpy"), [""; 0]);
    }

    #[test]
    fn numbers_are_read_by_people() {
        assert_eq!([0, 999, 1000, 5_812_344].map(thousands), ["0", "999", "1,000", "5,812,344"]);
    }
}
