//! `GET /api/v1/provider/leads`

use std::fmt::Write;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::filter::FilterIn;
use super::until::{appeal_until, undo_until};
use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::assignments::{Filter, RejectionCode, Status};
use crate::clock::Timestamp;
use crate::error::{Error, Invalid, Result};
use crate::http::page::invalid_cursor;
use crate::http::seal::Seals;
use crate::http::{Both, Fields, Json, Problems, Query, QueryInput, QueryOf};
use crate::id::{AssignmentId, Id, LeadId, NicheId, ProviderId};
use crate::money::Money;
use crate::read::{self, Item, Page, Position};
use crate::returns::ReturnOut;

const PATH: &str = "/api/v1/provider/leads";
const DEFAULT_LIMIT: i64 = 25;
const MAX_LIMIT: i64 = 100;
/// Page × limit may be this at most.
const MAX_DEPTH: i64 = 10_000;
const MAX_CURSOR: usize = 512;
/// What need not be encoded in a query's value (RFC 3986, unreserved).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Which leads, and which page of them.
#[derive(Debug)]
pub(super) struct ListIn {
    filters: FilterIn,
    pages: PageIn,
}

/// Which page
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageIn {
    /// page × limit is at most 10,000; use `cursor` to go further
    #[param(default = 1)]
    page: Option<i64>,
    /// Leads on a page
    #[param(default = 25)]
    limit: Option<i64>,
    /// `next_cursor` of the page before; not together with `page`
    cursor: Option<String>,
}

type ListParams = QueryOf<ListIn, Both<FilterIn, PageIn>>;

impl QueryInput for ListIn {
    fn read(query: &mut Fields) -> Self {
        query.says("page", || json!({ "maximum": MAX_DEPTH }));
        let pages = PageIn {
            page: query.opt_int("page", 1..=i64::MAX),
            limit: query.opt_int("limit", 1..=MAX_LIMIT),
            cursor: query.opt_text("cursor", 1..=MAX_CURSOR),
        };
        let input = Self { filters: FilterIn::read(query), pages };
        if input.pages.page.is_some() && input.pages.cursor.is_some() {
            query.error(Invalid::parameter("cursor", "conflicting_parameters", "send either page or cursor"));
        }
        if input.pages.page.unwrap_or(1).saturating_mul(input.limit()) > MAX_DEPTH {
            let detail =
                format!("page × limit is {MAX_DEPTH} at most; to go on from there, send next_cursor as cursor");
            query.error(Invalid::parameter("page", "page_too_deep", detail));
        }
        input
    }
}

impl ListIn {
    fn limit(&self) -> i64 {
        self.pages.limit.unwrap_or(DEFAULT_LIMIT)
    }

    fn filter(&self, zone: &TimeZone) -> Result<Filter> {
        let filter = self.filters.filter(zone);
        filter.ok_or_else(|| Error::parameter("date_to", "invalid_period", "date_to is before date_from"))
    }

    /// The filters as a query, each with an `&` after it: for links, and to tie a cursor to them.
    fn filters(&self) -> String {
        let mut query = String::new();
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = write!(query, "{name}={}&", utf8_percent_encode(&value, PLAIN));
            }
        };
        let filters = &self.filters;
        add("status", filters.status.map(|status| status.to_string()));
        add("niche_id", filters.niche_id.map(|niche| niche.to_string()));
        add("date_from", filters.date_from.map(|bound| bound.to_string()));
        add("date_to", filters.date_to.map(|bound| bound.to_string()));
        add("search", filters.search.clone());
        add("viewed", filters.viewed.map(|viewed| viewed.to_string()));
        query
    }
}

/// Where the next page begins, and the number it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    after: (Timestamp, AssignmentId),
    page: i64,
}

impl Cursor {
    fn seal(self, seals: &Seals, scope: &str) -> String {
        let (assigned_at, id) = self.after;
        let micros = assigned_at.as_micros().to_be_bytes();
        seals.seal(scope, &[&micros, id.uuid().as_bytes().as_slice(), &self.page.to_be_bytes()].concat())
    }

    fn open(seals: &Seals, scope: &str, text: &str) -> Option<Self> {
        let bytes = seals.open(scope, text)?;
        let (micros, rest) = bytes.split_first_chunk()?;
        let (id, page) = rest.split_first_chunk()?;
        let assigned_at = Timestamp::from_micros(i64::from_be_bytes(*micros))?;
        let id = AssignmentId::from_uuid(uuid::Uuid::from_bytes(*id));
        Some(Self { after: (assigned_at, id), page: i64::from_be_bytes(page.try_into().ok()?) })
    }
}

/// One lead in the inbox.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProviderLeadAssignment<'a> {
    assignment_id: AssignmentId,
    lead_id: LeadId,
    niche_id: NicheId,
    #[schema(example = "Roofing")]
    niche_name: String,
    status: Status,
    price_charged: Money,
    #[schema(example = "USD")]
    currency: &'a str,
    assigned_at: Timestamp,
    viewed_at: Option<Timestamp>,
    accepted_at: Option<Timestamp>,
    rejected_at: Option<Timestamp>,
    rejection_reason: Option<String>,
    #[schema(value_type = Option<RejectionCode>)]
    rejection_code: Option<String>,
    contact_email: Option<String>,
    /// E.164 if it is a real number, else as it was sent
    contact_phone: Option<String>,
    contact_name: Option<String>,
    /// As it was sent
    postal_code: Option<String>,
    /// When the person's data was erased; null if it was not
    erased_at: Option<Timestamp>,
    /// The lead can be rejected until just before this time
    return_until: Timestamp,
    /// How many returns you may still open now; null: no limit
    returns_left: Option<i64>,
    #[serde(rename = "return")]
    returned: Option<ReturnOut>,
    /// The denied return can be appealed until just before this time; null if it cannot be appealed
    appeal_until: Option<Timestamp>,
    /// Your decision can be taken back until just before this time; null if it cannot be
    undo_until: Option<Timestamp>,
}

/// A page of the inbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProviderInbox)]
pub(super) struct InboxOut<'a> {
    /// The number of this page, also when it was read by `cursor`
    page: i64,
    limit: i64,
    /// How many leads there are with these filters
    total_count: i64,
    total_pages: i64,
    items: Vec<ProviderLeadAssignment<'a>>,
    /// For the next page; null on the last
    next_cursor: Option<String>,
}

impl<'a> ProviderLeadAssignment<'a> {
    pub fn of(item: Item, returns_left: Option<i64>, app: &'a App) -> Self {
        let (decided_at, returned) = (item.accepted_at.or(item.rejected_at), item.returned.as_ref());
        Self {
            assignment_id: item.assignment_id,
            lead_id: item.lead_id,
            niche_id: item.niche_id,
            niche_name: item.niche_name,
            status: item.status,
            price_charged: item.price_charged,
            currency: &app.config.currency,
            assigned_at: item.assigned_at,
            viewed_at: item.viewed_at,
            accepted_at: item.accepted_at,
            rejected_at: item.rejected_at,
            rejection_reason: item.rejection_reason,
            rejection_code: item.rejection_code,
            contact_email: item.contact_email,
            contact_phone: item.contact_phone,
            contact_name: item.contact_name,
            postal_code: item.postal_code,
            erased_at: item.erased_at,
            return_until: app.return_windows.end(item.assigned_at),
            returns_left,
            appeal_until: appeal_until(returned, app),
            undo_until: undo_until(item.status, decided_at, returned, item.erased_at, app),
            returned: item.returned.map(ReturnOut::from),
        }
    }
}

/// The inbox, newest first
#[utoipa::path(get, path = "/api/v1/provider/leads", tag = "provider", params(ListParams),
    responses((status = 200, body = InboxOut, headers(("Link" = String,
        description = "RFC 8288: first, prev, next and last, where they exist"))), Problems))]
pub(super) async fn list(app: App, provider: CurrentProvider, Query(input): Query<ListIn>) -> Result<Response> {
    let filter = input.filter(&provider.zone())?;
    let requested = RequestedPage::of(&input, provider.id, &app.seals)?;
    let (id, at, limit) = (provider.id, requested.at, requested.limit);
    // After a cursor only one lead more tells whether there are more.
    let fetch = if requested.by_cursor() { limit + 1 } else { limit };
    let found = app.db.read(move |read| read::inbox(read, id, &filter, at, fetch)).await?;
    let returns_left = found.returns_left;
    let (total_count, next, items) = requested.cut(found);
    let next_cursor = next.map(|next| next.seal(&app.seals, &requested.scope));
    let total_pages = (total_count + limit - 1) / limit;
    let links = requested.links(total_pages, next_cursor.as_deref());
    let items = items.into_iter().map(|item| ProviderLeadAssignment::of(item, returns_left, &app)).collect();
    let answer = Json(InboxOut { page: requested.page, limit, total_count, total_pages, items, next_cursor });
    Ok(([(header::LINK, HeaderValue::try_from(links).map_err(Error::internal)?)], answer).into_response())
}

/// The page that was asked for.
struct RequestedPage {
    filters: String,
    scope: String,
    at: Position,
    page: i64,
    limit: i64,
}

impl RequestedPage {
    fn of(input: &ListIn, provider: ProviderId, seals: &Seals) -> Result<Self> {
        let filters = input.filters();
        let scope = format!("inbox {provider} {filters}");
        let limit = input.limit();
        let (at, page) = match (&input.pages.cursor, input.pages.page.unwrap_or(1)) {
            (Some(text), _) => {
                let Cursor { after: (assigned_at, id), page } =
                    Cursor::open(seals, &scope, text).ok_or_else(invalid_cursor)?;
                (Position::After(assigned_at, id), page)
            }
            (None, 1) => (Position::First, 1),
            (None, page) => (Position::Offset((page - 1) * limit), page),
        };
        Ok(Self { filters, scope, at, page, limit })
    }

    fn by_cursor(&self) -> bool {
        matches!(self.at, Position::After(..))
    }

    /// The total, the cursor of the next page if there is one, and the items of this one.
    fn cut(&self, found: Page) -> (i64, Option<Cursor>, Vec<Item>) {
        let Page { total, mut items, .. } = found;
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = if self.by_cursor() { items.len() > limit } else { self.page * self.limit < total };
        items.truncate(limit);
        let last = if more { items.last() } else { None };
        let next = last.map(|item| Cursor { after: (item.assigned_at, item.assignment_id), page: self.page + 1 });
        (total, next, items)
    }

    fn links(&self, total_pages: i64, next_cursor: Option<&str>) -> String {
        let Self { filters, page, limit, .. } = self;
        let reachable = |page: i64| page.saturating_mul(*limit) <= MAX_DEPTH;
        let numbered = |page: i64, rel: &str| format!("<{PATH}?{filters}page={page}&limit={limit}>; rel=\"{rel}\"");
        let mut links = vec![numbered(1, "first")];
        if *page > 1 && !self.by_cursor() {
            links.push(numbered((page - 1).min(total_pages.max(1)), "prev"));
        }
        if let Some(cursor) = next_cursor {
            links.push(if !self.by_cursor() && reachable(page + 1) {
                numbered(page + 1, "next")
            } else {
                format!("<{PATH}?{filters}limit={limit}&cursor={cursor}>; rel=\"next\"")
            });
        }
        if total_pages > 0 && reachable(total_pages) {
            links.push(numbered(total_pages, "last"));
        }
        links.join(", ")
    }
}
