//! Attempts to reach somebody: kept in any state, and shown beside the return.

use serde_json::{Value, json};

use super::{REASON, shown, trying};
use crate::support::TestApp;

fn now(app: &TestApp) -> String {
    app.clock.now().to_string()
}

#[tokio::test]
async fn attempts_are_kept_and_shown_beside_the_return() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    let at = now(&app);
    let call = json!({ "kind": "call", "at": at, "result": "no_answer", "note": " voicemail is full " });
    let made = trying(&rita, &sent, &call).await.expect(201).json();
    assert_eq!((&made["kind"], &made["at"], &made["result"]), (&json!("call"), &json!(at), &json!("no_answer")));
    assert_eq!(made["note"], Value::Null, "an answer is kept, a note can be erased");
    rita.rejects(&sent, REASON).await.expect(200);
    let mail = json!({ "kind": "mail", "at": now(&app), "result": "bounced" });
    trying(&rita, &sent, &mail).await.expect(201);
    let path = format!("/api/v1/provider/leads/{sent}/attempts");
    let listed = rita.get(&path).await.expect(200).items();
    assert_eq!(listed.len(), 2);
    assert_eq!((&listed[0]["kind"], &listed[1]["note"]), (&json!("mail"), &json!("voicemail is full")));
    assert_eq!(listed[1]["id"], made["id"]);
    let case = shown(&app, &sent).await;
    assert_eq!(case["attempts"].as_array().expect("a list"), &listed);
    assert!(case["lead"]["contact_email"].is_string(), "{case}");
    let actions = app.audit_of(&sent).await;
    assert_eq!(actions.iter().filter(|action| *action == "lead.contact_attempted").count(), 2);
    let first = rita.get(format!("{path}?limit=1")).await.expect(200).json();
    let next = first["next_cursor"].as_str().expect("a second page").to_owned();
    assert_eq!(rita.get(format!("{path}?limit=1&cursor={next}")).await.expect(200).items(), [listed[1].clone()]);
}

#[tokio::test]
async fn an_attempt_was_after_the_lead_came_and_is_not_yet_to_be() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let before = now(&app);
    let sent = rita.is_sent_a_lead().await;
    let later = app.clock.now().plus(std::time::Duration::from_mins(5)).to_string();
    let at = now(&app);
    let body = |at: &str| json!({ "kind": "call", "at": at, "result": "reached" });
    for (body, wrong) in [
        (body(&before), "#/at"),
        (body(&later), "#/at"),
        (body(&app.clock.now().plus(std::time::Duration::from_secs(121)).to_string()), "#/at"),
        (body("2026-01-31"), "#/at"),
        (json!({ "kind": "call", "result": "reached" }), "#/at"),
        (json!({ "kind": "fax", "at": at, "result": "reached" }), "#/kind"),
        (json!({ "kind": "call", "at": at, "result": "busy" }), "#/result"),
        (json!({ "kind": "call", "at": at, "result": "other", "note": "a".repeat(501) }), "#/note"),
        (json!({ "kind": "call", "at": at, "result": "other", "by": "me" }), "#/by"),
    ] {
        assert_eq!(trying(&rita, &sent, &body).await.expect(422).wrong_fields(), [wrong], "{body}");
    }
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned"]);
}

/// Clocks differ: a caller's may be ahead of ours by up to two minutes.
#[tokio::test]
async fn an_attempt_of_a_clock_that_is_ahead_is_of_now() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    for ahead in [1, 60, 119] {
        let at = app.clock.now().plus(std::time::Duration::from_secs(ahead)).to_string();
        let body = json!({ "kind": "call", "at": at, "result": "reached" });
        let made = trying(&rita, &sent, &body).await.expect(201).json();
        assert_eq!(made["at"], made["created_at"], "{ahead}");
        assert!(made["at"].as_str().expect("a time") < at.as_str(), "{made}");
    }
}

#[tokio::test]
async fn another_s_lead_has_no_attempts_of_mine() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    let sent = rita.is_sent_a_lead().await;
    let body = json!({ "kind": "call", "at": now(&app), "result": "reached" });
    trying(&sam, &sent, &body).await.expect(404).problem();
    sam.get(format!("/api/v1/provider/leads/{sent}/attempts")).await.expect(404).problem();
    assert_eq!(rita.get(format!("/api/v1/provider/leads/{sent}/attempts")).await.expect(200).items(), [Value::Null; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn there_are_fifty_of_a_lead_at_most() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    let body = json!({ "kind": "call", "at": now(&app), "result": "no_answer" });
    let path = format!("/api/v1/provider/leads/{sent}/attempts");
    let answers = rita.client.at_once(60, |me| me.post(&path, &body)).await;
    assert_eq!((answers.count(201), answers.count(409)), (50, 10));
    assert_eq!(answers.with(409).problem_code(), "too_many_attempts");
    assert_eq!(rita.get(&path).await.expect(200).items().len(), 50);
}
