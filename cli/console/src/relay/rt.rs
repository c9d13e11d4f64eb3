//! Request Tracker 5, through its REST2 interface.
//!
//! What it answers isn't what it has done, so everything is read back. Found with 5.0.3: a change that it doesn't make is answered with 200 and a
//! sentence; a field that it doesn't have, or a value that isn't one of a field's, is dropped from a new ticket without a word; a date with a `T` in it sets
//! 1970; a key for idempotency is ignored; a name of a file beyond ASCII is kept damaged.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use ureq::http::{Response, StatusCode};
use ureq::typestate::WithBody;
use ureq::{Agent, Body, RequestBuilder};

use super::{Changed, Comment, Connector, ConnectorError, Mapping, NewTicket, Place, Ticket};
use crate::escaped;

/// Most bytes of an answer that are read. A page of tickets with their fields is some hundred KB.
const MOST: u64 = 8 << 20;
/// Tickets of a page: the most that it gives.
const A_PAGE: usize = 100;
/// Most pages of changes that are read at once.
const MOST_PAGES: usize = 200;
/// Most characters of an answer that are told.
const MOST_TOLD: usize = 300;

/// A Request Tracker.
#[derive(Debug)]
pub struct RequestTracker {
    agent: Agent,
    base: String,
    token: HeaderValue,
    /// The field that has an incident's id.
    id_field: String,
    queues: Vec<String>,
    fields: Vec<String>,
}

impl RequestTracker {
    /// The Request Tracker at `base` (`https://rt.example.org`), for whose user `authorization` speaks (`token 1-23-…`, as it shows it under «Auth Tokens»). The
    /// agent must give answers with an error's status as answers, and end a request that takes too long.
    pub fn new(agent: Agent, base: &str, authorization: HeaderValue, mapping: &Mapping) -> Self {
        Self {
            agent,
            base: format!("{}/REST/2.0", base.trim_end_matches('/')),
            token: authorization,
            id_field: mapping.id_field().to_owned(),
            queues: mapping.queues().map(ToOwned::to_owned).collect(),
            fields: mapping.fields.keys().cloned().collect(),
        }
    }

    fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, ConnectorError> {
        let request = self.agent.get(format!("{}{path}", self.base)).header(AUTHORIZATION, self.token.clone());
        read(request.query_pairs(query.iter().copied()).call())
    }

    fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, ConnectorError> {
        send(self.agent.post(format!("{}{path}", self.base)).header(AUTHORIZATION, self.token.clone()), body)
    }

    /// Changes a ticket, as far as it lets itself be changed: what it says of it is for people.
    fn put(&self, ticket: &str, body: &Value) -> Result<Value, ConnectorError> {
        send(self.agent.put(format!("{}/ticket/{ticket}", self.base)).header(AUTHORIZATION, self.token.clone()), body)
    }

    fn ticket(&self, ticket: &str) -> Result<Own, ConnectorError> {
        self.get(&format!("/ticket/{ticket}"), &[("fields", "Status,Queue,CustomFields,Due"), ("fields[Queue]", "Name")])
    }
}

/// A list of what was found.
#[derive(Debug, Deserialize)]
struct Found<T> {
    items: Vec<T>,
}

/// A name and what it has, as fields are told.
#[derive(Debug, Deserialize)]
struct Field {
    name: String,
    #[serde(default)]
    values: Vec<Value>,
}

/// A ticket as it is told.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Own {
    #[serde(rename = "id", default)]
    id: Value,
    #[serde(default)]
    status: String,
    queue: Option<Queue>,
    #[serde(default)]
    custom_fields: Vec<Field>,
    #[serde(default)]
    last_updated: String,
    #[serde(default)]
    due: String,
}

#[derive(Debug, Deserialize)]
struct Queue {
    #[serde(rename = "Name", default)]
    name: String,
}

impl Own {
    fn place(&self) -> Place {
        Place { queue: self.queue.as_ref().map(|queue| queue.name.clone()).unwrap_or_default(), status: self.status.clone() }
    }

    fn field(&self, name: &str) -> Option<String> {
        let field = self.custom_fields.iter().find(|field| field.name == name)?;
        field.values.first().map(text)
    }
}

/// A number or a text, as text: it tells ids as either.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

impl Connector for RequestTracker {
    fn check(&self) -> Result<(), ConnectorError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Has {
            #[serde(default)]
            ticket_custom_fields: Vec<Field>,
        }
        for queue in &self.queues {
            let has: Has = self.get(&format!("/queue/{}", escaped(queue)), &[]).map_err(|error| match error {
                ConnectorError::Refused(why) => {
                    ConnectorError::Refused(format!("there is no queue `{queue}`, or it may not be seen: {why}"))
                }
                other => other,
            })?;
            if let Some(missing) = self.fields.iter().find(|field| !has.ticket_custom_fields.iter().any(|own| own.name == **field)) {
                return Err(ConnectorError::Refused(format!("the queue `{queue}` has no custom field `{missing}`, or it may not be seen")));
            }
        }
        Ok(())
    }

    fn find(&self, id: &str) -> Result<Vec<Ticket>, ConnectorError> {
        // It becomes part of a query.
        if !id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
            return Err(ConnectorError::Refused(format!("`{id}` is no id of an incident")));
        }
        let query = format!("CF.{{{}}} = '{id}'", self.id_field);
        let found: Found<Own> = self.get("/tickets", &[("query", &query), ("orderby", "id"), ("order", "ASC"), ("per_page", "100")])?;
        Ok(found.items.iter().map(|own| text(&own.id)).collect())
    }

    fn create(&self, new: &NewTicket) -> Result<Ticket, ConnectorError> {
        let mut body = json!({
            "Queue": new.queue, "Subject": new.subject, "Content": new.text, "ContentType": "text/plain", "CustomFields": new.fields,
        });
        if let (Some(level), Some(body)) = (&new.service_level, body.as_object_mut()) {
            body.insert("SLA".to_owned(), json!(level));
        }
        let made: Own = self.post("/ticket", &body)?;
        let id = text(&made.id);
        if id.parse::<u64>().is_ok_and(|id| id > 0) { Ok(id) } else { Err(ConnectorError::NoAnswer("it gave no number".to_owned())) }
    }

    fn settle(&self, ticket: &str, new: &NewTicket) -> Result<Vec<String>, ConnectorError> {
        // Whatever has changed since the ticket was made; what is so already is no change there.
        let mut fields = json!({ "CustomFields": new.fields });
        if let (Some(level), Some(fields)) = (&new.service_level, fields.as_object_mut()) {
            fields.insert("SLA".to_owned(), json!(level));
        }
        self.put(ticket, &fields)?;
        let due = new.due_ms.and_then(|due| Timestamp::from_millisecond(due).ok());
        if let Some(due) = due {
            // In UTC, as its own texts have it; its rules for service levels would set another one when the ticket is made.
            self.put(ticket, &json!({ "Due": due.strftime("%Y-%m-%d %H:%M:%S").to_string() }))?;
        }
        let has = self.ticket(ticket)?;
        let mut missing: Vec<String> =
            new.fields.iter().filter(|(field, value)| has.field(field).as_ref() != Some(value)).map(|(field, _)| field.clone()).collect();
        if due.is_some_and(|due| has.due != due.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()) {
            missing.push("Due".to_owned());
        }
        Ok(missing)
    }

    fn merge(&self, ticket: &str, into: &str) -> Result<(), ConnectorError> {
        let told = self.put(ticket, &json!({ "MergeInto": into }))?;
        // One that was merged is shown as the one that it was merged into.
        if text(&self.ticket(ticket)?.id) == into { Ok(()) } else { Err(ConnectorError::Refused(short(&told.to_string()))) }
    }

    fn place(&self, ticket: &str) -> Result<Place, ConnectorError> {
        Ok(self.ticket(ticket)?.place())
    }

    fn bring(&self, ticket: &str, from: &Place, to: &Place, way: &[String]) -> Result<Place, ConnectorError> {
        let mut is = from.clone();
        if is.queue != to.queue {
            self.put(ticket, &json!({ "Queue": to.queue }))?;
            is = self.place(ticket)?;
        }
        // Straight first; then over what is on the way, as far as that goes.
        let steps = std::iter::once(&to.status).chain(way).chain(std::iter::once(&to.status));
        for status in steps {
            if is.status != to.status {
                self.put(ticket, &json!({ "Status": status }))?;
                is = self.place(ticket)?;
            }
        }
        Ok(is)
    }

    fn said(&self, ticket: &str) -> Result<Vec<String>, ConnectorError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Said {
            #[serde(rename = "Type", default)]
            kind: String,
            #[serde(default)]
            data: Option<String>,
        }
        let mut said = Vec::new();
        for page in 1..=MOST_PAGES {
            let query = [("fields", "Type,Data"), ("per_page", "100"), ("page", &page.to_string())];
            let found: Found<Said> = self.get(&format!("/ticket/{ticket}/history"), &query)?;
            let last = found.items.len() < A_PAGE;
            // The subject of a comment is told as its data, with a line's end.
            said.extend(found.items.into_iter().filter(|own| own.kind == "Comment").filter_map(|own| Some(own.data?.trim().to_owned())));
            if last {
                break;
            }
        }
        Ok(said)
    }

    fn say(&self, ticket: &str, comment: &Comment) -> Result<(), ConnectorError> {
        let files: Vec<Value> = comment
            .files
            .iter()
            .map(|file| json!({ "FileName": file.name, "FileType": file.media_type, "FileContent": file.base64 }))
            .collect();
        let body = json!({ "Subject": comment.mark, "Content": comment.text, "ContentType": "text/plain", "Attachments": files });
        let told: Value = self.post(&format!("/ticket/{ticket}/comment"), &body)?;
        if self.said(ticket)?.contains(&comment.mark) { Ok(()) } else { Err(ConnectorError::Refused(short(&told.to_string()))) }
    }

    fn changed(&self, since: Option<&str>) -> Result<(Vec<Changed>, Option<String>), ConnectorError> {
        // Newest first, and read until what was read before: its queries take dates in the zone of whoever asks.
        let query = format!("CF.{{{}}} IS NOT NULL", self.id_field);
        let (mut changed, mut until) = (Vec::new(), None);
        for page in 1..=MOST_PAGES {
            let asked = [
                ("query", query.as_str()),
                ("orderby", "LastUpdated"),
                ("order", "DESC"),
                ("fields", "Status,Queue,LastUpdated,CustomFields"),
                ("fields[Queue]", "Name"),
                ("per_page", "100"),
                ("page", &page.to_string()),
            ];
            let found: Found<Own> = self.get("/tickets", &asked)?;
            let last = found.items.len() < A_PAGE;
            if page == 1 {
                until = found.items.first().map(|own| own.last_updated.clone());
            }
            for own in found.items {
                // What changed in the same second may have changed after it was read.
                if since.is_some_and(|since| own.last_updated.as_str() < since) {
                    return Ok((changed, until));
                }
                let id = own.field(&self.id_field).unwrap_or_default();
                changed.push(Changed { ticket: text(&own.id), id, place: own.place() });
            }
            if last {
                break;
            }
        }
        Ok((changed, until))
    }
}

fn send<T: DeserializeOwned>(request: RequestBuilder<WithBody>, body: &Value) -> Result<T, ConnectorError> {
    read(request.header(CONTENT_TYPE, "application/json").send(body.to_string()))
}

fn read<T: DeserializeOwned>(came: Result<Response<Body>, ureq::Error>) -> Result<T, ConnectorError> {
    let mut answer = came.map_err(|error| ConnectorError::NoAnswer(short(&error.to_string())))?;
    let status = answer.status();
    let body =
        answer.body_mut().with_config().limit(MOST).read_to_vec().map_err(|error| ConnectorError::NoAnswer(short(&error.to_string())))?;
    let told = || {
        let said = serde_json::from_slice::<Value>(&body).ok().and_then(|body| body.get("message").map(text));
        short(&format!("{status}: {}", said.unwrap_or_default()))
    };
    match status {
        StatusCode::UNAUTHORIZED => Err(ConnectorError::Unauthorized(told())),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Err(ConnectorError::NoAnswer(told())),
        _ if status.is_client_error() => Err(ConnectorError::Refused(told())),
        // A page of a server before it isn't its answer.
        _ if status.is_success() => {
            serde_json::from_slice(&body).map_err(|error| ConnectorError::NoAnswer(short(&format!("not its own: {error}"))))
        }
        _ => Err(ConnectorError::NoAnswer(told())),
    }
}

fn short(text: &str) -> String {
    text.chars().take(MOST_TOLD).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
