//! Lists of the back office: newest first, `limit` and `cursor`, `{"items": […], "next_cursor"}`.

use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use uuid::Uuid;

use super::input::{Fields, QueryInput};
use super::seal::Seals;
use super::shapes::QueryOf;
use ground::error::{Error, Result};

const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 100;
/// Longer than any cursor of ours.
const MAX_CURSOR: usize = 512;

/// The parameters that every such list takes. A list with filters reads them first, then `ListQuery::read(query)`.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Rows on the page.
    pub limit: i64,
    /// Where the page before ended; `None`: the first page.
    pub cursor: Option<String>,
}

/// The words for them in the document.
#[derive(utoipa::IntoParams)]
#[expect(dead_code, reason = "for the document alone")]
struct ListWords {
    /// Entries on a page
    #[param(default = 50)]
    limit: i64,
    /// `next_cursor` of the page before
    cursor: String,
}

impl utoipa::IntoParams for ListQuery {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        QueryOf::<Self, ListWords>::into_params(place)
    }
}

impl QueryInput for ListQuery {
    fn read(query: &mut Fields) -> Self {
        Self {
            limit: query.opt_int("limit", 1..=MAX_LIMIT).unwrap_or(DEFAULT_LIMIT),
            cursor: query.opt_text("cursor", 1..=MAX_CURSOR),
        }
    }
}

impl ListQuery {
    /// One row more than is shown says whether there is a next page.
    pub fn fetch(&self) -> i64 {
        self.limit + 1
    }

    /// The id below which the page begins. `scope`: the list and its filters, as in [`List::new`].
    pub fn below(&self, seals: &Seals, scope: &str) -> Result<Option<Uuid>> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let id = seals.open(scope, cursor).and_then(|bytes| Uuid::from_slice(&bytes).ok());
        id.map(Some).ok_or_else(invalid_cursor)
    }
}

/// A cursor that is damaged, or of another list.
pub fn invalid_cursor() -> Error {
    let detail = "This cursor is damaged, or belongs to another list or to other filters. Start without one.";
    Error::parameter("cursor", "invalid_cursor", detail)
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct List<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// For the next page; null on the last
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// `rows`: up to [`ListQuery::fetch`] of them, newest first; `id` tells where the next page goes on.
    pub fn new(mut rows: Vec<T>, query: &ListQuery, seals: &Seals, scope: &str, id: impl Fn(&T) -> Uuid) -> Self {
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = if more { rows.last() } else { None };
        let next_cursor = last.map(|row| seals.seal(scope, id(row).as_bytes()));
        Self { items: rows, next_cursor }
    }

    /// A page whose rows are all shown; the next begins below `below`.
    pub fn below(items: Vec<T>, below: Option<Uuid>, seals: &Seals, scope: &str) -> Self {
        Self { items, next_cursor: below.map(|id| seals.seal(scope, id.as_bytes())) }
    }

    /// The same page of things made from its items.
    pub fn map<U>(self, present: impl FnMut(T) -> U) -> List<U> {
        List { items: self.items.into_iter().map(present).collect(), next_cursor: self.next_cursor }
    }
}
