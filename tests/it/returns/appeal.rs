//! A denial is appealed once, within a week, and decided again for good.

use std::time::Duration;

use serde_json::{Value, json};

use super::{a_rejected_lead, appealing, approving, conflict, denying, refunds, said, shown};
use crate::support::TestApp;

const TEXT: &str = "I called again, it is a fax line";

#[tokio::test]
async fn an_appeal_has_the_denial_decided_again() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(100.0).await;
    let sent = a_rejected_lead(&rita).await;
    denying(&app, &sent, "it rang").await.expect(200);
    let denied_at = shown(&app, &sent).await["decided_at"].clone();
    let answer = appealing(&rita, &sent, &format!("  {TEXT}\u{200b} ")).await.expect(200).json();
    let pending = json!({ "state": "pending", "decided_at": null, "note": null, "rule": null });
    assert_eq!((&answer["ok"], &answer["return"]), (&json!(true), &pending));
    assert_eq!(answer["assignment_id"], sent.assignment.as_str());
    let lead = rita.opens(&sent).await.json();
    assert_eq!((&lead["return"], &lead["appeal_until"], &lead["status"]), (&pending, &Value::Null, &json!("rejected")));
    let case = app.operator().get("/api/v1/admin/returns?state=pending").await.expect(200).items().remove(0);
    assert_eq!((&case["appeal_text"], &case["first_denial_note"]), (&json!(TEXT), &json!("it rang")));
    assert_eq!(case["first_denied_at"], denied_at);
    assert!(case["appealed_at"].is_string());
    approving(&app, &sent).await.expect(200);
    assert_eq!((rita.me().await["balance"].clone(), refunds(&app, &rita).await), (json!(100.0), 1));
    let way = [
        "lead.assigned",
        "lead.rejected",
        "lead.return_denied",
        "lead.return_appealed",
        "lead.viewed",
        "lead.refunded",
    ];
    assert_eq!(app.audit_of(&sent).await, way);
    assert_eq!(conflict(&appealing(&rita, &sent, TEXT).await), said("already_appealed", "refunded"));
}

#[tokio::test]
async fn a_second_denial_is_for_good() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = a_rejected_lead(&rita).await;
    denying(&app, &sent, "it rang").await.expect(200);
    appealing(&rita, &sent, TEXT).await.expect(200);
    assert_eq!(conflict(&appealing(&rita, &sent, TEXT).await), said("already_appealed", "rejected"));
    denying(&app, &sent, "it rang again").await.expect(200);
    let lead = rita.opens(&sent).await.json();
    assert_eq!((&lead["return"]["note"], &lead["appeal_until"]), (&json!("it rang again"), &Value::Null));
    assert_eq!(conflict(&appealing(&rita, &sent, TEXT).await), said("already_appealed", "rejected"));
    assert_eq!(conflict(&approving(&app, &sent).await), said("already_decided", "rejected"));
}

#[tokio::test]
async fn only_a_denial_can_be_appealed_and_only_by_who_was_denied() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    let active = rita.is_sent_a_lead().await;
    assert_eq!(conflict(&appealing(&rita, &active, TEXT).await), said("not_denied", "active"));
    let pending = a_rejected_lead(&rita).await;
    assert_eq!(conflict(&appealing(&rita, &pending, TEXT).await), said("not_denied", "rejected"));
    approving(&app, &pending).await.expect(200);
    assert_eq!(conflict(&appealing(&rita, &pending, TEXT).await), said("not_denied", "refunded"));
    let denied = a_rejected_lead(&rita).await;
    denying(&app, &denied, "it rang").await.expect(200);
    appealing(&sam, &denied, TEXT).await.expect(404).problem();
    app.operator().post(format!("/api/v1/provider/leads/{denied}/appeal"), &json!({ "text": TEXT })).await.expect(403);
    assert_eq!(shown(&app, &denied).await["state"], "denied");
}

#[tokio::test]
async fn a_week_later_a_denial_stands() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (early, late) = (a_rejected_lead(&rita).await, a_rejected_lead(&rita).await);
    for sent in [&early, &late] {
        denying(&app, sent, "it rang").await.expect(200);
    }
    app.advance(Duration::from_mins(7 * 24 * 60 - 10));
    assert!(rita.opens(&late).await.json()["appeal_until"].is_string());
    appealing(&rita, &early, TEXT).await.expect(200);
    app.advance(Duration::from_mins(10));
    assert_eq!(rita.opens(&late).await.json()["appeal_until"], Value::Null);
    assert_eq!(conflict(&appealing(&rita, &late, TEXT).await), said("appeal_window_closed", "rejected"));
    assert_eq!(shown(&app, &early).await["state"], "pending");
}

#[tokio::test]
async fn an_appeal_says_something() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = a_rejected_lead(&rita).await;
    denying(&app, &sent, "it rang").await.expect(200);
    for text in [
        json!("a".repeat(9)),
        json!("a".repeat(1001)),
        json!(" ".repeat(20)),
        json!("\u{200b}".repeat(20)),
        json!("bell \u{7} in the text"),
        json!(null),
        json!(1_234_567_890),
    ] {
        let path = format!("/api/v1/provider/leads/{sent}/appeal");
        let answer = rita.post(path, &json!({ "text": text })).await.expect(422);
        assert_eq!(answer.wrong_fields(), ["#/text"], "{text}");
    }
    appealing(&rita, &sent, &"😀".repeat(1000)).await.expect(200);
}
