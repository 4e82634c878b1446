//! A mail on its way to the server, from its row.

use serde_json::json;

use super::super::render::{self, Renderer};
use super::super::{Mail, Preference, Template};
use crate::accounts;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{Id, MailId, UserId, parse_uuid};
use crate::mail::{Built, Failed, Letter, Mailer, Rendered};

/// The lead was erased while its mail was on its way: what is in our own hands goes.
pub async fn take_back(app: &App, id: MailId) -> Result<()> {
    match &*app.mailer {
        Mailer::File(folder) => {
            folder.remove(id.uuid()).await.map_err(|failed| Error::Unavailable(failed.words.into()))
        }
        Mailer::Smtp(_) | Mailer::Memory(_) => Ok(()),
    }
}

/// Hands the mail over.
///
/// # Errors
/// Where the database is away; the inner one is the mail server's.
pub async fn hand_over(app: &App, mail: &Mail, along: &[Mail]) -> Result<Result<(), Failed>> {
    Ok(match built(app, mail, along).await? {
        Ok(built) => app.mailer.send(mail.id.uuid(), built).await,
        Err(failed) => Err(failed),
    })
}

/// What a mail server said, fit for the table.
pub fn fit(words: &str) -> String {
    words.chars().filter(|c| *c != '\0').take(1_000).collect()
}

/// The mail as it goes over the wire.
async fn built(app: &App, mail: &Mail, along: &[Mail]) -> Result<Result<Built, Failed>> {
    let mut mail = mail.clone();
    if mail.template == Template::SignInLink {
        with_link(app, &mut mail).await?;
    }
    let rendered = match render::render(Renderer::of(app), &mail, along) {
        Ok(rendered) => rendered,
        Err(error) => return Ok(Err(Failed::permanent(error.to_string()))),
    };
    Ok(letter(app, &mail, &rendered, app.clock.now()))
}

pub fn letter(app: &App, mail: &Mail, rendered: &Rendered, date: Timestamp) -> Result<Built, Failed> {
    let operator = app.config.admin_notification_email.as_ref().map(|mailbox| mailbox.email.to_string());
    let to = mail.provider_email.clone().or_else(|| mail.address.clone()).or(operator);
    let unsubscribe = render::unsubscribe_url(Renderer::of(app), mail);
    let Rendered { subject, text, html } = rendered;
    let to = to.ok_or_else(|| Failed::permanent("there is nobody to send it to"))?;
    let kind = mail.template.preference().map(Preference::as_str);
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
