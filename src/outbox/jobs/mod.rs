//! What the worker does for this room: mails are sent, and files of mails are written again.

mod handing;
mod sale;

use serde::Deserialize;
use uuid::Uuid;

use handing::{fit, hand_over, letter, take_back};

use super::next::{self, Next};
use super::render::{self, Renderer};
use super::{Mail, store};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::{Id, JobId, MailId, ProviderId};
use crate::mail::{Failed, Mailer};
use crate::queue::{self, JobKind, Ticket};

pub use sale::SendAll;

/// Sends one mail, and those that go along with it.
#[derive(Debug, Deserialize)]
pub struct Send {
    mail: Uuid,
}

impl JobKind<App> for Send {
    const KIND: &'static str = super::SEND;

    async fn run(self, app: App, ticket: Ticket) -> Result<()> {
        let id = MailId(self.mail);
        match next(&app, id, ticket).await? {
            Next::Nothing => app.db.write(queue::lane(), move |tx| ticket.finish(tx)).await,
            Next::Held => Ok(()),
            Next::Go(mail, along) => go(&app, &mail, &along, ticket).await,
        }
    }

    fn given_up(&self, tx: &mut Tx, _job: JobId, error: &str) -> Result<()> {
        store::bury(tx, MailId(self.mail), error)
    }

    fn revived(&self, tx: &mut Tx, _job: JobId) -> Result<()> {
        store::revive(tx, MailId(self.mail))
    }
}

/// Looks at a provider's waiting mails again: its quiet hours, its zone, its address or its wishes have changed.
#[derive(Debug, Deserialize)]
pub struct DecideAnew {
    provider: Uuid,
}

impl JobKind<App> for DecideAnew {
    const KIND: &'static str = super::DECIDE_ANEW;

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        let provider = ProviderId(self.provider);
        app.db.write(queue::lane(), move |tx| next::decide_anew(tx, provider)).await
    }
}

/// Mostly one look is enough; only what has to be written down is decided in a unit.
async fn next(app: &App, id: MailId, ticket: Ticket) -> Result<Next> {
    let admin = app.config.admin_notification_email.is_some();
    let glance = move |read: &mut _| Ok(next::at_a_glance(store::mail(read, id)?, admin, read.now()));
    match app.db.read(glance).await? {
        Some(next) => Ok(next),
        None => app.db.write(queue::lane(), move |tx| next::next(tx, id, admin, ticket)).await,
    }
}

async fn go(app: &App, mail: &Mail, along: &[Mail], ticket: Ticket) -> Result<()> {
    let (id, carries) = (mail.id, !along.is_empty());
    let Err(Failed { permanent, words }) = hand_over(app, mail, along).await? else {
        let unit = move |tx: &mut Tx| {
            ticket.finish(tx)?;
            store::sent(tx, id, carries)
        };
        return if app.db.write(queue::lane(), unit).await? { Ok(()) } else { take_back(app, id).await };
    };
    let words = fit(&words);
    let error = words.clone();
    let unit = move |tx: &mut Tx| {
        store::failed(tx, id, &words)?;
        if permanent {
            store::bury(tx, id, &words)?;
            ticket.bury(tx, &words)?;
        }
        Ok(())
    };
    app.db.write(queue::lane(), unit).await?;
    if permanent { Ok(()) } else { Err(Error::Unavailable(error.into())) }
}

/// Writes files of mails again, without what was forgotten meanwhile.
#[derive(Debug, Deserialize)]
pub struct Rewrite {
    mails: Vec<Uuid>,
}

impl JobKind<App> for Rewrite {
    const KIND: &'static str = super::forget::REWRITE;

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        let Mailer::File(folder) = &*app.mailer else { return Ok(()) };
        for id in self.mails.into_iter().map(MailId) {
            if !folder.has(id.uuid()).await {
                continue;
            }
            let unit = move |read: &mut crate::db::Read| Ok((super::get(read, id)?, store::carried(read, id)?));
            let (mail, along) = app.db.read(unit).await?;
            let rendered = render::render(Renderer::of(&app), &mail, &along)?;
            let written = match letter(&app, &mail, &rendered, mail.sent_at.unwrap_or(mail.created_at)) {
                Ok(built) => app.mailer.send(id.uuid(), built).await,
                Err(failed) => Err(failed),
            };
            written.map_err(|failed| Error::Unavailable(failed.words.into()))?;
        }
        Ok(())
    }
}
