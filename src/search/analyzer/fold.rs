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
pub(crate) fn each_word(text: &str, mut take: impl FnMut(&str, Range<usize>)) {
    let mut builder = Builder::default();
    for (at, c) in text.char_indices() {
        if is_combining(c) {
            builder.combine(c, at + c.len_utf8());
            continue;
        }
        match fold_char(c) {
            Some(folded) => {
                if builder.breaks_before(folded) {
                    builder.flush(&mut take);
                }
                builder.push(folded, at, at + c.len_utf8());
            }
            None => builder.flush(&mut take),
        }
    }
    builder.flush(&mut take);
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
    fn breaks_before(&self, next: char) -> bool {
        self.last.is_some_and(|last| last.is_numeric() != next.is_numeric())
    }

    fn push(&mut self, folded: char, start: usize, end: usize) {
        if self.last.is_none() {
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
}
