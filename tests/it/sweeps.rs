//! What runs by the calendar, and an erasure, read what they are about and not what was kept over the years: bounds on the
//! rows (PostgreSQL) and steps (SQLite) of the built worker, over tables that are far larger.

use leadhouse::db::{Db, Engine, Lane, Tx, params};
use leadhouse::error::Result;
use serde_json::{Value, json};

use crate::support::database::{beside, engine, options};
use crate::support::load::market;
use crate::support::program::{Program, post};

/// Rows in each table that grows; of them so many are old enough to go.
const ROWS: i64 = 60_000;
const OLD: i64 = 300;
/// Who asked for exports: others than the one that bought the lead.
const PROVIDERS: i64 = 3_000;

/// Rows of one table that all of the work together may read: thousands are looked at at once to find what is old.
const READ: i64 = 12_000;
/// SQLite's steps for one statement; whoever reads all of a table takes three hundred thousand.
const STEPS: i64 = 60_000;

/// The tables, each with what of a copied row is new: `ID` is a number of its own, `PROVIDER` somebody's, `TIME` a moment of the last day, or for
/// those that are old one of a fortnight ago.
const COPIED: [(&str, &[(&str, &str)]); 10] = [
    ("leads", &[("id", "ID"), ("received_at", "TIME")]),
    ("lead_traces", &[("lead_id", "ID"), ("decided_at", "TIME")]),
    ("lead_assignments", &[("id", "ID"), ("lead_id", "ID"), ("assigned_at", "TIME")]),
    ("ledger_entries", &[("id", "ID"), ("seq", "seq + n"), ("assignment_id", "ID"), ("created_at", "TIME")]),
    ("audit_entries", &[("id", "ID"), ("entity_id", "ID"), ("created_at", "TIME")]),
    ("mails", &[("id", "ID"), ("subject_id", "ID"), ("created_at", "TIME"), ("sent_at", "TIME")]),
    ("jobs", &[("id", "ID"), ("created_at", "TIME"), ("finished_at", "TIME")]),
    ("lead_events", &[("seq", "seq + n"), ("assignment_id", "ID"), ("created_at", "TIME")]),
    ("idempotency_keys", &[("key", "key || n"), ("created_at", "TIME"), ("expires_at", "EXPIRY")]),
    ("exports", &[("id", "ID"), ("provider_id", "PROVIDER"), ("created_at", "TIME"), ("finished_at", "TIME")]),
];

/// The columns of a table, in order.
fn columns(tx: &mut Tx, table: &str) -> Result<Vec<String>> {
    let sql = match engine() {
        Engine::Sqlite => "SELECT name FROM pragma_table_info($1) ORDER BY cid",
        Engine::Postgres => {
            "SELECT attname::text FROM pg_attribute WHERE attrelid = CAST($1 AS text)::regclass AND attnum > 0 AND NOT attisdropped
              AND attgenerated = '' ORDER BY attnum"
        }
    };
    Ok(tx.all::<(String,)>(sql, params![table])?.into_iter().map(|(name,)| name).collect())
}

/// Copies the first row of the table, under the condition, so often.
fn copies(tx: &mut Tx, table: &str, new: &[(&str, &str)], which: &str, rows: i64) -> Result<()> {
    let sqlite = engine() == Engine::Sqlite;
    let day = if sqlite { "86400000000" } else { "interval '1 day'" };
    let now = if sqlite { "CAST(unixepoch() AS integer) * 1000000" } else { "now()" };
    let time = format!("{now} - CASE WHEN n <= {OLD} THEN 14 * {day} ELSE n * {day} / {ROWS} END");
    let expiry = format!("{now} + CASE WHEN n <= {OLD} THEN -1 * {day} ELSE n * {day} / {ROWS} END");
    let id = |n: &str| {
        if sqlite {
            format!("unhex('0199000000007000' || printf('%016x', -9223372036854775808 + {n}))")
        } else {
            format!("('01990000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid")
        }
    };
    let numbers = if sqlite {
        format!(
            "(WITH RECURSIVE few(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM few WHERE n < {rows}) SELECT n FROM few)"
        )
    } else {
        format!("generate_series(1, {rows}) AS n")
    };
    let names = columns(tx, table)?;
    let values = names.iter().map(|name| match new.iter().find(|(column, _)| column == name) {
        Some((_, "ID")) => id("n"),
        Some((_, "PROVIDER")) => id(&format!("(1 + n % {PROVIDERS})")),
        Some((_, "TIME")) => time.clone(),
        Some((_, "EXPIRY")) => expiry.clone(),
        Some((_, other)) => (*other).to_owned(),
        None => name.clone(),
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let sql = format!(
        "INSERT INTO {table} ({}) SELECT {values} FROM {numbers}, (SELECT * FROM {table} WHERE {which} LIMIT 1) AS one",
        names.join(", ")
    );
    let made = tx.execute(&sql, &[])?;
    assert_eq!(i64::try_from(made).unwrap(), rows, "{table}");
    Ok(())
}

/// A house with one lead that was sold, and copies of all that it left. The lead's id.
async fn house(program: &Program) -> String {
    let mut serving = program.serves(&[]);
    let address = serving.address();
    let source = market(program, &address);
    let lead = json!({ "contact_name": "Ada", "contact_email": "ada@example.com" });
    let (status, answer) =
        post(&address, &format!("/api/v1/intake/{source}"), "idempotency-key: ada\r\n", &lead).unwrap();
    assert_eq!(status, 201, "{answer}");
    assert_eq!(serving.ends_on_sigterm(), Some(0));
    program.run(&["worker", "--once"]).well();
    let db = Db::open(&program.url, &leadhouse::clock::Clock::default(), options(&program.url)).await.unwrap();
    let filled = db.write_long(Lane::MONEY, |tx| {
        let export = match engine() {
            Engine::Sqlite => "x'01990000000070008000000000000000', id",
            Engine::Postgres => "'01990000-0000-7000-8000-000000000000'::uuid, id",
        };
        tx.execute(
            &format!(
                "INSERT INTO exports (id, provider_id, state, format, preset, max_rows, matching_rows, error, created_at, finished_at)
                 SELECT {export}, 'failed', 'csv', 'standard', 5000, 0, 'no', created_at, created_at FROM providers"
            ),
            &[],
        )?;
        copies(tx, "providers", &[("id", "ID"), ("email", "'p' || n || '@example.com'")], "TRUE", PROVIDERS)?;
        for (table, new) in COPIED {
            let which = match table {
                "jobs" => "state = 'done' AND kind = 'outbox.send'",
                "ledger_entries" => "kind = 'charge'",
                "audit_entries" => "action = 'lead.assigned'",
                _ => "TRUE",
            };
            copies(tx, table, new, which, ROWS)?;
        }
        // Half of the leads were nobody's, and long ago.
        let time = if engine() == Engine::Sqlite { "0" } else { "'epoch'::timestamptz" };
        let half = if engine() == Engine::Sqlite { "rowid % 2 = 0" } else { "right(id::text, 1) < '8'" };
        tx.execute(
            &format!("UPDATE leads SET status = 'unmatched', received_at = {time} WHERE {half} AND contact_name IS NOT NULL"),
            &[],
        )
    });
    filled.await.unwrap();
    db.close().await;
    serde_json::from_str::<Value>(&answer).unwrap()["lead_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_runs_by_the_calendar_reads_what_it_is_about() {
    let program = Program::on_a_migrated_database().await;
    let lead = house(&program).await;
    // The storage knows of an erasure that the database does not: the worker makes it again.
    let erased = program.data().join("files/erased");
    std::fs::create_dir_all(&erased).unwrap();
    std::fs::write(erased.join(format!("001700000000000000-{lead}")), "").unwrap();
    if engine() == Engine::Postgres {
        beside(&program.url).await.batch_execute("VACUUM ANALYZE").await.unwrap();
        beside(&program.url).await.batch_execute("SELECT pg_stat_reset()").await.unwrap();
    }
    // All that is due by the calendar was done a moment ago.
    program.execute("DELETE FROM jobs WHERE state = 'queued'").await;
    let mut command = program.command(&["worker", "--once"]);
    command.env("RUST_LOG", "warn,units::sqlite=trace").env("LOG_FORMAT", "json");
    let ran = crate::support::program::run(command);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    match engine() {
        Engine::Sqlite => {
            let lines = ran.stderr.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            let mut statements = 0;
            for line in lines.filter(|line| line["steps"].is_i64()) {
                statements += 1;
                assert!(line["steps"].as_i64() <= Some(STEPS), "{line:#}");
            }
            assert!(statements > 20, "{statements} statements");
        }
        Engine::Postgres => {
            let read = "SELECT relname::text, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables
                         WHERE seq_tup_read + coalesce(idx_tup_fetch, 0) > $1";
            let beside = beside(&program.url).await;
            let much: Vec<(String, i64)> =
                beside.query(read, &[&READ]).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect();
            assert!(much.is_empty(), "read too much: {much:?}");
        }
    }
    let left = |sql: &'static str| program.one::<i64>(sql);
    let due = [
        left("SELECT count(*) FROM jobs WHERE state = 'done' AND kind = 'outbox.send'").await,
        left("SELECT count(*) FROM lead_events").await,
        left("SELECT count(*) FROM idempotency_keys").await,
        left("SELECT count(*) FROM leads WHERE erased_at IS NULL").await,
    ];
    assert!(
        due.iter().all(|left| (ROWS - OLD..ROWS + 10).contains(left)),
        "what is old is gone, and the lead: {due:?}"
    );
}
