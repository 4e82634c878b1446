//! Several tabs, old pages, other browsers: whoever may come in comes in, and nobody else does.

use axum::http::Method;

use crate::support::{Browser, TestApp};

const PASSWORD: &str = "correct horse battery";
const EMAIL: &str = "rita@roofs.example";
const FIELDS: [(&str, &str); 2] = [("email", EMAIL), ("password", PASSWORD)];

/// Rita's installation, with a person who signs in by password.
async fn installation() -> TestApp {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    app.person_of(&rita, EMAIL, Some(PASSWORD)).await;
    app
}

/// A second tab of this browser: the same cookies, another page.
fn tab(browser: &Browser, other: &Browser) -> Browser {
    let mut tab = other.clone();
    tab.cookies.clone_from(&browser.cookies);
    tab
}

#[tokio::test]
async fn the_second_of_two_sign_in_tabs_goes_on() {
    let app = installation().await;
    let mut first = app.browser();
    first.opens("/sign-in").await.expect(200);
    let mut second = first.clone();
    second.opens("/sign-in?next=%2Fmoney").await.expect(200);
    first.sends("/sign-in", &FIELDS).await.expect(200);
    let mut second = tab(&first, &second);
    second
        .sends("/sign-in", &[("next", "/money"), ("email", EMAIL), ("password", "whatever it was")])
        .await
        .expect(200);
    assert_eq!(second.at, "/money");
    // And a page of its own leads on at once.
    for (path, lands) in [
        ("/sign-in", "/leads"),
        ("/sign-in?next=%2Fexports", "/exports"),
        ("/sign-in?utm_source=x&next=%2Fexports&fbclid=1", "/exports"),
        ("/sign-in?next=%2F%2Fevil.example", "/leads"),
        ("/sign-in?next=%2Fsign-in", "/leads"),
    ] {
        second.opens(path).await.expect(200);
        assert_eq!(second.at, lands, "{path}");
    }
    let link = second.call(Method::POST, "/sign-in").header("sec-fetch-site", "cross-site");
    assert_eq!(link.await.status, 403);
}

#[tokio::test]
async fn the_operator_goes_on_to_the_back_office() {
    let app = TestApp::start().await;
    let mut browser = app.enters("operator@example.com").await;
    browser.opens("/sign-in").await.expect(200);
    assert_eq!(browser.at, "/admin");
}

#[tokio::test]
async fn a_page_from_before_another_visit_signs_in() {
    let app = installation().await;
    let mut old = app.browser();
    old.opens("/sign-in").await.expect(200);
    let mut new = app.browser();
    new.opens("/sign-in").await.expect(200);
    let mut old = tab(&new, &old);
    old.sends("/sign-in", &FIELDS).await.expect(200);
    assert_eq!(old.at, "/leads");
    // Signed in and out again elsewhere, the browser has no cookie left: the page is shown anew, and then takes it.
    let mut page = app.browser();
    page.opens("/sign-in").await.expect(200);
    page.cookies.clear();
    page.sends("/sign-in", &FIELDS).await.expect(422);
    assert!(page.text().contains("Sign in once more") && page.text().contains("keeps no cookies"), "{}", page.text());
    page.sends("/sign-in", &FIELDS).await.expect(200);
    assert_eq!(page.at, "/leads");
}

#[tokio::test]
async fn a_mailed_link_is_taken_from_an_old_page_too() {
    let app = installation().await;
    let link = app.link_of(EMAIL).await;
    let mut old = app.browser();
    old.opens(format!("/sign-in/link?token={link}")).await.expect(200);
    old.cookies.clear();
    old.sends("/sign-in/link", &[("token", &link)]).await.expect(200);
    assert!(old.text().contains("This link signs you in once."), "{}", old.text());
    let second = old.clone();
    old.sends("/sign-in/link", &[("token", &link)]).await.expect(200);
    assert_eq!(old.at, "/leads");
    // Pressed a second time.
    let mut second = tab(&old, &second);
    second.sends("/sign-in/link", &[("token", &link)]).await.expect(200);
    assert_eq!(second.at, "/leads");
    app.browser().opens(format!("/sign-in/link?token={link}")).await.expect(400);
}

#[tokio::test]
async fn who_is_suspended_can_sign_in_as_somebody_else() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    app.person_of(&sam, "sam@roofs.example", Some(PASSWORD)).await;
    let mut browser = app.browses_as(&rita).await;
    let off = serde_json::json!({ "active": false });
    app.operator().patch(format!("/api/v1/admin/providers/{}", rita.id), &off).await.expect(200);
    browser.opens("/leads").await.expect(403);
    browser.opens("/sign-in").await.expect(200);
    assert_eq!(browser.at, "/sign-in");
    browser.sends("/sign-in", &[("email", "sam@roofs.example"), ("password", PASSWORD)]).await.expect(200);
    assert_eq!(browser.at, "/leads");
}

#[tokio::test]
async fn a_browser_that_takes_no_secure_cookies_on_localhost_gets_in() {
    let app = installation().await;
    let mut safari = app.browser().that_refuses_secure();
    safari.signs_in(EMAIL, PASSWORD).await.expect(200);
    assert_eq!(safari.at, "/leads");
    assert_eq!(safari.cookies.keys().collect::<Vec<_>>(), ["lh_browser", "lh_session"]);
    safari.opens("/preferences").await.expect(200);
    safari.opens("/account").await.expect(200);
    safari.sends("/account/time-zone", &[("timezone", "Asia/Kathmandu")]).await.expect(200);
    assert!(safari.note().expect("a note").starts_with("Time zone saved."));
    safari.sends("/sign-out", &[]).await.expect(200);
    assert!(!safari.cookies.contains_key("lh_session"));
    safari.opens("/leads").await.expect(200);
    assert!(safari.at.starts_with("/sign-in"), "{}", safari.at);
}

#[tokio::test]
async fn elsewhere_there_are_no_other_cookies_than_safe_ones() {
    let flags = &["--public-url", "https://leads.example.com", "--allowed-hosts", "lan.example"];
    let app = TestApp::with_flags(flags).await;
    let rita = app.provider("rita").await;
    app.person_of(&rita, EMAIL, Some(PASSWORD)).await;
    let inside = {
        let mut browser = app.browser();
        browser.signs_in(EMAIL, PASSWORD).await.expect(200);
        browser.cookies["__Host-lh_session"].clone()
    };
    for host in ["leads.example.com", "localhost", "lan.example"] {
        let page = app.nobody().get("/sign-in").without("host").header("host", host).await.expect(200);
        let given: Vec<_> = page.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap().to_owned()).collect();
        assert!(given.iter().all(|cookie| cookie.starts_with("__Host-") && cookie.contains("; Secure")), "{given:?}");
        let planted = app.nobody().get("/leads").without("host").header("host", host);
        planted.header("accept", "text/html").header("cookie", format!("lh_session={inside}")).await.expect(303);
    }
    // An installation at home on this machine still gives none of them to who comes by another name.
    let app = TestApp::with_flags(&["--allowed-hosts", "lan.example"]).await;
    let page = app.nobody().get("/sign-in").without("host").header("host", "lan.example").await.expect(200);
    assert!(page.headers.get_all("set-cookie").iter().all(|cookie| cookie.to_str().unwrap().starts_with("__Host-")));
}

#[tokio::test]
async fn a_text_browser_gets_in_by_the_forms_token_and_changes_nothing_without() {
    let app = installation().await;
    let mut w3m = app.browser().of_text();
    w3m.signs_in(EMAIL, PASSWORD).await.expect(200);
    assert_eq!(w3m.at, "/leads");
    w3m.opens("/account").await.expect(200);
    w3m.sends("/account/time-zone", &[("timezone", "Asia/Kathmandu")]).await.expect(200);
    w3m.posting_only("/account/time-zone", &[("timezone", "UTC")]).await.expect(403);
    let path = "/api/v1/provider/notification-preferences";
    let change = serde_json::json!({ "notify_on_new_lead": false });
    assert_eq!(w3m.call(Method::PATCH, path).json(&change).await.problem_code(), "cross_site");
    let me = w3m.call(Method::GET, "/api/v1/provider/me").await.expect(200).json();
    assert_eq!(me["timezone"], "Asia/Kathmandu");
    // A form of another's page, of a visit that is none: shown anew rather than carried out.
    let mut stranger = app.browser().of_text();
    stranger.opens("/sign-in").await.expect(200);
    stranger.cookies.insert("lh_visit".to_owned(), "another".to_owned());
    stranger.sends("/sign-in", &FIELDS).await.expect(422);
    assert!(!stranger.cookies.contains_key("lh_session"));
    stranger.posting_only("/sign-in", &FIELDS).await.expect(403);
}

/// Every page and mailed link, with what trackers put on.
#[tokio::test]
async fn pages_pass_over_what_trackers_add() {
    let app = installation().await;
    let mut browser = app.enters(EMAIL).await;
    let mut operator = app.enters("operator@example.com").await;
    let added = [
        "utm_source=x",
        "fbclid=1&gclid=2&mc_eid=3",
        "utm_source=a&utm_source=b",
        "utm_campaign=100%",
        "%zz=1&x=%ff",
        "empty=&bare&=&&",
        "q=%00",
    ];
    for tail in added {
        for path in ["/leads", "/leads?status=rejected", "/exports", "/money", "/preferences", "/account"] {
            let joint = if path.contains('?') { '&' } else { '?' };
            browser.opens(format!("{path}{joint}{tail}")).await.expect(200);
            assert!(browser.at.starts_with(path) && !browser.title().starts_with("Error"), "{path} {tail}");
        }
        for path in ["/admin", "/admin/leads", "/admin/returns"] {
            operator.opens(format!("{path}?{tail}")).await.expect(200);
            assert!(operator.at.starts_with(path) && !operator.title().starts_with("Error"), "{path} {tail}");
        }
        app.browser().opens(format!("/sign-in?{tail}&next=%2Fmoney")).await.expect(200);
        for query in ["token={link}&{tail}", "{tail}&token={link}", "token={link}?{tail}"] {
            let link = app.link_of(EMAIL).await;
            let query = query.replace("{link}", &link).replace("{tail}", tail);
            let mut reader = app.browser();
            reader.opens(format!("/sign-in/link?{query}")).await.expect(200);
            reader.sends("/sign-in/link", &[("token", &link)]).await.expect(200);
            assert_eq!(reader.at, "/leads", "{query}");
        }
    }
    // The filters that a page knows are looked at as ever, and links from it carry nothing that it does not know.
    browser.opens("/leads?status=none&utm_source=x").await.expect(422);
    browser.opens("/leads?status=active&status=active").await.expect(422);
    browser.opens("/leads?search=%zz&utm_source=x").await.expect(400);
    let page = browser.opens("/leads?status=rejected&utm_source=x").await.expect(200);
    assert!(!page.text.contains("utm_source"), "{page:?}");
    // The API is strict.
    let rita = app.provider("rita").await;
    let refused = rita.get("/api/v1/provider/leads?utm_source=x").await.expect(400);
    assert_eq!(refused.problem()["errors"][0]["code"], "unknown_parameter");
}
