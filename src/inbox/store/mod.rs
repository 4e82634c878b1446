//! Every statement that writes `lead_assignments`, and what reads one of them. `page.rs` reads many.

mod by_id;
mod corrections;
mod counts;
mod ending;
mod events;
mod full;
mod glance;
mod named;
mod page;
mod searched;
mod undo;

pub use by_id::MOST as MOST_NAMED;
pub(super) use corrections::{corrected, corrections, holders, keep_correction, replaced, said, set_search_text};
pub(super) use counts::{counts, tallies};
pub use ending::Ending;
pub(super) use ending::ending;
pub use events::Event;
pub(super) use events::{events, newest_event, prune_events, tell, tell_of_lead};
pub use full::FullItem;
pub(super) use full::{count_erased, full_items};
pub use glance::Glance;
pub(super) use glance::glances;
pub use named::Named;
pub(super) use named::named;
pub(super) use page::{count, item, page};
pub(super) use searched::{countries, renew_search_text};
pub use undo::Decision;
pub(super) use undo::{decision, undo};

use std::time::Duration;

use corrections::IS_CORRECTED;

use super::origin::told_apart;
use super::returned::Allowance;
use super::{Decided, LeadRef, NewAssignment, Rejection, ReturnRule, ReturnState, Returned, Status, Undecided};
use crate::clock::Timestamp;
use crate::db::sql::tuples;
use crate::db::{Json, Param, Read, Tx, params, row};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, NicheId, ProviderId, SubscriptionId};
use crate::money::Money;

/// So few that the texts of all row counts fit in any cache of prepared statements.
pub(super) const ROWS_A_STATEMENT: usize = 8;

/// One assignment in a list.
#[derive(Debug, Clone)]
pub struct Item {
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
    pub returned: Option<Returned>,
}

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
        pub form_data: Option<Json>,
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

row! {
    /// Where an assignment stands.
    #[derive(Debug, Clone, Copy)]
    pub struct Standing {
        pub assignment_id: AssignmentId,
        pub lead_id: LeadId,
        pub status: Status,
        pub assigned_at: Timestamp,
        pub rejected_at: Option<Timestamp>,
    }
}

impl Detail {
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
const RETURN: &str = "r.state AS return_state, r.decided_at AS return_decided_at, r.note AS return_note, \
                      r.rule AS return_rule, r.appealed_at AS return_appealed_at";
const JOIN_RETURN: &str = "LEFT JOIN returns r ON r.assignment_id = CASE WHEN a.rejected_at IS NOT NULL THEN a.id END";
/// Only where there is an allowance is it worth a statement of its own.
const LIMITED: &str = "(SELECT p.max_returns IS NOT NULL OR p.max_percent IS NOT NULL FROM return_policy p \
                        WHERE p.id = 1) AS returns_limited";

// `$1` names an assignment of the provider `$2`: it is a lead's id, or else taken for an assignment's own.
//
// Two nodes' clocks differ, and a lead may be opened after it was accepted: a time that would come out of order is kept as
// the same moment as the one it has to follow or precede.

const MARK_VIEWED: &str = "
    UPDATE lead_assignments
       SET viewed_at = CASE WHEN accepted_at < $3 THEN accepted_at WHEN rejected_at < $3 THEN rejected_at
                            WHEN assigned_at > $3 THEN assigned_at ELSE $3 END
     WHERE id = COALESCE((SELECT id FROM lead_assignments WHERE lead_id = $1 AND provider_id = $2), $1)
       AND provider_id = $2 AND viewed_at IS NULL
 RETURNING id";

const ACCEPT: &str = "
    UPDATE lead_assignments
       SET status = 'accepted',
           accepted_at = CASE WHEN viewed_at > $3 THEN viewed_at WHEN assigned_at > $3 THEN assigned_at ELSE $3 END
     WHERE id = COALESCE((SELECT id FROM lead_assignments WHERE lead_id = $1 AND provider_id = $2), $1)
       AND provider_id = $2 AND status = 'active'
 RETURNING id AS assignment_id, accepted_at AS decided_at, undone";

const REJECT: &str = "
    UPDATE lead_assignments
       SET status = 'rejected', rejection_reason = $4, rejection_code = $5,
           rejected_at = CASE WHEN viewed_at > $3 THEN viewed_at WHEN assigned_at > $3 THEN assigned_at ELSE $3 END
     WHERE id = COALESCE((SELECT id FROM lead_assignments WHERE lead_id = $1 AND provider_id = $2), $1)
       AND provider_id = $2 AND status = 'active' AND assigned_at > $6
 RETURNING id AS assignment_id, rejected_at AS decided_at, undone";

const IS_ERASED: &str = "SELECT 1 FROM leads WHERE id = $1 AND erased_at IS NOT NULL";

const STANDING: &str = "
    SELECT id AS assignment_id, lead_id, status, assigned_at, rejected_at FROM lead_assignments
     WHERE id = COALESCE((SELECT id FROM lead_assignments WHERE lead_id = $1 AND provider_id = $2), $1)
       AND provider_id = $2";

fn detail_text() -> String {
    format!(
        "SELECT a.id AS assignment_id, a.lead_id, a.niche_id, n.name AS niche_name, a.status, a.price_charged,
                a.assigned_at, a.viewed_at, a.accepted_at, a.rejected_at, a.rejection_reason, a.rejection_code,
                l.contact_email, l.contact_phone, l.contact_name, l.postal_code, l.erased_at, l.form_data, l.attribution,
                e.created_at AS charged_at, e.balance_after, c.name AS competition_level, a.subscription_id,
                (SELECT count(*) FROM lead_assignments s WHERE s.lead_id = a.lead_id) AS sold,
                a.max_providers AS sold_max, l.utm_source, l.utm_medium, l.utm_campaign, l.referrer_url,
                {RETURN}, {LIMITED}, r.appeal_text AS return_appeal_text,
                r.first_denied_at AS return_first_denied_at, r.first_denial_note AS return_first_denial_note,
                {IS_CORRECTED}
           FROM lead_assignments a
           JOIN leads l ON l.id = a.lead_id
           JOIN niches n ON n.id = a.niche_id
           JOIN competition_levels c ON c.id = a.competition_level_id
      LEFT JOIN ledger_entries e ON e.assignment_id = a.id AND e.kind = 'charge'
                {JOIN_RETURN}
          WHERE a.id = COALESCE((SELECT id FROM lead_assignments WHERE lead_id = $1 AND provider_id = $2), $1)
            AND a.provider_id = $2"
    )
}

const ALLOWANCE: &str = "
    SELECT p.max_returns, p.max_percent,
           (SELECT count(*) FROM returns r WHERE r.provider_id = $1 AND r.opened_at > $2) AS opened,
           CASE WHEN p.max_percent IS NULL THEN 0
                ELSE (SELECT count(*) FROM lead_assignments a WHERE a.provider_id = $1 AND a.assigned_at > $2)
            END AS assigned
      FROM return_policy p
     WHERE p.id = 1 AND (p.max_returns IS NOT NULL OR p.max_percent IS NOT NULL)";

const AHEAD: &str = "
    SELECT count(*) FROM (SELECT 1 FROM lead_assignments
                           WHERE provider_id = $1 AND status = 'active' AND (assigned_at, id) > ($2, $3) LIMIT 1000) AS ahead";

/// Every statement that runs while a provider waits, each with a name: for looking at its plan.
pub(super) fn statements() -> Vec<(String, String)> {
    let single = [
        ("view", MARK_VIEWED),
        ("accept", ACCEPT),
        ("reject", REJECT),
        ("standing", STANDING),
        ("is erased", IS_ERASED),
        ("allowance", ALLOWANCE),
        ("counts", counts::COUNTS),
        ("ahead", AHEAD),
        ("ending", ending::TEXT),
    ];
    let single = single
        .into_iter()
        .chain(undo::STATEMENTS)
        .chain(corrections::STATEMENTS)
        .map(|(name, sql)| (name.to_owned(), sql.to_owned()));
    let made = [("detail", detail_text()), ("named", named::text()), ("glances", glance::text())]
        .map(|(n, sql)| (n.to_owned(), sql));
    single.chain(made).chain(page::statements()).chain(events::statements()).collect()
}

/// How many active leads come before this place in the inbox's order; 1,000 stands for any more.
pub(super) fn ahead(read: &mut Read, provider: ProviderId, at: Timestamp, assignment: AssignmentId) -> Result<i64> {
    let (ahead,): (i64,) = read.one(AHEAD, params![provider, at, assignment])?;
    Ok(ahead)
}

/// One statement; at most [`ROWS_A_STATEMENT`] rows.
pub(super) fn insert(tx: &mut Tx, rows: &[NewAssignment]) -> Result<()> {
    let now = tx.now();
    let values: Vec<&dyn Param> = rows
        .iter()
        .flat_map(|r| -> [&dyn Param; 11] {
            [
                &r.id,
                &r.lead,
                &r.provider,
                &r.niche,
                &r.competition_level,
                &r.subscription,
                &r.price,
                &r.max_providers,
                &Status::Active,
                &now,
                &r.search_text,
            ]
        })
        .collect();
    let sql = format!(
        "INSERT INTO lead_assignments (id, lead_id, provider_id, niche_id, competition_level_id, subscription_id,
           price_charged, max_providers, status, assigned_at, search_text) VALUES {}",
        tuples(rows.len(), 11)
    );
    tx.execute_later(&sql, &values)
}

/// `None` where it was seen before, or is not there. Never later than the decision.
pub(super) fn mark_viewed(tx: &mut Tx, provider: ProviderId, lead: LeadRef) -> Result<Option<AssignmentId>> {
    let now = tx.now();
    let viewed: Option<(AssignmentId,)> = tx.optional(MARK_VIEWED, params![lead, provider, now])?;
    Ok(viewed.map(|(id,)| id))
}

/// `None` where it is not active any more, or not there.
pub(super) fn accept(tx: &mut Tx, provider: ProviderId, lead: LeadRef) -> Result<Option<Decided>> {
    let now = tx.now();
    tx.optional(ACCEPT, params![lead, provider, now])
}

/// `None` where it is not active any more, was assigned `window` ago or earlier, or is not there.
pub(super) fn reject(
    tx: &mut Tx,
    provider: ProviderId,
    lead: LeadRef,
    rejection: &Rejection,
    window: Duration,
) -> Result<Option<Decided>> {
    let now = tx.now();
    tx.optional(REJECT, params![lead, provider, now, rejection.reason(), rejection.code, now.minus(window)])
}

/// Ends every assignment of the lead that is still active.
pub(super) fn refund_undecided(tx: &mut Tx, lead: LeadId) -> Result<Vec<Undecided>> {
    let now = tx.now();
    tx.all(
        "UPDATE lead_assignments
            SET status = 'refunded',
                refunded_at = CASE WHEN viewed_at > $2 THEN viewed_at WHEN assigned_at > $2 THEN assigned_at ELSE $2 END
          WHERE lead_id = $1 AND status = 'active'
      RETURNING id AS assignment_id, provider_id, price_charged,
                (SELECT name FROM niches WHERE id = niche_id) AS niche_name",
        params![lead, now],
    )
}

/// `None` where it is not rejected, or refunded already.
pub(super) fn refund_rejected(tx: &mut Tx, provider: ProviderId, assignment: AssignmentId) -> Result<Option<Decided>> {
    let now = tx.now();
    tx.optional(
        "UPDATE lead_assignments
            SET status = 'refunded', refunded_at = CASE WHEN rejected_at > $2 THEN rejected_at ELSE $2 END
          WHERE id = $1 AND provider_id = $3 AND status = 'rejected'
      RETURNING id AS assignment_id, refunded_at AS decided_at, undone",
        params![assignment, now, provider],
    )
}

/// Takes everything personal out of the lead's assignments.
pub(super) fn forget(tx: &mut Tx, lead: LeadId) -> Result<()> {
    tx.execute(
        "UPDATE lead_assignments
            SET search_text = $2, rejection_reason = CASE WHEN rejection_reason IS NULL THEN NULL ELSE '[erased]' END
          WHERE lead_id = $1",
        params![lead, super::search_text("", None, "", "", "")],
    )?;
    Ok(())
}

pub(super) fn is_erased(read: &mut Read, lead: LeadId) -> Result<bool> {
    let found: Option<(i64,)> = read.optional(IS_ERASED, params![lead])?;
    Ok(found.is_some())
}

pub(super) fn standing(read: &mut Read, provider: ProviderId, lead: LeadRef) -> Result<Option<Standing>> {
    read.optional(STANDING, params![lead, provider])
}

pub(super) fn detail(read: &mut Read, provider: ProviderId, lead: LeadRef) -> Result<Option<Detail>> {
    let mut detail: Option<Detail> = read.optional(&detail_text(), params![lead, provider])?;
    if let Some(detail) = &mut detail {
        told_apart(&mut detail.form_data, &mut detail.attribution);
    }
    Ok(detail)
}

/// `None` where returns are not limited.
pub(super) fn allowance(read: &mut Read, provider: ProviderId, since: Timestamp) -> Result<Option<Allowance>> {
    let limits: Option<(Option<i64>, Option<i64>, i64, i64)> = read.optional(ALLOWANCE, params![provider, since])?;
    Ok(limits.map(|(max_returns, max_percent, opened, assigned)| Allowance {
        max_returns,
        max_percent,
        opened,
        assigned,
    }))
}

/// What the operator is told of an assignment: its lead, the niche's name, the provider's.
pub(super) fn told(read: &mut Read, assignment: AssignmentId) -> Result<(LeadId, String, String)> {
    read.one(
        "SELECT a.lead_id, n.name, p.name FROM lead_assignments a
           JOIN niches n ON n.id = a.niche_id JOIN providers p ON p.id = a.provider_id WHERE a.id = $1",
        params![assignment],
    )
}
