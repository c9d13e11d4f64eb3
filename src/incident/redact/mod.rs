//! Hides personal data and secrets in free text before it touches the disk.
//!
//! What people type in a hurry, log lines, JSON, addresses and stack traces go in; the same text comes out with what tells of a
//! person, or opens a door, replaced by the name of its kind ([`Kind::placeholder`]). Nothing is left of what was hidden, no
//! hash either: there are few enough identity numbers to try them all.
//!
//! The text is read once into a `view::View`, where escapes, foreign digits and invisible characters are undone; the rules
//! read that, and what they hide is cut out of the original. In order: secrets, e-mail addresses, places, numbers. Rules look a bounded number of
//! characters around them, so the time grows with the length of the text alone.
//!
//! **What can't be promised**: names of people, streets and villages in free text, passwords that are plain words without a
//! word like «clave» before them, pass phrases of several words without quotes (only the first word goes), numbers in words
//! («nueve nueve…»), places as plus codes or UTM metres.

mod card;
mod chain;
mod context;
mod email;
mod fold;
mod identity;
mod keyed;
mod keys;
mod marks;
mod numbers;
mod phone;
mod places;
mod prose;
mod shapes;
mod tokens;
mod view;
mod words;

use marks::Marks;
use serde_json::Value;
use view::View;

/// Rounds over any text. What is hidden changes what its neighbours stand beside, so the rules run until nothing changes. Of
/// 400,000 random texts of the tests' pieces some needed three rounds to hide everything, none a fifth.
const ROUNDS: usize = 6;
/// Characters that all rounds together read before they end in a text that needs more than [`ROUNDS`]: in a row of telephone numbers with colons or letters
/// between, each round hides one. A round takes at least four of them (a name of three with its sign), so this is enough for 4,096, and keeps the time for a long
/// text from growing with its square.
const WORK: usize = 4 << 20;

/// How much of a place may stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redaction {
    /// Decimals that coordinates keep, in degrees: 2 is about 1.1 km in Honduras, 3 about 110 m.
    pub decimals: u8,
}

impl Default for Redaction {
    fn default() -> Self {
        Self { decimals: 2 }
    }
}

/// What was hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Honduran identity number (DNI), 13 digits `DDMM-YYYY-NNNNN`.
    Identity,
    /// Honduran tax number (RTN), 14 digits.
    Rtn,
    /// Telephone number: eight digits in Honduras, or with `+` and a country.
    Phone,
    /// E-mail address.
    Email,
    /// Number of a payment card.
    Card,
    /// Password, PIN, token, cookie or key; an IMEI that is called so.
    Secret,
    /// Decimals of a place beyond those that may stay: they are cut off and nothing is put in their place.
    Coordinates,
}

impl Kind {
    /// What stands in the text instead.
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Identity => "[identidad]",
            Self::Rtn => "[RTN]",
            Self::Phone => "[teléfono]",
            Self::Email => "[correo]",
            Self::Card => "[tarjeta]",
            Self::Secret => "[clave]",
            Self::Coordinates => "",
        }
    }
}

/// One hidden piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hidden {
    /// What it is.
    pub kind: Kind,
    /// First byte in the original text.
    pub start: usize,
    /// One past its last byte in the original text.
    pub end: usize,
}

/// A text after redaction, and what was hidden in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The text that may be kept.
    pub text: String,
    /// What was hidden, in the order of the text; pieces don't overlap.
    pub hidden: Vec<Hidden>,
}

impl Redaction {
    /// The text without personal data and secrets.
    ///
    /// A text of up to 4,096 characters that went through once comes out of a second time unchanged.
    ///
    /// # Examples
    /// ```
    /// # use baquiano::incident::Redaction;
    /// let redaction = Redaction::default();
    /// assert_eq!(redaction.text("mi identidad es 0801-1990-12345 y no entra"), "mi identidad es [identidad] y no entra");
    /// assert_eq!(redaction.text("estoy en 14.072312, -87.192136"), "estoy en 14.07, -87.19");
    /// assert_eq!(redaction.text("el android 13 no abre"), "el android 13 no abre");
    /// ```
    pub fn text(&self, text: &str) -> String {
        self.explain(text).text
    }

    /// A value whose texts, at any depth, are without personal data and secrets; a number that is one when it is written becomes a text.
    ///
    /// # Examples
    /// ```
    /// # use baquiano::incident::Redaction;
    /// let mut value = serde_json::json!({ "dice": ["soy 0801-1990-12345"], "veces": 3 });
    /// Redaction::default().json(&mut value);
    /// assert_eq!(value["dice"][0], "soy [identidad]");
    /// assert_eq!(value["veces"], 3);
    /// ```
    pub fn json(&self, value: &mut Value) {
        each_text(value, &|text| *text = self.text(text));
    }

    /// The same, and what was hidden where.
    pub fn explain(&self, text: &str) -> Redacted {
        let mut view = View::new(text);
        let mut hidden = Vec::new();
        let (mut rounds, mut read) = (0, 0);
        while rounds < ROUNDS || read < WORK {
            let claims = self.round(&view);
            if claims.is_empty() {
                break;
            }
            rounds += 1;
            read += view.len();
            hidden.extend(claims.iter().map(|claim| Hidden { kind: claim.kind, start: view.byte(claim.start), end: view.byte(claim.end) }));
            view = view.without(&claims);
        }
        let hidden = merged(hidden);
        Redacted { text: written(text, &hidden), hidden }
    }

    fn round(&self, view: &View<'_>) -> Vec<marks::Claim> {
        let mut marks = Marks::new(view.len());
        tokens::mark(view, &mut marks);
        keyed::mark(view, &mut marks);
        email::mark(view, &mut marks);
        shapes::mark(view, &mut marks);
        places::mark(view, &mut marks, self.decimals);
        numbers::mark(view, &mut marks);
        marks.into_claims(view)
    }
}

/// Gives every text within a value to `text`, and every number as it is written; one that is changed becomes a text.
pub(super) fn each_text(value: &mut Value, text: &impl Fn(&mut String)) {
    match value {
        Value::String(own) => text(own),
        Value::Array(all) => all.iter_mut().for_each(|value| each_text(value, text)),
        Value::Object(all) => all.values_mut().for_each(|value| each_text(value, text)),
        Value::Number(number) => {
            let mut written = number.to_string();
            text(&mut written);
            if written != number.to_string() {
                *value = Value::String(written);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Pieces in order; one that a later round found around an earlier one takes it in.
fn merged(mut hidden: Vec<Hidden>) -> Vec<Hidden> {
    hidden.sort_by_key(|piece| (piece.start, std::cmp::Reverse(piece.end)));
    let mut out: Vec<Hidden> = Vec::with_capacity(hidden.len());
    for piece in hidden {
        match out.last_mut() {
            Some(last) if piece.start < last.end => last.end = last.end.max(piece.end),
            _ => out.push(piece),
        }
    }
    out
}

fn written(text: &str, hidden: &[Hidden]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for piece in hidden {
        out.push_str(text.get(at..piece.start).unwrap_or_default());
        out.push_str(piece.kind.placeholder());
        at = piece.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
