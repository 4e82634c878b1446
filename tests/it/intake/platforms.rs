//! What the platforms send, exactly as they document it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, RawQuery};
use axum::http::Method;
use axum::routing::get;
use base64::Engine as _;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Answer, Call, Source, TestApp};

fn signature(secret: &str, body: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn post(source: &Source, media: &str, body: &str) -> Call {
    source.client.call(Method::POST, source.path()).header("content-type", media).body(body)
}

pub fn meta_post(source: &Source, body: &str) -> Call {
    let hex = leadhouse::text::hex(&signature(source.secret.as_deref().expect("a secret"), body));
    post(source, "application/json", body).header("x-hub-signature-256", format!("sha256={hex}"))
}

fn typeform_post(source: &Source, body: &str) -> Call {
    let signed = signature(source.secret.as_deref().expect("a secret"), body);
    let signed = base64::engine::general_purpose::STANDARD.encode(signed);
    post(source, "application/json", body).header("typeform-signature", format!("sha256={signed}"))
}

async fn leads(app: &TestApp) -> Vec<Value> {
    let mut all = Vec::new();
    for item in app.operator().get("/api/v1/admin/leads?limit=100").await.expect(200).items() {
        let id = item["id"].as_str().expect("an id");
        all.push(app.operator().get(format!("/api/v1/admin/leads/{id}")).await.expect(200).json());
    }
    all.reverse();
    all
}

/// The only lead there is.
async fn only(app: &TestApp) -> Value {
    let all = leads(app).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().expect("a lead")
}

fn typeform_response() -> String {
    json!({
        "event_id": "01FE", "event_type": "form_response",
        "form_response": {
            "form_id": "lT4Z3j", "token": "a3a12ec67a1365927098a606107fac15", "landed_at": "2026-11-24T18:17:02Z",
            "submitted_at": "2026-11-24T18:20:00Z",
            "hidden": { "utm_campaign": "spring", "zip": "80211" },
            "definition": { "id": "lT4Z3j", "title": "Roofs", "fields": [
                { "id": "f1", "title": "Hi! What is your name?", "type": "short_text", "ref": "r1", "properties": {} },
                { "id": "f2", "title": "Where can we write to?", "type": "email", "ref": "r2", "properties": {} },
                { "id": "f3", "title": "And call?", "type": "phone_number", "ref": "r3", "properties": {} },
                { "id": "f4", "title": "What is the roof made of?", "type": "multiple_choice", "ref": "r4", "properties": {} },
                { "id": "f5", "title": "What is wrong?", "type": "multiple_choice", "ref": "r5", "properties": {} },
                { "id": "f6", "title": "How many square feet?", "type": "number", "ref": "r6", "properties": {} },
                { "id": "f7", "title": "Is it urgent?", "type": "yes_no", "ref": "r7", "properties": {} },
                { "id": "f8", "title": "A deposit", "type": "payment", "ref": "r8", "properties": {} },
            ] },
            "answers": [
                { "type": "text", "text": "Zoë O'Hara", "field": { "id": "f1", "type": "short_text", "ref": "r1" } },
                { "type": "email", "email": "zoe@example.org", "field": { "id": "f2", "type": "email", "ref": "r2" } },
                { "type": "phone_number", "phone_number": "+16502530000", "field": { "id": "f3", "type": "phone_number", "ref": "r3" } },
                { "type": "choice", "choice": { "id": "c1", "label": "Slate", "ref": "x" }, "field": { "id": "f4", "type": "multiple_choice", "ref": "r4" } },
                { "type": "choices", "choices": { "ids": ["c2"], "labels": ["Leaks", "Moss"], "other": "Birds" }, "field": { "id": "f5", "type": "multiple_choice", "ref": "r5" } },
                { "type": "number", "number": 1500, "field": { "id": "f6", "type": "number", "ref": "r6" } },
                { "type": "boolean", "boolean": true, "field": { "id": "f7", "type": "yes_no", "ref": "r7" } },
                { "type": "payment", "payment": { "amount": "25.00", "last4": "4242", "name": "Z", "success": true }, "field": { "id": "f8", "type": "payment", "ref": "r8" } },
            ],
        },
    })
    .to_string()
}

#[tokio::test]
async fn a_typeform_response_is_a_lead_with_its_questions() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "typeform", json!({ "secret": "typeform's own" })).await;
    let body = typeform_response();
    let receipt = typeform_post(&source, &body).await.expect(200);
    assert_eq!(receipt.json()["status"], "assigned");
    let lead = only(&app).await;
    assert_eq!(
        [
            &lead["contact_name"],
            &lead["contact_email"],
            &lead["contact_phone"],
            &lead["postal_code"],
            &lead["external_id"]
        ],
        ["Zoë O'Hara", "zoe@example.org", "+16502530000", "80211", "a3a12ec67a1365927098a606107fac15"]
    );
    let answers = &lead["form_data"];
    assert_eq!(answers["What is the roof made of?"], "Slate");
    assert_eq!(answers["What is wrong?"], json!(["Leaks", "Moss", "Birds"]));
    assert_eq!(answers["How many square feet?"], 1500);
    assert_eq!(answers["Is it urgent?"], true);
    assert_eq!(answers["A deposit"]["amount"], "25.00");
    assert_eq!(lead["utm_campaign"], "spring");
    assert_eq!(lead["attribution"]["form_id"], "lT4Z3j");
    assert_eq!(lead["raw_payload"], body);
    // The same response again.
    assert_eq!(typeform_post(&source, &body).await.expect(200).json()["status"], "duplicate");
}

#[tokio::test]
async fn a_platform_that_cannot_sign_is_refused_and_stores_nothing() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let body = typeform_response();
    let typeform = app.new_source(&niche, "typeform", json!({})).await;
    let meta = app.new_source(&niche, "meta", json!({})).await;
    let other = app.new_source(&niche, "typeform", json!({})).await;
    let right = signature(typeform.secret.as_deref().expect("a secret"), &body);
    let right = base64::engine::general_purpose::STANDARD.encode(right);
    for (what, call) in [
        ("no signature", post(&typeform, "application/json", &body)),
        (
            "another source's",
            post(&other, "application/json", &body).header("typeform-signature", format!("sha256={right}")),
        ),
        ("of another body", typeform_post(&typeform, &body).body(format!("{body} "))),
        ("without its prefix", post(&typeform, "application/json", &body).header("typeform-signature", &right)),
        ("of no length", post(&typeform, "application/json", &body).header("typeform-signature", "sha256=")),
        ("Meta without one", post(&meta, "application/json", "{}")),
        ("a body that is no JSON", post(&meta, "application/json", "{")),
    ] {
        let refused = call.await.expect(403);
        assert_eq!(refused.str("code"), "wrong_signature", "{what}");
    }
    assert!(leads(&app).await.is_empty());
}

#[tokio::test]
async fn meta_finds_out_that_the_address_is_the_sources() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let source = app.new_source(&niche, "meta", json!({})).await;
    let asked = |token: &str, rest: &str| {
        source.client.get(format!("{}?hub.mode=subscribe&hub.verify_token={token}{rest}", source.path()))
    };
    let answer = asked(&source.key, "&hub.challenge=1158201444").await.expect(200);
    assert_eq!((answer.text.as_str(), answer.header("content-type")), ("1158201444", "text/plain; charset=utf-8"));
    assert_eq!(asked("wrong", "&hub.challenge=1").await.expect(403).str("code"), "wrong_verify_token");
    asked(&source.key, "").await.expect(400);
    let ours = app.source_of(&niche).await;
    let refused = ours.client.get(ours.path()).await.expect(405);
    assert_eq!(refused.header("allow"), "POST");
    source.client.get("/api/v1/intake/nobody?hub.challenge=1").await.expect(404);
}

fn inlined(id: u64, email: &str) -> Value {
    json!({ "field": "leadgen", "value": {
        "leadgen_id": id, "page_id": 153_125_381_133_i64, "form_id": 12_312_312_312_i64, "created_time": 1_440_120_384,
        "field_data": [
            { "name": "full_name", "values": ["Joe Example"] }, { "name": "email", "values": [email] },
            { "name": "zip_code", "values": ["80211"] }, { "name": "what_do_you_need?", "values": ["A roof", "Gutters"] },
        ],
    } })
}

#[tokio::test]
async fn leads_that_are_in_metas_post_are_each_taken_for_itself() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "meta", json!({})).await;
    let unreachable = json!({ "field": "leadgen", "value": { "leadgen_id": 9, "field_data": [{ "name": "full_name", "values": ["Nobody"] }] } });
    let other = json!({ "field": "feed", "value": { "item": "like" } });
    let changes = json!([inlined(1, "joe@example.org"), unreachable, other, inlined(2, "ann@example.org")]);
    let body =
        json!({ "object": "page", "entry": [{ "id": 153, "time": 1_438_292_065, "changes": changes }] }).to_string();
    for _ in 0..2 {
        assert_eq!(meta_post(&source, &body).await.expect(200).text, "{}");
    }
    let all = leads(&app).await;
    let told: Vec<_> = all.iter().map(|lead| (lead["contact_email"].as_str(), lead["status"].as_str())).collect();
    let (joe, ann) = (Some("joe@example.org"), Some("ann@example.org"));
    assert_eq!(
        told,
        [(joe, Some("assigned")), (ann, Some("assigned")), (joe, Some("duplicate")), (ann, Some("duplicate"))]
    );
    let lead = &all[0];
    assert_eq!((&lead["external_id"], &lead["postal_code"]), (&json!("1"), &json!("80211")));
    assert_eq!(lead["form_data"]["what_do_you_need?"], json!(["A roof", "Gutters"]));
    assert_eq!(
        (&lead["utm_source"], &lead["attribution"]["page_id"]),
        (&json!("facebook"), &json!(153_125_381_133_i64))
    );
    // Nobody's payload holds somebody else.
    assert!(!lead["raw_payload"].as_str().expect("a payload").contains("ann@"), "{lead}");
}

#[tokio::test]
async fn metas_test_lead_is_a_test() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "meta", json!({})).await;
    let value = json!({ "leadgen_id": "444", "field_data": [
        { "name": "full_name", "values": ["<test lead: dummy data for full_name>"] },
        { "name": "email", "values": ["<test lead: dummy data for email>"] },
    ] });
    let body =
        json!({ "object": "page", "entry": [{ "changes": [{ "field": "leadgen", "value": value }] }] }).to_string();
    assert_eq!(meta_post(&source, &body).await.expect(200).text, "{}");
    assert_eq!(only(&app).await["status"], "test");
}

/// Meta's Graph API, as far as it is asked: what it was asked for, and what it answers.
pub async fn graph(answers: Vec<(u16, Value)>) -> (String, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let answers = Arc::new(Mutex::new(answers));
    let seen = asked.clone();
    let answer = move |Path(id): Path<String>, RawQuery(query): RawQuery| {
        let (seen, answers) = (seen.clone(), answers.clone());
        async move {
            seen.lock().expect("a list").push(format!("{id}?{}", query.unwrap_or_default()));
            let mut answers = answers.lock().expect("answers");
            let (status, body) = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
            (axum::http::StatusCode::from_u16(status).expect("a status"), axum::Json(body))
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/v23.0", listener.local_addr().expect("an address"));
    let router = axum::Router::new().route("/v23.0/{id}", get(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, asked)
}

pub fn notice(id: u64) -> String {
    let value = json!({ "leadgen_id": id, "page_id": 123_123_123, "form_id": 12_312_312_312_i64, "ad_id": 12_312_312_312_i64,
        "adgroup_id": 12_312_312_312_i64, "created_time": 1_440_120_384 });
    let changes = json!([{ "field": "leadgen", "value": value }]);
    json!({ "object": "page", "entry": [{ "id": 153_125_381_133_i64, "time": 1_438_292_065, "changes": changes }] })
        .to_string()
}

#[tokio::test]
async fn a_lead_that_metas_notice_only_names_is_fetched() {
    let lead = json!({ "created_time": "2015-02-28T08:49:14+0000", "id": "123123123123", "ad_id": "12", "form_id": "13", "platform": "ig",
        "field_data": [{ "name": "full_name", "values": ["Joe Example"] }, { "name": "email", "values": ["joe@example.org"] }] });
    let refusal = json!({ "error": { "message": "Error validating access token: page-token-1", "type": "OAuthException", "code": 190 } });
    let (address, asked) = graph(vec![(400, refusal), (200, lead)]).await;
    let mut app = TestApp::start().await;
    app.restarts_with(|settings| settings.meta_graph_url = address).await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "meta", json!({ "access_token": "page-token-1" })).await;
    for _ in 0..2 {
        assert_eq!(meta_post(&source, &notice(123_123_123_123)).await.expect(200).text, "{}");
    }
    app.run_jobs().await;
    // Refused at first: it stands among the jobs, without the token.
    let job = app.operator().get("/api/v1/admin/jobs?kind=intake.fetch_lead").await.expect(200).items();
    assert_eq!(job.len(), 1, "{job:?}");
    let error = job[0]["last_error"].as_str().expect("an error");
    assert!(error.contains("Meta answered 400: Error validating access token: …"), "{error}");
    app.advance(Duration::from_mins(10));
    app.run_jobs().await;
    let lead = only(&app).await;
    assert_eq!((&lead["status"], &lead["contact_email"]), (&json!("assigned"), &json!("joe@example.org")));
    assert_eq!((&lead["external_id"], &lead["utm_source"]), (&json!("123123123123"), &json!("instagram")));
    assert_eq!(lead["attribution"]["adgroup_id"], 12_312_312_312_i64);
    let asked = asked.lock().expect("a list").clone();
    assert!(
        asked.iter().all(|call| call.starts_with("123123123123?fields=") && call.contains("access_token=page-token-1")),
        "{asked:?}"
    );
    assert_eq!(asked.len(), 2);
    // The token is nobody's to read.
    let shown = app.operator().get(format!("/api/v1/admin/sources/{}", source.id)).await.expect(200);
    assert!(!shown.text.contains("page-token-1") && shown.json()["has_access_token"] == true, "{}", shown.text);
}

const ADF: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<?ADF VERSION="1.0"?>
<adf><prospect status="new">
  <id sequence="1" source="Cars">L-17</id>
  <requestdate>2000-03-30T15:30:20-08:0</requestdate>
  <vehicle interest="buy" status="used"><year>2008</year><make>Ford &amp; Sons</make><model><![CDATA[F<150>]]></model></vehicle>
  <vehicle interest="trade-in"><year>1999</year></vehicle>
  <customer><contact>
    <name part="first">Zo&#235;</name><name part="last">O'Hara</name>
    <phone type="fax">650-253-9999</phone><phone type="cellphone" time="evening">650-253-0000</phone>
    <email preferredcontact="1">zoe@example.org</email>
    <address><street line="1">1 Main St</street><city>Denver</city><regioncode>CO</regioncode><postalcode>80211</postalcode></address>
  </contact><comments>Call me & my wife&nbsp;soon</comments></customer>
  <vendor><contact><name part="full">Dealer Name</name><email>sales@dealer.example</email></contact></vendor>
</prospect></adf>"#;

fn contact_of(lead: &Value) -> [&str; 4] {
    ["contact_name", "contact_email", "contact_phone", "postal_code"]
        .map(|name| lead[name].as_str().unwrap_or("nothing"))
}

#[tokio::test]
async fn an_adf_document_is_a_lead() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "adf", json!({})).await;
    assert_eq!(post(&source, "application/x-adf+xml", ADF).await.expect(200).json()["status"], "assigned");
    let lead = only(&app).await;
    assert_eq!(contact_of(&lead), ["Zoë O'Hara", "zoe@example.org", "+16502530000", "80211"]);
    let answers = &lead["form_data"];
    assert_eq!(answers["vehicle make"], "Ford & Sons");
    assert_eq!(answers["vehicle model"], "F<150>");
    assert_eq!((&answers["vehicle interest"], &answers["vehicle 2 year"]), (&json!("buy"), &json!("1999")));
    assert_eq!(answers["comments"], "Call me & my wife soon");
    assert_eq!(
        (&answers["city"], &answers["state"], &answers["fax"]),
        (&json!("Denver"), &json!("CO"), &json!("650-253-9999"))
    );
    assert_eq!(lead["external_id"], "L-17");
    assert_eq!(lead["attribution"]["vendor contact name"], "Dealer Name");
    assert_eq!(lead["raw_payload"], ADF);
}

#[tokio::test]
async fn adf_comes_in_mails_in_other_letters_and_several_at_once() {
    let app = TestApp::start().await;
    let niche = app.niche("Cars").await;
    let source = app.new_source(&niche, "adf", json!({})).await;
    let customer = |name: &str, email: &str| {
        format!(
            "<prospect><customer><contact><name>{name}</name><email>{email}</email></contact></customer></prospect>"
        )
    };
    let latin =
        format!("<?xml version='1.0' encoding='ISO-8859-1'?><adf>{}</adf>", customer("M\u{fc}ller", "m@example.org"));
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let call = source.client.call(Method::POST, source.path()).header("content-type", "text/xml").body(latin);
    call.await.expect(200);
    let mail = format!(
        "New lead from your site:\r\n\r\n<adf>{}</adf>\r\n-- \r\nSent by the site",
        customer("Ann Lee", "ann@example.org")
    );
    post(&source, "text/plain; charset=utf-8", &mail).await.expect(200);
    let two = format!("<ADF>{}{}</ADF>", customer("Bo", "bo@example.org"), customer("Cy", "cy@example.org"));
    post(&source, "application/xml", &two).await.expect(200);
    let all = leads(&app).await;
    let names: Vec<_> = all.iter().map(|lead| lead["contact_name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["Müller", "Ann Lee", "Bo", "Cy"]);
    assert!(all.iter().all(|lead| lead["flags"] == json!([])), "{all:?}");
    assert!(!all[2]["raw_payload"].as_str().expect("a payload").contains("cy@"), "{:?}", all[2]);
}

#[tokio::test]
async fn what_is_no_adf_is_refused_with_a_reason() {
    let app = TestApp::start().await;
    let niche = app.niche("Cars").await;
    let source = app.new_source(&niche, "adf", json!({})).await;
    let deep = "<a>".repeat(100);
    for (body, code) in [
        ("<adf><prospect><customer>", "malformed_xml"),
        ("<adf></prospect></adf>", "malformed_xml"),
        ("", "malformed_xml"),
        ("no XML at all", "malformed_xml"),
        (deep.as_str(), "malformed_xml"),
        ("<!DOCTYPE adf [<!ENTITY a \"b\">]><adf><prospect/></adf>", "malformed_xml"),
        ("<adf/><adf/>", "malformed_xml"),
        ("<adf/>", "required"),
        ("<adf><prospect/></adf>", "required"),
        (
            "<adf><prospect><customer><contact><email>nobody</email></contact></customer></prospect></adf>",
            "invalid_email",
        ),
    ] {
        let refused = post(&source, "application/xml", body).await.expect(422);
        assert_eq!(refused.json()["errors"][0]["code"], code, "{body}: {}", refused.text);
    }
    post(&source, "application/json", "{}").await.expect(415);
    assert!(leads(&app).await.is_empty());
}

#[tokio::test]
async fn a_preview_reads_every_format_and_stores_nothing() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "adf", json!({})).await;
    let call = source.client.call(Method::POST, format!("{}/preview", source.path()));
    let preview: Answer = call.header("content-type", "text/xml").body(ADF).await.expect(200);
    assert_eq!(
        (&preview.json()["status"], &preview.json()["fields"]["external_id"]),
        (&json!("assigned"), &json!("L-17"))
    );
    assert!(leads(&app).await.is_empty());
}
