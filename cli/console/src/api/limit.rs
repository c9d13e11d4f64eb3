//! How much a token may ask for: a bucket of tickets for each, that fills up again.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Requests at once. Chosen: an app that was in the village for a month delivers some hundred incidents when it comes home, each with a question before it.
const BURST: f64 = 600.0;
/// Requests a second, in the long run. Chosen: two hundred phones behind one token, each with a delivery every twenty seconds.
const A_SECOND: f64 = 10.0;

/// The buckets of all tokens: how many tickets each had, and when.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<BTreeMap<String, (f64, Instant)>>);

impl Limits {
    /// Takes a ticket; or says how long until there is one.
    pub(crate) fn admit(&self, name: &str, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (had, at) = buckets.get(name).copied().unwrap_or((BURST, now));
        let has = (had + now.saturating_duration_since(at).as_secs_f64() * A_SECOND).min(BURST);
        if has < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - has) / A_SECOND));
        }
        buckets.insert(name.to_owned(), (has - 1.0, now));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again_and_no_other_is_touched() {
        let (limits, now) = (Limits::default(), Instant::now());
        assert!((0..BURST as u32).all(|_| limits.admit("a", now).is_ok()));
        let wait = limits.admit("a", now).err();
        assert_eq!(wait.map(|wait| wait.as_millis()), Some(100));
        assert!(limits.admit("b", now).is_ok());
        assert!(limits.admit("a", now + Duration::from_millis(101)).is_ok());
        assert!(limits.admit("a", now + Duration::from_millis(101)).is_err());
    }
}
