//! What senders write is read as they meant it: a lead is refused only where it names nobody to reach, or cannot be read.

use serde_json::{Value, json};

use super::{raw, shown};
use crate::support::TestApp;

#[tokio::test]
async fn answers_given_more_than_once_are_lists() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for (body, answers) in [
        ("services[]=roof&services[]=gutters", json!({ "services": ["roof", "gutters"] })),
        ("services%5B%5D=roof", json!({ "services": ["roof"] })),
        ("svc=a&svc=b", json!({ "svc": ["a", "b"] })),
        ("svc=a&svc=a", json!({ "svc": ["a", "a"] })),
        ("tick=0&tick=1", json!({ "tick": ["0", "1"] })),
        ("svc=a&svc[]=b", json!({ "svc": ["a", "b"] })),
        ("svc[0]=a&svc[1]=b", json!({ "svc": ["a", "b"] })),
        ("svc%5B0%5D=a", json!({ "svc": ["a"] })),
        ("svc[1]=a&svc[0]=b", json!({ "svc[1]": "a", "svc": ["b"] })),
        ("lead[svc][]=a&lead[svc][]=b", json!({ "lead[svc]": ["a", "b"] })),
        ("item[0][n]=1&item[1][n]=2", json!({ "item[0][n]": "1", "item[1][n]": "2" })),
        ("[]=a", json!({ "[]": "a" })),
        ("form_data[roof]=flat&form_data%5Bage%5D=7", json!({ "roof": "flat", "age": "7" })),
        ("form_data=x", json!({ "form_data": "x" })),
        ("form_data=%7B%22roof%22%3A%22flat%22%7D&stories=2", json!({ "roof": "flat", "stories": "2" })),
        ("note=100%25", json!({ "note": "100%" })),
    ] {
        let answer = source.posts_form(&format!("contact_email=a%40example.com&{body}")).await.expect(201);
        let lead = shown(&app, &answer).await;
        assert_eq!((&lead["form_data"], &lead["flags"]), (&answers, &json!([])), "{body}");
    }
}

#[tokio::test]
async fn a_box_is_a_yes() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for (said, is_test) in [
        ("is_test=0", false),
        ("is_test=1", true),
        ("is_test=on", true),
        ("is_test=On", true),
        ("is_test=yes", true),
        ("is_test=no", false),
        ("is_test=", false),
        ("is_test=0&is_test=1", true),
        ("is_test=false&is_test=on", true),
        ("is_test=maybe", false),
    ] {
        let answer =
            source.posts_form(&format!("contact_email=a{}%40example.com&{said}", said.len())).await.expect(201);
        assert_eq!(answer.str("status") == "test", is_test, "{said}");
    }
    for (said, is_test) in [
        (json!("1"), true),
        (json!(1), true),
        (json!(0), false),
        (json!("off"), false),
        (json!([false, true]), true),
        (json!(1.0), true),
        (json!("Checked"), true),
        (json!(0.0), false),
        (json!({}), false),
        (Value::Null, false),
    ] {
        let answer = source.sends(json!({ "is_test": said })).await.expect(201);
        assert_eq!(answer.str("status") == "test", is_test, "{said}");
    }
    for name in ["isTest", "IS_TEST", "is-test"] {
        assert_eq!(source.sends(json!({ name: true })).await.expect(201).str("status"), "test", "{name}");
    }
    let both = source.sends(json!({ "isTest": true, "is_test": false })).await.expect(201);
    assert_eq!(both.str("status"), "unmatched", "ours comes first");
    let bare = source.sending(&json!({ "is_test": true })).await.expect(201);
    assert_eq!(bare.str("status"), "test", "a test needs nobody to reach");
    let read = source.previews(&json!({ "is_test": "yes" })).await.expect(200).json();
    assert_eq!((&read["status"], &read["fields"]["is_test"]), (&json!("test"), &json!(true)));
}

#[tokio::test]
async fn evidence_is_kept_as_it_was_sent() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for (sent, flags) in [
        (json!({ "ip": "203.0.113.7:51234" }), json!(["consent_ip_unreadable"])),
        (json!({ "ip": "203.0.113.7, 10.0.0.1", "text": "Yes" }), json!(["consent_ip_unreadable"])),
        (json!({ "ip": 7 }), json!(["consent_ip_unreadable"])),
        (json!({ "ip": " 2001:db8::1 ", "at": "2026-11-30T06:29:00Z" }), json!([])),
        (json!({ "at": "2026-11-30 06:29" }), json!(["consent_at_unreadable"])),
        (json!({ "at": 1_795_514_400 }), json!(["consent_at_unreadable"])),
        (json!({ "ip": "", "at": null, "text": 1, "more": { "seen": [true] } }), json!([])),
        (json!({ "text": "x".repeat(20_000) }), json!([])),
        (json!("yes"), json!(["consent_unstructured"])),
        (json!(true), json!(["consent_unstructured"])),
        (json!(["a", 1]), json!(["consent_unstructured"])),
    ] {
        let lead = shown(&app, &source.sends(json!({ "consent": sent })).await.expect(201)).await;
        assert_eq!((&lead["consent"], &lead["flags"]), (&sent, &flags));
    }
    for (body, consent) in [
        ("consent=on", json!("on")),
        ("consent=0&consent=1", json!("1")),
        ("consent=on&consent[text]=Yes", json!({ "text": "Yes", "consent": "on" })),
        ("consent[ip]=x&consent[other]=y", json!({ "ip": "x", "other": "y" })),
        ("consent.ip=x&consent.at=y", json!({ "ip": "x", "at": "y" })),
        ("consent=", Value::Null),
    ] {
        let answer = source.posts_form(&format!("contact_email=a%40example.com&{body}")).await.expect(201);
        assert_eq!(shown(&app, &answer).await["consent"], consent, "{body}");
    }
    let large = json!({ "consent": { "text": "x".repeat(70_000) } });
    let lead = shown(&app, &source.sends(large).await.expect(201)).await;
    assert_eq!((&lead["consent"], &lead["flags"]), (&Value::Null, &json!(["consent_too_large"])));
    assert!(lead["raw_payload"].as_str().expect("a text").len() > 70_000);
}

#[tokio::test]
async fn people_are_named_in_many_ways() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let ann = ("Ann Lee", "u@example.com", "+16502530000", "80211");
    for sent in [
        json!({ "name": "Ann Lee", "email": "u@example.com", "phone": "6502530000", "zip": "80211" }),
        json!({ "Full Name": "Ann Lee", "E-Mail": "u@example.com", "Tel": "6502530000", "ZIP Code": 80211 }),
        json!({ "firstName": "Ann", "lastName": "Lee", "mail": "u@example.com", "phoneNumber": 6_502_530_000_i64, "postcode": "80211" }),
        json!({ "first_name": "Ann", "last_name": "Lee", "e-mail": "u@example.com", "phone_number": "6502530000", "postal": "80211" }),
        json!({ "your-name": "Ann Lee", "your-email": "u@example.com", "your-tel": "6502530000", "zip_code": "80211" }),
        json!({ "Contact_Name": "Ann Lee", "contactEmail": "mailto:u@example.com", "CONTACT_PHONE": "6502530000", "postalCode": "80211" }),
        json!({ "name": { "first": "Ann", "last": "Lee" }, "emailAddress": ["u@example.com"], "mobile": "6502530000", "zip": "80211" }),
    ] {
        let lead = shown(&app, &source.sending(&sent).await.expect(201)).await;
        let read = ["contact_name", "contact_email", "contact_phone", "postal_code"]
            .map(|name| lead[name].as_str().unwrap_or_default());
        assert_eq!(read, [ann.0, ann.1, ann.2, ann.3], "{sent}");
        assert_eq!(lead["flags"], json!([]), "{sent}");
        assert!(lead["form_data"].as_object().is_none_or(serde_json::Map::is_empty), "{sent}: {}", lead["form_data"]);
    }
    let answer = source.posts_form("email=u%40example.com&first_name=Ann&last_name=Lee&roof=flat").await.expect(201);
    let lead = shown(&app, &answer).await;
    assert_eq!((&lead["contact_name"], &lead["form_data"]), (&json!("Ann Lee"), &json!({ "roof": "flat" })));
}

#[tokio::test]
async fn our_own_names_come_first_and_the_others_are_answers() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let sent = json!({
        "contact_email": "u@example.com", "email": "other@example.com", "city": "Denver", "rooms": 9_007_199_254_740_993_i64,
        "nested": { "list": [1, { "deep": true }] }, "form_data": { "city": "Golden" }, "price": 1, "status": "assigned",
    });
    let answer = source.sending(&sent).await.expect(201);
    let text = app.operator().get(format!("/api/v1/admin/leads/{}", answer.str("lead_id"))).await.expect(200);
    assert!(text.text.contains(r#""rooms":9007199254740993"#), "{text:?}");
    let lead = text.json();
    assert_eq!(lead["contact_email"], "u@example.com");
    let kept = json!({
        "city": "Golden", "city (2)": "Denver", "email": "other@example.com", "rooms": 9_007_199_254_740_993_i64,
        "nested": { "list": [1, { "deep": true }] }, "price": 1, "status": "assigned",
    });
    assert_eq!(lead["form_data"], kept);
}

#[tokio::test]
async fn a_person_inside_another_field_is_found() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for sent in [
        json!({ "form_data": { "email": "u@example.com", "zip": "80211" } }),
        json!({ "lead": { "contact": { "Email": "u@example.com", "Zip": "80211" } } }),
        json!({ "fields": [{ "name": "email", "value": "u@example.com" }, { "name": "zip", "value": 80211 }] }),
        json!({ "field_data": [{ "name": "email", "values": ["u@example.com"] }, { "name": "zip_code", "values": ["80211"] }] }),
        json!({ "vendor": { "email": "dealer@example.com" }, "customer": { "email": "u@example.com", "address": { "zip": "80211" } } }),
    ] {
        let lead = shown(&app, &source.sending(&sent).await.expect(201)).await;
        assert_eq!(
            (&lead["contact_email"], &lead["postal_code"]),
            (&json!("u@example.com"), &json!("80211")),
            "{sent}"
        );
        assert_eq!(lead["flags"], json!(["contact_nested"]), "{sent}");
    }
    let answer = source.posts_form("lead[email]=u%40example.com&lead[name]=Ann").await.expect(201);
    assert_eq!(shown(&app, &answer).await["contact_name"], "Ann");
    let roof = source.sends(json!({ "contact_name": null, "roof": { "name": "tile" } })).await.expect(201);
    assert_eq!(shown(&app, &roof).await["contact_name"], Value::Null, "a roof is no person");
    source.sending(&json!({ "vendor": { "email": "dealer@example.com" } })).await.expect(422);
}

#[tokio::test]
async fn a_person_is_found_in_a_field_that_says_more() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let both = "ann@example.com, bob@example.com";
    let long = "(650) 253-0000, but only in the evenings and never on a Sunday";
    for (sent, email, phone, kept) in [
        (
            json!({ "email": "Ann Lee <ann@example.com>" }),
            "ann@example.com",
            "",
            json!({ "email": "Ann Lee <ann@example.com>" }),
        ),
        (json!({ "contact_email": both }), "ann@example.com", "", json!({ "contact_email": both })),
        (json!({ "email": ["x", both] }), "ann@example.com", "", json!({ "email": ["x", both] })),
        (json!({ "phone": long }), "", "+16502530000", json!({ "contact_phone": long })),
        (
            json!({ "emails": [{ "type": "home", "value": "ann@example.com" }] }),
            "ann@example.com",
            "",
            json!({ "emails": [{ "type": "home", "value": "ann@example.com" }] }),
        ),
        (
            json!({ "phone": { "e164": "+16502530000" } }),
            "",
            "+16502530000",
            json!({ "phone": { "e164": "+16502530000" } }),
        ),
    ] {
        let lead = shown(&app, &source.sending(&sent).await.expect(201)).await;
        let read = ["contact_email", "contact_phone"].map(|name| lead[name].as_str().unwrap_or_default());
        assert_eq!((read, &lead["form_data"]), ([email, phone], &kept), "{sent}");
    }
    for (sent, email, phone) in [
        (json!({ "What is your best e-mail?": "ann@example.com" }), "ann@example.com", ""),
        (json!({ "form_data": { "Where can we phone you?": "650 253 0000" } }), "", "+16502530000"),
        (json!({ "Email or phone": "650 253 0000" }), "", "+16502530000"),
    ] {
        let lead = shown(&app, &source.sending(&sent).await.expect(201)).await;
        let read = ["contact_email", "contact_phone"].map(|name| lead[name].as_str().unwrap_or_default());
        assert_eq!((read, &lead["flags"]), ([email, phone], &json!(["contact_nested"])), "{sent}");
    }
    let named = json!({ "email": "ann@example.com", "Which e-mail does your friend have?": "bob@example.com" });
    assert_eq!(shown(&app, &source.sending(&named).await.expect(201)).await["contact_email"], "ann@example.com");
    for nobody in [
        json!({ "agent's e-mail": "bob@example.com" }),
        json!({ "email": "ann lee@example.com" }),
        json!({ "phone": "call me ".repeat(9) }),
    ] {
        source.sending(&nobody).await.expect(422);
    }
}

#[tokio::test]
async fn answers_of_any_size_are_kept_as_far_as_they_fit() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let depth = |n: usize| (1..n).fold(json!({ "end": 1 }), |inner, _| json!({ "in": inner }));
    let keys = |n: usize| Value::Object((0..n).map(|k| (format!("k{k}"), json!(1))).collect());
    let text = |length: usize| json!({ "a": "x".repeat(length), "b": "short" });
    for (data, fits) in [
        (keys(200), true),
        (depth(8), true),
        (text(60 * 1024), true),
        (json!({}), true),
        (json!({ "": "nameless" }), true),
        (text(64 * 1024), false),
        (text(1024 * 1024), false),
        (keys(201), false),
        (keys(10_000), false),
        (depth(9), false),
        (depth(64), false),
        (json!({ "k".repeat(2_000): 1 }), false),
    ] {
        let sent = rita.source.lead(json!({ "form_data": data }));
        let told = rita.source.previews(&sent).await.expect(200).json();
        let answer = rita.source.sending(&sent).await.expect(201);
        let lead = shown(&app, &answer).await;
        let answers = &lead["form_data"];
        assert_eq!(told["fields"]["form_data"], *answers);
        let flags = if fits { json!([]) } else { json!(["answers_cut"]) };
        assert_eq!((answers == &data, &lead["flags"]), (fits, &flags), "{data:.100}");
        assert!(answers.to_string().len() <= 64 * 1024 && answers.as_object().expect("an object").len() <= 200);
        assert_eq!(lead["raw_payload"].as_str().map(str::len), Some(sent.to_string().len()), "all of it is there");
        if data.get("b").is_some() {
            assert_eq!(answers["b"], "short");
        }
        assert_eq!(rita.opens(&answer.str("lead_id")).await.expect(200).json()["form_data"], *answers);
    }
    let many: Vec<String> = (0..1_000).map(|n| format!("f{n}={n}")).collect();
    let lead =
        shown(&app, &rita.source.posts_form(&format!("email=a%40b.com&{}", many.join("&"))).await.expect(201)).await;
    assert_eq!(lead["form_data"].as_object().map(serde_json::Map::len), Some(200));
    assert!(lead["form_data"]["other answers"].as_str().expect("a text").contains(r#""f999":"999""#));
    let deeper = json!({ "contact_email": "c@example.com", "form_data": depth(200) });
    rita.source.sending(&deeper).await.expect(422);
    // What came from where is told from answers however deep it stands.
    let hidden = (0..20).fold(json!({ "gclid": "g", "roof": "flat" }), |inner, _| json!({ "in": inner }));
    let answer = rita.source.sends(json!({ "form_data": hidden })).await.expect(201);
    let detail = rita.opens(&answer.str("lead_id")).await.expect(200).text;
    assert!(detail.contains("flat") && !detail.contains("gclid"), "{detail}");
    assert_eq!(shown(&app, &answer).await["attribution"], json!({ "gclid": "g" }));
}

#[tokio::test]
async fn what_cannot_be_read_of_a_person_is_kept_beside_what_can() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for (members, flags, kept) in [
        (json!({ "contact_email": "nonsense" }), json!(["email_unreadable"]), json!({ "contact_email": "nonsense" })),
        (
            json!({ "contact_phone": "5".repeat(41) }),
            json!(["phone_unreadable"]),
            json!({ "contact_phone": "5".repeat(41) }),
        ),
        (
            json!({ "postal_code": "8".repeat(21) }),
            json!(["postal_code_unreadable"]),
            json!({ "postal_code": "8".repeat(21) }),
        ),
        (json!({ "contact_name": "é".repeat(301) }), json!(["name_cut"]), json!({})),
        (json!({ "contact_name": "Ann\r\nLee" }), json!(["name_cleaned"]), json!({})),
        (json!({ "contact_name": 1 }), json!([]), json!({})),
        (json!({ "contact_name": true }), json!([]), json!({ "contact_name": true })),
        (json!({ "external_id": "x".repeat(300) }), json!(["external_id_cut"]), json!({})),
        (
            json!({ "utm_source": "x".repeat(501), "referrer_url": "y".repeat(4001) }),
            json!(["attribution_cut"]),
            json!({}),
        ),
        (json!({ "utm_campaign": 12, "external_id": 7 }), json!([]), json!({})),
        (json!({ "external_id": ["a", "b"] }), json!(["field_repeated"]), json!({ "external_id": ["a", "b"] })),
    ] {
        let mut members = members;
        members["form_data"] = Value::Null;
        let lead = shown(&app, &source.sends(members.clone()).await.expect(201)).await;
        assert_eq!(lead["flags"], flags, "{members:.200}");
        let answers = if lead["form_data"].is_null() { json!({}) } else { lead["form_data"].clone() };
        assert_eq!(answers, kept, "{members:.200}");
    }
    let both = source.sending(&json!({ "contact_email": "x", "contact_phone": "5".repeat(41) })).await.expect(422);
    assert_eq!(both.wrong_fields(), ["#/contact_email", "#/contact_phone"]);
}

#[tokio::test]
async fn json_is_read_as_it_was_meant() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let lead = r#""contact_email": "a@example.com""#;
    for (body, answers, flags) in [
        (format!("\u{feff}{{{lead}}}"), Value::Null, json!([])),
        (
            format!(r#"{{{lead}, "note": "leak \ud83d"}}"#),
            json!({ "note": "leak \u{fffd}" }),
            json!(["characters_replaced"]),
        ),
        (
            format!(r#"{{{lead}, "note": "\udc00\ud83dx\ud83d\ud83c\udfe0"}}"#),
            json!({ "note": "\u{fffd}\u{fffd}x\u{fffd}🏠" }),
            json!(["characters_replaced"]),
        ),
        (
            format!("{{{lead}, \"note\": \"two\nlines\tand a tab\"}}"),
            json!({ "note": "two\nlines\tand a tab" }),
            json!([]),
        ),
        (format!("\u{a0}{{\u{a0}{lead}\u{2003}}}\u{feff}"), Value::Null, json!([])),
        (
            format!(
                r#"{{{lead}, "a": NaN, "b": -Infinity, "c": 1e999, "d": 007, "e": +5, "f": .5, "g": 1.50, "h": 2026-11-30}}"#
            ),
            json!({ "a": "NaN", "b": "-Infinity", "c": "1e999", "d": "007", "e": "+5", "f": ".5", "g": 1.50, "h": "2026-11-30" }),
            json!(["number_unreadable"]),
        ),
        (format!(r#"[{{{lead}, "a": 1}}]"#), json!({ "a": 1 }), json!(["wrapped"])),
        (json!(format!(r#"{{{lead}, "a": 1}}"#)).to_string(), json!({ "a": 1 }), json!(["wrapped"])),
        (format!("{{{lead}, {lead}}}"), Value::Null, json!(["duplicate_keys"])),
        (format!(r#"{{{lead}, "svc": "a", "svc": "b"}}"#), json!({ "svc": ["a", "b"] }), json!(["duplicate_keys"])),
    ] {
        let answer = raw(&source, "application/json", body.clone()).await.expect(201);
        let lead = shown(&app, &answer).await;
        assert_eq!((&lead["form_data"], &lead["flags"]), (&answers, &flags), "{body}");
        assert_eq!((&lead["raw_payload"], &lead["raw_payload_base64"]), (&json!(body), &Value::Null));
    }
    let two = r#"{"contact_email": "a@example.com", "contact_email": "b@example.com"}"#;
    let lead = shown(&app, &raw(&source, "application/json", two).await.expect(201)).await;
    assert_eq!(lead["contact_email"], "a@example.com");
    assert_eq!(lead["form_data"], json!({ "contact_email": ["a@example.com", "b@example.com"] }));
}
