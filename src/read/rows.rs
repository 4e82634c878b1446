//! The rows of a file: many, in order, each with what its form asked.

use super::corrections::{IS_CORRECTED, amend};
use crate::assignments::{Filter, Status};
use crate::clock::Timestamp;
use crate::db::sql::Conditions;
use crate::db::{Json, Read, row};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, ProviderId};
use crate::intake::told_apart;
use crate::money::Money;

row! {
    /// One assignment with all that goes into a file.
    #[derive(Debug, Clone)]
    pub struct FullItem {
        pub assignment_id: AssignmentId,
        pub lead_id: LeadId,
        pub niche_name: String,
        pub status: Status,
        pub price_charged: Money,
        pub assigned_at: Timestamp,
        pub viewed_at: Option<Timestamp>,
        pub accepted_at: Option<Timestamp>,
        pub rejected_at: Option<Timestamp>,
        pub rejection_reason: Option<String>,
        pub contact_name: Option<String>,
        pub contact_email: Option<String>,
        pub contact_phone: Option<String>,
        pub postal_code: Option<String>,
        pub erased_at: Option<Timestamp>,
        pub form_data: Option<Json>,
        pub attribution: Option<Json>,
        pub utm_source: Option<String>,
        pub utm_medium: Option<String>,
        pub utm_campaign: Option<String>,
        pub referrer_url: Option<String>,
        /// Whether its person sent anything else later.
        pub corrected: bool,
    }
}

/// Leads with all that goes into a file, as their persons have corrected it, newest first: those after `after`, at most
/// `limit`.
///
/// Cut in an index's order before anything is joined, as a page is. A search looks through that index too: whoever reads
/// all hits has nothing from finding them first.
pub fn rows(
    read: &mut Read,
    provider: ProviderId,
    filter: &Filter,
    after: Option<(Timestamp, AssignmentId)>,
    limit: i64,
) -> Result<Vec<FullItem>> {
    let filter = super::meant(read, filter)?;
    let mut only = Conditions::default();
    let sql = text(&mut only, &provider, &filter, after.as_ref(), limit);
    let mut rows: Vec<FullItem> = read.all(&sql, only.params())?;
    for row in &mut rows {
        told_apart(&mut row.form_data, &mut row.attribution);
        if row.corrected {
            amend(read, provider, row)?;
        }
    }
    Ok(rows)
}

/// How many rows a file of the leads with this filter has; the erased among them only where it keeps those.
pub fn count_rows(read: &mut Read, provider: ProviderId, filter: &Filter, keeps_erased: bool) -> Result<i64> {
    let all = super::count(read, provider, filter)?;
    if keeps_erased {
        return Ok(all);
    }
    let mut only = Conditions::default();
    narrow(&mut only, &provider, filter);
    only.and_text("l.erased_at IS NOT NULL");
    let sql = format!("SELECT count(*) FROM lead_assignments a JOIN leads l ON l.id = a.lead_id{}", only.sql());
    let (erased,): (i64,) = read.one(&sql, only.params())?;
    Ok(all - erased)
}

fn narrow<'a>(only: &mut Conditions<'a>, provider: &'a ProviderId, filter: &'a Filter) {
    only.and("a.provider_id =", provider);
    only.and_some("a.status =", &filter.status);
    only.and_some("a.niche_id =", &filter.niche);
    if let Some(period) = &filter.period {
        only.and("a.assigned_at >=", &period.start);
        only.and("a.assigned_at <", &period.end);
    }
    if let Some(viewed) = filter.viewed {
        only.and_text(if viewed { "a.viewed_at IS NOT NULL" } else { "a.viewed_at IS NULL" });
    }
    if let Some(search) = &filter.search {
        let condition = search.condition(only);
        only.and_text(&condition);
    }
}

fn text<'a>(
    only: &mut Conditions<'a>,
    provider: &'a ProviderId,
    filter: &'a Filter,
    after: Option<&'a (Timestamp, AssignmentId)>,
    limit: i64,
) -> String {
    narrow(only, provider, filter);
    if let Some((assigned_at, id)) = after {
        let after = format!("(a.assigned_at, a.id) < (${}, ${})", only.bind(assigned_at), only.bind(id));
        only.and_text(&after);
    }
    format!(
        "SELECT a.id AS assignment_id, a.lead_id, n.name AS niche_name, a.status, a.price_charged, a.assigned_at,
                a.viewed_at, a.accepted_at, a.rejected_at, a.rejection_reason, l.contact_name, l.contact_email,
                l.contact_phone, l.postal_code, l.erased_at, l.form_data, l.attribution, l.utm_source, l.utm_medium,
                l.utm_campaign, l.referrer_url, {IS_CORRECTED}
           FROM (SELECT * FROM lead_assignments a{} ORDER BY a.assigned_at DESC, a.id DESC LIMIT {limit}) AS a
           JOIN leads l ON l.id = a.lead_id
           JOIN niches n ON n.id = a.niche_id
       ORDER BY a.assigned_at DESC, a.id DESC",
        only.sql()
    )
}

/// The text for these filters, for the first rows of a file and for those after.
pub(super) fn statements_of(provider: ProviderId, filter: &Filter, at: (Timestamp, AssignmentId)) -> [String; 2] {
    [None, Some(&at)].map(|after| text(&mut Conditions::default(), &provider, filter, after, 500))
}
