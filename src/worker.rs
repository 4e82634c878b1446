//! The worker: every room's kinds of jobs and schedules in one registry, and the loops that work them. Mails have a loop
//! and slots of their own: a mail server that hangs keeps nothing else waiting.

pub mod admin;
mod upkeep;

use std::time::Duration;

pub use admin::routes;

use tokio::sync::watch;

use crate::app::App;
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Tx, Unit};
use crate::error::Result;
use crate::id::JobId;
use crate::queue::{self, Hooks, Job, Kinds, Mode, Pace, Runner};
use crate::{accounts, catalog, exports, intake, outbox};

/// Mails on their way at the same time, in one process.
const MAIL_SLOTS: usize = 16;
/// The same while many leads wait to be sold: a mail may come some seconds later, a sender waits for its answer.
const MAIL_SLOTS_PRESSED: usize = 2;

/// Every kind of job there is, and what is due by the calendar. A room that gets one adds its line here.
fn kinds() -> Kinds<App> {
    Kinds::default()
        .with::<accounts::jobs::MailLink>()
        .with::<catalog::demand::RetryUnmatched>()
        .with::<catalog::reworded::Reword>()
        .with::<intake::FetchLead>()
        .with::<intake::jobs::ErasePerson>()
        .with::<intake::jobs::EraseTraces>()
        .with::<intake::jobs::ListErased>()
        .with::<intake::jobs::ReachSuppressed>()
        .with::<intake::jobs::RenewKeys>()
        .with::<intake::jobs::WithdrawLeads>()
        .every::<intake::jobs::EraseAgain>(Duration::from_hours(1))
        .with::<outbox::jobs::Rewrite>()
        .with::<outbox::jobs::DecideAnew>()
        .every::<intake::jobs::ExpireLeads>(Duration::from_hours(1))
        .every::<intake::jobs::ExpireRefused>(Duration::from_hours(1))
        .every::<intake::jobs::RetryAllUnmatched>(Duration::from_mins(15))
        .with::<exports::jobs::Build>()
        .with::<exports::jobs::DeleteFile>()
        .every::<exports::jobs::ExpireFiles>(Duration::from_mins(1))
        .every::<exports::jobs::SweepFiles>(Duration::from_hours(1))
        .every::<upkeep::PruneJobs>(Duration::from_hours(1))
        .every::<upkeep::ExpireKeys>(Duration::from_mins(10))
        .every::<upkeep::PruneEvents>(Duration::from_hours(1))
}

/// The kinds that talk to the mail server.
fn mail_kinds() -> Kinds<App> {
    Kinds::default().with::<outbox::jobs::Send>().with::<outbox::jobs::SendAll>()
}

/// The kinds of jobs there are, by name.
pub fn kind_names() -> Vec<&'static str> {
    kinds().names().chain(mail_kinds().names()).collect()
}

/// What a job that was given up has to have done to it when it is queued again.
fn revived(tx: &mut Tx, job: &Job) -> Result<()> {
    let hooks: Option<Hooks> = kinds().hooks(&job.kind).or_else(|| mail_kinds().hooks(&job.kind));
    hooks.map_or(Ok(()), |hooks| (hooks.revived)(tx, job))
}

/// Gives a dead job one more attempt, now.
fn retry(actor: Actor, id: JobId) -> impl Unit<Job> {
    queue::lane().unit(move |tx| {
        let job = queue::retry(tx, id)?;
        revived(tx, &job)?;
        audit::record(tx, actor, Action::JobRetried, Entity::Job(id), None)?;
        Ok(job)
    })
}

/// Works until `shutdown`; then what is running may end within some seconds, or is released for others.
pub async fn run(app: &App, shutdown: impl Future<Output = ()>) -> Result<()> {
    let stop = watch::Sender::new(false);
    until(shutdown, &stop, both(app, Mode::Forever, &stop)).await.map(drop)
}

/// Works what is due, until nothing is (or `shutdown`); how many jobs it took.
pub async fn run_until_idle(app: &App, shutdown: impl Future<Output = ()>) -> Result<u64> {
    let stop = watch::Sender::new(false);
    let idle = async {
        let mut taken = 0;
        // What one loop did may have left something for the other.
        loop {
            let some = both(app, Mode::UntilIdle, &stop).await?;
            taken += some;
            if some == 0 || *stop.borrow() {
                return Ok(taken);
            }
        }
    };
    until(shutdown, &stop, idle).await
}

/// Lets the work know of the shutdown, and waits for its end all the same.
async fn until<T>(
    shutdown: impl Future<Output = ()>,
    stop: &watch::Sender<bool>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        () = shutdown => {}
    }
    stop.send_replace(true);
    work.await
}

/// Runs both loops; how many jobs they took.
async fn both(app: &App, mode: Mode, stop: &watch::Sender<bool>) -> Result<u64> {
    let told = || {
        let mut stop = stop.subscribe();
        async move { drop(stop.wait_for(|stop| *stop).await) }
    };
    let mails = Pace { slots: MAIL_SLOTS, slots_pressed: MAIL_SLOTS_PRESSED, ..Pace::default() };
    let (some, others) = tokio::join!(
        Box::pin(runner(app, kinds(), Pace::default()).run(mode, told())),
        Box::pin(runner(app, mail_kinds(), mails).run(mode, told())),
    );
    Ok(some? + others?)
}

/// Works what is due, until nothing is; how many jobs it took.
pub async fn run_due(app: &App) -> Result<u64> {
    run_until_idle(app, std::future::pending()).await
}

fn runner(app: &App, kinds: Kinds<App>, pace: Pace) -> Runner<App> {
    Runner::new(app.db.clone(), app.clock.clone(), kinds, app.clone(), pace)
}
