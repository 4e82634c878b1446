//! How many returns a provider may open, and what it is told beforehand.

use std::time::Duration;

use serde_json::{Value, json};

use super::{REASON, RETURNS, a_rejected_lead, appealing, approving, conflict, policy_is, said};
use crate::support::{Provider, TestApp};

/// What list and detail say is left.
async fn left(rita: &Provider) -> Value {
    let first = rita.inbox("limit=1").await.expect(200).items().remove(0);
    let lead = first["lead_id"].as_str().expect("a lead").to_owned();
    let detail = rita.opens(lead).await.expect(200).json();
    assert_eq!(first["returns_left"], detail["returns_left"]);
    first["returns_left"].clone()
}

#[tokio::test]
async fn over_the_allowance_a_reject_opens_no_return() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_leads(4).await;
    assert_eq!(left(&rita).await, Value::Null);
    policy_is(&app, json!({ "max_returns": 2 })).await;
    for (sent, before, after, state) in
        [(&sent[0], 2, 1, json!("pending")), (&sent[1], 1, 0, json!("pending")), (&sent[2], 0, 0, Value::Null)]
    {
        assert_eq!(left(&rita).await, before);
        let answer = rita.rejects(sent, REASON).await.expect(200).json();
        assert_eq!((&answer["status"], &answer["returns_left"]), (&json!("rejected"), &json!(after)));
        assert_eq!(answer["return"]["state"], state);
    }
    assert_eq!(left(&rita).await, 0);
    let lead = rita.opens(&sent[2]).await.json();
    assert_eq!(
        (&lead["status"], &lead["return"], &lead["appeal_until"]),
        (&json!("rejected"), &Value::Null, &Value::Null)
    );
    approving(&app, &sent[2]).await.expect(404);
    assert_eq!(conflict(&appealing(&rita, &sent[2], "this is unfair to me").await), said("not_denied", "rejected"));
    assert_eq!(app.operator().get(RETURNS).await.expect(200).items().len(), 2);
    // A decision gives nothing back; thirty days do.
    approving(&app, &sent[0]).await.expect(200);
    assert_eq!(left(&rita).await, 0);
    app.advance(Duration::from_hours(30 * 24));
    assert_eq!(left(&rita).await, 2);
    policy_is(&app, json!({ "max_returns": null })).await;
    assert_eq!(left(&rita).await, Value::Null);
}

#[tokio::test]
async fn a_share_is_of_the_leads_of_thirty_days() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    policy_is(&app, json!({ "max_percent": 20 })).await;
    rita.is_sent_leads(9).await;
    assert_eq!(left(&rita).await, 1);
    rita.is_sent_leads(1).await;
    assert_eq!(left(&rita).await, 2);
    a_rejected_lead(&rita).await;
    assert_eq!(left(&rita).await, 1);
    policy_is(&app, json!({ "max_returns": 1 })).await;
    assert_eq!(left(&rita).await, 0, "the smaller counts");
    sam.is_sent_leads(5).await;
    assert_eq!(left(&sam).await, 1, "each has its own");
    policy_is(&app, json!({ "max_returns": 100 })).await;
    assert_eq!(left(&rita).await, 1);
    app.advance(Duration::from_hours(30 * 24));
    assert_eq!(left(&rita).await, 0, "nothing of nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rejects_at_once_open_no_more_returns_than_there_may_be() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_leads(24).await;
    policy_is(&app, json!({ "max_returns": 5 })).await;
    let reason = json!({ "rejection_reason": REASON });
    let rejects = sent.iter().map(|sent| rita.post(format!("/api/v1/provider/leads/{sent}/reject"), &reason));
    let answers = crate::support::at_once(rejects.collect::<Vec<_>>()).await;
    assert_eq!(answers.count(200), 24);
    let opened = answers.0.iter().filter(|answer| !answer.json()["return"].is_null()).count();
    assert_eq!(opened, 5);
    assert_eq!(app.operator().get(RETURNS).await.expect(200).items().len(), 5);
    let mut said: Vec<i64> = answers.0.iter().filter_map(|answer| answer.json()["returns_left"].as_i64()).collect();
    said.sort_unstable();
    assert_eq!((said.len(), said.iter().filter(|left| **left > 0).count()), (24, 4));
}
