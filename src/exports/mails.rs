//! The mail of this room: a file can be fetched.

use jiff::tz::TimeZone;
use serde_json::json;

use super::store::Export;
use crate::db::Tx;
use crate::error::Result;
use crate::id::Id;
use crate::outbox::{self, Message, Recipient, Template};

/// Promises `lead_export_ready`. The link is made when the mail goes: its token stands in no row.
pub(super) fn ready(tx: &mut Tx, export: &Export, zone: &TimeZone) -> Result<()> {
    let variables = json!({
        "export_id": export.id,
        "export_date": export.created_at.date_in(zone).to_string(),
        "row_count": export.row_count,
        "matching_rows": export.matching_rows,
        "truncated": export.is_truncated(),
        "expires_at": export.expires_at,
    });
    let (subject, to) = (export.id.uuid(), Recipient::Provider(export.provider_id));
    outbox::send(tx, &[Message { template: Template::LeadExportReady, to, subject, round: 0, variables }])
}
