//! YAML that someone else wrote: read within limits, every mistake told with its place.
//!
//! A typed reading stops at its first mistake. [`read_all`] goes on: it takes out the part that was wrong (one list item or
//! one key), leaves the line numbers as they are, and reads again, until the rest is right or nothing is left to take out.

use std::ops::Range;
use std::path::Path;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_yaml::budget::BudgetBreach;
use serde_yaml::{Budget, DuplicateKeyPolicy, Error, MergeKeyPolicy, Options};

use super::super::diagnostics::{MAX_PER_FILE, Problem};
use super::super::text::did_you_mean;

/// Deepest nesting of lists and mappings. The catalog needs 4, a flow some 8; beyond this it is a mistake or an attack.
const MAX_DEPTH: usize = 32;
/// Most values in one file. A file of the largest allowed size with one word a line stays below it.
const MAX_NODES: usize = 200_000;
/// Most anchors and aliases. None: a text that stands elsewhere is hard to review, and no alias bomb can be written.
const MAX_ANCHORS: usize = 0;

/// What came of reading a file: the value, if enough of it was right, and what was wrong.
pub(super) struct Yaml<T> {
    pub(super) value: Option<T>,
    pub(super) problems: Vec<Problem>,
}

fn options() -> Options {
    let mut budget = Budget::default();
    budget.max_depth = MAX_DEPTH;
    budget.flow_nesting_limit = MAX_DEPTH;
    budget.max_nodes = MAX_NODES;
    budget.max_events = MAX_NODES * 2;
    budget.max_anchors = MAX_ANCHORS;
    budget.max_aliases = MAX_ANCHORS;
    budget.max_documents = 1;
    let mut options = Options::default();
    options.budget = Some(budget);
    options.duplicate_keys = DuplicateKeyPolicy::Error;
    options.merge_keys = MergeKeyPolicy::Error;
    // Only `true` and `false`: in Spanish and English `no` and `yes` are words, and facts have answers with these names.
    options.strict_booleans = true;
    options.reject_unsupported_tags = true;
    options.with_snippet = false;
    options
}

/// Reads a text; tells all its mistakes. `before` lines stand before the text in its file.
pub(super) fn read_all<T: DeserializeOwned>(text: &str, file: &Path, before: u32) -> Yaml<T> {
    let mut reader = Reader { lines: text.lines().collect(), file, before, taken: Vec::new(), problems: Vec::new() };
    // Whether it is YAML at all comes first: what isn't can't be mended by taking parts out.
    if let Err(error) = serde_yaml::from_str_with_options::<IgnoredAny>(text, options())
        && !mendable(&error)
    {
        reader.report(&error);
        return Yaml { value: None, problems: reader.problems };
    }
    loop {
        let attempt = if reader.taken.is_empty() { text.to_owned() } else { reader.lines.join("\n") };
        let error = match serde_yaml::from_str_with_options::<T>(&attempt, options()) {
            Ok(value) => return Yaml { value: Some(value), problems: reader.problems },
            Err(error) => error,
        };
        if !reader.go_on(&error) {
            return Yaml { value: None, problems: reader.problems };
        }
    }
}

/// A text that is read again and again with less in it.
struct Reader<'a> {
    lines: Vec<&'a str>,
    file: &'a Path,
    before: u32,
    /// What was taken out: a key and its line.
    taken: Vec<(Option<String>, usize)>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn report(&mut self, error: &Error) {
        let mut place = error.location().map_or((0, 0), |at| (number(at.line()), number(at.column())));
        if matches!(error, Error::SerdeMissingField { .. }) && place.0 > 0 {
            // The reader says where the mapping ends; an author looks for its beginning.
            let start = enclosing(&self.lines, place.0 as usize - 1).map_or(0, |part| part.start);
            let margin = self.lines.get(start).map_or(0, |line| line.len() - line.trim_start_matches([' ', '-']).len());
            place = (number(start as u64 + 1), number(margin as u64 + 1));
        }
        let field = field_of(error).or_else(|| key_at(&self.lines, place.0));
        let told = tell(error, self.file, field.as_deref());
        let shown = if place.0 == 0 { place } else { (place.0.saturating_add(self.before), place.1) };
        self.problems.push(Problem { field, ..told }.at(shown));
    }

    /// Tells a mistake and takes it out. False when there is nothing more to find.
    fn go_on(&mut self, error: &Error) -> bool {
        let line = error.location().and_then(|at| usize::try_from(at.line()).ok()).and_then(|line| line.checked_sub(1));
        let part = line.and_then(|line| match error {
            Error::SerdeMissingField { .. } => enclosing(&self.lines, line),
            _ => extent(&self.lines, line),
        });
        // What is missing only because it was taken out isn't the author's mistake; nor is what is left when a part of a part
        // is gone.
        let own_doing = match error {
            Error::SerdeMissingField { field, .. } => {
                let within = part.clone().unwrap_or(0..self.lines.len());
                self.taken.iter().any(|(key, at)| key.as_deref() == Some(*field) && within.contains(at))
            }
            _ => !self.taken.is_empty() && (!mendable(error) || line.is_some_and(|line| self.emptied(line))),
        };
        if !own_doing {
            self.report(error);
        }
        let Some(part) = part.filter(|_| mendable(error) && self.problems.len() < MAX_PER_FILE) else { return false };
        self.taken.push((own_key(self.lines[part.start]).map(str::to_owned), part.start));
        for line in &mut self.lines[part] {
            *line = "";
        }
        true
    }

    /// Whether a line is a key from under which everything was taken.
    fn emptied(&self, line: usize) -> bool {
        extent(&self.lines, line)
            .is_some_and(|part| self.lines[part.start].trim_end().ends_with(':') && self.taken.iter().any(|(_, at)| part.contains(at)))
    }
}

fn number(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Whether the rest of the file can still be read: not when the mistake is in the shape of the YAML itself.
fn mendable(error: &Error) -> bool {
    !matches!(
        error,
        Error::ExternalMessage { .. }
            | Error::Eof { .. }
            | Error::Budget { .. }
            | Error::ContainerEndMismatch { .. }
            | Error::MultipleDocuments { .. }
            | Error::UnknownAnchor { .. }
            | Error::AliasError { .. }
            | Error::InvalidUtf8Input
            | Error::IOError { .. }
    )
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The part that begins at a line: a key with its value, or a list item. None on a blank line.
fn extent(lines: &[&str], start: usize) -> Option<Range<usize>> {
    let first = lines.get(start).filter(|line| !line.trim().is_empty())?;
    let own = indent(first);
    let item = first.trim_start().starts_with("- ");
    let outside = |line: &&str| -> bool {
        let sibling_list = !item && indent(line) == own && line.trim_start().starts_with("- ");
        !line.trim().is_empty() && indent(line) <= own && !sibling_list
    };
    let length = lines[start + 1..].iter().position(outside).unwrap_or(lines.len() - start - 1);
    Some(start..start + 1 + length)
}

/// The part that holds the mapping which begins at a line: its list item, or the key that it is the value of. None for the
/// outermost mapping.
fn enclosing(lines: &[&str], start: usize) -> Option<Range<usize>> {
    let first = lines.get(start)?;
    if first.trim_start().starts_with("- ") {
        return extent(lines, start);
    }
    let own = indent(first);
    if own == 0 && !first.contains('{') {
        return None;
    }
    if first.contains(": {") {
        return extent(lines, start);
    }
    let parent = lines[..start].iter().rposition(|line| !line.trim().is_empty() && indent(line) < own)?;
    extent(lines, parent)
}

/// The key that a line begins with.
fn own_key(line: &str) -> Option<&str> {
    let bare = line.trim_start().trim_start_matches("- ").trim_start();
    bare.split_once(':').map(|(key, _)| key.trim_matches(['"', '\'', ' '])).filter(|key| is_key(key))
}

/// The key whose value stands at a line: the one written there, or the nearest one above with less indentation.
fn key_at(lines: &[&str], line: u32) -> Option<String> {
    let start = (line as usize).checked_sub(1)?;
    let mut limit = usize::MAX;
    for at in (0..=start.min(lines.len().checked_sub(1)?)).rev() {
        let text = lines[at];
        if text.trim().is_empty() || indent(text) >= limit {
            continue;
        }
        limit = indent(text);
        if let Some(key) = own_key(text) {
            return Some(key.to_owned());
        }
    }
    None
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

fn field_of(error: &Error) -> Option<String> {
    match error {
        Error::SerdeUnknownField { field, .. } => Some(field.clone()),
        Error::SerdeMissingField { field, .. } => Some((*field).to_owned()),
        Error::DuplicateMappingKey { key, .. } => key.clone(),
        _ => None,
    }
}

/// The mistake in Spanish.
fn tell(error: &Error, file: &Path, field: Option<&str>) -> Problem {
    let problem = |code, message: String| Problem::error(code, file, message);
    let name = field.unwrap_or("este valor");
    match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            let help = did_you_mean(field, expected.iter().copied());
            problem("unknown-field", format!("el campo «{field}» no existe"))
                .help(help.unwrap_or_else(|| format!("quítelo, o use uno de estos: {}", expected.join(", "))))
        }
        Error::SerdeMissingField { field, .. } => {
            problem("missing-field", format!("falta el campo «{field}»")).help(format!("agregue «{field}:» con su valor"))
        }
        Error::DuplicateMappingKey { key, .. } => {
            problem("duplicate-key", format!("la clave «{}» está dos veces", key.as_deref().unwrap_or("?"))).help("deje una sola")
        }
        Error::Budget { breach, .. } => over_budget(breach, file),
        Error::AliasReplayLimitExceeded { .. } | Error::AliasExpansionLimitExceeded { .. } | Error::AliasReplayStackDepthExceeded { .. } => {
            over_budget(&BudgetBreach::Aliases { aliases: 1 }, file)
        }
        Error::UnknownAnchor { .. } | Error::AliasError { .. } => over_budget(&BudgetBreach::Aliases { aliases: 1 }, file),
        Error::MergeKeyNotAllowed { .. } => problem("yaml-alias", "las claves `<<` no se usan aquí".into()).help("escriba los valores completos"),
        Error::MultipleDocuments { .. } => {
            problem("yaml-syntax", "hay más de un documento YAML".into()).help("quite la línea `---` que sobra")
        }
        Error::Eof { .. } => problem("yaml-syntax", "el YAML está vacío o se corta antes de terminar".into()).help("complete el archivo"),
        Error::ExternalMessage { msg, .. } if msg.contains("nest") || msg.contains("recursion") => {
            over_budget(&BudgetBreach::Depth { depth: MAX_DEPTH + 1 }, file)
        }
        Error::ExternalMessage { msg, .. } => problem("yaml-syntax", format!("YAML mal formado: {msg}"))
            .help("revise la sangría (espacios, no tabuladores), y ponga entre comillas los textos que llevan «: » o « #», o empiezan con un signo"),
        Error::NullIntoString { .. } => problem("empty-value", format!("«{name}» está vacío")).help("escriba un texto, o quite el campo"),
        Error::InvalidScalar { ty, .. } => problem("wrong-type", format!("«{name}» debe ser {}", type_name(ty))),
        Error::InvalidBooleanStrict { .. } => problem("wrong-type", format!("«{name}» debe ser `true` o `false`")),
        Error::SerdeInvalidType { unexpected, expected, .. } | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            problem("wrong-type", format!("«{name}» no tiene la forma debida: se esperaba {expected}, hay {unexpected}"))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => problem("unknown-value", format!("el valor «{variant}» no existe"))
            .help(did_you_mean(variant, expected.iter().copied()).unwrap_or_else(|| format!("use uno de estos: {}", expected.join(", ")))),
        Error::Unexpected { expected, .. } => problem("wrong-type", format!("«{name}» no tiene la forma debida: se esperaba {}", kind_name(expected))),
        Error::Message { msg, .. } => translated(msg, file, name),
        other => problem("yaml-value", format!("«{name}» no se pudo leer: {other}")),
    }
}

fn over_budget(breach: &BudgetBreach, file: &Path) -> Problem {
    let problem = |code, message: String, help: &str| Problem::error(code, file, message).help(help);
    match breach {
        BudgetBreach::Depth { .. } => {
            problem("yaml-depth", format!("hay más de {MAX_DEPTH} niveles de listas y claves, uno dentro de otro"), "quite niveles")
        }
        BudgetBreach::Anchors { .. } | BudgetBreach::Aliases { .. } | BudgetBreach::AliasAnchorRatio { .. } => problem(
            "yaml-alias",
            "las anclas (`&`) y los alias (`*`) de YAML no se usan aquí".into(),
            "escriba los valores completos; si es un texto, póngalo entre comillas",
        ),
        BudgetBreach::Documents { .. } => problem("yaml-syntax", "hay más de un documento YAML".into(), "quite la línea `---` que sobra"),
        _ => problem("yaml-size", format!("hay más de {MAX_NODES} valores"), "divida el contenido en varios archivos"),
    }
}

/// The messages that the model's own types give when they refuse a value.
fn translated(msg: &str, file: &Path, name: &str) -> Problem {
    let quoted = msg.split('`').nth(1).unwrap_or_default();
    if msg.contains("is not an id") {
        return Problem::error("bad-id", file, format!("«{quoted}» no sirve de id")).help(ID_HELP);
    }
    if msg.contains("is not a range of Android versions") {
        return Problem::error("bad-android", file, format!("«{quoted}» no es un rango de versiones de Android")).help(ANDROID_HELP);
    }
    if msg.starts_with("the type `") {
        return Problem::error("unknown-type", file, format!("el tipo «{quoted}» no existe"))
            .help("use bool, int, text, version o { one-of: [valores] }");
    }
    if msg.contains("did not match any variant") {
        return Problem::error("wrong-type", file, format!("«{name}» no tiene la forma debida")).help("vea otro archivo que esté bien");
    }
    Problem::error("yaml-value", file, format!("«{name}» no se pudo leer: {msg}"))
}

/// What an id looks like.
pub(super) const ID_HELP: &str = "use letras minúsculas sin acento, números, «-», «.» o «_», y empiece con letra";
/// What a range of Android releases looks like.
pub(super) const ANDROID_HELP: &str = "escriba \"12\", \">=12\", \"<=8.1\" o \"6-9\", entre comillas";

fn type_name(ty: &str) -> &str {
    match ty {
        "bool" => "`true` o `false`",
        t if t.starts_with(['i', 'u']) => "un número entero",
        t if t.starts_with('f') => "un número",
        other => other,
    }
}

fn kind_name(expected: &str) -> &str {
    match expected {
        e if e.contains("sequence") => "una lista",
        e if e.contains("mapping") => "una lista de «clave: valor»",
        e if e.contains("scalar") || e.contains("string") => "un texto",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::kb::Fact;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shop {
        #[serde(default)]
        name: String,
        #[serde(default)]
        open: bool,
        #[serde(default)]
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        id: String,
        price: u32,
    }

    fn codes<T: DeserializeOwned>(text: &str) -> Vec<(&'static str, u32, Option<String>)> {
        read_all::<T>(text, Path::new("f.yaml"), 0).problems.into_iter().map(|p| (p.code, p.line, p.field)).collect()
    }

    #[test]
    fn every_mistake_is_told_and_the_rest_is_read() {
        let text = "nombre: x\nopen: yes\nitems:\n  - id: a\n    price: 1\n  - id: b\n    price: mucho\n  - price: 3\n  - id: d\n    price: 4\n    color: red\n";
        let read = read_all::<Shop>(text, Path::new("f.yaml"), 10);
        let told: Vec<_> = read.problems.iter().map(|p| (p.code, p.line, p.field.as_deref().unwrap_or(""))).collect();
        assert_eq!(told[0], ("unknown-field", 11, "nombre"));
        assert!(told.contains(&("wrong-type", 12, "open")), "{told:?}");
        assert!(told.contains(&("wrong-type", 17, "price")), "{told:?}");
        assert!(told.contains(&("missing-field", 18, "id")), "{told:?}");
        assert!(told.contains(&("unknown-field", 21, "color")), "{told:?}");
        let shop = read.value.map(|shop| (shop.name, shop.open, shop.items.iter().map(|i| (i.id.clone(), i.price)).collect::<Vec<_>>()));
        assert!(shop.is_some_and(|(name, open, items)| name.is_empty()
            && !open
            && items.contains(&("a".into(), 1))
            && items.contains(&("d".into(), 4))));
    }

    #[test]
    fn broken_yaml_has_line_and_column() {
        let read = read_all::<Shop>("name: a\nitems:\n  - id: \"x\n", Path::new("f.yaml"), 0);
        assert_eq!(read.problems.len(), 1);
        assert_eq!(read.problems[0].code, "yaml-syntax");
        assert!(read.problems[0].line >= 3 && read.problems[0].column >= 1, "{:?}", read.problems);
        assert_eq!(codes::<Shop>("name: hola: mundo\n").first().map(|c| (c.0, c.1)), Some(("yaml-syntax", 1)));
        assert_eq!(codes::<Shop>("name: a\nname: b\n"), vec![("duplicate-key", 2, Some("name".into()))]);
    }

    #[test]
    fn deep_nesting_and_alias_bombs_are_refused_by_name() {
        type Any = BTreeMap<String, serde_json::Value>;
        let deep = format!("a: {}{}", "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(codes::<Any>(&deep).first().map(|c| c.0), Some("yaml-depth"));
        let block: String = (0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
        assert_eq!(codes::<Any>(&block).first().map(|c| c.0), Some("yaml-depth"));
        let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n";
        assert_eq!(codes::<Any>(bomb).first().map(|c| (c.0, c.1)), Some(("yaml-alias", 1)));
        assert_eq!(codes::<Any>("a: *nadie\n").first().map(|c| c.0), Some("yaml-alias"));
        let many = format!("a: [{}]", "x,".repeat(MAX_NODES + 1));
        assert_eq!(codes::<Any>(&many).first().map(|c| c.0), Some("yaml-size"));
    }

    #[test]
    fn what_the_model_refuses_is_said_in_spanish() {
        #[derive(Debug, Deserialize)]
        struct Facts {
            #[expect(dead_code, reason = "only read")]
            facts: Vec<Fact>,
        }
        let told = read_all::<Facts>(
            "facts:\n  - id: Vendor\n    type: bool\n  - id: b\n    type: real\n  - id: c\n    type: int\n",
            Path::new("f"),
            0,
        );
        let messages: Vec<_> = told.problems.iter().map(|p| (p.line, p.message.as_str())).collect();
        assert_eq!(messages, vec![(2, "«Vendor» no sirve de id"), (5, "el tipo «real» no existe")]);
        assert!(told.problems.iter().all(|p| p.help.is_some()));
    }

    #[test]
    fn what_was_taken_out_is_not_told_as_missing() {
        #[derive(Debug, Deserialize)]
        struct Whole {
            #[expect(dead_code, reason = "only read")]
            items: Vec<Item>,
            #[expect(dead_code, reason = "only read")]
            shop: Shop,
            #[expect(dead_code, reason = "only read")]
            end: String,
        }
        let rest = "shop:\n  name: x\nend: y\n";
        assert_eq!(codes::<Whole>(&format!("items:\n  - id: a\n    price: x\n{rest}")), [("wrong-type", 3, Some("price".into()))]);
        assert_eq!(codes::<Whole>(&format!("items: 3\n{rest}")), [("wrong-type", 1, Some("items".into()))]);
        assert_eq!(codes::<Whole>("items: []\nshop:\n  name: [x]\nend: [y]\n").len(), 2);
        assert_eq!(codes::<Whole>("items: []\nend: y\n"), [("missing-field", 1, Some("shop".into()))]);
        assert_eq!(codes::<Whole>("items:\n  - { id: a }\n  - { price: 2 }\nshop: {}\nend: y\n").len(), 2);
    }

    #[test]
    fn it_ends_even_when_nothing_can_be_taken_out() {
        assert_eq!(codes::<Vec<u8>>("hola\n").len(), 1);
        assert!(!codes::<Shop>("").is_empty() || read_all::<Shop>("", Path::new("f"), 0).value.is_some());
        assert!(codes::<Shop>(&"x: 1\n".repeat(300)).len() <= MAX_PER_FILE);
    }
}
