//! The mails of one sale: one job between them, and each goes its own way where it has to.

use std::time::Duration;

use leadhouse::config::parse_smtp_url;
use leadhouse::db::params;
use leadhouse::mail::{Mailer, Smtp};
use serde_json::{Value, json};

use super::held::is_quiet;
use super::{MAILS, listed, states};
use crate::support::smtp::{Act, SmtpServer, Step};
use crate::support::{Letter, Provider, TestApp};

/// Three providers, and a lead that was sold to all of them.
async fn sold(app: &TestApp) -> [Provider; 3] {
    let mut all = Vec::new();
    for name in ["rita", "sam", "tess"] {
        all.push(app.provider(name).niche("Roofing").await);
    }
    all[0].source.sends(json!({})).await.expect(201);
    all.try_into().ok().expect("three")
}

async fn mailing_to(server: &SmtpServer) -> TestApp {
    let mut app = TestApp::start().await;
    let url = parse_smtp_url(&server.url("?tls=none&timeout=2s")).expect("a URL");
    app.mails_go_to(Mailer::Smtp(Box::new(Smtp::new(&url, "leads.example").expect("a mailer"))));
    app
}

/// The kinds of jobs about mails, their states and attempts.
async fn jobs(app: &TestApp) -> Vec<(String, String, i64)> {
    let sql = "SELECT kind, state, attempts FROM jobs WHERE kind LIKE 'outbox.send%' ORDER BY kind, state";
    app.read(move |read| read.all(sql, &[])).await
}

fn job(kind: &str, state: &str, attempts: i64) -> (String, String, i64) {
    (kind.to_owned(), state.to_owned(), attempts)
}

#[tokio::test]
async fn a_sale_is_one_job_that_goes_when_its_mails_are_sent() {
    let app = TestApp::start().await;
    let all = sold(&app).await;
    assert_eq!(jobs(&app).await, [job("outbox.send_all", "queued", 0)]);
    assert_eq!(states(&listed(&app, "").await), ["queued"; 3], "they are listed from the sale on");
    app.run_jobs().await;
    assert_eq!(states(&listed(&app, "").await), ["sent"; 3]);
    assert_eq!((jobs(&app).await, app.mails().len()), (vec![], 3));
    let sent = app.mails();
    assert!(all.iter().all(|provider| sent.iter().any(|mail| mail.to == [provider.email.clone()])));
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 3);
}

#[tokio::test]
async fn one_address_that_fails_neither_holds_nor_repeats_the_others() {
    for (act, state, error) in [
        (Act::Says(Step::Recipient, "450 greylisted"), "queued", "greylisted"),
        (Act::Says(Step::Recipient, "550 no such user here"), "dead", "no such user"),
        (Act::Hangs(Step::Recipient), "queued", "within 2s"),
    ] {
        let server = SmtpServer::doing(&[act], Act::Takes).await;
        let app = mailing_to(&server).await;
        sold(&app).await;
        app.run_jobs().await;
        let mails = listed(&app, "").await;
        let (failed, sent): (Vec<&Value>, Vec<&Value>) = mails.iter().partition(|mail| mail["state"] != "sent");
        assert_eq!((failed.len(), sent.len()), (1, 2), "{act:?} {mails:?}");
        assert_eq!((&failed[0]["state"], &failed[0]["attempts"]), (&json!(state), &json!(1)), "{act:?}");
        assert!(failed[0]["last_error"].as_str().is_some_and(|words| words.contains(error)), "{act:?} {failed:?}");
        // It has a job of its own, that knows of its first try.
        assert_eq!(jobs(&app).await, [job("outbox.send", state, 1)], "{act:?}");
        let id = failed[0]["id"].as_str().expect("an id");
        let own = app.operator().get(format!("/api/v1/admin/jobs/{id}")).await.expect(200);
        assert!(own.str("last_error").contains(error), "{own:?}");
        if state == "dead" {
            app.operator().post_nothing(format!("{MAILS}/{id}/retry")).await.expect(200);
        }
        app.advance(Duration::from_secs(10));
        app.run_jobs().await;
        assert_eq!(states(&listed(&app, "").await), ["sent"; 3], "{act:?}");
        let taken: Vec<_> = server.taken().iter().map(|mail| Letter::read(mail).message_id).collect();
        assert_eq!(taken.len(), 3, "{act:?}: each once");
    }
}

#[tokio::test]
async fn whoever_waits_or_wants_none_leaves_the_others_alone() {
    let app = TestApp::start().await;
    let mut all = Vec::new();
    for name in ["rita", "sam", "tess"] {
        all.push(app.provider(name).niche("Roofing").await);
    }
    is_quiet(&app, &all[0]).await;
    all[1].prefers(&json!({ "notify_on_new_lead": false })).await.expect(200);
    all[0].source.sends(json!({})).await.expect(201);
    app.run_jobs().await;
    let of = async |provider: usize| {
        let to = all[provider].id.clone();
        listed(&app, "").await.into_iter().find(|mail| mail["provider_id"] == to.as_str()).expect("one")
    };
    assert_eq!((&of(0).await["state"], &of(1).await["reason"]), (&json!("queued"), &json!("preference_off")));
    assert!(of(0).await["held_until"].is_string());
    assert_eq!((&of(2).await["state"], app.mails().len()), (&json!("sent"), 1));
    // How often it was looked at depends on when the change of hours was.
    let own = jobs(&app).await;
    assert_eq!((own.len(), own[0].0.as_str(), own[0].1.as_str()), (1, "outbox.send", "queued"));
    app.advance(Duration::from_mins(121));
    app.run_jobs().await;
    assert_eq!((&of(0).await["state"], app.mails().len()), (&json!("sent"), 2));
}

#[tokio::test]
async fn a_sale_whose_lead_is_erased_tells_nobody() {
    let app = TestApp::start().await;
    let (rita, _sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    let lead = rita.source.sends(json!({})).await.expect(201).str("lead_id");
    app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/erase")).await.expect(202);
    app.run_jobs().await;
    let told = listed(&app, "&template=provider_new_lead").await;
    assert!(told.iter().all(|mail| mail["reason"] == "lead_erased"), "{told:?}");
}

/// The worker is killed after one of the mails was sent: only the others go once more.
#[tokio::test]
async fn what_was_sent_before_a_lease_was_lost_is_not_sent_again() {
    let app = TestApp::start().await;
    sold(&app).await;
    let first = listed(&app, "").await[0]["id"].as_str().expect("an id").to_owned();
    let first = leadhouse::id::MailId(leadhouse::id::parse_uuid(&first).expect("an id"));
    let killed = move |tx: &mut leadhouse::db::Tx| {
        let sent = "UPDATE mails SET state = 'sent', sent_at = created_at, attempts = 1 WHERE id = $1";
        tx.execute(sent, params![first])?;
        let lost =
            "UPDATE jobs SET state = 'running', attempts = 1, lease_until = created_at WHERE kind = 'outbox.send_all'";
        tx.execute(lost, &[])
    };
    assert_eq!(app.write(killed).await.expect("so it is"), 1);
    app.run_jobs().await;
    assert_eq!((states(&listed(&app, "").await), app.mails().len()), (vec!["sent"; 3], 2));
}

#[tokio::test]
async fn a_sale_whose_job_was_given_up_is_tried_again_mail_by_mail_or_whole() {
    for whole in [false, true] {
        let app = TestApp::start().await;
        sold(&app).await;
        let killed = |tx: &mut leadhouse::db::Tx| {
            let lost = "UPDATE jobs SET state = 'running', attempts = 17, lease_until = created_at WHERE kind = 'outbox.send_all'";
            tx.execute(lost, &[])
        };
        app.write(killed).await.expect("so it is");
        app.run_jobs().await;
        let dead = listed(&app, "&state=dead").await;
        assert_eq!((dead.len(), app.mails().len()), (3, 0));
        assert_eq!(jobs(&app).await, [job("outbox.send_all", "dead", 17)]);
        if whole {
            let jobs = app.operator().get("/api/v1/admin/jobs?state=dead").await.expect(200).items();
            let job = jobs[0]["id"].as_str().expect("an id");
            app.operator().post_nothing(format!("/api/v1/admin/jobs/{job}/retry")).await.expect(200);
        } else {
            for mail in &dead[1..] {
                let id = mail["id"].as_str().expect("an id");
                app.operator().post_nothing(format!("{MAILS}/{id}/retry")).await.expect(200);
            }
            app.leaves_a_mess("one is not tried again").await;
        }
        app.run_jobs().await;
        assert_eq!(app.mails().len(), if whole { 3 } else { 2 });
        let mails = listed(&app, "").await;
        assert_eq!(states(&mails), if whole { ["sent"; 3] } else { ["dead", "sent", "sent"] });
        let broken = leadhouse::cli::verify::check(&app.app.db).await.expect("verify runs");
        assert!(broken.is_empty(), "{broken:#?}");
    }
}
