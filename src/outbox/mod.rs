//! Mails that are promised with what causes them and sent later: never lost, each event told once. Owns `mails`.
//!
//! A mail is a row, written in the unit of its cause, and a job of the same id that sends it; the mails of one sale have one job
//! between them, until one of them has to go its own way. What holds:
//! - one event, one mail: a subject has one mail of a template and round;
//! - a mail ends as `sent`, `suppressed` (with the reason) or `dead` (with the last error), when its job does; one that
//!   another carries along (a digest) ends as that does;
//! - preferences are asked when the mail is about to go;
//! - its variables hold no contact data; what people wrote about a lead goes with the lead's erasure.

mod admin;
mod forget;
pub mod jobs;
mod message;
mod next;
mod quiet;
mod render;
mod store;
mod template;
mod withdraw;

pub use admin::routes;
pub use forget::forget;
pub use message::{Message, Reason, Recipient, State};
pub use quiet::is_time_of_day;
pub use render::{EXPORT_LINK, render, unsubscribing};
pub use store::{Filter, Mail};

use store::Promised;
pub use template::{Preference, Template};
pub use withdraw::{hold_back, withdraw};

use serde_json::json;

use crate::audit::{self, Action, Actor, Entity};
use crate::db::sql::slices;
use crate::db::{Lane, Read, Tx, Unit};
use crate::error::{Error, Result};
use crate::id::{Id, JobId, MailId, ProviderId};
use crate::queue::{self, NewJob};

/// The job that sends a mail. Its payload names the mail, whose id is the job's own; where it is dead, so is the mail.
pub const SEND: &str = "outbox.send";

/// The job that sends the mails of a sale. Its payload is `{"mails"}`, and each of them names it in `job_id`. One that has to wait,
/// or fails, gets a job of its own and leaves it.
pub const SEND_ALL: &str = "outbox.send_all";

/// The job that looks at a provider's waiting mails again. Its payload is `{"provider"}`.
const DECIDE_ANEW: &str = "outbox.decide_anew";

/// Promises the mails in the caller's unit, together: two statements for each 64.
pub fn send(tx: &mut Tx, messages: &[Message]) -> Result<()> {
    let now = tx.now();
    let mails: Vec<Promised<'_>> =
        messages.iter().map(|message| Promised { id: MailId::new(now), job: None, message }).collect();
    promise(tx, &mails, Vec::new())
}

/// Promises what is told of each of these sales: a job each that sends its mails, whose rows stand there at once. Two statements
/// for each 64, however many sales there are.
pub fn promise_sales(tx: &mut Tx, sales: &[Vec<Message>]) -> Result<()> {
    let now = tx.now();
    let (mut mails, mut shared) = (Vec::new(), Vec::new());
    for sale in sales {
        // One by itself is its own job.
        let job = (sale.len() > 1).then(|| JobId::new(now));
        let ids: Vec<MailId> = sale.iter().map(|_| MailId::new(now)).collect();
        mails.extend(ids.iter().zip(sale).map(|(id, message)| Promised { id: *id, job, message }));
        shared.extend(job.map(|job| (job, NewJob::now(SEND_ALL, &json!({ "mails": ids }), tx))));
    }
    promise(tx, &mails, shared)
}

fn promise(tx: &mut Tx, mails: &[Promised<'_>], shared: Vec<(JobId, NewJob)>) -> Result<()> {
    slices(mails).try_for_each(|some| store::insert(tx, some))?;
    let alone = mails.iter().filter(|mail| mail.job.is_none()).map(|mail| (job_of(mail.id), own_job(tx, mail.id)));
    let jobs: Vec<(JobId, NewJob)> = alone.chain(shared).collect();
    queue::enqueue_as(tx, &jobs)
}

/// What sends this mail by itself, now.
fn own_job(tx: &Tx, mail: MailId) -> NewJob {
    NewJob::now(SEND, &json!({ "mail": mail }), tx)
}

/// Has what becomes of the provider's waiting mails decided again, now.
pub fn decide_anew(tx: &mut Tx, provider: ProviderId) -> Result<()> {
    let payload = json!({ "provider": provider });
    let job = NewJob::now(DECIDE_ANEW, &payload, tx).keyed(provider.to_string());
    queue::enqueue(tx, &job)
}

/// Mails for the back office, newest first.
pub fn list(read: &mut Read, filter: &Filter) -> Result<Vec<Mail>> {
    store::list(read, filter)
}

/// One mail.
///
/// # Errors
/// `NotFound`.
pub fn get(read: &mut Read, id: MailId) -> Result<Mail> {
    store::mail(read, id)?.ok_or(Error::NotFound("mail"))
}

/// Tries a dead mail once more, now: together with the one that carried it, where one did.
///
/// # Errors
/// `NotFound`; `Conflict` `mail_not_dead`.
pub fn retry(by: Actor, id: MailId) -> impl Unit<Mail> {
    Lane::MONEY.unit(move |tx| {
        let mail = get(tx, id)?;
        if mail.state != State::Dead {
            let detail = format!("only a dead mail can be tried again; this one is {}", mail.state);
            return Err(Error::conflict("mail_not_dead", detail));
        }
        let carrier = mail.carried_by.unwrap_or(id);
        match mail.job_id {
            // Given up along with others of its sale: those stay so.
            Some(job) if store::part(tx, id, job)? => queue::enqueue_as(tx, &[(job_of(id), own_job(tx, id))])?,
            _ => queue::retry(tx, job_of(carrier)).map(drop)?,
        }
        store::revive(tx, carrier)?;
        audit::record(tx, by, Action::MailRetried, Entity::Mail(id), None)?;
        get(tx, id)
    })
}

/// How many mails are dead; no more than `most` are counted.
pub fn dead(read: &mut Read, most: i64) -> Result<i64> {
    store::dead(read, most)
}

/// Every statement that looks through many mails, named: for tests of their plans.
pub fn statements() -> Vec<(String, String)> {
    store::statements()
}

fn job_of(mail: MailId) -> JobId {
    JobId::from_uuid(mail.uuid())
}
