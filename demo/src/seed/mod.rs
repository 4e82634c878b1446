//! `leadhouse seed`: synthetic data for load tests. The same seed and size make the same data on the same day, but for the
//! ids and keys of niches, providers and sources.

mod deal;
mod fate;
mod figures;
mod plan;
mod rows;
mod text;
mod world;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;
use leadhouse::cli::{Outcome, manual, say, start};
use leadhouse::clock::{Clock, Timestamp};
use leadhouse::config::{DatabaseUrl, Settings};
use leadhouse::db::{Db, Lane, Loading};
use leadhouse::error::{Error, Result};

use deal::{Dealer, SPAN, Stretch};

/// Assignments loaded in one unit.
const STRETCH: usize = 20_000;

/// The flags of `leadhouse seed`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Args {
    /// How many providers there are to be
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    providers: u64,
    /// How many leads they were assigned, over the last 180 days
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=1_000_000_000))]
    assignments: u64,
    /// Other numbers make other data
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// Whether the help shows a setting.
pub fn shows(setting: &str) -> bool {
    manual::is_of_the_database(setting)
}

/// Brings the database up to date and fills it.
pub async fn run(settings: Settings, args: Args) -> Outcome {
    let clock = Clock::default();
    let url = start::migrated(&settings, &clock).await?;
    let began = Instant::now();
    let bar = progress(args.assignments);
    let filled = fill(&url, &clock, args, &bar).await;
    bar.finish_and_clear();
    filled?;
    let seconds = began.elapsed().as_secs_f64();
    say(&format!("{} assignments of {} providers in {seconds:.1} s.", args.assignments, args.providers));
    Ok(ExitCode::SUCCESS)
}

fn progress(assignments: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} assignments, {per_sec}, {eta} left");
    let bar = ProgressBar::new(assignments);
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}

/// Fills a migrated database that holds no providers and no niches yet.
async fn fill(url: &DatabaseUrl, clock: &Clock, args: Args, bar: &ProgressBar) -> Result<()> {
    let Args { providers, assignments, seed } = args;
    let loading = Loading::begin(url, clock, &deal::TABLES).await?;
    let end = Timestamp::start_of(clock.now().date_in(&TimeZone::UTC), &TimeZone::UTC).unwrap_or_else(|| clock.now());
    let world = world::make(loading.db(), providers, assignments, seed, end.minus(SPAN)).await?;
    let mut dealer = Dealer::new(world, assignments, seed, end);
    let mut next = dealer.deal(STRETCH);
    while let Some(stretch) = next {
        let loaded = u64::try_from(stretch.assignments.len()).unwrap_or(0);
        // The next rows are made while the database takes these.
        let dealing = tokio::task::spawn_blocking(move || {
            let next = dealer.deal(STRETCH);
            (dealer, next)
        });
        load(loading.db(), stretch).await?;
        bar.inc(loaded);
        (dealer, next) = dealing.await.map_err(Error::internal)?;
    }
    loading.finish().await
}

async fn load(db: &Db, stretch: Stretch) -> Result<()> {
    let stretch = Arc::new(stretch);
    db.write_long(Lane::MONEY, move |tx| {
        tx.insert_all(&stretch.leads)?;
        tx.insert_all(&stretch.traces)?;
        tx.insert_all(&stretch.assignments)?;
        tx.insert_all(&stretch.returns)?;
        tx.insert_all(&stretch.entries)?;
        tx.insert_all(&stretch.audit)?;
        figures::write(tx, &stretch.touched)
    })
    .await
}
