//! The back office's page of returns.

use leadhouse::accounts::{self, NewUser, Role};
use leadhouse::audit::Actor;
use leadhouse::db::Tx;
use leadhouse::email;
use serde_json::json;

use crate::support::{Browser, TestApp};

const REASON: &str = "The number belongs to <b>somebody</b> else.";

async fn office(app: &TestApp) -> Browser {
    let unit = |tx: &mut Tx| {
        let email = email::parse("olga@operator.example").expect("an address");
        accounts::add_user(tx, Actor::System, &NewUser { email, role: Role::Admin, password_hash: None })
    };
    app.write(unit).await.expect("an operator");
    app.enters("olga@operator.example").await
}

#[tokio::test]
async fn the_operator_decides_on_returns_beside_what_was_tried() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let leads = rita.is_sent_leads(2).await;
    let attempt = json!({ "kind": "call", "at": app.clock.now(), "result": "wrong_number" });
    rita.post(format!("/api/v1/provider/leads/{}/attempts", leads[0]), &attempt).await.expect(201);
    for lead in &leads {
        rita.rejects(lead, REASON).await.expect(200);
    }
    let mut browser = office(&app).await;
    assert_eq!(browser.at, "/admin");
    let page = browser.text();
    assert!(page.contains("Returns that wait") && page.contains("called, wrong number"), "{page}");
    assert!(page.contains(REASON) && page.contains("Approve, refund $25.00"), "{page}");
    let path = |n: usize, word: &str| format!("/admin/returns/{}/{word}", leads[n].assignment);
    browser.sends(path(0, "approve"), &[]).await.expect(200);
    assert!(browser.text().contains("Approved and refunded."), "{}", browser.text());
    // A denial needs a word.
    browser.posting(path(1, "deny"), &[]).await.expect(422);
    browser.posting(path(1, "deny"), &[("note", "It rings.")]).await.expect(303);
    browser.opens("/admin").await.expect(200);
    assert!(browser.text().contains("Nothing waits for you"), "{}", browser.text());
    let again = browser.call(axum::http::Method::GET, "/admin?done=decided").await.expect(200);
    assert!(again.text.contains("had been decided already"));
    let me = rita.me().await;
    assert_eq!((me["counts"]["refunded"].as_i64(), me["counts"]["rejected"].as_i64()), (Some(1), Some(1)));
}

#[tokio::test]
async fn each_role_has_its_own_pages() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    rita.rejects(&lead, REASON).await.expect(200);
    let (mut provider, mut operator) = (app.browses_as(&rita).await, office(&app).await);
    provider.opens("/admin").await.expect(403);
    assert!(provider.text().contains("This page is for the operator"), "{}", provider.text());
    provider.opens("/preferences").await.expect(200);
    provider.posting(format!("/admin/returns/{}/approve", lead.assignment), &[]).await.expect(403);
    let csrf = operator.csrf();
    operator.opens("/leads").await.expect(403);
    assert!(operator.text().contains("This page is for providers"), "{}", operator.text());
    operator.posting_only(format!("/leads/{lead}/accept"), &[("csrf", csrf.as_str())]).await.expect(403);
    operator.opens("/").await.expect(200);
    assert_eq!(operator.at, "/admin");
    let bare = format!("/admin/returns/{}/approve", lead.assignment);
    operator.posting_only(&bare, &[]).await.expect(403);
    // A token of the API opens no page.
    app.operator().get("/admin").await.expect(303);
    operator.sends("/sign-out", &[]).await.expect(200);
    assert_eq!(operator.at, "/sign-in");
}

#[tokio::test]
async fn the_oldest_returns_come_first_however_many_wait() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for n in 0..27 {
        let lead = rita.is_sent(json!({ "contact_name": format!("Person {n:02}.") })).await;
        rita.rejects(&lead, REASON).await.expect(200);
    }
    let browser = office(&app).await;
    let page = browser.text();
    assert!(page.contains("25 of more, oldest first"), "{page}");
    let places: Vec<_> = (0..25).map(|n| page.find(&format!("Person {n:02}."))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
    assert!(!page.contains("Person 25.") && !page.contains("Person 26."), "{page}");
}
