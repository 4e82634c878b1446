//! A person is erased wherever it is: every lead in every niche, however its number is written, and what was refused of it.

use axum::http::Method;
use serde_json::{Value, json};

use super::{CANARY, traces};
use crate::support::{Answer, TestApp};

const ERASURES: &str = "/api/v1/admin/erasures";

async fn erases(app: &TestApp, who: Value) -> Answer {
    app.operator().post(ERASURES, &who).await
}

async fn lead(app: &TestApp, id: &str) -> Value {
    app.operator().get(format!("/api/v1/admin/leads/{id}")).await.expect(200).json()
}

#[tokio::test]
async fn every_lead_of_a_person_goes_in_every_niche() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let nobody = app.source_of(&app.niche("Nobody's").await).await;
    let sam = app.provider("sam").await;
    let email = format!("{CANARY}@example.com");
    let mut mine = Vec::new();
    for (source, members) in [
        (&rita.source, json!({ "contact_email": email, "contact_name": CANARY })),
        // Another number: known to be the same by the address.
        (&rita.source, json!({ "contact_email": email, "contact_phone": "650-253-0001", "contact_name": CANARY })),
        (&nobody, json!({ "contact_email": email.to_uppercase(), "contact_name": CANARY })),
        (&nobody, json!({ "contact_email": email, "is_test": true, "contact_name": CANARY })),
        (&sam.source, json!({ "contact_phone": "(650) 253-0000", "contact_name": CANARY })),
        (
            &sam.source,
            json!({ "contact_phone": "+1 650 253 0000", "contact_name": CANARY, "form_data": { "a": CANARY } }),
        ),
    ] {
        mine.push(source.sending(&members).await.expect(201).str("lead_id"));
    }
    let other = rita.source.sends(json!({ "contact_email": "other@example.com" })).await.expect(201).str("lead_id");
    let form = format!("contact_email={CANARY}%40example.com&contact_email=other%40example.com");
    let call = sam.source.client.call(Method::POST, sam.source.path());
    call.header("content-type", "application/x-www-form-urlencoded").body(form).await.expect(422);

    let asked = erases(&app, json!({ "email": email, "phone": "650.253.0000" })).await.expect(202).json();
    assert_eq!((&asked["ok"], &asked["leads"], &asked["finished_at"]), (&json!(true), &json!(6), &Value::Null));
    app.run_jobs().await;
    for id in &mine {
        let shown = lead(&app, id).await;
        assert!(shown["erased_at"].is_string() && shown["contact_email"].is_null(), "{shown}");
    }
    assert!(lead(&app, &other).await["erased_at"].is_null());
    assert_eq!(traces(&app).await, [""; 0]);
    assert_eq!(rita.me().await["counts"]["refunded"], 1, "who had not decided has the money back");
    let path = format!("{ERASURES}/{}", asked["id"].as_str().expect("an id"));
    let done = app.operator().get(&path).await.expect(200).json();
    assert!(done["finished_at"].is_string(), "{done}");
    assert!(app.audit_of(asked["id"].as_str().expect("an id")).await.contains(&"erasure.done".to_owned()));

    let again = erases(&app, json!({ "email": email })).await.expect(202).json();
    assert_eq!(again["leads"], 0);
    app.run_jobs().await;
    assert_eq!(app.operator().get(ERASURES).await.expect(200).items().len(), 2);
    let erased = app.audit_of(mine[0].as_str()).await;
    assert_eq!(erased.iter().filter(|entry| *entry == "lead.erased").count(), 1, "{erased:?}");
}

#[tokio::test]
async fn an_erasure_has_to_say_of_whom() {
    let app = TestApp::start().await;
    for (body, field) in [
        (json!({}), "#/email"),
        (json!({ "email": null, "phone": null }), "#/email"),
        (json!({ "email": "nobody" }), "#/email"),
        (json!({ "phone": "call my mom" }), "#/phone"),
        (json!({ "email": "a@example.com", "name": "A" }), "#/name"),
    ] {
        assert_eq!(erases(&app, body.clone()).await.expect(422).wrong_fields(), [field], "{body}");
    }
    let rita = app.provider("rita").await;
    rita.post(ERASURES, &json!({ "email": "a@example.com" })).await.expect(403);
    app.operator().get(format!("{ERASURES}/{}", rita.id)).await.expect(404);
}
