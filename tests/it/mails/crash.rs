//! Workers that are killed between any two steps, and many mails at once.

use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

use leadhouse::db::{Lane, Tx, params};
use leadhouse::error::Result;
use leadhouse::id::{AssignmentId, Id, LeadId};
use leadhouse::outbox::{self, Message, Recipient, Template};
use serde_json::json;
use tokio::task::JoinHandle;

use super::held::is_quiet;
use super::{listed, states};
use crate::support::program::{Running, command};
use crate::support::smtp::{Act, SmtpServer, Step};
use crate::support::{Letter, TestApp};

/// A worker process on the app's database.
fn worker(app: &TestApp, server: &SmtpServer) -> Running {
    let mut command = command(&["worker"]);
    command.env("DATABASE_URL", app.database_url()).env("SMTP_URL", server.url("?tls=none")).env("RUST_LOG", "warn");
    Running::start(command)
}

#[tokio::test]
async fn a_worker_killed_at_any_step_loses_no_mail_and_doubles_none_under_another_name() {
    for step in [Step::Connect, Step::Hello, Step::Sender, Step::Recipient, Step::Data, Step::Content] {
        let server = SmtpServer::doing(&[Act::Hangs(step)], Act::Takes).await;
        let app = TestApp::start().await;
        let rita = app.provider("rita").await;
        rita.is_sent_a_lead().await;
        let killed = worker(&app, &server);
        let reached = || match step {
            Step::Connect => server.connections() == 1,
            Step::Content => server.taken().len() == 1,
            Step::Hello | Step::StartTls => server.lines().iter().any(|line| line.starts_with("> EHLO")),
            Step::Sender => server.lines().iter().any(|line| line.starts_with("> MAIL")),
            Step::Recipient => server.lines().iter().any(|line| line.starts_with("> RCPT")),
            Step::Data => server.lines().iter().any(|line| line.starts_with("> DATA")),
        };
        while !reached() {
            tokio::task::yield_now().await;
        }
        tokio::task::spawn_blocking(move || killed.kill()).await.expect("it is gone");
        assert_eq!(states(&listed(&app, "").await), ["queued"], "{step:?}");
        another_takes_over(&app, &server, 1).await;
        let ids: Vec<_> = server.taken().iter().map(|mail| Letter::read(mail).message_id).collect();
        let seen = if step == Step::Content { 2 } else { 1 };
        assert_eq!(ids.len(), seen, "{step:?}");
        assert!(ids.iter().all(|id| *id == ids[0]), "{step:?}: {ids:?}");
    }
}

/// The killed worker's leases run out, and another sends what is left, until so many mails are sent.
async fn another_takes_over(app: &TestApp, server: &SmtpServer, mails: usize) {
    // Nobody extends the leases any more, this mail's and those of scheduled jobs.
    let run_out = "UPDATE jobs SET lease_until = created_at WHERE state = 'running'";
    assert!(app.write(move |tx| tx.execute(run_out, params![])).await.expect("they run out") >= 1);
    let next = worker(app, server);
    while states(&listed(app, "").await) != vec!["sent"; mails] {
        tokio::task::yield_now().await;
    }
    let ended = tokio::task::spawn_blocking(move || next.ends_on_sigterm()).await.expect("it ends");
    assert_eq!(ended, Some(0));
}

/// Between which of its own units a worker is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    Claimed,
    TakenAlong,
    Sent,
}

/// Three mails held over quiet hours, which are over.
async fn held_ones(app: &TestApp) -> Vec<String> {
    let rita = app.provider("rita").balance(1_000.0).await;
    is_quiet(app, &rita).await;
    let leads = rita.is_sent_leads(3).await.into_iter().map(|sent| sent.lead).collect();
    app.run_jobs().await;
    rita.prefers(&json!({ "quiet_from": null, "quiet_until": null })).await.expect(200);
    let over = |tx: &mut Tx| {
        tx.execute("UPDATE jobs SET run_at = created_at WHERE state = 'queued'", params![])?;
        tx.execute("UPDATE mails SET held_until = created_at WHERE held_until IS NOT NULL", params![])
    };
    assert_eq!(app.write(over).await.expect("they are over"), 3);
    leads
}

/// Lets nobody write down anything about mails until the result is dropped.
async fn nothing_is_recorded(app: &TestApp) -> (Sender<()>, JoinHandle<Result<()>>) {
    let ((go, wait), (arrived, here)) = (channel(), tokio::sync::oneshot::channel());
    let (wait, arrived) = (Mutex::new(wait), Mutex::new(Some(arrived)));
    let db = app.app.db.clone();
    let unit = move |tx: &mut Tx| {
        tx.execute("UPDATE mails SET attempts = attempts", params![])?;
        arrived.lock().unwrap().take().map(|arrived| arrived.send(()));
        let _ = wait.lock().unwrap().recv();
        Ok(())
    };
    let held = tokio::spawn(async move { db.write(Lane::MONEY, unit).await });
    here.await.expect("it holds");
    (go, held)
}

#[tokio::test]
async fn a_worker_killed_between_its_units_sends_a_digest_whole_and_under_one_name() {
    for after in [After::Claimed, After::TakenAlong, After::Sent] {
        let act = if after == After::Sent { Act::Waits(Step::Content) } else { Act::Hangs(Step::Connect) };
        let (first, second) = (SmtpServer::doing(&[], act).await, SmtpServer::doing(&[], Act::Takes).await);
        let app = TestApp::start().await;
        let leads = held_ones(&app).await;
        let killed = worker(&app, &first);
        let claimed = || async {
            let running = "SELECT count(*) FROM jobs WHERE kind = 'outbox.send' AND state = 'running'";
            app.read(move |read| read.one::<(i64,)>(running, params![])).await.0 > 0
        };
        while !match after {
            After::Claimed => claimed().await,
            After::TakenAlong => first.connections() == 1,
            After::Sent => first.taken().len() == 1,
        } {
            tokio::task::yield_now().await;
        }
        let mut hold = None;
        if after == After::Sent {
            hold = Some(nothing_is_recorded(&app).await);
            first.opens();
            while !first.lines().contains(&"< 250 taken".to_owned()) {
                tokio::task::yield_now().await;
            }
        }
        tokio::task::spawn_blocking(move || killed.kill()).await.expect("it is gone");
        if let Some((go, held)) = hold {
            drop(go);
            held.await.expect("it ends").expect("well");
        }
        assert!(!states(&listed(&app, "").await).contains(&"sent"), "{after:?}");
        another_takes_over(&app, &second, 3).await;
        let taken: Vec<_> = first.taken().iter().chain(&second.taken()).map(|mail| Letter::read(mail)).collect();
        assert_eq!(taken.len(), if after == After::Sent { 2 } else { 1 }, "{after:?}");
        for mail in &taken {
            assert_eq!(mail.message_id, taken[0].message_id, "{after:?}");
            assert!(leads.iter().all(|lead| mail.text.contains(lead)), "{after:?}: {}", mail.text);
        }
    }
}

#[tokio::test]
async fn thousands_of_queued_mails_drain_each_once() {
    const MAILS: usize = 10_000;
    let app = TestApp::with_flags(&["--admin-notification-email", "ops@example.com"]).await;
    app.leaves_a_mess("acceptances without a lead").await;
    let now = app.clock.now();
    for _ in 0..MAILS / 1_000 {
        let message = |_| Message {
            template: Template::AdminLeadAccepted,
            to: Recipient::Admin,
            subject: AssignmentId::new(now).uuid(),
            round: 0,
            variables: json!({
                "provider_name": "Rita", "lead_id": LeadId::new(now), "niche_name": "Roofing", "accepted_at": now,
            }),
        };
        let messages: Vec<Message> = (0..1_000).map(message).collect();
        app.write(move |tx| outbox::send(tx, &messages)).await.expect("they are promised");
    }
    app.run_jobs().await;
    let mut ids: Vec<_> = app.mails().into_iter().map(|mail| mail.message_id).collect();
    assert_eq!(ids.len(), MAILS);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), MAILS, "each once");
    let waiting = "SELECT count(*) FROM mails WHERE state <> 'sent'";
    assert_eq!(app.read(move |read| read.one::<(i64,)>(waiting, params![])).await, (0,));
}
