//! Many at once: one decision, one first look, whoever wins.

use serde_json::json;

use crate::support::{TestApp, at_once};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_first_of_many_accepts_wins() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    let answers = rita.accepts_at_once(64, &sent).await;
    assert_eq!((answers.count(200), answers.count(409)), (1, 63));
    assert_eq!(answers.with(409).json()["lead_status"], "accepted");
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.accepted"]);
    let accepted_at = answers.with(200).json()["accepted_at"].clone();
    assert_eq!(rita.opens(&sent).await.json()["accepted_at"], accepted_at);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn accepts_against_rejects_are_one_decision() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for _ in 0..4 {
        let sent = rita.is_sent_a_lead().await;
        let answers = rita.decides_at_once(32, 32, &sent).await;
        assert_eq!((answers.count(200), answers.count(409)), (1, 63));
        let won = answers.with(200).json()["status"].clone();
        for lost in answers.0.iter().filter(|answer| answer.status == 409) {
            assert_eq!((lost.problem_code().as_str(), &lost.json()["lead_status"]), ("already_resolved", &won));
        }
        let lead = rita.opens(&sent).await.json();
        assert_eq!(lead["status"], won);
        assert_eq!(lead["accepted_at"].is_string(), won == "accepted");
        assert_eq!(lead["rejection_reason"].is_string(), won == "rejected");
        let action = format!("lead.{}", won.as_str().expect("a status"));
        assert_eq!(app.audit_of(&sent).await, ["lead.assigned", &action, "lead.viewed"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lead_is_first_seen_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for lookers in [24, 64] {
        let sent = rita.is_sent_a_lead().await;
        let answers = rita.opens_at_once(lookers, &sent).await;
        assert_eq!(answers.count(200), lookers);
        let viewed_at = answers.0[0].json()["viewed_at"].clone();
        assert!(viewed_at.is_string());
        assert!(answers.0.iter().all(|answer| answer.json()["viewed_at"] == viewed_at));
        assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.viewed"]);
    }
    assert_eq!(rita.me().await["counts"]["unviewed"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_seen_while_it_is_accepted_was_seen_before() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for _ in 0..8 {
        let sent = rita.is_sent_a_lead().await;
        let path = format!("/api/v1/provider/leads/{sent}");
        let calls = (0..4).map(|_| rita.get(&path)).chain([rita.post_nothing(format!("{path}/accept"))]);
        let answers = at_once(calls.collect::<Vec<_>>()).await;
        assert_eq!(answers.count(200), 5);
        let lead = rita.opens(&sent).await.json();
        let times =
            ["assigned_at", "viewed_at", "accepted_at"].map(|name| lead[name].as_str().expect("a time").to_owned());
        assert!(times.is_sorted(), "{times:?}");
        let mut actions = app.audit_of(&sent).await;
        actions.sort();
        assert_eq!(actions, ["lead.accepted", "lead.assigned", "lead.viewed"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_erasure_and_decisions_are_one_decision() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(1000.0).await;
    for _ in 0..4 {
        let sent = rita.is_sent_a_lead().await;
        let path = format!("/api/v1/provider/leads/{sent}");
        let reason = json!({ "rejection_reason": "the number is not in service" });
        let accepts = (0..8).map(|_| rita.post_nothing(format!("{path}/accept")));
        let rejects = (0..8).map(|_| rita.post(format!("{path}/reject"), &reason));
        let erase = app.operator().post_nothing(format!("/api/v1/admin/leads/{sent}/erase"));
        let answers = at_once(accepts.chain(rejects).chain([erase]).collect::<Vec<_>>()).await;
        app.run_jobs().await;
        assert_eq!(answers.count(202), 1);
        let decided = answers.count(200);
        assert_eq!(decided + answers.count(409), 16);
        assert!(decided <= 1);
        let lead = rita.opens(&sent).await.json();
        let won = if decided == 1 { answers.with(200).json()["status"].clone() } else { json!("refunded") };
        assert_eq!(lead["status"], won);
        assert!(lead["erased_at"].is_string());
        let refunds = app.ledger_of(&rita.id).await.iter().filter(|(kind, ..)| kind == "refund").count();
        let undecided = rita.inbox("status=refunded").await.json()["total_count"].clone();
        assert_eq!(undecided, refunds);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_of_different_preferences_are_all_kept() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let names = ["notify_on_new_lead", "notify_on_lead_status_change", "notify_on_bad_lead_decision"];
    for value in [false, true, false] {
        let calls = names.map(|name| rita.patch("/api/v1/provider/notification-preferences", &json!({ name: value })));
        assert_eq!(at_once(calls).await.count(200), 3);
        let preferences = rita.preferences().await;
        assert!(names.iter().all(|name| preferences[name] == value), "{preferences}");
    }
}
