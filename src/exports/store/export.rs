//! An export as it is kept.

use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::assignments::{Filter, Search, Status};
use crate::clock::Timestamp;
use crate::db::{row, text_enum};
use crate::id::{ExportId, NicheId, ProviderId};
use crate::period::Period;

/// `row!` has the columns in this order.
const COLUMNS: &str = "id, provider_id, COALESCE(remaking, state) AS state, format, preset, status, niche_id, date_from, date_to, search, viewed,
    period_start, period_end, max_rows, matching_rows, begun, rows_done,
    CASE WHEN remaking IS NULL THEN row_count END AS row_count, CASE WHEN remaking IS NULL THEN size_bytes END AS size_bytes,
    CASE WHEN remaking IS NULL THEN sha256 END AS sha256, CASE WHEN remaking IS NULL THEN file END AS file, error, quota_day,
    created_at, CASE WHEN remaking IS NULL THEN ready_at END AS ready_at, expires_at, missing_at, data_until";

pub(super) fn select(which: &str) -> String {
    format!("SELECT {COLUMNS} FROM exports WHERE {which}")
}

text_enum! {
    /// What kind of file.
    pub enum Format { Csv = "csv", Xlsx = "xlsx" }
}

text_enum! {
    /// Which columns, and under which names.
    pub enum Preset { Standard = "standard", Hubspot = "hubspot", Salesforce = "salesforce" }
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
