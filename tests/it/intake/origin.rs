//! Where a lead came from is the operator's to know, and everywhere alike hidden from providers or shown to them.

use leadhouse::db::{Json, Tx};
use leadhouse::id::{LeadId, parse_uuid};
use serde_json::{Map, Value, json};

use super::shown;
use crate::support::{Provider, Source, TestApp, Watching};

/// What platforms, trackers and sites are known to send along.
const SENT: &[&str] = &[
    "campaign_id",
    "gcl_id",
    "adgroup_id",
    "creative_id",
    "form_id",
    "asset_group_id",
    "api_version",
    "lead_stage",
    "lead_submit_time",
    "gclid",
    "GCLID",
    "gbraid",
    "wbraid",
    "dclid",
    "fbclid",
    "fbc",
    "_fbp",
    "msclkid",
    "ttclid",
    "twclid",
    "li_fat_id",
    "yclid",
    "utm_term",
    "utm_content",
    "utm_id",
    "UTM Term",
    "utmContent",
    "utm-id",
    "first_utm_source",
    "gad_source",
    "hsa_cam",
    "mc_cid",
    "mkt_tok",
    "keyword",
    "matchtype",
    "adset_name",
    "ad_id",
    "campaign",
    "landing_page",
    "referrer",
    "lead_source",
    "placement",
    "adposition",
    "ad_set",
    "publisher_platform",
    "_gcl_au",
    "hubspotutk",
];
/// Ours, which have columns of their own.
const OURS: &[&str] = &["utm_source", "utm_medium", "utm_campaign", "referrer_url"];

/// A value that is found wherever it comes out, for each name.
fn mark(number: usize) -> String {
    format!("mark-{number:03}-x")
}

fn marked(names: &[&str]) -> Map<String, Value> {
    names.iter().enumerate().map(|(number, name)| ((*name).to_owned(), json!(mark(number)))).collect()
}

fn found(text: &str, names: &[&str]) -> Vec<String> {
    let found = names.iter().enumerate().filter(|(number, _)| text.contains(&mark(*number)));
    found.map(|(_, name)| (*name).to_owned()).collect()
}

/// Everything a provider is ever shown of its leads.
pub(super) async fn all_that_a_provider_sees(
    app: &TestApp,
    me: &Provider,
    mut events: Watching,
    leads: &[String],
) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    for _ in leads {
        seen.push(("event".to_owned(), format!("{:?}", events.next().await)));
    }
    seen.push(("list".to_owned(), me.inbox("").await.expect(200).text));
    let mut browser = app.browses_as(me).await;
    for lead in leads {
        seen.push((format!("detail of {lead}"), me.opens(lead).await.expect(200).text));
        for path in ["/leads".to_owned(), format!("/leads/{lead}"), format!("/leads/{lead}/reject")] {
            seen.push((path.clone(), browser.opens(path).await.text));
        }
    }
    for (format, preset) in
        [("csv", "standard"), ("csv", "hubspot"), ("csv", "salesforce"), ("xlsx", "standard"), ("xlsx", "hubspot")]
    {
        let asked = json!({ "format": format, "preset": preset });
        let id = me.post("/api/v1/provider/leads/export", &asked).await.expect(202).str("export_id");
        app.run_jobs().await;
        let file = me.get(format!("/api/v1/provider/exports/{id}/download")).await.expect(200);
        seen.push((format!("{format}, {preset}"), if format == "csv" { file.text } else { sheet(&file.bytes) }));
    }
    seen.extend(app.mails().iter().map(|mail| (format!("mail {}", mail.header("subject")), format!("{mail:?}"))));
    seen
}

fn sheet(xlsx: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(xlsx)).expect("a zip");
    std::io::read_to_string(zip.by_name("xl/worksheets/sheet1.xml").expect("a sheet")).expect("XML")
}

/// One lead in each way in which attribution comes in.
async fn sent_in_every_way(app: &TestApp, rita: &Provider) -> Vec<String> {
    let (source, google): (&Source, Source) =
        (&rita.source, app.new_source(&rita.niche, "google_ads", json!({})).await);
    let names: Vec<&str> = SENT.iter().chain(OURS).copied().collect();
    let mut leads = Vec::new();
    // Beside our fields, among the answers, and deeper.
    let mut flat = source.lead(json!({}));
    flat.as_object_mut().expect("an object").extend(marked(&names));
    let nested = json!({ "roof": "flat", "tracking": { "all": [marked(&names)] } });
    let pairs: Vec<Value> =
        marked(&names).into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    for body in [
        flat,
        source.lead(json!({ "form_data": marked(&names) })),
        source.lead(json!({ "form_data": nested })),
        source.lead(json!({ "fields": pairs })),
        source.lead(json!({ "page_url": format!("https://example.com/?gclid={}&utm_term={}", mark(0), mark(1)) })),
    ] {
        leads.push(source.sending(&body).await.expect(201).str("lead_id"));
    }
    let person = source.lead(json!({}));
    let form: Vec<String> = marked(&names)
        .into_iter()
        .map(|(name, value)| format!("{}={}", name.replace(' ', "+"), value.as_str().expect("a text")))
        .collect();
    let form =
        format!("contact_email={}&roof=flat&{}", person["contact_email"].as_str().expect("a text"), form.join("&"));
    leads.push(source.posts_form(&form).await.expect(201).str("lead_id"));
    let query = source
        .client
        .post(format!("{}?utm_term={}&gclid={}", source.path(), mark(0), mark(1)), &source.lead(json!({})));
    leads.push(query.await.expect(201).str("lead_id"));
    let mut delivery = google.google_delivery(&[("SERVICE", "Roofing")]);
    delivery.as_object_mut().expect("an object").extend(marked(&names));
    google.sending(&delivery).await.expect(200);
    let newest = app.operator().get("/api/v1/admin/leads?limit=1").await.expect(200).items().remove(0);
    leads.push(newest["id"].as_str().expect("an id").to_owned());
    // As it was kept before it was told from answers.
    let old = source.sends(json!({ "form_data": { "roof": "steep" } })).await.expect(201).str("lead_id");
    let mut mixed = marked(&names);
    mixed.insert("roof".to_owned(), json!("steep"));
    let (id, mixed) = (LeadId(parse_uuid(&old).expect("an id")), Json(Value::Object(mixed).to_string()));
    let unit = move |tx: &mut Tx| {
        tx.execute("UPDATE leads SET form_data = $2, attribution = NULL WHERE id = $1", leadhouse::params![id, mixed])
    };
    app.write(unit).await.expect("it is mixed");
    leads.push(old);
    leads
}

#[tokio::test]
async fn providers_are_shown_nothing_of_it_anywhere() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(10_000.0).await;
    let events = rita.get("/api/v1/provider/events").watch().await;
    let leads = sent_in_every_way(&app, &rita).await;
    let names: Vec<&str> = SENT.iter().chain(OURS).copied().collect();
    for (place, text) in all_that_a_provider_sees(&app, &rita, events, &leads).await {
        assert_eq!(found(&text, &names), [""; 0], "{place}: {text}");
        assert!(!text.contains("mark-"), "{place}: {text}");
        for name in ["gclid", "utm_term", "campaign_id", "api_version"] {
            assert!(!text.contains(name), "{place}: {name} in {text}");
        }
    }
    // The operator sees all of it, and what people answered stays theirs.
    for lead in &leads {
        let text = app.operator().get(format!("/api/v1/admin/leads/{lead}")).await.expect(200).text;
        assert!(!found(&text, &names).is_empty(), "{text}");
    }
}

#[tokio::test]
async fn the_operator_is_shown_all_of_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(10_000.0).await;
    let names: Vec<&str> = SENT.iter().chain(OURS).copied().collect();
    let mut flat = rita.source.lead(json!({ "form_data": { "roof": "flat" } }));
    flat.as_object_mut().expect("an object").extend(marked(&names));
    let lead = shown(&app, &rita.source.sending(&flat).await.expect(201)).await;
    assert_eq!(lead["form_data"], json!({ "roof": "flat" }));
    assert_eq!(found(&lead["attribution"].to_string(), SENT), SENT);
    for (number, name) in OURS.iter().enumerate() {
        assert_eq!(lead[name], json!(mark(SENT.len() + number)), "{name}");
    }
    let (ids, numbers) = (r#"{"gclid": "g", "Campaign ID": 9007199254740993}"#, "9007199254740993");
    let mut with_ids = rita.source.lead(json!({}));
    with_ids["form_data"] = serde_json::from_str(ids).expect("JSON");
    let answer = rita.source.sending(&with_ids).await.expect(201);
    let text = app.operator().get(format!("/api/v1/admin/leads/{}", answer.str("lead_id"))).await.expect(200).text;
    assert!(text.contains(&format!(r#""Campaign ID":{numbers}"#)), "{text}");
    let mut office = app.enters("operator@example.com").await;
    let page = office.opens(format!("/admin/leads/{}", answer.str("lead_id"))).await.expect(200);
    assert!(page.text.contains("Campaign ID") && page.text.contains(numbers), "{page:?}");
}

#[tokio::test]
async fn where_it_is_shown_it_is_under_attribution_everywhere() {
    let app = TestApp::with_flags(&["--show-attribution-to-providers"]).await;
    let rita = app.provider("rita").balance(10_000.0).await;
    let events = rita.get("/api/v1/provider/events").watch().await;
    let leads = sent_in_every_way(&app, &rita).await;
    for lead in &leads {
        let detail = rita.opens(lead).await.expect(200).json();
        assert!(!detail["form_data"].to_string().contains("mark-"), "{detail}");
        assert!(detail["attribution"].to_string().contains("mark-"), "{detail}");
    }
    let names: Vec<&str> = SENT.iter().chain(OURS).copied().collect();
    let detail = rita.opens(&leads[0]).await.expect(200).json();
    assert_eq!(found(&detail["attribution"].to_string(), &names), names);
    for (place, text) in all_that_a_provider_sees(&app, &rita, events, &leads).await {
        let is_whole = place.starts_with("csv") || place.starts_with("xlsx") || place == format!("/leads/{}", leads[0]);
        assert!(!is_whole || found(&text, &names) == names, "{place}: {text}");
    }
}
