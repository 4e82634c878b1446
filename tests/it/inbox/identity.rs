//! Who may call: on every call of a provider, and on every call of the back office.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;

/// Every call under a prefix, as the OpenAPI document lists them; path parameters are some id.
fn calls(prefix: &str) -> Vec<(Method, String)> {
    let document: Value = serde_json::to_value(leadhouse::server::openapi()).expect("a document");
    let mut calls = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        if !path.starts_with(prefix) {
            continue;
        }
        let mut filled = path.clone();
        while let Some((start, end)) = filled.find('{').zip(filled.find('}')) {
            filled.replace_range(start..=end, "0197a000-0000-7000-8000-000000000000");
        }
        for method in operations.as_object().expect("operations").keys() {
            if let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes())
                && [Method::GET, Method::POST, Method::PATCH, Method::DELETE].contains(&method)
            {
                calls.push((method, filled.clone()));
            }
        }
    }
    calls
}

#[tokio::test]
async fn a_provider_has_no_business_in_the_back_office() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let calls = calls("/api/v1/admin/");
    assert!(calls.len() >= 20, "{calls:?}");
    for (method, path) in calls {
        let refused = rita.call(method.clone(), &path).json(&json!({})).await.expect(403);
        assert_eq!(refused.problem_code(), "wrong_role", "{method} {path}");
        let unknown = app.nobody().call(method.clone(), &path).json(&json!({})).await.expect(401);
        assert_eq!(unknown.problem_code(), "unauthenticated", "{method} {path}");
        assert!(unknown.header("www-authenticate").starts_with("Bearer"), "{method} {path}");
        app.operator().call(Method::PUT, &path).await.expect(405);
    }
}

#[tokio::test]
async fn an_admin_is_no_provider() {
    let app = TestApp::start().await;
    let calls = calls("/api/v1/provider/");
    assert!(calls.len() >= 7, "{calls:?}");
    for (method, path) in calls {
        let refused = app.operator().call(method.clone(), &path).json(&json!({})).await.expect(403);
        assert_eq!(refused.problem_code(), "wrong_role", "{method} {path}");
        app.nobody().call(method, &path).json(&json!({})).await.expect(401);
    }
}

#[tokio::test]
async fn a_suspended_provider_gets_no_entry_anywhere_at_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    // Known to this process just now, and yet.
    rita.inbox("").await.expect(200);
    let path = format!("/api/v1/admin/providers/{}", rita.id);
    app.operator().patch(&path, &json!({ "active": false })).await.expect(200);
    for (method, call) in calls("/api/v1/provider/") {
        let refused = rita.call(method.clone(), &call).json(&json!({})).await.expect(403);
        assert_eq!(refused.problem_code(), "account_suspended", "{method} {call}");
    }
    assert_eq!(rita.accepts(&sent).await.expect(403).problem_code(), "account_suspended");
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned"]);
    app.operator().patch(&path, &json!({ "active": true })).await.expect(200);
    rita.accepts(&sent).await.expect(200);
}

#[tokio::test]
async fn me_says_who_i_am_and_how_i_stand() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").timezone("America/Denver").balance(100.0).price(25.0).await;
    rita.is_sent_a_lead().await;
    let me = rita.me().await;
    let counts = json!({ "active": 1, "accepted": 0, "rejected": 0, "refunded": 0, "unviewed": 1 });
    let expected = json!({
        "id": rita.id, "name": "rita", "timezone": "America/Denver", "balance": 75.0, "currency": "USD", "counts": counts,
    });
    assert_eq!(me, expected);
    rita.get("/api/v1/provider/me?x=1").await.expect(400);
}
