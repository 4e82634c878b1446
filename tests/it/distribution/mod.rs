//! Who gets a lead: the contract's paragraph sentence by sentence, the limits under load, and what happens later.

mod calendar;
mod later;
mod limits;
mod races;
mod rule;
mod territory;

use serde_json::{Value, json};

use crate::support::{Provider, TestApp};

/// Sends a lead of a new person to the niche; the lead's id and status.
async fn sends(source: &Provider, members: Value) -> (String, String) {
    let answer = source.source.sends(members).await.expect(201);
    (answer.str("lead_id"), answer.str("status"))
}

/// A lead with its assignments and trace, as the back office shows it.
async fn shown(app: &TestApp, lead: &str) -> Value {
    app.operator().get(format!("/api/v1/admin/leads/{lead}")).await.expect(200).json()
}

/// The ids of the providers that got the lead.
async fn takers(app: &TestApp, lead: &str) -> Vec<String> {
    let shown = shown(app, lead).await;
    let mut takers: Vec<String> = shown["assignments"]
        .as_array()
        .expect("assignments")
        .iter()
        .map(|a| a["provider_id"].as_str().expect("an id").to_owned())
        .collect();
    takers.sort();
    takers
}

/// The reason the trace gives for a provider's first subscription.
async fn reason(app: &TestApp, lead: &str, provider: &Provider) -> String {
    let line = trace_line(app, lead, provider).await;
    line["reason"].as_str().expect("a reason").to_owned()
}

async fn trace_line(app: &TestApp, lead: &str, provider: &Provider) -> Value {
    let shown = shown(app, lead).await;
    let lines = shown["trace"].as_array().unwrap_or_else(|| panic!("no trace: {shown}"));
    let line = lines.iter().find(|line| line["provider_id"] == provider.id.as_str());
    line.unwrap_or_else(|| panic!("{} is not in the trace: {shown}", provider.name)).clone()
}

async fn changes(app: &TestApp, subscription: &Provider, change: Value) {
    let id = subscription.subscription.as_ref().expect("a subscription");
    app.operator().patch(format!("/api/v1/admin/subscriptions/{id}"), &change).await.expect(200);
}

/// The ids of these providers, sorted as [`takers`] are.
fn ids(providers: &[&Provider]) -> Vec<String> {
    let mut ids: Vec<String> = providers.iter().map(|p| p.id.clone()).collect();
    ids.sort();
    ids
}

/// So many providers of one niche, all alike but for the name.
async fn crowd(app: &TestApp, niche: &str, level: (&str, u32), n: usize) -> Vec<Provider> {
    let mut crowd = Vec::new();
    for at in 0..n {
        crowd.push(app.provider(&format!("{niche} {at}")).niche(niche).level(level.0, level.1).await);
    }
    crowd
}

fn nothing() -> Value {
    json!({})
}
