//! A job as it stands in the table, and which jobs are asked for.

use ground::clock::Timestamp;
use units::{Json, row};

use super::id::JobId;
use super::job::{State, Ticket};

row! {
    /// A job as it stands in the table.
    #[derive(Debug, Clone)]
    pub struct Job {
        /// What it is called, in the order of promising.
        pub id: JobId,
        /// Which kind it is, known here or not.
        pub kind: String,
        /// A JSON object.
        pub payload: Json,
        /// Where it is in its life.
        pub state: State,
        /// When it is due; after a failure: when it is tried again.
        pub run_at: Timestamp,
        /// How many attempts were begun.
        pub attempts: i64,
        /// After how many it is dead.
        pub max_attempts: i64,
        /// Why the last attempt that failed did, or what it waits for.
        pub last_error: Option<String>,
        /// When it was promised.
        pub created_at: Timestamp,
        /// When it was done, or died.
        pub finished_at: Option<Timestamp>,
    }
}

impl Job {
    /// The right to finish the attempt that was claimed with this row.
    pub fn ticket(&self) -> Ticket {
        Ticket { job: self.id, attempts: self.attempts }
    }
}

/// Which jobs, newest first: all, or those in one state; those older than `before`.
#[derive(Debug, Clone, Copy)]
pub struct Filter<'a> {
    /// All, or those in this state.
    pub state: Option<State>,
    /// All, or those of this kind.
    pub kind: Option<&'a str>,
    /// Where the page before ended.
    pub before: Option<JobId>,
    /// How many at most.
    pub limit: i64,
}
