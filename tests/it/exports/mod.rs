//! Exports: what was asked for is what is in the file, and only whoever may have it gets it.

mod delivery;
mod faults;
mod file;
mod link;
mod quota;
mod remade;
mod room;
mod s3;
mod storage;

use serde_json::{Value, json};

use crate::support::{Answer, Call, Provider, TestApp};

const ASK: &str = "/api/v1/provider/leads/export";
const EXPORTS: &str = "/api/v1/provider/exports";

fn asking(me: &Provider, body: &Value) -> Call {
    me.post(ASK, body)
}

/// Asks, and has the worker make it; the export as its history shows it.
async fn made(app: &TestApp, me: &Provider, body: &Value) -> Value {
    let id = asking(me, body).await.expect(202).str("export_id");
    app.run_jobs().await;
    shown(me, &id).await
}

async fn shown(me: &Provider, id: &str) -> Value {
    me.get(format!("{EXPORTS}/{id}")).await.expect(200).json()
}

async fn fetched(me: &Provider, export: &Value) -> Answer {
    me.get(format!("{EXPORTS}/{}/download", export["id"].as_str().expect("an id"))).await
}

/// Header and rows of a CSV file.
async fn rows(me: &Provider, export: &Value) -> Vec<Vec<String>> {
    let text = fetched(me, export).await.expect(200).text;
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

/// A column of a file, without its name.
fn column(rows: &[Vec<String>], name: &str) -> Vec<String> {
    let at = rows[0].iter().position(|header| header == name).unwrap_or_else(|| panic!("{name} in {:?}", rows[0]));
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

/// How many files there are.
fn files(app: &TestApp) -> usize {
    std::fs::read_dir(app.data().join("files/exports")).expect("a folder").count()
}

#[tokio::test]
async fn what_was_asked_for_is_in_the_file() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let leads = rita.is_sent_leads(4).await;
    rita.accepts(&leads[1]).await.expect(200);
    rita.accepts(&leads[3]).await.expect(200);
    let asked = asking(&rita, &json!({ "filters": { "status": "accepted" } })).await.expect(202).json();
    assert_eq!((&asked["ok"], &asked["status"]), (&json!(true), &json!("queued")));
    assert_eq!((&asked["estimated_rows"], &asked["matching_rows"]), (&json!(2), &json!(2)));
    assert_eq!(asked["truncated"], json!(false));
    let id = asked["export_id"].as_str().expect("an id");
    assert_eq!(shown(&rita, id).await["status"], "queued");
    app.run_jobs().await;
    let ready = shown(&rita, id).await;
    assert_eq!((&ready["status"], &ready["row_count"], &ready["rows_done"]), (&json!("ready"), &json!(2), &json!(2)));
    assert_eq!(ready["filters"], json!({ "status": "accepted" }));
    let rows = rows(&rita, &ready).await;
    assert_eq!(column(&rows, "Lead ID"), [leads[3].lead.clone(), leads[1].lead.clone()], "newest first");
    assert_eq!(column(&rows, "Status"), ["accepted", "accepted"]);
    assert_eq!(app.audit_of(id).await, ["lead.export_requested", "lead.export_completed"]);
}

#[tokio::test]
async fn without_leads_there_is_a_file_with_its_header() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let ready = made(&app, &rita, &json!({})).await;
    assert_eq!((&ready["status"], &ready["row_count"]), (&json!("ready"), &json!(0)));
    assert_eq!(rows(&rita, &ready).await.len(), 1);
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_told_where() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for (body, field) in [
        (json!({ "filters": { "status": "new" } }), "#/filters/status"),
        (json!({ "filters": { "search": "ab" } }), "#/filters/search"),
        (json!({ "filters": { "date_from": "2026-02-30" } }), "#/filters/date_from"),
        (json!({ "filters": { "date_from": "2026-02-02", "date_to": "2026-02-01" } }), "#/filters/date_to"),
        (json!({ "filters": { "provider_id": rita.id } }), "#/filters/provider_id"),
        (json!({ "filters": [] }), "#/filters"),
        (json!({ "format": "pdf" }), "#/format"),
        (json!({ "preset": "zoho" }), "#/preset"),
        (json!({ "rows": 1 }), "#/rows"),
    ] {
        assert_eq!(asking(&rita, &body).await.expect(422).wrong_fields(), [field], "{body}");
    }
    assert_eq!(rita.get(EXPORTS).await.expect(200).items(), [Value::Null; 0]);
}

#[tokio::test]
async fn the_history_goes_page_by_page() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut asked = Vec::new();
    for _ in 0..3 {
        asked.push(asking(&rita, &json!({})).await.expect(202).str("export_id"));
    }
    let first = rita.get(format!("{EXPORTS}?limit=2")).await.expect(200);
    let next = first.json()["next_cursor"].as_str().expect("more").to_owned();
    let second = rita.get(format!("{EXPORTS}?limit=2&cursor={next}")).await.expect(200);
    let ids: Vec<_> =
        [first.items(), second.items()].concat().iter().map(|e| e["id"].as_str().unwrap().to_owned()).collect();
    asked.reverse();
    assert_eq!(ids, asked);
    app.run_jobs().await;
}

#[tokio::test]
async fn an_export_that_is_not_ready_can_be_cancelled() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let id = asking(&rita, &json!({})).await.expect(202).str("export_id");
    let cancelling = || rita.post_nothing(format!("{EXPORTS}/{id}/cancel"));
    assert_eq!(cancelling().await.expect(200).json()["status"], "cancelled");
    assert_eq!(cancelling().await.expect(409).problem_code(), "export_ended");
    app.run_jobs().await;
    let cancelled = shown(&rita, &id).await;
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(fetched(&rita, &cancelled).await.expect(409).problem_code(), "export_not_ready");
    assert_eq!(app.audit_of(id.as_str()).await, ["lead.export_requested", "lead.export_cancelled"]);
}
