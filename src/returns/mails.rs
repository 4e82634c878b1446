//! What is told of returns: the operator of a reject, the provider of a decision.

use serde_json::{Value, json};

use super::store::{Case, Told};
use crate::accounts::Provider;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{AssignmentId, Id, LeadId, ProviderId};
use crate::inbox::{self, Rejection, RejectionCode, ReturnRule, ReturnState};
use crate::money::Money;
use crate::outbox::{self, Message, Recipient, Template};

/// `admin_provider_rejected_lead`
pub(super) struct ProviderRejectedLead<'a> {
    rejected: inbox::Decided,
    provider_name: &'a str,
    lead_id: LeadId,
    niche_name: String,
    rejection_reason: &'a str,
    rejection_code: RejectionCode,
}

/// `provider_return_decided`
pub(super) struct ReturnDecided<'a> {
    assignment: AssignmentId,
    provider: ProviderId,
    /// Whether it is the decision on an appeal.
    again: bool,
    lead_id: LeadId,
    niche_name: &'a str,
    decision: ReturnState,
    note: Option<&'a str>,
    rule: Option<ReturnRule>,
    price: Money,
    decided_at: Option<Timestamp>,
    appeal_until: Option<Timestamp>,
}

impl<'a> ProviderRejectedLead<'a> {
    pub fn of(provider: &'a Provider, told: Told, rejected: inbox::Decided, rejection: &'a Rejection) -> Self {
        Self {
            rejected,
            provider_name: &provider.name,
            lead_id: told.lead_id,
            niche_name: told.niche_name,
            rejection_reason: rejection.reason(),
            rejection_code: rejection.code,
        }
    }

    fn variables(&self) -> Value {
        json!({
            "provider_name": self.provider_name,
            "lead_id": self.lead_id,
            "niche_name": self.niche_name,
            "rejection_reason": self.rejection_reason,
            "rejection_code": self.rejection_code,
            "rejected_at": self.rejected.decided_at,
        })
    }

    pub fn send(&self, tx: &mut Tx) -> Result<()> {
        let (subject, round) = (self.rejected.assignment_id.uuid(), self.rejected.undone);
        let (template, to) = (Template::AdminProviderRejectedLead, Recipient::Admin);
        outbox::send(tx, &[Message { template, to, subject, round, variables: self.variables() }])
    }
}

impl<'a> ReturnDecided<'a> {
    pub fn of(case: &'a Case) -> Self {
        Self {
            assignment: case.assignment_id,
            provider: case.provider_id,
            again: case.appealed_at.is_some(),
            lead_id: case.lead_id,
            niche_name: &case.niche_name,
            decision: case.state,
            note: case.note.as_deref(),
            rule: case.rule,
            price: case.price_charged,
            decided_at: case.decided_at,
            appeal_until: case.returned().appeal_until(),
        }
    }

    fn variables(&self) -> Value {
        json!({
            "lead_id": self.lead_id,
            "niche_name": self.niche_name,
            "decision": self.decision,
            "note": self.note,
            "rule": self.rule,
            "price": self.price,
            "decided_at": self.decided_at,
            "appeal_until": self.appeal_until,
        })
    }

    pub fn send(&self, tx: &mut Tx) -> Result<()> {
        let (template, to) = (Template::ProviderReturnDecided, Recipient::Provider(self.provider));
        let (subject, round) = (self.assignment.uuid(), i64::from(self.again));
        outbox::send(tx, &[Message { template, to, subject, round, variables: self.variables() }])
    }
}
