//! `baquiano licences`.

use serde_json::json;

use crate::failure::{Done, Failure};
use crate::show::Screen;

/// Of all that is linked into this program. Written by `cargo xtask licences`.
const TEXT: &str = include_str!("../licencias.txt");

pub(crate) fn run(screen: &Screen, as_json: bool) -> Result<Done, Failure> {
    if as_json {
        screen.json(&json!({ "licences": TEXT }))?;
    } else {
        screen.write(|out| Ok(out.write_all(TEXT.as_bytes())?))?;
    }
    Ok(Done::Good)
}
