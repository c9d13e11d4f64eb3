//! The tables, as Markdown and as JSON.

use std::fmt::Write;

use serde::Serialize;

use crate::machine::Header;
use crate::measure::{Asked, Memory, Start, percentile};

/// Everything that a run measured.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where and when.
    pub header: Header,
    /// What, corpus by corpus.
    pub corpora: Vec<Table>,
}

/// One corpus.
#[derive(Debug, Serialize)]
pub struct Table {
    /// Its name.
    pub corpus: String,
    /// How many documents it has.
    pub documents: usize,
    /// The groups of questions with how many there are of each.
    pub groups: Vec<(String, usize)>,
    /// The engines.
    pub rows: Vec<Row>,
    /// What could not be measured, and why.
    pub notes: Vec<String>,
}

/// One engine on one corpus.
#[derive(Debug, Serialize)]
pub struct Row {
    /// The engine.
    pub engine: String,
    /// How many questions it was asked.
    pub asked: usize,
    /// Of each group of questions, in the table's order.
    pub groups: Vec<Group>,
    /// Seconds to build the index; none where it came ready-made.
    pub build_s: Option<f64>,
    /// Bytes on disk.
    pub index_bytes: u64,
    /// Open and first answer as a whole process.
    pub warm: Start,
    /// The same with the page cache dropped.
    pub cold: Option<Start>,
    /// Resident memory.
    pub memory: Memory,
}

/// How an engine answered a group of questions.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Group {
    /// The questions of which the document is known.
    pub known: usize,
    /// Share of them whose document came first.
    pub success_1: f64,
    /// Mean reciprocal rank of the document among the first ten.
    pub mrr_10: f64,
    /// Share of all questions whose first hit was of the right service; none where there are no services.
    pub service_1: Option<f64>,
    /// Half of the questions took no longer, microseconds.
    pub p50_us: f64,
    /// Ninety-nine in a hundred took no longer.
    pub p99_us: f64,
}

impl Group {
    /// Sums up questions: how each went, whether its document is known, whether its service is.
    pub fn of(asked: &[(Asked, bool, bool)]) -> Self {
        let known: Vec<&Asked> = asked.iter().filter(|(_, document, _)| *document).map(|(asked, ..)| asked).collect();
        let mean = |sum: f64, count: usize| if count == 0 { 0.0 } else { sum / count as f64 };
        let served = asked.iter().filter(|(.., service)| *service).count();
        let mut micros: Vec<f64> = asked.iter().map(|(asked, ..)| asked.micros).collect();
        Self {
            known: known.len(),
            success_1: mean(known.iter().filter(|asked| asked.rank == Some(1)).count() as f64, known.len()),
            mrr_10: mean(known.iter().filter_map(|asked| asked.rank).map(|rank| 1.0 / rank as f64).sum(), known.len()),
            service_1: (served > 0).then(|| mean(asked.iter().filter(|(asked, ..)| asked.service).count() as f64, served)),
            p50_us: percentile(&mut micros, 0.5),
            p99_us: percentile(&mut micros, 0.99),
        }
    }
}

impl Report {
    /// The report as Markdown.
    pub fn markdown(&self) -> String {
        let mut out = self.head();
        self.corpora.iter().for_each(|table| out.push_str(&table.markdown()));
        out
    }

    /// The first lines: when, where, with what.
    pub fn head(&self) -> String {
        let Header { cpu, cores, kernel, date, versions, skipped } = &self.header;
        let mut out = format!("# Search, measured {date}\n\n{cpu}, {cores} cores, Linux {kernel}; {}.\n", versions.join(", "));
        skipped.iter().for_each(|skipped| out.push_str(&format!("Skipped: {skipped}.\n")));
        out
    }
}

impl Table {
    /// The tables of one corpus.
    pub fn markdown(&self) -> String {
        let mut out = format!("\n## {}\n\n", capital(&self.corpus));
        let services = self.rows.iter().flat_map(|row| &row.groups).any(|group| group.service_1.is_some());
        let cells = if services { "service first / article first / MRR@10 of the article" } else { "success@1 / MRR@10" };
        let _ = writeln!(out, "Found ({cells}; number of questions in the head):\n");
        self.head(&mut out, |(name, count)| format!("{name} ({count})"));
        self.each(&mut out, |group| {
            let service = group.service_1.map(|share| format!("{} / ", three(share))).unwrap_or_default();
            format!("{service}{} / {}", three(group.success_1), three(group.mrr_10))
        });
        let _ = writeln!(out, "\nTime of a question, µs (p50 / p99):\n");
        self.head(&mut out, |(name, _)| name.clone());
        self.each(&mut out, |group| format!("{} / {}", micros(group.p50_us), micros(group.p99_us)));
        let _ = writeln!(
            out,
            "\nCost (open + answer: median of a whole process beyond an empty one, ± half the distance of its quartiles, in brackets the empty one):\n"
        );
        out.push_str("| engine | build s | index KB | open + answer ms, cache warm | index cold | resident KB | of it own KB |\n");
        out.push_str("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        for row in &self.rows {
            let start = |start: Start| format!("{:.2} ± {:.2} ({:.1})", start.whole_ms - start.empty_ms, start.spread_ms, start.empty_ms);
            let Row { engine, build_s, index_bytes, warm, cold, memory, .. } = row;
            let build = build_s.map_or("–".to_owned(), |seconds| format!("{seconds:.1}"));
            let (warm, cold) = (start(*warm), cold.map_or("–".to_owned(), start));
            let Memory { resident_kb, own_kb } = memory;
            let _ = writeln!(out, "| {engine} | {build} | {} | {warm} | {cold} | {resident_kb} | {own_kb} |", index_bytes / 1024);
        }
        if !self.notes.is_empty() {
            out.push('\n');
            self.notes.iter().for_each(|note| out.push_str(&format!("{note}\n")));
        }
        out
    }

    fn head(&self, out: &mut String, name: impl Fn(&(String, usize)) -> String) {
        let names: Vec<String> = self.groups.iter().map(name).collect();
        let _ = writeln!(out, "| engine | {} |", names.join(" | "));
        let _ = writeln!(out, "| --- |{}", " ---: |".repeat(names.len()));
    }

    fn each(&self, out: &mut String, cell: impl Fn(&Group) -> String) {
        for row in &self.rows {
            let cells: Vec<String> = row.groups.iter().map(&cell).collect();
            let _ = writeln!(out, "| {} | {} |", row.engine, cells.join(" | "));
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// `0.957` as `.957`.
fn three(share: f64) -> String {
    let text = format!("{share:.3}");
    text.strip_prefix('0').unwrap_or(&text).to_owned()
}

/// Whole microseconds, thousands apart.
fn micros(us: f64) -> String {
    let digits = format!("{us:.0}");
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_lose_their_zero_and_thousands_are_set_apart() {
        assert_eq!([three(0.9574), three(1.0), three(0.0)], [".957", "1.000", ".000"]);
        assert_eq!([micros(7.4), micros(999.9), micros(139_466.2)], ["7", "1,000", "139,466"]);
    }

    #[test]
    fn a_question_without_a_known_article_counts_for_its_service_alone() {
        let asked = |rank, service| Asked { micros: 10.0, rank, service };
        let group = Group::of(&[(asked(Some(1), true), true, true), (asked(Some(4), false), true, true), (asked(None, true), false, true)]);
        assert_eq!((group.known, group.success_1, group.mrr_10), (2, 0.5, 0.625));
        assert_eq!(group.service_1.map(three), Some(".667".to_owned()));
    }
}
