//! Many leads decided in one call, each as if alone.

use serde_json::{Value, json};

use super::{REASON, RETURNS, policy_is, sells_all};
use crate::support::{Answer, Call, Provider, Sent, TestApp, at_once};

const BULK: &str = "/api/v1/provider/leads/bulk";
const NOBODYS: &str = "0190f5a0-0000-7000-8000-000000000000";

fn accepting(rita: &Provider, leads: &[&str]) -> Call {
    rita.post(BULK, &json!({ "action": "accept", "lead_ids": leads }))
}

fn rejecting(rita: &Provider, leads: &[&str]) -> Call {
    let body = json!({ "action": "reject", "lead_ids": leads, "rejection_reason": REASON, "rejection_code": "spam" });
    rita.post(BULK, &body)
}

fn leads(sent: &[Sent]) -> Vec<&str> {
    sent.iter().map(|sent| sent.lead.as_str()).collect()
}

/// Of each: status code, lead's status, code.
fn results(answer: &Answer) -> Vec<(u64, Option<String>, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let results = answer.json()["results"].as_array().expect("results").clone();
    results
        .iter()
        .map(|r| (r["status_code"].as_u64().expect("a code"), text(&r["lead_status"]), text(&r["code"])))
        .collect()
}

fn done(status: &str) -> (u64, Option<String>, Option<String>) {
    (200, Some(status.to_owned()), None)
}

fn refused(code: &str, status: &str) -> (u64, Option<String>, Option<String>) {
    (409, Some(status.to_owned()), Some(code.to_owned()))
}

#[tokio::test]
async fn each_is_decided_as_if_alone() {
    let app = TestApp::start().await;
    let (rita, sam) = (app.provider("rita").niche("Roofing").await, app.provider("sam").niche("Gutters").await);
    let sent = rita.is_sent_leads(4).await;
    let sams = sam.is_sent_a_lead().await;
    rita.rejects(&sent[1], REASON).await.expect(200);
    // In an order of the caller's own; the third by its assignment's id.
    let asked = [&sent[3].lead, NOBODYS, &sent[1].lead, &sams.lead, &sent[2].assignment, &sent[0].lead];
    let answer = accepting(&rita, &asked).await.expect(200);
    let missing = (404, None, Some("not_found".to_owned()));
    assert_eq!(
        results(&answer),
        [
            done("accepted"),
            missing.clone(),
            refused("already_resolved", "rejected"),
            missing,
            done("accepted"),
            done("accepted")
        ]
    );
    let json = answer.json();
    assert_eq!((&json["ok"], &json["succeeded"], &json["failed"]), (&json!(true), &json!(3), &json!(3)));
    let echoed: Vec<_> = json["results"].as_array().unwrap().iter().map(|r| r["lead_id"].as_str().unwrap()).collect();
    assert_eq!(echoed, asked);
    let lead = rita.opens(&sent[3]).await.json();
    assert_eq!(
        json["results"][0],
        json!({ "lead_id": sent[3].lead, "ok": true, "status_code": 200, "lead_status": "accepted",
                "assignment_id": sent[3].assignment, "decided_at": lead["accepted_at"], "return": null,
                "returns_left": null, "code": null, "detail": null })
    );
    assert_eq!(json["results"][2]["detail"], "this lead has been decided already");
    for n in [0, 2] {
        assert_eq!(app.audit_of(&sent[n]).await, ["lead.assigned", "lead.accepted"]);
    }
    assert_eq!(app.audit_of(&sent[1]).await, ["lead.assigned", "lead.rejected"]);
    assert_eq!(sam.opens(&sams).await.json()["status"], "active");
}

#[tokio::test]
async fn a_reject_of_many_opens_returns_as_far_as_the_allowance_goes() {
    let app = TestApp::with_flags(&["--admin-notification-email", "ops@example.com"]).await;
    policy_is(&app, json!({ "max_returns": 2 })).await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_leads(3).await;
    let answer = rejecting(&rita, &leads(&sent)).await.expect(200);
    assert_eq!(results(&answer), [done("rejected"), done("rejected"), done("rejected")]);
    let of = |n: usize| {
        let result = answer.json()["results"][n].clone();
        (result["return"]["state"].clone(), result["returns_left"].clone())
    };
    assert_eq!(
        [of(0), of(1), of(2)],
        [(json!("pending"), json!(1)), (json!("pending"), json!(0)), (Value::Null, json!(0))]
    );
    assert_eq!(app.operator().get(RETURNS).await.expect(200).items().len(), 2);
    let lead = rita.opens(&sent[0]).await.json();
    assert_eq!((&lead["rejection_reason"], &lead["rejection_code"]), (&json!(REASON), &json!("spam")));
    app.run_jobs().await;
    let told = app.mails().into_iter().filter(|letter| letter.to == ["ops@example.com"]).count();
    assert_eq!(told, 3);
    // Each can be taken back.
    rita.undoes(&sent[1]).await.expect(200);
    assert_eq!(results(&rejecting(&rita, &leads(&sent)).await.expect(200))[1], done("rejected"));
}

#[tokio::test]
async fn what_a_rule_proves_is_refunded_at_once() {
    let app = TestApp::start().await;
    policy_is(&app, json!({ "unreachable": true })).await;
    let rita = app.provider("rita").price(25.0).balance(100.0).await;
    sells_all(&app, &rita).await;
    let mut sent = Vec::new();
    for n in 0..2 {
        let nobody = json!({ "contact_email": format!("nobody{n}@mail.invalid"), "contact_phone": null });
        sent.push(rita.is_sent(nobody).await);
    }
    sent.push(rita.is_sent_a_lead().await);
    let answer = rejecting(&rita, &leads(&sent)).await.expect(200);
    assert_eq!(results(&answer), [done("refunded"), done("refunded"), done("rejected")]);
    assert_eq!(rita.me().await["balance"], 75.0);
}

#[tokio::test]
async fn a_hundred_go_at_once_and_no_more() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(1.0).balance(1000.0).await;
    let sent = rita.is_sent_leads(3).await;
    let nowhere = |n: usize| format!("0190f5a0-0000-7000-8000-{n:012}");
    let filler: Vec<String> = (0..98).map(nowhere).collect();
    let many: Vec<&str> = leads(&sent).into_iter().chain(filler.iter().map(String::as_str)).collect();
    assert_eq!(accepting(&rita, &many).await.expect(422).wrong_fields(), ["#/lead_ids"]);
    let answer = accepting(&rita, &many[..100]).await.expect(200).json();
    assert_eq!((&answer["succeeded"], &answer["failed"]), (&json!(3), &json!(97)));
}

#[tokio::test]
async fn what_is_no_such_request_changes_nothing() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_a_lead().await;
    let lead = &sent.lead;
    for (body, wrong) in [
        (json!({ "action": "accept" }), "#/lead_ids"),
        (json!({ "action": "accept", "lead_ids": [] }), "#/lead_ids"),
        (json!({ "action": "accept", "lead_ids": lead }), "#/lead_ids"),
        (json!({ "action": "accept", "lead_ids": [lead, lead] }), "#/lead_ids"),
        (json!({ "action": "accept", "lead_ids": [lead, 5] }), "#/lead_ids"),
        (json!({ "action": "accept", "lead_ids": [lead, null] }), "#/lead_ids"),
        (json!({ "action": "accept", "lead_ids": [lead.to_uppercase()] }), "#/lead_ids"),
        (json!({ "action": "accept", "lead_ids": [format!(" {lead}")] }), "#/lead_ids"),
        (json!({ "lead_ids": [lead] }), "#/action"),
        (json!({ "action": "undo", "lead_ids": [lead] }), "#/action"),
        (json!({ "action": "reject", "lead_ids": [lead] }), "#/rejection_reason"),
        (json!({ "action": "reject", "lead_ids": [lead], "rejection_reason": "too short" }), "#/rejection_reason"),
        (
            json!({ "action": "reject", "lead_ids": [lead], "rejection_reason": REASON, "rejection_code": "no" }),
            "#/rejection_code",
        ),
        (json!({ "action": "accept", "lead_ids": [lead], "rejection_reason": REASON }), "#/rejection_reason"),
        (json!({ "action": "accept", "lead_ids": [lead], "rejection_code": "spam" }), "#/rejection_code"),
        (json!({ "action": "accept", "lead_ids": [lead], "price_charged": 0 }), "#/price_charged"),
        (json!([lead]), "#"),
    ] {
        assert_eq!(rita.post(BULK, &body).await.expect(422).wrong_fields(), [wrong], "{body}");
    }
    rita.post_nothing(BULK).await.expect(415);
    rita.get(BULK).await.expect(405);
    app.operator().post(BULK, &json!({ "action": "accept", "lead_ids": [lead] })).await.expect(403);
    assert_eq!(rita.opens(&sent).await.json()["status"], "active");
}

#[tokio::test]
async fn with_a_key_the_whole_is_done_once() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = rita.is_sent_leads(2).await;
    let all = leads(&sent);
    let first = accepting(&rita, &all).once("k").await.expect(200);
    let again = accepting(&rita, &all).once("k").await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &first.text));
    accepting(&rita, &all[..1]).once("k").await.expect(422);
    assert_eq!(results(&accepting(&rita, &all).await.expect(200))[0], refused("already_resolved", "accepted"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn bulks_and_single_calls_at_once_are_one_decision_each() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(1.0).balance(1000.0).await;
    let sent = rita.is_sent_leads(6).await;
    let (there, back): (Vec<_>, Vec<_>) = (leads(&sent), leads(&sent).into_iter().rev().collect());
    let singles = sent.iter().map(|lead| rita.post_nothing(format!("/api/v1/provider/leads/{lead}/accept")));
    let bulks = (0..8).map(|n| if n % 2 == 0 { accepting(&rita, &there) } else { rejecting(&rita, &back) });
    let answers = at_once(bulks.chain(singles).collect::<Vec<_>>()).await;
    let in_bulks: u64 = answers.0[..8].iter().map(|a| a.json()["succeeded"].as_u64().expect("a number")).sum();
    let alone = answers.0[8..].iter().filter(|answer| answer.status == 200).count();
    assert_eq!(in_bulks + u64::try_from(alone).unwrap(), 6, "{answers:?}");
}

#[tokio::test]
async fn a_bulk_counts_as_one_of_twenty() {
    let app = TestApp::with_flags(&["--rate-limits", "on"]).await;
    let rita = app.provider("rita").await;
    let answers = rita.client.at_once(25, |_| accepting(&rita, &[NOBODYS])).await;
    assert_eq!((answers.count(200), answers.count(429)), (20, 5));
    assert!(answers.with(429).header("ratelimit-policy").starts_with("\"bulk\";q=20"));
}
