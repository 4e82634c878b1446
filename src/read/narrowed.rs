//! The text that reads the rows of a file, whatever the filters.

use super::corrections::IS_CORRECTED;
use crate::assignments::Filter;
use crate::clock::Timestamp;
use crate::db::sql::Conditions;
use crate::id::{AssignmentId, ProviderId};

pub(super) fn narrow<'a>(only: &mut Conditions<'a>, provider: &'a ProviderId, filter: &'a Filter) {
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

pub(super) fn text<'a>(
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
        "SELECT a.id AS assignment_id, a.lead_id, a.niche_id, n.name AS niche_name, a.status, a.price_charged, a.assigned_at,
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
