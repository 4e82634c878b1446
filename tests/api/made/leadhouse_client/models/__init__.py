""" Contains all the data models used in inputs/outputs """

from .accept_answer import AcceptAnswer
from .admin_lead import AdminLead
from .admin_lead_assignment import AdminLeadAssignment
from .admin_lead_consent_type_0 import AdminLeadConsentType0
from .admin_lead_form_data_type_0 import AdminLeadFormDataType0
from .admin_lead_trace_item import AdminLeadTraceItem
from .appeal_answer import AppealAnswer
from .appeal_in import AppealIn
from .assignment_status import AssignmentStatus
from .attempt_kind import AttemptKind
from .attempt_result import AttemptResult
from .attribution import Attribution
from .audit_entity import AuditEntity
from .audit_entry import AuditEntry
from .audit_entry_details_type_0 import AuditEntryDetailsType0
from .billing_context import BillingContext
from .bulk_action import BulkAction
from .bulk_answer import BulkAnswer
from .bulk_in import BulkIn
from .bulk_result import BulkResult
from .competition_level import CompetitionLevel
from .consent import Consent
from .contact_attempt import ContactAttempt
from .counts import Counts
from .erased import Erased
from .export import Export
from .export_answer import ExportAnswer
from .export_filters import ExportFilters
from .export_format import ExportFormat
from .export_in import ExportIn
from .export_preset import ExportPreset
from .export_status import ExportStatus
from .get_admin_audit_action import GetAdminAuditAction
from .health import Health
from .job import Job
from .job_payload import JobPayload
from .job_state import JobState
from .lead import Lead
from .lead_detail_view import LeadDetailView
from .lead_detail_view_form_data_type_0 import LeadDetailViewFormDataType0
from .lead_fields import LeadFields
from .lead_fields_consent_type_0 import LeadFieldsConsentType0
from .lead_fields_form_data_type_0 import LeadFieldsFormDataType0
from .lead_filters import LeadFilters
from .lead_finding import LeadFinding
from .lead_form_data_type_0 import LeadFormDataType0
from .lead_item import LeadItem
from .lead_match import LeadMatch
from .lead_return import LeadReturn
from .lead_status import LeadStatus
from .ledger_entry import LedgerEntry
from .ledger_kind import LedgerKind
from .level_change import LevelChange
from .list_audit_entry import ListAuditEntry
from .list_competition_level import ListCompetitionLevel
from .list_contact_attempt import ListContactAttempt
from .list_export import ListExport
from .list_job import ListJob
from .list_lead_item import ListLeadItem
from .list_ledger_entry import ListLedgerEntry
from .list_mail import ListMail
from .list_niche import ListNiche
from .list_provider import ListProvider
from .list_return import ListReturn
from .list_source import ListSource
from .list_subscription import ListSubscription
from .list_token import ListToken
from .mail import Mail
from .mail_rendered import MailRendered
from .mail_state import MailState
from .mail_template import MailTemplate
from .me import Me
from .new_contact_attempt import NewContactAttempt
from .new_credit import NewCredit
from .new_level import NewLevel
from .new_niche import NewNiche
from .new_provider import NewProvider
from .new_source import NewSource
from .new_source_country import NewSourceCountry
from .new_subscription import NewSubscription
from .new_token import NewToken
from .niche import Niche
from .niche_change import NicheChange
from .preferences import Preferences
from .preferences_answer import PreferencesAnswer
from .preferences_change import PreferencesChange
from .preview import Preview
from .problem import Problem
from .problem_finding import ProblemFinding
from .provider import Provider
from .provider_change import ProviderChange
from .provider_inbox import ProviderInbox
from .provider_lead_assignment import ProviderLeadAssignment
from .receipt_type_0 import ReceiptType0
from .receipt_type_1 import ReceiptType1
from .reject_answer import RejectAnswer
from .rejection_code import RejectionCode
from .rejection_in import RejectionIn
from .return_ import Return
from .return_contact import ReturnContact
from .return_decided import ReturnDecided
from .return_decision import ReturnDecision
from .return_detail import ReturnDetail
from .return_policy import ReturnPolicy
from .return_policy_change import ReturnPolicyChange
from .return_rule import ReturnRule
from .return_state import ReturnState
from .sold_to import SoldTo
from .source import Source
from .source_change import SourceChange
from .source_change_country import SourceChangeCountry
from .source_format import SourceFormat
from .subscription import Subscription
from .subscription_change import SubscriptionChange
from .token import Token
from .token_made import TokenMade
from .undo_answer import UndoAnswer

__all__ = (
    "AcceptAnswer",
    "AdminLead",
    "AdminLeadAssignment",
    "AdminLeadConsentType0",
    "AdminLeadFormDataType0",
    "AdminLeadTraceItem",
    "AppealAnswer",
    "AppealIn",
    "AssignmentStatus",
    "AttemptKind",
    "AttemptResult",
    "Attribution",
    "AuditEntity",
    "AuditEntry",
    "AuditEntryDetailsType0",
    "BillingContext",
    "BulkAction",
    "BulkAnswer",
    "BulkIn",
    "BulkResult",
    "CompetitionLevel",
    "Consent",
    "ContactAttempt",
    "Counts",
    "Erased",
    "Export",
    "ExportAnswer",
    "ExportFilters",
    "ExportFormat",
    "ExportIn",
    "ExportPreset",
    "ExportStatus",
    "GetAdminAuditAction",
    "Health",
    "Job",
    "JobPayload",
    "JobState",
    "Lead",
    "LeadDetailView",
    "LeadDetailViewFormDataType0",
    "LeadFields",
    "LeadFieldsConsentType0",
    "LeadFieldsFormDataType0",
    "LeadFilters",
    "LeadFinding",
    "LeadFormDataType0",
    "LeadItem",
    "LeadMatch",
    "LeadReturn",
    "LeadStatus",
    "LedgerEntry",
    "LedgerKind",
    "LevelChange",
    "ListAuditEntry",
    "ListCompetitionLevel",
    "ListContactAttempt",
    "ListExport",
    "ListJob",
    "ListLeadItem",
    "ListLedgerEntry",
    "ListMail",
    "ListNiche",
    "ListProvider",
    "ListReturn",
    "ListSource",
    "ListSubscription",
    "ListToken",
    "Mail",
    "MailRendered",
    "MailState",
    "MailTemplate",
    "Me",
    "NewContactAttempt",
    "NewCredit",
    "NewLevel",
    "NewNiche",
    "NewProvider",
    "NewSource",
    "NewSourceCountry",
    "NewSubscription",
    "NewToken",
    "Niche",
    "NicheChange",
    "Preferences",
    "PreferencesAnswer",
    "PreferencesChange",
    "Preview",
    "Problem",
    "ProblemFinding",
    "Provider",
    "ProviderChange",
    "ProviderInbox",
    "ProviderLeadAssignment",
    "ReceiptType0",
    "ReceiptType1",
    "RejectAnswer",
    "RejectionCode",
    "RejectionIn",
    "Return",
    "ReturnContact",
    "ReturnDecided",
    "ReturnDecision",
    "ReturnDetail",
    "ReturnPolicy",
    "ReturnPolicyChange",
    "ReturnRule",
    "ReturnState",
    "SoldTo",
    "Source",
    "SourceChange",
    "SourceChangeCountry",
    "SourceFormat",
    "Subscription",
    "SubscriptionChange",
    "Token",
    "TokenMade",
    "UndoAnswer",
)
