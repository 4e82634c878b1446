//! What a move of the installation from SQLite to PostgreSQL has to mind.

use std::path::Path;

use crate::db::transfer::{Alike, Plan, Progress, Transferred, over};
use crate::error::Result;

const PLAN: Plan = Plan {
    furnished: &["export_room", "house", "return_policy"],
    alike: &[
        Alike {
            what: "the ledger's sums",
            sqlite: "SELECT count(*) || ' ' || COALESCE(sum(amount), 0) || ' ' || COALESCE(sum(balance_after), 0) FROM ledger_entries",
            postgres: "SELECT count(*) || ' ' || COALESCE(sum(amount), 0) || ' ' || COALESCE(sum(balance_after), 0) FROM ledger_entries",
        },
        Alike {
            what: "the balances' sum",
            sqlite: "SELECT COALESCE(sum(balance), 0) || ' ' || COALESCE(sum(entries), 0) FROM provider_accounts",
            postgres: "SELECT COALESCE(sum(balance), 0) || ' ' || COALESCE(sum(entries), 0) FROM provider_accounts",
        },
        Alike {
            what: "the audit's head",
            sqlite: "SELECT COALESCE((SELECT lower(hex(id)) || ' ' || action || ' ' || created_at FROM audit_entries
                               ORDER BY id DESC LIMIT 1), '')",
            postgres: "SELECT COALESCE((SELECT replace(id::text, '-', '') || ' ' || action || ' ' || (extract(epoch FROM created_at) * 1000000)::bigint
                                FROM audit_entries ORDER BY id DESC LIMIT 1), '')",
        },
        Alike {
            what: "the installation's currency and secret",
            sqlite: "SELECT currency || ' ' || lower(hex(secret)) FROM house",
            postgres: "SELECT currency || ' ' || encode(secret, 'hex') FROM house",
        },
    ],
    moved: "UPDATE house SET moved_to = $1",
    told_by: "leadhouse verify on it",
};

/// Moves the installation at `from` into the database at `to`, which is migrated and holds nothing. See [`over`].
///
/// # Errors
/// `Conflict` where another process uses either side, `to` holds something, or the two are not alike at the end.
/// `Unavailable` where one of them cannot be read or written.
pub async fn transfer(from: &Path, to: &str, progress: Progress) -> Result<Transferred> {
    over(from, to, &PLAN, progress).await
}
