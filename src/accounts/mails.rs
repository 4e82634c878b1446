//! The mail of this room: a link to sign in with.

use serde_json::json;

use super::user_by_email;
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

/// Has a link mailed to the person with this e-mail, however it is spelled. Nobody has it, or may sign in: nothing happens,
/// and the caller is not told.
pub fn request_sign_in_link(tx: &mut Tx, email: &str) -> Result<()> {
    let Some(user) = user_by_email(tx, email)?.filter(|user| user.active) else { return Ok(()) };
    let mail = SignInLink { user: user.id, address: user.email };
    let message = mail.message(tx);
    outbox::send(tx, &[message])
}
