//! What an app files by itself: bounded, redacted, and the same for the same cause.
//!
//! The fingerprint is made from the kind and the innermost frames, with what differs from run to run taken out: numbers, addresses, generated
//! names. The message isn't in it, since messages carry what differs. (Sentry groups by frames for the same reason.)

use sha2::{Digest, Sha256};

use super::draft::bounded;
use super::record::Crash;
use super::redact::Redaction;

/// Longest message, in bytes.
const LONGEST_MESSAGE: usize = 2000;
/// Most frames that are kept. Chosen: what lies deeper is the platform's own loop.
const MOST_FRAMES: usize = 60;
/// Longest frame, in bytes.
const LONGEST_FRAME: usize = 300;
/// Most breadcrumbs that are kept, the last ones.
const MOST_BREADCRUMBS: usize = 50;
/// Frames that the fingerprint looks at. Chosen: enough to tell two callers of a helper apart, few enough that the way there doesn't.
const FRAMES_OF_A_FINGERPRINT: usize = 8;

impl Crash {
    /// What an app tells of its failure, bounded and redacted. The stack is read a frame a line, as Java, Kotlin and Rust print it.
    pub fn told(kind: &str, message: &str, stack: &str, breadcrumbs: &[String]) -> Self {
        let redaction = Redaction::default();
        let bounded = |text: &str, most| bounded(redaction, text, most);
        let frames = stack.lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST_FRAMES);
        let last = breadcrumbs.len().saturating_sub(MOST_BREADCRUMBS);
        Self {
            kind: bounded(kind, LONGEST_FRAME),
            message: bounded(message, LONGEST_MESSAGE),
            stack: frames.map(|frame| bounded(frame, LONGEST_FRAME)).collect(),
            breadcrumbs: breadcrumbs.iter().skip(last).map(|crumb| bounded(crumb, LONGEST_FRAME)).collect(),
        }
    }

    /// What crashes with the same cause have in common.
    pub(super) fn fingerprint(&self) -> String {
        // Below a «Caused by» stands the cause: its frames count, as far as it has any.
        let cause = self.stack.iter().rposition(|line| line.starts_with("Caused by:")).unwrap_or(0);
        let cause = if self.stack[cause..].iter().any(|line| is_frame(line)) { cause } else { 0 };
        let frames = self.stack.iter().skip(cause).filter(|line| is_frame(line)).take(FRAMES_OF_A_FINGERPRINT);
        let frames: Vec<String> = frames.map(|frame| normalised(frame)).collect();
        let mut parts = vec!["crash".to_owned(), normalised(&self.kind)];
        // Without a stack the message is all there is.
        parts.extend(if frames.is_empty() { vec![normalised(&self.message)] } else { frames });
        fingerprint(&parts)
    }
}

/// Whether a line of a stack is a frame, and not a message between frames.
fn is_frame(line: &str) -> bool {
    line.starts_with("at ") || line.starts_with('#') || line.contains("::") || line.starts_with(|c: char| c.is_ascii_digit())
}

/// A text without what differs from run to run: numbers become `0`, so do hexadecimal addresses, and what the compiler generated.
fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii_digit() {
            let hex = c == '0' && chars.peek() == Some(&'x');
            while chars.peek().is_some_and(|next| next.is_ascii_digit() || hex && (next.is_ascii_hexdigit() || *next == 'x')) {
                chars.next();
            }
            out.push('0');
        } else {
            out.push(c);
        }
    }
    out
}

/// The first twelve bytes of the SHA-256 of parts, in hexadecimal.
pub(super) fn fingerprint(parts: &[String]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(message: &str, stack: &str) -> String {
        Crash::told("java.lang.IllegalStateException", message, stack, &[]).fingerprint()
    }

    #[test]
    fn the_same_cause_has_the_same_fingerprint_whatever_the_run() {
        let first = "at hn.ejemplo.Ficha$$Lambda$14.run(Ficha.java:112)\n\tat android.os.Looper.loop(Looper.java:223)";
        let second = "at hn.ejemplo.Ficha$$Lambda$9.run(Ficha.java:115)\r\n  at android.os.Looper.loop(Looper.java:201)\n";
        assert_eq!(of("ficha 81 no está", first), of("ficha 9123 no está", second));
        assert_ne!(of("", first), of("", "at hn.ejemplo.Hogar.run(Hogar.java:1)"));
        assert_ne!(of("sin red", ""), of("sin espacio", ""));
        assert_eq!(of("memoria en 0x7fe3a1b2", ""), of("memoria en 0x12", ""));
        assert_ne!(of("hoja 05a", ""), of("hoja 05b", ""));
        assert_ne!(of("hoja 5xa", ""), of("hoja 5xb", ""));
    }

    #[test]
    fn the_cause_counts_and_not_what_wrapped_it() {
        let cause = "Caused by: java.io.IOException: x\nat hn.ejemplo.Red.enviar(Red.java:5)";
        assert_eq!(of("", &format!("at a.B.c(B.java:1)\n{cause}")), of("", &format!("at d.E.f(E.java:1)\n{cause}")));
        let without_frames = "at a.B.c(B.java:1)\nCaused by: java.io.IOException: x";
        assert_eq!(of("una vez", without_frames), of("otra vez", without_frames));
    }

    #[test]
    fn a_flood_is_bounded() {
        let crash = Crash::told("k", &"m".repeat(1 << 20), &"at a.B.c(B.java:1)\n".repeat(100_000), &vec!["paso".to_owned(); 1000]);
        assert_eq!((crash.message.len(), crash.stack.len(), crash.breadcrumbs.len()), (LONGEST_MESSAGE, MOST_FRAMES, MOST_BREADCRUMBS));
    }
}
