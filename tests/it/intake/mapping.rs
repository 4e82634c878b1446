//! Sources of the format `mapping`: whatever strangers post, read by a table that the operator writes.

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use leadhouse::text::hex;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{raw, shown, status};
use crate::support::{Answer, Source, TestApp};

const SOURCES: &str = "/api/v1/admin/sources";

fn simple() -> Value {
    json!({ "contact_name": "/who", "contact_email": "/lead/mail", "contact_phone": "/lead/phone", "test": "/test" })
}

async fn mapped(app: &TestApp, niche: &str, mapping: Value) -> Source {
    app.new_source(niche, "mapping", json!({ "mapping": mapping })).await
}

async fn gets(source: &Source, query: &str) -> Answer {
    source.client.get(format!("{}?{query}", source.path())).await
}

fn mac(secret: &str, text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

async fn payloads(app: &TestApp, source: &Source) -> Vec<Value> {
    let path = format!("{SOURCES}/{}/payloads", source.id);
    app.operator().get(path).await.expect(200).json()["items"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn strangers_post_json_forms_and_queries() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = mapped(&app, &rita.niche, simple()).await;
    let sent = json!({ "who": "Ann", "lead": { "mail": "ann@example.com", "phone": "650 253 0000" }, "roof": { "kind": "flat" } });
    let receipt = source.sending(&sent).await.expect(201);
    assert_eq!((status(&receipt).as_str(), &receipt.json()["assignments"]), ("assigned", &json!(1)));
    let lead = shown(&app, &receipt).await;
    assert_eq!((&lead["contact_name"], &lead["contact_phone"]), (&json!("Ann"), &json!("+16502530000")));
    assert_eq!(lead["form_data"], json!({ "roof.kind": "flat" }));
    assert_eq!(lead["raw_payload"], sent.to_string());
    let form =
        source.posts_form("who=Bob&lead[mail]=bob%40example.com&roof.kind=old&list[]=a&list[]=b").await.expect(201);
    let lead = shown(&app, &form).await;
    assert_eq!((&lead["contact_name"], &lead["contact_email"]), (&json!("Bob"), &json!("bob@example.com")));
    assert_eq!(lead["form_data"], json!({ "roof.kind": "old", "list": ["a", "b"] }));
    let parts =
        "--b\r\nContent-Disposition: form-data; name=\"lead\"\r\n\r\n{\"mail\": \"cy@example.com\"}\r\n--b--\r\n";
    let multipart = raw(&source, "multipart/form-data; boundary=b", parts).await.expect(201);
    assert_eq!(shown(&app, &multipart).await["contact_email"], "cy@example.com");
    let query = gets(&source, "who=Dee&lead.mail=dee%40example.com&utm_source=radio").await.expect(201);
    let lead = shown(&app, &query).await;
    assert_eq!((&lead["contact_email"], &lead["utm_source"]), (&json!("dee@example.com"), &json!("radio")));
    assert_eq!(lead["raw_payload"], "who=Dee&lead.mail=dee%40example.com&utm_source=radio");
    assert_eq!(lead["form_data"], json!({}));
    let test = gets(&source, "test=yes").await.expect(201);
    assert_eq!(status(&test), "test");
    assert_eq!(status(&source.sending(&sent).await.expect(201)), "duplicate");
    // A look at the head does nothing, and neither does one at the bare address.
    for (method, query) in [(Method::HEAD, "?lead.mail=e%40example.com"), (Method::GET, ""), (Method::GET, "?&")] {
        source.client.call(method, format!("{}{query}", source.path())).await.expect(405);
    }
    let plain = app.source_of(&rita.niche).await;
    plain.client.get(format!("{}?contact_email=e%40example.com", plain.path())).await.expect(405);
    assert_eq!(app.operator().get("/api/v1/admin/leads?limit=100").await.expect(200).items().len(), 6);
}

#[tokio::test]
async fn a_wrong_mapping_is_refused_when_it_is_written() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let operator = app.operator();
    let with =
        |format: &str, mapping: Value| json!({ "name": "S", "niche_id": niche, "format": format, "mapping": mapping });
    for (body, places) in [
        (json!({ "name": "S", "niche_id": niche, "format": "mapping" }), vec!["#/mapping"]),
        (with("mapping", Value::Null), vec!["#/mapping"]),
        (with("mapping", json!("x")), vec!["#/mapping"]),
        (with("mapping", json!({ "contact_name": "/a" })), vec!["#/mapping/contact_email"]),
        (
            with("mapping", json!({ "contact_email": "a", "roof": "/b" })),
            vec!["#/mapping/contact_email", "#/mapping/roof"],
        ),
        (
            with("mapping", json!({ "contact_email": "/a", "form_data": { "a b/c": "/~" } })),
            vec!["#/mapping/form_data/a%20b~1c"],
        ),
        (with("json", json!({ "contact_email": "/a" })), vec!["#/mapping"]),
    ] {
        assert_eq!(operator.post(SOURCES, &body).await.expect(422).wrong_fields(), places, "{body}");
    }
    let source = mapped(&app, &niche, simple()).await;
    let path = format!("{SOURCES}/{}", source.id);
    assert_eq!(operator.get(&path).await.expect(200).json()["mapping"], simple());
    let wrong = json!({ "mapping": { "contact_email": { "first_of": ["/a", 5] } } });
    assert_eq!(operator.patch(&path, &wrong).await.expect(422).wrong_fields(), ["#/mapping/contact_email/first_of/1"]);
    operator.patch(&path, &json!({ "mapping": null })).await.expect(422);
    operator.patch(&path, &json!({ "secret": "nothing is signed" })).await.expect(422);
    assert_eq!(operator.get(&path).await.expect(200).json()["mapping"], simple());
    let plain = app.source_of(&niche).await;
    let refused = operator.patch(format!("{SOURCES}/{}", plain.id), &json!({ "mapping": simple() })).await.expect(422);
    assert_eq!(refused.wrong_fields(), ["#/mapping"]);
    assert!(operator.get(format!("{SOURCES}/{}", plain.id)).await.expect(200).json()["mapping"].is_null());
}

#[tokio::test]
async fn a_signature_is_part_of_a_mapping() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let signature = json!({ "header": "X-Sig", "algorithm": "hmac-sha256", "encoding": "hex", "prefix": "v1=",
        "signed": "{timestamp}.{body}", "timestamp_header": "X-Time", "tolerance_seconds": 60 });
    let source = mapped(&app, &niche, json!({ "contact_email": "/e", "signature": signature })).await;
    let secret = source.secret.clone().expect("one is made");
    let body = json!({ "e": "ann@example.com" }).to_string();
    let now = app.clock.now().as_micros() / 1_000_000;
    let post = |time: i64, signed: String| {
        let call = source.client.call(Method::POST, source.path()).header("content-type", "application/json");
        call.header("x-time", time.to_string()).header("x-sig", signed).body(body.clone())
    };
    let sign = |time: i64| format!("v1={}", hex(&mac(&secret, &format!("{time}.{body}"))));
    post(now, sign(now)).await.expect(201);
    post(now - 30, sign(now - 30)).await.expect(201);
    post(now * 1000, sign(now * 1000).to_uppercase().replace("V1", "v1")).await.expect(201);
    for (time, signed) in [
        (now - 61, sign(now - 61)),
        // Time goes on while this runs.
        (now + 300, sign(now + 300)),
        (now, sign(now - 1)),
        (now, sign(now).replace("v1=", "")),
        (now, String::new()),
        (now, "v1=00".to_owned()),
    ] {
        let refused = post(time, signed.clone()).await.expect(403);
        assert!(["wrong_signature", "stale_signature"].contains(&refused.str("code").as_str()), "{time} {signed}");
    }
    source.sending(&json!({ "e": "ann@example.com" })).await.expect(403);
    source.previews(&json!({ "e": "ann@example.com" })).await.expect(403);
    gets(&source, "e=ann%40example.com").await.expect(403);
    // A source that was not signed gets a secret with the mapping that asks for one.
    let open = mapped(&app, &niche, json!({ "contact_email": "/e" })).await;
    assert_eq!(open.secret, None);
    let tally = json!({ "contact_email": "/e", "signature": { "header": "tally-signature", "algorithm": "hmac-sha256",
        "encoding": "base64", "signed": "body" } });
    let path = format!("{SOURCES}/{}", open.id);
    let changed = app.operator().patch(&path, &json!({ "mapping": tally })).await.expect(200);
    let signed = STANDARD.encode(mac(&changed.str("secret"), &body));
    open.sending(&json!({ "e": "ann@example.com" })).await.expect(403);
    let call = open.client.call(Method::POST, open.path()).header("content-type", "application/json");
    call.header("tally-signature", signed).body(body).await.expect(201);
    app.operator().patch(&path, &json!({ "secret": "one of theirs" })).await.expect(200);
    let entries = format!("{:?}", app.audit_entries(&open.id).await);
    assert!(entries.contains("mapping") && !entries.contains("one of theirs"), "{entries}");
}

#[tokio::test]
async fn each_preset_takes_its_sample_as_it_is_sent() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    app.source_of(&niche).await.client.get("/api/v1/admin/mapping-presets").await.expect(401);
    let presets = app.operator().get("/api/v1/admin/mapping-presets").await.expect(200).json();
    let presets = presets["items"].as_array().expect("a list").clone();
    let names: Vec<_> = presets.iter().map(|preset| preset["name"].as_str().expect("a name")).collect();
    assert_eq!(
        names,
        [
            "lead_prosper",
            "leadconduit",
            "zapier",
            "hubspot",
            "elementor",
            "gravity_forms",
            "wpforms",
            "jotform",
            "tally",
            "webflow",
            "unbounce",
            "tiktok_zapier",
            "linkedin_zapier"
        ]
    );
    for preset in &presets {
        let source = mapped(&app, &niche, preset["mapping"].clone()).await;
        let body = preset["sample"]["body"].as_str().expect("a body");
        let kind = preset["sample"]["content_type"].as_str().expect("a type");
        let mut call = source.client.call(Method::POST, source.path()).header("content-type", kind).body(body);
        let secret = source.secret.clone().unwrap_or_default();
        match preset["name"].as_str() {
            Some("tally") => call = call.header("tally-signature", STANDARD.encode(mac(&secret, body))),
            Some("webflow") => {
                let time = (app.clock.now().as_micros() / 1_000).to_string();
                let signed = hex(&mac(&secret, &format!("{time}:{body}")));
                call = call.header("x-webflow-timestamp", time).header("x-webflow-signature", signed);
            }
            _ => assert!(source.secret.is_none(), "{preset}"),
        }
        let lead = shown(&app, &call.await.expect(201)).await;
        let (name, email) = (lead["contact_name"].as_str().unwrap_or_default(), &lead["contact_email"]);
        assert_eq!(email, &format!("{}@example.com", name.to_lowercase().replace(' ', ".")), "{preset}");
        assert!(lead["contact_phone"].as_str().is_some_and(|phone| phone.starts_with("+165025301")), "{lead}");
        assert!(!lead["postal_code"].is_null() && lead["flags"] == json!([]), "{lead}");
        assert!(preset["label"].is_string() && preset["notes"].is_string());
    }
}

#[tokio::test]
async fn a_mapping_is_tried_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = mapped(&app, &rita.niche, json!({ "contact_email": "/nowhere" })).await;
    let path = format!("{SOURCES}/{}/try", source.id);
    let payload = r#"{"lead": {"mail": "ann@example.com"}, "roof": "flat"}"#;
    let operator = app.operator();
    let now = operator.post(&path, &json!({ "payload": payload })).await.expect(200).json();
    assert_eq!((&now["errors"][0]["code"], &now["status"]), (&json!("required"), &Value::Null));
    let tried = operator.post(&path, &json!({ "mapping": simple(), "payload": payload })).await.expect(200).json();
    assert_eq!(
        (&tried["status"], &tried["errors"], &tried["duplicate_of"]),
        (&json!("assigned"), &json!([]), &Value::Null)
    );
    assert_eq!(tried["fields"]["contact_email"], "ann@example.com");
    assert_eq!(tried["fields"]["form_data"], json!({ "roof": "flat" }));
    assert_eq!(tried["matches"].as_array().map(Vec::len), Some(1));
    let as_json: Value = serde_json::from_str(payload).expect("JSON");
    let same = operator.post(&path, &json!({ "mapping": simple(), "payload": as_json })).await.expect(200).json();
    assert_eq!(same, tried);
    let form = json!({ "mapping": simple(), "payload": "lead[mail]=ann%40example.com&roof=flat", "content_type": "application/x-www-form-urlencoded" });
    assert_eq!(operator.post(&path, &form).await.expect(200).json()["fields"], tried["fields"]);
    for (body, place) in [
        (json!({ "mapping": { "contact_email": "x" }, "payload": payload }), "#/mapping/contact_email"),
        (json!({ "mapping": simple() }), "#/payload"),
        (json!({ "mapping": simple(), "payload": 5 }), "#/payload"),
        (json!({ "mapping": simple(), "payload": "{" }), "#/payload"),
        (json!({ "mapping": simple(), "payload": "[]" }), "#/payload"),
        (json!({ "mapping": simple(), "payload": "x", "content_type": "image/png" }), "#/payload"),
        (json!({ "mapping": simple(), "payload": payload, "store": true }), "#/store"),
    ] {
        assert_eq!(operator.post(&path, &body).await.expect(422).wrong_fields(), [place], "{body}");
    }
    // Any source may be tried, with a mapping or as it is.
    let plain = app.source_of(&rita.niche).await;
    let body = json!({ "payload": { "contact_email": "bob@example.com" } });
    let as_is = operator.post(format!("{SOURCES}/{}/try", plain.id), &body).await.expect(200).json();
    assert_eq!(as_is["status"], "assigned");
    rita.client.post(&path, &body).await.expect(403);
    let nowhere = leadhouse::id::new_uuid(app.clock.now());
    operator.post(format!("{SOURCES}/{nowhere}/try"), &body).await.expect(404);
    assert!(payloads(&app, &source).await.is_empty());
    assert_eq!(app.audit_of(&source.id).await, ["source.created"]);
}

#[tokio::test]
async fn a_refused_post_is_replayed_with_the_mended_mapping() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = mapped(&app, &rita.niche, json!({ "contact_email": "/email" })).await;
    let sent = json!({ "customer": { "e-mail": "ann@example.com", "name": "Ann" }, "roof": "flat" });
    source.sending(&sent).await.expect(422);
    gets(&source, "customer.e-mail=bob%40example.com").await.expect(422);
    let refused = payloads(&app, &source).await;
    assert_eq!((refused.len(), &refused[1]["payload"]), (2, &json!(sent.to_string())));
    let replay =
        |payload: &Value| format!("{SOURCES}/{}/payloads/{}/replay", source.id, payload["id"].as_str().expect("an id"));
    app.operator().post(replay(&refused[1]), &json!({})).await.expect(422);
    let mended = json!({ "mapping": { "contact_email": "/customer/e-mail", "contact_name": "/customer/name" } });
    app.operator().patch(format!("{SOURCES}/{}", source.id), &mended).await.expect(200);
    for (payload, email) in [(&refused[1], "ann@example.com"), (&refused[0], "bob@example.com")] {
        let lead = app.operator().post(replay(payload), &json!({})).await.expect(200).json();
        assert_eq!((&lead["status"], &lead["contact_email"]), (&json!("assigned"), &json!(email)));
        assert_eq!(app.operator().post(replay(payload), &json!({})).await.expect(200).json()["id"], lead["id"]);
    }
    assert_eq!(rita.me().await["counts"]["active"], 2);
    source.sending(&json!({ "customer": { "e-mail": "cy@example.com" } })).await.expect(201);
}

#[tokio::test]
async fn bad_bodies_are_refused_and_kept() {
    let app = TestApp::start().await;
    let source = mapped(&app, &app.niche("Roofing").await, simple()).await;
    let kept = [
        ("application/json", "{".to_owned()),
        ("application/json", String::new()),
        ("application/json", "[]".to_owned()),
        ("application/json", "null".to_owned()),
        ("application/json", "[".repeat(100_000)),
        ("application/json", format!("{}1{}", r#"{"lead":"#.repeat(100), "}".repeat(100))),
        ("application/json", r#"{"lead": {"mail": {"a": [1]}, "phone": true}}"#.to_owned()),
        ("application/json", r#"{"lead": "text"}"#.to_owned()),
        ("application/x-www-form-urlencoded", "f=1&".repeat(20_001)),
        ("application/x-www-form-urlencoded", "a[b=1&&&=&lead[=x".to_owned()),
        ("multipart/form-data", "no parts".to_owned()),
        ("image/png", "\u{89}PNG".to_owned()),
    ];
    for (n, (kind, body)) in kept.iter().enumerate() {
        let refused = raw(&source, kind, body.clone()).await;
        assert!([400, 415, 422].contains(&refused.status), "{kind} {body:.60}: {refused:?}");
        refused.problem();
        assert_eq!(payloads(&app, &source).await.len(), n + 1, "{kind} {body:.60}");
    }
    raw(&source, "application/json", vec![b' '; 3 * 1024 * 1024]).await.expect(413);
    // What is only odd is taken.
    let wide: Vec<String> = (0..10_000).map(|n| format!("\"f{n}\":{n}")).collect();
    for body in [
        format!(r#"{{"lead": {{"mail": "a@example.com"}}, {}}}"#, wide.join(",")),
        r#"{"lead": {"mail": "b@example.com", "mail": "b@example.com"}, "x": 1, "x": 2}"#.to_owned(),
        r#"[{"lead": {"mail": ["c@example.com"]}}]"#.to_owned(),
        "{\"lead\": {\"mail\": \"d@example.com\"}, \"n\": \"\u{0}\"}".to_owned(),
    ] {
        raw(&source, "application/json", body).await.expect(201);
    }
    let form: Vec<String> = (0..10_000).map(|n| format!("f[{n}]=1&")).collect();
    source.posts_form(&format!("{}lead.mail=e%40example.com", form.concat())).await.expect(201);
    let latin = raw(
        &source,
        "application/x-www-form-urlencoded; charset=iso-8859-1",
        b"who=Zo%EB&lead.mail=f%40example.com".to_vec(),
    );
    assert_eq!(shown(&app, &latin.await.expect(201)).await["contact_name"], "Zoë");
}
