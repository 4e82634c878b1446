//! An erasure is done when the bytes are gone: from every file of the database, free space within pages included.

use base64::Engine as _;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{CANARY, erasing, traces, writes_about};
use crate::support::{Provider, TestApp, database};

/// Enough for several pages.
const PEOPLE: u32 = 60;

/// So much that it can't be packed smaller: it stands outside its row.
fn long_text(n: u32) -> String {
    let noise = (0..60).map(|part| Sha256::digest(format!("{n} {part}"))).collect::<Vec<_>>().concat();
    format!("{CANARY} {} {CANARY}", base64::prelude::BASE64_STANDARD.encode(noise))
}

/// Many people beside one another, whom the providers have read, decided on and written about.
pub(super) async fn full_installation(app: &TestApp) -> Vec<String> {
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    let mut leads = Vec::new();
    for n in 0..PEOPLE {
        let person = json!({
            "contact_name": format!("{CANARY} {n}"),
            "contact_email": format!("{CANARY}{n}@example.com"),
            "external_id": format!("id-{CANARY}-{n}"),
            "form_data": { "roof": if n % 4 == 0 { long_text(n) } else { format!("{CANARY} {}", "roof ".repeat(usize::try_from(n).unwrap() % 7 * 40)) } },
            "consent": { "text": CANARY },
        });
        let sent = rita.source.sending(&rita.source.lead(person)).once(&format!("{CANARY}-{n}"));
        leads.push(sent.await.expect(201).str("lead_id"));
    }
    for (n, lead) in leads.iter().enumerate() {
        opens_and_decides(&rita, lead, n).await;
    }
    sam.rejects(&leads[0], &format!("{CANARY} is not at home")).await.expect(200);
    writes_about(app, &sam, &leads[0]).await;
    leads
}

async fn opens_and_decides(rita: &Provider, lead: &str, n: usize) {
    rita.opens(lead).await.expect(200);
    if n.is_multiple_of(2) {
        rita.accepts(lead).await.expect(200);
    } else {
        rita.rejects(lead, &format!("{CANARY} {n} has moved away")).await.expect(200);
    }
}

/// The files of the database in which the canary stands, whatever they are for.
pub(super) async fn files(app: &TestApp) -> Vec<String> {
    if app.database_url().starts_with("sqlite") {
        return super::files_with_the_canary(app);
    }
    let url = leadhouse::config::parse_database_url(app.database_url()).unwrap();
    let beside = database::beside(&url).await;
    beside.batch_execute("CHECKPOINT").await.unwrap();
    let found = beside.query(
        "SELECT COALESCE((SELECT relname::text FROM pg_class WHERE pg_relation_filenode(oid)::text = split_part(file, '.', 1)), file)
           FROM pg_database, LATERAL pg_ls_dir('base/' || oid) AS file
          WHERE datname = current_database()
            AND position($1::text::bytea IN pg_read_binary_file('base/' || oid || '/' || file)) > 0
          ORDER BY 1",
        &[&CANARY],
    );
    found.await.unwrap().into_iter().map(|row| row.get(0)).collect()
}

/// The state of the job that ends erasures, and what is in its way.
pub(super) async fn job(app: &TestApp) -> (String, Option<String>) {
    let sql = "SELECT state, last_error FROM jobs WHERE kind = 'intake.erase_traces' ORDER BY id DESC LIMIT 1";
    app.read(move |read| read.one(sql, &[])).await
}

/// As ANALYZE comes by, which keeps samples of what it sees.
pub(super) async fn analyses(app: &TestApp) {
    if app.database_url().starts_with("postgres") {
        let url = leadhouse::config::parse_database_url(app.database_url()).unwrap();
        database::beside(&url).await.batch_execute("VACUUM (ANALYZE)").await.unwrap();
    }
}

#[tokio::test]
async fn nothing_is_left_in_the_database_s_files() {
    let app = TestApp::start().await;
    let leads = full_installation(&app).await;
    app.run_jobs().await;
    analyses(&app).await;
    assert!(!files(&app).await.is_empty(), "the canary is there to be found");
    for lead in &leads {
        erasing(&app, lead).await.expect(202);
    }
    assert_eq!(traces(&app).await, [""; 0]);
    app.run_jobs().await;
    assert_eq!(job(&app).await.0, "done");
    assert_eq!(files(&app).await, [""; 0]);
    // Who is still there has lost nothing.
    assert_eq!(app.read(|read| read.one::<(i64,)>("SELECT count(*) FROM leads", &[])).await, (i64::from(PEOPLE),));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_snapshot_of_any_database_is_open_it_is_not_done() {
    let app = TestApp::start().await;
    if app.database_url().starts_with("sqlite") {
        return;
    }
    let leads = full_installation(&app).await;
    app.run_jobs().await;
    let elsewhere = database::admin().await;
    elsewhere.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT txid_current()").await.unwrap();
    for lead in &leads {
        erasing(&app, lead).await.expect(202);
    }
    let jobs = app.run_jobs();
    let seen = async {
        while job(&app).await.0 == "queued" {}
        // Long enough for whoever doesn't wait.
        for _ in 0..50 {
            assert_eq!(job(&app).await.0, "running");
        }
        assert!(!files(&app).await.is_empty(), "they are still there");
        elsewhere.batch_execute("COMMIT").await.unwrap();
    };
    tokio::join!(jobs, seen);
    assert_eq!(job(&app).await.0, "done");
    assert_eq!(files(&app).await, [""; 0]);
}
