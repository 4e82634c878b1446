//! Accept and reject: one decision each, with its reason, its answer and its record.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use leadhouse::accounts;
use leadhouse::assignments::{LeadRef, Rejection, RejectionCode};
use leadhouse::clock::Timestamp;
use leadhouse::db::Unit;
use leadhouse::inbox::{self, RejectRules};
use leadhouse::period::Windows;
use serde_json::{Value, json};

use super::names;
use crate::support::{Provider, Sent, TestApp};

const REASON: &str = "the number is not in service";

async fn reject(who: &Provider, lead: &impl std::fmt::Display, body: &Value) -> crate::support::Answer {
    who.post(format!("/api/v1/provider/leads/{lead}/reject"), body).await
}

#[tokio::test]
async fn an_accepted_lead_stays_accepted() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    let answer = rita.accepts(&sent).await.expect(200).json();
    assert_eq!(names(&answer), ["accepted_at", "assignment_id", "ok", "status"]);
    assert_eq!((&answer["ok"], &answer["status"]), (&json!(true), &json!("accepted")));
    assert_eq!(answer["assignment_id"], sent.assignment.as_str());
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.accepted"]);
    for again in [rita.accepts(&sent).await, rita.rejects(&sent, REASON).await] {
        let again = again.expect(409);
        assert_eq!(again.problem_code(), "already_resolved");
        assert_eq!(again.json()["lead_status"], "accepted");
    }
    let lead = rita.opens(&sent).await.expect(200).json();
    assert_eq!((&lead["status"], &lead["accepted_at"]), (&json!("accepted"), &answer["accepted_at"]));
    assert!(lead["viewed_at"].as_str() <= lead["accepted_at"].as_str(), "{lead}");
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.accepted", "lead.viewed"]);
    let counts = json!({ "active": 0, "accepted": 1, "rejected": 0, "refunded": 0, "unviewed": 0 });
    assert_eq!(rita.me().await["counts"], counts);
}

#[tokio::test]
async fn a_rejected_lead_keeps_its_reason() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    let body = json!({ "rejection_reason": " \u{200b}Nicht\r\nzusta\u{308}ndig.  ", "rejection_code": "out_of_area" });
    let answer = reject(&rita, &sent, &body).await.expect(200).json();
    assert_eq!(names(&answer), ["assignment_id", "ok", "rejected_at", "return", "returns_left", "status"]);
    assert_eq!((&answer["ok"], &answer["status"]), (&json!(true), &json!("rejected")));
    for shown in [rita.opens(&sent).await.json(), rita.inbox("status=rejected").await.items()[0].clone()] {
        assert_eq!(shown["rejection_reason"], "Nicht\r\nzust\u{e4}ndig.");
        assert_eq!((&shown["rejection_code"], &shown["rejected_at"]), (&json!("out_of_area"), &answer["rejected_at"]));
    }
    let entries = app.audit_entries(&sent).await;
    assert_eq!(entries[1]["action"], "lead.rejected");
    // The entry outlives an erasure: the words do not go into it.
    assert_eq!(entries[1]["details"], json!({ "rejection_code": "out_of_area" }));
    for again in [rita.accepts(&sent).await, rita.rejects(&sent, REASON).await] {
        let again = again.expect(409);
        assert_eq!(
            (again.problem_code().as_str(), &again.json()["lead_status"]),
            ("already_resolved", &json!("rejected"))
        );
    }
    let other = rita.is_sent_a_lead().await;
    rita.rejects(&other, REASON).await.expect(200);
    assert_eq!(rita.opens(&other).await.json()["rejection_code"], "other");
    assert_eq!(rita.me().await["counts"]["rejected"], 2);
}

#[tokio::test]
async fn a_reason_says_something_and_is_counted_as_people_count() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let family = "👨\u{200d}👩\u{200d}👧";
    for (reason, status) in [
        (json!("a".repeat(9)), 422),
        (json!("a".repeat(10)), 200),
        (json!("a".repeat(500)), 200),
        (json!("a".repeat(501)), 422),
        (json!(" ".repeat(10)), 422),
        (json!("\u{200b}".repeat(10)), 422),
        (json!("\u{3000}".repeat(10)), 422),
        (json!(family.repeat(10)), 200),
        (json!("😀".repeat(500)), 200),
        (json!("😀".repeat(501)), 422),
        (json!("\r\n".repeat(10)), 422),
        (json!("e\u{301}".repeat(9)), 422),
        (json!("e\u{301}".repeat(10)), 200),
        (json!("a".repeat(100_000)), 422),
        (json!("not\u{0}in service"), 422),
        (json!("bell \u{7} in the reason"), 422),
        (json!(null), 422),
        (json!(1_234_567_890), 422),
        (json!(["the number is dead"]), 422),
    ] {
        let sent = rita.is_sent_a_lead().await;
        let answer = reject(&rita, &sent, &json!({ "rejection_reason": reason })).await.expect(status);
        if status == 422 {
            assert_eq!(answer.wrong_fields(), ["#/rejection_reason"], "{reason}");
            assert_eq!(app.audit_of(&sent).await, ["lead.assigned"]);
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_a_rejection_changes_nothing() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    for (body, wrong) in [
        (json!({}), vec!["#/rejection_reason"]),
        (json!({ "rejection_reason": REASON, "rejection_code": "because" }), vec!["#/rejection_code"]),
        (json!({ "rejection_reason": REASON, "rejection_code": "SPAM" }), vec!["#/rejection_code"]),
        (
            json!({ "rejection_reason": REASON, "status": "refunded", "price_charged": 0, "provider_id": rita.id }),
            vec!["#/price_charged", "#/provider_id", "#/status"],
        ),
        (json!([REASON]), vec!["#"]),
        (json!("a string of text"), vec!["#"]),
        (json!(null), vec!["#"]),
    ] {
        assert_eq!(reject(&rita, &sent, &body).await.expect(422).wrong_fields(), wrong, "{body}");
    }
    let path = format!("/api/v1/provider/leads/{sent}/reject");
    let doubled = format!(r#"{{"rejection_reason":"{REASON}","rejection_reason":"{REASON}"}}"#);
    let call = || rita.call(Method::POST, &path);
    call().header("content-type", "application/json").body(doubled).await.expect(422);
    call()
        .header("content-type", "text/plain")
        .body(json!({ "rejection_reason": REASON }).to_string())
        .await
        .expect(415);
    call().await.expect(415);
    let accept = format!("/api/v1/provider/leads/{sent}/accept");
    rita.post(&accept, &json!({ "status": "refunded" })).await.expect(422);
    rita.post(&accept, &json!([])).await.expect(422);
    rita.get(&accept).await.expect(405);
    assert_eq!(rita.inbox("").await.items()[0]["status"], "active");
    assert_eq!(app.audit_of(&sent).await, ["lead.assigned"]);
    // None, or an empty object, however it is labelled.
    rita.call(Method::POST, &accept).header("content-type", "text/plain").body("{}").await.expect(200);
}

#[tokio::test]
async fn a_lead_can_be_rejected_for_so_long_and_accepted_for_ever() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (early, late) = (rita.is_sent_a_lead().await, rita.is_sent_a_lead().await);
    app.advance(Duration::from_mins(14 * 24 * 60 - 10));
    rita.rejects(&early, REASON).await.expect(200);
    app.advance(Duration::from_mins(10));
    let refused = rita.rejects(&late, REASON).await.expect(409);
    assert_eq!(refused.problem_code(), "return_window_closed");
    assert_eq!(refused.json()["lead_status"], "active");
    assert_eq!(app.audit_of(&late).await, ["lead.assigned"]);
    rita.accepts(&late).await.expect(200);
    // What is decided is said first.
    assert_eq!(rita.rejects(&late, REASON).await.expect(409).problem_code(), "already_resolved");
}

/// What was sold under one window keeps it under another.
#[tokio::test]
async fn a_lead_keeps_the_window_it_was_sold_with() {
    let mut app = TestApp::start().await;
    app.restarts_with(|_| ()).await;
    let rita = app.provider("rita").await;
    let old = [rita.is_sent_a_lead().await, rita.is_sent_a_lead().await];
    app.advance(Duration::from_hours(1));
    let day = Duration::from_hours(24);
    app.restarts_with(|settings| settings.return_window = day).await;
    let young = rita.is_sent_a_lead().await;
    let me = app.bearer(rita.client.token.as_deref().expect("a token"));
    let window = async |sent: &Sent| {
        let shown = me.get(format!("/api/v1/provider/leads/{sent}")).await.expect(200).json();
        let at = |name: &str| Timestamp::parse(shown[name].as_str().expect("a time")).expect("a time");
        at("return_until").since(at("assigned_at"))
    };
    assert_eq!([window(&old[0]).await, window(&young).await], [14 * day, day]);
    app.advance(2 * day);
    let reason = json!({ "rejection_reason": REASON });
    let rejecting = |sent: &Sent| me.post(format!("/api/v1/provider/leads/{sent}/reject"), &reason);
    assert_eq!(rejecting(&young).await.expect(409).problem_code(), "return_window_closed");
    rejecting(&old[0]).await.expect(200);
    app.restarts_with(|settings| settings.return_window = Duration::from_hours(1)).await;
    app.advance(12 * day);
    assert_eq!(rejecting(&old[1]).await.expect(409).problem_code(), "return_window_closed");
}

#[tokio::test]
async fn the_window_ends_at_return_until_itself() {
    let app = TestApp::with_flags(&["--return-window", "1h"]).await;
    app.leaves_a_mess("assignments younger than their charges").await;
    let rita = app.provider("rita").await;
    let (open, closed) = (rita.is_sent_a_lead().await, rita.is_sent_a_lead().await);
    let window = Duration::from_hours(1);
    for (sent, micros) in [(&open, 1), (&closed, 0)] {
        let id = leadhouse::id::parse_uuid(&sent.assignment).expect("an id");
        let unit = move |tx: &mut leadhouse::db::Tx| {
            let now = tx.now();
            let assigned_at = now.minus(window).plus(Duration::from_micros(micros));
            tx.execute(
                "UPDATE lead_assignments SET assigned_at = $2 WHERE id = $1",
                leadhouse::db::params![id, assigned_at],
            )?;
            let (provider,): (leadhouse::id::ProviderId,) =
                tx.one("SELECT provider_id FROM lead_assignments WHERE id = $1", leadhouse::db::params![id])?;
            let rejection = Rejection::new(REASON, RejectionCode::Other).expect("a reason");
            let rules = RejectRules { windows: Windows::always(window), tells_operator: false, refunds_at_once: false };
            let provider = Arc::new(accounts::provider(tx, provider)?);
            Ok(inbox::reject(provider, LeadRef(id), rejection, rules).run(tx).is_ok())
        };
        assert_eq!(app.write(unit).await.expect("the unit runs"), micros == 1);
    }
}

#[tokio::test]
async fn an_erased_lead_is_decided_already() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let (undecided, accepted) = (rita.is_sent_a_lead().await, rita.is_sent_a_lead().await);
    rita.accepts(&accepted).await.expect(200);
    for sent in [&undecided, &accepted] {
        app.operator().post_nothing(format!("/api/v1/admin/leads/{sent}/erase")).await.expect(202);
    }
    app.run_jobs().await;
    for answer in [rita.accepts(&undecided).await, rita.rejects(&undecided, REASON).await] {
        let answer = answer.expect(409);
        assert_eq!(answer.problem_code(), "lead_erased");
        assert_eq!(answer.json()["lead_status"], "refunded");
    }
    let again = rita.accepts(&accepted).await.expect(409);
    assert_eq!((again.problem_code().as_str(), &again.json()["lead_status"]), ("already_resolved", &json!("accepted")));
    let shown = rita.opens(&undecided).await.expect(200).json();
    assert_eq!((&shown["contact_email"], &shown["form_data"]), (&Value::Null, &Value::Null));
    assert!(shown["erased_at"].is_string());
}

#[tokio::test]
async fn a_refunded_lead_is_over() {
    let app = TestApp::start().await;
    app.leaves_a_mess("a refund without its ledger entry").await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    rita.rejects(&sent, REASON).await.expect(200);
    let id = leadhouse::id::parse_uuid(&sent.assignment).expect("an id");
    let refund = move |tx: &mut leadhouse::db::Tx| {
        let now = tx.now();
        let sql = "UPDATE lead_assignments SET status = 'refunded', refunded_at = $2 WHERE id = $1";
        tx.execute(sql, leadhouse::db::params![id, now])
    };
    app.write(refund).await.expect("a refund");
    for answer in [rita.accepts(&sent).await, rita.rejects(&sent, REASON).await] {
        let answer = answer.expect(409);
        assert_eq!(
            (answer.problem_code().as_str(), &answer.json()["lead_status"]),
            ("already_resolved", &json!("refunded"))
        );
    }
    let counts = json!({ "active": 0, "accepted": 0, "rejected": 0, "refunded": 1, "unviewed": 1 });
    assert_eq!(rita.me().await["counts"], counts);
    assert_eq!(rita.inbox("status=refunded").await.json()["total_count"], 1);
}

#[tokio::test]
async fn a_decision_with_a_key_is_answered_the_same_again() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").await, app.provider("sam").await);
    let (one, other) = (rita.is_sent_a_lead().await, rita.is_sent_a_lead().await);
    let accept =
        |sent: &crate::support::Sent| rita.post_nothing(format!("/api/v1/provider/leads/{sent}/accept")).once("k1");
    let first = accept(&one).await.expect(200);
    let again = accept(&one).await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &first.text));
    accept(&other).await.expect(422);
    assert_eq!(app.audit_of(&one).await, ["lead.assigned", "lead.accepted"]);
    // A conflict is an answer too; another's key is another key.
    let conflict = rita.post_nothing(format!("/api/v1/provider/leads/{one}/accept")).once("k2").await.expect(409);
    let path = format!("/api/v1/provider/leads/{one}/accept");
    let kept = rita.post_nothing(&path).once("k2").await.expect(409);
    assert_eq!((kept.header("idempotent-replayed"), &kept.text), ("true", &conflict.text));
    sam.post_nothing(&path).once("k1").await.expect(404);
}
