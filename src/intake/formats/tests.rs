//! Whatever is sent is read or refused; what is read says what was sent.

use proptest::prelude::*;
use uuid::Uuid;

use super::{Incoming, Reading, Sent};
use crate::error::Error;
use crate::http::input::stranger_pairs;
use crate::http::json::parse_liberally;
use crate::id::{NicheId, SourceId};
use crate::intake::web_form::Sites;
use crate::intake::{Answer, Format, Source};

pub(super) fn source(format: Format) -> Source {
    Source {
        id: SourceId(Uuid::nil()),
        name: "Site".to_owned(),
        niche_id: NicheId(Uuid::nil()),
        format,
        key: "key".to_owned(),
        secret: Some("secret".to_owned()),
        access_token: None,
        country: "US".to_owned(),
        look_back_days: 30,
        active: true,
        mapping: None,
        redirect_hosts: Sites::default(),
        cors_origins: Sites::default(),
        honeypot: None,
        answer: Answer::Plain,
        strict: false,
        previous_key: None,
        previous_key_until: None,
        created_at: crate::clock::Timestamp::default(),
        fields: crate::fields::NicheFields::default(),
    }
}

fn read(source: &Source, sent: Sent) -> Result<Reading, Error> {
    source.format.platform().check_sent(source, &sent)?;
    let mut incoming = super::read(source, sent)?;
    assert_eq!(incoming.len(), 1, "{incoming:?}");
    match incoming.pop() {
        Some(Incoming::Lead(reading)) => Ok(*reading),
        other => panic!("no lead but {other:?}"),
    }
}

fn json(format: Format, body: &str) -> Result<Reading, Error> {
    read(&source(format), Sent::Json(parse_liberally(body)?.0))
}

fn form(body: &str) -> Result<Reading, Error> {
    read(&source(Format::Json), Sent::Form(stranger_pairs(body.as_bytes(), None)?.0))
}

fn pointers(reading: &Reading) -> Vec<String> {
    reading.errors.iter().map(|error| format!("{:?} {}", error.at, error.code)).collect()
}

#[test]
fn a_form_says_what_the_same_json_says() {
    let posted = form("contact_email=a%40example.com&consent%5Bip%5D=::1&is_test=true&roof=flat&utm_source=").unwrap();
    let sent = r#"{"contact_email": "a@example.com", "consent": {"ip": "::1"}, "is_test": true, "form_data": {"roof": "flat"}}"#;
    let sent = json(Format::Json, sent).unwrap();
    assert_eq!(format!("{posted:?}"), format!("{sent:?}"));
    assert!(posted.errors.is_empty(), "{posted:?}");
    assert!(posted.submission.is_test);
}

#[test]
fn all_that_is_wrong_is_said_at_once_and_the_rest_is_read() {
    let long = "5".repeat(41);
    let body = format!(
        r#"{{"contact_name": "Bob", "contact_phone": "{long}", "email": "x", "form_data": {{"a": [[[[[[[[1]]]]]]]]}}}}"#
    );
    let reading = json(Format::Json, &body).unwrap();
    assert_eq!(
        pointers(&reading),
        ["Pointer(\"#/contact_email\") invalid_email", "Pointer(\"#/contact_phone\") too_long",]
    );
    assert_eq!(reading.submission.contact_name.as_deref(), Some("Bob"));
}

#[test]
fn googles_columns_are_kept_in_their_order() {
    let body = r#"{"google_key": "secret", "lead_id": "L", "campaign_id": "12", "extra": 1.0, "user_column_data": [
        {"column_id": "EMAIL", "string_value": "a@example.com"}, {"column_name": " ", "column_id": "q", "string_value": "2"},
        {"column_id": "q"}, {"column_name": "extra", "string_value": "mine"}]}"#;
    let reading = json(Format::GoogleAds, body).unwrap().whole().unwrap();
    let kept = r#"{"EMAIL":"a@example.com","q":"2","q (2)":"","extra":"mine","extra (2)":1.0}"#;
    assert_eq!(reading.form_data.map(|json| json.0).as_deref(), Some(kept));
    assert_eq!(reading.attribution.map(|json| json.0).as_deref(), Some(r#"{"campaign_id":"12"}"#));
    assert_eq!(reading.utm_campaign.as_deref(), Some("12"));
}

proptest! {
    #[test]
    fn any_form_is_read_or_refused(body in "[a-z_%=&+\\[\\]0-9]{0,80}") {
        let _ = form(&body);
    }

    #[test]
    fn any_text_in_any_field_is_read_or_refused(
        field in prop::sample::select(vec!["contact_name", "contact_email", "contact_phone", "postal_code", "external_id"]),
        text in ".{0,60}",
    ) {
        let quoted = serde_json::to_string(&text).unwrap();
        let _ = json(Format::Json, &format!("{{\"{field}\": {quoted}}}"));
        let column = format!(r#"{{"column_id": "{field}", "column_name": {quoted}, "string_value": {quoted}}}"#);
        let body = format!(r#"{{"google_key": "secret", "lead_id": {quoted}, "user_column_data": [{column}, {column}]}}"#);
        let _ = json(Format::GoogleAds, &body);
    }
}
