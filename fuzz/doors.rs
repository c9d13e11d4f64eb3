//! What each fuzz target does with its bytes. The targets and the test of the seeds (`tests/fuzz_seeds.rs`) share it.
//!
//! Every function returns for any input, and whether the input came all the way in; what must hold of what comes out is asserted.
#![allow(dead_code, unreachable_pub, reason = "what tests have in common is more than a door needs")]
#![allow(clippy::unwrap_used, reason = "what must not fail is told by failing")]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/common/guided.rs"]
mod guided;

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use baquiano::diagnose::Session;
use baquiano::incident::outbox::{Next, Outbox, Policy, Reply};
use baquiano::incident::render::{View, chat, html, markdown};
use baquiano::incident::{Draft, Incident, Origin, Redaction, Rules};
use baquiano::kb::author::Severity;
use baquiano::kb::pack::{Pack, PublicKey, SecretKey};
use baquiano::kb::{Fact, Flow, compile};
use baquiano::search::{Index, Query};
use baquiano::{HelpDesk, KnowledgeBase, SystemClock, SystemEntropy};

/// The small knowledge base of the tests, as a pack.
static SMALL: LazyLock<Vec<u8>> = LazyLock::new(|| common::pack(1));
static INDEX: LazyLock<Index> = LazyLock::new(|| Index::open(&Arc::new(Pack::from_vec(SMALL.clone()).unwrap())).unwrap());
static KEY: LazyLock<PublicKey> =
    LazyLock::new(|| "0101010101010101010101010101010101010101010101010101010101010101".parse::<SecretKey>().unwrap().public());

/// Where in the small pack the tables of our own are.
static OWN: LazyLock<Vec<usize>> = LazyLock::new(|| {
    static WHOLE: LazyLock<Pack> = LazyLock::new(|| Pack::from_vec(SMALL.clone()).unwrap());
    let places = WHOLE.sections().map(|(name, _)| {
        // Where postings are in tantivy's file is tantivy's to misread: `HelpDesk` catches what comes of it.
        if name.starts_with("index/") || name == "search/stem-info" {
            return 0..0;
        }
        let bytes = WHOLE.section(name).unwrap();
        let start = SMALL.windows(bytes.len().max(1)).position(|own| own == &bytes[..]).unwrap_or(0);
        start..start + if start == 0 { 0 } else { bytes.len() }
    });
    places.flatten().collect()
});

/// A file that says it is a pack.
pub fn pack(data: &[u8]) -> bool {
    let Ok(pack) = Pack::from_vec(data.to_vec()) else { return false };
    assert_eq!(pack.len(), data.len());
    assert!(pack.sections().all(|(_, length)| length <= data.len()));
    let _ = (pack.manifest(), pack.verify(&[*KEY]), pack.section("search/words").map(|bytes| bytes.len()));
    // tantivy trusts its files: no content is opened whose hash is wrong.
    if pack.verify_hash().is_err() {
        return false;
    }
    let Ok(knowledge) = KnowledgeBase::open(pack) else { return false };
    let _ = (knowledge.catalog().is_ok(), knowledge.facts().is_ok());
    read_all(&knowledge);
    true
}

/// A good pack in which the tables of our own (all but what leads into tantivy's files) were overwritten: as an installed pack, which is opened
/// without its hash being compared, may be after its storage failed. Each five bytes are a place and what is put there.
pub fn damage(data: &[u8]) -> bool {
    let mut bytes = SMALL.clone();
    let own = &*OWN;
    for change in data.as_chunks::<5>().0.iter().take(64) {
        let [low, middle, high, how, byte] = *change;
        let first = u32::from_le_bytes([low, middle, high, 0]) as usize % own.len();
        match how % 3 {
            0 => bytes[own[first]] = byte,
            1 => bytes[own[first]] ^= 1 << (byte % 8),
            _ => own[first..].iter().take(usize::from(byte % 8)).for_each(|at| bytes[*at] = 0xff),
        }
    }
    let Ok(pack) = Pack::from_vec(bytes) else { return false };
    let Ok(knowledge) = KnowledgeBase::open(pack) else { return false };
    read_all(&knowledge);
    for question in ["no me agarra el gps xq la foto sale vorrosa", "censito retrato jipies ubicasion", "camra"] {
        let query = Query::new(question);
        let _ = (knowledge.index().search(&query), knowledge.index().suggest(&query));
    }
    true
}

fn read_all(knowledge: &KnowledgeBase) {
    let ids: Vec<_> = knowledge.article_ids().take(100).filter_map(|id| id.parse().ok()).collect();
    for id in &ids {
        let _ = knowledge.article(id);
    }
    let _ = (knowledge.media(&"modo-avion".parse().unwrap()), knowledge.catalog().is_ok(), knowledge.facts().is_ok());
}

/// A question, typed or pasted. The first two bytes say what is known of the phone; the rest is the text.
pub fn question(data: &[u8]) -> bool {
    let (known, text) = data.split_at_checked(2).unwrap_or((&[0, 0], data));
    let (bits, limit) = (known[0], usize::from(known[1]));
    let mut query = Query::new(String::from_utf8_lossy(text));
    query.limit = limit;
    query.context.app = (bits & 1 != 0).then(|| "app-uno".parse().unwrap());
    query.context.service = (bits & 2 != 0).then(|| "camara".parse().unwrap());
    query.context.vendor = (bits & 4 != 0).then(|| query.text.chars().take(9).collect());
    query.context.android = (bits & 8 != 0).then(|| query.text.chars().rev().take(5).collect());
    query.only.service = (bits & 16 != 0).then(|| "gps".parse().unwrap());
    query.only.app = (bits & 32 != 0).then(|| "app-uno".parse().unwrap());
    query.only.level = (bits & 64 != 0).then_some(bits >> 7);

    let answer = INDEX.search(&query).unwrap();
    assert!((0.0..=1.0).contains(&answer.confidence), "confidence {}", answer.confidence);
    assert!(query.text.starts_with(&answer.query));
    assert!(answer.hits.len() <= if limit == 0 { 10 } else { limit });
    for hit in &answer.hits {
        assert!(hit.score.is_finite());
        assert!(hit.highlights.iter().all(|range| hit.snippet.get(range.clone()).is_some()), "{hit:?}");
        assert!(hit.title_highlights.iter().all(|range| hit.title.get(range.clone()).is_some()), "{hit:?}");
    }
    // Asked again, it is answered the same: nothing of one question stays for the next.
    assert_eq!(INDEX.search(&query).unwrap(), answer);
    for suggestion in INDEX.suggest(&query).unwrap() {
        assert!(suggestion.highlights.iter().all(|range| suggestion.text.get(range.clone()).is_some()), "{suggestion:?}");
    }
    !answer.hits.is_empty()
}

/// The files of a sound knowledge base.
const FILES: [(&str, &str); 8] = [
    ("articles/gps/gps-apagado.md", include_str!("../cli/tests/fixtures/kb/articles/gps/gps-apagado.md")),
    ("catalog.yaml", include_str!("../cli/tests/fixtures/kb/catalog.yaml")),
    ("facts.yaml", include_str!("../cli/tests/fixtures/kb/facts.yaml")),
    ("synonyms.yaml", include_str!("../cli/tests/fixtures/kb/synonyms.yaml")),
    ("tests/queries.tsv", include_str!("../cli/tests/fixtures/kb/tests/queries.tsv")),
    ("media/interruptor.svg", include_str!("../cli/tests/fixtures/kb/media/interruptor.svg")),
    ("pack.yaml", include_str!("../cli/tests/fixtures/kb/pack.yaml")),
    ("articles/gps/gps-sin-permiso.md", include_str!("../cli/tests/fixtures/kb/articles/gps/gps-sin-permiso.md")),
];

/// What a sound knowledge base has besides: its questions are about these, too.
const BESIDE: [(&str, &str); 2] = [
    ("articles/camara/camara-borrosa.md", include_str!("../cli/tests/fixtures/kb/articles/camara/camara-borrosa.md")),
    ("articles/contrasena/contrasena-olvidada.md", include_str!("../cli/tests/fixtures/kb/articles/contrasena/contrasena-olvidada.md")),
];

/// One file of the content. The first byte says which one the rest takes the place of.
pub fn content(data: &[u8]) -> bool {
    let Some((which, text)) = data.split_first() else { return false };
    thread_local!(static BASE: tempfile::TempDir = base());
    BASE.with(|dir| {
        let (path, sound) = FILES[usize::from(*which) % FILES.len()];
        let file = dir.path().join(path);
        fs::write(&file, text).unwrap();
        let content = compile(dir.path());
        for problem in &content.problems {
            assert!(!problem.code.is_empty() && !problem.message.is_empty());
            assert!(!content.reading.render(problem, false).is_empty());
        }
        // The checks vouch for what is built: it may be refused, but it must not fall over.
        let sane = content.problems.iter().all(|problem| problem.severity != Severity::Error);
        let taken = *which >= 128 && sane && content.pack().is_ok_and(|bytes| pack(&bytes));
        fs::write(&file, sound).unwrap();
        taken
    })
}

fn base() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in FILES.into_iter().chain(BESIDE) {
        let path: &Path = &dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

/// A flow as content writes it. The first byte says how a session of it is answered; the rest stands in `flows/gps.yaml`.
pub fn flow(data: &[u8]) -> bool {
    let Some((picks, text)) = data.split_first() else { return false };
    thread_local!(static BASE: tempfile::TempDir = base());
    BASE.with(|dir| {
        let folder = dir.path().join("flows");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("gps.yaml"), text).unwrap();
        let content = compile(dir.path());
        for problem in &content.problems {
            assert!(!content.reading.render(problem, false).is_empty());
        }
        // Also a flow that the checks refuse must not bring the engine down.
        content.reading.source.flows.iter().filter(|flow| walked(flow, &facts(), *picks)).count() > 0
    })
}

/// Some steps of a session, answered by the bits of a number.
fn walked(flow: &Flow, facts: &Arc<[Fact]>, picks: u8) -> bool {
    let Ok(mut session) = Session::start(flow.clone(), facts, picks & 1 != 0) else { return false };
    let turned = (0..=u8::MAX).cycle().map(|step| picks.rotate_left(u32::from(step % 8)).wrapping_add(step) % 24);
    guided::walk(&mut session, turned, 40);
    let again = Session::resume(flow.clone(), facts, &session.log()).unwrap();
    assert_eq!(again.next(), session.next());
    true
}

/// A flow for logs to be of.
const FLOW: &str = r#"{"flow":"gps","service":"gps","title":"No toma el punto","goal":{"fact":"fix.accuracy_m","is":"<=15"},
    "faults":[{"id":"gps.off","name":"Apagada","prior":3,"signs":{"location.enabled":false},"remedies":["encender"]},
        {"id":"gps.hardware","name":"Dañado","prior":1,"signs":{"open_sky":"yes"},"escalate":{"level":1,"area":"mesa","reason":"device"}}],
    "remedies":[{"id":"encender","do":"Enciéndala.","seconds":20,"chance":0.9,"proves":{"location.enabled":true}}],
    "otherwise":{"level":1,"area":"mesa","reason":"unknown"}}"#;
const FACTS: &str = r#"[{"id":"location.enabled","type":"bool","question":"¿Está encendida?","probe":"x"},
    {"id":"open_sky","type":{"one-of":["yes","no"]},"question":"¿Se ve el cielo?"},
    {"id":"fix.accuracy_m","type":"int","question":"¿Cuántos metros?","probe":"x"}]"#;

fn facts() -> Arc<[Fact]> {
    serde_json::from_str::<Vec<Fact>>(FACTS).unwrap().into()
}

/// The log of a session. `VERSION` in it stands for that of the flow.
pub fn session(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let flow: Flow = serde_json::from_str(FLOW).unwrap();
    let facts = facts();
    let text = text.replace("VERSION", &flow.version());
    let Ok(mut session) = Session::resume(flow.clone(), &facts, &text) else { return false };
    let again = Session::resume(flow, &facts, &session.log()).unwrap();
    assert_eq!(again.next(), session.next());
    while session.back() {}
    let _ = session.next();
    true
}

/// A desk with the small flow in its pack.
static DESK: LazyLock<HelpDesk> = LazyLock::new(|| {
    let (flow, facts): (Flow, _) = (serde_json::from_str(FLOW).unwrap(), facts());
    HelpDesk::open(Pack::from_vec(common::pack_with(1, &common::articles(), &facts, &[flow])).unwrap()).unwrap()
});

/// A talk that was written down. `VERSION` in it stands for that of the flow.
pub fn talk(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let flow: Flow = serde_json::from_str(FLOW).unwrap();
    let Ok(mut guide) = DESK.resume_guide(&text.replace("VERSION", &flow.version())) else { return false };
    let again = DESK.resume_guide(&guide.saved()).unwrap();
    assert_eq!(again.page(), guide.page());
    let _ = (guide.explain(), guide.draft(&[]));
    while guide.back().unwrap() {}
    let _ = guide.page();
    true
}

/// Bytes that say they are the record of an incident.
pub fn record(data: &[u8]) -> bool {
    let Ok(incident) = Incident::from_json(data) else { return false };
    let written = incident.to_json();
    assert_eq!(Incident::from_json(&written).unwrap(), incident);
    let redacted = incident.redacted();
    // Only an attachment can be longer than what redaction promises it for: twice may then be more than once.
    if redacted.attachments().iter().all(|attachment| attachment.content.chars().count() <= 4_096) {
        assert_eq!(redacted.clone().redacted(), redacted);
    }
    let view = View::of(&redacted, &RULES);
    let _ = (markdown(&view), html(&view), chat(&view));
    true
}

/// A store's file, each five bytes a place and what is put there; the first says where it is cut. The outbox opens, takes a new incident, and all is accounted for.
pub fn store(data: &[u8]) -> bool {
    let mut bytes = STORE.clone();
    let Some((cut, changes)) = data.split_first_chunk::<4>() else { return false };
    for change in changes.as_chunks::<5>().0.iter().take(64) {
        let [low, middle, high, how, byte] = *change;
        let at = u32::from_le_bytes([low, middle, high, 0]) as usize % bytes.len();
        if how % 2 == 0 { bytes[at] = byte } else { bytes[at] ^= 1 << (byte % 8) }
    }
    let cut = u32::from_le_bytes(*cut) as usize;
    if cut > 0 {
        bytes.truncate(cut % STORE.len());
    }
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("outbox.redb"), bytes).unwrap();
    let outbox = Outbox::open(dir.path(), Policy::default(), SystemClock, SystemEntropy).unwrap();
    let id = outbox.file(told("nuevo")).unwrap().id();
    assert!(outbox.case(id).unwrap().is_some() && outbox.balance().unwrap().holds());
    while let Next::Send(delivery) = outbox.next_delivery().unwrap() {
        outbox.report_delivery(delivery.lease, Reply::Accepted { reference: None }).unwrap();
    }
    true
}

/// Any text, redacted: twice is once, and what is said to be hidden lies within it.
pub fn redact(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let redaction = Redaction { decimals: data.first().map_or(2, |byte| byte % 7) };
    let redacted = redaction.explain(&text);
    // What is promised: in a longer text a row that is hidden one by one may not be hidden to its end.
    assert!(text.chars().count() > 4_096 || redaction.text(&redacted.text) == redacted.text, "{:?}", redacted.text);
    for hidden in &redacted.hidden {
        assert!(text.get(hidden.start..hidden.end).is_some(), "{hidden:?}");
    }
    !redacted.hidden.is_empty()
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let desk = KnowledgeBase::open(Pack::from_vec(SMALL.clone()).unwrap()).unwrap();
    Rules::new(desk.catalog().unwrap()).unwrap()
});

fn told(words: &str) -> Incident {
    let mut draft = Draft::new(Origin::App);
    draft.symptom = Some(words.to_owned());
    draft.register(&RULES, &SystemClock, &SystemEntropy)
}

/// A store with some incidents that wait and one that was delivered.
static STORE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(dir.path(), Policy::default(), SystemClock, SystemEntropy).unwrap();
    for number in 0..8 {
        outbox.file(told(&format!("caso {number} {}", "no agarra ".repeat(number)))).unwrap();
    }
    if let Next::Send(delivery) = outbox.next_delivery().unwrap() {
        outbox.report_delivery(delivery.lease, Reply::Accepted { reference: None }).unwrap();
    }
    drop(outbox);
    fs::read(dir.path().join("outbox.redb")).unwrap()
});
