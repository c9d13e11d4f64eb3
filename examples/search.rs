//! Opens the embedded knowledge base and answers one question with the steps of the best article.
//!
//! ```text
//! cargo run --release --example search -- no me agarra el jipies
//! ```

#![allow(clippy::print_stdout, reason = "a program that people run")]

use std::error::Error;

use baquiano::HelpDesk;
use baquiano::kb::pack::Pack;
use baquiano::kb::{Block, SectionKind};
use baquiano::search::Query;

fn main() -> Result<(), Box<dyn Error>> {
    let said: Vec<String> = std::env::args().skip(1).collect();
    let question = if said.is_empty() { "no me agarra el jipies".to_owned() } else { said.join(" ") };

    let desk = HelpDesk::open(Pack::from_static(baquiano_kb::PACK)?)?;
    let mut query = Query::new(question);
    // What is known of the phone ranks what fits it higher; it never hides an article.
    query.context.vendor = Some("samsung".to_owned());
    query.context.android = Some("13".to_owned());
    query.limit = 3;
    let answer = desk.search(&query)?;

    let Some(best) = answer.hits.first() else {
        println!("Nada responde a «{}». La mesa puede atender:", answer.query);
        desk.knowledge().catalog()?.services.iter().for_each(|service| println!("- {}", service.tile));
        return Ok(());
    };
    println!("{} ({:.0} % seguro)", best.title, answer.confidence * 100.0);
    let article = desk.article(&best.id)?.ok_or("el artículo que se encontró no está en el paquete")?;
    let steps = article.body.sections.iter().filter(|section| section.kind == SectionKind::Steps);
    for block in steps.flat_map(|section| &section.blocks) {
        match block {
            Block::Step { number, .. } => println!("{number}. {}", block.plain()),
            Block::Picture { .. } => {}
            other => println!("   {}", other.plain()),
        }
    }
    answer.hits.iter().skip(1).for_each(|hit| println!("También: {}", hit.title));
    Ok(())
}
