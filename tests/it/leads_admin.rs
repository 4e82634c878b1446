//! The back office: sources and leads.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::TestApp;

pub const LEADS: &str = "/api/v1/admin/leads";
const SOURCES: &str = "/api/v1/admin/sources";

pub async fn shown(app: &TestApp, lead: &str) -> Value {
    app.operator().get(format!("{LEADS}/{lead}")).await.expect(200).json()
}

async fn ids(app: &TestApp, query: &str) -> Vec<String> {
    let items = app.operator().get(format!("{LEADS}?{query}")).await.expect(200).items();
    items.iter().map(|lead| lead["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn a_source_is_made_with_all_its_sender_needs() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let made =
        app.operator().post(SOURCES, &json!({ "name": "Site", "niche_id": niche, "format": "json" })).await.expect(201);
    let source = made.json();
    let (id, key) = (made.str("id"), made.str("key"));
    assert_eq!(source["url"], format!("http://localhost:8080/api/v1/intake/{key}"));
    assert_eq!(key.len(), 43, "256 bits");
    assert!(leadhouse::id::parse_uuid(&key).is_none());
    assert_eq!(source["secret"], Value::Null);
    assert_eq!(
        (&source["look_back_days"], &source["country"], &source["active"]),
        (&json!(30), &json!("US"), &json!(true))
    );
    assert_eq!(app.operator().get(format!("{SOURCES}/{id}")).await.expect(200).json(), source);
    assert_eq!(app.operator().get(SOURCES).await.expect(200).items(), [source]);
    assert_eq!(app.audit_of(&id).await, ["source.created"]);
    let google = json!({ "name": "Ads", "niche_id": niche, "format": "google_ads" });
    let made = app.operator().post(SOURCES, &google).await.expect(201);
    assert_eq!(made.str("secret").len(), 43);
    let mut given = google.clone();
    given["secret"] = json!("our own google key");
    given["look_back_days"] = json!(0);
    given["country"] = json!("DE");
    let made = app.operator().post(SOURCES, &given).await.expect(201);
    assert_eq!((made.str("secret"), made.str("country")), ("our own google key".to_owned(), "DE".to_owned()));
    assert_eq!(made.json()["look_back_days"], 0);
}

#[tokio::test]
async fn a_source_that_cannot_work_is_refused() {
    let app = TestApp::start().await;
    let niche = app.niche("Roofing").await;
    let with = |name: &str, value: Value| {
        let mut body = json!({ "name": "Site", "niche_id": niche, "format": "json" });
        body[name] = value;
        body
    };
    for (name, value) in [
        ("name", json!("")),
        ("name", json!("x".repeat(201))),
        ("name", json!("a\nb")),
        ("niche_id", json!("nonsense")),
        ("niche_id", json!(leadhouse::id::new_uuid(app.clock.now()).to_string())),
        ("format", json!("facebook")),
        ("format", json!("xml")),
        ("format", json!("JSON")),
        ("format", Value::Null),
        ("look_back_days", json!(-1)),
        ("look_back_days", json!(3651)),
        ("look_back_days", json!(1.5)),
        ("country", json!("USA")),
        ("country", json!("us")),
        ("country", json!("XX")),
        ("secret", json!("a secret that json has no use for")),
        ("key", json!("chosen")),
        ("access_token", json!("")),
        ("redirect_hosts", json!("www.example.com")),
        ("cors_origins", json!({})),
        ("honeypot", json!("")),
        ("answer", json!("loud")),
        ("strict", json!("yes")),
    ] {
        let refused = app.operator().post(SOURCES, &with(name, value.clone())).await.expect(422);
        assert_eq!(refused.wrong_fields(), [format!("#/{name}")], "{name}: {value}");
    }
    assert!(app.operator().get(SOURCES).await.expect(200).items().is_empty());
}

#[tokio::test]
async fn a_source_changes_at_once() {
    let app = TestApp::start().await;
    let (roofing, solar) = (app.niche("Roofing").await, app.niche("Solar").await);
    let source = app.new_source(&roofing, "google_ads", json!({})).await;
    let path = format!("{SOURCES}/{}", source.id);
    source.sending(&source.google_delivery(&[])).await.expect(200);
    let change = json!({ "name": "Other", "niche_id": solar, "look_back_days": 1, "country": "FR",
        "secret": "another key", "redirect_hosts": ["www.example.com"], "cors_origins": ["https://www.example.com", "*"],
        "honeypot": "website", "answer": "outcome", "strict": true });
    let changed = app.operator().patch(&path, &change).await.expect(200).json();
    for (name, value) in change.as_object().expect("an object") {
        assert_eq!(&changed[name], value);
    }
    assert_eq!(changed["key"], source.key);
    source.sending(&source.google_delivery(&[])).await.expect(403);
    app.operator().patch(&path, &json!({ "active": false })).await.expect(200);
    source.sending(&source.google_delivery(&[])).await.expect(404);
    app.operator().patch(&path, &json!({})).await.expect(200);
    let sites =
        json!({ "redirect_hosts": ["a.example", "https://a.example"], "cors_origins": ["a.example", "ftp://b"] });
    let refused = app.operator().patch(&path, &sites).await.expect(422);
    assert_eq!(refused.wrong_fields(), ["#/redirect_hosts/1", "#/cors_origins/0", "#/cors_origins/1"]);
    let less = app.operator().patch(&path, &json!({ "honeypot": null, "redirect_hosts": [] })).await.expect(200).json();
    assert!(less["honeypot"].is_null() && less["redirect_hosts"] == json!([]), "{less}");
    for wrong in
        [json!({ "format": "json" }), json!({ "key": "x" }), json!({ "name": null }), json!({ "active": "no" })]
    {
        app.operator().patch(&path, &wrong).await.expect(422);
    }
    let actions = ["source.created", "source.updated", "source.updated", "source.updated"];
    assert_eq!(app.audit_of(&source.id).await, actions);
    let entries = format!("{:?}", app.audit_entries(&source.id).await);
    assert!(!entries.contains("another key"), "{entries}");
    let unknown = leadhouse::id::new_uuid(app.clock.now());
    app.operator().patch(format!("{SOURCES}/{unknown}"), &json!({})).await.expect(404);
    app.operator().get(format!("{SOURCES}/{unknown}")).await.expect(404);
}

#[tokio::test]
async fn sources_and_leads_are_the_operators() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    for path in
        [SOURCES.to_owned(), LEADS.to_owned(), format!("{SOURCES}/{}", rita.source.id), format!("{LEADS}/{lead}")]
    {
        rita.get(&path).await.expect(403).problem();
        app.nobody().get(&path).await.expect(401).problem();
    }
    rita.post_nothing(format!("{LEADS}/{lead}/erase")).await.expect(403);
    app.nobody().post_nothing(format!("{LEADS}/{lead}/erase")).await.expect(401);
    rita.post(SOURCES, &json!({})).await.expect(403);
    rita.opens(&lead).await.expect(200);
}

#[tokio::test]
async fn leads_are_listed_newest_first_and_filtered() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let nobody = app.source_of(&app.niche("Nobody's").await).await;
    let assigned = rita.source.sends(json!({})).await.expect(201).str("lead_id");
    let test = rita.source.sends(json!({ "is_test": true })).await.expect(201).str("lead_id");
    let same = nobody.lead(json!({ "contact_email": "a@example.com" }));
    let unmatched = nobody.sending(&same).await.expect(201).str("lead_id");
    app.advance(Duration::from_hours(48));
    let later = nobody.sends(json!({})).await.expect(201).str("lead_id");
    let duplicate = nobody.sending(&same).await.expect(201).str("lead_id");
    let all = [&duplicate, &later, &unmatched, &test, &assigned].map(String::clone);
    assert_eq!(ids(&app, "limit=50").await, all);
    assert_eq!(ids(&app, "status=assigned").await, std::slice::from_ref(&assigned));
    assert_eq!(ids(&app, "status=test").await, std::slice::from_ref(&test));
    assert_eq!(ids(&app, "status=duplicate").await, std::slice::from_ref(&duplicate));
    assert_eq!(ids(&app, "status=unmatched").await, [later.clone(), unmatched.clone()]);
    assert_eq!(ids(&app, &format!("source_id={}", rita.source.id)).await, [test.clone(), assigned.clone()]);
    assert_eq!(ids(&app, &format!("niche_id={}&status=unmatched", rita.niche)).await, [""; 0]);
    let day = |days: u64| {
        let time = app.clock.now().minus(Duration::from_hours(24 * days)).to_string();
        time.split('T').next().expect("a date").to_owned()
    };
    assert_eq!(ids(&app, &format!("date_from={}", day(0))).await, [duplicate.clone(), later.clone()]);
    assert_eq!(ids(&app, &format!("date_to={}", day(1))).await, [unmatched, test, assigned]);
    let first = app.operator().get(format!("{LEADS}?limit=2")).await.expect(200);
    let cursor = first.str("next_cursor");
    assert_eq!(ids(&app, &format!("limit=2&cursor={cursor}")).await, all[2..4]);
    let last = app.operator().get(format!("{LEADS}?limit=100")).await.expect(200).json();
    assert_eq!(last["next_cursor"], Value::Null);
    assert_eq!(last["items"][4]["assignment_count"], 1);
    for query in [
        format!("limit=2&status=test&cursor={cursor}"),
        "status=active".to_owned(),
        "status=ASSIGNED".to_owned(),
        "limit=0".to_owned(),
        "limit=101".to_owned(),
        "cursor=x".to_owned(),
        "unknown=1".to_owned(),
        "status=test&status=test".to_owned(),
        "niche_id=".to_owned(),
        "date_from=2026-02-30".to_owned(),
        "date_from=2026-02-02&date_to=2026-02-01".to_owned(),
    ] {
        app.operator().get(format!("{LEADS}?{query}")).await.expect(400).problem();
    }
}

#[tokio::test]
async fn a_lead_shows_who_got_it_and_what_they_did() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.5).await;
    let sent = rita.is_sent_a_lead().await;
    rita.opens(&sent).await.expect(200);
    rita.rejects(&sent, "the number is not in service").await.expect(200);
    let lead = shown(&app, &sent.lead).await;
    assert_eq!((&lead["currency"], &lead["status"]), (&json!("USD"), &json!("assigned")));
    let one = &lead["assignments"][0];
    for (name, value) in [
        ("assignment_id", json!(sent.assignment)),
        ("provider_id", json!(rita.id)),
        ("provider_name", json!("rita")),
        ("subscription_id", json!(rita.subscription)),
        ("level", json!("Shared")),
        ("status", json!("rejected")),
        ("price_charged", json!(25.5)),
        ("rejection_reason", json!("the number is not in service")),
        ("rejection_code", json!("other")),
        ("accepted_at", Value::Null),
    ] {
        assert_eq!(one[name], value, "{name}");
    }
    assert!(one["viewed_at"].is_string() && one["rejected_at"].is_string() && one["assigned_at"].is_string());
    let unknown = leadhouse::id::new_uuid(app.clock.now());
    app.operator().get(format!("{LEADS}/{unknown}")).await.expect(404);
    app.operator().get(format!("{LEADS}/{}", unknown.to_string().to_uppercase())).await.expect(400);
}

#[tokio::test]
async fn leads_are_found_by_whom_they_are_about_and_by_their_ids() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let ann = json!({ "contact_name": "Ann Müller", "contact_email": "ann.m@example.org", "contact_phone": "+1 303 555 0142",
        "external_id": "crm 77" });
    let ann = rita.source.sends(ann).await.expect(201).str("lead_id");
    let bob = json!({ "contact_name": "Bob", "contact_email": "bob@example.net", "contact_phone": null,
        "external_id": "78", "is_test": true });
    let bob = rita.source.sends(bob).await.expect(201).str("lead_id");
    let found = async |search: &str, more: &[(&str, &str)]| -> Vec<String> {
        let asked = app.operator().get(LEADS).query(&[&[("search", search)], more].concat()).await;
        let page = asked.expect(200).json();
        assert!(page["next_cursor"].is_null(), "{page}");
        page["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|item| item["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    for text in
        ["ann.m", "ANN.M@EXAMPLE", "muller", "Müller", "nn mü", "555 0142", "303-555", "(303) 555-0142", "crm 77", &ann]
    {
        assert_eq!(found(text, &[]).await, std::slice::from_ref(&ann), "{text}");
    }
    for text in ["crm 7", "7", "%", "nobody", "an", "01a00000-0000-7000-8000-000000000000"] {
        assert!(found(text, &[]).await.is_empty(), "{text}");
    }
    assert_eq!(found("78", &[]).await, std::slice::from_ref(&bob));
    assert_eq!(found("example", &[]).await, [bob.clone(), ann.clone()]);
    assert_eq!(found("example", &[("status", "test")]).await, std::slice::from_ref(&bob));
    // In pages.
    let first = app.operator().get(format!("{LEADS}?search=example&limit=1")).await.expect(200).json();
    assert_eq!(first["items"][0]["id"], bob);
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let second = app.operator().get(format!("{LEADS}?search=example&limit=1&cursor={cursor}")).await.expect(200).json();
    assert_eq!(second["items"][0]["id"], ann);
    app.operator().get(format!("{LEADS}?search=other&cursor={cursor}")).await.expect(400);
    app.operator().get(format!("{LEADS}?search=")).await.expect(400);
    // An erased lead is found by its id alone.
    app.operator().post_nothing(format!("{LEADS}/{ann}/erase")).await.expect(202);
    assert!(found("ann.m", &[]).await.is_empty());
    assert_eq!(found(&ann, &[]).await, [ann]);
}
