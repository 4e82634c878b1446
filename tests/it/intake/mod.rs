//! Leads arrive: our own format, what is kept of it, and what is refused.

mod again;
mod agreed;
mod answers;
mod asked;
mod fate;
mod forms;
mod import;
mod liberal;
mod mapping;
mod media;
mod opted_out;
mod origin;
mod own_page;
mod platforms;
mod posting_page;
mod reach;
mod refused;
mod reread;
mod sets;

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Source, TestApp};

const DAY: Duration = Duration::from_hours(24);

/// The lead as the back office shows it.
async fn shown(app: &TestApp, answer: &Answer) -> Value {
    app.operator().get(format!("/api/v1/admin/leads/{}", answer.str("lead_id"))).await.expect(200).json()
}

fn status(answer: &Answer) -> String {
    answer.str("status")
}

async fn raw(source: &Source, content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    source.client.call(Method::POST, source.path()).header("content-type", content_type).body(body).await
}

#[tokio::test]
async fn a_lead_is_answered_for_with_what_became_of_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let answer = rita.source.sends(json!({})).await.expect(201).json();
    assert_eq!(answer["ok"], true);
    assert_eq!(answer["status"], "assigned");
    assert_eq!(answer["assignments"], 1);
    assert_eq!(answer.as_object().expect("an object").len(), 4);
    let nobody = app.source_of(&app.niche("Nobody's").await).await;
    let answer = nobody.sends(json!({})).await.expect(201).json();
    assert_eq!((&answer["status"], &answer["assignments"]), (&json!("unmatched"), &json!(0)));
}

#[tokio::test]
async fn all_that_was_sent_is_kept_as_it_was_sent() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let body = r#"{
        "contact_name": "Zoë O'Hara", "contact_email": "Zoe.OHara@Example.com", "contact_phone": "(650) 253-0000",
        "postal_code": " 80202 ", "external_id": "ext-1", "utm_source": "s", "utm_medium": "m", "utm_campaign": "c",
        "referrer_url": "https://example.com/roof?x=1",
        "form_data": {"zebra": 9007199254740993, "apple": 1.10, "nested": {"list": [1, "two", null, true]}, "__proto__": "x"},
        "consent": {"text": "I agree.\nReally.", "url": "https://example.com", "ip": "2001:db8::1",
                    "at": "2026-01-02T03:04:05Z", "trustedform_cert_url": "https://cert.trustedform.com/1", "jornaya_leadid": "J"},
        "is_test": false}"#;
    let answer = raw(&source, "Application/JSON; charset=UTF-8", body).await.expect(201);
    let text = app.operator().get(format!("/api/v1/admin/leads/{}", answer.str("lead_id"))).await.expect(200);
    let kept =
        r#""form_data":{"zebra":9007199254740993,"apple":1.10,"nested":{"list":[1,"two",null,true]},"__proto__":"x"}"#;
    assert!(text.text.contains(kept), "{text:?}");
    let lead = text.json();
    for (field, value) in [
        ("contact_name", "Zoë O'Hara"),
        ("contact_email", "Zoe.OHara@Example.com"),
        ("contact_phone", "+16502530000"),
        ("postal_code", "80202"),
        ("external_id", "ext-1"),
        ("utm_source", "s"),
        ("utm_medium", "m"),
        ("utm_campaign", "c"),
        ("referrer_url", "https://example.com/roof?x=1"),
        ("raw_payload", body),
        ("raw_content_type", "application/json"),
        ("status", "unmatched"),
    ] {
        assert_eq!(lead[field], value, "{field}");
    }
    assert_eq!(lead["consent"]["text"], "I agree.\nReally.");
    assert_eq!(lead["consent"]["ip"], "2001:db8::1");
    assert_eq!(lead["erased_at"], Value::Null);
    assert_eq!(app.audit_of(answer.str("lead_id").as_str()).await, ["lead.received"]);
}

#[tokio::test]
async fn a_form_post_says_the_same() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let body = "contact_name=Ana+Mar%C3%ADa&contact_email=ana%40example.com&contact_phone=&postal_code=80202\
                &utm_source=s&roof=flat+%26+old&stories=2&consent%5Btext%5D=Yes&consent[ip]=192.0.2.1&is_test=false&empty=";
    let answer = source.posts_form(body).await.expect(201);
    let lead = shown(&app, &answer).await;
    assert_eq!(lead["contact_name"], "Ana María");
    assert_eq!(lead["contact_email"], "ana@example.com");
    assert_eq!(lead["contact_phone"], Value::Null);
    assert_eq!(lead["postal_code"], "80202");
    assert_eq!(lead["form_data"], json!({ "roof": "flat & old", "stories": "2", "empty": "" }));
    assert_eq!(lead["consent"], json!({ "text": "Yes", "ip": "192.0.2.1" }));
    assert_eq!(lead["raw_payload"], body);
    assert_eq!(lead["raw_content_type"], "application/x-www-form-urlencoded");
    let test = source.posts_form("contact_email=t%40example.com&is_test=true").await.expect(201);
    assert_eq!(status(&test), "test");
}

#[tokio::test]
async fn a_form_post_is_refused_only_where_it_names_nobody_or_contradicts_itself() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for (body, field) in [
        ("contact_email=a%40b.com&contact_email=c%40d.com", "#/contact_email"),
        ("contact_phone=6502530000&contact_phone=6502530001", "#/contact_phone"),
        ("contact_name=x", "#/contact_email"),
        ("email=nonsense", "#/contact_email"),
        ("", "#/contact_email"),
    ] {
        assert_eq!(source.posts_form(body).await.expect(422).wrong_fields(), [field], "{body}");
    }
    source.posts_form("contact_email=a%40b.com&contact_email=&contact_email=a%40b.com").await.expect(201);
    let twice = "contact_email=d%40e.com&contact_name=Ann&contact_name=Bob&postal_code=1&postal_code=2&utm_source=a&utm_source=b";
    let lead = shown(&app, &source.posts_form(twice).await.expect(201)).await;
    let first = ["contact_name", "postal_code", "utm_source"].map(|name| lead[name].as_str().unwrap_or_default());
    assert_eq!((first, &lead["flags"]), (["Ann", "1", "a"], &json!(["field_repeated"])));
    assert_eq!(lead["form_data"], json!({ "contact_name": ["Ann", "Bob"], "postal_code": ["1", "2"] }));
}

#[tokio::test]
async fn an_address_or_a_number_is_needed_and_one_is_enough() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let only = |name: &str, value: &str| json!({ name: value });
    source.sending(&only("contact_email", "a@example.com")).await.expect(201);
    source.sending(&only("contact_phone", "+1 650 253 0000")).await.expect(201);
    source.sending(&json!({ "contact_email": "", "contact_phone": "+1 650 253 0001" })).await.expect(201);
    source.sending(&json!({ "contact_email": "b@example.com", "contact_phone": null })).await.expect(201);
    for body in [
        json!({}),
        json!({ "contact_name": "Bob" }),
        json!({ "contact_email": null, "contact_phone": null }),
        json!({ "contact_email": " ", "contact_phone": "" }),
    ] {
        let refused = source.sending(&body).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["#/contact_email"], "{body}");
    }
}

#[tokio::test]
async fn an_address_must_be_one_that_mail_can_be_sent_to() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for address in [
        "c@d\r\nRCPT TO:<v@e.com>",
        "c@d.com\nBcc: v@e.com",
        "\"a b\"@d.com",
        "c@[127.0.0.1]",
        "c@d",
        "bob",
        "a b@c.de",
    ] {
        let refused = source.sending(&json!({ "contact_email": address })).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["#/contact_email"], "{address:?}");
        let answer = source.sends(json!({ "contact_email": address })).await.expect(201);
        let lead = shown(&app, &answer).await;
        assert_eq!(
            (&lead["contact_email"], &lead["flags"]),
            (&Value::Null, &json!(["email_unreadable"])),
            "{address:?}"
        );
        assert_eq!(lead["form_data"]["contact_email"], address);
    }
}

#[tokio::test]
async fn a_bad_number_alone_is_no_reason_to_refuse() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let source = app.source_of(&niche).await;
    for (sent, kept) in [
        ("+1 (555) 123-4567", "+1 (555) 123-4567"),
        (" 12 ", "12"),
        ("ask for Bob", "ask for Bob"),
        ("650.253.0000", "+16502530000"),
        ("６５０２５３０００１", "+16502530001"),
        ("+33 1 42 76 49 78", "+33142764978"),
    ] {
        let answer = source.sending(&json!({ "contact_phone": sent })).await.expect(201);
        assert_eq!(shown(&app, &answer).await["contact_phone"], kept, "{sent}");
    }
    let french = app.new_source(&niche, "json", json!({ "country": "FR" })).await;
    let answer = french.sending(&json!({ "contact_phone": "01 42 76 49 79" })).await.expect(201);
    assert_eq!(shown(&app, &answer).await["contact_phone"], "+33142764979");
    let refused = source.sending(&json!({ "contact_phone": "5".repeat(41) })).await.expect(422);
    assert_eq!(refused.wrong_fields(), ["#/contact_phone"]);
    for (sent, kept) in [("650\u{7}2530002", "+16502530002"), ("650\n253\t0003", "+16502530003")] {
        let answer = source.sending(&json!({ "contact_phone": sent })).await.expect(201);
        assert_eq!(shown(&app, &answer).await["contact_phone"], kept, "{sent:?}");
    }
}

#[tokio::test]
async fn control_characters_are_taken_out_and_all_other_characters_kept() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for (name, kept) in [
        ("Bob\r\nBcc: v@evil.com", "Bob Bcc: v@evil.com"),
        ("B\u{1b}[31mob", "B[31mob"),
        ("Ann\tLee", "Ann Lee"),
        ("Bob\u{85}", "Bob\u{85}".trim_end()),
        ("Bo\u{7f}b", "Bob"),
        ("Bo\0b", "Bo\u{fffd}b"),
    ] {
        let lead = shown(&app, &source.sends(json!({ "contact_name": name })).await.expect(201)).await;
        assert_eq!(lead["contact_name"], kept, "{name:?}");
    }
    for field in ["postal_code", "external_id", "utm_source", "utm_medium", "utm_campaign", "referrer_url"] {
        let lead = shown(&app, &source.sends(json!({ field: "a\u{1}b" })).await.expect(201)).await;
        assert_eq!(lead[field], "ab", "{field}");
    }
    for name in
        ["\u{202e}boB", "a\u{200b}b\u{feff}", "<script>alert(1)</script>", "{{7*7}}", "=1+1", "🏠 Ünï", "' OR 1=1--"]
    {
        let answer = source.sends(json!({ "contact_name": name, "postal_code": "<b>" })).await.expect(201);
        let lead = shown(&app, &answer).await;
        assert_eq!((&lead["contact_name"], &lead["postal_code"]), (&json!(name), &json!("<b>")));
    }
}

#[tokio::test]
async fn form_data_is_read_whatever_it_is() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for (data, kept) in [
        (json!([1]), json!({ "form_data": [1] })),
        (json!("text"), json!({ "form_data": "text" })),
        (json!(1), json!({ "form_data": 1 })),
        (json!("{\"roof\": \"flat\"}"), json!({ "roof": "flat" })),
    ] {
        let lead = shown(&app, &source.sends(json!({ "form_data": data })).await.expect(201)).await;
        assert_eq!(lead["form_data"], kept);
    }
    for (data, kept, flag) in [
        (r#"{"a\u0000": 1}"#, json!({ "a\u{fffd}": 1 }), "characters_replaced"),
        (r#"{"a": "\u0000"}"#, json!({ "a": "\u{fffd}" }), "characters_replaced"),
        (r#"{"a": 1, "a": 2}"#, json!({ "a": [1, 2] }), "duplicate_keys"),
        (
            r#"{"in": {"a": 1, "\u0061": 2, "b": 3, "a": 4}}"#,
            json!({ "in": { "a": [1, 2, 4], "b": 3 } }),
            "duplicate_keys",
        ),
    ] {
        let body = format!(r#"{{"contact_email": "a@example.com", "form_data": {data}}}"#);
        let lead = shown(&app, &raw(&source, "application/json", body).await.expect(201)).await;
        assert_eq!((&lead["form_data"], &lead["flags"]), (&kept, &json!([flag])), "{data}");
    }
}

#[tokio::test]
async fn what_is_no_lead_is_refused() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let lead = r#""contact_email": "a@example.com""#;
    for (body, status) in [
        (format!("{{{lead}}} x"), 400),
        ("[".repeat(100_000), 422),
        ("not json".to_owned(), 400),
        (String::new(), 400),
        (format!("{{{lead}"), 400),
        (format!("{{{lead},}}"), 400),
        (format!("{{{lead}, \"a\": \"\\x\"}}"), 400),
        (format!("[{{{lead}}}, {{{lead}}}]"), 422),
        ("[]".to_owned(), 422),
        ("\"x\"".to_owned(), 422),
        ("null".to_owned(), 422),
        ("1".to_owned(), 422),
    ] {
        let refused = raw(&source, "application/json", body.clone()).await;
        assert!([status, 400].contains(&refused.status), "{body:.80}: {refused:?}");
        refused.problem();
    }
    let none = app.operator().get("/api/v1/admin/leads").await.expect(200).items();
    assert!(none.is_empty(), "{none:?}");
}

#[tokio::test]
async fn bodies_of_other_kinds_are_not_taken() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let source = app.source_of(&niche).await;
    let lead = json!({ "contact_email": "a@example.com" }).to_string();
    for kind in ["text/plain", "application/json; charset=utf-16", "application/xml", "*/*", "application/octet-stream"]
    {
        raw(&source, kind, lead.clone()).await.expect(415).problem();
    }
    source.client.call(Method::POST, source.path()).body(lead.clone()).await.expect(415).problem();
    let zipped = source.client.call(Method::POST, source.path()).header("content-type", "application/json");
    zipped.header("content-encoding", "gzip").body(lead.clone()).await.expect(415).problem();
    let google = app.new_source(&niche, "google_ads", json!({})).await;
    raw(&google, "application/x-www-form-urlencoded", "contact_email=a%40example.com").await.expect(415).problem();
    raw(&source, "application/json", vec![b' '; 3 * 1024 * 1024]).await.expect(413).problem();
    // One of Meta's takes a GET, this one none.
    for (method, allowed) in
        [(Method::GET, "POST"), (Method::PUT, "POST,GET,HEAD,OPTIONS"), (Method::DELETE, "POST,GET,HEAD,OPTIONS")]
    {
        let refused = source.client.call(method, source.path()).await.expect(405);
        assert_eq!(refused.header("allow"), allowed);
    }
}

#[tokio::test]
async fn a_key_that_is_not_there_or_switched_off_is_not_found() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let mut unknown = source.clone();
    unknown.key = "A".repeat(43);
    let lead = source.lead(json!({}));
    let never = unknown.sending(&lead).await.expect(404);
    unknown.previews(&lead).await.expect(404);
    source.sending(&lead).await.expect(201);
    app.operator().patch(format!("/api/v1/admin/sources/{}", source.id), &json!({ "active": false })).await.expect(200);
    let off = source.sends(json!({})).await.expect(404);
    assert_eq!(never.without_request_id(), off.without_request_id());
    app.operator().patch(format!("/api/v1/admin/sources/{}", source.id), &json!({ "active": true })).await.expect(200);
    source.sends(json!({})).await.expect(201);
    for key in ["%ff", "%00", "a%2Fb", "'%20OR%201=1--", "%F0%9F%8F%A0"] {
        let refused = source.client.post(format!("/api/v1/intake/{key}"), &lead).await;
        assert!([400, 404].contains(&refused.status), "{key}: {refused:?}");
    }
}

#[tokio::test]
async fn guessing_keys_comes_to_an_end() {
    let app = TestApp::with_flags(&["--rate-limits", "on"]).await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let mut guesser = source.clone();
    guesser.key = "A".repeat(43);
    let lead = source.lead(json!({}));
    let answers = guesser.sends_at_once(610, &lead).await;
    assert_eq!((answers.count(404), answers.count(429)), (600, 10));
    let refused = answers.with(429);
    assert_eq!(refused.problem_code(), "rate_limited");
    let wait: u32 = refused.header("retry-after").parse().expect("whole seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    let sent = source.sending(&lead).await.expect(201);
    assert!(sent.header("ratelimit-policy").contains("intake"), "who has a key goes on: {sent:?}");
}
