//! The rows that are loaded, one struct a table.

use leadhouse::clock::Timestamp;
use leadhouse::db::{Json, record};
use leadhouse::id::{
    AssignmentId, AuditEntryId, CompetitionLevelId, LeadId, LedgerEntryId, NicheId, ProviderId, SourceId,
    SubscriptionId,
};
use leadhouse::money::Money;
use uuid::Uuid;

record! {
    #[derive(Debug)]
    pub struct Lead in "leads" {
        id: LeadId,
        source_id: SourceId,
        niche_id: NicheId,
        status: &'static str,
        received_at: Timestamp,
        contact_name: &'static str,
        contact_email: String,
        contact_phone: String,
        contact_email_lower: String,
        contact_phone_digits: String,
        postal_code: String,
        form_data: Json,
        utm_source: Option<&'static str>,
    }
}

record! {
    #[derive(Debug)]
    #[expect(clippy::struct_field_names, reason = "the columns' names")]
    pub struct Trace in "lead_traces" {
        lead_id: LeadId,
        decided_at: Timestamp,
        trace: Json,
    }
}

record! {
    #[derive(Debug)]
    pub struct Assignment in "lead_assignments" {
        id: AssignmentId,
        lead_id: LeadId,
        provider_id: ProviderId,
        niche_id: NicheId,
        competition_level_id: CompetitionLevelId,
        subscription_id: SubscriptionId,
        price_charged: Money,
        max_providers: i64,
        status: &'static str,
        assigned_at: Timestamp,
        viewed_at: Option<Timestamp>,
        accepted_at: Option<Timestamp>,
        rejected_at: Option<Timestamp>,
        refunded_at: Option<Timestamp>,
        rejection_reason: Option<&'static str>,
        rejection_code: Option<&'static str>,
        search_text: String,
        search_bits_1: i64,
        search_bits_2: i64,
    }
}

record! {
    #[derive(Debug)]
    pub struct Return in "returns" {
        assignment_id: AssignmentId,
        provider_id: ProviderId,
        state: &'static str,
        opened_at: Timestamp,
        decided_at: Option<Timestamp>,
    }
}

record! {
    #[derive(Debug)]
    pub struct Entry in "ledger_entries" {
        id: LedgerEntryId,
        provider_id: ProviderId,
        seq: i64,
        kind: &'static str,
        amount: Money,
        balance_after: Money,
        assignment_id: AssignmentId,
        created_at: Timestamp,
    }
}

record! {
    #[derive(Debug)]
    pub struct Audit in "audit_entries" {
        id: AuditEntryId,
        action: &'static str,
        entity: &'static str,
        entity_id: Uuid,
        actor_id: Option<Uuid>,
        actor_role: &'static str,
        created_at: Timestamp,
    }
}
