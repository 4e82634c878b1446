//! The sources: making and changing them, and finding one by its key.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::formats::Mapping;
use super::locks::lock_key;
use super::store::{self, Answer, Format, Source};
use super::web_form::Sites;
use crate::audit::{self, Action, Actor, Entity};
use crate::catalog::{self, demand};
use crate::db::{Json, Lane, Read, Unit};
use crate::error::{Error, Result};
use crate::http::identities::IdentityCache;
use crate::id::{NicheId, SourceId};

/// For so long a key works beside the one after it.
const OVERLAP: Duration = Duration::from_hours(24);

/// A source to be made.
#[derive(Debug, Clone)]
pub struct NewSource {
    pub name: String,
    pub niche_id: NicheId,
    pub format: Format,
    /// For the formats that carry one; made up where it is not given.
    pub secret: Option<String>,
    /// Used by formats whose leads are fetched.
    pub access_token: Option<String>,
    pub look_back_days: u32,
    pub country: String,
    /// For the format of that name, and for no other.
    pub mapping: Option<Mapping>,
    pub redirect_hosts: Sites,
    pub cors_origins: Sites,
    pub honeypot: Option<String>,
    pub answer: Answer,
    pub strict: bool,
}

impl NewSource {
    /// A source of the format with what all have that say nothing else.
    pub fn of(name: String, niche_id: NicheId, format: Format) -> Self {
        Self {
            name,
            niche_id,
            format,
            secret: None,
            access_token: None,
            look_back_days: 30,
            country: "US".to_owned(),
            mapping: None,
            redirect_hosts: Sites::default(),
            cors_origins: Sites::default(),
            honeypot: None,
            answer: Answer::Plain,
            strict: false,
        }
    }
}

/// What to change of a source; `None` leaves a field as it is. Its format and key stay what they are.
#[derive(Debug, Clone, Default)]
pub struct SourceChange {
    pub name: Option<String>,
    pub niche_id: Option<NicheId>,
    pub secret: Option<String>,
    pub access_token: Option<String>,
    pub look_back_days: Option<u32>,
    pub country: Option<String>,
    pub active: Option<bool>,
    pub mapping: Option<Mapping>,
    pub redirect_hosts: Option<Sites>,
    pub cors_origins: Option<Sites>,
    /// The inner `None`: it has none any more.
    pub honeypot: Option<Option<String>>,
    pub answer: Option<Answer>,
    pub strict: Option<bool>,
}

/// Makes a source with a key of its own, and with a secret where its format carries one.
pub fn create_source(actor: Actor, new: NewSource) -> impl Unit<Source> {
    Lane::MONEY.unit(move |tx| {
        known_niche(tx, new.niche_id)?;
        let platform = new.format.platform();
        if platform.has_mapping() != new.mapping.is_some() {
            return Err(wrong_mapping(new.format));
        }
        let secret = match (platform.has_secret(new.mapping.as_ref()), &new.secret) {
            (true, Some(given)) => Some(given.clone()),
            (true, None) => Some(random_text()?),
            (false, None) => None,
            (false, Some(_)) => return Err(no_secret(new.format)),
        };
        let source = Source {
            id: SourceId::new(tx.now()),
            name: new.name.clone(),
            niche_id: new.niche_id,
            format: new.format,
            key: random_text()?,
            secret,
            access_token: new.access_token.clone(),
            country: new.country.clone(),
            look_back_days: new.look_back_days,
            active: true,
            mapping: new.mapping.as_ref().map(kept),
            redirect_hosts: new.redirect_hosts.clone(),
            cors_origins: new.cors_origins.clone(),
            honeypot: new.honeypot.clone(),
            answer: new.answer,
            strict: new.strict,
            previous_key: None,
            previous_key_until: None,
            created_at: tx.now(),
            fields: catalog::niche(tx, new.niche_id)?.fields,
        };
        store::insert_source(tx, &source)?;
        let details = json!({ "name": source.name, "niche_id": source.niche_id, "format": source.format.as_str() });
        audit::record(tx, actor, Action::SourceCreated, Entity::Source(source.id), Some(details))?;
        Ok(source)
    })
}

/// Changes a source; leads that came before stay in the niche they came in. What this process remembers of it ends with the
/// unit.
pub fn update_source(
    actor: Actor,
    identities: Arc<IdentityCache>,
    id: SourceId,
    change: SourceChange,
) -> impl Unit<Source> {
    Lane::MONEY.unit(move |tx| {
        tx.lock(&[lock_key("source", id.0.as_bytes(), "")])?;
        let mut source = source(tx, id)?;
        if let Some(niche) = change.niche_id {
            known_niche(tx, niche)?;
        }
        let platform = source.format.platform();
        if change.mapping.is_some() && !platform.has_mapping() {
            return Err(wrong_mapping(source.format));
        }
        let mapping = match &change.mapping {
            Some(new) => Some(new.clone()),
            None => source.mapping.as_ref().map(Mapping::kept).transpose()?,
        };
        let has_secret = platform.has_secret(mapping.as_ref());
        if change.secret.is_some() && !has_secret {
            return Err(no_secret(source.format));
        }
        // A mapping whose posts are signed from now on.
        let needs_secret = has_secret && source.secret.is_none() && change.secret.is_none();
        let secret = if needs_secret { Some(random_text()?) } else { change.secret.clone() };
        let mut changed = Vec::new();
        set(&mut changed, "name", &mut source.name, change.name.clone());
        set(&mut changed, "niche_id", &mut source.niche_id, change.niche_id);
        set(&mut changed, "secret", &mut source.secret, secret.map(Some));
        set(&mut changed, "mapping", &mut source.mapping, change.mapping.as_ref().map(kept).map(Some));
        set(&mut changed, "access_token", &mut source.access_token, change.access_token.clone().map(Some));
        set(&mut changed, "look_back_days", &mut source.look_back_days, change.look_back_days);
        set(&mut changed, "country", &mut source.country, change.country.clone());
        set(&mut changed, "active", &mut source.active, change.active);
        set(&mut changed, "redirect_hosts", &mut source.redirect_hosts, change.redirect_hosts.clone());
        set(&mut changed, "cors_origins", &mut source.cors_origins, change.cors_origins.clone());
        set(&mut changed, "honeypot", &mut source.honeypot, change.honeypot.clone());
        set(&mut changed, "answer", &mut source.answer, change.answer);
        set(&mut changed, "strict", &mut source.strict, change.strict);
        if changed.is_empty() {
            return Ok(source);
        }
        store::update_source(tx, &source)?;
        let identities = identities.clone();
        tx.after_commit(move || identities.forget_all());
        let details = json!({ "changed": changed });
        audit::record(tx, actor, Action::SourceUpdated, Entity::Source(id), Some(details))?;
        if changed.contains(&"country") {
            store::note_country(tx, &source)?;
            // Where its leads are is read by their country.
            demand::grew(tx, source.niche_id)?;
        }
        Ok(source)
    })
}

/// Gives a source a new key. The one before it works for another day, so that senders can change over; one before that ends
/// at once.
pub fn rotate_key(actor: Actor, identities: Arc<IdentityCache>, id: SourceId) -> impl Unit<Source> {
    Lane::MONEY.unit(move |tx| {
        tx.lock(&[lock_key("source", id.0.as_bytes(), "")])?;
        let mut source = source(tx, id)?;
        let until = tx.now().plus(OVERLAP);
        source.previous_key = Some(std::mem::replace(&mut source.key, random_text()?));
        source.previous_key_until = Some(until);
        store::set_keys_of_source(tx, &source)?;
        let identities = identities.clone();
        tx.after_commit(move || identities.forget_all());
        let details = json!({ "previous_key_until": until });
        audit::record(tx, actor, Action::SourceKeyRotated, Entity::Source(id), Some(details))?;
        Ok(source)
    })
}

/// The source that sends under this key; one that is switched off looks like one that never was.
pub fn source_by_key(read: &mut Read, key: &str) -> Result<Source> {
    let found = match store::source_by_key(read, key)? {
        Some(source) => Some(source),
        None => store::source_by_previous_key(read, key)?,
    };
    found.filter(|source| source.active).ok_or(Error::NotFound("source"))
}

/// The same by the key of now alone.
pub fn source_by_present_key(read: &mut Read, key: &str) -> Result<Source> {
    store::source_by_key(read, key)?.filter(|source| source.active).ok_or(Error::NotFound("source"))
}

pub fn source(read: &mut Read, id: SourceId) -> Result<Source> {
    store::source(read, id)?.ok_or(Error::NotFound("source"))
}

/// Newest first, older than `before`.
pub fn sources(read: &mut Read, before: Option<SourceId>, limit: i64) -> Result<Vec<Source>> {
    store::sources(read, before, limit)
}

/// Puts `new` into `slot` where one was given, and notes the field's name where it differs. Secrets are not for the audit.
fn set<T: PartialEq>(changed: &mut Vec<&'static str>, field: &'static str, slot: &mut T, new: Option<T>) {
    if let Some(new) = new.filter(|new| new != slot) {
        *slot = new;
        changed.push(field);
    }
}

fn known_niche(read: &mut Read, niche: NicheId) -> Result<()> {
    if catalog::has_niche(read, niche)? {
        return Ok(());
    }
    Err(Error::field("niche_id", "unknown", "there is no such niche"))
}

fn no_secret(format: Format) -> Error {
    Error::field("secret", "unknown_field", format!("the format {format} carries no secret"))
}

fn wrong_mapping(format: Format) -> Error {
    if format.platform().has_mapping() {
        return Error::field("mapping", "required", "mapping is required for the format mapping");
    }
    Error::field("mapping", "unknown_field", format!("the format {format} is not read by a mapping"))
}

fn kept(mapping: &Mapping) -> Json {
    Json(mapping.text().to_owned())
}

/// 256 random bits in 43 characters that are safe in a URL.
fn random_text() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
