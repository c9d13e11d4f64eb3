//! Test questions: what people ask, and the help that they must get. A table with tabs.

use std::path::Path;

use super::diagnostics::Problem;
use crate::kb::{ArticleId, ServiceId};

/// How a question may be distorted: the names that `noise` takes.
pub const NOISES: [&str; 5] = ["clean", "colloquial", "misspelled", "sms", "voice"];

/// One question with the answer that it must get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryCase {
    /// What is asked.
    pub question: String,
    /// The service that it belongs to.
    pub service: ServiceId,
    /// The article that must answer it, if only one does.
    pub article: Option<ArticleId>,
    /// How the question is distorted, e.g. `misspelled`.
    pub noise: Option<String>,
    /// The part of the set that it belongs to, e.g. `dev` or `held-out`.
    pub split: Option<String>,
    /// Its line in the file.
    pub line: u32,
}

/// The column of each field; none: the file doesn't have it.
#[derive(Clone, Copy)]
struct Columns {
    question: usize,
    service: usize,
    article: Option<usize>,
    noise: Option<usize>,
    split: Option<usize>,
    named: bool,
}

/// A file without a header: question, service and then an article or a noise.
const POSITIONAL: Columns = Columns { question: 0, service: 1, article: Some(2), noise: None, split: None, named: false };

/// Reads a table of questions. With a header the columns go by name (`query` or `question`, `service`, `article`, `noise`,
/// `split`), in any order; without one they are `question`, `service` and, if there is a third, `article` or `noise`. Blank
/// lines and lines that begin with `#` don't count.
pub fn parse_queries(text: &str, file: &Path) -> (Vec<QueryCase>, Vec<Problem>) {
    let mut cases = Vec::new();
    let mut problems = Vec::new();
    let mut columns: Option<Columns> = None;
    for (n, line) in text.lines().enumerate() {
        let number = u32::try_from(n + 1).unwrap_or(u32::MAX);
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let known = match columns {
            Some(columns) => columns,
            None => {
                let header = header(&cells);
                columns = Some(header.unwrap_or(POSITIONAL));
                if let Some(header) = header {
                    problems.extend(unknown_columns(&cells, file, number));
                    columns = Some(header);
                    continue;
                }
                POSITIONAL
            }
        };
        match case(&cells, known, number) {
            Ok(case) => cases.push(case),
            Err((column, code, message, help)) => {
                let place = (number, start_of(line, column));
                problems.push(Problem::error(code, file, message).at(place).help(help));
            }
        }
    }
    (cases, problems)
}

fn header(cells: &[&str]) -> Option<Columns> {
    let find = |name: &str| cells.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    Some(Columns {
        question: find("query").or_else(|| find("question"))?,
        service: find("service")?,
        article: find("article"),
        noise: find("noise"),
        split: find("split"),
        named: true,
    })
}

fn unknown_columns(cells: &[&str], file: &Path, line: u32) -> Vec<Problem> {
    let known = ["query", "question", "service", "article", "noise", "split"];
    let unknown = cells.iter().filter(|cell| !known.iter().any(|name| cell.eq_ignore_ascii_case(name)));
    unknown
        .map(|cell| {
            let problem = Problem::warning("unknown-column", file, format!("la columna «{cell}» no se usa")).at((line, 1));
            problem.help(format!("las columnas son: {}", known.join(", ")))
        })
        .collect()
}

type Refusal = (usize, &'static str, String, &'static str);

fn case(cells: &[&str], columns: Columns, line: u32) -> Result<QueryCase, Refusal> {
    let cell = |column: Option<usize>| column.and_then(|at| cells.get(at).copied()).filter(|cell| !cell.is_empty());
    let missing = |column, what: &str| (column, "missing-cell", format!("falta {what}"), "separe las columnas con un tabulador");
    let bad_id = |column, cell: &str| (column, "bad-id", format!("«{cell}» no sirve de id"), "use minúsculas sin acento, números y «-»");
    let question = cell(Some(columns.question)).ok_or_else(|| missing(columns.question, "la pregunta"))?;
    let service = cell(Some(columns.service)).ok_or_else(|| missing(columns.service, "el servicio"))?;
    let service = service.parse().map_err(|_| bad_id(columns.service, service))?;
    let mut article = cell(columns.article);
    let mut noise = cell(columns.noise);
    if !columns.named && article.is_some_and(|third| NOISES.contains(&third)) {
        noise = article.take();
    }
    let article = match article {
        Some(id) => Some(id.parse().map_err(|_| bad_id(columns.article.unwrap_or(0), id))?),
        None => None,
    };
    let owned = |cell: Option<&str>| cell.map(str::to_owned);
    Ok(QueryCase { question: question.to_owned(), service, article, noise: owned(noise), split: owned(cell(columns.split)), line })
}

/// The column in characters at which a cell begins.
fn start_of(line: &str, cell: usize) -> u32 {
    let before: usize = line.split('\t').take(cell).map(|cell| cell.chars().count() + 1).sum();
    u32::try_from(before.min(line.chars().count()) + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<QueryCase>, Vec<(&'static str, u32, u32)>) {
        let (cases, problems) = parse_queries(text, Path::new("tests/queries.tsv"));
        (cases, problems.into_iter().map(|p| (p.code, p.line, p.column)).collect())
    }

    #[test]
    fn a_header_names_the_columns_in_any_order() {
        let (cases, problems) =
            read("# prueba\nnoise\tservice\tquery\tsplit\tarticle\nsms\tgps\tq pasa\tdev\tgps-a\n\nclean\tcamara\tfoto\t\t\n");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(cases.len(), 2);
        let first = &cases[0];
        assert_eq!((first.question.as_str(), first.service.as_str(), first.line), ("q pasa", "gps", 3));
        assert_eq!(
            (first.article.as_ref().map(ArticleId::as_str), first.noise.as_deref(), first.split.as_deref()),
            (Some("gps-a"), Some("sms"), Some("dev"))
        );
        assert_eq!((cases[1].article.as_ref(), cases[1].split.as_ref(), cases[1].line), (None, None, 5));
    }

    #[test]
    fn without_a_header_the_third_column_is_an_article_or_a_noise() {
        let (cases, problems) = read("el gps\tgps\nla foto\tcamara\tcamara-a\nqual\tusuario\tmisspelled\n");
        assert!(problems.is_empty());
        let told: Vec<_> = cases.iter().map(|c| (c.article.as_ref().map(ArticleId::as_str), c.noise.as_deref())).collect();
        assert_eq!(told, [(None, None), (Some("camara-a"), None), (None, Some("misspelled"))]);
    }

    #[test]
    fn bad_lines_are_all_told_and_the_good_ones_kept() {
        let (cases, problems) = read("query\tservice\tcolor\nsolo\n\tgps\nñandú\tGPS\nbien\tgps\n");
        assert_eq!(problems, [("unknown-column", 1, 1), ("missing-cell", 2, 5), ("missing-cell", 3, 1), ("bad-id", 4, 7)]);
        assert_eq!(cases.len(), 1);
    }
}
