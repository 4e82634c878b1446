//! The statements on `sources`.

use crate::clock::Timestamp;
use crate::db::{Json, Read, Tx, params, row, text_enum};
use crate::error::Result;
use crate::fields::NicheFields;
use crate::id::{NicheId, SourceId};
use crate::intake::web_form::Sites;

text_enum! {
    /// How the posts of a source are read.
    pub enum Format {
        Json = "json",
        GoogleAds = "google_ads",
        Meta = "meta",
        Adf = "adf",
        Typeform = "typeform",
        Mapping = "mapping",
    }
}

text_enum! {
    /// How much the sender of a lead is told.
    pub enum Answer {
        /// Its id, and what became of it.
        Plain = "plain",
        /// What it was sold for too, or why it was not.
        Outcome = "outcome",
    }
}

row! {
    /// Who sends leads: a form, a campaign, a partner. Its key is its identity.
    #[derive(Debug, Clone)]
    pub struct Source {
        pub id: SourceId,
        pub name: String,
        pub niche_id: NicheId,
        pub format: Format,
        pub key: String,
        /// What the sender's platform proves itself with, where the format has that.
        pub secret: Option<String>,
        /// What its leads are fetched with, where its platform sends no more than their ids. Never shown.
        pub access_token: Option<String>,
        /// ISO 3166: where a phone number without a country code is from.
        pub country: String,
        /// How long the same e-mail or phone is the same lead; 0: only the same platform id is.
        pub look_back_days: u32,
        pub active: bool,
        /// Of the format of that name: which place of a post is which of our fields.
        pub mapping: Option<Json>,
        /// Where the sender of a form may be sent on to.
        pub redirect_hosts: Sites,
        /// Whose pages may post.
        pub cors_origins: Sites,
        /// A field of its forms that people do not see and leave empty.
        pub honeypot: Option<String>,
        pub answer: Answer,
        /// Whether a value that breaks the niche's fields has the lead refused; else it is kept and flagged.
        pub strict: bool,
        /// The key before this one, which works until then.
        pub previous_key: Option<String>,
        pub previous_key_until: Option<Timestamp>,
        pub created_at: Timestamp,
        /// What its niche asks.
        pub fields: NicheFields,
    }
}

const SOURCE: &str = "id, name, niche_id, format, key, secret, access_token, country, look_back_days, active, mapping,
  redirect_hosts, cors_origins, honeypot, answer, strict, previous_key, previous_key_until, created_at,
  (SELECT n.fields FROM niches n WHERE n.id = sources.niche_id) AS fields";

pub fn source_by_key(read: &mut Read, key: &str) -> Result<Option<Source>> {
    read.optional(&format!("SELECT {SOURCE} FROM sources WHERE key = $1"), params![key])
}

/// The source of which this was the key, for as long as it works.
pub fn source_by_previous_key(read: &mut Read, key: &str) -> Result<Option<Source>> {
    let now = read.now();
    let sql = format!("SELECT {SOURCE} FROM sources WHERE previous_key = $1 AND previous_key_until > $2");
    read.optional(&sql, params![key, now])
}

pub fn source(read: &mut Read, id: SourceId) -> Result<Option<Source>> {
    read.optional(&format!("SELECT {SOURCE} FROM sources WHERE id = $1"), params![id])
}

/// The sources older than `before`, newest first.
pub fn sources(read: &mut Read, before: Option<SourceId>, limit: i64) -> Result<Vec<Source>> {
    match before {
        Some(before) => read.all(
            &format!("SELECT {SOURCE} FROM sources WHERE id < $1 ORDER BY id DESC LIMIT $2"),
            params![before, limit],
        ),
        None => read.all(&format!("SELECT {SOURCE} FROM sources ORDER BY id DESC LIMIT $1"), params![limit]),
    }
}

pub fn insert_source(tx: &mut Tx, source: &Source) -> Result<()> {
    tx.execute(
        "INSERT INTO sources (id, name, niche_id, format, key, secret, access_token, country, look_back_days, active,
                              mapping, redirect_hosts, cors_origins, honeypot, answer, strict, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        params![
            source.id,
            source.name,
            source.niche_id,
            source.format,
            source.key,
            source.secret,
            source.access_token,
            source.country,
            source.look_back_days,
            source.active,
            source.mapping,
            source.redirect_hosts,
            source.cors_origins,
            source.honeypot,
            source.answer,
            source.strict,
            source.created_at
        ],
    )?;
    note_country(tx, source)
}

/// From now on the source's leads are read as those of its country.
pub fn note_country(tx: &mut Tx, source: &Source) -> Result<()> {
    tx.execute(
        "INSERT INTO source_countries (source_id, since, country) VALUES ($1, $2, $3)
         ON CONFLICT (source_id, since) DO UPDATE SET country = excluded.country",
        params![source.id, tx.now(), source.country],
    )?;
    Ok(())
}

/// The countries that leads come from.
pub fn countries(read: &mut Read) -> Result<Vec<String>> {
    let found: Vec<(String,)> = read.all("SELECT DISTINCT country FROM sources", &[])?;
    Ok(found.into_iter().map(|(country,)| country).collect())
}

/// Writes the source's keys.
pub fn set_keys_of_source(tx: &mut Tx, source: &Source) -> Result<()> {
    tx.execute(
        "UPDATE sources SET key = $2, previous_key = $3, previous_key_until = $4 WHERE id = $1",
        params![source.id, source.key, source.previous_key, source.previous_key_until],
    )?;
    Ok(())
}

/// Writes what can change of a source.
pub fn update_source(tx: &mut Tx, source: &Source) -> Result<()> {
    tx.execute(
        "UPDATE sources SET name = $2, niche_id = $3, secret = $4, country = $5, look_back_days = $6, active = $7,
                access_token = $8, redirect_hosts = $9, cors_origins = $10, honeypot = $11, answer = $12, strict = $13,
                mapping = $14
          WHERE id = $1",
        params![
            source.id,
            source.name,
            source.niche_id,
            source.secret,
            source.country,
            source.look_back_days,
            source.active,
            source.access_token,
            source.redirect_hosts,
            source.cors_origins,
            source.honeypot,
            source.answer,
            source.strict,
            source.mapping
        ],
    )?;
    Ok(())
}
