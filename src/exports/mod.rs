//! A provider's leads as a file: asked for, made by the worker, fetched by a link or by who one is. Owns `exports` and
//! `export_room`.
//!
//! Invariants: what is `ready` has a file of the recorded size and digest, and nothing else has one that can be reached;
//! a file holds one moment of the data, at most `max_rows` rows, the newest; an export that counts against a day took its
//! place in the transaction that queued it, and gives it back when it fails or is cancelled.

mod api;
mod build;
mod erasure;
pub mod jobs;
mod lost;
mod mails;
mod pages;
mod quota;
mod remake;
mod room;
mod sheet;
mod store;

pub use api::{Lost, routes, serve};
pub use erasure::forget;
pub use lost::give_up_lost;
pub use quota::taken_today;
pub use room::Budget;
pub use sheet::{Preset, harmless, local_time};
pub use store::{Made, Outlived};

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::accounts::{self, Provider};
use crate::assignments::{Filter, Search, Status};
use crate::audit::{self, Action, Actor, Entity};
use crate::clock::Timestamp;
use crate::db::{Lane, Read, Tx, Unit, row, text_enum};
use crate::error::{Error, Result};
use crate::id::{ExportId, Id, NicheId, ProviderId};
use crate::inbox::FilterIn;
use crate::period::Period;
use crate::queue::{self, NewJob};

/// The job that makes the file. Its payload names the export.
const BUILD: &str = "exports.build";

/// The job that takes a file out of the storage which nobody may have any more. Its payload names the file.
const DELETE_FILE: &str = "exports.delete_file";

/// With the queue's pauses, about an hour: whoever waits for a file should know by then.
const ATTEMPTS: i64 = 8;

text_enum! {
    /// What kind of file.
    pub enum Format { Csv = "csv", Xlsx = "xlsx" }
}

text_enum! {
    /// Where an export is in its life.
    pub enum State {
        Queued = "queued",
        Running = "running",
        Ready = "ready",
        Failed = "failed",
        Cancelled = "cancelled",
        Expired = "expired",
    }
}

/// The inbox's filters, as they were sent.
#[derive(Debug, Clone, Default)]
pub struct AsSent {
    pub status: Option<Status>,
    pub niche_id: Option<NicheId>,
    pub date_from: Option<String>,
    pub date_to: Option<String>,
    pub search: Option<String>,
    pub viewed: Option<bool>,
}

/// What a provider wants a file of.
#[derive(Debug, Clone)]
pub struct Asked {
    pub format: Format,
    pub preset: Preset,
    pub as_sent: AsSent,
    /// What they mean at this moment, in the provider's zone.
    pub filter: Filter,
    /// The limit in force.
    pub max_rows: i64,
}

impl Asked {
    /// What an export was asked for.
    fn as_before(export: &Export) -> Self {
        let as_sent = AsSent {
            status: export.status,
            niche_id: export.niche_id,
            date_from: export.date_from.clone(),
            date_to: export.date_to.clone(),
            search: export.search.clone(),
            viewed: export.viewed,
        };
        let (format, preset, max_rows) = (export.format, export.preset, export.max_rows);
        Self { format, preset, as_sent, filter: export.filter(), max_rows }
    }

    /// What filters mean to somebody whose days begin by `zone`. `None`: the last day is before the first.
    pub fn new(filters: FilterIn, zone: &TimeZone, format: Format, preset: Preset, max_rows: i64) -> Option<Self> {
        let filter = filters.filter(zone)?;
        let as_sent = AsSent {
            status: filters.status,
            niche_id: filters.niche_id,
            date_from: filters.date_from.map(|bound| bound.to_string()),
            date_to: filters.date_to.map(|bound| bound.to_string()),
            search: filters.search,
            viewed: filters.viewed,
        };
        Some(Self { format, preset, as_sent, filter, max_rows })
    }
}

row! {
    /// An export as it stands.
    #[derive(Debug, Clone)]
    pub struct Export {
        pub id: ExportId,
        pub provider_id: ProviderId,
        pub state: State,
        pub format: Format,
        pub preset: Preset,
        pub status: Option<Status>,
        pub niche_id: Option<NicheId>,
        pub date_from: Option<String>,
        pub date_to: Option<String>,
        pub search: Option<String>,
        pub viewed: Option<bool>,
        pub period_start: Option<Timestamp>,
        pub period_end: Option<Timestamp>,
        pub max_rows: i64,
        /// How many leads the filters matched: at the request, then at the moment of the file.
        pub matching_rows: i64,
        /// How often making it was begun.
        pub begun: i64,
        pub rows_done: i64,
        pub row_count: Option<i64>,
        pub size_bytes: Option<i64>,
        pub sha256: Option<[u8; 32]>,
        pub file: Option<String>,
        pub error: Option<String>,
        pub quota_day: Option<String>,
        pub created_at: Timestamp,
        pub ready_at: Option<Timestamp>,
        pub expires_at: Option<Timestamp>,
        /// Since when the storage is known to have lost its file.
        pub missing_at: Option<Timestamp>,
        /// Its file is, or was, made again without somebody who was erased: of leads up to this moment.
        pub data_until: Option<Timestamp>,
    }
}

impl Export {
    /// What the filters mean.
    pub fn filter(&self) -> Filter {
        let period = self.period_start.zip(self.period_end).map(|(start, end)| Period { start, end });
        let search = self.search.as_deref().and_then(Search::new);
        Filter { status: self.status, niche: self.niche_id, period, search, viewed: self.viewed }
    }

    /// What its file is made of.
    pub fn of_file(&self) -> Filter {
        let mut filter = self.filter();
        if let Some(until) = self.data_until {
            let all = Period { start: Timestamp::MIN, end: Timestamp::MAX };
            let period = filter.period.unwrap_or(all);
            filter.period = Some(Period { end: period.end.min(until.plus(Duration::from_micros(1))), ..period });
        }
        filter
    }

    /// Whether its file is being made again.
    pub fn is_remade(&self) -> bool {
        self.data_until.is_some() && matches!(self.state, State::Queued | State::Running)
    }

    /// How many of the matching rows fit the limit.
    pub fn estimated_rows(&self) -> i64 {
        self.matching_rows.min(self.max_rows)
    }

    /// The day it was asked for, in UTC: names and pages that nobody's zone is known for.
    pub fn day(&self) -> Date {
        self.created_at.date_in(&TimeZone::UTC)
    }

    /// Whether its file can't be had any more.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    pub fn is_truncated(&self) -> bool {
        self.matching_rows > self.max_rows
    }
}

/// Queues an export, if the provider's day has one left; `per_day` is how many it has. Its filters match `matching` leads:
/// counted before, since on SQLite every other write waits for this unit.
///
/// # Errors
/// `TooMany` `export_quota_exceeded`, mostly until the provider's next midnight.
pub fn request(provider: Arc<Provider>, asked: Asked, matching: i64, per_day: i64) -> impl Unit<Export> {
    Lane::of(provider.id.uuid()).unit(move |tx| {
        tx.lock(&[erasure::lock_key(provider.id)])?;
        let day = quota::take(tx, &provider, per_day)?;
        let id = ExportId::new(tx.now());
        store::insert(tx, id, provider.id, &asked, matching, Some(&day))?;
        enqueue(tx, id)?;
        // The search may be a person's address: entries outlive an erasure, so they tell only that there was one.
        let details = json!({ "format": asked.format, "preset": asked.preset, "matching_rows": matching,
                              "searched": asked.as_sent.search.is_some() });
        let actor = Actor::Provider(provider.id);
        audit::record(tx, actor, Action::LeadExportRequested, Entity::Export(id), Some(details))?;
        store::export(tx, id)?.ok_or(Error::NotFound("export"))
    })
}

fn enqueue(tx: &mut Tx, id: ExportId) -> Result<()> {
    let job = NewJob { max_attempts: ATTEMPTS, ..NewJob::now(BUILD, &json!({ "export": id }), tx) };
    queue::enqueue(tx, &job)
}

/// The provider's export.
///
/// # Errors
/// `NotFound` where there is none, or it is another's.
pub fn export(read: &mut Read, provider: ProviderId, id: ExportId) -> Result<Export> {
    store::of_provider(read, provider, id)?.ok_or(Error::NotFound("export"))
}

/// What a mailed link leads to, by the hash of its token.
///
/// # Errors
/// `NotFound`, alike for whatever is wrong with it; a suspended provider's leads nowhere either.
pub fn by_link(read: &mut Read, id: ExportId, token_hash: &[u8; 32]) -> Result<Export> {
    let export = store::by_token(read, id, token_hash)?.ok_or(Error::NotFound("export"))?;
    if accounts::provider(read, export.provider_id)?.active { Ok(export) } else { Err(Error::NotFound("export")) }
}

/// The provider's exports, newest first: those before `before`, at most `limit`.
pub fn history(read: &mut Read, provider: ProviderId, before: Option<ExportId>, limit: i64) -> Result<Vec<Export>> {
    store::history(read, provider, before, limit)
}

/// Stops an export that is not ready yet; its place in the day is free again.
///
/// # Errors
/// `NotFound`; `Conflict` `export_ended` where there is nothing to stop any more.
pub fn cancel(provider: ProviderId, id: ExportId) -> impl Unit<Export> {
    Lane::of(provider.uuid()).unit(move |tx| {
        export(tx, provider, id)?;
        if !end(tx, id, State::Cancelled, None)? && !remake::give_up(tx, id)? {
            return Err(Error::conflict("export_ended", "this export is not being made any more"));
        }
        let (actor, entity) = (Actor::Provider(provider), Entity::Export(id));
        audit::record(tx, actor, Action::LeadExportCancelled, entity, None)?;
        export(tx, provider, id)
    })
}

/// An attempt to make the file begins. `None` where there is nothing to be made any more; a provider that was suspended
/// meanwhile gets none.
pub fn begin(id: ExportId) -> impl Unit<Option<Export>> {
    Lane::of(id.uuid()).unit(move |tx| {
        if !store::begin(tx, id)? {
            return Ok(None);
        }
        let export = store::export(tx, id)?.ok_or(Error::NotFound("export"))?;
        if accounts::provider(tx, export.provider_id)?.active {
            return Ok(Some(export));
        }
        if !remake::give_up(tx, id)? {
            end(tx, id, State::Cancelled, None)?;
        }
        audit::record(tx, Actor::System, Action::LeadExportCancelled, Entity::Export(id), None)?;
        Ok(None)
    })
}

/// How far the file is; `false` where nobody wants it any more.
pub fn progress(id: ExportId, begun: i64, rows: i64) -> impl Unit<bool> {
    Lane::of(id.uuid()).unit(move |tx| store::progress(tx, id, begun, rows))
}

/// The file is in the storage: from now on, for `life`, it can be fetched. `false` where it is not wanted: by nobody any
/// more, or there is no room for it within the budget.
pub fn publish(id: ExportId, made: Made, life: Duration, token: [u8; 32], budget: Budget) -> impl Unit<bool> {
    Lane::of(id.uuid()).unit(move |tx| {
        if !store::progress(tx, id, made.begun, made.row_count)? {
            return Ok(false);
        }
        let export = store::export(tx, id)?.ok_or(Error::NotFound("export"))?;
        if let Some(full) = room::take(tx, export.provider_id, made.size_bytes, budget)? {
            fail(tx, id, &full.reason(budget))?;
            return Ok(false);
        }
        store::publish(tx, id, &made, tx.now().plus(life), &token)?;
        let details =
            json!({ "row_count": made.row_count, "matching_rows": made.matching_rows, "size_bytes": made.size_bytes });
        if export.is_remade() {
            return remake::done(tx, id, details).map(|()| true);
        }
        audit::record(tx, Actor::System, Action::LeadExportCompleted, Entity::Export(id), Some(details))?;
        let export = store::export(tx, id)?.ok_or(Error::NotFound("export"))?;
        let zone = accounts::provider(tx, export.provider_id)?.zone();
        mails::ready(tx, &export, &zone)?;
        Ok(true)
    })
}

/// The file could not be made, for good; its place in the day is free again.
pub fn fail(tx: &mut Tx, id: ExportId, reason: &str) -> Result<()> {
    if remake::give_up(tx, id)? {
        return Ok(());
    }
    if end(tx, id, State::Failed, Some(reason))? {
        audit::record(tx, Actor::System, Action::LeadExportFailed, Entity::Export(id), None)?;
    }
    Ok(())
}

/// Some files whose time is over are given up; how many. A job takes each out of the storage.
pub fn expire_outlived(limit: i64) -> impl Unit<usize> {
    Lane::MONEY.unit(move |tx| {
        let outlived = store::outlived(tx, limit)?;
        for export in &outlived {
            expire(tx, export)?;
        }
        Ok(outlived.len())
    })
}

/// Gives a file up. `false` where it was given up before.
pub fn expire(tx: &mut Tx, export: &Outlived) -> Result<bool> {
    if !store::expire(tx, export.id)? {
        return Ok(false);
    }
    let payload = json!({ "file": export.file });
    queue::enqueue(tx, &NewJob::now(DELETE_FILE, &payload, tx).keyed(export.file.clone()))?;
    Ok(true)
}

/// Whether a file of this name belongs to somebody.
pub fn is_kept(read: &mut Read, file: &str) -> Result<bool> {
    store::is_kept(read, file)
}

/// How many bytes of the storage the files of all exports take.
pub fn room_taken(read: &mut Read) -> Result<i64> {
    store::room_taken(read)
}

/// The statements that choose among many exports, for looking at their plans.
pub fn statements() -> Vec<(String, String)> {
    store::statements()
}

/// What the database knows of the token of a mailed link.
pub fn link_token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn end(tx: &mut Tx, id: ExportId, state: State, error: Option<&str>) -> Result<bool> {
    store::end(tx, id, state, error)
}
