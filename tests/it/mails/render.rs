//! What mails look like, and that documents, samples and what is really sent have the same variables.

use std::collections::BTreeSet;

use leadhouse::accounts;
use leadhouse::mail::{self, Templates};
use leadhouse::outbox::Template;
use serde_json::{Value, json};

use crate::support::program::command;
use crate::support::{TestApp, at_root, program};

fn templates() -> Templates {
    mail::templates(None).expect("the compiled-in mails")
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn every_mail_has_its_sample_rendering() {
    let templates = templates();
    let names: Vec<_> = Template::CHOICES.iter().map(|(name, _)| *name).collect();
    assert_eq!(templates.names().collect::<Vec<_>>(), names);
    for name in names {
        let mail = templates.render(name, templates.sample(name).expect("a sample")).expect("it renders");
        assert!(!mail.subject.is_empty() && !mail.html.contains("<img") && !mail.html.contains("<script"), "{name}");
        insta::assert_snapshot!(format!("{name}.txt"), format!("Subject: {}\n\n{}", mail.subject, mail.text));
        insta::assert_snapshot!(format!("{name}.html"), mail.html);
    }
}

#[test]
fn several_events_are_one_mail() {
    let templates = templates();
    for (name, list) in [("provider_new_lead", "leads"), ("admin_provider_rejected_lead", "rejections")] {
        let mut sample = templates.sample(name).expect("a sample").clone();
        let one = sample[list][0].clone();
        sample[list].as_array_mut().expect("a list").push(one);
        let mail = templates.render(name, &sample).expect("it renders");
        insta::assert_snapshot!(format!("{name}.digest.txt"), format!("Subject: {}\n\n{}", mail.subject, mail.text));
    }
}

#[test]
fn markup_is_inert_in_html_and_literal_in_text() {
    let templates = templates();
    let evil = r#"<img src=x onerror=alert(1)></td><a href="https://evil.example">"{{7*7}}{download_url}"#;
    for name in templates.names() {
        let mut sample = templates.sample(name).expect("a sample").clone();
        let plain = ["timezone", "decision", "assigned_at", "rejected_at", "accepted_at", "changed_at", "decided_at"];
        let plain = plain
            .iter()
            .chain(&["expires_at", "appeal_until", "export_date", "withdrawn_at"])
            .copied()
            .collect::<BTreeSet<_>>();
        poison(&mut sample, evil, &plain);
        let mail = templates.render(name, &sample).expect("it renders");
        assert!(!mail.html.contains("<img") && !mail.html.contains("<a href=\"https://evil"), "{name}: {}", mail.html);
        assert!(!mail.html.contains("49") || !mail.text.contains("49"), "{name}");
        assert!(mail.text.contains("<img src=x onerror=alert(1)>"), "{name}: {}", mail.text);
        assert!(mail.text.contains("{{7*7}}{download_url}"), "{name}: {}", mail.text);
    }
}

fn poison(value: &mut Value, evil: &str, but: &BTreeSet<&str>) {
    match value {
        Value::Object(members) => {
            members.iter_mut().filter(|(name, _)| !but.contains(name.as_str())).for_each(|(_, v)| poison(v, evil, but));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, evil, but)),
        Value::String(text) => evil.clone_into(text),
        _ => {}
    }
}

/// The variables that docs/mails.md has in the section of a mail, and for all mails to providers or to anybody.
fn documented(name: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(at_root("docs/mails.md")).expect("docs/mails.md");
    let section = |title: &str| {
        let found = text.split("\n## ").find(|section| section.starts_with(title));
        let found = found.unwrap_or_else(|| panic!("docs/mails.md has no section {title}")).to_owned();
        let names =
            found.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name.to_owned()));
        names.collect::<BTreeSet<_>>()
    };
    let mut all = section(&format!("`{name}`"));
    all.extend(section("In every mail"));
    if name.starts_with("provider_") || name == "lead_export_ready" {
        all.extend(section("In every mail to a provider"));
    }
    all
}

#[test]
fn the_documents_have_every_variable_of_every_mail() {
    let templates = templates();
    for name in templates.names() {
        let sample = templates.sample(name).expect("a sample");
        let there: BTreeSet<String> = keys(sample).into_iter().map(str::to_owned).collect();
        assert_eq!(there, documented(name), "{name}: the sample left, docs/mails.md right");
    }
}

/// What is really promised has the sample's variables, but for those that rendering adds.
#[tokio::test]
async fn what_is_sent_has_the_samples_variables() {
    let flags = &["--admin-notification-email", "ops@example.com", "--notify-admin-on-provider-accept", "true"];
    let app = TestApp::with_flags(flags).await;
    app.runs(accounts::request_sign_in_link("Operator@Example.com".to_owned())).await.expect("it is promised");
    app.run_jobs().await;
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    let lead = rita.source.sends(json!({})).await.expect(201).str("lead_id");
    rita.accepts(&lead).await.expect(200);
    app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/erase")).await.expect(202);
    drop(sam);
    let rows =
        app.read(|read| read.all::<(String, String)>("SELECT template, CAST(variables AS text) FROM mails", &[])).await;
    let added = ["lead_url", "public_url", "currency", "timezone", "preferences_url", "unsubscribe_url", "leads"];
    let templates = templates();
    let mut seen = BTreeSet::new();
    for (name, variables) in rows {
        let variables: Value = serde_json::from_str(&variables).expect("JSON");
        let sample = templates.sample(&name).expect("a sample");
        let mut expected: BTreeSet<_> = keys(sample).into_iter().filter(|key| !added.contains(key)).collect();
        if name.starts_with("provider_") {
            expected.remove("provider_name");
        }
        if name == "sign_in_link" {
            expected = BTreeSet::from(["user_id"]);
        }
        assert_eq!(keys(&variables), expected, "{name}");
        seen.insert(name);
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[tokio::test]
async fn a_sign_in_link_is_in_the_mail_and_nowhere_else() {
    let app = TestApp::start().await;
    app.runs(accounts::request_sign_in_link("Operator@Example.com".to_owned())).await.expect("it is promised");
    app.runs(accounts::request_sign_in_link("nobody@example.com".to_owned())).await.expect("nothing happens");
    app.run_jobs().await;
    let mails = app.mails();
    assert_eq!((mails.len(), mails[0].to.as_slice()), (1, ["operator@example.com".to_owned()].as_slice()));
    let secret =
        mails[0].text.split("token=").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a secret");
    assert!(secret.starts_with("lh_") && secret.len() == 46, "{secret}");
    let everything = "SELECT CAST(variables AS text) FROM mails UNION ALL SELECT CAST(payload AS text) FROM jobs";
    let rows = app.read(move |read| read.all::<(String,)>(everything, &[])).await;
    assert!(rows.iter().all(|(text,)| !text.contains("lh_")), "{rows:?}");
    let id = super::listed(&app, "").await[0]["id"].as_str().expect("an id").to_owned();
    let shown = app.operator().get(format!("{}/{id}", super::MAILS)).await.expect(200);
    assert!(!shown.text.contains("lh_"), "the back office can't sign in as somebody else");
    let tokens = "SELECT count(*) FROM tokens WHERE kind = 'sign_in_link'";
    assert_eq!(app.read(move |read| read.one::<(i64,)>(tokens, &[])).await, (1,));
}

#[test]
fn a_preview_shows_the_sample() {
    let text = program::run(command(&["mail", "preview", "lead_export_ready"])).well();
    assert!(text.starts_with("Subject: Your Lead Export is Ready\n\nHello Rita's Roofs & Sons,"), "{text}");
    let html = program::run(command(&["mail", "preview", "lead_export_ready", "--html"])).well();
    assert!(html.starts_with("<!doctype html>") && html.contains("Rita&#39;s Roofs &amp; Sons"), "{html}");
    let unknown = program::run(command(&["mail", "preview", "rain"])).failed();
    assert!(unknown.contains("provider_new_lead"), "{unknown}");
}

#[test]
fn a_broken_override_stops_the_start_in_one_line() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("sign_in_link.txt"), "Subject: x\n\n{{ password }}\n").unwrap();
    for words in [&["serve"][..], &["worker", "--once"], &["mail", "preview", "sign_in_link"]] {
        let mut command = command(words);
        let database = format!("sqlite://{}", data.path().join("x.db").display());
        command.env("DATABASE_URL", database).env("MAIL_TEMPLATES", folder.path()).env("LISTEN", "127.0.0.1:0");
        command.env("RUST_LOG", "error");
        let line = program::run(command).failed();
        assert!(line.contains("sign_in_link.txt:3: there is no variable 'password' here"), "{line}");
    }
}
