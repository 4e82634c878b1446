//! By what a person is known again and found: made of what a lead holds, in one way. Leads that were kept by older rules get
//! theirs anew, once.

use std::time::Duration;

use serde_json::json;

use crate::assignments;
use crate::catalog;
use crate::db::{Read, Tx};
use crate::error::Result;
use crate::id::{LeadId, NicheId};
use crate::installation;
use crate::queue::{self, NewJob};

use super::{corrections, store};

pub use store::Person;

/// The rules of now, as a number: with other rules it is another, and all keys are made anew at the next start.
const RULES: i64 = 3;
/// The job that makes the keys of later leads anew. Its payload is `{"after"}`, a lead's id.
pub(super) const RENEW: &str = "intake.renew_keys";
/// How long an older program may work on beside a new one.
const BESIDE: Duration = Duration::from_hours(1);
/// Leads in one unit.
const AT_ONCE: i64 = 500;

/// Leads that are not erased, after this one in the order of their ids; few at a time.
pub fn people(read: &mut Read, after: LeadId) -> Result<Vec<Person>> {
    store::people(read, after, AT_ONCE)
}

/// Whether the keys of leads may have been made by other rules than those of now.
pub fn are_old(read: &mut Read) -> Result<bool> {
    Ok(installation::key_rules(read)? < RULES)
}

/// All keys are made by the rules of now, `last` being the newest lead's. An older program may work beside this one for a
/// while yet, so those of later leads are made once more after that.
pub fn are_renewed(tx: &mut Tx, last: LeadId) -> Result<()> {
    installation::note_key_rules(tx, RULES)?;
    if last.0.is_nil() {
        return Ok(());
    }
    let job = NewJob { run_at: tx.now().plus(BESIDE), ..NewJob::now(RENEW, &json!({ "after": last }), tx) };
    queue::enqueue(tx, &job)
}

/// Makes the keys of the next leads anew; the last of them, `None` where there was none. Done again it changes nothing, so
/// that whoever is interrupted begins anew.
pub fn renew(tx: &mut Tx, after: LeadId) -> Result<Option<LeadId>> {
    let asked = catalog::asked(tx)?;
    let people = store::people_to_change(tx, after, AT_ONCE)?;
    for person in &people {
        let keys = person.keys();
        if (&keys.email, &keys.phone) != (&person.email_key, &person.phone_key) {
            store::set_keys(tx, person.id, &keys)?;
        }
        assignments::renew_search_text(tx, person.id, &person.search_text(&asked))?;
    }
    Ok(people.last().map(|person| person.id))
}

/// The last of the next leads, and whether one of them is this niche's; `None` where there was none.
pub(super) fn next_of_niche(read: &mut Read, niche: NicheId, after: LeadId) -> Result<Option<(LeadId, bool)>> {
    let people = store::people(read, after, AT_ONCE)?;
    let is_any = people.iter().any(|person| person.niche_id == niche);
    Ok(people.last().map(|last| (last.id, is_any)))
}

/// Makes anew what those of the next leads that are this niche's are found by. Done again it changes nothing.
pub(super) fn reword(tx: &mut Tx, niche: NicheId, after: LeadId) -> Result<()> {
    let asked = catalog::asked(tx)?;
    let fields = asked.get(&niche).cloned().unwrap_or_default();
    let people = store::people_to_change(tx, after, AT_ONCE)?;
    let Some(last) = people.last().map(|last| last.id) else { return Ok(()) };
    let corrected = store::corrected_between(tx, after, last)?;
    for person in people.iter().filter(|person| person.niche_id == niche) {
        if corrected.contains(&person.id) {
            corrections::reword(tx, &fields, person.id)?;
        } else {
            assignments::renew_search_text(tx, person.id, &person.search_text(&asked))?;
        }
    }
    Ok(())
}
