//! What the worker does for this room: mails are sent, and files of mails are written again.

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::next::{self, Next};
use super::render::{self, House};
use super::{Mail, Template, store};
use crate::accounts;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::{Id, JobId, MailId, ProviderId, UserId, parse_uuid};
use crate::mail::{Built, Failed, Letter, Mailer, Rendered};
use crate::queue::{self, JobKind, Ticket};

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
    let sent = match built(app, mail, along).await? {
        Ok(built) => app.mailer.send(id.uuid(), built).await,
        Err(failed) => Err(failed),
    };
    let Err(Failed { permanent, words }) = sent else {
        let unit = move |tx: &mut Tx| {
            ticket.finish(tx)?;
            store::sent(tx, id, carries)
        };
        return if app.db.write(queue::lane(), unit).await? { Ok(()) } else { take_back(app, id).await };
    };
    let words: String = words.chars().filter(|c| *c != '\0').take(1_000).collect();
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

/// The lead was erased while its mail was on its way: what is in our own hands goes.
async fn take_back(app: &App, id: MailId) -> Result<()> {
    match &*app.mailer {
        Mailer::File(folder) => {
            folder.remove(id.uuid()).await.map_err(|failed| Error::Unavailable(failed.words.into()))
        }
        Mailer::Smtp(_) | Mailer::Memory(_) => Ok(()),
    }
}

/// The mail as it goes over the wire.
async fn built(app: &App, mail: &Mail, along: &[Mail]) -> Result<Result<Built, Failed>> {
    let mut mail = mail.clone();
    if mail.template == Template::SignInLink {
        with_link(app, &mut mail).await?;
    }
    let rendered = match render::render(House::of(app), &mail, along) {
        Ok(rendered) => rendered,
        Err(error) => return Ok(Err(Failed::permanent(error.to_string()))),
    };
    Ok(letter(app, &mail, &rendered, app.clock.now()))
}

fn letter(app: &App, mail: &Mail, rendered: &Rendered, date: Timestamp) -> Result<Built, Failed> {
    let operator = app.config.admin_notification_email.as_ref().map(|mailbox| mailbox.email.to_string());
    let to = mail.provider_email.clone().or_else(|| mail.address.clone()).or(operator);
    let unsubscribe = render::unsubscribe_url(House::of(app), mail);
    let Rendered { subject, text, html } = rendered;
    let to = to.ok_or_else(|| Failed::permanent("there is nobody to send it to"))?;
    let kind = mail.template.preference().map(super::Preference::as_str);
    let (from, unsubscribe) = (&app.mail_from, unsubscribe.as_deref().zip(kind));
    Letter { id: mail.id.uuid(), from, to: &to, subject, text, html, unsubscribe, date }.build()
}

/// A fresh one-time link for each attempt: of none does the database know more than its hash.
async fn with_link(app: &App, mail: &mut Mail) -> Result<()> {
    let user: serde_json::Value = serde_json::from_str(&mail.variables.0).map_err(Error::internal)?;
    let user = user.get("user_id").and_then(serde_json::Value::as_str).and_then(parse_uuid);
    let user = user.map(UserId).ok_or_else(|| Error::internal("a sign-in mail for nobody"))?;
    let (secret, expires_at) = app.db.run(accounts::mailed_link(user)).await?;
    let url = format!("{}/sign-in/link?token={}", app.config.public_url, secret.into_text());
    mail.variables = crate::db::Json(json!({ "sign_in_url": url, "expires_at": expires_at }).to_string());
    Ok(())
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
            let rendered = render::render(House::of(&app), &mail, &along)?;
            let written = match letter(&app, &mail, &rendered, mail.sent_at.unwrap_or(mail.created_at)) {
                Ok(built) => app.mailer.send(id.uuid(), built).await,
                Err(failed) => Err(failed),
            };
            written.map_err(|failed| Error::Unavailable(failed.words.into()))?;
        }
        Ok(())
    }
}
