//! The people of the tests: an operator, providers, and what they do.

use std::fmt::{self, Display};
use std::future::{Future, IntoFuture};
use std::ops::Deref;
use std::pin::Pin;

use serde_json::{Value, json};

use super::answer::{Answer, Answers};
use super::app::TestApp;
use super::client::{Client, at_once};
use super::source::Source;

/// A lead as its provider has it. Shows itself as the lead's id, which is what paths take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub lead: String,
    pub assignment: String,
}

impl Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lead)
    }
}

/// A provider with a token, and the market it was set up in.
#[derive(Clone)]
pub struct Provider {
    pub client: Client,
    pub id: String,
    pub name: String,
    pub email: String,
    pub niche: String,
    /// The subscription it was set up with, if any.
    pub subscription: Option<String>,
    /// A `json` source of its niche.
    pub source: Source,
}

impl Deref for Provider {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Provider {
    /// A new person asks in this provider's niche, and the lead reaches this provider.
    pub async fn is_sent_a_lead(&self) -> Sent {
        self.is_sent(json!({})).await
    }

    /// The same with some of the lead's members given.
    pub async fn is_sent(&self, members: Value) -> Sent {
        let answer = self.source.sends(members).await.expect(201);
        assert_eq!(answer.json()["status"], "assigned", "{answer:?}");
        self.has(&answer.str("lead_id")).await
    }

    /// So many leads, oldest first.
    pub async fn is_sent_leads(&self, n: usize) -> Vec<Sent> {
        let mut sent = Vec::with_capacity(n);
        for _ in 0..n {
            sent.push(self.is_sent_a_lead().await);
        }
        sent
    }

    /// This provider's assignment of a lead, as the back office shows it (the provider does not open it by that).
    pub async fn has(&self, lead: &str) -> Sent {
        let office = Client { token: Some(self.source.admin_token.clone()), ..self.client.clone() };
        let shown = office.get(format!("/api/v1/admin/leads/{lead}")).await.expect(200).json();
        let assignments = shown["assignments"].as_array().expect("assignments");
        let mine = assignments.iter().find(|a| a["provider_id"] == self.id.as_str());
        let mine = mine.unwrap_or_else(|| panic!("{} was not sent {lead}: {shown}", self.name));
        let id = mine["assignment_id"].as_str().or(mine["id"].as_str()).expect("the assignment's id");
        Sent { lead: lead.to_owned(), assignment: id.to_owned() }
    }

    /// The inbox; `query` is what stands behind the question mark, or nothing.
    pub async fn inbox(&self, query: &str) -> Answer {
        let joint = if query.is_empty() { "" } else { "?" };
        self.get(format!("/api/v1/provider/leads{joint}{query}")).await
    }

    pub async fn opens(&self, lead: impl Display) -> Answer {
        self.get(format!("/api/v1/provider/leads/{lead}")).await
    }

    pub async fn accepts(&self, lead: impl Display) -> Answer {
        self.post_nothing(format!("/api/v1/provider/leads/{lead}/accept")).await
    }

    pub async fn rejects(&self, lead: impl Display, reason: &str) -> Answer {
        self.post(format!("/api/v1/provider/leads/{lead}/reject"), &json!({ "rejection_reason": reason })).await
    }

    pub async fn undoes(&self, lead: impl Display) -> Answer {
        self.post_nothing(format!("/api/v1/provider/leads/{lead}/undo")).await
    }

    pub async fn accepts_at_once(&self, n: usize, lead: impl Display) -> Answers {
        let path = format!("/api/v1/provider/leads/{lead}/accept");
        self.client.at_once(n, |me| me.post_nothing(&path)).await
    }

    /// So many accepts against so many rejects, all at once: the accepts' answers first.
    pub async fn decides_at_once(&self, accepts: usize, rejects: usize, lead: impl Display) -> Answers {
        let path = format!("/api/v1/provider/leads/{lead}");
        let reason = json!({ "rejection_reason": "the number is not in service" });
        let yes = (0..accepts).map(|_| self.post_nothing(format!("{path}/accept")));
        let no = (0..rejects).map(|_| self.post(format!("{path}/reject"), &reason));
        at_once(yes.chain(no)).await
    }

    pub async fn opens_at_once(&self, n: usize, lead: impl Display) -> Answers {
        let path = format!("/api/v1/provider/leads/{lead}");
        self.client.at_once(n, |me| me.get(&path)).await
    }

    /// `GET …/me`.
    pub async fn me(&self) -> Value {
        self.get("/api/v1/provider/me").await.expect(200).json()
    }

    pub async fn preferences(&self) -> Value {
        self.get("/api/v1/provider/notification-preferences").await.expect(200).json()["preferences"].clone()
    }

    pub async fn prefers(&self, changes: &Value) -> Answer {
        self.patch("/api/v1/provider/notification-preferences", changes).await
    }
}

/// A provider about to come: awaiting it makes it. What is not said is sensible: a niche of its own, the level `Shared` of
/// three, a price of 25, a balance of 100,000, no caps, UTC.
#[must_use = "await it"]
pub struct NewProvider<'a> {
    app: &'a TestApp,
    name: String,
    timezone: Option<String>,
    niche: String,
    level: (String, u32),
    balance: f64,
    subscription: Option<Value>,
}

impl<'a> NewProvider<'a> {
    pub(super) fn new(app: &'a TestApp, name: &str) -> Self {
        Self {
            app,
            name: name.to_owned(),
            timezone: None,
            niche: format!("Roofing by {name}"),
            level: ("Shared".to_owned(), 3),
            balance: 100_000.0,
            subscription: Some(json!({ "price": 25.0 })),
        }
    }

    /// An IANA zone, as in `America/Denver`.
    pub fn timezone(mut self, zone: &str) -> Self {
        self.timezone = Some(zone.to_owned());
        self
    }

    /// The niche's name; providers that name the same one compete.
    pub fn niche(mut self, name: &str) -> Self {
        name.clone_into(&mut self.niche);
        self
    }

    /// The competition level's name and its `max_providers` (which counts where the level is new).
    pub fn level(mut self, name: &str, max_providers: u32) -> Self {
        self.level = (name.to_owned(), max_providers);
        self
    }

    pub fn price(self, price: f64) -> Self {
        self.terms("price", json!(price))
    }

    /// Starts with this on account; 0 credits nothing.
    pub fn balance(mut self, amount: f64) -> Self {
        self.balance = amount;
        self
    }

    pub fn daily_cap(self, n: u32) -> Self {
        self.terms("daily_cap", json!(n))
    }

    pub fn monthly_budget(self, amount: f64) -> Self {
        self.terms("monthly_budget", json!(amount))
    }

    pub fn postal_prefixes(self, prefixes: &[&str]) -> Self {
        self.terms("postal_prefixes", json!(prefixes))
    }

    /// Comes without a subscription.
    pub fn without_subscription(mut self) -> Self {
        self.subscription = None;
        self
    }

    fn terms(mut self, name: &str, value: Value) -> Self {
        self.subscription.get_or_insert_with(|| json!({ "price": 25.0 }))[name] = value;
        self
    }

    async fn come(self) -> Provider {
        let Self { app, name, timezone, niche, level, balance, subscription } = self;
        let operator = app.operator();
        let niche = app.niche(&niche).await;
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let mut body = json!({ "name": name, "email": email });
        if let Some(zone) = timezone {
            body["timezone"] = json!(zone);
        }
        let id = operator.post("/api/v1/admin/providers", &body).await.expect(201).str("id");
        if balance > 0.0 {
            app.credits(&id, balance).await.expect(201);
        }
        let subscription = match subscription {
            Some(terms) => Some(app.subscribes(&id, &niche, &app.level(&level.0, level.1).await, terms).await),
            None => None,
        };
        let path = format!("/api/v1/admin/providers/{id}/tokens");
        let token = operator.post(path, &json!({ "name": "test" })).await.expect(201).str("token");
        let client = Client { token: Some(token), ..operator };
        let source = app.source_of(&niche).await;
        Provider { client, id, name, email, niche, subscription, source }
    }
}

impl<'a> IntoFuture for NewProvider<'a> {
    type Output = Provider;
    type IntoFuture = Pin<Box<dyn Future<Output = Provider> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.come())
    }
}
