//! The back office's look at mails, and a second chance.

use leadhouse::mail::Failed;
use serde_json::json;

use super::{MAILS, listed, states};
use crate::support::TestApp;

#[tokio::test]
async fn a_refusal_is_shown_in_the_servers_words_and_can_be_tried_again() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent_a_lead().await;
    app.mails_fail(Some(Failed::permanent("550 no such user here")));
    app.run_jobs().await;
    let dead = listed(&app, "&state=dead").await;
    assert_eq!((dead.len(), &dead[0]["last_error"]), (1, &json!("550 no such user here")));
    let id = dead[0]["id"].as_str().expect("an id").to_owned();
    let job = app.operator().get(format!("/api/v1/admin/jobs/{id}")).await.expect(200);
    assert_eq!((job.str("state"), job.str("last_error")), ("dead".to_owned(), "550 no such user here".to_owned()));

    let again = app.operator().post_nothing(format!("{MAILS}/{id}/retry")).await.expect(200);
    assert_eq!(again.str("state"), "queued");
    app.operator().post_nothing(format!("{MAILS}/{id}/retry")).await.expect(409).problem();
    app.run_jobs().await;
    assert_eq!(states(&listed(&app, "").await), ["dead"], "and again");
    app.mails_fail(None);
    app.operator().post_nothing(format!("/api/v1/admin/jobs/{id}/retry")).await.expect(200);
    assert_eq!(states(&listed(&app, "").await), ["queued"], "its job's second chance is the mail's");
    app.run_jobs().await;
    assert_eq!(states(&listed(&app, "").await), ["sent"]);
    assert_eq!(app.mails().len(), 1);
    assert_eq!(app.audit_of(&id).await, ["mail.retried", "job.retried"]);
}

#[tokio::test]
async fn a_mail_is_shown_as_its_reader_sees_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    let id = listed(&app, "").await[0]["id"].as_str().expect("an id").to_owned();
    let shown = app.operator().get(format!("{MAILS}/{id}")).await.expect(200);
    app.run_jobs().await;
    let mail = &app.mails()[0];
    assert_eq!((shown.str("subject"), shown.str("to")), (mail.subject.clone(), rita.email.clone()));
    assert_eq!(shown.str("text").trim_end(), mail.text);
    assert!(shown.str("html").contains(&sent.lead));
    app.operator().get(format!("{MAILS}/{}", sent.lead)).await.expect(404).problem();
    rita.get(MAILS).await.expect(403).problem();
}

#[tokio::test]
async fn the_list_is_narrowed_and_paged() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(1_000.0).await;
    rita.is_sent_leads(5).await;
    app.run_jobs().await;
    let first = app.operator().get(format!("{MAILS}?state=sent&template=provider_new_lead&limit=3")).await.expect(200);
    let cursor = first.str("next_cursor");
    let rest = app.operator().get(format!("{MAILS}?state=sent&template=provider_new_lead&limit=3&cursor={cursor}"));
    assert_eq!((first.items().len(), rest.await.expect(200).items().len()), (3, 2));
    let other = app.operator().get(format!("{MAILS}?cursor={cursor}")).await.expect(400);
    assert_eq!(other.wrong_fields(), ["cursor"]);
    for query in ["state=running", "template=rain", "provider_id=x"] {
        app.operator().get(format!("{MAILS}?{query}")).await.expect(400).problem();
    }
    assert!(listed(&app, "&state=dead").await.is_empty());
}
