//! The rows of a file: many, in order, each with what its form asked.

use std::collections::HashMap;

pub(super) use super::narrowed::statements_of;

use super::corrections::corrections;
use super::meant::meant;
use super::narrowed::{narrow, text};
use crate::assignments::{Filter, Status};
use crate::catalog;
use crate::clock::Timestamp;
use crate::db::sql::Conditions;
use crate::db::{Json, Read, row};
use crate::error::Result;
use crate::fields::NicheFields;
use crate::id::{AssignmentId, LeadId, NicheId, ProviderId};
use crate::intake::{self, told_apart};
use crate::money::Money;

/// The lead as its person has it corrected: the newest of each field.
fn amend(read: &mut Read, provider: ProviderId, asked: &NicheFields, item: &mut FullItem) -> Result<()> {
    for one in corrections(read, provider, asked, item.assignment_id, item.lead_id)?.into_iter().rev() {
        item.contact_name = one.contact_name.or(item.contact_name.take());
        item.contact_email = one.contact_email.or(item.contact_email.take());
        item.contact_phone = one.contact_phone.or(item.contact_phone.take());
        item.postal_code = one.postal_code.or(item.postal_code.take());
        if let Some(newer) = one.form_data {
            item.form_data = Some(intake::merged(item.form_data.as_ref(), &newer)?);
        }
    }
    Ok(())
}

row! {
    /// One assignment with all that goes into a file.
    #[derive(Debug, Clone)]
    pub struct FullItem {
        pub assignment_id: AssignmentId,
        pub lead_id: LeadId,
        pub niche_id: NicheId,
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
        /// In the niche's order, without what is internal.
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
    let filter = meant(read, filter)?;
    let mut only = Conditions::default();
    let sql = text(&mut only, &provider, &filter, after.as_ref(), limit);
    let mut rows: Vec<FullItem> = read.all(&sql, only.params())?;
    let (asked, nothing) = (asked_of(read, provider)?, NicheFields::default());
    for row in &mut rows {
        let asked = asked.get(&row.niche_id).unwrap_or(&nothing);
        told_apart(&mut row.form_data, &mut row.attribution);
        if row.corrected {
            amend(read, provider, asked, row)?;
        }
        row.form_data = row.form_data.take().map(|json| Json(asked.shown(&json.0).into_owned()));
    }
    Ok(rows)
}

/// What the niches ask that the provider buys in, or bought in.
pub fn asked_of(read: &mut Read, provider: ProviderId) -> Result<HashMap<NicheId, NicheFields>> {
    let niches = catalog::named_niches(read, provider)?;
    Ok(niches.into_iter().filter(|niche| !niche.fields.is_empty()).map(|niche| (niche.id, niche.fields)).collect())
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
