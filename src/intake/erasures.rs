//! Erasing a person, wherever it is: every lead in every niche that its e-mail address or phone number leads to, and every
//! refused post that tells of it. What is asked for is kept where nobody but the installation can read it, until it is done.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::erasure::ERASE_TRACES;
use super::refused::{self, Telling};
use super::store::{self, Erasure};
use super::{Why, persons};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Lane, Read, Tx, Unit};
use crate::email;
use crate::error::{Error, Result};
use crate::http::seal::Seals;
use crate::id::{ErasureId, LeadId, RefusedPostId};
use crate::installation;
use crate::queue::{self, NewJob};

/// The job that erases a person. Its payload is `{"erasure"}`.
pub(super) const ERASE_PERSON: &str = "intake.erase_person";
/// What the locked text of a person is good for.
const SCOPE: &str = "erasure";

/// Whom to erase; by at least one of the two.
#[derive(Debug, Clone, Default)]
pub struct NewErasure {
    /// The key of an address.
    pub email: Option<String>,
    /// A number, as anybody writes it.
    pub phone: Option<String>,
}

/// The keys that lead to a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Sought {
    email: Option<String>,
    phones: Vec<String>,
}

/// Has the person erased, within seconds. Again it is another erasure, which finds nothing.
///
/// # Errors
/// `Invalid` where the phone is no number in any country that leads come from.
pub fn erase_person(actor: Actor, new: NewErasure) -> impl Unit<Erasure> {
    Lane::MONEY.unit(move |tx| {
        let phones = match &new.phone {
            Some(text) => persons::phone_keys(tx, text)?,
            None => Vec::new(),
        };
        if new.phone.is_some() && phones.is_empty() {
            return Err(persons::no_number());
        }
        let sought = Sought { email: new.email.clone(), phones };
        let (found, _) = persons::of(tx, sought.email.as_deref(), &sought.phones)?;
        let leads = i64::try_from(found.len()).map_err(Error::internal)?;
        let erasure = Erasure { id: ErasureId::new(tx.now()), asked_at: tx.now(), leads, finished_at: None };
        let text = serde_json::to_vec(&sought).map_err(Error::internal)?;
        let locked = Seals::new(&installation::secret(tx)?).lock(SCOPE, &text)?;
        store::insert_erasure(tx, &erasure, &locked)?;
        let details = json!({ "leads": leads });
        audit::record(tx, actor, Action::ErasureAsked, Entity::Erasure(erasure.id), Some(details))?;
        let job = NewJob::now(ERASE_PERSON, &json!({ "erasure": erasure.id }), tx);
        queue::enqueue(tx, &job)?;
        Ok(erasure)
    })
}

/// # Errors
/// `NotFound`.
pub fn person_erasure(read: &mut Read, id: ErasureId) -> Result<Erasure> {
    store::erasure(read, id)?.ok_or(Error::NotFound("erasure"))
}

/// Newest first, older than `before`.
pub fn person_erasures(read: &mut Read, before: Option<ErasureId>, limit: i64) -> Result<Vec<Erasure>> {
    store::erasures(read, before, limit)
}

/// Who it is; `None` where they are erased by now.
pub(super) fn sought(read: &mut Read, seals: &Seals, id: ErasureId) -> Result<Option<Sought>> {
    let Some(locked) = store::sought(read, id)? else { return Ok(None) };
    let text = seals.unlock(SCOPE, &locked).ok_or_else(|| Error::internal("an erasure that nobody can read"))?;
    serde_json::from_slice(&text).map(Some).map_err(Error::internal)
}

/// Leads that are still to be erased, some hundreds at a time, and with each the one that those who bought it know the person by.
pub(super) fn left(read: &mut Read, sought: &Sought) -> Result<Vec<LeadId>> {
    let (found, _) = persons::of(read, sought.email.as_deref(), &sought.phones)?;
    let each = found.iter().flat_map(|lead| [Some(lead.id), lead.duplicate_of, lead.known_as]);
    let mut leads: Vec<LeadId> = each.flatten().collect();
    leads.sort_unstable();
    leads.dedup();
    Ok(leads)
}

/// Erases one of them.
pub(super) fn erase_one(tx: &mut Tx, lead: LeadId) -> Result<()> {
    super::erasure::erase_family(tx, Actor::System, lead, Why::Asked).map(drop)
}

/// Deletes those of the next refused posts that tell of the person; the last that was looked at, `None` where there was none.
pub(super) fn forget_posts(tx: &mut Tx, after: RefusedPostId, sought: &Sought) -> Result<Option<RefusedPostId>> {
    let mut telling = Telling::default();
    if let Some(key) = &sought.email {
        email::searched(key).split(' ').for_each(|text| telling.add_email(text));
    }
    for key in &sought.phones {
        telling.add_phone(key.split('x').next().unwrap_or_default());
    }
    refused::forget_some(tx, after, &telling)
}

/// All is gone: so is the question. What stood in the files goes as after any erasure.
pub(super) fn finish(tx: &mut Tx, id: ErasureId) -> Result<()> {
    if !store::finish_erasure(tx, id)? {
        return Ok(());
    }
    audit::record(tx, Actor::System, Action::ErasureDone, Entity::Erasure(id), None)?;
    let job = NewJob::now(ERASE_TRACES, &json!({}), tx).keyed("files");
    queue::enqueue(tx, &job)
}
