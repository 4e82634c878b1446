//! A person in files was erased: the files are made again without them, under the same id and link, at no cost.

use std::time::Duration;

use serde_json::{Value, json};

use super::{EXPORTS, asking, column, fetched, made, rows, shown};
use crate::support::{Provider, Sent, TestApp};

async fn erases(app: &TestApp, sent: &Sent) {
    app.operator().post_nothing(format!("/api/v1/admin/leads/{sent}/erase", sent = sent.lead)).await.expect(202);
}

fn id_of(export: &Value) -> String {
    export["id"].as_str().expect("an id").to_owned()
}

/// Where the mail about an export leads.
fn link(app: &TestApp, export: &Value) -> String {
    let about = format!("/exports/{}?token=", id_of(export));
    let mails = app.mails();
    let mail = mails.iter().find(|mail| mail.text.contains(&about)).expect("a mail with the link");
    let (_, token) = mail.text.split_once(&about).expect("the link");
    format!("{about}{}", token.split_whitespace().next().expect("a token"))
}

async fn later(app: &TestApp) {
    app.advance(Duration::from_secs(5));
    app.run_jobs().await;
}

async fn five(app: &TestApp, rita: &Provider) -> Vec<Value> {
    let mut exports = Vec::new();
    for body in [
        json!({}),
        json!({ "format": "xlsx" }),
        json!({ "preset": "hubspot" }),
        json!({ "filters": { "status": "active" } }),
        json!({ "filters": { "viewed": false } }),
    ] {
        exports.push(made(app, rita, &body).await);
    }
    exports
}

#[tokio::test]
async fn five_files_are_made_again_without_the_person_and_no_quota_is_used() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (ann, bob) = (rita.is_sent(json!({ "contact_name": "Ann" })).await, rita.is_sent_a_lead().await);
    let five = five(&app, &rita).await;
    let mails = app.mails().len();
    let newer = rita.is_sent_a_lead().await;
    erases(&app, &ann).await;
    for export in &five {
        let now = shown(&rita, &id_of(export)).await;
        assert_eq!(now["status"], "queued", "{now}");
        for field in ["row_count", "sha256", "size_bytes", "ready_at"] {
            assert_eq!(now[field], Value::Null, "{field}");
        }
        assert_eq!(now["expires_at"], export["expires_at"]);
        assert_eq!(fetched(&rita, export).await.expect(409).problem_code(), "export_not_ready");
        let page = app.nobody().get(link(&app, export)).await.expect(409).text;
        assert!(page.contains("being made again"), "{page}");
        app.nobody().post_nothing(link(&app, export)).await;
        let again = rita.post_nothing(format!("{EXPORTS}/{}/again", id_of(export))).await.expect(202).json();
        assert_eq!(again["export_id"], export["id"], "it is made again anyway");
    }
    assert_eq!(asking(&rita, &json!({})).await.expect(429).problem_code(), "export_quota_exceeded");
    later(&app).await;
    for export in &five {
        let now = shown(&rita, &id_of(export)).await;
        assert_eq!((&now["status"], &now["expires_at"]), (&json!("ready"), &export["expires_at"]), "{now}");
        assert_eq!((&export["row_count"], &now["row_count"]), (&json!(2), &json!(1)), "{now}");
        assert_ne!(now["sha256"], export["sha256"]);
        app.nobody().get(link(&app, export)).await.expect(200);
        let told = app.audit_of(id_of(export).as_str()).await;
        assert_eq!(told, ["lead.export_requested", "lead.export_completed", "lead.export_remade"]);
    }
    assert_eq!(
        column(&rows(&rita, &five[0]).await, "Lead ID"),
        std::slice::from_ref(&bob.lead),
        "no newer lead comes in"
    );
    assert_eq!(app.mails().iter().filter(|mail| mail.text.contains("/exports/")).count(), 5, "nobody is told twice");
    assert!(mails < app.mails().len(), "of the newer lead and of the erasure");
    asking(&rita, &json!({})).await.expect(429);
    drop(newer);
}

#[tokio::test]
async fn who_certainly_was_not_in_a_file_changes_nothing_of_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("roofing").await;
    rita.is_sent(json!({ "contact_email": "bob@example.com" })).await;
    let ann = rita.is_sent(json!({ "contact_email": "ann@example.com" })).await;
    let others = [
        json!({ "filters": { "search": "bob@" } }),
        json!({ "filters": { "date_to": "2020-01-01" } }),
        json!({ "filters": { "niche_id": app.niche("windows").await } }),
    ];
    let mut exports = Vec::new();
    for body in &others {
        exports.push(made(&app, &rita, body).await);
    }
    erases(&app, &ann).await;
    for export in &exports {
        assert_eq!(shown(&rita, &id_of(export)).await, *export);
        fetched(&rita, export).await.expect(200);
    }
}

#[tokio::test]
async fn of_many_erasures_in_a_row_a_file_is_made_again_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_leads(6).await;
    let export = made(&app, &rita, &json!({})).await;
    for lead in &sent[..4] {
        erases(&app, lead).await;
        app.run_jobs().await;
    }
    later(&app).await;
    let now = shown(&rita, &id_of(&export)).await;
    assert_eq!((&now["status"], &now["row_count"], &now["matching_rows"]), (&json!("ready"), &json!(2), &json!(2)));
    let told = app.audit_of(id_of(&export).as_str()).await;
    assert_eq!(told.iter().filter(|action| *action == "lead.export_remade").count(), 1);
    erases(&app, &sent[5]).await;
    later(&app).await;
    assert_eq!(column(&rows(&rita, &export).await, "Lead ID"), [sent[4].lead.clone()]);
}

#[tokio::test]
async fn what_cannot_be_made_again_is_over_and_counts_no_more() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let ann = rita.is_sent_a_lead().await;
    rita.is_sent_a_lead().await;
    let five = five(&app, &rita).await;
    erases(&app, &ann).await;
    let provider = format!("/api/v1/admin/providers/{}", rita.id);
    app.operator().patch(&provider, &json!({ "active": false })).await.expect(200);
    later(&app).await;
    app.operator().patch(&provider, &json!({ "active": true })).await.expect(200);
    app.advance(Duration::from_secs(2));
    for export in &five {
        assert_eq!(shown(&rita, &id_of(export)).await["status"], "expired");
        fetched(&rita, export).await.expect(410);
    }
    let again = rita.post_nothing(format!("{EXPORTS}/{}/again", id_of(&five[0]))).await.expect(202).str("export_id");
    assert_ne!(again, five[0]["id"]);
    rita.post_nothing(format!("{EXPORTS}/{}/again", id_of(&five[0]))).await.expect(409);
    for _ in 0..5 {
        asking(&rita, &json!({})).await.expect(202);
    }
    asking(&rita, &json!({})).await.expect(429);
    app.run_jobs().await;
    assert_eq!(shown(&rita, &again).await["row_count"], 2);
}
