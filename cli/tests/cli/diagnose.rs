//! `diagnose`, on the embedded knowledge base.

use std::fs;

use serde_json::json;

use crate::run::{Base, run, run_with_input};

#[test]
fn facts_lead_to_the_end_without_a_question() {
    let base = Base::new();
    fs::write(base.path("f.json"), r#"{"location.enabled": false, "vendor": "samsung", "android": 12}"#).unwrap();
    let report = base.run(["diagnose", "gps", "--facts", "f.json", "--assume-remedies-work", "--json"]).code(0).json();
    assert_eq!(report["status"], "concluded");
    assert_eq!((&report["outcome"], &report["fault"], &report["level"]), (&json!("resolved"), &json!("gps.location-off"), &json!(1)));
    assert_eq!(report["asked"], json!([]));
    // A remedy that isn't assumed to work changes nothing: the case can't be resolved.
    let report = base.run(["diagnose", "gps", "--facts", "f.json", "--json"]).code(1).json();
    assert_eq!((&report["status"], &report["outcome"]), (&json!("needs-answer"), &json!(null)));
    assert!(report["needs"]["question"].is_string());
}

#[test]
fn what_the_desk_takes_says_to_whom_and_why() {
    let base = Base::new();
    fs::write(base.path("f.json"), r#"{"gms": "absent"}"#).unwrap();
    let report = base.run(["diagnose", "gps", "--facts", "f.json", "--json"]).code(0).json();
    assert_eq!((&report["outcome"], &report["fault"]), (&json!("escalated"), &json!("gms.absent")));
    assert_eq!(report["escalation"], json!({ "level": 3, "area": "sistemas", "reason": "app-bug" }));
}

#[test]
fn a_person_is_asked_told_and_may_go_back_and_stop() {
    let talked = run_with_input(["diagnose", "gps"], b"x\n?\n0\nb\nq\n").code(1);
    for text in ["La app no toma el punto", "Escriba uno de los números", "Lo más probable", "Se detuvo sin terminar"] {
        assert!(talked.out.contains(text), "{text}: {}", talked.out);
    }
}

#[test]
fn a_session_that_was_left_goes_on() {
    let base = Base::new();
    fs::write(base.path("s.json"), "{").unwrap();
    base.run(["diagnose", "gps", "--resume", "s.json", "--json"]).code(2);
    fs::remove_file(base.path("s.json")).unwrap();
    let file = base.path("s.json");
    run_with_input(["diagnose", "gps", "--resume", file.to_str().unwrap()], b"0\n").code(1);
    let left = fs::read_to_string(&file).unwrap();
    assert!(left.contains("\"by\":\"person\"") && left.len() < 4096, "{left}");
    run_with_input(["diagnose", "gps", "--resume", file.to_str().unwrap()], b"b\nq\n").code(1);
}

#[test]
fn what_is_wrong_is_said() {
    let base = Base::new();
    assert!(run(["diagnose", "nada"]).code(2).err.contains("gps"));
    for (text, told) in [("{", "f.json"), (r#"{"nada": 1}"#, "nada"), (r#"{"location.enabled": 7}"#, "location.enabled")] {
        fs::write(base.path("f.json"), text).unwrap();
        let ran = base.run(["diagnose", "gps", "--facts", "f.json", "--json"]).code(2);
        assert!(ran.err.contains(told), "{text}: {}", ran.err);
    }
}

#[test]
fn words_or_a_topic_lead_to_the_flow() {
    let base = Base::new();
    let report = base.run(["diagnose", "--question", "se me bloqueo el usuario", "--json"]).code(1).json();
    assert_eq!((&report["flow"], &report["through"]), (&json!("desbloqueo-usuario"), &json!(["clasificacion"])));
    fs::write(base.path("f.json"), r#"{"location.enabled": false}"#).unwrap();
    let args = ["diagnose", "--question", "no agarra el gps", "--facts", "f.json", "--assume-remedies-work", "--json"];
    let report = base.run(args).code(0).json();
    assert_eq!((&report["outcome"], &report["fault"]), (&json!("resolved"), &json!("gps.location-off")));
    // A step back leads out of the flow again.
    let talked = run_with_input(["diagnose"], b"1\nb\n2\nq\n").code(1);
    for text in ["El punto o la ubicación", "La app no toma el punto", "La cámara no toma la foto"] {
        assert!(talked.out.contains(text), "{text}: {}", talked.out);
    }
    let talked = run_with_input(["diagnose"], b"8\n5\nb\n2\nq\n").code(1);
    assert!(talked.out.matches("¿Qué le pasa con su usuario o su contraseña?").count() >= 2, "{}", talked.out);
    let talked = run_with_input(["diagnose", "--question", "no agarra el gps"], b"b\n2\nq\n").code(1);
    for text in ["La app no toma el punto", "El punto o la ubicación", "La cámara no toma la foto"] {
        assert!(talked.out.contains(text), "{text}: {}", talked.out);
    }
    base.run(["diagnose", "gps", "--question", "x"]).code(2);
}

#[test]
fn what_the_desk_gets_is_asked_for_and_shown() {
    let base = Base::new();
    fs::write(base.path("f.json"), r#"{"gms": "absent", "vendor": "samsung", "android": 12}"#).unwrap();
    let report = base.run(["diagnose", "gps", "--facts", "f.json", "--json"]).code(0).json();
    assert_eq!(report["missing"], json!(["device.model", "app.version", "message"]));
    let talked = run_with_input(["diagnose", "gps", "--facts", base.path("f.json").to_str().unwrap()], b"A03\n-\n1\n").code(1);
    let stopped = run_with_input(["diagnose", "gps", "--facts", base.path("f.json").to_str().unwrap()], b"A03\nq\n").code(1);
    assert!(stopped.out.contains("nivel 3") && stopped.out.contains("A03"), "{}", stopped.out);
    for text in ["va a preguntar", "nivel 3", "Para la mesa de ayuda:", "¿Qué modelo es el teléfono? A03 (lo dijo la persona)", "Samsung"]
    {
        assert!(talked.out.contains(text), "{text}: {}", talked.out);
    }
}

#[test]
fn where_a_number_is_asked_zero_is_one() {
    let base = Base::new();
    let file = base.path("s.json");
    let args = ["diagnose", "gps", "--resume", file.to_str().unwrap()];
    // What it says, done, and so many metres.
    assert!(run_with_input(args, b"1\n1\n0\n").code(0).out.contains("Resuelto"));
}
