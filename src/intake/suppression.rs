//! People who opted out. Nobody can read here who they are: kept is a hash with the installation's secret of the SHA-256 that
//! lists of the trade have of an e-mail address or a phone number, so that whoever has only that can bring it too.

use std::collections::HashSet;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::locks::lock_key;
use super::persons;
use super::store::{self, Hash, Suppression};
use super::withdrawal;
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Lane, Read, Tx, Unit};
use crate::error::{Error, Result};
use crate::http::seal::Seals;
use crate::id::{LeadId, SuppressionId};
use crate::{email, installation};

/// A SHA-256.
pub type Sha = [u8; 32];

/// 64 hexadecimal digits; `None` for anything else.
pub fn read_sha(text: &str) -> Option<Sha> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut sha = Sha::default();
    for (byte, digits) in sha.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(sha)
}

/// Somebody who opted out; by at least one of the four.
#[derive(Debug, Clone, Default)]
pub struct NewSuppression {
    /// The key of an address.
    pub email: Option<String>,
    /// A number, as anybody writes it.
    pub phone: Option<String>,
    pub email_sha256: Option<Sha>,
    pub phone_sha256: Option<Sha>,
    pub reason: Option<String>,
}

/// Makes the hashes of this installation.
pub(super) struct Hasher(Seals);

impl Hasher {
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(Seals::new(secret))
    }

    fn email(&self, sha: &Sha) -> Hash {
        self.0.tag("suppressed email", sha)
    }

    fn phone(&self, sha: &Sha) -> Hash {
        self.0.tag("suppressed phone", sha)
    }

    /// All by which a person of these keys may have opted out.
    pub fn of_person(&self, email: Option<&str>, phone: Option<&str>) -> Vec<Hash> {
        let emails = email.into_iter().flat_map(emails).map(|text| self.email(&sha(&text)));
        let phones = phone.into_iter().flat_map(phones).map(|text| self.phone(&sha(&text)));
        emails.chain(phones).collect()
    }
}

fn sha(text: &str) -> Sha {
    Sha256::digest(text).into()
}

/// The ways to write an address that its SHA-256 may be of; the first is the one that is kept of a plain one. Addresses have no
/// blanks.
fn emails(key: &str) -> Vec<String> {
    email::searched(key).split(' ').map(str::to_owned).collect()
}

/// The same of a number: in E.164; its digits alone; and where it has an extension first of all with that, since who opted out
/// at the number of a house did so for all who are there.
fn phones(key: &str) -> Vec<String> {
    let (number, extension) = key.split_once('x').map_or((key, None), |(number, rest)| (number, Some(rest)));
    let whole = extension.map(|extension| format!("+{number}x{extension}"));
    whole.into_iter().chain([format!("+{number}"), number.to_owned()]).collect()
}

/// Puts somebody on the list, and has it reach what waits and those who hold a lead of the person. Who is there already is not
/// there twice: the answer is what is there.
///
/// # Errors
/// `Invalid` where the phone is no number in any country that leads come from.
pub fn suppress(actor: Actor, new: NewSuppression) -> impl Unit<Suppression> {
    Lane::MONEY.unit(move |tx| add_told(tx, actor, &new))
}

/// The same of many at once; those whose phone is no number are left out, by their places.
pub fn suppress_all(actor: Actor, all: Vec<NewSuppression>) -> impl Unit<Vec<usize>> {
    Lane::MONEY.unit(move |tx| {
        let mut left_out = Vec::new();
        for (place, new) in all.iter().enumerate() {
            match add_told(tx, actor, new) {
                Ok(_) => {}
                // Nothing was written of it by then.
                Err(Error::Invalid(_)) => left_out.push(place),
                Err(error) => return Err(error),
            }
        }
        Ok(left_out)
    })
}

fn add_told(tx: &mut Tx, actor: Actor, new: &NewSuppression) -> Result<Suppression> {
    let phone_keys = match &new.phone {
        Some(text) => persons::phone_keys(tx, text)?,
        None => Vec::new(),
    };
    if new.phone.is_some() && phone_keys.is_empty() {
        return Err(persons::no_number());
    }
    add(tx, actor, new, &phone_keys)
}

/// The same in the caller's unit, by the keys of the phone.
pub(super) fn add(tx: &mut Tx, actor: Actor, new: &NewSuppression, phone_keys: &[String]) -> Result<Suppression> {
    let hasher = Hasher::new(&installation::secret(tx)?);
    let by = hashes(&hasher, new, phone_keys);
    let fingerprint = hasher.0.tag("suppression", &by.concat());
    tx.lock(&[lock_key("suppression", &fingerprint, "")])?;
    if let Some(known) = store::suppression_like(tx, &fingerprint)? {
        return Ok(known);
    }
    let suppression = Suppression {
        id: SuppressionId::new(tx.now()),
        created_at: tx.now(),
        has_email: new.email.is_some() || new.email_sha256.is_some(),
        has_phone: !phone_keys.is_empty() || new.phone_sha256.is_some(),
        reason: new.reason.clone(),
    };
    store::insert_suppression(tx, &suppression, &fingerprint, &by)?;
    let details = json!({ "email": suppression.has_email, "phone": suppression.has_phone });
    audit::record(tx, actor, Action::SuppressionCreated, Entity::Suppression(suppression.id), Some(details))?;
    let (leads, is_all) = persons::in_the_market(tx, new.email.as_deref(), phone_keys)?;
    let is_hashed = new.email_sha256.is_some() || new.phone_sha256.is_some();
    withdrawal::reach(tx, actor, &leads, is_hashed || !is_all)?;
    Ok(suppression)
}

/// In order, each once.
fn hashes(hasher: &Hasher, new: &NewSuppression, phone_keys: &[String]) -> Vec<Hash> {
    let first = |ways: Vec<String>| ways.into_iter().next();
    let email = new.email.as_deref().and_then(|key| first(emails(key))).map(|text| hasher.email(&sha(&text)));
    let phones = phone_keys.iter().filter_map(|key| first(phones(key))).map(|text| hasher.phone(&sha(&text)));
    let given = new.email_sha256.iter().map(|sha| hasher.email(sha));
    let given = given.chain(new.phone_sha256.iter().map(|sha| hasher.phone(sha)));
    let mut all: Vec<Hash> = email.into_iter().chain(phones).chain(given).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Takes somebody off the list. What was withdrawn stays withdrawn.
///
/// # Errors
/// `NotFound`.
pub fn unsuppress(actor: Actor, id: SuppressionId) -> impl Unit<()> {
    Lane::MONEY.unit(move |tx| {
        if !store::delete_suppression(tx, id)? {
            return Err(Error::NotFound("suppression"));
        }
        audit::record(tx, actor, Action::SuppressionDeleted, Entity::Suppression(id), None)
    })
}

/// # Errors
/// `NotFound`.
pub fn suppression(read: &mut Read, id: SuppressionId) -> Result<Suppression> {
    store::suppression(read, id)?.ok_or(Error::NotFound("suppression"))
}

/// Newest first, older than `before`.
pub fn suppressions(read: &mut Read, before: Option<SuppressionId>, limit: i64) -> Result<Vec<Suppression>> {
    store::suppressions(read, before, limit)
}

/// The keys of a person's e-mail and phone.
pub(super) type Keys<'a> = (Option<&'a str>, Option<&'a str>);

/// Who of these people opted out, in their order: one question for some ten of them.
pub(super) fn among(read: &mut Read, hasher: &Hasher, people: &[Keys<'_>]) -> Result<Vec<bool>> {
    let each: Vec<Vec<Hash>> = people.iter().map(|(email, phone)| hasher.of_person(*email, *phone)).collect();
    let found: HashSet<Hash> = store::suppressed(read, &each.concat())?;
    Ok(each.iter().map(|of_one| of_one.iter().any(|hash| found.contains(hash))).collect())
}

/// Whether this person opted out.
pub(super) fn is_suppressed(read: &mut Read, keys: Keys<'_>) -> Result<bool> {
    if !store::is_anybody_suppressed(read)? {
        return Ok(false);
    }
    let hasher = Hasher::new(&installation::secret(read)?);
    Ok(among(read, &hasher, &[keys])?.contains(&true))
}

/// Looks at so many leads after this one: the last of them, and which are to be withdrawn, since their people opted out. Nothing
/// but their hashes tells who they are. `None` where there are no more.
pub(super) fn found_after(read: &mut Read, after: LeadId, limit: i64) -> Result<Option<(LeadId, Vec<LeadId>)>> {
    let leads = store::listed_after(read, after, limit)?;
    let Some(last) = leads.last().map(|lead| lead.id) else { return Ok(None) };
    let concerned: Vec<_> =
        leads.iter().filter(|lead| persons::is_in_the_market(lead.status, lead.duplicate_of)).collect();
    let hasher = Hasher::new(&installation::secret(read)?);
    let keys: Vec<Keys<'_>> =
        concerned.iter().map(|lead| (lead.email_key.as_deref(), lead.phone_key.as_deref())).collect();
    let are = among(read, &hasher, &keys)?;
    let mut heads: Vec<LeadId> =
        concerned.iter().zip(are).filter(|(_, is)| *is).map(|(lead, _)| lead.duplicate_of.unwrap_or(lead.id)).collect();
    heads.sort_unstable();
    heads.dedup();
    Ok(Some((last, heads)))
}

#[cfg(test)]
mod tests {
    use super::{emails, phones};

    #[test]
    fn what_a_list_may_have_hashed() {
        assert_eq!(emails("ann@example.com"), ["ann@example.com"]);
        assert_eq!(emails("ann@xn--mnchen-3ya.de"), ["ann@xn--mnchen-3ya.de", "ann@münchen.de"]);
        assert_eq!(phones("16502530000"), ["+16502530000", "16502530000"]);
        assert_eq!(phones("16502530000x12"), ["+16502530000x12", "+16502530000", "16502530000"]);
    }
}
