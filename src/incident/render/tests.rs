//! Whatever a stranger writes, in whatever field: no rendering lets it become markup.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::diagnose::Source;
use crate::incident::record::{
    AppVersion, Attachment, Contact, Crash, Device, Diagnosis, Incident, Place, Reference, Reporter, Told, Tried,
};
use crate::incident::{Change, Draft, Origin, Phase, ResolutionCode, Rules, Satisfaction};
use crate::kb::pack::Pack;
use crate::kb::{FactValue, Outcome};
use crate::{Clock, HelpDesk, SystemEntropy};

pub(super) static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let desk = HelpDesk::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap();
    Rules::new(desk.knowledge().catalog().unwrap()).unwrap().with_facts(desk.knowledge().facts().unwrap())
});

const HOSTILE: [&str; 24] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onload='alert(1)",
    "</style></td></table></main>",
    "<!-- ]]>",
    "# título",
    "## otro\n===\n---",
    "[aquí](javascript:alert(1))",
    "![foto](https://ejemplo.hn/x.png)",
    "https://ejemplo.hn www.ejemplo.hn ana@ejemplo.hn <https://ejemplo.hn>",
    "a | b\n--- | ---\n1 | 2",
    "```\nfin\n````\n~~~\n`uno` ``dos``",
    "1. uno\n- dos\n+ tres\n* cuatro\n> cinco\n    seis",
    "*no* _no_ ~no~ **no** __no__ ~~no~~",
    "&lt;b&gt; &amp; &#60;",
    "línea\\\notra  \ny otra\\",
    "[^1]: nota\n: definición\n$x$ ^a^ {#id}",
    "\u{202e}oderever\u{2066} \u{200b}*x*",
    "\u{0}\u{1b}[31m\u{7}\u{85}\u{2028}# x",
    "\r\n\r\n# x\r- [ ] y",
    "\t# x\n\t\tcódigo",
    "[x]: javascript:alert(1)\n[x]",
    "---\ntitle: x\n---",
    "ñandú 😀 e\u{301}",
];

struct At(i64);
impl Clock for At {
    fn now_ms(&self) -> i64 {
        self.0
    }
}

fn told(text: &str, by: Source) -> Told {
    let value = Some(FactValue::Text(text.to_owned()));
    Told { fact: "device.model".parse().unwrap(), value, by, question: Some(text.to_owned()), answer: Some(text.to_owned()) }
}

fn diagnosis(text: &str) -> Diagnosis {
    Diagnosis {
        flow: text.to_owned(),
        version: text.to_owned(),
        through: vec![text.to_owned()],
        outcome: Outcome::Escalated,
        fault: None,
        fault_name: Some(text.to_owned()),
        escalation: None,
        tried: vec![Tried { remedy: text.to_owned(), text: text.to_owned(), done: true }],
        transcript: vec![told(text, Source::Person), Told { answer: None, ..told(text, Source::Probe) }],
        missing: vec!["app.version".parse().unwrap()],
        withheld: vec!["rom".parse().unwrap()],
    }
}

/// An incident that says a text wherever one can be said.
fn everywhere(text: &str) -> Incident {
    let own = || Some(text.to_owned());
    let mut draft = Draft::new(Origin::App);
    draft.references = vec![Reference { system: text.to_owned(), number: text.to_owned() }];
    draft.clock.zone = own();
    draft.app = Some(AppVersion { id: "fsu-rup".parse().unwrap(), version: own(), build: Some(7) });
    let (vendor, model, android, abi, network, locale) = (own(), own(), own(), own(), own(), own());
    draft.device =
        Device { vendor, model, android, abi, network, locale, api_level: Some(33), storage_free_mb: Some(7), battery_percent: Some(7) };
    draft.reporter = Reporter { alias: own(), contact: Some(Contact { by: text.to_owned(), at: text.to_owned() }) };
    draft.place = Some(Place::Municipality(text.to_owned()));
    (draft.summary, draft.symptom, draft.knowledge) = (own(), own(), own());
    draft.diagnosis = Some(diagnosis(text));
    draft.crash = Some(Crash::told(text, text, &format!("at a.B.c(B.kt:1)\n{text}"), &[text.to_owned()]));
    draft.log = vec![(1_795_710_000_000, text.to_owned())];
    let picture = Attachment::new(text, MediaType::Png, b"no es una imagen");
    draft.attachments = vec![picture, Attachment::new(text, MediaType::Text, text.as_bytes())];
    let mut incident = draft.register(&RULES, &At(1_795_710_030_000), &SystemEntropy);
    let now = incident.times.observed;
    incident.classification.area = text.to_owned();
    incident.classification.why = vec![text.to_owned()];
    incident.fingerprint = text.to_owned();
    let closed = Change::step(text, Phase::Closed, text).resolved_by(ResolutionCode::Fixed, Some(text));
    let liked = Some(Satisfaction { score: 5, comment: own() });
    incident.change(now, Change { satisfaction: liked, ..closed }).unwrap();
    incident
}

fn view(text: &str) -> View {
    View::of(&everywhere(text), &RULES)
}

/// The tags of a page, each with whatever stands in it.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).map(|rest| rest.split_once('>').unwrap_or_else(|| panic!("no end: {rest}")).0).collect()
}

fn check_html(view: &View) {
    const OWN: [&str; 25] = [
        "!doctype html",
        "html lang=\"es-HN\"",
        "head",
        "meta charset=\"utf-8\"",
        "title",
        "style",
        "body",
        "main",
        "header",
        "h1",
        "h2",
        "h3",
        "p class=\"sub\"",
        "p class=\"paper\"",
        "div class=\"parts\"",
        "table",
        "table class=\"rows\"",
        "table class=\"wide\"",
        "thead",
        "tbody",
        "tr",
        "td",
        "ul",
        "li",
        "span",
    ];
    const BEGINNINGS: [&str; 7] = [
        "meta name=\"viewport\" ",
        "meta http-equiv=\"Content-Security-Policy\" ",
        "section aria-labelledby=\"s",
        "h2 id=\"s",
        "th scope=\"",
        "pre class=\"",
        "img alt=\"",
    ];
    let page = html(view);
    let mut open: Vec<&str> = Vec::new();
    for tag in tags(&page) {
        let name = tag.split(' ').next().unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{tag}");
            continue;
        }
        assert!(OWN.contains(&tag) || name.starts_with("fig") || BEGINNINGS.iter().any(|own| tag.starts_with(own)), "{tag}");
        assert!(name != "img" || tag.matches('"').count() == 4, "{tag}");
        if !matches!(name, "!doctype" | "meta" | "img") {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

fn check_chat(view: &View) {
    let text = chat(view);
    assert!(text.chars().count() <= MOST_CHARACTERS);
    assert!(matches!(text.matches("```").count(), 0 | 2));
    let parts: Vec<&str> = text.split("```").collect();
    for line in parts.iter().step_by(2).flat_map(|part| part.lines()) {
        if let Some(heading) = line.strip_prefix('*') {
            assert_eq!(heading.find('*'), Some(heading.len() - 1), "{line}");
            continue;
        }
        assert!(
            line.is_empty() || line.starts_with("- ") || line.ends_with(':') || line.starts_with("Caso ") || line.starts_with('…'),
            "{line}"
        );
        // What opens stands behind what is no letter or digit, and something closes it.
        for sign in ['*', '_', '~', '`'] {
            let opens = line.match_indices(sign).find(|(at, _)| !line[..*at].ends_with(|c: char| c.is_ascii_alphanumeric()));
            let closes = line.rmatch_indices(sign).find(|(at, _)| !line[at + 1..].starts_with(|c: char| c.is_ascii_alphanumeric()));
            assert!(opens.zip(closes).is_none_or(|((from, _), (to, _))| from >= to), "{sign} in {line}");
        }
    }
}

#[cfg(feature = "author")]
fn check_markdown(view: &View) {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    let blocks = || view.sections.iter().flat_map(|section| &section.blocks);
    let (mut headings, mut codes, mut items) = (1 + view.sections.len(), 0, 0);
    for block in blocks() {
        match block {
            Block::Rows(rows) => items += rows.len(),
            Block::Lines { label, items: own } => (headings, items) = (headings + usize::from(label.is_some()), items + own.len()),
            Block::Table { label, rows, .. } => (headings, items) = (headings + usize::from(label.is_some()), items + rows.len()),
            Block::Pre { .. } => codes += 1,
            Block::Picture { .. } => {}
        }
    }
    let text = markdown(view);
    // Quotes that are made pretty are no markup.
    for options in [Options::empty(), Options::all() - Options::ENABLE_SMART_PUNCTUATION] {
        let (mut found, mut said) = ((0, 0, 0), String::new());
        for event in Parser::new_ext(&text, options) {
            match event {
                Event::Start(Tag::Heading { .. }) => found.0 += 1,
                Event::Start(Tag::CodeBlock(_)) => found.1 += 1,
                Event::Start(Tag::Item) => found.2 += 1,
                Event::Start(Tag::Paragraph | Tag::List(None) | Tag::Strong) | Event::End(_) | Event::SoftBreak => {}
                Event::HardBreak => said.push(' '),
                Event::Text(text) => said.push_str(&text),
                other => panic!("{other:?} in {text}"),
            }
        }
        assert_eq!(found, (headings, codes, items), "{text}");
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        assert!(bare(&said).contains(&bare(&view.title)), "{} isn't in {said}", view.title);
    }
}

fn check(text: &str) {
    let view = view(text);
    check_html(&view);
    check_chat(&view);
    #[cfg(feature = "author")]
    check_markdown(&view);
}

#[test]
fn hostile_texts_in_every_field_become_no_markup() {
    HOSTILE.iter().for_each(|text| check(text));
    check(&HOSTILE.join("\n"));
    check(&HOSTILE.concat());
    check(&"palabra *y* ```más``` ".repeat(200));
    check("");
}

#[test]
fn a_view_says_every_field() {
    let text = format!("{:?}", view("zunzuncito"));
    // Of the text's own occurrences none is lost but the content of the attached file.
    assert_eq!(text.matches("zunzuncito").count(), 40, "{text}");
}

#[test]
fn no_character_turns_the_writing_or_moves_the_cursor() {
    let view = view("a\u{202e}b\u{7}c\u{2028}d\re");
    for text in [html(&view), markdown(&view), chat(&view)] {
        assert!(!text.contains(|c: char| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{2028}')));
    }
}

#[test]
fn what_claims_to_be_a_picture_and_is_not_base64_is_left_out() {
    let mut incident = everywhere("x");
    incident.attachments[0].content = "\"><script>alert(1)</script>".to_owned();
    assert!(!html(&View::of(&incident, &RULES)).contains("<img"));
}

#[test]
fn a_chat_keeps_what_matters_however_long_the_rest() {
    let mut incident = everywhere(&"una palabra y otra ".repeat(400));
    // What comes from the knowledge base is short.
    incident.diagnosis = Some(Diagnosis { tried: diagnosis("encienda la ubicación ".repeat(40).as_str()).tried, ..diagnosis("gps") });
    let text = chat(&View::of(&incident, &RULES));
    for needed in ["*P", "Caso ", "Prioridad: ", "Servicio: ", "Lo que se probó", "Modelo: ", "Primera respuesta: ", "… (sigue en la mesa)"]
    {
        assert!(text.contains(needed), "{needed} isn't in {text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn no_text_becomes_markup(text in "\\PC{0,60}", signs in "[-*_~`#<>&\"'|\\[\\]()!:.=+$^{}@\\\\\n\r\t a1]{0,60}") {
        check(&text);
        check(&signs);
        check(&format!("{text}\n{signs}"));
    }
}
