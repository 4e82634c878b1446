//! Every statement that writes the tables of this room, and what reads them alone.

mod arrival;
mod corrections;
mod earlier;
mod erasure;
mod erasures;
mod held;
mod import;
mod keys;
mod persons;
mod refused;
mod reread;
mod retention;
mod sources;
mod suppressions;
mod tally;
mod unmatched;

pub use arrival::{NewLead, insert_leads};
pub use corrections::{MAX_CORRECTIONS_PER_LEAD, Said, corrected, keep_correction, replaced, said};
pub use earlier::{Earlier, Sales, Sought, WereHere, earlier, replace, step_aside, were_here};
pub use erasure::{Member, erase, erased, family, still_held};
pub use erasures::{Erasure, erasure, erasures, finish_erasure, insert_erasure, sought};
pub use held::{Kept, end_hold, held, held_of, held_since, standing, waiting_for_the_operator};
pub use import::{imports, keep_imports};
pub use keys::{Person, corrected_between, people, people_to_change, set_keys};
pub use persons::{OfPerson, listed_after, of_email, of_id, of_phone, withdraw};
pub use refused::{
    RefusedPost, delete_refused, delete_refused_before, delete_refused_beyond, insert_refused, note_replayed,
    refused_after, refused_of_any, refused_post, refused_posts, refused_since,
};
pub use reread::{Reread, reread, say_anew};
pub use retention::{Retention, aged_after, keep_retention, retention};
pub use sources::{
    Answer, Format, Source, countries, insert_source, note_country, set_keys_of_source, source, source_by_key,
    source_by_previous_key, sources, update_source,
};
pub use suppressions::{
    Hash, Suppression, delete_suppression, insert_suppression, is_anybody_suppressed, suppressed, suppression,
    suppression_like, suppressions,
};
pub use tally::{Tally, tally};
pub use unmatched::{set_assigned, still_unmatched, unmatched, unmatched_niches, waiting};

/// What is asked each time that somebody watches, named: for looking at its plan.
pub fn statements() -> Vec<(String, String)> {
    let waiting = [
        ("unmatched leads", unmatched::WAITING),
        ("held leads", held::HELD),
        ("held leads of a niche", held::HELD_OF),
        ("family of a lead", erasure::FAMILY),
        ("leads of an e-mail", persons::BY_EMAIL),
        ("leads of a phone", persons::BY_PHONE),
    ];
    let all = corrections::STATEMENTS.into_iter().chain(waiting);
    let all = all.map(|(name, sql)| (name.to_owned(), sql.to_owned()));
    earlier::statements().into_iter().chain(all).collect()
}
