//! A page of an inbox and the number of all its entries, in one statement.
//!
//! The text is built for the filters that are there, so that each shape has its own plan; there are few limits, so that
//! there are few shapes. The page is cut in an index's order before anything is joined: PostgreSQL's generic plan judges
//! by an average provider, for which joining all and sorting looks cheap. Nothing is sorted but a search's hits.

use super::line::Line;
use super::{Item, Page, Position};
use crate::assignments::{Filter, Search, Status};
use crate::clock::Timestamp;
use crate::db::sql::Conditions;
use crate::db::{Read, params};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, NicheId, ProviderId};
use crate::period::Period;
use crate::read::lead::{JOIN_RETURN, LIMITED, RETURN};
use crate::read::rows;
use crate::returns;

/// How many rows are read: the first that is enough. One more than pages usually have, to know whether there is another.
/// PostgreSQL's generic plan has to see the number, else it takes the rows to join for many.
const LIMITS: [i64; 3] = [26, 51, 101];

/// `GLANCED`: with a glance at each entry.
pub(super) fn page<const GLANCED: bool>(
    read: &mut Read,
    provider: ProviderId,
    filter: &Filter,
    at: Position,
    limit: i64,
) -> Result<Page> {
    let statement = Statement::of(&provider, filter, &at, limit, GLANCED);
    let lines: Vec<Line<GLANCED>> = read.all(&statement.text, statement.only.params())?;
    let Some((total, limited)) = lines.first().map(|line| (line.total, line.returns_limited)) else {
        return empty_page(read, &statement, at);
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut items: Vec<Item> = lines.into_iter().map(|line| line.item).collect();
    // A join by ids keeps their order in practice, not by promise.
    items.sort_unstable_by_key(|item| std::cmp::Reverse((item.assigned_at, item.assignment_id)));
    items.truncate(limit);
    let returns_left = if limited { returns::left(read, provider)? } else { None };
    Ok(Page { total, items, returns_left })
}

/// How many entries there are with this filter.
pub(super) fn count(read: &mut Read, provider: ProviderId, filter: &Filter) -> Result<i64> {
    let Selection { only, with, total, of_total } = Selection::of(&provider, filter);
    let params = only.params().get(..of_total).unwrap_or_default();
    let (count,): (i64,) = read.one(&format!("{}{total}", with.unwrap_or_default()), params)?;
    Ok(count)
}

/// One entry, and whether returns are limited.
pub(super) fn item(read: &mut Read, provider: ProviderId, assignment: AssignmentId) -> Result<Option<(Item, bool)>> {
    let line: Option<Line<false>> = read.optional(&item_text(), params![assignment, provider])?;
    Ok(line.map(|line| (line.item, line.returns_limited)))
}

fn item_text() -> String {
    let one = format!("(SELECT {OWN} FROM lead_assignments a WHERE a.id = $1 AND a.provider_id = $2) AS a {JOINS}");
    entries_text("CAST(1 AS bigint)", &one, "")
}

/// What is read of each of the entries of `rows`, and these columns behind it.
fn entries_text(total: &str, rows: &str, more: &str) -> String {
    format!(
        "SELECT {total} AS total, a.id AS assignment_id, a.lead_id, a.niche_id, n.name AS niche_name,
                a.status, a.price_charged, a.assigned_at, a.viewed_at, a.accepted_at, a.rejected_at, a.rejection_reason,
                a.rejection_code, l.contact_email, l.contact_phone, l.contact_name, l.postal_code, l.erased_at, {RETURN},
                {LIMITED}{more}
           FROM {rows} {JOIN_RETURN}"
    )
}

/// Without rows there is no total either: it is asked for alone.
fn empty_page(read: &mut Read, statement: &Statement<'_>, at: Position) -> Result<Page> {
    let params = statement.only.params().get(..statement.of_total).unwrap_or_default();
    let (total,): (i64,) = read.one(&statement.total, params)?;
    let skipped = match at {
        Position::First => 0,
        Position::Offset(rows) => rows,
        Position::After(..) => i64::MAX,
    };
    // There is a row now: it came between the two statements.
    if total > skipped { Err(Error::Raced) } else { Ok(Page { total, items: Vec::new(), returns_left: None }) }
}

const JOINS: &str = "JOIN leads l ON l.id = a.lead_id JOIN niches n ON n.id = a.niche_id";
/// What is read of an assignment itself.
const OWN: &str = "a.id, a.lead_id, a.niche_id, a.status, a.price_charged, a.assigned_at, a.viewed_at, a.accepted_at, \
                   a.rejected_at, a.rejection_reason, a.rejection_code, a.max_providers";

/// What else is read of a lead that somebody glances at.
const GLANCE: &str = ", l.form_data, (SELECT count(*) FROM lead_assignments s WHERE s.lead_id = a.lead_id) AS sold, \
                      a.max_providers AS sold_max";

/// The statement, ready to run.
struct Statement<'a> {
    only: Conditions<'a>,
    text: String,
    /// The total alone, and how many of the parameters it takes.
    total: String,
    of_total: usize,
}

/// What finds the entries.
struct Selection<'a> {
    /// The parameters of all parts, and the conditions on `lead_assignments`.
    only: Conditions<'a>,
    /// For a search: makes the table `found` of ids and times.
    with: Option<String>,
    /// A scalar query, and how many of the parameters it takes.
    total: String,
    of_total: usize,
}

impl<'a> Statement<'a> {
    fn of(provider: &'a ProviderId, filter: &'a Filter, at: &'a Position, limit: i64, glanced: bool) -> Self {
        let Selection { mut only, with, total, of_total } = Selection::of(provider, filter);
        let rows = LIMITS.into_iter().find(|rows| limit <= *rows).unwrap_or(limit);
        let cut = |of: &str| format!("ORDER BY {of}.assigned_at DESC, {of}.id DESC LIMIT {rows}");
        let mut after = String::new();
        let mut offset = String::new();
        match at {
            Position::First => {}
            Position::Offset(skipped) => offset = format!(" OFFSET ${}", only.bind(skipped)),
            Position::After(assigned_at, id) => {
                after = format!("(${}, ${})", only.bind(assigned_at), only.bind(id));
            }
        }
        let by_ids = |ids: &str| format!("({ids}) AS p JOIN lead_assignments a ON a.id = p.id {JOINS}");
        let rows = if with.is_some() {
            let after = if after.is_empty() { after } else { format!(" WHERE (f.assigned_at, f.id) < {after}") };
            by_ids(&format!("SELECT f.id FROM found f{after} {}{offset}", cut("f")))
        } else if offset.is_empty() {
            if !after.is_empty() {
                only.and_text(&format!("(a.assigned_at, a.id) < {after}"));
            }
            format!("(SELECT {OWN} FROM lead_assignments a{} {}) AS a {JOINS}", only.sql(), cut("a"))
        } else {
            // Skipped entries are not read, only their index entries are.
            by_ids(&format!("SELECT a.id FROM lead_assignments a{} {}{offset}", only.sql(), cut("a")))
        };
        let with = with.unwrap_or_default();
        let text = format!("{with}{}", entries_text(&format!("({total})"), &rows, if glanced { GLANCE } else { "" }));
        Self { only, text, total: format!("{with}{total}"), of_total }
    }
}

impl<'a> Selection<'a> {
    fn of(provider: &'a ProviderId, filter: &'a Filter) -> Self {
        let mut only = Conditions::default();
        only.and("a.provider_id =", provider);
        if let Some(period) = &filter.period {
            only.and("a.assigned_at >=", &period.start);
            only.and("a.assigned_at <", &period.end);
        }
        match &filter.search {
            None => Self::look_up(only, filter),
            Some(search) => Self::look_through(only, filter, search),
        }
    }

    /// Without a search: an index has the order.
    fn look_up(mut only: Conditions<'a>, filter: &'a Filter) -> Self {
        only.and_some("a.status =", &filter.status);
        only.and_some("a.niche_id =", &filter.niche);
        if let Some(viewed) = filter.viewed {
            only.and_text(if viewed { "a.viewed_at IS NOT NULL" } else { "a.viewed_at IS NULL" });
        }
        let (total, of_total) = kept(filter).map_or_else(
            || (format!("SELECT count(*) FROM lead_assignments a{}", only.sql()), only.params().len()),
            |total| (total, 1),
        );
        Self { only, with: None, total, of_total }
    }

    /// One scan of the covering index finds the hits, for the total and the page; the other filters look at hits only.
    fn look_through(mut only: Conditions<'a>, filter: &'a Filter, search: &'a Search) -> Self {
        let matches = search.condition(&mut only);
        only.and_text(&matches);
        let hits = format!("SELECT a.id, a.assigned_at FROM lead_assignments a{}", only.sql());
        let mut others = Vec::new();
        if let Some(status) = &filter.status {
            others.push(format!("a.status = ${}", only.bind(status)));
        }
        if let Some(niche) = &filter.niche {
            others.push(format!("a.niche_id = ${}", only.bind(niche)));
        }
        if let Some(viewed) = filter.viewed {
            others.push(format!("a.viewed_at IS {}NULL", if viewed { "NOT " } else { "" }));
        }
        let with = if others.is_empty() {
            format!("WITH found AS MATERIALIZED ({hits}) ")
        } else {
            format!(
                "WITH hits AS MATERIALIZED ({hits}), found AS MATERIALIZED (SELECT a.id, a.assigned_at \
                 FROM hits h JOIN lead_assignments a ON a.id = h.id WHERE {}) ",
                others.join(" AND ")
            )
        };
        let of_total = only.params().len();
        Self { only, with: Some(with), total: "SELECT count(*) FROM found".to_owned(), of_total }
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
    let mut all = vec![("item".to_owned(), item_text())];
    for status in [None, Some(Status::Active), Some(Status::Rejected)] {
        for niche in [None, Some(niche)] {
            for period in [None, Some(period)] {
                for viewed in [None, Some(true), Some(false)] {
                    for search in [None, Search::new("ann@"), Search::new("+1 555"), Search::new("00 1 555")] {
                        let filter = Filter { status, niche, period, search, viewed };
                        for at in [Position::First, Position::Offset(25), Position::After(now, id)] {
                            for (glanced, of) in [(false, ""), (true, "glanced ")] {
                                let text = Statement::of(&provider, &filter, &at, 25, glanced).text;
                                all.push((format!("{of}{}", name(&filter, at)), text));
                            }
                        }
                        let [first, after] = rows::statements_of(provider, &filter, (now, id));
                        all.push((format!("full {}", name(&filter, Position::First)), first));
                        all.push((format!("full {}", name(&filter, Position::After(now, id))), after));
                    }
                }
            }
        }
    }
    all
}

fn name(filter: &Filter, at: Position) -> String {
    let Filter { status, niche, period, search, viewed } = filter;
    let parts = [
        status.map(|status| status.to_string()),
        niche.map(|_| "niche".to_owned()),
        period.map(|_| "period".to_owned()),
        viewed.map(|viewed| format!("viewed={viewed}")),
        search.as_ref().map(|search| format!("search{}", search.ways())),
    ];
    let at = match at {
        Position::First => "first",
        Position::Offset(_) => "offset",
        Position::After(..) => "after",
    };
    parts.into_iter().flatten().chain([at.to_owned()]).collect::<Vec<_>>().join(" ")
}
