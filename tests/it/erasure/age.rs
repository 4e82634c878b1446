//! Leads that are as old as their niche keeps them are erased, once and on record.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::TestApp;

const DAY: Duration = Duration::from_hours(24);

async fn is_erased(app: &TestApp, lead: &str) -> bool {
    let path = format!("/api/v1/admin/leads/{lead}");
    app.operator().get(path).await.expect(200).json()["erased_at"].is_string()
}

async fn keeps(app: &TestApp, niche: &str, days: Value) -> Value {
    let path = format!("/api/v1/admin/niches/{niche}");
    app.operator().patch(path, &json!({ "keep_days": days })).await.expect(200).json()["keep_days"].clone()
}

#[tokio::test]
async fn leads_are_erased_when_they_are_as_old_as_their_niche_keeps_them() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sam = app.provider("sam").await;
    let old: Vec<String> = rita.is_sent_leads(25).await.into_iter().map(|sent| sent.lead).collect();
    rita.accepts(&old[0]).await.expect(200);
    let others = sam.is_sent_a_lead().await.lead;
    app.advance(DAY * 20);
    app.run_jobs().await;
    let young = rita.is_sent_a_lead().await.lead;
    assert_eq!(keeps(&app, &rita.niche, json!(30)).await, 30);
    app.run_jobs().await;
    assert!(!is_erased(&app, &old[0]).await);
    app.advance(DAY * 11);
    app.run_jobs().await;
    for lead in &old {
        assert!(is_erased(&app, lead).await, "{lead}");
    }
    assert!(!is_erased(&app, &young).await && !is_erased(&app, &others).await);
    let entries = app.audit_entries(rita.niche.as_str()).await;
    let counted: i64 = entries
        .iter()
        .filter(|entry| entry["action"] == "niche.leads_expired")
        .map(|entry| entry["details"]["leads"].as_i64().expect("a number"))
        .sum();
    assert_eq!(counted, 25);
    assert_eq!(rita.me().await["counts"]["refunded"], 24, "what nobody had decided on is paid back");

    assert_eq!(keeps(&app, &rita.niche, Value::Null).await, Value::Null);
    app.advance(DAY * 25);
    app.run_jobs().await;
    assert!(!is_erased(&app, &young).await);
    assert_eq!(keeps(&app, &rita.niche, json!(1)).await, 1);
}

#[tokio::test]
async fn a_clock_that_runs_away_erases_nothing() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    keeps(&app, &rita.niche, json!(30)).await;
    app.run_jobs().await;
    let lead = rita.is_sent_a_lead().await.lead;
    app.advance(DAY * 40);
    app.run_jobs().await;
    app.advance(Duration::from_hours(1));
    app.run_jobs().await;
    assert!(!is_erased(&app, &lead).await);
}

#[tokio::test]
async fn how_long_a_niche_keeps_its_leads_is_a_number_of_days() {
    let app = TestApp::start().await;
    let niche = json!({ "name": "Roofing", "keep_days": 90 });
    let made = app.operator().post("/api/v1/admin/niches", &niche).await.expect(201).json();
    assert_eq!(made["keep_days"], 90);
    for wrong in [json!(0), json!(-1), json!(36_501), json!("30"), json!(1.5)] {
        let body = json!({ "name": "Solar", "keep_days": wrong });
        let refused = app.operator().post("/api/v1/admin/niches", &body).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["#/keep_days"], "{body}");
    }
}
