//! What became of leads, in numbers.

use crate::clock::Timestamp;
use crate::db::{Read, params, row};
use crate::error::Result;
use crate::id::{LeadId, oldest_uuid};
use crate::intake::status::Status;

row! {
    /// How many leads came in since a moment, by what became of them.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Tally {
        pub assigned: i64,
        pub unmatched: i64,
        pub duplicate: i64,
        pub test: i64,
        pub invalid: i64,
    }
}

/// By their ids, which grow with time: one index holds all that is counted.
pub fn tally(read: &mut Read, since: Timestamp) -> Result<Tally> {
    let oldest = LeadId(oldest_uuid(since));
    let count =
        |status: Status| format!("(SELECT count(*) FROM leads WHERE status = '{status}' AND id >= $1) AS {status}");
    let counted = [Status::Assigned, Status::Unmatched, Status::Duplicate, Status::Test, Status::Invalid];
    let counts = counted.map(count).join(", ");
    read.one(&format!("SELECT {counts}"), params![oldest])
}
