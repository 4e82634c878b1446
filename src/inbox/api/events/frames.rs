//! Where a stream begins, and its events as they go over the wire.

use bytes::Bytes;

use super::super::list::ProviderLeadAssignment;
use crate::app::App;
use crate::assignments::events::{Event, EventId, EventKind};
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::live::Frame;
use crate::read;

/// Where a stream begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    pub from: EventId,
    /// What happened before is to be told first.
    pub resumes: bool,
    /// It is not known any more what happened since.
    pub lost: bool,
}

/// The events as they go over the wire, with their leads as they stand now.
pub(super) async fn frames(app: &App, happened: Vec<Event>) -> Result<Vec<(Event, Frame)>> {
    let unit = move |read: &mut Read| {
        let item = |event: &Event| Ok((event.clone(), read::item(read, event.provider_id, event.assignment_id)?));
        happened.iter().map(item).collect::<Result<Vec<_>>>()
    };
    let found = app.db.read(unit).await?;
    let mut frames = Vec::with_capacity(found.len());
    for (event, item) in found {
        let Some((item, returns_left)) = item else { continue };
        let name = match event.kind {
            EventKind::Assigned => "lead.assigned",
            EventKind::Changed => "lead.changed",
            EventKind::Withdrawn => "lead.withdrawn",
        };
        let id = EventId { position: event.position(), at: event.created_at }.text();
        let lead = ProviderLeadAssignment::of(item, returns_left, app);
        let data = serde_json::to_string(&lead).map_err(Error::internal)?;
        let bytes = Bytes::from(format!("event: {name}\nid: {id}\ndata: {data}\n\n"));
        frames.push((event.clone(), Frame { at: (event.tx, event.seq), bytes }));
    }
    Ok(frames)
}
