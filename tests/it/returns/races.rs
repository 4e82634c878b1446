//! Decided once, whatever comes together.

use serde_json::json;

use super::{RETURNS, a_rejected_lead, appealing, approving, denying, policy_is, refunds, sells_all, shown, trying};
use crate::support::{Provider, TestApp, at_once};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_refunds_at_once_are_one() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(100.0).await;
    for _ in 0..3 {
        let sent = a_rejected_lead(&rita).await;
        let answers = at_once((0..10).map(|_| approving(&app, &sent))).await;
        assert_eq!((answers.count(200), answers.count(409)), (1, 9));
        assert_eq!(rita.me().await["balance"], 100.0);
        assert_eq!(app.audit_of(&sent).await, ["lead.assigned", "lead.rejected", "lead.refunded"]);
    }
    assert_eq!(refunds(&app, &rita).await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn approvals_denials_and_an_erasure_at_once_are_one_decision() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(1000.0).await;
    let mut paid = 0;
    for _ in 0..4 {
        let sent = a_rejected_lead(&rita).await;
        let mut calls: Vec<_> =
            (0..8).flat_map(|_| [approving(&app, &sent), denying(&app, &sent, "it rang")]).collect();
        calls.insert(7, app.operator().post_nothing(format!("/api/v1/admin/leads/{sent}/erase")));
        let answers = at_once(calls).await;
        app.run_jobs().await;
        assert_eq!((answers.count(202), answers.count(200), answers.count(409)), (1, 1, 15), "{answers:?}");
        let won = answers.with(200).json();
        let case = shown(&app, &sent).await;
        assert_eq!((&case["state"], &case["status"]), (&won["state"], &won["status"]));
        paid += usize::from(won["state"] == "approved");
        assert_eq!(refunds(&app, &rita).await, paid);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn accepts_rejects_refunds_and_an_erasure_at_once_are_one_way() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").price(25.0).balance(1000.0).await;
    for _ in 0..3 {
        let sent = rita.is_sent_a_lead().await;
        let path = format!("/api/v1/provider/leads/{sent}");
        let reason = json!({ "rejection_reason": "the number is not in service" });
        let mut calls = Vec::new();
        for n in 0..32 {
            calls.push(rita.post_nothing(format!("{path}/accept")));
            calls.push(rita.post(format!("{path}/reject"), &reason));
            if n % 4 == 0 {
                calls.push(approving(&app, &sent));
            }
            if n == 20 {
                calls.push(app.operator().post_nothing(format!("/api/v1/admin/leads/{sent}/erase")));
            }
        }
        let answers = at_once(calls).await;
        app.run_jobs().await;
        assert_eq!(answers.count(202), 1);
        assert_eq!(answers.count(200) + answers.count(409) + answers.count(404), 72, "{answers:?}");
        let decisions = answers.0.iter().filter(|a| a.status == 200 && a.json()["state"].is_null()).count();
        assert!(decisions <= 1, "{answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn appeals_at_once_are_one() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = a_rejected_lead(&rita).await;
    denying(&app, &sent, "it rang").await.expect(200);
    let answers = at_once((0..12).map(|n| appealing(&rita, &sent, &format!("please look again, {n} times")))).await;
    assert_eq!((answers.count(200), answers.count(409)), (1, 11));
    assert_eq!(shown(&app, &sent).await["state"], "pending");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn instant_refunds_go_on_beside_new_leads_and_decisions() {
    let app = TestApp::start().await;
    policy_is(&app, json!({ "unreachable": true })).await;
    let mut all: Vec<Provider> = Vec::new();
    for name in ["rita", "sam", "tom"] {
        all.push(app.provider(name).niche("Roofing").price(25.0).balance(10_000.0).await);
    }
    sells_all(&app, &all[0]).await;
    let source = all[0].source.clone();
    let mut leads = Vec::new();
    for n in 0..6 {
        let body = json!({ "contact_email": format!("nobody{n}@mail.invalid"), "contact_phone": null });
        leads.push(source.sends(body).await.expect(201).str("lead_id"));
    }
    let reason = json!({ "rejection_reason": "nobody can be reached there" });
    let rejects = leads.iter().flat_map(|lead| {
        let reason = &reason;
        all.iter().map(move |who| who.post(format!("/api/v1/provider/leads/{lead}/reject"), reason))
    });
    let news = (0..12).map(|_| source.sending(&source.lead(json!({}))));
    let answers = at_once(rejects.chain(news).collect::<Vec<_>>()).await;
    assert_eq!((answers.count(200), answers.count(201)), (18, 12), "{answers:?}");
    for who in &all {
        assert_eq!(refunds(&app, who).await, 6);
        assert_eq!(who.me().await["balance"], 10_000.0 - 12.0 * 25.0);
    }
    assert_eq!(app.operator().get(format!("{RETURNS}?state=approved")).await.expect(200).items().len(), 18);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_written_while_it_is_erased_leaves_one_story() {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let sent = a_rejected_lead(&rita).await;
    denying(&app, &sent, "it rang").await.expect(200);
    let at = app.clock.now().to_string();
    let tries = (0..6).map(|_| trying(&rita, &sent, &json!({ "kind": "call", "at": at, "result": "reached" })));
    let erase = app.operator().post_nothing(format!("/api/v1/admin/leads/{sent}/erase"));
    let appeal = appealing(&rita, &sent, "please have another look");
    let answers = at_once(tries.chain([erase, appeal]).collect::<Vec<_>>()).await;
    assert_eq!((answers.count(201), answers.count(202), answers.count(200)), (6, 1, 1), "{answers:?}");
    approving(&app, &sent).await.expect(200);
}
