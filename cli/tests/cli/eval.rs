//! `eval`.

use std::fs;

use serde_json::{Value, json};

use crate::run::Base;

#[test]
fn a_table_is_measured_by_service_article_noise_and_split() {
    let base = Base::new();
    let report = base.run(["eval", "--kb", "kb", "--json", "kb/tests/queries.tsv"]).code(0).json();
    assert_eq!(report["file"], "kb/tests/queries.tsv");
    assert_eq!(report["questions"], 4);
    let perfect = |questions: u32| json!({ "questions": questions, "success@1": 1.0, "success@3": 1.0, "mrr": 1.0 });
    assert_eq!(report["article"], perfect(4));
    assert_eq!(report["by_noise"], json!({ "clean": perfect(1), "misspelled": perfect(2), "sms": perfect(1) }));
    assert_eq!(report["by_split"], json!({ "held-out": perfect(2), "tune": perfect(2) }));
    assert_eq!((&report["success@1"], &report["success@3"], &report["mrr"]), (&json!(1.0), &json!(1.0), &json!(1.0)));
    assert_eq!(report["misses"], json!([]));
    let held_out = base.run(["eval", "--kb", "kb", "--json", "--split", "held-out", "kb/tests/queries.tsv"]).code(0).json();
    assert_eq!(held_out["questions"], 2);
}

#[test]
fn misses_are_listed_and_change_no_exit_code() {
    let base = Base::new();
    fs::write(base.path("t.tsv"), "la foto se ve borrosa\tgps\nno agarra el gps\tgps\tgps-sin-permiso\nzzzqqq\tcamara\n").unwrap();
    let report = base.run(["eval", "--kb", "kb", "--json", "t.tsv"]).code(0).json();
    let misses = report["misses"].as_array().unwrap();
    assert_eq!(misses[0]["question"], "la foto se ve borrosa");
    assert_eq!((&misses[0]["expected"]["service"], &misses[0]["got"]["service"]), (&json!("gps"), &json!("camara")));
    assert_eq!((&misses[0]["service_right"], &misses[0]["line"]), (&json!(false), &json!(1)));
    let nothing = misses.last().unwrap();
    assert_eq!((&nothing["question"], &nothing["got"]), (&json!("zzzqqq"), &Value::Null));
    let shown = base.run(["eval", "--kb", "kb", "t.tsv"]).code(0).out;
    assert!(shown.contains("Fallos: 2") && shown.contains("se esperaba gps; salió camara / camara-borrosa"), "{shown}");
    assert!(shown.contains("salió nada"), "{shown}");
}

#[test]
fn services_and_articles_that_are_not_there_are_warnings() {
    let base = Base::new();
    fs::write(base.path("t.tsv"), "no agarra el gps\tgsp\nla foto\tcamara\tcamara-z\n").unwrap();
    let ran = base.run(["eval", "--kb", "kb", "t.tsv", "--json"]).code(0);
    assert_eq!(ran.json()["questions"], 2);
    assert!(ran.err.contains("aviso[unknown-service]") && ran.err.contains("«camara-z»"), "{}", ran.err);
    assert!(!ran.err.contains('\u{1b}'));
}

#[test]
fn a_table_that_cannot_be_read_is_bad_input() {
    let base = Base::new();
    fs::write(base.path("bad.tsv"), "solo una columna\nbien\tgps\n").unwrap();
    let ran = base.run(["eval", "--json", "bad.tsv"]).code(2);
    assert!(ran.err.contains("bad.tsv:1") && ran.err.contains("falta el servicio"), "{}", ran.err);
    assert_eq!(ran.out, "");
    fs::write(base.path("latin1.tsv"), b"c\xe1mara\tcamara\n").unwrap();
    assert!(base.run(["eval", "latin1.tsv"]).code(2).err.contains("UTF-8"));
    fs::write(base.path("empty.tsv"), "").unwrap();
    assert!(base.run(["eval", "empty.tsv"]).code(2).err.contains("no tiene preguntas"));
    assert!(base.run(["eval", "no.tsv"]).code(2).err.contains("no existe"));
    base.run(["eval", "."]).code(2);
    base.run(["eval", "--kb", "kb", "--split", "otra", "kb/tests/queries.tsv"]).code(2);
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_first_cell() {
    let base = Base::new();
    fs::write(base.path("t.tsv"), "\u{feff}query\tservice\nno agarra el gps\tgps\n").unwrap();
    assert_eq!(base.run(["eval", "--kb", "kb", "t.tsv", "--json"]).code(0).json()["questions"], 1);
}
