//! What is written into a form is never lost: refused, too late, or where somebody else was first.

use std::time::Duration;

use serde_json::json;

use super::office::office;
use crate::support::{Browser, Sent, TestApp};

const REASON: &str = "The number belongs to somebody else.";

async fn denied(app: &TestApp, lead: &Sent) {
    let note = json!({ "note": "It rings." });
    app.operator().post(format!("/api/v1/admin/returns/{}/deny", lead.assignment), &note).await.expect(200);
}

fn page(browser: &Browser) -> String {
    browser.page.clone().expect("a page").text
}

#[tokio::test]
async fn an_appeal_of_the_wrong_length_is_kept_in_an_open_form() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    rita.rejects(&lead, REASON).await.expect(200);
    denied(&app, &lead).await;
    let mut browser = app.browses_as(&rita).await;
    browser.opens(format!("/leads/{lead}")).await.expect(200);
    assert!(browser.text().contains("10 to 1,000 characters"), "{}", browser.text());
    let (long, lines) = ("é".repeat(1_001), format!("{}\r\n", "0123456\r\n".repeat(126)));
    for (text, said) in [
        ("nine <b>…".to_owned(), "Write at least 10 characters. You wrote 9."),
        (long, "Write at most 1,000 characters. You wrote 1,001."),
        // A line's end counts once, however it was sent.
        (lines, "Write at most 1,000 characters. You wrote 1,007."),
        ("  ".to_owned(), "Say why, in at least 10 characters."),
        ("a\u{1}bcdefghijk".to_owned(), "plain text"),
    ] {
        browser.sends(format!("/leads/{lead}/appeal"), &[("text", &text)]).await.expect(422);
        let (html, shown) = (page(&browser), browser.text());
        assert!(shown.contains("Not appealed") && shown.contains(said), "{said}: {shown}");
        assert!(html.contains("href=\"#appeal\"") && html.contains("aria-invalid=\"true\""), "{html}");
        assert!(html.contains("<details class=\"fold\" open><summary>Appeal the denial"), "it stays open: {html}");
        assert!(shown.contains(text.trim().lines().next().unwrap_or_default().trim_matches('\u{1}')), "{shown}");
        assert!(browser.title().starts_with("Error: "));
    }
    // Exactly as long as it may be.
    let most = "é".repeat(1_000);
    browser.sends(format!("/leads/{lead}/appeal"), &[("text", &most)]).await.expect(200);
    assert!(browser.text().contains(&most), "what was written stays: {}", browser.text());
    // Once more, out of another tab.
    let again = browser.posting(format!("/leads/{lead}/appeal"), &[("text", "Look at it again, please.")]);
    let answer = browser.takes(again).await.expect(409);
    assert!(answer.text.contains("What you wrote") && answer.text.contains("Look at it again, please."), "{answer:?}");
}

#[tokio::test]
async fn a_note_that_is_refused_is_kept_with_what_was_chosen() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    let mut browser = app.browses_as(&rita).await;
    browser.opens(format!("/leads/{lead}")).await.expect(200);
    let path = format!("/leads/{lead}/attempts");
    let long = "x".repeat(501);
    for (fields, said) in [
        (
            [("kind", "text"), ("result", "bounced"), ("note", long.as_str())],
            "Write at most 500 characters. You wrote 501.",
        ),
        ([("kind", "smoke"), ("result", "bounced"), ("note", "kept")], "Choose what you did and what came of it."),
        ([("kind", "text"), ("result", "bounced"), ("note", "two\nlines")], "in one line"),
    ] {
        browser.sends(&path, &fields).await.expect(422);
        let (html, shown) = (page(&browser), browser.text());
        assert!(shown.contains("Not noted") && shown.contains(said), "{shown}");
        assert!(html.contains("id=\"note\" open"), "{html}");
        assert!(html.contains(&format!("value=\"{}\"", fields[2].1)), "{html}");
        assert!(html.contains("<option value=\"bounced\" selected>"), "{html}");
    }
    let most = "🏠".repeat(500);
    browser.sends(&path, &[("kind", "text"), ("result", "bounced"), ("note", &most)]).await.expect(200);
    assert!(browser.text().contains(&most));
}

#[tokio::test]
async fn a_reject_that_comes_too_late_promises_nothing_and_keeps_the_text() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let leads = rita.is_sent_leads(2).await;
    app.advance(Duration::from_hours(14 * 24));
    let mut browser = app.browses_as(&rita).await;
    let path = format!("/leads/{}/reject", leads[0]);
    browser.opens(&path).await.expect(200);
    let shown = browser.text();
    assert!(shown.contains("The return window has closed") && shown.contains("You can still accept"), "{shown}");
    for promise in ["Reject and ask", "goes back to your balance", "asks for it back", "What happened?"] {
        assert!(!shown.contains(promise), "{promise}: {shown}");
    }
    browser.opens(format!("/leads/{}", leads[0])).await.expect(200);
    assert!(!browser.text().contains("asks for it back"), "{}", browser.text());
    // Whatever is wrong with the reason besides: the form is gone, the text is not.
    for reason in [REASON, "too short"] {
        let fields = [("rejection_code", "other"), ("rejection_reason", reason)];
        let late = browser.takes(browser.posting(&path, &fields)).await.expect(409);
        assert!(late.text.contains("What you wrote") && late.text.contains(reason), "{late:?}");
        assert!(!late.text.contains("Reject and ask"), "{late:?}");
    }
    browser.opens("/leads").await.expect(200);
    let both = [("action", "reject"), ("lead", leads[0].lead.as_str()), ("lead", leads[1].lead.as_str())];
    browser.sends("/leads/bulk", &both).await.expect(200);
    assert!(browser.note().is_some_and(|note| note.contains("have closed")), "{:?}", browser.note());
    browser.opens(format!("/leads/{}", leads[0])).await.expect(200);
    browser.sends(format!("/leads/{}/accept", leads[0]), &[]).await.expect(200);
    browser.opens(&path).await.expect(200);
    assert_eq!(browser.at, format!("/leads/{}", leads[0]));
    assert!(browser.note().is_some_and(|note| note.contains("accepted already")), "{:?}", browser.note());
}

#[tokio::test]
async fn of_many_those_in_time_are_rejected_and_the_sum_is_theirs() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let old = rita.is_sent(json!({ "contact_name": "Olga Old" })).await;
    app.advance(Duration::from_hours(13 * 24));
    let new = rita.is_sent(json!({ "contact_name": "Nora New" })).await;
    app.advance(Duration::from_hours(24));
    let mut browser = app.browses_as(&rita).await;
    let both = [("action", "reject"), ("lead", old.lead.as_str()), ("lead", new.lead.as_str())];
    browser.sends("/leads/bulk", &both).await.expect(200);
    let shown = browser.text();
    assert!(shown.contains("Too late for 1 of them.") && shown.contains("Reject and ask for $25.00"), "{shown}");
    assert!(page(&browser).contains(&new.lead) && !page(&browser).contains(&format!("value=\"{}\"", old.lead)));
    // Without an allowance nothing is promised either.
    let policy = json!({ "max_returns": 0 });
    app.operator().patch("/api/v1/admin/return-policy", &policy).await.expect(200);
    browser.opens("/leads").await.expect(200);
    browser.sends("/leads/bulk", &both).await.expect(200);
    let shown = browser.text();
    assert!(!shown.contains("ask for $") && shown.contains("their charges stay"), "{shown}");
    browser.opens(format!("/leads/{new}/reject")).await.expect(200);
    let shown = browser.text();
    assert!(!shown.contains("ask for $") && !shown.contains("goes back") && shown.contains("used up"), "{shown}");
}

#[tokio::test]
async fn a_decision_taken_elsewhere_says_when_and_keeps_what_was_written() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    let mut browser = app.browses_as(&rita).await;
    browser.opens(format!("/leads/{lead}/reject")).await.expect(200);
    rita.accepts(&lead).await.expect(200);
    let fields = [("rejection_code", "other"), ("rejection_reason", REASON)];
    browser.sends(format!("/leads/{lead}/reject"), &fields).await.expect(409);
    let shown = browser.text();
    assert!(shown.contains("Your account accepted it today at") && shown.contains(REASON), "{shown}");
}

#[tokio::test]
async fn the_operator_hears_who_was_first_and_keeps_the_note() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let leads = rita.is_sent_leads(4).await;
    for lead in &leads {
        rita.rejects(lead, REASON).await.expect(200);
    }
    let mut olga = office(&app).await;
    olga.opens("/admin/returns").await.expect(200);
    let other = olga.clone();
    let path = |n: usize, word: &str| format!("/admin/returns/{}/{word}", leads[n].assignment);
    // What is wrong with a note stands beside it, and the note stays.
    let long = "n".repeat(1_001);
    for (word, note, said) in [
        ("deny", "", "Write a note"),
        ("deny", "  \r\n ", "Write a note"),
        ("deny", long.as_str(), "You wrote 1,001."),
        ("approve", long.as_str(), "You wrote 1,001."),
    ] {
        olga.sends(path(0, word), &[("note", note)]).await.expect(422);
        let (html, shown) = (page(&olga), olga.text());
        assert!(shown.contains(said) && html.contains(&format!("href=\"#note-{}\"", leads[0].assignment)), "{shown}");
        assert_eq!(shown.matches(long.as_str()).count(), usize::from(note == long), "{word}");
        assert!(html.contains("aria-invalid=\"true\"") && olga.title().starts_with("Error: "));
    }
    olga.sends(path(0, "approve"), &[("note", "It is a bakery.")]).await.expect(200);
    let unsaid = other.posting(path(0, "deny"), &[("note", "")]).await.expect(409);
    assert!(unsaid.text.contains("olga@operator.example approved"), "whatever is wrong besides: {unsaid:?}");
    for (word, heading) in [("deny", "Not denied"), ("approve", "Not approved")] {
        let mut late = other.clone();
        late.sends(path(0, word), &[("note", "It rang <b>twice</b>.")]).await.expect(409);
        let shown = late.text();
        let first = "olga@operator.example approved this return of rita";
        assert!(shown.contains(heading) && shown.contains(first), "{shown}");
        assert!(shown.contains("today at") && shown.contains("$25.00 went back"), "{shown}");
        assert!(shown.contains("It is a bakery.") && shown.contains("It rang <b>twice</b>."), "{shown}");
    }
    // The provider takes a reject back while the operator writes.
    rita.undoes(&leads[1]).await.expect(200);
    olga.opens("/admin/returns").await.expect(200);
    let gone = olga.posting(path(1, "deny"), &[("note", "It rang.")]).await.expect(404);
    assert!(gone.text.contains("taken the reject back") && gone.text.contains("It rang."), "{gone:?}");
}
