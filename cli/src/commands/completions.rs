//! `baquiano completions`.

use clap::CommandFactory;
use clap_complete::{Generator, shells};

use crate::args::{Cli, Shell};
use crate::failure::{Done, Failure};
use crate::show::Screen;
use crate::texts::help;

pub(crate) fn run(screen: &Screen, shell: Shell) -> Result<Done, Failure> {
    let mut command = help::localized(Cli::command(), screen.lang, screen.width);
    command.set_bin_name("baquiano");
    command.build();
    screen.write(|out| {
        match shell {
            Shell::Bash => shells::Bash.try_generate(&command, out),
            Shell::Zsh => shells::Zsh.try_generate(&command, out),
            Shell::Fish => shells::Fish.try_generate(&command, out),
        }?;
        Ok(())
    })?;
    Ok(Done::Good)
}
