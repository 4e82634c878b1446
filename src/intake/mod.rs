//! Leads as they arrive: the sources that send them, the formats they come in, duplicates, and erasure.
//!
//! Owns `sources` with their `source_countries`, `leads`, `refused_posts`, and `suppressions` with their `suppressed_hashes`. A lead is stored, assigned and charged in one unit, and answered for after it. What holds:
//! - a person is sold once: of the same platform id, or of the same e-mail or phone in the niche within the source's
//!   look-back, only the first is offered; the others are `duplicate` and name the first. What differs in them is told to
//!   those who hold the first; where nobody does, the later one is offered in its place;
//! - a test lead is never offered, and nothing is a duplicate of it; so it is with a lead by which nobody could reach the
//!   person, unless its niche sells those or the operator releases it;
//! - a person who opted out is not offered: neither what comes nor what waits; those who hold a lead of theirs are told;
//! - an erased lead holds nothing of the person, and what was undecided of it is refunded.

mod admin;
mod api;
mod arrival;
mod by_person;
mod corrections;
mod earlier;
mod elsewhere;
mod erasure;
mod erasures;
mod flags;
pub mod formats;
mod held;
mod import;
pub mod jobs;
pub mod keys;
mod locks;
mod mails;
mod origin;
mod pages;
mod persons;
mod previewed;
mod refused;
mod replay;
mod reread;
mod retention;
mod shapes;
mod sources;
mod status;
mod store;
mod submission;
mod suppression;
mod unmatched;
pub mod web_form;
mod withdrawal;

use std::sync::Arc;

use crate::catalog;
use crate::clock::Timestamp;
use crate::db::{Read, Unit};
use crate::distribution::{self, Match};
use crate::email;
use crate::error::{Error, Result};
use crate::id::{LeadId, NicheId, SourceId};
use crate::phone::Phone;

use arrival::{Arrival, not_offered, to_place};
use earlier::Fate;

pub use admin::{Attempt, replay_refused, tried};
pub use api::routes;
pub use arrival::Received;
pub use by_person::{note_person_link, of_the_same_person, withdraw_by_person};
pub use corrections::{Correction, merged, news, said, said_before};
pub use elsewhere::{FetchLead, fetch_later};
pub use erasure::{Why, erase};
pub use erasures::{NewErasure, erase_person, person_erasure, person_erasures};
pub use flags::{Flag, Flags, words as flag_words};
pub use held::{discard, held, release};
pub use import::{Imports, import, imports, map_columns, same_person_keys};
pub use origin::{origin, told_apart};
pub use pages::posting_page;
pub use previewed::Preview;
pub use refused::{Refused, expire_refused, keep_refused, refused_post, refused_posts, refused_since};
pub use replay::replay;
pub use reread::{payload_of, reread};
pub use sources::{
    NewSource, SourceChange, create_source, rotate_key, source, source_by_key, source_by_present_key, sources,
    update_source,
};
pub use status::Status;
pub use store::{
    Answer, Erasure, Format, MAX_CORRECTIONS_PER_LEAD, RefusedPost, Reread, Said, Source, Suppression, Tally, erased,
};
pub use submission::{Offer, Submission};
pub use suppression::{NewSuppression, Sha, read_sha, suppress, suppress_all, suppression, suppressions, unsuppress};
pub use unmatched::{niches_with_unmatched, offer_again, to_offer_again, waiting};

/// What would become of a submission now.
#[derive(Debug, Clone)]
pub struct Outlook {
    pub status: Status,
    pub duplicate_of: Option<LeadId>,
    pub matches: Vec<Match>,
}

/// Stores a submission and, where it is new and no test, offers it to the providers of its niche.
///
/// Of several that arrive at once and are the same lead, one is offered and the others are its duplicates. Those that wait
/// together are received together, each as if it came after those before it.
pub fn receive(source: Arc<Source>, submission: Submission) -> impl Unit<Received> {
    // Before the unit: on SQLite all that write wait for the one that does.
    submission.offer(&source);
    Arrival { source, submission }
}

/// The source as it is for a lead that came in this niche.
fn source_of(read: &mut Read, source: SourceId, niche: NicheId) -> Result<Source> {
    let mut source = store::source(read, source)?.ok_or(Error::NotFound("source"))?;
    if source.niche_id != niche {
        source.fields = catalog::niche(read, niche)?.fields;
        source.niche_id = niche;
    }
    Ok(source)
}

/// A lead that is kept, as it was sent, and its source, as it was for it.
fn as_sent(read: &mut Read, kept: store::Kept) -> Result<(Source, Submission)> {
    let source = source_of(read, kept.source_id, kept.niche_id)?;
    let submission = Submission {
        contact_email: kept.contact_email.as_deref().and_then(email::parse_any),
        contact_phone: kept.contact_phone.as_deref().and_then(|text| Phone::read(text, &source.country).ok()),
        contact_name: kept.contact_name,
        postal_code: kept.postal_code,
        form_data: kept.form_data,
        external_id: kept.external_id,
        ..Submission::default()
    };
    Ok((source, submission))
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
    if suppression::is_suppressed(read, submission.keys())? {
        return Ok(outlook(Status::Suppressed, None, Vec::new()));
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
