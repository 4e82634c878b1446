//! The inbox and a lead, and what is done about it.

use std::time::Duration;

use serde_json::json;

use crate::support::TestApp;

const REASON: &str = "The number belongs to somebody else.";

#[tokio::test]
async fn the_home_is_what_waits_and_a_query_means_what_the_api_means() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let old = rita.is_sent(json!({ "contact_name": "Ann Old", "contact_email": "ann@old.example" })).await;
    rita.is_sent(json!({ "contact_name": "Bob New", "contact_phone": "303-555-0142", "postal_code": "80211",
                         "form_data": { "project_type": "Repair a leak", "urgent": true } }))
        .await;
    rita.accepts(&old).await.expect(200);
    let mut browser = app.browses_as(&rita).await;
    let home = browser.text();
    assert!(home.contains("Bob New") && !home.contains("Ann Old"), "{home}");
    assert!(home.contains("Repair a leak") && home.contains("80211") && home.contains("$25.00"), "{home}");
    assert!(
        home.contains("1 of 3") && home.contains("14 d to return") || home.contains("13 d 23 h to return"),
        "{home}"
    );
    assert!(home.contains("Active 1 Accepted 1 Rejected 0 Refunded 0 All 2"), "{home}");
    for (query, shown, hidden) in [
        ("page=1", vec!["Bob New", "Ann Old"], vec![]),
        ("status=accepted", vec!["Ann Old"], vec!["Bob New"]),
        ("search=ANN@", vec!["Ann Old"], vec!["Bob New"]),
        ("search=555-0142&status=&niche_id=&viewed=", vec!["Bob New"], vec!["Ann Old"]),
        ("viewed=true", vec![], vec!["Ann Old", "Bob New"]),
        ("date_to=2020-01-01", vec!["No lead matches", "there are 2 leads"], vec!["Ann Old", "Bob New"]),
    ] {
        browser.opens(format!("/leads?{query}")).await.expect(200);
        let page = browser.text();
        assert!(shown.iter().all(|text| page.contains(text)), "{query}: {page}");
        assert!(!hidden.iter().any(|text| page.contains(text)), "{query}: {page}");
    }
}

#[tokio::test]
async fn a_filter_that_is_wrong_is_said_and_kept() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut browser = app.browses_as(&rita).await;
    for (query, said) in [
        ("search=ab", "Name, place, need, e-mail or phone must have 3 characters at least"),
        ("date_from=2026-02-01&date_to=2026-01-01", "The first day is after the last."),
        ("niche_id=nonsense", "Niche must be"),
        ("page=401", "Page must be"),
        ("search=abc&search=abd", "is given twice"),
    ] {
        let page = browser.opens(format!("/leads?{query}")).await.expect(422);
        assert!(browser.text().contains(said), "{query}: {}", browser.text());
        assert!(browser.title().starts_with("Error: "), "{query}");
        assert!(query != "search=ab" || page.text.contains("value=\"ab\""), "{query}");
    }
    browser.opens("/leads?search=%zz").await.expect(400);
    browser.opens("/leads?colour=red").await.expect(200);
}

#[tokio::test]
async fn a_lead_is_viewed_once_by_whoever_opens_it_and_by_no_prefetch() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    let mut browser = app.browses_as(&rita).await;
    assert!(browser.text().contains("not viewed yet"));
    let path = format!("/leads/{lead}");
    let prefetch = browser.call(axum::http::Method::GET, &path).header("sec-purpose", "prefetch");
    prefetch.await.expect(200);
    browser.call(axum::http::Method::HEAD, &path).await.expect(200);
    assert_eq!(app.audit_of(&lead).await, ["lead.assigned"]);
    browser.opens(&path).await.expect(200);
    assert!(browser.text().contains("First viewed"), "{}", browser.text());
    browser.opens(&path).await.expect(200);
    assert_eq!(app.audit_of(&lead).await, ["lead.assigned", "lead.viewed"]);
}

#[tokio::test]
async fn a_lead_is_accepted_and_the_accept_undone() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    let mut browser = app.browses_as(&rita).await;
    let path = format!("/leads/{lead}");
    browser.opens(&path).await.expect(200);
    browser.sends(format!("{path}/accept"), &[]).await.expect(200);
    assert_eq!(browser.at, path);
    assert!(browser.note().is_some_and(|note| note.contains("Accepted. You can undo until")), "{:?}", browser.note());
    assert!(browser.text().contains("You accepted this lead today at"), "{}", browser.text());
    // The note is said once; the lead itself offers the undo, too.
    browser.opens(&path).await.expect(200);
    assert_eq!(browser.note(), None);
    browser.sends(format!("{path}/undo"), &[]).await.expect(200);
    assert!(browser.note().is_some_and(|note| note.contains("Undone.")));
    assert!(browser.text().contains("Accept undone"), "{}", browser.text());
    // From the list, by a key: there it says whom.
    browser.opens("/leads").await.expect(200);
    browser.posting(format!("{path}/accept"), &[("from", "inbox")]).await.expect(303);
    let named = browser.takes(browser.posting(format!("{path}/undo"), &[])).await.expect(303);
    assert_eq!(named.header("location"), path);
    browser.opens("/leads").await.expect(200);
    let back = browser.takes(browser.posting(format!("{path}/accept"), &[("from", "inbox")])).await.expect(303);
    assert_eq!(back.header("location"), "/leads");
    browser.opens("/leads").await.expect(200);
    let note = browser.note().expect("a note");
    assert!(note.starts_with("Accepted ") && !note.starts_with("Accepted. "), "{note}");
    browser.sends(format!("{path}/undo"), &[]).await.expect(200);
    // Again, and then too late.
    browser.sends(format!("{path}/accept"), &[]).await.expect(200);
    app.advance(Duration::from_mins(2));
    let late = browser.posting(format!("{path}/undo"), &[]).await.expect(409);
    assert!(late.text.contains("two minutes have gone by"), "{late:?}");
    let twice = browser.posting(format!("{path}/accept"), &[]).await.expect(409);
    assert!(twice.text.contains("this lead is accepted already"), "{twice:?}");
}

#[tokio::test]
async fn a_reject_needs_a_reason_and_keeps_what_was_written() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    let mut browser = app.browses_as(&rita).await;
    let path = format!("/leads/{lead}/reject");
    browser.opens(&path).await.expect(200);
    assert!(browser.text().contains("Reject and ask for $25.00"), "{}", browser.text());
    let short = [("rejection_code", "spam"), ("rejection_reason", "<b>no")];
    let refused = browser.sends(&path, &short[..]).await.expect(422);
    assert!(browser.text().contains("Not rejected yet"), "{}", browser.text());
    assert!(browser.title().starts_with("Error: "));
    assert!(refused.text.contains("value=\"spam\" checked"), "{refused:?}");
    let unchosen = browser.sends(&path, &[("rejection_reason", "no answer")]).await.expect(422);
    assert!(browser.text().contains("Choose a reason."), "{}", browser.text());
    assert!(browser.text().contains("Write at least 10 characters. You wrote 9."), "{}", browser.text());
    assert!(unchosen.text.contains("aria-invalid=\"true\">\nno answer</textarea>"), "{unchosen:?}");
    assert_eq!(rita.me().await["counts"]["rejected"], 0);
    browser.sends(&path, &[("rejection_code", "bad_contact"), ("rejection_reason", REASON)]).await.expect(200);
    assert_eq!(browser.at, format!("/leads/{lead}"));
    assert!(browser.note().is_some_and(|note| note.contains("The return is under review")), "{:?}", browser.note());
    assert!(browser.text().contains(REASON) && browser.text().contains("Return pending"), "{}", browser.text());
    // Decided: its page has no form any more, but says so.
    browser.opens(&path).await.expect(200);
    assert_eq!(browser.at, format!("/leads/{lead}"));
}

#[tokio::test]
async fn a_window_that_closed_meanwhile_keeps_the_text_and_offers_the_accept() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    app.advance(Duration::from_hours(14 * 24 - 1));
    let mut browser = app.browses_as(&rita).await;
    assert!(browser.text().contains("Return ends soon for 1 lead."), "{}", browser.text());
    let path = format!("/leads/{lead}/reject");
    browser.opens(&path).await.expect(200);
    app.advance(Duration::from_hours(1));
    browser.sends(&path, &[("rejection_code", "other"), ("rejection_reason", REASON)]).await.expect(409);
    let page = browser.text();
    assert!(page.contains("The return window has closed") && page.contains(REASON), "{page}");
    browser.sends(format!("/leads/{lead}/accept"), &[]).await.expect(200);
    assert_eq!(rita.me().await["counts"]["accepted"], 1);
}

#[tokio::test]
async fn attempts_and_an_appeal_stand_on_the_timeline() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    let mut browser = app.browses_as(&rita).await;
    let path = format!("/leads/{lead}");
    browser.opens(&path).await.expect(200);
    let attempt = [("kind", "call"), ("result", "no_answer"), ("note", "rang <i>twice</i>")];
    browser.sends(format!("{path}/attempts"), &attempt).await.expect(200);
    assert!(browser.text().contains("Called, no answer rang <i>twice</i>"), "{}", browser.text());
    browser.sends(format!("{path}/attempts"), &[("kind", "smoke"), ("result", "reached")]).await.expect(422);
    assert!(browser.text().contains("Not noted"), "{}", browser.text());
    rita.rejects(&lead, REASON).await.expect(200);
    app.operator()
        .post(format!("/api/v1/admin/returns/{}/deny", lead.assignment), &json!({ "note": "It rings." }))
        .await
        .expect(200);
    browser.opens(&path).await.expect(200);
    assert!(browser.text().contains("Return denied") && browser.text().contains("It rings."), "{}", browser.text());
    browser.sends(format!("{path}/appeal"), &[("text", "too short")]).await.expect(422);
    browser.sends(format!("{path}/appeal"), &[("text", "I called three times; see above.")]).await.expect(200);
    assert!(
        browser.text().contains("Denial appealed") && browser.text().contains("Return pending"),
        "{}",
        browser.text()
    );
}

#[tokio::test]
async fn another_providers_lead_is_not_there() {
    let app = TestApp::start().await;
    let (rita, bob) = (app.provider("rita").await, app.provider("bob").await);
    let lead = bob.is_sent_a_lead().await;
    let mut browser = app.browses_as(&rita).await;
    for path in [format!("/leads/{lead}"), format!("/leads/{lead}/reject"), format!("/leads/{}", lead.assignment)] {
        let answer = browser.opens(&path).await.expect(404);
        assert!(browser.text().contains("There is nothing here"), "{answer:?}");
    }
    browser.opens("/leads").await.expect(200);
    for act in ["accept", "undo", "attempts", "appeal", "reject"] {
        let fields: &[(&str, &str)] = match act {
            "attempts" => &[("kind", "call"), ("result", "other")],
            "appeal" => &[("text", "I called three times; see above.")],
            "reject" => &[("rejection_code", "other"), ("rejection_reason", REASON)],
            _ => &[],
        };
        // A browser posts only forms it has; this one makes them up.
        let csrf = browser.csrf();
        let csrf = if csrf.is_empty() {
            browser.opens("/preferences").await.expect(200);
            browser.csrf()
        } else {
            csrf
        };
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        browser.posting_only(format!("/leads/{lead}/{act}"), &all).await.expect(404);
    }
    assert_eq!(app.audit_of(&lead).await, ["lead.assigned"]);
}

#[tokio::test]
async fn what_people_sent_is_inert() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita
        .is_sent(json!({ "contact_name": "<script>alert(1)</script>\u{202e}evil", "contact_email": "a+b@example.com",
            "contact_phone": "call me", "form_data": { "<img src=x>": "\"><svg onload=alert(1)>", "details": "'; DROP" } }))
        .await;
    let mut browser = app.browses_as(&rita).await;
    for path in ["/leads".to_owned(), format!("/leads/{lead}"), format!("/leads/{lead}/reject")] {
        let page = browser.opens(&path).await.expect(200);
        for bad in ["<script>alert", "<img", "<svg onload", " style=", " onclick="] {
            assert!(!page.text.contains(bad), "{path}: {bad}");
        }
        assert!(page.text.contains("<bdi>&#60;script&#62;alert(1)"), "{path}: {page:?}");
        assert!(page.text.contains("mailto:a+b@example.com") || path == "/leads", "{path}");
        assert!(!page.text.contains("tel:"), "a text that cannot be dialled is no link: {path}");
    }
}

#[tokio::test]
async fn out_of_credit_is_said_first() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(30.0).await;
    rita.is_sent_a_lead().await;
    let browser = app.browses_as(&rita).await;
    let page = browser.text();
    assert!(
        page.contains("You are out of credit, so no new leads come. Balance $5.00; your cheapest lead costs $25.00."),
        "{page}"
    );
}

#[tokio::test]
async fn an_erased_lead_says_so() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent(json!({ "contact_name": "Ann Gone" })).await;
    app.operator().post_nothing(format!("/api/v1/admin/leads/{lead}/erase")).await.expect(202);
    app.run_jobs().await;
    let mut browser = app.browses_as(&rita).await;
    browser.opens(format!("/leads/{lead}")).await.expect(200);
    let page = browser.text();
    assert!(page.contains("The person was erased") && page.contains("This lead was erased and refunded"), "{page}");
    assert!(!page.contains("Ann Gone"));
}

#[tokio::test]
async fn ticked_leads_are_decided_together_with_a_result_for_each() {
    let app = TestApp::start().await;
    let (rita, bob) = (app.provider("rita").await, app.provider("bob").await);
    let leads = rita.is_sent_leads(5).await;
    let theirs = bob.is_sent_a_lead().await;
    let mut browser = app.browses_as(&rita).await;
    let id = |n: usize| leads[n].lead.clone();
    browser.sends("/leads/bulk", &[("action", "accept")]).await.expect(200);
    assert!(browser.note().is_some_and(|note| note.contains("Tick 1 to 100 leads first.")), "{:?}", browser.note());
    browser.sends("/leads/bulk", &[("action", "accept"), ("lead", &id(0)), ("lead", &id(1))]).await.expect(200);
    assert!(browser.note().is_some_and(|note| note.contains("Accepted 2 leads.")), "{:?}", browser.note());
    // Some of them cannot be: each says why.
    let mixed = [("action", "accept"), ("lead", &id(0)), ("lead", &id(2)), ("lead", &theirs.lead)];
    browser.sends("/leads/bulk", &mixed).await.expect(409);
    let page = browser.text();
    assert!(page.contains("Accepted 1 of 3 leads") && page.contains("this lead is accepted already"), "{page}");
    assert!(page.contains("There is nothing here, or it is not yours."), "{page}");
    assert_eq!(app.audit_of(&theirs).await, ["lead.assigned"]);
    // Rejecting asks for one reason for all, and says the sum.
    browser.opens("/leads").await.expect(200);
    browser.sends("/leads/bulk", &[("action", "reject"), ("lead", &id(3)), ("lead", &id(4))]).await.expect(200);
    assert!(browser.text().contains("Reject and ask for $50.00"), "{}", browser.text());
    let (one, other) = (id(3), id(4));
    let ticked = [("action", "reject"), ("lead", one.as_str()), ("lead", other.as_str())];
    let short: Vec<_> = ticked.into_iter().chain([("rejection_reason", "no"), ("rejection_code", "spam")]).collect();
    browser.sends("/leads/bulk", &short).await.expect(422);
    assert!(browser.text().contains("Not rejected yet"), "{}", browser.text());
    let full: Vec<_> = ticked.into_iter().chain([("rejection_reason", REASON), ("rejection_code", "spam")]).collect();
    browser.sends("/leads/bulk", &full).await.expect(200);
    assert_eq!(browser.at, "/leads");
    assert_eq!(rita.me().await["counts"]["rejected"], 2);
}

#[tokio::test]
async fn the_windows_that_end_soonest_are_named() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    for name in ["Ann First", "Bob Second", "Cid Third", "Dan Fourth"] {
        rita.is_sent(json!({ "contact_name": name })).await;
    }
    app.advance(Duration::from_hours(14 * 24 - 1));
    let browser = app.browses_as(&rita).await;
    let page = browser.text();
    let banner = page.split_once("Return ends soon for 4 leads.").and_then(|(_, rest)| rest.split_once("and 2 more."));
    let (named, _) = banner.unwrap_or_else(|| panic!("{page}"));
    let place = |name: &str| named.find(name);
    assert!(place("Ann First").is_some() && place("Ann First") < place("Bob Second"), "{named}");
    assert!(place("Cid Third").is_none() && place("Dan Fourth").is_none(), "{named}");
}
