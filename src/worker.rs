//! The worker: every room's kinds of jobs and schedules in one registry, and the loop that works them.

pub mod admin;
mod upkeep;

use std::time::Duration;

pub use admin::routes;

use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::intake;
use crate::queue::{Job, Kinds, Mode, Pace, Runner};

/// Every kind of job there is, and what is due by the calendar. A room that gets one adds its line here.
fn kinds() -> Kinds<App> {
    Kinds::default()
        .with::<intake::jobs::RetryUnmatched>()
        .with::<intake::jobs::EraseTraces>()
        .every::<intake::jobs::RetryAllUnmatched>(Duration::from_mins(15))
        .every::<upkeep::PruneJobs>(Duration::from_hours(1))
        .every::<upkeep::ExpireKeys>(Duration::from_mins(10))
}

/// Works until `shutdown`; then what is running may end within some seconds, or is released for others.
pub async fn run(app: &App, shutdown: impl Future<Output = ()>) -> Result<()> {
    runner(app).run(Mode::Forever, shutdown).await.map(drop)
}

/// Works what is due, until nothing is (or `shutdown`); how many jobs it took.
pub async fn run_until_idle(app: &App, shutdown: impl Future<Output = ()>) -> Result<u64> {
    runner(app).run(Mode::UntilIdle, shutdown).await
}

/// Works what is due, until nothing is; how many jobs it took.
pub async fn run_due(app: &App) -> Result<u64> {
    run_until_idle(app, std::future::pending()).await
}

/// What a job that was given up has to have done to it when it is queued again.
fn revived(tx: &mut Tx, job: &Job) -> Result<()> {
    let hooks = kinds().hooks(&job.kind);
    hooks.map_or(Ok(()), |hooks| (hooks.revived)(tx, job))
}

fn runner(app: &App) -> Runner<App> {
    Runner::new(app.db.clone(), app.clock.clone(), kinds(), app.clone(), Pace::default())
}
