//! What is approved at once, and by which rule.

use std::time::Duration;

use serde_json::{Value, json};

use super::{POLICY, REASON, policy_is, refunds, sells_all, shown};
use crate::support::{Provider, Sent, TestApp};

const OFF: [(&str, Value); 5] = [
    ("known_person", Value::Bool(false)),
    ("outside_area", Value::Bool(false)),
    ("unreachable", Value::Bool(false)),
    ("max_returns", Value::Null),
    ("max_percent", Value::Null),
];

/// Rejects it: the rule by which the return was approved at once, or null.
async fn rule_of(rita: &Provider, sent: &Sent) -> Value {
    let answer = rita.rejects(sent, REASON).await.expect(200).json();
    let (state, status) =
        if answer["return"]["rule"].is_null() { ("pending", "rejected") } else { ("approved", "refunded") };
    assert_eq!((&answer["return"]["state"], &answer["status"]), (&json!(state), &json!(status)), "{answer}");
    answer["return"]["rule"].clone()
}

/// The same provider, whose source lets a person through again at once.
async fn with_a_source_that_forgets(app: &TestApp, rita: Provider) -> Provider {
    let source = app.new_source(&rita.niche, "json", json!({ "look_back_days": 0 })).await;
    Provider { source, ..rita }
}

#[tokio::test]
async fn the_policy_is_off_until_somebody_switches_it_on() {
    let app = TestApp::start().await;
    let policy = app.operator().get(POLICY).await.expect(200).json();
    for (name, value) in OFF {
        assert_eq!(policy[name], value, "{name}");
    }
    assert_eq!(policy["look_back_days"], 30);
    let changed = policy_is(&app, json!({ "known_person": true, "max_percent": 20 })).await;
    assert_eq!((&changed["known_person"], &changed["max_percent"]), (&json!(true), &json!(20)));
    assert_eq!(policy_is(&app, json!({})).await, changed);
    assert_eq!(policy_is(&app, json!({ "known_person": true })).await, changed);
    assert_eq!(policy_is(&app, json!({ "max_percent": null })).await["max_percent"], Value::Null);
    let entries = app.operator().get("/api/v1/admin/audit?entity=return_policy").await.expect(200).items();
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert_eq!(entries[0]["details"], json!({ "max_percent": { "from": 20, "to": null } }));
    for (body, wrong) in [
        (json!({ "known_person": null }), "#/known_person"),
        (json!({ "unreachable": "yes" }), "#/unreachable"),
        (json!({ "look_back_days": 0 }), "#/look_back_days"),
        (json!({ "look_back_days": 3651 }), "#/look_back_days"),
        (json!({ "max_returns": -1 }), "#/max_returns"),
        (json!({ "max_percent": 101 }), "#/max_percent"),
        (json!({ "max_percent": 1.5 }), "#/max_percent"),
        (json!({ "spam": true }), "#/spam"),
    ] {
        assert_eq!(app.operator().patch(POLICY, &body).await.expect(422).wrong_fields(), [wrong], "{body}");
    }
}

#[tokio::test]
async fn a_person_the_provider_had_before_is_refunded_at_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").price(25.0).balance(1000.0).await;
    let rita = with_a_source_that_forgets(&app, rita).await;
    let ada = json!({ "contact_email": "Ada@example.org" });
    let first = rita.is_sent(ada.clone()).await;
    let by_mail = rita.is_sent(json!({ "contact_email": "ADA@example.org" })).await;
    let by_phone = rita.is_sent(json!({ "contact_phone": "+13035550199" })).await;
    let by_phone_again = rita.is_sent(json!({ "contact_phone": "(303) 555-0199" })).await;
    let off = rita.is_sent(ada.clone()).await;
    assert_eq!(rule_of(&rita, &off).await, Value::Null, "the policy is off");
    policy_is(&app, json!({ "known_person": true })).await;
    assert_eq!(rule_of(&rita, &first).await, Value::Null, "nobody came before the first");
    assert_eq!(rule_of(&rita, &by_phone).await, Value::Null);
    assert_eq!(rule_of(&rita, &by_mail).await, "known_person");
    assert_eq!(rule_of(&rita, &by_phone_again).await, "known_person");
    assert_eq!(refunds(&app, &rita).await, 2);
    let case = shown(&app, &by_mail).await;
    assert_eq!(
        (&case["rule"], &case["decided_by"], &case["note"]),
        (&json!("known_person"), &Value::Null, &Value::Null)
    );
    assert_eq!(case["decided_at"], case["rejected_at"]);
    assert_eq!(app.audit_of(&by_mail).await, ["lead.assigned", "lead.rejected", "lead.refunded"]);
    let entry = app.audit_entries(&by_mail).await.remove(2);
    assert_eq!((&entry["actor_role"], &entry["details"]["rule"]), (&json!("system"), &json!("known_person")));
    let lead = rita.opens(&by_mail).await.json();
    assert_eq!((&lead["status"], &lead["return"]["rule"]), (&json!("refunded"), &json!("known_person")));
}

#[tokio::test]
async fn a_person_is_known_to_who_had_it_in_the_niche_and_lately() {
    let app = TestApp::start().await;
    let rita = with_a_source_that_forgets(&app, app.provider("rita").niche("Roofing").await).await;
    policy_is(&app, json!({ "known_person": true, "look_back_days": 10 })).await;
    let ada = json!({ "contact_email": "ada@example.org" });
    rita.is_sent(ada.clone()).await;
    app.advance(Duration::from_hours(11 * 24));
    let late = rita.is_sent(ada.clone()).await;
    assert_eq!(rule_of(&rita, &late).await, Value::Null, "the first is too long ago");
    let sam = app.provider("sam").niche("Roofing").await;
    let again = rita.is_sent(ada.clone()).await;
    assert_eq!(rule_of(&sam, &sam.has(&again.lead).await).await, Value::Null, "another had the person");
    assert_eq!(rule_of(&rita, &again).await, "known_person");
    let solar = app.niche("Solar").await;
    let level = app.level("Shared", 3).await;
    app.subscribes(&rita.id, &solar, &level, json!({ "price": 10.0 })).await;
    let elsewhere = app.source_of(&solar).await.sends(ada).await.expect(201).str("lead_id");
    let elsewhere = rita.has(&elsewhere).await;
    assert_eq!(rule_of(&rita, &elsewhere).await, Value::Null, "in another niche");
}

/// It turns out that the lead's person lives elsewhere.
async fn lives_at(app: &TestApp, sent: &Sent, code: &'static str) {
    let lead = leadhouse::id::LeadId(leadhouse::id::parse_uuid(&sent.lead).expect("an id"));
    let unit = move |tx: &mut leadhouse::db::Tx| {
        let sql = "UPDATE leads SET postal_code = $2 WHERE id = $1";
        assert_eq!(tx.execute(sql, leadhouse::db::params![lead, code])?, 1);
        // A search finds it where it is.
        leadhouse::intake::keys::renew(tx, leadhouse::id::LeadId(uuid::Uuid::nil()))
    };
    app.write(unit).await.expect("the code is set");
}

#[tokio::test]
async fn a_lead_outside_the_area_is_refunded_at_once() {
    let app = TestApp::start().await;
    app.leaves_a_mess("a lead that was changed past the program").await;
    let rita = app.provider("rita").niche("Roofing").postal_prefixes(&["80", "SW1A"]).await;
    policy_is(&app, json!({ "outside_area": true })).await;
    let inside = rita.is_sent(json!({ "postal_code": "80211" })).await;
    let leaves = rita.is_sent(json!({ "postal_code": "80999" })).await;
    let british = rita.is_sent(json!({ "postal_code": "sw1a 1aa" })).await;
    let path = format!("/api/v1/admin/subscriptions/{}", rita.subscription.clone().expect("a subscription"));
    // What the area was when the lead was sold counts, not what it is by now.
    app.operator().patch(&path, &json!({ "postal_prefixes": ["9"] })).await.expect(200);
    lives_at(&app, &leaves, "70999").await;
    assert_eq!(rule_of(&rita, &inside).await, Value::Null);
    assert_eq!(rule_of(&rita, &british).await, Value::Null);
    assert_eq!(rule_of(&rita, &leaves).await, "outside_area");
    app.operator().patch(&path, &json!({ "postal_prefixes": null })).await.expect(200);
    let nowhere = rita.is_sent(json!({})).await;
    let anywhere = rita.is_sent(json!({ "postal_code": "10115" })).await;
    assert_eq!(rule_of(&rita, &anywhere).await, Value::Null, "there are no prefixes");
    app.operator().patch(&path, &json!({ "postal_prefixes": ["9"] })).await.expect(200);
    assert_eq!(rule_of(&rita, &nowhere).await, Value::Null, "nobody knows where it is");
}

/// `2134` is an American code that lost its zero, and lies in 021; elsewhere it does not.
#[tokio::test]
async fn a_lead_is_judged_by_the_country_that_it_was_sold_in() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").postal_prefixes(&["021"]).await;
    policy_is(&app, json!({ "outside_area": true })).await;
    let before = rita.is_sent(json!({ "postal_code": "2134" })).await;
    let listed = app.operator().get("/api/v1/admin/sources").await.expect(200).items();
    let source = format!("/api/v1/admin/sources/{}", listed[0]["id"].as_str().expect("an id"));
    for country in ["DE", "GB"] {
        app.advance(Duration::from_secs(1));
        app.operator().patch(&source, &json!({ "country": country })).await.expect(200);
    }
    assert_eq!(rule_of(&rita, &before).await, Value::Null);
}

#[tokio::test]
async fn a_lead_that_nobody_can_reach_is_refunded_at_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").await;
    policy_is(&app, json!({ "unreachable": true })).await;
    sells_all(&app, &rita).await;
    for (mail, phone, rule) in [
        (Some("ada@mail.invalid"), Some("000-000-0000"), json!("unreachable")),
        (Some("eve@nowhere.test"), None, json!("unreachable")),
        (None, Some("12"), json!("unreachable")),
        (Some("bob@mail.invalid"), Some("+13035550188"), Value::Null),
        (Some("kim@example.org"), Some("999"), Value::Null),
        (Some("joe@example.org"), None, Value::Null),
        (None, Some("33 1 42 76 49 78"), Value::Null),
    ] {
        let sent = rita.is_sent(json!({ "contact_email": mail, "contact_phone": phone })).await;
        assert_eq!(rule_of(&rita, &sent).await, rule, "{mail:?} {phone:?}");
    }
    let erased = rita.is_sent(json!({ "contact_email": "zoe@mail.invalid", "contact_phone": null })).await;
    app.operator().post_nothing(format!("/api/v1/admin/leads/{erased}/erase")).await.expect(202);
    rita.rejects(&erased, REASON).await.expect(409);
}
