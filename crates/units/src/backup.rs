//! A copy of a SQLite database that is in use, and a copy put in a database's place. Either is whole or is not there.
//!
//! Copied are pages, within one read transaction: a moment's state, that no writer waits for and none makes begin anew.
//! (`VACUUM INTO` would do as well, reads every row to do it, and can't tell how far it is.) While it lasts SQLite's log
//! can't be begun anew and grows by what is written.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::history::{HISTORY, sqlite_version};
use super::schema::Schema;
use super::sqlite::files::{self, Draft, io_failed, sqlite_failed};
pub use super::thread::Progress;
use super::thread::on_a_thread;
use ground::error::{Error, Result};

/// Pages copied between two looks at how far it is: 8 MiB.
const PAGES: i32 = 2_048;

/// How long opening may wait for somebody who recovers the log, or ends.
const PATIENCE: Duration = Duration::from_secs(5);

/// What every SQLite file begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Of the file.
    pub bytes: u64,
    /// Of the schema.
    pub version: i32,
}

/// Copies the database at `from` to `file`: all that was committed when this began, checked before it takes its name.
/// Does not migrate.
///
/// # Errors
/// `Conflict` `exists` where `file` is there and `over` is false; `file_exists` where it is in use as a database, or is no
/// place for a backup; `no_database` where `from` is no database of the schema's program. `Unavailable` where a file cannot be
/// read or written.
pub async fn backup(from: &Path, file: &Path, over: bool, of: &'static Schema, progress: Progress) -> Result<Copied> {
    let (from, file) = (from.to_owned(), file.to_owned());
    on_a_thread("db-backup", move || {
        refuse(&from, &file, over)?;
        let draft = Draft::begin(files::beside(&file, ".partial"))?;
        let schema = copy_pages(&from, draft.path(), of, &progress)?;
        draft.make_whole()?;
        let (version, copied) = checked(draft.path(), of)?;
        if copied != schema {
            return Err(Error::conflict("copy_differs", "the copy's schema is not the database's: nothing was kept"));
        }
        let bytes = draft.file().metadata().map_err(io_failed(&file))?.len();
        draft.put(&file, over)?;
        Ok(Copied { bytes, version })
    })
    .await
}

fn refuse(from: &Path, file: &Path, over: bool) -> Result<()> {
    // SQLite would make it.
    fs::metadata(from).map_err(io_failed(from))?;
    let Ok(there) = fs::metadata(file) else { return Ok(()) };
    let refused = |detail: String| Err(Error::conflict("file_exists", detail));
    if there.is_dir() {
        return refused(format!("{} is a folder: name a file", file.display()));
    }
    if is_same(from, file) || files::has_log(file) {
        return refused(format!("{} is a database in use: name another file", file.display()));
    }
    if !over {
        return Err(Error::conflict("exists", format!("{} is there", file.display())));
    }
    Ok(())
}

fn is_same(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).ok().zip(fs::canonicalize(other).ok()).is_some_and(|(one, other)| one == other)
}

/// Everything that was made in a database: its type, its name, its statement.
type Made = Vec<(String, String, Option<String>)>;

fn copy_pages(from: &Path, to: &Path, of: &Schema, progress: &Progress) -> Result<Made> {
    let failed = sqlite_failed(from);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags).map_err(&failed)?;
    source.busy_timeout(PATIENCE).map_err(&failed)?;
    source.execute_batch("PRAGMA query_only = ON; BEGIN").map_err(&failed)?;
    // The first look is where the transaction's one moment is.
    if !is_ours(&source, of).map_err(|error| not_ours(from, of, &error))? {
        return Err(no_database(from, of));
    }
    let schema = made_in(&source).map_err(&failed)?;
    let page: u32 = source.query_row("PRAGMA page_size", [], |row| row.get(0)).map_err(&failed)?;
    let mut copy = Connection::open(to).map_err(sqlite_failed(to))?;
    let quick = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;";
    copy.execute_batch(quick).map_err(sqlite_failed(to))?;
    {
        let copying = Backup::new(&source, &mut copy).map_err(sqlite_failed(to))?;
        loop {
            let step = copying.step(PAGES).map_err(sqlite_failed(to))?;
            let at = copying.progress();
            let bytes = |pages: i32| u64::try_from(pages).unwrap_or(0) * u64::from(page);
            progress(bytes(at.pagecount - at.remaining), bytes(at.pagecount));
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                _ => return Err(Error::Unavailable(format!("{}: the database is locked", from.display()).into())),
            }
        }
    }
    copy.close().map_err(|(_, error)| sqlite_failed(to)(error))?;
    Ok(schema)
}

fn made_in(db: &Connection) -> rusqlite::Result<Made> {
    let mut statement = db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

fn is_ours(db: &Connection, of: &Schema) -> rusqlite::Result<bool> {
    let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ($1, $2)";
    if db.query_row(tables, [of.mark, HISTORY], |row| row.get::<_, i64>(0))? < 2 {
        return Ok(false);
    }
    let rows = format!("SELECT count(*) FROM {}", of.mark);
    db.query_row(&rows, [], |row| row.get::<_, i64>(0)).map(|rows| rows == 1)
}

fn no_database(path: &Path, of: &Schema) -> Error {
    Error::conflict("no_database", format!("{} is no {} database", path.display(), of.name))
}

fn not_ours(path: &Path, of: &Schema, error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => no_database(path, of),
        Some(ErrorCode::DatabaseCorrupt) => damaged(path, &error.to_string()),
        _ => Error::Unavailable(format!("{}: {error}", path.display()).into()),
    }
}

fn damaged(path: &Path, why: &str) -> Error {
    Error::conflict("damaged", format!("{} is damaged: {why}", path.display()))
}

/// Reads a file to its end: whether it is whole, and the program's. Its version and schema.
fn checked(path: &Path, of: &Schema) -> Result<(i32, Made)> {
    let look = || -> rusqlite::Result<(bool, Option<String>, i32, Made)> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        db.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536;")?;
        if !is_ours(&db, of)? {
            return Ok((false, None, 0, Vec::new()));
        }
        let found: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        let version = sqlite_version(&db)?;
        Ok((true, (found != "ok").then_some(found), version, made_in(&db)?))
    };
    match look().map_err(|error| not_ours(path, of, &error))? {
        (false, ..) => Err(no_database(path, of)),
        (true, Some(why), ..) => Err(damaged(path, &why)),
        (true, None, version, schema) => Ok((version, schema)),
    }
}

/// A copy of a backup, beside the database whose place it is to take. Dropped, it is gone.
pub struct Restoring {
    draft: Draft,
    target: PathBuf,
    over: bool,
}

impl Restoring {
    /// Copies `file` beside `target` and checks the copy.
    ///
    /// # Errors
    /// `Conflict` `exists` where `target` is there and `over` is false, `database_in_use` where another process uses it,
    /// `no_backup` where `file` is that of a database in use, `no_database` and `damaged` where `file` is no database of the schema's program or
    /// not a whole one. `Unavailable` where a file cannot be read or written.
    pub async fn begin(
        file: &Path,
        target: &Path,
        over: bool,
        of: &'static Schema,
        progress: Progress,
    ) -> Result<Self> {
        let (file, target) = (file.to_owned(), target.to_owned());
        on_a_thread("db-restore", move || {
            refuse_target(&file, &target, over)?;
            let draft = Draft::begin(files::beside(&target, ".restoring"))?;
            copy_bytes(&file, &draft, of, &progress)?;
            // The copy's name means nothing to whoever is told.
            checked(draft.path(), of).map_err(|error| renamed(error, draft.path(), &file))?;
            Ok(Self { draft, target, over })
        })
        .await
    }

    /// Where the copy is, to be worked on before it takes its place.
    pub fn path(&self) -> &Path {
        self.draft.path()
    }

    /// Takes the target's place: whole, on disk, or not at all.
    ///
    /// # Errors
    /// `Conflict` where another process uses the target by now.
    pub async fn put(self) -> Result<()> {
        on_a_thread("db-restore", move || {
            let Self { draft, target, over } = self;
            draft.make_whole()?;
            if target.exists() {
                match files::exclusively(&target) {
                    // Its end folds its log into it: from here on the old one is whole by itself.
                    Ok(held) => drop(held),
                    Err(error @ Error::Conflict { .. }) => return Err(error),
                    // Damaged as it is, it has nothing to keep.
                    Err(_) => {}
                }
            }
            // A log beside the new file would be taken for its own.
            files::remove_companions(&target)?;
            files::sync_folder_of(&target)?;
            draft.put(&target, over)
        })
        .await
    }
}

fn refuse_target(file: &Path, target: &Path, over: bool) -> Result<()> {
    let refused = |code: &'static str, detail: String| Err(Error::conflict(code, detail));
    let there = fs::metadata(file).map_err(io_failed(file))?;
    if there.is_dir() {
        return refused("no_database", format!("{} is a folder: name a file", file.display()));
    }
    if is_same(file, target) {
        return refused("database_in_use", format!("{} is the database itself", file.display()));
    }
    if files::has_log(file) {
        let line = "has its log beside it (-wal): it is a database in use, not a backup";
        return refused("no_backup", format!("{} {line}", file.display()));
    }
    if !target.exists() {
        return Ok(());
    }
    if !over {
        return refused("exists", format!("{} is there", target.display()));
    }
    match files::exclusively(target) {
        Err(error @ Error::Conflict { .. }) => Err(error),
        _ => Ok(()),
    }
}

fn copy_bytes(file: &Path, draft: &Draft, of: &Schema, progress: &Progress) -> Result<()> {
    let mut from = fs::File::open(file).map_err(io_failed(file))?;
    let all = from.metadata().map_err(io_failed(file))?.len();
    let mut to = draft.file();
    let mut part = vec![0; 1 << 20];
    let mut done = 0;
    loop {
        let read = match from.read(&mut part) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read.map_err(io_failed(file))?,
        };
        let Some(part) = part.get(..read).filter(|part| !part.is_empty()) else { break };
        if done == 0 && !part.starts_with(MAGIC) {
            return Err(no_database(file, of));
        }
        to.write_all(part).map_err(io_failed(draft.path()))?;
        done += u64::try_from(read).unwrap_or(0);
        progress(done, all.max(done));
    }
    if done == 0 { Err(no_database(file, of)) } else { to.sync_all().map_err(io_failed(draft.path())) }
}

fn renamed(error: Error, from: &Path, to: &Path) -> Error {
    let (from, to) = (from.display().to_string(), to.display().to_string());
    match error {
        Error::Conflict { code, detail, .. } => Error::conflict(code, detail.replace(&from, &to)),
        Error::Unavailable(why) => Error::Unavailable(why.replace(&from, &to).into()),
        other => other,
    }
}
