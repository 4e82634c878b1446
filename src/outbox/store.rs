//! Every statement on `mails`.

use super::{Message, Recipient, State};
use crate::db::sql::tuples;
use crate::db::{Json, Param, Tx};
use crate::error::Result;
use crate::id::{MailId, ProviderId};

/// So few that the texts of all row counts fit in any cache of prepared statements.
pub(super) const ROWS_A_STATEMENT: usize = 8;

/// One statement; at most [`ROWS_A_STATEMENT`] mails.
pub(super) fn insert(tx: &mut Tx, mails: &[(MailId, &Message)]) -> Result<()> {
    let now = tx.now();
    let rows: Vec<(Option<ProviderId>, Option<&str>, Json)> = mails
        .iter()
        .map(|(_, message)| {
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
        .flat_map(|((id, message), (provider, address, variables))| -> [&dyn Param; 9] {
            [
                id,
                &message.template,
                provider,
                address,
                &message.subject,
                &message.round,
                variables,
                &State::Queued,
                &now,
            ]
        })
        .collect();
    let sql = format!(
        "INSERT INTO mails (id, template, provider_id, address, subject_id, round, variables, state, created_at)
         VALUES {}",
        tuples(mails.len(), 9)
    );
    tx.execute_later(&sql, &values)
}
