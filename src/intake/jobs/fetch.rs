//! Leads are fetched from Meta with the page's token.

use std::sync::Arc;

use crate::app::App;
use crate::error::{Error, Result};
use crate::http::json;
use crate::intake::elsewhere::FetchLead;
use crate::intake::formats::Reading;
use crate::intake::{self, Refused, formats};
use crate::queue::{JobKind, Ticket};

/// Beyond these Meta hands out the id and the time alone.
const FIELDS: &str = "id,created_time,field_data,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,form_id,\
                      is_organic,platform";

impl JobKind<App> for FetchLead {
    const KIND: &'static str = Self::NAME;

    /// What fails is tried again, and shown among the jobs in Meta's words: a token may be put right.
    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        let id = self.source();
        let source = app.db.read(move |read| intake::source(read, id)).await?;
        if !source.active {
            return Err(Error::Unavailable("the source is switched off".into()));
        }
        let token = source.access_token.clone();
        let token = token.ok_or(Error::Unavailable("the source has no access_token to fetch its leads with".into()))?;
        let address = format!("{}/{}", app.config.meta_graph_url, self.notice.leadgen_id);
        let asked = app.outgoing.get(&address, &[("fields", FIELDS), ("access_token", &token)]).await;
        let answer = asked.map_err(|failed| Error::Unavailable(format!("Meta was not reached: {failed}").into()))?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let value = json::parse_liberally(&text).map(|(value, _)| value).ok();
        let error = value.as_ref().and_then(|value| value.get("error")).and_then(|error| error.get("message"));
        if error.is_some() || !answer.is_success() {
            let words = error.and_then(json::Value::as_str).unwrap_or("without a word of why").replace(&token, "…");
            return Err(Error::Unavailable(format!("Meta answered {}: {words}", answer.status).into()));
        }
        let value = value.ok_or(Error::Unavailable("Meta answered what is no JSON".into()))?;
        let Reading { mut submission, errors } = formats::fetched(&source, value, &self.notice);
        let content_type = "application/json".to_owned();
        // Fetched again it would be the same.
        if !errors.is_empty() {
            let refused =
                Refused { status: 422, errors, content_type, query: String::new(), payload: text, bytes: None };
            return app.db.run(intake::keep_refused(&source, refused)).await;
        }
        submission.raw_payload = text;
        submission.raw_content_type = content_type;
        app.db.run(intake::receive(Arc::new(source), submission)).await.map(drop)
    }
}
