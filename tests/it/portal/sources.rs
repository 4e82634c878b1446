//! Sources in the back office: made, mapped by hand, and what was refused read again.

use serde_json::json;

use super::office::office;
use crate::support::TestApp;

/// A payload as nobody else has it.
const PAYLOAD: &str = r#"{"customer":{"who":"Ann Lee","reach":{"mail":"ann@example.org"}},"job":{"roof":"slate"}}"#;

#[tokio::test]
async fn a_strangers_payload_is_mapped_and_read_again() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut olga = office(&app).await;
    olga.opens("/admin/sources").await.expect(200);
    olga.sends("/admin/sources", &[("name", ""), ("niche_id", &rita.niche), ("format", "mapping")]).await.expect(422);
    assert!(olga.text().contains("Not made"), "{}", olga.text());
    let made = [("name", "Theirs"), ("niche_id", &rita.niche), ("format", "mapping"), ("preset", "")];
    olga.sends("/admin/sources", &made).await.expect(200);
    assert!(olga.text().contains("The source is made") && olga.text().contains("Nothing yet."), "{}", olga.text());
    let source = app.operator().get("/api/v1/admin/sources").await.expect(200).items().remove(0);
    let (key, path) =
        (source["key"].as_str().expect("a key"), format!("/admin/sources/{}", source["id"].as_str().unwrap()));
    let post = app.nobody().call(axum::http::Method::POST, format!("/api/v1/intake/{key}"));
    post.header("content-type", "application/json").body(PAYLOAD).await.expect(422);
    olga.opens("/admin").await.expect(200);
    assert!(olga.text().contains("efused"), "{}", olga.text());
    let page = olga.opens(&path).await.expect(200);
    assert!(page.text.contains("Read it again") && page.text.contains("&#34;who&#34;"), "{}", page.text);
    let replay =
        crate::support::between(&page.text, &format!("action=\"{path}/payloads/"), "\"").expect("a form").to_owned();
    let replay = format!("{path}/payloads/{replay}");
    let refused = olga.sends(&replay, &[]).await.expect(422);
    assert!(refused.text.contains("It is still refused"), "{}", refused.text);
    let wrong = olga.sends(format!("{path}/mapping"), &[("mapping", r#"{"contact_email": "mail"}"#)]).await.expect(422);
    assert!(wrong.text.contains("was not saved") && wrong.text.contains("&#34;mail&#34;"), "{}", wrong.text);
    let right = r#"{"contact_name": "/customer/who", "contact_email": "/customer/reach/mail", "form_data": {"roof": "/job/roof"}}"#;
    let tried = olga.sends(format!("{path}/mapping/try"), &[("mapping", right)]).await.expect(200);
    assert!(tried.text.contains("It would be assigned") && tried.text.contains("ann@example.org"), "{}", tried.text);
    assert_eq!(rita.me().await["counts"]["active"], 0);
    olga.sends(format!("{path}/mapping"), &[("mapping", right)]).await.expect(200);
    olga.sends(&replay, &[]).await.expect(200);
    assert!(olga.text().contains("The payload was read again."), "{}", olga.text());
    assert_eq!(rita.me().await["counts"]["active"], 1);
    olga.sends(&path, &[("name", "Theirs, now"), ("look_back_days", "7")]).await.expect(200);
    let changed = app.operator().get(format!("/api/v1{path}")).await.expect(200).json();
    assert_eq!(
        (&changed["name"], &changed["look_back_days"], &changed["active"]),
        (&json!("Theirs, now"), &json!(7), &json!(false))
    );
    olga.opens(format!("{path}?preset=tally")).await.expect(200);
    // Who only buys sees none of it.
    let mut buyer = app.browses_as(&rita).await;
    for page in ["/admin/sources", &path] {
        assert!(!buyer.opens(page).await.text.contains("Theirs, now"));
    }
}
