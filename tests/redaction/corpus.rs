//! Recall: planted secrets of every kind in the texts where they turn up.

use std::collections::BTreeMap;

use baquiano::incident::{Kind, Redaction};

use super::invent::Dice;

/// Texts of each template.
const EACH: usize = 120;

/// Where a number of a person turns up; `{}` is the secret.
const NUMBERS: &[&str] = &[
    "{}",
    "{} no me deja entrar",
    "buenas, el señor {} no aparece en la lista",
    "no me sale la ficha de doña juana {} ayudeme",
    "ya lo intenté 3 veces con {}, y nada",
    "revise por favor ({}) gracias",
    "Ana: {}\nJuan: ok",
    "es urgente,{},no sincroniza",
    "{\"mensaje\":\"no entra {} desde ayer\",\"n\":3}",
    "{\"valor\":\"{}\"}",
    "\"{\\\"texto\\\":\\\"{}\\\"}\"",
    "no entra desde ayer\n{}\ngracias",
    "a las 10:20 registré a {} y se borró",
];

const IDENTITIES: &[&str] = &[
    "mi identidad es {} y no entra",
    "DNI: {}",
    "dni {}",
    "la cédula {} sale repetida",
    "num de identidad {}",
    "{} es mi identidad",
    "ERROR c.e.app.Sync - no existe persona identidad={}",
    "2026-11-28 10:20:30.123 WARN Registro duplicado: {}",
    "https://ejemplo.hn/api/personas?identidad={}&x=1",
    "java.lang.IllegalStateException: duplicate dni {}\n\tat com.ejemplo.Ficha.guardar(Ficha.java:120)",
    "INSERT INTO personas(dni) VALUES ('{}')",
];

const RTNS: &[&str] = &["RTN {}", "mi rtn es {} y no lo acepta", "\"rtn\": \"{}\"", "WARN rtn={} inválido", "el negocio tiene RTN: {}."];

const PHONES: &[&str] = &[
    "llámeme al {} porfa",
    "mi cel es {}",
    "mi número {} es de tigo",
    "tel: {}",
    "cel.{}",
    "escríbame por whatsapp {}",
    "{\"telefono\":\"{}\"}",
    "INFO contacto telefono={} guardado",
    "W/Sync: sms a {} falló",
    "https://ejemplo.hn/x?phone={}&y=2",
];

const EMAILS: &[&str] = &[
    "escríbame a {} porfa",
    "mi correo es {}",
    "mailto:{}",
    "correo:{}",
    "{\"email\":\"{}\"}",
    "ERROR usuario {} no existe",
    "<{}>",
    "https://ejemplo.hn/x?e={}&y=2",
    "java.lang.RuntimeException: login failed for {}\n\tat com.ejemplo.Login.entrar(Login.java:33)",
];

const PASSWORDS: &[&str] = &[
    "mi clave es {} y no la acepta",
    "contraseña: {}",
    "la contraseña que uso es {}",
    "clave {} y no me deja",
    "pongo la clave {} y nada",
    "usuario jperez clave {}",
    "mi contraseña es: {}",
    "le puse de contraseña {} y no sirve",
    "la contra es {}",
    "password = {}",
    "la clave del wifi es {}",
    "cambié la contraseña a {} ayer",
    "CLAVE: {}",
    "clave={}",
    "password={}&user=ana",
    "\"password\":\"{}\"",
    "{\\\"password\\\":\\\"{}\\\",\\\"x\\\":1}",
    "{'clave': '{}', 'usuario': 'ana'}",
    "https://ejemplo.hn/login?user=ana&password={}",
    "https://ana:{}@ejemplo.hn/x",
    "DEBUG login(user=ana, pwd={})",
    "LoginRequest(usuario=ana, contrasena={}, intentos=2)",
    "password%3D{}%26x",
    "<clave>{}</clave>",
    "db.password: {}",
    "userPassword={}",
    "mysql --password={} -u root",
];

const TOKENS: &[&str] = &[
    "Authorization: Bearer {}",
    "{\"Authorization\":\"Bearer {}\"}",
    "token={}",
    "\"access_token\": \"{}\"",
    "refreshToken: {}",
    "https://ejemplo.hn/f?token={}&x=1",
    "https://ejemplo.hn/f?sig={}",
    "Cookie: sid={}; tema=claro",
    "Set-Cookie: JSESSIONID={}; Path=/; HttpOnly",
    "x-api-key: {}",
    "API_KEY={}",
    "client_secret={}&grant_type=x",
    "okhttp --> POST /x Authorization: Token {}",
    "sessionId={}",
    "session_id: {}",
    "retrying with Bearer {} after 401",
];

const PINS: &[&str] = &[
    "pin {}",
    "mi pin es {}",
    "el pin que me dieron es {}",
    "PIN: {} no sirve",
    "clave {} no entra",
    "pin={}",
    "\"pin\":{}",
    "mi código de acceso es {}",
    "otp: {}",
    "el código de verificación es {}",
    "me llegó el codigo {} pero no sirve",
];

/// What was found of one kind.
#[derive(Default)]
struct Count {
    all: usize,
    hidden: usize,
    exact: usize,
    right: usize,
    missed: BTreeMap<String, (usize, String)>,
    inexact: BTreeMap<String, String>,
}

impl Count {
    fn take(&mut self, template: &str, secret: &str, kind: Kind) {
        let (before, after) = template.split_once("{}").unwrap();
        let given = format!("{before}{secret}{after}");
        let redacted = Redaction::default().explain(&given);
        let want = format!("{before}{}{after}", kind.placeholder());
        self.all += 1;
        self.exact += usize::from(redacted.text == want);
        if redacted.text != want {
            self.inexact.entry(template.to_owned()).or_insert(format!("{given:?} -> {:?}", redacted.text));
        }
        self.right += usize::from(redacted.hidden.iter().any(|hidden| hidden.kind == kind));
        if redacted.text != want && survives(&redacted.text, secret, before, after) {
            let miss = self.missed.entry(template.to_owned()).or_default();
            miss.0 += 1;
            miss.1 = format!("{given:?} -> {:?}", redacted.text);
        } else {
            self.hidden += 1;
        }
    }
}

/// Whether four signs in a row of the secret are still there.
fn survives(text: &str, secret: &str, before: &str, after: &str) -> bool {
    let signs: Vec<char> = secret.chars().filter(|c| c.is_alphanumeric()).collect();
    let left: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let around: String = before.chars().chain(after.chars()).filter(|c| c.is_alphanumeric()).collect();
    signs.windows(4.min(signs.len())).any(|piece| {
        let piece: String = piece.iter().collect();
        left.contains(&piece) && !around.contains(&piece) && !"identidad teléfono correo tarjeta clave".contains(&piece)
    })
}

fn planted(name: &str, kind: Kind, templates: &[&str], floor: (f64, f64), mut secret: impl FnMut(&mut Dice) -> String) {
    let mut dice = Dice(2026);
    let mut count = Count::default();
    for template in templates {
        for _ in 0..EACH {
            let secret = secret(&mut dice);
            count.take(template, &secret, kind);
        }
    }
    let share = |part: usize| 100.0 * part as f64 / count.all as f64;
    println!(
        "{name:<12} {:>6} texts  hidden {:>7.3} %  right kind {:>7.3} %  exact {:>7.3} %",
        count.all,
        share(count.hidden),
        share(count.right),
        share(count.exact)
    );
    for (template, (missed, example)) in &count.missed {
        println!("    missed {missed:>3} of {EACH} in {template:?}: {example}");
    }
    for example in count.inexact.values() {
        println!("    otherwise {example}");
    }
    assert!(share(count.hidden) >= floor.0, "{name}: recall fell");
    assert!(share(count.exact) >= floor.1, "{name}: more than the secret is hidden");
}

#[test]
fn planted_secrets_are_hidden() {
    planted("identity", Kind::Identity, &[IDENTITIES, NUMBERS].concat(), (99.8, 99.8), Dice::identity);
    planted("like a stamp", Kind::Identity, &[IDENTITIES, NUMBERS].concat(), (99.9, 99.9), Dice::stamp_like);
    planted("rtn", Kind::Rtn, &[RTNS, NUMBERS].concat(), (99.9, 99.9), Dice::rtn);
    planted("phone", Kind::Phone, &[PHONES, NUMBERS].concat(), (99.9, 99.8), Dice::phone);
    planted("email", Kind::Email, &[EMAILS, NUMBERS].concat(), (99.9, 99.9), Dice::email);
    planted("card", Kind::Card, &[&["mi tarjeta es {}", "card={}", "\"pan\":\"{}\""], NUMBERS].concat(), (99.9, 99.9), Dice::card);
    // Not exact on purpose: the user goes with the password of an address, and a cookie goes to the end of its line.
    planted("password", Kind::Secret, PASSWORDS, (99.9, 96.0), Dice::password);
    planted("token", Kind::Secret, TOKENS, (99.9, 87.0), Dice::token);
    planted("jwt", Kind::Secret, &[TOKENS, NUMBERS].concat(), (99.9, 93.0), Dice::jwt);
    planted("pin", Kind::Secret, PINS, (99.9, 99.9), Dice::pin);
}
