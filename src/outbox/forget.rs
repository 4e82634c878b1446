//! What an erasure of a lead does to the mails about it.

use serde_json::{Map, Value, json};

use super::template::PERSONAL;
use super::withdraw::stop;
use super::{Reason, State, store};
use crate::db::{Json, Tx};
use crate::error::{Error, Result};
use crate::id::AssignmentId;
use crate::queue::{self, NewJob};

/// The job that writes mail files again, without what was forgotten.
pub(super) const REWRITE: &str = "outbox.rewrite";

/// Takes what people wrote about a lead out of the mails about its assignments, suppresses those that have not gone yet, and has
/// their files written again. What the erasure itself tells is to be sent after this.
pub fn forget(tx: &mut Tx, assignments: &[AssignmentId]) -> Result<()> {
    let mut in_files = Vec::new();
    for assignment in assignments {
        for mail in store::about(tx, *assignment)? {
            if let Some(cleared) = cleared(&mail.variables)? {
                store::rewrite(tx, mail.id, &cleared)?;
                in_files.push(mail.carried_by.unwrap_or(mail.id));
            }
            if mail.state == State::Queued {
                stop(tx, mail.id, Reason::LeadErased)?;
            }
        }
    }
    if in_files.is_empty() {
        return Ok(());
    }
    let job = NewJob::now(REWRITE, &json!({ "mails": in_files }), tx);
    queue::enqueue(tx, &job)
}

/// The variables without what is personal; `None` where nothing is.
fn cleared(variables: &Json) -> Result<Option<Json>> {
    let mut variables: Map<String, Value> = serde_json::from_str(&variables.0).map_err(Error::internal)?;
    let mut changed = false;
    for name in PERSONAL {
        if let Some(value) = variables.get_mut(name).filter(|value| value.as_str().is_some_and(|text| !text.is_empty()))
        {
            *value = json!("[erased]");
            changed = true;
        }
    }
    Ok(changed.then(|| Json(Value::Object(variables).to_string())))
}
