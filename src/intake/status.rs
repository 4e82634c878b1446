//! What becomes of a lead.

use crate::db::text_enum;

text_enum! {
    /// What became of a lead.
    pub enum Status {
        Assigned = "assigned",
        Unmatched = "unmatched",
        Duplicate = "duplicate",
        Test = "test",
        /// By what it holds nobody could reach the person: not offered.
        Invalid = "invalid",
        /// The same, where the operator decides: waits for [`release`](super::release) or [`discard`](super::discard).
        Held = "held",
        /// Its person opted out before it came, or while it waited: not offered.
        Suppressed = "suppressed",
        /// Its person took it back while it waited: not offered.
        Withdrawn = "withdrawn",
    }
}
