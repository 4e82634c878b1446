//! What is to become of a mail whose time has come: nothing more, suppressed, held, or sent.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::quiet::Quiet;
use super::{Mail, Preference, Reason, State, Template, store, withdraw};
use crate::assignments::{self, Status};
use crate::clock::Timestamp;
use crate::db::{Read, Tx};
use crate::error::Result;
use crate::id::{AssignmentId, Id, MailId, ProviderId};
use crate::queue::{self, NewJob, Ticket};
use crate::zone;

/// So many rejections within [`FLOOD`] reach the operator one by one; the others come as one mail.
const SINGLE: i64 = 20;
const FLOOD: Duration = Duration::from_mins(10);
/// Held against every other unit that decides about the operator's mails.
const ADMIN_LOCK: i64 = 0x6d61_696c_0000_0001;

/// What a mail is in for.
#[derive(Debug)]
pub enum Next {
    /// It has ended, or goes along with another.
    Nothing,
    /// It waits; its job is put off.
    Held,
    /// It goes, with these along.
    Go(Box<Mail>, Vec<Mail>),
}

/// What can be told without writing: `None` where it can't.
pub fn at_a_glance(mail: Option<Mail>, admin: bool, now: Timestamp) -> Option<Next> {
    let Some(mail) = mail.filter(is_waiting) else { return Some(Next::Nothing) };
    let plain = reason(&mail, admin).is_none() && mail.held_until.is_none() && quiet_end(&mail, now).is_none();
    let floods = mail.template == Template::AdminProviderRejectedLead;
    (plain && !floods).then(|| Next::Go(Box::new(mail), Vec::new()))
}

/// The same for certain, written down. `admin`: whether the operator has an address.
pub fn next(tx: &mut Tx, id: MailId, admin: bool, ticket: Ticket) -> Result<Next> {
    let ours = |mail: &Mail| is_waiting(mail) && mail.job() == ticket.job;
    let Some(mail) = store::mail(tx, id)?.filter(ours) else { return Ok(Next::Nothing) };
    // One at a time for each reader, so that a mail is carried by one other.
    tx.lock(&[mail.provider_id.map_or(ADMIN_LOCK, lock_of)])?;
    let Some(mail) = store::mail(tx, id)?.filter(ours) else { return Ok(Next::Nothing) };
    if let Some(reason) = reason(&mail, admin) {
        store::suppress(tx, id, reason)?;
        store::suppress_carried(tx, id, reason)?;
        return Ok(Next::Nothing);
    }
    if let Some(until) = held(tx, &mail)? {
        store::hold(tx, id, until)?;
        if mail.job_id.is_none() {
            ticket.postpone(tx, until)?;
        } else if store::part(tx, id, ticket.job)? {
            let job = NewJob { run_at: until, ..super::own_job(tx, id) };
            queue::enqueue_as(tx, &[(super::job_of(id), job)])?;
        }
        return Ok(Next::Held);
    }
    if mail.held_until.is_some() && is_over(tx, &mail)? {
        // What it carries is about other leads, and goes on its own.
        withdraw::stop(tx, id, Reason::LeadDecided)?;
        return Ok(Next::Nothing);
    }
    let mut along = Vec::new();
    if mail.held_until.is_some() {
        let taken = store::take_along(tx, &mail)?;
        let jobs: Vec<_> = taken.into_iter().map(super::job_of).collect();
        queue::finish_queued(tx, &jobs)?;
        for other in store::carried(tx, id)? {
            if is_over(tx, &other)? {
                store::suppress(tx, other.id, Reason::LeadDecided)?;
            } else {
                along.push(other);
            }
        }
    }
    Ok(Next::Go(Box::new(mail), along))
}

fn is_waiting(mail: &Mail) -> bool {
    mail.state == State::Queued && mail.carried_by.is_none()
}

fn reason(mail: &Mail, admin: bool) -> Option<Reason> {
    if mail.provider_id.is_none() {
        return (mail.address.is_none() && !admin).then_some(Reason::NoAddress);
    }
    if mail.active == Some(false) {
        return Some(Reason::ProviderInactive);
    }
    let wanted = match mail.template.preference()? {
        Preference::NewLead => mail.notify_on_new_lead,
        Preference::StatusChange => mail.notify_on_lead_status_change,
        Preference::BadLeadDecision => mail.notify_on_bad_lead_decision,
    };
    (wanted == Some(false)).then_some(Reason::PreferenceOff)
}

/// Whether a new lead that nobody was told of in time waits for nothing any more: it was decided on meanwhile.
fn is_over(read: &mut Read, mail: &Mail) -> Result<bool> {
    Ok(mail.template == Template::ProviderNewLead && is_decided(read, AssignmentId(mail.subject_id))?)
}

fn is_decided(read: &mut Read, assignment: AssignmentId) -> Result<bool> {
    Ok(assignments::sale(read, assignment)?.is_some_and(|sold| sold.status != Status::Active))
}

/// Has the provider's mails that wait looked at again now, each by its own job.
pub fn decide_anew(tx: &mut Tx, provider: ProviderId) -> Result<()> {
    tx.lock(&[lock_of(provider)])?;
    let jobs: Vec<_> = store::end_holding(tx, provider)?.into_iter().map(super::job_of).collect();
    queue::bring_forward(tx, &jobs)
}

/// Until when the mail has to wait, if it has to.
fn held(read: &mut Read, mail: &Mail) -> Result<Option<Timestamp>> {
    let now = read.now();
    if mail.template != Template::AdminProviderRejectedLead {
        return Ok(quiet_end(mail, now));
    }
    if mail.held_until.is_some_and(|until| until <= now) {
        return Ok(None);
    }
    let since = mail.created_at.minus(FLOOD);
    if store::rejections_before(read, mail.id, since, SINGLE)? < SINGLE {
        return Ok(None);
    }
    Ok(Some(store::held_for_admin_until(read)?.unwrap_or(now.plus(FLOOD))))
}

/// The end of the provider's quiet hours, while it has them and this mail minds them.
fn quiet_end(mail: &Mail, now: Timestamp) -> Option<Timestamp> {
    if mail.template != Template::ProviderNewLead {
        return None;
    }
    let quiet = Quiet::read(mail.quiet_from.as_deref()?, mail.quiet_until.as_deref()?)?;
    let zone = mail.timezone.as_deref().map_or(TimeZone::UTC, zone::of);
    quiet.end(now, &zone)
}

fn lock_of(provider: ProviderId) -> i64 {
    let (_, random) = provider.uuid().as_u64_pair();
    i64::from_be_bytes(random.to_be_bytes())
}
