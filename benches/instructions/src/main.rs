//! Does one named piece of the library's work, so that `cargo xtask instructions` can count what it takes.
//!
//! ```text
//! instructions PACK          the pieces, a line each: name, how often it is done, what it is
//! instructions PACK PIECE    does it once to warm up, and then so often within [`counted`]
//! ```
//!
//! Nothing here is drawn by chance: clock and random numbers stand still, questions and answers are the same each time. What a phone does once, when something
//! is asked for the first time, is counted in `first` and `talk-first` alone.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for developers' terminals")]

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use baquiano::incident::outbox::{Next, Policy, Reply};
use baquiano::incident::{Crash, Draft, Origin, Redaction};
use baquiano::kb::pack::Pack;
use baquiano::kb::{FactId, FactType, FactValue};
use baquiano::search::Query;
use baquiano::{Clock, Entropy, Guide, HelpDesk, Shows};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Questions of the knowledge base's own tests, as people write and say them.
const CLEAN: [&str; 4] = [
    "la aplicación no tiene acceso a mi ubicación",
    "una política de seguridad no permite usar la cámara",
    "sale un aviso de versión desactualizada y no me permite entrar",
    "se me olvidó mi usuario",
];
const MISSPELLED: [&str; 4] = [
    "con la vateria baja ya no agara el gps",
    "tomo la foto pero no keda en la ficah",
    "otra perzona estubo provando mi clave y me lo blokearon",
    "m sale precision 80 metros y no baja",
];
const SPOKEN: [&str; 2] = [
    "buenas fíjese que el gps está encendido yo ya lo revisé y siempre me sale que lo prenda que lo prenda",
    "mire dentro de la casa casi no hay luz y la foto me queda bien oscurita que no se distingue nada cómo hago",
];
const NOWHERE: [&str; 2] = ["cuánto cuesta la libra de frijoles en el mercado", "quién ganó el partido de anoche"];
/// What is typed, key by key.
const TYPED: &str = "no me agarra el gps";
/// What a talk is begun with.
const COMPLAINTS: [&str; 3] = ["no me agarra el gps", "la foto sale borrosa", "no puedo enviar las fichas"];
/// Most steps of a talk.
const LONGEST_TALK: usize = 80;

const MESSAGE: &str = "buenas soy maria lopez identidad 0801-1990-12345 mi cel es 9988-7766 y el correo maria.lopez@gmail.com, no puedo entrar a la app me \
    dice clave incorrecta y la clave es Marta2024 ya probe en el otro telefono y nada, estoy en la aldea el tule por la escuela 14.072312, -87.192136 y la \
    ficha 3321 se quedo pegada desde ayer a las 10:30, el android es 13 y la version 3.2.1, gracias";
const LOG: [&str; 8] = [
    "2026-11-26T10:20:31.114-06:00 INFO  sync: POST https://api.ejemplo.hn/v2/fichas?device=af31&token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.sflKxwRJSM 401 in 812 ms",
    "2026-11-26T10:20:31.530-06:00 WARN  auth: session expired for user jlopez, refresh in 30 s (attempt 3 of 5)",
    "2026-11-26T10:20:32.002-06:00 DEBUG gnss: fix lat=14.0723121 lon=-87.1921361 acc=12.4 sats=9/17 cn0=[31.2,29.8,28.0,27.7] age=1204ms",
    r#"2026-11-26T10:20:32.410-06:00 DEBUG form: {"id":"f-3321","jefe":{"dni":"0801199012345","telefono":"+504 9988-7766"},"miembros":5,"estado":"borrador"}"#,
    "2026-11-26T10:20:33.019-06:00 ERROR db: SQLiteFullException: database or disk is full (code 13) in table fichas, rows=18231, free=12 MB",
    "    at hn.ejemplo.fsu.datos.FichaDao_Impl.insertar(FichaDao_Impl.kt:214)",
    "    at hn.ejemplo.fsu.ui.CapturaViewModel$guardar$1.invokeSuspend(CapturaViewModel.kt:88)",
    "2026-11-26T10:20:33.200-06:00 INFO  app: heap 48211 kB of 262144 kB, threads 31, uptime 5321 s, build 30201",
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [pack] => pieces().iter().try_for_each(|piece| {
            let times = (piece.prepare)(pack)?.times;
            println!("{}\t{times}\t{}", piece.name, piece.what);
            Ok(())
        }),
        [pack, name] => {
            let piece = pieces().into_iter().find(|piece| piece.name == name).ok_or_else(|| format!("there is no piece {name}"))?;
            let mut prepared = (piece.prepare)(pack)?;
            (prepared.work)()?;
            counted(&mut prepared.work)
        }
        _ => Err("say a pack, and a piece of work or nothing for a list of them".into()),
    }
}

/// What is counted is what this function calls.
#[inline(never)]
fn counted(work: &mut dyn FnMut() -> Result<()>) -> Result<()> {
    work()
}

/// What was worked out is thrown away, and not left out for it.
fn done<T>(value: T) -> Result<()> {
    drop(black_box(value));
    Ok(())
}

/// A piece of work.
struct Piece {
    name: &'static str,
    what: &'static str,
    prepare: fn(&str) -> Result<Prepared>,
}

/// A piece of work that only needs to be done: it can be done twice, and the second time is counted.
struct Prepared {
    /// How many of what the piece is named after one round of it does.
    times: usize,
    work: Box<dyn FnMut() -> Result<()>>,
}

impl Prepared {
    fn new(times: usize, work: impl FnMut() -> Result<()> + 'static) -> Result<Self> {
        Ok(Self { times, work: Box::new(work) })
    }
}

fn pieces() -> Vec<Piece> {
    let piece = |name, what, prepare| Piece { name, what, prepare };
    vec![
        piece("open", "a desk is opened", |pack| {
            let pack = pack.to_owned();
            Prepared::new(1, move || done(desk(&pack)?))
        }),
        piece("first", "a desk is opened and asked its first question", |pack| {
            let pack = pack.to_owned();
            Prepared::new(1, move || asked(&desk(&pack)?, &["no me agarra el jipies"]))
        }),
        piece("search-clean", "a question is answered", |pack| search(pack, &CLEAN)),
        piece("search-misspelled", "a misspelled question is answered", |pack| search(pack, &MISSPELLED)),
        piece("search-spoken", "a long question is answered, as it is spoken", |pack| search(pack, &SPOKEN)),
        piece("search-nothing", "a question finds nothing", |pack| search(pack, &NOWHERE)),
        piece("suggest", "a key is pressed, and what is typed is completed", |pack| {
            let desk = desk(pack)?;
            let typed: Vec<Query> = TYPED.char_indices().skip(1).map(|(end, _)| Query::new(&TYPED[..end])).collect();
            Prepared::new(typed.len(), move || typed.iter().try_for_each(|query| done(desk.suggest(query)?)))
        }),
        piece("article", "an article is read", |pack| {
            let desk = desk(pack)?;
            let ids = ["gps-sin-permiso", "camara-foto-borrosa", "contrasena-cambiar", "gps-mala-precision"];
            let ids = ids.iter().map(|id| Ok(id.parse()?)).collect::<Result<Vec<_>>>()?;
            let read = move || ids.iter().try_for_each(|id| done(desk.article(id)?.ok_or("an article is missing")?));
            Prepared::new(4, read)
        }),
        piece("talk-begin", "a talk is begun with what a person wrote, and its first page shown", |pack| {
            let desk = desk(pack)?;
            Prepared::new(COMPLAINTS.len(), move || COMPLAINTS.iter().try_for_each(|words| done(begun(&desk, words)?.page())))
        }),
        piece("talk-first", "a desk is opened, and its first talk begun", |pack| {
            let pack = pack.to_owned();
            Prepared::new(1, move || done(begun(&desk(&pack)?, COMPLAINTS[0])?.page()))
        }),
        piece("talk-step", "a page of a talk is answered, and the next one shown, in the app and in a chat", |pack| {
            let desk = desk(pack)?;
            let all = |desk: &HelpDesk| -> Result<Vec<Guide>> {
                let begin = |app| COMPLAINTS.iter().map(move |words| Ok(desk.guide(None, Some(words), app)?));
                begin(true).chain(begin(false)).collect()
            };
            let steps = all(&desk)?.iter_mut().try_fold(0, |steps, guide| Ok::<_, Box<dyn Error>>(steps + walk(&desk, guide)?))?;
            // One round each to warm up and to count; beginning isn't part of it.
            let mut rounds = [all(&desk)?, all(&desk)?].into_iter();
            Prepared::new(steps, move || rounds.next().into_iter().flatten().try_for_each(|mut guide| walk(&desk, &mut guide).map(|_| ())))
        }),
        piece("talk-resume", "a talk that was written down is gone on with, and its page shown", |pack| {
            let desk = desk(pack)?;
            let mut saved = Vec::new();
            for words in COMPLAINTS {
                let mut guide = begun(&desk, words)?;
                for _ in 0..4 {
                    step(&desk, &mut guide)?;
                }
                saved.push(guide.saved());
            }
            Prepared::new(saved.len(), move || saved.iter().try_for_each(|saved| done(desk.resume_guide(saved)?.page())))
        }),
        piece("redact-message", "a person's message is redacted", |_| {
            Prepared::new(1, || done(Redaction::default().text(black_box(MESSAGE))))
        }),
        piece("redact-line", "a line of an app's log is redacted", |_| {
            Prepared::new(LOG.len(), || {
                LOG.iter().for_each(|line| drop(black_box(Redaction::default().text(black_box(line)))));
                Ok(())
            })
        }),
        piece("file", "an incident of a known service is filed, with a crash and a log", |pack| filed(pack, true)),
        piece("file-told", "an incident is filed of which only a person's words say what it is about", |pack| filed(pack, false)),
        piece("deliver", "an incident is taken out of the outbox and acknowledged", |pack| {
            let (desk, folder) = with_outbox(pack)?;
            (0..8).try_for_each(|number| desk.file(draft(number, true)).map(drop))?;
            Prepared::new(4, move || {
                _ = &folder;
                let outbox = desk.outbox().ok_or("the desk has no outbox")?;
                (0..4).try_for_each(|_| {
                    let Next::Send(delivery) = outbox.next_delivery()? else { return Err("nothing is to be sent".into()) };
                    Ok(outbox.report_delivery(delivery.lease, Reply::Accepted { reference: Some("INC-1".to_owned()) })?)
                })
            })
        }),
    ]
}

fn desk(pack: &str) -> Result<HelpDesk> {
    Ok(HelpDesk::open(Pack::from_file(pack.as_ref())?)?.with_clock(Stopped).with_entropy(Counting::default()))
}

fn with_outbox(pack: &str) -> Result<(HelpDesk, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    Ok((desk(pack)?.with_outbox(folder.path(), Policy::default())?, folder))
}

fn filed(pack: &str, known: bool) -> Result<Prepared> {
    let (desk, folder) = with_outbox(pack)?;
    let mut number = 0;
    Prepared::new(4, move || {
        // The folder lives as long as the desk in it.
        _ = &folder;
        (0..4).try_for_each(|_| {
            number += 1;
            done(desk.file(draft(number, known))?)
        })
    })
}

fn search(pack: &str, questions: &'static [&str]) -> Result<Prepared> {
    let desk = desk(pack)?;
    Prepared::new(questions.len(), move || asked(&desk, questions))
}

fn asked(desk: &HelpDesk, questions: &[&str]) -> Result<()> {
    questions.iter().try_for_each(|question| done(desk.search(&Query::new(*question))?))
}

fn begun(desk: &HelpDesk, words: &str) -> Result<Guide> {
    Ok(desk.guide(None, Some(words), true)?)
}

/// Answers page after page to the end; how many there were.
fn walk(desk: &HelpDesk, guide: &mut Guide) -> Result<usize> {
    let mut steps = 0;
    while steps < LONGEST_TALK && step(desk, guide)? {
        steps += 1;
    }
    Ok(steps)
}

/// Answers one page; whether there was one to answer. Questions are answered by their last choice («no»), nothing helps, and the phone is in order.
fn step(desk: &HelpDesk, guide: &mut Guide) -> Result<bool> {
    match guide.page().shows {
        Shows::Read { facts } => {
            let kb = desk.knowledge();
            let kinds: BTreeMap<&FactId, &FactType> = kb.facts()?.iter().map(|fact| (&fact.id, &fact.kind)).collect();
            let read = |fact: FactId| (kinds.get(&fact).and_then(|kind| reading(kind)), fact);
            guide.read(facts.into_iter().map(read).map(|(value, fact)| (fact, value)).collect())?;
        }
        Shows::Ask { question } => guide.answer(question.fact, question.choices.last().map(|choice| choice.value.clone()))?,
        Shows::Do { todo } => {
            let effect = todo.effect.and_then(|effect| Some(effect.choices.last()?.value.clone()));
            guide.did(&todo.remedy, effect)?;
        }
        Shows::Concluded { .. } => return Ok(false),
    }
    Ok(true)
}

fn reading(kind: &FactType) -> Option<FactValue> {
    Some(match kind {
        FactType::Bool => true.into(),
        FactType::Int => FactValue::Int(40),
        FactType::OneOf(values) => values.first()?.as_str().into(),
        FactType::Version => "13".into(),
        FactType::Text => "samsung".into(),
    })
}

fn draft(number: usize, known: bool) -> Draft {
    let mut draft = Draft::new(Origin::App);
    draft.service = known.then(|| "contrasena".parse().ok()).flatten();
    draft.symptom = Some(MESSAGE.to_owned());
    let frames: Vec<String> =
        (0..18).map(|frame| format!("at hn.ejemplo.fsu.ui.Captura.paso{frame}(Captura.kt:{})", 40 + frame * 7 + number)).collect();
    draft.crash = Some(Crash::told("SQLiteFullException", "database or disk is full (code 13)", &frames.join("\n"), &[]));
    draft.log = LOG.iter().cycle().take(16).enumerate().map(|(at, line)| (NOW + at as i64, (*line).to_owned())).collect();
    draft
}

/// Thursday 2026-11-26, 10:20 in Honduras.
const NOW: i64 = 1_795_710_000_000;

struct Stopped;

impl Clock for Stopped {
    fn now_ms(&self) -> i64 {
        NOW
    }
}

/// Numbers that look random and are the same each time (SplitMix64).
#[derive(Default)]
struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut mixed = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.iter_mut().zip((mixed ^ (mixed >> 31)).to_le_bytes()).for_each(|(to, from)| *to = from);
        }
    }
}
