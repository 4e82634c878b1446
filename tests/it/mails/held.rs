//! Mails that wait and come as one: quiet hours of a provider, a flood of rejections for the operator.

use std::time::Duration;

use jiff::tz::TimeZone;
use leadhouse::clock::Timestamp;
use leadhouse::id::{AssignmentId, Id, LeadId};
use leadhouse::mail::Failed;
use leadhouse::outbox::{self, Message, Recipient, Template};
use serde_json::{Value, json};

use super::{MAILS, listed, states};
use crate::support::{Provider, Sent, TestApp};

/// `HH:MM` on a clock in UTC, so many minutes from now.
fn in_minutes(app: &TestApp, minutes: u64) -> String {
    let then = app.clock.now().plus(Duration::from_mins(minutes));
    TimeZone::UTC.to_datetime(then.to_jiff()).strftime("%H:%M").to_string()
}

pub(super) async fn is_quiet(app: &TestApp, provider: &Provider) {
    let hours = json!({ "quiet_from": in_minutes(app, 24 * 60 - 60), "quiet_until": in_minutes(app, 120) });
    provider.prefers(&hours).await.expect(200);
}

/// Rita in her quiet hours, with so many leads that nobody has mailed her of.
async fn a_quiet_night(leads: usize) -> (TestApp, Provider, Vec<Sent>) {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(1_000.0).await;
    is_quiet(&app, &rita).await;
    let leads = rita.is_sent_leads(leads).await;
    app.run_jobs().await;
    (app, rita, leads)
}

#[tokio::test]
async fn leads_of_quiet_hours_come_as_one_mail_when_they_end() {
    let (app, rita, leads) = a_quiet_night(3).await;
    assert_eq!(app.mails(), []);
    let waiting = listed(&app, "").await;
    assert_eq!(states(&waiting), ["queued"; 3]);
    let until = Timestamp::parse(waiting[0]["held_until"].as_str().expect("a time")).expect("a time");
    assert!(until.since(app.clock.now()) <= Duration::from_hours(2), "{until}");

    app.advance(Duration::from_mins(121));
    app.run_jobs().await;
    let mails = app.mails();
    assert_eq!(mails.len(), 1, "one for all");
    assert_eq!(mails[0].subject, "3 new leads");
    assert!(leads.iter().all(|lead| mails[0].text.contains(&lead.lead)), "{}", mails[0].text);
    let ended = listed(&app, "").await;
    assert_eq!(states(&ended), ["sent"; 3]);
    let carriers: Vec<_> = ended.iter().filter(|mail| mail["carried_by"] == Value::Null).collect();
    assert_eq!(carriers.len(), 1);
    let shown = app.operator().get(format!("{MAILS}/{}", carriers[0]["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(shown.str("subject"), "3 new leads");
    rita.is_sent_a_lead().await;
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 2, "after them, each goes alone");
}

#[tokio::test]
async fn a_digest_that_dies_takes_all_along_and_back() {
    let (app, ..) = a_quiet_night(3).await;
    app.advance(Duration::from_mins(121));
    app.mails_fail(Some(Failed::permanent("550 gone")));
    app.run_jobs().await;
    let dead = listed(&app, "&state=dead").await;
    assert_eq!(dead.len(), 3);
    let carried = dead.iter().find(|mail| mail["carried_by"] != Value::Null).expect("one was carried");
    app.mails_fail(None);
    let id = carried["id"].as_str().expect("an id");
    app.operator().post_nothing(format!("{MAILS}/{id}/retry")).await.expect(200);
    app.run_jobs().await;
    assert_eq!(states(&listed(&app, "").await), ["sent"; 3]);
    assert_eq!(app.mails().len(), 1);
}

#[tokio::test]
async fn the_others_of_a_digest_go_when_its_carrier_is_erased() {
    let (app, _, leads) = a_quiet_night(3).await;
    app.advance(Duration::from_mins(121));
    app.mails_fail(Some(Failed::passing("451 later")));
    app.run_jobs().await;
    app.mails_fail(None);
    let waiting = listed(&app, "").await;
    let carrier = waiting.iter().find(|mail| mail["carried_by"] == Value::Null).expect("one carries");
    let of_carrier = |lead: &&Sent| carrier["subject_id"] == lead.assignment.as_str();
    let erased = leads.iter().find(of_carrier).expect("its lead");
    app.operator().post_nothing(format!("/api/v1/admin/leads/{}/erase", erased.lead)).await.expect(202);
    app.run_jobs().await;
    let digest = app.mails().into_iter().find(|mail| mail.subject == "2 new leads").expect("the others");
    assert!(!digest.text.contains(&erased.lead));
    assert_eq!(listed(&app, "&state=suppressed").await.len(), 1);
    assert!(listed(&app, "&state=queued").await.is_empty());
}

#[tokio::test]
async fn a_wish_at_the_end_of_quiet_hours_counts() {
    let (app, rita, _) = a_quiet_night(2).await;
    rita.prefers(&json!({ "notify_on_new_lead": false })).await.expect(200);
    app.advance(Duration::from_mins(121));
    app.run_jobs().await;
    assert_eq!(states(&listed(&app, "").await), ["suppressed"; 2]);
    assert_eq!(app.mails(), []);
}

/// What held a mail is what holds it still: the hours, the zone and the address of now.
#[tokio::test]
async fn what_waits_follows_the_hours_of_now() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(1_000.0).await;
    let waits = async |leads: usize| {
        is_quiet(&app, &rita).await;
        rita.is_sent_leads(leads).await;
        app.run_jobs().await;
        assert_eq!(states(&listed(&app, "&state=queued").await).len(), leads);
    };
    let path = format!("/api/v1/admin/providers/{}", rita.id);
    let mut sent = app.mails().len();
    let mut comes = async |leads: usize| {
        app.run_jobs().await;
        sent += 1;
        assert_eq!(app.mails().len(), sent);
        let subject = app.mails()[sent - 1].subject.clone();
        assert!(leads == 1 || subject == format!("{leads} new leads"), "{subject}");
        assert_eq!(listed(&app, "&state=queued").await.len(), 0);
    };
    waits(2).await;
    rita.prefers(&json!({ "quiet_from": null, "quiet_until": null })).await.expect(200);
    comes(2).await;
    waits(3).await;
    let over = json!({ "quiet_from": in_minutes(&app, 24 * 60 - 120), "quiet_until": in_minutes(&app, 24 * 60 - 60) });
    rita.prefers(&over).await.expect(200);
    comes(3).await;
    // Twelve hours away it is not night.
    waits(2).await;
    app.operator().patch(&path, &json!({ "timezone": "Etc/GMT+12" })).await.expect(200);
    comes(2).await;
    app.operator().patch(&path, &json!({ "timezone": "UTC" })).await.expect(200);
    // Longer hours hold longer.
    waits(1).await;
    let longer = json!({ "quiet_from": in_minutes(&app, 24 * 60 - 60), "quiet_until": in_minutes(&app, 240) });
    rita.prefers(&longer).await.expect(200);
    app.advance(Duration::from_mins(125));
    app.run_jobs().await;
    assert_eq!(listed(&app, "&state=queued").await.len(), 1);
    app.advance(Duration::from_hours(2));
    comes(1).await;
}

#[tokio::test]
async fn what_waits_ends_at_once_where_nobody_wants_it() {
    let (app, rita, _) = a_quiet_night(2).await;
    rita.prefers(&json!({ "notify_on_new_lead": false })).await.expect(200);
    app.run_jobs().await;
    assert_eq!(states(&listed(&app, "").await), ["suppressed"; 2]);
    rita.prefers(&json!({ "notify_on_new_lead": true })).await.expect(200);
    rita.is_sent_a_lead().await;
    app.run_jobs().await;
    app.operator().patch(format!("/api/v1/admin/providers/{}", rita.id), &json!({ "active": false })).await.expect(200);
    app.run_jobs().await;
    assert_eq!(listed(&app, "&state=suppressed").await.len(), 3);
}

#[tokio::test]
async fn a_mail_that_fails_is_tried_at_a_new_address_at_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    app.mails_fail(Some(Failed::passing("450 mailbox full")));
    rita.is_sent_a_lead().await;
    app.run_jobs().await;
    app.mails_fail(None);
    app.run_jobs().await;
    assert_eq!(app.mails(), []);
    let change = json!({ "email": "new@example.com" });
    app.operator().patch(format!("/api/v1/admin/providers/{}", rita.id), &change).await.expect(200);
    app.run_jobs().await;
    assert_eq!(app.mails()[0].to, ["new@example.com"]);
}

#[tokio::test]
async fn a_digest_lists_only_what_still_waits() {
    let (app, rita, leads) = a_quiet_night(6).await;
    rita.accepts(&leads[0]).await.expect(200);
    rita.rejects(&leads[1], "the number is not in service").await.expect(200);
    app.operator().post_nothing(format!("/api/v1/admin/leads/{}/erase", leads[2].lead)).await.expect(202);
    // What was taken back waits again, and what was only looked at does too.
    rita.accepts(&leads[3]).await.expect(200);
    rita.undoes(&leads[3]).await.expect(200);
    rita.opens(&leads[4]).await.expect(200);
    app.advance(Duration::from_mins(121));
    app.run_jobs().await;
    let digest = app.mails().into_iter().find(|mail| mail.subject == "3 new leads").expect("a digest");
    for (at, lead) in leads.iter().enumerate() {
        assert_eq!(digest.text.contains(&lead.lead), at > 2, "{at}");
    }
    let suppressed = listed(&app, "&state=suppressed").await;
    let decided = suppressed.iter().filter(|mail| mail["reason"] == "lead_decided").count();
    assert_eq!((suppressed.len(), decided), (3, 2));
    // All decided: nothing to tell.
    is_quiet(&app, &rita).await;
    let before = app.mails().len();
    for lead in rita.is_sent_leads(2).await {
        rita.accepts(&lead).await.expect(200);
    }
    app.run_jobs().await;
    app.advance(Duration::from_mins(121));
    app.run_jobs().await;
    assert_eq!(app.mails().len(), before);
}

/// So many rejections, as the returns room tells of them.
async fn rejections(app: &TestApp, count: usize) {
    let now = app.clock.now();
    let messages: Vec<Message> = (0..count)
        .map(|n| Message {
            template: Template::AdminProviderRejectedLead,
            to: Recipient::Admin,
            subject: AssignmentId::new(now).uuid(),
            round: 0,
            variables: json!({
                "provider_name": "Rita", "lead_id": LeadId::new(now), "niche_name": "Roofing",
                "rejection_reason": format!("reason number {n}."), "rejection_code": "other", "rejected_at": now,
            }),
        })
        .collect();
    app.write(move |tx| outbox::send(tx, &messages)).await.expect("they are promised");
}

#[tokio::test]
async fn a_flood_of_rejections_reaches_the_operator_as_twenty_and_one() {
    let app = TestApp::with_flags(&["--admin-notification-email", "ops@example.com"]).await;
    app.leaves_a_mess("rejections without a lead").await;
    rejections(&app, 50).await;
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 20);
    app.advance(Duration::from_mins(5));
    rejections(&app, 10).await;
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 20, "these wait with the others");
    app.advance(Duration::from_mins(5));
    app.run_jobs().await;
    let mails = app.mails();
    assert_eq!(mails.len(), 21);
    assert_eq!(mails[20].subject, "40 Provider Rejected Leads");
    let told: Vec<bool> = (20..50).map(|n| mails[20].text.contains(&format!("reason number {n}."))).collect();
    assert!(told.iter().all(|told| *told), "none is lost: {told:?}");
    assert!(states(&listed(&app, "").await).iter().all(|state| *state == "sent"));
    app.advance(Duration::from_mins(10));
    rejections(&app, 1).await;
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 22, "alone again");
}
