//! `/api/v1/admin/providers` and their tokens.

use serde_json::{Value, json};

use crate::support::{TestApp, at_once};

const PATH: &str = "/api/v1/admin/providers";

#[tokio::test]
async fn a_provider_is_made_shown_and_changed() {
    let app = TestApp::start().await;
    let operator = app.operator();
    let body = json!({ "name": " Rita's Roofs ", "email": "Rita@Example.com", "timezone": "America/Denver" });
    let made = operator.post(PATH, &body).await.expect(201).json();
    let id = made["id"].as_str().expect("an id");
    for (name, value) in [
        ("name", json!("Rita's Roofs")),
        ("email", json!("Rita@Example.com")),
        ("timezone", json!("America/Denver")),
        ("active", json!(true)),
        ("balance", json!(0.0)),
        ("currency", json!("USD")),
    ] {
        assert_eq!(made[name], value, "{name}");
    }
    let path = format!("{PATH}/{id}");
    assert_eq!(operator.get(&path).await.expect(200).json(), made);
    app.credits(id, 12.5).await.expect(201);
    assert_eq!(operator.get(&path).await.json()["balance"], 12.5);
    let changed =
        operator.patch(&path, &json!({ "timezone": "Europe/Berlin", "active": false })).await.expect(200).json();
    assert_eq!((&changed["timezone"], &changed["active"]), (&json!("Europe/Berlin"), &json!(false)));
    assert_eq!(changed["name"], "Rita's Roofs");
    operator.patch(&path, &json!({})).await.expect(200);
    let entries = app.audit_entries(id).await;
    let actions: Vec<_> = entries.iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["provider.created", "provider.credited", "provider.updated"]);
    assert_eq!(entries[2]["details"], json!({ "changed": ["timezone", "active"], "active": false }));
    let plain = operator.post(PATH, &json!({ "name": "Sam", "email": "sam@example.com" })).await.expect(201).json();
    assert_eq!(plain["timezone"], "UTC");
}

#[tokio::test]
async fn providers_are_listed_newest_first() {
    let app = TestApp::start().await;
    let operator = app.operator();
    let mut ids = Vec::new();
    for n in 0..5 {
        let body = json!({ "name": format!("P{n}"), "email": "p@example.com" });
        ids.insert(0, operator.post(PATH, &body).await.expect(201).str("id"));
    }
    let page = |answer: &crate::support::Answer| -> Vec<String> {
        answer.items().iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
    };
    let first = operator.get(format!("{PATH}?limit=3")).await.expect(200);
    let second = operator.get(format!("{PATH}?limit=3&cursor={}", first.str("next_cursor"))).await.expect(200);
    assert_eq!([page(&first), page(&second)].concat(), ids);
    assert_eq!(second.json()["next_cursor"], Value::Null);
    assert_eq!(first.items()[0]["balance"], 0.0);
}

#[tokio::test]
async fn what_is_no_provider_is_refused() {
    let app = TestApp::start().await;
    let operator = app.operator();
    let good = json!({ "name": "Rita", "email": "rita@example.com" });
    for (name, value) in [
        ("name", json!("")),
        ("name", json!(" \u{200b} ")),
        ("name", json!("a".repeat(201))),
        ("name", json!("Rita\r\nBcc: v@evil.example")),
        ("name", json!(7)),
        ("email", json!("rita")),
        ("email", json!("rita@localhost")),
        ("email", json!("\"a b\"@example.com")),
        ("email", json!("rita@[127.0.0.1]")),
        ("email", json!("a@example.com, b@example.com")),
        ("email", json!("a@example.com\r\nRCPT TO:<v@evil.example>")),
        ("timezone", json!("Denver")),
        ("timezone", json!("america/denver")),
        ("timezone", json!("+01:00")),
        ("timezone", json!("localtime")),
        ("timezone", json!("posixrules")),
        ("timezone", json!("Factory")),
        ("timezone", json!("posix/America/Denver")),
        ("timezone", json!("right/America/Denver")),
        ("timezone", json!("Etc/Unknown")),
        ("timezone", json!("leapseconds")),
        ("timezone", json!("../../etc/passwd")),
        ("balance", json!(5)),
        ("id", json!("x")),
        ("active", json!(true)),
    ] {
        let mut body = good.clone();
        body[name] = value.clone();
        let refused = operator.post(PATH, &body).await.expect(422);
        assert_eq!(refused.wrong_fields(), [format!("#/{name}")], "{name}: {value}");
    }
    let mut spelled = good.clone();
    spelled["timezone"] = json!("america/denver");
    let refused = operator.post(PATH, &spelled).await.expect(422);
    assert!(refused.text.contains("as in America/Denver"), "{refused:?}");
    let id = operator.post(PATH, &good).await.expect(201).str("id");
    // What programs of old call a zone is taken, also where pages don't offer it.
    for zone in ["US/Pacific", "EST5EDT", "Asia/Calcutta", "Etc/GMT+5", "UTC"] {
        operator.patch(format!("{PATH}/{id}"), &json!({ "timezone": zone })).await.expect(200);
    }
    for (name, value) in [
        ("name", Value::Null),
        ("email", json!("c@d")),
        ("timezone", json!("")),
        ("active", json!("false")),
        ("active", Value::Null),
        ("balance", json!(1)),
    ] {
        let refused = operator.patch(format!("{PATH}/{id}"), &json!({ name: value })).await.expect(422);
        assert_eq!(refused.wrong_fields(), [format!("#/{name}")], "{name}: {value}");
    }
    operator.get(format!("{PATH}/{}", leadhouse::id::new_uuid(app.clock.now()))).await.expect(404);
    operator.patch(format!("{PATH}/{}", leadhouse::id::new_uuid(app.clock.now())), &json!({})).await.expect(404);
    operator.get(format!("{PATH}/x")).await.expect(400);
}

#[tokio::test]
async fn a_token_is_shown_once_and_ended_at_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let operator = app.operator();
    let path = format!("{PATH}/{}/tokens", rita.id);
    let made = operator.post(&path, &json!({ "name": "CRM" })).await.expect(201);
    let (id, token) = (made.str("id"), made.str("token"));
    assert!(token.starts_with("lh_") && token.len() >= 46, "{token}");
    let nameless = operator.post_nothing(&path).await.expect(201);
    let listed = operator.get(&path).await.expect(200);
    assert!(!listed.text.contains(&token) && !listed.text.contains("\"token\""), "{listed:?}");
    let names: Vec<_> = listed.items().iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names, ["", "CRM", "test"]);
    let crm = app.bearer(&token);
    assert_eq!(crm.get("/api/v1/provider/me").await.expect(200).str("id"), rita.id);
    operator.delete(format!("/api/v1/admin/tokens/{id}")).await.expect(204);
    crm.get("/api/v1/provider/me").await.expect(401);
    app.bearer(&nameless.str("token")).get("/api/v1/provider/me").await.expect(200);
    operator.delete(format!("/api/v1/admin/tokens/{id}")).await.expect(204);
    operator.delete(format!("/api/v1/admin/tokens/{}", rita.id)).await.expect(404);
    assert_eq!(app.audit_of(&id).await, ["token.created", "token.revoked"]);
    assert!(operator.get(&path).await.items()[1]["revoked_at"].is_string());
    operator.post(format!("{PATH}/{id}/tokens"), &json!({})).await.expect(404);
    operator.get(format!("{PATH}/{id}/tokens")).await.expect(404);
    operator.post(&path, &json!({ "name": "" })).await.expect(422);
}

#[tokio::test]
async fn a_secret_is_kept_nowhere_not_even_for_a_repeated_answer() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let path = format!("{PATH}/{}/tokens", rita.id);
    let ask = || app.operator().post(&path, &json!({ "name": "CRM" })).once("make-a-token");
    let made = ask().await.expect(201);
    let again = ask().await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), again.str("id")), ("true", made.str("id")));
    assert_eq!(again.json()["token"], Value::Null);
    let token = made.str("token");
    let kept = app.read(|read| read.all::<(String,)>("SELECT body FROM idempotency_keys", &[])).await;
    assert!(kept.iter().all(|(body,)| !body.contains(&token)));
    if let Some(file) = app.database_url().strip_prefix("sqlite://") {
        for file in [file.to_owned(), format!("{file}-wal")] {
            let bytes = std::fs::read(&file).unwrap_or_default();
            assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()), "{file}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_look_up_under_way_outlives_a_revocation() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let path = format!("{PATH}/{}/tokens", rita.id);
    for _ in 0..10 {
        let made = app.operator().post(&path, &json!({})).await.expect(201);
        let crm = app.bearer(&made.str("token"));
        // Looked up for the first time while it is revoked: what was read before must not be remembered after.
        let calls = (0..8).map(|_| crm.get("/api/v1/provider/me"));
        let revoke = app.operator().delete(format!("/api/v1/admin/tokens/{}", made.str("id")));
        at_once(calls.chain([revoke]).collect::<Vec<_>>()).await;
        crm.get("/api/v1/provider/me").await.expect(401);
    }
}
