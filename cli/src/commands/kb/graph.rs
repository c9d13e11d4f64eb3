//! `baquiano kb graph`: a flow as a picture for the wall, and as Mermaid.

use std::fs;

use baquiano::diagnose::draw;

use super::super::flows;
use crate::args::{Drawing, Global, Graph};
use crate::failure::{Done, Failure};
use crate::files;
use crate::show::Screen;
use crate::texts::errors;

pub(super) fn run(screen: &Screen, global: &Global, args: &Graph) -> Result<Done, Failure> {
    let (chosen, facts) = flows::read(screen, global, args.flow.as_deref(), &args.trust)?;
    for flow in &chosen {
        let Some(dir) = &args.output else {
            let drawn = if args.format == Drawing::Svg { draw::svg(flow, &facts) } else { draw::mermaid(flow, &facts) };
            screen.write(|out| Ok(write!(out, "{drawn}")?))?;
            continue;
        };
        let refused = |error| Failure::Input(screen.lang.cannot_write(dir.display(), errors::io(screen.lang, &error)));
        fs::create_dir_all(dir).map_err(refused)?;
        for (ending, drawn) in [("svg", draw::svg(flow, &facts)), ("mmd", draw::mermaid(flow, &facts))] {
            files::write_atomically(screen, &dir.join(format!("{}.{ending}", flow.flow)), drawn.as_bytes())?;
        }
    }
    Ok(Done::Good)
}
