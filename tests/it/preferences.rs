//! What a provider wants to be told.

use serde_json::{Value, json};

use crate::support::TestApp;

const PATH: &str = "/api/v1/provider/notification-preferences";

#[tokio::test]
async fn all_is_told_until_somebody_says_otherwise() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let answer = rita.get(PATH).await.expect(200).json();
    let defaults = json!({
        "notify_on_new_lead": true, "notify_on_lead_status_change": true, "notify_on_bad_lead_decision": true,
        "quiet_from": null, "quiet_until": null,
    });
    assert_eq!(answer, json!({ "ok": true, "preferences": defaults }));
}

#[tokio::test]
async fn a_change_touches_what_it_names() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    let answer = rita.prefers(&json!({ "notify_on_new_lead": false })).await.expect(200).json();
    let expected = json!({
        "notify_on_new_lead": false, "notify_on_lead_status_change": true, "notify_on_bad_lead_decision": true,
        "quiet_from": null, "quiet_until": null,
    });
    assert_eq!(answer, json!({ "ok": true, "preferences": expected }));
    rita.prefers(&json!({ "notify_on_new_lead": true, "notify_on_bad_lead_decision": false })).await.expect(200);
    let expected = json!({
        "notify_on_new_lead": true, "notify_on_lead_status_change": true, "notify_on_bad_lead_decision": false,
        "quiet_from": null, "quiet_until": null,
    });
    assert_eq!(rita.preferences().await, expected);
    assert_eq!(sam.preferences().await["notify_on_bad_lead_decision"], true);
}

#[tokio::test]
async fn what_is_no_preference_changes_nothing() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let before = rita.preferences().await;
    for (body, wrong) in [
        (json!({ "notify_on_new_lead": null }), "#/notify_on_new_lead"),
        (json!({ "notify_on_new_lead": "true" }), "#/notify_on_new_lead"),
        (json!({ "notify_on_new_lead": 1 }), "#/notify_on_new_lead"),
        (json!({ "notify_on_new_lead": false, "notify_on_rain": true }), "#/notify_on_rain"),
        (json!({ "provider_id": rita.id }), "#/provider_id"),
        (json!([false]), "#"),
        (Value::Null, "#"),
    ] {
        assert_eq!(rita.prefers(&body).await.expect(422).wrong_fields(), [wrong], "{body}");
    }
    rita.prefers(&json!({})).await.expect(200);
    assert_eq!(rita.preferences().await, before);
}

#[tokio::test]
async fn only_a_change_is_recorded() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for body in [
        json!({}),
        json!({ "notify_on_new_lead": true }),
        json!({ "notify_on_new_lead": false }),
        json!({ "notify_on_new_lead": false, "notify_on_bad_lead_decision": false }),
        json!({ "notify_on_new_lead": false }),
    ] {
        rita.prefers(&body).await.expect(200);
    }
    let entries = app.audit_entries(&rita.id).await;
    let updates: Vec<_> = entries.iter().filter(|entry| entry["action"] == "preferences.updated").collect();
    let details: Vec<_> = updates.iter().map(|entry| entry["details"].clone()).collect();
    assert_eq!(details, [json!({ "notify_on_new_lead": false }), json!({ "notify_on_bad_lead_decision": false })]);
    assert!(updates.iter().all(|entry| entry["actor_id"] == rita.id.as_str() && entry["entity"] == "provider"));
}

#[tokio::test]
async fn quiet_hours_have_two_ends() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for (body, wrong) in [
        (json!({ "quiet_from": "22:00" }), "#/quiet_until"),
        (json!({ "quiet_until": "22:00" }), "#/quiet_from"),
        (json!({ "quiet_from": "22:00", "quiet_until": "22:00" }), "#/quiet_until"),
        (json!({ "quiet_from": "22", "quiet_until": "06:00" }), "#/quiet_from"),
        (json!({ "quiet_from": "22:00", "quiet_until": "24:00" }), "#/quiet_until"),
        (json!({ "quiet_from": 22, "quiet_until": "06:00" }), "#/quiet_from"),
    ] {
        assert_eq!(rita.prefers(&body).await.expect(422).wrong_fields(), [wrong], "{body}");
    }
    rita.prefers(&json!({ "quiet_from": "22:00", "quiet_until": "06:30" })).await.expect(200);
    rita.prefers(&json!({ "quiet_until": "07:00" })).await.expect(200);
    rita.prefers(&json!({ "quiet_until": "07:00" })).await.expect(200);
    let now = rita.preferences().await;
    assert_eq!((&now["quiet_from"], &now["quiet_until"]), (&json!("22:00"), &json!("07:00")));
    rita.prefers(&json!({ "quiet_from": null })).await.expect(422);
    rita.prefers(&json!({ "quiet_from": null, "quiet_until": null })).await.expect(200);
    assert_eq!(rita.preferences().await["quiet_from"], Value::Null);
    let entries = app.audit_entries(&rita.id).await;
    let updates = entries.iter().filter(|entry| entry["action"] == "preferences.updated").count();
    assert_eq!(updates, 3, "each change is recorded once");
}
