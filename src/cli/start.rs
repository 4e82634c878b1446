//! What every command starts with: the log, the runtime, and the way to a database that is there and fits.

use std::io::IsTerminal;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use tokio::time::timeout;
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

use super::{Failure, Outcome};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{DatabaseUrl, LogFormat, Settings, Switch};
use crate::db::{self, Db, Lane, Options};
use crate::error::Error;
use crate::files::Files;
use crate::id::LeadId;
use crate::installation::{self, Installation};
use crate::intake::keys;
use crate::limit::{Pace, Redis};
use crate::money::{self, Currency};
use crate::{accounts, intake, zone};

/// Between two looks for an installation that another process makes.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Runs a command to its end.
pub fn with_runtime(settings: &Settings, command: impl Future<Output = Outcome>) -> Outcome {
    settings.judge().map_err(Failure::new)?;
    start_log(settings)?;
    let threads = available_parallelism().map_or(2, std::num::NonZero::get).clamp(2, 8);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no threads to run on: {error}")))?;
    runtime.block_on(command)
}

fn start_log(settings: &Settings) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&settings.rust_log).map_err(|error| {
        Failure::new(format!("RUST_LOG '{}' cannot be read: {error}; write a level, as in info", settings.rust_log))
    })?;
    let filter = quieter(filter, &settings.rust_log)?;
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    let started = match settings.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| Failure::new(format!("the log cannot be started: {error}")))
}

/// The migrations' own library tells of each step; ours tells of the result.
fn quieter(filter: EnvFilter, rust_log: &str) -> Result<EnvFilter, Failure> {
    if rust_log.contains("refinery") {
        return Ok(filter);
    }
    let quiet = "refinery_core=warn".parse().map_err(|error| Failure::new(format!("the log's filter: {error}")))?;
    Ok(filter.add_directive(quiet))
}

/// Brings a database up to date: its schema, and what is made of its data by rules that changed.
pub async fn brought_up(url: &DatabaseUrl, clock: &Clock, currency: &str) -> Result<installation::Report, Error> {
    judge_currency(currency, installation::look(url).await?.as_ref())?;
    let report = installation::up(url, clock, currency).await?;
    let db = Db::open(url, clock, Options { readers: 1, background: 1, lanes: 0, ..Options::of(url) }).await?;
    let renewed = renew_keys(&db).await;
    db.close().await;
    renewed.map(|()| report)
}

/// Leads and people's accounts are known again by keys; those that were made by older rules are made anew, in steps that
/// are each whole.
async fn renew_keys(db: &Db) -> Result<(), Error> {
    if !db.read(keys::are_old).await? {
        return Ok(());
    }
    let (mut last, mut steps) = (LeadId(Uuid::nil()), 0_u64);
    while let Some(next) = db.write(Lane::MONEY, move |tx| keys::renew(tx, last)).await? {
        (last, steps) = (next, steps + 1);
        if steps.is_multiple_of(100) {
            tracing::info!("the keys by which persons are found are made anew: {} leads so far", steps * 500);
        }
    }
    db.write(Lane::MONEY, move |tx| {
        accounts::renew_keys(tx)?;
        keys::are_renewed(tx, last)
    })
    .await
}

/// The database of the settings, its schema brought up to date.
pub async fn migrated(settings: &Settings, clock: &Clock) -> Result<DatabaseUrl, Failure> {
    let url = settings.database().map_err(Failure::new)?;
    let report = brought_up(&url, clock, &settings.currency).await.map_err(|error| at(&url, error))?;
    money::keep(report.minor_digits);
    if report.from != report.to {
        tracing::info!(from = report.from, to = report.to, "the schema was brought up to date");
    }
    Ok(url)
}

/// A server that is away or turns us away is named with the setting that leads there.
fn at(url: &DatabaseUrl, error: Error) -> Failure {
    match (url, error) {
        (DatabaseUrl::Postgres(_), Error::Unavailable(why)) => {
            Failure::new(format!("DATABASE_URL leads to {url}: {why}"))
        }
        (_, error) => error.into(),
    }
}

/// Before the schema is touched: the currency is the installation's, and a new installation begins with none that has
/// been withdrawn.
fn judge_currency(said: &str, installation: Option<&Installation>) -> Result<(), Error> {
    let replaced_by = Currency::read(said).map_err(|why| Error::conflict("no_currency", why))?.replaced_by();
    let detail = match (installation, replaced_by) {
        (Some(installation), _) if installation.currency != said => format!(
            "this database keeps its money in {}, and CURRENCY says {said}: it was fixed at the first migration",
            installation.currency
        ),
        (None, Some(by)) => format!("CURRENCY {said} was replaced by {by}: a new installation takes that"),
        _ => return Ok(()),
    };
    Err(Error::conflict("other_currency", detail))
}

/// The installation of the settings, for commands that look at one that is there, or change something in it.
pub async fn existing(settings: &Settings) -> Result<Installation, Failure> {
    existing_within(settings, Duration::ZERO).await
}

/// The same, which another process may be about to make: it is waited for so long.
pub async fn existing_within(settings: &Settings, patience: Duration) -> Result<Installation, Failure> {
    let url = settings.database().map_err(Failure::new)?;
    db::judge(&url).map_err(Failure::new)?;
    let until = Instant::now() + patience;
    loop {
        if let Some(installation) = installation::look(&url).await.map_err(|error| at(&url, error))? {
            return Ok(installation);
        }
        if Instant::now() >= until {
            break;
        }
        let _pause = timeout(LOOK_EVERY, std::future::pending::<()>()).await;
    }
    Err(Failure::new(format!(
        "there is no Leadhouse at {url}, and nothing was made: DATABASE_URL says where it is; serve and migrate make one"
    )))
}

/// The installation of the settings, migrated and open, for commands that need no more of the app.
pub async fn database(settings: &Settings, clock: &Clock) -> Result<Db, Failure> {
    existing(settings).await?;
    let url = migrated(settings, clock).await?;
    let options = Options { readers: 1, background: 1, lanes: 1, ..Options::of(&url) };
    Ok(Db::open(&url, clock, options).await?)
}

/// The app over a migrated database.
pub async fn app(settings: Settings) -> Result<App, Failure> {
    let clock = Clock::default();
    // Before the schema is touched.
    App::judge(&settings).map_err(Failure::new)?;
    let storage = settings.storage();
    if storage.starts_with("s3://") {
        Files::open(&storage).map_err(Failure::new)?.ask().await.map_err(Failure::new)?;
    }
    if let (Switch::On, Some(server)) = (settings.rate_limits, settings.redis().map_err(Failure::new)?) {
        Redis::ask(server, Pace::default()).await.map_err(Failure::new)?;
    }
    migrated(&settings, &clock).await?;
    // A start that is refused says that alone.
    tell_of_zones();
    let app = App::start(settings, clock).await?;
    record_files(&app).await?;
    forget_the_erased(&app).await;
    Ok(app)
}

/// Other commands, and whoever restores the installation elsewhere, have to know where its files are.
async fn record_files(app: &App) -> Result<(), Failure> {
    let place = app.config.storage();
    let told = place.clone();
    if let Some(before) = app.db.write(Lane::MONEY, move |tx| installation::keep_files(tx, &place)).await? {
        tracing::warn!(
            "files are looked for in {told} from here on; this installation had them in {before}: bring them over"
        );
    }
    Ok(())
}

/// The app for what serves: its `RETURN_WINDOW` holds from now on.
pub async fn serving(settings: Settings) -> Result<App, Failure> {
    Ok(app(settings).await?.with_its_return_window().await?)
}

/// By whose rules days begin and end here: nodes that differ in it count a day's leads differently.
fn tell_of_zones() {
    let rules = zone::rules();
    if let Some(warning) = &rules.warning {
        tracing::warn!("{warning}");
    }
    tracing::info!(release = rules.release, from = rules.origin(), "{}", rules.told());
}

/// A database that came back from a backup holds people who were erased after that: before anybody is served, they are
/// erased again. Where the storage that lists them is away, the worker does it later.
async fn forget_the_erased(app: &App) {
    match intake::jobs::erase_listed(&app.db, &app.files).await {
        Ok(0) => {}
        Ok(leads) => tracing::warn!(leads, "erased again: the database is of a time before their erasure"),
        Err(error) => {
            tracing::warn!("the list of erasures cannot be read, and is tried again within the hour: {error}");
        }
    }
}
