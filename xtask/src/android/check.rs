//! What must hold of a library before it may go onto a phone. What is found wrong fails the command.

use std::collections::BTreeSet;

use super::SONAME;
use super::abi::Abi;
use super::bionic::Libraries;
use super::inspect::Facts;

/// The page size in bytes that phones since Android 15 may have: segments are aligned to it, at least.
const PAGE: u64 = 16 * 1024;
/// The names that other languages call begin so: functions of UniFFI's scaffolding, its checksums, and its metadata.
const EXPORTED: [&str; 3] = ["ffi_", "uniffi_", "UNIFFI_META_"];

/// What is wrong with a library that is meant for this ABI, in sentences; nothing is good.
pub(crate) fn problems(facts: &Facts, abi: Abi, offered: &Libraries) -> Vec<String> {
    let traits = abi.traits();
    let mut problems = Vec::new();
    let mut must = |holds: bool, problem: String| {
        if !holds {
            problems.push(problem);
        }
    };
    must(facts.machine == traits.machine, format!("it is for {:?}, not for {:?}", facts.machine, traits.machine));
    must(facts.is_64 == traits.is_64, format!("it has {}-bit addresses", if facts.is_64 { 64 } else { 32 }));
    must(!facts.is_hard_float, "it is marked as passing floating point numbers in their own registers, which Android doesn't".to_owned());
    must(facts.soname == SONAME, format!("it calls itself {:?}", facts.soname));
    must(!facts.load_alignments.is_empty(), "nothing of it is loaded".to_owned());
    let aligned = facts.load_alignments.iter().all(|alignment| alignment % PAGE == 0 && *alignment > 0);
    must(aligned, format!("segments are aligned to {:?} bytes, not to pages of {PAGE}", facts.load_alignments));
    let tls = facts.has_tls_segment || facts.tls_relocations > 0;
    must(
        !tls,
        format!("it wants thread-local storage from the system ({} relocations), which came with API level 29", facts.tls_relocations),
    );
    must(!facts.has_text_relocations, "its code must be changed when it is loaded, which Android refuses".to_owned());

    let strangers = not_in(&facts.needed, |library| offered.contains_key(library));
    must(strangers.is_empty(), format!("it needs libraries that an app can't count on: {strangers}"));
    let names: BTreeSet<&str> =
        offered.iter().filter(|(library, _)| facts.needed.iter().any(|n| n == *library)).flat_map(|(_, names)| names).copied().collect();
    let missing = not_in(&facts.undefined, |name| names.contains(name));
    must(missing.is_empty(), format!("no library that it needs offers: {missing}"));

    must(!facts.exported.is_empty(), "nothing can be called in it".to_owned());
    let leaks = not_in(&facts.exported, |name| EXPORTED.iter().any(|start| name.starts_with(start)));
    must(leaks.is_empty(), format!("it shows names that are its own affair: {leaks}"));
    problems
}

/// Those for which it doesn't hold, for a sentence.
fn not_in(names: &[String], holds: impl Fn(&str) -> bool) -> String {
    names.iter().map(String::as_str).filter(|name| !holds(name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::android::bionic;

    fn good() -> Facts {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Facts {
            machine: object::elf::EM_AARCH64,
            is_64: true,
            load_alignments: vec![PAGE, 4 * PAGE],
            soname: SONAME.to_owned(),
            needed: names(&["libc.so", "libdl.so"]),
            undefined: names(&["malloc", "dl_iterate_phdr"]),
            exported: names(&["ffi_baquiano_ffi_uniffi_contract_version", "uniffi_baquiano_ffi_fn_func_open"]),
            ..Facts::default()
        }
    }

    fn found(change: impl FnOnce(&mut Facts)) -> Vec<String> {
        let mut facts = good();
        change(&mut facts);
        problems(&facts, Abi::Arm64, &bionic::libraries(Abi::Arm64).unwrap())
    }

    #[test]
    fn a_good_library_has_no_problems() {
        assert_eq!(found(|_| ()), Vec::<String>::new());
    }

    #[test]
    fn each_fault_is_told_once() {
        let faults: [fn(&mut Facts); 11] = [
            |facts| facts.machine = object::elf::EM_ARM,
            |facts| facts.is_64 = false,
            |facts| facts.is_hard_float = true,
            |facts| facts.soname.clear(),
            |facts| facts.load_alignments = vec![4096, PAGE],
            |facts| facts.has_tls_segment = true,
            |facts| facts.tls_relocations = 3,
            |facts| facts.has_text_relocations = true,
            |facts| facts.needed.push("libgcc_s.so.1".to_owned()),
            |facts| facts.undefined.push("getrandom".to_owned()),
            |facts| facts.exported.push("rust_eh_personality".to_owned()),
        ];
        for (number, fault) in faults.into_iter().enumerate() {
            assert_eq!(found(fault).len(), 1, "fault {number}");
        }
    }

    #[test]
    fn a_name_counts_only_if_its_library_is_needed() {
        assert!(found(|facts| facts.undefined.push("sqrt".to_owned()))[0].contains("sqrt"));
        assert!(found(|facts| facts.needed.retain(|library| library != "libdl.so"))[0].contains("dl_iterate_phdr"));
    }
}
