//! What a niche asks: checked at intake, in its order and under its labels wherever leads are shown, and what is internal
//! shown to no provider.

use std::time::Duration;

use axum::http::Method;
use leadhouse::db::{Json, Tx};
use leadhouse::id::{LeadId, parse_uuid};
use serde_json::{Value, json};

use super::origin::all_that_a_provider_sees;
use super::shown;
use crate::support::{Answer, TestApp};

/// What roofers ask.
fn roofing() -> Value {
    json!([
        { "name": "roof_type", "label": "What is it made of?", "type": "choice", "choices": ["Slate", "Clay tile"] },
        { "name": "sq_ft", "label": "Square feet", "type": "integer", "min": 1, "max": 100_000 },
        { "name": "urgent", "type": "boolean", "required": true },
        { "name": "lead_score", "label": "Score of the vendor", "type": "number", "internal": true },
        { "name": "start", "label": "Earliest start", "type": "date", "min": "2026-01-01" },
        { "name": "vendor_note", "type": "text", "internal": true },
    ])
}

async fn asks(app: &TestApp, niche: &str, fields: &Value) -> Answer {
    app.operator().patch(format!("/api/v1/admin/niches/{niche}"), &json!({ "fields": fields })).await
}

fn pointers(answer: &Answer) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let errors = answer.problem()["errors"].as_array().expect("errors").clone();
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

#[tokio::test]
async fn fields_are_kept_as_they_are_written() {
    let app = TestApp::start().await;
    let body = json!({ "name": "Roofing", "fields": roofing(), "show_consent": true });
    let made = app.operator().post("/api/v1/admin/niches", &body).await.expect(201).json();
    assert_eq!(made["show_consent"], true);
    let first = json!({
        "name": "roof_type", "label": "What is it made of?", "type": "choice", "required": false,
        "choices": ["Slate", "Clay tile"], "min": null, "max": null, "internal": false,
    });
    assert_eq!(made["fields"][0], first);
    assert_eq!((&made["fields"][2]["label"], &made["fields"][2]["required"]), (&json!("urgent"), &json!(true)));
    assert_eq!((&made["fields"][4]["min"], &made["fields"][1]["max"]), (&json!("2026-01-01"), &json!(100_000)));
    let path = format!("/api/v1/admin/niches/{}", made["id"].as_str().expect("an id"));
    assert_eq!(app.operator().get(&path).await.expect(200).json(), made);
    // What is shown is taken as it is; nothing changes by that.
    let same = app.operator().patch(&path, &json!({ "fields": made["fields"] })).await.expect(200).json();
    assert_eq!(same, made);
    let less = app.operator().patch(&path, &json!({ "fields": [], "show_consent": false })).await.expect(200).json();
    assert_eq!((&less["fields"], &less["show_consent"]), (&json!([]), &json!(false)));
    let entries = app.operator().get("/api/v1/admin/audit?action=niche.updated").await.expect(200).items();
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!(entries[0]["details"]["fields"]["to"], json!([]));
    assert_eq!(entries[0]["details"]["fields"]["from"], made["fields"]);
}

#[tokio::test]
async fn what_is_wrong_with_fields_is_said_at_its_place() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let many: Vec<Value> = (0..101).map(|n| json!({ "name": format!("f{n}"), "type": "text" })).collect();
    for (fields, wrong) in [
        (json!({}), vec![("#/fields", "wrong_type")]),
        (json!([1]), vec![("#/fields", "wrong_type")]),
        (json!(many), vec![("#/fields", "too_long")]),
        (json!([{}]), vec![("#/fields/0/name", "required"), ("#/fields/0/type", "required")]),
        (json!([{ "name": "a", "type": "colour" }]), vec![("#/fields/0/type", "invalid_choice")]),
        (json!([{ "name": "a", "type": "text", "colour": 1 }]), vec![("#/fields/0/colour", "unknown_field")]),
        (json!([{ "name": "roof type", "type": "text" }]), vec![("#/fields/0/name", "wrong_format")]),
        (json!([{ "name": "contact_email", "type": "email" }]), vec![("#/fields/0/name", "reserved")]),
        (json!([{ "name": "utm_term", "type": "text" }]), vec![("#/fields/0/name", "reserved")]),
        (
            json!([{ "name": "a_b", "type": "text" }, { "name": "aB", "type": "text" }]),
            vec![("#/fields/1/name", "duplicate")],
        ),
        (json!([{ "name": "a", "type": "choice" }]), vec![("#/fields/0/choices", "required")]),
        (json!([{ "name": "a", "type": "choice", "choices": [] }]), vec![("#/fields/0/choices", "required")]),
        (json!([{ "name": "a", "type": "text", "choices": ["b"] }]), vec![("#/fields/0/choices", "not_for_type")]),
        (json!([{ "name": "a", "type": "boolean", "min": 1 }]), vec![("#/fields/0/min", "not_for_type")]),
        (json!([{ "name": "a", "type": "number", "min": "1" }]), vec![("#/fields/0/min", "wrong_type")]),
        (json!([{ "name": "a", "type": "number", "min": 2, "max": 1.5 }]), vec![("#/fields/0/max", "out_of_range")]),
        (json!([{ "name": "a", "type": "date", "max": "soon" }]), vec![("#/fields/0/max", "invalid_date")]),
        (json!([{ "name": "a", "type": "text", "label": "" }]), vec![("#/fields/0/label", "too_short")]),
        (json!([{ "name": "a", "type": "text", "required": "yes" }]), vec![("#/fields/0/required", "wrong_type")]),
    ] {
        let found = pointers(&asks(&app, &niche, &fields).await.expect(422));
        let found: Vec<_> = found.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect();
        assert_eq!(found, wrong, "{fields}");
        app.operator().post("/api/v1/admin/niches", &json!({ "name": "Other", "fields": fields })).await.expect(422);
    }
    let choice = |n: usize| json!({ "name": format!("c{n}"), "type": "choice", "choices": choices(200) });
    let large: Vec<Value> = (0..10).map(choice).collect();
    assert_eq!(
        pointers(&asks(&app, &niche, &json!(large)).await.expect(422)),
        [("#/fields".into(), "too_large".into())]
    );
}

fn choices(n: usize) -> Vec<String> {
    (0..n).map(|n| format!("{n:0>100}")).collect()
}

#[tokio::test]
async fn answers_are_kept_as_they_are_meant() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent =
        json!({ "other": 1, "Square Feet": "1,500", "URGENT": "yes", "Roof-Type": "clay tile", "start": "2026/03/04" });
    // This node knows the source when the niche comes to ask.
    rita.source.sends(json!({ "form_data": sent })).await.expect(201);
    asks(&app, &rita.niche, &roofing()).await.expect(200);
    let answer = rita.source.sends(json!({ "form_data": sent })).await.expect(201);
    let text = app.operator().get(format!("/api/v1/admin/leads/{}", answer.str("lead_id"))).await.expect(200).text;
    let kept = r#""form_data":{"roof_type":"Clay tile","sq_ft":1500,"urgent":true,"start":"2026-03-04","other":1}"#;
    assert!(text.contains(kept), "{text}");
    let lead = shown(&app, &answer).await;
    assert_eq!((&lead["flags"], &lead["field_errors"]), (&json!([]), &json!([])));
    let wrong = json!({ "roof_type": "Straw", "sq_ft": 0, "other": "x" });
    let answer = rita.source.sends(json!({ "form_data": wrong })).await.expect(201);
    assert_eq!(answer.str("status"), "assigned");
    let lead = shown(&app, &answer).await;
    assert_eq!(lead["form_data"], wrong);
    assert_eq!(lead["flags"], json!(["field_invalid", "field_missing"]));
    let told: Vec<_> =
        lead["field_errors"].as_array().expect("a list").iter().map(|one| one["pointer"].clone()).collect();
    assert_eq!(told, ["#/form_data/roof_type", "#/form_data/sq_ft", "#/form_data/urgent"]);
    let mut office = app.enters("operator@example.com").await;
    let page = office.opens(format!("/admin/leads/{}", answer.str("lead_id"))).await.expect(200);
    assert!(page.text.contains("What is it made of?") && page.text.contains("Straw"), "{page:?}");
}

#[tokio::test]
async fn every_format_is_asked_the_same() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    asks(&app, &rita.niche, &roofing()).await.expect(200);
    let newest = async || {
        let items = app.operator().get("/api/v1/admin/leads?limit=1").await.expect(200).items();
        let path = format!("/api/v1/admin/leads/{}", items[0]["id"].as_str().expect("an id"));
        app.operator().get(path).await.expect(200).json()
    };
    rita.source.posts_form("contact_email=a@example.org&roof_type=slate&urgent=on&sq_ft=1+500").await.expect(201);
    let meant = json!({ "roof_type": "Slate", "sq_ft": 1500, "urgent": true });
    assert_eq!(newest().await["form_data"], meant);
    let google = app.new_source(&rita.niche, "google_ads", json!({})).await;
    let columns = [("What is it made of?", "slate"), ("urgent", "Yes"), ("sq_ft", "1500")];
    google.sending(&google.google_delivery(&columns)).await.expect(200);
    let form = newest().await["form_data"].clone();
    assert!(["roof_type", "sq_ft", "urgent"].iter().all(|name| form[name] == meant[name]), "{form}");
    // A test lead is read like any other.
    rita.source.sends(json!({ "is_test": true, "form_data": { "urgent": "perhaps" } })).await.expect(201);
    assert_eq!(newest().await["flags"], json!(["field_invalid"]));
}

#[tokio::test]
async fn a_strict_source_has_what_breaks_it_refused() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    asks(&app, &rita.niche, &roofing()).await.expect(200);
    let source = app.new_source(&rita.niche, "json", json!({ "strict": true })).await;
    let lead = source.lead(json!({ "form_data": { "roof_type": "Straw", "sq_ft": "many", "start": "2025-12-31" } }));
    let wrong = [
        ("#/form_data/roof_type", "invalid_choice"),
        ("#/form_data/sq_ft", "wrong_type"),
        ("#/form_data/urgent", "required"),
        ("#/form_data/start", "out_of_range"),
    ];
    let wrong: Vec<_> = wrong.iter().map(|(place, code)| ((*place).to_owned(), (*code).to_owned())).collect();
    let refused = source.sending(&lead).await.expect(422);
    assert_eq!(pointers(&refused), wrong);
    let preview = source.previews(&lead).await.expect(200).json();
    assert_eq!(preview["errors"].as_array().expect("errors").len(), 4, "{preview}");
    assert_eq!((&preview["status"], &preview["errors"][0]["pointer"]), (&json!(null), &json!("#/form_data/roof_type")));
    // It is kept; once the niche asks less it is read again.
    let path = format!("/api/v1/admin/sources/{}/payloads", source.id);
    let kept = app.operator().get(&path).await.expect(200).json()["items"][0].clone();
    assert_eq!(kept["errors"][1]["pointer"], "#/form_data/sq_ft");
    let replay = format!("{path}/{}/replay", kept["id"].as_str().expect("an id"));
    assert_eq!(pointers(&app.operator().post_nothing(&replay).await.expect(422)), wrong);
    asks(&app, &rita.niche, &json!([])).await.expect(200);
    app.operator().post_nothing(&replay).await.expect(200);
    asks(&app, &rita.niche, &roofing()).await.expect(200);
    let right =
        source.sends(json!({ "form_data": { "roof_type": "slate", "urgent": 0, "start": "" } })).await.expect(201);
    assert_eq!(shown(&app, &right).await["form_data"], json!({ "roof_type": "Slate", "urgent": false, "start": "" }));
    // Without any answer too.
    let none = source.lead(json!({ "form_data": null }));
    assert_eq!(pointers(&source.sending(&none).await.expect(422)), [("#/form_data/urgent".into(), "required".into())]);
    // The contact's own name is not among the answers.
    asks(&app, &rita.niche, &json!([{ "name": "email", "type": "email", "required": true }])).await.expect(200);
    let own = json!({ "email": "ann@example.org", "contact_email": null, "contact_phone": null, "form_data": null });
    source.sends(own).await.expect(201);
}

#[tokio::test]
async fn hostile_answers_are_no_more_than_wrong() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    asks(&app, &rita.niche, &roofing()).await.expect(200);
    let deep = format!("{}1{}", "[".repeat(90), "]".repeat(90));
    for value in [
        "1e999".to_owned(),
        "-0".to_owned(),
        "9".repeat(400),
        format!("\"{}\"", "9".repeat(5_000)),
        "\"\\ud800\"".to_owned(),
        deep,
        r#"{"sq_ft":{"sq_ft":1}}"#.to_owned(),
        "[[[]],[{}]]".to_owned(),
        format!("[{}1]", "1,".repeat(4_000)),
        "\"\u{202e}1\"".to_owned(),
    ] {
        for name in ["roof_type", "sq_ft", "urgent", "lead_score", "start", "vendor_note"] {
            let body =
                format!(r#"{{"contact_email":"a@example.org","is_test":true,"form_data":{{"{name}":{value}}}}}"#);
            let call = rita.source.client.call(Method::POST, rita.source.path());
            let answer = call.header("content-type", "application/json").body(body).await.expect(201);
            shown(&app, &answer).await;
        }
    }
}

/// A value that is found wherever it comes out.
const MARK: &str = "mark-of-the-vendor";

#[tokio::test]
async fn what_is_internal_reaches_no_provider() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(10_000.0).await;
    let events = rita.get("/api/v1/provider/events").watch().await;
    let number = 424_242.5;
    let form = |key: &str| json!({ key: MARK, "lead_score": number, "urgent": true, "roof_type": "Slate" });
    let mut leads = Vec::new();
    // Before the niche says that it is internal.
    leads.push(rita.source.sends(json!({ "form_data": form("vendor_note") })).await.expect(201).str("lead_id"));
    leads.push(rita.source.sends(json!({ "form_data": form("Vendor Note") })).await.expect(201).str("lead_id"));
    asks(&app, &rita.niche, &roofing()).await.expect(200);
    leads.push(rita.source.sends(json!({ "form_data": form("vendorNote") })).await.expect(201).str("lead_id"));
    let nested =
        json!({ "urgent": true, "of_vendor": [form("vendor_note"), { "name": "Vendor note", "value": MARK }] });
    leads.push(rita.source.sends(json!({ "form_data": nested })).await.expect(201).str("lead_id"));
    let many: Vec<String> = (0..300).map(|n| format!("\"k{n}\":{n}")).collect();
    let many = many.join(",");
    let person = rita.source.lead(json!({}));
    let body = format!(
        r#"{{"contact_email":{},"form_data":{{{many},"vendor_note":"{MARK}","vendor_note":"{MARK} again","urgent":1}}}}"#,
        person["contact_email"]
    );
    let call = rita.source.client.call(Method::POST, rita.source.path());
    leads.push(call.header("content-type", "application/json").body(body).await.expect(201).str("lead_id"));
    // What only the vendor has to say corrects nothing; what the person has is told.
    let twice = rita.source.lead(json!({ "form_data": form("vendor_note") }));
    leads.push(rita.source.sending(&twice).await.expect(201).str("lead_id"));
    for (answer, corrections) in [(json!("another"), 0), (json!(MARK), 1)] {
        let mut again = twice.clone();
        again["form_data"]["vendor_note"] = json!(format!("{MARK}, {answer}"));
        again["form_data"]["lead_score"] = json!(number + 1.0);
        if corrections == 1 {
            again["form_data"]["roof_type"] = json!("Clay tile");
        }
        assert_eq!(rita.source.sending(&again).await.expect(201).str("status"), "duplicate");
        let detail = rita.opens(&leads[5]).await.expect(200).json();
        assert_eq!(detail["corrections"].as_array().expect("a list").len(), corrections, "{detail}");
    }
    app.advance(Duration::from_secs(5));
    app.run_jobs().await;
    for (place, text) in all_that_a_provider_sees(&app, &rita, events, &leads).await {
        for secret in [MARK, "424242", "424243", "lead_score", "vendor_note", "Vendor", "Score of the vendor"] {
            assert!(!text.contains(secret), "{place}: {secret} in {text}");
        }
    }
    assert_eq!(rita.inbox(&format!("search={MARK}")).await.expect(200).json()["total_count"], 0);
    for lead in &leads {
        let text = app.operator().get(format!("/api/v1/admin/leads/{lead}")).await.expect(200).text;
        assert!(text.contains(MARK), "{text}");
    }
}

#[tokio::test]
async fn the_niches_order_and_labels_are_everywhere() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(10_000.0).await;
    // One that is older than what the niche asks.
    let old = json!({ "Urgent": "no", "zip_note": "back door", "sq_ft": 900, "roof_type": "Slate" });
    let old = rita.source.sends(json!({ "form_data": old })).await.expect(201).str("lead_id");
    asks(&app, &rita.niche, &roofing()).await.expect(200);
    let new = json!({ "urgent": "yes", "sq_ft": "2 000", "roof_type": "clay tile", "extra": "skylight" });
    let new = rita.source.sends(json!({ "form_data": new })).await.expect(201).str("lead_id");
    app.advance(Duration::from_secs(5));
    app.run_jobs().await;
    for (lead, form) in [
        (&old, r#""form_data":{"roof_type":"Slate","sq_ft":900,"urgent":"no","zip_note":"back door"}"#),
        (&new, r#""form_data":{"roof_type":"Clay tile","sq_ft":2000,"urgent":true,"extra":"skylight"}"#),
    ] {
        let text = rita.opens(lead).await.expect(200).text;
        assert!(text.contains(form), "{text}");
    }
    let mut browser = app.browses_as(&rita).await;
    let page = browser.opens(format!("/leads/{new}")).await.expect(200).text;
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} in {page}"));
    assert!(place("<dt dir=\"auto\">What is it made of?</dt>") < place("<dt dir=\"auto\">Square feet</dt>"));
    assert!(place("<dt dir=\"auto\">Square feet</dt>") < place("<dt dir=\"auto\">Extra</dt>"));
    let inbox = browser.opens("/leads").await.expect(200).text;
    for need in ["What is it made of? Clay tile · Square feet: 2000", "What is it made of? Slate · Square feet: 900"]
    {
        assert!(inbox.contains(need), "{need}: {inbox}");
    }
    for found in ["clay tile", "square feet: 900"] {
        let query = format!("search={}", found.replace(' ', "%20"));
        assert_eq!(rita.inbox(&query).await.expect(200).json()["total_count"], 1, "{found}");
    }
    let mail = app.mails().into_iter().find(|mail| format!("{mail:?}").contains("Clay tile")).expect("a mail");
    assert!(format!("{mail:?}").contains("What is it made of? Clay tile"), "{mail:?}");
    let id = rita.post("/api/v1/provider/leads/export", &json!({ "format": "csv" })).await.expect(202).str("export_id");
    app.run_jobs().await;
    let file = rita.get(format!("/api/v1/provider/exports/{id}/download")).await.expect(200).text;
    let header = file.lines().next().expect("a header").to_owned();
    assert!(header.ends_with("What is it made of?,Square feet,urgent,Earliest start,extra,zip_note"), "{header}");
    let first = file.lines().nth(1).expect("a row");
    assert!(first.ends_with("Clay tile,2000,true,,skylight,"), "{first}");
}

#[tokio::test]
async fn a_lead_of_another_day_is_shown_as_the_niche_is_now() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent(json!({ "form_data": { "project": "New roof", "note": MARK } })).await;
    let field = |internal: bool| json!([{ "name": "note", "type": "text", "internal": internal }]);
    for (internal, hits) in [(true, 0), (false, 1), (true, 0)] {
        asks(&app, &rita.niche, &field(internal)).await.expect(200);
        let text = rita.opens(&lead).await.expect(200).text;
        assert_eq!(text.contains(MARK), !internal, "{text}");
        app.advance(Duration::from_secs(5));
        app.run_jobs().await;
        let found = rita.inbox(&format!("search={MARK}")).await.expect(200).json();
        assert_eq!(found["total_count"], hits, "{internal}");
    }
}

/// It could be anything.
#[tokio::test]
async fn answers_that_cannot_be_read_are_not_shown_where_anything_is_internal() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent(json!({ "form_data": {} })).await;
    asks(&app, &rita.niche, &roofing()).await.expect(200);
    let id = LeadId(parse_uuid(&lead.lead).expect("an id"));
    let torn = Json(json!(MARK).to_string());
    let unit =
        move |tx: &mut Tx| tx.execute("UPDATE leads SET form_data = $2 WHERE id = $1", leadhouse::params![id, torn]);
    app.write(unit).await.expect("it is torn");
    let text = rita.opens(&lead).await.expect(200).text;
    assert!(!text.contains(MARK), "{text}");
}
