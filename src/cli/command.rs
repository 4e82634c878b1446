//! What a command is: how it is run, what it comes to, and where it speaks.

use std::process::ExitCode;

use clap::Subcommand;

use crate::config::Settings;
use crate::error::{At, Error, Invalid};

/// A set of commands, as the command line reads and runs it.
pub trait Commands: Subcommand {
    /// Whether the help of the command of this name shows a setting, by its id; `None` where the set has no such command.
    fn shows(command: &str, setting: &str) -> Option<bool>;

    /// Does what was asked for.
    fn run(self, settings: Settings) -> impl Future<Output = Outcome>;
}

/// Why a command failed: the line to show, and the code to end with.
#[derive(Debug)]
pub struct Failure {
    pub(super) line: String,
    pub(super) code: u8,
}

/// What a command comes to: the code to end with, or why it failed.
pub type Outcome = Result<ExitCode, Failure>;

impl Failure {
    /// Ends with 1.
    pub fn new(line: impl Into<String>) -> Self {
        Self { line: line.into(), code: 1 }
    }

    /// The command line asks for something that makes no sense.
    pub(super) fn usage(line: impl Into<String>) -> Self {
        Self { line: line.into(), code: 2 }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(match error {
            Error::Conflict { detail, .. } | Error::Forbidden { detail, .. } => detail.into_owned(),
            Error::Invalid(errors) => errors.iter().map(wrong).collect::<Vec<_>>().join("; "),
            Error::Unavailable(why) => why.into_owned(),
            Error::Internal(why) => why.to_string(),
            other => other.to_string(),
        })
    }
}

fn wrong(Invalid { at, detail, .. }: &Invalid) -> String {
    let (At::Pointer(place) | At::Parameter(place)) = at;
    format!("{}: {detail}", place.trim_start_matches("#/"))
}

/// Data, for stdout. A reader that went away ends the program as it ends every filter.
pub fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    written.map_err(|error| Failure::new(format!("stdout: {error}")))
}

/// A line for the person at the terminal.
#[expect(clippy::print_stderr, reason = "the command line is where people are spoken to")]
pub fn say(line: &str) {
    eprintln!("{line}");
}
