//! What happens to a provider's leads, told to those who watch: a row in the unit of its cause, in an order in which nothing
//! comes in later. It holds ids alone; what is shown of it is read when it is shown.

use std::time::Duration;

use super::store::{self, Holder};
use crate::clock::Timestamp;
use crate::db::{Asked, Read, Tx};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, ProviderId};

pub use store::{Event, EventKind, Position};

/// How long an event can be read; whoever comes later is told to look at everything anew.
pub const KEPT: Duration = Duration::from_hours(3 * 24);
/// Rows that one run of [`prune`] looks at.
const AT_ONCE: i64 = 5_000;

/// An event's `id`: its position, and when it was, since nobody can be told what happened too long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventId {
    pub position: Position,
    pub at: Timestamp,
}

impl EventId {
    pub fn text(self) -> String {
        let Position { tx, seq } = self.position;
        format!("{tx}-{seq}-{}", self.at.as_micros())
    }

    /// Written as we write it, and in no other way.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('-').map(|digits| digits.parse::<i64>().ok().filter(|n| *n >= 0));
        let (tx, seq, at) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let id = Self { position: Position { tx, seq }, at: Timestamp::from_micros(at)? };
        (numbers.next().is_none() && id.text() == text).then_some(id)
    }
}

impl Event {
    pub fn position(&self) -> Position {
        Position { tx: self.tx, seq: self.seq }
    }
}

/// New assignments, each with its provider.
pub(super) fn assigned(tx: &mut Tx, all: &[(ProviderId, AssignmentId)]) -> Result<()> {
    store::tell(tx, EventKind::Assigned, all)?;
    tx.announce();
    Ok(())
}

/// One assignment of this provider changed.
pub(super) fn changed(tx: &mut Tx, provider: ProviderId, assignment: AssignmentId) -> Result<()> {
    store::tell(tx, EventKind::Changed, &[(provider, assignment)])?;
    tx.announce();
    Ok(())
}

/// The person of these wants no more of it.
pub(super) fn withdrawn(tx: &mut Tx, holders: &[Holder]) -> Result<()> {
    let all: Vec<_> = holders.iter().map(|holder| (holder.provider_id, holder.assignment_id)).collect();
    store::tell(tx, EventKind::Withdrawn, &all)?;
    tx.announce();
    Ok(())
}

/// All assignments of the lead changed.
pub(super) fn lead_changed(tx: &mut Tx, lead: LeadId) -> Result<()> {
    store::tell_of_lead(tx, lead)?;
    tx.announce();
    Ok(())
}

/// Before which all that happened can be read, and the position of the last of it.
pub fn newest_event(read: &mut Read) -> Result<(i64, Position)> {
    let horizon = read.horizon()?;
    Ok((horizon, store::newest_event(read, horizon)?.unwrap_or(Position { tx: 0, seq: 0 })))
}

/// The same, as the id from which somebody who knows all that can be read now has to go on.
pub fn here(read: &mut Read) -> Result<(i64, EventId)> {
    let (horizon, position) = newest_event(read)?;
    Ok((horizon, EventId { position, at: read.now() }))
}

/// Asks for where [`here`] is, along with what is asked next.
pub fn ask_here(read: &mut Read) -> Result<Asked<(i64, i64)>> {
    store::ask_newest_event(read)
}

/// What [`ask_here`] asked for.
pub fn the_here(read: &mut Read, asked: Asked<(i64, i64)>) -> Result<EventId> {
    let (tx, seq) = read.answer(asked)?.pop().unwrap_or((0, 0));
    Ok(EventId { position: Position { tx, seq }, at: read.now() })
}

/// What happened after `after`, to anybody or to one provider: at most `limit`, in order. What is not there yet comes
/// after all this.
pub fn events(read: &mut Read, provider: Option<ProviderId>, after: Position, limit: i64) -> Result<Vec<Event>> {
    // Two transactions may end in another order than they began, and the numbers of their rows say nothing of it: read is
    // only what nothing can come before any more.
    let horizon = read.horizon()?;
    store::events(read, provider, after, horizon, limit)
}

/// Drops events that were kept long enough, some thousands at a time; says how many. For a schedule.
pub fn prune(tx: &mut Tx) -> Result<u64> {
    // A day longer than they can be asked for: clocks differ.
    let before: Timestamp = tx.now().minus(KEPT + Duration::from_hours(24));
    store::prune_events(tx, before, AT_ONCE)
}

#[cfg(test)]
mod tests {
    use super::EventId;

    #[test]
    fn an_id_is_read_as_it_was_written() {
        let id = EventId::parse("901-17-1795550000000000").unwrap();
        assert_eq!((id.position.tx, id.position.seq, id.text().as_str()), (901, 17, "901-17-1795550000000000"));
        for other in
            ["", "1", "1-2", "1-2-3-4", "01-2-3", "1-+2-3", "1--2-3", " 1-2-3", "1-2-9999999999999999999", "a-b-c"]
        {
            assert_eq!(EventId::parse(other), None, "{other}");
        }
    }
}
