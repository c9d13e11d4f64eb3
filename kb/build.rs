//! Checks the content and builds the pack. A mistake in the content is a mistake of the build, told with file and line.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a build script speaks to cargo on its standard output")]

use std::error::Error;
use std::path::Path;
use std::{env, fs, process};

use baquiano::kb;
use baquiano::kb::author::Severity;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = env::var("CARGO_MANIFEST_DIR")?;
    let dir = Path::new(&dir);
    for part in ["articles", "media", "catalog.yaml", "facts.yaml", "synonyms.yaml", "remedies.yaml", "flows", "pack.yaml", "tests"] {
        println!("cargo::rerun-if-changed={part}");
    }
    let content = kb::compile(dir);
    let errors: Vec<_> = content.problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
    if !errors.is_empty() {
        for problem in &errors {
            eprintln!("{}", content.reading.render(problem, false));
        }
        eprintln!("{} errores en el contenido: corríjalos y construya otra vez.", errors.len());
        process::exit(1);
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("kb.pack"), content.pack()?)?;
    Ok(())
}
