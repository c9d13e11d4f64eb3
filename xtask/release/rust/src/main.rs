//! A program that has nothing but the two crates: finds an article and files a case.

use baquiano::HelpDesk;
use baquiano::incident::outbox::Policy;
use baquiano::incident::{Draft, Origin};
use baquiano::kb::pack::Pack;
use baquiano::search::Query;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let desk = HelpDesk::open(Pack::from_static(baquiano_kb::PACK)?)?.with_outbox("outbox", Policy::default())?;
    let answer = desk.search(&Query::new("no me agarra el jipies"))?;
    let hit = answer.hits.first().ok_or("nothing was found")?;
    let mut draft = Draft::new(Origin::App);
    draft.symptom = Some("no me deja enviar las fichas".to_owned());
    let filing = desk.file(draft)?;
    println!("{}\n{}", hit.id, filing.promise);
    Ok(())
}
