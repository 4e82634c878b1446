//! What a provider is told of what it decided: names, ends, and how each return stands.

use std::time::Duration;

use serde_json::json;

use crate::support::{Browser, Sent, TestApp};

const REASON: &str = "The number belongs to somebody else.";

/// The row of this lead, as people read it.
fn row(browser: &Browser, name: &str) -> String {
    let text = browser.text();
    let (_, from) = text.split_once(name).unwrap_or_else(|| panic!("no {name}: {text}"));
    from.chars().take(160).collect()
}

#[tokio::test]
async fn what_was_decided_together_is_named_and_taken_back_together_or_one_by_one() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let mut leads = Vec::new();
    for name in ["Ann <i>One", "Bea Two", "Cid Three"] {
        leads.push(rita.is_sent(json!({ "contact_name": name })).await);
    }
    let mut browser = app.browses_as(&rita).await;
    let ticked: Vec<_> = leads.iter().map(|lead| ("lead", lead.lead.as_str())).collect();
    let with = |first: &[(&'static str, &'static str)]| [first, &ticked].concat();
    browser.sends("/leads/bulk", &with(&[("action", "accept")])).await.expect(200);
    let (html, note) = (browser.page.clone().expect("a page").text, browser.note().expect("a note"));
    assert!(note.contains("Accepted 3 leads. You can undo until"), "{note}");
    for (lead, name) in leads.iter().zip(["Ann <i>One", "Bea Two", "Cid Three"]) {
        assert!(note.contains(&format!("{name} until ")), "{name}: {note}");
        assert!(html.contains(&format!("href=\"/leads/{lead}\"")), "{html}");
    }
    let ids: Vec<_> = html.split("name=\"lead\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.len(), 3);
    let back: Vec<_> = ids.iter().map(|id| ("lead", *id)).collect();
    browser.sends("/leads/bulk/undo", &back).await.expect(200);
    assert!(browser.note().is_some_and(|note| note.contains("3 leads are active again.")), "{:?}", browser.note());
    assert_eq!(rita.me().await["counts"]["active"], 3);
    // Rejected together; one of them is decided on meanwhile: it stays, the others come back.
    let reason = [("action", "reject"), ("rejection_code", "spam"), ("rejection_reason", REASON)];
    browser.sends("/leads/bulk", &with(&reason)).await.expect(200);
    assert!(browser.text().contains("Bea Two until"), "{}", browser.text());
    let deny = format!("/api/v1/admin/returns/{}/deny", leads[1].assignment);
    app.operator().post(deny, &json!({ "note": "It rings." })).await.expect(200);
    browser.sends("/leads/bulk/undo", &ticked).await.expect(409);
    let page = browser.text();
    assert!(page.contains("Undone 2 of 3 leads") && page.contains("has been decided meanwhile"), "{page}");
    // Nothing of the one that stayed was lost: its return is there, denied.
    assert_eq!(rita.opens(&leads[1]).await.json()["return"]["state"], "denied");
    assert_eq!(rita.me().await["counts"]["active"], 2);
    // Too late, a pending return is left alone as well.
    browser.opens("/leads").await.expect(200);
    browser.sends("/leads/bulk", &with(&reason)[..4]).await.expect(200);
    app.advance(Duration::from_mins(2));
    let late = browser.takes(browser.posting("/leads/bulk/undo", &ticked[..1])).await.expect(409);
    assert!(late.text.contains("two minutes have gone by"), "{late:?}");
    assert_eq!(rita.opens(&leads[0]).await.json()["return"]["state"], "pending");
    for path in ["/leads/bulk", "/leads/bulk/undo"] {
        browser.opens(path).await.expect(200);
        assert_eq!(browser.at, "/leads", "a reload of {path} leads back");
    }
}

#[tokio::test]
async fn a_hundred_at_once_are_named_and_taken_back_too() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let leads = rita.is_sent_leads(100).await;
    let mut browser = app.browses_as(&rita).await;
    let ticked: Vec<_> = leads.iter().map(|lead| ("lead", lead.lead.as_str())).collect();
    browser.sends("/leads/bulk", &[&[("action", "accept")], &ticked[..]].concat()).await.expect(200);
    let html = browser.page.clone().expect("a page").text;
    assert_eq!(html.matches("class=\"undone\"").count(), 100);
    assert!(leads.iter().all(|lead| html.contains(&format!("href=\"/leads/{lead}\""))));
    browser.sends("/leads/bulk/undo", &ticked).await.expect(200);
    assert_eq!(rita.me().await["counts"]["active"], 100);
}

#[tokio::test]
async fn some_of_many_say_which_can_be_taken_back() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let leads = rita.is_sent_leads(3).await;
    rita.accepts(&leads[0]).await.expect(200);
    let mut browser = app.browses_as(&rita).await;
    let ticked: Vec<_> = leads.iter().map(|lead| ("lead", lead.lead.as_str())).collect();
    browser.sends("/leads/bulk", &[&[("action", "accept")], &ticked[..]].concat()).await.expect(409);
    let page = browser.text();
    assert!(page.contains("Accepted 2 of 3 leads") && page.matches("You can undo until").count() == 2, "{page}");
    browser.sends("/leads/bulk/undo", &ticked[1..]).await.expect(200);
    assert_eq!(rita.me().await["counts"]["active"], 2);
}

#[tokio::test]
async fn a_key_asks_before_it_accepts_many() {
    let app = TestApp::start().await;
    let (rita, bob) = (app.provider("rita").await, app.provider("bob").await);
    let leads = rita.is_sent_leads(2).await;
    let theirs = bob.is_sent_a_lead().await;
    let mut browser = app.browses_as(&rita).await;
    let asks = [("action", "accept"), ("ask", "yes"), ("lead", &leads[0].lead), ("lead", &theirs.lead)];
    browser.sends("/leads/bulk", &asks).await.expect(200);
    let page = browser.text();
    assert!(page.contains("Accept 1 lead?") && page.contains("keeps the charge of $25.00"), "{page}");
    assert_eq!(rita.me().await["counts"]["accepted"], 0, "nothing is done yet");
    browser.sends("/leads/bulk", &[("action", "accept"), ("lead", &leads[0].lead)]).await.expect(200);
    assert_eq!(rita.me().await["counts"]["accepted"], 1);
    browser.sends("/leads/bulk", &asks).await.expect(200);
    assert!(browser.note().is_some_and(|note| note.contains("decided already")), "{:?}", browser.note());
}

#[tokio::test]
async fn the_rejected_tab_tells_how_each_stands() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let names = ["Pia Pending", "Dan Denied", "Fay Final", "Lou Late", "Una Unopened", "Abe Again"];
    let mut leads: Vec<Sent> = Vec::new();
    for name in names {
        leads.push(rita.is_sent(json!({ "contact_name": name })).await);
    }
    let office = app.operator();
    let deny = |n: usize| {
        let path = format!("/api/v1/admin/returns/{}/deny", leads[n].assignment);
        office.post(path, &json!({ "note": "It rings." }))
    };
    let appeal = |n: usize| {
        let text = json!({ "text": "Listen to the line, please." });
        rita.post(format!("/api/v1/provider/leads/{}/appeal", leads[n]), &text)
    };
    for n in [2, 3, 5] {
        rita.rejects(&leads[n], REASON).await.expect(200);
        deny(n).await.expect(200);
    }
    for n in [2, 5] {
        appeal(n).await.expect(200);
    }
    deny(2).await.expect(200);
    app.advance(Duration::from_hours(7 * 24));
    for n in [0, 1] {
        rita.rejects(&leads[n], REASON).await.expect(200);
    }
    deny(1).await.expect(200);
    office.patch("/api/v1/admin/return-policy", &json!({ "max_returns": 0 })).await.expect(200);
    rita.rejects(&leads[4], REASON).await.expect(200);
    let mut browser = app.browses_as(&rita).await;
    browser.opens("/leads?status=rejected").await.expect(200);
    assert!(row(&browser, "Pia Pending").contains("Return pending undo until"), "{}", row(&browser, "Pia Pending"));
    app.advance(Duration::from_mins(2));
    browser.opens("/leads?status=rejected").await.expect(200);
    for (name, said) in names.iter().zip([
        "Return pending under review",
        "Return denied appeal until",
        "Return denied for good, after your appeal",
        "Return denied the time to appeal is over",
        "Rejected no return was opened",
        "Return pending appealed, under review",
    ]) {
        assert!(row(&browser, name).contains(said), "{name}: {}", row(&browser, name));
    }
}

#[tokio::test]
async fn an_appeal_keeps_both_texts_with_their_times() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    rita.rejects(&lead, REASON).await.expect(200);
    let decide = |word: &str, note: &str| {
        let path = format!("/api/v1/admin/returns/{}/{word}", lead.assignment);
        app.operator().post(path, &json!({ "note": note }))
    };
    decide("deny", "It rings.").await.expect(200);
    let mut browser = app.browses_as(&rita).await;
    browser.opens(format!("/leads/{lead}")).await.expect(200);
    let text = "אני מתקשר שוב ושוב, listen.";
    browser.sends(format!("/leads/{lead}/appeal"), &[("text", text)]).await.expect(200);
    let told = |page: &str, parts: &[&str]| {
        let places: Vec<_> = parts.iter().map(|part| page.find(part)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{parts:?} {places:?}: {page}");
    };
    told(
        &browser.text(),
        &["Your reason today at", REASON, "Denied today at", "It rings.", "You appealed today at", text],
    );
    let mut olga = super::office::office(&app).await;
    olga.opens("/admin/returns").await.expect(200);
    told(&olga.text(), &[REASON, "Denied before, today", "It rings.", "Appealed today", text]);
    decide("deny", "We listened: it rings.").await.expect(200);
    browser.opens(format!("/leads/{lead}")).await.expect(200);
    told(&browser.text(), &["It rings.", text, "Denied for good today at", "We listened: it rings."]);
}

#[tokio::test]
async fn what_a_balance_buys_is_said_as_it_is_or_not_at_all() {
    let app = TestApp::start().await;
    for (name, balance, prices, said) in [
        ("one", 356.0, vec![48.0], "about 7 more leads"),
        ("two", 700.0, vec![20.0, 36.5], "19 to 35 more leads"),
        ("dear", 30.0, vec![20.0, 100.0], "at most 1 more lead"),
        ("cheap", 90.0, vec![20.0, 100.0], "up to 4 more leads"),
        ("poor", 5.0, vec![20.0], "not enough for a lead"),
        ("free", 5.0, vec![0.0, 20.0], ""),
        ("nobody", 5.0, vec![], ""),
    ] {
        let rita = app.provider(name).balance(balance).without_subscription().await;
        for (n, price) in prices.iter().enumerate() {
            let level = app.level(&format!("{name} {n}"), 3).await;
            app.subscribes(&rita.id, &rita.niche, &level, json!({ "price": price })).await;
        }
        let browser = app.browses_as(&rita).await;
        let html = browser.page.clone().expect("a page").text;
        let purse = crate::support::between(&html, "class=\"purse\"", "</nav>").expect("a purse").to_owned();
        assert_eq!(purse.contains("lead"), !said.is_empty(), "{name}: {purse}");
        assert!(purse.contains(said), "{name}: {purse}");
    }
}
