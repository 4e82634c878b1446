//! Exports and preferences.

use serde_json::json;

use crate::support::{TestApp, between};

#[tokio::test]
async fn an_export_is_started_shown_and_downloaded() {
    let app = TestApp::start().await;
    let (rita, bob) = (app.provider("rita").await, app.provider("bob").await);
    rita.is_sent(json!({ "contact_name": "Ann Active" })).await;
    let mut browser = app.browses_as(&rita).await;
    browser.opens("/exports?status=active&format=xlsx").await.expect(200);
    assert!(browser.text().contains("5 of 5 left today") && browser.text().contains("No exports yet"));
    let fields = [("status", "active"), ("niche_id", ""), ("date_from", ""), ("date_to", ""), ("search", "")];
    let fields: Vec<_> = fields.into_iter().chain([("preset", "hubspot"), ("format", "csv")]).collect();
    browser.sends("/exports", &fields).await.expect(200);
    assert!(browser.note().is_some_and(|note| note.contains("Export started.")), "{:?}", browser.note());
    assert!(browser.text().contains("4 of 5 left today") && browser.text().contains("Queued"), "{}", browser.text());
    app.run_jobs().await;
    let page = browser.opens("/exports").await.expect(200);
    assert!(browser.text().contains("Active leads, CSV for HubSpot"), "{}", browser.text());
    let link = between(&page.text, "href=\"/exports/", "/download").expect("a link").to_owned();
    let file = browser.opens(format!("/exports/{link}/download")).await.expect(200);
    assert!(file.text.contains("Ann") && file.header("content-disposition").contains("attachment"), "{file:?}");
    let mut stranger = app.browses_as(&bob).await;
    stranger.opens(format!("/exports/{link}/download")).await.expect(404);
    stranger.opens("/exports").await.expect(200);
    for act in ["cancel", "again"] {
        stranger.posting(format!("/exports/{link}/{act}"), &[]).await.expect(404);
    }
}

#[tokio::test]
async fn an_export_is_stopped_and_the_days_last_one_is_told() {
    let app = TestApp::with_flags(&["--exports-per-day", "1"]).await;
    let rita = app.provider("rita").await;
    let mut browser = app.browses_as(&rita).await;
    browser.opens("/exports").await.expect(200);
    browser.sends("/exports", &[("format", "csv")]).await.expect(200);
    browser.sends("/exports", &[("format", "csv")]).await.expect(429);
    assert!(browser.text().contains("All 1 exports of today are used."), "{}", browser.text());
    browser.opens("/exports").await.expect(200);
    let page = browser.page.clone().expect("a page");
    let id = between(&page.text, "action=\"/exports/", "/cancel").expect("a form").to_owned();
    browser.sends(format!("/exports/{id}/cancel"), &[]).await.expect(200);
    assert!(browser.text().contains("Cancelled") && browser.text().contains("1 of 1 left today"), "{}", browser.text());
    browser.posting(format!("/exports/{id}/cancel"), &[]).await.expect(303);
    app.run_jobs().await;
}

#[tokio::test]
async fn an_export_form_says_what_is_wrong_and_keeps_the_rest() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut browser = app.browses_as(&rita).await;
    browser.opens("/exports").await.expect(200);
    for (fields, said) in [
        (vec![("date_from", "2026-02-01"), ("date_to", "2026-01-01")], "The first day is after the last."),
        (vec![("date_from", "yesterday")], "From must"),
        (vec![("search", "ab")], "Name, place, need, e-mail or phone must"),
        (vec![("format", "pdf")], "Format must"),
    ] {
        let page = browser.sends("/exports", &fields).await.expect(422);
        assert!(browser.text().contains(said), "{said}: {}", browser.text());
        assert!(fields[0].0 != "search" || page.text.contains("value=\"ab\""));
    }
}

#[tokio::test]
async fn preferences_are_saved_as_they_are_ticked() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut browser = app.browses_as(&rita).await;
    browser.opens("/preferences").await.expect(200);
    let fields = [("notify_on_new_lead", "on"), ("quiet_from", "21:00"), ("quiet_until", "06:30:00"), ("keys", "on")];
    browser.sends("/preferences", &fields).await.expect(200);
    assert_eq!(browser.note().as_deref(), Some("Saved."));
    let kept = rita.preferences().await;
    assert_eq!(kept["notify_on_new_lead"], true);
    assert_eq!(kept["notify_on_lead_status_change"], false);
    assert_eq!((kept["quiet_from"].as_str(), kept["quiet_until"].as_str()), (Some("21:00"), Some("06:30")));
    for (from, until, said) in [
        ("21:00", "", "Quiet hours need both ends"),
        ("21:00", "21:00", "must end at another time"),
        ("25:00", "06:00", "A time of day is written HH:MM"),
    ] {
        let page = browser.sends("/preferences", &[("quiet_from", from), ("quiet_until", until)]).await.expect(422);
        assert!(browser.text().contains(said), "{}", browser.text());
        assert!(page.text.contains(&format!("value=\"{from}\"")), "{page:?}");
    }
    assert_eq!(rita.preferences().await["notify_on_new_lead"], true);
    browser.sends("/preferences", &[]).await.expect(200);
    assert_eq!(browser.cookies["__Host-lh_keys"], "off");
    assert!(browser.page.clone().expect("a page").text.contains("data-keys=\"off\""));
    assert!(rita.preferences().await["quiet_from"].is_null());
}

#[tokio::test]
async fn an_export_is_asked_for_again_with_all_its_filters() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent(json!({ "contact_email": "ann+1@example.com" })).await;
    let filters =
        json!({ "status": "active", "search": "ann+1@", "viewed": false, "date_from": "2026-01-31T08:00:00Z" });
    let asked = json!({ "filters": filters, "format": "xlsx", "preset": "salesforce" });
    let id = rita.post("/api/v1/provider/leads/export", &asked).await.expect(202).str("export_id");
    rita.post_nothing(format!("/api/v1/provider/exports/{id}/cancel")).await.expect(200);
    let mut browser = app.browses_as(&rita).await;
    let history = browser.opens("/exports").await.expect(200);
    let link = between(&history.text, "href=\"/exports?", "\"").expect("a link").replace("&#38;", "&");
    let form = browser.opens(format!("/exports?{link}")).await.expect(200);
    for field in [
        "value=\"active\" selected",
        "value=\"false\" selected",
        "value=\"salesforce\" selected",
        "value=\"xlsx\" checked",
        "name=\"search\" type=\"search\" minlength=\"3\" maxlength=\"100\" value=\"ann+1@\"",
        // A calendar would show nothing for a time, and send nothing.
        "name=\"date_from\" type=\"text\" value=\"2026-01-31T08:00:00",
    ] {
        assert!(form.text.contains(field), "{field}: {}", form.text);
    }
    let inbox = browser.opens("/leads?viewed=false&search=ann%2B1@").await.expect(200);
    let link = between(&inbox.text, "href=\"/exports?", "\"");
    assert!(link.is_some_and(|link| link.contains("viewed=false")), "{link:?}: {}", browser.text());
    app.run_jobs().await;
}
