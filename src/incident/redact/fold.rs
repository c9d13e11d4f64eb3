//! One character to the one byte that the rules read.

/// A piece that is hidden already.
pub(super) const OPAQUE: u8 = 1;
/// A letter that no Latin keyboard has.
pub(super) const LETTER: u8 = 0x80;
/// Any other sign: emoji, brackets of other scripts, control characters.
pub(super) const OTHER: u8 = 0x81;
/// The degree sign.
pub(super) const DEGREE: u8 = 0x82;

/// The byte of a character: lower case, without accent, `ñ` as `n`; `None` for what no eye sees (soft hyphens, joiners, marks of
/// direction, accents that stand apart).
pub(super) fn fold(c: char) -> Option<u8> {
    if c.is_ascii() {
        return Some(fold_ascii(c as u8));
    }
    if is_invisible(c) {
        return None;
    }
    Some(letter(c).or_else(|| digit(c)).or_else(|| sign(c)).unwrap_or(if c.is_alphabetic() { LETTER } else { OTHER }))
}

/// The same for ASCII.
pub(super) fn fold_ascii(byte: u8) -> u8 {
    match byte {
        b'\n' | b'\t' | b'\r' | b' '..=b'~' => byte.to_ascii_lowercase(),
        _ => OTHER,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{300}'..='\u{36F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn letter(c: char) -> Option<u8> {
    Some(match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'Á' | 'À' | 'Â' | 'Ä' | 'Ã' | 'Å' | 'ª' => b'a',
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => b'e',
        'í' | 'ì' | 'î' | 'ï' | 'Í' | 'Ì' | 'Î' | 'Ï' => b'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'Ó' | 'Ò' | 'Ô' | 'Ö' | 'Õ' => b'o',
        'ú' | 'ù' | 'û' | 'ü' | 'Ú' | 'Ù' | 'Û' | 'Ü' => b'u',
        'ñ' | 'Ñ' => b'n',
        'ç' | 'Ç' => b'c',
        // Full-width forms of some keyboards, signs and digits too.
        '\u{FF01}'..='\u{FF5E}' => fold_ascii(u8::try_from(u32::from(c) - 0xFEE0).unwrap_or(OTHER)),
        _ => return None,
    })
}

fn digit(c: char) -> Option<u8> {
    let code = u32::from(c);
    let value = match c {
        '\u{660}'..='\u{669}' => code - 0x660,
        '\u{6F0}'..='\u{6F9}' => code - 0x6F0,
        '\u{966}'..='\u{96F}' => code - 0x966,
        '\u{2080}'..='\u{2089}' => code - 0x2080,
        '\u{2070}' | '\u{2074}'..='\u{2079}' => code - 0x2070,
        '\u{B9}' => 1,
        '\u{B2}' | '\u{B3}' => code - 0xB0,
        '\u{24EA}' => 0,
        '\u{2460}'..='\u{2468}' => code - 0x245F,
        '\u{1D7CE}'..='\u{1D7FF}' => (code - 0x1D7CE) % 10,
        _ => return None,
    };
    u8::try_from(value).ok().map(|value| b'0' + value)
}

fn sign(c: char) -> Option<u8> {
    Some(match c {
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => b'-',
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => b' ',
        '\u{85}' | '\u{2028}' | '\u{2029}' => b'\n',
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => b'"',
        '‘' | '’' | '‚' | '‛' | '′' | '´' => b'\'',
        '·' | '•' | '∙' | '․' | '。' => b'.',
        '\u{2044}' | '\u{2215}' => b'/',
        '\u{FE6B}' => b'@',
        '°' | 'º' => DEGREE,
        _ => return None,
    })
}
