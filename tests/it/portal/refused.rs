//! Where a page can't be had: what was written is shown again, and the way on leads to where its reader is at home.

use axum::http::Method;
use serde_json::json;

use super::office::office;
use crate::support::{TestApp, between};

const WRITTEN: &str = "Called twice,\r\nit rings <b>at a bakery</b>.";
const SHOWN: &str = "it rings &#60;b&#62;at a bakery";

#[tokio::test]
async fn what_was_written_is_there_where_the_session_or_the_form_has_ended() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    let mut browser = app.browses_as(&rita).await;
    browser.opens(format!("/leads/{lead}")).await.expect(200);
    let mut gone = browser.clone();
    gone.cookies.clear();
    for (path, field) in [("reject", "rejection_reason"), ("attempts", "note"), ("appeal", "text")] {
        let path = format!("/leads/{lead}/{path}");
        let referer = format!("http://localhost/leads/{lead}/reject");
        let out = gone.posting(&path, &[(field, WRITTEN)]).header("referer", &referer).await.expect(401);
        assert!(out.text.contains("You are signed out") && out.text.contains(SHOWN), "{path}: {out:?}");
        let back = format!("/sign-in?next=%2Fleads%2F{}%2Freject", lead.lead.replace('-', "%2D"));
        assert!(out.text.contains(&format!("href=\"{back}\"")), "{path}: {out:?}");
        let old = browser.posting_only(&path, &[("csrf", "AAAA"), (field, WRITTEN)]).await.expect(403);
        assert!(old.text.contains("This form is too old") && old.text.contains(SHOWN), "{path}: {old:?}");
        // Another site can't have its words shown here, nor lead away.
        let foreign = gone.posting(&path, &[(field, WRITTEN)]).header("sec-fetch-site", "cross-site");
        let foreign = foreign.header("referer", "http://elsewhere.example/x").await;
        assert!(foreign.status >= 400 && !foreign.text.contains("bakery"), "{path}: {foreign:?}");
        assert!(!foreign.text.contains("elsewhere"), "{path}: {foreign:?}");
    }
    let bulk = [("action", "reject"), ("lead", lead.lead.as_str()), ("rejection_reason", WRITTEN)];
    let out = gone.posting("/leads/bulk", &bulk).await.expect(401);
    assert!(out.text.contains(SHOWN), "{out:?}");
    // A password is nothing that is shown.
    let out = gone.posting("/account/password", &[("current_password", WRITTEN), ("new_password", WRITTEN)]);
    assert!(!out.await.expect(401).text.contains("bakery"));
}

#[tokio::test]
async fn the_operators_note_is_there_where_its_session_has_ended() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    rita.rejects(&lead, "The number belongs to somebody else.").await.expect(200);
    let mut browser = office(&app).await;
    browser.cookies.clear();
    let deny = format!("/admin/returns/{}/deny", lead.assignment);
    let out = browser.posting(&deny, &[("note", WRITTEN)]).await.expect(401);
    assert!(out.text.contains("What you wrote:") && out.text.contains(SHOWN), "{out:?}");
}

#[tokio::test]
async fn the_way_on_leads_home() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (operator, provider, nobody) = (office(&app).await, app.browses_as(&rita).await, app.browser());
    let nothing = "00000000-0000-7000-8000-000000000000";
    for (browser, path, home) in [
        (&operator, format!("/admin/leads/{nothing}"), "/admin"),
        (&operator, "/admin/nowhere".to_owned(), "/admin"),
        (&provider, format!("/leads/{nothing}"), "/leads"),
        (&provider, "/nowhere".to_owned(), "/"),
        (&operator, "/nowhere".to_owned(), "/"),
        (&nobody, "/nowhere".to_owned(), "/"),
    ] {
        let page = browser.call(Method::GET, &path).await.expect(404);
        let actions = between(&page.text, "<p class=\"actions\">", "</p>").unwrap_or_default().to_owned();
        assert!(actions.contains(&format!("href=\"{home}\"")), "{path}: {actions}");
    }
}

#[tokio::test]
async fn a_reload_of_what_a_form_came_to_leads_to_the_form() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    let (mut browser, mut operator) = (app.browses_as(&rita).await, office(&app).await);
    let (of_lead, of_office) = (format!("/leads/{lead}"), format!("/admin/leads/{lead}"));
    for form in ["accept", "attempts", "appeal", "undo"] {
        browser.opens(format!("{of_lead}/{form}")).await.expect(200);
        assert_eq!(browser.at, of_lead, "{form}");
    }
    let id = lead.assignment.as_str();
    for (path, at) in [
        (format!("/exports/{id}/again"), "/exports"),
        (format!("/exports/{id}/cancel"), "/exports"),
        (format!("/account/sessions/{id}/end"), "/account"),
        (format!("/account/tokens/{id}/revoke"), "/account"),
        ("/sign-out".to_owned(), "/leads"),
    ] {
        browser.opens(&path).await.expect(200);
        assert_eq!(browser.at, at, "{path}");
    }
    for (path, at) in [
        (format!("{of_office}/erase"), of_office.as_str()),
        (format!("{of_office}/release"), of_office.as_str()),
        (format!("{of_office}/discard"), of_office.as_str()),
        (format!("/admin/returns/{id}/approve"), "/admin/returns"),
        (format!("/admin/returns/{id}/deny"), "/admin/returns"),
        (format!("/admin/mails/{id}/retry"), "/admin"),
    ] {
        operator.opens(&path).await.expect(200);
        assert_eq!(operator.at, at, "{path}");
        // Whose page it is not is told so.
        assert_eq!(browser.call(Method::GET, &path).await.status, 403, "{path}");
        assert_eq!(app.browser().call(Method::GET, &path).await.status, 303, "{path}");
    }
    let now = rita.opens(&lead).await.expect(200).json();
    assert_eq!((&now["status"], &now["contact_name"].is_null()), (&json!("active"), &false), "{now}");
}
