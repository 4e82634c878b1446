//! Bodies in every shape in which forms and scripts send them.

use axum::http::Method;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{raw, shown};
use crate::support::TestApp;

const JSON: &str = r#"{"contact_email": "a@example.com", "contact_name": "Zoë"}"#;

fn wide(text: &str, low_first: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if low_first { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[tokio::test]
async fn text_is_read_in_the_character_set_it_is_in() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let latin: Vec<u8> = JSON.chars().map(|c| u8::try_from(u32::from(c)).expect("a letter of Latin-1")).collect();
    for (kind, body, flags) in [
        ("application/json; charset=utf8", JSON.as_bytes().to_vec(), json!([])),
        ("application/json;charset=\"UTF-8\"", JSON.as_bytes().to_vec(), json!([])),
        ("application/json; charset=klingon", JSON.as_bytes().to_vec(), json!(["charset_guessed"])),
        ("application/json; charset=iso-8859-1", latin.clone(), json!([])),
        ("application/json; charset=iso-8859-1", JSON.as_bytes().to_vec(), json!(["charset_guessed"])),
        ("application/json", latin.clone(), json!(["charset_guessed"])),
        ("application/json", [b"\xff\xfe".to_vec(), wide(JSON, true)].concat(), json!([])),
        ("application/json; charset=utf-16", [b"\xfe\xff".to_vec(), wide(JSON, false)].concat(), json!([])),
        ("application/json; charset=utf-16", wide(JSON, true), json!([])),
        ("text/json", JSON.as_bytes().to_vec(), json!([])),
        ("application/vnd.forms+json", JSON.as_bytes().to_vec(), json!([])),
        ("application/x-www-form-urlencoded", JSON.as_bytes().to_vec(), json!([])),
        ("application/x-www-form-urlencoded", b"email=a%40example.com&name=Zo%EB".to_vec(), json!(["charset_guessed"])),
        ("application/x-www-form-urlencoded; charset=latin1", b"email=a%40example.com&name=Zo%EB".to_vec(), json!([])),
        ("application/x-www-form-urlencoded", b"email=a%40example.com&name=Zo%C3%AB".to_vec(), json!([])),
        ("application/json", b"email=a%40example.com&name=Zo%C3%AB".to_vec(), json!([])),
    ] {
        let lead = shown(&app, &raw(&source, kind, body.clone()).await.expect(201)).await;
        assert_eq!((&lead["contact_name"], &lead["flags"]), (&json!("Zoë"), &flags), "{kind}: {body:?}");
        let text = lead["raw_payload"].as_str().expect("a text");
        match lead["raw_payload_base64"].as_str() {
            Some(bytes) => assert_eq!(BASE64_STANDARD.decode(bytes).expect("Base64"), body),
            None => assert_eq!(text.as_bytes(), body),
        }
    }
}

#[tokio::test]
async fn forms_with_percent_signs_and_nuls_are_taken() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    for (body, value, flags) in [
        ("x=100%", "100%", json!(["form_unescaped"])),
        ("x=5%+off", "5% off", json!(["form_unescaped"])),
        ("x=%zz", "%zz", json!(["form_unescaped"])),
        ("x=%00", "\u{fffd}", json!(["characters_replaced"])),
        ("x=%ff", "ÿ", json!(["charset_guessed"])),
        ("x=%ED%A0%BD", "\u{fffd}\u{fffd}\u{fffd}", json!(["charset_guessed"])),
    ] {
        let lead = shown(&app, &source.posts_form(&format!("contact_email=a%40b.com&{body}")).await.expect(201)).await;
        assert_eq!((&lead["form_data"], &lead["flags"]), (&json!({ "x": value }), &flags), "{body}");
    }
}

fn part(head: &str, value: &str) -> String {
    format!("--xyz\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n")
}

#[tokio::test]
async fn forms_of_several_parts_are_read() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let person = part("name=\"email\"", "a@example.com") + &part("name=\"services[]\"", "roof");
    let file = part("name=\"photo\"; filename=\"roof.jpg\"\r\nContent-Type: image/jpeg", "\u{1}\u{2}");
    let none = part("name=\"photo\"; filename=\"\"\r\nContent-Type: application/octet-stream", "");
    let kind = "multipart/form-data; boundary=xyz";
    for (body, answers, flags) in [
        (format!("{person}--xyz--\r\n"), json!({ "services": ["roof"] }), json!([])),
        (
            format!("{person}{file}--xyz--"),
            json!({ "services": ["roof"], "photo": "roof.jpg" }),
            json!(["files_left_out"]),
        ),
        (format!("{person}--xyz--").replace("\r\n", "\n"), json!({ "services": ["roof"] }), json!([])),
        (format!("{person}{none}--xyz--"), json!({ "services": ["roof"], "photo": "" }), json!([])),
        (format!("{person}{}", part("name=\"late\"", "1")), json!({ "services": ["roof"] }), json!(["form_cut_off"])),
    ] {
        let lead = shown(&app, &raw(&source, kind, body.clone()).await.expect(201)).await;
        assert_eq!((&lead["form_data"], &lead["flags"]), (&answers, &flags), "{body}");
        assert_eq!((&lead["contact_email"], &lead["raw_payload"]), (&json!("a@example.com"), &json!(body)));
        assert_eq!(lead["raw_content_type"], kind, "it can be read again");
    }
    let bare = raw(&source, "multipart/form-data", format!("{person}--xyz--")).await.expect(201);
    assert_eq!(
        shown(&app, &bare).await["form_data"],
        json!({ "services": ["roof"] }),
        "the boundary stands in the body"
    );
    for (kind, body) in [(kind, "no parts"), (kind, ""), ("multipart/form-data", "--xyz--")] {
        raw(&source, kind, body).await.expect(400).problem();
    }
    raw(&source, kind, format!("{}--xyz--", part("name=\"x\"", "1"))).await.expect(422).problem();
}

#[tokio::test]
async fn an_address_may_end_in_a_slash_and_a_query() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = &rita.source;
    for end in [
        "",
        "/",
        "?utm_source=x&gclid=g",
        "/?utm_source=x",
        "%20",
        "//",
        "&utm_source=x",
        "&gclid=g?utm_source=x",
        "?",
        "?a=1&a=2&&b",
        "?%ff=%zz",
    ] {
        let lead = source.lead(json!({}));
        if end.starts_with(['/', '?']) && end != "//" {
            let told = source.client.post(format!("{}/preview{end}", source.path()), &lead).await.expect(200).json();
            assert_eq!(told["status"], "assigned", "{end}");
        }
        let answer = source.client.post(format!("{}{end}", source.path()), &lead).await.expect(201);
        assert_eq!(answer.str("status"), "assigned", "{end}");
        let kept = shown(&app, &answer).await;
        let utm = if end.contains("utm_source") { json!("x") } else { Value::Null };
        assert_eq!(kept["utm_source"], utm, "{end}");
        assert_eq!(kept["form_data"], json!({ "project": "New roof" }), "{end}");
    }
    let google = app.new_source(&rita.niche, "google_ads", json!({})).await;
    let delivery = google.google_delivery(&[]);
    google.client.post(format!("{}/?utm_source=x", google.path()), &delivery).await.expect(200);
    let refused = source.client.call(Method::GET, format!("{}/", source.path())).await.expect(405);
    assert_eq!(refused.header("allow"), "POST");
    source.client.post("/api/v1/intake/unknown/", &delivery).await.expect(404);
}
