//! Leads as they arrive: the sources that send them, the formats they come in, duplicates, and erasure.
//!
//! Owns `sources` and `leads`. A lead is stored, assigned and charged in one unit, and answered for after it. What holds:
//! - a person is sold once: of the same platform id, or of the same e-mail or phone in the niche within the source's
//!   look-back, only the first is offered; the others are `duplicate` and name the first. What differs in them is told to
//!   those who hold the first; where nobody does, the later one is offered in its place;
//! - a test lead is never offered, and nothing is a duplicate of it; so it is with a lead by which nobody could reach the
//!   person, unless its niche sells those or the operator releases it;
//! - an erased lead holds nothing of the person, and what was undecided of it is refunded.

mod admin;
mod api;
mod corrections;
mod earlier;
mod erasure;
mod flags;
pub mod formats;
mod held;
pub mod jobs;
pub mod keys;
mod mails;
mod origin;
mod shapes;
mod sources;
mod store;
mod unmatched;

use std::sync::{Arc, OnceLock};

use metrics::counter;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::audit::{self, Action, Actor, Entity};
use crate::catalog::{self, Unreachable};
use crate::clock::Timestamp;
use crate::db::{Json, Lane, Read, Tx, Unit, row, text_enum};
use crate::distribution::{self, Code, Match, Plan, ToPlace};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, LeadId, NicheId, SourceId};
use crate::phone::Phone;
use crate::{email, need};

use earlier::Fate;

pub use api::routes;
pub use corrections::{Correction, MOST as MOST_CORRECTIONS, Said, merged, news, said, said_before};
pub use erasure::erase;
pub use flags::{Flag, Flags, words as flag_words};
pub use held::{discard, held, release};
pub use origin::{origin, told_apart};
pub use sources::{NewSource, SourceChange, create_source, source, source_by_key, sources, update_source};
pub use store::{Tally, erased};
pub use unmatched::{niches_with_unmatched, offer_again, unmatched, waiting};

/// The job that finishes erasures in the database's files. Its payload is `{}`.
const ERASE_TRACES: &str = "intake.erase_traces";
/// The job that lists erasures where a backup of the database does not reach.
const LIST_ERASED: &str = "intake.list_erased";

text_enum! {
    /// How the posts of a source are read.
    pub enum Format {
        Json = "json",
        GoogleAds = "google_ads",
    }
}

text_enum! {
    /// What became of a lead.
    pub enum Status {
        Assigned = "assigned",
        Unmatched = "unmatched",
        Duplicate = "duplicate",
        Test = "test",
        /// By what it holds nobody could reach the person: not offered.
        Invalid = "invalid",
        /// The same, where the operator decides: waits for [`release`] or [`discard`].
        Held = "held",
    }
}

row! {
    /// Who sends leads: a form, a campaign, a partner. Its key is its identity.
    #[derive(Debug, Clone)]
    pub struct Source {
        pub id: SourceId,
        pub name: String,
        pub niche_id: NicheId,
        pub format: Format,
        pub key: String,
        /// What the sender's platform proves itself with, where the format has that.
        pub secret: Option<String>,
        /// ISO 3166: where a phone number without a country code is from.
        pub country: String,
        /// How long the same e-mail or phone is the same lead; 0: only the same platform id is.
        pub look_back_days: u32,
        pub active: bool,
        pub created_at: Timestamp,
    }
}

/// One lead as its sender sent it, read and checked.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    pub contact_name: Option<String>,
    pub contact_email: Option<crate::email::Email>,
    pub contact_phone: Option<Phone>,
    pub postal_code: Option<String>,
    pub form_data: Option<Json>,
    /// The sender's own id of the lead, unique in its source.
    pub external_id: Option<String>,
    pub utm_source: Option<String>,
    pub utm_medium: Option<String>,
    pub utm_campaign: Option<String>,
    pub referrer_url: Option<String>,
    /// Where the lead came from beyond the fields above, under the names it was sent by.
    pub attribution: Option<Json>,
    pub consent: Option<Json>,
    pub is_test: bool,
    pub flags: Flags,
    /// The body as it came, and its media type.
    pub raw_payload: String,
    /// The bytes of the body where that text is not exactly what came.
    pub raw_bytes: Option<Vec<u8>>,
    pub raw_content_type: String,
    /// What it is offered by, once that is worked out.
    pub offer: OnceLock<Offer>,
}

/// What providers are chosen by, and what they may be told: all of it follows from the submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Where the lead is, as people of the source's country write it.
    postal_code: Option<Code>,
    /// See [`crate::assignments::search_text`].
    search_text: String,
    /// See [`need::anonymous_need`] and [`need::place`].
    need: String,
    place: String,
}

/// What became of a submission.
#[derive(Debug, Clone)]
pub struct Received {
    pub lead: LeadId,
    pub status: Status,
    pub assignments: Vec<AssignmentId>,
}

/// What would become of a submission now.
#[derive(Debug, Clone)]
pub struct Outlook {
    pub status: Status,
    pub duplicate_of: Option<LeadId>,
    pub matches: Vec<Match>,
}

impl Format {
    /// Whether its senders prove themselves with a secret beside the source's key.
    pub fn has_secret(self) -> bool {
        matches!(self, Self::GoogleAds)
    }
}

impl Status {
    /// Of a lead that is offered.
    fn of(plan: &Plan) -> Self {
        if plan.has_takers() { Self::Assigned } else { Self::Unmatched }
    }
}

impl Submission {
    fn email_key(&self) -> Option<&str> {
        self.contact_email.as_ref().map(|email| email.key.as_str())
    }

    /// Where the lead is, as people of the source's country write it.
    fn code(&self, source: &Source) -> Option<Code> {
        Code::read(self.postal_code.as_deref()?, &source.country)
    }

    /// As [`Self::email_key`], where the address tells people apart: many make up one that leads nowhere.
    fn telling_email_key(&self) -> Option<&str> {
        self.email_key().filter(|key| !email::is_nowhere(key))
    }

    /// Worked out once.
    fn offer(&self, source: &Source) -> &Offer {
        self.offer.get_or_init(|| {
            let form = self.form_data.as_ref().map_or("", |json| json.0.as_str());
            let place = need::place(form, self.postal_code.as_deref());
            Offer {
                postal_code: self.code(source),
                search_text: self.search_text(&place),
                need: need::anonymous_need(form, self.contact_name.as_deref()),
                place,
            }
        })
    }

    fn phone_key(&self) -> Option<&str> {
        self.contact_phone.as_ref().and_then(|phone| phone.key.as_deref())
    }

    /// Whether a mail or a call may reach the person.
    fn reaches_somebody(&self) -> bool {
        self.contact_email.as_ref().is_some_and(|email| !email::is_nowhere(&email.address))
            || self.contact_phone.as_ref().is_some_and(|phone| phone.reaches)
    }
}

/// Stores a submission and, where it is new and no test, offers it to the providers of its niche.
///
/// Of several that arrive at once and are the same lead, one is offered and the others are its duplicates.
pub fn receive(source: Arc<Source>, submission: Submission) -> impl Unit<Received> {
    // Before the unit: on SQLite all that write wait for the one that does.
    submission.offer(&source);
    Lane::MONEY.unit(move |tx| {
        let (source, submission) = (source.as_ref(), &submission);
        let lead = LeadId::new(tx.now());
        let keep = |tx: &mut Tx, status, duplicate_of| {
            store::insert_lead(tx, &store::NewLead { id: lead, source, submission, status, duplicate_of })?;
            let details = json!({ "source_id": source.id, "status": status });
            audit::record(tx, Actor::Source(source.id), Action::LeadReceived, Entity::Lead(lead), Some(details))?;
            count(tx, status);
            Ok(Received { lead, status, assignments: Vec::new() })
        };
        if submission.is_test {
            return keep(tx, Status::Test, None);
        }
        tx.lock(&same_lead_keys(source, submission))?;
        match earlier::decide(tx, source, submission)? {
            Fate::Duplicate { of, sold } => {
                let received = keep(tx, Status::Duplicate, Some(of))?;
                if sold {
                    corrections::correct(tx, Actor::Source(source.id), of, lead)?;
                }
                Ok(received)
            }
            Fate::New { replaces } => {
                if let Some(status) = not_offered(tx, source, submission)? {
                    return keep(tx, status, None);
                }
                let to_place = to_place(lead, source, submission, Actor::Source(source.id));
                let plan = distribution::plan(tx, &to_place)?;
                earlier::step_aside(tx, &replaces)?;
                let kept = keep(tx, Status::of(&plan), None)?;
                earlier::replace(tx, source, &replaces, lead)?;
                Ok(Received { assignments: distribution::sell(tx, &to_place, &plan)?, ..kept })
            }
        }
    })
}

/// What becomes of a new submission that is offered to nobody, since nobody could reach the person.
fn not_offered(read: &mut Read, source: &Source, submission: &Submission) -> Result<Option<Status>> {
    if submission.reaches_somebody() {
        return Ok(None);
    }
    Ok(match catalog::niche(read, source.niche_id)?.unreachable {
        Unreachable::Invalid => Some(Status::Invalid),
        Unreachable::Held => Some(Status::Held),
        Unreachable::Sell => None,
    })
}

/// A lead that is kept, as it was sent, and its source, as it was for it.
fn as_sent(read: &mut Read, kept: store::Kept) -> Result<(Source, Submission)> {
    let source = store::source(read, kept.source_id)?.ok_or(Error::NotFound("source"))?;
    let submission = Submission {
        contact_email: kept.contact_email.as_deref().and_then(email::parse_any),
        contact_phone: kept.contact_phone.as_deref().and_then(|text| Phone::read(text, &source.country).ok()),
        contact_name: kept.contact_name,
        postal_code: kept.postal_code,
        form_data: kept.form_data,
        external_id: kept.external_id,
        ..Submission::default()
    };
    Ok((Source { niche_id: kept.niche_id, ..source }, submission))
}

fn to_place(lead: LeadId, source: &Source, submission: &Submission, by: Actor) -> ToPlace {
    let Offer { postal_code, search_text, need, place } = submission.offer(source).clone();
    ToPlace { lead, niche: source.niche_id, postal_code, search_text, need, place, source: by }
}

/// Tells of a lead that was received, once it is.
fn count(tx: &mut Tx, status: Status) {
    tx.after_commit(move || counter!("leadhouse_leads_received_total", "status" => status.as_str()).increment(1));
}

/// Every statement that is asked each time that somebody watches, named: for tests of their plans.
pub fn statements() -> Vec<(String, String)> {
    store::statements()
}

/// What [`receive`] would make of the submission now. Changes nothing.
pub fn preview(read: &mut Read, source: &Source, submission: &Submission) -> Result<Outlook> {
    let outlook = |status, duplicate_of, matches| Outlook { status, duplicate_of, matches };
    if submission.is_test {
        return Ok(outlook(Status::Test, None, Vec::new()));
    }
    if let Fate::Duplicate { of, .. } = earlier::fate(read, source, submission)? {
        return Ok(outlook(Status::Duplicate, Some(of), Vec::new()));
    }
    if let Some(status) = not_offered(read, source, submission)? {
        return Ok(outlook(status, None, Vec::new()));
    }
    let matches = distribution::preview(read, source.niche_id, submission.code(source).as_ref())?;
    let status = if matches.is_empty() { Status::Unmatched } else { Status::Assigned };
    Ok(outlook(status, None, matches))
}

/// What became of the leads that came in since then.
pub fn tally(read: &mut Read, since: Timestamp) -> Result<Tally> {
    store::tally(read, since)
}

/// The countries that leads come from.
pub fn countries(read: &mut Read) -> Result<Vec<String>> {
    store::countries(read)
}

/// What keeps two units from both taking the same lead for new: a key for each thing by which it would be known again.
fn same_lead_keys(source: &Source, submission: &Submission) -> Vec<i64> {
    let niche = source.niche_id.0.as_bytes();
    let external = submission.external_id.as_deref().map(|id| lock_key("external_id", source.id.0.as_bytes(), id));
    let email = submission.telling_email_key().map(|email| lock_key("email", niche, email));
    let phone = submission.phone_key().map(|key| lock_key("phone", niche, key));
    [external, email, phone].into_iter().flatten().collect()
}

/// The lock of one text of one owner, by what it is for.
fn lock_key(purpose: &str, owner: &[u8], text: &str) -> i64 {
    let digest = Sha256::new().chain_update(purpose).chain_update(owner).chain_update(text).finalize();
    digest.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}
