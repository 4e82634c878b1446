//! How often somebody may try to sign in: by address, by account, and in a browser that is known. An account has no limit of
//! its own that a stranger could use up for its owner.

use axum::http::request::Parts;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::known;
use crate::app::App;
use crate::error::Result;
use crate::http::limits::Limits;
use crate::limit::{Quota, Who};

/// Tries to sign in from one address, whatever the account; links apart, so that who guesses passwords takes none away.
static SIGN_IN: Quota = Quota { name: "sign_in", most: 30 };
static SIGN_IN_LINKS: Quota = Quota { name: "sign_in_links", most: 30 };
/// Tries from one address at one account, passwords apart from links.
static PASSWORD: Quota = Quota { name: "password", most: 10 };
static LINK: Quota = Quota { name: "sign_in_link", most: 3 };
/// The same of a browser in which the person signed in before, wherever it is.
static KNOWN_PASSWORD: Quota = Quota { name: "known_password", most: 10 };
static KNOWN_LINK: Quota = Quota { name: "known_link", most: 3 };
/// Wrong passwords of one account, wherever they come from. After that a wrong one is not even called so, and ...
static WRONG: Quota = Quota { name: "wrong_password", most: 30 };
/// ... each address has this many tries at the account, instead of [`PASSWORD`]: its owner has one to spare.
static GUESSED: Quota = Quota { name: "guessed_password", most: 2 };

/// Counts a password that is about to be tried at the account with this e-mail key, whether or not there is one.
pub async fn password(app: &App, parts: &Parts, key: &str) -> Result<()> {
    if let Some(browser) = browser(app, parts, key) {
        return app.limits.count(parts, &KNOWN_PASSWORD, browser).await;
    }
    let here = Limits::address(parts)?;
    app.limits.count(parts, &SIGN_IN, here).await?;
    let guessed = app.limits.is_used_up(&WRONG, Who::Id(account(key, None))).await;
    let quota = if guessed { &GUESSED } else { &PASSWORD };
    app.limits.count(parts, quota, Who::Id(account(key, Some(here)))).await
}

/// Counts a password that was wrong: `Err` where there were so many that it is not told. One that is right is let in,
/// however many others were wrong. In a browser that is known it is told.
pub async fn wrong_password(app: &App, parts: &Parts, key: &str) -> Result<()> {
    if browser(app, parts, key).is_some() {
        return Ok(());
    }
    app.limits.count(parts, &WRONG, Who::Id(account(key, None))).await
}

/// Counts a link that is asked for, for the account with this e-mail key, whether or not there is one.
pub async fn link(app: &App, parts: &Parts, key: &str) -> Result<()> {
    if let Some(browser) = browser(app, parts, key) {
        return app.limits.count(parts, &KNOWN_LINK, browser).await;
    }
    let here = Limits::address(parts)?;
    app.limits.count(parts, &SIGN_IN_LINKS, here).await?;
    app.limits.count(parts, &LINK, Who::Id(account(key, Some(here)))).await
}

/// The browser, where the person with this e-mail key signed in in it before.
fn browser(app: &App, parts: &Parts, key: &str) -> Option<Who> {
    known::browser(&app.seals, &parts.headers, key).map(Who::Id)
}

/// An account as the limiter counts it, from everywhere or `from` one address: an e-mail that is nobody's counts like any
/// other.
fn account(key: &str, from: Option<Who>) -> Uuid {
    let from = match from {
        Some(Who::Address(ip)) => ip.to_string(),
        Some(Who::Id(id)) => id.to_string(),
        None => String::new(),
    };
    let hash = Sha256::new().chain_update(from).chain_update("\n").chain_update(key).finalize();
    Uuid::from_slice(hash.get(..16).unwrap_or_default()).unwrap_or_default()
}
