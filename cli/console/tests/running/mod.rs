//! A console that runs, and what asks it: what the tests over HTTP share.

#![allow(dead_code, reason = "each program of tests uses a part")]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;

use baquiano::HelpDesk;
use baquiano::incident::{AppVersion, Device, Draft, Incident, Origin};
use baquiano::kb::pack::Pack;
use baquiano_console::{Options, Store, TokenKind, serve};
use serde_json::Value;
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::Response;

pub(crate) const INCIDENT: &str = "application/vnd.baquiano.incident+json";
pub(crate) const RECEIPT: &str = "application/vnd.baquiano.receipt+json";
pub(crate) const NOW: i64 = 1_790_000_000_000;

pub(crate) fn desk() -> HelpDesk {
    HelpDesk::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap()
}

/// A console that runs, and a token of an app.
pub(crate) struct Running {
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) agent: Agent,
    pub(crate) dir: TempDir,
}

/// What came back: status, body, and where it leads.
pub(crate) struct Came {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) to: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Came {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// What stands between two texts, first.
    pub(crate) fn between(&self, before: &str, after: &str) -> &str {
        self.body.split_once(before).and_then(|(_, rest)| rest.split_once(after)).map_or("", |(found, _)| found)
    }
}

pub(crate) fn came(response: Result<Response<ureq::Body>, ureq::Error>) -> Came {
    let mut response = response.unwrap();
    let headers: Vec<(String, String)> =
        response.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned())).collect();
    let to = headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.clone()).unwrap_or_default();
    Came { status: response.status().as_u16(), body: response.body_mut().read_to_string().unwrap(), to, headers }
}

impl Running {
    pub(crate) fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let token = Store::open(dir.path()).unwrap().make_token("campo", TokenKind::App, NOW).unwrap();
        let base = listen(dir.path());
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        Self { base, token, agent, dir }
    }

    pub(crate) fn get(&self, path: &str) -> Came {
        came(self.agent.get(format!("{}{path}", self.base)).call())
    }

    pub(crate) fn post(&self, path: &str, form: &[(&str, &str)]) -> Came {
        came(self.agent.post(format!("{}{path}", self.base)).send_form(form.iter().copied()))
    }

    pub(crate) fn deliver_as(&self, token: &str, kind: &str, key: &str, body: &[u8]) -> Came {
        let request = self.agent.post(format!("{}/api/v1/incidents", self.base)).header("authorization", format!("Bearer {token}"));
        came(request.header("content-type", kind).header("idempotency-key", format!("\"{key}\"")).send(body))
    }

    pub(crate) fn deliver(&self, incident: &Incident) -> Came {
        self.deliver_as(&self.token, INCIDENT, &key(incident), &incident.to_json())
    }

    pub(crate) fn told(&self, key: &str) -> Came {
        let request = self.agent.get(format!("{}/api/v1/incidents/{key}", self.base));
        came(request.header("authorization", format!("Bearer {}", self.token)).call())
    }

    /// The revision that a page of an incident shows.
    pub(crate) fn seen(&self, reference: &str) -> String {
        self.get(&format!("/casos/{reference}")).between("name=\"visto\" value=\"", "\"").to_owned()
    }

    pub(crate) fn change(&self, reference: &str, form: &[(&str, &str)]) -> Came {
        let seen = self.seen(reference);
        let form: Vec<(&str, &str)> = [("visto", seen.as_str())].into_iter().chain(form.iter().copied()).collect();
        self.post(&format!("/casos/{reference}"), &form)
    }
}

pub(crate) fn listen(dir: &Path) -> String {
    let options = Options { address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), dir: dir.to_owned() };
    let (tell, told) = channel();
    thread::spawn(move || serve(desk(), &options, |address| tell.send(address).unwrap()).unwrap());
    format!("http://{}", told.recv().unwrap())
}

pub(crate) fn key(incident: &Incident) -> String {
    if incident.revision() == 0 { incident.id().to_string() } else { format!("{}-{}", incident.id(), incident.revision()) }
}

pub(crate) fn incident(words: &str) -> Incident {
    incident_on("samsung", words)
}

pub(crate) fn incident_on(vendor: &str, words: &str) -> Incident {
    let mut draft = Draft::new(Origin::App);
    draft.symptom = Some(words.to_owned());
    draft.app = Some(AppVersion { id: "fsu-rup".parse().unwrap(), version: Some("2.1".to_owned()), build: None });
    draft.device = Device { vendor: Some(vendor.to_owned()), ..Device::default() };
    desk().register(draft).unwrap()
}
