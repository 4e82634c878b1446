//! The plan's rate limits, through the doors that providers use.

mod nodes;
mod shared;

use std::time::Duration;

use crate::support::{Answers, Provider, TestApp};

const ON: &[&str] = &["--rate-limits", "on"];

/// So many calls of one kind at once; exactly `quota` of them are let through.
fn exactly(answers: &Answers, quota: usize, policy: &str) {
    assert_eq!(answers.0.len() - answers.count(429), quota, "{policy}");
    for answer in &answers.0 {
        assert_eq!(answer.header("ratelimit-policy"), policy);
    }
    let refused = answers.with(429);
    assert_eq!(refused.problem()["violated-policies"][0], policy.split('"').nth(1).unwrap_or_default());
    let wait: u64 = refused.header("retry-after").parse().expect("whole seconds");
    assert!((1..=60).contains(&wait), "{wait}");
}

#[tokio::test]
async fn each_provider_has_the_plans_quota_of_each_call() {
    let app = TestApp::with_flags(ON).await;
    let (rita, omar) = (app.provider("rita").await, app.provider("omar").await);
    let lead = rita.is_sent_a_lead().await;
    let path = format!("/api/v1/provider/leads/{lead}");
    exactly(&rita.at_once(105, |me| me.get("/api/v1/provider/leads")).await, 100, r#""inbox";q=100;w=60"#);
    exactly(&rita.at_once(205, |me| me.get(&path)).await, 200, r#""detail";q=200;w=60"#);
    exactly(&rita.accepts_at_once(55, &lead).await, 50, r#""accept";q=50;w=60"#);
    let reason = serde_json::json!({ "rejection_reason": "the number is not in service" });
    let rejects = rita.at_once(55, |me| me.post(format!("{path}/reject"), &reason)).await;
    exactly(&rejects, 50, r#""reject";q=50;w=60"#);
    assert_eq!(rejects.count(409), 50);
    // Another provider's calls are counted on their own.
    omar.inbox("").await.expect(200);
    omar.opens(&lead).await.expect(404);
}

#[tokio::test]
async fn a_minute_later_all_is_allowed_again() {
    let app = TestApp::with_flags(ON).await;
    let rita: Provider = app.provider("rita").await;
    let first = rita.inbox("").await.expect(200);
    assert_eq!(first.header("ratelimit"), r#""inbox";r=99;t=60"#);
    rita.at_once(100, |me| me.get("/api/v1/provider/leads")).await;
    rita.inbox("").await.expect(429);
    app.advance(Duration::from_mins(1));
    rita.inbox("").await.expect(200);
}

#[tokio::test]
async fn whoever_tries_tokens_of_mailed_links_is_stopped() {
    let app = TestApp::with_flags(ON).await;
    let nobody = app.nobody();
    let export = format!("/exports/{}?token=guess", leadhouse::id::new_uuid(app.clock.now()));
    let exports = nobody.at_once(400, |nobody| nobody.get(&export)).await;
    assert_eq!(exports.count(404), 400);
    let links = nobody.at_once(300, |nobody| nobody.post_nothing("/unsubscribe?token=guess")).await;
    assert_eq!((links.count(400), links.count(429)), (200, 100));
}
