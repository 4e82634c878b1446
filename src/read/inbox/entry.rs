//! What a page of an inbox is made of.

use crate::assignments::Status;
use crate::clock::Timestamp;
use crate::db::Json;
use crate::id::{AssignmentId, LeadId, NicheId};
use crate::money::Money;
use crate::returns::Returned;

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
    /// Where it was asked for.
    pub glance: Option<Glance>,
}

/// What a page shows of a lead in a list beyond the list itself: what somebody needs and where, and how many have the lead.
#[derive(Debug, Clone)]
pub struct Glance {
    /// As it is kept: in old leads with what says where they came from.
    pub form_data: Option<Json>,
    /// Assignments ever made of this lead, to anyone.
    pub sold: i64,
    /// The level's maximum when this one was made.
    pub sold_max: i64,
}

/// Where a page begins, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    First,
    /// So many entries are skipped.
    Offset(i64),
    /// After this entry.
    After(Timestamp, AssignmentId),
}

/// A page of an inbox.
#[derive(Debug, Clone)]
pub struct Page {
    /// How many there are with this filter, on all pages, at the same moment.
    pub total: i64,
    pub items: Vec<Item>,
    /// How many returns the provider may still open; `None`: there is no limit.
    pub returns_left: Option<i64>,
}
