//! What becomes of an unmatched lead: tried again for a day when something changes.

use std::time::Duration;

use serde_json::{Value, json};

use super::{changes, ids, nothing, reason, sends, shown, takers};
use crate::support::{Provider, TestApp};

/// A niche whose only subscription cannot buy yet, and a lead that waits there.
async fn waiting(app: &TestApp, provider: Provider) -> (Provider, String) {
    let (lead, status) = sends(&provider, json!({ "postal_code": "80211" })).await;
    assert_eq!(status, "unmatched");
    // Nothing changed: nothing happens.
    app.advance(Duration::from_mins(1));
    app.run_jobs().await;
    assert_eq!(shown(app, &lead).await["status"], "unmatched");
    (provider, lead)
}

async fn is_placed(app: &TestApp, provider: &Provider, lead: &str) {
    app.run_jobs().await;
    assert_eq!(takers(app, lead).await, ids(&[provider]));
    let shown = shown(app, lead).await;
    assert_eq!((&shown["status"], &shown["trace"][0]["reason"]), (&json!("assigned"), &json!("taken")));
}

#[tokio::test]
async fn a_new_subscription_gets_the_leads_that_wait() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").without_subscription().await;
    let (rita, lead) = waiting(&app, rita).await;
    let level = app.level("Shared", 3).await;
    app.subscribes(&rita.id, &rita.niche, &level, json!({ "price": 25 })).await;
    is_placed(&app, &rita, &lead).await;
    let assignment = rita.has(&lead).await;
    let entry = app.audit_entries(&assignment).await[0].clone();
    assert_eq!((&entry["action"], &entry["actor_role"]), (&json!("lead.assigned"), &json!("system")));
    assert_eq!(entry["actor_id"], Value::Null);
}

#[tokio::test]
async fn a_changed_subscription_gets_the_leads_that_wait() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").postal_prefixes(&["71"]).await;
    let (rita, lead) = waiting(&app, rita).await;
    changes(&app, &rita, json!({ "postal_prefixes": ["71", "802"] })).await;
    is_placed(&app, &rita, &lead).await;
}

#[tokio::test]
async fn a_level_that_opens_again_gets_the_leads_that_wait() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let path = format!("/api/v1/admin/competition-levels/{}", app.level("Shared", 3).await);
    app.operator().patch(&path, &json!({ "active": false })).await.expect(200);
    let (rita, lead) = waiting(&app, rita).await;
    app.operator().patch(&path, &json!({ "active": true })).await.expect(200);
    is_placed(&app, &rita, &lead).await;
}

#[tokio::test]
async fn a_new_day_of_the_provider_gets_the_leads_that_wait() {
    let app = TestApp::start().await;
    super::limits::advance_to(&app, "America/Denver", 22, 0);
    let rita = app.provider("rita").timezone("America/Denver").daily_cap(1).await;
    rita.is_sent_a_lead().await;
    let (rita, lead) = waiting(&app, rita).await;
    assert_eq!(reason(&app, &lead, &rita).await, "daily_cap");
    // Nobody changes anything but the calendar.
    app.advance(Duration::from_hours(2));
    is_placed(&app, &rita, &lead).await;
}

#[tokio::test]
async fn the_oldest_lead_is_placed_first() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(0.0).await;
    let mut leads = Vec::new();
    for _ in 0..3 {
        leads.push(sends(&rita, nothing()).await.0);
        app.advance(Duration::from_mins(1));
    }
    app.credits(&rita.id, 50.0).await.expect(201);
    app.run_jobs().await;
    let mut statuses = Vec::new();
    for lead in &leads {
        statuses.push(shown(&app, lead).await["status"].clone());
    }
    assert_eq!(statuses, ["assigned", "assigned", "unmatched"]);
    assert_eq!(reason(&app, &leads[2], &rita).await, "balance");
}

/// What frees money while a pass is under way is of use to the oldest, not to whoever's turn it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_oldest_lead_is_placed_first_also_while_money_comes_in() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(0.0).await;
    let mut leads = Vec::new();
    for _ in 0..40 {
        leads.push(sends(&rita, nothing()).await.0);
        app.advance(Duration::from_secs(1));
    }
    let working = async |credits: usize| {
        for _ in 0..credits {
            app.credits(&rita.id, 25.0).await.expect(201);
            app.run_jobs().await;
        }
    };
    tokio::join!(working(5), working(5), working(5), working(5));
    app.run_jobs().await;
    let mut statuses = Vec::new();
    for lead in &leads {
        statuses.push(shown(&app, lead).await["status"].clone());
    }
    let expected: Vec<_> = (0..40).map(|at| if at < 20 { "assigned" } else { "unmatched" }).collect();
    assert_eq!(statuses, expected);
}

#[tokio::test]
async fn a_provider_that_is_active_again_gets_the_leads_that_wait() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let path = format!("/api/v1/admin/providers/{}", rita.id);
    app.operator().patch(&path, &json!({ "active": false })).await.expect(200);
    let (rita, lead) = waiting(&app, rita).await;
    assert_eq!(reason(&app, &lead, &rita).await, "provider_inactive");
    app.operator().patch(&path, &json!({ "active": true })).await.expect(200);
    is_placed(&app, &rita, &lead).await;
}

#[tokio::test]
async fn a_provider_in_another_zone_gets_what_its_new_day_allows() {
    let app = TestApp::start().await;
    super::limits::advance_to(&app, "UTC", 12, 0);
    let rita = app.provider("rita").daily_cap(1).await;
    rita.is_sent_a_lead().await;
    // In Tokyo it is Tuesday already when the Monday of UTC ends.
    app.advance(Duration::from_hours(3));
    let (rita, lead) = waiting(&app, rita).await;
    super::limits::advance_to(&app, "UTC", 0, 1);
    app.operator()
        .patch(format!("/api/v1/admin/providers/{}", rita.id), &json!({ "timezone": "Asia/Tokyo" }))
        .await
        .expect(200);
    is_placed(&app, &rita, &lead).await;
}

#[tokio::test]
async fn after_a_day_a_lead_is_not_tried_again() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(0.0).await;
    let (old, _) = sends(&rita, nothing()).await;
    app.advance(Duration::from_hours(2));
    let (young, _) = sends(&rita, nothing()).await;
    app.advance(Duration::from_hours(23));
    app.credits(&rita.id, 100.0).await.expect(201);
    app.run_jobs().await;
    assert_eq!(shown(&app, &old).await["status"], "unmatched");
    assert_eq!(shown(&app, &young).await["status"], "assigned");
}

#[tokio::test]
async fn asking_often_is_asking_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    app.run_jobs().await;
    for price in 20..30 {
        changes(&app, &rita, json!({ "price": price })).await;
    }
    let queued = app
        .read(move |read| {
            let sql = "SELECT count(*) FROM jobs WHERE kind = 'distribution.retry_unmatched' AND state = 'queued'";
            read.one::<(i64,)>(sql, &[])
        })
        .await;
    assert_eq!(queued, (1,));
}
