//! Every statement that writes `sources` and `leads`, and the back office's reads over them.

mod arrival;
mod earlier;
mod erasure;
mod held;
mod keys;
mod office;
mod sources;
mod unmatched;

pub use arrival::{NewLead, insert_lead};
pub use earlier::{Earlier, Sales, Sought, earlier, replace, step_aside, was_here};
pub use erasure::{Member, erase, erased, erased_through, family, note_erased_through, still_held};
pub use held::{Kept, end_hold, held, waiting_for_the_operator};
pub use keys::{note_rules, people, people_to_change, rules, set_keys};
pub use office::{Assignment, Filter, LeadDetail, LeadRow, Tally, assignments, lead, leads, tally};
pub use sources::{insert_source, niche_exists, source, source_by_key, sources, update_source};
pub use unmatched::{set_assigned, still_unmatched, unmatched, unmatched_niches, waiting};

/// What is asked each time that somebody watches, named: for looking at its plan.
pub fn statements() -> Vec<(String, String)> {
    let waiting = [("unmatched leads", unmatched::WAITING), ("held leads", held::HELD)];
    let all = earlier::STATEMENTS.into_iter().chain(waiting);
    all.map(|(name, sql)| (name.to_owned(), sql.to_owned())).collect()
}
