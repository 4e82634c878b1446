//! What the worker does for a sale: its mails go together, each for itself.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use tokio::task::{Id as TaskId, JoinSet};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::super::next::{self, Next};
use super::super::{Mail, job_of, own_job, store};
use super::handing::{fit, hand_over, take_back};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::{JobId, MailId};
use crate::mail::Failed;
use crate::queue::{self, JobKind, Ticket};

/// Sends the mails of a sale at the same time. What came of them is written as they end; one that has to wait or failed goes on
/// as a job of its own, so that it neither holds the others nor has them sent again.
#[derive(Debug, Deserialize)]
pub struct SendAll {
    mails: Vec<Uuid>,
}

/// What ends so soon after the first of a sale's mails is written down with it.
const TOGETHER: Duration = Duration::from_millis(20);

/// What came of handing a mail over.
type Handed = Result<(), Failed>;

impl JobKind<App> for SendAll {
    const KIND: &'static str = crate::outbox::SEND_ALL;
    // What became of it stands in its mails.
    const LEAVES: bool = true;

    async fn run(self, app: App, ticket: Ticket) -> Result<()> {
        let (ids, admin) = (self.ids(), app.config.admin_notification_email.is_some());
        let glance = move |read: &mut crate::db::Read| {
            let (now, mails) = (read.now(), store::mails(read, &ids)?);
            let ours = mails.into_iter().filter(|mail| mail.job() == ticket.job);
            Ok(ours.map(|mail| (mail.id, next::at_a_glance(Some(mail), admin, now))).collect::<Vec<_>>())
        };
        let mut going = Going::default();
        for (id, seen) in app.db.read(glance).await? {
            let next = match seen {
                Some(next) => next,
                None => app.db.write(queue::lane(), move |tx| next::next(tx, id, admin, ticket)).await?,
            };
            if let Next::Go(mail, along) = next {
                going.go(&app, id, *mail, along);
            }
        }
        going.end(&app, ticket.job).await
    }

    fn given_up(&self, tx: &mut Tx, job: JobId, error: &str) -> Result<()> {
        store::bury_of(tx, &self.ids(), job, error)
    }

    fn revived(&self, tx: &mut Tx, job: JobId) -> Result<()> {
        store::revive_of(tx, &self.ids(), job)
    }
}

impl SendAll {
    fn ids(&self) -> Vec<MailId> {
        self.mails.iter().copied().map(MailId).collect()
    }
}

/// Mails on their way; they are cut off when this is dropped.
#[derive(Default)]
struct Going {
    tasks: JoinSet<Result<Handed>>,
    mails: BTreeMap<TaskId, MailId>,
}

impl Going {
    fn go(&mut self, app: &App, id: MailId, mail: Mail, along: Vec<Mail>) {
        let app = app.clone();
        let task = self.tasks.spawn(async move { hand_over(&app, &mail, &along).await });
        self.mails.insert(task.id(), id);
    }

    /// Waits for all of them, and writes down what came of those that end together.
    async fn end(&mut self, app: &App, job: JobId) -> Result<()> {
        let mut away = None;
        while let Some(first) = self.tasks.join_next_with_id().await {
            let (mut sent, mut failed) = (Vec::new(), Vec::new());
            let (mut ended, soon) = (Some(first), Instant::now() + TOGETHER);
            while let Some(one) = ended {
                let (task, handed) = match one {
                    Ok((task, handed)) => (task, handed),
                    Err(panic) => (panic.id(), Ok(Err(Failed::passing(panic.to_string())))),
                };
                match (self.mails.remove(&task), handed) {
                    (Some(id), Ok(Ok(()))) => sent.push(id),
                    (Some(id), Ok(Err(why))) => failed.push((id, why)),
                    (_, Err(error)) => away = Some(error),
                    (None, Ok(_)) => {}
                }
                ended = timeout_at(soon, self.tasks.join_next_with_id()).await.ok().flatten();
            }
            // The others are still to be written down where this fails: their mails have gone.
            away = record(app, sent).await.err().or(away);
            for (id, why) in failed {
                away = part(app, id, job, why).await.err().or(away);
            }
        }
        away.map_or(Ok(()), Err)
    }
}

async fn record(app: &App, sent: Vec<MailId>) -> Result<()> {
    if sent.is_empty() {
        return Ok(());
    }
    let ids = sent.clone();
    let marked = app.db.write(queue::lane(), move |tx| store::all_sent(tx, &ids)).await?;
    for id in sent.into_iter().filter(|id| !marked.contains(id)) {
        take_back(app, id).await?;
    }
    Ok(())
}

/// The mail failed: it goes on as a job of its own that was tried once, or ends there.
async fn part(app: &App, id: MailId, job: JobId, why: Failed) -> Result<()> {
    let Failed { permanent, words } = why;
    let words = fit(&words);
    let unit = move |tx: &mut Tx| {
        if !store::part(tx, id, job)? {
            return Ok(());
        }
        store::failed(tx, id, &words)?;
        if permanent {
            store::bury(tx, id, &words)?;
        }
        // As the queue would have said it.
        let error = if permanent { words.clone() } else { Error::Unavailable(words.clone().into()).to_string() };
        queue::enqueue_tried(tx, job_of(id), &own_job(tx, id), &error, permanent)
    };
    app.db.write(queue::lane(), unit).await
}
