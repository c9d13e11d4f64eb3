//! Reports to file: what the outbox keeps, and what apps deliver.

use std::io::Write as _;

use baquiano::incident::{Crash, Draft, Incident, Origin, Rules};
use baquiano::kb::pack::Pack;
use baquiano::{HelpDesk, SystemClock, SystemEntropy};

use crate::Result;
use crate::corpus::SEED;
use crate::rng::Rng;

/// Reports as they come: words, numbers, frames, a log.
///
/// # Errors
/// What the knowledge base says.
pub fn reports(count: usize) -> Result<Vec<Incident>> {
    let desk = HelpDesk::open(Pack::from_static(baquiano_kb::PACK)?)?;
    let rules = Rules::new(desk.knowledge().catalog()?)?;
    let mut reports = Vec::with_capacity(count);
    for number in 0..count {
        let mut rng = Rng::new(SEED, number as u64);
        let word = |rng: &mut Rng| (0..3 + rng.below(7)).map(|_| char::from(b'a' + rng.below(26) as u8)).collect::<String>();
        let mut draft = Draft::new(Origin::App);
        let text: Vec<String> = (0..30).map(|_| word(&mut rng)).collect();
        draft.symptom = Some(text.join(" "));
        draft.service = "gps".parse().ok();
        let frames: Vec<String> = (0..18)
            .map(|_| format!("at hn.ejemplo.{}.{}({}.kt:{})", word(&mut rng), word(&mut rng), word(&mut rng), rng.below(900)))
            .collect();
        draft.crash = Some(Crash::told("Falla", &word(&mut rng), &frames.join("\n"), &[]));
        draft.log = (0..14)
            .map(|line| (1_795_710_000_000 + line, format!("{} {} {}", word(&mut rng), word(&mut rng), rng.below(100_000))))
            .collect();
        draft.impact = Some(1 + (number % 3) as u8);
        reports.push(draft.register(&rules, &SystemClock, &SystemEntropy));
    }
    Ok(reports)
}

/// A report as it is delivered: JSON in gzip.
pub fn packed(incident: &Incident) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing into memory doesn't fail.
    _ = packer.write_all(&incident.to_json());
    packer.finish().unwrap_or_default()
}
