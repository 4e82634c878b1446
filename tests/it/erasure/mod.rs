//! Erasing a person: what they sent goes, the money and the record of what was done stay.

mod age;
mod bytes;
mod large;
mod notes;
mod person;

use axum::http::Method;
use leadhouse::db::{Engine, Json};
use leadhouse::id::LeadId;
use leadhouse::mail::{Folder, Mailer};
use leadhouse::params;
use serde_json::{Value, json};

use crate::leads_admin::{LEADS, shown};
use crate::migrations::personal::PERSONAL;
use crate::support::{Call, Provider, Source, TestApp, at_once};

fn erasing(app: &TestApp, lead: &str) -> Call {
    app.operator().post_nothing(format!("{LEADS}/{lead}/erase"))
}

const CANARY: &str = "kanarienvogel";

/// Everything of a person that a lead can hold, each part with the canary in it.
fn person(source: &Source) -> Value {
    source.lead(json!({
        "contact_name": CANARY,
        "contact_email": format!("{CANARY}@example.com"),
        "postal_code": CANARY,
        "external_id": format!("id-{CANARY}"),
        "form_data": { CANARY: CANARY },
        "utm_source": CANARY, "utm_medium": CANARY, "utm_campaign": CANARY,
        "referrer_url": format!("https://example.com/{CANARY}"),
        "consent": { "text": CANARY },
    }))
}

/// The tables in which any row still has the canary.
async fn traces(app: &TestApp) -> Vec<String> {
    app.read(|read| {
        let names = match read.engine() {
            Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
            Engine::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
        };
        let mut found = Vec::new();
        for (table,) in read.all::<(String,)>(names, &[])? {
            let columns = match read.engine() {
                Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
                Engine::Postgres => {
                    format!("SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'")
                }
            };
            for (column,) in read.all::<(String,)>(&columns, &[])? {
                let hits = format!("SELECT count(*) FROM {table} WHERE CAST({column} AS text) LIKE '%{CANARY}%'");
                if read.one::<(i64,)>(&hits, &[])?.0 > 0 {
                    found.push(format!("{table}.{column}"));
                }
            }
        }
        Ok(found)
    })
    .await
}

#[tokio::test]
async fn an_erased_lead_holds_nothing_of_its_person() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    let body = person(&rita.source);
    let first = rita.source.sending(&body).once("k").await.expect(201).str("lead_id");
    let again = rita.source.sending(&body).await.expect(201);
    assert_eq!(again.str("status"), "duplicate");
    sam.rejects(&first, &format!("{CANARY} is not at home")).await.expect(200);
    writes_about(&app, &sam, &first).await;
    let form = format!("contact_email={CANARY}%40example.com&contact_email=other%40example.com");
    let call = rita.source.client.call(Method::POST, format!("{}?gclid={CANARY}", rita.source.path()));
    call.header("content-type", "application/x-www-form-urlencoded").body(form).await.expect(422);
    let known: LeadId = LeadId(leadhouse::id::parse_uuid(&first).unwrap());
    let attribution = "UPDATE leads SET attribution = $2, raw_bytes = $3 WHERE id = $1";
    let written = app.write(move |tx| {
        let clicked = Json(format!("{{\"gclid\": \"{CANARY}\"}}"));
        tx.execute(attribution, params![known, clicked, CANARY.as_bytes().to_vec()])
    });
    assert_eq!(written.await.unwrap(), 1);
    let refused = "UPDATE refused_posts SET payload_bytes = $1";
    assert_eq!(app.write(move |tx| tx.execute(refused, params![CANARY.as_bytes().to_vec()])).await.unwrap(), 1);
    // A telephone number has no words, and bytes are no text.
    let mut found = traces(&app).await;
    found.extend(
        ["leads.contact_phone", "leads.contact_phone_digits", "leads.raw_bytes", "refused_posts.payload_bytes"]
            .map(str::to_owned),
    );
    for (table, columns) in PERSONAL {
        for column in *columns {
            assert!(found.contains(&format!("{table}.{column}")), "the canary is not in {table}.{column}");
        }
    }
    assert!(app.database_url().starts_with("postgres") || !files_with_the_canary(&app).is_empty());
    erasing(&app, &first).once("e").await.expect(202);
    erasing(&app, &first).await.expect(202);
    assert_eq!(traces(&app).await, [""; 0]);
    let lead = shown(&app, &first).await;
    assert!(lead["erased_at"].is_string());
    for field in [
        "contact_name",
        "contact_email",
        "contact_phone",
        "postal_code",
        "form_data",
        "consent",
        "raw_payload",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "referrer_url",
    ] {
        assert_eq!(lead[field], Value::Null, "{field}");
    }
    assert!(shown(&app, &again.str("lead_id")).await["erased_at"].is_string(), "the duplicate is the same person");
    assert_eq!(app.audit_of(&first).await, ["lead.received", "lead.erased"]);
    assert_eq!(rita.inbox("").await.expect(200).json()["total_count"], 1, "it stays listed");
    assert_eq!(rita.inbox(&format!("search={CANARY}")).await.expect(200).json()["total_count"], 0);
    let redelivered = rita.source.sending(&body).await.expect(201);
    assert_eq!(redelivered.str("status"), "duplicate", "the platform's id is still known");
    erasing(&app, &redelivered.str("lead_id")).await.expect(202);
    app.run_jobs().await;
    assert_eq!(files_with_the_canary(&app), [""; 0]);
}

/// The provider and the operator write about the person wherever they can.
async fn writes_about(app: &TestApp, sam: &Provider, lead: &str) {
    let his = sam.has(lead).await;
    let at = app.clock.now().to_string();
    let attempt = json!({ "kind": "call", "at": at, "result": "other", "note": format!("spoke to {CANARY}'s wife") });
    sam.post(format!("/api/v1/provider/leads/{lead}/attempts"), &attempt).once("attempt").await.expect(201);
    let path = format!("/api/v1/admin/returns/{}/deny", his.assignment);
    let note = |n: u32| json!({ "note": format!("{CANARY} picked up when we called, {n}") });
    app.operator().post(&path, &note(1)).once("deny").await.expect(200);
    let appeal = json!({ "text": format!("it was not {CANARY}, it was the wife") });
    sam.post(format!("/api/v1/provider/leads/{lead}/appeal"), &appeal).once("appeal").await.expect(200);
    app.operator().post(&path, &note(2)).once("deny again").await.expect(200);
    sam.opens(lead).await.expect(200);
    let filters = json!({ "filters": { "search": CANARY } });
    let export = sam.post("/api/v1/provider/leads/export", &filters).once("export").await.expect(202).str("export_id");
    let cancelled = sam.post_nothing(format!("/api/v1/provider/exports/{export}/cancel")).once("cancel").await;
    assert_eq!(cancelled.expect(200).json()["filters"]["search"], CANARY);
}

/// SQLite: the database's files in which the canary still stands, free pages and the log included.
fn files_with_the_canary(app: &TestApp) -> Vec<String> {
    let Some(file) = app.database_url().strip_prefix("sqlite://") else { return Vec::new() };
    let has_it = |path: &String| {
        let bytes = std::fs::read(path).unwrap_or_default();
        bytes.windows(CANARY.len()).any(|part| part.eq_ignore_ascii_case(CANARY.as_bytes()))
    };
    let files = ["", "-wal", "-journal"].map(|end| format!("{file}{end}"));
    files.into_iter().filter(has_it).collect()
}

/// The mails that were written to files, whole.
fn files_of_mails(folder: &std::path::Path) -> Vec<String> {
    let files = std::fs::read_dir(folder.join("mail")).expect("the folder of mails");
    let text = |file: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(file.unwrap().path()).unwrap();
    files.map(text).collect()
}

#[tokio::test]
async fn mails_about_an_erased_lead_hold_nothing_of_its_person_nor_do_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = TestApp::with_flags(&["--admin-notification-email", "ops@example.com"]).await;
    app.mails_go_to(Mailer::File(Folder::new(folder.path().join("mail"))));
    let rita = app.provider("rita").balance(1_000.0).await;
    let (told, other, waiting) =
        (rita.is_sent_a_lead().await, rita.is_sent_a_lead().await, rita.is_sent_a_lead().await);
    rita.rejects(&told, &format!("{CANARY} is not at home")).await.expect(200);
    rita.rejects(&other, "nobody at home either").await.expect(200);
    app.run_jobs().await;
    rita.rejects(&waiting, &format!("{CANARY} moved away")).await.expect(200);
    let before = files_of_mails(folder.path());
    assert_eq!(before.len(), 5, "three leads and two rejections");
    assert_eq!(before.iter().filter(|mail| mail.contains(CANARY)).count(), 1, "the canary is there to be found");
    erasing(&app, &told.lead).await.expect(202);
    erasing(&app, &waiting.lead).await.expect(202);
    assert_eq!(traces(&app).await, [""; 0]);
    app.run_jobs().await;
    let after = files_of_mails(folder.path());
    assert_eq!(after.len(), 5, "what had not gone does not go");
    assert!(after.iter().all(|mail| !mail.contains(CANARY)));
    assert_eq!(
        after.iter().filter(|mail| mail.contains("nobody at home either")).count(),
        1,
        "others stay as they are"
    );
    assert!(after.iter().any(|mail| mail.contains("[erased]")));
}

#[tokio::test]
async fn what_was_undecided_is_refunded_and_what_was_decided_is_not() {
    let app = TestApp::start().await;
    let come = |name: &'static str| app.provider(name).niche("Roofing").price(25.0).balance(100.0);
    let (rita, sam, tom) = (come("rita").await, come("sam").await, come("tom").await);
    let lead = rita.source.sends(json!({})).await.expect(201).str("lead_id");
    sam.accepts(&lead).await.expect(200);
    tom.rejects(&lead, "the number is not in service").await.expect(200);
    let undecided = rita.has(&lead).await;
    erasing(&app, &lead).await.expect(202);
    erasing(&app, &lead).await.expect(202);
    let balance = |provider: &Provider| {
        let provider = provider.clone();
        async move { provider.me().await["balance"].clone() }
    };
    assert_eq!(
        (balance(&rita).await, balance(&sam).await, balance(&tom).await),
        (json!(100.0), json!(75.0), json!(75.0))
    );
    let state = |name: &'static str| {
        let app = &app;
        let lead = lead.clone();
        async move {
            let lead = shown(app, &lead).await;
            let all = lead["assignments"].as_array().expect("a list").clone();
            all.into_iter().find(|a| a["provider_name"] == name).expect("an assignment")
        }
    };
    assert_eq!(state("rita").await["status"], "refunded");
    assert_eq!(state("sam").await["status"], "accepted");
    let rejected = state("tom").await;
    assert_eq!((&rejected["status"], &rejected["rejection_reason"]), (&json!("rejected"), &json!("[erased]")));
    assert_eq!(app.audit_of(&undecided).await, ["lead.assigned", "lead.refunded"]);
    let conflict = rita.accepts(&lead).await.expect(409);
    assert_eq!(
        (conflict.problem_code(), conflict.json()["lead_status"].clone()),
        ("lead_erased".to_owned(), json!("refunded"))
    );
    rita.rejects(&lead, "the number is not in service").await.expect(409);
    let detail = rita.opens(&lead).await.expect(200).json();
    assert_eq!((&detail["contact_email"], &detail["form_data"]), (&Value::Null, &Value::Null));
    assert!(detail["erased_at"].is_string());
}

#[tokio::test]
async fn a_lead_that_is_not_there_cannot_be_erased() {
    let app = TestApp::start().await;
    let unknown = leadhouse::id::new_uuid(app.clock.now()).to_string();
    erasing(&app, &unknown).await.expect(404).problem();
    erasing(&app, "nonsense").await.expect(400).problem();
}

#[tokio::test]
async fn an_unmatched_lead_that_was_erased_is_offered_to_nobody() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(0.0).await;
    let lead = rita.source.sends(json!({})).await.expect(201).str("lead_id");
    erasing(&app, &lead).await.expect(202);
    app.credits(&rita.id, 100.0).await.expect(201);
    app.run_jobs().await;
    assert_eq!(rita.me().await["counts"]["active"], 0);
    assert_eq!(shown(&app, &lead).await["status"], "unmatched");
}

#[tokio::test]
async fn accepts_rejects_and_an_erasure_at_once_make_one_decision() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(1000.0).await;
    for round in 0..6 {
        let sent = rita.is_sent_a_lead().await;
        let path = format!("/api/v1/provider/leads/{sent}");
        let reason = json!({ "rejection_reason": "the number is not in service" });
        let mut calls = Vec::new();
        for n in 0..32 {
            if n == round * 5 {
                calls.push(erasing(&app, &sent.lead));
            }
            calls.push(rita.post_nothing(format!("{path}/accept")));
            calls.push(rita.post(format!("{path}/reject"), &reason));
        }
        let answers = at_once(calls).await;
        assert_eq!(answers.count(202), 1, "{answers:?}");
        assert!(answers.count(200) <= 1, "{answers:?}");
        assert_eq!(answers.count(200) + answers.count(409), 64, "{answers:?}");
        let lead = shown(&app, &sent.lead).await;
        let status = lead["assignments"][0]["status"].as_str().expect("a status").to_owned();
        let actions = app.audit_of(&sent).await;
        let refunds = app.ledger_of(&rita.id).await.iter().filter(|(kind, ..)| kind == "refund").count();
        if answers.count(200) == 0 {
            assert_eq!((status.as_str(), actions.last().map(String::as_str)), ("refunded", Some("lead.refunded")));
        } else {
            assert!(["accepted", "rejected"].contains(&status.as_str()), "{status}");
        }
        assert_eq!(actions.len(), 2, "{actions:?}");
        assert!(refunds <= round + 1);
    }
}
