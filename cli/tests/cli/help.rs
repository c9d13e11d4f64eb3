//! Help, mistakes on the command line, completions.

use crate::run::run;

#[test]
fn help_is_spanish_unless_english_is_asked_for() {
    insta::assert_snapshot!("help", run(["--help"]).code(0).out);
    insta::assert_snapshot!("help_search", run(["search", "--help"]).code(0).out);
    insta::assert_snapshot!("help_kb_english", run(["--lang", "en", "kb", "--help"]).code(0).out);
    assert_eq!(run(["search", "--help", "--lang=en"]).code(0).out, run(["--lang", "en", "search", "-h"]).code(0).out);
}

#[test]
fn no_help_holds_a_word_of_the_other_language() {
    let commands: [&[&str]; 14] = [
        &[],
        &["search"],
        &["article"],
        &["eval"],
        &["kb"],
        &["kb", "check"],
        &["kb", "build"],
        &["kb", "keygen"],
        &["kb", "sign"],
        &["kb", "verify"],
        &["kb", "new"],
        &["completions"],
        &["serve"],
        &["relay"],
    ];
    for command in commands {
        let help = run(command.iter().chain(&["--help"])).code(0).out;
        for english in ["Usage", "Options", "Commands", "Arguments", "OPTIONS", "COMMAND", "Print", "default", "possible"] {
            assert!(!help.contains(english), "{command:?} says {english}: {help}");
        }
        let help = run(["--lang", "en"].iter().chain(command).chain(&["--help"])).code(0).out;
        for spanish in ["Uso:", "Opciones", "Órdenes", "Muestra", "OPCIONES", "ARCHIVO", "PREGUNTA"] {
            assert!(!help.contains(spanish), "{command:?} says {spanish}: {help}");
        }
    }
}

#[test]
fn mistakes_are_told_in_the_language_of_the_user() {
    let cases: [(&[&str], &str, &str); 9] = [
        (&["articl"], "no existe la orden «articl». ¿Quiso decir «article»?", "there is no command “articl”. Did you mean “article”?"),
        (&["search", "--limt", "3", "x"], "no existe la opción «--limt»", "there is no option “--limt”"),
        (&["search"], "falta «", "is missing"),
        (&["search", "--stdin", "x"], "no va junto con", "doesn't go with"),
        (&["search", "x", "--limit", "1", "--limit", "2"], "solo se puede dar una vez", "can be given only once"),
        (&["search", "--app"], "falta el valor de «--app", "the value of “--app"),
        (&["completions", "tcsh"], "«tcsh» no sirve", "“tcsh” is no good"),
        (&["kb", "build", "."], "falta «--output", "is missing"),
        (&["--json=x", "search", "y"], "no lleva ese número de valores", "doesn't take that number of values"),
    ];
    for (args, es, en) in cases {
        let ran = run(args).code(2);
        assert_eq!(ran.out, "");
        assert!(ran.err.starts_with("error: ") && ran.err.contains(es), "{args:?}: {}", ran.err);
        let english = run(["--lang", "en"].iter().chain(args)).code(2);
        assert!(english.err.contains(en), "{args:?}: {}", english.err);
    }
    assert!(run(["--lang", "fr", "search", "x"]).code(2).err.contains("«es», «en»"));
}

#[test]
fn without_a_command_the_help_goes_to_the_error_output() {
    for args in [&[][..], &["kb"]] {
        let ran = run(args).code(2);
        assert!(ran.out.is_empty() && ran.err.contains("Órdenes:"), "{}", ran.err);
    }
    assert!(run(["--version"]).code(0).out.starts_with("baquiano "));
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf8_is_bad_input() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let ran = run([OsStr::new("search"), OsStr::from_bytes(b"c\xe1mara")]).code(2);
    assert!(ran.err.contains("UTF-8"), "{}", ran.err);
}

#[test]
fn the_licences_are_those_of_what_is_linked() {
    let text = run(["licences"]).code(0).out;
    assert!(text.starts_with("LICENCIAS\n"), "{}", &text[..200]);
    for part in ["serde_json 1.", "rustls 0.", "SQLite", "Mozilla Public License Version 2.0", "https://crates.io/crates/uniffi_core/"] {
        assert_eq!(
            text.contains(part),
            !part.contains("Mozilla") && !part.contains("uniffi"),
            "{part}: uniffi is in the library for phones and the wheel alone"
        );
    }
    assert_eq!(run(["licencias"]).code(0).out, text);
    let json: serde_json::Value = serde_json::from_str(&run(["--json", "licences"]).code(0).out).unwrap();
    assert_eq!(json["licences"], text);
}

#[test]
fn completions_name_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let script = run(["completions", shell]).code(0).out;
        for word in ["search", "completions", "verify", "keygen", "revision"] {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
}
