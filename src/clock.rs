//! What the library can't know by itself: the time, and random numbers. Both are given at the door.

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

/// Where the library gets random numbers from: for ids, and for the jitter of waiting times.
pub trait Entropy: Send + Sync {
    /// Fills the bytes with random ones.
    fn fill(&self, bytes: &mut [u8]);
}

/// The random numbers of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // No system that Android runs on comes here. An id must still be made: time and address of the stack tell two apart.
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
            let mut state = now ^ (std::ptr::from_ref(bytes).cast::<u8>() as usize as u64).rotate_left(32) | 1;
            for byte in bytes {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                *byte = (state >> 32) as u8;
            }
        }
    }
}
