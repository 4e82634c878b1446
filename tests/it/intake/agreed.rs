//! What a person agreed to, and who may see it.

use serde_json::json;

use super::shown;
use crate::support::{Answer, Browser, TestApp};

/// What nobody but the operator may see.
const MARK: &str = "mark-of-the-vendor";

#[tokio::test]
async fn buyers_see_what_the_person_agreed_to_where_the_niche_shows_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let consent = json!({
        "text": "I agree to be called.", "url": "https://example.com/roof?gclid=tracked", "ip": "192.0.2.7",
        "at": "2026-01-02T03:04:05Z", "trustedform_cert_url": "https://cert.trustedform.com/0a1b2c",
        "jornaya_leadid": "5D2C2E0A-2E2B-8A3C-9D1B-0A1B2C3D4E5F", "vendor": MARK,
    });
    let good = rita.source.sends(json!({ "consent": consent })).await.expect(201);
    let wrong = json!({ "text": "Yes.", "trustedform_cert_url": "https://evil.example/0a1b2c", "jornaya_leadid": "J" });
    let bad = rita.source.sends(json!({ "consent": wrong })).await.expect(201);
    assert_eq!(shown(&app, &good).await["flags"], json!([]));
    let kept = shown(&app, &bad).await;
    assert_eq!((&kept["flags"], &kept["consent"]), (&json!(["trustedform_unreadable", "jornaya_unreadable"]), &wrong));
    let mut browser = app.browses_as(&rita).await;
    let pages = async |browser: &mut Browser, answer: &Answer| {
        let lead = answer.str("lead_id");
        let detail = rita.opens(&lead).await.expect(200).json();
        (detail["consent"].clone(), browser.opens(format!("/leads/{lead}")).await.expect(200).text)
    };
    for answer in [&good, &bad] {
        let (consent, page) = pages(&mut browser, answer).await;
        assert!(consent.is_null() && !page.contains("agreed to") && !page.contains("trustedform"), "{page}");
    }
    let path = format!("/api/v1/admin/niches/{}", rita.niche);
    app.operator().patch(path, &json!({ "show_consent": true })).await.expect(200);
    let (told, page) = pages(&mut browser, &good).await;
    let mut meant = consent.clone();
    meant["url"] = json!("https://example.com/roof");
    meant.as_object_mut().expect("an object").remove("vendor");
    assert_eq!(told, meant);
    for text in ["I agree to be called.", "192.0.2.7", "href=\"https://cert.trustedform.com/0a1b2c\"", "5D2C2E0A-2E2B"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("tracked") && !page.contains(MARK), "{page}");
    let (told, page) = pages(&mut browser, &bad).await;
    assert_eq!(
        (&told["text"], &told["trustedform_cert_url"], &told["jornaya_leadid"]),
        (&json!("Yes."), &json!(null), &json!(null))
    );
    assert!(page.contains("Yes.") && !page.contains("evil.example"), "{page}");
}
