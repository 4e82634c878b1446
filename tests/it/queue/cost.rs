//! What the queue's own statements read does not grow with what waits, was done or died: bounds over 100,000 jobs that wait.

use leadhouse::config::DatabaseUrl;
use leadhouse::db::Engine;
use leadhouse::queue;
use rusqlite::{Connection, StatementStatus};
use serde_json::Value;
use tokio_postgres::SimpleQueryMessage;

use crate::support::database::{TestDb, beside, engine};

/// Jobs that are due, that are at work, and that have ended; nobody lost a lease.
const WAITING: u32 = 100_000;
const RUNNING: u32 = 16;
const ENDED: u32 = 20_000;

const KINDS: [&str; 3] = ["outbox.send", "exports.build", "intake.list_erased"];

/// Rows of `jobs` that one statement may read: some for each kind and each slot.
const ROWS: f64 = 160.0;
/// SQLite's steps for as many; a statement that reads all that waits takes half a million.
const STEPS: i32 = 12_000;

/// As our connections are set.
const SESSION: &str =
    "SET plan_cache_mode = force_generic_plan; SET enable_bitmapscan = off; SET enable_seqscan = off; SET jit = off";

/// Two of three are of the first kind; moments are microseconds since 1970.
fn fill(uuid: &str, time: &str, later: &str, numbers: &str) -> String {
    let all = WAITING + RUNNING + ENDED;
    let running = format!("n <= {RUNNING}");
    let ended = format!("n > {}", all - ENDED);
    format!(
        "INSERT INTO jobs (id, kind, payload, dedup_key, state, run_at, lease_until, attempts, max_attempts, last_error, created_at,
             finished_at)
         SELECT {uuid}, CASE WHEN n % 3 < 2 THEN '{}' WHEN n % 2 = 0 THEN '{}' ELSE '{}' END, '{{}}',
             CASE WHEN n % 5 = 0 THEN 'key ' || n END,
             CASE WHEN {running} THEN 'running' WHEN NOT {ended} THEN 'queued' WHEN n % 50 = 0 THEN 'dead' ELSE 'done' END,
             {time}, CASE WHEN {running} THEN {} END, CASE WHEN {running} OR {ended} THEN 1 ELSE 0 END, 17, 'no',
             {time}, CASE WHEN {ended} THEN {time} END
           FROM {numbers}",
        KINDS[0],
        KINDS[1],
        KINDS[2],
        later,
    )
}

fn id(n: usize) -> u128 {
    0x0199_0000_0000_7000_8000_0000_0000_0000 + u128::try_from(n).unwrap()
}

/// What a parameter of this kind is, the `n`th of its statement: a time when all is `due`, or nothing is.
fn literal(kind: char, n: usize, due: bool) -> String {
    let sqlite = engine() == Engine::Sqlite;
    match kind {
        't' if sqlite => if due { "3000000000000000" } else { "0" }.to_owned(),
        't' => format!("'epoch'::timestamptz + {} * interval '1 s'", if due { 3_000_000_000_i64 } else { 0 }),
        'f' if sqlite => "0".to_owned(),
        'f' => "'epoch'::timestamptz".to_owned(),
        'k' => format!("'{}'", KINDS[n % KINDS.len()]),
        'n' => "1".to_owned(),
        'i' if sqlite => format!("x'{:032x}'", id(n)),
        'i' => format!("'{}'::uuid", uuid::Uuid::from_u128(id(n))),
        _ => "'why'".to_owned(),
    }
}

fn literals(params: &str, due: bool) -> Vec<String> {
    params.chars().enumerate().map(|(n, kind)| literal(kind, n, due)).collect()
}

/// Rows of `jobs` that a plan's nodes have read, thrown away or not.
fn rows_read(node: &Value) -> f64 {
    let number = |name: &str| node[name].as_f64().unwrap_or(0.0);
    let scans = node["Node Type"].as_str().is_some_and(|kind| kind.contains("Scan"));
    let mut rows = 0.0;
    if scans && node["Relation Name"] == "jobs" {
        let each = number("Actual Rows") + number("Rows Removed by Filter") + number("Rows Removed by Index Recheck");
        rows = each * number("Actual Loops");
    }
    rows + node["Plans"].as_array().into_iter().flatten().map(rows_read).sum::<f64>()
}

fn plan_of(message: &SimpleQueryMessage) -> Option<Value> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    serde_json::from_str(row.get(0)?).ok()
}

#[tokio::test]
async fn what_the_queue_reads_does_not_grow_with_what_waits() {
    let base = TestDb::new().await;
    let statements = queue::measured(engine(), KINDS.len(), 16);
    assert!(statements.len() > 8);
    match &base.url {
        DatabaseUrl::Sqlite(file) => {
            let db = Connection::open(file).unwrap();
            let numbers = format!(
                "(WITH RECURSIVE few(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM few WHERE n < {}) SELECT n FROM few)",
                WAITING + RUNNING + ENDED
            );
            let uuid = "unhex('0199000000007000' || printf('%016x', -9223372036854775808 + n))";
            db.execute_batch(&fill(uuid, "n * 1000000", "4000000000000000", &numbers)).unwrap();
            let twice = statements.iter().flat_map(|statement| [(statement, true), (statement, false)]);
            for ((name, sql, params), due) in twice {
                let mut sql = sql.clone();
                for (n, literal) in literals(params, due).iter().enumerate().rev() {
                    sql = sql.replace(&format!("${}", n + 1), literal);
                }
                db.execute_batch("BEGIN").unwrap();
                let mut statement = db.prepare(&sql).unwrap();
                let mut rows = statement.query([]).unwrap();
                while rows.next().unwrap().is_some() {}
                drop(rows);
                let steps = statement.get_status(StatementStatus::VmStep);
                drop(statement);
                db.execute_batch("ROLLBACK").unwrap();
                assert!(steps <= STEPS, "{name}, due {due}: {steps} steps\n{sql}");
            }
        }
        DatabaseUrl::Postgres(_) => {
            let db = beside(&base.url).await;
            let uuid = "('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";
            let numbers = format!("generate_series(1, {}) AS n", WAITING + RUNNING + ENDED);
            let time = "'epoch'::timestamptz + n * interval '1 s'";
            let later = "'epoch'::timestamptz + 4000000000 * interval '1 s'";
            db.batch_execute(&fill(uuid, time, later, &numbers)).await.unwrap();
            db.batch_execute(SESSION).await.unwrap();
            // Before the server has counted them, and after.
            for (counted, due) in [(false, true), (false, false), (true, true), (true, false)] {
                if counted && due {
                    db.batch_execute("VACUUM ANALYZE jobs").await.unwrap();
                }
                for (name, sql, params) in &statements {
                    db.batch_execute(&format!("BEGIN; PREPARE s AS {sql}")).await.unwrap();
                    let given = literals(params, due).join(", ");
                    let explain = format!("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE s ({given})");
                    let told = db.simple_query(&explain).await.unwrap();
                    let plan: Value = told.iter().find_map(plan_of).expect("a plan");
                    db.batch_execute("ROLLBACK; DEALLOCATE s").await.unwrap();
                    let rows = rows_read(&plan[0]["Plan"]);
                    assert!(rows <= ROWS, "{name}, counted {counted}, due {due}: {rows} rows read\n{plan:#}");
                }
            }
        }
    }
}
