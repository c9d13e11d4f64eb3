//! `serve`: the console as a process, with what delivers to it.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::run::{Base, command, finish};

/// A console that runs until it is dropped, without being asked.
struct Console {
    child: Child,
    address: String,
}

impl Console {
    fn start(base: &Base) -> Self {
        Self::start_with(base, &["--log-level", "error"], Stdio::inherit())
    }

    fn start_with(base: &Base, options: &[&str], log: impl Into<Stdio>) -> Self {
        let mut serve = command(["serve", "--port", "0", "--store", "console", "--json"].iter().chain(options));
        Self::of(serve.current_dir(base.path(".")).stderr(log))
    }

    fn of(serve: &mut std::process::Command) -> Self {
        let mut child = serve.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        Self { child, address: told["address"].as_str().unwrap().to_owned() }
    }

    fn page(&self, path: &str) -> String {
        ureq::get(format!("{}{path}", self.address)).call().unwrap().body_mut().read_to_string().unwrap()
    }

    /// Sends the form of a case's page.
    fn change(&self, reference: &str, form: &[(&str, &str)]) {
        let path = format!("/casos/{reference}");
        let page = self.page(&path);
        let seen = page.split_once("name=\"visto\" value=\"").and_then(|(_, rest)| rest.split_once('"')).unwrap().0;
        let form = form.iter().copied().chain([("visto", seen)]);
        assert_eq!(ureq::post(format!("{}{path}", self.address)).send_form(form).unwrap().status(), 200);
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn admin(base: &Base, args: &[&str], code: i32) -> Value {
    base.run(["serve", "--store", "console", "--json"].iter().chain(args)).code(code).json()
}

/// What was acknowledged outlives a kill, with the number that the phone was told.
#[test]
fn an_incident_that_was_sent_is_in_the_console_also_after_a_kill() {
    let base = Base::new();
    let token = admin(&base, &["token", "campo"], 0)["token"].as_str().unwrap().to_owned();
    let field = |args: &[&str]| {
        let mut run = base.command(args);
        finish(run.env("BAQUIANO_OUTBOX", base.path("outbox")).env("BAQUIANO_TOKEN", &token))
    };
    let id =
        field(&["incident", "new", "--json", "--service", "gps", "no", "me", "agarra"]).code(0).json()["id"].as_str().unwrap().to_owned();
    let console = Console::start(&base);
    let to = format!("{}/api/v1", console.address);
    assert_eq!(field(&["incident", "send", "--to", &to, "--json"]).code(0).json()["accepted"], 1);
    assert!(field(&["incident", "status", &id]).code(0).out.contains("MA-000001"));
    assert!(console.page("/casos").contains("MA-000001"));
    drop(console);
    let console = Console::start(&base);
    assert!(console.page("/casos/MA-000001").contains(&id) && console.page("/").contains("Buscar"));
    // What the desk does with it is heard.
    for (phase, code) in [("resolved", "fixed"), ("closed", "")] {
        console.change("MA-000001", &[("fase", phase), ("codigo", code), ("nota", "se le reinstaló la app")]);
    }
    let to = format!("{}/api/v1", console.address);
    let soon = field(&["incident", "send", "--to", &to, "--json"]).code(0).json();
    assert_eq!((&soon["asked"], &soon["news"]), (&json!(0), &json!([])), "not so soon after it was sent");
    let sent = field(&["incident", "send", "--to", &to, "--now", "--json"]).code(0).json();
    let case = &sent["news"][0];
    assert_eq!((&sent["asked"], &case["id"], &case["reference"]), (&json!(1), &json!(id), &json!("MA-000001")), "{sent}");
    assert_eq!((&case["phase"], &case["state"]), (&json!("closed"), &json!("Cerrado")));
    for args in [&["incident", "status", &id][..], &["incident", "list", "--all"]] {
        let told = field(args).code(0).out;
        assert!(told.contains("Recibido por la mesa MA-000001 · Cerrado"), "{told}");
    }
    let told = field(&["incident", "send", "--to", &to, "--now"]).code(0).out;
    assert!(!told.contains("Cerrado"), "that is no news: {told}");
    assert_eq!(admin(&base, &["backup", "copia.db"], 0), json!({ "file": "copia.db" }));
    assert!(base.path("copia.db").exists());
    base.run(["serve", "--store", "console", "backup", "copia.db"]).code(2);
}

/// A browser that has the list open must not keep the console from ending.
#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to_also_while_a_page_listens() {
    let base = Base::new();
    let mut console = Console::start(&base);
    let mut listening = ureq::get(format!("{}/avisos", console.address)).call().unwrap();
    let told = std::process::Command::new("kill").arg(console.child.id().to_string()).status().unwrap();
    assert!(told.success() && console.child.wait().unwrap().success());
    assert_eq!(listening.body_mut().read_to_string().unwrap(), "");
}

/// A client that goes on sending a head for ever must not keep it, either.
#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to_also_while_a_client_is_stuck() {
    let base = Base::new();
    let mut console = Console::start(&base);
    let mut stuck = TcpStream::connect(console.address.trim_start_matches("http://")).unwrap();
    stuck.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\nGET / HTTP/1.1\r\nx-sl").unwrap();
    console.page("/health");
    let told = std::process::Command::new("kill").arg(console.child.id().to_string()).status().unwrap();
    assert!(told.success() && console.child.wait().unwrap().success());
}

/// When nobody can be let in for a while, the console comes back by itself.
#[cfg(unix)]
#[test]
fn it_takes_connections_again_after_it_had_no_descriptors_left() {
    let base = Base::new();
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -n 60; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_baquiano")]);
    limited.args(["serve", "--port", "0", "--store", "console", "--json", "--log", "json"]).current_dir(base.path("."));
    let log = base.path("log");
    let console = Console::of(limited.stderr(File::create(&log).unwrap()));
    let address = console.address.trim_start_matches("http://");
    let many: Vec<TcpStream> = (0..80).map(|_| TcpStream::connect(address).unwrap()).collect();
    while !std::fs::read_to_string(&log).unwrap().contains("no connection can be taken") {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    drop(many);
    assert_eq!(console.page("/health"), "ok\n");
}

/// What travels through the console of persons, at the most talkative: none of it is in the log.
#[test]
fn the_log_tells_what_happened_and_nothing_of_persons() {
    for format in ["text", "json"] {
        let base = Base::new();
        let token = admin(&base, &["token", "campo", "--desk"], 0)["token"].as_str().unwrap().to_owned();
        let app = admin(&base, &["token", "fsu"], 0)["token"].as_str().unwrap().to_owned();
        let log = base.path("log");
        let console = Console::start_with(&base, &["--log", format, "--log-level", "debug"], File::create(&log).unwrap());
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let ask = |path: &str| agent.get(format!("{}{path}", console.address)).header("user-agent", "Zoila Navegador").call().unwrap();
        ask("/?q=Zoila%20Perdomo%200801-1990-12345");
        ask("/buscar?q=Zoila+Perdomo");
        ask("/casos?q=Zoila");
        ask("/no/hay/Zoila?q=Perdomo");
        let file = |key: &str, token: &str, body: &[u8]| {
            let request = agent.post(format!("{}/api/v1/incidents", console.address)).header("authorization", format!("Bearer {token}"));
            let request = request.header("content-type", "application/vnd.baquiano.incident+json").header("idempotency-key", key);
            request.send(body).unwrap().status().as_u16()
        };
        let made = base.run(["incident", "new", "--json", "--outbox", "outbox", "--service", "gps", "Zoila", "Perdomo", "no", "halla"]);
        let id = made.code(0).json()["id"].as_str().unwrap().to_owned();
        let body = base.run(["incident", "show", "--outbox", "outbox", "--as", "json", &id]).code(0).out.into_bytes();
        assert_eq!((file(&id, &app, &body), file(&id, &app, &body), file(&id, &app, b"{\"x\": \"Zoila\"}")), (201, 200, 422));
        // A key is the client's choice, and a damaged body is quoted by whoever reads it.
        assert_eq!((file("0801-1990-12345", &app, b"{\"schema\": \"Zoila\"}"), file("0801-1990-12345", &app, b"Zoila{")), (400, 400));
        assert_eq!(file("0801-1990-12345", &token, &body), 401);
        let form = [("token", token.as_str())];
        agent.post(format!("{}/entrar", console.address)).send_form(form).unwrap();
        agent.post(format!("{}/casos/MA-000001", console.address)).send_form([("visto", "0"), ("nota", "Zoila Perdomo llama")]).unwrap();
        drop(console);
        let log = std::fs::read_to_string(log).unwrap();
        for told in [&id, "start", "new", "known", "conflict", "refused", "/casos/{number}", "/api/v1/incidents", "/buscar"] {
            assert!(log.contains(told), "{told}: {log}");
        }
        for private in ["Zoila", "Perdomo", "1990", "campo", "bq_", &token, &app, "q="] {
            assert!(!log.contains(private), "{private}: {log}");
        }
        for line in log.lines().filter(|_| format == "json") {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(line["timestamp"].is_string() && line["level"].is_string() && line["message"].is_string(), "{line}");
        }
    }
}

#[test]
fn the_log_has_what_is_asked_for() {
    let base = Base::new();
    let told = |level: &str, options: &[&str]| {
        let log = base.path("log");
        let mut run = base.command(["serve", "--port", "0", "--store", "console"].iter().chain(options));
        let mut child = run.env("BAQUIANO_LOG", level).stdout(Stdio::piped()).stderr(File::create(&log).unwrap()).spawn().unwrap();
        let mut line = String::new();
        _ = BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        _ = child.kill();
        _ = child.wait();
        std::fs::read_to_string(log).unwrap()
    };
    assert_eq!(told("error", &[]), "");
    assert!(told("", &[]).contains(" INFO start address=127.0.0.1:"));
    assert!(told("error", &["--log-level", "info", "--log", "json"]).starts_with('{'));
    let wrong = told("mucho", &[]);
    assert!(wrong.contains("BAQUIANO_LOG") && wrong.contains("«mucho»"), "{wrong}");
}

#[test]
fn the_contract_is_the_one_that_is_published() {
    let base = Base::new();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let made = base.run(["serve", "openapi"]).code(0).out;
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert!(published == made, "docs/openapi.json is old: run UPDATE_SCHEMA=1 cargo test -p baquiano-cli --test cli contract");
    assert!(!base.path("console").exists() && admin(&base, &["openapi"], 0)["openapi"] == "3.1.0");
}

#[test]
fn tokens_are_made_listed_and_ended() {
    let base = Base::new();
    let made = base.run(["serve", "--store", "console", "token", "ana", "--desk"]).code(0);
    assert!(made.out.starts_with("bq_") && made.out.lines().count() == 1 && made.err.contains("no se puede volver a ver"), "{made:?}");
    assert!(base.run(["serve", "--store", "console", "token", "ana"]).code(2).err.contains("ya tiene una"));
    assert_eq!(admin(&base, &["tokens"], 0)[0]["kind"], "desk");
    assert_eq!(base.run(["serve", "--store", "console", "tokens"]).code(0).out, "ana\tdesk\n");
    base.run(["serve", "--store", "console", "revoke", "ana"]).code(0);
    assert!(base.run(["serve", "--store", "console", "revoke", "ana"]).code(2).err.contains("ninguna que sirva"));
    assert_eq!(base.run(["serve", "--store", "console", "tokens"]).code(0).out, "ana\tdesk -\n");
}

#[test]
fn where_it_cannot_be_it_says_so() {
    let base = Base::new();
    let shut = base.run(["serve", "--store", "console", "--address", "0.0.0.0", "--port", "0"]).code(2).err;
    assert!(shut.contains("cree antes la clave"), "{shut}");
    let console = Console::start(&base);
    let port = console.address.rsplit(':').next().unwrap();
    let taken = base.run(["serve", "--store", "console", "--port", port]).code(2).err;
    assert!(taken.contains(port) && taken.contains("--port"), "{taken}");
    std::fs::write(base.path("file"), "x").unwrap();
    base.run(["serve", "--store", "file", "tokens"]).code(2);
}

#[test]
fn a_relay_that_cannot_work_says_what_to_do() {
    let base = Base::new();
    let relay = |args: &[&str]| {
        let mut run = base.command(["relay", "--to", "rt", "--store", "console", "--once"].iter().chain(args));
        finish(run.env_remove("BAQUIANO_RELAY_TOKEN"))
    };
    let url = ["--url", "http://127.0.0.1:9"];
    std::fs::write(base.path("token"), "1-2-3\n").unwrap();
    assert!(relay(&url).code(2).err.contains("BAQUIANO_RELAY_TOKEN"));
    let with = |more: &[&str]| relay(&[&url, &["--token-file", "token"], more].concat());
    let nobody = with(&[]).code(2).err;
    assert!(nobody.contains("no hubo respuesta"), "{nobody}");
    assert!(relay(&["--url", "http://rt.ejemplo.invalid", "--token-file", "token"]).code(2).err.contains("--allow-plain"));
    std::fs::write(base.path("malo.yaml"), "system: rt\n").unwrap();
    assert!(with(&["--mapping", "malo.yaml"]).code(2).err.contains("malo.yaml"));
    assert!(base.run(["relay", "--to", "glpi", "--url", "http://127.0.0.1:9"]).code(2).err.contains("«rt»"));
}
