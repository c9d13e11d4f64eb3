//! `baquiano incident send`: delivers what waits, over HTTP, and asks what became of what was delivered before.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use baquiano::incident::outbox::{Case, Delivery, Heard, HttpAnswer, Next, Outbox, OutboxError, Reply};
use baquiano::{Clock, SystemClock};
use serde_json::json;

use super::list;
use super::transport::{self, Message, Transport, TransportError};
use crate::args::{Global, SendIncidents};
use crate::failure::{Done, Failure};
use crate::files;
use crate::show::{Screen, clean};

/// How long an answer is waited for. Chosen: below a lease, so that nobody else sends the same meanwhile.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest file of a token, in bytes.
const MOST_TOKEN: u64 = 8 << 10;

/// What came of it.
#[derive(Debug, Default)]
struct Sent {
    accepted: usize,
    refused: usize,
    failed: usize,
    /// How long to wait for the rest, in milliseconds.
    wait_ms: Option<u64>,
    /// Why nothing is sent any more.
    paused: Option<String>,
    /// How many the desk was asked about, and those of which it told something new.
    asked: usize,
    news: Vec<Case>,
}

pub(super) fn run(screen: &Screen, global: &Global, args: &SendIncidents) -> Result<Done, Failure> {
    let token = token(screen, args.token_file.as_deref(), "BAQUIANO_TOKEN")?;
    let transport = Transport::new(&args.to, token.as_deref(), PATIENCE, args.allow_plain)
        .map_err(|error| Failure::Input(bad_address(screen, &error)))?;
    let outbox = super::open(screen, &args.outbox)?;
    let refused = |error: OutboxError| super::refused(screen, &error);
    if args.again {
        for case in outbox.cases().map_err(refused)?.into_iter().filter(|case| case.waiting > 0) {
            outbox.release(case.id).map_err(refused)?;
        }
    }
    if args.now || args.again {
        outbox.go_on().map_err(refused)?;
    }
    if args.now {
        outbox.inquire_now().map_err(refused)?;
    }
    let mut sent = deliver(screen, &outbox, &transport, Duration::from_secs(args.wait)).map_err(refused)?;
    ask(&outbox, &transport, &mut sent).map_err(refused)?;
    let all = outbox.cases().map_err(refused)?.iter().all(|case| case.waiting == 0);
    // The file is made smaller when there is nothing else to do.
    outbox.tidy().map_err(refused)?;
    told(screen, global, &sent, all)
}

/// The token in a file, or else in a variable of the environment.
pub(crate) fn token(screen: &Screen, file: Option<&Path>, variable: &str) -> Result<Option<String>, Failure> {
    Ok(match file {
        Some(path) => Some(files::read_text(screen, path, MOST_TOKEN)?.trim().to_owned()),
        None => std::env::var(variable).ok().filter(|token| !token.is_empty()),
    })
}

pub(crate) fn bad_address(screen: &Screen, error: &TransportError) -> String {
    let lang = screen.lang;
    match error {
        TransportError::Address(base) => lang.bad_address(clean(base)),
        TransportError::Plain(base) => lang.plain_address(clean(base)),
        TransportError::Credentials => lang.address_with_secret(),
        TransportError::Token => lang.bad_token(),
    }
}

fn deliver(screen: &Screen, outbox: &Outbox, transport: &Transport, patience: Duration) -> Result<Sent, OutboxError> {
    let until = Instant::now() + patience;
    let mut sent = Sent::default();
    loop {
        match outbox.next_delivery()? {
            Next::Nothing => return Ok(Sent { wait_ms: None, ..sent }),
            Next::Paused(why) => return Ok(Sent { paused: Some(why), ..sent }),
            Next::Wait(ms) => {
                let wait = Duration::from_millis(ms);
                if Instant::now() + wait > until {
                    return Ok(Sent { wait_ms: Some(ms), ..sent });
                }
                sleep(wait);
            }
            Next::Send(delivery) => {
                let reply = reply_to(screen, transport, &delivery);
                match &reply {
                    Reply::Accepted { .. } => sent.accepted += 1,
                    Reply::Rejected { .. } => sent.refused += 1,
                    Reply::Retry { .. } | Reply::Denied { .. } => sent.failed += 1,
                }
                match outbox.report_delivery(delivery.lease, reply) {
                    // Somebody else has it by now, and will report.
                    Ok(()) | Err(OutboxError::LeaseLost) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
}

fn reply_to(screen: &Screen, transport: &Transport, delivery: &Delivery) -> Reply {
    let message = Message { key: &delivery.key, content_type: delivery.content_type, body: &delivery.body, ask_first: delivery.ask_first };
    match transport.send(&message) {
        transport::Reply::Answer(answer) => Reply::of_answer(&as_it_came(&answer), SystemClock.now_ms()),
        transport::Reply::NoAnswer(why) => Reply::no_answer(&screen.lang.no_answer(why)),
        transport::Reply::NotSent(why) => Reply::not_sent(&screen.lang.nobody_there(why)),
    }
}

/// Asks what became of what was delivered before. What can't be heard now is asked another time.
fn ask(outbox: &Outbox, transport: &Transport, sent: &mut Sent) -> Result<(), OutboxError> {
    while let Some(inquiry) = outbox.next_inquiry()? {
        let heard = match transport.ask(&inquiry.key) {
            transport::Reply::Answer(answer) => Heard::of_answer(&as_it_came(&answer), SystemClock.now_ms()),
            transport::Reply::NoAnswer(_) | transport::Reply::NotSent(_) => Heard::no_answer(),
        };
        sent.asked += 1;
        if outbox.report_inquiry(inquiry.incident, heard)? {
            sent.news.extend(outbox.case(inquiry.incident)?);
        }
    }
    Ok(())
}

fn as_it_came(answer: &transport::Answer) -> HttpAnswer<'_> {
    let transport::Answer { status, retry_after, content_type, body } = answer;
    HttpAnswer { status: *status, retry_after: retry_after.as_deref(), content_type: content_type.as_deref(), body }
}

fn told(screen: &Screen, global: &Global, sent: &Sent, all: bool) -> Result<Done, Failure> {
    let lang = screen.lang;
    if global.json {
        screen.json(&json!({
            "accepted": sent.accepted,
            "refused": sent.refused,
            "failed": sent.failed,
            "wait_ms": sent.wait_ms,
            "paused": sent.paused,
            "asked": sent.asked,
            "news": sent.news.iter().map(list::told).collect::<Vec<_>>(),
        }))?;
    } else {
        screen.write(|out| {
            writeln!(out, "{}", lang.sent(sent.accepted, sent.refused, sent.failed))?;
            if let Some(why) = &sent.paused {
                writeln!(out, "{}", lang.paused(clean(why)))?;
            }
            if let Some(ms) = sent.wait_ms {
                writeln!(out, "{}", lang.rest_waits(ms.div_ceil(1000)))?;
            }
            if !sent.news.is_empty() {
                writeln!(out, "{}", lang.news())?;
            }
            for case in &sent.news {
                writeln!(out, "{}", list::line(screen, case))?;
            }
            Ok(())
        })?;
    }
    let all = all && sent.refused == 0 && sent.paused.is_none() && sent.wait_ms.is_none();
    Ok(if all { Done::Good } else { Done::Finding })
}
