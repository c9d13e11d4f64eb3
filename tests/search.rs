//! What the search promises, on a small knowledge base and on the real one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so")]

mod common;

use std::sync::Arc;

use baquiano::kb::pack::Pack;
use baquiano::kb::{FactValue, ServiceId};
use baquiano::search::{Matched, Query};
use baquiano::{Clock, HelpDesk};
use proptest::prelude::*;

fn small() -> HelpDesk {
    HelpDesk::open(Pack::from_vec(common::pack(1)).unwrap()).unwrap()
}

fn embedded() -> HelpDesk {
    HelpDesk::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap()
}

fn first(desk: &HelpDesk, question: &str) -> String {
    desk.search(&Query::new(question)).unwrap().hits.first().map(|hit| hit.id.to_string()).unwrap_or_default()
}

#[test]
fn each_way_of_spelling_finds_the_word() {
    let desk = small();
    for (question, how, said, found) in [
        ("coordenadas", Matched::Exact, "coordenadas", "coordenadas"),
        ("coordenada", Matched::Stem, "coordenada", "coordenadas"),
        ("cordenadas", Matched::Sound, "cordenadas", "coordenadas"),
        ("coordenafas", Matched::Typo, "coordenafas", "coordenadas"),
        ("coorden", Matched::Prefix, "coorden", "coordenadas"),
        ("retrato movido", Matched::Synonym, "retrato", "foto"),
    ] {
        let answer = desk.search(&Query::new(question)).unwrap();
        let why = answer.hits.first().unwrap_or_else(|| panic!("{question}")).why.iter().find(|why| why.said == said);
        let why = why.unwrap_or_else(|| panic!("{question}: {answer:?}"));
        assert_eq!((why.how, why.found.as_str()), (how, found), "{question}");
    }
}

#[test]
fn glued_split_and_abbreviated_words_are_read() {
    let desk = small();
    for question in ["noagarra elgps", "no agarra la ubi", "no agarra el jipies", "ubica cion apagada", "ubccn apagada"] {
        assert!(first(&desk, question).starts_with("gps"), "{question}");
    }
}

#[test]
fn corrections_are_shown_and_what_was_right_is_not() {
    let desk = small();
    let asked = |question: &str| desk.search(&Query::new(question)).unwrap().did_you_mean;
    assert_eq!(asked("la foto sale borosa").as_deref(), Some("la foto sale borrosa"));
    assert_eq!(asked("la foto sale borrosa"), None);
    assert_eq!(asked("la foto sale borrosa xq no enfoca"), None);
}

#[test]
fn highlights_are_the_words_that_matched() {
    let answer = small().search(&Query::new("cámara negra")).unwrap();
    let hit = &answer.hits[0];
    let marked: Vec<&str> = hit.highlights.iter().map(|range| &hit.snippet[range.clone()]).collect();
    assert_eq!((hit.snippet.as_str(), marked), ("la cámara sale en negro", vec!["cámara", "negro"]));
}

#[test]
fn what_finds_nothing_is_empty_and_noted_without_what_tells_of_a_person() {
    struct Noon;
    impl Clock for Noon {
        fn now_ms(&self) -> i64 {
            12
        }
    }
    let desk = embedded().with_clock(Noon);
    assert!(desk.search_while_typed(&Query::new("horóscopo xk")).unwrap().hits.is_empty());
    assert!(desk.unanswered().is_empty(), "half a question is no gap");
    let answer = desk.search(&Query::new("horóscopo xkcd 0801-1990-12345")).unwrap();
    assert!(answer.hits.is_empty() && answer.confidence < 0.5);
    let noted = desk.unanswered();
    assert_eq!((noted[0].question.as_str(), noted[0].count, noted[0].last_ms), ("horóscopo xkcd [identidad]", 1, 12));
    for nothing in ["", "   ", "¿?", "😀👍", "el la de que", "\0\0"] {
        assert!(desk.search(&Query::new(nothing)).unwrap().hits.is_empty(), "{nothing:?}");
    }
}

#[test]
fn context_ranks_and_only_filters() {
    let desk = embedded();
    let of = |query: &Query| desk.search(query).unwrap().hits.iter().map(|hit| hit.service.to_string()).collect::<Vec<_>>();
    let mut query = Query::new("no tengo permiso");
    query.limit = 30;
    let without = of(&query);
    query.context.service = Some("camara".parse::<ServiceId>().unwrap());
    let with = of(&query);
    let place = |services: &[String]| services.iter().position(|service| service == "camara");
    assert!(place(&with) <= place(&without), "{without:?} {with:?}");
    assert!(with.iter().any(|service| service != "camara"));
    query.only.service = Some("camara".parse().unwrap());
    assert!(of(&query).iter().all(|service| service == "camara"));
    query.only.level = Some(2);
    assert!(of(&query).is_empty());
}

#[test]
fn a_known_fact_lifts_the_article_that_it_speaks_for() {
    let desk = embedded();
    let mut query = Query::new("el gps no funciona");
    query.limit = 30;
    let place = |query: &Query| desk.search(query).unwrap().hits.iter().position(|hit| hit.id.as_str() == "gps-sin-permiso");
    let without = place(&query);
    query.context.facts.insert("perm.fine".parse().unwrap(), FactValue::from("denied"));
    assert!(place(&query) < without || place(&query) == Some(0), "{without:?} {:?}", place(&query));
}

#[test]
fn suggestions_go_on_with_what_is_typed() {
    let suggestions = small().suggest(&Query::new("no abre la ca")).unwrap();
    assert_eq!((suggestions[0].text.as_str(), suggestions[0].article.as_str()), ("no abre la cámara", "camara-permiso"));
    assert!(small().suggest(&Query::new("")).unwrap().is_empty());
}

#[test]
fn the_name_of_an_app_tells_where_and_not_what() {
    let desk = embedded();
    let plain = first(&desk, "se me olvidó la contraseña");
    assert_eq!(first(&desk, "se me olvidó la contraseña de Inclusión Productiva"), plain);
    let score = |question: &str| desk.search(&Query::new(question)).unwrap().hits[0].score;
    let said_alone = score("se me olvidó la contraseña de");
    for name in ["Mejores Familias", "megores familas", "inclucion produktibas"] {
        assert_eq!(score(&format!("se me olvidó la contraseña de {name}")), said_alone, "{name}");
    }
    assert_ne!(score("se me olvidó la contraseña de mejor fama"), said_alone);
}

#[test]
fn hostile_questions_are_questions() {
    let desk = embedded();
    let long = "gps ".repeat(300_000);
    for question in [
        long.as_str(),
        "title:gps AND body:\"x\" OR *",
        "'; DROP TABLE articles; --",
        "gps\0gps",
        "مرحبا كيف الحال gps",
        "\u{202E}spg le anrefa on",
        "ñññññññññññññññññññññññññññññññññññññññññññññññññññññññññññ",
        "🙂 gps 🙂",
        "(((((((((",
        "%00%ff&lt;script&gt;",
    ] {
        let answer = desk.search(&Query::new(question)).unwrap();
        assert!(answer.query.len() <= 4096);
        desk.suggest(&Query::new(question)).unwrap();
    }
}

#[test]
fn one_desk_answers_several_threads_alike() {
    let desk = Arc::new(embedded());
    let questions = ["no abre la camara", "kiero cambiar mi clave", "el punto cae lejos", "no ay espasio"];
    let alone: Vec<String> = questions.iter().map(|question| first(&desk, question)).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    for (question, expected) in questions.iter().zip(&alone) {
                        assert_eq!(&first(&desk, question), expected);
                    }
                }
            });
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_answered_and_its_ranges_fit(question in any::<String>(), words in "[a-zñ ]{0,60}") {
        let desk = small();
        for text in [question.as_str(), words.as_str()] {
            let answer = desk.search(&Query::new(text)).unwrap();
            prop_assert!((0.0..=1.0).contains(&answer.confidence));
            for hit in &answer.hits {
                for range in &hit.highlights {
                    prop_assert!(hit.snippet.get(range.clone()).is_some());
                }
                for range in &hit.title_highlights {
                    prop_assert!(hit.title.get(range.clone()).is_some());
                }
            }
            prop_assert_eq!(&answer, &desk.search(&Query::new(text)).unwrap());
        }
    }
}
