//! Names under which secrets are kept, in Spanish and English, however they are joined: `access_token`, `accessToken`,
//! `X-Api-Key`, `contraseña`.

use super::view::{View, is_letter};

/// What kind of name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Whatever stands after it is a secret.
    Strong,
    /// A secret if it is long and has digits: `session=…`, `sig=…`.
    Weak,
    /// A code: digits alone are secret, and «código de error» is none.
    Code,
    /// `Authorization`: the scheme before the secret may stay.
    Authorization,
    /// `Cookie`: the rest of the line.
    Cookie,
    /// `Bearer` without the name of its header.
    Bearer,
}

/// A key and where its name ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    pub(super) key: Key,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Longest word that is looked at from its end.
const LONGEST: usize = 48;

/// The key that a run of letters ends with, and the whole name's end (`pin_code`, `passwordHash`, `token2`).
pub(super) fn name(view: &View<'_>, start: usize, end: usize) -> Option<Name> {
    let from = start.max(end.saturating_sub(LONGEST));
    if let Some(key) = key(view, from, end) {
        return Some(Name { key, start, end: tail(view, end, key)? });
    }
    let word = view.slice(from, end);
    let last = *word.last()?;
    let before =
        |ends: &[&[u8]]| ends.iter().filter(|tail| word.ends_with(tail)).map(|tail| end - tail.len()).find(|at| is_hump(view, *at));
    let key = match before(tails(last)) {
        Some(at) => key(view, from, at)?,
        None => key(view, from, before(purposes(last))?).filter(|key| *key == Key::Strong)?,
    };
    Some(Name { key, start, end: digits_after(view, end) })
}

/// What may follow a key in a name that still holds the secret, by its last letter: every word is looked at.
fn tails(last: u8) -> &'static [&'static [u8]] {
    match last {
        b'a' => &[b"nueva"],
        b'd' => &[b"old"],
        b'e' => &[b"value", b"code"],
        b'h' => &[b"hash"],
        b'l' => &[b"actual"],
        b'm' => &[b"confirm"],
        b'n' => &[b"confirmation", b"plain"],
        b'o' => &[b"nuevo"],
        b'r' => &[b"str"],
        b't' => &[b"text"],
        b'w' => &[b"raw", b"new"],
        _ => &[],
    }
}

/// Whose or what for a secret is, after its name as Spanish puts it (`clave_acceso`, `tokenSesion`). A code's purpose makes no secret of it (`codigo_usuario`).
fn purposes(last: u8) -> &'static [&'static [u8]] {
    match last {
        b'a' => &[b"unica", b"secreta", b"privada", b"maestra"],
        b'd' => &[b"seguridad", b"encrypted"],
        b'h' => &[b"refresh", b"push"],
        b'i' => &[b"wifi"],
        b'l' => &[b"temporal", b"personal", b"movil"],
        b'm' => &[b"fcm"],
        b'n' => &[b"sesion", b"session"],
        b'o' => &[b"acceso", b"usuario", b"correo"],
        b'r' => &[b"user"],
        b's' => &[b"access"],
        _ => &[],
    }
}

/// The end of a name after its key; `None` where it goes on to be another name (`password_length`).
fn tail(view: &View<'_>, end: usize, key: Key) -> Option<usize> {
    let end = digits_after(view, end);
    if !matches!(view.at(end), b'_' | b'-' | b'.') || !view.is_letter(end + 1) {
        return (view.at(end) != b'_').then_some(end);
    }
    let word_end = view.short_run(end + 1, LONGEST, is_letter);
    let word = view.slice(end + 1, word_end);
    let last = view.before(word_end);
    if tails(last).contains(&word) || key == Key::Strong && purposes(last).contains(&word) {
        return Some(digits_after(view, word_end));
    }
    // «clave-Abc» in prose: not a name, and the hyphen is read as what parts.
    (view.at(end) == b'-' && !matches!(view.at(word_end), b'=' | b':' | b'"')).then_some(end)
}

fn digits_after(view: &View<'_>, end: usize) -> usize {
    let digits = view.short_run(end, 2, |cell| cell.is_ascii_digit());
    if view.is_letter(digits) || view.is_digit(digits) { end } else { digits }
}

/// Whether a capital follows a small letter here.
fn is_hump(view: &View<'_>, at: usize) -> bool {
    view.is_upper(at) && at > 0 && !view.is_upper(at - 1) && view.is_letter(at - 1)
}

fn key(view: &View<'_>, start: usize, end: usize) -> Option<Key> {
    let word = view.slice(start, end);
    if word.len() < 3 {
        return (word == b"id" && part_before(view, start).is_some_and(|part| matches!(part, b"session" | b"sesion")))
            .then_some(Key::Strong);
    }
    if let Some(key) = whole(view, word, start) {
        return Some(key);
    }
    let last = *word.last()?;
    if long_ends(last).iter().any(|ending| word.ends_with(ending)) {
        return Some(Key::Strong);
    }
    let hump =
        short_ends(last).iter().any(|ending| word.len() > ending.len() && word.ends_with(ending) && is_hump(view, end - ending.len()));
    hump.then_some(Key::Strong)
}

/// Endings that make a name secret whatever stands before them, by their last letter.
fn long_ends(last: u8) -> &'static [&'static [u8]] {
    match last {
        b'a' => &[b"contrasena", b"contrasenia"],
        b'd' => &[b"password", b"passwd", b"sessionid", b"sesionid"],
        b'e' => &[b"miclave", b"accesscode", b"authcode", b"logincode", b"securitycode", b"smscode", b"verificationcode"],
        b'n' => &[b"token"],
        b'o' => &[b"secreto"],
        b't' => &[b"secret"],
        b'y' => &[
            b"apikey",
            b"accesskey",
            b"secretkey",
            b"privatekey",
            b"accountkey",
            b"authkey",
            b"encryptionkey",
            b"signingkey",
            b"masterkey",
            b"sessionkey",
        ],
        _ => &[],
    }
}

/// Endings that do so only with a capital.
fn short_ends(last: u8) -> &'static [&'static [u8]] {
    match last {
        b'd' => &[b"pwd"],
        b'e' => &[b"clave"],
        b'n' => &[b"pin"],
        b'p' => &[b"otp"],
        b's' => &[b"pass"],
        b'v' => &[b"cvv"],
        _ => &[],
    }
}

#[rustfmt::skip]
fn whole(view: &View<'_>, word: &[u8], start: usize) -> Option<Key> {
    Some(match word {
        b"password" | b"passwords" | b"passwd" | b"passwort" | b"pasword" | b"passcode" | b"passphrase" | b"passkey" | b"pwd" | b"pass"
        | b"psw" | b"psswd" | b"clave" | b"claves" | b"contrasena" | b"contrasenas" | b"contrasenia" | b"contracena" | b"contracenia" | b"contrsena"
        | b"contraseta" | b"contrasela" | b"contrasea" | b"contrazena" | b"pin" | b"nip" | b"otp" | b"totp" | b"cvv" | b"cvc" | b"secret"
        | b"secreto" | b"token" | b"jwt" | b"apikey" | b"jsessionid" | b"phpsessid" | b"sessionid" | b"sessid" | b"csrf" | b"xsrf"
        | b"lapass" | b"laclave" | b"suclave" | b"miclave" | b"mipin" => Key::Strong,
        // Short for «contraseña» only where it can't be the preposition.
        b"contra" if is_given(view, start, start + word.len()) => Key::Strong,
        b"authorization" | b"autorizacion" => Key::Authorization,
        b"cookie" => Key::Cookie,
        b"bearer" => Key::Bearer,
        b"session" | b"sesion" | b"sid" | b"auth" | b"sig" | b"signature" | b"firma" | b"credencial" | b"credential" | b"credentials"
        | b"nonce" | b"tokens" => Key::Weak,
        b"key" | b"llave" => match part_before(view, start) {
            Some(b"api" | b"secret" | b"access" | b"private" | b"encryption" | b"auth" | b"account" | b"master" | b"shared" | b"signing"
                | b"client" | b"subscription" | b"storage" | b"aes" | b"hmac") => Key::Strong,
            _ => Key::Weak,
        },
        b"code" => match part_before(view, start) {
            Some(b"verification" | b"security" | b"auth" | b"otp" | b"pin" | b"access" | b"login" | b"sms") => Key::Strong,
            _ => Key::Weak,
        },
        b"codigo" | b"cod" if part_before(view, start) != Some(b"error") => Key::Code,
        b"codigoverificacion" | b"codigoacceso" | b"codigoseguridad" | b"codigosms" | b"idsesion" | b"idsession" => Key::Strong,
        b"verificacion" | b"seguridad" | b"acceso" if part_before(view, start) == Some(b"codigo") => Key::Strong,
        _ => return None,
    })
}

/// «la contra es», «mi contra:».
fn is_given(view: &View<'_>, start: usize, end: usize) -> bool {
    let after = view.slice(end, end + 4);
    let given = after.starts_with(b":") || after.starts_with(b"=") || after.starts_with(b" es ") || after.starts_with(b" era");
    given && part_before(view, start).is_some_and(|part| matches!(part, b"mi" | b"la" | b"su" | b"tu" | b"una"))
}

/// The run of letters before, over one sign that joins.
fn part_before<'v>(view: &'v View<'_>, start: usize) -> Option<&'v [u8]> {
    let joined = start.checked_sub(1).filter(|&at| matches!(view.at(at), b'_' | b'-' | b'.' | b' '))?;
    Some(view.slice(view.run_back(joined, LONGEST, is_letter), joined))
}
