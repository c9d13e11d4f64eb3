//! What holds for any text: nothing panics, a second time changes nothing, a planted secret never survives.

use baquiano::incident::{Kind, Redaction};
use proptest::prelude::*;

use super::invent::Dice;

/// Pieces that the rules look for, in any order and glued.
fn pieces() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "clave",
        "contraseña",
        "pin ",
        "token=",
        "\"password\":\"",
        "es",
        ": ",
        "=",
        "&",
        " ",
        "\n",
        "-",
        ".",
        "/",
        "@",
        "%40",
        "\\\"",
        "\"",
        "'",
        "arroba",
        " punto ",
        "com",
        "tel ",
        "+504",
        "0801",
        "1990",
        "12345",
        "0801-1990-12345",
        "99887766",
        "9999-9999",
        "4111 1111 1111 1111",
        "14.072312",
        "-87.192136",
        "14,072312",
        "lat=",
        "1701199012345",
        "ts=",
        "[clave]",
        "[teléfono]",
        "[",
        "]",
        "eyJhbGciOiJIUzI1NiJ9.",
        "Bearer ",
        "Cookie: a=",
        "://",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "\u{200B}",
        "０",
        "O",
        "l",
        "°",
        "'",
        "RTN ",
        "identidad ",
        "imei ",
        "INFO ",
        "{",
        "}",
        ",",
        ";",
        "%",
        "%25",
        "\\u0030",
        "&#48;",
        "<clave>",
        "</clave>",
        "código ",
        "123 456",
        "Abc123",
        "ana@ejemplo.hn",
    ]);
    prop::collection::vec(prop_oneof![3 => known.prop_map(str::to_owned), 1 => "[a-zA-Z0-9 .-]{0,6}", 1 => ".{0,3}"], 0..24)
        .prop_map(|pieces| pieces.concat())
}

/// What was hidden is a word for an identity, and was none before: it names nothing that stands after it.
#[test]
fn what_was_hidden_names_nothing_else() {
    for text in ["0801-1990-12345=1701199012345", "ana@ejemplo.hn/0801-1990-12345=1701199012345", "0801-1990-12345 1701199012345"] {
        let once = Redaction::default().text(text);
        assert_eq!(Redaction::default().text(&once), once);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn a_second_time_changes_nothing(text in pieces(), decimals in 0_u8..7) {
        let redaction = Redaction { decimals };
        let once = redaction.text(&text);
        prop_assert_eq!(redaction.text(&once), once);
    }

    /// Where each round hides one of a row, there are as many rounds as it takes.
    #[test]
    fn a_row_is_hidden_to_its_end(before in pieces(), of in pieces(), times in 2_usize..40, after in pieces()) {
        let text: String = format!("{before}{}{after}", of.repeat(times)).chars().take(4_096).collect();
        let once = Redaction::default().text(&text);
        prop_assert_eq!(Redaction::default().text(&once), once);
    }

    #[test]
    fn what_is_not_hidden_stays(text in pieces()) {
        let redacted = Redaction::default().explain(&text);
        let mut at = 0;
        let mut rest = redacted.text.as_str();
        for hidden in &redacted.hidden {
            prop_assert!(at <= hidden.start && hidden.start < hidden.end);
            rest = rest.strip_prefix(&text[at..hidden.start]).unwrap().strip_prefix(hidden.kind.placeholder()).unwrap();
            at = hidden.end;
        }
        prop_assert_eq!(rest, &text[at..]);
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        let once = Redaction::default().text(&text);
        prop_assert_eq!(Redaction::default().text(&once), once);
    }

    #[test]
    fn a_planted_secret_never_survives(before in ".{0,40}", after in ".{0,40}", seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let canary = format!("Zq9{}x7", dice.chars("abcdefghijkmnpqrstuvwxyz23456789", 12));
        for (form, kind) in [
            ("\n\"password\":\"{}\"\n", Kind::Secret), ("\nmi clave es {}\n", Kind::Secret), ("\n?token={}&x=1\n", Kind::Secret), ("\nAuthorization: Bearer {}\n", Kind::Secret),
            ("\n{}@ejemplo.hn\n", Kind::Email), ("\neyJhbGciOiJIUzI1NiJ9.{}\n", Kind::Secret),
        ] {
            let text = format!("{before}{}{after}", form.replace("{}", &canary));
            let redacted = Redaction::default().explain(&text);
            prop_assert!(!redacted.text.contains(&canary), "{:?} in {:?}", kind, redacted.text);
        }
    }
}

/// A megabyte of what would cost most if any rule looked without bound: then it would take a million times a million steps, and this wouldn't come to its end.
/// Measured in release: 0.01 to 0.5 s each. No time is asserted, since an emulated processor is slower by an order of magnitude.
#[test]
fn a_megabyte_is_read_in_linear_time() {
    for piece in [
        "1 ",
        "-9",
        "08 01 ",
        "+5",
        "0801199012345 ",
        "99887766 ",
        "identidad 1234 1234 ",
        "clave ",
        "clave:",
        "codigo:",
        "clave-",
        "clave,",
        "key=",
        "token=${",
        "\"password\":\"",
        "clave \"",
        "Cookie: ",
        "Authorization: ",
        "sk-",
        "eyJ-",
        "://a:",
        "-----BEGIN PRIVATE KEY----- ",
        "\\",
        "%25",
        "&#",
        "a@",
        "arroba ",
        "a punto ",
        "14.07",
        "14°",
        "[clave]",
        "a",
        "1",
    ] {
        let text = piece.repeat(1_000_000 / piece.len());
        let once = Redaction::default().text(&text);
        assert!(Redaction::default().text(&once) == once, "{piece:?}");
    }
}
