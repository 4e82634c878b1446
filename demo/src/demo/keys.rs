//! DATA/demo.json: how to get in. Tokens are kept as hashes in the database, so the file is their only place; where it is
//! lost, or its tokens are dead, new ones are made. Passwords follow from the installation's secret and stay what they
//! are.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use leadhouse::accounts::{self, Owner};
use leadhouse::app::App;
use leadhouse::audit::Actor;
use leadhouse::cli::Failure;
use leadhouse::db::{Lane, Tx, Unit};
use leadhouse::error::{Error, Result};
use leadhouse::{installation, intake};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::cast::ADMIN;
use super::trade::BUSINESSES;

/// The file, whole.
#[derive(Debug, Serialize, Deserialize)]
pub struct Keys {
    pub url: String,
    pub admin: Entrance,
    pub providers: Vec<ProviderEntrance>,
    pub sources: Vec<SourceKey>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Entrance {
    pub email: String,
    pub password: String,
    pub token: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct ProviderEntrance {
    pub id: String,
    pub name: String,
    #[serde(flatten)]
    pub entrance: Entrance,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct SourceKey {
    pub id: String,
    pub name: String,
    pub format: String,
    pub key: String,
    pub url: String,
}

/// The password that goes with this address in this installation: 80 bits in letters that can be told apart.
pub fn password(secret: &[u8; 32], email: &str) -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(Error::internal)?;
    mac.update(b"demo password of ");
    mac.update(email.as_bytes());
    let letter = |byte: u8| LETTERS.get(usize::from(byte % 32)).copied().map_or('x', char::from);
    let letters: Vec<char> = mac.finalize().into_bytes().iter().take(16).map(|byte| letter(*byte)).collect();
    Ok(letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// Every address that has a password.
pub fn addresses() -> impl Iterator<Item = &'static str> {
    std::iter::once(ADMIN).chain(BUSINESSES.iter().map(|business| business.email))
}

/// The secret that passwords follow from.
pub async fn secret(app: &App) -> Result<[u8; 32]> {
    let secret = app.db.read(installation::secret).await?;
    Ok(secret)
}

/// The keys in the file, brought up to date, written back where they changed.
pub async fn keep(app: &App, secret: [u8; 32], file: &Path) -> Result<Keys, Failure> {
    let known = fs::read(file).ok();
    let old: Option<Keys> = known.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok());
    let tokens: Vec<(String, String)> = old.iter().flat_map(tokens_of).collect();
    let url = app.config.public_url.clone();
    let keys = app.db.write(Lane::MONEY, move |tx| current(tx, &secret, &tokens, &url)).await?;
    let mut bytes = serde_json::to_vec_pretty(&keys).map_err(Error::internal)?;
    bytes.push(b'\n');
    if known.as_ref() != Some(&bytes) {
        write(file, &bytes).map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    }
    Ok(keys)
}

fn tokens_of(keys: &Keys) -> Vec<(String, String)> {
    let entrances = std::iter::once(&keys.admin).chain(keys.providers.iter().map(|provider| &provider.entrance));
    entrances.map(|entrance| (entrance.email.clone(), entrance.token.clone())).collect()
}

fn current(tx: &mut Tx, secret: &[u8; 32], tokens: &[(String, String)], url: &str) -> Result<Keys> {
    let mut providers = Vec::new();
    for business in &BUSINESSES {
        let Some((entrance, provider)) = entrance(tx, secret, tokens, business.email)? else { continue };
        let Some(provider) = provider else { continue };
        let provider = accounts::provider(tx, provider)?;
        providers.push(ProviderEntrance { id: provider.id.to_string(), name: provider.name, entrance });
    }
    let (admin, _) = entrance(tx, secret, tokens, ADMIN)?.ok_or(Error::NotFound("demo's admin"))?;
    let mut sources = intake::sources(tx, None, 100)?;
    sources.reverse();
    let sources = sources.into_iter().map(|source| SourceKey {
        id: source.id.to_string(),
        name: source.name,
        format: source.format.to_string(),
        url: format!("{url}/api/v1/intake/{}", source.key),
        key: source.key,
    });
    Ok(Keys { url: url.to_owned(), admin, providers, sources: sources.collect() })
}

/// How this person gets in; with the token of the file, as long as it is theirs.
fn entrance(
    tx: &mut Tx,
    secret: &[u8; 32],
    tokens: &[(String, String)],
    email: &str,
) -> Result<Option<(Entrance, Option<leadhouse::id::ProviderId>)>> {
    let Some(user) = accounts::user_by_email(tx, email)? else { return Ok(None) };
    let known = tokens.iter().find(|(of, _)| of == email).map(|(_, token)| token.as_str());
    let token = match known {
        Some(token) if accounts::token_owner(tx, token)? == Some(Owner::User(user.id)) => token.to_owned(),
        _ => accounts::create_token(Actor::System, Owner::User(user.id), "demo".to_owned()).run(tx)?.1.into_text(),
    };
    let password = password(secret, email)?;
    Ok(Some((Entrance { email: email.to_owned(), password, token }, user.provider_id)))
}

/// Only the owner of the process may read it.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = file.with_extension("json.new");
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut new = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    new.write_all(bytes)?;
    new.sync_all()?;
    fs::rename(&beside, file)
}
