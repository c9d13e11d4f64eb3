//! Small helpers on Spanish text: folding for comparison, the nearest known word, valid dates.

/// A text as two people would agree that it says the same: lower case, without accents and punctuation, single spaces.
/// `ñ` stays, because it is a letter of its own (`año` isn't `ano`).
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        let plain = match c {
            'á' | 'à' | 'ä' | 'â' | 'ã' => 'a',
            'é' | 'è' | 'ë' | 'ê' => 'e',
            'í' | 'ì' | 'ï' | 'î' => 'i',
            'ó' | 'ò' | 'ö' | 'ô' | 'õ' => 'o',
            'ú' | 'ù' | 'ü' | 'û' => 'u',
            // Accents typed as marks of their own; a tilde on an n makes the letter.
            '\u{303}' if folded.ends_with('n') => {
                folded.pop();
                'ñ'
            }
            '\u{300}'..='\u{36f}' => continue,
            other if other.is_alphanumeric() => other,
            _ => ' ',
        };
        if plain != ' ' || !(folded.is_empty() || folded.ends_with(' ')) {
            folded.push(plain);
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The known word that is nearest to a mistyped one, if any is near enough to be meant.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the word may be wrong: beyond that a suggestion confuses more than it helps. Chosen.
    let limit = (word.chars().count() / 3).max(1);
    known.into_iter().map(|candidate| (distance(word, candidate), candidate)).filter(|(far, _)| *far <= limit).min().map(|(_, near)| near)
}

/// A sentence that offers the nearest known word.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("¿quiso decir «{near}»?"))
}

fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut corner = i;
        let mut last = i + 1;
        row[0] = last;
        for (cell, b) in row[1..].iter_mut().zip(&right) {
            let cost = (corner + usize::from(a != *b)).min(*cell + 1).min(last + 1);
            corner = *cell;
            *cell = cost;
            last = cost;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Whether a text is a day of the calendar, `YYYY-MM-DD`.
pub(super) fn is_date(text: &str) -> bool {
    let shaped =
        text.len() == 10 && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    if !shaped {
        return false;
    }
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_drops_case_accents_and_punctuation_but_keeps_the_letter_enye() {
        assert_eq!(fold("  ¿No me AGARRA… el GPS?  "), "no me agarra el gps");
        assert_eq!(fold("pingüino, camión"), "pinguino camion");
        assert_eq!(fold("Año"), "año");
        assert_eq!(fold("an\u{303}o cami\u{301}"), "año cami");
        assert_eq!(fold("¡!"), "");
    }

    #[test]
    fn the_nearest_word_is_offered_only_when_it_is_near() {
        let known = ["related", "reviewed", "media"];
        assert_eq!(nearest("relatd", known), Some("related"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("x", ["y"]), Some("y"));
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        for good in ["2026-11-24", "2028-02-29", "2000-02-29", "0001-01-01"] {
            assert!(is_date(good), "{good}");
        }
        for bad in
            ["2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-4-1", "24/11/2026", "2026-11-31", "", "2026-11-2é", "0000-01-01"]
        {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
