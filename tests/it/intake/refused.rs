//! Refused posts are kept, shown, and read again once what was in the way is mended.

use std::time::Duration;

use axum::http::Method;
use leadhouse::id::RefusedPostId;
use leadhouse::{intake, params};
use serde_json::{Value, json};

use super::platforms::{graph, meta_post, notice};
use crate::support::{Source, TestApp};

async fn payloads(app: &TestApp, source: &Source) -> Vec<Value> {
    let path = format!("/api/v1/admin/sources/{}/payloads", source.id);
    let items = app.operator().get(path).await.expect(200).json()["items"].clone();
    items.as_array().expect("a list").clone()
}

fn replay(source: &Source, payload: &Value) -> String {
    format!("/api/v1/admin/sources/{}/payloads/{}/replay", source.id, payload["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn what_is_refused_is_kept_with_its_reason_and_without_secrets() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "google_ads", json!({})).await;
    let secret = source.secret.clone().expect("a secret");
    let wrong = r#"{"lead_id": "1", "google_key": "last year's key", "user_column_data": []}"#;
    source
        .client
        .call(Method::POST, source.path())
        .header("content-type", "application/json")
        .body(wrong)
        .await
        .expect(403);
    source.sending(&json!({ "lead_id": "2", "google_key": secret, "user_column_data": [] })).await.expect(422);
    source
        .client
        .call(Method::POST, source.path())
        .header("content-type", "application/json")
        .body("{")
        .await
        .expect(400);
    source
        .client
        .call(Method::POST, source.path())
        .header("content-type", "image/png")
        .body(vec![0x89, 0xff])
        .await
        .expect(415);
    source.sending(&source.google_delivery(&[])).await.expect(200);
    let all = payloads(&app, &source).await;
    let told: Vec<_> = all.iter().map(|one| (one["outcome"].as_str(), one["errors"][0]["code"].as_str())).collect();
    let refused = Some("refused");
    assert_eq!(
        told,
        [
            (Some("assigned"), None),
            (refused, Some("unsupported_media_type")),
            (refused, Some("malformed_json")),
            (refused, Some("required")),
            (refused, Some("wrong_google_key")),
        ]
    );
    assert!(all[0]["lead_id"] == all[0]["id"] && all[1]["lead_id"].is_null(), "{all:?}");
    assert_eq!(all[4]["payload"], r#"{"lead_id": "1", "google_key": "…", "user_column_data": []}"#);
    for one in &all[1..] {
        assert!(!one["payload"].as_str().expect("a payload").contains(&secret), "{one}");
    }
    // Those of another source are its own.
    assert!(payloads(&app, &app.source_of(&rita.niche).await).await.is_empty());
}

#[tokio::test]
async fn a_refused_post_is_read_again_and_sold_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "typeform", json!({ "secret": "the first one" })).await;
    let body = json!({ "event_type": "form_response", "form_response": { "token": "t1", "answers": [
        { "type": "email", "email": "zoe@example.org", "field": { "id": "f", "type": "email", "ref": "r" } } ] } });
    source.sending(&body).await.expect(403);
    let refused = payloads(&app, &source).await.remove(0);
    let path = replay(&source, &refused);
    rita.client.post(&path, &json!({})).await.expect(403);
    let lead = app.operator().post(&path, &json!({})).await.expect(200).json();
    assert_eq!(
        (&lead["status"], &lead["contact_email"], &lead["external_id"]),
        (&json!("assigned"), &json!("zoe@example.org"), &json!("t1"))
    );
    // Again it is the same lead.
    assert_eq!(app.operator().post(&path, &json!({})).await.expect(200).json()["id"], lead["id"]);
    assert_eq!(rita.me().await["counts"]["active"], 1);
    let all = payloads(&app, &source).await;
    let refused = all.iter().find(|one| one["outcome"] == "refused").expect("it is still listed");
    assert_eq!(refused["lead_id"], lead["id"]);
    let actions = app.audit_entries(&source.id).await;
    assert!(actions.iter().any(|entry| entry["action"] == "source.payload_replayed"), "{actions:?}");
}

#[tokio::test]
async fn a_fetched_lead_that_names_nobody_to_reach_is_kept() {
    let answer = json!({ "id": "7", "field_data": [{ "name": "full_name", "values": ["Nobody"] }] });
    let (address, asked) = graph(vec![(200, answer)]).await;
    let mut app = TestApp::start().await;
    app.restarts_with(|settings| settings.meta_graph_url = address).await;
    let niche = app.niche("Roofing").await;
    let source = app.new_source(&niche, "meta", json!({ "access_token": "page-token" })).await;
    meta_post(&source, &notice(7)).await.expect(200);
    app.run_jobs().await;
    let all = payloads(&app, &source).await;
    assert_eq!(
        (all.len(), &all[0]["outcome"], &all[0]["errors"][0]["code"]),
        (1, &json!("refused"), &json!("required"))
    );
    assert_eq!(asked.lock().expect("a list").len(), 1);
}

#[tokio::test]
async fn no_more_are_kept_of_a_source_than_a_thousand() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    source.sending(&json!({ "contact_name": "The first" })).await.expect(422);
    let copies = "INSERT INTO refused_posts (id, source_id, received_at, status, errors, content_type, query, payload, is_cut)
        SELECT $1, source_id, received_at, status, errors, content_type, query, 'a copy', is_cut FROM refused_posts LIMIT 1";
    let filled = app.write(move |tx| {
        (0..1_000).try_for_each(|_| tx.execute(copies, params![RefusedPostId::new(tx.now())]).map(drop))
    });
    filled.await.expect("rows");
    source.sending(&json!({ "contact_name": "The last" })).await.expect(422);
    let left = app.read(|read| read.all::<(String,)>("SELECT payload FROM refused_posts ORDER BY id", &[])).await;
    assert_eq!(left.len(), 1_000);
    assert!(left.last().is_some_and(|(payload,)| payload.contains("The last")), "{:?}", left.last());
}

#[tokio::test]
async fn one_that_is_still_wrong_is_refused_again_and_another_sources_is_not_found() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.source_of(&rita.niche).await;
    source.sending(&json!({ "contact_name": "Nobody" })).await.expect(422);
    let refused = payloads(&app, &source).await.remove(0);
    let again = app.operator().post(replay(&source, &refused), &json!({})).await.expect(422);
    assert_eq!(again.json()["errors"][0]["code"], "required");
    let other = app.new_source(&rita.niche, "json", json!({})).await;
    app.operator().post(replay(&other, &refused), &json!({})).await.expect(404);
    app.operator().post(format!("/api/v1/admin/sources/{}/payloads/x/replay", source.id), &json!({})).await.expect(400);
    // What is too long is kept as far as it goes.
    let long = json!({ "contact_name": "Nobody", "story": "x".repeat(100_000) });
    source.sending(&long).await.expect(422);
    let cut = payloads(&app, &source).await.remove(0);
    assert_eq!(cut["payload"].as_str().map(str::len), Some(64 * 1024));
    let refusal = app.operator().post(replay(&source, &cut), &json!({})).await.expect(409);
    assert_eq!(refusal.str("code"), "payload_cut");
}

#[tokio::test]
async fn refused_posts_go_after_30_days_and_with_their_person() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.source_of(&rita.niche).await;
    let two = "contact_email=zoe%40example.org&contact_email=other%40example.org";
    source.posts_form(two).await.expect(422);
    source.posts_form("contact_name=Zoe&note=call+650-253-0000").await.expect(422);
    source.sending(&json!({ "contact_name": "Somebody else" })).await.expect(422);
    assert_eq!(payloads(&app, &source).await.len(), 3);
    let lead =
        source.sends(json!({ "contact_email": "Zoe@example.org", "contact_phone": "+16502530000" })).await.expect(201);
    app.operator().post(format!("/api/v1/admin/leads/{}/erase", lead.str("lead_id")), &json!({})).await.expect(202);
    let left = payloads(&app, &source).await;
    let refused: Vec<_> = left.iter().filter(|one| one["outcome"] == "refused").collect();
    assert!(
        refused.len() == 1 && refused[0]["payload"].as_str().expect("a payload").contains("Somebody else"),
        "{left:?}"
    );
    app.advance(Duration::from_hours(30 * 24 + 2));
    assert_eq!(app.write(intake::expire_refused).await.expect("they go"), 1);
    let left = payloads(&app, &source).await;
    assert!(left.iter().all(|one| one["outcome"] != "refused"), "{left:?}");
}
