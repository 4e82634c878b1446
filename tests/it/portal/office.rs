//! The back office in a browser.

use leadhouse::accounts::{self, NewUser, Role};
use leadhouse::audit::Actor;
use leadhouse::email;
use leadhouse::mail::Failed;
use serde_json::json;

use crate::support::{Browser, TestApp, between};

const REASON: &str = "The number belongs to <b>somebody</b> else.";

pub async fn office(app: &TestApp) -> Browser {
    let email = email::parse("olga@operator.example").expect("an address");
    let olga = NewUser { email, role: Role::Admin, password_hash: None };
    app.runs(accounts::add_user(Actor::System, olga)).await.expect("an operator");
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
    assert!(browser.text().contains("Returns to decide , $50.00"), "{}", browser.text());
    browser.opens("/admin/returns").await.expect(200);
    let page = browser.text();
    assert!(page.contains("Returns that wait") && page.contains("called, wrong number"), "{page}");
    assert!(page.contains(REASON) && page.contains("Approve, refund $25.00"), "{page}");
    let path = |n: usize, word: &str| format!("/admin/returns/{}/{word}", leads[n].assignment);
    browser.sends(path(0, "approve"), &[]).await.expect(200);
    assert!(browser.text().contains("Approved and refunded."), "{}", browser.text());
    // A denial needs a word.
    browser.posting(path(1, "deny"), &[]).await.expect(422);
    browser.posting(path(1, "deny"), &[("note", "It rings.")]).await.expect(303);
    browser.opens("/admin/returns").await.expect(200);
    assert!(browser.text().contains("Nothing waits for you"), "{}", browser.text());
    let again = browser.call(axum::http::Method::GET, "/admin/returns?done=decided").await.expect(200);
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
    let mut browser = office(&app).await;
    browser.opens("/admin/returns").await.expect(200);
    let page = browser.text();
    assert!(page.contains("25 of 27, oldest first"), "{page}");
    let places: Vec<_> = (0..25).map(|n| page.find(&format!("Person {n:02}."))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
    assert!(!page.contains("Person 25.") && !page.contains("Person 26."), "{page}");
}

#[tokio::test]
async fn the_first_page_says_what_needs_somebody() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(60.0).await;
    let mut browser = office(&app).await;
    let page = browser.text();
    assert!(page.contains("less than 3 leads: rita ($60.00, a lead is $25.00)"), "{page}");
    rita.is_sent_leads(2).await;
    let late = rita.source.sends(json!({ "contact_name": "Late Lund" })).await.expect(201);
    assert_eq!(late.str("status"), "unmatched");
    browser.opens("/admin").await.expect(200);
    let page = browser.text();
    assert!(page.contains("Leads unmatched today") && page.contains("66 % of the new ones"), "{page}");
    assert!(page.contains("Late Lund"), "{page}");
    browser.opens("/admin/leads?status=unmatched").await.expect(200);
    let page = browser.text();
    assert!(page.contains("Late Lund") && !page.contains("Person 0"), "{page}");
    browser.opens("/admin/leads?search=late+lund&status=").await.expect(200);
    let page = browser.text();
    assert!(page.contains("Late Lund") && !page.contains("Person 0"), "{page}");
    browser.opens("/admin/leads?search=nobody").await.expect(200);
    assert!(browser.text().contains("No such leads"), "{}", browser.text());
    browser.opens("/admin/leads?status=nonsense").await.expect(400);
    browser.opens("/admin/leads?cursor=damaged").await.expect(400);
}

#[tokio::test]
async fn a_mail_that_was_given_up_is_tried_again_from_the_first_page() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    app.mails_fail(Some(Failed::permanent("550 no such user here")));
    rita.is_sent_a_lead().await;
    app.run_jobs().await;
    let mut browser = office(&app).await;
    assert!(browser.text().contains("550 no such user here"), "{}", browser.text());
    let mails = app.operator().get("/api/v1/admin/mails?state=dead").await.expect(200).items();
    let retry = format!("/admin/mails/{}/retry", mails[0]["id"].as_str().expect("an id"));
    app.mails_fail(None);
    browser.sends(&retry, &[]).await.expect(200);
    assert!(browser.text().contains("The mail is tried once more."), "{}", browser.text());
    app.run_jobs().await;
    let late = browser.posting(&retry, &[]).await.expect(303);
    browser.opens(late.header("location")).await.expect(200);
    assert!(browser.text().contains("it was not given up"), "{}", browser.text());
    assert!(!browser.text().contains("550"), "{}", browser.text());
}

#[tokio::test]
async fn the_leads_are_listed_in_pages() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent_leads(3).await;
    let mut browser = office(&app).await;
    let newest = browser.opens("/admin/leads?limit=2").await.expect(200);
    let older = between(&newest.text, "href=\"/admin/leads?cursor=", "\"").expect("a link to older leads").to_owned();
    let last = browser.opens(format!("/admin/leads?cursor={older}")).await.expect(200);
    assert!(browser.text().contains("Newest leads"), "{}", browser.text());
    assert_eq!((newest.text.matches("arrival").count(), last.text.matches("arrival").count()), (2, 1));
}

#[tokio::test]
async fn a_lead_says_who_got_it_who_did_not_and_why() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofs").daily_cap(1).await;
    app.provider("sam").niche("Roofs").postal_prefixes(&["802"]).await;
    rita.is_sent_a_lead().await;
    let consent = json!({ "text": "Call me", "ip": "203.0.113.9" });
    let sent = rita.source.sends(json!({ "postal_code": "80203", "consent": consent })).await.expect(201);
    let mut browser = office(&app).await;
    browser.opens(format!("/admin/leads/{}", sent.str("lead_id"))).await.expect(200);
    let page = browser.text();
    assert!(page.contains("Sold to 1 provider for $25.00. 2 considered, 1 not taken."), "{page}");
    assert!(page.contains("1 of 1") && page.contains("Daily cap reached"), "{page}");
    assert!(page.contains("sam was sent it and charged") && page.contains("203.0.113.9"), "{page}");
    browser.opens("/admin/leads/00000000-0000-7000-8000-000000000000").await.expect(404);
}

#[tokio::test]
async fn a_person_is_erased_from_the_lead_s_page() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent(json!({ "contact_name": "Canary Bird" })).await;
    let mut browser = office(&app).await;
    browser.opens(format!("/admin/leads/{lead}")).await.expect(200);
    assert!(browser.text().contains("Canary Bird"));
    browser.sends(format!("/admin/leads/{lead}/erase"), &[]).await.expect(200);
    let page = browser.text();
    assert!(page.contains("The person was erased") && !page.contains("Canary Bird"), "{page}");
    app.run_jobs().await;
    assert_eq!(rita.opens(&lead).await.expect(200).json()["contact_name"], json!(null));
}

#[tokio::test]
async fn what_is_held_waits_on_the_first_page_and_is_decided_on_its_own() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let niche = format!("/api/v1/admin/niches/{}", rita.niche);
    app.operator().patch(niche, &json!({ "unreachable": "held" })).await.expect(200);
    let mut held = Vec::new();
    for n in 0..2 {
        let lead = json!({ "contact_name": format!("Nobody {n}."), "contact_phone": "call my mom" });
        held.push(rita.source.sending(&lead).await.expect(201).str("lead_id"));
    }
    let mut browser = office(&app).await;
    assert!(browser.text().contains("Leads held"), "{}", browser.text());
    browser.opens("/admin/leads?status=held").await.expect(200);
    assert!(browser.text().contains("Nobody 0.") && browser.text().contains("Nobody 1."), "{}", browser.text());
    browser.opens(format!("/admin/leads/{}", held[0])).await.expect(200);
    let page = browser.text();
    assert!(page.contains("It waits for you") && page.contains("Release") && page.contains("Discard"), "{page}");
    browser.sends(format!("/admin/leads/{}/release", held[0]), &[]).await.expect(200);
    let page = browser.text();
    assert!(page.contains("Released: it was offered") && page.contains("Sold to 1 provider"), "{page}");
    browser.opens(format!("/admin/leads/{}", held[1])).await.expect(200);
    browser.sends(format!("/admin/leads/{}/discard", held[1]), &[]).await.expect(200);
    let page = browser.text();
    assert!(page.contains("Discarded") && page.contains("Invalid") && !page.contains("It waits for you"), "{page}");
    let late = browser.posting(format!("/admin/leads/{}/release", held[1]), &[]).await.expect(303);
    browser.opens(late.header("location")).await.expect(200);
    assert!(browser.text().contains("it does not wait any more"), "{}", browser.text());
    browser.opens("/admin").await.expect(200);
    assert!(!browser.text().contains("Leads held"), "{}", browser.text());
    let provider = app.browses_as(&rita).await;
    provider.posting(format!("/admin/leads/{}/release", held[1]), &[]).await.expect(403);
}
