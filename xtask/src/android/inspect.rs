//! What is in a library: read from the ELF file as the phone's linker reads it, from segments and the dynamic table.

use anyhow::{Result, bail};
use object::elf;
use object::read::elf::{ElfFile, FileHeader, ProgramHeader as _};
use object::{Endianness, FileKind, Object as _, ObjectSymbol as _, RelocationFlags};

/// What the checks and the report look at.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Facts {
    /// `e_machine`.
    pub(crate) machine: elf::Machine,
    /// Whether it's of the class with 64-bit addresses.
    pub(crate) is_64: bool,
    /// Whether it says that floating point numbers are passed in their own registers, which is for 32-bit ARM to say.
    pub(crate) is_hard_float: bool,
    /// The alignment of each segment that is loaded, in bytes.
    pub(crate) load_alignments: Vec<u64>,
    /// Whether there is a segment of thread-local storage.
    pub(crate) has_tls_segment: bool,
    /// How many relocations are for thread-local storage.
    pub(crate) tls_relocations: usize,
    /// Whether code must be changed when it's loaded.
    pub(crate) has_text_relocations: bool,
    /// The name under which it's linked.
    pub(crate) soname: String,
    /// The libraries that it needs.
    pub(crate) needed: Vec<String>,
    /// The names that other libraries must offer.
    pub(crate) undefined: Vec<String>,
    /// The names that other libraries may offer: it does without those that the phone doesn't have.
    pub(crate) optional: Vec<String>,
    /// The names that it offers.
    pub(crate) exported: Vec<String>,
}

/// Reads a library of either class.
///
/// # Errors
///
/// When it's no ELF file, or one that contradicts itself.
pub(crate) fn read(data: &[u8]) -> Result<Facts> {
    match FileKind::parse(data)? {
        FileKind::Elf32 => facts::<elf::FileHeader32<Endianness>>(data),
        FileKind::Elf64 => facts::<elf::FileHeader64<Endianness>>(data),
        other => bail!("{other:?} is no library for Android"),
    }
}

fn facts<Elf: FileHeader<Endian = Endianness>>(data: &[u8]) -> Result<Facts> {
    let file = ElfFile::<Elf>::parse(data)?;
    let endian = file.endian();
    let mut facts = Facts { machine: file.elf_header().e_machine(endian), is_64: file.is_64(), ..Facts::default() };
    let flags = file.elf_header().e_flags(endian);
    facts.is_hard_float = facts.machine == elf::EM_ARM && flags.0 & elf::EF_ARM_ABI_FLOAT_HARD != 0;
    for segment in file.elf_program_headers() {
        match segment.p_type(endian) {
            elf::PT_LOAD => facts.load_alignments.push(segment.p_align(endian).into()),
            elf::PT_TLS => facts.has_tls_segment = true,
            _ => {}
        }
    }
    dynamic_table(&file, &mut facts)?;
    for symbol in file.dynamic_symbols() {
        let name = symbol.name()?.to_owned();
        if symbol.is_undefined() && symbol.is_weak() {
            facts.optional.push(name);
        } else if symbol.is_undefined() {
            facts.undefined.push(name);
        } else if symbol.is_global() {
            facts.exported.push(name);
        }
    }
    facts.tls_relocations =
        file.dynamic_relocations().into_iter().flatten().filter(|(_, relocation)| is_tls(facts.machine, relocation.flags())).count();
    Ok(facts)
}

fn dynamic_table<Elf: FileHeader<Endian = Endianness>>(file: &ElfFile<'_, Elf>, facts: &mut Facts) -> Result<()> {
    let table = file.elf_section_table().dynamic_table(file.endian(), file.data())?;
    let text = |entry| -> Result<String> { Ok(String::from_utf8_lossy(table.string(entry)?).into_owned()) };
    for entry in &table {
        match entry.tag {
            elf::DT_NEEDED => facts.needed.push(text(entry)?),
            elf::DT_SONAME => facts.soname = text(entry)?,
            elf::DT_TEXTREL => facts.has_text_relocations = true,
            elf::DT_FLAGS => facts.has_text_relocations |= entry.val & elf::DF_TEXTREL.0 != 0,
            _ => {}
        }
    }
    Ok(())
}

/// Whether a relocation asks for thread-local storage of ELF's kind, which Android has since API level 29.
fn is_tls(machine: elf::Machine, flags: RelocationFlags) -> bool {
    let RelocationFlags::Elf { r_type } = flags else { return false };
    match machine {
        elf::EM_AARCH64 => {
            [elf::R_AARCH64_TLS_DTPMOD, elf::R_AARCH64_TLS_DTPREL, elf::R_AARCH64_TLS_TPREL, elf::R_AARCH64_TLSDESC].contains(&r_type)
        }
        elf::EM_ARM => [elf::R_ARM_TLS_DTPMOD32, elf::R_ARM_TLS_DTPOFF32, elf::R_ARM_TLS_TPOFF32, elf::R_ARM_TLS_DESC].contains(&r_type),
        elf::EM_X86_64 => [elf::R_X86_64_DTPMOD64, elf::R_X86_64_DTPOFF64, elf::R_X86_64_TPOFF64, elf::R_X86_64_TLSDESC].contains(&r_type),
        _ => false,
    }
}
