//! Leads arrive: our own format, duplicates, tests, what nobody takes, and what is refused.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Source, TestApp, at_once};

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
async fn a_form_post_is_decoded_strictly() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for (body, status) in [
        ("contact_email=a%40b.com&x=%ff", 400),
        ("contact_email=a%40b.com&x=%", 400),
        ("contact_email=a%40b.com&x=%4", 400),
        ("contact_email=a%40b.com&x=%zz", 400),
        ("contact_email=a%40b.com&contact_email=c%40d.com", 422),
        ("contact_email=a%40b.com&x=1&x=2", 422),
        ("contact_email=a%40b.com&x=%00", 422),
        ("contact_email=a%40b.com&form_data=x", 422),
        ("contact_email=a%40b.com&consent=x", 422),
        ("contact_email=a%40b.com&is_test=yes", 422),
        ("contact_name=x", 422),
        ("", 422),
    ] {
        assert_eq!(source.posts_form(body).await.expect(status).problem()["status"], status, "{body}");
    }
    let many: Vec<String> = (0..201).map(|n| format!("f{n}=1")).collect();
    source.posts_form(&format!("contact_email=a%40b.com&{}", many.join("&"))).await.expect(422);
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
    for address in
        ["c@d\r\nRCPT TO:<v@e.com>", "c@d.com, v@e.com", "\"a b\"@d.com", "c@[127.0.0.1]", "c@d", "bob", "a b@c.de"]
    {
        let body = json!({ "contact_email": address, "contact_phone": "+16502530000" });
        let refused = source.sending(&body).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["#/contact_email"], "{address:?}");
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
    for sent in ["5".repeat(41), "555\u{7}1234".to_owned(), "555\n1234".to_owned()] {
        let refused = source.sending(&json!({ "contact_phone": sent })).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["#/contact_phone"]);
    }
}

#[tokio::test]
async fn control_characters_are_refused_and_all_other_characters_kept() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for name in ["Bob\r\nBcc: v@evil.com", "B\u{1b}[31mob", "B\tob", "Bob\u{85}", "Bo\u{7f}b"] {
        let refused = source.sends(json!({ "contact_name": name })).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["#/contact_name"], "{name:?}");
    }
    for field in ["postal_code", "external_id", "utm_source", "utm_medium", "utm_campaign", "referrer_url"] {
        source.sends(json!({ field: "a\u{1}b" })).await.expect(422);
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
async fn form_data_has_limits() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let depth = |n: usize| (1..n).fold(json!({ "end": 1 }), |inner, _| json!({ "in": inner }));
    let keys = |n: usize| Value::Object((0..n).map(|k| (format!("k{k}"), json!(1))).collect());
    for data in [
        json!({ "a": "x".repeat(1024 * 1024) }),
        json!({ "a": "x".repeat(64 * 1024) }),
        keys(201),
        keys(10_000),
        depth(9),
        depth(64),
        json!([1]),
        json!("text"),
        json!(1),
    ] {
        let refused = source.sends(json!({ "form_data": data })).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["#/form_data"]);
    }
    for data in [keys(200), depth(8), json!({ "a": "x".repeat(60 * 1024) }), json!({}), json!({ "": "nameless" })] {
        source.sends(json!({ "form_data": data })).await.expect(201);
    }
    for data in [r#"{"a\u0000": 1}"#, r#"{"a": "\u0000"}"#, r#"{"a": 1, "a": 2}"#, r#"{"in": {"a": 1, "\u0061": 2}}"#] {
        let body = format!(r#"{{"contact_email": "a@example.com", "form_data": {data}}}"#);
        raw(&source, "application/json", body).await.expect(422).problem();
    }
}

#[tokio::test]
async fn what_is_no_lead_is_refused() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let lead = r#""contact_email": "a@example.com""#;
    for (body, status) in [
        (format!("\u{feff}{{{lead}}}"), 400),
        (format!("{{{lead}}} x"), 400),
        (format!("{{{lead}, \"contact_name\": \"\\ud800\"}}"), 400),
        (format!("{{{lead}, \"form_data\": {{\"n\": 1e999}}}}"), 422),
        ("[".repeat(100_000), 422),
        ("not json".to_owned(), 400),
        (String::new(), 400),
        (format!("{{{lead}, {lead}}}"), 422),
        (format!("{{{lead}, \"contact_name\": \"a\\u0000\"}}"), 422),
        (format!("[{{{lead}}}]"), 422),
        ("\"x\"".to_owned(), 422),
        ("null".to_owned(), 422),
        ("1".to_owned(), 422),
        (format!("{{{lead}, \"contact_name\": 1}}"), 422),
        (format!("{{{lead}, \"is_test\": \"true\"}}"), 422),
        (format!("{{{lead}, \"is_test\": 1}}"), 422),
        (format!("{{{lead}, \"contact_name\": \"{}\"}}", "x".repeat(201)), 422),
        (format!("{{{lead}, \"consent\": \"yes\"}}"), 422),
        (format!("{{{lead}, \"consent\": {{\"ip\": \"1.2.3\"}}}}"), 422),
        (format!("{{{lead}, \"consent\": {{\"at\": \"yesterday\"}}}}"), 422),
        (format!("{{{lead}, \"consent\": {{\"other\": \"x\"}}}}"), 422),
    ] {
        let refused = raw(&source, "application/json", body.clone()).await;
        assert!([status, 400].contains(&refused.status), "{body:.80}: {refused:?}");
        refused.problem();
    }
    for field in ["provider_id", "price", "status", "niche_id", "Contact_email", "phone", "source_id"] {
        let refused = source.sends(json!({ field: "x" })).await.expect(422);
        assert_eq!(refused.wrong_fields(), [format!("#/{field}")]);
    }
    raw(&source, "application/json", b"{\"contact_email\": \"a@example.com\", \"contact_name\": \"\xff\"}".to_vec())
        .await
        .expect(400)
        .problem();
    let none = app.operator().get("/api/v1/admin/leads").await.expect(200).items();
    assert!(none.is_empty(), "{none:?}");
}

#[tokio::test]
async fn bodies_of_other_kinds_are_not_taken() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let source = app.source_of(&niche).await;
    let lead = json!({ "contact_email": "a@example.com" }).to_string();
    for kind in
        ["text/plain", "application/json; charset=utf-16", "multipart/form-data; boundary=x", "application/xml", "*/*"]
    {
        raw(&source, kind, lead.clone()).await.expect(415).problem();
    }
    source.client.call(Method::POST, source.path()).body(lead.clone()).await.expect(415).problem();
    let zipped = source.client.call(Method::POST, source.path()).header("content-type", "application/json");
    zipped.header("content-encoding", "gzip").body(lead.clone()).await.expect(415).problem();
    let google = app.new_source(&niche, "google_ads", json!({})).await;
    raw(&google, "application/x-www-form-urlencoded", "contact_email=a%40example.com").await.expect(415).problem();
    raw(&source, "application/json", vec![b' '; 3 * 1024 * 1024]).await.expect(413).problem();
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let refused = source.client.call(method, source.path()).await.expect(405);
        assert_eq!(refused.header("allow"), "POST");
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
async fn the_same_person_is_a_duplicate() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let first = rita
        .source
        .sending(
            &json!({ "contact_email": "Bob@Example.com", "contact_phone": "+1 650 253 0000", "external_id": "x1" }),
        )
        .await
        .expect(201);
    assert_eq!(status(&first), "assigned");
    for same in [
        json!({ "contact_email": "bob@example.com" }),
        json!({ "contact_email": "ｂOB@example.com" }),
        json!({ "contact_phone": "(650) 253-0000" }),
        json!({ "contact_phone": "６５０２５３００００", "contact_email": "other@example.com" }),
        json!({ "contact_email": "quite@another.com", "external_id": "x1" }),
    ] {
        let answer = rita.source.sending(&same).await.expect(201);
        assert_eq!(
            (status(&answer), answer.json()["assignments"].clone()),
            ("duplicate".to_owned(), json!(0)),
            "{same}"
        );
        let lead = shown(&app, &answer).await;
        assert_eq!(lead["duplicate_of"], first.str("lead_id"));
        assert_eq!(lead["assignments"], json!([]));
        assert_eq!(app.audit_of(answer.str("lead_id").as_str()).await, ["lead.received"]);
    }
    let ledger = app.ledger_of(&rita.id).await;
    assert_eq!(ledger.iter().filter(|(kind, ..)| kind == "charge").count(), 1, "{ledger:?}");
    let other =
        rita.source.sending(&json!({ "contact_email": "bobby@example.com", "external_id": "x2" })).await.expect(201);
    assert_eq!(status(&other), "assigned");
}

#[tokio::test]
async fn another_niche_is_another_matter_and_another_source_of_the_niche_is_not() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    let lead = json!({ "contact_email": "bob@example.com", "external_id": "x1" });
    assert_eq!(status(&rita.source.sending(&lead).await.expect(201)), "assigned");
    assert_eq!(status(&sam.source.sending(&lead).await.expect(201)), "assigned");
    let second = app.new_source(&rita.niche, "json", json!({})).await;
    assert_eq!(status(&second.sending(&lead).await.expect(201)), "duplicate");
    let same_id = json!({ "contact_email": "eve@example.com", "external_id": "x1" });
    assert_eq!(status(&second.sending(&same_id).await.expect(201)), "assigned", "an id is its source's");
}

#[tokio::test]
async fn a_person_is_new_again_after_the_look_back_but_a_platforms_id_never_is() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let source = app.new_source(&niche, "json", json!({ "look_back_days": 7 })).await;
    let bob = json!({ "contact_email": "bob@example.com" });
    let first = source.sending(&bob).await.expect(201);
    app.advance(Duration::from_hours(7 * 24 - 1));
    assert_eq!(status(&source.sending(&bob).await.expect(201)), "duplicate");
    app.advance(Duration::from_mins(61));
    let again = source.sending(&bob).await.expect(201);
    assert_eq!(status(&again), "unmatched", "the duplicate in between prolongs nothing");
    assert_ne!(first.str("lead_id"), again.str("lead_id"));
    let forgetful = app.new_source(&app.niche("Solar").await, "json", json!({ "look_back_days": 0 })).await;
    for expected in ["unmatched", "unmatched"] {
        assert_eq!(status(&forgetful.sending(&bob).await.expect(201)), expected);
    }
    let with_id = json!({ "contact_email": "bob@example.com", "external_id": "x" });
    assert_eq!(status(&forgetful.sending(&with_id).await.expect(201)), "unmatched");
    app.advance(DAY * 400);
    assert_eq!(status(&forgetful.sending(&with_id).await.expect(201)), "duplicate");
}

#[tokio::test]
async fn a_test_is_kept_and_goes_nowhere() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let test = json!({ "contact_email": "bob@example.com", "external_id": "x", "is_test": true });
    for _ in 0..2 {
        let answer = rita.source.sending(&test).await.expect(201);
        assert_eq!((status(&answer), answer.json()["assignments"].clone()), ("test".to_owned(), json!(0)));
    }
    let real = json!({ "contact_email": "bob@example.com", "external_id": "x" });
    assert_eq!(status(&rita.source.sending(&real).await.expect(201)), "assigned", "a test is nobody's original");
    assert_eq!(rita.me().await["counts"]["active"], 1);
}

#[tokio::test]
async fn twenty_identical_submissions_at_once_are_one_lead() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").await;
    let sam = app.provider("sam").niche("Roofing").await;
    let lead = rita.source.lead(json!({ "external_id": "x" }));
    let answers = rita.source.sends_at_once(20, &lead).await;
    assert_eq!(answers.count(201), 20, "{answers:?}");
    let count = |what: &str| answers.0.iter().filter(|a| status(a) == what).count();
    assert_eq!((count("assigned"), count("duplicate")), (1, 19));
    for provider in [&rita, &sam] {
        let ledger = app.ledger_of(&provider.id).await;
        assert_eq!(ledger.iter().filter(|(kind, ..)| kind == "charge").count(), 1, "{ledger:?}");
    }
}

#[tokio::test]
async fn the_same_person_by_different_ways_at_once_is_one_lead() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let second = app.new_source(&rita.niche, "json", json!({})).await;
    let by = |n: usize| match n % 3 {
        0 => json!({ "contact_email": "bob@example.com", "contact_phone": "+16502530000" }),
        1 => json!({ "contact_email": "BOB@example.com" }),
        _ => json!({ "contact_email": "bob@example.com", "contact_phone": format!("+1650253{:04}", n) }),
    };
    let source = |n: usize| if n.is_multiple_of(2) { &rita.source } else { &second };
    let answers = at_once((0..30).map(|n| source(n).sending(&by(n)))).await;
    assert_eq!(answers.0.iter().filter(|a| status(a) == "assigned").count(), 1, "{answers:?}");
    assert_eq!(answers.0.iter().filter(|a| status(a) == "duplicate").count(), 29);
}

#[tokio::test]
async fn what_nobody_takes_is_taken_when_money_comes() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(0.0).await;
    let first = rita.source.sends(json!({})).await.expect(201);
    let second = rita.source.sends(json!({})).await.expect(201);
    assert_eq!((status(&first), status(&second)), ("unmatched".to_owned(), "unmatched".to_owned()));
    assert_eq!(shown(&app, &first).await["trace"][0]["reason"], "balance");
    app.advance(Duration::from_hours(23));
    app.credits(&rita.id, 25.0).await.expect(201);
    app.run_jobs().await;
    assert_eq!(shown(&app, &first).await["status"], "assigned", "the one that waited longest");
    assert_eq!(shown(&app, &second).await["status"], "unmatched");
    let sent = rita.has(&first.str("lead_id")).await;
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned"]);
    let entry = app.audit_entries(&sent).await.remove(0);
    assert_eq!((&entry["actor_role"], &entry["actor_id"]), (&json!("system"), &Value::Null));
    assert_eq!(
        app.ledger_of(&rita.id).await.last().map(|(kind, amount, _)| (kind.as_str(), *amount)),
        Some(("charge", -25.0))
    );
    assert_eq!(rita.inbox("").await.expect(200).json()["total_count"], 1);
}

#[tokio::test]
async fn what_nobody_takes_is_taken_when_somebody_subscribes() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").without_subscription().await;
    let lead = rita.source.sends(json!({ "postal_code": "80202" })).await.expect(201);
    let level = app.level("Shared", 3).await;
    app.subscribes(&rita.id, &rita.niche, &level, json!({ "price": 20.0, "postal_prefixes": ["9"] })).await;
    app.run_jobs().await;
    assert_eq!(shown(&app, &lead).await["status"], "unmatched", "not hers");
    app.subscribes(&rita.id, &rita.niche, &level, json!({ "price": 20.0, "postal_prefixes": ["802"] })).await;
    app.run_jobs().await;
    assert_eq!(shown(&app, &lead).await["status"], "assigned");
    app.run_jobs().await;
    assert_eq!(rita.me().await["counts"]["active"], 1);
}

#[tokio::test]
async fn after_a_day_it_is_too_late() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(0.0).await;
    let lead = rita.source.sends(json!({})).await.expect(201);
    app.advance(DAY + Duration::from_secs(1));
    app.credits(&rita.id, 100.0).await.expect(201);
    app.run_jobs().await;
    assert_eq!(shown(&app, &lead).await["status"], "unmatched");
    assert_eq!(rita.me().await["counts"]["active"], 0);
}

#[tokio::test]
async fn a_key_makes_a_post_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = &rita.source;
    let body = r#"{"contact_email": "bob@example.com", "contact_name": "Bob"}"#;
    let same = r#"{ "contact_name":"Bob","contact_email":"bob@example.com" }"#;
    let post = |body: &str, key: &str| {
        let call = source.client.call(Method::POST, source.path());
        call.header("content-type", "application/json").header("idempotency-key", key).body(body)
    };
    let first = post(body, "\"k1\"").await.expect(201);
    assert_eq!(status(&first), "assigned");
    for (body, key) in [(body, "\"k1\""), (body, "k1"), (same, "k1")] {
        let again = post(body, key).await.expect(201);
        assert_eq!(again.text, first.text);
        assert_eq!(again.header("idempotent-replayed"), "true");
    }
    post(r#"{"contact_email": "eve@example.com"}"#, "k1").await.expect(422).problem();
    assert_eq!(status(&post(body, "k2").await.expect(201)), "duplicate");
    post("{", "k3").await.expect(400);
    post("{}", "k3").await.expect(422);
    let late = r#"{"contact_email": "late@example.com"}"#;
    assert_eq!(status(&post(late, "k3").await.expect(201)), "assigned", "what was refused used up no key");
    for key in ["", "\"\"", &"k".repeat(256)] {
        post(body, key).await.expect(400).problem();
    }
    let other = app.new_source(&rita.niche, "json", json!({})).await;
    let theirs = other.client.call(Method::POST, other.path()).header("content-type", "application/json");
    let theirs = theirs.header("idempotency-key", "k1").body(late).await.expect(201);
    assert_eq!((status(&theirs), theirs.header("idempotent-replayed")), ("duplicate".to_owned(), ""));
}

#[tokio::test]
async fn a_key_makes_a_form_post_once_too() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let post = |body: &str| {
        let call = rita.source.client.call(Method::POST, rita.source.path()).once("form");
        call.header("content-type", "application/x-www-form-urlencoded").body(body)
    };
    let body = "contact_email=bob%40example.com&roof=flat";
    let answers = at_once((0..16).map(|_| post(body))).await;
    assert_eq!(answers.count(201) + answers.count(409), 16, "{answers:?}");
    let leads = app.operator().get("/api/v1/admin/leads").await.expect(200).items();
    assert_eq!(leads.len(), 1, "{leads:?}");
    assert_eq!(post(body).await.expect(201).header("idempotent-replayed"), "true");
    post("contact_email=bob%40example.com&roof=steep").await.expect(422);
}

#[tokio::test]
async fn a_preview_tells_and_changes_nothing() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").price(30.0).await;
    let sam = app.provider("sam").niche("Roofing").price(40.0).postal_prefixes(&["9"]).await;
    let body = json!({ "contact_email": "Bob@example.com", "contact_phone": "6502530000", "postal_code": "80202",
                       "form_data": { "n": 1 } });
    let told = rita.source.previews(&body).await.expect(200).json();
    assert_eq!(told["errors"], json!([]));
    assert_eq!(told["status"], "assigned");
    assert_eq!(told["duplicate_of"], Value::Null);
    assert_eq!(told["matches"], json!([{ "provider_id": rita.id, "level": "Shared", "price": 30.0 }]));
    assert_eq!(told["fields"]["contact_email"], "Bob@example.com");
    assert_eq!(told["fields"]["contact_phone"], "+16502530000");
    assert_eq!(told["fields"]["form_data"], json!({ "n": 1 }));
    assert_eq!(told["fields"]["is_test"], false);
    let wrong = json!({ "contact_email": "nonsense", "contact_name": "Bob", "extra": 1 });
    let told = rita.source.previews(&wrong).await.expect(200).json();
    assert_eq!((&told["status"], &told["matches"]), (&Value::Null, &json!([])));
    let pointers: Vec<&str> =
        told["errors"].as_array().expect("errors").iter().filter_map(|e| e["pointer"].as_str()).collect();
    assert_eq!(pointers, ["#/contact_email", "#/extra"]);
    assert_eq!(told["fields"]["contact_name"], "Bob");
    assert!(app.operator().get("/api/v1/admin/leads").await.expect(200).items().is_empty());
    let lead = rita.source.sending(&body).await.expect(201);
    let told = rita.source.previews(&body).await.expect(200).json();
    assert_eq!((&told["status"], &told["duplicate_of"]), (&json!("duplicate"), &json!(lead.str("lead_id"))));
    let test = json!({ "contact_email": "t@example.com", "is_test": true });
    assert_eq!(rita.source.previews(&test).await.expect(200).json()["status"], "test");
    assert_eq!(sam.me().await["counts"]["active"], 0);
    raw(&rita.source, "text/plain", "x").await.expect(415);
    rita.source.client.call(Method::POST, format!("{}/preview", rita.source.path())).await.expect(415);
}

#[tokio::test]
async fn the_trace_keeps_everyone_and_why() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").await;
    let sam = app.provider("sam").niche("Roofing").balance(0.0).await;
    let answer = rita.source.sends(json!({})).await.expect(201);
    let trace = shown(&app, &answer).await["trace"].clone();
    let of =
        |provider: &str| trace.as_array().expect("a list").iter().find(|line| line["provider_id"] == provider).cloned();
    let (rita_line, sam_line) = (of(&rita.id).expect("rita"), of(&sam.id).expect("sam"));
    assert_eq!((&rita_line["taken"], &rita_line["price"]), (&json!(true), &json!(25.0)));
    assert_eq!((&sam_line["taken"], &sam_line["reason"]), (&json!(false), &json!("balance")));
    assert_eq!(rita_line["subscription_id"], rita.subscription.clone().expect("one"));
}
