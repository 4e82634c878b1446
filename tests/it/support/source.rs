//! Where leads come from: a form on a site, an ad platform.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::Method;
use serde_json::{Value, json};

use super::answer::{Answer, Answers};
use super::client::{Call, Client, at_once};

/// A source with its key; everything it sends is a person nobody has seen before, unless the members say otherwise.
#[derive(Clone)]
pub struct Source {
    pub client: Client,
    pub id: String,
    pub key: String,
    /// Google's `google_key`; a signing secret for other formats.
    pub secret: Option<String>,
    pub(super) admin_token: String,
    pub(super) people: Arc<AtomicU64>,
}

impl Source {
    pub fn path(&self) -> String {
        format!("/api/v1/intake/{}", self.key)
    }

    /// A number no other person of this app has.
    fn next_person(&self) -> u64 {
        self.people.fetch_add(1, Ordering::Relaxed)
    }

    /// A lead in our own format: a new person, with `members` on top (a null member is left out).
    pub fn lead(&self, members: Value) -> Value {
        let n = self.next_person();
        let mut lead = json!({
            "contact_name": format!("Person {n}"),
            "contact_email": format!("person{n}@example.org"),
            // Denver's 303-555-2xxx and on: numbers that exist as far as the plan is concerned.
            "contact_phone": format!("+1303{:07}", 5_550_000 + n),
            "form_data": { "project": "New roof" },
        });
        let (Value::Object(members), Some(of_lead)) = (members, lead.as_object_mut()) else { panic!("no members") };
        of_lead.extend(members);
        of_lead.retain(|_, value| !value.is_null());
        lead
    }

    /// Sends a new person's lead in our own format.
    pub async fn sends(&self, members: Value) -> Answer {
        self.sending(&self.lead(members)).await
    }

    /// The call that sends exactly this body.
    pub fn sending(&self, body: &Value) -> Call {
        self.client.post(self.path(), body)
    }

    /// The same body so many times at once.
    pub async fn sends_at_once(&self, n: usize, body: &Value) -> Answers {
        at_once((0..n).map(|_| self.sending(body))).await
    }

    /// A form post (`application/x-www-form-urlencoded`) as it stands.
    pub async fn posts_form(&self, body: &str) -> Answer {
        let call = self.client.call(Method::POST, self.path());
        call.header("content-type", "application/x-www-form-urlencoded").body(body).await
    }

    pub async fn previews(&self, body: &Value) -> Answer {
        self.client.post(format!("{}/preview", self.path()), body).await
    }

    /// A Google Ads lead form delivery of a new person; `columns` are further `column_id`s with their values.
    pub fn google_delivery(&self, columns: &[(&str, &str)]) -> Value {
        let n = self.next_person();
        let mut data = vec![
            json!({ "column_name": "Full Name", "string_value": format!("Person {n}"), "column_id": "FULL_NAME" }),
            json!({ "column_name": "User Phone", "string_value": format!("+1303{:07}", 5_550_000 + n),
                    "column_id": "PHONE_NUMBER" }),
            json!({ "column_name": "User Email", "string_value": format!("person{n}@example.org"), "column_id": "EMAIL" }),
        ];
        data.extend(columns.iter().map(|(id, value)| json!({ "string_value": value, "column_id": id })));
        json!({
            "lead_id": format!("google-lead-{n}"),
            "user_column_data": data,
            "api_version": "1.0",
            "form_id": 18_698_608_977_i64,
            "campaign_id": 991_214_827,
            "google_key": self.secret.as_deref().unwrap_or_default(),
            "is_test": false,
            "gcl_id": format!("gcl-{n}"),
            "adgroup_id": 20_000_000_000_i64,
            "creative_id": 30_000_000_000_i64,
        })
    }
}
