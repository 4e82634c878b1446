//! The seam between the engines and all that runs on them: a connection of either, and what it can do.
//!
//! Below it the engines know nothing of each other, of units or of threads; above it nobody asks which engine it is, but
//! for the few statements that cannot be one text.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::error::{Committed, Failure};
use super::meters::Meters;
use super::options::Options;
use super::record::Records;
use super::row::EachRow;
use super::url::DatabaseUrl;
use super::value::Param;
use super::{postgres, sqlite};
use ground::error::{Error, Result};

/// Which engine keeps the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file, one writer.
    Sqlite,
    /// A server.
    Postgres,
}

/// That the URL can work, as far as it can be told without asking anybody: its parameters, the files that it names. `Err` is
/// the line to show.
pub fn judge(url: &DatabaseUrl) -> Result<(), String> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::files::judge(path),
        DatabaseUrl::Postgres(url) => postgres::Server::new(url).map(drop),
    }
}

/// How the connections of one database are made.
pub(super) enum Source {
    Sqlite { path: PathBuf, broken: Arc<AtomicBool> },
    Postgres(postgres::Server),
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Write,
    Read,
    Background,
}

impl Source {
    /// `broken` is set where SQLite must not be written any more.
    pub fn of(url: &DatabaseUrl, broken: Arc<AtomicBool>) -> Result<Self> {
        match url {
            DatabaseUrl::Sqlite(path) => Ok(Self::Sqlite { path: path.clone(), broken }),
            DatabaseUrl::Postgres(url) => {
                postgres::Server::new(url).map(Self::Postgres).map_err(|why| Error::Unavailable(why.into()))
            }
        }
    }

    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// SQLite: opens the file. PostgreSQL: connects when there is something to do.
    pub fn connection(&self, purpose: Purpose, options: &Options) -> Result<Conn> {
        match self {
            Self::Sqlite { path, broken } => {
                let role = match purpose {
                    Purpose::Write if options.loads => sqlite::Role::Loader,
                    Purpose::Write => sqlite::Role::Writer,
                    Purpose::Read => sqlite::Role::Reader,
                    Purpose::Background => sqlite::Role::Browser,
                };
                let conn = sqlite::Conn::open(path, role, Arc::clone(broken));
                conn.map(Conn::Sqlite).map_err(|error| sqlite::unusable(path, &error))
            }
            Self::Postgres(server) => {
                let (role, limit) = match purpose {
                    Purpose::Write => (postgres::Role::Writer, options.interactive),
                    Purpose::Read => (postgres::Role::Reader, options.interactive),
                    Purpose::Background => (postgres::Role::Background, options.long),
                };
                let conn = postgres::Conn::new(server.clone(), role, limit, options.long);
                let fails = |error| format!("a connection cannot be made: {error}; see `ulimit -n`");
                conn.map(|conn| Conn::Postgres(Box::new(conn))).map_err(|error| Error::Unavailable(fails(error).into()))
            }
        }
    }
}

/// A connection of either engine, at home on its own thread.
pub(super) enum Conn {
    Sqlite(sqlite::Conn),
    Postgres(Box<postgres::Conn>),
}

impl Conn {
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Connected, or connecting was tried. SQLite always is.
    pub fn ready(&mut self, meters: &Meters) -> Result<(), Failure> {
        match self {
            Self::Sqlite(conn) => conn.ready(),
            Self::Postgres(conn) => conn.ready(|| meters.connected()),
        }
    }

    /// Begins a transaction that writes; `long`: one whose statements have more time.
    pub fn begin(&mut self, long: bool, until: Instant) -> Result<(), Failure> {
        match self {
            Self::Sqlite(conn) => conn.begin_write(until),
            Self::Postgres(conn) => conn.begin_write(long),
        }
    }

    /// Begins a transaction that reads, all of it as the database is at its first statement.
    pub fn begin_snapshot(&mut self) -> Result<(), Failure> {
        match self {
            Self::Sqlite(conn) => conn.begin_read(),
            Self::Postgres(conn) => conn.begin_read(),
        }
    }

    /// Waits, in the database, until the same lane of no other node has it. Asked along with the first statement.
    pub fn take_turn(&mut self, turn: Option<i64>, until: Instant) -> Result<(), Failure> {
        match (self, turn) {
            (Self::Postgres(conn), Some(turn)) => conn.send(until, "SELECT pg_advisory_xact_lock($1)", &[&turn]),
            _ => Ok(()),
        }
    }

    pub fn commit(&mut self) -> Committed {
        match self {
            Self::Sqlite(conn) => conn.commit(),
            Self::Postgres(conn) => conn.commit(),
        }
    }

    pub fn rollback(&mut self) {
        match self {
            Self::Sqlite(conn) => conn.rollback(),
            Self::Postgres(conn) => conn.rollback(),
        }
    }

    /// Before a unit that shares a transaction.
    pub fn mark(&mut self) -> Result<(), Failure> {
        match self {
            Self::Sqlite(conn) => conn.savepoint(),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// After a unit that shares a transaction: keeps or undoes what it did. `false`: the transaction is spoilt.
    pub fn settle(&mut self, well: bool, clean: bool) -> bool {
        match self {
            Self::Sqlite(conn) => conn.settle(well),
            Self::Postgres(_) => well || clean,
        }
    }

    /// From here on a unit runs that has to end by then.
    pub fn until(&mut self, deadline: Instant) {
        match self {
            Self::Sqlite(conn) => conn.until(Some(deadline)),
            Self::Postgres(conn) => conn.forget(),
        }
    }

    /// Asks along with the next statement that is waited for, where the engine can; `None`: it cannot.
    pub fn ask(&mut self, until: Instant, sql: &str, params: &[&dyn Param]) -> Option<Result<u64, Failure>> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(conn) => Some(conn.ask(until, sql, params)),
        }
    }

    /// The rows of what was asked.
    pub fn answer(&mut self, until: Instant, number: u64, each: EachRow<'_>) -> Result<(), Failure> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(conn) => conn.answer(until, number, each),
        }
    }

    pub fn query(
        &mut self,
        until: Instant,
        sql: &str,
        params: &[&dyn Param],
        each: EachRow<'_>,
    ) -> Result<(), Failure> {
        match self {
            Self::Sqlite(conn) => conn.query(sql, params, each),
            Self::Postgres(conn) => conn.query(until, sql, params, each),
        }
    }

    /// How many rows were changed.
    pub fn execute(&mut self, until: Instant, sql: &str, params: &[&dyn Param]) -> Result<u64, Failure> {
        match self {
            Self::Sqlite(conn) => conn.execute(sql, params),
            Self::Postgres(conn) => conn.execute(until, sql, params),
        }
    }

    /// Sends a statement along with the next one that is waited for, where the engine can.
    pub fn send(&mut self, until: Instant, sql: &str, params: &[&dyn Param]) -> Result<(), Failure> {
        match self {
            Self::Sqlite(conn) => conn.execute(sql, params).map(drop),
            Self::Postgres(conn) => conn.send(until, sql, params),
        }
    }

    pub fn insert_all(&mut self, until: Instant, records: &dyn Records) -> Result<u64, Failure> {
        match self {
            Self::Sqlite(conn) => conn.insert_all(records),
            Self::Postgres(conn) => conn.insert_all(until, records),
        }
    }
}
