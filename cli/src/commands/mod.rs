//! What each command does.

mod article;
mod completions;
mod diagnose;
mod eval;
mod flows;
mod incident;
mod kb;
mod licences;
mod questions;
mod relay;
mod search;
mod serve;

use crate::args::{Cli, Command};
use crate::failure::{Done, Failure};
use crate::show::Screen;

/// Does what the command line says.
pub(crate) fn run(cli: Cli, screen: &Screen) -> Result<Done, Failure> {
    let global = cli.global;
    match cli.command {
        Command::Search(args) => search::run(screen, &global, args),
        Command::Article(args) => article::run(screen, &global, &args),
        Command::Diagnose(args) => diagnose::run(screen, &global, &args),
        Command::Incident(command) => incident::run(screen, &global, command),
        Command::Serve(args) => serve::run(screen, &global, &args),
        Command::Relay(args) => relay::run(screen, &global, &args),
        Command::Eval(args) => eval::run(screen, &global, &args),
        Command::Kb(command) => kb::run(screen, global, command),
        Command::Completions(args) => completions::run(screen, args.shell),
        Command::Licences => licences::run(screen, global.json),
    }
}
