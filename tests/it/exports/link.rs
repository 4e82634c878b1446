//! The mailed link: it works when it should, and only then.

use std::time::Duration;

use super::*;
use crate::support::between;

/// The link of the last mail about an export, without the origin.
pub fn link(app: &TestApp) -> String {
    let mails = app.mails();
    let mail = mails.iter().rfind(|mail| mail.text.contains("/exports/")).expect("a mail with a link");
    let (_, rest) = mail.text.split_once("/exports/").expect("a link");
    format!("/exports/{}", rest.split_whitespace().next().expect("an id"))
}

#[tokio::test]
async fn the_mail_says_what_is_in_the_file_and_its_button_gives_it() {
    let app = TestApp::with_flags(&["--export-max-rows", "2"]).await;
    let rita = app.provider("rita").await;
    rita.is_sent_leads(3).await;
    let ready = made(&app, &rita, &json!({})).await;
    let mails = app.mails();
    let mail = mails.iter().rfind(|mail| mail.subject == "Your Lead Export is Ready").expect("a mail");
    assert!(mail.text.contains("holds 2 leads") && mail.text.contains("3 matched"), "{}", mail.text);
    let link = link(&app);
    for _ in 0..5 {
        let page = app.nobody().get(&link).await.expect(200);
        assert!(page.text.contains("holds 2 leads") && page.text.contains("3 matched"), "{page:?}");
        assert!(page.header("content-security-policy").contains("default-src 'none'"), "{page:?}");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
    }
    let file = app.nobody().post_nothing(&link).await.expect(200);
    assert_eq!(file.bytes, fetched(&rita, &ready).await.expect(200).bytes);
}

#[tokio::test]
async fn whatever_is_wrong_with_the_token_looks_alike() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    made(&app, &rita, &json!({})).await;
    let ritas = link(&app);
    let other = made(&app, &sam, &json!({})).await;
    let (path, token) = ritas.split_once("?token=").expect("a token");
    let (first, rest) = token.split_at(1);
    let flipped = format!("{}{rest}", if first == "A" { "B" } else { "A" });
    let mut pages = Vec::new();
    for wrong in [
        path.to_owned(),
        format!("{path}?token="),
        format!("{path}?token={flipped}"),
        format!("{path}?token={rest}"),
        format!("{path}?token={token}="),
        format!("{path}?x=1&fbclid={token}"),
        format!("{path}?token={token}&token={flipped}"),
        format!("{path}?token={}", token.to_lowercase()),
        format!("/exports/{}?token={token}", other["id"].as_str().unwrap()),
        format!("/exports/{}?token={token}", leadhouse::id::new_uuid(app.clock.now())),
        format!("/exports/nonsense?token={token}"),
    ] {
        pages.push(app.nobody().get(&wrong).await.expect(404).text);
        pages.push(app.nobody().post_nothing(&wrong).await.expect(404).text);
    }
    pages.dedup();
    assert_eq!(pages.len(), 1);
    app.nobody().get(&ritas).await.expect(200);
    // What trackers add damages nothing.
    for added in [
        format!("{path}?token={token}&fbclid=1"),
        format!("{path}?utm_source=x&token={token}&utm_campaign=100%"),
        format!("{path}?token={token}?utm_source=x"),
    ] {
        let page = app.nobody().get(&added).await.expect(200);
        let action = between(&page.text, "action=\"", "\"").expect("a form");
        app.nobody().post_nothing(action).await.expect(200);
        app.nobody().post_nothing(&added).await.expect(200);
    }
}

#[tokio::test]
async fn a_link_whose_time_is_over_says_so_to_who_has_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    made(&app, &rita, &json!({})).await;
    let link = link(&app);
    app.advance(Duration::from_hours(7 * 24) - Duration::from_mins(1));
    app.nobody().get(&link).await.expect(200);
    app.advance(Duration::from_mins(1));
    for _ in 0..2 {
        app.nobody().get(&link).await.expect(410);
        app.nobody().post_nothing(&link).await.expect(410);
        app.run_jobs().await;
    }
}

#[tokio::test]
async fn a_suspended_providers_link_leads_nowhere_and_nothing_is_made_for_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    made(&app, &rita, &json!({})).await;
    let link = link(&app);
    let id = asking(&rita, &json!({})).await.expect(202).str("export_id");
    let path = format!("/api/v1/admin/providers/{}", rita.id);
    app.operator().patch(&path, &json!({ "active": false })).await.expect(200);
    app.nobody().get(&link).await.expect(404);
    app.run_jobs().await;
    app.operator().patch(&path, &json!({ "active": true })).await.expect(200);
    app.nobody().get(&link).await.expect(200);
    assert_eq!(shown(&rita, &id).await["status"], "cancelled");
}
