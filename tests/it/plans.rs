//! The plans of the statements that run while a provider waits: every shape goes through an index in the inbox's order,
//! on both engines, over enough data that a bad plan would be tempting.

use leadhouse::config::DatabaseUrl;
use leadhouse::{assignments, billing, exports, intake, outbox, queue, read, returns};
use rusqlite::Connection;
use tokio_postgres::Client;

use crate::support::database::{TestDb, beside};

/// 3,000 providers: the first holds 30 % of 60,000 assignments, the second 2 %, all others some fourteen each. A generic
/// plan thinks of those.
const FILL_POSTGRES: &str = r"
CREATE FUNCTION pg_temp.u(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
  $$ SELECT (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
INSERT INTO niches SELECT pg_temp.u(1, i), 'Niche ' || i, true, '2026-01-01' FROM generate_series(1, 5) i;
INSERT INTO competition_levels SELECT pg_temp.u(2, i), 'Level ' || i, i, true, '2026-01-01' FROM generate_series(1, 3) i;
INSERT INTO providers (id, name, email, created_at)
  SELECT pg_temp.u(3, i), 'P' || i, 'p' || i || '@x.com', '2026-01-01' FROM generate_series(1, 3000) i;
INSERT INTO provider_accounts SELECT pg_temp.u(3, i), 0, -1000000000, 0 FROM generate_series(1, 3000) i;
INSERT INTO subscriptions
  SELECT pg_temp.u(4, p * 10 + n), pg_temp.u(3, p), pg_temp.u(1, n), pg_temp.u(2, 1 + n % 3), 2500, null, null, null,
         true, '2026-01-01' FROM generate_series(1, 3000) p, generate_series(1, 5) n;
INSERT INTO sources (id, name, niche_id, format, key, created_at)
  SELECT pg_temp.u(5, n), 'S' || n, pg_temp.u(1, n), 'json', 'k' || n, '2026-01-01' FROM generate_series(1, 5) n;
INSERT INTO source_countries
  SELECT pg_temp.u(5, n), '2026-01-01'::timestamptz + i * interval '1 minute', 'US' FROM generate_series(1, 5) n, generate_series(0, 400) i;
INSERT INTO leads (id, source_id, niche_id, status, received_at, contact_email, contact_email_lower, form_data)
  SELECT pg_temp.u(6, i), pg_temp.u(5, 1 + i % 5), pg_temp.u(1, 1 + i % 5), 'assigned',
         '2026-01-01'::timestamptz + i * interval '1 minute', 'u' || i || '@x.com', 'u' || i || '@x.com', '{}'
    FROM generate_series(1, 60000) i;
ANALYZE;
INSERT INTO lead_assignments (id, lead_id, provider_id, niche_id, competition_level_id, subscription_id, price_charged,
    max_providers, status, assigned_at, viewed_at, accepted_at, search_text)
  SELECT pg_temp.u(7, i), pg_temp.u(6, i), pg_temp.u(3, p), pg_temp.u(1, n), pg_temp.u(2, 1 + n % 3),
         pg_temp.u(4, p * 10 + n), 2500, 1 + n % 3, s, t, CASE WHEN i % 3 > 0 THEN t END,
         CASE WHEN s = 'accepted' THEN t END, 'u' || i || E'@x.com\n1555' || i
    FROM (SELECT i, CASE WHEN i % 10 < 3 THEN 1 WHEN i % 50 = 4 THEN 2 ELSE 3 + (i * 31 % 2998) END AS p, 1 + i % 5 AS n,
                 CASE WHEN i / 7 % 2 = 0 THEN 'active' ELSE 'accepted' END AS s,
                 '2026-01-01'::timestamptz + i * interval '1 minute' AS t FROM generate_series(1, 60000) i) x;
INSERT INTO ledger_entries (id, provider_id, seq, kind, amount, balance_after, assignment_id, created_at)
  SELECT pg_temp.u(8, row_number() OVER ()), provider_id, row_number() OVER (PARTITION BY provider_id), 'charge', -2500, 0,
         id, assigned_at FROM lead_assignments;
INSERT INTO mails (id, template, provider_id, subject_id, variables, state, reason, last_error, held_until, created_at, sent_at)
  SELECT pg_temp.u(9, i), CASE WHEN i % 50 = 0 THEN 'sign_in_link' WHEN i % 10 = 0 THEN 'admin_provider_rejected_lead'
              ELSE 'provider_new_lead' END,
         CASE WHEN i % 10 > 0 THEN pg_temp.u(3, 1 + i % 3000) END, pg_temp.u(7, i), '{}', s,
         CASE WHEN s = 'suppressed' THEN 'preference_off' END, CASE WHEN s = 'dead' THEN '550' END,
         CASE WHEN i % 60 = 1 THEN t END, t, CASE WHEN s = 'sent' THEN t END
    FROM (SELECT i, '2026-01-01'::timestamptz + i * interval '1 minute' AS t,
                 CASE WHEN i % 200 = 1 THEN 'suppressed' WHEN i % 300 = 2 THEN 'dead' WHEN i > 59000 THEN 'queued' ELSE 'sent' END
                   AS s FROM generate_series(1, 60000) i) x;
INSERT INTO jobs (id, kind, payload, state, run_at, lease_until, max_attempts, last_error, created_at, finished_at)
  SELECT pg_temp.u(11, i), (ARRAY['outbox.send', 'exports.build', 'intake.list_erased'])[1 + i % 3], '{}', s, t, NULL, 5,
         CASE WHEN s = 'dead' THEN '550' END, t, CASE WHEN s <> 'queued' THEN t END
    FROM (SELECT i, '2026-01-01'::timestamptz + i * interval '1 minute' AS t,
                 CASE WHEN i % 300 = 2 THEN 'dead' WHEN i > 28000 THEN 'queued' ELSE 'done' END AS s
            FROM generate_series(1, 30000) i) x;
INSERT INTO exports (id, provider_id, state, format, preset, search, max_rows, matching_rows, begun, row_count, size_bytes,
    sha256, file, token_hash, created_at, ready_at, expires_at, finished_at)
  SELECT pg_temp.u(10, i), pg_temp.u(3, CASE WHEN i % 10 < 3 THEN 1 ELSE 1 + i % 3000 END), s, 'csv', 'standard',
         CASE WHEN i % 20 = 0 THEN 'ann@' END, 5000, 1, 1, 1, 1000, sha256('file'), CASE WHEN s = 'ready' THEN 'exports/' || i END,
         sha256(('token' || i)::bytea), t, t, t + interval '7 days', t
    FROM (SELECT i, '2026-01-01'::timestamptz + i * interval '1 minute' AS t, CASE WHEN i % 11 = 0 THEN 'ready' ELSE 'expired' END AS s
            FROM generate_series(1, 30000) i) x;
INSERT INTO returns (assignment_id, provider_id, state, opened_at, decided_at)
  SELECT id, provider_id, CASE WHEN right(id::text, 1) < '3' THEN 'pending' ELSE 'denied' END, assigned_at,
         CASE WHEN right(id::text, 1) < '3' THEN NULL ELSE assigned_at END FROM lead_assignments WHERE status = 'accepted';
INSERT INTO contact_attempts
  SELECT pg_temp.u(9, row_number() OVER ()), id, provider_id, 'call', assigned_at, 'reached', NULL, assigned_at
    FROM lead_assignments WHERE status = 'accepted';
INSERT INTO lead_events (tx, provider_id, assignment_id, kind, created_at)
  SELECT row_number() OVER () / 10, provider_id, id, 'assigned', assigned_at FROM lead_assignments;
";

/// What may be read from end to end: it is small, or (`f`, `h`, `few`) what was found, or (`m`) listed in its own order.
const SMALL: [&str; 10] = ["few", "niches", "n", "competition_levels", "c", "f", "h", "return_policy", "sources", "m"];

/// What is wrong with a plan, if anything.
fn complaint(name: &str, plan: &str) -> Option<String> {
    // What the statement has cut to a page.
    let made = |table: &str| {
        ["CO-ROUTINE", "MATERIALIZE"].iter().any(|how| plan.lines().any(|line| line == format!("{how} {table}")))
    };
    // What asks for some leads by their ids must not go through all of the provider's.
    if name == "named" && !plan.contains("PRIMARY KEY (id=?)") && !plan.contains("lead_assignments_pkey") {
        return Some("finds no assignment by its id".to_owned());
    }
    for line in plan.lines() {
        // All there are, as far as the page goes.
        if name == "returns all" && line == "SCAN r USING INDEX returns_opened" {
            continue;
        }
        // Whether there is any: the first one is enough. The house has one row.
        let of_one = ["Seq Scan on suppressions", "Seq Scan on house"].iter().any(|scan| line.contains(scan));
        if line.starts_with("SCAN suppressions EXISTS") || of_one {
            continue;
        }
        // They hold nothing but what is asked for, and what is at work.
        if ["SCAN jobs USING COVERING INDEX jobs_dead", "SCAN jobs USING INDEX jobs_leased"].contains(&line) {
            continue;
        }
        let scans = line.split("Seq Scan on ").nth(1).or_else(|| line.strip_prefix("SCAN "));
        let scanned = scans.and_then(|rest| rest.split_whitespace().next());
        if let Some(table) = scanned.filter(|table| *table != "CONSTANT" && !SMALL.contains(table) && !made(table)) {
            return Some(format!("reads all of {table}"));
        }
        // A search sorts its hits.
        if !name.contains("search") && (line.contains("Sort") || line.contains("TEMP B-TREE")) {
            return Some(format!("sorts: {line}"));
        }
    }
    None
}

async fn explain_postgres(db: &Client, sql: &str) -> String {
    db.batch_execute(&format!("PREPARE s AS {sql}")).await.unwrap();
    let types = "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = 's'";
    let types = db.query_one(types, &[]).await.unwrap();
    let types: Vec<String> = types.get(0);
    // A generic plan does not look at them.
    let literal = |kind: &String| match kind.as_str() {
        "uuid" => "'00000003-0000-7000-8000-000000000001'",
        "timestamp with time zone" => "'2026-02-01'",
        "bigint" => "26",
        "text" => "'active'",
        "bytea" => r"'\x00'",
        other => panic!("a parameter of type {other}"),
    };
    let literals: Vec<&str> = types.iter().map(literal).collect();
    let rows = db.query(&format!("EXPLAIN EXECUTE s ({})", literals.join(", ")), &[]).await.unwrap();
    db.batch_execute("DEALLOCATE s").await.unwrap();
    rows.iter().map(|row| row.get::<_, String>(0) + "\n").collect()
}

fn explain_sqlite(db: &Connection, sql: &str) -> String {
    let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut plan = String::new();
    while let Some(row) = rows.next().unwrap() {
        plan = plan + &row.get::<_, String>(3).unwrap() + "\n";
    }
    plan
}

#[tokio::test]
async fn every_shape_of_the_inbox_goes_through_an_index() {
    let db = TestDb::new().await;
    let rooms = [
        read::statements(),
        assignments::statements(),
        returns::statements(),
        outbox::statements(),
        exports::statements(),
    ];
    let statements = [rooms.concat(), billing::statements(), intake::statements(), queue::statements()].concat();
    assert!(statements.len() > 300);
    let mut plans = Vec::new();
    match &db.url {
        // Without ANALYZE, SQLite's plans do not depend on the data.
        DatabaseUrl::Sqlite(file) => {
            let db = Connection::open(file).unwrap();
            leadhouse::db::functions::teach(&db).unwrap();
            plans.extend(statements.into_iter().map(|(name, sql)| (name, explain_sqlite(&db, &sql))));
        }
        DatabaseUrl::Postgres(_) => {
            let db = beside(&db.url).await;
            db.batch_execute(FILL_POSTGRES).await.unwrap();
            db.batch_execute("VACUUM ANALYZE").await.unwrap();
            // As our connections are set.
            db.batch_execute("SET plan_cache_mode = force_generic_plan; SET enable_bitmapscan = off; SET jit = off")
                .await
                .unwrap();
            for (name, sql) in &statements {
                plans.push((name.clone(), explain_postgres(&db, sql).await));
            }
            // They are set to this, too; without it a table read from end to end is easier to see.
            db.batch_execute("SET enable_seqscan = off").await.unwrap();
            for (name, sql) in statements {
                plans.push((name, explain_postgres(&db, &sql).await));
            }
        }
    }
    let complaints = plans.iter().filter_map(|(name, plan)| {
        let complaint = complaint(name, plan)?;
        Some(format!("{name}: {complaint}\n{plan}"))
    });
    let complaints: Vec<_> = complaints.collect();
    assert!(complaints.is_empty(), "{} bad plans\n{}", complaints.len(), complaints.join("\n"));
}
