//! How much a sender is told, and by which keys it is known.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Source, TestApp};

fn told(answer: &Value) -> (&Value, &Value, &Value) {
    (&answer["status"], &answer["price"], &answer["reason"])
}

#[tokio::test]
async fn who_is_told_the_outcome_is_told_price_and_reason() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").price(25.0).await;
    let tom = app.provider("tom").niche("Roofing").price(30.5).await;
    let source = app.new_source(&rita.niche, "json", json!({ "answer": "outcome" })).await;
    let lead = source.lead(json!({}));
    let sold = source.sending(&lead).await.expect(201).json();
    assert_eq!(told(&sold), (&json!("assigned"), &json!(55.5), &Value::Null));
    assert!(sold.as_object().expect("an object").contains_key("reason"), "{sold}");
    let again = source.sending(&lead).await.expect(201).json();
    assert_eq!(told(&again), (&json!("duplicate"), &json!(0.0), &json!("duplicate")));
    let test = source.sends(json!({ "is_test": true })).await.expect(201).json();
    assert_eq!(told(&test), (&json!("test"), &json!(0.0), &json!("test")));
    let nobody = json!({ "contact_email": "a@example.invalid", "contact_phone": null });
    let invalid = source.sends(nobody).await.expect(201).json();
    assert_eq!(told(&invalid), (&json!("invalid"), &json!(0.0), &json!("invalid")));
    let empty = app.new_source(&app.niche("Gutters").await, "json", json!({ "answer": "outcome" })).await;
    let unmatched = empty.sends(json!({})).await.expect(201).json();
    assert_eq!(told(&unmatched), (&json!("unmatched"), &json!(0.0), &json!("unmatched")));
    // A corrected lead that nobody holds takes the place of the one before it.
    app.subscribes(&tom.id, &app.niche("Gutters").await, &app.level("Shared", 3).await, json!({ "price": 7.25 })).await;
    let known = empty.lead(json!({}));
    let _ = empty.sending(&known).await.expect(201);
    // With an Idempotency-Key it is the same answer.
    let once = source.lead(json!({}));
    let first = source.sending(&once).once("k").await.expect(201);
    assert_eq!(source.sending(&once).once("k").await.expect(201).json(), first.json());
    assert_eq!(first.json()["price"], 55.5);
    // By default nobody is told.
    let plain = rita.source.sends(json!({})).await.expect(201).json();
    let names: Vec<&String> = plain.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["assignments", "lead_id", "ok", "status"]);
    // What a platform expects stays what it is.
    let google = app.new_source(&rita.niche, "google_ads", json!({ "answer": "outcome" })).await;
    assert_eq!(google.sending(&google.google_delivery(&[])).await.expect(200).json(), json!({}));
}

async fn rotated(app: &TestApp, source: &Source) -> Source {
    let path = format!("/api/v1/admin/sources/{}/rotate", source.id);
    let answer = app.operator().post_nothing(path).await.expect(200);
    let mut known = source.clone();
    known.key = answer.str("key");
    known
}

#[tokio::test]
async fn a_key_is_changed_and_the_old_one_works_for_a_day() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let first = app.new_source(&rita.niche, "json", json!({})).await;
    first.sends(json!({})).await.expect(201);
    let second = rotated(&app, &first).await;
    assert_ne!(first.key, second.key);
    let shown = app.operator().get(format!("/api/v1/admin/sources/{}", first.id)).await.expect(200).json();
    assert_eq!((&shown["key"], shown["previous_key_until"].is_string()), (&json!(second.key), true));
    assert!(!shown.to_string().contains(&first.key), "{shown}");
    for source in [&first, &second] {
        source.sends(json!({})).await.expect(201);
    }
    app.advance(Duration::from_hours(24) - Duration::from_secs(1));
    first.sends(json!({})).await.expect(201);
    app.advance(Duration::from_secs(1));
    assert_eq!(first.sends(json!({})).await.expect(404).problem_code(), "not_found");
    second.sends(json!({})).await.expect(201);
    // The one before the last ends at once.
    let third = rotated(&app, &second).await;
    let fourth = rotated(&app, &third).await;
    second.sends(json!({})).await.expect(404);
    for source in [&third, &fourth] {
        source.sends(json!({})).await.expect(201);
    }
    let actions = ["source.created", "source.key_rotated", "source.key_rotated", "source.key_rotated"];
    assert_eq!(app.audit_of(&first.id).await, actions);
    for entry in app.audit_entries(&first.id).await {
        assert!(![&first.key, &second.key, &third.key].iter().any(|key| entry.to_string().contains(*key)), "{entry}");
    }
    // One that is switched off is so by every key.
    let path = format!("/api/v1/admin/sources/{}", first.id);
    app.operator().patch(&path, &json!({ "active": false })).await.expect(200);
    for source in [&third, &fourth] {
        source.sends(json!({})).await.expect(404);
    }
    app.operator().post_nothing(format!("/api/v1/admin/sources/{}/rotate", rita.id)).await.expect(404);
    rita.client.post_nothing(format!("{path}/rotate")).await.expect(403);
    app.operator().post(format!("{path}/rotate"), &json!({ "key": "mine" })).await.expect(422);
}

#[tokio::test]
async fn a_rotation_has_its_effect_once() {
    let app = TestApp::start().await;
    let source = app.new_source(&app.niche("Roofing").await, "meta", json!({})).await;
    let path = format!("/api/v1/admin/sources/{}/rotate", source.id);
    let first = app.operator().post_nothing(&path).once("k").await.expect(200).json();
    assert_eq!(app.operator().post_nothing(&path).once("k").await.expect(200).json(), first);
    // Meta may still ask by the old one.
    let asked = format!("{}?hub.mode=subscribe&hub.challenge=42&hub.verify_token={}", source.path(), source.key);
    assert_eq!(app.nobody().get(asked).await.expect(200).text, "42");
}
