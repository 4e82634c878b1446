//! One lead as its provider sees it.

use super::corrections::{Correction, IS_CORRECTED, corrections};
use crate::assignments::{LeadRef, Status, not_yours};
use crate::clock::Timestamp;
use crate::consent::Evidence;
use crate::db::{Json, Read, params, row};
use crate::error::Result;
use crate::fields::NicheFields;
use crate::id::{AssignmentId, LeadId, NicheId, ProviderId, SubscriptionId};
use crate::intake::{origin, told_apart};
use crate::money::Money;
use crate::returns::{self, ReturnRule, ReturnState, Returned};

row! {
    /// One assignment with all that its provider may know of it.
    #[derive(Debug, Clone)]
    pub struct Detail {
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
        pub rejection_code: Option<String>,
        pub contact_email: Option<String>,
        pub contact_phone: Option<String>,
        pub contact_name: Option<String>,
        pub postal_code: Option<String>,
        pub erased_at: Option<Timestamp>,
        /// In the niche's order, without what is internal.
        pub form_data: Option<Json>,
        /// What the niche asks.
        pub fields: NicheFields,
        /// What the person agreed to, where the niche shows it.
        pub consent: Option<Json>,
        pub attribution: Option<Json>,
        /// The time of the charge in the ledger.
        pub charged_at: Option<Timestamp>,
        /// The provider's balance right after it.
        pub balance_after: Option<Money>,
        pub competition_level: String,
        pub subscription_id: SubscriptionId,
        /// Assignments ever made of this lead, to anyone.
        pub sold: i64,
        /// The level's maximum when this one was made.
        pub sold_max: i64,
        pub utm_source: Option<String>,
        pub utm_medium: Option<String>,
        pub utm_campaign: Option<String>,
        pub referrer_url: Option<String>,
        pub return_state: Option<ReturnState>,
        pub return_decided_at: Option<Timestamp>,
        pub return_note: Option<String>,
        pub return_rule: Option<ReturnRule>,
        pub return_appealed_at: Option<Timestamp>,
        /// Whether there is an allowance of returns.
        pub returns_limited: bool,
        pub return_appeal_text: Option<String>,
        /// What was decided before the appeal.
        pub return_first_denied_at: Option<Timestamp>,
        pub return_first_denial_note: Option<String>,
        /// Whether its person sent anything else later.
        pub corrected: bool,
    }
}

/// One lead as its provider sees it.
#[derive(Debug, Clone)]
pub struct ProviderLead {
    pub lead: Detail,
    /// What its person sent later, newest first.
    pub corrections: Vec<Correction>,
    /// How many returns the provider may still open; `None`: there is no limit.
    pub returns_left: Option<i64>,
}

impl Detail {
    /// What the person agreed to, where the niche shows it.
    pub fn evidence(&self) -> Option<Evidence> {
        Evidence::of(&self.consent.as_ref()?.0)
    }

    /// Where it came from: names as they were sent, values as JSON.
    pub fn origin(&self) -> Vec<(String, String)> {
        origin(self.attribution.as_ref())
    }

    pub fn returned(&self) -> Option<Returned> {
        Some(Returned {
            state: self.return_state?,
            decided_at: self.return_decided_at,
            note: self.return_note.clone(),
            rule: self.return_rule,
            appealed_at: self.return_appealed_at,
        })
    }
}

/// What is shown of a return. Only rejected leads have one: for all others the index is not even looked into.
pub(super) const RETURN: &str = "r.state AS return_state, r.decided_at AS return_decided_at, r.note AS return_note, \
                      r.rule AS return_rule, r.appealed_at AS return_appealed_at";
pub(super) const JOIN_RETURN: &str =
    "LEFT JOIN returns r ON r.assignment_id = CASE WHEN a.rejected_at IS NOT NULL THEN a.id END";
/// Only where there is an allowance is it worth a statement of its own.
pub(super) const LIMITED: &str = "(SELECT p.max_returns IS NOT NULL OR p.max_percent IS NOT NULL FROM return_policy p \
                        WHERE p.id = 1) AS returns_limited";

/// The provider's (`$2`) assignment that `$1` names by the id of its lead, which is what nearly everybody does.
const BY_LEAD: &str = "a.lead_id = $1";
/// And by its own.
const BY_ITSELF: &str = "a.id = $1";

/// One row is looked up in many tables, so what each look-up costs counts: names are looked up without a join, which
/// PostgreSQL has less to prepare for.
fn detail_text(by: &str) -> String {
    format!(
        "SELECT a.id AS assignment_id, a.lead_id, a.niche_id,
                (SELECT n.name FROM niches n WHERE n.id = a.niche_id) AS niche_name, a.status, a.price_charged,
                a.assigned_at, a.viewed_at, a.accepted_at, a.rejected_at, a.rejection_reason, a.rejection_code,
                l.contact_email, l.contact_phone, l.contact_name, l.postal_code, l.erased_at, l.form_data,
                (SELECT n.fields FROM niches n WHERE n.id = a.niche_id) AS fields,
                CASE WHEN (SELECT n.show_consent FROM niches n WHERE n.id = a.niche_id) THEN l.consent END AS consent,
                l.attribution,
                e.created_at AS charged_at, e.balance_after,
                (SELECT c.name FROM competition_levels c WHERE c.id = a.competition_level_id) AS competition_level,
                a.subscription_id,
                (SELECT count(*) FROM lead_assignments s WHERE s.lead_id = a.lead_id) AS sold,
                a.max_providers AS sold_max, l.utm_source, l.utm_medium, l.utm_campaign, l.referrer_url,
                {RETURN}, {LIMITED}, r.appeal_text AS return_appeal_text,
                r.first_denied_at AS return_first_denied_at, r.first_denial_note AS return_first_denial_note,
                {IS_CORRECTED}
           FROM lead_assignments a
           JOIN leads l ON l.id = a.lead_id
      LEFT JOIN ledger_entries e ON e.assignment_id = a.id AND e.kind = 'charge'
                {JOIN_RETURN}
          WHERE {by} AND a.provider_id = $2"
    )
}

/// One lead as its provider sees it. That it was seen is not noted by this.
///
/// # Errors
/// `NotFound` where there is none, or it is another's.
pub fn lead(read: &mut Read, provider: ProviderId, lead: LeadRef) -> Result<ProviderLead> {
    let mut found: Option<Detail> = read.optional(&detail_text(BY_LEAD), params![lead, provider])?;
    if found.is_none() {
        found = read.optional(&detail_text(BY_ITSELF), params![lead, provider])?;
    }
    let mut found = found.ok_or_else(|| not_yours(provider, lead))?;
    told_apart(&mut found.form_data, &mut found.attribution);
    found.form_data = found.form_data.map(|json| Json(found.fields.shown(&json.0).into_owned()));
    let returns_left = if found.returns_limited { returns::left(read, provider)? } else { None };
    let corrections = if found.corrected {
        corrections(read, provider, &found.fields, found.assignment_id, found.lead_id)?
    } else {
        Vec::new()
    };
    Ok(ProviderLead { lead: found, corrections, returns_left })
}

pub(super) fn statements() -> Vec<(String, String)> {
    [("detail", BY_LEAD), ("detail of an assignment", BY_ITSELF)]
        .map(|(name, by)| (name.to_owned(), detail_text(by)))
        .into()
}
