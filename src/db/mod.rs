//! Units of work: a unit is a closure that runs whole on one of the database's own threads, over the engine's own driver.
//!
//! Nothing can cancel it half way, nothing foreign can be awaited inside it, and it has one time. A unit that returns
//! `Err` leaves nothing behind. Units are `Fn`: one that lost a race, or its connection before COMMIT, is run again.
//!
//! ```text
//! let balance = app.db.read(move |read| billing::balance(read, provider)).await?;
//! let won = app.db.run(inbox::accept(provider, lead, false)).await?;
//! ```
//!
//! - SQLite: one writer thread, whose units share a COMMIT; readers on threads of their own. See `sqlite/`.
//! - PostgreSQL: a thread and a connection for each [`Lane`] and each reader. See `postgres/`.
//! - Queues are bounded, a full one is `Unavailable` at once; a unit has a deadline, queue included.
//! - A panic in a unit is that caller's `Internal` alone.
//!
//! A COMMIT whose outcome is not known (the connection broke while it was on its way) is `Unavailable`, and never tried
//! again here: the caller finds out by its idempotency key.
//!
//! From top to bottom, each naming only what stands below it:
//!
//! ```text
//! backup  loading  look  migrate  scrub  transfer      a whole database
//! database                                             Db: the way in
//! threads                                              one for each reader and each lane
//! reader  writer                                       what such a thread does
//! task  unit                                           a unit on its way, and in its lane
//! tx                                                   what a unit is given: Read, Tx
//! engine                                               the seam: a connection of either engine
//! sqlite/  postgres/
//! error  record  row  signals  sql  thread  value
//! ```

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
pub mod value;
mod writer;

pub use self::database::Db;
pub use self::engine::{Engine, judge};
pub use self::error::{DbError, Kind};
pub use self::loading::Loading;
pub use self::look::{Found, look};
pub use self::options::Options;
pub use self::record::Record;
pub use self::row::{FromRow, Row};
pub use self::schema::Schema;
pub use self::scrub::{Scrub, Scrubbed, scrub, unseen};
pub use self::sqlite::functions;
pub use self::tx::{Read, Tx};
pub use self::unit::{Lane, Unit};
pub use self::value::{Cell, Column, Json, Param, Value};
pub use crate::{params, record, row, text_enum};
