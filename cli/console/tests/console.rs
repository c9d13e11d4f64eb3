//! What the console promises, asked over HTTP as browsers and apps ask.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so")]
#![allow(missing_docs, reason = "nobody uses a test")]

mod running;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::mpsc::channel;
use std::thread;

use baquiano::diagnose::Source;
use baquiano::incident::{Change, Diagnosis, Draft, Moment, Origin, Told};
use baquiano::kb::Outcome;
use baquiano_console::{Options, ServeError, Store, StoreError, TokenKind, serve};
use running::{INCIDENT, NOW, RECEIPT, Running, came, desk, incident, incident_on, key, listen};
use serde_json::{Value, json};
use ureq::Agent;

#[test]
fn a_misspelled_message_finds_its_article_and_the_text_for_the_chat() {
    let console = Running::start();
    let page = console.get("/?q=buenas%20no%20me%20agarra%20el%20jipies%20en%20la%20visita");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<html lang=\"es-HN\">") && page.body.contains("<mark>"), "{}", page.body);
    assert!(page.body.contains("Copiar para el chat") && page.body.contains("\n1. "));
    let list = console.get("/buscar?q=jipies&servicio=gps");
    assert!(list.body.contains("/articulos/gps-") && !list.body.contains("<html"));
    let third = console.get("/buscar?q=jipies&nivel=3").body;
    assert!(third.contains("nivel 3") && !third.contains("nivel 1") && !third.contains("nivel 2"), "{third}");
    assert!(console.get("/buscar?q=xyzzy%20plugh").body.contains("No hay un artículo"));
    let first = list.between("href=\"", "\"").to_owned();
    let article = console.get(&first);
    assert_eq!((article.status, console.get("/articulos/no-hay").status, console.get("/articulos/..%2F..%2Fetc").status), (200, 404, 404));
    let picture = article.between("src=\"/dibujos/", "\"").to_owned();
    if !picture.is_empty() {
        let drawing = console.get(&format!("/dibujos/{picture}"));
        assert_eq!((drawing.status, drawing.header("content-type")), (200, "image/svg+xml"));
    }
    for hostile in ["/dibujos/..%2F..%2Fconsole.db", "/dibujos/%00", "/assets/..%2Fconsole.db", "/assets/console.rs"] {
        assert_eq!(console.get(hostile).status, 404, "{hostile}");
    }
}

#[test]
fn a_page_runs_no_script_but_the_consoles_own() {
    let console = Running::start();
    let page = console.get("/?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%20onfocus%3D%22x");
    assert!(!page.body.contains("<script>alert") && page.body.contains("&lt;script&gt;"), "{}", page.body);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!((page.header("x-content-type-options"), page.header("cache-control")), ("nosniff", "no-store"));
    for (name, kind) in [("console.css", "text/css"), ("console.js", "text/javascript"), ("htmx.js", "text/javascript")] {
        assert!(console.get(&format!("/assets/{name}")).header("content-type").starts_with(kind));
    }
    assert_eq!(console.get("/health").body, "ok\n");
}

#[test]
fn no_other_site_reaches_it() {
    let console = Running::start();
    let through = console.agent.get(format!("{}/casos", console.base)).header("x-forwarded-for", "10.0.0.9").call();
    assert_eq!(came(through).status, 403, "a proxy lets nobody in unasked");
    let asked = |host: &str| came(console.agent.get(format!("{}/", console.base)).header("host", host).call()).status;
    assert_eq!((asked("malo.example"), asked("localhost:8026")), (421, 200));
    let forged = console.agent.post(format!("{}/guia", console.base)).header("sec-fetch-site", "cross-site");
    assert_eq!(came(forged.send_form([("flujo", "gps")])).status, 403);
    let forged = console.agent.post(format!("{}/guia", console.base)).header("origin", "http://malo.example");
    assert_eq!(came(forged.send_form([("flujo", "gps")])).status, 403);
}

#[test]
fn from_elsewhere_it_is_reached_with_a_token_alone() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { address: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), dir: dir.path().to_owned() };
    let refused = serve(desk(), &options, |_| panic!("it listens"));
    assert!(matches!(refused, Err(ServeError::Unguarded(IpAddr::V4(_)))), "{refused:?}");
    let token = Store::open(dir.path()).unwrap().make_token("ana", TokenKind::Desk, NOW).unwrap();
    let (tell, told) = channel();
    thread::spawn(move || serve(desk(), &options, |address| tell.send(address).unwrap()).unwrap());
    let base = format!("http://127.0.0.1:{}", told.recv().unwrap().port());
    let agent: Agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    for path in ["/", "/casos", "/guia", "/avisos"] {
        let shut = came(agent.get(format!("{base}{path}")).call());
        assert_eq!((shut.status, shut.to.as_str()), (303, "/entrar"), "{path}");
    }
    let wrong = came(agent.post(format!("{base}/entrar")).send_form([("token", "bq_0")]));
    assert!(wrong.status == 200 && wrong.body.contains("no abre la consola") && wrong.header("set-cookie").is_empty());
    let entered = came(agent.post(format!("{base}/entrar")).send_form([("token", token.as_str())]));
    let cookie = entered.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let shown = came(agent.get(format!("{base}/casos")).header("cookie", cookie.split(';').next().unwrap()).call());
    assert_eq!(shown.status, 200);
    let app = Store::open(dir.path()).unwrap().make_token("campo", TokenKind::App, NOW).unwrap();
    let monitored = |token: &str| came(agent.get(format!("{base}/metrics")).header("authorization", format!("Bearer {token}")).call());
    assert_eq!(
        (came(agent.get(format!("{base}/metrics")).call()).status, monitored("bq_0").status, monitored(&app).status),
        (401, 401, 401)
    );
    assert!(monitored(&token).body.contains("baquiano_build_info"));
}

/// What a line of the metrics says; nothing when there is no such line.
fn metric(page: &str, name: &str) -> Option<f64> {
    page.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

#[test]
fn monitoring_counts_requests_deliveries_and_what_is_open_and_names_nobody() {
    let console = Running::start();
    let first = incident("no me agarra el gps, llame al 9999-1234");
    assert_eq!((console.deliver(&first).status, console.deliver(&first).status), (201, 200));
    console.deliver_as(&console.token, INCIDENT, &key(&first), &incident("otra cosa").to_json());
    console.deliver_as("bq_nada", INCIDENT, "a", b"{}");
    let _listening = console.agent.get(format!("{}/avisos", console.base)).call().unwrap();
    for path in ["/casos/MA-000001", "/casos/MA-000002", "/buscar?q=Ana%20Secreta", "/no/hay/tal/Secreta", "/api/Secreta"] {
        console.get(path);
    }
    let page = console.get("/metrics");
    assert_eq!((page.status, page.header("content-type")), (200, "text/plain; version=0.0.4; charset=utf-8"));
    let page = page.body;
    let of = |name: &str| metric(&page, name).unwrap_or_else(|| panic!("{name}: {page}"));
    for outcome in ["new", "known", "conflict", "refused"] {
        assert_eq!(of(&format!("baquiano_deliveries_total{{outcome=\"{outcome}\"}}")), 1.0);
    }
    let asked = |method: &str, route: &str, status: u16| {
        of(&format!("baquiano_request_duration_seconds_count{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"))
    };
    assert_eq!((asked("GET", "/casos/{number}", 200), asked("GET", "/casos/{number}", 404)), (1.0, 1.0));
    assert_eq!((asked("GET", "/buscar", 200), asked("GET", "none", 404), asked("POST", "/api/v1/incidents", 201)), (1.0, 1.0, 1.0));
    let level = first.classification().level;
    let open: Vec<f64> = (1..=3).map(|level| of(&format!("baquiano_incidents_open{{level=\"{level}\"}}"))).collect();
    assert_eq!((open[usize::from(level) - 1], open.iter().sum::<f64>()), (1.0, 1.0));
    assert_eq!(of("baquiano_pages_listening"), 1.0);
    let build = format!("baquiano_build_info{{version=\"{}\",knowledge=", env!("CARGO_PKG_VERSION"));
    assert!(of("baquiano_store_size_bytes") > 4096.0 && page.contains(&build), "{page}");
    for private in ["Secreta", "9999", "campo", "MA-0000", &console.token, &first.id().to_string()] {
        assert!(!page.contains(private), "{private}: {page}");
    }
    let elsewhere = console.agent.get(format!("{}/metrics", console.base)).header("host", "malo.example");
    assert_eq!(came(elsewhere.call()).status, 421);
}

#[test]
fn what_the_intake_does_not_know_is_told_as_a_program_is_told() {
    let console = Running::start();
    let contract = console.get("/api/v1/openapi.json").json();
    assert_eq!((contract["openapi"].as_str(), &contract), (Some("3.1.0"), &baquiano_console::openapi()));
    for path in ["/api/v1/incident", "/api/v1/incidents/%FF", "/api/v2/x/y"] {
        let request = console.agent.get(format!("{}{path}", console.base)).header("authorization", format!("Bearer {}", console.token));
        let told = came(request.call());
        assert!(matches!(told.status, 400 | 404) && told.header("content-type") == "application/problem+json", "{path}: {}", told.body);
    }
}

#[test]
fn a_guided_chat_leads_to_an_incident_that_is_worked_on_to_its_end() {
    let console = Running::start();
    let mut at = console.post("/guia", &[("flujo", "gps")]).to;
    assert!(at.starts_with("/guia/"), "{at}");
    let talk = at.clone();
    let first = console.get(&talk);
    assert!(first.body.contains("Para enviar al usuario") && first.body.contains("¿Por qué esta pregunta?"));
    // A page that was left open answers nothing.
    console.post(&talk, &[("hace", "responder"), ("dato", "no.such"), ("valor", "true")]);
    assert_eq!(console.get(&talk).body, first.body);
    let fact = first.between("name=\"dato\" value=\"", "\"").to_owned();
    assert_eq!(console.post(&talk, &[("hace", "responder"), ("dato", &fact), ("valor", "ninguna de esas")]).status, 422);
    console.post(&talk, &[("hace", "responder"), ("dato", &fact)]);
    assert_ne!(console.get(&talk).body, first.body);
    console.post(&talk, &[("hace", "atras")]);
    assert_eq!(console.get(&talk).body, first.body);
    for _ in 0..60 {
        let page = console.get(&talk);
        if page.body.contains("Registrar el caso") {
            break;
        }
        let (fact, remedy) = (page.between("name=\"dato\" value=\"", "\""), page.between("name=\"remedio\" value=\"", "\""));
        let form = if remedy.is_empty() { [("hace", "responder"), ("dato", fact)] } else { [("hace", "no-se-puede"), ("remedio", remedy)] };
        at = console.post(&talk, &form).to;
    }
    assert_eq!(at, talk);
    let filed = console.post(&format!("{talk}/caso"), &[]).to;
    assert_eq!(console.post(&format!("{talk}/caso"), &[]).to, filed, "a second click files nothing");
    let reference = filed.trim_start_matches("/casos/").to_owned();
    assert_eq!(reference, "MA-000001");
    assert!(console.get("/casos").body.contains(&reference));

    let page = console.get(&filed).body;
    assert!(page.contains("Tomar el caso") && !page.contains("Dar seguimiento"), "only what its phase leads to");
    assert_eq!(console.change(&reference, &[("fase", "follow-up")]).status, 422);
    assert_eq!(console.change(&reference, &[("nota", "es del GPS")]).status, 303);
    let seen = console.seen(&reference);
    assert_eq!(console.change(&reference, &[("fase", "investigating")]).status, 303);
    let late = console.post(&filed, &[("visto", &seen), ("nota", "lo vi antes")]);
    assert!(late.status == 422 && late.body.contains("Otra persona"), "{}", late.body);
    let kb = desk().knowledge();
    let area = kb.catalog().unwrap().areas.iter().find(|area| area.level == 2).unwrap();
    assert_eq!(console.change(&reference, &[("area", &area.id), ("nota", "llame al 9999-1234")]).status, 303);
    let page = console.get(&filed).body;
    assert!(page.contains("Pasa al nivel 2") && page.contains("[teléfono]") && !page.contains("9999-1234"));
    assert_eq!(console.change(&reference, &[("fase", "resolved")]).status, 422, "how it ended must be said");
    assert_eq!(console.change(&reference, &[("fase", "resolved"), ("codigo", "fixed"), ("nota", "encendió la ubicación")]).status, 303);
    assert_eq!(console.change(&reference, &[("fase", "closed")]).status, 303);
    assert!(!console.get("/casos").body.contains(&reference), "what is closed is no longer in the inbox");
    assert!(
        console.get("/casos?fase=todos").body.contains(&reference)
            && console.get("/casos?fase=todos&q=MA-000001").body.contains(&reference)
    );
    let paper = console.get(&format!("{filed}/imprimir"));
    assert!(paper.body.contains("Historia") && paper.body.contains("es del GPS"));
}

#[test]
fn what_a_phone_read_is_said_in_words() {
    let console = Running::start();
    let read =
        Told { fact: "location.enabled".parse().unwrap(), value: Some(false.into()), by: Source::Probe, question: None, answer: None };
    let mut draft = Draft::new(Origin::GuidedSession);
    draft.diagnosis = Some(Diagnosis {
        flow: "gps".to_owned(),
        version: "0123456789abcdef".to_owned(),
        through: Vec::new(),
        outcome: Outcome::Escalated,
        fault: None,
        fault_name: None,
        escalation: None,
        tried: Vec::new(),
        transcript: vec![read.clone()],
        missing: Vec::new(),
        withheld: Vec::new(),
    });
    console.deliver(&desk().register(draft).unwrap());
    let kb = desk().knowledge();
    let question = kb.facts().unwrap().iter().find(|fact| fact.id == read.fact).and_then(|fact| fact.question.as_deref()).unwrap();
    for page in ["/casos/MA-000001", "/casos/MA-000001/imprimir"] {
        assert!(console.get(page).body.contains(question), "{page}: {question}");
    }
}

#[test]
fn a_talk_shows_its_flow_with_the_place_lit_and_says_why() {
    let console = Running::start();
    let talk = console.post("/guia", &[("palabras", "soy 0801-1990-12345, no me agarra el gps")]).to;
    let answer = |fact: &str, value: &str| console.post(&talk, &[("hace", "responder"), ("dato", fact), ("valor", value)]).status;
    assert_eq!(answer("gps.shows", "searching"), 303);
    let asked = console.get(&talk).body;
    let flow = |page: &str| page.split_once("<svg").and_then(|(_, rest)| rest.split_once("</svg>")).map(|(svg, _)| svg.to_owned()).unwrap();
    let svg = flow(&asked);
    assert!(svg.contains("class=\"sign here\" id=\"aqui\"") && svg.contains("▶ ¿Está al aire libre"), "{svg}");
    assert!(svg.contains("<g class=\"out\">") && svg.contains("(descartado)"), "{svg}");
    // The policy allows none.
    assert!(!svg.contains("style"), "{svg}");
    assert!(asked.contains("Según lo que responda") && asked.contains("Causas que quedan") && asked.contains("Descartado ("));
    assert!(asked.contains("¿En qué le ayudamos?") && asked.contains("¿Qué pasa cuando quiere tomar el punto? Se queda buscando"));
    assert_eq!(answer("open_sky", "no"), 303);
    let to_do = console.get(&talk);
    let svg = flow(&to_do.body);
    assert!(svg.contains("class=\"fault here\"") && svg.contains("class=\"do here\"") && svg.contains("✓ ¿Está al aire libre"), "{svg}");
    let article = to_do.between("Es el remedio de: <strong><a href=\"", "\"").to_owned();
    assert_eq!(console.get(&article).status, 200, "{article}");
    let open = console.get("/guia").body;
    assert!(open.contains(&talk) && open.contains("soy [identidad], no me agarra el gps"), "{open}");
    console.post(&talk, &[("hace", "parar")]);
    assert!(!console.get("/guia").body.contains(&talk), "what is over doesn't wait");
}

#[test]
fn what_was_asked_is_asked_again_and_nothing_of_it_is_on_the_disk() {
    let console = Running::start();
    console.get("/?q=soy%200801-1990-12345%20y%20no%20me%20agarra%20el%20gps");
    console.get("/buscar?q=la%20foto%20sale%20negra");
    let recent = console.get("/buscar?q=").body;
    assert!(recent.contains("soy [identidad] y no me agarra el gps") && !recent.contains("1990") && !recent.contains("foto"), "{recent}");
    console.get("/articulos/gps-ubicacion-apagada?q=la%20foto%20sale");
    console.get("/buscar?q=la%20foto%20sale%20oscura&pedido=1");
    let recent = console.get("/").body;
    let place = |text: &str| recent.find(&format!("data-again=\"{text}\"")).unwrap_or_else(|| panic!("{text}: {recent}"));
    assert!(place("la foto sale oscura") < place("la foto sale") && place("la foto sale") < place("soy [identidad] y no me agarra el gps"));
    for file in std::fs::read_dir(console.dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(10).any(|part| part == b"foto sale " || part == b"1990-12345"));
    }
    let base = listen(console.dir.path());
    assert!(!came(console.agent.get(&base).call()).body.contains("data-again"), "a console that starts has none");
}

#[test]
fn articles_lead_to_their_flow_and_a_flow_to_its_articles() {
    let console = Running::start();
    let kb = desk().knowledge();
    for id in kb.article_ids() {
        let article = kb.article(&id.parse().unwrap()).unwrap().unwrap();
        let page = console.get(&format!("/articulos/{id}")).body;
        assert!(page.contains(&format!("name=\"flujo\" value=\"{}\"", article.service)), "{id}");
        for other in &article.related {
            assert!(page.contains(&format!("href=\"/articulos/{other}\"")), "{id} → {other}");
        }
    }
    let of_service = console.get("/?servicio=camara").body;
    assert!(of_service.contains("/articulos/camara-pantalla-negra\"") && !of_service.contains("/articulos/gps-"), "{of_service}");
    let of_app = console.get("/buscar?q=no+abre&app=renpi-movil").body;
    assert!(of_app.contains("/articulos/"), "{of_app}");
}

#[test]
fn an_incident_is_taken_once_whatever_comes_again() {
    let console = Running::start();
    let first = incident("no me toma la foto");
    let taken = console.deliver(&first);
    assert_eq!((taken.status, taken.json()["reference"].as_str()), (201, Some("MA-000001")));
    let again = console.deliver(&first);
    assert_eq!((again.status, again.json()), (200, taken.json()));
    let other = console.deliver_as(&console.token, INCIDENT, &key(&first), &incident("otra cosa").to_json());
    assert_eq!((other.status, other.header("content-type")), (422, "application/problem+json"));
    assert_eq!(console.told(&key(&first)).json(), json!({ "reference": "MA-000001", "phase": "classified", "state": "Clasificado" }));
    assert_eq!(console.told("0000").status, 404);

    // The desk and the phone change it at the same time.
    assert_eq!(console.change("MA-000001", &[("fase", "investigating")]).status, 303);
    let mut changed = first.clone();
    changed.change(Moment::new(NOW, 0), Change::note("app", "sigue igual en la casa 3")).unwrap();
    assert_eq!((console.deliver(&changed).status, console.deliver(&changed).status), (201, 200));
    let page = console.get("/casos/MA-000001").body;
    assert!(page.contains("sigue igual en la casa 3") && page.contains("En investigación"));
    assert_eq!(console.told(&key(&first)).json()["phase"], "investigating");
    assert!(console.get("/casos").body.contains("FSU RUP"));

    let receipt = json!({ "receipt": "r-1", "dropped": [] }).to_string();
    assert_eq!(console.deliver_as(&console.token, RECEIPT, "r-1", receipt.as_bytes()).status, 201);
    assert_eq!(console.told("r-1").json(), json!({}));
}

#[test]
fn what_is_no_incident_is_refused_with_its_reason() {
    let console = Running::start();
    let good = incident("no sincroniza");
    let body = good.to_json();
    assert_eq!(console.deliver_as("bq_nada", INCIDENT, "a", &body).status, 401);
    assert_eq!(console.deliver_as(&console.token, "text/plain", "a", &body).status, 415);
    assert_eq!(console.deliver_as(&console.token, INCIDENT, "a b", &body).status, 400);
    assert_eq!(console.deliver_as(&console.token, INCIDENT, "a", b"{").status, 400);
    let mut wrong: Value = serde_json::from_slice(&body).unwrap();
    wrong["classification"]["level"] = json!("dos, de Ana");
    let refused = console.deliver_as(&console.token, INCIDENT, "a", wrong.to_string().as_bytes());
    assert_eq!((refused.status, refused.json()["errors"][0]["pointer"].as_str()), (400, Some("/classification/level")));
    assert!(!refused.body.contains("Ana"), "{}", refused.body);
    let long = format!("{{\"x\": \"{}\"}}", "x".repeat(2 << 20));
    assert_eq!(console.deliver_as(&console.token, INCIDENT, "a", long.as_bytes()).status, 413);
    assert_eq!(console.told("a").status, 404, "nothing of it was kept");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&body).unwrap();
    let request =
        console.agent.post(format!("{}/api/v1/incidents", console.base)).header("authorization", format!("Bearer {}", console.token));
    let request = request.header("content-type", INCIDENT).header("idempotency-key", "a").header("content-encoding", "gzip");
    assert_eq!(came(request.send(&packed.finish().unwrap()[..])).status, 201);
    Store::open(console.dir.path()).unwrap().end_token("campo", NOW).unwrap();
    assert_eq!(console.told("a").status, 401);
}

/// Its answer comes before its body.
#[test]
fn the_body_of_a_stranger_is_not_read() {
    let console = Running::start();
    let mut stranger = TcpStream::connect(console.base.trim_start_matches("http://")).unwrap();
    let head = format!("POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bq_0\r\nContent-Type: {INCIDENT}\r\n");
    write!(stranger, "{head}Idempotency-Key: a\r\nContent-Length: 2000000\r\n\r\n").unwrap();
    let mut answer = String::new();
    BufReader::new(stranger).read_line(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

#[test]
fn what_a_stranger_wrote_is_redacted_before_it_is_kept() {
    let console = Running::start();
    let mut record: Value = serde_json::from_slice(&incident("no me agarra el gps").to_json()).unwrap();
    record["symptom"] = json!("llame al 9988-7766, soy 0801-1990-12345");
    assert_eq!(console.deliver_as(&console.token, INCIDENT, record["id"].as_str().unwrap(), record.to_string().as_bytes()).status, 201);
    let page = console.get("/casos/MA-000001").body;
    assert!(page.contains("[teléfono]") && page.contains("[identidad]") && !page.contains("7766"), "{page}");
    let receipt = json!({ "receipt": "r-1", "dropped": [{ "why": "age", "summary": "llame al 9988-7766" }] }).to_string();
    assert_eq!(console.deliver_as(&console.token, RECEIPT, "r-1", receipt.as_bytes()).status, 201);
    for file in std::fs::read_dir(console.dir.path()).unwrap().map(Result::unwrap).filter(|file| file.path().is_file()) {
        assert!(!std::fs::read(file.path()).unwrap().windows(9).any(|part| part == b"9988-7766"), "{:?}", file.path());
    }
}

#[cfg(unix)]
#[test]
fn the_store_and_its_copies_are_read_by_nobody_else() {
    use std::os::unix::fs::PermissionsExt as _;
    let console = Running::start();
    assert_eq!(console.deliver(&incident("no abre")).status, 201);
    let copy = console.dir.path().join("copia.db");
    Store::open(console.dir.path()).unwrap().back_up(&copy).unwrap();
    for name in ["console.db", "console.db-wal", "copia.db"] {
        let mode = std::fs::metadata(console.dir.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}

#[test]
fn an_open_page_hears_of_what_another_process_changes() {
    let console = Running::start();
    let open = console.agent.get(format!("{}/avisos", console.base)).call().unwrap();
    let mut heard = BufReader::new(open.into_body().into_reader());
    Store::open(console.dir.path()).unwrap().make_token("otra", TokenKind::App, NOW).unwrap();
    let mut line = String::new();
    heard.read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "event: cambio");
}

#[test]
fn the_same_cause_of_many_becomes_one() {
    let console = Running::start();
    let crash = |_: usize| {
        let mut draft = Draft::new(Origin::Automatic);
        draft.crash =
            Some(baquiano::incident::Crash::told("java.lang.IllegalStateException", "x", "at a.B.c(B.java:1)\nat a.B.d(B.java:2)", &[]));
        desk().register(draft).unwrap()
    };
    (0..3).for_each(|at| assert_eq!(console.deliver(&crash(at)).status, 201));
    let page = console.get("/casos/MA-000001").body;
    assert!(page.contains("Iguales y abiertos") && page.contains("MA-000003"), "{page}");
    assert_eq!(console.change("MA-000001", &[("unir", "MA-000002"), ("unir", "MA-000003")]).status, 303);
    assert!(!console.get("/casos/MA-000001").body.contains("Iguales y abiertos"));
    let joined = console.get("/casos/MA-000002").body;
    assert!(joined.contains("Cerrado") && joined.contains("Es el mismo que MA-000001"), "{joined}");
}

#[test]
fn the_list_is_a_file_in_which_nothing_is_a_formula() {
    let console = Running::start();
    for at in 0..60 {
        assert_eq!(
            console.deliver(&incident_on("=HYPERLINK(\"http://malo.example\")", &format!("no me agarra el gps, visita {at}"))).status,
            201
        );
    }
    let table = console.get("/casos.csv");
    assert!(table.header("content-type").starts_with("text/csv") && table.header("content-disposition").contains("casos.csv"));
    let cells: BTreeMap<String, csv::StringRecord> = csv::Reader::from_reader(table.body.trim_start_matches('\u{feff}').as_bytes())
        .into_records()
        .map(Result::unwrap)
        .map(|row| (row[0].to_owned(), row))
        .collect();
    assert_eq!((cells.len(), &cells["MA-000060"][7]), (60, "'=HYPERLINK(\"http://malo.example\")"));
    assert!(cells.values().all(|row| row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@']))));
    let listed = console.get("/casos.json?app=fsu-rup").json();
    let listed: BTreeSet<&str> = listed.as_array().unwrap().iter().map(|line| line["reference"].as_str().unwrap()).collect();
    assert!(listed.len() == 60 && listed.contains("MA-000001"), "{listed:?}");
    assert_eq!(console.get("/casos.json?app=renpi-movil").json(), json!([]));
}

#[test]
fn the_lead_sees_what_came_in_and_what_found_nothing() {
    let console = Running::start();
    for vendor in ["Samsung", "samsung", "<b>x</b>"] {
        assert_eq!(console.deliver(&incident_on(vendor, "no me agarra el gps")).status, 201);
    }
    console.change("MA-000001", &[("fase", "resolved"), ("codigo", "explained")]);
    console.get("/?q=xyzzy%20plugh%200801-1990-12345");
    console.get("/buscar?q=otra%20cosa%20rara%20plugh");
    let page = console.get("/resumen?semanas=4").body;
    for row in [
        "<th scope=\"row\">GPS y ubicación</th><td>3</td>",
        "<th scope=\"row\">samsung</th><td>2</td>",
        "<th scope=\"row\">Se explicó; no había daño</th><td>1</td>",
    ] {
        assert!(page.contains(row), "{row}: {page}");
    }
    assert!(page.contains("<svg") && !page.contains("<b>x") && page.contains("&lt;b&gt;x"), "{page}");
    assert!(page.contains("xyzzy plugh [identidad]") && !page.contains("1990") && !page.contains("otra cosa rara"), "{page}");
    assert!(console.get("/resumen?semanas=abc").status == 200);
}

#[test]
fn many_at_once_lose_nothing_and_double_nothing() {
    const PHONES: usize = 8;
    const EACH: usize = 15;
    let console = Running::start();
    thread::scope(|scope| {
        for phone in 0..PHONES {
            let console = &console;
            scope.spawn(move || {
                for at in 0..EACH {
                    let one = incident(&format!("no abre, caso {phone} {at}"));
                    let first = console.deliver(&one);
                    assert_eq!((first.status, console.deliver(&one).json()), (201, first.json()));
                }
            });
        }
    });
    let store = Store::open(console.dir.path()).unwrap();
    let copy = console.dir.path().join("copia.db");
    store.back_up(&copy).unwrap();
    assert!(matches!(store.back_up(&copy), Err(StoreError::Open { .. })), "a backup is never written over");
    let kept = rusqlite::Connection::open(&copy).unwrap();
    let numbers: Vec<i64> =
        kept.prepare("SELECT number FROM incident").unwrap().query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), PHONES * EACH);
    // A restored store is a store.
    let restored = tempfile::tempdir().unwrap();
    std::fs::copy(&copy, restored.path().join("console.db")).unwrap();
    let base = listen(restored.path());
    let found = came(console.agent.get(format!("{base}/casos?fase=todos")).call());
    assert!(found.body.contains(&format!("{} casos", PHONES * EACH)), "{}", found.body);
}

#[test]
fn a_token_is_kept_as_its_hash_and_a_newer_store_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let token = store.make_token("ana", TokenKind::Desk, NOW).unwrap();
    assert!(store.make_token("ana", TokenKind::Desk, NOW).is_err(), "one that opens isn't replaced unseen");
    assert_eq!(store.whose(&token, TokenKind::Desk).unwrap().as_deref(), Some("ana"));
    assert_eq!(store.whose(&token, TokenKind::App).unwrap(), None, "a technician's token delivers nothing");
    store.end_token("ana", NOW + 1).unwrap();
    assert!(matches!(store.end_token("ana", NOW + 1), Err(StoreError::Missing(_))));
    assert_eq!(store.whose(&token, TokenKind::Desk).unwrap(), None);
    assert!(store.make_token("ana", TokenKind::Desk, NOW).is_ok());
    drop(store);
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(token.len()).any(|part| part == token.as_bytes()));
    }
    let kept = rusqlite::Connection::open(dir.path().join("console.db")).unwrap();
    kept.pragma_update(None, "user_version", 99).unwrap();
    drop(kept);
    assert!(matches!(Store::open(dir.path()), Err(StoreError::TooNew { found: 99, .. })));
}
