//! The page of the person behind a lead: who has their data, and the end of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::status;
use crate::support::{Provider, TestApp};

const DAY: Duration = Duration::from_hours(24);

/// The path of a link for the lead's person.
async fn link(app: &TestApp, lead: &str) -> String {
    let path = format!("/api/v1/admin/leads/{lead}/person-link");
    let made = app.operator().post_nothing(path).await.expect(200).json();
    assert!(made["expires_at"].is_string(), "{made}");
    let url = made["url"].as_str().expect("a link");
    url.strip_prefix("http://localhost:8080").unwrap_or_else(|| panic!("{url}")).to_owned()
}

async fn sold_to_two(app: &TestApp) -> (Provider, Provider, String) {
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    let lead = json!({ "contact_email": "ann@example.com", "contact_phone": "650-253-0000" });
    let sent = rita.source.sending(&lead).await.expect(201).json();
    assert_eq!(sent["assignments"], 2);
    (rita, sam, sent["lead_id"].as_str().expect("an id").to_owned())
}

#[tokio::test]
async fn a_person_withdraws_and_two_providers_know() {
    let app = TestApp::start().await;
    let (rita, sam, lead) = sold_to_two(&app).await;
    let waiting = app.source_of(&app.niche("Solar").await).await;
    let same = json!({ "contact_email": "Ann@example.com", "contact_phone": "+1 650 253 0000" });
    let waits = waiting.sending(&same).await.expect(201).str("lead_id");
    let mut events = sam.get("/api/v1/provider/events").watch().await;
    let path = link(&app, &lead).await;
    // What a mail scanner does: nothing changes.
    for _ in 0..3 {
        let page = app.nobody().get(&path).await.expect(200);
        for word in ["Who has your data", "rita, since", "sam, since", "Roofing", "I want no more offers"] {
            assert!(page.text.contains(word), "{word}: {}", page.text);
        }
        assert!(
            !page.text.contains("ann@example.com") && !page.text.contains("253-0000") && !page.text.contains("2530000"),
            "{}",
            page.text
        );
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        assert_eq!(page.header("cache-control"), "no-store");
    }
    assert!(app.operator().get("/api/v1/admin/suppressions").await.expect(200).items().is_empty());
    let done = app.nobody().post_nothing(&path).await.expect(200);
    assert!(done.text.contains("asked to leave you alone") && done.text.contains("rita"), "{}", done.text);
    let told = events.next_but("lead.assigned").await;
    assert_eq!((told.event.as_str(), &told.data["lead_id"]), ("lead.withdrawn", &json!(lead)));
    app.run_jobs().await;
    let mails = app.mails();
    let mut to: Vec<_> =
        mails.iter().filter(|mail| mail.subject.contains("stop contacting")).flat_map(|mail| mail.to.clone()).collect();
    to.sort();
    let mut both = [rita.email.clone(), sam.email.clone()];
    both.sort();
    assert_eq!(to, both);
    let stands = |lead: String| async { app.operator().get(lead).await.expect(200).str("status") };
    assert_eq!(stands(format!("/api/v1/admin/leads/{lead}")).await, "assigned");
    assert_eq!(stands(format!("/api/v1/admin/leads/{waits}")).await, "withdrawn");
    assert!(app.audit_of(lead.as_str()).await.contains(&"lead.withdrawn".to_owned()));
    // The person is sold no more, whatever they send, and in whatever niche.
    assert_eq!(status(&rita.source.sending(&same).await.expect(201)), "suppressed");
    app.nobody().post_nothing(&path).await.expect(200);
    app.run_jobs().await;
    let again = app.mails().iter().filter(|mail| mail.subject.contains("stop contacting")).count();
    assert_eq!(again, 2, "each is told once");
    let page = app.nobody().get(&path).await.expect(200);
    assert!(page.text.contains("You took that back") && !page.text.contains("<button"), "{}", page.text);
}

#[tokio::test]
async fn a_lead_that_waits_is_withdrawn() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let lead = source.sends(json!({ "contact_email": "ann@example.com" })).await.expect(201).str("lead_id");
    let path = link(&app, &lead).await;
    let page = app.nobody().get(&path).await.expect(200);
    assert!(page.text.contains("Nobody was given your data"), "{}", page.text);
    app.nobody().post_nothing(&path).await.expect(200);
    let rita = app.provider("rita").niche("Roofing").await;
    app.run_jobs().await;
    assert_eq!(rita.me().await["counts"]["active"], 0);
    let shown = app.operator().get(format!("/api/v1/admin/leads/{lead}")).await.expect(200).json();
    assert_eq!((&shown["status"], &shown["assignments"]), (&json!("withdrawn"), &json!([])));
}

#[tokio::test]
async fn a_page_shows_what_is_of_both_address_and_number() {
    let app = TestApp::start().await;
    let (_, _, _) = sold_to_two(&app).await;
    let eve = app.provider("eve").niche("Solar").await;
    // Somebody who gives another's number learns nothing of them.
    let other = json!({ "contact_email": "eve@example.com", "contact_phone": "650-253-0000" });
    let lead = eve.source.sending(&other).await.expect(201).str("lead_id");
    let page = app.nobody().get(link(&app, &lead).await).await.expect(200);
    assert!(page.text.contains("eve, since") && !page.text.contains("rita"), "{}", page.text);
}

#[tokio::test]
async fn a_link_is_good_for_a_time_and_for_its_lead() {
    let app = TestApp::start().await;
    let (rita, _, lead) = sold_to_two(&app).await;
    let path = link(&app, &lead).await;
    let (front, token) = path.split_once("token=").expect("a token");
    let mut other: Vec<char> = token.chars().collect();
    other[7] = if other[7] == 'A' { 'B' } else { 'A' };
    let other: String = other.into_iter().collect();
    let (shorter, longer) = (&token.chars().skip(1).collect::<String>(), &format!("{token}AAAA"));
    for wrong in ["", "x", shorter, longer, &other] {
        app.nobody().get(format!("{front}token={wrong}")).await.expect(404);
        app.nobody().post_nothing(format!("{front}token={wrong}")).await.expect(404);
    }
    app.nobody().get("/my-data").await.expect(404);
    let linking = |lead: &str| format!("/api/v1/admin/leads/{lead}/person-link");
    rita.post_nothing(linking(&lead)).await.expect(403);
    app.operator().post_nothing(linking(&rita.id)).await.expect(404);
    app.advance(DAY * 30);
    app.nobody().get(&path).await.expect(410);
    app.nobody().post_nothing(&path).await.expect(410);
    let fresh = link(&app, &lead).await;
    app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/erase")).await.expect(202);
    assert!(app.nobody().get(&fresh).await.expect(200).text.contains("Nothing is left"));
    app.nobody().post_nothing(&fresh).await.expect(200);
    assert_eq!(app.operator().post_nothing(linking(&lead)).await.expect(409).problem_code(), "lead_erased");
    let none: Vec<Value> = app.operator().get("/api/v1/admin/suppressions").await.expect(200).items();
    assert!(none.is_empty());
}
