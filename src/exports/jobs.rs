//! What the worker does for this room: makes the files, and takes those out of the storage that nobody may have.

use std::collections::HashSet;
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use serde::Deserialize;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use super::build::{self, Plan, Written};
use super::{Budget, Export, Made, lost};
use crate::app::App;
use crate::db::{Tx, Unit};
use crate::error::{Error, Result};
use crate::id::{ExportId, Id, JobId};
use crate::outbox::EXPORT_LINK;
use crate::queue::{JobKind, Ticket};

/// How often whoever waits sees how far the file is, and how soon a cancelled one is given up.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// Files given up in one unit.
const EXPIRE_AT_ONCE: i64 = 100;
/// The folder of the storage that holds exports and nothing else.
const FOLDER: &str = "exports";
/// A file that belongs to no export and is older than any attempt was left by one that was killed.
const STRAY: Duration = Duration::from_hours(2);
/// What the provider reads when the file could not be made.
const FAILED: &str = "The file could not be made. It does not count against the day; please ask for it again.";

/// Makes the file of an export and publishes it.
#[derive(Debug, Deserialize)]
pub struct Build {
    export: Uuid,
}

impl JobKind<App> for Build {
    const KIND: &'static str = super::steps::BUILD;

    async fn run(self, app: App, ticket: Ticket) -> Result<()> {
        let id = ExportId::from_uuid(self.export);
        let Some(export) = app.db.run(super::begin(id)).await? else { return Ok(()) };
        let (format, begun) = (export.format, export.begun);
        // Without a name: it is gone with this process, whatever becomes of that.
        let file =
            tempfile::tempfile().map_err(|error| Error::Unavailable(format!("no temporary file: {error}").into()))?;
        let Some(written) = write(&app, export, &file).await? else { return Ok(()) };
        // Each attempt has a file of its own, so that a late one can't write over what another published.
        let name = format!("{FOLDER}/{id}.{begun}.{format}");
        app.files.put(&name, file).await?;
        let published = publish(&app, id, begun, name.clone(), written, ticket).await;
        match published {
            Ok(false) | Err(Error::Conflict { .. }) => app.files.delete(&name).await?,
            // An error at COMMIT leaves open whether it happened, and then the file is somebody's: if not, it is swept away.
            Ok(true) | Err(_) => {}
        }
        published.map(drop)
    }

    fn given_up(&self, tx: &mut Tx, _job: JobId, _error: &str) -> Result<()> {
        super::fail(tx, ExportId::from_uuid(self.export), FAILED)
    }
}

/// `None` where nobody wants it any more.
async fn write(app: &App, export: Export, file: &File) -> Result<Option<Written>> {
    let (id, begun) = (export.id, export.begun);
    let plan = Plan {
        export,
        currency: app.config.currency.clone(),
        attribution: app.config.show_attribution_to_providers,
        rows_done: Arc::new(AtomicI64::new(0)),
        unwanted: Arc::new(AtomicBool::new(false)),
    };
    let file = file.try_clone().map_err(Error::internal)?;
    let shared = plan.clone();
    let mut building = std::pin::pin!(app.db.background(move |read| build::build(read, &shared, &file)));
    let mut tell = interval(TELL_EVERY);
    tell.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tell.tick().await;
    loop {
        tokio::select! {
            written = &mut building => {
                return if plan.unwanted.load(Ordering::Relaxed) { Ok(None) } else { written.map(Some) };
            }
            _ = tell.tick() => {
                let rows = plan.rows_done.load(Ordering::Relaxed);
                if !app.db.run(super::progress(id, begun, rows)).await? {
                    plan.unwanted.store(true, Ordering::Relaxed);
                }
            }
        }
    }
}

/// The file is everybody's to fetch, the mail is promised and the job is done, all at once; `false` where the file is not
/// wanted, and an error where the job is another's.
async fn publish(app: &App, id: ExportId, begun: i64, name: String, written: Written, ticket: Ticket) -> Result<bool> {
    let Written { row_count, matching_rows, size_bytes, sha256 } = written;
    let made = Made { begun, name, row_count, matching_rows, size_bytes, sha256 };
    let life = app.config.export_link_ttl;
    let budget = Budget { per_provider: app.config.export_disk_per_provider, total: app.config.export_disk_total };
    let token = super::link_token_hash(&app.seals.token(EXPORT_LINK, id.uuid().as_bytes()));
    let unit = super::publish(id, made, life, token, budget).then(move |tx, published| {
        ticket.finish(tx)?;
        Ok(published)
    });
    app.db.run(unit).await
}

/// Gives up the files whose time is over.
#[derive(Debug, Deserialize)]
pub struct ExpireFiles {}

impl JobKind<App> for ExpireFiles {
    const KIND: &'static str = "exports.expire_files";

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        while app.db.run(super::expire_outlived(EXPIRE_AT_ONCE)).await? > 0 {}
        Ok(())
    }
}

/// Takes one file out of the storage.
#[derive(Debug, Deserialize)]
pub struct DeleteFile {
    file: String,
}

impl JobKind<App> for DeleteFile {
    const KIND: &'static str = super::steps::DELETE_FILE;

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        app.files.delete(&self.file).await
    }
}

/// Takes files out of the storage that an attempt left when it was killed between writing and publishing, and notes which
/// are missing from it.
#[derive(Debug, Deserialize)]
pub struct SweepFiles {}

impl JobKind<App> for SweepFiles {
    const KIND: &'static str = "exports.sweep_files";

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        let old = app.clock.now().minus(STRAY);
        app.files.abandon(FOLDER, old).await?;
        // Asked for before the list, in which they must be then.
        let kept = app.db.background(lost::kept_files).await?;
        let found = app.files.list(FOLDER).await?;
        for stray in found.iter().filter(|found| found.changed_at < old) {
            let name = stray.name.clone();
            if !app.db.read(move |read| super::is_kept(read, &name)).await? {
                app.files.delete(&stray.name).await?;
            }
        }
        let there: HashSet<_> = found.into_iter().map(|found| found.name).collect();
        for file in kept {
            let missing = !there.contains(&file.file);
            if missing != file.missing_at.is_some() {
                app.db.run(lost::note(file.id, file.file, missing)).await?;
            }
        }
        Ok(())
    }
}
