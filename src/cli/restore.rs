//! `leadhouse restore`: a backup in the database's place, without what must not come back with it: people who were erased
//! since, sessions and tokens that ended since, mails that went since.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::backup::{bar, helped, moving};
use super::{Failure, Outcome, say};
use crate::accounts::{self, Distrusted};
use crate::audit::{self, Action, Actor, Entity};
use crate::clock::Clock;
use crate::config::{DatabaseUrl, Settings};
use crate::db::backup::Restoring;
use crate::db::{Db, Lane, Options, Tx};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::id::{LeadId, TokenId};
use crate::installation::{self, Installation, SCHEMA};
use crate::{intake, money, outbox};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// What `leadhouse backup` made
    file: PathBuf,
    /// Replace the database that is there: what it holds is lost
    #[arg(long)]
    force: bool,
    /// Send the mails that were queued when the backup was made; those that have gone since go twice
    #[arg(long)]
    send_queued: bool,
    /// Revoke all API tokens, since some may have been revoked after the backup
    #[arg(long)]
    revoke_tokens: bool,
}

/// What the database that is replaced knows and the backup can't.
#[derive(Default)]
struct Since {
    erased: Vec<LeadId>,
    revoked: Vec<TokenId>,
}

/// What was done to the copy before it took its place.
#[derive(Debug, Clone, Copy)]
struct Done {
    erased: u64,
    sessions: usize,
    tokens: usize,
    mails: u64,
}

pub async fn run(settings: Settings, args: Args) -> Outcome {
    let DatabaseUrl::Sqlite(target) = settings.database().map_err(Failure::new)? else {
        let file = args.file.display();
        let line = format!(
            "restore is for SQLite; PostgreSQL has its own, into an empty database: pg_restore --no-owner --dbname=\"$DATABASE_URL\" '{file}'"
        );
        return Err(Failure::new(line));
    };
    if settings.says_storage() {
        Files::judge(&settings.storage()).map_err(Failure::new)?;
    }
    let bar = bar("copied");
    let begun = Restoring::begin(&args.file, &target, args.force, &SCHEMA, moving(&bar)).await;
    bar.finish_and_clear();
    let begun = begun.map_err(helped("exists", ": with --force it is replaced, and what it holds is lost"));
    let restoring = begun.map_err(helped("no_backup", "; copy it with `leadhouse backup`"))?;
    let since = since(&target).await;
    let place = place_of_files(&settings, [&target, restoring.path()]).await;
    let files = Files::there(&place).map_err(Failure::new)?;
    let done = prepare(restoring.path(), &settings, files.as_ref(), since, &args).await?;
    restoring.put().await?;
    tell(&target, done, &args);
    if files.is_none() {
        say(&format!(
            "Nothing is in {place}: who was erased after the backup is known from the database that was replaced alone. \
             Bring the files there before the installation is started, or name their place in STORAGE_URL."
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the installation's files are, the list of erasures among them: as it is said, else as one of these has it on
/// record.
async fn place_of_files(settings: &Settings, installations: [&Path; 2]) -> String {
    if !settings.says_storage() {
        for file in installations {
            if let Ok(Some(Installation { files: Some(place), .. })) =
                installation::look(&DatabaseUrl::Sqlite(file.to_owned())).await
            {
                return place;
            }
        }
    }
    settings.storage()
}

/// Asks the database that is to be replaced, where there is one.
async fn since(target: &Path) -> Option<Since> {
    if !target.exists() {
        return None;
    }
    match ask(target).await {
        Ok(since) => Some(since),
        Err(error) => {
            let line = format!(
                "{} cannot be read any more ({error}): what was erased and revoked in it is known from STORAGE_URL alone.",
                target.display()
            );
            say(&line);
            None
        }
    }
}

async fn ask(target: &Path) -> Result<Since> {
    let db = open(target).await?;
    let asked =
        db.background(|read| Ok(Since { erased: intake::erased(read)?, revoked: accounts::revoked_tokens(read)? }));
    let asked = asked.await;
    db.close().await;
    asked
}

async fn open(file: &Path) -> Result<Db> {
    let url = DatabaseUrl::Sqlite(file.to_owned());
    let options = Options { readers: 1, background: 1, lanes: 0, ..Options::of(&url) };
    Db::open(&url, &Clock::default(), options).await
}

/// Makes the copy what the installation may go on with.
async fn prepare(
    copy: &Path,
    settings: &Settings,
    files: Option<&Files>,
    since: Option<Since>,
    args: &Args,
) -> Result<Done> {
    let report = installation::up(&DatabaseUrl::Sqlite(copy.to_owned()), &Clock::default(), &settings.currency).await?;
    money::keep(report.minor_digits);
    let db = open(copy).await?;
    let prepared = without_what_ended(&db, files, since, args).await;
    db.close().await;
    prepared
}

async fn without_what_ended(db: &Db, files: Option<&Files>, since: Option<Since>, args: &Args) -> Result<Done> {
    let replaces = since.is_some();
    let Since { erased, revoked } = since.unwrap_or_default();
    let listed = match files {
        Some(files) => intake::jobs::erase_listed(db, files).await.map_err(unknown)?,
        None => 0,
    };
    let erased = listed + intake::jobs::erase_all(db, &erased).await?;
    let (send_queued, all) = (args.send_queued, args.revoke_tokens);
    let unit = move |tx: &mut Tx| {
        let distrusted = if all { Distrusted::All } else { Distrusted::These(revoked.clone()) };
        let (sessions, tokens) = accounts::distrust(tx, &distrusted)?;
        let mails = if send_queued { 0 } else { outbox::hold_back(tx)? };
        let details = json!({
            "leads_erased": erased, "sessions_ended": sessions, "tokens_revoked": tokens, "mails_held_back": mails,
            "replaced_a_database": replaces,
        });
        audit::record(tx, Actor::System, Action::InstallationRestored, Entity::Installation, Some(details))?;
        Ok(Done { erased, sessions, tokens, mails })
    };
    db.write_long(Lane::MONEY, unit).await
}

fn unknown(error: Error) -> Error {
    match error {
        Error::Unavailable(why) => Error::Unavailable(
            format!("who was erased after the backup is not known: {why}; see to STORAGE_URL first").into(),
        ),
        other => other,
    }
}

fn tell(target: &Path, done: Done, args: &Args) {
    let Done { erased, sessions, tokens, mails } = done;
    say(&format!("{} is restored from {}.", target.display(), args.file.display()));
    say(&format!("Erased again, since they were erased after the backup: {erased} leads."));
    say(&format!("Ended: {sessions} sessions. Revoked: {tokens} API tokens."));
    if !args.revoke_tokens {
        say(
            "API tokens revoked after the backup are known from the database that was replaced alone; --revoke-tokens revokes all.",
        );
    }
    if args.send_queued {
        say("Mails that were queued are sent as soon as a worker runs.");
    } else {
        say(&format!("Held back: {mails} mails that were queued; they are dead, and each is sent by its retry."));
    }
    say("Lost: what happened after the backup. Next: leadhouse verify.");
}
