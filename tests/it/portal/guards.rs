//! What keeps others out: sessions, forms of other sites, headers.

use std::time::Duration;

use axum::http::Method;
use serde_json::json;

use crate::support::{TestApp, between};

#[tokio::test]
async fn a_page_without_a_session_leads_to_the_sign_in_and_back() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut browser = app.browser();
    for (path, lands) in [
        ("/", "/sign-in"),
        ("/leads?status=active", "/sign-in?next=%2Fleads%3Fstatus%3Dactive"),
        ("/preferences", "/sign-in?next=%2Fpreferences"),
    ] {
        browser.opens(path).await.expect(200);
        assert_eq!(browser.at, lands);
    }
    let post = browser.posting("/preferences", &[]).await.expect(401);
    assert!(post.text.contains("You are signed out"), "{post:?}");
    // A token of the API is no session, nor a session a token.
    let token = rita.client.token.clone().expect("a token");
    browser.cookies.insert("__Host-lh_session".to_owned(), token);
    browser.opens("/leads").await.expect(200);
    assert!(browser.at.starts_with("/sign-in"), "{}", browser.at);
    let inside = app.browses_as(&rita).await;
    let session = inside.cookies["__Host-lh_session"].clone();
    assert_eq!(app.bearer(&session).get("/api/v1/provider/me").await.problem_code(), "unauthenticated");
}

#[tokio::test]
async fn a_session_also_opens_the_api_to_its_own_pages() {
    let app = TestApp::start().await;
    let (rita, bob) = (app.provider("rita").await, app.provider("bob").await);
    let browser = app.browses_as(&rita).await;
    let me = browser.call(Method::GET, "/api/v1/provider/me").await.expect(200).json();
    assert_eq!(me["id"], rita.id.as_str());
    let change = json!({ "notify_on_new_lead": false });
    let path = "/api/v1/provider/notification-preferences";
    browser.call(Method::PATCH, path).json(&change).await.expect(200);
    let cookie = format!("__Host-lh_session={}", browser.cookies["__Host-lh_session"]);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "null"),
        ("origin", "https://evil.example"),
        ("x-nothing", "at all"),
    ] {
        let call = app.nobody().patch(path, &change).header("cookie", &cookie).header(name, value);
        assert_eq!(call.await.problem_code(), "cross_site", "{name}: {value}");
    }
    app.nobody().patch(path, &change).header("cookie", &cookie).header("origin", "http://localhost").await.expect(200);
    // Both, of one identity and of two.
    let both = |token: &Option<String>| {
        let bearer = format!("Bearer {}", token.clone().expect("a token"));
        app.nobody().get("/api/v1/provider/me").header("cookie", &cookie).header("authorization", bearer)
    };
    both(&rita.client.token).await.expect(200);
    assert_eq!(both(&bob.client.token).await.problem_code(), "two_identities");
}

#[tokio::test]
async fn a_form_needs_this_sessions_token_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    let (mut one, mut other) = (app.browses_as(&rita).await, app.enters("rita.browses@example.com").await);
    let (path, accept) = (format!("/leads/{lead}"), format!("/leads/{lead}/accept"));
    one.opens(&path).await.expect(200);
    other.opens(&path).await.expect(200);
    let (mine, theirs) = (one.csrf(), other.csrf());
    for fields in [
        vec![],
        vec![("csrf", "")],
        vec![("csrf", theirs.as_str())],
        vec![("csrf", mine.as_str()), ("csrf", mine.as_str())],
        vec![("csrf", "AAAA")],
    ] {
        let refused = one.posting_only(&accept, &fields).await.expect(403);
        assert!(refused.text.contains("This form is too old"), "{refused:?}");
    }
    let from_afar = one.posting(&accept, &[]).header("sec-fetch-site", "cross-site");
    from_afar.await.expect(403);
    let as_text = one.call(Method::POST, &accept).header("content-type", "text/plain").body(format!("csrf={mine}"));
    as_text.await.expect(415);
    // Its address leads to the page with the form, and decides nothing.
    assert_eq!(one.call(Method::GET, &accept).await.expect(303).header("location"), path);
    assert_eq!(rita.me().await["counts"]["accepted"], 0);
    one.sends(&accept, &[]).await.expect(200);
    // The sign-in form, too.
    let mut stranger = app.browser();
    stranger.opens("/sign-in").await.expect(200);
    stranger.posting_only("/sign-in", &[("email", "a@b.example")]).await.expect(403);
}

#[tokio::test]
async fn a_session_ends_with_its_sign_out_its_time_its_person_and_its_provider() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut browser = app.browses_as(&rita).await;
    let kept = browser.clone();
    browser.opens("/preferences").await.expect(200);
    browser.posting("/sign-out", &[]).await.expect(303);
    let after = kept.call(Method::GET, "/leads").await.expect(303);
    assert_eq!(after.header("location"), "/sign-in?next=%2Fleads");
    let mut other = app.enters("rita.browses@example.com").await;
    app.advance(Duration::from_hours(30 * 24));
    other.opens("/leads").await.expect(200);
    assert!(other.at.starts_with("/sign-in"), "{}", other.at);
    let mut third = app.enters("rita.browses@example.com").await;
    app.operator().patch(format!("/api/v1/admin/providers/{}", rita.id), &json!({ "active": false })).await.expect(200);
    let refused = third.opens("/leads").await.expect(403);
    assert!(third.text().contains("This account is suspended"), "{refused:?}");
    let posted = third.posting_only("/preferences", &[]).await.expect(403);
    assert!(posted.text.contains("suspended"), "{posted:?}");
}

#[tokio::test]
async fn a_planted_session_is_not_taken_over() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    app.person_of(&rita, "rita@roofs.example", Some("correct horse battery")).await;
    let mut browser = app.browser();
    browser.opens("/sign-in").await.expect(200);
    let planted = format!("lh_{}", "A".repeat(43));
    browser.cookies.insert("__Host-lh_session".to_owned(), planted.clone());
    browser.signs_in("rita@roofs.example", "correct horse battery").await.expect(200);
    assert_ne!(browser.cookies["__Host-lh_session"], planted);
    assert_eq!(browser.at, "/leads");
}

#[tokio::test]
async fn whether_there_is_an_account_is_not_told() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    app.person_of(&rita, "rita@roofs.example", Some("correct horse battery")).await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("rita@roofs.example", "wrong horse battery"),
        ("nora@roofs.example", "wrong horse battery"),
        ("rita@roofs.example", ""),
        ("nora@roofs.example", ""),
    ] {
        let mut browser = app.browser();
        let answer = browser.signs_in(email, password).await;
        answers.push((answer.status, browser.text()));
    }
    assert_eq!(answers[0].0, 401);
    assert_eq!(answers[0].1, answers[1].1);
    assert_eq!(answers[2].0, 200);
    assert_eq!(answers[2], answers[3]);
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 1);
}

#[tokio::test]
async fn guessing_is_slowed_down_and_the_owner_still_gets_in() {
    let app = TestApp::with_flags(&["--rate-limits", "on"]).await;
    let rita = app.provider("rita").await;
    app.person_of(&rita, "rita@roofs.example", Some("correct horse battery")).await;
    let mut guesser = app.browser();
    guesser.opens("/sign-in").await.expect(200);
    let tries = [("email", "rita@roofs.example"), ("password", "password1")];
    for _ in 0..10 {
        guesser.posting("/sign-in", &tries).await.expect(401);
    }
    let slowed = guesser.posting("/sign-in", &tries).await.expect(429);
    assert!(slowed.text.contains("then go on") && !slowed.header("retry-after").is_empty(), "{slowed:?}");
    // A link is counted apart.
    guesser.posting("/sign-in", &[("email", "rita@roofs.example")]).await.expect(200);
    app.enters("rita@roofs.example").await.opens("/leads").await.expect(200);
    app.advance(Duration::from_mins(1));
    let mut owner = app.browser();
    owner.signs_in("rita@roofs.example", "correct horse battery").await.expect(200);
    assert_eq!(owner.at, "/leads");
    // From one address at many accounts.
    app.advance(Duration::from_mins(1));
    for n in 0..30 {
        let email = format!("nobody{n}@roofs.example");
        guesser.posting("/sign-in", &[("email", &email), ("password", "password1")]).await.expect(401);
    }
    guesser.posting("/sign-in", &[("email", "other@roofs.example"), ("password", "password1")]).await.expect(429);
}

#[tokio::test]
async fn links_end_alike_whatever_is_wrong_with_them() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    app.person_of(&rita, "rita@roofs.example", None).await;
    let mut browser = app.browser();
    let mut pages = Vec::new();
    for path in [
        "/sign-in/link".to_owned(),
        "/sign-in/link?token=".to_owned(),
        format!("/sign-in/link?token=lh_{}", "A".repeat(43)),
        format!("/sign-in/link?token={}", rita.client.token.clone().expect("a token")),
        "/sign-in/link?other=1".to_owned(),
    ] {
        browser.opens(&path).await.expect(400);
        pages.push(browser.text());
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "{pages:?}");
}

#[tokio::test]
async fn pages_are_kept_by_nobody_and_run_nothing_of_others() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut browser = app.browses_as(&rita).await;
    for path in ["/leads", "/preferences", "/exports", "/leads/00000000-0000-7000-8000-000000000000", "/sign-in"] {
        let page = browser.opens(path).await;
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(!page.text.contains("<style") && !page.text.contains(" style=\""), "{path}");
        let scripts = page.text.matches("<script").count();
        assert_eq!(scripts, page.text.matches("<script src=\"/assets/").count(), "{path}");
    }
    let page = browser.opens("/leads").await.expect(200);
    let style = between(&page.text, "rel=\"stylesheet\" href=\"", "\"").expect("a style");
    let file = app.nobody().get(style).await.expect(200);
    assert!(file.header("cache-control").contains("immutable"));
    app.nobody().get("/assets/other.css").await.expect(404);
}

#[tokio::test]
async fn pages_and_their_files_are_compressed_for_who_takes_them_so() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent_leads(3).await;
    let mut browser = app.browses_as(&rita).await;
    let plain = browser.opens("/leads").await.expect(200);
    assert_eq!(plain.header("content-encoding"), "");
    let style = between(&plain.text, "rel=\"stylesheet\" href=\"", "\"").expect("a style").to_owned();
    for path in ["/leads", &style] {
        let whole = browser.call(Method::GET, path).await.expect(200);
        let packed = browser.call(Method::GET, path).header("accept-encoding", "gzip, br").await.expect(200);
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        assert_eq!(packed.header("vary"), "accept-encoding", "{path}");
        assert!(packed.bytes.len() * 2 < whole.bytes.len(), "{path}: {} of {}", packed.bytes.len(), whole.bytes.len());
    }
    let zipped = |path: &'static str| rita.call(Method::GET, path).header("accept-encoding", "gzip");
    let (list, plain) = (zipped("/api/v1/provider/leads").await, rita.inbox("").await);
    assert_eq!((list.header("content-encoding"), list.header("vary")), ("gzip", "accept-encoding"));
    assert!(list.bytes.len() * 2 < plain.bytes.len(), "{} of {}", list.bytes.len(), plain.bytes.len());
    assert_eq!(zipped("/api/v1/provider/me").await.expect(200).header("content-encoding"), "", "it fills no packet");
    let unwanted = rita.call(Method::GET, "/api/v1/provider/leads").header("accept-encoding", "gzip;q=0, identity");
    assert_eq!(unwanted.await.expect(200).header("content-encoding"), "");
}
