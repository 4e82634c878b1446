//! Questions that go across rooms: the inbox and a lead as its provider sees them, the rows of a file, what the operator's
//! pages list and sum up. Whatever joins tables of several rooms to show something stands here; each row is declared beside
//! the statement that reads it.
//!
//! Nothing is written here, and nothing is decided: a verb that needs to know something to decide asks the room that owns
//! it. Doors ask; rooms' verbs do not.

mod corrections;
mod found;
mod inbox;
mod lead;
mod leads;
mod meant;
mod narrowed;
mod person;
mod review;
mod rows;
mod short;
mod summary;

pub use corrections::Correction;
pub use found::{Found, Sought, find};
pub use inbox::{
    Ending, Glance, Item, MAX_IDS_PER_QUERY, Named, Page, Position, ask_ending, count, glanced_inbox, inbox, item,
    named,
};
pub use lead::{Detail, ProviderLead, lead};
pub use leads::{Assignment, LeadDetail, LeadFilter, LeadRow, Received, lead_in_full, leads, received_from};
pub use person::{About, GivenTo, about, given_to};
pub use review::{Case, Contact, UnderReview, Waiting, case, cases, evidence, under_review, waiting, waiting_in_all};
pub use rows::{FullItem, asked_of, count_rows, rows};
pub use short::{Short, short};
pub use summary::{ProviderSummary, ask_summary, summary, the_summary};

/// The text of every statement that runs while somebody waits, named: for tests and benches of their plans.
pub fn statements() -> Vec<(String, String)> {
    let summary = vec![("summary".to_owned(), summary::SUMMARY.to_owned())];
    [inbox::statements(), lead::statements(), corrections::statements(), review::statements(), summary].concat()
}
