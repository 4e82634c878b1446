//! Signing in, by password and by link.

use crate::support::{Browser, TestApp};

const PASSWORD: &str = "correct horse battery";

fn is_inside(browser: &Browser) -> bool {
    browser.cookies.contains_key("__Host-lh_session")
}

#[tokio::test]
async fn a_password_signs_in_and_a_wrong_one_does_not() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    app.person_of(&rita, "rita@roofs.example", Some(PASSWORD)).await;
    let mut browser = app.browser();
    let refused = browser.signs_in("rita@roofs.example", "wrong horse battery").await.expect(401);
    assert!(browser.title().starts_with("Error: "), "{}", browser.title());
    assert!(
        refused.text.contains("value=\"rita@roofs.example\"") && !refused.text.contains("wrong horse"),
        "{refused:?}"
    );
    assert!(!is_inside(&browser));
    browser.signs_in("Rita@Roofs.example", PASSWORD).await.expect(200);
    assert_eq!(browser.at, "/leads");
    assert!(is_inside(&browser));
    assert!(!browser.cookies.contains_key("__Host-lh_visit"), "the visit ends with the sign-in");
}

#[tokio::test]
async fn a_mailed_link_signs_in_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    app.person_of(&rita, "rita@roofs.example", None).await;
    let mut browser = app.browser();
    browser.opens("/leads?status=rejected").await.expect(200);
    assert_eq!(browser.at, "/sign-in?next=%2Fleads%3Fstatus%3Drejected");
    browser.sends("/sign-in", &[("email", "rita@roofs.example"), ("password", ""), ("by", "link")]).await.expect(200);
    assert!(browser.text().contains("Look into your mail"), "{}", browser.text());
    app.run_jobs().await;
    let mails = app.mails();
    let mail = mails.iter().find(|mail| mail.subject == "Your sign-in link").expect("a mail");
    let path =
        mail.text.split_whitespace().find_map(|word| word.strip_prefix("http://localhost:8080")).expect("a link");
    // What scanners do changes nothing.
    for _ in 0..3 {
        app.browser().opens(path).await.expect(200);
    }
    browser.opens(path).await.expect(200);
    let token = path.split_once("token=").expect("a token").1;
    browser.sends("/sign-in/link", &[("token", token)]).await.expect(200);
    assert_eq!(browser.at, "/leads");
    app.browser().opens(path).await.expect(400);
}
