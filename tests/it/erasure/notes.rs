//! After an erasure nothing is written about the person any more, and what was under way is found.

use serde_json::{Value, json};

use super::{CANARY, erasing, traces};
use crate::support::{Provider, TestApp, at_once};

fn attempt(app: &TestApp, note: Option<&str>) -> Value {
    let at = app.clock.now().to_string();
    let mut attempt = json!({ "kind": "call", "at": at, "result": "other" });
    if let Some(note) = note {
        attempt["note"] = json!(note);
    }
    attempt
}

/// A lead that was rejected, and whose return was denied.
async fn denied(app: &TestApp, rita: &Provider) -> (String, String) {
    let sent = rita.is_sent_a_lead().await;
    rita.rejects(&sent.lead, "nobody is at home").await.expect(200);
    let path = format!("/api/v1/admin/returns/{}", sent.assignment);
    app.operator().post(format!("{path}/deny"), &json!({ "note": "somebody picked up" })).await.expect(200);
    (sent.lead, path)
}

#[tokio::test]
async fn words_about_an_erased_person_are_refused_or_not_kept() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (lead, path) = denied(&app, &rita).await;
    erasing(&app, &lead).await.expect(202);
    let about = |what: &str| format!("/api/v1/provider/leads/{lead}/{what}");
    let noted = attempt(&app, Some(CANARY));
    let refused = rita.post(about("attempts"), &noted).once(CANARY).await.expect(409);
    assert_eq!(refused.problem_code(), "lead_erased");
    rita.post(about("attempts"), &attempt(&app, None)).await.expect(201);
    let appeal = json!({ "text": format!("it was not {CANARY} who picked up") });
    rita.post(about("appeal"), &appeal).once(&format!("appeal {CANARY}")).await.expect(200);
    let note = json!({ "note": format!("{CANARY} says so too") });
    let decided = app.operator().post(format!("{path}/approve"), &note).once(&format!("ok {CANARY}")).await.expect(200);
    assert!(!decided.text.contains(CANARY), "{}", decided.text);
    assert_eq!(traces(&app).await, [""; 0]);
    app.run_jobs().await;
    assert!(app.mails().iter().all(|mail| !mail.text.contains(CANARY)));
    assert_eq!(traces(&app).await, [""; 0]);
}

#[tokio::test]
async fn what_is_written_while_a_person_is_erased_is_found() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for _ in 0..5 {
        let (lead, path) = denied(&app, &rita).await;
        let about = |what: &str| format!("/api/v1/provider/leads/{lead}/{what}");
        let noted = attempt(&app, Some(CANARY));
        let appeal = json!({ "text": format!("it was not {CANARY} who picked up") });
        let mut calls = vec![rita.post(about("appeal"), &appeal)];
        calls.extend((0..4).map(|_| rita.post(about("attempts"), &noted)));
        calls.push(erasing(&app, &lead));
        calls.extend((0..4).map(|_| rita.post(about("attempts"), &noted)));
        calls.push(app.operator().post(format!("{path}/deny"), &json!({ "note": format!("{CANARY} picked up") })));
        let answers = at_once(calls).await;
        assert_eq!(answers.count(202), 1, "{answers:?}");
        assert_eq!(traces(&app).await, [""; 0]);
    }
}
