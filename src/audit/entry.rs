//! What is recorded: who did what to what.

use uuid::Uuid;

use crate::db::text_enum;
use crate::id::{
    AssignmentId, CompetitionLevelId, ErasureId, ExportId, Id, JobId, LeadId, MailId, NicheId, ProviderId, SourceId,
    SubscriptionId, SuppressionId, TokenId, UserId,
};

text_enum! {
    /// What was done.
    pub enum Action {
        CompetitionLevelCreated = "competition_level.created",
        CompetitionLevelUpdated = "competition_level.updated",
        ErasureAsked = "erasure.asked",
        ErasureDone = "erasure.done",
        InstallationRestored = "house.restored",
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
        LeadPersonLinkMade = "lead.person_link_made",
        LeadReceived = "lead.received",
        LeadRefunded = "lead.refunded",
        LeadRejectUndone = "lead.reject_undone",
        LeadRejected = "lead.rejected",
        LeadReplaced = "lead.replaced",
        LeadReleased = "lead.released",
        LeadReread = "lead.reread",
        LeadReturnAppealed = "lead.return_appealed",
        LeadReturnDenied = "lead.return_denied",
        LeadViewed = "lead.viewed",
        LeadWithdrawn = "lead.withdrawn",
        MailRetried = "mail.retried",
        NicheCreated = "niche.created",
        NicheLeadsExpired = "niche.leads_expired",
        NicheUpdated = "niche.updated",
        PayloadReplayed = "source.payload_replayed",
        PreferencesUpdated = "preferences.updated",
        ProviderCreated = "provider.created",
        ProviderCredited = "provider.credited",
        ProviderUpdated = "provider.updated",
        ReturnPolicyUpdated = "return_policy.updated",
        SessionEnded = "session.ended",
        SessionSignedIn = "session.signed_in",
        SourceCreated = "source.created",
        SourceKeyRotated = "source.key_rotated",
        SourceUpdated = "source.updated",
        SubscriptionCreated = "subscription.created",
        SubscriptionUpdated = "subscription.updated",
        SuppressionCreated = "suppression.created",
        SuppressionDeleted = "suppression.deleted",
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
    /// The installation itself: a job, or a command on the server's own command line.
    System,
}

/// What it was done to. A provider's actions on a lead are about its assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    Assignment(AssignmentId),
    CompetitionLevel(CompetitionLevelId),
    Erasure(ErasureId),
    Export(ExportId),
    /// The whole of it; its id is nil.
    Installation,
    Job(JobId),
    Lead(LeadId),
    Mail(MailId),
    Niche(NicheId),
    Provider(ProviderId),
    /// The installation's one policy on returns; its id is nil.
    ReturnPolicy,
    Source(SourceId),
    Subscription(SubscriptionId),
    Suppression(SuppressionId),
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
        Erasure = "erasure",
        Export = "export",
        Installation = "house",
        Job = "job",
        Lead = "lead",
        Mail = "mail",
        Niche = "niche",
        Provider = "provider",
        ReturnPolicy = "return_policy",
        Source = "source",
        Subscription = "subscription",
        Suppression = "suppression",
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
    pub(super) fn role(self) -> ActorRole {
        match self {
            Self::Admin(_) => ActorRole::Admin,
            Self::Provider(_) => ActorRole::Provider,
            Self::Source(_) => ActorRole::Source,
            Self::System => ActorRole::System,
        }
    }

    pub(super) fn id(self) -> Option<Uuid> {
        match self {
            Self::Admin(id) => Some(id.uuid()),
            Self::Provider(id) => Some(id.uuid()),
            Self::Source(id) => Some(id.uuid()),
            Self::System => None,
        }
    }
}

impl Entity {
    pub(super) fn kind(self) -> EntityKind {
        match self {
            Self::Assignment(_) => EntityKind::Assignment,
            Self::CompetitionLevel(_) => EntityKind::CompetitionLevel,
            Self::Erasure(_) => EntityKind::Erasure,
            Self::Export(_) => EntityKind::Export,
            Self::Installation => EntityKind::Installation,
            Self::Job(_) => EntityKind::Job,
            Self::Lead(_) => EntityKind::Lead,
            Self::Mail(_) => EntityKind::Mail,
            Self::Niche(_) => EntityKind::Niche,
            Self::Provider(_) => EntityKind::Provider,
            Self::ReturnPolicy => EntityKind::ReturnPolicy,
            Self::Source(_) => EntityKind::Source,
            Self::Subscription(_) => EntityKind::Subscription,
            Self::Suppression(_) => EntityKind::Suppression,
            Self::Token(_) => EntityKind::Token,
            Self::User(_) => EntityKind::User,
        }
    }

    pub(super) fn id(self) -> Uuid {
        match self {
            Self::Assignment(id) => id.uuid(),
            Self::CompetitionLevel(id) => id.uuid(),
            Self::Erasure(id) => id.uuid(),
            Self::Export(id) => id.uuid(),
            Self::Job(id) => id.uuid(),
            Self::Lead(id) => id.uuid(),
            Self::Mail(id) => id.uuid(),
            Self::Niche(id) => id.uuid(),
            Self::Provider(id) => id.uuid(),
            Self::Installation | Self::ReturnPolicy => Uuid::nil(),
            Self::Source(id) => id.uuid(),
            Self::Subscription(id) => id.uuid(),
            Self::Suppression(id) => id.uuid(),
            Self::Token(id) => id.uuid(),
            Self::User(id) => id.uuid(),
        }
    }
}
