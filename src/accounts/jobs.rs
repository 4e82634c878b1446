//! What the worker does for this room: links that somebody asked for are mailed.

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{mails, store};
use crate::app::App;
use crate::db::{Lane, Unit};
use crate::email;
use crate::error::Result;
use crate::id::{Id, UserId, new_uuid};
use crate::limit::{Quota, Who};
use crate::queue::{self, JobKind, NewJob, Ticket};

/// Mails with a link to one person. Those that were sent are good for longer than this lasts, so a further one would
/// give its owner nothing.
static MAILED_LINK: Quota = Quota { name: "mailed_link", most: 3 };

/// Mails a link to a person, if it is one.
#[derive(Debug, Deserialize)]
pub struct MailLink {
    user: Uuid,
}

impl JobKind<App> for MailLink {
    const KIND: &'static str = "accounts.mail_link";

    async fn run(self, app: App, ticket: Ticket) -> Result<()> {
        let user = UserId(self.user);
        let may = app.limits.admits(&MAILED_LINK, Who::Id(user.uuid())).await;
        let mailed = Lane::MONEY.unit(move |tx| {
            ticket.finish(tx)?;
            if may { mails::mail_sign_in_link(tx, user) } else { Ok(()) }
        });
        app.db.run(mailed).await
    }
}

/// Promises a link to whoever has this e-mail address, however it is spelled. Where that is nobody the same is done, for
/// an id that is nobody's: neither the answer nor the time it takes tells which it was.
pub fn request_sign_in_link(address: String) -> impl Unit<()> {
    Lane::MONEY.unit(move |tx| {
        let nobody = UserId(new_uuid(tx.now()));
        let user = store::credentials(tx, &email::key(&address))?.map_or(nobody, |found| found.id);
        queue::enqueue(tx, &NewJob::now(MailLink::KIND, &json!({ "user": user }), tx))
    })
}
