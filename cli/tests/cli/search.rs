//! `search` and `article`.

use serde_json::Value;

use crate::run::{Base, run};

fn fields(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The characters of a text that a range of code points means.
fn cut(text: &str, range: &Value) -> String {
    let at = |n: usize| usize::try_from(range[n].as_u64().unwrap()).unwrap();
    text.chars().skip(at(0)).take(at(1) - at(0)).collect()
}

#[test]
fn the_embedded_pack_answers_a_misspelled_question() {
    let ran = run(["search", "--json", "no", "me", "agarra", "el", "jipies"]).code(0);
    let found = ran.json();
    assert_eq!(found["query"], "no me agarra el jipies");
    assert_eq!(found["hits"][0]["service"], "gps");
    assert_eq!(ran.err, "");
}

#[test]
fn an_answer_has_exactly_the_published_fields() {
    let base = Base::new();
    let found = base.run(["search", "--kb", "kb", "--json", "no agarra el jps"]).code(0).json();
    let mut top = fields(&found);
    top.sort_unstable();
    assert_eq!(top, ["confidence", "did_you_mean", "hits", "query", "took_us"]);
    assert!(found["took_us"].is_u64() && (found["did_you_mean"].is_string() || found["did_you_mean"].is_null()));
    let confidence = found["confidence"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&confidence));
    let hit = &found["hits"][0];
    let mut of_hit = fields(hit);
    of_hit.sort_unstable();
    assert_eq!(of_hit, ["highlights", "id", "level", "score", "service", "snippet", "title", "title_highlights", "why"]);
    assert_eq!((&hit["id"], &hit["level"]), (&Value::from("gps-apagado"), &Value::from(1)));
    let mut of_why = fields(&hit["why"][0]);
    of_why.sort_unstable();
    assert_eq!(of_why, ["found", "how", "said"]);
}

#[test]
fn highlights_are_code_points_and_not_bytes() {
    let base = Base::new();
    let found = base.run(["search", "--kb", "kb", "--json", "ubicación rara señal"]).code(0).json();
    let hit = &found["hits"][0];
    assert_eq!(hit["snippet"], "😀 ubicación rara de la señal");
    let marked: Vec<String> =
        hit["highlights"].as_array().unwrap().iter().map(|range| cut(hit["snippet"].as_str().unwrap(), range)).collect();
    assert_eq!(marked, ["ubicación", "rara", "señal"]);
    let title: Vec<String> =
        hit["title_highlights"].as_array().unwrap().iter().map(|range| cut(hit["title"].as_str().unwrap(), range)).collect();
    assert_eq!(title, ["ubicación"]);
}

#[test]
fn a_question_without_an_answer_offers_the_services_and_ends_with_one() {
    let base = Base::new();
    for question in ["", "   ", "zzzzqqqq wwwwxxxx", "?!"] {
        let found = base.run(["search", "--kb", "kb", "--json", question]).code(1).json();
        assert_eq!(found["hits"], Value::Array(Vec::new()), "{question}");
        let services = found["services"].as_array().unwrap();
        assert_eq!(services.len(), 17);
        assert_eq!(fields(&services[0]).len(), 4);
        assert_eq!((&services[0]["id"], &services[0]["tile"]), (&Value::from("gps"), &Value::from("Gps")));
    }
    let ran = base.run(["search", "--kb", "kb", "zzzzqqqq"]).code(1);
    assert!(ran.out.contains("No se encontró ayuda") && ran.out.contains("plataforma-web"), "{}", ran.out);
}

#[test]
fn context_ranks_and_filters_only_when_told_to() {
    let base = Base::new();
    let services = |args: &[&str]| -> Vec<String> {
        let ran = base.run(["search", "--kb", "kb", "--json", "foto de la ubicación"].iter().chain(args));
        ran.json()["hits"].as_array().unwrap().iter().map(|hit| hit["service"].as_str().unwrap().to_owned()).collect()
    };
    let all = services(&[]);
    assert!(all.contains(&"gps".to_owned()) && all.contains(&"camara".to_owned()), "{all:?}");
    assert!(services(&["--service", "camara"]).contains(&"gps".to_owned()));
    assert_eq!(services(&["--service", "camara", "--only"]), ["camara"]);
    assert_eq!(services(&["--level", "3"]), [""; 0]);
    assert_eq!(services(&["--limit", "1"]).len(), 1);
    assert!(!services(&["--app", "fsu-rup", "--only"]).is_empty());
}

#[test]
fn unknown_ids_and_numbers_out_of_range_are_bad_input() {
    for (args, told) in [
        (["--service", "gsp"], "correccion-sistema"),
        (["--app", "nada"], "renpi-movil"),
        (["--service", "a\u{1b}[31m"], "\u{fffd}[31m"),
        (["--level", "4"], "1–3"),
        (["--level", "-1"], "--level"),
        (["--limit", "0"], "1–1000"),
        (["--limit", "muchos"], "«muchos»"),
        (["--android", "doce"], "8.1"),
        (["--key", "00"], "64"),
        (["--kb", "/no/existe"], "/no/existe"),
    ] {
        let ran = run(["search", "--json", "gps"].iter().chain(&args)).code(2);
        assert_eq!(ran.out, "", "{args:?}");
        assert!(ran.err.starts_with("error: ") && ran.err.contains(told), "{args:?}: {}", ran.err);
    }
}

#[test]
fn odd_questions_do_no_harm() {
    let long = "gps ".repeat(25_000);
    let huge: Vec<&str> = std::iter::repeat_n(long.as_str(), 10).collect();
    for question in [
        "title:gps",
        "\"gps\"",
        "*",
        "gps*",
        "(gps OR",
        "+-gps^9~2",
        "😀😀😀",
        "لا يعمل نظام تحديد المواقع",
        "\u{202e}spg",
        "ñ",
        "%s%n",
        "--",
        "\u{0}x",
    ] {
        if question.contains('\0') {
            continue; // No argument can hold it; the standard input can, see `stdin`.
        }
        let ran = run(["search", "--json", "--", question]);
        assert!([0, 1].contains(&ran.code), "{question}: {}", ran.err);
        assert!(ran.json()["hits"].is_array());
        let shown = run(["search", "--", question]);
        assert!(!shown.out.contains('\u{202e}') && !shown.out.contains('\u{1b}'));
    }
    // A megabyte of question.
    let ran = run(["search", "--json"].into_iter().chain(huge)).code(0);
    assert_eq!(ran.json()["hits"][0]["service"], "gps");
}

#[test]
fn the_best_article_is_shown_whole() {
    let base = Base::new();
    insta::assert_snapshot!("search_plain", base.run(["search", "--kb", "kb", "dice que prenda la hubicasion"]).code(0).out);
}

#[test]
fn vendor_and_release_choose_the_variants_and_the_desk_part_is_asked_for() {
    let base = Base::new();
    let show = |args: &[&str]| base.run(["article", "--kb", "kb", "gps-apagado"].iter().chain(args)).code(0).out;
    let all = show(&[]);
    assert!(all.contains("Samsung, Android 9 o más") && all.contains("Xiaomi, LG"), "{all}");
    assert!(!all.contains("Para la mesa de ayuda"));
    let samsung = show(&["--vendor", "Samsung", "--android", "13", "--desk"]);
    assert!(samsung.contains("Samsung") && !samsung.contains("Xiaomi") && samsung.contains("Pida la marca"), "{samsung}");
    assert!(!show(&["--vendor", "samsung", "--android", "8.1"]).contains("Según el teléfono"));
}

#[test]
fn an_article_is_json_as_the_pack_has_it() {
    let base = Base::new();
    let kinds = |args: &[&str]| -> Vec<String> {
        let article = base.run(["article", "--kb", "kb", "--json", "gps-apagado"].iter().chain(args)).code(0).json();
        assert_eq!(article["title"], "La ubicación está apagada");
        article["body"]["sections"].as_array().unwrap().iter().map(|section| section["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&[]), ["steps", "proof", "help"]);
    assert_eq!(kinds(&["--desk"]), ["steps", "proof", "help", "desk"]);
}

#[test]
fn an_article_that_is_not_there_is_bad_input_and_near_ones_are_offered() {
    let base = Base::new();
    let ran = base.run(["article", "--kb", "kb", "gps-apagada"]).code(2);
    assert!(ran.err.contains("gps-apagado"), "{}", ran.err);
    for id in ["../../etc/passwd", "", "GPS", "ñ"] {
        base.run(["article", "--kb", "kb", id]).code(2);
    }
}
