//! A refused post is read again, after what was in the way was put right.

use std::sync::Arc;

use serde_json::json;

use super::arrival::Received;
use super::store::{self, Source};
use super::submission::Submission;
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Tx, Unit};
use crate::id::RefusedPostId;

/// Receives what was read of a refused post now. One that became a lead before is not received again.
pub fn replay(actor: Actor, source: Arc<Source>, post: RefusedPostId, submission: Submission) -> impl Unit<Received> {
    let source_id = source.id;
    super::receive(source, submission).then(move |tx: &mut Tx, received: Received| {
        store::note_replayed(tx, post, received.lead)?;
        let details = json!({ "payload_id": post, "lead_id": received.lead });
        audit::record(tx, actor, Action::PayloadReplayed, Entity::Source(source_id), Some(details))?;
        Ok(received)
    })
}
