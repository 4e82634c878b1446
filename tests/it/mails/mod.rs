//! Mails: promised with their cause, sent once, never lost; asked for the reader's wishes when they go.

mod crash;
mod faults;
mod held;
mod office;
mod render;
mod sales;
mod tls;
mod unsubscribe;

use leadhouse::db::Json;
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
        assert_eq!(mail.subject, "Roofing: New roof");
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

#[tokio::test]
async fn the_subject_of_a_new_lead_tells_niche_place_and_need_and_not_who() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").await;
    let long = "a".repeat(500);
    for (form, postal, subject) in [
        (json!({ "project_type": "Leak repair", "city": "Denver" }), "80211", "Roofing in Denver 80211: Leak repair"),
        (json!({ "project_type": "Leak repair" }), "80211", "Roofing in 80211: Leak repair"),
        (json!({ "city": "Denver" }), "", "New lead in Roofing in Denver"),
        (json!({}), "", "New lead in Roofing"),
        (json!({ "details": "Ada here, call 303-555-0142", "roof": "Tile" }), "", "Roofing: Tile"),
        (json!({ "details": "mail me: ada@canary.example" }), "", "New lead in Roofing"),
        (json!({ "details": "Two\r\nBcc: all@example.com" }), "", "New lead in Roofing"),
        (json!({ "details": "Two\r\nBcc: all of them\u{2028}lines" }), "", "Roofing: Two Bcc: all of them lines"),
        (json!({ "details": "דליפה בגג" }), "", "Roofing: דליפה בגג"),
        (json!({ "details": long, "city": long }), "", ""),
    ] {
        let mut lead = json!({ "contact_name": "Ada Canary", "form_data": form });
        if !postal.is_empty() {
            lead["postal_code"] = json!(postal);
        }
        rita.is_sent(lead).await;
        app.run_jobs().await;
        let mail = app.mails().pop().expect("a mail");
        if subject.is_empty() {
            assert!(
                mail.subject.starts_with("Roofing in aaa") && mail.subject.chars().count() <= 200,
                "{}",
                mail.subject
            );
        } else {
            assert_eq!(mail.subject, subject);
        }
        for part in [&mail.subject, &mail.text, &mail.html] {
            let part = part.to_lowercase();
            assert!(!["canary", "ada ", "555-0142", "ada@"].iter().any(|told| part.contains(told)), "{part}");
        }
    }
}

#[tokio::test]
async fn what_was_told_of_a_lead_goes_with_its_erasure() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").await;
    let form = json!({ "project_type": "A very odd leak", "city": "Nowhereville" });
    let sent = rita.is_sent(json!({ "form_data": form })).await;
    app.run_jobs().await;
    let of = |mails: &[Value]| mails[0]["id"].as_str().expect("an id").to_owned();
    let id = of(&listed(&app, "&template=provider_new_lead").await);
    let shown = app.operator().get(format!("/api/v1/admin/mails/{id}")).await.expect(200);
    assert!(shown.text.contains("A very odd leak") && shown.text.contains("Nowhereville"), "{shown:?}");
    app.operator().post_nothing(format!("/api/v1/admin/leads/{sent}/erase")).await.expect(202);
    app.run_jobs().await;
    let shown = app.operator().get(format!("/api/v1/admin/mails/{id}")).await.expect(200);
    assert!(!shown.text.contains("odd leak") && !shown.text.contains("Nowhereville"), "{shown:?}");
}

/// A mail that an earlier release promised says nothing of need and place, and goes all the same.
#[tokio::test]
async fn a_mail_promised_before_goes_as_it_would_have() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").await;
    rita.is_sent(json!({ "postal_code": "80211" })).await;
    let old = |tx: &mut leadhouse::db::Tx| {
        let rows: Vec<(leadhouse::id::MailId, Json)> = tx.all("SELECT id, variables FROM mails", &[])?;
        for (id, text) in rows {
            let mut variables: Value = serde_json::from_str(&text.0).expect("JSON");
            variables.as_object_mut().expect("an object").retain(|name, _| name != "need" && name != "place");
            let text = Json(variables.to_string());
            tx.execute("UPDATE mails SET variables = $2 WHERE id = $1", leadhouse::params![id, text])?;
        }
        Ok(())
    };
    app.write(old).await.expect("as it was");
    app.run_jobs().await;
    assert_eq!(app.mails()[0].subject, "New lead in Roofing");
}
