//! People who opted out: nobody buys them, whatever way their address or number is written; what waits waits no more, and who
//! holds one of their leads is told.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{shown, status};
use crate::support::program::Program;
use crate::support::{Answer, Provider, Source, TestApp};

const SUPPRESSIONS: &str = "/api/v1/admin/suppressions";

async fn suppresses(app: &TestApp, who: Value) -> Answer {
    app.operator().post(SUPPRESSIONS, &who).await
}

fn sha256(text: &str) -> String {
    leadhouse::text::hex(&Sha256::digest(text))
}

async fn fate(source: &Source, members: Value) -> String {
    status(&source.sending(&members).await.expect(201))
}

/// The lead's status by now.
async fn stands(app: &TestApp, lead: &str) -> String {
    let path = format!("/api/v1/admin/leads/{lead}");
    app.operator().get(path).await.expect(200).str("status")
}

/// To whom mails asked to leave somebody alone.
fn told_to_stop(app: &TestApp) -> Vec<String> {
    let mails = app.mails();
    let mut to: Vec<String> =
        mails.iter().filter(|mail| mail.subject.contains("stop contacting")).flat_map(|mail| mail.to.clone()).collect();
    to.sort();
    to
}

#[tokio::test]
async fn nobody_buys_who_opted_out_however_it_is_written() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for who in [
        json!({ "email": " Ann.Lee@Example.com " }),
        json!({ "phone": "(650) 253-0000" }),
        json!({ "email_sha256": sha256("bob@example.com") }),
        json!({ "email_sha256": sha256("bob@münchen.de") }),
        json!({ "phone_sha256": sha256("+16502530001").to_uppercase() }),
        json!({ "phone_sha256": sha256("16502530002"), "reason": "a list of March" }),
    ] {
        let made = suppresses(&app, who).await.expect(201).json();
        assert!(made["id"].is_string(), "{made}");
    }
    for lead in [
        json!({ "contact_email": "ann.lee@example.COM" }),
        json!({ "contact_email": "ａnn.lee@example.com" }),
        json!({ "contact_phone": "1-650-253-0000" }),
        json!({ "contact_email": "fresh1@example.com", "contact_phone": "+1 650 253 0000" }),
        json!({ "contact_phone": "650.253.0000 x12" }),
        json!({ "contact_email": "Bob@example.com" }),
        json!({ "contact_email": "bob@MÜNCHEN.de" }),
        json!({ "contact_phone": "650-253-0001" }),
        json!({ "contact_phone": "6502530002" }),
    ] {
        let told = rita.source.previews(&lead).await.expect(200).json();
        assert_eq!((&told["status"], &told["matches"]), (&json!("suppressed"), &json!([])), "{lead}");
        let answer = rita.source.sending(&lead).await.expect(201).json();
        assert_eq!((&answer["status"], &answer["assignments"]), (&json!("suppressed"), &json!(0)), "{lead}");
    }
    assert_eq!(rita.me().await["counts"]["active"], 0);
    for other in [json!({ "contact_email": "ann.leee@example.com" }), json!({ "contact_phone": "650-253-0009" })] {
        assert_eq!(fate(&rita.source, other.clone()).await, "assigned", "{other}");
    }
    let test = json!({ "contact_email": "bob@example.com", "is_test": true });
    assert_eq!(fate(&rita.source, test).await, "test");
    let listed = app.operator().get("/api/v1/admin/leads?status=suppressed").await.expect(200).items();
    assert_eq!(listed.len(), 9);
    app.run_jobs().await;
    assert_eq!(told_to_stop(&app), [""; 0]);
}

#[tokio::test]
async fn the_list_says_nothing_of_who_is_on_it() {
    let app = TestApp::start().await;
    let email = json!({ "email": "canary@example.com", "reason": "called us" });
    let first = suppresses(&app, email.clone()).await.expect(201).json();
    assert_eq!(
        (&first["has_email"], &first["has_phone"], &first["reason"]),
        (&json!(true), &json!(false), &json!("called us"))
    );
    let again = suppresses(&app, json!({ "email": "CANARY@example.com" })).await.expect(201).json();
    assert_eq!(again["id"], first["id"], "the same is there once");
    // A list that has it hashed says the same.
    let hashed = suppresses(&app, json!({ "email_sha256": sha256("canary@example.com") })).await.expect(201).json();
    assert_eq!(hashed["id"], first["id"]);
    let both = suppresses(&app, json!({ "email": "canary@example.com", "phone": "650-253-0000" })).await.expect(201);
    assert_ne!(both.str("id"), first["id"]);
    let listed = app.operator().get(SUPPRESSIONS).await.expect(200);
    assert!(!listed.text.contains("canary") && !listed.text.contains("2530000"), "{listed:?}");
    let ids: Vec<Value> = listed.items().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [json!(both.str("id")), first["id"].clone()]);
    let one = format!("{SUPPRESSIONS}/{}", first["id"].as_str().expect("an id"));
    assert_eq!(app.operator().get(&one).await.expect(200).json(), first);
    app.operator().delete(&one).await.expect(204);
    app.operator().delete(&one).await.expect(404);
    app.operator().get(&one).await.expect(404);
    let rita = app.provider("rita").await;
    // The other entry names them still.
    assert_eq!(fate(&rita.source, json!({ "contact_email": "canary@example.com" })).await, "suppressed");
    app.operator().delete(format!("{SUPPRESSIONS}/{}", both.str("id"))).await.expect(204);
    assert_eq!(fate(&rita.source, json!({ "contact_email": "canary@example.com" })).await, "assigned");
}

#[tokio::test]
async fn what_names_nobody_is_refused() {
    let app = TestApp::start().await;
    for (body, field) in [
        (json!({}), "#/email"),
        (json!({ "reason": "x" }), "#/email"),
        (json!({ "email": "nobody" }), "#/email"),
        (json!({ "phone": "call my mom" }), "#/phone"),
        (json!({ "phone": "123" }), "#/phone"),
        (json!({ "email_sha256": "00" }), "#/email_sha256"),
        (json!({ "phone_sha256": "é".repeat(64) }), "#/phone_sha256"),
        (json!({ "email": "a@example.com", "name": "Ann" }), "#/name"),
        (json!({ "email": "a@example.com", "reason": "" }), "#/reason"),
    ] {
        assert_eq!(suppresses(&app, body.clone()).await.expect(422).wrong_fields(), [field], "{body}");
    }
    let rita = app.provider("rita").await;
    rita.post(SUPPRESSIONS, &json!({ "email": "a@example.com" })).await.expect(403);
    app.nobody().post(SUPPRESSIONS, &json!({ "email": "a@example.com" })).await.expect(401);
}

#[tokio::test]
async fn what_waits_is_reached_at_once() {
    let app = TestApp::start().await;
    let niche = app.niche("Nobody's").await;
    let source = app.source_of(&niche).await;
    let lead = json!({ "contact_email": "ann@example.com", "contact_phone": "650-253-0000" });
    let waits = source.sending(&lead).await.expect(201);
    assert_eq!(status(&waits), "unmatched");
    let held_niche = app.niche("Held").await;
    app.operator()
        .patch(format!("/api/v1/admin/niches/{held_niche}"), &json!({ "unreachable": "held" }))
        .await
        .expect(200);
    let holding = app.source_of(&held_niche).await;
    let held = holding.sending(&json!({ "contact_email": "eve@nowhere.invalid", "contact_phone": "1" })).await;
    assert_eq!(status(&held), "held");
    suppresses(&app, json!({ "phone": "+1 650 253 0000" })).await.expect(201);
    assert_eq!(stands(&app, &waits.str("lead_id")).await, "suppressed");
    let entries = app.audit_of(waits.str("lead_id").as_str()).await;
    assert!(entries.contains(&"lead.withdrawn".to_owned()), "{entries:?}");
    // By its hash alone: a job finds whose it is.
    suppresses(&app, json!({ "email_sha256": sha256("eve@nowhere.invalid") })).await.expect(201);
    let release = format!("/api/v1/admin/leads/{}/release", held.str("lead_id"));
    let released = app.operator().post_nothing(&release).await.expect(200).json();
    assert_eq!((&released["status"], &released["assignments"]), (&json!("suppressed"), &json!(0)));
    app.operator().post_nothing(&release).await.expect(409);
    app.run_jobs().await;
    // Somebody buys there now: too late.
    let rita = app.provider("rita").niche("Nobody's").await;
    app.run_jobs().await;
    assert_eq!(rita.me().await["counts"]["active"], 0);
    assert_eq!(shown(&app, &waits).await["assignments"], json!([]));
}

#[tokio::test]
async fn an_unmatched_lead_of_a_hashed_person_is_not_sold_either() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    let waits = source.sends(json!({ "contact_email": "ann@example.com" })).await.expect(201);
    suppresses(&app, json!({ "email_sha256": sha256("ann@example.com") })).await.expect(201);
    // Before the job that looks for it has run.
    let rita = app.provider("rita").niche("Roofing").await;
    app.run_jobs().await;
    assert_eq!(stands(&app, &waits.str("lead_id")).await, "suppressed");
    assert_eq!(rita.me().await["counts"]["active"], 0);
}

/// Two who share a lead, and the lead.
async fn sold_to_two(app: &TestApp) -> (Provider, Provider, String) {
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Roofing").await);
    let lead = json!({ "contact_email": "ann@example.com", "contact_phone": "650-253-0000" });
    let sent = rita.source.sending(&lead).await.expect(201).json();
    assert_eq!(sent["assignments"], 2);
    (rita, sam, sent["lead_id"].as_str().expect("an id").to_owned())
}

#[tokio::test]
async fn everybody_who_holds_a_lead_is_told_once() {
    let app = TestApp::start().await;
    let (rita, sam, lead) = sold_to_two(&app).await;
    sam.prefers(&json!({ "notify_on_lead_status_change": false })).await.expect(200);
    let mut events = rita.get("/api/v1/provider/events").watch().await;
    suppresses(&app, json!({ "email": "ann@example.com" })).await.expect(201);
    suppresses(&app, json!({ "phone": "650-253-0000" })).await.expect(201);
    let told = events.next_but("lead.assigned").await;
    assert_eq!((told.event.as_str(), &told.data["lead_id"]), ("lead.withdrawn", &json!(lead)));
    app.run_jobs().await;
    let mut both = [rita.email.clone(), sam.email.clone()];
    both.sort();
    assert_eq!(told_to_stop(&app), both, "whatever they prefer");
    assert_eq!(stands(&app, &lead).await, "assigned");
    let sent = rita.has(&lead).await;
    let entries = app.audit_of(sent.assignment.as_str()).await;
    assert_eq!(entries.iter().filter(|entry| *entry == "lead.withdrawn").count(), 1, "{entries:?}");
    // What the person sends again corrects nothing.
    let again = json!({ "contact_email": "ann@example.com", "contact_phone": "650-253-0007" });
    assert_eq!(fate(&rita.source, again).await, "suppressed");
    let detail = rita.opens(&lead).await.expect(200).json();
    assert_eq!(detail["corrections"], json!([]));
}

#[tokio::test]
async fn who_holds_a_lead_of_a_hashed_person_is_told() {
    let app = TestApp::start().await;
    let (rita, sam, lead) = sold_to_two(&app).await;
    suppresses(&app, json!({ "phone_sha256": sha256("16502530000") })).await.expect(201);
    app.run_jobs().await;
    let mut both = [rita.email.clone(), sam.email.clone()];
    both.sort();
    assert_eq!(told_to_stop(&app), both);
    assert_eq!(stands(&app, &lead).await, "assigned");
}

#[tokio::test]
async fn who_comes_back_is_a_new_lead() {
    let app = TestApp::start().await;
    let source = app.source_of(&app.niche("Roofing").await).await;
    // Nobody took the first, and the second took its place.
    let first = json!({ "contact_email": "ann@example.com", "contact_phone": "650-253-0000" });
    assert_eq!(fate(&source, first).await, "unmatched");
    let second = json!({ "contact_email": "ann@example.com", "contact_phone": "650-253-0001" });
    assert_eq!(fate(&source, second.clone()).await, "unmatched");
    let id = suppresses(&app, json!({ "email": "ann@example.com" })).await.expect(201).str("id");
    assert_eq!(fate(&source, second.clone()).await, "suppressed");
    app.operator().delete(format!("{SUPPRESSIONS}/{id}")).await.expect(204);
    let rita = app.provider("rita").niche("Roofing").await;
    app.run_jobs().await;
    assert_eq!(rita.me().await["counts"]["active"], 0, "what was withdrawn stays so");
    assert_eq!(fate(&source, second.clone()).await, "assigned");
    assert_eq!(fate(&source, second).await, "duplicate");
}

#[tokio::test]
async fn of_a_list_every_line_is_read() {
    let program = Program::on_a_migrated_database().await;
    let file = program.data().join("list.csv");
    let hash = sha256("eve@example.com");
    std::fs::write(&file, format!("Name,Email,Phone\nAnn,ann@example.com,\nBob,,650-253-0000\nNo,one,\nEve,{hash},\n"))
        .unwrap();
    let path = file.to_str().unwrap();
    let ran = program.run(&["suppress", path, "--reason", "March"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.stderr.contains("line 4: no e-mail address") && ran.stderr.contains("3 people"), "{ran:?}");
    let all: i64 = program.one("SELECT count(*) FROM suppressions WHERE reason = 'March'").await;
    assert_eq!(all, 3);
    std::fs::write(&file, "ann@example.com\n+1 650 253 0000\n").unwrap();
    assert_eq!(program.run(&["suppress", path]).code, Some(0));
    let all: i64 = program.one("SELECT count(*) FROM suppressions").await;
    assert_eq!(all, 3, "who was there is not there twice");
    program.run(&["verify"]).well();
    assert_eq!(program.run(&["suppress", "/nowhere/list"]).code, Some(1));
}
