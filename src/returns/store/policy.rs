//! The statements on `return_policy`, and what its rules look at.

use crate::clock::Timestamp;
use crate::db::{Read, Tx, params, row};
use crate::email;
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, NicheId, ProviderId, SubscriptionId};
use crate::returns::returned::Allowance;

row! {
    /// All off, until the operator switches something on.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Policy {
        /// Whether [`ReturnRule::KnownPerson`](super::ReturnRule::KnownPerson) decides.
        pub known_person: bool,
        /// How far back a person is known.
        pub look_back_days: u32,
        /// Whether [`ReturnRule::OutsideArea`](super::ReturnRule::OutsideArea) decides.
        pub outside_area: bool,
        /// Whether [`ReturnRule::Unreachable`](super::ReturnRule::Unreachable) decides.
        pub unreachable: bool,
        /// Returns that a provider may open in 30 days.
        pub max_returns: Option<i64>,
        /// The same, in per cent of the leads that it was assigned in 30 days.
        pub max_percent: Option<i64>,
    }
}

impl Policy {
    /// Whether there is an allowance.
    pub(in crate::returns) fn limits(&self) -> bool {
        self.max_returns.is_some() || self.max_percent.is_some()
    }

    /// Whether anything is approved at once.
    pub fn decides(&self) -> bool {
        self.known_person || self.outside_area || self.unreachable
    }
}

row! {
    /// What a rule is asked about.
    #[derive(Debug)]
    pub struct Subject {
        pub lead_id: LeadId,
        pub provider_id: ProviderId,
        pub niche_id: NicheId,
        pub subscription_id: SubscriptionId,
        pub assigned_at: Timestamp,
        pub received_at: Timestamp,
        pub contact_email: Option<String>,
        pub contact_phone: Option<String>,
        pub contact_email_lower: Option<String>,
        pub contact_phone_digits: Option<String>,
        pub postal_code: Option<String>,
        /// Where a phone number without a country code was from, and whose postal codes were meant, when the lead was sold.
        pub country: String,
    }
}

const SUBJECT: &str = "
    SELECT a.lead_id, a.provider_id, a.niche_id, a.subscription_id, a.assigned_at, l.received_at, l.contact_email,
           l.contact_phone, l.contact_email_lower, l.contact_phone_digits, l.postal_code,
           (SELECT c.country FROM source_countries c WHERE c.source_id = l.source_id AND c.since =
             (SELECT max(since) FROM source_countries b WHERE b.source_id = l.source_id AND b.since <= a.assigned_at)) AS country
      FROM lead_assignments a JOIN leads l ON l.id = a.lead_id
     WHERE a.id = $1";

/// One index for the e-mail, one for the phone; what the lead doesn't have is NULL, which nothing equals. A lead that is
/// assigned to the same provider earlier was there earlier: the intake's own look-back has let it pass. One that a newer
/// lead replaced was paid back to all: nobody had it. (The status is asked for twice, as the indexes have it and as it is.)
const HAD_BEFORE: &str = "
    SELECT 1 WHERE EXISTS (
        SELECT 1 FROM leads l JOIN lead_assignments a ON a.lead_id = l.id AND a.provider_id = $1
         WHERE l.niche_id = $2 AND l.contact_email_lower = $3 AND l.contact_email_lower IS NOT NULL
           AND l.received_at >= $5 AND l.received_at <= $6 AND l.status IN ('assigned', 'unmatched')
           AND (l.status IN ('assigned', 'unmatched') OR l.known_as IS NOT NULL) AND l.known_as IS NULL
           AND a.assigned_at <= $7 AND l.id <> $8)
     OR EXISTS (
        SELECT 1 FROM leads l JOIN lead_assignments a ON a.lead_id = l.id AND a.provider_id = $1
         WHERE l.niche_id = $2 AND l.contact_phone_digits = $4 AND l.contact_phone_digits IS NOT NULL
           AND l.received_at >= $5 AND l.received_at <= $6 AND l.status IN ('assigned', 'unmatched')
           AND (l.status IN ('assigned', 'unmatched') OR l.known_as IS NOT NULL) AND l.known_as IS NULL
           AND a.assigned_at <= $7 AND l.id <> $8)";

const ALLOWANCE: &str = "
    SELECT p.max_returns, p.max_percent,
           (SELECT count(*) FROM returns r WHERE r.provider_id = $1 AND r.opened_at > $2) AS opened,
           CASE WHEN p.max_percent IS NULL THEN 0
                ELSE (SELECT count(*) FROM lead_assignments a WHERE a.provider_id = $1 AND a.assigned_at > $2)
            END AS assigned
      FROM return_policy p
     WHERE p.id = 1 AND (p.max_returns IS NOT NULL OR p.max_percent IS NOT NULL)";

pub(super) fn statements() -> Vec<(String, String)> {
    [("allowance", ALLOWANCE), ("subject", SUBJECT), ("had before", HAD_BEFORE)]
        .map(|(name, sql)| (name.to_owned(), sql.to_owned()))
        .into()
}

pub fn policy(read: &mut Read) -> Result<Policy> {
    read.one(
        "SELECT known_person, look_back_days, outside_area, unreachable, max_returns, max_percent
           FROM return_policy WHERE id = 1",
        params![],
    )
}

/// `None` where returns are not limited.
pub fn allowance(read: &mut Read, provider: ProviderId, since: Timestamp) -> Result<Option<Allowance>> {
    let limits: Option<(Option<i64>, Option<i64>, i64, i64)> = read.optional(ALLOWANCE, params![provider, since])?;
    Ok(limits.map(|(max_returns, max_percent, opened, assigned)| Allowance {
        max_returns,
        max_percent,
        opened,
        assigned,
    }))
}

pub fn update_policy(tx: &mut Tx, policy: &Policy) -> Result<()> {
    tx.execute(
        "UPDATE return_policy SET known_person = $1, look_back_days = $2, outside_area = $3, unreachable = $4,
                max_returns = $5, max_percent = $6
          WHERE id = 1",
        params![
            policy.known_person,
            policy.look_back_days,
            policy.outside_area,
            policy.unreachable,
            policy.max_returns,
            policy.max_percent
        ],
    )?;
    Ok(())
}

pub fn subject(read: &mut Read, assignment: AssignmentId) -> Result<Subject> {
    read.one(SUBJECT, params![assignment])
}

/// Whether the provider was assigned an earlier lead of the same person in the niche, received since `since`.
pub fn had_before(read: &mut Read, of: &Subject, since: Timestamp) -> Result<bool> {
    let found: Option<(i64,)> = read.optional(
        HAD_BEFORE,
        params![
            of.provider_id,
            of.niche_id,
            of.contact_email_lower.as_deref().filter(|key| !email::is_nowhere(key)),
            of.contact_phone_digits,
            since,
            of.received_at,
            of.assigned_at,
            of.lead_id
        ],
    )?;
    Ok(found.is_some())
}
