//! Returns: a rejected lead's way to a refund, through the doors of providers and of the back office.

mod allowance;
mod appeal;
mod attempts;
mod bulk;
mod decide;
mod mails;
mod nodes;
mod policy;
mod races;
mod undo;

use serde_json::{Value, json};

use crate::support::{Answer, Call, Provider, Sent, TestApp};

const REASON: &str = "the number is not in service";
const RETURNS: &str = "/api/v1/admin/returns";
const POLICY: &str = "/api/v1/admin/return-policy";

fn approving(app: &TestApp, sent: &Sent) -> Call {
    app.operator().post_nothing(format!("{RETURNS}/{}/approve", sent.assignment))
}

fn denying(app: &TestApp, sent: &Sent, note: &str) -> Call {
    app.operator().post(format!("{RETURNS}/{}/deny", sent.assignment), &json!({ "note": note }))
}

/// The return as the back office shows it.
async fn shown(app: &TestApp, sent: &Sent) -> Value {
    app.operator().get(format!("{RETURNS}/{}", sent.assignment)).await.expect(200).json()
}

async fn policy_is(app: &TestApp, change: Value) -> Value {
    app.operator().patch(POLICY, &change).await.expect(200).json()
}

/// The provider's niche sells leads too by which nobody can be reached.
async fn sells_all(app: &TestApp, rita: &Provider) {
    let path = format!("/api/v1/admin/niches/{}", rita.niche);
    app.operator().patch(path, &json!({ "unreachable": "sell" })).await.expect(200);
}

/// A lead that was rejected, for a reason of no account.
async fn a_rejected_lead(rita: &Provider) -> Sent {
    let sent = rita.is_sent_a_lead().await;
    rita.rejects(&sent, REASON).await.expect(200);
    sent
}

fn appealing(rita: &Provider, sent: &Sent, text: &str) -> Call {
    rita.post(format!("/api/v1/provider/leads/{sent}/appeal"), &json!({ "text": text }))
}

fn trying(rita: &Provider, sent: &Sent, body: &Value) -> Call {
    rita.post(format!("/api/v1/provider/leads/{sent}/attempts"), body)
}

/// How many refunds the provider's ledger has.
async fn refunds(app: &TestApp, rita: &Provider) -> usize {
    app.ledger_of(&rita.id).await.iter().filter(|(kind, ..)| kind == "refund").count()
}

/// The code of a conflict, and the lead's status in it.
#[track_caller]
fn conflict(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 409, "{answer:?}");
    (answer.problem_code(), answer.str("lead_status"))
}

fn said(code: &str, status: &str) -> (String, String) {
    (code.to_owned(), status.to_owned())
}
