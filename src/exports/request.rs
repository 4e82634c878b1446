//! What a provider asks for.

use jiff::tz::TimeZone;

use super::store::export::{Export, Format, Preset};
use crate::assignments::{Filter, Status};
use crate::id::NicheId;
use crate::inbox::FilterIn;

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
pub struct ExportRequest {
    pub format: Format,
    pub preset: Preset,
    pub as_sent: AsSent,
    /// What they mean at this moment, in the provider's zone.
    pub filter: Filter,
    /// The limit in force.
    pub max_rows: i64,
}

impl ExportRequest {
    /// What an export was asked for.
    pub(super) fn as_before(export: &Export) -> Self {
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
