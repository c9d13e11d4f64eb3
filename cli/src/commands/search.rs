//! `baquiano search`.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::ops::Range;
use std::time::Instant;

use baquiano::search::{Answer, Context, Hit, Only, Query, Why};
use baquiano::{HelpDesk, KnowledgeBase};
use serde::Serialize;

use crate::args::{self, Global};
use crate::failure::{Done, Failure};
use crate::open;
use crate::show::{self, Screen, clean};
use crate::texts::errors;

/// Longest line of `--stdin`, in bytes; the rest of it is dropped. Chosen: no question is as long, and a line without end must not
/// fill the memory.
const MAX_LINE: u64 = 1 << 20;
/// Size of the buffer that lines are read through.
const READ_BUFFER: usize = 64 << 10;

pub(crate) fn run(screen: &Screen, global: &Global, args: args::Search) -> Result<Done, Failure> {
    let reader = reader(screen, &args.reader)?;
    let desk = open::desk(screen, global.kb.as_deref(), &args.trust.key)?;
    let kb = desk.knowledge();
    let mut query = query(screen, &kb, &args)?;
    if args.stdin {
        return lines(screen, &desk, &mut query);
    }
    query.text = args.question.join(" ");
    let (answer, took_us) = ask(screen, &desk, &query)?;
    if global.json {
        screen.json(&Found::new(screen, &kb, &answer, took_us)?)?;
    } else {
        screen.write(|out| show::answer(out, screen, &kb, &answer, reader))?;
    }
    Ok(if answer.hits.is_empty() { Done::Finding } else { Done::Good })
}

/// Who reads the article, and about which phone.
pub(crate) fn reader<'a>(screen: &Screen, args: &'a args::Reader) -> Result<show::Reader<'a>, Failure> {
    let android = args.android.as_deref();
    let is_release =
        |text: &str| text.split('.').all(|part| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit()));
    if let Some(text) = android.filter(|text| !is_release(text)) {
        return Err(Failure::Input(screen.lang.bad_android(clean(text))));
    }
    Ok(show::Reader { desk: args.desk, vendor: args.vendor.as_deref(), android })
}

/// The query without its text. Ids are compared with the catalog only when there are some.
fn query(screen: &Screen, kb: &KnowledgeBase, args: &args::Search) -> Result<Query, Failure> {
    let mut context = Context {
        vendor: args.reader.vendor.as_ref().map(|vendor| vendor.to_lowercase()),
        android: args.reader.android.clone(),
        ..Context::default()
    };
    let mut only = Only { level: args.level, ..Only::default() };
    if args.app.is_some() || args.service.is_some() {
        let catalog = kb.catalog().map_err(|error| screen.damaged(&error))?;
        context.app = open::app(screen, catalog, args.app.as_deref())?;
        context.service = open::service(screen, catalog, args.service.as_deref())?;
    }
    if args.only {
        (only.app, only.service) = (context.app.clone(), context.service.clone());
    }
    Ok(Query { text: String::new(), limit: args.limit.into(), context, only })
}

/// The answer, and how many microseconds the search alone took.
fn ask(screen: &Screen, desk: &HelpDesk, query: &Query) -> Result<(Answer, u64), Failure> {
    let start = Instant::now();
    let answer = desk.search(query).map_err(|error| Failure::Internal(errors::search(screen.lang, &error)))?;
    Ok((answer, u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)))
}

/// One question a line, one JSON line each.
fn lines(screen: &Screen, desk: &HelpDesk, query: &mut Query) -> Result<Done, Failure> {
    let kb = desk.knowledge();
    let mut input = BufReader::with_capacity(READ_BUFFER, io::stdin().lock());
    let mut out = BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    while next_line(&mut input, &mut line)
        .map_err(|error| Failure::Internal(screen.lang.cannot_read("-", errors::io(screen.lang, &error))))?
    {
        query.text = String::from_utf8_lossy(&line).into_owned();
        let (answer, took_us) = ask(screen, desk, query)?;
        serde_json::to_writer(&mut out, &Found::new(screen, &kb, &answer, took_us)?)?;
        out.write_all(b"\n")?;
        // Whoever waits for the answer gets it: the next read may block unless a whole line is here already.
        if !input.buffer().contains(&b'\n') {
            out.flush()?;
        }
    }
    out.flush()?;
    Ok(Done::Good)
}

/// Reads a line without its end; false at the end of the input. What goes beyond [`MAX_LINE`] is dropped.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    if input.by_ref().take(MAX_LINE).read_until(b'\n', line)? == 0 {
        return Ok(false);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else {
        input.skip_until(b'\n')?;
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(true)
}

/// The JSON of an answer.
#[derive(Debug, Serialize)]
struct Found<'a> {
    query: &'a str,
    took_us: u64,
    confidence: f32,
    did_you_mean: Option<&'a str>,
    hits: Vec<FoundHit<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<Vec<Tile<'a>>>,
}

#[derive(Debug, Serialize)]
struct FoundHit<'a> {
    id: &'a str,
    title: &'a str,
    service: &'a str,
    level: u8,
    score: f32,
    snippet: &'a str,
    highlights: Vec<[usize; 2]>,
    title_highlights: Vec<[usize; 2]>,
    why: &'a [Why],
}

#[derive(Debug, Serialize)]
struct Tile<'a> {
    id: &'a str,
    name: &'a str,
    tile: &'a str,
    summary: &'a str,
}

impl<'a> Found<'a> {
    fn new(screen: &Screen, kb: &'a KnowledgeBase, answer: &'a Answer, took_us: u64) -> Result<Self, Failure> {
        let services = if answer.hits.is_empty() {
            let catalog = kb.catalog().map_err(|error| screen.damaged(&error))?;
            Some(catalog.services.iter().map(|s| Tile { id: s.id.as_str(), name: &s.name, tile: &s.tile, summary: &s.summary }).collect())
        } else {
            None
        };
        Ok(Self {
            query: &answer.query,
            took_us,
            confidence: answer.confidence,
            did_you_mean: answer.did_you_mean.as_deref(),
            hits: answer.hits.iter().map(found_hit).collect(),
            services,
        })
    }
}

fn found_hit(hit: &Hit) -> FoundHit<'_> {
    FoundHit {
        id: hit.id.as_str(),
        title: &hit.title,
        service: hit.service.as_str(),
        level: hit.level,
        score: hit.score,
        snippet: &hit.snippet,
        highlights: code_points(&hit.snippet, &hit.highlights),
        title_highlights: code_points(&hit.title, &hit.title_highlights),
        why: &hit.why,
    }
}

/// Byte ranges of a text as ranges of its code points.
fn code_points(text: &str, ranges: &[Range<usize>]) -> Vec<[usize; 2]> {
    let points = |byte: usize| text.char_indices().take_while(|(at, _)| *at < byte).count();
    ranges.iter().map(|range| [points(range.start), points(range.end)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_ranges_become_code_points() {
        let text = "año 😀 cámara";
        let at = |word: &str| text.find(word).map(|start| start..start + word.len()).unwrap();
        assert_eq!(code_points(text, &[at("año"), at("cámara")]), [[0, 3], [6, 12]]);
    }

    #[test]
    fn a_line_is_cut_at_its_limit_and_the_next_one_is_whole() {
        let long = usize::try_from(MAX_LINE).unwrap();
        let mut text = vec![b'a'; long + 9];
        text.extend_from_slice(b"\r\nfin\r\n\nultima");
        let mut input = BufReader::new(&*text);
        let mut line = Vec::new();
        let mut read = Vec::new();
        while next_line(&mut input, &mut line).unwrap() {
            read.push(line.len());
        }
        assert_eq!(read, [long, 3, 0, 6]);
    }
}
