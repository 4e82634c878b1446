//! Units of work over SQLite and PostgreSQL.
#![doc = include_str!("../README.md")]
//!
//! # The files
//!
//! From top to bottom, each naming only what stands below it:
//!
//! ```text
//! backup  loading  look  migrate  scrub  transfer      a whole database
//! database                                             Db: the way in
//! threads                                              one for each reader and each lane
//! reader  writer                                       what such a thread does
//! set                                                  units that are run as one
//! task  unit                                           a unit on its way, and in its lane
//! tx                                                   what a unit is given: Read, Tx
//! engine                                               the seam: a connection of either engine
//! sqlite/  postgres/
//! error  record  row  signals  sql  thread  value
//! ```
//!
//! `ground` stands below all of it: the time, and the one error.
#![deny(missing_docs)]

pub mod backup;
mod database;
mod engine;
mod error;
mod history;
mod loading;
mod look;
mod meters;
pub mod migrate;
mod options;
mod plan;
mod postgres;
mod reader;
mod record;
mod row;
mod schema;
mod scrub;
mod scrubbed;
mod set;
mod signals;
pub mod sql;
mod sqlite;
mod table;
mod task;
mod thread;
mod threads;
pub mod transfer;
mod tx;
mod unit;
mod url;
pub mod value;
mod writer;

pub use self::database::Db;
pub use self::engine::{Engine, judge};
pub use self::error::{DbError, Kind};
pub use self::loading::Loading;
pub use self::look::{Existing, look};
pub use self::options::Options;
pub use self::record::Record;
pub use self::row::{FromRow, Row};
pub use self::schema::Schema;
pub use self::scrub::{Scrub, Scrubbed, scrub, unseen};
pub use self::sqlite::functions;
pub use self::tx::{Asked, Read, Tx};
pub use self::unit::{Lane, Unit};
pub use self::url::DatabaseUrl;
pub use self::value::{Cell, Column, Json, Param, Value};
pub use ground::clock::{Clock, Timestamp};
pub use ground::error::{Error, Result};

#[doc(hidden)]
pub use serde;
