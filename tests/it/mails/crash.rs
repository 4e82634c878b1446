//! Workers that are killed between any two steps, and many mails at once.

use leadhouse::db::params;
use leadhouse::id::{AssignmentId, Id, LeadId};
use leadhouse::outbox::{self, Message, Recipient, Template};
use serde_json::json;

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
            Step::Hello => server.lines().iter().any(|line| line.starts_with("> EHLO")),
            Step::Sender => server.lines().iter().any(|line| line.starts_with("> MAIL")),
            Step::Recipient => server.lines().iter().any(|line| line.starts_with("> RCPT")),
            Step::Data => server.lines().iter().any(|line| line.starts_with("> DATA")),
        };
        while !reached() {
            tokio::task::yield_now().await;
        }
        tokio::task::spawn_blocking(move || killed.kill()).await.expect("it is gone");
        assert_eq!(states(&listed(&app, "").await), ["queued"], "{step:?}");
        // Nobody extends the leases any more, this mail's and those of scheduled jobs; they run out.
        let run_out = "UPDATE jobs SET lease_until = created_at WHERE state = 'running'";
        assert!(app.write(move |tx| tx.execute(run_out, params![])).await.expect("it runs out") >= 1, "{step:?}");
        let next = worker(&app, &server);
        while states(&listed(&app, "").await) != ["sent"] {
            tokio::task::yield_now().await;
        }
        let ended = tokio::task::spawn_blocking(move || next.ends_on_sigterm()).await.expect("it ends");
        assert_eq!(ended, Some(0));
        let ids: Vec<_> = server.taken().iter().map(|mail| Letter::read(mail).message_id).collect();
        let seen = if step == Step::Content { 2 } else { 1 };
        assert_eq!(ids.len(), seen, "{step:?}");
        assert!(ids.iter().all(|id| *id == ids[0]), "{step:?}: {ids:?}");
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
