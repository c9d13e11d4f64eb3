//! `baquiano article`.

use baquiano::KnowledgeBase;
use baquiano::kb::{Article, ArticleId, SectionKind};

use crate::args::{Global, ShowArticle};
use crate::failure::{Done, Failure};
use crate::show::{self, Screen, clean};
use crate::{commands::search, open};

/// How alike an id must be to be offered (Jaro–Winkler): chosen, it takes in a slip or a forgotten word and little else.
const ALIKE: f64 = 0.85;
/// Most ids that are offered.
const MOST_OFFERED: usize = 3;

pub(crate) fn run(screen: &Screen, global: &Global, args: &ShowArticle) -> Result<Done, Failure> {
    let reader = search::reader(screen, &args.reader)?;
    let desk = open::desk(screen, global.kb.as_deref(), &args.trust.key)?;
    let kb = desk.knowledge();
    let mut article = find(screen, &kb, &args.id)?;
    if !args.reader.desk {
        article.body.sections.retain(|section| section.kind != SectionKind::Desk);
    }
    if global.json {
        screen.json(&article)?;
    } else {
        let catalog = kb.catalog().map_err(|error| screen.damaged(&error))?;
        screen.write(|out| show::article(out, screen, catalog, &article, &[], reader))?;
    }
    Ok(Done::Good)
}

fn find(screen: &Screen, kb: &KnowledgeBase, id: &str) -> Result<Article, Failure> {
    let known: Option<ArticleId> = id.parse().ok();
    let article = known.map(|id| kb.article(&id)).transpose().map_err(|error| screen.damaged(&error))?;
    article.flatten().ok_or_else(|| {
        let mut near: Vec<(f64, &str)> =
            kb.article_ids().map(|own| (strsim::jaro_winkler(own, id), own)).filter(|(alike, _)| *alike >= ALIKE).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let near: Vec<&str> = near.into_iter().take(MOST_OFFERED).map(|(_, own)| own).collect();
        let mut text = screen.lang.bad_article(clean(id));
        if !near.is_empty() {
            text = format!("{text} {}", screen.lang.near_articles(near.join(", ")));
        }
        Failure::Input(text)
    })
}
