//! The command line: one file per command. Data goes to stdout, all else to stderr; 0 success, 1 failure, 2 wrong usage.
//! The package `program` joins these commands with those of `demo`, which stand on the product.

mod backup;
mod command;
mod import;
mod mail;
pub mod manual;
mod migrate;
mod move_database;
mod openapi;
mod restore;
pub mod serve;
pub mod signals;
pub mod start;
mod suppress;
mod token;
mod user;
pub mod verify;
mod worker;

pub use command::{Commands, Failure, Outcome, print, say};

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{Given, Settings, without_secrets};

/// A lead marketplace in one binary: intake, distribution, inbox, ledger, audit.
///
/// Try it with `leadhouse demo`. Every setting is a flag with an environment twin.
#[derive(Debug, Parser)]
#[command(name = "leadhouse", version, subcommand_required = true, arg_required_else_help = true)]
struct Cli<C: Subcommand> {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: C,
}

/// The commands of the product.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// API and worker in one process
    ///
    /// Migrates the database at start; one that is newer than this program is refused. SIGTERM and Ctrl-C: what is
    /// running ends within 10 s.
    Serve(serve::Args),
    /// The worker alone; any number of them may run
    Worker(worker::Args),
    /// Bring the database's schema up to date; safe from several nodes at once
    Migrate,
    /// Copy a SQLite database while nodes run
    ///
    /// FILE holds everything that was acknowledged before the command began. It is one file, and it gets its name only after
    /// it was checked from beginning to end. Running nodes go on meanwhile. For PostgreSQL use `pg_dump`.
    Backup(backup::Args),
    /// Put a backup in the SQLite database's place
    ///
    /// Stop all nodes first. Leads that were erased after the backup are erased in it again: by the list in the storage, and
    /// by the database that is replaced, if there is one. All sessions end. Mails that were queued become dead, since they
    /// may have been sent after the backup; retry those that should go. If the command is killed, the database is either the
    /// old one or the new one.
    Restore(restore::Args),
    /// Move a SQLite installation into an empty PostgreSQL database
    ///
    /// Stop all nodes first, on both sides. Everything is moved in one transaction or nothing is; at its end row counts, the
    /// ledger's sums, the audit's head and the installation's secret are compared. Ids, tokens, links and cursors stay the
    /// same. The SQLite file keeps its data and a note of where the installation went: no command starts on it any more.
    Move(move_database::Args),
    /// Leads from a CSV file, as if each row had been posted to the source
    ///
    /// The first line names the columns, in any case: First Name, Last Name, Full Name, Email, Phone Number, or the names of
    /// our JSON, as `contact_name`, `external_id` and `consent[text]`. Every other column is an answer. The delimiter (comma,
    /// semicolon, tab, |) and the encoding (UTF-8, UTF-16, Windows-1252) are found out. What became of each row goes to
    /// stdout as CSV; rows that are no lead are named on stderr, with line, field and reason, and make the command end with
    /// 1. If it is killed, start it again with the same file: no row becomes a lead twice.
    Import(import::Args),
    /// People who can sign in
    #[command(subcommand)]
    User(user::Command),
    /// Tokens for the API
    #[command(subcommand)]
    Token(token::Command),
    /// Suppress people: their leads are offered to nobody
    ///
    /// FILE has one person a line, or is a CSV file: e-mail addresses, phone numbers, and SHA-256 of either. Columns may have
    /// the names email, phone, `email_sha256` and `phone_sha256`; other columns are passed over. What nobody can read is reported
    /// on stderr, and the exit code is then 1. The same file again changes nothing.
    Suppress(suppress::Args),
    /// What mails look like
    #[command(subcommand)]
    Mail(mail::Command),
    /// Recompute every invariant over the whole database
    ///
    /// Exits with 0, or with 1 and a list of what is broken on stdout. It may run beside live nodes. It looks for export files
    /// where `STORAGE_URL` or `DATA_DIR` says, else where the database has them on record.
    Verify(verify::Args),
    /// Print the OpenAPI 3.1 document; needs no database
    Openapi,
}

/// Reads the command line and does what it says.
pub fn main<C: Commands>() -> ExitCode {
    // One TLS provider for all that speaks TLS, before anything does. Only a second call could fail.
    let _first = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let whole = manual::of_each::<C>(Cli::<C>::command());
    let read = whole.clone().try_get_matches().and_then(|matches| {
        let mut cli = Cli::<C>::from_arg_matches(&matches)?;
        let given = |name: &str| matches.value_source(name) != Some(ValueSource::DefaultValue);
        cli.settings.given = Given { public_url: given("public_url"), data_dir: given("data_dir") };
        Ok(cli)
    });
    let mut cli = match read {
        Ok(cli) => cli,
        // Help that was asked for.
        Err(error) if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            error.exit()
        }
        Err(error) => {
            say(&format!("leadhouse: {}", manual::told(&error, &whole)));
            return ExitCode::from(2);
        }
    };
    let listen = cli.settings.listen;
    let settings = &mut cli.settings;
    settings.follow(listen);
    let settings = settings.clone();
    match start::with_runtime(&settings, cli.command.run(cli.settings)) {
        Ok(code) => code,
        Err(Failure { line, code }) => {
            let line = line.lines().collect::<Vec<_>>().join(" ");
            say(&format!("leadhouse: {}", without_secrets(&line)));
            ExitCode::from(code)
        }
    }
}

impl Commands for Command {
    fn shows(command: &str, setting: &str) -> Option<bool> {
        manual::shows(command, setting)
    }

    async fn run(self, settings: Settings) -> Outcome {
        match self {
            Self::Serve(args) => serve::run(settings, args).await,
            Self::Worker(args) => worker::run(settings, args).await,
            Self::Migrate => migrate::run(settings).await,
            Self::Backup(args) => backup::run(&settings, args).await,
            Self::Restore(args) => restore::run(settings, args).await,
            Self::Move(args) => move_database::run(settings, args).await,
            Self::Import(args) => import::run(settings, args).await,
            Self::User(command) => user::run(settings, command).await,
            Self::Token(command) => token::run(settings, command).await,
            Self::Suppress(args) => suppress::run(settings, args).await,
            Self::Mail(command) => mail::run(&settings, &command),
            Self::Verify(args) => verify::run(settings, args).await,
            Self::Openapi => openapi::run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::manual::{ALL, DOOR, FILES, INSTALLATION, LINKS, of_each, shows};
    use super::{Cli, Command};

    #[test]
    fn what_is_named_here_is_there() {
        let whole = Cli::<Command>::command();
        for list in [ALL, INSTALLATION, FILES, LINKS, DOOR] {
            for name in list {
                assert!(whole.get_arguments().any(|arg| arg.get_id() == name), "{name}");
            }
        }
        of_each::<Command>(Cli::<Command>::command()).debug_assert();
        for command in whole.get_subcommands() {
            assert!(shows(command.get_name(), "listen").is_some(), "nobody speaks for {}", command.get_name());
        }
        assert_eq!([shows("serve", "listen"), shows("openapi", "listen")], [Some(true), Some(false)]);
        assert_eq!([shows("worker", "tls_key"), shows("demo", "listen")], [Some(false), None]);
    }
}
