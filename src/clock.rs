use std::time::{SystemTime, UNIX_EPOCH};

/// Where the library gets the time from, so that tests and replays are exact.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01 00:00 UTC.
    fn now_ms(&self) -> i64;
}

/// The clock of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since = |time: SystemTime| {
            time.duration_since(UNIX_EPOCH).map_or_else(|e| -(e.duration().as_millis() as i128), |d| d.as_millis() as i128)
        };
        i64::try_from(since(SystemTime::now())).unwrap_or(i64::MAX)
    }
}
