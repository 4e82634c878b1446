//! The installation: what a database knows of itself, and how it comes up. Owns `house` (one row) and `return_windows`.
//!
//! - Its secret is drawn once and never changes: cursors, links and the keys of rate limits are made with it.
//! - Its currency is fixed at the first migration, the decimals of its money with the first money.
//! - Once it was moved to another database, nothing happens in this one any more.

mod migrations;
mod store;
mod transfer;

use crate::clock::Clock;
use crate::config::DatabaseUrl;
use crate::db::{self, Db, Existing, Lane, Options, migrate};
use crate::error::{Error, Result};
use crate::money::Currency;

pub use self::migrations::SCHEMA;
pub use self::store::{
    erased_through, keep_files, keep_return_window, key_rules, note_erased_through, note_key_rules, return_windows,
    secret,
};
pub use self::transfer::transfer;

/// What is known of an installation without migrating its database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    pub schema: i32,
    pub currency: String,
    /// Where its files are on record; nothing where it is older than that.
    pub files: Option<String>,
}

/// The versions a run went from and to; alike where there was nothing to do. 0: an empty database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    pub from: i32,
    pub to: i32,
    /// In how many decimals it keeps its money.
    pub minor_digits: u8,
}

/// The installation in a database; `None` where there is no database, or an empty one. Makes nothing and changes nothing.
///
/// # Errors
/// `Unavailable` where it cannot be read.
pub async fn look(url: &DatabaseUrl) -> Result<Option<Installation>> {
    let found = db::look(url, &SCHEMA, store::LOOK).await?;
    Ok(found.map(|Existing { version, row }| {
        let mut row = row.into_iter();
        let currency = row.next().flatten().unwrap_or_default();
        Installation { schema: version, currency, files: row.next().flatten() }
    }))
}

/// Migrates to the newest schema, and writes the installation's one row where it is missing.
///
/// # Errors
/// `Conflict` where the schema is newer than this program, money is kept in another currency, or it was moved elsewhere.
pub async fn up(url: &DatabaseUrl, clock: &Clock, currency: &str) -> Result<Report> {
    let migrate::Report { from, to } = migrate::up(url, &SCHEMA).await?;
    let db = Db::open(url, clock, Options { readers: 1, background: 1, lanes: 0, ..Options::of(url) }).await?;
    let currency = Currency::read(currency).map_err(Error::internal)?;
    let furnished = db.write(Lane::MONEY, move |tx| store::furnish(tx, currency)).await;
    db.close().await;
    furnished.map(|minor_digits| Report { from, to, minor_digits })
}
