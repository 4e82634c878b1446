//! What becomes of a lead: duplicates, tests, what nobody takes, once and for all.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use super::{DAY, raw, shown, status};
use crate::support::{TestApp, at_once};

#[tokio::test]
async fn the_same_person_is_a_duplicate() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let first = rita
        .source
        .sending(
            &json!({ "contact_email": "Bob@Example.com", "contact_phone": "+1 650 253 0000", "external_id": "x1" }),
        )
        .await
        .expect(201);
    assert_eq!(status(&first), "assigned");
    for same in [
        json!({ "contact_email": "bob@example.com" }),
        json!({ "contact_email": "ｂOB@example.com" }),
        json!({ "contact_phone": "(650) 253-0000" }),
        json!({ "contact_phone": "６５０２５３００００", "contact_email": "other@example.com" }),
        json!({ "contact_email": "quite@another.com", "external_id": "x1" }),
    ] {
        let answer = rita.source.sending(&same).await.expect(201);
        assert_eq!(
            (status(&answer), answer.json()["assignments"].clone()),
            ("duplicate".to_owned(), json!(0)),
            "{same}"
        );
        let lead = shown(&app, &answer).await;
        assert_eq!(lead["duplicate_of"], first.str("lead_id"));
        assert_eq!(lead["assignments"], json!([]));
        assert_eq!(app.audit_of(answer.str("lead_id").as_str()).await, ["lead.received"]);
    }
    let ledger = app.ledger_of(&rita.id).await;
    assert_eq!(ledger.iter().filter(|(kind, ..)| kind == "charge").count(), 1, "{ledger:?}");
    let other =
        rita.source.sending(&json!({ "contact_email": "bobby@example.com", "external_id": "x2" })).await.expect(201);
    assert_eq!(status(&other), "assigned");
}

#[tokio::test]
async fn another_niche_is_another_matter_and_another_source_of_the_niche_is_not() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    let lead = json!({ "contact_email": "bob@example.com", "external_id": "x1" });
    assert_eq!(status(&rita.source.sending(&lead).await.expect(201)), "assigned");
    assert_eq!(status(&sam.source.sending(&lead).await.expect(201)), "assigned");
    let second = app.new_source(&rita.niche, "json", json!({})).await;
    assert_eq!(status(&second.sending(&lead).await.expect(201)), "duplicate");
    let same_id = json!({ "contact_email": "eve@example.com", "external_id": "x1" });
    assert_eq!(status(&second.sending(&same_id).await.expect(201)), "assigned", "an id is its source's");
}

#[tokio::test]
async fn a_person_is_new_again_after_the_look_back_but_a_platforms_id_never_is() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let source = app.new_source(&niche, "json", json!({ "look_back_days": 7 })).await;
    let bob = json!({ "contact_email": "bob@example.com" });
    let first = source.sending(&bob).await.expect(201);
    app.advance(Duration::from_hours(7 * 24 - 1));
    assert_eq!(status(&source.sending(&bob).await.expect(201)), "duplicate");
    app.advance(Duration::from_mins(61));
    let again = source.sending(&bob).await.expect(201);
    assert_eq!(status(&again), "unmatched", "the duplicate in between prolongs nothing");
    assert_ne!(first.str("lead_id"), again.str("lead_id"));
    let forgetful = app.new_source(&app.niche("Solar").await, "json", json!({ "look_back_days": 0 })).await;
    for expected in ["unmatched", "unmatched"] {
        assert_eq!(status(&forgetful.sending(&bob).await.expect(201)), expected);
    }
    let with_id = json!({ "contact_email": "bob@example.com", "external_id": "x" });
    assert_eq!(status(&forgetful.sending(&with_id).await.expect(201)), "unmatched");
    app.advance(DAY * 400);
    assert_eq!(status(&forgetful.sending(&with_id).await.expect(201)), "duplicate");
}

#[tokio::test]
async fn a_test_is_kept_and_goes_nowhere() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let test = json!({ "contact_email": "bob@example.com", "external_id": "x", "is_test": true });
    for _ in 0..2 {
        let answer = rita.source.sending(&test).await.expect(201);
        assert_eq!((status(&answer), answer.json()["assignments"].clone()), ("test".to_owned(), json!(0)));
    }
    let real = json!({ "contact_email": "bob@example.com", "external_id": "x" });
    assert_eq!(status(&rita.source.sending(&real).await.expect(201)), "assigned", "a test is nobody's original");
    assert_eq!(rita.me().await["counts"]["active"], 1);
}

#[tokio::test]
async fn twenty_identical_submissions_at_once_are_one_lead() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").await;
    let sam = app.provider("sam").niche("Roofing").await;
    let lead = rita.source.lead(json!({ "external_id": "x" }));
    let answers = rita.source.sends_at_once(20, &lead).await;
    assert_eq!(answers.count(201), 20, "{answers:?}");
    let count = |what: &str| answers.0.iter().filter(|a| status(a) == what).count();
    assert_eq!((count("assigned"), count("duplicate")), (1, 19));
    for provider in [&rita, &sam] {
        let ledger = app.ledger_of(&provider.id).await;
        assert_eq!(ledger.iter().filter(|(kind, ..)| kind == "charge").count(), 1, "{ledger:?}");
    }
}

#[tokio::test]
async fn the_same_person_by_different_ways_at_once_is_one_lead() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let second = app.new_source(&rita.niche, "json", json!({})).await;
    let by = |n: usize| match n % 3 {
        0 => json!({ "contact_email": "bob@example.com", "contact_phone": "+16502530000" }),
        1 => json!({ "contact_email": "BOB@example.com" }),
        _ => json!({ "contact_email": "bob@example.com", "contact_phone": format!("+1650253{:04}", n) }),
    };
    let source = |n: usize| if n.is_multiple_of(2) { &rita.source } else { &second };
    let answers = at_once((0..30).map(|n| source(n).sending(&by(n)))).await;
    assert_eq!(answers.0.iter().filter(|a| status(a) == "assigned").count(), 1, "{answers:?}");
    assert_eq!(answers.0.iter().filter(|a| status(a) == "duplicate").count(), 29);
}

#[tokio::test]
async fn what_nobody_takes_is_taken_when_money_comes() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(0.0).await;
    let first = rita.source.sends(json!({})).await.expect(201);
    let second = rita.source.sends(json!({})).await.expect(201);
    assert_eq!((status(&first), status(&second)), ("unmatched".to_owned(), "unmatched".to_owned()));
    assert_eq!(shown(&app, &first).await["trace"][0]["reason"], "balance");
    app.advance(Duration::from_hours(23));
    app.credits(&rita.id, 25.0).await.expect(201);
    app.run_jobs().await;
    assert_eq!(shown(&app, &first).await["status"], "assigned", "the one that waited longest");
    assert_eq!(shown(&app, &second).await["status"], "unmatched");
    let sent = rita.has(&first.str("lead_id")).await;
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned"]);
    let entry = app.audit_entries(&sent).await.remove(0);
    assert_eq!((&entry["actor_role"], &entry["actor_id"]), (&json!("system"), &Value::Null));
    assert_eq!(
        app.ledger_of(&rita.id).await.last().map(|(kind, amount, _)| (kind.as_str(), *amount)),
        Some(("charge", -25.0))
    );
    assert_eq!(rita.inbox("").await.expect(200).json()["total_count"], 1);
}

#[tokio::test]
async fn what_nobody_takes_is_taken_when_somebody_subscribes() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").without_subscription().await;
    let lead = rita.source.sends(json!({ "postal_code": "80202" })).await.expect(201);
    let level = app.level("Shared", 3).await;
    app.subscribes(&rita.id, &rita.niche, &level, json!({ "price": 20.0, "postal_prefixes": ["9"] })).await;
    app.run_jobs().await;
    assert_eq!(shown(&app, &lead).await["status"], "unmatched", "not hers");
    app.subscribes(&rita.id, &rita.niche, &level, json!({ "price": 20.0, "postal_prefixes": ["802"] })).await;
    app.run_jobs().await;
    assert_eq!(shown(&app, &lead).await["status"], "assigned");
    app.run_jobs().await;
    assert_eq!(rita.me().await["counts"]["active"], 1);
}

#[tokio::test]
async fn after_a_day_it_is_too_late() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(0.0).await;
    let lead = rita.source.sends(json!({})).await.expect(201);
    app.advance(DAY + Duration::from_secs(1));
    app.credits(&rita.id, 100.0).await.expect(201);
    app.run_jobs().await;
    assert_eq!(shown(&app, &lead).await["status"], "unmatched");
    assert_eq!(rita.me().await["counts"]["active"], 0);
}

#[tokio::test]
async fn a_key_makes_a_post_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = &rita.source;
    let body = r#"{"contact_email": "bob@example.com", "contact_name": "Bob"}"#;
    let same = r#"{ "contact_name":"Bob","contact_email":"bob@example.com" }"#;
    let post = |body: &str, key: &str| {
        let call = source.client.call(Method::POST, source.path());
        call.header("content-type", "application/json").header("idempotency-key", key).body(body)
    };
    let first = post(body, "\"k1\"").await.expect(201);
    assert_eq!(status(&first), "assigned");
    for (body, key) in [(body, "\"k1\""), (body, "k1"), (same, "k1")] {
        let again = post(body, key).await.expect(201);
        assert_eq!(again.text, first.text);
        assert_eq!(again.header("idempotent-replayed"), "true");
    }
    post(r#"{"contact_email": "eve@example.com"}"#, "k1").await.expect(422).problem();
    assert_eq!(status(&post(body, "k2").await.expect(201)), "duplicate");
    post("{", "k3").await.expect(400);
    post("{}", "k3").await.expect(422);
    let late = r#"{"contact_email": "late@example.com"}"#;
    assert_eq!(status(&post(late, "k3").await.expect(201)), "assigned", "what was refused used up no key");
    for key in ["", "\"\"", &"k".repeat(256)] {
        post(body, key).await.expect(400).problem();
    }
    let other = app.new_source(&rita.niche, "json", json!({})).await;
    let theirs = other.client.call(Method::POST, other.path()).header("content-type", "application/json");
    let theirs = theirs.header("idempotency-key", "k1").body(late).await.expect(201);
    assert_eq!((status(&theirs), theirs.header("idempotent-replayed")), ("duplicate".to_owned(), ""));
}

#[tokio::test]
async fn a_key_makes_a_form_post_once_too() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let post = |body: &str| {
        let call = rita.source.client.call(Method::POST, rita.source.path()).once("form");
        call.header("content-type", "application/x-www-form-urlencoded").body(body)
    };
    let body = "contact_email=bob%40example.com&roof=flat";
    let answers = at_once((0..16).map(|_| post(body))).await;
    assert_eq!(answers.count(201) + answers.count(409), 16, "{answers:?}");
    let leads = app.operator().get("/api/v1/admin/leads").await.expect(200).items();
    assert_eq!(leads.len(), 1, "{leads:?}");
    assert_eq!(post(body).await.expect(201).header("idempotent-replayed"), "true");
    post("contact_email=bob%40example.com&roof=steep").await.expect(422);
}

#[tokio::test]
async fn a_preview_tells_and_changes_nothing() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").price(30.0).await;
    let sam = app.provider("sam").niche("Roofing").price(40.0).postal_prefixes(&["9"]).await;
    let body = json!({ "contact_email": "Bob@example.com", "contact_phone": "6502530000", "postal_code": "80202",
                       "form_data": { "n": 1 } });
    let told = rita.source.previews(&body).await.expect(200).json();
    assert_eq!(told["errors"], json!([]));
    assert_eq!(told["status"], "assigned");
    assert_eq!(told["duplicate_of"], Value::Null);
    assert_eq!(told["matches"], json!([{ "provider_id": rita.id, "level": "Shared", "price": 30.0 }]));
    assert_eq!(told["fields"]["contact_email"], "Bob@example.com");
    assert_eq!(told["fields"]["contact_phone"], "+16502530000");
    assert_eq!(told["fields"]["form_data"], json!({ "n": 1 }));
    assert_eq!(told["fields"]["is_test"], false);
    let wrong = json!({ "contact_email": "nonsense", "contact_name": "Bob", "extra": 1 });
    let told = rita.source.previews(&wrong).await.expect(200).json();
    assert_eq!((&told["status"], &told["matches"]), (&Value::Null, &json!([])));
    let pointers: Vec<&str> =
        told["errors"].as_array().expect("errors").iter().filter_map(|e| e["pointer"].as_str()).collect();
    assert_eq!(pointers, ["#/contact_email"]);
    assert_eq!(told["fields"]["flags"], json!(["email_unreadable"]));
    assert_eq!(told["fields"]["form_data"], json!({ "contact_email": "nonsense", "extra": 1 }));
    assert_eq!(told["fields"]["contact_name"], "Bob");
    assert!(app.operator().get("/api/v1/admin/leads").await.expect(200).items().is_empty());
    let lead = rita.source.sending(&body).await.expect(201);
    let told = rita.source.previews(&body).await.expect(200).json();
    assert_eq!((&told["status"], &told["duplicate_of"]), (&json!("duplicate"), &json!(lead.str("lead_id"))));
    let test = json!({ "contact_email": "t@example.com", "is_test": true });
    assert_eq!(rita.source.previews(&test).await.expect(200).json()["status"], "test");
    assert_eq!(sam.me().await["counts"]["active"], 0);
    raw(&rita.source, "text/plain", "x").await.expect(415);
    rita.source.client.call(Method::POST, format!("{}/preview", rita.source.path())).await.expect(415);
}

#[tokio::test]
async fn the_trace_keeps_everyone_and_why() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").await;
    let sam = app.provider("sam").niche("Roofing").balance(0.0).await;
    let answer = rita.source.sends(json!({})).await.expect(201);
    let trace = shown(&app, &answer).await["trace"].clone();
    let of =
        |provider: &str| trace.as_array().expect("a list").iter().find(|line| line["provider_id"] == provider).cloned();
    let (rita_line, sam_line) = (of(&rita.id).expect("rita"), of(&sam.id).expect("sam"));
    assert_eq!((&rita_line["taken"], &rita_line["price"]), (&json!(true), &json!(25.0)));
    assert_eq!((&sam_line["taken"], &sam_line["reason"]), (&json!(false), &json!("balance")));
    assert_eq!(rita_line["subscription_id"], rita.subscription.clone().expect("one"));
}
