//! `search`: part of the e-mail in any case, or of the phone's digits; nothing in it is special.

use serde_json::json;

use super::leads;
use crate::support::{Provider, TestApp};

async fn hits(who: &Provider, text: &str) -> Vec<String> {
    let answer = who.get("/api/v1/provider/leads").query(&[("search", text)]).await.expect(200);
    let found = leads(&answer.items());
    assert_eq!(answer.json()["total_count"], found.len(), "{text}");
    found
}

#[tokio::test]
async fn an_email_is_found_by_any_part_in_any_case() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let jose = rita.is_sent(json!({ "contact_email": "José.Müller+roof@Example.com", "contact_phone": null })).await;
    rita.is_sent(json!({ "contact_email": "50%_off@example.net" })).await;
    for text in ["josé.m", "JOSÉ", "MÜLLER+ROOF", "jose\u{301}", "example.com", "ｊｏｓé", " josé ", "@EXAMPLE.COM"]
    {
        assert_eq!(hits(&rita, text).await, [jose.lead.as_str()], "{text}");
    }
    for text in ["jose.", "muller", "com1", "roof@example.comx"] {
        assert!(hits(&rita, text).await.is_empty(), "{text}");
    }
}

#[tokio::test]
async fn nothing_in_a_search_is_special() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let odd = rita.is_sent(json!({ "contact_email": "50%_off@example.net" })).await;
    rita.is_sent_a_lead().await;
    for text in ["0%_", "%_off", "50%_off@example.net"] {
        assert_eq!(hits(&rita, text).await, [odd.lead.as_str()], "{text}");
    }
    for text in [
        "%%%",
        "___",
        "\\\\\\",
        "%25",
        "[a-z]",
        "***",
        "p%n",
        "pers_n",
        "' OR 1=1--",
        "\"; DROP TABLE leads",
        "NEAR(*",
        "a OR b",
        "\\%_",
        "?$1",
    ] {
        assert!(hits(&rita, text).await.is_empty(), "{text}");
    }
}

#[tokio::test]
async fn a_phone_is_found_by_its_digits_however_they_are_written() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let ann = rita.is_sent(json!({ "contact_phone": "+1 (555) 123-4567", "contact_email": "ann@example.org" })).await;
    rita.is_sent(json!({ "contact_phone": "+49 30 901820", "contact_email": "berta@example.org" })).await;
    for text in [
        "+1 (555) 123-4567",
        "5551234567",
        "15551234567",
        "５５５ １２３ ４５６７",
        "555.123.4567",
        "555/123 4567",
        "555\u{2011}123\u{a0}4567",
        "123-45",
        "234",
        "(555)",
    ] {
        assert_eq!(hits(&rita, text).await, [ann.lead.as_str()], "{text}");
    }
    for text in ["5551234568", "+1 555 99", "12x345", "555 123 abc"] {
        assert!(hits(&rita, text).await.is_empty(), "{text}");
    }
    // Digits are looked for in the e-mail as well, punctuation in the e-mail as it stands.
    let digits = rita.is_sent(json!({ "contact_email": "unit-774@example.org", "contact_phone": null })).await;
    assert_eq!(hits(&rita, "774").await, [digits.lead.as_str()]);
    assert_eq!(hits(&rita, "-774").await, [digits.lead.as_str()]);
    // A phone does not begin where the e-mail ends.
    assert!(hits(&rita, "org1555").await.is_empty());
}
