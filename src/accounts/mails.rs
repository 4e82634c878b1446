//! The mail of this room: a link to sign in with.

use serde_json::json;

use super::{User, store};
use crate::db::Tx;
use crate::error::Result;
use crate::id::{UserId, new_uuid};
use crate::outbox::{self, Message, Recipient, Template};

/// `sign_in_link`. The link itself is made when the mail goes.
struct SignInLink {
    user: UserId,
    address: String,
}

impl SignInLink {
    fn message(self, tx: &Tx) -> Message {
        Message {
            template: Template::SignInLink,
            to: Recipient::Person(self.address),
            // Each request is an event of its own.
            subject: new_uuid(tx.now()),
            round: 0,
            variables: json!({ "user_id": self.user }),
        }
    }
}

/// Has a link mailed to this person. Nobody is, or may not sign in: nothing happens.
pub(super) fn mail_sign_in_link(tx: &mut Tx, user: UserId) -> Result<()> {
    let Some(user) = store::user(tx, user)?.filter(User::may_sign_in) else { return Ok(()) };
    let mail = SignInLink { user: user.id, address: user.email };
    let message = mail.message(tx);
    outbox::send(tx, &[message])
}
