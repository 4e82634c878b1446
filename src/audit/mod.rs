//! The append-only record of every action that changed something. Owns `audit_entries`.
//!
//! Invariant: an entry is written in the transaction of what it tells of; no action without its entry, no entry without
//! its action. The database refuses to change or delete one.

mod admin;
mod changes;
mod store;

pub use admin::routes;
pub use changes::Changes;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::{Json, Read, Tx, row, text_enum};
use crate::error::Result;
use crate::id::{
    AssignmentId, AuditEntryId, CompetitionLevelId, ExportId, Id, JobId, LeadId, MailId, NicheId, ProviderId, SourceId,
    SubscriptionId, TokenId, UserId,
};
use crate::period::Period;

text_enum! {
    /// What was done.
    pub enum Action {
        CompetitionLevelCreated = "competition_level.created",
        CompetitionLevelUpdated = "competition_level.updated",
        HouseRestored = "house.restored",
        JobRetried = "job.retried",
        LeadAcceptUndone = "lead.accept_undone",
        LeadAccepted = "lead.accepted",
        LeadAssigned = "lead.assigned",
        LeadContactAttempted = "lead.contact_attempted",
        LeadCorrected = "lead.corrected",
        LeadDiscarded = "lead.discarded",
        LeadErased = "lead.erased",
        LeadExportCancelled = "lead.export_cancelled",
        LeadExportCompleted = "lead.export_completed",
        LeadExportFailed = "lead.export_failed",
        LeadExportRemade = "lead.export_remade",
        LeadExportRequested = "lead.export_requested",
        LeadReceived = "lead.received",
        LeadRefunded = "lead.refunded",
        LeadRejectUndone = "lead.reject_undone",
        LeadRejected = "lead.rejected",
        LeadReplaced = "lead.replaced",
        LeadReleased = "lead.released",
        LeadReturnAppealed = "lead.return_appealed",
        LeadReturnDenied = "lead.return_denied",
        LeadViewed = "lead.viewed",
        MailRetried = "mail.retried",
        NicheCreated = "niche.created",
        NicheUpdated = "niche.updated",
        PreferencesUpdated = "preferences.updated",
        ProviderCreated = "provider.created",
        ProviderCredited = "provider.credited",
        ProviderUpdated = "provider.updated",
        ReturnPolicyUpdated = "return_policy.updated",
        SessionEnded = "session.ended",
        SessionSignedIn = "session.signed_in",
        SourceCreated = "source.created",
        SourceUpdated = "source.updated",
        SubscriptionCreated = "subscription.created",
        SubscriptionUpdated = "subscription.updated",
        TokenCreated = "token.created",
        TokenRevoked = "token.revoked",
        UserCreated = "user.created",
        UserPasswordChanged = "user.password_changed",
    }
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Admin(UserId),
    Provider(ProviderId),
    Source(SourceId),
    /// The house itself: a job, or a command on the server's own command line.
    System,
}

/// What it was done to. A provider's actions on a lead are about its assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    Assignment(AssignmentId),
    CompetitionLevel(CompetitionLevelId),
    Export(ExportId),
    /// The whole of it; its id is nil.
    House,
    Job(JobId),
    Lead(LeadId),
    Mail(MailId),
    Niche(NicheId),
    Provider(ProviderId),
    /// The house's one policy on returns; its id is nil.
    ReturnPolicy,
    Source(SourceId),
    Subscription(SubscriptionId),
    Token(TokenId),
    User(UserId),
}

/// An action to be recorded. `details` hold no personal data of a lead's: entries outlive its erasure.
#[derive(Debug, Clone)]
pub struct Entry {
    pub actor: Actor,
    pub action: Action,
    pub entity: Entity,
    pub details: Option<serde_json::Value>,
}

text_enum! {
    /// The kinds of [`Entity`].
    pub enum EntityKind {
        Assignment = "lead_assignment",
        CompetitionLevel = "competition_level",
        Export = "export",
        House = "house",
        Job = "job",
        Lead = "lead",
        Mail = "mail",
        Niche = "niche",
        Provider = "provider",
        ReturnPolicy = "return_policy",
        Source = "source",
        Subscription = "subscription",
        Token = "token",
        User = "user",
    }
}

text_enum! {
    /// The kinds of [`Actor`].
    pub enum ActorRole {
        Admin = "admin",
        Provider = "provider",
        Source = "source",
        System = "system",
    }
}

impl Actor {
    fn role(self) -> ActorRole {
        match self {
            Self::Admin(_) => ActorRole::Admin,
            Self::Provider(_) => ActorRole::Provider,
            Self::Source(_) => ActorRole::Source,
            Self::System => ActorRole::System,
        }
    }

    fn id(self) -> Option<Uuid> {
        match self {
            Self::Admin(id) => Some(id.uuid()),
            Self::Provider(id) => Some(id.uuid()),
            Self::Source(id) => Some(id.uuid()),
            Self::System => None,
        }
    }
}

impl Entity {
    fn kind(self) -> EntityKind {
        match self {
            Self::Assignment(_) => EntityKind::Assignment,
            Self::CompetitionLevel(_) => EntityKind::CompetitionLevel,
            Self::Export(_) => EntityKind::Export,
            Self::House => EntityKind::House,
            Self::Job(_) => EntityKind::Job,
            Self::Lead(_) => EntityKind::Lead,
            Self::Mail(_) => EntityKind::Mail,
            Self::Niche(_) => EntityKind::Niche,
            Self::Provider(_) => EntityKind::Provider,
            Self::ReturnPolicy => EntityKind::ReturnPolicy,
            Self::Source(_) => EntityKind::Source,
            Self::Subscription(_) => EntityKind::Subscription,
            Self::Token(_) => EntityKind::Token,
            Self::User(_) => EntityKind::User,
        }
    }

    fn id(self) -> Uuid {
        match self {
            Self::Assignment(id) => id.uuid(),
            Self::CompetitionLevel(id) => id.uuid(),
            Self::Export(id) => id.uuid(),
            Self::Job(id) => id.uuid(),
            Self::Lead(id) => id.uuid(),
            Self::Mail(id) => id.uuid(),
            Self::Niche(id) => id.uuid(),
            Self::Provider(id) => id.uuid(),
            Self::House | Self::ReturnPolicy => Uuid::nil(),
            Self::Source(id) => id.uuid(),
            Self::Subscription(id) => id.uuid(),
            Self::Token(id) => id.uuid(),
            Self::User(id) => id.uuid(),
        }
    }
}

row! {
    /// An action that was recorded. `actor_id` is null for the house itself.
    #[derive(Debug, Clone)]
    pub struct Recorded {
        pub id: AuditEntryId,
        pub action: String,
        pub entity: String,
        pub entity_id: Uuid,
        pub actor_id: Option<Uuid>,
        pub actor_role: String,
        pub details: Option<Json>,
        pub created_at: Timestamp,
    }
}

impl Recorded {
    /// `None` where a newer program has written what this one has no word for.
    pub fn known_action(&self) -> Option<Action> {
        Action::from_text(&self.action)
    }

    /// As [`Self::known_action`].
    pub fn known_role(&self) -> Option<ActorRole> {
        ActorRole::from_text(&self.actor_role)
    }
}

/// What a list of entries is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub entity: Option<EntityKind>,
    pub entity_id: Option<Uuid>,
    pub actor_id: Option<Uuid>,
    pub action: Option<Action>,
    pub period: Option<Period>,
}

/// Records one action in the caller's unit, at the unit's time.
pub fn record(
    tx: &mut Tx,
    actor: Actor,
    action: Action,
    entity: Entity,
    details: Option<serde_json::Value>,
) -> Result<()> {
    store::insert(tx, &[Entry { actor, action, entity, details }])
}

/// Records several actions in one statement (a few, where there are many), in their order.
pub fn record_all(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    entries.chunks(store::ROWS_A_STATEMENT).try_for_each(|some| store::insert(tx, some))
}

/// Entries, newest first: those before `before`, at most `limit`.
pub fn entries(read: &mut Read, filter: &Filter, before: Option<AuditEntryId>, limit: i64) -> Result<Vec<Recorded>> {
    store::entries(read, filter, before, limit)
}
