//! Unicode folding and the tokenizer.

use std::ops::Range;

/// One word of a text: its folded form, and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Lower case, without accents, `ñ` kept, letters that were held down (`nooo`) reduced to one.
    pub text: String,
    /// Byte range in the original text.
    pub range: Range<usize>,
}

/// Longest word that is looked at, in characters. What is longer is cut: no Spanish word is, and it bounds the edit distance.
pub(super) const MAX_WORD_CHARS: usize = 40;

/// Folds one character: lower case, accent removed. `None` for what is not part of a word.
///
/// `ñ` stays, combining marks are dropped by [`tokenize`] (which also composes `n` + U+0303 to `ñ`). Letters that no Latin
/// script has are kept as they are, so that a question in another script is unknown, not empty.
pub fn fold_char(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase());
    }
    let folded = match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' | 'Á' | 'À' | 'Â' | 'Ä' | 'Ã' | 'Å' | 'Ā' | 'ª' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'É' | 'È' | 'Ê' | 'Ë' | 'Ē' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ī' | 'ı' | 'Í' | 'Ì' | 'Î' | 'Ï' | 'Ī' | 'İ' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ō' | 'Ó' | 'Ò' | 'Ô' | 'Ö' | 'Õ' | 'Ø' | 'Ō' | 'º' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'ū' | 'Ú' | 'Ù' | 'Û' | 'Ü' | 'Ū' => 'u',
        'ñ' | 'Ñ' => 'ñ',
        'ç' | 'Ç' => 'c',
        'ý' | 'ÿ' | 'Ý' => 'y',
        'š' | 'Š' => 's',
        'ž' | 'Ž' => 'z',
        // Full-width forms of some keyboards.
        '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => {
            let ascii = char::from_u32(c as u32 - 0xFEE0)?;
            ascii.to_ascii_lowercase()
        }
        _ if c.is_alphanumeric() => c.to_lowercase().next().unwrap_or(c),
        _ => return None,
    };
    Some(folded)
}

/// Whether the character is a combining mark that a keyboard left apart (`e` + U+0301).
fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// Splits a text into folded words with their byte ranges.
///
/// Words are runs of letters or of digits (`android13` gives `android` and `13`); a hyphen between short pieces joins (`wi-fi`, `e-mail`);
/// three or more equal letters in a row count once.
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    each_word(text, |word, range| tokens.push(Token { text: word.to_owned(), range }));
    join_hyphenated(text, tokens)
}

/// The words of a text one by one, as [`tokenize`] gives them but for the hyphens, without keeping them.
fn each_word(text: &str, take: impl FnMut(&str, Range<usize>)) {
    each_word_if(text, |_| true, take);
}

/// The same, but a word of plain letters is only given if it may be `wanted`, which is asked for it as it is written.
pub(crate) fn each_word_if(text: &str, wanted: impl Fn(&[u8]) -> bool, mut take: impl FnMut(&str, Range<usize>)) {
    let mut builder = Builder::default();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        // Most words are of plain letters alone, and most time is spent on words.
        if builder.is_empty()
            && let Some(end) = plain_word(text.as_bytes(), at)
        {
            let word = &text[at..end];
            if wanted(word.as_bytes()) {
                take(builder.lowered(word), at..end);
            }
            at = end;
            continue;
        }
        let end = at + c.len_utf8();
        match fold_char(c) {
            _ if is_combining(c) => builder.combine(c, end),
            Some(folded) => {
                if builder.breaks_before(folded) {
                    builder.flush(&mut take);
                }
                builder.push(folded, at, end);
            }
            None => builder.flush(&mut take),
        }
        at = end;
    }
    builder.flush(&mut take);
}

/// The end of a word of ASCII letters, none held down, that nothing but ASCII follows; none where there is no such word.
fn plain_word(text: &[u8], start: usize) -> Option<usize> {
    let mut end = start;
    while let Some(letter) = text.get(end).filter(|byte| byte.is_ascii_alphabetic()) {
        let held = |back: usize| end >= start + back && text[end - back].eq_ignore_ascii_case(letter);
        if held(1) && held(2) {
            return None;
        }
        end += 1;
    }
    let goes_on = text.get(end).is_some_and(|byte| !byte.is_ascii() || byte.is_ascii_digit());
    (end > start && end - start <= MAX_WORD_CHARS && !goes_on).then_some(end)
}

/// The folded words of a text, joined by blanks: for comparing whole phrases.
pub fn fold_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for token in tokenize(text) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&token.text);
    }
    out
}

#[derive(Default)]
struct Builder {
    text: String,
    chars: usize,
    last: Option<char>,
    run: usize,
    start: usize,
    end: usize,
}

impl Builder {
    fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// A word of ASCII letters in lower case.
    fn lowered(&mut self, word: &str) -> &str {
        self.text.clear();
        self.text.push_str(word);
        self.text.make_ascii_lowercase();
        &self.text
    }

    fn breaks_before(&self, next: char) -> bool {
        self.last.is_some_and(|last| last.is_numeric() != next.is_numeric())
    }

    fn push(&mut self, folded: char, start: usize, end: usize) {
        if self.last.is_none() {
            self.text.clear();
            self.start = start;
        }
        self.end = end;
        self.run = if self.last == Some(folded) { self.run + 1 } else { 1 };
        self.last = Some(folded);
        // Digits repeat with meaning (`1000`), letters held down don't.
        if self.run >= 3 && !folded.is_numeric() {
            if self.run == 3 {
                self.text.pop();
                self.chars -= 1;
            }
            return;
        }
        if self.chars < MAX_WORD_CHARS {
            self.text.push(folded);
            self.chars += 1;
        }
    }

    fn combine(&mut self, mark: char, end: usize) {
        if self.last.is_none() {
            return;
        }
        self.end = end;
        if mark == '\u{303}' && self.text.ends_with('n') {
            self.text.pop();
            self.text.push('ñ');
            self.last = Some('ñ');
        }
    }

    fn flush(&mut self, take: &mut impl FnMut(&str, Range<usize>)) {
        if self.last.take().is_some() && !self.text.is_empty() {
            take(&self.text, self.start..self.end);
        }
        self.text.clear();
        self.chars = 0;
        self.run = 0;
    }
}

/// `wi-fi` and `e-mail` are one word; `sub-sistema` is two.
fn join_hyphenated(text: &str, tokens: Vec<Token>) -> Vec<Token> {
    if !text.contains('-') {
        return tokens;
    }
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if let Some(previous) = joined.last_mut() {
            let between = &text[previous.range.end..token.range.start];
            let short = previous.text.len() <= 2 && token.text.len() <= 4 || token.text.len() <= 2 && previous.text.len() <= 4;
            let letters = previous.text.chars().chain(token.text.chars()).all(char::is_alphabetic);
            if between == "-" && short && letters {
                previous.text.push_str(&token.text);
                previous.range.end = token.range.end;
                continue;
            }
        }
        joined.push(token);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        tokenize(text).into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn accents_go_and_the_letter_enye_stays() {
        assert_eq!(words("Ubicación AÑO pingüino"), ["ubicacion", "año", "pinguino"]);
        assert_eq!(words("an\u{303}o camio\u{301}n"), ["año", "camion"]);
    }

    #[test]
    fn letters_held_down_count_once_and_digits_do_not() {
        assert_eq!(words("nooooo 1000 llamar"), ["no", "1000", "llamar"]);
    }

    #[test]
    fn letters_and_digits_part_and_short_hyphens_join() {
        assert_eq!(words("android13 wi-fi e-mail sub-sistema"), ["android", "13", "wifi", "email", "sub", "sistema"]);
    }

    #[test]
    fn ranges_point_into_the_original() {
        let text = "¿Dónde está el GPS?";
        let tokens = tokenize(text);
        assert_eq!(&text[tokens[0].range.clone()], "Dónde");
        assert_eq!(&text[tokens[3].range.clone()], "GPS");
    }

    #[test]
    fn emoji_nul_and_other_scripts_do_no_harm() {
        assert_eq!(words("😀\0 مرحبا"), ["مرحبا"]);
        assert!(words("👍👍 ¿?").is_empty());
    }

    proptest! {
        #[test]
        fn plain_words_take_the_short_way_to_the_same_place(text in "[a-zñáA-Z0-9 \u{301}\u{303}.-]{0,60}") {
            let words = |text: &str| {
                let mut words = Vec::new();
                each_word(text, |word, _| words.push(word.to_owned()));
                words
            };
            // Full-width letters fold to the same ones and are no ASCII.
            let wide = |c: char| if c.is_ascii_alphabetic() { char::from_u32(c as u32 + 0xFEE0).unwrap_or(c) } else { c };
            prop_assert_eq!(words(&text), words(&text.chars().map(wide).collect::<String>()));
        }
    }
}
