//! `search --stdin`, and pipes that break.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::Value;

use crate::run::{command, run, run_with_input};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_line_gets_one_line_of_json() {
    let input = b"no agarra el gps\r\n\nfoto borrosa\nzzzzqqqq\n\xff\xfe no agarra\0 el gps\nsin fin de l\xc3\xadnea";
    let ran = run_with_input(["search", "--stdin"], input).code(0);
    let answers = lines(&ran.out);
    assert_eq!(answers.len(), 6);
    assert_eq!((&answers[0]["query"], &answers[0]["hits"][0]["service"]), (&Value::from("no agarra el gps"), &Value::from("gps")));
    for empty in [1, 3] {
        assert_eq!(answers[empty]["hits"], Value::Array(Vec::new()));
        assert!(answers[empty]["services"].is_array());
    }
    assert_eq!(answers[2]["hits"][0]["service"], "camara");
    assert!(answers[4]["query"].as_str().unwrap().contains('\u{fffd}'));
    assert_eq!(ran.err, "");
}

#[test]
fn a_megabyte_on_one_line_is_cut_and_the_next_line_is_answered() {
    let mut input = b"gps ".repeat(600_000);
    input.extend_from_slice(b"\nfoto borrosa\n");
    let answers = lines(&run_with_input(["search", "--stdin"], &input).code(0).out);
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0]["hits"][0]["service"], "gps");
    assert_eq!(answers[1]["hits"][0]["service"], "camara");
}

#[test]
fn no_input_is_no_answer_and_no_error() {
    let ran = run(["search", "--stdin"]).code(0);
    assert_eq!(ran.out, "");
    run(["search", "--stdin", "gps"]).code(2);
    run(["search"]).code(2);
}

#[test]
fn whoever_waits_for_an_answer_gets_it_before_the_next_question() {
    let mut child = command(["search", "--stdin"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for question in ["no agarra el gps", "foto borrosa"] {
        writeln!(input, "{question}").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(lines(&line)[0]["query"], question);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = command(["search", "--stdin"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    drop(child.stdout.take());
    // The program may be gone before all is written.
    let _ = input.write_all(&b"no agarra el gps\n".repeat(20_000));
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_full_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command(["search", "gps"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8(output.stderr).unwrap().contains("no queda espacio"));
}
