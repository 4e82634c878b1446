//! Mails: promised with their cause, sent once, never lost; asked for the reader's wishes when they go.

mod crash;
mod faults;
mod held;
mod office;
mod render;
mod tls;
mod unsubscribe;

use serde_json::{Value, json};

use crate::support::TestApp;

const MAILS: &str = "/api/v1/admin/mails";

/// All mails as the back office lists them, oldest first.
async fn listed(app: &TestApp, query: &str) -> Vec<Value> {
    let mut mails = app.operator().get(format!("{MAILS}?limit=100{query}")).await.expect(200).items();
    mails.reverse();
    mails
}

fn states(mails: &[Value]) -> Vec<&str> {
    mails.iter().map(|mail| mail["state"].as_str().expect("a state")).collect()
}

#[tokio::test]
async fn a_new_lead_is_told_to_each_who_got_it() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    let sent = rita.is_sent(json!({ "contact_name": "Ada Canary", "contact_email": "canary@example.com" })).await;
    app.run_jobs().await;
    let mails = app.mails();
    let mut to: Vec<_> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
    to.sort();
    let mut both = [rita.email.clone(), sam.email.clone()];
    both.sort();
    assert_eq!(to, both);
    for mail in &mails {
        assert_eq!(mail.subject, "New lead in Roofing");
        for part in [&mail.text, &mail.html] {
            assert!(part.contains(&format!("http://localhost:8080/leads/{}", sent.lead)), "{part}");
            assert!(!part.to_lowercase().contains("canary"), "no contact data: {part}");
        }
        assert!(mail.message_id.ends_with("@localhost>"), "{}", mail.message_id);
        assert_eq!(mail.header("auto-submitted"), "auto-generated");
    }
    let listed = listed(&app, "").await;
    assert_eq!(states(&listed), ["sent", "sent"]);
    assert_eq!((&listed[0]["attempts"], &listed[0]["template"]), (&json!(1), &json!("provider_new_lead")));
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 2, "each is told once");
}

#[tokio::test]
async fn a_wish_counts_when_the_mail_is_about_to_go() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    rita.prefers(&json!({ "notify_on_new_lead": false })).await.expect(200);
    app.run_jobs().await;
    assert_eq!(app.mails(), []);
    let mails = listed(&app, "&state=suppressed").await;
    assert_eq!((mails.len(), &mails[0]["reason"]), (1, &json!("preference_off")));
    assert_eq!(mails[0]["subject_id"], sent.assignment.as_str());

    rita.prefers(&json!({ "notify_on_new_lead": true })).await.expect(200);
    rita.is_sent_a_lead().await;
    app.operator().patch(format!("/api/v1/admin/providers/{}", rita.id), &json!({ "active": false })).await.expect(200);
    app.run_jobs().await;
    assert_eq!(listed(&app, "&state=suppressed").await[1]["reason"], "provider_inactive");
    assert_eq!(app.mails(), []);
}

#[tokio::test]
async fn it_goes_to_the_address_of_then() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent_a_lead().await;
    let path = format!("/api/v1/admin/providers/{}", rita.id);
    app.operator().patch(path, &json!({ "email": "new@example.com" })).await.expect(200);
    app.run_jobs().await;
    assert_eq!(app.mails()[0].to, ["new@example.com"]);
}

#[tokio::test]
async fn the_operator_hears_of_accepted_leads_where_that_is_switched_on() {
    let flags = &["--admin-notification-email", "ops@example.com", "--notify-admin-on-provider-accept", "true"];
    let app = TestApp::with_flags(flags).await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    rita.accepts(&sent.lead).await.expect(200);
    rita.accepts(&sent.lead).await.expect(409);
    app.run_jobs().await;
    let told: Vec<_> = app.mails().into_iter().filter(|mail| mail.to == ["ops@example.com"]).collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains(&format!("http://localhost:8080/admin/leads/{}", sent.lead)), "{}", told[0].text);
    let other = TestApp::with_flags(&["--admin-notification-email", "ops@example.com"]).await;
    let sam = other.provider("sam").await;
    let sent = sam.is_sent_a_lead().await;
    sam.accepts(&sent.lead).await.expect(200);
    other.run_jobs().await;
    assert!(other.mails().iter().all(|mail| mail.to != ["ops@example.com"]), "off by default");
}

#[tokio::test]
async fn an_erasure_is_told_to_those_who_had_not_decided() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    let lead = rita.source.sends(json!({})).await.expect(201).str("lead_id");
    sam.accepts(&lead).await.expect(200);
    app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/erase")).await.expect(202);
    app.run_jobs().await;
    let mails = listed(&app, "").await;
    let told = |template: &str| {
        let of: Vec<_> = mails.iter().filter(|mail| mail["template"] == template).collect();
        of.iter().map(|mail| (mail["state"].clone(), mail["reason"].clone())).collect::<Vec<_>>()
    };
    let erased = (json!("suppressed"), json!("lead_erased"));
    assert_eq!(told("provider_new_lead"), [erased.clone(), erased]);
    assert_eq!(told("provider_lead_status_changed"), [(json!("sent"), Value::Null)]);
    assert_eq!(app.mails()[0].to.first(), Some(&rita.email));
}
