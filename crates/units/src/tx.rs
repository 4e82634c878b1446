//! What a unit of work is given: `Read`, which looks, and `Tx`, which also writes.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Instant;

use super::engine::{Conn, Engine};
use super::error::{DbError, Failure, Fault, Kind};
use super::record::Record;
use super::row::FromRow;
use super::signals::{Sent, Signals};
use super::sql::slices;
use super::value::Param;
use ground::clock::{Clock, Timestamp};
use ground::error::{Error, Result};

/// Statements that look and change nothing.
pub struct Read {
    pub(super) conn: Conn,
    clock: Clock,
    now: Timestamp,
    deadline: Instant,
    /// The first database error of this unit: after it the unit cannot succeed, whatever it returns.
    fault: Option<Fault>,
    /// Whether the transaction may hold a change of this unit.
    wrote: bool,
    /// Whether somebody waits for others and nobody for this.
    pub(super) gives_way: bool,
}

/// Statements that look and change, all of them or none.
pub struct Tx {
    read: Read,
    after_commit: Vec<AfterCommit>,
    signals: Arc<Signals>,
}

/// On PostgreSQL, see [`Read::horizon`].
const HORIZON: &str = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

/// Room for a page of a list.
const MANY: usize = 31;

/// Rows that take a tenth of a millisecond to read.
const FEW: usize = 16;

/// A question of [`Read::ask`] that is on its way, or its rows already.
#[derive(Debug)]
#[must_use = "nobody asks for nothing"]
pub enum Asked<R> {
    /// The rows, on an engine that answers at once.
    Here(Vec<R>),
    /// The question's number on its connection.
    Sent(u64),
}

pub(super) type AfterCommit = Box<dyn FnOnce() + Send>;

impl Read {
    pub(super) fn new(conn: Conn, clock: Clock) -> Self {
        let now = clock.now();
        Self { conn, clock, now, deadline: Instant::now(), fault: None, wrote: false, gives_way: false }
    }

    /// A new unit starts: its time is now, and it has until `deadline`.
    pub(super) fn start(&mut self, deadline: Instant) {
        self.now = self.clock.now();
        self.deadline = deadline;
        self.fault = None;
        self.wrote = false;
        self.conn.until(deadline);
    }

    /// What went wrong in the database since `start`.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    pub(super) fn wrote(&self) -> bool {
        self.wrote
    }

    /// The one time of this unit, taken when it started.
    #[inline]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// For the few statements that cannot be one text. Only `db` and `queue` may ask.
    #[inline]
    pub fn engine(&self) -> Engine {
        self.conn.engine()
    }

    /// Transactions whose number is below this one have ended: all they wrote is there to be read, now and later. Numbers
    /// are those of rows with a column `tx`. SQLite has one writer at a time, and no numbers.
    pub fn horizon(&mut self) -> Result<i64> {
        match self.engine() {
            Engine::Sqlite => Ok(i64::MAX),
            Engine::Postgres => {
                let (horizon,) = self.one::<(i64,)>(&format!("SELECT {HORIZON}"), &[])?;
                Ok(horizon)
            }
        }
    }

    /// Lets those run who want the CPU, in a unit of [`Db::background`](super::Db::background); elsewhere nothing. For what
    /// works on many rows: after each few of them.
    #[inline]
    pub fn give_way(&self) {
        if self.gives_way {
            std::thread::yield_now();
        }
    }

    /// Exactly one row; none or more are a defect.
    pub fn one<R: FromRow>(&mut self, sql: &str, params: &[&dyn Param]) -> Result<R> {
        self.optional(sql, params)?.ok_or_else(|| {
            self.fault.get_or_insert(Fault::Defect);
            DbError::new(Kind::Rows, "one row expected, there is none".to_owned()).during(sql).into()
        })
    }

    /// One row or none; more are a defect.
    pub fn optional<R: FromRow>(&mut self, sql: &str, params: &[&dyn Param]) -> Result<Option<R>> {
        let mut rows = self.all(sql, params)?;
        let row = rows.pop();
        if rows.is_empty() {
            return Ok(row);
        }
        self.fault.get_or_insert(Fault::Defect);
        Err(DbError::new(Kind::Rows, "one row expected, there are more".to_owned()).during(sql).into())
    }

    /// Every row, all at once in memory: long lists go in pages.
    pub fn all<R: FromRow>(&mut self, sql: &str, params: &[&dyn Param]) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        let gives_way = self.gives_way;
        let done = self.conn.query(self.deadline, sql, params, &mut |row| {
            if cfg!(debug_assertions) && rows.is_empty() {
                row.fits::<R>()?;
            }
            // Where there is more than one there are many: they are moved less often.
            if rows.len() == 1 {
                rows.reserve(MANY);
            }
            rows.push(R::decode(row)?);
            if gives_way && rows.len().is_multiple_of(FEW) {
                std::thread::yield_now();
            }
            Ok(())
        });
        self.wrote |= may_have_changed(sql, rows.is_empty() && sql.contains("RETURNING"));
        self.note(done).map(|()| rows)
    }

    /// Asks without waiting: on PostgreSQL the question travels with the next statement that is waited for, and spares a
    /// round trip. Only for what changes nothing.
    pub fn ask<R: FromRow>(&mut self, sql: &str, params: &[&dyn Param]) -> Result<Asked<R>> {
        match self.conn.ask(self.deadline, sql, params) {
            Some(sent) => self.note(sent).map(Asked::Sent),
            None => self.all(sql, params).map(Asked::Here),
        }
    }

    /// Every row of what was asked in this unit.
    pub fn answer<R: FromRow>(&mut self, asked: Asked<R>) -> Result<Vec<R>> {
        let number = match asked {
            Asked::Here(rows) => return Ok(rows),
            Asked::Sent(number) => number,
        };
        let mut rows = Vec::new();
        let done = self.conn.answer(self.deadline, number, &mut |row| {
            if cfg!(debug_assertions) && rows.is_empty() {
                row.fits::<R>()?;
            }
            rows.push(R::decode(row)?);
            Ok(())
        });
        self.note(done).map(|()| rows)
    }

    /// As a number in a statement what [`Self::horizon`] is, at the moment when the statement runs.
    pub fn horizon_sql(&self) -> &'static str {
        match self.engine() {
            Engine::Sqlite => "9223372036854775807",
            Engine::Postgres => HORIZON,
        }
    }

    fn note<T>(&mut self, done: Result<T, Failure>) -> Result<T> {
        done.map_err(|failure| {
            self.fault.get_or_insert(failure.fault);
            failure.error
        })
    }
}

impl Tx {
    pub(super) fn new(read: Read, signals: Arc<Signals>) -> Self {
        Self { read, after_commit: Vec::new(), signals }
    }

    /// How many rows were changed.
    pub fn execute(&mut self, sql: &str, params: &[&dyn Param]) -> Result<u64> {
        let read = &mut self.read;
        let changed = read.conn.execute(read.deadline, sql, params);
        let changed = read.note(changed)?;
        read.wrote |= may_have_changed(sql, changed == 0);
        Ok(changed)
    }

    /// Inserts all of them, as fast as the engine can: COPY on PostgreSQL, one prepared statement on SQLite.
    pub fn insert_all<R: Record>(&mut self, records: &[R]) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let read = &mut self.read;
        let inserted = read.conn.insert_all(read.deadline, &records);
        read.wrote = true;
        read.note(inserted).map(drop)
    }

    /// Changes something without asking what came of it: on PostgreSQL the statement travels with the next one, and
    /// spares a round trip. Where it fails the unit fails, at a later statement or at its end.
    pub fn execute_later(&mut self, sql: &str, params: &[&dyn Param]) -> Result<()> {
        self.read.wrote = true;
        self.send(sql, params)
    }

    /// The same for a statement that has to change exactly so many rows: where it doesn't, somebody else was faster, and
    /// the unit runs again ([`Error::Raced`]).
    pub fn execute_exactly(&mut self, rows: usize, sql: &str, params: &[&dyn Param]) -> Result<()> {
        let rows = i64::try_from(rows).map_err(Error::internal)?;
        if self.engine() == Engine::Sqlite {
            let changed = self.execute(sql, params)?;
            return if i64::try_from(changed).is_ok_and(|changed| changed == rows) {
                Ok(())
            } else {
                Err(Error::Raced)
            };
        }
        self.read.wrote = true;
        // The server itself has to find it out: nobody here waits for its answer.
        let number = params.len() + 1;
        let counted =
            format!("WITH changed AS ({sql} RETURNING 1) SELECT raced_unless(count(*) = ${number}) FROM changed");
        let counts: &dyn Param = &rows;
        let params: Vec<&dyn Param> = params.iter().copied().chain([counts]).collect();
        self.send(&counted, &params)
    }

    fn send(&mut self, sql: &str, params: &[&dyn Param]) -> Result<()> {
        let sent = self.read.conn.send(self.read.deadline, sql, params);
        self.read.note(sent)
    }

    /// What a SELECT ends with whose rows of this table are to stay as they are until this unit ends. With one writer, as
    /// SQLite has, they do.
    pub fn held(&self, table: &str) -> String {
        match self.engine() {
            Engine::Sqlite => String::new(),
            Engine::Postgres => format!(" FOR NO KEY UPDATE OF {table}"),
        }
    }

    /// Holds these numbers against every other unit, until this one ends. Taken in ascending order, so that two units
    /// which lock several never wait for each other. SQLite has one writer at a time and needs none.
    pub fn lock(&mut self, keys: &[i64]) -> Result<()> {
        if self.engine() == Engine::Sqlite {
            return Ok(());
        }
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        keys.dedup();
        for keys in slices(&keys) {
            let locks: Vec<String> = (1..=keys.len()).map(|at| format!("pg_advisory_xact_lock(${at})")).collect();
            let keys: Vec<&dyn Param> = keys.iter().map(|key| -> &dyn Param { key }).collect();
            self.send(&format!("SELECT {}", locks.join(", ")), &keys)?;
        }
        Ok(())
    }

    /// Runs after COMMIT and before the caller is answered; forgotten where the unit fails. For waking and forgetting
    /// things in this process: quick, and without the database.
    pub fn after_commit(&mut self, run: impl FnOnce() + Send + 'static) {
        self.after_commit.push(Box::new(run));
    }

    /// Wakes all who wait for [`Db::wakeups`](super::Db::wakeups), after COMMIT: in this process at once, in others
    /// soon.
    pub fn ring(&mut self) {
        let signals = Arc::clone(&self.signals);
        self.after_commit(move || signals.send_to_all(Sent { work: true, news: false }));
    }

    /// The same for all who wait for [`Db::news`](super::Db::news).
    pub fn announce(&mut self) {
        let signals = Arc::clone(&self.signals);
        self.after_commit(move || signals.send_to_all(Sent { work: false, news: true }));
    }

    /// From here on the unit's one time is `moment`. For a past that is made up, and nothing else.
    pub fn pretend(&mut self, moment: Timestamp) {
        self.read.now = moment;
    }

    pub(super) fn start(&mut self, deadline: Instant) {
        self.after_commit.clear();
        self.read.start(deadline);
    }

    pub(super) fn take_after_commit(&mut self) -> Vec<AfterCommit> {
        std::mem::take(&mut self.after_commit)
    }

    // The reading calls again, so that `tx.one(…, params![tx.now()])` borrows as one expects.

    /// See [`Read::now`].
    #[inline]
    pub fn now(&self) -> Timestamp {
        self.read.now()
    }

    /// See [`Read::one`].
    pub fn one<R: FromRow>(&mut self, sql: &str, params: &[&dyn Param]) -> Result<R> {
        self.read.one(sql, params)
    }

    /// See [`Read::optional`].
    pub fn optional<R: FromRow>(&mut self, sql: &str, params: &[&dyn Param]) -> Result<Option<R>> {
        self.read.optional(sql, params)
    }

    /// See [`Read::all`].
    pub fn all<R: FromRow>(&mut self, sql: &str, params: &[&dyn Param]) -> Result<Vec<R>> {
        self.read.all(sql, params)
    }
}

impl Deref for Tx {
    type Target = Read;

    fn deref(&self) -> &Read {
        &self.read
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Read {
        &mut self.read
    }
}

/// Whether a statement that went well may have left a change. `none`: it says itself that it changed no row, which
/// counts for an INSERT, an UPDATE or a DELETE; of all others (WITH, DO, CREATE) who knows.
fn may_have_changed(sql: &str, none: bool) -> bool {
    let plain = ["INSERT", "UPDATE", "DELETE"].iter().any(|word| starts_with(sql, word));
    !(starts_with(sql, "SELECT") || plain && none)
}

fn starts_with(sql: &str, word: &str) -> bool {
    sql.trim_ascii_start().as_bytes().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}
