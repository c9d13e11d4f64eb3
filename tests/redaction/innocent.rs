//! False positives: texts that tell of nobody must come out as they went in.

use std::collections::BTreeMap;

use baquiano::incident::{Kind, Redaction};

use super::invent::Dice;

/// Texts of each kind of look-alike.
const EACH: usize = 2_000;
/// Stamps in log form.
const STAMPS: usize = 100_000;

/// How programs write a moment in milliseconds.
const STAMP_FORMS: [&str; 14] = [
    "{} INFO sync listo",
    "[{}] DEBUG Red: reintento",
    "{\"ts\":{},\"ev\":\"abrir\"}",
    "ts={} level=info msg=ok",
    "evento=foto t={} estado=ok",
    "\"createdAt\": {}, \"updatedAt\": {}",
    "last_sync_at: {}",
    "D/Sync: cola vaciada en {} ms",
    "2026-11-28 10:20:30.123 WARN Reloj atrasado, servidor {}",
    "timestamp: {}",
    "Registro(id=7, fecha={}, ok=true)",
    "https://ejemplo.hn/api/cambios?desde={}&n=50",
    "{}|abrir|ficha",
    "\tat com.ejemplo.Reloj.leer(Reloj.java:51) // {}",
];

#[derive(Default)]
struct Wrong {
    all: usize,
    wrong: usize,
    kinds: BTreeMap<Kind, usize>,
    examples: Vec<String>,
}

impl Wrong {
    fn take(&mut self, text: &str) {
        let redacted = Redaction::default().explain(text);
        self.all += 1;
        if redacted.text != text {
            self.wrong += 1;
            for hidden in &redacted.hidden {
                *self.kinds.entry(hidden.kind).or_default() += 1;
            }
            if self.examples.len() < 12 {
                self.examples.push(format!("{text:?} -> {:?}", redacted.text));
            }
        }
    }

    fn report(&self, name: &str, ceiling: usize) {
        println!("{name:<16} {:>7} texts  hidden {:>5}  {:?}", self.all, self.wrong, self.kinds);
        for example in &self.examples {
            println!("    {example}");
        }
        assert!(self.wrong <= ceiling, "{name}: more is hidden than before");
    }
}

fn innocent(name: &str, texts: usize, ceiling: usize, mut invent: impl FnMut(&mut Dice) -> String) {
    let mut dice = Dice(504);
    let mut wrong = Wrong::default();
    for _ in 0..texts {
        wrong.take(&invent(&mut dice));
    }
    wrong.report(name, ceiling);
}

#[test]
fn stamps_of_logs_stay() {
    innocent("epoch ms", STAMPS, 0, |dice| {
        let stamp = dice.within(1_577_836_800_000, 2_082_758_399_999).to_string();
        dice.pick(&STAMP_FORMS).replace("{}", &stamp)
    });
    // Of the moments above one in 800 passes as an identity number; here all do.
    innocent("epoch ms, twins", 20_000, 0, |dice| {
        let stamp = dice.stamp_like();
        dice.pick(&STAMP_FORMS).replace("{}", &stamp)
    });
    // Without any sign of a program the doubt is for the person: those that pass as an identity number are hidden.
    innocent("epoch ms, prose", STAMPS, 150, |dice| {
        let stamp = dice.within(1_577_836_800_000, 2_082_758_399_999).to_string();
        dice.pick(&["sync {}", "evento {} guardado", "se cayó en {} creo", "hora del servidor {}"]).replace("{}", &stamp)
    });
    innocent("epoch µs, ns", EACH, 0, |dice| {
        let stamp = dice.within(1_577_836_800_000_000, 2_082_758_399_999_999).to_string();
        let nanos = dice.pick(&["", "123"]);
        dice.pick(&STAMP_FORMS).replace("{}", &format!("{stamp}{nanos}"))
    });
    innocent("epoch s.ms", EACH, 0, |dice| {
        let stamp = format!("{}.{:03}", dice.within(1_577_836_800, 2_082_758_399), dice.within(0, 999));
        dice.pick(&STAMP_FORMS).replace("{}", &stamp)
    });
}

/// Log lines, names and figures; `D` is a digit, `H` a hexadecimal one, `U` a UUID, `M` a month, `A` a day, `Y` a year.
#[rustfmt::skip]
const LINES: [&str; 56] = [
    "Y-M-A 1D:2D:3D.DDD INFO abrir ficha DDD", "Y-M-AT1D:2D:3D.DDDDDDZ", "A/M/Y 1D:2D no me abre", "el A-M-Y se quedó pegado", "desde el YMA no sirve",
    "app YMA", "versión 2.1D.D (YMA)", "versionCode=YMA", "INC-Y-DDDDDD", "incidente INC-Y-DDDDDD cerrado", "incidente U", "id=U", "Error U en foto",
    "#0D pc 0000000000HHHHHH  /system/lib64/libc.so (abort+DDD)", "x0  00000000HHHHHHHH  x1  0000007fHHHHHHHH", "0xHHHHHHHHHHHHHHHH", "commit HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH",
    "at com.ejemplo.Foto.leer(Foto.java:DDDD)", "thread 'main' panicked at src/main.rs:DDD:DD", "sha256:HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH",
    "descargados 9DDDDDDD bytes", "size=8DDDDDDD", "\"bytes\":3DDDDDDD,\"ms\":DDDD", "heap 9DDDDDDD libre 8DDDDDDD", "1D2.168.DD.1DD:8080", "10.0.DD.DD", "http://10.0.DD.DD:3000/x?pagina=DD",
    "pid 2DDDD tid 3DDDD", "11-A 1D:2D:3D.DDD  2DDD  3DDD I Sync: ok", "11-A 1D:2D:3D.DDD 1DDDD 2DDDD E AndroidRuntime: FATAL EXCEPTION: main", "IMG_YMA_1D2D3D.jpg", "IMG-YMA-WA00DD.jpg",
    "VID_YMA_1D2D3DDDD.mp4 no sube", "el android 1D no abre", "tengo DDD fichas y DD fotos", "son las 1D:2D y nada", "quedan 3.D GB de 64", "pago L 25,DDD.00", "de Y a Y no hay datos",
    "Samsung SM-A1D5M Android 1D", "ejemplo.hn/api/v2/fichas/DDDDDD", "batería DD%, señal -1DD dBm", "GC freed 2DDDDKB, 40% free 1DMB/2DMB, paused 1D.DDDms total 3DDms",
    "HTTP/1.1 504 Gateway Timeout (3DDDD ms)", "HTTP 200 3DDDDDDD bytes 1DDms", "mapa 14.07, -87.19", "lat=14.07 lon=-87.19", "Accuracy 1D.DDDDD m", "progreso 0.DDDDDDDD",
    "tardó 2.DDDDD s", "E/SQLiteLog: (1) near \"x\": syntax error (code 1DDD)", "codigo de error 5DDD", "error código 10DD", "boleta DDDDDD", "folio DDD-DD-DDDD", "lote DDDD caserío DDD",
];

fn filled(dice: &mut Dice, line: &str) -> String {
    let mut out = String::new();
    for c in line.chars() {
        match c {
            'D' => out.push_str(&dice.chars("0123456789", 1)),
            'H' => out.push_str(&dice.hex(1)),
            'U' => out.push_str(&dice.uuid()),
            'Y' => out.push_str(&dice.within(2020, 2035).to_string()),
            'M' => out.push_str(&format!("{:02}", dice.within(1, 12))),
            'A' => out.push_str(&format!("{:02}", dice.within(1, 28))),
            other => out.push(other),
        }
    }
    out
}

#[test]
fn look_alikes_stay() {
    let lines: Vec<&str> = LINES.to_vec();
    innocent("log lines", 56 * 400, 0, |dice| {
        let line = dice.pick(&lines);
        // The words that are made of the letters themselves.
        if line.contains("DEBUG") || line.contains("INFO") || line.contains("FATAL") {
            filled_words(dice, line)
        } else {
            filled(dice, line)
        }
    });
    innocent("uuid", 50_000, 0, |dice| {
        let uuid = dice.uuid();
        dice.pick(&["{}", "incidente {} abierto", "id={}", "/fichas/{}/fotos", "{\"id\":\"{}\"}"]).replace("{}", &uuid)
    });
}

fn filled_words(dice: &mut Dice, line: &str) -> String {
    line.split(' ')
        .map(|word| match word {
            "DEBUG" | "INFO" | "FATAL" | "EXCEPTION:" | "E" | "I" | "AndroidRuntime:" => word.to_owned(),
            _ => filled(dice, word),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Sentences about passwords, telephones, numbers, that give none.
#[rustfmt::skip]
const SENTENCES: &[&str] = &[
    "olvidé mi clave y no entra", "la clave no me la acepta", "cambiar contraseña", "la contraseña es incorrecta", "no me llega el código", "me dice clave inválida", "quiero cambiar el pin",
    "el token expiró", "dice token expirado", "clave: no la acepta", "la contraseña es la misma de siempre", "cómo recupero mi contraseña", "pide usuario y contraseña", "la clave no entra en el android13",
    "mi clave de WhatsApp no sirve", "se me olvidó el pin de la tablet", "el código de error 500", "error código 1045", "código postal 11101", "contraseña vencida desde ayer", "clave bloqueada 3 veces",
    "la clave es muy larga", "mi clave es de 8 dígitos", "contraseña con 10 caracteres", "no tengo correo", "el correo no llega", "mi identidad no sale", "el número de identidad no lo acepta", "no agarra el cel",
    "el teléfono se calienta", "el teléfono es un Samsung A12", "mi cel es android 9", "llamé 2 veces", "la palabra clave vivienda", "no sube la foto 12 de 45", "tarjeta sim no detectada", "dni repetido", "la cookie se perdió",
    "compré una arroba de frijol", "arroba es la @", "sigame @ejemplo", "token inválido (401)", "password reset", "forgot password?", "Invalid password for user", "password must be at least 8 characters",
    "TokenExpiredException: token has expired", "at com.ejemplo.auth.TokenStore.read(TokenStore.kt:88)", "session=ok", "tokens=512", "password_length=8", "key=value", "cookie: ninguna", "auth: ok", "pass: true",
    "en contra de todos", "contra el muro", "spin=4", "autoclave 3", "la llave del carro", "son 14.5 metros", "de 12.9 a 17.5", "el GPS marca 14.07, -87.19", "icon@2x.png", "pkg@1.2.3", "com.foo.Bar@1f2e3d",
    "SyncWorker@8f3a2c1 failed", "la clave sirve en la web pero no en la app", "no sé si la clave es con mayúscula", "la clave es obligatoria", "si la clave falla reinicie", "clave incorrecta intento 3 de 5",
    "el pin no funciona desde 2024", "contraseña no coincide", "mi contraseña no sirve desde que actualicé a la versión 2.3.1", "la contraseña no funciona en mi Samsung A12", "el pin lo cambié hace 2 semanas",
    "el código QR no lee", "código de vivienda 45", "codigo de boleta 123456", "no sale el codigo del municipio 0801", "la clave tiene que llevar números", "la clave es que haya señal",
];

#[test]
fn talk_about_secrets_stays() {
    let mut wrong = Wrong::default();
    for sentence in SENTENCES {
        wrong.take(sentence);
    }
    wrong.examples.truncate(40);
    wrong.report("sentences", 0);
}
