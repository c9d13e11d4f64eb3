//! `kb simulate` and `kb graph`, on the embedded knowledge base.

use std::fs;
use std::path::Path;

use crate::run::{Base, run};

#[test]
fn flows_are_simulated_and_never_end_as_resolved_falsely() {
    let rows = run(["kb", "simulate", "--runs", "40", "--errors", "0.2", "--json"]).code(0).json();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 18 * 4);
    for row in rows {
        assert_eq!((&row["runs"], &row["false_resolved"]), (&40.into(), &0.into()), "{row}");
        let sum: f64 = ["right", "fixable", "wrong", "unnamed"].iter().map(|name| row[*name].as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{row}");
        assert!(row["log_bytes"].as_u64().unwrap() < 4096, "{row}");
        if row["errors"] == 0.0 && row["mode"] == "app" {
            assert!(row["right"].as_f64().unwrap() >= 0.85, "{row}");
        }
    }
    let table = run(["kb", "simulate", "mesa-de-ayuda", "--runs", "20"]).code(0).out;
    assert!(table.contains("**mesa-de-ayuda**") && table.contains("· "), "{table}");
    assert!(run(["kb", "simulate", "nada"]).code(2).err.contains("gps"));
}

#[test]
fn the_drawings_are_those_of_the_flows() {
    let base = Base::new();
    base.run(["kb", "graph", "-o", "drawn"]).code(0);
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/flows");
    let names = |dir: &Path| {
        let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&kept), names(&base.path("drawn")));
    for name in names(&kept) {
        let (kept, drawn) = (fs::read_to_string(kept.join(&name)).unwrap(), fs::read_to_string(base.path("drawn").join(&name)).unwrap());
        assert!(kept == drawn, "{} is not what the flow says: `baquiano --kb kb kb graph -o docs/flows` makes it anew", name.display());
    }
    let svg = run(["kb", "graph", "gps", "--format", "svg"]).code(0).out;
    assert!(svg.starts_with("<svg") && svg.contains("La Ubicación del teléfono") && svg.contains("está apagada"), "{svg}");
    assert!(run(["kb", "graph", "gps"]).code(0).out.starts_with("flowchart LR"));
}

#[test]
fn outcomes_change_how_likely_a_cause_is_and_nothing_by_themselves() {
    let base = Base::new();
    let cases = "{\"flow\":\"gps\",\"fault\":\"gps.clock\",\"outcome\":\"resolved\"}\n".repeat(100);
    fs::write(base.path("c.jsonl"), cases + "\n{\"flow\":\"gps\",\"fault\":null}\n").unwrap();
    let rows = base.run(["kb", "learn", "c.jsonl", "--json"]).code(0).json();
    let rows = rows.as_array().unwrap();
    assert!(rows.iter().all(|row| row["flow"] == "gps"), "{rows:?}");
    let sum = |name: &str| rows.iter().map(|row| row[name].as_f64().unwrap()).sum::<f64>();
    assert!((sum("prior") - sum("learned")).abs() < 0.01);
    let clock = rows.iter().find(|row| row["fault"] == "gps.clock").unwrap();
    // As many cases as the flow's word is worth: half of the way to being the only cause.
    assert_eq!(clock["seen"], 100);
    assert!((clock["learned"].as_f64().unwrap() - (clock["prior"].as_f64().unwrap() + sum("prior")) / 2.0).abs() < 0.01, "{clock}");
    for (line, told) in
        [("{", "línea 2"), (r#"{"flow":"nada","fault":"gps.clock"}"#, "nada"), (r#"{"flow":"gps","fault":"gps.nada"}"#, "gps.nada")]
    {
        fs::write(base.path("c.jsonl"), format!("\n{line}\n")).unwrap();
        assert!(base.run(["kb", "learn", "c.jsonl"]).code(2).err.contains(told), "{line}");
    }
}
