//! From the arguments of the process to [`Cli`]; help and mistakes in the user's language.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser};

use crate::args::Cli;
use crate::show::{Screen, clean};
use crate::texts::{Lang, errors, help};

/// The parsed command line, or the exit code after help was shown or a mistake was told.
pub(crate) fn parse() -> Result<Cli, u8> {
    let args: Vec<OsString> = std::env::args_os().collect();
    // The texts of help and errors are put in only now that they are needed: the usual run does without.
    Cli::try_parse_from(&args).or_else(|_| again(&args))
}

fn again(args: &[OsString]) -> Result<Cli, u8> {
    let lang = language(args);
    let screen = Screen::of(lang);
    let mut command = help::localized(Cli::command(), lang, screen.width);
    let error = match command.try_get_matches_from_mut(args).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => return Ok(cli),
        Err(error) => error,
    };
    let told = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = translated(lang, &screen.styled(&error.render()));
            screen.write(|out| Ok(out.write_all(text.as_bytes())?)).map(|()| 0)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            screen.complain_as_is(&translated(lang, &screen.styled_for_errors(&error.render())));
            Ok(2)
        }
        _ => {
            let more = lang.pick("Para ver cómo se usa: baquiano --help", "To see how it is used: baquiano --help");
            screen.complain(&format!("{}\n{more}", clean(&errors::usage(lang, &error))));
            Ok(2)
        }
    };
    Err(told.unwrap_or_else(|failure| failure.code()))
}

/// clap's own placeholder for options is English.
fn translated(lang: Lang, help: &str) -> String {
    lang.pick(help.replace("[OPTIONS]", "[OPCIONES]"), help.to_owned())
}

/// The language that the arguments ask for, as far as it can be told of arguments that don't parse.
fn language(args: &[OsString]) -> Lang {
    let words: Vec<&str> = args.iter().skip(1).map(|arg| arg.to_str().unwrap_or_default()).take_while(|arg| *arg != "--").collect();
    let english = words.contains(&"--lang=en") || words.windows(2).any(|pair| pair == ["--lang", "en"]);
    if english { Lang::En } else { Lang::Es }
}
