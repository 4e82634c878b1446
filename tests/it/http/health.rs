//! The calls about health.

use axum::http::Request;
use leadhouse::http::guard::Peer;
use leadhouse::server;

use super::{Web, doors, request};
use crate::support::at_root;

async fn web(flags: &[&str]) -> Web {
    let mut web = Web::open(flags, doors()).await;
    web.router = server::router(web.app.clone());
    web
}

#[tokio::test]
async fn it_is_alive_and_ready() {
    let web = web(&[]).await;
    for path in ["/healthz", "/readyz"] {
        let answer = web.get(path).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "{\"ok\":true}"), "{path}");
    }
    assert_eq!(web.get("/healthz?x=1").await.outcome(), "400 invalid_parameter [x unknown_parameter]");
    web.app.db.clone().close().await;
    assert_eq!(web.get("/healthz").await.status, 200);
    let answer = web.get("/readyz").await;
    assert_eq!(answer.outcome(), "503 unavailable");
    assert_eq!(answer.header("retry-after"), "5");
}

#[tokio::test]
async fn metrics_are_for_this_machine_or_with_the_token() {
    let asked = async |flags: &[&str], peer: &str, headers: &[(&str, &str)]| {
        let web = web(flags).await;
        web.get("/readyz").await;
        let mut request: Request<_> = request("GET", "/metrics", headers, "");
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        web.ask(request).await
    };
    let (here, there) = ("127.0.0.1:1", "192.0.2.1:1");
    let answer = asked(&[], here, &[]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("text/plain"));
    for metric in [
        "leadhouse_http_requests_total{method=\"GET\",route=\"/readyz\",status=\"200\"}",
        "leadhouse_http_request_seconds_bucket{method=\"GET\",route=\"/readyz\",le=\"0.3\"}",
        "leadhouse_http_requests_in_flight",
    ] {
        assert!(answer.text.contains(metric), "no {metric} in {}", answer.text);
    }
    assert_eq!(asked(&[], there, &[]).await.outcome(), "403 metrics_are_local");
    assert_eq!(asked(&[], here, &[("x-forwarded-for", "192.0.2.1")]).await.outcome(), "403 metrics_are_local");
    let token = ["--metrics-token", "mt"];
    assert_eq!(asked(&token, here, &[]).await.status, 200);
    assert_eq!(asked(&token, there, &[]).await.outcome(), "401 unauthenticated");
    assert_eq!(asked(&token, there, &[("authorization", "Bearer mx")]).await.outcome(), "401 unauthenticated");
    assert_eq!(asked(&token, there, &[("authorization", "Bearer mt")]).await.status, 200);
}

#[tokio::test]
async fn the_document_is_made_from_the_code() {
    let web = web(&[]).await;
    let answer = web.get("/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let document = answer.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert_eq!(document["info"]["title"], "Leadhouse");
    assert!(document["paths"]["/healthz"]["get"].is_object());
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    for schema in ["Problem", "ProblemFinding"] {
        assert!(document["components"]["schemas"][schema].is_object(), "{schema}");
    }
    let said = document["paths"]["/readyz"]["get"]["responses"]["503"]["content"]["application/problem+json"].clone();
    assert_eq!(said["schema"]["$ref"], "#/components/schemas/Problem");
    assert_eq!(serde_json::to_value(server::openapi()).unwrap(), document);
}

#[tokio::test]
async fn every_reference_of_the_document_leads_somewhere() {
    let document = serde_json::to_value(server::openapi()).unwrap();
    let text = document.to_string();
    let mut references = 0;
    for part in text.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
        references += 1;
    }
    assert!(references > 0);
}

#[tokio::test]
async fn the_document_says_of_every_call_what_it_takes_and_refuses() {
    let document = serde_json::to_value(server::openapi()).unwrap();
    let mut names = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let call = format!("{method} {path}: {operation}");
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(names.insert(name.clone()), "{name} is the name of two calls");
            if !path.starts_with("/api/v1/") {
                continue;
            }
            for status in ["400", "404", "429", "503"] {
                assert!(operation["responses"][status].is_object(), "no {status}: {call}");
            }
            let identified = !path.starts_with("/api/v1/intake/");
            assert_eq!(operation["security"][0]["bearer"].is_array(), identified, "{call}");
            let has_key = operation["parameters"].to_string().contains("Idempotency-Key");
            assert_eq!(has_key, method == "post" && !path.ends_with("/preview"), "{call}");
            for name in path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()) {
                let said = operation["parameters"].as_array().into_iter().flatten();
                assert!(said.filter(|p| p["in"] == "path" && p["name"] == name).count() == 1, "no {name}: {call}");
            }
        }
    }
}

#[tokio::test]
async fn the_docs_need_no_other_host() {
    let web = web(&[]).await;
    let redirect = web.get("/docs").await;
    assert!((300..400).contains(&redirect.status), "{redirect:?}");
    let page = web.get(redirect.header("location")).await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-security-policy").contains("default-src 'self'"));
    assert!(!page.text.contains("http://") && !page.text.contains("https://"), "{}", page.text);
    for asset in ["swagger-ui-bundle.js", "swagger-ui.css", "swagger-initializer.js"] {
        assert!(page.text.contains(asset));
        assert_eq!(web.get(&format!("/docs/{asset}")).await.status, 200, "{asset}");
    }
    assert!(web.get("/docs/swagger-initializer.js").await.text.contains("/openapi.json"));
    assert_eq!(web.get("/docs/nothing.js").await.outcome(), "404 not_found");
}

/// How the installation stands is there for whoever asks, each with its alert in deploy/prometheus-rules.yml.
#[tokio::test]
async fn how_the_installation_stands_is_measured() {
    let web = web(&[]).await;
    let mut request: Request<_> = request("GET", "/metrics", &[], "");
    request.extensions_mut().insert(Peer("127.0.0.1:1".parse().unwrap()));
    let answer = web.ask(request).await;
    let documented = std::fs::read_to_string(at_root("docs/watching.md")).unwrap();
    for line in answer.text.lines().filter(|line| line.starts_with("leadhouse_")) {
        let name = line.split(['{', ' ']).next().unwrap();
        let bare = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        assert!(documented.contains(&format!("`{bare}`")), "{name} is not in docs/watching.md");
    }
    for metric in [
        "leadhouse_database_up 1",
        "leadhouse_jobs_due{kind=\"outbox.send\"} 0",
        "leadhouse_jobs_due_age_seconds{kind=\"exports.build\"} 0",
        "leadhouse_jobs_dead ",
        "leadhouse_mails_dead ",
        "leadhouse_leads_unmatched ",
        "leadhouse_returns_pending ",
        "leadhouse_returns_pending_age_seconds ",
        "leadhouse_export_bytes ",
        "leadhouse_export_bytes_limit 21474836480",
        "leadhouse_tzdata_info{release=\"2026f\",from=\"bundled\"} 1",
        "leadhouse_db_units_total{kind=\"read\",outcome=\"ok\"}",
        "leadhouse_db_queue_wait_seconds_bucket{kind=\"read\",le=\"0.1\"}",
    ] {
        assert!(answer.text.contains(metric), "no {metric} in {}", answer.text);
    }
}
