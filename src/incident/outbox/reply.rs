//! What a sender says came of a delivery, and what an HTTP answer means. One table, for every sender.

use serde_json::Value;

/// Most characters of a problem that are kept: it is shown in one paragraph.
const PROBLEM: usize = 300;
/// Most characters of a reference, a phase or a state. Chosen: a state is shown in one line.
const WORD: usize = 64;

/// An answer over HTTP, as it came.
#[derive(Debug, Clone, Copy)]
pub struct HttpAnswer<'a> {
    /// The status code.
    pub status: u16,
    /// When to try again, as it was said: seconds or a date.
    pub retry_after: Option<&'a str>,
    /// The content's type.
    pub content_type: Option<&'a str>,
    /// The body, or as much of it as the sender reads.
    pub body: &'a [u8],
}

/// What came of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The desk has it.
    Accepted {
        /// The desk's number for it.
        reference: Option<String>,
    },
    /// The desk will never take it as it is. It is kept, and shown.
    Rejected {
        /// Why, in the desk's words.
        why: String,
    },
    /// Not now.
    Retry {
        /// How long the desk asks to wait, in milliseconds.
        after_ms: Option<i64>,
        /// Whether it is certain that the desk hasn't taken it: it said so, or nothing was sent. Else it may have it all the same, and is asked before
        /// anything is sent again.
        answered: bool,
        /// Why.
        why: String,
    },
    /// The desk doesn't let this sender in. Nothing is sent until [`Outbox::go_on`](super::Outbox::go_on).
    Denied {
        /// Why.
        why: String,
    },
}

impl Reply {
    /// What an HTTP answer means.
    ///
    /// | status | means |
    /// | --- | --- |
    /// | 2xx | accepted |
    /// | 401, 403 | denied: everything pauses, and that is shown |
    /// | 408, 425, 429, 5xx | retry, after what `Retry-After` says (seconds or a date) |
    /// | 1xx, 3xx | retry: that wasn't the desk, but something on the way |
    /// | other 4xx | rejected: kept and shown, never deleted |
    pub fn of_http(status: u16, retry_after: Option<&str>, reference: Option<&str>, problem: Option<&str>, now_ms: i64) -> Self {
        let why = || {
            let problem = problem.map(|problem| format!(": {}", clean(problem, PROBLEM)));
            format!("HTTP {status}{}", problem.unwrap_or_default())
        };
        match status {
            200..=299 => Self::Accepted { reference: reference.map(|reference| clean(reference, WORD)) },
            401 | 403 => Self::Denied { why: why() },
            408 | 425 | 429 | 100..=199 | 300..=399 | 500.. => {
                Self::Retry { after_ms: retry_after.and_then(|after| wait_of(after, now_ms)), answered: true, why: why() }
            }
            _ => Self::Rejected { why: why() },
        }
    }

    /// What an HTTP answer with its body means: as [`Reply::of_http`], with what the desk says in the body. An answer that says that all is well and isn't JSON
    /// comes from no desk: portals of networks say so, too, and keep nothing.
    pub fn of_answer(answer: &HttpAnswer<'_>, now_ms: i64) -> Self {
        Self::of_told(answer, answer.told().as_ref(), now_ms)
    }

    /// The same, with what the body says.
    fn of_told(answer: &HttpAnswer<'_>, told: Option<&Value>, now_ms: i64) -> Self {
        if matches!(answer.status, 200..=299) && told.is_none() {
            return Self::no_answer(&format!("HTTP {}: contestó algo que no es la mesa", answer.status));
        }
        let said = |name: &str| said(told, name);
        let problem: Vec<&str> = if answer.status < 400 { Vec::new() } else { said("title").into_iter().chain(said("detail")).collect() };
        let problem = Some(problem.join(": ")).filter(|problem| !problem.is_empty());
        Self::of_http(answer.status, answer.retry_after, said("reference"), problem.as_deref(), now_ms)
    }

    /// No answer came: a time-out, a connection that broke.
    pub fn no_answer(why: &str) -> Self {
        Self::Retry { after_ms: None, answered: false, why: clean(why, PROBLEM) }
    }

    /// Nothing was sent: no network, nobody at the address.
    pub fn not_sent(why: &str) -> Self {
        Self::Retry { after_ms: None, answered: true, why: clean(why, PROBLEM) }
    }
}

/// What came of an inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The desk has it.
    Told {
        /// The desk's number for it.
        reference: Option<String>,
        /// Where in its life it is, as [`Phase`](crate::incident::Phase) is written, or in a word that isn't known here; none: the desk doesn't tell, and
        /// what was told before holds.
        phase: Option<String>,
        /// The phase in words, for the user; none: those of the phase.
        state: Option<String>,
    },
    /// The desk has nothing to tell of it.
    Nothing,
    /// It couldn't be asked.
    Failed {
        /// How long the desk asks to wait, in milliseconds.
        after_ms: Option<i64>,
    },
}

impl Heard {
    /// What an HTTP answer to an inquiry means: as [`Reply::of_answer`], but nothing that an answer says stops deliveries.
    pub fn of_answer(answer: &HttpAnswer<'_>, now_ms: i64) -> Self {
        let told = answer.told();
        match Reply::of_told(answer, told.as_ref(), now_ms) {
            Reply::Accepted { reference } => {
                let word = |name| said(told.as_ref(), name).map(|said| clean(said, WORD).trim().to_owned()).filter(|said| !said.is_empty());
                Self::Told { reference, phase: word("phase"), state: word("state") }
            }
            Reply::Rejected { .. } => Self::Nothing,
            Reply::Retry { after_ms, .. } => Self::Failed { after_ms },
            Reply::Denied { .. } => Self::Failed { after_ms: None },
        }
    }

    /// No answer came.
    pub fn no_answer() -> Self {
        Self::Failed { after_ms: None }
    }
}

impl HttpAnswer<'_> {
    /// What its body says, if it is a desk's.
    fn told(&self) -> Option<Value> {
        let is_json = self.content_type.is_some_and(|kind| kind.contains("json"));
        Some(self.body).filter(|_| is_json).and_then(|body| serde_json::from_slice::<Value>(body).ok()).filter(Value::is_object)
    }
}

fn said<'t>(told: Option<&'t Value>, name: &str) -> Option<&'t str> {
    told?.get(name)?.as_str().filter(|said| !said.is_empty())
}

/// Somebody else's text, fit to be kept and shown: a terminal would obey its control characters, and a screen those that turn the direction of writing.
fn clean(text: &str, most: usize) -> String {
    let harmful = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().take(most).map(|c| if harmful(c) { ' ' } else { c }).collect()
}

/// The wait that a `Retry-After` asks for, in milliseconds: whole seconds, or a date (RFC 9110, 10.2.3). None when it is neither.
fn wait_of(after: &str, now_ms: i64) -> Option<i64> {
    let after = after.trim();
    if !after.is_empty() && after.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than a number has are a long time.
        return Some(after.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(1000));
    }
    let date = jiff::fmt::rfc2822::parse(after).ok()?;
    Some(date.timestamp().as_millisecond().saturating_sub(now_ms).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_desks_only_if_it_is_json() {
        let answer = |status, content_type, body: &str| {
            let answer = HttpAnswer { status, retry_after: Some("7"), content_type: Some(content_type), body: body.as_bytes() };
            Reply::of_answer(&answer, 0)
        };
        let accepted = |reference: Option<&str>| Reply::Accepted { reference: reference.map(ToOwned::to_owned) };
        assert_eq!(answer(201, "application/json", r#"{"reference": "MA-7"}"#), accepted(Some("MA-7")));
        assert_eq!(answer(201, "application/json; charset=utf-8", "{}"), accepted(None));
        for (kind, body) in [("text/html", "<p>Bienvenido</p>"), ("application/json", "[]"), ("application/json", "{")] {
            assert!(matches!(answer(200, kind, body), Reply::Retry { answered: false, .. }), "{kind} {body}");
        }
        let told = answer(400, "application/problem+json", "{\"title\": \"No se lee\", \"detail\": \"falta\\u001b[2J id\"}");
        assert_eq!(told, Reply::Rejected { why: "HTTP 400: No se lee: falta [2J id".to_owned() });
        let limited = answer(429, "text/plain", "");
        assert!(matches!(limited, Reply::Retry { after_ms: Some(7000), answered: true, .. }));
    }

    #[test]
    fn an_inquiry_is_answered_by_a_desk_or_tried_later() {
        let answer = |status, retry_after, content_type, body: &str| {
            Heard::of_answer(&HttpAnswer { status, retry_after, content_type: Some(content_type), body: body.as_bytes() }, 0)
        };
        let json = |body: &str| answer(200, None, "application/json", body);
        let told = |reference: Option<&str>, phase: Option<&str>, state: Option<&str>| {
            let owned = |word: Option<&str>| word.map(ToOwned::to_owned);
            Heard::Told { reference: owned(reference), phase: owned(phase), state: owned(state) }
        };
        let closed = r#"{"reference": "MA-1", "phase": "closed", "state": "Cerrado", "by": ["later", {"version": 2}]}"#;
        assert_eq!(json(closed), told(Some("MA-1"), Some("closed"), Some("Cerrado")));
        assert_eq!(json(r#"{"reference": "MA-1"}"#), told(Some("MA-1"), None, None));
        assert_eq!(json(r#"{"phase": 5, "state": ["Cerrado"], "reference": null}"#), told(None, None, None));
        assert_eq!(json(r#"{"phase": "on-hold", "state": " "}"#), told(None, Some("on-hold"), None));
        let Heard::Told { state: Some(state), .. } =
            json(&format!("{{\"phase\": \"closed\", \"state\": \"Cerr\\u001b[2J\\u202eado{}\"}}", "x".repeat(9000)))
        else {
            panic!()
        };
        assert!(state.starts_with("Cerr [2J ado") && state.chars().count() <= WORD, "{state}");
        for status in [404, 400, 405, 410] {
            assert_eq!(answer(status, None, "application/problem+json", "{}"), Heard::Nothing, "{status}");
        }
        for status in [401, 403, 500, 302] {
            assert_eq!(answer(status, None, "application/json", "{}"), Heard::no_answer(), "{status}");
        }
        assert_eq!(answer(429, Some("60"), "text/plain", ""), Heard::Failed { after_ms: Some(60_000) });
        assert_eq!(answer(200, None, "text/html", "<p>Bienvenido</p>"), Heard::no_answer());
    }

    #[test]
    fn each_answer_means_one_thing() {
        let reply = |status| Reply::of_http(status, None, None, None, 0);
        for status in [200, 201, 202, 204] {
            assert!(matches!(reply(status), Reply::Accepted { .. }), "{status}");
        }
        for status in [408, 425, 429, 500, 502, 503, 504, 599, 302, 307, 101] {
            assert!(matches!(reply(status), Reply::Retry { answered: true, .. }), "{status}");
        }
        for status in [400, 404, 405, 409, 410, 413, 415, 422, 451, 0] {
            assert!(matches!(reply(status), Reply::Rejected { .. }), "{status}");
        }
        for status in [401, 403] {
            assert!(matches!(reply(status), Reply::Denied { .. }), "{status}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_nothing_else() {
        // 1994-11-06 08:49:37 UTC, the example of RFC 9110.
        let now = 784_111_777_000;
        for (written, wait) in [
            ("120", Some(120_000)),
            (" 0 ", Some(0)),
            ("99999999999999999999", Some(i64::MAX)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60_000)),
            ("Sun, 06 Nov 1994 08:40:37 GMT", Some(0)),
            ("mañana", None),
            ("-5", None),
            ("1.5", None),
            ("", None),
        ] {
            assert_eq!(wait_of(written, now), wait, "{written}");
        }
    }
}
