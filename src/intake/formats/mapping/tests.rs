//! What a mapping reads out of a payload, and that the presets read their samples.

use bytes::Bytes;
use proptest::prelude::*;

use super::super::tests::source;
use super::{Mapping, presets};
use crate::db::Json;
use crate::error::Error;
use crate::http::input::{ContentType, stranger_pairs};
use crate::http::json::{parse, parse_liberally};
use crate::intake::formats::{Incoming, Posted, Reading, Sent, read};
use crate::intake::{Format, Source};

fn mapped(mapping: &str) -> Source {
    let mapping = Mapping::read(&parse(mapping.as_bytes()).unwrap()).unwrap();
    Source { mapping: Some(Json(mapping.text().to_owned())), ..source(Format::Mapping) }
}

fn reading(mapping: &str, sent: Sent) -> Result<Reading, Error> {
    let mut incoming = read(&mapped(mapping), sent)?;
    Ok(incoming.pop().and_then(Incoming::lead).unwrap())
}

fn json(mapping: &str, payload: &str) -> Result<Reading, Error> {
    reading(mapping, Sent::Json(parse_liberally(payload)?.0))
}

fn form(mapping: &str, payload: &str) -> Result<Reading, Error> {
    reading(mapping, Sent::Form(stranger_pairs(payload.as_bytes(), None)?.0))
}

fn answers(reading: &Reading) -> &str {
    reading.submission.form_data.as_ref().map_or("", |json| json.0.as_str())
}

fn attribution(reading: &Reading) -> &str {
    reading.submission.attribution.as_ref().map_or("", |json| json.0.as_str())
}

#[test]
fn a_strangers_json_becomes_a_lead() {
    let mapping = r#"{
        "contact_name": {"join": ["/lead/first", "/lead/last"]}, "contact_email": "/lead/mail",
        "contact_phone": {"first_of": ["/lead/mobile", "/lead/phone"]}, "postal_code": "/lead/address/zip",
        "external_id": "/id", "utm_source": {"const": "partner"}, "consent": {"ip": "/meta/ip", "text": {"const": "Yes."}},
        "form_data": {"Roof": "/lead/roof/0", "Kind": {"const": 7}}, "test": "/mode"}"#;
    let payload = r#"{"id": 17, "mode": "live", "lead": {"first": "Ann", "last": "Lee", "mail": "Ann@Example.com", "mobile": "",
        "phone": "(650) 253-0000", "address": {"zip": 80202, "city": "Denver"}, "roof": ["flat", "old"], "none": null},
        "meta": {"ip": "192.0.2.1", "gclid": "g", "tags": ["a", "b"]}}"#;
    let read = json(mapping, payload).unwrap();
    assert!(read.errors.is_empty(), "{read:?}");
    let lead = &read.submission;
    assert_eq!(lead.contact_name.as_deref(), Some("Ann Lee"));
    assert_eq!(lead.contact_email.as_ref().map(|email| email.address.as_str()), Some("Ann@Example.com"));
    assert_eq!(lead.contact_phone.as_ref().map(|phone| phone.shown.as_str()), Some("+16502530000"));
    assert_eq!((lead.postal_code.as_deref(), lead.external_id.as_deref()), (Some("80202"), Some("17")));
    assert_eq!(lead.utm_source.as_deref(), Some("partner"));
    assert_eq!(lead.consent.as_ref().map(|json| json.0.as_str()), Some(r#"{"ip":"192.0.2.1","text":"Yes."}"#));
    let kept = r#"{"Roof":"flat","Kind":7,"lead.address.city":"Denver","lead.roof":["old"],"lead.none":null,"meta.tags":["a","b"]}"#;
    assert_eq!(answers(&read), kept);
    assert_eq!((attribution(&read), lead.is_test), (r#"{"gclid":"g"}"#, false));
    let dropped = json(&mapping.replace(r#""test""#, r#""rest": "drop", "test""#), payload).unwrap();
    assert_eq!(answers(&dropped), r#"{"Roof":"flat","Kind":7}"#);
}

#[test]
fn what_makes_a_test_lead() {
    let mapping = r#"{"contact_email": "/email", "test": "/t"}"#;
    for (payload, is_test) in [
        (r#"{"t": true}"#, true),
        (r#"{"t": 1}"#, true),
        (r#"{"t": "1"}"#, true),
        (r#"{"t": "YES"}"#, true),
        (r#"{"t": "test"}"#, true),
        (r#"{"email": "a@example.com", "t": "submit"}"#, false),
        (r#"{"email": "a@example.com", "t": false}"#, false),
        (r#"{"email": "a@example.com", "t": {"a": 1}}"#, false),
        (r#"{"email": "a@example.com"}"#, false),
    ] {
        let read = json(mapping, payload).unwrap();
        assert_eq!((read.submission.is_test, read.errors.len()), (is_test, 0), "{payload}");
        assert!(read.submission.flags.to_json().is_none(), "{read:?}");
    }
}

#[test]
fn a_form_is_reached_by_its_parts_and_by_its_names() {
    let body = "a[b][mail]=a%40example.com&c.d=650+253+0000&e[]=x&e[]=y&f=1&ad.gclid=N";
    for (email, phone) in [("/a/b/mail", "/c/d"), ("/a[b][mail]", "/c.d")] {
        let mapping = format!(r#"{{"contact_email": "{email}", "contact_phone": "{phone}"}}"#);
        let read = form(&mapping, body).unwrap();
        assert!(read.errors.is_empty(), "{read:?}");
        assert_eq!(answers(&read), r#"{"e":["x","y"],"f":"1"}"#);
        assert_eq!(attribution(&read), r#"{"gclid":"N"}"#);
    }
}

#[test]
fn what_cannot_be_read_is_an_answer_and_what_names_nobody_is_refused() {
    let mapping = r#"{"contact_email": {"first_of": ["/a", "/b"]}, "contact_phone": "/p"}"#;
    let read = json(mapping, r#"{"a": "none", "b": "b@example.com", "p": ["650 253 0000", "650 253 0001"]}"#).unwrap();
    assert_eq!(read.submission.contact_email.as_ref().map(|email| email.address.as_str()), Some("b@example.com"));
    assert_eq!(answers(&read), r#"{"a":"none","p":["650 253 0000","650 253 0001"]}"#);
    for payload in ["{}", r#"{"a": {}, "p": []}"#, r#"{"email": "a@example.com"}"#, r#"{"a": "", "b": null}"#] {
        let codes: Vec<_> = json(mapping, payload).unwrap().errors.iter().map(|error| error.code).collect();
        assert_eq!(codes, ["required"], "{payload}");
    }
    assert_eq!(json(mapping, r#"{"a": "x"}"#).unwrap().errors.len(), 1);
    for payload in ["[]", "null", "5", "\"text\"", "[1]"] {
        assert!(json(mapping, payload).is_err(), "{payload}");
    }
}

#[test]
fn lists_are_payloads_too() {
    let by_name = r#"{"contact_email": "/mail"}"#;
    assert!(json(by_name, r#"[{"mail": "a@example.com"}]"#).unwrap().errors.is_empty());
    assert!(json(by_name, r#""{\"mail\": \"a@example.com\"}""#).unwrap().errors.is_empty());
    let by_place = r#"{"contact_email": "/0/mail", "contact_phone": "/1"}"#;
    let read = json(by_place, r#"[{"mail": "a@example.com", "roof": "flat"}, "6502530000", "more"]"#).unwrap();
    assert_eq!(answers(&read), r#"{"0.roof":"flat","2":"more"}"#);
}

#[test]
fn questions_are_answers_under_their_labels() {
    let mapping = r#"{"contact_email": {"in": "/fields", "where": "/label", "is": "e-mail", "take": "/value"}}"#;
    let payload = r#"{"fields": [{"label": "E-Mail", "type": "x", "value": "a@example.com"}, {"label": "Roof", "value": "o1",
        "options": [{"id": "o1", "text": "flat"}]}, {"label": "gclid", "value": "g"}, {"label": "Odd", "value": 1, "score": 5}]}"#;
    let read = json(mapping, payload).unwrap();
    assert!(read.errors.is_empty(), "{read:?}");
    assert_eq!(answers(&read), r#"{"Roof":"flat","fields":[{"label":"Odd","value":1,"score":5}]}"#);
    assert_eq!(attribution(&read), r#"{"gclid":"g"}"#);
}

#[tokio::test]
async fn each_preset_reads_its_sample() {
    assert_eq!(presets().len(), 13);
    for preset in presets() {
        let source = mapped(preset.mapping);
        let takes = source.format.platform().takes();
        let kind = ContentType::parse(preset.content_type);
        let posted = Posted::of(takes, &kind, &Bytes::from_static(preset.body.as_bytes())).await.unwrap();
        let read = posted.read(&source, "").unwrap().pop().and_then(Incoming::lead).unwrap();
        assert!(read.errors.is_empty(), "{}: {read:?}", preset.name);
        let lead = read.submission;
        let email = lead.contact_email.unwrap().address;
        let name = lead.contact_name.unwrap_or_default().to_lowercase().replace(' ', ".");
        assert_eq!(email, format!("{name}@example.com"), "{}", preset.name);
        let phone = lead.contact_phone.unwrap();
        assert!(phone.shown.starts_with("+165025301") && phone.rest.is_none(), "{}: {phone:?}", preset.name);
        assert!(lead.postal_code.is_some_and(|code| code.starts_with("80")), "{}", preset.name);
        assert!(!lead.is_test && lead.flags.to_json().is_none(), "{}: {:?}", preset.name, lead.flags);
        let answers = lead.form_data.unwrap().0;
        assert!(answers.len() > 20 && answers.len() < 600, "{}: {answers}", preset.name);
        for secret in ["k5w1y", "example.com\"", "Mozilla"] {
            assert!(!answers.contains(secret), "{}: {answers}", preset.name);
        }
    }
}

#[test]
fn the_worst_payloads_are_read_or_refused() {
    let mapping =
        r#"{"contact_email": {"first_of": ["/e", "/a/a/a"]}, "contact_phone": "/t/t/t", "form_data": {"x": "/a/b"}}"#;
    let deep = format!("{}1{}", r#"{"a":"#.repeat(100), "}".repeat(100));
    let long = "n".repeat(200_000);
    let wide: Vec<String> = (0..10_000).map(|n| format!("\"f{n}\":{n}")).collect();
    let mut text = r#"{"t":1}"#.to_owned();
    for _ in 0..6 {
        text = format!(r#"{{"t":{}}}"#, serde_json::to_string(&text).unwrap());
    }
    for payload in [
        format!(r#"{{"e": "a@example.com", "a": {deep}}}"#),
        format!(r#"{{"e": "a@example.com", {}}}"#, wide.join(",")),
        format!(r#"{{"e": "a@example.com", "{long}": {{"{long}": {{"a": 1, "b": [2]}}}}}}"#),
        format!(
            r#"{{"e": "a@example.com", "l": [{}]}}"#,
            vec![r#"{"label":"a","value":["o"],"options":[{"id":"o"}]}"#; 5_000].join(",")
        ),
        format!(r#"{{"e": "a@example.com", "t": {text}}}"#),
        r#"{"e": "a@example.com", "e": "b@example.com", "a": {"a": 1, "a": 2}}"#.to_owned(),
        r#"{"e": ["a@example.com", {"x": []}], "t": "{", "a": "[1,2"}"#.to_owned(),
    ] {
        let read = json(mapping, &payload).unwrap();
        assert!(read.errors.is_empty() && answers(&read).len() <= 70 * 1024, "{payload:.80}");
    }
    let many: Vec<String> = (0..10_000).map(|n| format!("f[{n}][x]={n}")).collect();
    let read = form(mapping, &format!("e=a%40example.com&{}", many.join("&"))).unwrap();
    assert!(read.errors.is_empty());
    assert!(form(mapping, &"a[b]=1&a[b][c]=2&a=3&".repeat(200)).is_ok());
}

proptest! {
    #[test]
    fn any_form_is_read_or_refused(body in "[a-c=&.\\[\\]0-9%\"{}:]{0,80}") {
        let _ = form(r#"{"contact_email": "/a/b", "contact_phone": "/a.b/0", "form_data": {"c": "/c"}}"#, &body);
    }

    #[test]
    fn any_mapping_is_read_or_refused(text in "[/a~01{}\"]{0,40}", name in "[a-z_/~]{0,12}") {
        let quoted = serde_json::to_string(&text).unwrap();
        for written in [format!(r#"{{"contact_email": {quoted}, "{name}": {quoted}}}"#), format!(r#"{{"form_data": {{"{name}": {quoted}}}}}"#)] {
            if let Ok(value) = parse(written.as_bytes()) {
                let _ = Mapping::read(&value);
            }
        }
    }
}
