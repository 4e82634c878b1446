//! Google Ads lead form deliveries, as Google documents them.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Source, TestApp};

/// What Google's "send test data" sends, with the source's key in place.
fn test_data(source: &Source) -> Value {
    json!({
        "lead_id": "TeSter-123-ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefghijklmnopqrstuvwxyz-0123456789-AaBbCcDdEeFfGgHhIiJjKkLl",
        "user_column_data": [
            { "column_name": "Full Name", "string_value": "FirstName LastName", "column_id": "FULL_NAME" },
            { "column_name": "User Phone", "string_value": "+16505550123", "column_id": "PHONE_NUMBER" },
            { "column_name": "User Email", "string_value": "test@example.com", "column_id": "EMAIL" },
            { "column_name": "Postal Code", "string_value": "94043", "column_id": "POSTAL_CODE" },
            { "string_value": "Roofing", "column_id": "SERVICE" }
        ],
        "api_version": "1.0", "form_id": 18_698_608_977_i64, "campaign_id": 991_214_827,
        "google_key": source.secret.as_deref().expect("a secret"), "is_test": true,
        "gcl_id": "TeSter-123", "adgroup_id": 20_000_000_000_i64, "creative_id": 30_000_000_000_i64
    })
}

async fn google(app: &TestApp, niche: &str) -> Source {
    app.new_source(niche, "google_ads", json!({})).await
}

/// The newest lead, as the back office shows it.
async fn newest(app: &TestApp) -> Answer {
    let items = app.operator().get("/api/v1/admin/leads?limit=1").await.expect(200).items();
    let id = items.first().expect("a lead")["id"].as_str().expect("an id").to_owned();
    app.operator().get(format!("/api/v1/admin/leads/{id}")).await.expect(200)
}

async fn count(app: &TestApp) -> usize {
    app.operator().get("/api/v1/admin/leads?limit=100").await.expect(200).items().len()
}

#[tokio::test]
async fn googles_test_data_is_a_test() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = google(&app, &rita.niche).await;
    for _ in 0..2 {
        let answer = source.sending(&test_data(&source)).await.expect(200);
        assert_eq!((answer.text.as_str(), answer.header("content-type")), ("{}", "application/json"));
    }
    let lead = newest(&app).await.json();
    assert_eq!((&lead["status"], &lead["assignments"]), (&json!("test"), &json!([])));
    assert_eq!(lead["contact_name"], "FirstName LastName");
    assert_eq!(lead["contact_email"], "test@example.com");
    assert_eq!(lead["contact_phone"], "+16505550123");
    assert_eq!(lead["postal_code"], "94043");
    assert_eq!(count(&app).await, 2);
    assert_eq!(rita.me().await["counts"]["active"], 0);
}

#[tokio::test]
async fn a_delivery_reaches_the_providers_once_however_often_it_comes() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = google(&app, &rita.niche).await;
    let delivery = source.google_delivery(&[("POSTAL_CODE", "80202")]);
    assert_eq!(source.sending(&delivery).await.expect(200).text, "{}");
    assert_eq!(newest(&app).await.json()["status"], "assigned");
    let answers = source.sends_at_once(8, &delivery).await;
    assert_eq!(answers.count(200), 8, "{answers:?}");
    assert!(answers.0.iter().all(|a| a.text == "{}"));
    assert_eq!(newest(&app).await.json()["status"], "duplicate");
    let charges = app.ledger_of(&rita.id).await.into_iter().filter(|(kind, ..)| kind == "charge");
    assert_eq!(charges.count(), 1);
}

#[tokio::test]
async fn everything_google_sends_is_kept() {
    let app = TestApp::start().await;
    let source = google(&app, &app.niche("Roofing").await).await;
    let key = source.secret.clone().expect("a secret");
    let body = format!(
        r#"{{"lead_id":"L1","user_column_data":[
            {{"column_name":"Vorname","string_value":"Zoë","column_id":"FIRST_NAME"}},
            {{"column_id":"LAST_NAME","string_value":"O'Hara"}},
            {{"column_id":"WORK_EMAIL","string_value":"zoe@example.com"}},
            {{"column_id":"WORK_PHONE","string_value":"(650) 253-0000"}},
            {{"column_name":"When?","column_id":"when_q","string_value":"now"}},
            {{"column_name":"When?","column_id":"when_q2","string_value":"soon"}},
            {{"column_name":"form_id","column_id":"x","string_value":"mine","later":"kept out of the way"}},
            {{"column_name":"Empty","column_id":"y"}}],
          "api_version":"1.0","form_id":9007199254740993,"campaign_id":9223372036854775807,"google_key":"{key}",
          "gcl_id":"g","adgroup_id":1,"creative_id":2,"asset_group_id":3,"lead_stage":"s",
          "lead_submit_time":"2024-09-26T12:30:00Z","brand_new":{{"deep":[9007199254740993]}}}}"#
    );
    let call =
        source.client.call(Method::POST, source.path()).header("content-type", "application/json; charset=utf-8");
    assert_eq!(call.body(body.clone()).await.expect(200).text, "{}");
    let answer = newest(&app).await;
    let kept = r#""form_data":{"Vorname":"Zoë","LAST_NAME":"O'Hara","WORK_EMAIL":"zoe@example.com","WORK_PHONE":"(650) 253-0000","When?":"now","When? (2)":"soon","form_id":"mine","Empty":"","brand_new":{"deep":[9007199254740993]}}"#;
    assert!(answer.text.contains(kept), "{answer:?}");
    for part in [
        r#""form_id":9007199254740993"#,
        r#""campaign_id":9223372036854775807"#,
        r#""asset_group_id":3"#,
        r#""lead_submit_time":"2024-09-26T12:30:00Z""#,
        r#""brand_new":{"deep":[9007199254740993]}"#,
    ] {
        assert!(answer.text.contains(part), "{part}: {answer:?}");
    }
    let lead = answer.json();
    assert_eq!(lead["contact_name"], "Zoë O'Hara");
    assert_eq!(lead["contact_email"], "zoe@example.com");
    assert_eq!(lead["contact_phone"], "+16502530000");
    assert_eq!(lead["external_id"], "L1");
    assert_eq!(lead["utm_source"], "google");
    assert_eq!(lead["utm_campaign"], "9223372036854775807");
    assert_eq!(lead["raw_payload"], body);
    assert!(!lead["form_data"].to_string().contains(&key), "the key is no provider's business");
}

#[tokio::test]
async fn the_key_is_asked_first() {
    let app = TestApp::start().await;
    let source = google(&app, &app.niche("Roofing").await).await;
    let good = source.google_delivery(&[]);
    let key = source.secret.clone().expect("a secret");
    for wrong in
        [json!("wrong"), json!(""), json!(null), json!(1), json!(key.get(1..)), json!(format!("{key}x")), json!([key])]
    {
        let mut delivery = good.clone();
        delivery["google_key"] = wrong.clone();
        assert_eq!(source.sending(&delivery).await.expect(403).problem_code(), "wrong_google_key", "{wrong}");
        source.previews(&delivery).await.expect(403);
    }
    source.sending(&json!({ "lead_id": 1, "user_column_data": "x" })).await.expect(403);
    assert_eq!(count(&app).await, 0);
    source.sending(&good).await.expect(200);
    let changed = json!({ "secret": "a key of our own" });
    app.operator().patch(format!("/api/v1/admin/sources/{}", source.id), &changed).await.expect(200);
    source.sending(&good).await.expect(403);
}

#[tokio::test]
async fn what_cannot_be_a_lead_is_refused_with_the_reason() {
    let app = TestApp::start().await;
    let source = google(&app, &app.niche("Roofing").await).await;
    let good = source.google_delivery(&[]);
    let with = |name: &str, value: Value| {
        let mut delivery = good.clone();
        delivery[name] = value;
        delivery
    };
    let columns = |columns: Value| with("user_column_data", columns);
    for (delivery, pointer) in [
        (columns(json!([])), "#/user_column_data"),
        (columns(json!([{ "column_id": "FULL_NAME", "string_value": "Bob" }])), "#/user_column_data"),
        (columns(json!([{ "column_id": "EMAIL", "string_value": "nonsense" }])), "#/user_column_data"),
    ] {
        let refused = source.sending(&delivery).await.expect(422);
        assert_eq!(refused.wrong_fields(), [pointer], "{delivery:.200}");
    }
    let column = json!({ "column_name": "Again", "column_id": "again", "string_value": "x" });
    let crowd = |person: Value| columns(Value::Array([vec![column.clone(); 10_000], vec![person]].concat()));
    source.sending(&crowd(column.clone())).await.expect(422);
    assert_eq!(count(&app).await, 0);
    let email = json!({ "column_id": "EMAIL", "string_value": "a@example.com" });
    for large in [crowd(email.clone()), with("more", json!("x".repeat(64 * 1024)))] {
        source.sending(&large).await.expect(200);
        let lead = newest(&app).await.json();
        assert_eq!(lead["flags"], json!(["answers_cut"]));
        assert!(lead["form_data"].to_string().len() <= 64 * 1024);
    }
}

#[tokio::test]
async fn what_is_odd_is_taken_and_said() {
    let app = TestApp::start().await;
    let source = google(&app, &app.niche("Roofing").await).await;
    let email = json!({ "column_id": "EMAIL", "string_value": "a@example.com" });
    let named = |name: &str| json!([email, { "column_id": "FULL_NAME", "string_value": name }]);
    for (members, name, flags) in [
        (json!({ "user_column_data": named("Ann\tLee") }), json!("Ann Lee"), json!(["name_cleaned"])),
        (json!({ "user_column_data": named(&"é".repeat(301)) }), json!("é".repeat(200)), json!(["name_cut"])),
        (json!({ "user_column_data": [email, 1] }), Value::Null, json!(["columns_unreadable"])),
        (json!({ "user_column_data": [email, { "column_id": 1, "string_value": 2 }] }), Value::Null, json!([])),
        (json!({ "user_column_data": email }), Value::Null, json!([])),
        (json!({ "lead_id": "", "user_column_data": [email] }), Value::Null, json!(["external_id_missing"])),
        (json!({ "lead_id": null, "user_column_data": [email] }), Value::Null, json!(["external_id_missing"])),
        (json!({ "lead_id": 7, "user_column_data": [email] }), Value::Null, json!([])),
        (json!({ "is_test": "maybe", "user_column_data": [email] }), Value::Null, json!(["is_test_unreadable"])),
        (json!({ "campaign_id": [1], "user_column_data": [email] }), Value::Null, json!([])),
    ] {
        let mut delivery = source.google_delivery(&[]);
        delivery.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
        assert_eq!(source.sending(&delivery).await.expect(200).text, "{}");
        let lead = newest(&app).await.json();
        assert_eq!((&lead["contact_name"], &lead["flags"]), (&name, &flags), "{members:.300}");
        assert_eq!(lead["contact_email"], "a@example.com");
    }
    let doubled = source.google_delivery(&[]).to_string().replacen('{', "{\"gcl_id\":\"a\",", 1);
    let call = source.client.call(Method::POST, source.path()).header("content-type", "application/json");
    call.body(doubled).await.expect(200);
    assert_eq!(newest(&app).await.json()["flags"], json!(["duplicate_keys"]));
}

#[tokio::test]
async fn a_test_needs_no_columns() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = google(&app, &rita.niche).await;
    for is_test in [json!(true), json!("true"), json!(1), json!("1"), json!("on"), json!("yes")] {
        for columns in [Value::Null, json!([]), json!([{ "column_id": "EMAIL", "string_value": "nonsense" }])] {
            let mut delivery = source.google_delivery(&[]);
            delivery["is_test"] = is_test.clone();
            delivery["user_column_data"] = columns;
            assert_eq!(source.sending(&delivery).await.expect(200).text, "{}");
            assert_eq!(newest(&app).await.json()["status"], "test", "{is_test}");
        }
    }
    let mut bare = source.google_delivery(&[]);
    bare.as_object_mut().expect("an object").remove("user_column_data");
    source.sending(&bare).await.expect(422);
    bare["is_test"] = json!(true);
    bare["google_key"] = json!("wrong");
    source.sending(&bare).await.expect(403);
    assert_eq!(rita.me().await["counts"]["active"], 0);
}

#[tokio::test]
async fn an_address_that_is_none_does_not_lose_the_lead_where_there_is_a_number() {
    let app = TestApp::start().await;
    let source = google(&app, &app.niche("Roofing").await).await;
    let mut delivery = source.google_delivery(&[]);
    delivery["user_column_data"] = json!([
        { "column_id": "EMAIL", "string_value": "nonsense" },
        { "column_id": "PHONE_NUMBER", "string_value": "call after six" }
    ]);
    source.sending(&delivery).await.expect(200);
    let lead = newest(&app).await.json();
    assert_eq!((&lead["contact_email"], &lead["contact_phone"]), (&Value::Null, &json!("call after six")));
    assert_eq!(lead["form_data"]["EMAIL"], "nonsense");
}

#[tokio::test]
async fn a_preview_reads_it_the_same_way() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = google(&app, &rita.niche).await;
    let told = source.previews(&source.google_delivery(&[("SERVICE", "Gutters")])).await.expect(200).json();
    assert_eq!(told["status"], "assigned");
    assert_eq!(told["fields"]["form_data"]["SERVICE"], "Gutters");
    assert_eq!(told["matches"][0]["provider_id"], rita.id);
    assert_eq!(count(&app).await, 0);
}
