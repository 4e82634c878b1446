//! Exports that the first provider asked for in the last days. The worker makes their files when it starts: what is ready
//! was made as every export is.

use std::sync::Arc;
use std::time::Duration;

use leadhouse::accounts;
use leadhouse::assignments::{Filter, Status};
use leadhouse::clock::Timestamp;
use leadhouse::db::{Tx, Unit};
use leadhouse::error::Result;
use leadhouse::exports::{self, AsSent, ExportRequest, Format, Preset};
use leadhouse::id::ProviderId;
use leadhouse::read;

const HOUR: Duration = Duration::from_hours(1);

/// What becomes of one.
enum End {
    Ready,
    Cancelled,
    Failed(&'static str),
}

/// Hours ago, the format, the columns, which leads, how many at most, and what became of it.
const ASKED: [(u32, Format, Preset, Option<Status>, i64, End); 5] = [
    (76, Format::Csv, Preset::Standard, None, 5_000, End::Ready),
    (51, Format::Xlsx, Preset::Hubspot, None, 5_000, End::Cancelled),
    (
        50,
        Format::Xlsx,
        Preset::Salesforce,
        None,
        5_000,
        End::Failed(
            "There is no room for one more file just now. It does not count against the day; please ask for it again later.",
        ),
    ),
    (27, Format::Csv, Preset::Hubspot, Some(Status::Accepted), 25, End::Ready),
    (2, Format::Xlsx, Preset::Standard, Some(Status::Accepted), 5_000, End::Ready),
];

/// Lets it all happen, oldest first.
pub fn ask(tx: &mut Tx, provider: ProviderId, now: Timestamp) -> Result<()> {
    let provider = Arc::new(accounts::provider(tx, provider)?);
    for (hours, format, preset, status, max_rows, end) in &ASKED {
        tx.pretend(now.minus(HOUR * *hours));
        let as_sent = AsSent { status: *status, ..AsSent::default() };
        let filter = Filter { status: *status, ..Filter::default() };
        let matching = read::count_rows(tx, provider.id, &filter, preset.keeps_erased())?;
        let asked = ExportRequest { format: *format, preset: *preset, as_sent, filter, max_rows: *max_rows };
        let export = exports::request(provider.clone(), asked, matching, 5).run(tx)?;
        match end {
            End::Ready => {}
            End::Cancelled => drop(exports::cancel(provider.id, export.id).run(tx)?),
            End::Failed(reason) => exports::fail(tx, export.id, reason)?,
        }
    }
    tx.pretend(now);
    Ok(())
}
