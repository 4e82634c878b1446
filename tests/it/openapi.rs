//! The OpenAPI document, and what every route in it owes: 401, 403, 405, problem documents.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;

/// Calls that ask for no identity.
const PUBLIC: &[&str] = &["/openapi.json", "/docs", "/healthz", "/readyz", "/metrics", "/api/v1/intake/"];

/// Every (path, method) of the document, with each `{parameter}` filled in.
pub fn routes(document: &Value) -> Vec<(String, Method)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let filled = fill(path);
        for method in item.as_object().expect("a path item").keys() {
            if let Ok(method) = method.to_uppercase().parse::<Method>()
                && ["get", "post", "patch", "put", "delete"].contains(&method.as_str().to_lowercase().as_str())
            {
                found.push((filled.clone(), method));
            }
        }
    }
    found
}

fn fill(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { "01890000-0000-7000-8000-000000000000" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

pub async fn document(app: &TestApp) -> Value {
    let answer = app.nobody().get("/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

#[tokio::test]
async fn the_document_is_the_one_on_record() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    insta::assert_json_snapshot!(document);
}

#[tokio::test]
async fn every_guarded_call_wants_an_identity() {
    let app = TestApp::start().await;
    let mut guarded = 0;
    for (path, method) in routes(&document(&app).await) {
        if PUBLIC.iter().any(|p| path.starts_with(p)) {
            continue;
        }
        guarded += 1;
        for (who, caller) in [("nobody", app.nobody()), ("a dead token", app.bearer("lh_dead"))] {
            let answer = caller.call(method.clone(), &path).await;
            assert_eq!(answer.status, 401, "{method} {path} by {who}: {answer:?}");
            answer.problem();
        }
    }
    assert!(guarded > 25, "{guarded} guarded calls");
}

#[tokio::test]
async fn every_call_refuses_the_wrong_role() {
    let app = TestApp::start().await;
    let (operator, rita) = (app.operator(), app.provider("rita").await);
    let mut met = (0, 0);
    for (path, method) in routes(&document(&app).await) {
        let (wrong, count) = if path.starts_with("/api/v1/admin/") {
            (&rita.client, &mut met.0)
        } else if path.starts_with("/api/v1/provider/") {
            (&operator, &mut met.1)
        } else {
            continue;
        };
        *count += 1;
        let mut call = wrong.call(method.clone(), &path);
        if method != Method::GET && method != Method::DELETE {
            call = call.json(&json!({})).once("wrong-role");
        }
        let answer = call.await;
        assert_eq!(answer.status, 403, "{method} {path}: {answer:?}");
        answer.problem();
    }
    assert!(met.0 > 20 && met.1 >= 6, "{met:?}");
}

#[tokio::test]
async fn every_path_says_which_methods_it_has() {
    let app = TestApp::start().await;
    let (operator, rita) = (app.operator(), app.provider("rita").await);
    let document = document(&app).await;
    let routes = routes(&document);
    for (path, _) in &routes {
        let caller = if path.starts_with("/api/v1/admin/") { &operator } else { &rita.client };
        for unknown in ["PUT", "TRACE", "PROPFIND", "DELETE", "PATCH", "GET", "POST"] {
            let unknown: Method = unknown.parse().unwrap();
            if routes.iter().any(|(p, m)| p == path && *m == unknown) {
                continue;
            }
            let answer = caller.call(unknown.clone(), path).await;
            assert_eq!(answer.status, 405, "{unknown} {path}: {answer:?}");
            let allow: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
            for (_, known) in routes.iter().filter(|(p, _)| p == path) {
                assert!(allow.contains(&known.as_str()), "{unknown} {path}: Allow: {allow:?}");
            }
            assert!(!allow.contains(&unknown.as_str()), "{unknown} {path}: Allow: {allow:?}");
        }
    }
}

/// Each operation documents its errors, so that a client's author meets none by surprise.
#[tokio::test]
async fn every_operation_documents_its_refusals() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    for (path, item) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/api/") {
            continue;
        }
        for (method, operation) in item.as_object().unwrap() {
            let Some(responses) = operation["responses"].as_object() else { continue };
            assert!(responses.keys().any(|s| s.starts_with('2')), "{method} {path} has no success");
            for status in ["400", "404", "429", "503"] {
                assert!(responses.contains_key(status), "{method} {path} does not document {status}");
            }
            let says = operation["summary"].as_str().or(operation["description"].as_str());
            assert!(says.is_some_and(|s| !s.is_empty()), "{method} {path} has no summary");
        }
    }
}
