//! What is told of returns: one mail of each event, and no other.

use leadhouse::db::{Json, params};
use leadhouse::id::parse_uuid;
use serde_json::{Value, json};

use super::{REASON, a_rejected_lead, appealing, approving, denying, policy_is, sells_all};
use crate::support::{Sent, TestApp, at_once};

const OPERATOR: &[&str] = &["--admin-notification-email", "ops@example.com"];

/// The mails about this assignment, but for that of its coming: template, round, variables.
async fn mails(app: &TestApp, sent: &Sent) -> Vec<(String, i64, Value)> {
    let subject = parse_uuid(&sent.assignment).expect("an id");
    let rows: Vec<(String, i64, Json)> = app
        .read(move |read| {
            let of = "SELECT template, round, variables FROM mails
                       WHERE subject_id = $1 AND template <> 'provider_new_lead' ORDER BY id";
            read.all(of, params![subject])
        })
        .await;
    rows.into_iter().map(|(name, round, json)| (name, round, serde_json::from_str(&json.0).expect("JSON"))).collect()
}

async fn templates(app: &TestApp, sent: &Sent) -> Vec<(String, i64)> {
    mails(app, sent).await.into_iter().map(|(template, round, _)| (template, round)).collect()
}

fn told(round: i64) -> (String, i64) {
    ("provider_return_decided".to_owned(), round)
}

#[tokio::test]
async fn a_reject_is_told_to_the_operator_and_a_decision_to_the_provider() {
    let app = TestApp::with_flags(OPERATOR).await;
    let rita = app.provider("rita").niche("Roofing").price(25.0).await;
    let sent = rita.is_sent_a_lead().await;
    let body = json!({ "rejection_reason": REASON, "rejection_code": "bad_contact" });
    let rejected = rita.post(format!("/api/v1/provider/leads/{sent}/reject"), &body).await.expect(200).json();
    let (template, round, variables) = mails(&app, &sent).await.remove(0);
    assert_eq!((template.as_str(), round), ("admin_provider_rejected_lead", 0));
    let expected = json!({
        "provider_name": "rita", "lead_id": sent.lead, "niche_name": "Roofing", "rejection_reason": REASON,
        "rejection_code": "bad_contact", "rejected_at": rejected["rejected_at"],
    });
    assert_eq!(variables, expected);
    let decided = denying(&app, &sent, "it rang").await.expect(200).json();
    let all = mails(&app, &sent).await;
    assert_eq!(all.len(), 2, "{all:?}");
    let mut variables = all[1].2.clone();
    let until = variables.as_object_mut().expect("an object").remove("appeal_until").expect("a time");
    assert_eq!(until, rita.opens(&sent).await.json()["appeal_until"]);
    let expected = json!({
        "lead_id": sent.lead, "niche_name": "Roofing", "decision": "denied", "note": "it rang", "rule": null, "price": 25.0,
        "decided_at": decided["decided_at"],
    });
    assert_eq!((&all[1].0, all[1].1, variables), (&told(0).0, 0, expected));
    appealing(&rita, &sent, "it is a fax line, really").await.expect(200);
    assert_eq!(mails(&app, &sent).await.len(), 2, "nobody is told of an appeal");
    approving(&app, &sent).await.expect(200);
    let (template, round, variables) = mails(&app, &sent).await.remove(2);
    assert_eq!((template, round), told(1));
    assert_eq!((&variables["decision"], &variables["appeal_until"]), (&json!("approved"), &Value::Null));
}

#[tokio::test]
async fn what_a_rule_decides_is_told_with_the_rule() {
    let app = TestApp::with_flags(OPERATOR).await;
    let rita = app.provider("rita").await;
    policy_is(&app, json!({ "unreachable": true, "max_returns": 1 })).await;
    sells_all(&app, &rita).await;
    let sent = rita.is_sent(json!({ "contact_email": "nobody@mail.invalid", "contact_phone": null })).await;
    rita.rejects(&sent, REASON).await.expect(200);
    let all = mails(&app, &sent).await;
    assert_eq!(
        (all.len(), all[0].0.as_str(), all[1].0.as_str()),
        (2, "admin_provider_rejected_lead", "provider_return_decided")
    );
    assert_eq!((&all[1].2["decision"], &all[1].2["rule"]), (&json!("approved"), &json!("unreachable")));
    // Over the allowance there is nothing to decide; the operator is told all the same.
    let over = a_rejected_lead(&rita).await;
    assert_eq!(templates(&app, &over).await, [("admin_provider_rejected_lead".to_owned(), 0)]);
}

#[tokio::test]
async fn the_operator_is_told_where_it_wants_to_be() {
    for flags in
        [&[][..], &["--admin-notification-email", "ops@example.com", "--notify-admin-on-provider-reject", "false"]]
    {
        let app = TestApp::with_flags(flags).await;
        let rita = app.provider("rita").await;
        let sent = a_rejected_lead(&rita).await;
        approving(&app, &sent).await.expect(200);
        assert_eq!(templates(&app, &sent).await, [told(0)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_decisions_at_once_one_is_told() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = a_rejected_lead(&rita).await;
    let decisions = (0..8).flat_map(|_| [approving(&app, &sent), denying(&app, &sent, "it rang")]);
    let answers = at_once(decisions.collect::<Vec<_>>()).await;
    let won = answers.with(200).json()["state"].clone();
    assert_eq!(templates(&app, &sent).await, [told(0)]);
    assert_eq!(mails(&app, &sent).await[0].2["decision"], won);
}

#[tokio::test]
async fn a_decision_reaches_the_provider_unless_it_does_not_want_it() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").niche("Roofing").price(25.0).await;
    let (one, other) = (a_rejected_lead(&rita).await, a_rejected_lead(&rita).await);
    let path = format!("/api/v1/admin/returns/{}/approve", one.assignment);
    app.operator().post(path, &json!({ "note": "<b>checked</b>" })).await.expect(200);
    app.run_jobs().await;
    let letters =
        || app.mails().into_iter().filter(|letter| letter.subject.starts_with("Your return")).collect::<Vec<_>>();
    let [letter] = &letters()[..] else { panic!("{:?}", letters()) };
    assert_eq!(
        (&letter.to[..], letter.subject.as_str()),
        (&[rita.email.clone()][..], "Your return was approved - Roofing")
    );
    assert!(letter.text.contains("<b>checked</b>") && letter.text.contains("25.00 USD"), "{}", letter.text);
    assert!(!letter.html.contains("<b>checked</b>"), "{}", letter.html);
    rita.prefers(&json!({ "notify_on_bad_lead_decision": false })).await.expect(200);
    denying(&app, &other, "it rang").await.expect(200);
    app.run_jobs().await;
    assert_eq!(letters().len(), 1);
    let mails = app.operator().get("/api/v1/admin/mails?state=suppressed").await.expect(200).items();
    assert_eq!((mails.len(), &mails[0]["template"]), (1, &json!("provider_return_decided")));
}
