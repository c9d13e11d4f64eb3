//! Every limit of the outbox, with where its number comes from.

/// Milliseconds in a minute, an hour and a day.
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// What the outbox keeps, and how long it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Most incidents that wait. Chosen: a worker files a few a week; 2,000 are two years without a signal, and the store stays below 10 MB.
    pub most: u64,
    /// Most bytes of bodies, compressed. Chosen: a hundredth of the storage of a 2 GB phone that is nearly full.
    pub most_bytes: u64,
    /// Days after which an incident that isn't urgent is given up. They are days in which the app ran, so that a clock that jumps gives nothing up. Chosen:
    /// a season of field work.
    pub days: u16,
    /// How long a sender has an incident for itself, in milliseconds. Chosen: above every usual time-out of a request (30 to 60 s).
    pub lease_ms: i64,
    /// The first waiting time after a failure, in milliseconds; it doubles with every further one. The wait is drawn between nothing and that («full jitter»,
    /// AWS Architecture Blog, 2015, which finds it the least work for the server).
    pub wait_ms: i64,
    /// The longest waiting time, in milliseconds. Chosen: who comes into a signal for an hour must not miss it.
    pub longest_wait_ms: i64,
    /// The longest time that a desk can ask for by `Retry-After`, in milliseconds.
    pub longest_asked_ms: i64,
    /// How long incidents with the same fingerprint that the app files by itself count as one, in milliseconds since the last.
    pub group_ms: i64,
    /// How often the desk is told that one goes on happening, in milliseconds.
    pub group_update_ms: i64,
    /// Most incidents with different fingerprints that the app may file by itself in an hour. Chosen: beyond it something is wrong with the app, and
    /// thirty examples say what.
    pub automatic_per_hour: u32,
    /// How long what was delivered is remembered, in days in which the app ran: as long as it may be reopened, and some.
    pub remembered_days: u16,
    /// How long after its delivery, or after something new was told of it, the desk is asked what became of an incident, in milliseconds; it doubles each
    /// time that nothing new is told. Chosen: the desk's most urgent cases are answered within the hour.
    pub ask_ms: i64,
    /// The longest that it isn't asked about one that goes on, in milliseconds. Chosen: who opens the app in the morning sees what the desk did yesterday.
    pub longest_ask_ms: i64,
    /// Most inquiries within [`Policy::ask_ms`]. Chosen: so many take some KB, and a phone that comes home with hundreds asks about the rest later.
    pub asks: u32,
    /// How long opening waits for another process that has the store open, in milliseconds.
    pub busy_ms: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            most: 2_000,
            most_bytes: 16 << 20,
            days: 120,
            lease_ms: 2 * MINUTE,
            wait_ms: 2_000,
            longest_wait_ms: HOUR,
            longest_asked_ms: DAY,
            group_ms: DAY,
            group_update_ms: HOUR,
            automatic_per_hour: 30,
            remembered_days: 60,
            ask_ms: 15 * MINUTE,
            longest_ask_ms: DAY,
            asks: 20,
            busy_ms: 2_000,
        }
    }
}

impl Policy {
    /// The longest wait after so many failures in a row.
    pub(super) fn wait_after(&self, failures: u32) -> i64 {
        doubled(self.wait_ms, failures.saturating_sub(1), self.longest_wait_ms)
    }

    /// How long the desk isn't asked about an incident after so many inquiries that told nothing new.
    pub(super) fn ask_after(&self, same: u32) -> i64 {
        doubled(self.ask_ms, same, self.longest_ask_ms)
    }

    pub(super) fn days_ms(days: u16) -> i64 {
        i64::from(days) * DAY
    }
}

fn doubled(wait: i64, times: u32, longest: i64) -> i64 {
    wait.saturating_mul(1_i64 << times.min(40)).clamp(0, longest)
}

/// The longest time that the app may not have run and still count as having run: what a clock jumps forward counts as one day at most.
pub(super) const LONGEST_TICK: i64 = DAY;
/// The window in which incidents that the app files by itself are counted.
pub(super) const RATE_WINDOW: i64 = HOUR;
