//! The leads of a person, found by an e-mail address or a phone number as anybody writes it.

use super::status::Status;
use super::store::{self, OfPerson};
use crate::db::Read;
use crate::error::{Error, Result};
use crate::id::LeadId;
use crate::phone::Phone;

/// Of one key, those that were offered, and as many others.
const AT_ONCE: i64 = 500;
/// Where numbers are from while no leads come from anywhere.
const COUNTRY: &str = "US";

/// What a number means in the countries that leads come from; nothing where it is none in any.
pub(super) fn phone_keys(read: &mut Read, text: &str) -> Result<Vec<String>> {
    let mut countries = store::countries(read)?;
    if countries.is_empty() {
        countries.push(COUNTRY.to_owned());
    }
    let read = |country: &String| Phone::read(text, country).ok().and_then(|phone| phone.key);
    let mut keys: Vec<String> = countries.iter().filter_map(read).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}

/// What is said of a text that is no number.
pub(super) fn no_number() -> Error {
    Error::field("phone", "invalid_phone", "must be a phone number, as in +16502530000")
}

/// All leads of somebody that these keys tell of, up to some hundreds, and whether those are all.
pub(super) fn of(read: &mut Read, email: Option<&str>, phones: &[String]) -> Result<(Vec<OfPerson>, bool)> {
    let (mut all, mut is_all) = (Vec::new(), true);
    let most = usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
    if let Some(key) = email {
        all.push(store::of_email(read, key, AT_ONCE)?);
    }
    for key in phones {
        all.push(store::of_phone(read, key, AT_ONCE)?);
    }
    for some in &all {
        is_all &= some.len() < most;
    }
    let mut all = all.concat();
    all.sort_unstable_by_key(|lead| lead.id);
    all.dedup();
    Ok((all, is_all))
}

/// Those of them that may be sold, or were, each once; of a lead that corrected another it is that one.
pub(super) fn in_the_market(read: &mut Read, email: Option<&str>, phones: &[String]) -> Result<(Vec<LeadId>, bool)> {
    let (leads, is_all) = of(read, email, phones)?;
    let concerned = leads.iter().filter(|lead| is_in_the_market(lead.status, lead.duplicate_of));
    let mut heads: Vec<LeadId> = concerned.map(|lead| lead.duplicate_of.unwrap_or(lead.id)).collect();
    heads.sort_unstable();
    heads.dedup();
    Ok((heads, is_all))
}

/// Whether somebody may be sold this lead, or holds it, or holds what it corrected.
pub(super) fn is_in_the_market(status: Status, duplicate_of: Option<LeadId>) -> bool {
    matches!(status, Status::Assigned | Status::Unmatched | Status::Held) || duplicate_of.is_some()
}
