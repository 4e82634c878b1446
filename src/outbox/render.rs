//! A mail as its reader sees it: the row's own variables, and what every mail has.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Mail, Preference, Template};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::seal::Seals;
use crate::id::{Id, ProviderId, parse_uuid};
use crate::mail::{Rendered, Templates};

/// What a link to end mails of a kind is good for.
pub const UNSUBSCRIBE: &str = "unsubscribe";

/// What the token of a link to an export is good for.
pub const EXPORT_LINK: &str = "export link";

/// What makes mails' texts: the templates, and what is the same in all mails.
#[derive(Clone, Copy)]
pub struct Renderer<'a> {
    pub templates: &'a Templates,
    pub seals: &'a Seals,
    pub public_url: &'a str,
    pub currency: &'a str,
}

impl<'a> Renderer<'a> {
    pub fn of(app: &'a App) -> Self {
        let (templates, seals) = (&*app.templates, &*app.seals);
        Self { templates, seals, public_url: &app.config.public_url, currency: &app.config.currency }
    }
}

/// The variables of a mail with those that go along with it.
pub fn variables(renderer: Renderer<'_>, mail: &Mail, along: &[Mail]) -> Result<Map<String, Value>> {
    let own = one(renderer, mail)?;
    let mut all = own.clone();
    if let Some(listed) = mail.template.listed() {
        let others = along.iter().map(|mail| one(renderer, mail)).collect::<Result<Vec<_>>>()?;
        let list: Vec<Value> = std::iter::once(own).chain(others).map(Value::Object).collect();
        all.insert(listed.to_owned(), Value::Array(list));
    }
    all.insert("public_url".to_owned(), json!(renderer.public_url));
    all.insert("currency".to_owned(), json!(renderer.currency));
    all.insert("timezone".to_owned(), json!(mail.timezone.as_deref().unwrap_or("UTC")));
    if let Some(name) = &mail.provider_name {
        all.insert("provider_name".to_owned(), json!(name));
        all.insert("preferences_url".to_owned(), json!(format!("{}/preferences", renderer.public_url)));
        all.insert("unsubscribe_url".to_owned(), json!(unsubscribe_url(renderer, mail)));
    }
    Ok(all)
}

/// Where one click ends mails of this kind, if they can be ended.
pub fn unsubscribe_url(renderer: Renderer<'_>, mail: &Mail) -> Option<String> {
    let (provider, preference) = (mail.provider_id?, mail.template.preference()?);
    let mut content = provider.uuid().as_bytes().to_vec();
    content.extend(preference.as_str().bytes());
    Some(format!("{}/unsubscribe?token={}", renderer.public_url, renderer.seals.seal(UNSUBSCRIBE, &content)))
}

/// Whom and what the token of such a link is about.
pub fn unsubscribing(seals: &Seals, token: &str) -> Option<(ProviderId, Preference)> {
    let content = seals.open(UNSUBSCRIBE, token)?;
    let (provider, preference) = content.split_at_checked(16)?;
    let preference = Preference::from_text(std::str::from_utf8(preference).ok()?)?;
    Some((ProviderId(Uuid::from_slice(provider).ok()?), preference))
}

/// The mail and those along as one text.
///
/// # Errors
/// `Internal` where a variable is missing.
pub fn render(renderer: Renderer<'_>, mail: &Mail, along: &[Mail]) -> Result<Rendered> {
    let mut variables = variables(renderer, mail, along)?;
    // A sign-in link is made when its mail goes, and is nobody else's to see.
    if mail.template == Template::SignInLink {
        variables.entry("sign_in_url").or_insert(json!("…"));
        variables.entry("expires_at").or_insert(json!(mail.created_at));
    }
    renderer.templates.render(mail.template.as_str(), &Value::Object(variables)).map_err(Error::internal)
}

/// A row's own variables, with the link to the lead's page.
fn one(renderer: Renderer<'_>, mail: &Mail) -> Result<Map<String, Value>> {
    let mut own: Map<String, Value> = serde_json::from_str(&mail.variables.0).map_err(Error::internal)?;
    let office = if mail.provider_id.is_some() { "" } else { "/admin" };
    let page =
        own.get("lead_id").and_then(Value::as_str).map(|lead| format!("{}{office}/leads/{lead}", renderer.public_url));
    if let Some(page) = page {
        own.insert("lead_url".to_owned(), json!(page));
    }
    if mail.template == Template::ProviderNewLead {
        // Those promised by an earlier release say nothing of it.
        for name in ["need", "place"] {
            own.entry(name).or_insert(json!(""));
        }
    }
    // The token stands in no row: it is made of the installation's secret, and the export knows its hash.
    if let Some(export) = own.get("export_id").and_then(Value::as_str).and_then(parse_uuid) {
        let token = renderer.seals.token(EXPORT_LINK, export.as_bytes());
        own.insert("download_url".to_owned(), json!(format!("{}/exports/{export}?token={token}", renderer.public_url)));
    }
    Ok(own)
}
