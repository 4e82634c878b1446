//! SQLite: WAL, synchronous=FULL, one writer a process; other processes may write the same file in between.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, StatementStatus, ffi};

use super::opened::{FileState, Opened};
use super::{advice, functions};
use crate::error::{Committed, DbError, Failure, Fault, Kind};
use crate::record::Records;
use crate::row::{Cells, EachRow, Row};
use crate::value::{Param, Value};
use ground::error::{Error, Result};

/// How long a writer waits for one of another process, before its callers are told to come back later.
const BUSY: Duration = Duration::from_secs(5);

/// Between two looks of the progress handler: instructions of SQLite's machine, some tens of microseconds.
const LOOK_EVERY: i32 = 4_000;

/// Above the number of statement shapes there are.
const STATEMENTS: usize = 256;

/// Why nothing is written any more.
pub(crate) const BROKEN: &str =
    "an earlier write failed in the middle, or the file was taken away; restart to read it afresh";

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Writer,
    Reader,
    /// A reader that may take its time, and goes through whole tables.
    Browser,
    /// A writer alone with a file that may be thrown away.
    Loader,
}

pub(crate) struct Conn {
    db: Connection,
    timer: Arc<Timer>,
    role: Role,
    broken: Arc<AtomicBool>,
    /// A writer's.
    files: Option<Box<Opened>>,
}

/// When the running unit has to stop, in microseconds since `from`; `i64::MAX`: never.
struct Timer {
    from: Instant,
    until: AtomicI64,
}

impl Timer {
    fn micros(&self, at: Instant) -> i64 {
        i64::try_from(at.saturating_duration_since(self.from).as_micros()).unwrap_or(i64::MAX)
    }

    fn is_up(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        until != i64::MAX && self.micros(Instant::now()) >= until
    }
}

impl Conn {
    /// Opens a file that is there; `migrate` makes it.
    ///
    /// `broken` is set at an I/O error at COMMIT: what the file holds is no longer known, and a later fsync would not
    /// tell (the kernel reports such an error once). Nothing is written any more; a restart reads the file afresh. So it is
    /// where the file is not the one any more that was opened.
    pub fn open(path: &Path, role: Role, broken: Arc<AtomicBool>) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(path, flags)?;
        let timer = Arc::new(Timer { from: Instant::now(), until: AtomicI64::new(i64::MAX) });
        wait_for_others(&mut db, Arc::clone(&timer))?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        // Else a statement is prepared anew whenever a parameter changes that the planner had looked at.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        functions::teach(&db)?;
        db.execute_batch("PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;")?;
        db.execute_batch(match role {
            Role::Writer | Role::Reader | Role::Browser => {
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -4096;
                 PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = ON;"
            }
            Role::Loader => {
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
                 PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -131072;"
            }
        })?;
        match role {
            Role::Reader => db.execute_batch("PRAGMA query_only = ON")?,
            // What is sorted or grouped there may be a whole table: it goes to a file, not into memory.
            Role::Browser => {
                db.execute_batch("PRAGMA query_only = ON; PRAGMA temp_store = FILE; PRAGMA cache_size = -8192")?;
            }
            // Copying the log into the file stops the writer: seldom, so that a page that changes often is copied once for
            // many changes. The log grows to 16 MiB and is then begun anew.
            Role::Writer => db.execute_batch("PRAGMA wal_autocheckpoint = 4096; PRAGMA cache_size = -16384")?,
            Role::Loader => {}
        }
        let watched = Arc::clone(&timer);
        db.progress_handler(LOOK_EVERY, Some(move || watched.is_up()))?;
        let files = (role == Role::Writer).then(|| {
            // Reading makes the log, where there was none.
            let _ = db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
            Box::new(Opened::of(path))
        });
        Ok(Self { db, timer, role, broken, files })
    }

    pub fn until(&self, deadline: Option<Instant>) {
        self.timer.until.store(deadline.map_or(i64::MAX, |at| self.timer.micros(at)), Ordering::Relaxed);
    }

    pub fn ready(&self) -> Result<(), Failure> {
        if self.broken.load(Ordering::Relaxed) { Err(Failure::down(BROKEN)) } else { Ok(()) }
    }

    /// Waits for the writer of another process, as long as a unit that is to run may.
    pub fn begin_write(&mut self, until: Instant) -> Result<(), Failure> {
        self.until(Some(until));
        self.run("BEGIN IMMEDIATE").map_err(|error| self.failure(&error, "BEGIN IMMEDIATE"))
    }

    pub fn begin_read(&mut self) -> Result<(), Failure> {
        self.control("BEGIN")
    }

    pub fn savepoint(&mut self) -> Result<(), Failure> {
        self.control("SAVEPOINT unit")
    }

    /// Ends a unit's savepoint. `false` where SQLite gave the whole transaction up (as it does when a write is
    /// interrupted or the disk is full).
    pub fn settle(&mut self, keep: bool) -> bool {
        let undone = keep || self.control("ROLLBACK TO unit").is_ok();
        undone && !self.db.is_autocommit() && self.control("RELEASE unit").is_ok()
    }

    pub fn commit(&mut self) -> Committed {
        self.until(None);
        let Err(error) = self.run("COMMIT") else { return self.is_where_it_was() };
        let io = error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure);
        self.rollback();
        if io {
            self.broken.store(true, Ordering::Relaxed);
            tracing::error!("SQLite could not commit, and writes no more until a restart: {error}");
            return Committed::Unknown(Failure::down(format!("commit failed, its outcome is unknown: {error}")));
        }
        Committed::No(self.failure(&error, "COMMIT"))
    }

    /// What was committed counts only if it is in files that are still there. Where the log alone is gone, what is in it is
    /// saved into the database: to this connection it is open still.
    fn is_where_it_was(&self) -> Committed {
        let found = self.files.as_ref().map_or(FileState::Whole, |files| files.look());
        if found == FileState::Whole {
            return Committed::Yes;
        }
        self.broken.store(true, Ordering::Relaxed);
        let saved = (found == FileState::LogGone)
            .then(|| self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(0)));
        tracing::error!(
            ?saved,
            "the database's files were deleted, moved or replaced while it was in use; nothing is written any more until a restart"
        );
        Committed::Unknown(Failure::down(
            "its files were deleted, moved or replaced; whether the commit counts is unknown",
        ))
    }

    pub fn rollback(&mut self) {
        self.until(None);
        if !self.db.is_autocommit()
            && let Err(error) = self.run("ROLLBACK")
        {
            tracing::error!("SQLite could not roll back: {error}");
        }
    }

    fn control(&mut self, sql: &str) -> Result<(), Failure> {
        self.until(None);
        self.run(sql).map_err(|error| self.failure(&error, sql))
    }

    fn run(&self, sql: &str) -> rusqlite::Result<()> {
        self.db.prepare_cached(sql)?.raw_execute().map(drop)
    }

    pub fn query(&self, sql: &str, params: &[&dyn Param], each: EachRow<'_>) -> Result<(), Failure> {
        let mut statement = self.bound(sql, params)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|error| self.failure(&error, sql))? {
            each(&Row::new(row)).map_err(|error| Failure { fault: Fault::Defect, error })?;
        }
        drop(rows);
        tell_steps(sql, &statement);
        Ok(())
    }

    pub fn execute(&self, sql: &str, params: &[&dyn Param]) -> Result<u64, Failure> {
        let mut statement = self.bound(sql, params)?;
        let changed = statement.raw_execute().map_err(|error| self.failure(&error, sql))?;
        tell_steps(sql, &statement);
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    pub fn insert_all(&self, records: &dyn Records) -> Result<u64, Failure> {
        let columns = records.columns();
        let numbers = (1..=columns.len()).map(|number| format!("?{number}")).collect::<Vec<_>>().join(", ");
        let sql = format!("INSERT INTO {} ({}) VALUES ({numbers})", records.table(), columns.join(", "));
        let wrong = |error: rusqlite::Error| self.failure(&error, &sql);
        let mut statement = self.db.prepare_cached(&sql).map_err(wrong)?;
        let mut values = Vec::with_capacity(columns.len());
        for index in 0..records.count() {
            values.clear();
            records.values(index, &mut values);
            for (at, value) in values.iter().enumerate() {
                statement.raw_bind_parameter(at + 1, Bind(*value)).map_err(wrong)?;
            }
            statement.raw_execute().map_err(wrong)?;
        }
        Ok(u64::try_from(records.count()).unwrap_or(u64::MAX))
    }

    /// What a failed statement means.
    fn failure(&self, error: &rusqlite::Error, sql: &str) -> Failure {
        let rusqlite::Error::SqliteFailure(cause, message) = error else {
            let encode = matches!(error, rusqlite::Error::ToSqlConversionFailure(_));
            let kind = if encode { Kind::Encode } else { Kind::Other };
            return Failure::defect(DbError::new(kind, error.to_string()).during(sql));
        };
        let message = message.as_deref().unwrap_or("no message");
        let down = || Failure::down(advice::said(*cause, message));
        match cause.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Failure::retry(),
            ErrorCode::OperationInterrupted => Failure::late(),
            ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::NotADatabase
            | ErrorCode::PermissionDenied
            | ErrorCode::OutOfMemory => down(),
            // To a reader it is a defect of the unit, to a writer one of the file system.
            ErrorCode::ReadOnly if !matches!(self.role, Role::Reader | Role::Browser) => down(),
            _ => Failure::defect(defect(*cause, message).during(sql)),
        }
    }

    fn bound(&self, sql: &str, params: &[&dyn Param]) -> Result<CachedStatement<'_>, Failure> {
        if self.timer.is_up() {
            return Err(Failure::late());
        }
        let wrong = |error: rusqlite::Error| self.failure(&error, sql);
        let mut statement = self.db.prepare_cached(&numbered(sql)).map_err(wrong)?;
        let count = statement.parameter_count();
        if count != params.len() {
            return Err(unbound(sql, &format!("the statement takes {count}, there are {}", params.len())));
        }
        // Once, since SQLite looks through all of them for each.
        let is_new = statement.get_status(StatementStatus::Run) == 0;
        if let Some(unused) = (1..=count).filter(|_| is_new).find(|index| statement.parameter_name(*index).is_none()) {
            return Err(unbound(sql, &format!("nothing is number {unused}")));
        }
        for (at, param) in params.iter().enumerate() {
            statement.raw_bind_parameter(at + 1, Bind(param.value())).map_err(wrong)?;
        }
        Ok(statement)
    }
}

/// `$2` is a name to SQLite, which is looked for among all names of the statement; `?2` is the second parameter.
fn numbered(sql: &str) -> String {
    let mut numbered = String::with_capacity(sql.len());
    let mut parts = sql.split('$');
    numbered.extend(parts.next());
    for part in parts {
        numbered.push(if part.starts_with(|first: char| first.is_ascii_digit()) { '?' } else { '$' });
        numbered.push_str(part);
    }
    numbered
}

/// For tests of what statements cost: what one took, in steps of SQLite's machine, to those who listen.
fn tell_steps(sql: &str, statement: &CachedStatement<'_>) {
    if tracing::enabled!(tracing::Level::TRACE) {
        tracing::trace!(sql, steps = statement.reset_status(StatementStatus::VmStep), "a statement");
    }
}

fn unbound(sql: &str, what: &str) -> Failure {
    Failure::defect(DbError::new(Kind::Encode, format!("parameters do not fit: {what}")).during(sql))
}

/// A busy database is tried again each millisecond: SQLite's own handler grows to 100 ms, and would starve beside
/// another process that commits without a pause.
#[expect(clippy::disallowed_methods, reason = "the lock is another process's; there is nothing to wait for")]
fn wait_for_others(db: &mut Connection, timer: Arc<Timer>) -> rusqlite::Result<()> {
    let mut since = Instant::now();
    db.busy_handler(Some(move |count: i32| {
        if count == 0 {
            since = Instant::now();
        }
        std::thread::sleep(Duration::from_millis(1));
        since.elapsed() < BUSY && !timer.is_up()
    }))
}

struct Bind<'a>(Value<'a>);

impl ToSql for Bind<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match &self.0 {
            Value::Null => ValueRef::Null,
            Value::Bool(truth) => ValueRef::Integer(i64::from(*truth)),
            Value::Int(int) => ValueRef::Integer(*int),
            Value::Text(text) | Value::Json(text) if text.contains('\0') => {
                return Err(rusqlite::Error::ToSqlConversionFailure("a text holds NUL".into()));
            }
            Value::Text(text) | Value::Json(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Uuid(id) => ValueRef::Blob(id.as_bytes()),
            Value::Time(time) => ValueRef::Integer(time.as_micros()),
        }))
    }
}

impl Cells for rusqlite::Row<'_> {
    fn cell(&self, index: usize) -> Option<Result<Value<'_>>> {
        Some(match self.get_ref(index).ok()? {
            ValueRef::Null => Ok(Value::Null),
            ValueRef::Integer(int) => Ok(Value::Int(int)),
            ValueRef::Text(text) => std::str::from_utf8(text).map(Value::Text).map_err(Error::internal),
            ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes)),
            ValueRef::Real(_) => Err(DbError::new(Kind::Decode, "a floating point number".to_owned()).into()),
        })
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.as_ref().column_name(index).ok()
    }
}

fn defect(cause: ffi::Error, message: &str) -> DbError {
    let kind = match cause.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => Kind::Unique,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Kind::ForeignKey,
        ffi::SQLITE_CONSTRAINT_CHECK => Kind::Check,
        ffi::SQLITE_CONSTRAINT_NOTNULL => Kind::NotNull,
        _ if cause.code == ErrorCode::ReadOnly => Kind::ReadOnly,
        _ => Kind::Other,
    };
    let mut error = DbError::coded(kind, cause.extended_code.to_string(), message);
    if kind == Kind::Check {
        error.constraint = message.split_once(": ").map(|(_, name)| name.to_owned());
    }
    error
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::{Conn, Role, numbered};
    use crate::params;

    #[test]
    fn another_value_never_means_another_plan() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        std::fs::write(&file, "").unwrap();
        let conn = Conn::open(&file, Role::Writer, std::sync::Arc::default()).unwrap();
        conn.run("CREATE TABLE leads (id INTEGER PRIMARY KEY, name TEXT, status TEXT)").unwrap();
        conn.run("CREATE INDEX leads_open ON leads (name) WHERE status = 'open'").unwrap();
        let sql = "SELECT id FROM leads WHERE status = $1 AND name LIKE $2";
        for status in ["open", "closed", "open"] {
            conn.query(sql, params![status, "a%"], &mut |_| Ok(())).unwrap();
        }
        let statement = conn.db.prepare_cached(&numbered(sql)).unwrap();
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        assert_eq!(statement.get_status(StatementStatus::Run), 3);
    }

    #[test]
    fn parameters_are_numbers() {
        assert_eq!(numbered("a = $2 AND b = $10 OR c = $1"), "a = ?2 AND b = ?10 OR c = ?1");
        assert_eq!(numbered("json_extract(data, '$.name'), '$'"), "json_extract(data, '$.name'), '$'");
        assert_eq!(numbered("$1"), "?1");
    }
}
