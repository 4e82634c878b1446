//! Every statement on `lead_events`.

use crate::clock::Timestamp;
use crate::db::sql::{slices, tuples};
use crate::db::{Asked, Param, Read, Tx, params, row, text_enum};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, ProviderId};

text_enum! {
    /// What happened to an assignment.
    pub enum EventKind {
        /// It came.
        Assigned = "assigned",
        /// It was decided on, a decision was taken back, it was refunded, or its lead was erased or corrected.
        Changed = "changed",
        /// Its person wants no more of it.
        Withdrawn = "withdrawn",
    }
}

/// A position in the order of all events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The number of the transaction, see [`Read::horizon`].
    pub tx: i64,
    pub seq: i64,
}

row! {
    /// Something that happened to an assignment.
    #[derive(Debug, Clone)]
    pub struct Event {
        pub tx: i64,
        pub seq: i64,
        pub provider_id: ProviderId,
        pub assignment_id: AssignmentId,
        pub kind: EventKind,
        pub created_at: Timestamp,
    }
}

const COLUMNS: &str = "tx, seq, provider_id, assignment_id, kind, created_at";

const NEWEST: &str = "SELECT tx, seq FROM lead_events WHERE tx < $1 ORDER BY tx DESC, seq DESC LIMIT 1";

const PRUNE: &str = "DELETE FROM lead_events WHERE seq >= $2 AND seq <= $3 AND created_at < $1";

fn events_text(of_one: bool) -> String {
    let only = if of_one { "provider_id = $5 AND " } else { "" };
    format!("SELECT {COLUMNS} FROM lead_events WHERE {only}(tx, seq) > ($1, $2) AND tx < $3 ORDER BY tx, seq LIMIT $4")
}

pub(super) fn statements() -> Vec<(String, String)> {
    vec![
        ("newest event".to_owned(), NEWEST.to_owned()),
        ("events".to_owned(), events_text(false)),
        ("events of one".to_owned(), events_text(true)),
    ]
}

pub(in crate::assignments) fn tell(tx: &mut Tx, kind: EventKind, all: &[(ProviderId, AssignmentId)]) -> Result<()> {
    let now = tx.now();
    for some in slices(all) {
        let values: Vec<&dyn Param> = some
            .iter()
            .flat_map(|(provider, assignment)| -> [&dyn Param; 4] { [provider, assignment, &kind, &now] })
            .collect();
        let sql = format!(
            "INSERT INTO lead_events (provider_id, assignment_id, kind, created_at) VALUES {}",
            tuples(some.len(), 4)
        );
        tx.execute_later(&sql, &values)?;
    }
    Ok(())
}

pub(in crate::assignments) fn tell_of_lead(tx: &mut Tx, lead: LeadId) -> Result<()> {
    let now = tx.now();
    tx.execute_later(
        "INSERT INTO lead_events (provider_id, assignment_id, kind, created_at)
         SELECT provider_id, id, 'changed', $2 FROM lead_assignments WHERE lead_id = $1",
        params![lead, now],
    )
}

/// As [`newest_event`] with the horizon of the moment when it is asked.
pub(in crate::assignments) fn ask_newest_event(read: &mut Read) -> Result<Asked<(i64, i64)>> {
    let sql = NEWEST.replace("$1", read.horizon_sql());
    read.ask(&sql, params![])
}

pub(in crate::assignments) fn newest_event(read: &mut Read, horizon: i64) -> Result<Option<Position>> {
    let found: Option<(i64, i64)> = read.optional(NEWEST, params![horizon])?;
    Ok(found.map(|(tx, seq)| Position { tx, seq }))
}

pub(in crate::assignments) fn events(
    read: &mut Read,
    provider: Option<ProviderId>,
    after: Position,
    horizon: i64,
    limit: i64,
) -> Result<Vec<Event>> {
    let Position { tx, seq } = after;
    match provider {
        None => read.all(&events_text(false), params![tx, seq, horizon, limit]),
        Some(provider) => read.all(&events_text(true), params![tx, seq, horizon, limit, provider]),
    }
}

pub(in crate::assignments) fn prune_events(tx: &mut Tx, before: Timestamp, at_once: i64) -> Result<u64> {
    // From the first to the last, by the key: what a list of them is looked up with reads the whole table on PostgreSQL.
    let some = format!(
        "SELECT MIN(seq), MAX(seq) FROM (SELECT seq, created_at FROM lead_events ORDER BY seq LIMIT {at_once}) AS few
          WHERE created_at < $1"
    );
    let (first, last) = tx.one::<(Option<i64>, Option<i64>)>(&some, params![before])?;
    let (Some(first), Some(last)) = (first, last) else { return Ok(0) };
    tx.execute(PRUNE, params![before, first, last])
}
