//! The record of what was done: every action, once, found again by what it was about, and never changed.

use std::time::Duration;

use leadhouse::audit::{self, Action, Actor, Entity, Entry};
use leadhouse::id::{LeadId, SourceId};
use serde_json::{Value, json};

use crate::support::TestApp;

async fn entries(app: &TestApp, query: &[(&str, &str)]) -> Vec<Value> {
    app.operator().get("/api/v1/admin/audit?limit=100").query(query).await.expect(200).items()
}

fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["action"].as_str().expect("an action")).collect()
}

#[test]
fn the_plan_s_five_actions_have_their_words() {
    for (action, word) in [
        (Action::LeadViewed, "lead.viewed"),
        (Action::LeadAccepted, "lead.accepted"),
        (Action::LeadRejected, "lead.rejected"),
        (Action::LeadExportRequested, "lead.export_requested"),
        (Action::LeadExportRemade, "lead.export_remade"),
        (Action::LeadExportCompleted, "lead.export_completed"),
    ] {
        assert_eq!((action.as_str(), Action::from_text(word)), (word, Some(action)));
    }
}

#[tokio::test]
async fn a_lead_s_way_is_told_from_end_to_end() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    rita.opens(&sent).await.expect(200);
    rita.accepts(&sent).await.expect(200);
    rita.accepts(&sent).await.expect(409);
    rita.opens(&sent).await.expect(200);
    let entries = app.audit_entries(&sent).await;
    assert_eq!(actions(&entries), ["lead.assigned", "lead.viewed", "lead.accepted"]);
    for entry in &entries {
        let mut names: Vec<_> = entry.as_object().expect("an entry").keys().map(String::as_str).collect();
        names.sort_unstable();
        let expected = ["action", "actor_id", "actor_role", "created_at", "details", "entity", "entity_id", "id"];
        assert_eq!(names, expected);
        assert_eq!((&entry["entity"], &entry["entity_id"]), (&json!("lead_assignment"), &json!(sent.assignment)));
    }
    assert_eq!((&entries[0]["actor_role"], &entries[0]["actor_id"]), (&json!("source"), &json!(rita.source.id)));
    assert_eq!((&entries[2]["actor_role"], &entries[2]["actor_id"]), (&json!("provider"), &json!(rita.id)));
    assert_eq!(app.audit_of(&sent.lead).await, ["lead.received"]);
}

#[tokio::test]
async fn every_change_of_the_operator_s_is_recorded_and_nothing_that_was_refused() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let operator = app.operator();
    let subscription = rita.subscription.clone().expect("a subscription");
    let level = app.level("Shared", 3).await;
    for (path, body) in [
        (format!("providers/{}", rita.id), json!({ "name": "Rita & Sons" })),
        (format!("niches/{}", rita.niche), json!({ "active": false })),
        (format!("competition-levels/{level}"), json!({ "max_providers": 2 })),
        (format!("subscriptions/{subscription}"), json!({ "active": false })),
        (format!("sources/{}", rita.source.id), json!({ "name": "Another name" })),
    ] {
        let path = format!("/api/v1/admin/{path}");
        operator.patch(&path, &body).await.expect(200);
        // The same again changes nothing; what is wrong changes nothing.
        operator.patch(&path, &body).await.expect(200);
        operator.patch(&path, &json!({ "colour": "red" })).await.expect(422);
    }
    let all = entries(&app, &[("actor_id", &app.admin_id)]).await;
    assert!(all.iter().all(|entry| entry["actor_role"] == "admin"));
    let mut seen = actions(&all);
    seen.sort_unstable();
    let expected = [
        "competition_level.created",
        "competition_level.updated",
        "niche.created",
        "niche.updated",
        "provider.created",
        "provider.credited",
        "provider.updated",
        "source.created",
        "source.updated",
        "subscription.created",
        "subscription.updated",
        "token.created",
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_record_is_searched_by_every_member() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let first = rita.is_sent_a_lead().await;
    rita.opens(&first).await.expect(200);
    app.advance(Duration::from_hours(48));
    let second = rita.is_sent_a_lead().await;
    rita.opens(&second).await.expect(200);
    rita.accepts(&second).await.expect(200);
    let all = entries(&app, &[]).await;
    let times: Vec<_> = all.iter().map(|entry| entry["created_at"].as_str().expect("a time")).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older), "newest first");
    let accepted = &all[0];
    let at = accepted["created_at"].as_str().expect("a time");
    let day = at.get(..10).expect("a date");
    let member = |name: &str| accepted[name].as_str().expect("a text");
    for (name, value) in [
        ("entity", member("entity")),
        ("entity_id", member("entity_id")),
        ("actor_id", member("actor_id")),
        ("action", member("action")),
        ("date_from", at),
        ("date_to", at),
        ("date_from", day),
        ("date_to", day),
    ] {
        let fits = |entry: &&Value| match name {
            "date_from" => entry["created_at"].as_str() >= Some(value),
            "date_to" => entry["created_at"].as_str() <= Some(if value.len() == 10 { at } else { value }),
            _ => entry[name] == value,
        };
        let expected: Vec<_> = all.iter().filter(fits).cloned().collect();
        assert_eq!(entries(&app, &[(name, value)]).await, expected, "{name}={value}");
    }
    let both = [("actor_id", rita.id.as_str()), ("action", "lead.viewed"), ("date_from", day)];
    assert_eq!(actions(&entries(&app, &both).await), ["lead.viewed"]);
    let nothing = [("entity", "niche"), ("action", "lead.viewed")];
    assert_eq!(entries(&app, &nothing).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_cursor_walks_the_whole_record() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent_leads(3).await;
    let all = entries(&app, &[("entity", "lead")]).await;
    let mut walked = Vec::new();
    let mut cursor = None::<String>;
    loop {
        let call = app.operator().get("/api/v1/admin/audit?entity=lead&limit=1");
        let call = if let Some(cursor) = &cursor { call.query(&[("cursor", cursor)]) } else { call };
        let page = call.await.expect(200);
        walked.extend(page.items());
        let Some(next) = page.json()["next_cursor"].as_str().map(str::to_owned) else { break };
        // It leads on in this list alone.
        let elsewhere = app.operator().get("/api/v1/admin/audit?entity=niche").query(&[("cursor", &next)]);
        assert_eq!(elsewhere.await.expect(400).problem_code(), "invalid_cursor");
        cursor = Some(next);
    }
    assert_eq!(walked, all);
}

#[tokio::test]
async fn what_is_no_filter_is_refused() {
    let app = TestApp::start().await;
    for (query, wrong) in [
        ("entity=leads", "entity"),
        ("entity_id=1", "entity_id"),
        ("actor_id=", "actor_id"),
        ("action=lead.stolen", "action"),
        ("action=LEAD.VIEWED", "action"),
        ("date_from=yesterday", "date_from"),
        ("date_from=2026-01-02&date_to=2026-01-01", "date_to"),
        ("limit=101", "limit"),
        ("page=1", "page"),
    ] {
        let refused = app.operator().get(format!("/api/v1/admin/audit?{query}")).await.expect(400);
        assert_eq!(refused.wrong_fields(), [wrong], "{query}");
    }
}

#[tokio::test]
async fn many_entries_are_written_in_their_order() {
    let app = TestApp::start().await;
    app.leaves_a_mess("entries of leads that are not there").await;
    let now = app.clock.now();
    let leads: Vec<LeadId> = (0..20).map(|_| LeadId::new(now)).collect();
    let source = SourceId::new(now);
    let entry = |lead: &LeadId| Entry {
        actor: Actor::Source(source),
        action: Action::LeadReceived,
        entity: Entity::Lead(*lead),
        details: Some(json!({ "name": "Zoë \u{1f600} \"quoted\"" })),
    };
    let written: Vec<Entry> = leads.iter().map(entry).collect();
    app.write(move |tx| audit::record_all(tx, &[])).await.expect("nothing is written");
    app.write(move |tx| audit::record_all(tx, &written)).await.expect("all are written");
    let mut found = entries(&app, &[("actor_id", &source.to_string())]).await;
    found.reverse();
    let ids: Vec<_> = found.iter().map(|entry| entry["entity_id"].as_str().expect("an id").to_owned()).collect();
    assert_eq!(ids, leads.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(found[0]["details"], json!({ "name": "Zoë \u{1f600} \"quoted\"" }));
}

#[tokio::test]
async fn a_unit_that_fails_leaves_no_entry() {
    let app = TestApp::start().await;
    let lead = LeadId::new(app.clock.now());
    let unit = move |tx: &mut leadhouse::db::Tx| -> leadhouse::error::Result<()> {
        audit::record(tx, Actor::System, Action::LeadReceived, Entity::Lead(lead), None)?;
        Err(leadhouse::error::Error::NotFound("lead"))
    };
    app.write(unit).await.expect_err("the unit fails");
    assert_eq!(app.audit_of(&lead.to_string()).await, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_changes_the_record() {
    let app = TestApp::start().await;
    app.provider("rita").await;
    for sql in ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"] {
        app.write(move |tx| tx.execute(sql, &[])).await.expect_err(sql);
    }
    assert!(!entries(&app, &[]).await.is_empty());
}
