//! `serve`: the console as a process, with what delivers to it.

use std::io::{BufRead as _, BufReader};
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
        let mut child = command(["serve", "--port", "0", "--store", "console", "--json"])
            .current_dir(base.path("."))
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
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

#[test]
fn tokens_are_made_listed_and_ended() {
    let base = Base::new();
    let made = base.run(["serve", "--store", "console", "token", "ana", "--desk"]).code(0).out;
    assert!(made.starts_with("bq_") && made.contains("no se puede volver a ver"), "{made}");
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
