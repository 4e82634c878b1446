//! The keys by which persons are known again and found: those that their data give now.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::invariant::{Invariant, Violating};
use crate::assignments::SearchBits;
use crate::catalog;
use crate::catalog::reworded::Reword;
use crate::db::{Read, params};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId};
use crate::intake::keys;

pub const INVARIANTS: [Invariant; 2] = [
    Invariant::code("a lead is known again by what it holds", known_again),
    Invariant::code("a search finds an assignment by what its lead holds", found),
];

/// Leads whose source was said to be in another country since they came: their numbers were read in that.
fn moved(read: &mut Read) -> Result<BTreeSet<LeadId>> {
    let leads: Vec<(LeadId,)> = read.all(
        "SELECT l.id FROM leads AS l WHERE l.source_id IN
           (SELECT entity_id FROM audit_entries WHERE action = 'source.updated' AND CAST(details AS text) LIKE '%\"country\"%')",
        &[],
    )?;
    Ok(leads.into_iter().map(|(lead,)| lead).collect())
}

fn known_again(read: &mut Read) -> Result<Violating> {
    let mut wrong = Vec::new();
    let mut after = LeadId(Uuid::nil());
    loop {
        let people = keys::people(read, after)?;
        let Some(last) = people.last() else { break };
        after = last.id;
        let is_off = |person: &&keys::Person| {
            let keys = person.keys();
            (&keys.email, &keys.phone) != (&person.email_key, &person.phone_key)
        };
        wrong.extend(people.iter().filter(is_off).map(|person| person.id));
    }
    let moved = if wrong.is_empty() { BTreeSet::new() } else { moved(read)? };
    let off = wrong.into_iter().filter(|lead| !moved.contains(lead));
    Ok(off.map(|lead| (lead.0, "has other keys than its e-mail and phone give".to_owned())).collect())
}

/// Niches whose leads are still to be found by what they ask now.
fn reworded_soon(read: &mut Read) -> Result<BTreeSet<String>> {
    let niches: Vec<(Option<String>,)> =
        read.all("SELECT dedup_key FROM jobs WHERE kind = $1 AND state <> 'done'", params![Reword::NAME])?;
    Ok(niches.into_iter().filter_map(|(niche,)| niche).collect())
}

fn found(read: &mut Read) -> Result<Violating> {
    let mut wrong = Vec::new();
    let (asked, soon) = (catalog::asked(read)?, reworded_soon(read)?);
    let mut after = LeadId(Uuid::nil());
    loop {
        let people = keys::people(read, after)?;
        let Some(last) = people.last() else { break };
        let kept: Vec<(AssignmentId, LeadId, String, i64, i64, bool)> = read.all(
            "SELECT a.id, a.lead_id, a.search_text, a.search_bits_1, a.search_bits_2,
                    EXISTS (SELECT 1 FROM leads AS d WHERE d.duplicate_of = a.lead_id AND d.correction IS NOT NULL) AS corrected
               FROM lead_assignments AS a WHERE a.lead_id > $1 AND a.lead_id <= $2",
            params![after, last.id],
        )?;
        after = last.id;
        let people = people.iter().filter(|person| !soon.contains(&person.niche_id.to_string()));
        let texts: BTreeMap<LeadId, String> = people.map(|person| (person.id, person.search_text(&asked))).collect();
        for (id, lead, text, first, second, corrected) in kept {
            // Nobody finds an erased lead: its text is empty, whatever its bits.
            let Some(wanted) = texts.get(&lead) else { continue };
            let bits = SearchBits { first, second };
            // Of leads that were corrected before there were bits nobody made any: all set means any text.
            let unmade = corrected && bits == SearchBits { first: -1, second: -1 };
            if (!corrected && *wanted != text) || (!unmade && SearchBits::of(&text) != bits) {
                wrong.push((lead, id));
            }
        }
    }
    let moved = if wrong.is_empty() { BTreeSet::new() } else { moved(read)? };
    let off = wrong.into_iter().filter(|(lead, _)| !moved.contains(lead));
    Ok(off.map(|(_, id)| (id.0, "has another search text than its lead gives".to_owned())).collect())
}
