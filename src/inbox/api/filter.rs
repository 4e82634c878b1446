//! The inbox's filters as they are asked for: in a query, or in a body.

use jiff::tz::TimeZone;
use utoipa::{IntoParams, ToSchema};

use crate::assignments::{Filter, SEARCH_LENGTH, Search, Status};
use crate::http::{Fields, described};
use crate::id::NicheId;
use crate::period::{Bound, Period};

/// Which leads; without any filter, all of them
#[derive(Debug, Clone, Default, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = LeadFilters)]
pub struct FilterIn {
    pub status: Option<Status>,
    pub niche_id: Option<NicheId>,
    /// Assigned on or after: a date (the whole day in the provider's time zone) or an RFC 3339 time
    #[param(value_type = Option<String>, example = "2026-01-31")]
    #[schema(value_type = Option<String>, example = "2026-01-31")]
    pub date_from: Option<Bound>,
    /// Assigned on or before: a date (the whole day in the provider's time zone) or an RFC 3339 time
    #[param(value_type = Option<String>, example = "2026-01-31")]
    #[schema(value_type = Option<String>, example = "2026-01-31")]
    pub date_to: Option<Bound>,
    /// Part of the e-mail address, of the name (whatever its case and accents), of the place or of the phone number; or a whole
    /// phone number, however it is written in its country
    pub search: Option<String>,
    /// Opened, or not yet
    pub viewed: Option<bool>,
}

impl FilterIn {
    pub fn read(fields: &mut Fields) -> Self {
        Self {
            status: fields.opt_choice("status", Status::CHOICES),
            niche_id: fields.opt_id("niche_id"),
            date_from: fields.opt_bound("date_from"),
            date_to: fields.opt_bound("date_to"),
            search: read_search(fields),
            viewed: fields.opt_flag("viewed"),
        }
    }

    /// What it means to somebody whose days begin by `zone`. `None`: `date_to` is before `date_from`.
    pub fn filter(&self, zone: &TimeZone) -> Option<Filter> {
        let period = Period::new(self.date_from, self.date_to, zone)?;
        let bounded = self.date_from.is_some() || self.date_to.is_some();
        Some(Filter {
            status: self.status,
            niche: self.niche_id,
            period: bounded.then_some(period),
            search: self.search.as_deref().and_then(Search::new),
            viewed: self.viewed,
        })
    }
}

fn read_search(fields: &mut Fields) -> Option<String> {
    fields.says("search", || described::line(&SEARCH_LENGTH));
    let text = fields.opt_text("search", SEARCH_LENGTH)?;
    if Search::new(&text).is_none() {
        let detail = format!("must have {} characters at least that can be seen", SEARCH_LENGTH.start());
        fields.refuse("search", "too_short", detail);
    }
    Some(text)
}
