//! Every statement on `mails`.

use uuid::Uuid;

use super::{Message, Reason, Recipient, State, Template};
use crate::clock::Timestamp;
use crate::db::sql::{Conditions, numbered, slices, tuples};
use crate::db::{Json, Param, Read, Tx, params, row};
use crate::error::Result;
use crate::id::{AssignmentId, Id, JobId, MailId, ProviderId};

row! {
    /// A mail with what is to be known of its recipient when it goes.
    #[derive(Debug, Clone)]
    pub struct Mail {
        pub id: MailId,
        pub template: Template,
        pub provider_id: Option<ProviderId>,
        pub address: Option<String>,
        pub subject_id: Uuid,
        pub round: i64,
        pub variables: Json,
        pub state: State,
        pub reason: Option<String>,
        pub held_until: Option<Timestamp>,
        pub carried_by: Option<MailId>,
        pub attempts: i64,
        pub last_error: Option<String>,
        pub created_at: Timestamp,
        pub sent_at: Option<Timestamp>,
        pub job_id: Option<JobId>,
        pub provider_name: Option<String>,
        pub provider_email: Option<String>,
        pub timezone: Option<String>,
        pub active: Option<bool>,
        pub notify_on_new_lead: Option<bool>,
        pub notify_on_lead_status_change: Option<bool>,
        pub notify_on_bad_lead_decision: Option<bool>,
        pub quiet_from: Option<String>,
        pub quiet_until: Option<String>,
    }
}

impl Mail {
    /// The job that sends it.
    pub fn job(&self) -> JobId {
        self.job_id.unwrap_or_else(|| JobId::from_uuid(self.id.uuid()))
    }
}

const SELECT: &str = "SELECT m.id, m.template, m.provider_id, m.address, m.subject_id, m.round, m.variables, m.state,
       m.reason, m.held_until, m.carried_by, m.attempts, m.last_error, m.created_at, m.sent_at, m.job_id, p.name AS provider_name,
       p.email AS provider_email, p.timezone, p.active, p.notify_on_new_lead, p.notify_on_lead_status_change,
       p.notify_on_bad_lead_decision, p.quiet_from, p.quiet_until
  FROM mails m LEFT JOIN providers p ON p.id = m.provider_id";

/// Which mails, newest first.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    pub state: Option<State>,
    pub template: Option<Template>,
    pub before: Option<MailId>,
    pub limit: i64,
}

/// A mail as it is promised: by the job of its own id, or by this one.
pub(super) struct Promised<'a> {
    pub id: MailId,
    pub job: Option<JobId>,
    pub message: &'a Message,
}

/// One statement.
pub(super) fn insert(tx: &mut Tx, mails: &[Promised<'_>]) -> Result<()> {
    let now = tx.now();
    let rows: Vec<(Option<ProviderId>, Option<&str>, Json)> = mails
        .iter()
        .map(|Promised { message, .. }| {
            let (provider, address) = match &message.to {
                Recipient::Provider(id) => (Some(*id), None),
                Recipient::Admin => (None, None),
                Recipient::Person(address) => (None, Some(address.as_str())),
            };
            (provider, address, Json(message.variables.to_string()))
        })
        .collect();
    let values: Vec<&dyn Param> = mails
        .iter()
        .zip(&rows)
        .flat_map(|(Promised { id, job, message }, (provider, address, variables))| -> [&dyn Param; 10] {
            let Message { template, subject, round, .. } = message;
            [id, template, provider, address, subject, round, variables, &State::Queued, &now, job]
        })
        .collect();
    let sql = format!(
        "INSERT INTO mails (id, template, provider_id, address, subject_id, round, variables, state, created_at, job_id)
         VALUES {}",
        tuples(mails.len(), 10)
    );
    tx.execute_later(&sql, &values)
}

pub(super) fn mail(read: &mut Read, id: MailId) -> Result<Option<Mail>> {
    read.optional(&format!("{SELECT} WHERE m.id = $1"), params![id])
}

/// These mails, in their order.
pub(super) fn mails(read: &mut Read, ids: &[MailId]) -> Result<Vec<Mail>> {
    let mut all = Vec::with_capacity(ids.len());
    for some in slices(ids) {
        let ids = numbered(1, some.len()).join(", ");
        let params: Vec<&dyn Param> = some.iter().map(|id| -> &dyn Param { id }).collect();
        all.extend(read.all::<Mail>(&format!("{SELECT} WHERE m.id IN ({ids}) ORDER BY m.id"), &params)?);
    }
    Ok(all)
}

/// Words of ours stand in the text, not as parameters: only so do both engines see which partial index fits.
fn listed(filter: &Filter) -> String {
    let mut only = Conditions::default();
    if let Some(state) = filter.state {
        only.and_text(&format!("m.state = '{state}'"));
    }
    if let Some(template) = filter.template {
        only.and_text(&format!("m.template = '{template}'"));
    }
    if filter.before.is_some() {
        only.and_text("m.id < $2");
    }
    format!("{SELECT}{} ORDER BY m.id DESC LIMIT $1", only.sql())
}

pub(super) fn list(read: &mut Read, filter: &Filter) -> Result<Vec<Mail>> {
    let sql = listed(filter);
    match &filter.before {
        Some(before) => read.all(&sql, params![filter.limit, before]),
        None => read.all(&sql, params![filter.limit]),
    }
}

const CARRIED: &str = "WHERE m.carried_by = $1 AND m.state <> 'suppressed' ORDER BY m.id";

/// The mails that go along with this one.
pub(super) fn carried(read: &mut Read, carrier: MailId) -> Result<Vec<Mail>> {
    read.all(&format!("{SELECT} {CARRIED}"), params![carrier])
}

pub(super) fn hold(tx: &mut Tx, id: MailId, until: Timestamp) -> Result<()> {
    tx.execute("UPDATE mails SET held_until = $2 WHERE id = $1 AND state = 'queued'", params![id, until])?;
    Ok(())
}

/// Nothing holds the provider's waiting mails from now on, until it is decided again; which they are.
pub(super) fn end_holding(tx: &mut Tx, provider: ProviderId) -> Result<Vec<MailId>> {
    let now = tx.now();
    tx.execute(
        "UPDATE mails SET held_until = $2
          WHERE provider_id = $1 AND state = 'queued' AND held_until IS NOT NULL AND held_until > $2",
        params![provider, now],
    )?;
    let mut waiting: Vec<(MailId,)> = tx.all(HELD, params![now, provider])?;
    waiting.extend(tx.all::<(MailId,)>(TRIED, params![provider])?);
    Ok(waiting.into_iter().map(|(id,)| id).collect())
}

/// What failed and waits to be tried again.
const TRIED: &str = "SELECT id FROM mails WHERE state = 'queued' AND attempts > 0 AND provider_id = $1";

const HELD: &str = "SELECT id FROM mails
  WHERE state = 'queued' AND held_until IS NOT NULL AND held_until <= $1 AND provider_id = $2";
const HELD_FOR_ADMIN: &str = "SELECT id FROM mails
  WHERE state = 'queued' AND held_until IS NOT NULL AND held_until <= $1 AND provider_id IS NULL";

/// Has `carrier` take along what was held for the same reader and is due; which.
pub(super) fn take_along(tx: &mut Tx, carrier: &Mail) -> Result<Vec<MailId>> {
    let now = tx.now();
    let held: Vec<(MailId,)> = match carrier.provider_id {
        Some(provider) => tx.all(HELD, params![now, provider])?,
        None => tx.all(HELD_FOR_ADMIN, params![now])?,
    };
    let mut taken = Vec::new();
    for (id,) in held {
        if id == carrier.id {
            continue;
        }
        let changed = tx.execute(
            "UPDATE mails SET carried_by = $2 WHERE id = $1 AND state = 'queued' AND carried_by IS NULL AND template = $3",
            params![id, carrier.id, carrier.template],
        )?;
        if changed == 1 {
            taken.push(id);
        }
    }
    Ok(taken)
}

/// Until when others of the operator's mails are held, where some are.
pub(super) fn held_for_admin_until(read: &mut Read) -> Result<Option<Timestamp>> {
    let now = read.now();
    let found: Option<(Timestamp,)> = read.optional(
        "SELECT held_until FROM mails
          WHERE state = 'queued' AND held_until IS NOT NULL AND held_until > $1 AND provider_id IS NULL
          ORDER BY held_until LIMIT 1",
        params![now],
    )?;
    Ok(found.map(|(until,)| until))
}

/// Of the `limit` rejection mails made before this one: how many since `since`.
pub(super) fn rejections_before(read: &mut Read, id: MailId, since: Timestamp, limit: i64) -> Result<i64> {
    let (count,): (i64,) = read.one(
        "SELECT count(*) FROM (SELECT created_at FROM mails WHERE template = 'admin_provider_rejected_lead' AND id < $1
                                ORDER BY id DESC LIMIT $3) AS earlier
          WHERE created_at > $2",
        params![id, since, limit],
    )?;
    Ok(count)
}

const QUEUED: &str = "SELECT id FROM mails WHERE subject_id = $1 AND template = $2 AND round = $3 AND state = 'queued'";

/// This mail, where it has not ended.
pub(super) fn queued(read: &mut Read, template: Template, subject: Uuid, round: i64) -> Result<Option<MailId>> {
    let found: Option<(MailId,)> = read.optional(QUEUED, params![subject, template, round])?;
    Ok(found.map(|(id,)| id))
}

/// The mail and those it carries were handed over. False where it is not queued any more.
pub(super) fn sent(tx: &mut Tx, id: MailId, carries: bool) -> Result<bool> {
    let now = tx.now();
    let changed = tx.execute(
        "UPDATE mails SET state = 'sent', sent_at = $2, attempts = attempts + 1 WHERE id = $1 AND state = 'queued'",
        params![id, now],
    )?;
    if carries {
        tx.execute(
            "UPDATE mails SET state = 'sent', sent_at = $2 WHERE carried_by = $1 AND state = 'queued'",
            params![id, now],
        )?;
    }
    Ok(changed == 1)
}

/// These mails, which carry no others, were handed over; those that were queued until now.
pub(super) fn all_sent(tx: &mut Tx, ids: &[MailId]) -> Result<Vec<MailId>> {
    let now = tx.now();
    let mut marked = Vec::with_capacity(ids.len());
    for some in slices(ids) {
        let mut params: Vec<&dyn Param> = vec![&now];
        params.extend(some.iter().map(|id| -> &dyn Param { id }));
        let sql = format!(
            "UPDATE mails SET state = 'sent', sent_at = $1, attempts = attempts + 1
              WHERE state = 'queued' AND id IN ({}) RETURNING id",
            numbered(2, some.len()).join(", ")
        );
        marked.extend(tx.all::<(MailId,)>(&sql, &params)?.into_iter().map(|(id,)| id));
    }
    Ok(marked)
}

/// A mail of this job goes its own way from here on. False where it is not queued, or does so already.
pub(super) fn part(tx: &mut Tx, id: MailId, job: JobId) -> Result<bool> {
    let sql = "UPDATE mails SET job_id = NULL WHERE id = $1 AND job_id = $2 AND state IN ('queued', 'dead')";
    Ok(tx.execute(sql, params![id, job])? == 1)
}

/// The mails that waited for this job are given up.
pub(super) fn bury_of(tx: &mut Tx, ids: &[MailId], job: JobId, error: &str) -> Result<()> {
    let sql = "UPDATE mails SET state = 'dead', last_error = COALESCE(last_error, $3)
                WHERE id = $1 AND job_id = $2 AND state = 'queued'";
    ids.iter().try_for_each(|id| tx.execute(sql, params![id, job, error]).map(drop))
}

/// Those that were given up with this job are queued again.
pub(super) fn revive_of(tx: &mut Tx, ids: &[MailId], job: JobId) -> Result<()> {
    let sql = "UPDATE mails SET state = 'queued' WHERE id = $1 AND job_id = $2 AND state = 'dead'";
    ids.iter().try_for_each(|id| tx.execute(sql, params![id, job]).map(drop))
}

pub(super) fn suppress(tx: &mut Tx, id: MailId, reason: Reason) -> Result<()> {
    let sql = "UPDATE mails SET state = 'suppressed', reason = $2 WHERE id = $1 AND state = 'queued'";
    tx.execute(sql, params![id, reason]).map(drop)
}

/// The mails that go along end as their carrier does.
pub(super) fn suppress_carried(tx: &mut Tx, carrier: MailId, reason: Reason) -> Result<()> {
    let sql = "UPDATE mails SET state = 'suppressed', reason = $2 WHERE carried_by = $1 AND state = 'queued'";
    tx.execute(sql, params![carrier, reason]).map(drop)
}

/// The mails that went along are on their own again; which.
pub(super) fn release(tx: &mut Tx, carrier: MailId) -> Result<Vec<MailId>> {
    let released: Vec<(MailId,)> = tx.all(
        "UPDATE mails SET carried_by = NULL WHERE carried_by = $1 AND state = 'queued' RETURNING id",
        params![carrier],
    )?;
    Ok(released.into_iter().map(|(id,)| id).collect())
}

/// An attempt failed in passing.
pub(super) fn failed(tx: &mut Tx, id: MailId, error: &str) -> Result<()> {
    let sql = "UPDATE mails SET attempts = attempts + 1, last_error = $2 WHERE id = $1 AND state = 'queued'";
    tx.execute(sql, params![id, error]).map(drop)
}

/// The mail and those it carries are given up. What the mail server said stands, where it said anything.
pub(super) fn bury(tx: &mut Tx, id: MailId, error: &str) -> Result<()> {
    tx.execute(
        "UPDATE mails SET state = 'dead', last_error = COALESCE(last_error, $2)
          WHERE id = $1 AND state = 'queued'",
        params![id, error],
    )?;
    tx.execute(
        "UPDATE mails SET state = 'dead', last_error = $2 WHERE carried_by = $1 AND state = 'queued'",
        params![id, error],
    )?;
    Ok(())
}

/// All that have not gone are given up; how many.
pub(super) fn bury_queued(tx: &mut Tx, error: &str) -> Result<u64> {
    tx.execute("UPDATE mails SET state = 'dead', last_error = $1 WHERE state = 'queued'", params![error])
}

/// The dead mail and those it carries are queued again.
pub(super) fn revive(tx: &mut Tx, id: MailId) -> Result<()> {
    tx.execute("UPDATE mails SET state = 'queued' WHERE id = $1 AND state = 'dead'", params![id])?;
    tx.execute("UPDATE mails SET state = 'queued' WHERE carried_by = $1 AND state = 'dead'", params![id])?;
    Ok(())
}

row! {
    /// A mail about a lead, as far as an erasure has to know it.
    #[derive(Debug, Clone)]
    pub struct About {
        pub id: MailId,
        pub state: State,
        pub variables: Json,
        pub carried_by: Option<MailId>,
    }
}

/// The mails about an assignment.
pub(super) fn about(read: &mut Read, assignment: AssignmentId) -> Result<Vec<About>> {
    read.all(
        "SELECT id, state, variables, carried_by FROM mails WHERE subject_id = $1 ORDER BY id",
        params![assignment],
    )
}

pub(super) fn rewrite(tx: &mut Tx, id: MailId, variables: &Json) -> Result<()> {
    tx.execute("UPDATE mails SET variables = $2 WHERE id = $1", params![id, variables]).map(drop)
}

/// Said as the index says it: SQLite finds by itself only what stands there word for word.
const DEAD: &str = "SELECT count(*) FROM (SELECT 1 FROM mails
    WHERE state IN ('suppressed', 'dead') AND state = 'dead' LIMIT $1) AS few";

/// How many were given up; `most` at most.
pub(super) fn dead(read: &mut Read, most: i64) -> Result<i64> {
    let (dead,) = read.one(DEAD, params![most])?;
    Ok(dead)
}

/// Every shape of the list, and what looks for held ones.
pub(super) fn statements() -> Vec<(String, String)> {
    let single = [
        ("held", HELD),
        ("tried", TRIED),
        ("held for admin", HELD_FOR_ADMIN),
        ("queued", QUEUED),
        ("dead mails", DEAD),
    ];
    let mut all: Vec<_> = single.into_iter().map(|(name, sql)| (name.to_owned(), sql.to_owned())).collect();
    let states = State::CHOICES.iter().map(|(_, state)| Some(*state)).chain([None]);
    for state in states {
        for template in Template::CHOICES.iter().map(|(_, template)| Some(*template)).chain([None]) {
            for before in [None, Some(MailId(Uuid::nil()))] {
                let filter = Filter { state, template, before, limit: 1 };
                all.push((format!("list {state:?} {template:?} {}", before.is_some()), listed(&filter)));
            }
        }
    }
    all
}
