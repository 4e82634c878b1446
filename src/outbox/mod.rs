//! Mails that are promised with what causes them and sent later: never lost, each event told once. Owns `mails`.
//!
//! A mail is a row, written in the unit of its cause, and a job of the same id that sends it. What holds:
//! - one event, one mail: a subject has one mail of a template and round;
//! - a mail ends as `sent`, `suppressed` (with the reason) or `dead` (with the last error), exactly when its job ends;
//! - its variables hold no contact data; what people wrote about a lead goes with the lead's erasure.

mod store;
mod template;

pub use template::Template;

use serde_json::Value;
use uuid::Uuid;

use crate::db::{Json, Tx, text_enum};
use crate::error::Result;
use crate::id::{Id, JobId, MailId, ProviderId};
use crate::queue;

/// The job that sends a mail. Its payload names the mail, whose id is the job's own.
const SEND: &str = "outbox.send";

text_enum! {
    /// Where a mail is in its life.
    pub enum State { Queued = "queued", Sent = "sent", Suppressed = "suppressed", Dead = "dead" }
}

/// To whom a mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// To the address the provider has when the mail goes.
    Provider(ProviderId),
    /// To `ADMIN_NOTIFICATION_EMAIL`, as it is when the mail goes.
    Admin,
    /// To this address.
    Person(String),
}

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct Message {
    pub template: Template,
    pub to: Recipient,
    /// What it is about: the assignment, the export, …
    pub subject: Uuid,
    /// 0, unless the same thing happens to the same subject once more.
    pub round: i64,
    /// An object with the template's own variables (docs/mails.md); no contact data of a lead's person.
    pub variables: Value,
}

/// Promises the mails in the caller's unit: two statements for each eight.
pub fn send(tx: &mut Tx, messages: &[Message]) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let mails: Vec<(MailId, &Message)> = messages.iter().map(|message| (MailId::new(now), message)).collect();
    mails.chunks(store::ROWS_A_STATEMENT).try_for_each(|some| store::insert(tx, some))?;
    let jobs: Vec<(JobId, Json)> =
        mails.iter().map(|(id, _)| (JobId::from_uuid(id.uuid()), Json(format!(r#"{{"mail":"{id}"}}"#)))).collect();
    queue::enqueue_all(tx, SEND, &jobs)
}
