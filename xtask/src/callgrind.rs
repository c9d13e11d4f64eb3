//! Pieces of the library's work under valgrind's callgrind, which counts instructions: the same number on a busy machine as on an idle one.
//!
//! Valgrind shows every program the same processor, so that what chooses its code by processor (the C library, `memchr`, checksums) chooses alike everywhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::shell::{beside, cargo, has, output, root, run, target};

/// How the library itself is compiled for it: as for a release, whose whole profile would compile all that it depends on for minutes. That is taken as the tests
/// have it, not optimised and the same each time.
const OPTIMISED: [&str; 4] = ["opt-level=3", "codegen-units=1", "debug-assertions=false", "overflow-checks=false"];
/// The function of the program within which is counted.
const COUNTED: &str = "*counted*";

/// The program and the pack that it works on.
pub(crate) struct Program {
    path: PathBuf,
    pack: PathBuf,
    out: PathBuf,
}

/// A piece of work.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) name: String,
    /// How often one round does what it is named after.
    pub(crate) times: u64,
    pub(crate) what: String,
}

impl Program {
    /// Builds the program, and the pack when none is given.
    pub(crate) fn built(pack: Option<&Path>) -> Result<Self> {
        if !has("valgrind") {
            bail!("valgrind isn't installed: `apt-get install valgrind`");
        }
        let settings = OPTIMISED.iter().flat_map(|setting| ["--config".to_owned(), format!("profile.dev.package.baquiano.{setting}")]);
        run(cargo().args(["build", "--locked", "--quiet", "--package", "baquiano-instructions"]).args(settings))?;
        let out = target().join("instructions");
        fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
        let pack = match pack {
            Some(pack) => root().join(pack),
            None => {
                let pack = out.join("base.pack");
                run(cargo().args(["run", "--locked", "--quiet", "--package", "baquiano-cli", "--", "kb", "build", "kb", "-o"]).arg(&pack))?;
                pack
            }
        };
        Ok(Self { path: target().join("debug/baquiano-instructions"), pack, out })
    }

    /// What it can do.
    pub(crate) fn pieces(&self) -> Result<Vec<Piece>> {
        let piece = |line: &str| match line.split('\t').collect::<Vec<_>>()[..] {
            [name, times, what] => Ok(Piece { name: name.to_owned(), times: times.parse()?, what: what.to_owned() }),
            _ => bail!("{} names a piece of work that isn't one: {line}", self.path.display()),
        };
        output(Command::new(&self.path).arg(&self.pack))?.lines().map(piece).collect()
    }

    /// Counts a piece of work; the file that callgrind wrote. `callers` is how many callers of a function are told apart.
    pub(crate) fn counted(&self, piece: &str, callers: usize) -> Result<PathBuf> {
        let file = self.out.join(format!("{piece}.callgrind"));
        let mut command = Command::new("valgrind");
        command.args(["--quiet", "--tool=callgrind", &format!("--toggle-collect={COUNTED}"), &format!("--separate-callers={callers}")]);
        command.arg(format!("--callgrind-out-file={}", file.display())).args([&self.path, &self.pack]).arg(piece);
        // What a shell happens to carry would lie on the stack, and move what is on it.
        let path = std::env::var_os("PATH").unwrap_or_default();
        output(command.env_clear().env("PATH", path))?;
        Ok(file)
    }

    /// Counts pieces of work, as many at once as there are processors; the instructions of one round each.
    pub(crate) fn count(&self, pieces: &[Piece]) -> Result<Vec<u64>> {
        beside(pieces, None, |piece| total(&self.counted(&piece.name, 0)?))
    }
}

/// All instructions in a file of callgrind's.
fn total(file: &Path) -> Result<u64> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("summary: "));
    total.and_then(|total| total.trim().parse().ok()).with_context(|| format!("{} has no line `summary:`", file.display()))
}
