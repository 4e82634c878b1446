//! Mail servers as they are: each fault ends in another try or in a visible reason, and nothing else suffers.

use std::time::Duration;

use leadhouse::config::parse_smtp_url;
use leadhouse::mail::{Mailer, Smtp};
use serde_json::Value;

use super::listed;
use crate::support::smtp::{Act, SmtpServer, Step, closed_port};
use crate::support::{Letter, TestApp};

/// An app that mails to this URL.
async fn mailing_to(url: &str) -> TestApp {
    let mut app = TestApp::start().await;
    app.mails_go_to(mailer(url));
    app
}

fn mailer(url: &str) -> Mailer {
    let url = parse_smtp_url(url).expect("a URL");
    Mailer::Smtp(Box::new(Smtp::new(&url, "leads.example").expect("a mailer")))
}

/// The one mail of the app as it stands now.
async fn only(app: &TestApp) -> Value {
    let mut mails = listed(app, "").await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    mails.remove(0)
}

/// One new lead, mailed to a server that does this first and then takes mails; the server and the app after one try.
async fn first_met(act: Act, query: &str) -> (TestApp, SmtpServer, Value) {
    let server = SmtpServer::doing(&[act], Act::Takes).await;
    let app = mailing_to(&server.url(query)).await;
    let rita = app.provider("rita").await;
    rita.is_sent_a_lead().await;
    app.run_jobs().await;
    let mail = only(&app).await;
    (app, server, mail)
}

#[tokio::test]
async fn what_passes_is_tried_again_within_ten_seconds() {
    for (act, word) in [
        (Act::Says(Step::Connect, "421 too busy"), "too busy"),
        (Act::Says(Step::Connect, "554 go away"), "go away"),
        (Act::Says(Step::Sender, "550 who are you"), "who are you"),
        (Act::Says(Step::Sender, "421 closing"), "closing"),
        (Act::Says(Step::Recipient, "450 greylisted"), "greylisted"),
        (Act::Says(Step::Recipient, "552 mailbox full"), "mailbox full"),
        (Act::Says(Step::Recipient, "503 bad sequence"), "bad sequence"),
        (Act::Says(Step::Content, "451 try later"), "try later"),
        (Act::Drops(Step::Connect), ""),
        (Act::Drops(Step::Hello), ""),
        (Act::Drops(Step::Recipient), ""),
        (Act::Drops(Step::Content), ""),
        (Act::BadCertificate, ""),
    ] {
        let (app, server, mail) = first_met(act, "?timeout=20s").await;
        assert_eq!((mail["state"].as_str(), mail["attempts"].as_i64()), (Some("queued"), Some(1)), "{act:?} {mail}");
        let error = mail["last_error"].as_str().expect("a reason");
        assert!(!error.is_empty() && error.contains(word), "{act:?}: {error}");
        app.advance(Duration::from_secs(10));
        app.run_jobs().await;
        assert_eq!(only(&app).await["state"], "sent", "{act:?}");
        let taken = server.taken();
        let ids: Vec<_> = taken.iter().map(|mail| Letter::read(mail).message_id).collect();
        assert!(
            !ids.is_empty() && ids.iter().all(|id| *id == ids[0]),
            "{act:?}: the same Message-ID each time: {ids:?}"
        );
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_dead_with_the_servers_words() {
    for act in [
        Act::Says(Step::Recipient, "550 no such user here"),
        Act::Says(Step::Recipient, "553-no such\r\n553 no such user here"),
        Act::Says(Step::Content, "554 no such user here"),
    ] {
        let (app, server, mail) = first_met(act, "?tls=none").await;
        app.leaves_a_mess("a dead mail").await;
        assert_eq!((mail["state"].as_str(), mail["attempts"].as_i64()), (Some("dead"), Some(1)), "{act:?} {mail}");
        assert!(mail["last_error"].as_str().is_some_and(|error| error.contains("no such user here")), "{mail}");
        app.advance(Duration::from_hours(48));
        app.run_jobs().await;
        assert_eq!(server.taken().len(), 0, "nothing is tried any more");
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_left_after_the_timeout() {
    for act in [Act::Hangs(Step::Connect), Act::Hangs(Step::Recipient), Act::Hangs(Step::Content), Act::Drips] {
        let (app, server, mail) = first_met(act, "?timeout=1s").await;
        assert!(mail["last_error"].as_str().is_some_and(|error| error.contains("within 1s")), "{act:?} {mail}");
        app.advance(Duration::from_secs(10));
        app.run_jobs().await;
        assert_eq!(only(&app).await["state"], "sent", "{act:?}");
        let seen = if act == Act::Hangs(Step::Content) { 2 } else { 1 };
        assert_eq!((server.taken().len(), server.connections()), (seen, 2), "{act:?}");
    }
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_nobodys() {
    let (app, server, mail) = first_met(Act::Late(Step::Content), "?tls=none&timeout=1s").await;
    assert_eq!((mail["state"].as_str(), mail["attempts"].as_i64()), (Some("queued"), Some(1)), "{mail}");
    assert!(mail["last_error"].as_str().is_some_and(|error| error.contains("within 1s")), "{mail}");
    app.advance(Duration::from_secs(10));
    app.run_jobs().await;
    assert_eq!(only(&app).await["state"], "sent");
    let ids: Vec<_> = server.taken().iter().map(|mail| Letter::read(mail).message_id).collect();
    assert_eq!(ids.len(), 2, "it had the first, and we could not know");
    assert_eq!(ids[0], ids[1]);
    assert_eq!(server.connections(), 2, "on a connection of its own");
}

#[tokio::test]
async fn a_server_that_vanished_while_its_connection_was_kept_costs_no_try() {
    let server = SmtpServer::doing(&[Act::Vanishes], Act::Takes).await;
    let app = mailing_to(&server.url("?tls=none&timeout=8s")).await;
    let rita = app.provider("rita").await;
    for _ in 0..2 {
        rita.is_sent_a_lead().await;
        app.run_jobs().await;
    }
    let mails = listed(&app, "").await;
    let shown: Vec<_> = mails.iter().map(|mail| (mail["state"].as_str(), mail["attempts"].as_i64())).collect();
    assert_eq!(shown, [(Some("sent"), Some(1)); 2], "{mails:?}");
    assert_eq!((server.taken().len(), server.connections()), (2, 2));
}

#[tokio::test]
async fn a_name_that_nobody_has_is_waited_for() {
    let mut app = mailing_to("smtp://mail.invalid?tls=none&timeout=20s").await;
    app.provider("rita").await.is_sent_a_lead().await;
    app.run_jobs().await;
    let mail = only(&app).await;
    assert_eq!((mail["state"].as_str(), mail["attempts"].as_i64()), (Some("queued"), Some(1)), "{mail}");
    assert!(mail["last_error"].as_str().is_some_and(|error| error.contains("mail.invalid:25")), "{mail}");
    let server = SmtpServer::doing(&[], Act::Takes).await;
    app.mails_go_to(mailer(&server.url("?tls=none")));
    app.advance(Duration::from_secs(10));
    app.run_jobs().await;
    assert_eq!((&only(&app).await["state"], server.taken().len()), (&serde_json::json!("sent"), 1));
}

#[tokio::test]
async fn without_the_tls_that_was_asked_for_no_mail_goes() {
    let refused = Act::Says(Step::StartTls, "454 no TLS today");
    for (act, query, word) in [
        (Act::Takes, "?tls=required", "offers no STARTTLS"),
        (refused, "?tls=required", "no TLS today"),
        (refused, "?tls=opportunistic", "no TLS today"),
        (Act::Drops(Step::StartTls), "?tls=required", ""),
    ] {
        let (_app, server, mail) = first_met(act, query).await;
        assert_eq!((mail["state"].as_str(), mail["attempts"].as_i64()), (Some("queued"), Some(1)), "{act:?} {mail}");
        assert!(mail["last_error"].as_str().is_some_and(|error| error.contains(word)), "{act:?} {mail}");
        let lines = server.lines();
        assert!(lines.iter().all(|line| !line.contains("MAIL")), "nothing goes in the clear: {lines:?}");
        assert_eq!(server.taken().len(), 0, "{act:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for_a_day_and_longer() {
    let port = closed_port().await;
    let app = mailing_to(&format!("smtp://127.0.0.1:{port}?tls=none")).await;
    app.leaves_a_mess("a dead mail").await;
    let rita = app.provider("rita").await;
    rita.is_sent_a_lead().await;
    let (mut tries, begun) = (0, app.clock.now());
    let mut first_day = 0;
    while only(&app).await["state"] == "queued" {
        app.run_jobs().await;
        tries += 1;
        if app.clock.now().since(begun) < Duration::from_hours(24) {
            first_day = tries;
        }
        app.advance(Duration::from_mins(7 * 60 + 13).min(Duration::from_secs(7 << tries)));
    }
    let mail = only(&app).await;
    assert!(tries >= 8 && app.clock.now().since(begun) > Duration::from_hours(24), "{tries} tries");
    assert!(first_day >= 8, "{first_day} tries on the first day");
    assert_eq!((mail["state"].as_str(), mail["attempts"].as_i64()), (Some("dead"), Some(17)), "{mail}");
    let job =
        app.operator().get(format!("/api/v1/admin/jobs/{}", mail["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(job.str("state"), "dead", "the mail and its job agree");
}

#[tokio::test]
async fn a_password_is_never_sent_in_the_clear() {
    for query in ["", "?tls=required", "?tls=opportunistic"] {
        let server = SmtpServer::doing(&[], Act::Takes).await;
        let app = mailing_to(&format!("smtp://bob:geheim@127.0.0.1:{}{query}", server.port)).await;
        let rita = app.provider("rita").await;
        rita.is_sent_a_lead().await;
        app.run_jobs().await;
        let mail = only(&app).await;
        assert!(mail["last_error"].as_str().is_some_and(|error| error.contains("STARTTLS")), "{query} {mail}");
        assert!(server.lines().iter().all(|line| !line.contains("AUTH") && !line.contains("MAIL")), "{query}");
    }
}

#[tokio::test]
async fn a_hanging_mail_server_keeps_nobody_else_waiting() {
    let server = SmtpServer::doing(&[], Act::Hangs(Step::Connect)).await;
    let app = mailing_to(&server.url("?timeout=60s")).await;
    app.leaves_a_mess("mails that hang").await;
    let rita = app.provider("rita").balance(10_000.0).await;
    rita.is_sent_leads(40).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = {
        let app = app.app.clone();
        tokio::spawn(async move { leadhouse::worker::run(&app, async { drop(stopped.await) }).await })
    };
    while server.connections() < 16 {
        tokio::task::yield_now().await;
    }
    // Another kind's job is done while all mails hang, and so is a request.
    let lead = rita.is_sent_a_lead().await;
    app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/erase")).await.expect(202);
    let done = || async {
        let path = "/api/v1/admin/jobs?kind=intake.erase_traces&state=done";
        app.operator().get(path).await.expect(200).items().len()
    };
    while done().await == 0 {
        tokio::task::yield_now().await;
    }
    drop(stop);
    worker.await.expect("it ends").expect("well");
    assert_eq!(server.taken(), [""; 0]);
}

#[tokio::test]
async fn names_and_words_of_any_kind_go_through() {
    let server = SmtpServer::doing(&[], Act::Takes).await;
    let app = mailing_to(&server.url("")).await;
    let long = "Ü".repeat(200);
    let rita = app.provider("rita").await;
    let sam = app.provider("sam").niche("{{7*7}} </td>").await;
    for (provider, name) in [(&rita, "<img src=x onerror=alert(1)>"), (&sam, long.as_str())] {
        let path = format!("/api/v1/admin/providers/{}", provider.id);
        app.operator().patch(path, &serde_json::json!({ "name": name })).await.expect(200);
    }
    rita.is_sent_a_lead().await;
    sam.is_sent_a_lead().await;
    app.run_jobs().await;
    let mails: Vec<_> = server.taken().iter().map(|mail| Letter::read(mail)).collect();
    assert_eq!(mails.len(), 2);
    let text: String = mails.iter().map(|mail| mail.text.clone() + &mail.subject).collect();
    assert!(
        text.contains("<img src=x onerror=alert(1)>") && text.contains(&long) && text.contains("{{7*7}}"),
        "{text}"
    );
    assert!(mails.iter().all(|mail| !mail.html.contains("<img")));
    assert!(server.taken().iter().all(|mail| mail.lines().all(|line| line.len() <= 998)));
}

#[tokio::test]
async fn a_conversation_line_by_line() {
    let server = SmtpServer::doing(&[], Act::Takes).await;
    let app = mailing_to(&server.url("")).await;
    let rita = app.provider("rita").await;
    rita.is_sent_a_lead().await;
    rita.is_sent_a_lead().await;
    app.run_jobs().await;
    let said: Vec<String> = server.lines().iter().map(|line| line.replace(&rita.email, "RITA")).collect();
    let mail = ["> MAIL FROM:<leadhouse@localhost>", "< 250 sender ok", "> RCPT TO:<RITA>", "< 250 recipient ok"];
    for line in mail.iter().chain(&["> EHLO leads.example", "> DATA", "< 354 go on", "< 250 taken"]) {
        assert!(said.iter().any(|said| said == line), "{line} of {said:#?}");
    }
    assert_eq!(server.taken().len(), 2);
}

#[tokio::test]
async fn addresses_beyond_ascii_go_as_far_as_the_server_knows_them() {
    let server = SmtpServer::doing(&[], Act::Takes).await;
    let app = mailing_to(&server.url("")).await;
    app.leaves_a_mess("a dead mail").await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").niche("gutters").await);
    for (provider, email) in [(&rita, "info@Müller.example"), (&sam, "josé@müller.example")] {
        let path = format!("/api/v1/admin/providers/{}", provider.id);
        app.operator().patch(path, &serde_json::json!({ "email": email })).await.expect(200);
        provider.is_sent_a_lead().await;
    }
    app.run_jobs().await;
    let lines = server.lines();
    assert!(lines.contains(&"> RCPT TO:<info@xn--mller-kva.example>".to_owned()), "{lines:?}");
    assert!(lines.iter().all(|line| line.is_ascii()), "{lines:?}");
    let mails = listed(&app, "").await;
    let states: Vec<_> = mails.iter().map(|mail| mail["state"].as_str().unwrap()).collect();
    assert!(states.contains(&"sent") && states.contains(&"dead"), "at once: {mails:?}");
    let dead = mails.iter().find(|mail| mail["state"] == "dead").unwrap();
    assert!(dead["last_error"].as_str().unwrap().contains("SMTPUTF8"), "{dead}");
}
