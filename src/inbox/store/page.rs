//! A page of an inbox and the number of all its entries, in one statement.
//!
//! The text is built for the filters that are there, so each shape has its own plan; the number of shapes is bounded,
//! since limits and offsets are parameters. The constant LIMIT around the parameter tells PostgreSQL's generic plan that
//! the rows to join are few. Rows come in the index's order and are joined by id; nothing is sorted but a search's hits.

use super::Item;
use crate::clock::Timestamp;
use crate::db::sql::Conditions;
use crate::db::{FromRow, Read, Row};
use crate::error::Result;
use crate::id::{AssignmentId, NicheId, ProviderId};
use crate::inbox::{Filter, Page, Position, Search, Status};
use crate::period::Period;

/// The most rows that are ever asked for, one more than a page has.
const MOST: i64 = 101;

/// What is read of an assignment itself; each name again where it is wrapped.
const OWN: &str = "id, lead_id, niche_id, status, price_charged, assigned_at, viewed_at, accepted_at, rejected_at, \
                   rejection_reason, rejection_code";
const NEWEST_FIRST: &str = "ORDER BY assigned_at DESC, id DESC";

/// A row of the answer: the total, and an item unless the page is empty.
struct Line {
    total: i64,
    item: Option<Item>,
}

impl FromRow for Line {
    const COLUMNS: Option<&'static [&'static str]> = Some(&[
        "total",
        "assignment_id",
        "lead_id",
        "niche_id",
        "niche_name",
        "status",
        "price_charged",
        "assigned_at",
        "viewed_at",
        "accepted_at",
        "rejected_at",
        "rejection_reason",
        "rejection_code",
        "contact_email",
        "contact_phone",
        "contact_name",
        "erased_at",
    ]);

    fn decode(row: &Row<'_>) -> Result<Self> {
        let total = row.get(0)?;
        let Some(assignment_id) = row.get::<Option<AssignmentId>>(1)? else { return Ok(Self { total, item: None }) };
        let item = Item {
            assignment_id,
            lead_id: row.get(2)?,
            niche_id: row.get(3)?,
            niche_name: row.get(4)?,
            status: row.get(5)?,
            price_charged: row.get(6)?,
            assigned_at: row.get(7)?,
            viewed_at: row.get(8)?,
            accepted_at: row.get(9)?,
            rejected_at: row.get(10)?,
            rejection_reason: row.get(11)?,
            rejection_code: row.get(12)?,
            contact_email: row.get(13)?,
            contact_phone: row.get(14)?,
            contact_name: row.get(15)?,
            erased_at: row.get(16)?,
        };
        Ok(Self { total, item: Some(item) })
    }
}

pub(in crate::inbox) fn page(
    read: &mut Read,
    provider: ProviderId,
    filter: &Filter,
    at: Position,
    limit: i64,
) -> Result<Page> {
    let statement = Statement::of(&provider, filter, &at, &limit);
    let lines: Vec<Line> = read.all(&statement.sql(), statement.only.params())?;
    let total = lines.first().map_or(0, |line| line.total);
    let mut items: Vec<Item> = lines.into_iter().filter_map(|line| line.item).collect();
    // A join keeps the order in practice, not by promise.
    items.sort_unstable_by_key(|item| std::cmp::Reverse((item.assigned_at, item.assignment_id)));
    Ok(Page { total, items })
}

/// The statement in its parts.
struct Statement<'a> {
    /// The parameters of all parts. For a look-up also its conditions.
    only: Conditions<'a>,
    /// For a search: finds ids and times, as `found`.
    with: Option<String>,
    /// A scalar query.
    total: String,
    /// Finds the rows of the page, as `a`.
    rows: String,
}

impl<'a> Statement<'a> {
    fn of(provider: &'a ProviderId, filter: &'a Filter, at: &'a Position, limit: &'a i64) -> Self {
        let mut statement = Self::finding(provider, filter);
        match at {
            Position::First => statement.cut(limit, None),
            Position::Offset(rows) => statement.cut(limit, Some(rows)),
            Position::After(assigned_at, id) => {
                statement.go_on_after(assigned_at, id);
                statement.cut(limit, None);
            }
        }
        statement
    }

    fn finding(provider: &'a ProviderId, filter: &'a Filter) -> Self {
        let mut only = Conditions::default();
        only.and("provider_id =", provider);
        if let Some(period) = &filter.period {
            only.and("assigned_at >=", &period.start);
            only.and("assigned_at <", &period.end);
        }
        match &filter.search {
            None => Self::look_up(only, filter),
            Some(search) => Self::look_through(only, filter, search),
        }
    }

    /// Without a search: an index has the order.
    fn look_up(mut only: Conditions<'a>, filter: &'a Filter) -> Self {
        only.and_some("status =", &filter.status);
        only.and_some("niche_id =", &filter.niche);
        if let Some(viewed) = filter.viewed {
            only.and_text(if viewed { "viewed_at IS NOT NULL" } else { "viewed_at IS NULL" });
        }
        let total = kept(filter).unwrap_or_else(|| format!("SELECT count(*) FROM lead_assignments{}", only.sql()));
        Self { only, with: None, total, rows: String::new() }
    }

    /// One scan of the covering index finds the hits, for the total and the page; the other filters look at hits only.
    fn look_through(mut only: Conditions<'a>, filter: &'a Filter, search: &'a Search) -> Self {
        let pattern = only.bind(&search.pattern);
        let matches = match &search.or_pattern {
            None => format!("search_text LIKE ${pattern} ESCAPE '\\'"),
            Some(or_pattern) => {
                let other = only.bind(or_pattern);
                format!("(search_text LIKE ${pattern} ESCAPE '\\' OR search_text LIKE ${other} ESCAPE '\\')")
            }
        };
        only.and_text(&matches);
        let hits = format!("SELECT id, assigned_at FROM lead_assignments{}", only.sql());
        let mut others = Vec::new();
        if let Some(status) = &filter.status {
            others.push(format!("f.status = ${}", only.bind(status)));
        }
        if let Some(niche) = &filter.niche {
            others.push(format!("f.niche_id = ${}", only.bind(niche)));
        }
        if let Some(viewed) = filter.viewed {
            others.push(format!("f.viewed_at IS {}NULL", if viewed { "NOT " } else { "" }));
        }
        let with = if others.is_empty() {
            format!("WITH found AS MATERIALIZED ({hits}) ")
        } else {
            format!(
                "WITH hits AS MATERIALIZED ({hits}), found AS MATERIALIZED (SELECT h.id, h.assigned_at \
                 FROM hits h JOIN lead_assignments f ON f.id = h.id WHERE {}) ",
                others.join(" AND ")
            )
        };
        Self { only, with: Some(with), total: "SELECT count(*) FROM found".to_owned(), rows: String::new() }
    }

    /// The page begins after this entry; the total does not.
    fn go_on_after(&mut self, assigned_at: &'a Timestamp, id: &'a AssignmentId) {
        let (assigned_at, id) = (self.only.bind(assigned_at), self.only.bind(id));
        let after = format!("(assigned_at, id) < (${assigned_at}, ${id})");
        if self.with.is_some() {
            self.rows = format!(" WHERE {after}");
        } else {
            self.only.and_text(&after);
        }
    }

    /// The page's rows: `limit` of them, after `offset`.
    fn cut(&mut self, limit: &'a i64, offset: Option<&'a i64>) {
        let cut = format!("LIMIT ${}", self.only.bind(limit));
        let cut = match offset {
            Some(offset) => format!("{cut} OFFSET ${}", self.only.bind(offset)),
            None => cut,
        };
        let by_id = |from: &str, only: &str| {
            format!(
                "(SELECT id FROM (SELECT id FROM {from}{only} {NEWEST_FIRST} {cut}) AS cut LIMIT {MOST}) AS p \
                 JOIN lead_assignments a ON a.id = p.id"
            )
        };
        self.rows = if self.with.is_some() {
            by_id("found", &self.rows)
        } else if offset.is_some() {
            // Skipped entries are not read, only their index entries are.
            by_id("lead_assignments", self.only.sql())
        } else {
            let only = self.only.sql();
            format!(
                "(SELECT {OWN} FROM (SELECT {OWN} FROM lead_assignments{only} {NEWEST_FIRST} {cut}) AS cut \
                 LIMIT {MOST}) AS a"
            )
        };
    }

    /// An empty page has a row too: the total is there in any case.
    fn sql(&self) -> String {
        let Self { with, total, rows, .. } = self;
        format!(
            "{}SELECT ({total}) AS total, x.* FROM (SELECT 1 AS one) AS o LEFT JOIN (
               SELECT a.id AS assignment_id, a.lead_id, a.niche_id, n.name AS niche_name, a.status, a.price_charged,
                      a.assigned_at, a.viewed_at, a.accepted_at, a.rejected_at, a.rejection_reason, a.rejection_code,
                      l.contact_email, l.contact_phone, l.contact_name, l.erased_at
                 FROM {rows} JOIN leads l ON l.id = a.lead_id JOIN niches n ON n.id = a.niche_id) AS x ON TRUE",
            with.as_deref().unwrap_or_default()
        )
    }
}

/// The total where it is kept beside: no filter, or one of status and viewed alone. The provider is `$1`.
fn kept(filter: &Filter) -> Option<String> {
    let Filter { status, niche: None, period: None, search: None, viewed } = filter else { return None };
    let sum = |of: &str| {
        format!(
            "SELECT CAST(COALESCE(SUM(CASE tally {of} END), 0) AS bigint) FROM assignment_counts WHERE provider_id = $1"
        )
    };
    let tally = |name: &str| {
        format!("SELECT COALESCE((SELECT n FROM assignment_counts WHERE provider_id = $1 AND tally = '{name}'), 0)")
    };
    match (status, viewed) {
        (None, None) => Some(tally("assigned")),
        (None, Some(true)) => Some(tally("viewed")),
        (None, Some(false)) => Some(sum("WHEN 'assigned' THEN n WHEN 'viewed' THEN -n ELSE 0")),
        (Some(Status::Active), None) => Some(sum("WHEN 'assigned' THEN n WHEN 'viewed' THEN 0 ELSE -n")),
        (Some(decided), None) => Some(tally(decided.as_str())),
        (Some(_), Some(_)) => None,
    }
}

/// The text of every shape there is, named by its filters and its position.
pub(super) fn statements() -> Vec<(String, String)> {
    let now = Timestamp::default();
    let (provider, niche, id) = (ProviderId::new(now), NicheId::new(now), AssignmentId::new(now));
    let period = Period { start: now, end: now };
    let mut all = Vec::new();
    for status in [None, Some(Status::Active), Some(Status::Rejected)] {
        for niche in [None, Some(niche)] {
            for period in [None, Some(period)] {
                for viewed in [None, Some(true), Some(false)] {
                    for search in [None, Search::new("ann@"), Search::new("+1 555")] {
                        let filter = Filter { status, niche, period, search, viewed };
                        for at in [Position::First, Position::Offset(25), Position::After(now, id)] {
                            let sql = Statement::of(&provider, &filter, &at, &MOST).sql();
                            all.push((format!("{} {at:?}", name(&filter)), sql));
                        }
                    }
                }
            }
        }
    }
    all
}

fn name(filter: &Filter) -> String {
    let Filter { status, niche, period, search, viewed } = filter;
    let parts = [
        status.map(|status| status.to_string()),
        niche.map(|_| "niche".to_owned()),
        period.map(|_| "period".to_owned()),
        viewed.map(|viewed| format!("viewed={viewed}")),
        search.as_ref().map(|search| if search.or_pattern.is_some() { "search2" } else { "search" }.to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
