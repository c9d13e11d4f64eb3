//! Single cases, each with the exact text that must come out.

use baquiano::incident::Redaction;

fn text(text: &str) -> String {
    Redaction::default().text(text)
}

#[track_caller]
fn all(cases: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (given, kept) in cases {
        let got = text(given);
        if got != *kept {
            wrong.push_str(&format!("\n  given {given:?}\n   want {kept:?}\n    got {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn identities() {
    all(&[
        ("mi identidad es 0801-1990-12345 y no entra", "mi identidad es [identidad] y no entra"),
        ("0801 1990 12345", "[identidad]"),
        ("0801.1990.12345", "[identidad]"),
        ("080119901 2345", "[identidad]"),
        ("0 8 0 1 1 9 9 0 1 2 3 4 5", "[identidad]"),
        ("dni 0801–1990–12345.", "dni [identidad]."),
        ("0801/1990/12345", "[identidad]"),
        ("0801\u{2011}1990\u{2011}12345", "[identidad]"),
        ("０８０１-1990-12345", "[identidad]"),
        ("08\u{200B}01-19\u{AD}90-12345", "[identidad]"),
        ("0801-1990-\n12345", "[identidad]"),
        ("O8O1-199O-l2345", "[identidad]"),
        ("mi dni es080119901234 5", "mi dni es[identidad]"),
        ("0801199012345y no entra", "[identidad]y no entra"),
        ("0801-1990-12345 3 veces", "[identidad] 3 veces"),
        ("foto_0801199012345.jpg", "foto_[identidad].jpg"),
        ("{\"id\":\"0801199012345\"}", "{\"id\":\"[identidad]\"}"),
        ("1701199012345 no me deja", "[identidad] no me deja"),
        ("1701199012345 INFO sync ok", "1701199012345 INFO sync ok"),
        ("[1701199012345] sync ok", "[1701199012345] sync ok"),
        ("ts=1701199012345", "ts=1701199012345"),
        ("{\"createdAt\":1701199012345}", "{\"createdAt\":1701199012345}"),
        ("{\"identidad\":1701199012345}", "{\"identidad\":[identidad]}"),
        ("mi identidad 0801-1990-1234 no sale", "mi identidad [identidad] no sale"),
        ("mi dni 0801 - 1990 - 1234", "mi dni [identidad]"),
        ("dni 0801  1990  1234", "dni [identidad]"),
        ("mi dni y 80119 - 9012 - 345 fichas", "mi dni y 80119 - 9012 - 345 fichas"),
        ("RTN 08019999123456", "RTN [RTN]"),
        ("0801-9999-123456", "[RTN]"),
        ("0801-1990-123456", "[RTN]"),
        ("08011990123456", "[RTN]"),
        ("1901-1990-12345", "1901-1990-12345"),
        ("0809-1990-12345", "[identidad]"),
        ("0111-1990-12345", "0111-1990-12345"),
    ]);
}
#[test]
fn phones() {
    all(&[
        ("llámeme al 9999-9999 porfa", "llámeme al [teléfono] porfa"),
        ("+504 9999-9999", "[teléfono]"),
        ("(504) 9999 9999", "[teléfono]"),
        ("+(504) 9999 9999", "[teléfono]"),
        ("0050499999999", "[teléfono]"),
        ("50499999999 es mi cel", "[teléfono] es mi cel"),
        ("99 99 99 99", "[teléfono]"),
        ("mi num 98765432", "mi num [teléfono]"),
        ("tel.22345678", "tel.[teléfono]"),
        ("tel22345678", "tel[teléfono]"),
        ("https://wa.me/50499999999", "https://wa.me/[teléfono]"),
        ("+1 (555) 123-4567", "[teléfono]"),
        ("+34 612 345 678", "[teléfono]"),
        ("fecha 20261128", "fecha 20261128"),
        ("la del 20261128 no sale", "la del 20261128 no sale"),
        ("versión 20261128", "versión 20261128"),
        ("pesa 98765432 bytes", "pesa 98765432 bytes"),
        ("size=98765432", "size=98765432"),
        ("INC-2026-004512", "INC-2026-004512"),
        ("2025-2026", "2025-2026"),
        ("2026-11-28 10:20:30.123", "2026-11-28 10:20:30.123"),
        ("11-28 10:20:30.123  3021  4455 I Tag: x", "11-28 10:20:30.123  3021  4455 I Tag: x"),
        ("550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"),
        ("12345678-1234-1234-1234-123456789012", "12345678-1234-1234-1234-123456789012"),
        ("{\"telefono\":\"99887766\",\"n\":98765432}", "{\"telefono\":\"[teléfono]\",\"n\":98765432}"),
        ("9999-9999/8888-8888", "[teléfono]/[teléfono]"),
        (&"9999-9999:".repeat(40), &"[teléfono]:".repeat(40)),
        (&"9999-9999es".repeat(40), &"[teléfono]es".repeat(40)),
        ("imei 356938035643809", "imei [clave]"),
        ("192.168.100.200:8080", "192.168.100.200:8080"),
        ("99.88.77.66", "99.88.77.66"),
        ("#00 pc 0000000000012345678  /system/lib64/libc.so", "#00 pc 0000000000012345678  /system/lib64/libc.so"),
        ("at com.foo.Bar.run(Bar.java:98765432)", "at com.foo.Bar.run(Bar.java:98765432)"),
    ]);
}
#[test]
fn emails() {
    all(&[
        ("escríbame a ana@ejemplo.hn porfa", "escríbame a [correo] porfa"),
        ("ana (arroba) ejemplo . hn", "[correo]"),
        ("soy ana arroba ejemplo punto com gracias", "soy [correo] gracias"),
        ("ana＠ejemplo.hn", "[correo]"),
        ("mailto:ana.perez@ejemplo.com.", "mailto:[correo]."),
        ("?u=ana%40ejemplo.hn&x=1", "?u=[correo]&x=1"),
        ("ana @ ejemplo.hn", "[correo]"),
        ("ana@gmail", "[correo]"),
        ("ana[at]ejemplo[dot]com", "[correo]"),
        ("icon@2x.png", "icon@2x.png"),
        ("com.foo.Bar@1f2e3d", "com.foo.Bar@1f2e3d"),
        ("compré una arroba de café", "compré una arroba de café"),
        ("https://ana@ejemplo.hn/x", "https://[correo]/x"),
        ("ana guion bajo perez arroba gmail punto com", "[correo]"),
    ]);
}
#[test]
fn cards_and_places() {
    all(&[
        ("4111 1111 1111 1111", "[tarjeta]"),
        ("4111111111111111", "[tarjeta]"),
        ("4111111111111112", "4111111111111112"),
        ("3782-822463-10005", "[tarjeta]"),
        ("1762345678901234", "1762345678901234"),
        ("estoy en 14.072312, -87.192136", "estoy en 14.07, -87.19"),
        ("lat=14.0723", "lat=14.07"),
        ("\"longitude\": -87.19213", "\"longitude\": -87.19"),
        ("geo:14.07,-87.19", "geo:14.07,-87.19"),
        ("geo:14.0712,-87.1923", "geo:14.07,-87.19"),
        ("-87.192136 14.072312", "-87.19 14.07"),
        ("14,072312 -87,192136", "14,07 -87,19"),
        ("!3d14.072312!4d-87.192136", "!3d14.07!4d-87.19"),
        ("@14.072312,-87.192136,17z", "@14.07,-87.19,17z"),
        ("14°04'20.3\"N 87°11'31.7\"W", "14°04'N 87°11'W"),
        ("tardó 3.14159265 s", "tardó 3.14159265 s"),
        ("v14.0.72", "v14.0.72"),
    ]);
}
#[test]
fn secrets() {
    all(&[
        ("mi clave es Abc123 y no la acepta", "mi clave es [clave] y no la acepta"),
        ("password=hola123&x=1", "password=[clave]&x=1"),
        ("\"password\":\"ho\\\"la mundo\",\"x\":1", "\"password\":\"[clave]\",\"x\":1"),
        ("jwt\n\"password\":\"hola mundo\"", "jwt\n\"password\":\"[clave]\""),
        ("mi clave es \"userPassword\" : \"hola mundo\"", "mi clave es \"userPassword\" : \"[clave]\""),
        ("mi clave \"Abc123\": no entra", "mi clave \"[clave]\": no entra"),
        ("{\\\"password\\\":\\\"x y\\\",\\\"a\\\":1}", "{\\\"password\\\":\\\"[clave]\\\",\\\"a\\\":1}"),
        ("https://x.hn/a?token=abcDEF&b=2", "https://x.hn/a?token=[clave]&b=2"),
        ("https://user:pass@host.hn/x", "https://[clave]@host.hn/x"),
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer [clave]"),
        ("Cookie: sid=abc; b=2\nx", "Cookie: [clave]\nx"),
        ("Set-Cookie: sid=abc; Path=/", "Set-Cookie: [clave]"),
        ("va eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_1 fin", "va [clave] fin"),
        ("AKIAABCDEFGHIJKLMNO1", "[clave]"),
        ("ghp_abcdefghijklmnopqrst12345", "[clave]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----\nx", "[clave]\nx"),
        ("contraseña: tortuga", "contraseña: [clave]"),
        ("la contraseña que uso es tortuga", "la contraseña que uso es [clave]"),
        ("pin 4821", "pin [clave]"),
        ("código 123456", "código [clave]"),
        ("el codigo de verificación que me llegó es 123 456", "el codigo de verificación que me llegó es [clave]"),
        ("código de error 500123", "código de error 500123"),
        ("clave Abc.123 y no me deja", "clave [clave] y no me deja"),
        ("olvidé mi clave y no entra", "olvidé mi clave y no entra"),
        ("la clave no me la acepta", "la clave no me la acepta"),
        ("cambiar contraseña", "cambiar contraseña"),
        ("la clave es incorrecta", "la clave es incorrecta"),
        ("password%3Dabc%26d", "password%3D[clave]%26d"),
        ("accessToken=abc", "accessToken=[clave]"),
        ("userPin: 4821", "userPin: [clave]"),
        ("password_length=8", "password_length=8"),
        ("token=null", "token=null"),
        ("<password>abc</password>", "<password>[clave]</password>"),
        ("<string name=\"token\">abc</string>", "<string name=\"token\">[clave]</string>"),
        ("X-Api-Key: abc123", "X-Api-Key: [clave]"),
        ("mi contra es tortuga", "mi contra es [clave]"),
        ("--password tortuga9", "--password [clave]"),
        ("mis claves son Abc123 y Xyz987", "mis claves son [clave] y [clave]"),
        ("clave: [clave]", "clave: [clave]"),
        ("el android 13 no abre", "el android 13 no abre"),
        ("la clave no entra en el android13", "la clave no entra en el android13"),
        ("mi clave de WhatsApp no sirve", "mi clave de WhatsApp no sirve"),
        ("session=ok", "session=ok"),
        ("mi clave es «mi perro 22» ok", "mi clave es «[clave]» ok"),
        ("tokens=512", "tokens=512"),
    ]);
}

#[test]
fn by_hand() {
    all(&[
        // Hurried chats.
        (
            "hola soy de gracias lempira mi id 1301 1985 00123 y mi esposo 1301198400321 no salen",
            "hola soy de gracias lempira mi id [identidad] y mi esposo [identidad] no salen",
        ),
        ("id:0801199012345", "id:[identidad]"),
        ("la señora con identidad numero 0801 1990 1234 5 esta repetida", "la señora con identidad numero [identidad] esta repetida"),
        ("ocupo q me llamen al nueve 98765432", "ocupo q me llamen al nueve [teléfono]"),
        ("mi numero nuevo es el 33 44 55 66 y el viejo 9988-7766", "mi numero nuevo es el [teléfono] y el viejo [teléfono]"),
        ("cel 3344 5566/9988 7766", "cel [teléfono]/[teléfono]"),
        ("llamar a don Pedro 97 65 43 21", "llamar a don Pedro [teléfono]"),
        ("marque *99 98765432", "marque *99 [teléfono]"),
        ("[28/11/26, 10:20:30] Ana: 99887766", "[28/11/26, 10:20:30] Ana: [teléfono]"),
        ("28/11/2026 10:20 - +504 9988-7766: hola", "28/11/2026 10:20 - [teléfono]: hola"),
        ("contacto: 22-33-44-55 ext 12", "contacto: [teléfono] ext 12"),
        ("T. 2233-4455 / C. 9988-7766", "T. [teléfono] / C. [teléfono]"),
        ("tel (504)2233-4455", "tel [teléfono]"),
        ("número de boleta 20261128", "número de boleta 20261128"),
        ("usuario: maria clave: Maria2026", "usuario: maria clave: [clave]"),
        ("user admin pass admin123", "user admin pass [clave]"),
        ("mi usuario es jperez y mi contraseña Jperez.2026", "mi usuario es jperez y mi contraseña [clave]"),
        ("jperez/Abc12345 es mi usuario y clave", "[clave] es mi usuario y clave"),
        ("clave:tortuga", "clave:[clave]"),
        ("contraseña = tortuga azul", "contraseña = [clave] azul"),
        ("la contraseña es \"tortuga azul\"", "la contraseña es \"[clave]\""),
        ("mi pin es el 4821", "mi pin es el [clave]"),
        ("el pin de mi tarjeta es 4821", "el pin de mi tarjeta es [clave]"),
        ("mi contraseña era hola123 pero la cambié por hola456", "mi contraseña era [clave] pero la cambié por hola456"),
        ("me pide código y pongo 482913", "me pide código y pongo 482913"),
        ("Tu código de WhatsApp es 482-913", "Tu código de WhatsApp es [clave]"),
        ("contrasenia: hola", "contrasenia: [clave]"),
        ("mi clave: No1234", "mi clave: [clave]"),
        ("ana.perez@ejemplo.com,juan@ejemplo.hn;x@ejemplo.hn", "[correo],[correo];[correo]"),
        ("mi correo es ana punto perez arroba gmail punto com y no llega", "mi correo es [correo] y no llega"),
        ("ana@ejemplo.com.hn.", "[correo]."),
        ("ana @gmail.com", "[correo]"),
        ("G-482913 es tu código de verificación", "[clave] es tu código de verificación"),
        ("482913 es mi código", "[clave] es mi código"),
        ("mi clave\nAbc123\nno sirve", "mi clave\n[clave]\nno sirve"),
        ("mi clave\nno sirve", "mi clave\nno sirve"),
        ("clave nueva=tortuga", "clave nueva=[clave]"),
        ("vence 12/28 cvv 123", "vence 12/28 cvv [clave]"),
        ("ana@ejemplo.hn98765432", "[correo][teléfono]"),
        // Programs.
        ("event_id=1701199012345", "event_id=1701199012345"),
        ("id=1701199012345", "id=[identidad]"),
        ("AccountKey=abcdefghijk123==;EndpointSuffix=core", "AccountKey=[clave];EndpointSuffix=core"),
        ("{\"tokens\":[\"abc123def456\"]}", "{\"tokens\":[\"[clave]\"]}"),
        (
            "I/flutter (12345): {user: ana@ejemplo.hn, password: Abc123, token: null}",
            "I/flutter (12345): {user: [correo], password: [clave], token: null}",
        ),
        ("Login(user=ana, password=Abc123)", "Login(user=ana, password=[clave])"),
        ("{\"pin\":4821,\"ok\":true}", "{\"pin\":[clave],\"ok\":true}"),
        ("{\"auth\":{\"token\":\"abc\"}}", "{\"auth\":{\"token\":\"[clave]\"}}"),
        ("curl -H 'Authorization: Bearer abcdef123' https://ejemplo.hn", "curl -H 'Authorization: Bearer [clave]' https://ejemplo.hn"),
        ("curl -u ana:Abc123 https://ejemplo.hn", "curl -u [clave] https://ejemplo.hn"),
        ("headers: {authorization=[Bearer abc123def], accept=[*/*]}", "headers: {authorization=[Bearer [clave]], accept=[*/*]}"),
        ("jdbc:postgresql://h:5432/db?user=ana&password=Abc123", "jdbc:postgresql://h:5432/db?user=ana&password=[clave]"),
        ("postgres://ana:Abc123@h:5432/db", "postgres://[clave]@h:5432/db"),
        ("export GITHUB_TOKEN=abc", "export GITHUB_TOKEN=[clave]"),
        ("AWS_SECRET_ACCESS_KEY=abc/def+123", "AWS_SECRET_ACCESS_KEY=[clave]"),
        ("secret: 'a b c'", "secret: '[clave]'"),
        ("password: \"\"", "password: \"\""),
        ("\"password\": null", "\"password\": null"),
        ("\"contrase\\u00f1a\":\"abc\"", "\"contrase\\u00f1a\":\"[clave]\""),
        ("contrase%C3%B1a=abc", "contrase%C3%B1a=[clave]"),
        ("p=%7B%22password%22%3A%22a%20b%22%7D", "p=%7B%22password%22%3A%22[clave]%22%7D"),
        ("uri=https://ejemplo.hn/#access_token=abc&x=1", "uri=https://ejemplo.hn/#access_token=[clave]&x=1"),
        ("PUT /personas/0801199012345 404", "PUT /personas/[identidad] 404"),
        (
            "SQLiteConstraintException: UNIQUE failed: persona.dni = 0801-1990-12345 (code 2067)",
            "SQLiteConstraintException: UNIQUE failed: persona.dni = [identidad] (code 2067)",
        ),
        ("Location[gps 14.072312,-87.192136 hAcc=12.5]", "Location[gps 14.07,-87.19 hAcc=12.5]"),
        ("POINT(-87.192136 14.072312)", "POINT(-87.19 14.07)"),
        ("{\"coordinates\":[-87.192136,14.072312]}", "{\"coordinates\":[-87.19,14.07]}"),
        ("lat: 14.072312 lng: -87.192136 acc: 12.123456", "lat: 14.07 lng: -87.19 acc: 12.123456"),
        ("latitud 14.0723 longitud 87.1921 oeste", "latitud 14.07 longitud 87.19 oeste"),
        ("14.07231°N 87.19213°W", "14.07°N 87.19°W"),
        ("N14.07231 W87.19213", "N14.07 W87.19"),
        ("https://maps.ejemplo.hn/?q=14.072312%2C-87.192136", "https://maps.ejemplo.hn/?q=14.07%2C-87.19"),
        ("mi ubicación -87.19213", "mi ubicación -87.19"),
        ("precio 14.5000 15.2500", "precio 14.5000 15.2500"),
    ]);
}

/// What one condition of one rule alone tells apart: mutation testing found that nothing else would see it gone (docs/testing.md).
#[test]
fn edges() {
    all(&[
        ("identidad 0801-1990-1234, mide 1.70", "identidad [identidad], mide 1.70"),
        ("mi dni\n0801-1990-1234", "mi dni\n[identidad]"),
        ("1701199012345Ana no entra", "[identidad]Ana no entra"),
        ("1701199012345 I sync", "1701199012345 I sync"),
        ("1701199012345F", "1701199012345F"),
        ("id19901999923", "id19901999923"),
        ("dni:0801199 012345", "dni:[identidad]"),
        ("mire:0801199 012345", "mire:[identidad]"),
        ("ana@ejemplo.hn8", "[correo]8"),
        ("99887766+4", "99887766+4"),
        ("tel 9901234", "tel [teléfono]"),
        ("numero 3344/5566", "numero [teléfono]"),
        ("99999999y mi casa", "[teléfono]y mi casa"),
        ("99999999.ayuda", "[teléfono].ayuda"),
        ("e50499999999", "e50499999999"),
        ("cel2111 2111", "cel[teléfono]"),
        ("phone900-24690 m", "phone[teléfono] m"),
        ("014,07280", "014,07"),
        ("hn14.07227", "hn14.07227"),
        (".14,72312", ".14,72312"),
        ("7°1.", "7°1"),
        ("Authorization: abc", "Authorization: [clave]"),
        ("Authorization: Basic YW5h", "Authorization: Basic [clave]"),
        ("token:abc123.", "token:[clave]."),
        ("guardemiclave=abc", "guardemiclave=[clave]"),
        ("claveNueva=abc clave_nuevo=xyz", "claveNueva=[clave] clave_nuevo=[clave]"),
        ("verificación 1256", "verificación 1256"),
        ("código de verificación 1256", "código de verificación [clave]"),
        ("código 111701191", "código 111701191"),
        ("\"2913 es tu código", "\"[clave] es tu código"),
        ("clave abc@12", "clave [clave]"),
        ("clave c1", "clave c1"),
        ("contra es g", "contra es g"),
        ("clave,*k", "clave,*k"),
        ("clave \"abc123", "clave \"[clave]"),
        ("token\"@e.1", "token\"[clave]"),
        ("sk_live_abcdef1234567890", "[clave]"),
        ("sk_test_abcdef1234567890", "[clave]"),
        ("pk_live_ 112345was", "pk_live_ 112345was"),
        ("pk_live_gistros14.", "pk_live_gistros14."),
        ("x_AKIA2136EFGHIJKLMNO1", "x_AKIA2136EFGHIJKLMNO1"),
        ("_AKIA2136EFGHIJKLMNO1", "_AKIA2136EFGHIJKLMNO1"),
        ("http://': @", "http://': @"),
        ("clave abc1,\\n\\$e", "clave [clave],\\n\\$e"),
        ("token:\\t", "token:\\t"),
        ("token\\tabc123", "token\\t[clave]"),
        ("token\\rd34", "token\\rd34"),
        ("clave-2&gt;5", "clave-2&gt;5"),
        ("mtime1701199012345", "mtime1701199012345"),
        ("mtime 1701199012345", "mtime 1701199012345"),
        ("xtimestamp 1701199012345", "xtimestamp 1701199012345"),
        ("xms 1701199012345", "xms 1701199012345"),
        ("xdate 1701199012345", "xdate 1701199012345"),
        ("mylatitude=14.072", "mylatitude=14.07"),
        ("mylongitude=-87.192", "mylongitude=-87.19"),
        ("mylatitud=14.072", "mylatitud=14.07"),
        ("mylongitud=-87.192", "mylongitud=-87.19"),
        ("91924053-,000000", "91924053-,000000"),
        ("o.n99990908", "o.n[teléfono]"),
        ("geo:7\n87.923", "geo:7\n87.923"),
        ("longitud?-\n87.192", "longitud?-\n87.192"),
        ("|99999999 cel", "|[teléfono] cel"),
        ("11188019900 dni", "[identidad] dni"),
        ("a@.hn", "a@.hn"),
        ("e0801199012345l", "e0801199012345l"),
        ("id:08011990123", "id:[identidad]"),
        (":1701199012345", ":[identidad]"),
        ("\t121119111111 1", "\t121119111111 1"),
        ("Bearer b", "Bearer b"),
        ("Bearer ", "Bearer "),
        ("pass080d", "pass080d"),
        ("pasword]=b", "pasword]=[clave]"),
        ("+08011990-14.72312", "[teléfono]-14.72"),
        ("numero 33\t44/5566", "numero [teléfono]"),
        ("2207-1990", "2207-1990"),
        ("990-12345", "990-12345"),
        ("28.\n072275", "28.\n072275"),
        ("99982345 mi", "[teléfono] mi"),
        ("+11111111", "+11111111"),
        ("passwordText=abc", "passwordText=[clave]"),
        ("clave1Nueva=abc", "clave1Nueva=abc"),
        ("miPwd=abc", "miPwd=[clave]"),
        ("62000000000000000", "[tarjeta]"),
        ("4123000000000000006", "[tarjeta]"),
        ("501800000000000009", "[tarjeta]"),
        ("{\"count\":\"99998888\"}", "{\"count\":\"99998888\"}"),
        ("miCvv=123", "miCvv=[clave]"),
        ("verification_code=abc", "verification_code=[clave]"),
        ("identidad 10/11/2026 12345", "identidad [identidad]"),
        ("10/11/2026 12345", "10/11/2026 12345"),
        ("504 2233 4455 bytes", "504 2233 4455 bytes"),
        ("9012345l", "9012345l"),
        ("{id\":08119912345", "{id\":08119912345"),
        ("99990801{", "99990801{"),
        ("88888888=", "88888888="),
        ("cel%2336t/9988 7766", "cel%2336t/9988 7766"),
        ("91924053 000000", "91924053 000000"),
        (":28.2\r78251999", ":28.2\r78251999"),
        ("99887766,X/o", "99887766,X/o"),
        ("23459999\0pL", "23459999\0pL"),
        ("1701199012345.c", "[identidad].c"),
        ("1211191111111 1", "[identidad] 1"),
        ("Key:c1", "Key:c1"),
        ("pass-o\":e", "pass-o\":e"),
        ("a@b.hn1701199012345", "[correo][identidad]"),
        ("tel 1 1 1 1 1 99", "tel [teléfono]"),
        ("tel.111  1111", "tel.[teléfono]"),
        ("tel 11   11111", "tel 11   11111"),
        ("8001-1990{", "[teléfono]{"),
        ("$99989998", "$99989998"),
        ("+5998877667.192136", "[teléfono].192136"),
        ("50419999999", "50419999999"),
        ("34OOOOOO", "34OOOOOO"),
        ("451°7.", "451°7"),
        ("87.92114.2", "87.92114.2"),
        ("psw 1678,", "psw [clave],"),
        ("pin a@ej", "pin [clave]"),
        ("G48. es tu cód", "G48. es tu cód"),
        ("pin,0723", "pin,0723"),
        ("pin\".\"", "pin\"[clave]\""),
        ("hf__12olvidadarecuperar", "[clave]"),
        ("sk_live_Abc123my.:", "sk_live_Abc123my.:"),
        ("eyJhIjoxfn", "eyJhIjoxfn"),
        ("pass:2%22", "pass:[clave]"),
    ]);
}

/// Names of fields as programs write them, in both languages and joined in both ways.
#[test]
fn names_of_secrets() {
    let secret = "claveAcceso clave_acceso contrasenaTemporal contrasena_temporal pinActual passwordUsuario clave_usuario codigoSeguridad codigo_seguridad codigoAcceso \
        tokenAcceso token_acceso tokenSesion token_sesion tokenFcm fcm_token tokenPush refreshToken token_refresh encryptedPassword passwordEncrypted idSesion id_sesion sesionId sesion_id \
        sessionKey session_key claveWifi wifiPassword verificationCode verification_code accessCode access_code authCode loginCode securityCode smsCode sms_code clavePersonal claveMovil claveUnica \
        clave_maestra claveSecreta llavePrivadaToken tokenSession token_user tokenAccess claveCorreo";
    for name in secret.split_whitespace() {
        assert_eq!(text(&format!("{name}=abc12345")), format!("{name}=[clave]"));
        assert_eq!(text(&format!("{{\"{name}\":\"abc12345\"}}")), format!("{{\"{name}\":\"[clave]\"}}"));
    }
    for name in "statusCode error_code postalCode tokenType token_type tokenExpires passwordField password_length tokenCount codigoUsuario codigo_usuario".split_whitespace() {
        let line = format!("{name}=12345");
        assert_eq!(text(&line), line);
    }
}

/// Each digit and letter as other keyboards and copied texts have it.
#[test]
fn other_scripts_are_read_as_ours() {
    let rows = ["\u{660}", "\u{6F0}", "\u{966}", "\u{2080}", "\u{FF10}", "\u{1D7CE}", "\u{1D7D8}", "\u{1D7E2}", "\u{1D7EC}", "\u{1D7F6}"];
    let mut rows: Vec<Vec<char>> = rows
        .iter()
        .flat_map(|zero| zero.chars())
        .map(|zero| (0..10).filter_map(|value| char::from_u32(u32::from(zero) + value)).collect())
        .collect();
    rows.push("⁰¹²³⁴⁵⁶⁷⁸⁹".chars().collect());
    rows.push("⓪①②③④⑤⑥⑦⑧⑨".chars().collect());
    for row in rows {
        let written = |number: &str| -> String { number.chars().map(|c| c.to_digit(10).map_or(c, |value| row[value as usize])).collect() };
        for number in ["0801-1990-12345", "0607-1967-76543"] {
            assert_eq!(text(&format!("mi dni {}", written(number))), "mi dni [identidad]");
        }
        // What begins a telephone number and what doesn't.
        for value in 0..10 {
            let number = format!("{value}9887766");
            assert_eq!(text(&written(&number)) == "[teléfono]", text(&number) == "[teléfono]", "{value} in {row:?}");
        }
        assert_eq!(text(&written("0801-1990-123456")), "[RTN]");
        assert_eq!(text(&written("4111 1111 1111 1111")), "[tarjeta]");
    }
    let letters = [
        ("áàâäãåÁÀÂÄÃÅª", "cl*ve=abc123"),
        ("éèêëÉÈÊË", "clav*=abc123"),
        ("íìîïÍÌÎÏ", "p*n=1234"),
        ("óòôöõÓÒÔÖÕ", "c*ntrasena=abc123"),
        ("úùûüÚÙÛÜ", "a*torización: Basic abc123"),
        ("ñÑ", "contrase*a=abc123"),
        ("çÇ", "*lave=abc123"),
    ];
    for (letters, words) in letters {
        for letter in letters.chars() {
            let words = words.replace('*', &letter.to_string());
            assert!(text(&words).ends_with("[clave]"), "{words}: {}", text(&words));
        }
    }
}
