//! `GET /api/v1/provider/leads/{lead_id}`: all there is, to whom it belongs, and that it was seen.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use super::names;
use crate::support::TestApp;

#[tokio::test]
async fn a_lead_is_shown_whole() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").price(25.0).await;
    app.provider("sam").niche("Roofing").await;
    let body = json!({ "utm_source": "google", "referrer_url": "https://example.com/", "contact_name": "Zoë",
                       "postal_code": "80211" });
    let sent = rita.is_sent(body).await;
    let answer = rita.opens(&sent).await.expect(200);
    let lead = answer.json();
    let expected = [
        "accepted_at",
        "appeal_until",
        "assigned_at",
        "assignment_id",
        "billing_context",
        "contact_email",
        "contact_name",
        "contact_phone",
        "corrections",
        "currency",
        "erased_at",
        "form_data",
        "lead_id",
        "niche_id",
        "niche_name",
        "postal_code",
        "price_charged",
        "rejected_at",
        "rejection_code",
        "rejection_reason",
        "return",
        "return_until",
        "returns_left",
        "sold_to",
        "status",
        "undo_until",
        "viewed_at",
    ];
    assert_eq!(names(&lead), expected);
    assert_eq!(lead["assignment_id"], sent.assignment.as_str());
    assert_eq!((&lead["niche_name"], &lead["status"]), (&json!("Roofing"), &json!("active")));
    assert_eq!(lead["form_data"], json!({ "project": "New roof" }));
    assert_eq!(lead["postal_code"], "80211");
    assert_eq!(lead["sold_to"], json!({ "count": 2, "max": 3 }));
    let billing = &lead["billing_context"];
    assert_eq!(names(billing), ["charged_at", "competition_level", "price_charged", "subscription_id"]);
    assert_eq!((&billing["price_charged"], &billing["competition_level"]), (&json!(25.0), &json!("Shared")));
    assert_eq!(billing["subscription_id"], rita.subscription.as_deref().expect("a subscription"));
    let path = format!("/api/v1/admin/providers/{}/ledger?limit=1", rita.id);
    let charge = app.operator().get(path).await.expect(200).items().remove(0);
    assert_eq!((&charge["kind"], &charge["created_at"]), (&json!("charge"), &billing["charged_at"]));
    let time = |name: &str| lead[name].as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok()).expect("a time");
    assert_eq!(time("return_until"), time("assigned_at") + jiff::SignedDuration::from_hours(14 * 24));
}

#[tokio::test]
async fn form_data_comes_back_as_it_was_sent() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let form = r#"{"z":9007199254740993,"a":1.10,"é":{"list":[1,"two",null,true]}}"#;
    let body = format!(r#"{{"contact_email":"ann@example.org","form_data":{form}}}"#);
    let call = rita.source.client.call(Method::POST, rita.source.path()).header("content-type", "application/json");
    let lead = call.body(body).await.expect(201).str("lead_id");
    let answer = rita.opens(&lead).await.expect(200);
    assert!(answer.text.contains(&format!("\"form_data\":{form}")), "{answer:?}");
}

#[tokio::test]
async fn attribution_is_shown_only_where_it_is_switched_on() {
    let utm = json!({ "utm_source": "google", "utm_medium": "cpc", "utm_campaign": "spring" });
    let off = TestApp::start().await;
    let rita = off.provider("rita").await;
    let sent = rita.is_sent(utm.clone()).await;
    let answer = rita.opens(&sent).await.expect(200);
    assert!(!answer.text.contains("attribution") && !answer.text.contains("google"), "{answer:?}");
    let on = TestApp::with_flags(&["--show-attribution-to-providers"]).await;
    let rita = on.provider("rita").await;
    let sent = rita.is_sent(utm).await;
    let shown = json!({ "utm_source": "google", "utm_medium": "cpc", "utm_campaign": "spring", "referrer_url": null });
    assert_eq!(rita.opens(&sent).await.expect(200).json()["attribution"], shown);
}

#[tokio::test]
async fn the_first_look_is_kept_and_no_other() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    assert_eq!(rita.me().await["counts"]["unviewed"], 1);
    let path = format!("/api/v1/provider/leads/{sent}");
    rita.call(Method::HEAD, &path).await.expect(200);
    for (name, value) in [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("x-purpose", "preview"),
        ("x-moz", "Prefetch"),
    ] {
        let answer = rita.get(&path).header(name, value).await.expect(200);
        assert_eq!(answer.json()["viewed_at"], Value::Null, "{name}: {value}");
    }
    app.operator().get(&path).await.expect(403);
    app.operator().get(format!("/api/v1/admin/leads/{sent}")).await.expect(200);
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned"]);
    let first = rita.opens(&sent).await.expect(200).json()["viewed_at"].clone();
    assert!(first.is_string());
    app.advance(Duration::from_hours(1));
    assert_eq!(rita.opens(&sent).await.expect(200).json()["viewed_at"], first);
    assert_eq!(rita.inbox("viewed=true").await.expect(200).items()[0]["viewed_at"], first);
    assert_eq!(rita.inbox("viewed=false").await.expect(200).json()["total_count"], 0);
    assert_eq!(rita.me().await["counts"]["unviewed"], 0);
    let entries = app.audit_entries(&sent).await;
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.viewed"]);
    let viewed = &entries[1];
    assert_eq!((&viewed["entity"], &viewed["actor_role"]), (&json!("lead_assignment"), &json!("provider")));
    assert_eq!((&viewed["actor_id"], &viewed["created_at"]), (&json!(rita.id), &first));
}

#[tokio::test]
async fn the_assignment_s_own_id_leads_there_too() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    let by_lead = rita.opens(&sent.lead).await.expect(200).json();
    assert_eq!(rita.opens(&sent.assignment).await.expect(200).json(), by_lead);
    rita.accepts(&sent.assignment).await.expect(200);
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.viewed", "lead.accepted"]);
}

#[tokio::test]
async fn another_s_lead_looks_like_none() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    let sent = rita.is_sent_a_lead().await;
    let nothing = sam.opens(leadhouse::id::new_uuid(app.clock.now())).await.expect(404);
    for id in [&sent.lead, &sent.assignment] {
        let answer = sam.opens(id).await.expect(404);
        assert_eq!(answer.without_request_id(), nothing.without_request_id());
        assert_eq!(answer.text.len(), nothing.text.len());
        assert_eq!(sam.accepts(id).await.expect(404).without_request_id(), nothing.without_request_id());
        let rejected = sam.rejects(id, "this is not even mine").await.expect(404);
        assert_eq!(rejected.without_request_id(), nothing.without_request_id());
    }
    let hers = rita.inbox("").await.expect(200).items().remove(0);
    assert_eq!((&hers["status"], &hers["viewed_at"]), (&json!("active"), &Value::Null));
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned"]);
}

#[tokio::test]
async fn a_shared_lead_is_decided_by_each_for_itself() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").price(30.0).await;
    let sam = app.provider("sam").niche("Roofing").price(20.0).await;
    let sent = rita.is_sent_a_lead().await;
    let his = sam.has(&sent.lead).await;
    rita.opens(&sent).await.expect(200);
    rita.accepts(&sent).await.expect(200);
    let lead = sam.opens(&his).await.expect(200).json();
    assert_eq!((&lead["status"], &lead["price_charged"]), (&json!("active"), &json!(20.0)));
    assert_eq!(lead["accepted_at"], Value::Null);
    assert_eq!(app.audit_of(&his).await, ["lead.assigned", "lead.viewed"]);
    // The other's assignment, named by its own id, is nobody's.
    sam.opens(&sent.assignment).await.expect(404);
    sam.accepts(&sent.assignment).await.expect(404);
}

#[tokio::test]
async fn the_price_is_that_of_the_day() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).await;
    let sent = rita.is_sent_a_lead().await;
    let subscription = rita.subscription.clone().expect("a subscription");
    let path = format!("/api/v1/admin/subscriptions/{subscription}");
    app.operator().patch(path, &json!({ "price": 99.0 })).await.expect(200);
    let lead = rita.opens(&sent).await.expect(200).json();
    assert_eq!((&lead["price_charged"], &lead["billing_context"]["price_charged"]), (&json!(25.0), &json!(25.0)));
    let newer = rita.is_sent_a_lead().await;
    assert_eq!(rita.opens(&newer).await.expect(200).json()["price_charged"], 99.0);
}

#[tokio::test]
async fn an_id_is_canonical_or_no_id() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    let upper = sent.lead.to_uppercase();
    for id in [
        format!("{{{}}}", sent.lead).replace('{', "%7B").replace('}', "%7D"),
        sent.lead.replace('-', ""),
        format!("urn:uuid:{}", sent.lead),
        upper,
        format!("{}%00", sent.lead),
        format!("%20{}", sent.lead),
        "%ff".to_owned(),
        "1".to_owned(),
    ] {
        for answer in [rita.opens(&id).await, rita.accepts(&id).await, rita.rejects(&id, "not a good lead").await] {
            answer.expect(400).problem();
        }
    }
    assert_eq!(rita.opens(&sent).await.expect(200).json()["status"], "active");
    rita.get(format!("/api/v1/provider/leads/{sent}?provider_id={}", rita.id)).await.expect(400);
}
