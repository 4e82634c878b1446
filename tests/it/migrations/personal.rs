//! Which columns can hold words of or about a lead's person, so that no erasure forgets one.

use std::collections::BTreeSet;

use leadhouse::db::Engine;
use leadhouse::intake::jobs::WITHOUT_PERSONS;

use super::all;
use crate::support::database;

/// Columns that an erasure empties of the person. `erasure::an_erased_lead_holds_nothing_of_its_person` writes into each.
pub const PERSONAL: &[(&str, &[&str])] = &[
    ("contact_attempts", &["note"]),
    ("exports", &["search"]),
    ("lead_assignments", &["rejection_reason", "search_text"]),
    (
        "leads",
        &[
            "contact_name",
            "contact_email",
            "contact_phone",
            "contact_email_lower",
            "contact_phone_digits",
            "postal_code",
            "form_data",
            "external_id",
            "utm_source",
            "utm_medium",
            "utm_campaign",
            "referrer_url",
            "consent",
            "raw_payload",
            "raw_bytes",
            "attribution",
        ],
    ),
    ("mails", &["variables"]),
    ("refused_posts", &["payload", "payload_bytes", "query"]),
    ("returns", &["note", "appeal_text", "first_denial_note"]),
];

/// All others, and why no word of a person can stand there.
const OTHERS: &[(&str, &[&str], &str)] = &[
    ("assignment_counts", &["tally"], "one of few words"),
    ("audit_entries", &["action", "entity", "actor_role"], "one of few words"),
    ("audit_entries", &["details"], "ids, codes and amounts: entries stay"),
    ("competition_levels", &["name"], "the operator's name of a level"),
    ("contact_attempts", &["kind", "result"], "one of few words"),
    ("erasures", &["sought"], "who is asked for, locked with the installation's secret; gone when it is done"),
    ("exports", &["state", "remaking", "format", "preset", "status"], "one of few words"),
    ("exports", &["date_from", "date_to", "quota_day"], "a date"),
    ("exports", &["sha256", "token_hash"], "a hash"),
    ("exports", &["file", "error"], "our own words"),
    ("house", &["currency", "secret", "files", "moved_to"], "the installation's own"),
    ("idempotency_keys", &["key", "fingerprint"], "a hash"),
    ("idempotency_keys", &["body"], "an answer, kept without what people wrote"),
    ("jobs", &["kind", "state"], "one of few words"),
    ("jobs", &["payload", "dedup_key"], "ids"),
    ("jobs", &["last_error"], "our own words, or a server's"),
    ("lead_assignments", &["status", "rejection_code"], "one of few words"),
    ("lead_events", &["kind"], "one of few words"),
    ("lead_traces", &["trace"], "providers, and why each was taken or not"),
    ("leads", &["status", "raw_content_type"], "one of few words"),
    ("leads", &["flags"], "codes of ours"),
    ("ledger_entries", &["kind", "note"], "the operator's note about a payment; money stays"),
    ("mails", &["template", "state", "reason"], "one of few words"),
    ("mails", &["address", "last_error"], "of whom the installation writes to, or a mail server's words"),
    ("niches", &["name", "fields"], "what the operator calls a niche, and what it asks"),
    ("niches", &["unreachable"], "one of few words"),
    ("providers", &["name", "email", "timezone", "quiet_from", "quiet_until"], "of a customer of the installation"),
    ("refused_posts", &["content_type", "errors"], "our own words about what was refused"),
    ("returns", &["state", "rule"], "one of few words"),
    ("source_countries", &["country"], "whose codes a source's leads are read by"),
    (
        "sources",
        &[
            "name",
            "format",
            "key",
            "secret",
            "access_token",
            "country",
            "mapping",
            "redirect_hosts",
            "cors_origins",
            "honeypot",
            "answer",
            "previous_key",
            "import_columns",
        ],
        "of who sends leads",
    ),
    ("suppressed_hashes", &["hash"], "a hash with the installation's secret"),
    ("suppressions", &["fingerprint"], "a hash"),
    ("suppressions", &["reason"], "the operator's words about a list"),
    ("subscription_areas", &["postal_prefixes"], "where a provider bought"),
    ("subscriptions", &["postal_prefixes"], "what a provider buys"),
    ("tokens", &["kind", "secret_hash", "name"], "of who signs in"),
    ("users", &["email", "email_key", "role", "password_hash"], "of who signs in"),
];

const OF_SQLITE: &str = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
  WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'refinery_%' AND upper(c.type) NOT IN ('INTEGER', 'BLOB')";

/// With the samples that ANALYZE is to take of it: none where that is 0.
const OF_POSTGRES: &str = "SELECT relname::text, attname::text, COALESCE(attstattarget, -1)::bigint, typname::text
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_type t ON t.oid = atttypid
 WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
   AND relname NOT LIKE 'refinery%' AND typname NOT IN ('uuid', 'int8', 'int4', 'bool', 'timestamptz', 'date')";

fn known() -> BTreeSet<(String, String)> {
    let personal = PERSONAL.iter().map(|(table, columns)| (*table, *columns));
    let all = personal.chain(OTHERS.iter().map(|(table, columns, _)| (*table, *columns)));
    let each =
        all.flat_map(|(table, columns)| columns.iter().map(move |column| (table.to_owned(), (*column).to_owned())));
    let listed: Vec<_> = each.collect();
    let set: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(set.len(), listed.len(), "a column is listed twice");
    set
}

fn is_personal(table: &str, column: &str) -> bool {
    PERSONAL.iter().any(|(name, columns)| *name == table && columns.contains(&column))
}

#[tokio::test]
async fn every_column_of_words_is_emptied_by_an_erasure_or_holds_no_person() {
    let (url, _place) = database::migrated().await;
    let of_postgres = database::engine() == Engine::Postgres;
    let columns: Vec<(String, String, i64, String)> = if of_postgres {
        all(&url, OF_POSTGRES).await
    } else {
        let found = all::<(String, String)>(&url, OF_SQLITE).await;
        found.into_iter().map(|(table, column)| (table, column, 0, "text".to_owned())).collect()
    };
    let known = known();
    let new: Vec<_> = columns.iter().filter(|(t, c, ..)| !known.contains(&(t.clone(), c.clone()))).collect();
    assert!(
        new.is_empty(),
        "new columns of words: {new:?}. Where a lead's person can stand in one, have the erasure empty it (src/intake/erasure.rs), \
         list it in PERSONAL, have `erasure::` write the canary into it, and on PostgreSQL SET STATISTICS 0; else list it in OTHERS"
    );
    if of_postgres {
        let there: BTreeSet<_> = columns.iter().map(|(table, column, ..)| (table.clone(), column.clone())).collect();
        assert_eq!(known.difference(&there).next(), None, "a column that is listed and not there");
        let sampled: Vec<_> =
            columns.iter().filter(|(t, c, n, kind)| is_personal(t, c) && *n != 0 && kind != "json").collect();
        assert!(sampled.is_empty(), "ANALYZE keeps samples of {sampled:?}: SET STATISTICS 0");
    }
}

#[test]
fn what_is_not_rewritten_after_an_erasure_holds_no_person() {
    let exempt: BTreeSet<_> = WITHOUT_PERSONS.iter().map(|(table, _)| *table).collect();
    assert_eq!(exempt.len(), WITHOUT_PERSONS.len());
    assert!(PERSONAL.iter().all(|(table, _)| !exempt.contains(table)));
}
