//! What Android's system libraries offer at the API level that the library is built for.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use super::abi::Abi;

/// The names by library and ABI; its first lines say where they come from.
const LIST: &str = include_str!("bionic-24.txt");

/// The system libraries by name, with the names that each offers to an ABI.
pub(crate) type Libraries = BTreeMap<&'static str, Vec<&'static str>>;

/// Reads the list for one ABI.
///
/// # Errors
///
/// When the list has a name before its first section, or a section's title isn't closed.
pub(crate) fn libraries(abi: Abi) -> Result<Libraries> {
    parse(LIST, abi.traits().bionic)
}

fn parse(list: &'static str, architecture: &str) -> Result<Libraries> {
    let mut libraries = Libraries::new();
    let mut section: Option<(&str, bool)> = None;
    for line in list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let Some(title) = line.strip_prefix('[') {
            let mut words = title.strip_suffix(']').with_context(|| format!("the title {line:?} isn't closed"))?.split_whitespace();
            let library = words.next().with_context(|| format!("the title {line:?} names no library"))?;
            let architectures: Vec<&str> = words.collect();
            section = Some((library, architectures.is_empty() || architectures.contains(&architecture)));
            continue;
        }
        let (library, applies) = section.with_context(|| format!("{line:?} stands before any section"))?;
        if applies {
            libraries.entry(library).or_default().extend(line.split_whitespace());
        }
    }
    Ok(libraries)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_section_may_be_for_some_architectures() {
        let list = "# origin\n[libc.so]\nabort\nread write\n[libc.so arm]\n__aeabi_memcpy\n";
        assert_eq!(parse(list, "arm").unwrap()["libc.so"], ["abort", "read", "write", "__aeabi_memcpy"]);
        assert_eq!(parse(list, "arm64").unwrap()["libc.so"], ["abort", "read", "write"]);
        assert!(parse("abort\n", "arm").is_err());
    }

    #[test]
    fn no_name_stands_twice() {
        for abi in Abi::ALL {
            let libraries = libraries(abi).unwrap();
            assert_eq!(libraries.keys().copied().collect::<Vec<_>>(), ["libc.so", "libdl.so", "liblog.so", "libm.so"]);
            for (library, names) in libraries {
                assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{library} for {abi:?}");
            }
        }
    }

    #[test]
    fn what_came_after_24_is_not_offered() {
        let libraries = libraries(Abi::Arm64).unwrap();
        assert!(libraries["libc.so"].contains(&"getifaddrs"), "since 24");
        for late in ["strtod_l", "pthread_getname_np", "getrandom", "copy_file_range", "__tls_get_addr", "__aeabi_memcpy"] {
            assert!(!libraries["libc.so"].contains(&late), "{late}");
        }
    }
}
