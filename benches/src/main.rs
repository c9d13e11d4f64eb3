//! `cargo run --release -p baquiano-bench`: the tables of this library beside its peers. `benches/README.md` says more.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints tables")]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use baquiano_bench::corpus::{Corpus, KnowledgeSource, SEED, generated, knowledge_base, left_out, public};
use baquiano_bench::machine::Header;
use baquiano_bench::report::Report;
use baquiano_bench::run::{Options, run};
use baquiano_bench::{Result, child, sweep};

const HELP: &str = "\
Measures Baquiano's search beside SQLite FTS5, tantivy and MiniSearch.

cargo run --release -p baquiano-bench -- [OPTIONS]
  --sizes N,…        corpora: 100 is the knowledge base itself, more are generated (100,1000,10000,100000)
  --quick            the knowledge base alone
  --docs FILE        a set of your own: JSON [[title, body], …]; then no other corpus
  --questions FILE   its questions: JSON [[question, noisy question, document], …]
  --engines KEY,…    only these: baquiano fts5 fts5-stop fts5-weighted fts5-trigram tantivy tantivy-stop
                     tantivy-weighted minisearch
  --no-cold          never drops the page cache (other programs on this machine feel it)
  --dir DIR          where indexes are built (the system's temporary folder)
  --json FILE        the same as JSON
  --sweep            tries the peers' configurations on the tuning questions
  --show N           prints N documents and questions of each corpus, measures nothing
";

#[derive(Default)]
struct Args {
    sizes: Vec<usize>,
    docs: Option<PathBuf>,
    questions: Option<PathBuf>,
    engines: Vec<String>,
    no_cold: bool,
    dir: Option<PathBuf>,
    json: Option<PathBuf>,
    sweep: bool,
    show: usize,
    help: bool,
}

impl Args {
    fn parse(args: &[OsString]) -> Result<Self> {
        let mut parsed = Self { sizes: vec![100, 1000, 10_000, 100_000], ..Self::default() };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let name = arg.to_string_lossy();
            let mut value = || args.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_ref() {
                "--sizes" => {
                    let sizes = value()?.to_string_lossy();
                    let sizes = sizes.split(',').map(|size| size.trim().replace('_', "").parse());
                    parsed.sizes = sizes.collect::<std::result::Result<_, _>>().map_err(|_| "--sizes takes numbers: 100,1000")?;
                }
                "--quick" => parsed.sizes = vec![100],
                "--docs" => parsed.docs = Some(value()?.into()),
                "--questions" => parsed.questions = Some(value()?.into()),
                "--engines" => parsed.engines = value()?.to_string_lossy().split(',').map(str::to_owned).collect(),
                "--no-cold" => parsed.no_cold = true,
                "--dir" => parsed.dir = Some(value()?.into()),
                "--json" => parsed.json = Some(value()?.into()),
                "--sweep" => parsed.sweep = true,
                "--show" => parsed.show = value()?.to_string_lossy().parse().map_err(|_| "--show takes a number")?,
                "--help" | "-h" => parsed.help = true,
                other => return Err(format!("unknown option {other}; --help lists them").into()),
            }
        }
        if let Some(unknown) = parsed.engines.iter().find(|key| baquiano_bench::engines::by_key(key).is_none()) {
            return Err(format!("unknown engine {unknown}; --help lists them").into());
        }
        if parsed.docs.is_some() != parsed.questions.is_some() {
            return Err("--docs and --questions go together".into());
        }
        Ok(parsed)
    }
}

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let done = match child::serve(&args) {
        Ok(Some(told)) => {
            print!("{told}");
            Ok(())
        }
        Ok(None) => Args::parse(&args).and_then(|args| bench(&args)),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn bench(args: &Args) -> Result<()> {
    if args.help {
        print!("{HELP}");
        return Ok(());
    }
    let source = KnowledgeSource::read()?;
    let dir = args.dir.clone().unwrap_or_else(std::env::temp_dir);
    if args.sweep {
        println!("| configuration | service first | article first | MRR@10 |\n| --- | ---: | ---: | ---: |");
        return sweep::sweep(&knowledge_base(&source), "tune: all", &dir, |line| println!("{line}"));
    }
    if args.show > 0 {
        return each_corpus(args, &source, |corpus| {
            show(&corpus, args.show);
            Ok(())
        });
    }
    let mut report = Report { header: Header::look(), corpora: Vec::new() };
    print!("{}", report.head());
    let options = Options { dir: &dir, cold: !args.no_cold, only: &args.engines };
    each_corpus(args, &source, |corpus| {
        let table = run(&corpus, options, |line| eprintln!("… {line}"))?;
        print!("{}", table.markdown());
        report.corpora.push(table);
        Ok(())
    })?;
    if let Some(file) = &args.json {
        std::fs::write(file, serde_json::to_string_pretty(&report)?)?;
    }
    Ok(())
}

/// The corpora that were asked for, one at a time, so that only one is in memory.
fn each_corpus(args: &Args, source: &KnowledgeSource, mut each: impl FnMut(Corpus) -> Result<()>) -> Result<()> {
    if let (Some(docs), Some(questions)) = (&args.docs, &args.questions) {
        return each(public(docs, questions, &source.content().synonyms.stop)?);
    }
    for size in &args.sizes {
        if *size > 100 {
            each(generated(source, *size, SEED))?;
        } else {
            each(knowledge_base(source))?;
            each(left_out(source, 0, SEED))?;
        }
    }
    Ok(())
}

fn show(corpus: &Corpus, count: usize) {
    println!("## {} ({} questions)\n", corpus.name, corpus.questions.len());
    corpus.iter().take(count).for_each(|document| println!("{document:#?}\n"));
    for question in corpus.questions.iter().take(count * 3) {
        println!("{} → {}\n  {}", question.groups.join(", "), question.document.as_deref().unwrap_or("–"), question.text);
    }
}
