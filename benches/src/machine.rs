//! Where and when a table was measured.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::engines;

/// The head of a report.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Header {
    /// The processor.
    pub cpu: String,
    /// How many of its cores this machine has.
    pub cores: usize,
    /// The operating system's kernel.
    pub kernel: String,
    /// The day, `YYYY-MM-DD`, UTC.
    pub date: String,
    /// The engines' versions.
    pub versions: Vec<String>,
    /// What could not be measured, and why.
    pub skipped: Vec<String>,
}

impl Header {
    /// Looks at this machine.
    pub fn look() -> Self {
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpuinfo.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(": "));
        let (mut versions, mut skipped) = (Vec::new(), Vec::new());
        for engine in engines::all() {
            match engine.version() {
                Ok(version) if versions.contains(&version) => {}
                Ok(version) => versions.push(version),
                Err(error) => skipped.push(format!("{}: {error}", engine.label())),
            }
        }
        let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            cpu: model.map_or("unknown", |(_, model)| model).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: kernel.trim().to_owned(),
            date: today(),
            versions,
            skipped,
        }
    }
}

fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date(seconds / 86_400)
}

/// The date of a day since 1970, by Hinnant's `civil_from_days`: eras of 400 years that begin in March.
fn date(days: u64) -> String {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_the_calendar_s() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_782), "2026-11-25");
    }
}
