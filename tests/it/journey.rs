//! The main job, from an ad platform's delivery to the audit trail.

use serde_json::json;

use crate::support::TestApp;

/// What the README promises, step by step.
#[tokio::test]
async fn a_google_ads_lead_is_distributed_charged_seen_and_decided() {
    let app = TestApp::start().await;
    // Three roofers share leads in Denver; a fourth works elsewhere, a fifth has no money.
    let ana = app.provider("Ana").niche("Roofing").level("Shared", 2).price(30.0).balance(100.0).await;
    let bo = app.provider("Bo").niche("Roofing").level("Shared", 2).price(20.0).balance(100.0).await;
    let far = app.provider("Far").niche("Roofing").level("Shared", 2).postal_prefixes(&["9"]).balance(100.0).await;
    let poor = app.provider("Poor").niche("Roofing").level("Shared", 2).price(25.0).balance(5.0).await;
    let google = app.new_source(&ana.niche, "google_ads", json!({})).await;

    // The platform delivers. Google wants a 200 and an empty object.
    let delivery = google.google_delivery(&[("POSTAL_CODE", "80202"), ("SERVICE", "Hail damage")]);
    let answer = google.sending(&delivery).await.expect(200);
    assert_eq!(answer.json(), json!({}));
    // And delivers the same lead again, as it does when an answer is slow.
    google.sending(&delivery).await.expect(200);

    // The right providers have it, and it was charged once.
    let [anas, bos] = [ana.inbox("").await.expect(200).items(), bo.inbox("").await.expect(200).items()];
    assert_eq!((anas.len(), bos.len()), (1, 1));
    assert_eq!(far.inbox("").await.expect(200).json()["total_count"], 0);
    assert_eq!(poor.inbox("").await.expect(200).json()["total_count"], 0);
    assert_eq!(app.ledger_of(&ana.id).await, [("credit".into(), 100.0, 100.0), ("charge".into(), -30.0, 70.0)]);
    assert_eq!(app.ledger_of(&bo.id).await, [("credit".into(), 100.0, 100.0), ("charge".into(), -20.0, 80.0)]);
    assert_eq!(anas[0]["price_charged"], 30.0);
    assert_eq!(anas[0]["status"], "active");
    assert_eq!(anas[0]["viewed_at"], json!(null));

    // Ana opens and accepts; Bo opens and rejects.
    let lead = anas[0]["lead_id"].as_str().unwrap();
    assert_eq!(lead, bos[0]["lead_id"]);
    let seen = ana.opens(lead).await.expect(200).json();
    assert_eq!(seen["contact_email"], anas[0]["contact_email"]);
    assert_eq!(seen["billing_context"]["price_charged"], 30.0);
    assert_eq!(seen["billing_context"]["competition_level"], "Shared");
    assert_eq!(seen["sold_to"], json!({ "count": 2, "max": 2 }));
    let accepted = ana.accepts(lead).await.expect(200).json();
    assert_eq!((&accepted["ok"], &accepted["status"]), (&json!(true), &json!("accepted")));
    bo.opens(lead).await.expect(200);
    let rejected = bo.rejects(lead, "The number is not in service").await.expect(200).json();
    assert_eq!((&rejected["ok"], &rejected["status"]), (&json!(true), &json!("rejected")));
    assert_eq!(ana.rejects(lead, "Changed my mind after all").await.expect(409).problem_code(), "already_resolved");

    // The trail tells it all: who was sent it, who opened it, who decided how.
    let story = |of: &serde_json::Value| of["assignment_id"].as_str().unwrap().to_owned();
    assert_eq!(app.audit_of(&story(&anas[0])).await, ["lead.assigned", "lead.viewed", "lead.accepted"]);
    assert_eq!(app.audit_of(&story(&bos[0])).await, ["lead.assigned", "lead.viewed", "lead.rejected"]);
    // And the trace tells why: everyone who was considered, and the reason of those who were not taken.
    let shown = app.operator().get(format!("/api/v1/admin/leads/{lead}")).await.expect(200).json();
    let trace = shown["trace"].as_array().unwrap();
    let of = |id: &str| trace.iter().find(|t| t["provider_id"] == id).unwrap_or_else(|| panic!("{id} in {trace:#?}"));
    assert_eq!((of(&ana.id)["taken"].clone(), of(&bo.id)["taken"].clone()), (json!(true), json!(true)));
    for passed_over in [&far, &poor] {
        let entry = of(&passed_over.id);
        assert_eq!(entry["taken"], false);
        assert!(entry["reason"].as_str().is_some_and(|r| !r.is_empty()), "{entry}");
    }
    assert_eq!(shown["status"], "assigned");
    assert_eq!(shown["assignments"].as_array().unwrap().len(), 2);
    // The second delivery is kept, as a duplicate that nobody paid for.
    let all = app.operator().get("/api/v1/admin/leads").await.expect(200).items();
    let states: Vec<_> = all.iter().map(|l| l["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["duplicate", "assigned"]);
}

/// Counts and balance of `me` follow the decisions.
#[tokio::test]
async fn a_provider_sees_where_they_stand() {
    let app = TestApp::start().await;
    let rita = app.provider("Rita").price(12.5).balance(100.0).await;
    let sent = rita.is_sent_leads(3).await;
    rita.opens(&sent[0]).await.expect(200);
    rita.accepts(&sent[0]).await.expect(200);
    rita.rejects(&sent[1], "Not in the area I serve").await.expect(200);
    let me = rita.me().await;
    assert_eq!(me["balance"], 62.5);
    assert_eq!(me["currency"], "USD");
    assert_eq!(me["counts"], json!({ "active": 1, "accepted": 1, "rejected": 1, "refunded": 0, "unviewed": 2 }));
}
