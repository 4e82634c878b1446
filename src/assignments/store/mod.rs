//! Every statement that writes `lead_assignments`, and what reads them alone.

mod counts;
mod events;
mod searched;
mod undo;
mod used;

pub use counts::Counts;
pub(super) use counts::{counts, tallies};
pub use events::{Event, EventKind, Position};
pub(super) use events::{ask_newest_event, events, newest_event, prune_events, tell, tell_of_lead};
pub(super) use searched::{renew_search_text, set_search_text};
pub use undo::Decision;
pub(super) use undo::{decision, undo};
pub(super) use used::used;
pub use used::{Subscribed, Used};

use std::time::Duration;

use super::rejection::Rejection;
use super::search::search_text;
use super::search_bits::SearchBits;
use super::status::{LeadRef, Status};
use crate::clock::Timestamp;
use crate::db::sql::{slices, tuples};
use crate::db::{Param, Read, Tx, params, row};
use crate::error::Result;
use crate::id::{AssignmentId, CompetitionLevelId, LeadId, NicheId, ProviderId, SubscriptionId};
use crate::money::Money;

/// A lead that is sold to a provider; the price and the rest are frozen as they are now.
#[derive(Debug, Clone)]
pub struct NewAssignment {
    pub id: AssignmentId,
    pub lead: LeadId,
    pub provider: ProviderId,
    pub niche: NicheId,
    pub competition_level: CompetitionLevelId,
    pub subscription: SubscriptionId,
    pub price: Money,
    /// The level's maximum now.
    pub max_providers: i64,
    /// Of the lead: [`search_text`](super::search_text).
    pub search_text: String,
}

row! {
    /// A decision that was taken.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Decided {
        pub assignment_id: AssignmentId,
        pub decided_at: Timestamp,
        /// How many decisions on it were taken back before.
        pub undone: i64,
    }
}

row! {
    /// An assignment that nobody had decided on when its lead was erased.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Undecided {
        pub assignment_id: AssignmentId,
        pub provider_id: ProviderId,
        pub subscription_id: SubscriptionId,
        pub price_charged: Money,
        pub assigned_at: Timestamp,
        pub niche_name: String,
    }
}

row! {
    /// Where an assignment stands.
    #[derive(Debug, Clone, Copy)]
    pub struct SaleState {
        pub assignment_id: AssignmentId,
        pub lead_id: LeadId,
        pub status: Status,
        pub assigned_at: Timestamp,
        pub rejected_at: Option<Timestamp>,
    }
}

row! {
    /// What was sold, and how it stands: what mails tell of it, and what giving it back goes by.
    #[derive(Debug, Clone)]
    pub struct Sale {
        pub lead_id: LeadId,
        pub niche_name: String,
        pub subscription_id: SubscriptionId,
        pub price_charged: Money,
        pub assigned_at: Timestamp,
        pub status: Status,
    }
}

row! {
    /// Who got a lead, and by what its search finds it.
    #[derive(Debug, Clone)]
    pub struct Sold {
        pub assignment_id: AssignmentId,
        pub provider_id: ProviderId,
        pub niche_id: NicheId,
        pub assigned_at: Timestamp,
        pub search_text: String,
    }
}

row! {
    /// Who holds a lead: it was not paid back.
    #[derive(Debug, Clone)]
    pub struct Holder {
        pub assignment_id: AssignmentId,
        pub provider_id: ProviderId,
        pub niche_name: String,
        pub status: Status,
        pub price_charged: Money,
    }
}

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

const SALE_STATE: &str = "
    SELECT id AS assignment_id, lead_id, status, assigned_at, rejected_at FROM lead_assignments
     WHERE id = COALESCE((SELECT id FROM lead_assignments WHERE lead_id = $1 AND provider_id = $2), $1)
       AND provider_id = $2";

const NEWER_ACTIVE: &str = "
    SELECT count(*) FROM (SELECT 1 FROM lead_assignments
                           WHERE provider_id = $1 AND status = 'active' AND (assigned_at, id) > ($2, $3) LIMIT 1000) AS newer";

const SALE: &str = "
    SELECT a.lead_id, n.name AS niche_name, a.subscription_id, a.price_charged, a.assigned_at, a.status
      FROM lead_assignments a JOIN niches n ON n.id = a.niche_id WHERE a.id = $1";

const OF_LEAD: &str = "
    SELECT id AS assignment_id, provider_id, niche_id, assigned_at, search_text FROM lead_assignments WHERE lead_id = $1";

/// Every statement that runs while a provider waits, each with a name: for looking at its plan.
pub(super) fn statements() -> Vec<(String, String)> {
    let single = [
        ("view", MARK_VIEWED),
        ("accept", ACCEPT),
        ("reject", REJECT),
        ("sale_state", SALE_STATE),
        ("is erased", IS_ERASED),
        ("sale", SALE),
        ("of a lead", OF_LEAD),
        ("counts", counts::COUNTS),
        ("newer_active", NEWER_ACTIVE),
    ];
    let single = single.into_iter().chain(undo::STATEMENTS).map(|(name, sql)| (name.to_owned(), sql.to_owned()));
    single.chain(events::statements()).collect()
}

/// How many active leads come before this place in the inbox's order; 1,000 stands for any more.
pub(super) fn newer_active(
    read: &mut Read,
    provider: ProviderId,
    at: Timestamp,
    assignment: AssignmentId,
) -> Result<i64> {
    let (newer,): (i64,) = read.one(NEWER_ACTIVE, params![provider, at, assignment])?;
    Ok(newer)
}

pub(super) fn insert(tx: &mut Tx, rows: &[NewAssignment]) -> Result<()> {
    let now = tx.now();
    for rows in slices(rows) {
        let bits: Vec<SearchBits> = rows.iter().map(|row| SearchBits::of(&row.search_text)).collect();
        let values: Vec<&dyn Param> = rows
            .iter()
            .zip(&bits)
            .flat_map(|(r, bits)| -> [&dyn Param; 13] {
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
                    &bits.first,
                    &bits.second,
                ]
            })
            .collect();
        let sql = format!(
            "INSERT INTO lead_assignments (id, lead_id, provider_id, niche_id, competition_level_id, subscription_id,
               price_charged, max_providers, status, assigned_at, search_text, search_bits_1, search_bits_2)
             VALUES {}",
            tuples(rows.len(), 13)
        );
        tx.execute_later(&sql, &values)?;
    }
    Ok(())
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
      RETURNING id AS assignment_id, provider_id, subscription_id, price_charged, assigned_at,
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
    let nothing = search_text("", None, "", "", "");
    let bits = SearchBits::of(&nothing);
    tx.execute(
        "UPDATE lead_assignments
            SET search_text = $2, search_bits_1 = $3, search_bits_2 = $4,
                rejection_reason = CASE WHEN rejection_reason IS NULL THEN NULL ELSE '[erased]' END
          WHERE lead_id = $1",
        params![lead, nothing, bits.first, bits.second],
    )?;
    Ok(())
}

pub(super) fn is_erased(read: &mut Read, lead: LeadId) -> Result<bool> {
    let found: Option<(i64,)> = read.optional(IS_ERASED, params![lead])?;
    Ok(found.is_some())
}

pub(super) fn sale_state(read: &mut Read, provider: ProviderId, lead: LeadRef) -> Result<Option<SaleState>> {
    read.optional(SALE_STATE, params![lead, provider])
}

pub(super) fn sale(read: &mut Read, assignment: AssignmentId) -> Result<Option<Sale>> {
    read.optional(SALE, params![assignment])
}

/// Everybody who got the lead.
pub(super) fn of_lead(read: &mut Read, lead: LeadId) -> Result<Vec<Sold>> {
    read.all(OF_LEAD, params![lead])
}

/// Everybody who was ever sold the lead.
pub(super) fn ever_holders(read: &mut Read, lead: LeadId) -> Result<Vec<Holder>> {
    read.all(
        "SELECT a.id AS assignment_id, a.provider_id, n.name AS niche_name, a.status, a.price_charged
           FROM lead_assignments a JOIN niches n ON n.id = a.niche_id WHERE a.lead_id = $1 ORDER BY a.id",
        params![lead],
    )
}

pub(super) fn holders(read: &mut Read, lead: LeadId) -> Result<Vec<Holder>> {
    read.all(
        "SELECT a.id AS assignment_id, a.provider_id, n.name AS niche_name, a.status, a.price_charged
           FROM lead_assignments a JOIN niches n ON n.id = a.niche_id
          WHERE a.lead_id = $1 AND a.status <> 'refunded' ORDER BY a.id",
        params![lead],
    )
}
