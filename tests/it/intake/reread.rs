//! The payload of a lead is read again, as its source reads now.

use serde_json::{Value, json};

use crate::support::{Answer, Source, TestApp};

fn path(lead: &str) -> String {
    format!("/api/v1/admin/leads/{lead}/replay")
}

/// London's, in its own country's way: of nobody in the United States.
const LOCAL: &str = "020 7183 8750";

async fn is_of_britain(app: &TestApp, source: &Source) {
    let path = format!("/api/v1/admin/sources/{}", source.id);
    app.operator().patch(path, &json!({ "country": "GB" })).await.expect(200);
}

async fn replays(app: &TestApp, lead: &str) -> Answer {
    app.operator().post(path(lead), &json!({})).await
}

#[tokio::test]
async fn a_lead_that_was_never_sold_is_sold_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.source_of(&rita.niche).await;
    let sent = json!({ "contact_name": "Ann Lee", "contact_email": null, "contact_phone": LOCAL });
    let lead = source.sends(sent).await.expect(201);
    assert_eq!(lead.str("status"), "invalid");
    let lead = lead.str("lead_id");
    assert_eq!(replays(&app, &lead).await.expect(200).str("status"), "invalid");
    is_of_britain(&app, &source).await;
    let sold = replays(&app, &lead).await.expect(200).json();
    assert_eq!((&sold["status"], &sold["contact_phone"]), (&json!("assigned"), &json!("+442071838750")));
    let again = replays(&app, &lead).await.expect(200).json();
    assert_eq!((&again["status"], &again["assignments"]), (&sold["status"], &sold["assignments"]));
    assert_eq!(rita.me().await["counts"]["active"], 1);
    let charges = app.ledger_of(&rita.id).await.into_iter().filter(|(kind, ..)| kind == "charge").count();
    assert_eq!(charges, 1);
    let actions = app.audit_entries(&lead).await;
    assert_eq!(actions.iter().filter(|entry| entry["action"] == "lead.reread").count(), 3, "{actions:?}");
}

#[tokio::test]
async fn of_a_sold_lead_only_what_it_says_changes() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.source_of(&rita.niche).await;
    let sent = json!({ "contact_email": "ann@example.org", "contact_phone": LOCAL, "external_id": "x1" });
    let lead = source.sends(sent).await.expect(201).str("lead_id");
    let before = rita.opens(&lead).await.expect(200).json();
    assert_eq!(before["contact_phone"], LOCAL);
    is_of_britain(&app, &source).await;
    let reread = replays(&app, &lead).await.expect(200).json();
    assert_eq!((&reread["status"], &reread["external_id"]), (&json!("assigned"), &json!("x1")));
    assert_eq!(reread["assignments"].as_array().map(Vec::len), Some(1));
    assert_eq!(rita.opens(&lead).await.expect(200).json()["contact_phone"], "+442071838750");
    assert_eq!(rita.inbox("search=%2B442071838750").await.expect(200).json()["total_count"], 1);
    assert_eq!(app.ledger_of(&rita.id).await.iter().filter(|(kind, ..)| kind == "charge").count(), 1);
    // The same person is known by it from now on.
    let same = source.sends(json!({ "contact_email": null, "contact_phone": "+44 20 7183 8750" })).await.expect(201);
    assert_eq!(same.str("status"), "duplicate");
    assert_eq!(replays(&app, &same.str("lead_id")).await.expect(200).str("status"), "duplicate");
}

#[tokio::test]
async fn tests_stay_tests_and_what_is_not_there_is_not_read() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.source_of(&rita.niche).await;
    let test = source.sends(json!({ "is_test": true })).await.expect(201).str("lead_id");
    let reread: Value = replays(&app, &test).await.expect(200).json();
    assert_eq!((&reread["status"], &reread["assignments"]), (&json!("test"), &json!([])));
    let lead = source.sends(json!({ "contact_email": "ann@example.org" })).await.expect(201).str("lead_id");
    app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/erase")).await.expect(202);
    assert_eq!(replays(&app, &lead).await.expect(409).problem_code(), "lead_erased");
    let nothing = leadhouse::id::new_uuid(app.clock.now()).to_string();
    replays(&app, &nothing).await.expect(404);
    app.operator().post(path(&test), &json!({ "force": true })).await.expect(422);
}

#[tokio::test]
async fn each_lead_of_a_post_of_several_is_read_by_itself() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.new_source(&rita.niche, "adf", json!({})).await;
    let prospect = |email: &str| {
        format!(
            "<prospect><customer><contact><name part=\"full\">Ann Lee</name><email>{email}</email></contact></customer></prospect>"
        )
    };
    let two = format!(
        "<?xml version=\"1.0\"?><?adf version=\"1.0\"?><adf>{}{}</adf>",
        prospect("a@example.org"),
        prospect("b@example.org")
    );
    super::raw(&source, "application/x-adf+xml", two).await.expect(200);
    let leads = app.operator().get("/api/v1/admin/leads").await.expect(200).items();
    for lead in leads {
        let reread = replays(&app, lead["id"].as_str().expect("an id")).await.expect(200).json();
        assert_eq!((&reread["contact_email"], &reread["status"]), (&lead["contact_email"], &json!("assigned")));
    }
}

#[tokio::test]
async fn who_opted_out_is_not_sold_by_a_second_reading() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let source = app.source_of(&rita.niche).await;
    let sent = json!({ "contact_email": null, "contact_phone": LOCAL });
    let lead = source.sends(sent).await.expect(201).str("lead_id");
    let person = json!({ "phone": "+44 20 7183 8750" });
    app.operator().post("/api/v1/admin/suppressions", &person).await.expect(201);
    is_of_britain(&app, &source).await;
    let reread = replays(&app, &lead).await.expect(200).json();
    assert_eq!((&reread["status"], &reread["assignments"]), (&json!("suppressed"), &json!([])));
}
