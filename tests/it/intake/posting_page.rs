//! The posting page: what whoever is to send leads needs, at an address that ends with the key.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Source, TestApp};

async fn link(app: &TestApp, source: &Source) -> String {
    let path = format!("/api/v1/admin/sources/{}/docs-link", source.id);
    let url = app.operator().post_nothing(path).await.expect(200).str("url");
    url.strip_prefix("http://localhost:8080").expect("a link of ours").to_owned()
}

async fn page(app: &TestApp, path: &str) -> Answer {
    app.nobody().get(path).header("accept", "text/html").await
}

fn code(page: &Answer) -> String {
    page.text
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&amp;", "&")
        .replace("&#38;", "&")
}

#[tokio::test]
async fn the_page_has_the_real_address_in_every_language() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let members = json!({ "honeypot": "web\"site", "redirect_hosts": ["www.example.com"], "answer": "outcome" });
    let source = app.new_source(&rita.niche, "json", members).await;
    let path = link(&app, &source).await;
    let shown = page(&app, &path).await.expect(200);
    let policy = shown.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("frame-ancestors 'none'")
            && !policy.contains("unsafe")
    );
    assert!(!shown.text.contains("<script") && shown.text.len() < 50_000);
    assert_eq!((shown.header("cache-control"), shown.header("referrer-policy")), ("no-store", "no-referrer"));
    let text = code(&shown);
    let url = format!("http://localhost:8080{}", source.path());
    for part in ["curl -X POST '", "curl_init('", "fetch('", "action=\""] {
        assert!(text.contains(&format!("{part}{url}")), "{part}");
    }
    for part in
        ["name=\"web&quot;site\"", "https://www.example.com/thank-you", "\"reason\": null", "is_test", "/preview"]
    {
        assert!(text.contains(part) || shown.text.contains(&part.replace('&', "&amp;")), "{part}");
    }
    // The example is a lead that is taken, as a test.
    let body = text.split_once("-d '").expect("a body").1.split_once("}'").expect("its end").0.to_owned() + "}";
    let lead: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(source.sending(&lead).await.expect(201).json()["status"], "test");
}

#[tokio::test]
async fn a_new_key_ends_the_link_and_a_wrong_one_never_was() {
    let app = TestApp::start().await;
    let source = app.new_source(&app.niche("Roofing").await, "json", json!({})).await;
    let path = link(&app, &source).await;
    assert_eq!(link(&app, &source).await, path, "it is the same each time");
    page(&app, &path).await.expect(200);
    let (address, signature) = path.split_once("?sig=").expect("a signature");
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    for wrong in [
        address.to_owned(),
        format!("{address}?sig="),
        format!("{address}?sig={flipped}{}", signature.get(1..).expect("the rest")),
        format!("{address}?sig={signature}A"),
        format!("{address}?sig={signature}&sig=x"),
        path.replace(&source.key, "nobody"),
    ] {
        let answer = app.nobody().get(&wrong).await.expect(404);
        assert!(!answer.text.contains(&source.key) && answer.header("location").is_empty(), "{wrong}");
        app.nobody().call(Method::POST, &wrong).await.expect(404);
    }
    app.operator().post_nothing(format!("/api/v1/admin/sources/{}/rotate", source.id)).await.expect(200);
    page(&app, &path).await.expect(404);
    let rotated = link(&app, &source).await;
    page(&app, &rotated).await.expect(200);
    app.operator().patch(format!("/api/v1/admin/sources/{}", source.id), &json!({ "active": false })).await.expect(200);
    page(&app, &rotated).await.expect(404);
    let other = app.provider("rita").await;
    other.client.post_nothing(format!("/api/v1/admin/sources/{}/docs-link", source.id)).await.expect(403);
    app.operator().post_nothing(format!("/api/v1/admin/sources/{}/docs-link", other.id)).await.expect(404);
}

#[tokio::test]
async fn each_platform_is_told_where_to_paste_what() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    for (format, words, has_secret) in [
        ("google_ads", &["Webhook URL", "Send test data"][..], true),
        ("meta", &["Verify token", "leadgen"], false),
        ("typeform", &["Endpoint", "Secret"], true),
        ("adf", &["application/x-adf+xml"], false),
    ] {
        let source = app.new_source(&niche, format, json!({})).await;
        let shown = page(&app, &link(&app, &source).await).await.expect(200);
        assert!(words.iter().all(|word| shown.text.contains(word)), "{format}");
        assert!(shown.text.contains(&source.path()) && !shown.text.contains("<form"), "{format}");
        let secret = source.secret.as_deref().unwrap_or("no such secret");
        assert_eq!(shown.text.contains(secret), has_secret, "{format}");
    }
}

#[tokio::test]
async fn a_lead_is_tried_on_the_page_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let path = link(&app, &rita.source).await;
    let tries = async |body: &str| {
        let call = app.nobody().call(Method::POST, &path).header("content-type", "application/x-www-form-urlencoded");
        call.body(body).await
    };
    let good = tries(
        "contact_name=%3Cb%3EAnn&contact_email=ann%40example.org&contact_phone=(303)+555-0101&postal_code=&question=",
    )
    .await;
    let text = &good.clone().expect(200).text;
    assert!(text.contains("assigned") && text.contains("+13035550101") && !text.contains("<b>Ann"), "{text}");
    assert!(!text.contains(&rita.id), "who would get it is not for senders");
    let bad = tries("contact_email=nobody").await.expect(200);
    assert!(bad.text.contains("would be refused") && bad.text.contains("contact_email"), "{bad:?}");
    tries("").await.expect(200);
    tries(&"a=b&".repeat(30_000)).await.expect(422);
    assert_eq!(app.read(|read| read.one::<(i64,)>("SELECT count(*) FROM leads", &[])).await.0, 0);
    assert_eq!(app.read(|read| read.one::<(i64,)>("SELECT count(*) FROM refused_posts", &[])).await.0, 0);
}

#[tokio::test]
async fn the_page_says_what_the_niche_asks() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let fields = json!([{ "name": "roof_type", "label": "Type of roof", "type": "choice", "choices": ["slate", "tile"],
        "required": true }]);
    app.operator()
        .patch(format!("/api/v1/admin/niches/{}", rita.niche), &json!({ "fields": fields }))
        .await
        .expect(200);
    let source = app.new_source(&rita.niche, "json", json!({ "strict": true })).await;
    let shown = page(&app, &link(&app, &source).await).await.expect(200);
    let says = "Type of roof: choice, one of: slate, tile, required. A lead that breaks this is refused.";
    assert!(shown.text.contains("form_data.roof_type") && shown.text.contains(says), "{}", shown.text);
}
