//! `/account`: sessions, tokens, the password, the time zone; and that no other site, provider or GET changes any of it.

use axum::http::Method;

use crate::support::{Browser, Provider, TestApp, between};

const ME: &str = "/api/v1/provider/me";
const PASSWORD: &str = "correct horse battery";
const NEW: &str = "a new and longer sentence";

/// Rita with a password, in so many browsers.
async fn rita_in(app: &TestApp, browsers: usize) -> (Provider, Vec<Browser>) {
    let rita = app.provider("rita").await;
    app.person_of(&rita, "rita@roofs.example", Some(PASSWORD)).await;
    let mut inside = Vec::with_capacity(browsers);
    for _ in 0..browsers {
        inside.push(app.enters("rita@roofs.example").await);
    }
    for browser in &mut inside {
        browser.opens("/account").await.expect(200);
    }
    (rita, inside)
}

/// The paths that forms of this page post to, those that end like this.
fn actions(browser: &Browser, end: &str) -> Vec<String> {
    let page = &browser.page.as_ref().expect("a page").text;
    let all = page.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.filter(|path| path.ends_with(end)).map(str::to_owned).collect()
}

async fn is_inside(browser: &Browser) -> bool {
    browser.call(Method::GET, "/account").await.status == 200
}

#[tokio::test]
async fn a_session_is_listed_and_revoked_at_once() {
    let app = TestApp::start().await;
    let (_, mut browsers) = rita_in(&app, 3).await;
    let mut first = browsers.remove(0);
    first.opens("/account").await.expect(200);
    assert!(first.text().contains("rita@roofs.example"), "{}", first.text());
    assert!(first.text().contains("all 3 sessions"), "{}", first.text());
    let others = actions(&first, "/end");
    assert_eq!(others.len(), 2, "this one has Sign out");
    // Newest first.
    first.sends(&others[0], &[]).await.expect(200);
    assert_eq!((first.at.as_str(), first.note().as_deref()), ("/account", Some("Signed out there.")));
    assert!(is_inside(&browsers[0]).await && !is_inside(&browsers[1]).await);
    // Again: the same. Its own: signs out.
    let again = first.posting(&others[0], &[]).await.expect(303);
    assert_eq!(again.header("location"), "/account");
    let second = &mut browsers[0];
    let own = actions(&first, "/end");
    assert_eq!(own, others[1..]);
    second.opens("/account").await.expect(200);
    let left = second.posting(&own[0], &[]).await.expect(303);
    assert_eq!(left.header("location"), "/sign-in");
    assert!(is_inside(&first).await && !is_inside(second).await);
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_at_once() {
    let app = TestApp::start().await;
    let (rita, mut browsers) = rita_in(&app, 3).await;
    let mut other = app.browses_as(&rita).await;
    other.opens("/account").await.expect(200);
    browsers[1].sends("/account/sign-out-everywhere", &[]).await.expect(200);
    assert_eq!(browsers[1].at, "/sign-in");
    assert!(!browsers[1].cookies.contains_key("__Host-lh_session"));
    for browser in &browsers {
        let replayed = browser.call(Method::GET, "/account").await.expect(303);
        assert!(replayed.header("location").starts_with("/sign-in"));
    }
    assert!(is_inside(&other).await, "a colleague stays");
    rita.get(ME).await.expect(200);
}

#[tokio::test]
async fn signing_out_ends_this_session() {
    let app = TestApp::start().await;
    let (_, mut browsers) = rita_in(&app, 2).await;
    let kept = browsers[0].clone();
    browsers[0].sends("/sign-out", &[]).await.expect(200);
    assert_eq!(browsers[0].at, "/sign-in");
    assert!(!is_inside(&kept).await, "the cookie is dead, wherever it is kept");
    assert!(is_inside(&browsers[1]).await);
}

#[tokio::test]
async fn a_token_is_shown_once_works_and_ends() {
    let app = TestApp::start().await;
    let (_, mut browsers) = rita_in(&app, 1).await;
    let browser = &mut browsers[0];
    let page = browser.sends("/account/tokens", &[("name", "  <b>CRM</b> & co ")]).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");
    let shown_at = browser.at.clone();
    let token = between(&page.text, "<code class=\"code\">", "</code>").expect("the token").to_owned();
    assert!(token.starts_with("lh_") && !browser.at.contains(&token));
    assert!(browser.cookies.values().all(|value| !value.contains(&token)));
    assert!(page.text.contains("&#60;b&#62;CRM&#60;/b&#62; &#38; co") && !page.text.contains("<b>CRM"), "{page:?}");
    app.bearer(&token).get(ME).await.expect(200);
    // Loaded again, or gone back to: there is no second token, and the first is shown no more.
    for _ in 0..2 {
        let again = browser.opens(&shown_at).await.expect(200);
        assert_eq!(browser.at, "/account");
        assert!(browser.note().expect("a note").starts_with("A token is shown once."));
        assert!(!again.text.contains(&token));
    }
    let listed = browser.opens("/account").await.expect(200);
    assert!(!listed.text.contains(&token) && listed.text.contains("&#60;b&#62;CRM"), "{listed:?}");
    let revoke = actions(browser, "/revoke");
    assert_eq!(revoke.len(), 2, "this one and the one that rita was made with");
    browser.sends(&revoke[0], &[]).await.expect(200);
    assert!(browser.note().expect("a note").starts_with("Revoked."));
    app.bearer(&token).get(ME).await.expect(401);
    assert_eq!(actions(browser, "/revoke"), revoke[1..]);
    let id = revoke[0].split('/').nth(3).expect("an id").to_owned();
    assert_eq!(app.audit_of(&id).await, ["token.created", "token.revoked"]);
    browser.posting(&revoke[0], &[]).await.expect(303);
    assert_eq!(app.audit_of(&id).await, ["token.created", "token.revoked"], "again: nothing more");
    for name in ["", "   ", &"x".repeat(101), "two\nlines"] {
        let again = browser.opens("/account").await.expect(200);
        assert!(!again.text.contains("aria-invalid"));
        let wrong = browser.sends("/account/tokens", &[("name", name)]).await.expect(422);
        assert!(browser.title().starts_with("Error: Account"), "{}", browser.title());
        assert!(wrong.text.contains("href=\"#name\"") && wrong.text.contains("aria-invalid=\"true\""), "{wrong:?}");
        assert_eq!(actions(browser, "/revoke"), revoke[1..], "none was made");
    }
}

#[tokio::test]
async fn a_new_token_is_readable_for_the_session_that_made_it_alone() {
    let app = TestApp::start().await;
    let (_, mut browsers) = rita_in(&app, 2).await;
    let making = browsers[0].posting("/account/tokens", &[("name", "CRM")]);
    let made = browsers[0].takes(making).await.expect(303);
    let path = made.header("location").to_owned();
    let cookie = browsers[0].cookies["__Host-lh_token"].clone();
    let bytes = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, &cookie).expect("a sealed text");
    assert!(!bytes.windows(3).any(|part| part == b"lh_" || part == b"CRM"), "it is not in the clear: {cookie}");
    browsers[1].cookies.insert("__Host-lh_token".to_owned(), cookie);
    let stolen = browsers[1].opens(&path).await.expect(200);
    assert!(!stolen.text.contains("class=\"code\"") && browsers[1].at == "/account", "{stolen:?}");
    // Nor on another token's page.
    let other = path.replace('7', "8");
    assert_eq!(browsers[0].call(Method::GET, &other).await.status, 303);
    let shown = browsers[0].opens(&path).await.expect(200);
    assert!(shown.text.contains("<code class=\"code\">lh_"), "{shown:?}");
    assert!(!browsers[0].cookies.contains_key("__Host-lh_token"));
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let app = TestApp::start().await;
    let (_, mut browsers) = rita_in(&app, 3).await;
    let fields = |current: &'static str, new: &'static str| [("current_password", current), ("new_password", new)];
    for (current, new, at) in [
        (PASSWORD, "", "new_password"),
        (PASSWORD, "seven77", "new_password"),
        (PASSWORD, "        ", "new_password"),
        (PASSWORD, "\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}", "new_password"),
        (PASSWORD, "12345678", "new_password"),
        (PASSWORD, "Password1!", "new_password"),
        (PASSWORD, "bell\u{7}bell\u{7}bell", "new_password"),
        ("", NEW, "current_password"),
        ("not the password", NEW, "current_password"),
    ] {
        let wrong = browsers[0].sends("/account/password", &fields(current, new)).await.expect(422);
        assert!(wrong.text.contains(&format!("href=\"#{at}\"")), "{current:?} {new:?}: {wrong:?}");
        assert!(wrong.text.matches("aria-invalid").count() == 1 && browsers[0].title().starts_with("Error: "));
        for secret in [current, new].into_iter().filter(|secret| !secret.is_empty()) {
            assert!(!wrong.text.contains(&format!("\"{secret}\"")), "a password is never shown again");
        }
    }
    let long = "🔒".repeat(257);
    let fields_too_long = [("current_password", PASSWORD), ("new_password", long.as_str())];
    browsers[0].sends("/account/password", &fields_too_long).await.expect(422);
    assert!(is_inside(&browsers[1]).await);
    browsers[0].sends("/account/password", &fields(PASSWORD, NEW)).await.expect(200);
    assert_eq!(browsers[0].note().as_deref(), Some("Password changed. All other sessions ended."));
    assert!(is_inside(&browsers[0]).await && !is_inside(&browsers[1]).await && !is_inside(&browsers[2]).await);
    app.browser().signs_in("rita@roofs.example", PASSWORD).await.expect(401);
    app.browser().signs_in("rita@roofs.example", NEW).await.expect(200);
}

#[tokio::test]
async fn who_has_no_password_sets_one() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut browser = app.browses_as(&rita).await;
    let page = browser.opens("/account").await.expect(200);
    assert!(!page.text.contains("current_password"), "{page:?}");
    browser.sends("/account/password", &[("new_password", NEW)]).await.expect(200);
    app.browser().signs_in("rita.browses@example.com", NEW).await.expect(200);
    assert!(browser.page.as_ref().expect("a page").text.contains("current_password"), "now it takes the old one");
}

#[tokio::test]
async fn guessing_the_password_from_inside_is_as_slow_as_from_outside() {
    let app = TestApp::with_flags(&["--rate-limits", "on"]).await;
    let (_, mut browsers) = rita_in(&app, 1).await;
    let guess = [("current_password", "not the password"), ("new_password", NEW)];
    for _ in 0..10 {
        browsers[0].sends("/account/password", &guess).await.expect(422);
    }
    let slow = browsers[0].posting("/account/password", &guess).await.expect(429);
    assert!(!slow.header("retry-after").is_empty(), "{slow:?}");
}

#[tokio::test]
async fn the_time_zone_is_that_of_all_times() {
    let app = TestApp::start().await;
    let (rita, mut browsers) = rita_in(&app, 1).await;
    let browser = &mut browsers[0];
    let page = browser.opens("/account").await.expect(200);
    assert!(page.text.contains("<option selected>UTC</option>"), "{page:?}");
    for offered in ["value=\"America/Denver\">Denver<", ">Buenos Aires, Argentina<", "value=\"Europe/Kyiv\""] {
        assert!(page.text.contains(offered), "{offered}");
    }
    for old in ["US/Pacific", "EST5EDT", "Asia/Calcutta", "Europe/Kiev", "SystemV", "Factory", "localtime"] {
        assert!(!page.text.contains(&format!("\"{old}\"")), "{old}");
    }
    browser.sends("/account/time-zone", &[("timezone", "Asia/Kathmandu")]).await.expect(200);
    let note = browser.note().expect("a note");
    assert!(note.starts_with("Time zone saved. Times are Kathmandu time"), "{note}");
    let page = browser.page.clone().expect("a page");
    assert!(page.text.contains("value=\"Asia/Kathmandu\" selected") && page.text.contains("UTC+05:45"), "{page:?}");
    assert_eq!(rita.me().await["timezone"], "Asia/Kathmandu");
    for bad in ["", "Mars/Olympus", "asia/kathmandu", "localtime", "../../etc/passwd", "Asia/Kathmandu "] {
        let answer = browser.sends("/account/time-zone", &[("timezone", bad)]).await;
        if bad.trim() == "Asia/Kathmandu" {
            answer.expect(200);
            continue;
        }
        assert!(answer.expect(422).text.contains("href=\"#timezone\""), "{bad}");
        browser.opens("/account").await.expect(200);
    }
    assert_eq!(rita.me().await["timezone"], "Asia/Kathmandu");
    let changes = app.audit_of(&rita.id).await.into_iter().filter(|action| action == "provider.updated").count();
    assert_eq!(changes, 1);
}

#[tokio::test]
async fn what_is_another_providers_is_not_there() {
    let app = TestApp::start().await;
    let (_, mut browsers) = rita_in(&app, 2).await;
    let sam = app.provider("sam").await;
    let mut of_sam = app.browses_as(&sam).await;
    of_sam.opens("/account").await.expect(200);
    let (of_rita, token_of_rita) =
        (actions(&browsers[0], "/end").remove(0), actions(&browsers[0], "/revoke").remove(0));
    let nobodys = "/account/tokens/01900000-0000-7000-8000-000000000000/revoke";
    let nothing = of_sam.posting(nobodys, &[]).await.expect(404);
    for path in [&of_rita, &token_of_rita, &token_of_rita.replace("tokens", "sessions").replace("revoke", "end")] {
        let answer = of_sam.posting(path, &[]).await.expect(404);
        assert_eq!(answer.text, nothing.text, "{path}");
    }
    // Nor is a session a token, or a token a session.
    let as_token = of_rita.replace("sessions", "tokens").replace("end", "revoke");
    let as_session = token_of_rita.replace("tokens", "sessions").replace("revoke", "end");
    for path in [as_token, as_session] {
        browsers[0].posting(&path, &[]).await.expect(404);
    }
    assert!(is_inside(&browsers[0]).await && is_inside(&browsers[1]).await);
    browsers[0].opens("/account").await.expect(200);
    assert_eq!(actions(&browsers[0], "/revoke"), [token_of_rita]);
    for id in ["x", "0190000000007000800000000000000A", "01900000-0000-7000-8000-00000000000A"] {
        browsers[0].posting(format!("/account/tokens/{id}/revoke"), &[]).await.expect(400);
    }
}

/// Every form of the page, with what it would take.
fn forms(browser: &Browser) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let mut forms: Vec<_> = actions(browser, "").into_iter().map(|path| (path, Vec::new())).collect();
    for (path, fields) in &mut forms {
        *fields = match path.as_str() {
            "/account/tokens" => vec![("name", "CRM")],
            "/account/password" => vec![("current_password", PASSWORD), ("new_password", NEW)],
            "/account/time-zone" => vec![("timezone", "Asia/Kathmandu")],
            _ => Vec::new(),
        };
    }
    forms
}

#[tokio::test]
async fn only_our_own_pages_forms_change_something() {
    let app = TestApp::start().await;
    let (rita, browsers) = rita_in(&app, 2).await;
    let (browser, other) = (&browsers[0], &browsers[1]);
    let forms = forms(browser);
    assert!(forms.len() >= 7, "{forms:?}");
    let (own, foreign) = (browser.csrf(), other.csrf());
    for (path, fields) in &forms {
        let with = |tokens: &[&str]| {
            let tokens: Vec<_> = tokens.iter().map(|token| ("csrf", *token)).collect();
            browser.posting_only(path, &[tokens, fields.clone()].concat())
        };
        for tokens in [&[][..], &[""], &[&own, &own], &[&own, ""], &[&foreign], &["AAAA"]] {
            let refused = with(tokens).await.expect(403);
            assert!(refused.text.contains("This form is too old"), "{path} {tokens:?}: {refused:?}");
        }
        for site in ["cross-site", "same-site"] {
            with(&[&own]).without("sec-fetch-site").header("sec-fetch-site", site).await.expect(403);
        }
        with(&[&own]).without("sec-fetch-site").header("origin", "null").await.expect(403);
        for tokens in [&[][..], &[own.as_str(), own.as_str()], &[foreign.as_str()]] {
            with(tokens).without("sec-fetch-site").await.expect(403);
        }
        with(&[&own]).without("content-type").header("content-type", "text/plain").await.expect(415);
    }
    assert!(is_inside(browser).await && is_inside(other).await);
    assert_eq!(rita.me().await["timezone"], "UTC");
    app.browser().signs_in("rita@roofs.example", PASSWORD).await.expect(200);
    // A session that has ended takes none, whatever the token.
    let mut gone = browser.clone();
    gone.sends("/sign-out", &[]).await.expect(200);
    for (path, fields) in &forms {
        assert_eq!(browser.posting(path, fields).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn looking_changes_nothing() {
    let app = TestApp::start().await;
    let (rita, browsers) = rita_in(&app, 2).await;
    let browser = &browsers[0];
    let before = app.operator().get("/api/v1/admin/audit?limit=100").await.expect(200).items();
    for (path, _) in forms(browser) {
        for method in [Method::GET, Method::HEAD] {
            let looked = browser.call(method, format!("{path}?csrf={}", browser.csrf())).await;
            assert!([303, 405].contains(&looked.status), "{path}: {looked:?}");
            assert_ne!(looked.header("location"), "/sign-in");
        }
    }
    let after = app.operator().get("/api/v1/admin/audit?limit=100").await.expect(200).items();
    assert_eq!(before, after);
    assert!(is_inside(browser).await && is_inside(&browsers[1]).await);
    rita.get(ME).await.expect(200);
}
