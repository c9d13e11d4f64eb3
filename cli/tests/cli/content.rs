//! `kb check` and `kb new`.

use std::fs;

use serde_json::json;

use crate::run::Base;

#[test]
fn clean_content_ends_with_zero_and_warnings_are_findings_only_when_strict() {
    let base = Base::new();
    let ran = base.run(["kb", "check", "kb"]).code(0);
    assert!(ran.out.contains("4 preguntas de prueba: acierto@1 1.000, acierto@3 1.000"), "{}", ran.out);
    let last = ran.out.lines().last().unwrap();
    assert!(last.starts_with("0 errores, ") && last.ends_with(" en 4 artículos"), "{last}");
    base.run(["kb", "check", "kb", "--strict"]).code(1);
    let report = base.run(["kb", "check", "kb", "--json"]).code(0).json();
    assert_eq!((&report["articles"], &report["errors"]), (&json!(4), &json!(0)));
    assert_eq!(report["queries"]["success@1"], 1.0);
    assert_eq!(report["problems"].as_array().unwrap().len(), usize::try_from(report["warnings"].as_u64().unwrap()).unwrap());
    assert!(report.get("todo").is_none());
}

#[test]
fn errors_are_drawn_with_their_line_and_end_with_one() {
    let base = Base::new();
    base.edit("kb/articles/gps/gps-apagado.md", "related: [gps-sin-permiso]", "related: [gps-sin-permisos]");
    base.edit("kb/catalog.yaml", "opens: \"09:00\"", "opens: \"25:00\"");
    let ran = base.run(["kb", "check", "kb"]).code(1);
    let errors: Vec<&str> = ran.out.split("\n\n").filter(|part| part.starts_with("error")).collect();
    insta::assert_snapshot!("check_errors", errors.join("\n\n"));
    assert!(ran.out.lines().last().unwrap().starts_with("2 errores, "));
    assert_eq!(ran.err, "");
    let report = base.run(["kb", "check", "kb", "--json"]).code(1).json();
    assert_eq!((&report["errors"], &report["queries"]), (&json!(2), &json!(null)));
}

#[test]
fn broken_yaml_is_told_and_not_fatal() {
    let base = Base::new();
    fs::write(base.path("kb/catalog.yaml"), "locale: [\n\u{0}").unwrap();
    fs::write(base.path("kb/articles/gps/gps-apagado.md"), b"\xff\xfe").unwrap();
    let ran = base.run(["kb", "check", "kb"]).code(1);
    assert!(ran.out.contains("catalog.yaml") && ran.out.contains("gps-apagado.md"), "{}", ran.out);
}

#[test]
fn test_questions_that_miss_become_a_warning() {
    let base = Base::new();
    base.edit("kb/tests/queries.tsv", "la foto se ve borrosa\tcamara\tcamara-borrosa", "no agarra el gps ya\tcamara\tcamara-borrosa");
    let report = base.run(["kb", "check", "kb", "--json"]).code(0).json();
    assert!(report["problems"].as_array().unwrap().iter().any(|problem| problem["code"] == "low-success"), "{report}");
    assert_eq!(report["queries"]["success@1"], 0.75);
}

#[test]
fn a_manifest_that_is_missing_is_an_error() {
    let base = Base::new();
    fs::remove_file(base.path("kb/pack.yaml")).unwrap();
    let report = base.run(["kb", "check", "kb", "--json"]).code(1).json();
    assert!(report["problems"].as_array().unwrap().iter().any(|problem| problem["file"] == "pack.yaml"), "{report}");
    base.run(["kb", "build", "kb", "-o", "kb.pack"]).code(2);
}

#[test]
fn what_is_to_be_completed_is_listed_by_file() {
    let base = Base::new();
    let out = base.run(["kb", "check", "kb", "--todo"]).code(0).out;
    let list = "Por completar: 2\ncatalog.yaml\n  - Poner la dirección del chat.\narticles/gps/gps-apagado.md\n  - Confirmar el nombre del botón.\n";
    assert!(out.contains(list), "{out}");
    let report = base.run(["kb", "check", "kb", "--todo", "--json"]).code(0).json();
    assert_eq!(report["todo"][0], json!({ "file": "catalog.yaml", "task": "Poner la dirección del chat." }));
}

#[test]
fn the_folder_is_found_where_it_usually_lies() {
    let base = Base::new();
    base.run(["kb", "check"]).code(0);
    let mut inside = base.command(["kb", "check"]);
    crate::run::finish(inside.current_dir(base.kb())).code(0);
    base.run(["--kb", "kb", "kb", "check"]).code(0);
    let ran = base.run(["kb", "check", "nada"]).code(2);
    assert!(ran.err.contains("nada"));
    let mut elsewhere = base.command(["kb", "check"]);
    let ran = crate::run::finish(elsewhere.current_dir(base.path("kb/media"))).code(2);
    assert!(ran.err.contains("catalog.yaml"), "{}", ran.err);
}

#[test]
fn a_new_article_is_written_once_with_todays_date() {
    let base = Base::new();
    let args = ["kb", "new", "camara-negra", "--service", "camara", "--title", "La pantalla sale \"negra\"", "kb"];
    let file = base.run(args.iter().chain(&["--json"])).code(0).json()["file"].as_str().unwrap().to_owned();
    assert_eq!(file, "kb/articles/camara/camara-negra.md");
    let text = fs::read_to_string(base.path(&file)).unwrap();
    let date = text.lines().find_map(|line| line.strip_prefix("reviewed: ")).unwrap();
    assert!(date.len() == 10 && date > "2026-01-01", "{date}");
    assert!(base.run(args).code(2).err.contains("ya existe"));
    // The template says itself what it lacks.
    let report = base.run(["kb", "check", "kb", "--json"]).code(1).json();
    let errors = report["problems"].as_array().unwrap().iter().filter(|problem| problem["severity"] == "error");
    assert_eq!(errors.map(|problem| problem["code"].as_str().unwrap()).collect::<Vec<_>>(), ["few-symptoms"]);
}

#[test]
fn an_article_that_could_not_be_is_refused() {
    let base = Base::new();
    for (id, service, title) in [
        ("Camara", "camara", "t"),
        ("../x", "camara", "t"),
        ("camara-x", "camera", "t"),
        ("camara-x", "", "t"),
        ("camara-x", "camara", " "),
        ("camara-x", "camara", "a\nb"),
    ] {
        let ran = base.run(["kb", "new", id, "--service", service, "--title", title, "kb"]).code(2);
        assert!(ran.err.starts_with("error: "), "{}", ran.err);
        base.run(["--lang", "en", "kb", "new", id, "--service", service, "--title", title, "kb"]).code(2);
    }
    let before = fs::read_dir(base.path("kb/articles/camara")).unwrap().count();
    assert_eq!(before, 1);
}
