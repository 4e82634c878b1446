//! How the installation stands, read from the database when somebody asks for the metrics. Every statement goes through
//! an index and ends at a bound, or adds up tallies: asking costs the same whatever there is.

use metrics::gauge;

use crate::app::App;
use crate::clock::Timestamp;
use crate::config::DatabaseUrl;
use crate::db::Read;
use crate::error::Result;
use crate::queue::{Backlog, COUNTED};
use crate::read::{self, Waiting};
use crate::{assignments, exports, intake, outbox, queue, worker, zone};

/// What is read in one unit.
struct Figures {
    now: Timestamp,
    jobs: Vec<(&'static str, Backlog)>,
    dead_jobs: i64,
    dead_mails: i64,
    unmatched: i64,
    held: i64,
    returns: Waiting,
    assignments: Vec<(String, i64)>,
    export_bytes: i64,
}

/// Sets the gauges. Where the database is away they say so, and else what they said before.
pub async fn take(app: &App) {
    let kinds = worker::kind_names();
    let read = app.db.read(move |read| figures(read, &kinds)).await;
    gauge!("leadhouse_database_up").set(if read.is_ok() { 1.0 } else { 0.0 });
    let zones = zone::rules();
    gauge!("leadhouse_tzdata_info", "release" => zones.release.as_str(), "from" => zones.origin()).set(1.0);
    gauge!("leadhouse_export_bytes_limit").set(float(app.config.export_disk_total));
    match read {
        Ok(figures) => show(&figures),
        Err(error) => tracing::warn!("the metrics cannot read the database: {error}"),
    }
    if let Ok(DatabaseUrl::Sqlite(file)) = app.config.database() {
        let mut log = file.clone().into_os_string();
        log.push("-wal");
        for (metric, path) in [("leadhouse_database_bytes", file), ("leadhouse_database_wal_bytes", log.into())] {
            let bytes =
                tokio::fs::metadata(path).await.map_or(0, |found| i64::try_from(found.len()).unwrap_or(i64::MAX));
            gauge!(metric).set(float(bytes));
        }
    }
}

fn figures(read: &mut Read, kinds: &[&'static str]) -> Result<Figures> {
    let jobs = kinds.iter().map(|kind| Ok((*kind, queue::backlog(read, kind)?))).collect::<Result<_>>()?;
    Ok(Figures {
        now: read.now(),
        jobs,
        dead_jobs: queue::dead(read)?,
        dead_mails: outbox::dead(read, COUNTED)?,
        unmatched: intake::waiting(read, COUNTED)?,
        held: intake::held(read, COUNTED)?,
        returns: read::waiting_in_all(read)?,
        assignments: assignments::tallies(read)?,
        export_bytes: exports::room_taken(read)?,
    })
}

fn show(figures: &Figures) {
    let age = |since: Option<Timestamp>| since.map_or(0.0, |since| figures.now.since(since).as_secs_f64());
    for (kind, backlog) in &figures.jobs {
        gauge!("leadhouse_jobs_due", "kind" => *kind).set(float(backlog.due));
        gauge!("leadhouse_jobs_due_age_seconds", "kind" => *kind).set(age(backlog.since));
    }
    gauge!("leadhouse_jobs_dead").set(float(figures.dead_jobs));
    gauge!("leadhouse_mails_dead").set(float(figures.dead_mails));
    gauge!("leadhouse_leads_unmatched").set(float(figures.unmatched));
    gauge!("leadhouse_leads_held").set(float(figures.held));
    gauge!("leadhouse_returns_pending").set(float(figures.returns.returns));
    gauge!("leadhouse_returns_pending_age_seconds").set(age(figures.returns.oldest));
    gauge!("leadhouse_export_bytes").set(float(figures.export_bytes));
    for (tally, n) in &figures.assignments {
        gauge!("leadhouse_assignments", "tally" => tally.clone()).set(float(*n));
    }
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "what Prometheus has is a float")]
fn float(count: i64) -> f64 {
    count as f64
}
