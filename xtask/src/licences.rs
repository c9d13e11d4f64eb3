//! `cargo xtask licences`: the licences of all that is linked into what is handed out, as texts that each of them carries.
//!
//! What is linked is what cargo says of the package; the texts are those that each crate has with it. Where a crate offers a choice, the first of [`PREFERRED`] is taken: Apache's
//! is one text for all of them, so that the files stay small.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use crate::shell;

/// What can be chosen.
#[derive(clap::Args)]
pub(crate) struct Licences {
    /// Change nothing; fail when a file isn't as it would be made.
    #[arg(long)]
    check: bool,
}

/// Something that is handed out.
struct Artifact {
    /// Its file.
    file: &'static str,
    /// What of the workspace is linked.
    package: &'static str,
    /// The targets that it is built for.
    targets: &'static [&'static str],
    /// What else is in it.
    extras: &'static [Extra],
    /// What its user adds beside it.
    beside: &'static [Beside],
}

/// What is linked and is no crate: name, licences as SPDX calls them, who holds the copyright.
struct Extra(&'static str, &'static [&'static str], &'static str);

/// What an app for Kotlin adds: name, the property of the version in Maven's file, and its licences, in words.
struct Beside(&'static str, &'static str, &'static str);

const ANDROID: [&str; 3] = ["aarch64-linux-android", "armv7-linux-androideabi", "x86_64-linux-android"];
/// Its tables of Unicode and what of it comes from LLVM and musl have licences of their own, with no choice.
const STD: Extra = Extra(
    "la biblioteca estándar de Rust",
    &["Apache-2.0", "MIT", "Unicode-3.0"],
    "the Rust Project Developers; the compiler-builtins developers; Rich Felker, et al. (musl)",
);
const UNWINDER: Extra = Extra("libunwind, de LLVM", &["Apache-2.0"], "the LLVM Project");
const MAVEN: &str = "bindings/kotlin/pom.xml";

const ARTIFACTS: [Artifact; 3] = [
    Artifact {
        file: "bindings/kotlin/baquiano/src/main/resources/org/baquiano/licencias.txt",
        package: "baquiano-ffi",
        targets: &ANDROID,
        extras: &[STD, UNWINDER],
        beside: &[
            Beside("Kotlin", "kotlin.version", "Apache 2.0; https://github.com/JetBrains/kotlin"),
            Beside("kotlinx.coroutines", "coroutines.version", "Apache 2.0; https://github.com/Kotlin/kotlinx.coroutines"),
            Beside("JNA", "jna.version", "Apache 2.0, o LGPL 2.1 o posterior; con libffi (MIT); https://github.com/java-native-access/jna"),
        ],
    },
    Artifact {
        file: "bindings/python/src/baquiano/licencias.txt",
        package: "baquiano-ffi",
        targets: &["all"],
        extras: &[STD],
        beside: &[],
    },
    Artifact {
        file: "cli/src/licencias.txt",
        package: "baquiano-cli",
        targets: &["all"],
        extras: &[STD, Extra("SQLite, sin licencia: es de dominio público", &[], "")],
        beside: &[],
    },
];

/// The licences that may be chosen, the best first: those of `deny.toml`.
const PREFERRED: [&str; 9] = ["Apache-2.0", "MIT", "BSD-3-Clause", "ISC", "Zlib", "Unicode-3.0", "CDLA-Permissive-2.0", "MIT-0", "MPL-2.0"];
/// The one whose text is the same for all.
const COMMON: &str = "Apache-2.0";
/// The one that wants it said where the sources are.
const SOURCES: &str = "MPL-2.0";
/// How the names of files tell the licences apart.
const TAGS: [(&str, &str); 7] = [
    ("APACHE", COMMON),
    ("MIT", "MIT"),
    ("UNLICENSE", "Unlicense"),
    ("ZLIB", "Zlib"),
    ("BSD", "BSD-3-Clause"),
    ("BOOST", "BSL-1.0"),
    ("COPYING", "COPYING"),
];

/// As much of a package as cargo tells and this needs.
#[derive(Clone, Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    authors: Vec<String>,
    repository: Option<String>,
    manifest_path: PathBuf,
    /// Where it is from; the workspace's own have none.
    source: Option<String>,
}

/// All packages, by name and version.
type Packages = BTreeMap<(String, String), Package>;

/// Makes the files, or looks whether they are as they would be made.
///
/// # Errors
///
/// When a crate has a licence that nobody looked at yet, or with `--check` a file is out of date.
pub(crate) fn run(args: &Licences) -> Result<()> {
    let packages = packages()?;
    for artifact in &ARTIFACTS {
        let text = text(artifact, &packages).with_context(|| artifact.file.to_owned())?;
        let file = shell::root().join(artifact.file);
        match (fs::read_to_string(&file).is_ok_and(|before| before == text), args.check) {
            (true, _) => println!("{} is as it should be", artifact.file),
            (false, true) => bail!("{} is out of date: run `cargo xtask licences`", artifact.file),
            (false, false) => {
                fs::create_dir_all(file.parent().unwrap_or(&file))?;
                fs::write(&file, text)?;
                println!("{} was written", artifact.file);
            }
        }
    }
    Ok(())
}

fn packages() -> Result<Packages> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let told = shell::output(shell::cargo().args(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_str(&told).context("cargo metadata")?;
    Ok(metadata.packages.into_iter().map(|package| ((package.name.clone(), package.version.clone()), package)).collect())
}

/// What of others is linked, with its features as cargo chooses them for this package alone.
fn linked<'p>(artifact: &Artifact, packages: &'p Packages) -> Result<Vec<&'p Package>> {
    let mut names = BTreeSet::new();
    for target in artifact.targets {
        let mut tree = shell::cargo();
        tree.args(["tree", "--locked", "--package", artifact.package, "--edges", "normal,no-proc-macro", "--target", target]);
        let told = shell::output(tree.args(["--prefix", "none", "--no-dedupe", "--format", "{p}"]))?;
        for line in told.lines() {
            let mut words = line.split(' ');
            let version = words.clone().nth(1).and_then(|word| word.strip_prefix('v'));
            let (Some(name), Some(version)) = (words.next(), version) else { bail!("cargo tree says {line:?}") };
            names.insert((name.to_owned(), version.to_owned()));
        }
    }
    let found: Option<Vec<_>> = names.iter().map(|name| packages.get(name)).collect();
    Ok(found.context("cargo tree names what cargo metadata doesn't")?.into_iter().filter(|package| package.source.is_some()).collect())
}

/// The licences by which a crate is taken.
fn chosen(package: &Package) -> Result<Vec<String>> {
    let name = &package.name;
    let told = package.license.as_deref().with_context(|| format!("{name} names no licence"))?;
    let expression = Expression::parse_mode(told, ParseMode::LAX).with_context(|| format!("{name}: {told}"))?;
    let preferred = PREFERRED.iter().map(|id| Licensee::parse(id)).collect::<Result<Vec<_>, _>>()?;
    let needed = expression.minimized_requirements(&preferred);
    let needed =
        needed.with_context(|| format!("{name} is under {told}, which a person must look at: deny.toml, and PREFERRED in xtask"))?;
    Ok(needed.iter().map(ToString::to_string).collect())
}

/// The names of files in a crate that hold its licences, the common one aside; nothing if it has no such file.
fn files(package: &Package, chosen: &[String]) -> Result<Vec<PathBuf>> {
    let dir = package.manifest_path.parent().unwrap_or(Path::new(""));
    let mut named = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("{} can't be read", dir.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        if path.is_file() && ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT"].iter().any(|word| name.contains(word)) {
            named.push((name, path));
        }
    }
    named.sort();
    // What is left out is that of a licence that wasn't chosen, or the common text.
    let is_of = |name: &str, licence: &dyn Fn(&str) -> bool| TAGS.iter().any(|(tag, id)| name.contains(tag) && licence(id));
    named.retain(|(name, _)| !is_of(name, &|id| id == COMMON || !chosen.iter().any(|one| one == id)));
    if let [only] = chosen
        && named.iter().any(|(name, _)| is_of(name, &|id| id == only))
    {
        named.retain(|(name, _)| is_of(name, &|id| id == only));
    }
    Ok(named.into_iter().map(|(_, path)| path).collect())
}

/// The texts of a crate's licences, the common one aside.
fn own_texts(package: &Package, chosen: &[String], packages: &Packages) -> Result<Vec<String>> {
    let wanted: Vec<&String> = chosen.iter().filter(|id| *id != COMMON).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = files(package, chosen)?;
    if found.is_empty() {
        // Some have their licence at the root of their repository alone, which is what another crate was made from.
        let siblings = packages.values().filter(|other| other.repository.is_some() && other.repository == package.repository);
        for sibling in siblings.filter(|other| other.license == package.license) {
            found = files(sibling, chosen)?;
            if !found.is_empty() {
                break;
            }
        }
    }
    if found.is_empty() {
        let holders = if package.authors.is_empty() { format!("the authors of {}", package.name) } else { package.authors.join(", ") };
        return wanted.into_iter().map(|id| standard(id, &holders)).collect();
    }
    found.iter().map(|path| fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))).collect()
}

/// The text of a licence as SPDX has it, with the holders of the copyright in their place.
fn standard(id: &str, holders: &str) -> Result<String> {
    let text = spdx::license_id(id).with_context(|| format!("SPDX knows no {id}"))?.text();
    Ok(text.replace("<year> <copyright holders>", holders))
}

/// What Apache's licence wants to be kept.
fn notice(package: &Package) -> Option<String> {
    let dir = package.manifest_path.parent()?;
    ["NOTICE", "NOTICE.txt", "NOTICE.md"].iter().find_map(|name| fs::read_to_string(dir.join(name)).ok())
}

/// Who has a text, by the text.
#[derive(Default)]
struct Texts(Vec<(String, Vec<String>)>);

impl Texts {
    /// Texts that differ in nothing but their line ends and spaces are one.
    fn add(&mut self, text: &str, name: &str) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let text = lines.join("\n").trim_matches('\n').to_owned();
        match self.0.iter_mut().find(|(known, _)| words(known) == words(&text)) {
            Some((_, names)) if names.iter().any(|known| known == name) => {}
            Some((_, names)) => names.push(name.to_owned()),
            None => self.0.push((text, vec![name.to_owned()])),
        }
    }
}

fn text(artifact: &Artifact, packages: &Packages) -> Result<String> {
    let mut by_licence: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut texts, mut notices, mut sources) = (Texts::default(), Texts::default(), Vec::new());
    texts.add(&fs::read_to_string(shell::root().join("LICENSE-APACHE"))?, COMMON);
    for package in linked(artifact, packages)? {
        let name = format!("{} {}", package.name, package.version);
        let chosen = chosen(package)?;
        by_licence.entry(chosen.join(" y ")).or_default().push(name.clone());
        for text in own_texts(package, &chosen, packages)? {
            texts.add(&text, &name);
        }
        if let Some(notice) = notice(package) {
            notices.add(&notice, &name);
        }
        if chosen.iter().any(|id| id == SOURCES) {
            sources.push(format!("{name}: https://crates.io/crates/{}/{}", package.name, package.version));
        }
    }
    for Extra(name, licences, holders) in artifact.extras {
        by_licence.entry(licences.join(" y ")).or_default().push((*name).to_owned());
        for id in licences.iter().filter(|id| **id != COMMON) {
            texts.add(&standard(id, holders)?, name);
        }
    }

    // Each paragraph for itself: screens wrap them as wide as they are.
    let mut out = vec![HEAD.to_owned(), title("De quién es cada parte")];
    for (licence, names) in &by_licence {
        let licence = if licence.is_empty() { "Sin condiciones" } else { licence };
        out.push(format!("{licence}: {}.", names.join(", ")));
    }
    if !artifact.beside.is_empty() {
        let pom = fs::read_to_string(shell::root().join(MAVEN)).with_context(|| MAVEN.to_owned())?;
        out.extend([
            title("Lo que va al lado"),
            "No están adentro de Baquiano. La aplicación los agrega, porque Baquiano los usa.".to_owned(),
        ]);
        for Beside(name, property, licence) in artifact.beside {
            out.push(format!("{name} {}: {licence}", property_of(&pom, property)?));
        }
    }
    if !sources.is_empty() {
        out.extend([title("Dónde están las fuentes"), format!("Lo que tiene la licencia {SOURCES} está aquí sin cambios. Sus fuentes:")]);
        out.append(&mut sources);
    }
    for (heading, texts) in [("Avisos que deben conservarse", notices), ("Textos de las licencias", texts)] {
        if !texts.0.is_empty() {
            out.push(title(heading));
        }
        out.extend(texts.0.into_iter().flat_map(|(text, names)| [format!("----- {} -----", names.join(", ")), text]));
    }
    Ok(out.join("\n\n") + "\n")
}

const HEAD: &str = "LICENCIAS

Baquiano es de sus autores. Puede usarlo según la licencia MIT o la licencia Apache 2.0, la que prefiera.

La base de conocimiento tiene la licencia Creative Commons Atribución 4.0: https://creativecommons.org/licenses/by/4.0/deed.es

Baquiano lleva adentro programas de otras personas. Aquí están sus nombres y sus licencias, en el idioma en que se dieron. Donde hay varias para escoger, se nombra la que se escogió.";

fn title(text: &str) -> String {
    format!("== {} ==", text.to_uppercase())
}

/// The value of a property in Maven's file.
fn property_of<'p>(pom: &'p str, property: &str) -> Result<&'p str> {
    let (_, rest) = pom.split_once(&format!("<{property}>")).with_context(|| format!("{MAVEN} has no {property}"))?;
    Ok(rest.split('<').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(dir: &Path, license: &str, files: &[(&str, &str)]) -> Package {
        fs::create_dir_all(dir).unwrap();
        for (name, text) in files {
            fs::write(dir.join(name), text).unwrap();
        }
        Package {
            name: "crate".to_owned(),
            version: "1.0.0".to_owned(),
            license: Some(license.to_owned()),
            authors: vec!["Ana".to_owned()],
            repository: Some("https://example.org/crates".to_owned()),
            manifest_path: dir.join("Cargo.toml"),
            source: Some("registry".to_owned()),
        }
    }

    fn texts_of(license: &str, files: &[(&str, &str)]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        let package = package(dir.path(), license, files);
        own_texts(&package, &chosen(&package).unwrap(), &Packages::new()).unwrap()
    }

    #[test]
    fn of_a_choice_the_common_text_is_taken_then_the_shortest() {
        assert_eq!(texts_of("MIT OR Apache-2.0", &[("LICENSE-MIT", "mit")]), [""; 0]);
        assert_eq!(texts_of("MIT/Apache-2.0", &[("LICENSE-MIT", "mit")]), [""; 0]);
        assert_eq!(texts_of("Unlicense OR MIT", &[("COPYING", "both"), ("LICENSE-MIT", "mit"), ("UNLICENSE", "un")]), ["mit"]);
        assert_eq!(
            texts_of("zlib-acknowledgement OR MIT", &[("LICENSE.txt", "see"), ("MIT-LICENSE.txt", "mit"), ("ZLIB-LICENSE.txt", "z")]),
            ["mit"]
        );
    }

    #[test]
    fn where_several_hold_all_are_taken() {
        let files = [("COPYRIGHT", "both"), ("LICENSE-APACHE", "a"), ("LICENSE-MIT", "mit"), ("LICENSE-WHATWG", "bsd")];
        assert_eq!(texts_of("(Apache-2.0 OR MIT) AND BSD-3-Clause", &files), ["both", "bsd"]);
        assert_eq!(texts_of("MIT AND BSD-3-Clause", &[("LICENSE", "mit"), ("LICENSE.httprouter", "bsd")]), ["mit", "bsd"]);
    }

    #[test]
    fn without_a_file_a_sibling_has_it_or_the_standard_text_does() {
        let standard = texts_of("MIT", &[]);
        assert!(standard[0].contains("Copyright (c) Ana\n"), "{standard:?}");
        let dir = tempfile::tempdir().unwrap();
        let bare = package(&dir.path().join("bare"), "MIT", &[]);
        let sibling = package(&dir.path().join("sibling"), "MIT", &[("LICENSE", "of the repository")]);
        let packages = Packages::from([((sibling.name.clone(), sibling.version.clone()), sibling)]);
        assert_eq!(own_texts(&bare, &chosen(&bare).unwrap(), &packages).unwrap(), ["of the repository"]);
    }

    #[test]
    fn a_licence_that_nobody_looked_at_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        assert!(chosen(&package(dir.path(), "GPL-3.0-only", &[])).is_err());
        assert!(chosen(&package(dir.path(), "no such thing", &[])).is_err());
    }

    #[test]
    fn a_text_stands_once_with_all_who_have_it() {
        let mut texts = Texts::default();
        for (text, name) in [("the  text\n", "a 1"), ("the text", "b 1"), ("another", "c 1"), ("the text", "b 1")] {
            texts.add(text, name);
        }
        assert_eq!(texts.0.iter().map(|(_, names)| names.join(" ")).collect::<Vec<_>>(), ["a 1 b 1", "c 1"]);
    }

    /// What is chosen here is what `deny.toml` lets in.
    #[test]
    fn the_licences_are_those_that_are_let_in() {
        let deny = fs::read_to_string(shell::root().join("deny.toml")).unwrap();
        let (_, rest) = deny.split_once("allow = [").unwrap();
        let allowed: BTreeSet<&str> =
            rest.split(']').next().unwrap().lines().filter_map(|line| line.trim().strip_prefix('"')?.split('"').next()).collect();
        assert_eq!(PREFERRED.into_iter().collect::<BTreeSet<_>>(), allowed);
    }
}
