//! The operator approves or denies, once.

use serde_json::{Value, json};

use super::{REASON, RETURNS, a_rejected_lead, approving, conflict, denying, refunds, said, shown};
use crate::support::TestApp;

#[tokio::test]
async fn a_reject_opens_a_return() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").await;
    let sent = rita.is_sent_a_lead().await;
    let body = json!({ "rejection_reason": REASON, "rejection_code": "bad_contact" });
    let answer = rita.post(format!("/api/v1/provider/leads/{sent}/reject"), &body).await.expect(200).json();
    let pending = json!({ "state": "pending", "decided_at": null, "note": null, "rule": null });
    assert_eq!((&answer["return"], &answer["returns_left"]), (&pending, &Value::Null));
    for lead in [rita.opens(&sent).await.json(), rita.inbox("").await.items()[0].clone()] {
        assert_eq!((&lead["return"], &lead["returns_left"]), (&pending, &Value::Null));
        assert_eq!(lead["appeal_until"], Value::Null);
        assert!(lead["return_until"].is_string());
    }
    let items = app.operator().get(format!("{RETURNS}?state=pending")).await.expect(200).items();
    assert_eq!(items.len(), 1);
    for (name, value) in [
        ("assignment_id", json!(sent.assignment)),
        ("lead_id", json!(sent.lead)),
        ("provider_id", json!(rita.id)),
        ("provider_name", json!("rita")),
        ("niche_name", json!("Roofing")),
        ("state", json!("pending")),
        ("rejection_reason", json!(REASON)),
        ("rejection_code", json!("bad_contact")),
        ("rejected_at", answer["rejected_at"].clone()),
        ("price_charged", json!(25.0)),
        ("currency", json!("USD")),
        ("decided_at", Value::Null),
        ("note", Value::Null),
    ] {
        assert_eq!(items[0][name], value, "{name}");
    }
}

#[tokio::test]
async fn an_undecided_and_an_accepted_lead_have_no_return() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (active, accepted) = (rita.is_sent_a_lead().await, rita.is_sent_a_lead().await);
    rita.accepts(&accepted).await.expect(200);
    for sent in [&active, &accepted] {
        assert_eq!(rita.opens(sent).await.json()["return"], Value::Null);
        approving(&app, sent).await.expect(404).problem();
        denying(&app, sent, "no").await.expect(404).problem();
        app.operator().get(format!("{RETURNS}/{}", sent.assignment)).await.expect(404).problem();
    }
    assert_eq!(rita.inbox("").await.items().iter().filter(|lead| lead["return"] != Value::Null).count(), 0);
}

#[tokio::test]
async fn an_approved_return_pays_the_price_back_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(100.0).await;
    let sent = a_rejected_lead(&rita).await;
    assert_eq!(rita.me().await["balance"], 75.0);
    let path = format!("{RETURNS}/{}/approve", sent.assignment);
    let answer = app.operator().post(path, &json!({ "note": "checked,\nyou are right" })).await.expect(200).json();
    assert_eq!((&answer["state"], &answer["status"]), (&json!("approved"), &json!("refunded")));
    assert_eq!(answer["assignment_id"], sent.assignment.as_str());
    assert_eq!(rita.me().await["balance"], 100.0);
    assert_eq!(app.ledger_of(&rita.id).await.last(), Some(&("refund".to_owned(), 25.0, 100.0)));
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.rejected", "lead.refunded"]);
    let entry = app.audit_entries(&sent).await.remove(2);
    assert_eq!((&entry["actor_role"], &entry["actor_id"]), (&json!("admin"), &json!(app.admin_id)));
    assert_eq!(entry["details"], json!({ "amount": 25.0, "reason": "return_approved" }));
    for lead in [rita.opens(&sent).await.json(), rita.inbox("status=refunded").await.items()[0].clone()] {
        let expected = json!({
            "state": "approved", "decided_at": answer["decided_at"], "note": "checked,\nyou are right", "rule": null,
        });
        assert_eq!((&lead["return"], &lead["appeal_until"]), (&expected, &Value::Null));
    }
    for again in [approving(&app, &sent).await, denying(&app, &sent, "no").await] {
        assert_eq!(conflict(&again), said("already_decided", "refunded"));
    }
    assert_eq!(refunds(&app, &rita).await, 1);
    assert_eq!(shown(&app, &sent).await["decided_by"], app.admin_id.as_str());
}

#[tokio::test]
async fn a_denied_return_leaves_the_lead_rejected() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(100.0).await;
    let sent = a_rejected_lead(&rita).await;
    let answer = denying(&app, &sent, "it rang").await.expect(200).json();
    assert_eq!((&answer["state"], &answer["status"]), (&json!("denied"), &json!("rejected")));
    assert_eq!(rita.me().await["balance"], 75.0);
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.rejected", "lead.return_denied"]);
    let lead = rita.opens(&sent).await.json();
    assert_eq!((&lead["status"], &lead["return"]["note"]), (&json!("rejected"), &json!("it rang")));
    assert!(lead["appeal_until"].as_str() > lead["return"]["decided_at"].as_str());
    for again in [approving(&app, &sent).await, denying(&app, &sent, "no").await] {
        assert_eq!(conflict(&again), said("already_decided", "rejected"));
    }
    assert_eq!(refunds(&app, &rita).await, 0);
}

#[tokio::test]
async fn a_lead_for_nothing_can_be_returned_too() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(0.0).await;
    let sent = a_rejected_lead(&rita).await;
    approving(&app, &sent).await.expect(200);
    assert_eq!(
        app.ledger_of(&rita.id).await.last().map(|(kind, amount, _)| (kind.as_str(), *amount)),
        Some(("refund", 0.0))
    );
}

#[tokio::test]
async fn a_decision_that_says_nonsense_is_none() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = a_rejected_lead(&rita).await;
    for verb in ["approve", "deny"] {
        let path = format!("{RETURNS}/{}/{verb}", sent.assignment);
        for (body, wrong) in [
            (json!({ "note": "" }), "#/note"),
            (json!({ "note": 5 }), "#/note"),
            (json!({ "note": "a".repeat(1001) }), "#/note"),
            (json!({ "amount": 25 }), "#/amount"),
            (json!([]), "#"),
        ] {
            assert_eq!(app.operator().post(&path, &body).await.expect(422).wrong_fields(), [wrong], "{body}");
        }
        rita.post_nothing(&path).await.expect(403);
        app.nobody().post_nothing(&path).await.expect(401);
        app.operator().get(&path).await.expect(405);
        // A return is named by its assignment.
        app.operator().post_nothing(format!("{RETURNS}/{}/{verb}", sent.lead)).await.expect(404);
        app.operator().post_nothing(format!("{RETURNS}/nonsense/{verb}")).await.expect(400);
    }
    app.operator().get(format!("{RETURNS}?state=open")).await.expect(400);
    app.operator().get(format!("{RETURNS}?provider_id={}", rita.id)).await.expect(400);
    assert_eq!(shown(&app, &sent).await["state"], "pending");
}

#[tokio::test]
async fn a_decision_with_a_key_is_answered_the_same_again() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = a_rejected_lead(&rita).await;
    let first = approving(&app, &sent).once("k").await.expect(200);
    let again = approving(&app, &sent).once("k").await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &first.text));
    assert_eq!(refunds(&app, &rita).await, 1);
}

#[tokio::test]
async fn returns_are_listed_by_state_and_in_pages() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut sent = Vec::new();
    for _ in 0..5 {
        sent.push(a_rejected_lead(&rita).await);
    }
    approving(&app, &sent[1]).await.expect(200);
    denying(&app, &sent[3], "it rang").await.expect(200);
    let ids =
        |items: &[Value]| items.iter().map(|i| i["assignment_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    for (query, expected) in [
        ("", vec![4, 3, 2, 1, 0]),
        ("?state=pending", vec![4, 2, 0]),
        ("?state=approved", vec![1]),
        ("?state=denied", vec![3]),
    ] {
        let items = app.operator().get(format!("{RETURNS}{query}")).await.expect(200).items();
        let expected: Vec<_> = expected.into_iter().map(|n: usize| sent[n].assignment.clone()).collect();
        assert_eq!(ids(&items), expected, "{query}");
    }
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = app.operator().get(format!("{RETURNS}?state=pending&limit=1{cursor}")).await.expect(200);
        found.extend(ids(&page.items()));
        // What was decided meanwhile is left out, and nothing else.
        let _decided = approving(&app, &sent[2]).await;
        let Some(next) = page.json()["next_cursor"].as_str().map(str::to_owned) else { break };
        app.operator().get(format!("{RETURNS}?state=denied&cursor={next}")).await.expect(400);
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, [sent[4].assignment.clone(), sent[0].assignment.clone()]);
}

#[tokio::test]
async fn the_return_of_an_erased_lead_can_still_be_decided() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(100.0).await;
    let (one, other) = (a_rejected_lead(&rita).await, a_rejected_lead(&rita).await);
    for sent in [&one, &other] {
        app.operator().post_nothing(format!("/api/v1/admin/leads/{sent}/erase")).await.expect(202);
        let case = shown(&app, sent).await;
        assert_eq!((&case["rejection_reason"], &case["state"]), (&json!("[erased]"), &json!("pending")));
        assert_eq!((&case["lead"]["contact_email"], case["lead"]["erased_at"].is_string()), (&Value::Null, true));
    }
    approving(&app, &one).await.expect(200);
    denying(&app, &other, "it rang").await.expect(200);
    assert_eq!(rita.me().await["balance"], 75.0);
}
