//! `verify`: finds nothing where all is well, and each kind of damage where something isn't. Every other test ends with it.

mod damage;

use std::collections::BTreeSet;

use leadhouse::cli::verify;
use leadhouse::config::DatabaseUrl;
use leadhouse::db::{Engine, Tx, params};
use leadhouse::error::Error;
use serde_json::json;

use crate::support::database::{beside, engine};
use crate::support::{Sent, TestApp};

use damage::DAMAGE;

#[tokio::test]
async fn every_kind_of_damage_is_found() {
    let app = a_busy_installation().await;
    let clean = verify::check(&app.app.db).await.unwrap();
    assert_eq!(clean, []);
    without_guards(&app).await;
    for (invariant, damage) in DAMAGE {
        let found = broken_by(&app, damage).await;
        assert!(found.contains(invariant), "after {damage}, verify finds only {found:?}");
    }
    let planted: BTreeSet<&str> = DAMAGE.iter().map(|(name, _)| *name).collect();
    assert_eq!(planted, verify::names().into_iter().collect(), "every invariant has its damage");
    let clean = verify::check(&app.app.db).await.unwrap();
    assert_eq!(clean, [], "no damage was left behind");
    app.leaves_a_mess("its tables have lost their constraints").await;
}

#[tokio::test]
async fn what_a_provider_counted_in_another_zone_is_no_damage() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").timezone("Pacific/Kiritimati").await;
    rita.is_sent_a_lead().await;
    let path = format!("/api/v1/admin/providers/{}", rita.id);
    app.operator().patch(path, &json!({ "timezone": "Pacific/Pago_Pago" })).await.expect(200);
    assert_eq!(verify::check(&app.app.db).await.unwrap(), []);
}

/// The names of what verify finds after this statement, which is then undone.
async fn broken_by(app: &TestApp, damage: &'static str) -> BTreeSet<&'static str> {
    let (send, mut found) = tokio::sync::mpsc::unbounded_channel();
    let undone = app.write(move |tx: &mut Tx| {
        if engine() == Engine::Postgres {
            // As `verify` has it, on a connection that may read all of a table.
            tx.execute("SET LOCAL enable_seqscan = on", &[])?;
        }
        tx.execute(damage, &[])?;
        send.send(verify::violations(tx)?).unwrap();
        Err::<(), _>(Error::NotFound("reason to keep it"))
    });
    assert!(matches!(undone.await, Err(Error::NotFound(_))), "{damage}");
    found.recv().await.unwrap().iter().map(|violation| violation.invariant).collect()
}

/// An installation where everything has happened that can happen.
#[expect(clippy::cognitive_complexity, reason = "one story, told from its beginning to its end")]
async fn a_busy_installation() -> TestApp {
    let app = TestApp::with_flags(&["--admin-notification-email", "ops@example.com"]).await;
    let rita = app.provider("rita").niche("roofing").await;
    let sam = app.provider("sam").niche("roofing").await;
    let accepted = rita.is_sent_a_lead().await;
    rita.opens(&accepted).await.expect(200);
    rita.accepts(&accepted).await.expect(200);
    rita.undoes(&accepted).await.expect(200);
    rita.rejects(&accepted, "a slip of the thumb").await.expect(200);
    rita.undoes(&accepted).await.expect(200);
    rita.accepts(&accepted).await.expect(200);
    sam.accepts(&accepted.lead).await.expect(200);
    let returned = rita.is_sent_a_lead().await;
    rita.rejects(&returned, "the number is not in service").await.expect(200);
    decides(&app, &returned, "approve").await;
    let denied = rita.is_sent_a_lead().await;
    rita.rejects(&denied, "it rings and nobody is there").await.expect(200);
    let tried = json!({ "kind": "call", "at": app.clock.now().to_string(), "result": "no_answer" });
    rita.post(format!("/api/v1/provider/leads/{denied}/attempts"), &tried).await.expect(201);
    decides(&app, &denied, "deny").await;
    let appeal = json!({ "text": "I called again, it is a fax line" });
    rita.post(format!("/api/v1/provider/leads/{denied}/appeal"), &appeal).await.expect(200);
    decides(&app, &denied, "deny").await;
    let pending = rita.is_sent_a_lead().await;
    rita.rejects(&pending, "wants something that we don't do").await.expect(200);
    rita.post("/api/v1/provider/leads/export", &json!({})).await.expect(202);
    app.run_jobs().await;
    let erased = rita.is_sent_a_lead().await;
    app.operator().post_nothing(format!("/api/v1/admin/leads/{}/erase", erased.lead)).await.expect(202);
    let lead = rita.source.lead(json!({ "external_id": "twice" }));
    for status in ["assigned", "duplicate"] {
        assert_eq!(rita.source.sending(&lead).await.expect(201).str("status"), status);
    }
    let corrected = rita.source.lead(json!({ "external_id": "twice" }));
    assert_eq!(rita.source.sending(&corrected).await.expect(201).str("status"), "duplicate");
    rita.source.sends(json!({ "external_id": "other" })).await.expect(201);
    rita.source.sends(json!({ "is_test": true })).await.expect(201);
    let niche = app.niche("falconry").await;
    assert_eq!(app.source_of(&niche).await.sends(json!({})).await.expect(201).str("status"), "unmatched");
    let token =
        app.operator().post(format!("/api/v1/admin/providers/{}/tokens", rita.id), &json!({})).await.expect(201);
    app.operator().delete(format!("/api/v1/admin/tokens/{}", token.str("id"))).await;
    app.run_jobs().await;
    app
}

async fn decides(app: &TestApp, lead: &Sent, verb: &str) {
    let path = format!("/api/v1/admin/returns/{}/{verb}", lead.assignment);
    app.operator().post(path, &json!({ "note": "looked into" })).await.expect(200);
}

/// Replaces every table by its bare rows: no keys, no checks, no triggers.
async fn without_guards(app: &TestApp) {
    let tables = match engine() {
        Engine::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'refinery%' AND name NOT LIKE 'sqlite%'"
        }
        Engine::Postgres => {
            "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'refinery%'"
        }
    };
    let tables: Vec<(String,)> = app.read(move |read| read.all(tables, params![])).await;
    let bare = |cascade: &str| {
        let swap = |(table,): &(String,)| {
            format!(
                "CREATE TABLE bare AS SELECT * FROM {table}; DROP TABLE {table}{cascade};
                 ALTER TABLE bare RENAME TO {table};"
            )
        };
        tables.iter().map(swap).collect::<String>()
    };
    match &leadhouse::config::parse_database_url(app.database_url()).unwrap() {
        DatabaseUrl::Sqlite(file) => {
            let db = rusqlite::Connection::open(file).unwrap();
            db.execute_batch(&format!("PRAGMA foreign_keys = OFF; BEGIN; {} COMMIT;", bare(""))).unwrap();
        }
        url @ DatabaseUrl::Postgres(_) => beside(url).await.batch_execute(&bare(" CASCADE")).await.unwrap(),
    }
}
