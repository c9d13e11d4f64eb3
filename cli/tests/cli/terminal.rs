//! What a terminal gets: colours, its width. The terminal is a real pseudo-terminal.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::run::Base;

/// Runs the program in a terminal of some columns; gives what the terminal received.
fn in_terminal(base: &Base, columns: u16, env: &[(&str, &str)], args: &[&str]) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let slave = rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    tcsetwinsize(&slave, Winsize { ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let mut command = base.command(args);
    command.env("TERM", "xterm-256color").envs(env.iter().copied());
    command.stdout(File::from(slave)).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    // The command holds the other end; the reader sees the end only when it lets go.
    drop(command);
    let mut received = Vec::new();
    // At the end Linux says EIO where others say nothing.
    let _ = File::from(master).read_to_end(&mut received);
    child.wait().unwrap();
    String::from_utf8(received).unwrap().replace("\r\n", "\n")
}

/// Escapes as something that can be read in a snapshot.
fn visible(text: &str) -> String {
    text.replace('\u{1b}', "␛")
}

#[test]
fn a_terminal_gets_bold_titles_and_marked_words() {
    let base = Base::new();
    let shown = in_terminal(&base, 72, &[], &["search", "--kb", "kb", "prenda la hubicasion"]);
    insta::assert_snapshot!("search_terminal", visible(&shown));
}

#[test]
fn no_color_and_dumb_terminals_get_the_same_text_without_colour() {
    let base = Base::new();
    let args = ["search", "--kb", "kb", "prenda la hubicasion"];
    let plain = base.run(args).out;
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(in_terminal(&base, 80, &[("NO_COLOR", "1")], &args), plain);
    assert_eq!(in_terminal(&base, 80, &[("TERM", "dumb")], &args), plain);
    let colored = in_terminal(&base, 80, &[], &args);
    assert!(colored.contains('\u{1b}') && colored != plain);
}

#[test]
fn text_is_never_wider_than_a_hundred_columns_nor_than_the_terminal() {
    let base = Base::new();
    for (columns, most) in [(300, 100), (44, 44), (5, 45), (0, 80)] {
        let shown = in_terminal(&base, columns, &[("NO_COLOR", "1")], &["article", "--kb", "kb", "gps-apagado"]);
        let widest = shown.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= most, "{columns}: {widest}\n{shown}");
    }
}

#[test]
fn json_in_a_terminal_has_no_colour() {
    let base = Base::new();
    let shown = in_terminal(&base, 80, &[], &["search", "--kb", "kb", "--json", "gps"]);
    assert!(shown.starts_with('{') && !shown.contains('\u{1b}'), "{shown}");
}

#[test]
fn problems_are_coloured_on_a_terminal() {
    let base = Base::new();
    base.edit("kb/catalog.yaml", "opens: \"09:00\"", "opens: \"25:00\"");
    assert!(in_terminal(&base, 80, &[], &["kb", "check", "kb"]).contains('\u{1b}'));
}

#[test]
fn help_is_laid_out_for_the_terminal() {
    let base = Base::new();
    let shown = in_terminal(&base, 50, &[("NO_COLOR", "1")], &["search", "--help"]);
    let widest = shown.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 72 && !shown.contains('\u{1b}'), "{widest}\n{shown}");
}
