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

use super::history::sqlite_version;
use super::sqlite::files::{self, Draft, io_failed, sqlite_failed};
pub use super::thread::Progress;
use super::thread::on_a_thread;
use crate::error::{Error, Result};

/// Pages copied between two looks at how far it is: 8 MiB.
const PAGES: i32 = 2_048;

/// How long opening may wait for somebody who recovers the log, or ends.
const PATIENCE: Duration = Duration::from_secs(5);

/// What every SQLite file begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    pub bytes: u64,
    /// Of the schema.
    pub version: i32,
}

/// Copies the database at `from` to `file`: all that was committed when this began, checked before it takes its name.
/// Does not migrate.
///
/// # Errors
/// `Conflict` where `file` is there and `over` is false, is in use as a database, or is no place for a backup; where `from`
/// is no Leadhouse database. `Unavailable` where a file cannot be read or written.
pub async fn backup(from: &Path, file: &Path, over: bool, progress: Progress) -> Result<Copied> {
    let (from, file) = (from.to_owned(), file.to_owned());
    on_a_thread("db-backup", move || {
        refuse(&from, &file, over)?;
        let draft = Draft::begin(files::beside(&file, ".partial"))?;
        let schema = copy_pages(&from, draft.path(), &progress)?;
        draft.make_whole()?;
        let (version, copied) = checked(draft.path())?;
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
        return refused(format!("{} is there: name another file, or say --force", file.display()));
    }
    Ok(())
}

fn is_same(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).ok().zip(fs::canonicalize(other).ok()).is_some_and(|(one, other)| one == other)
}

/// Everything the schema is made of.
type Schema = Vec<(String, String, Option<String>)>;

fn copy_pages(from: &Path, to: &Path, progress: &Progress) -> Result<Schema> {
    let failed = sqlite_failed(from);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags).map_err(&failed)?;
    source.busy_timeout(PATIENCE).map_err(&failed)?;
    source.execute_batch("PRAGMA query_only = ON; BEGIN").map_err(&failed)?;
    // The first look is where the transaction's one moment is.
    if !is_ours(&source).map_err(|error| not_ours(from, &error))? {
        return Err(no_house(from));
    }
    let schema = schema_of(&source).map_err(&failed)?;
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

fn schema_of(db: &Connection) -> rusqlite::Result<Schema> {
    let mut statement = db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

fn is_ours(db: &Connection) -> rusqlite::Result<bool> {
    let tables =
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('house', 'refinery_schema_history')";
    if db.query_row(tables, [], |row| row.get::<_, i64>(0))? < 2 {
        return Ok(false);
    }
    db.query_row("SELECT count(*) FROM house", [], |row| row.get::<_, i64>(0)).map(|rows| rows == 1)
}

fn no_house(path: &Path) -> Error {
    Error::conflict("no_house", format!("{} is no Leadhouse database", path.display()))
}

fn not_ours(path: &Path, error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => no_house(path),
        Some(ErrorCode::DatabaseCorrupt) => damaged(path, &error.to_string()),
        _ => Error::Unavailable(format!("{}: {error}", path.display()).into()),
    }
}

fn damaged(path: &Path, why: &str) -> Error {
    Error::conflict("damaged", format!("{} is damaged: {why}", path.display()))
}

/// Reads a file to its end: whether it is whole, and a Leadhouse's. Its version and schema.
fn checked(path: &Path) -> Result<(i32, Schema)> {
    let look = || -> rusqlite::Result<(bool, Option<String>, i32, Schema)> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        db.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536;")?;
        if !is_ours(&db)? {
            return Ok((false, None, 0, Vec::new()));
        }
        let found: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        let version = sqlite_version(&db)?;
        Ok((true, (found != "ok").then_some(found), version, schema_of(&db)?))
    };
    match look().map_err(|error| not_ours(path, &error))? {
        (false, ..) => Err(no_house(path)),
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
    /// `Conflict` where `target` is there and `over` is false, or another process uses it; where `file` is no Leadhouse
    /// database, is damaged, or is in use itself. `Unavailable` where a file cannot be read or written.
    pub async fn begin(file: &Path, target: &Path, over: bool, progress: Progress) -> Result<Self> {
        let (file, target) = (file.to_owned(), target.to_owned());
        on_a_thread("db-restore", move || {
            refuse_target(&file, &target, over)?;
            let draft = Draft::begin(files::beside(&target, ".restoring"))?;
            copy_bytes(&file, &draft, &progress)?;
            // The copy's name means nothing to whoever is told.
            checked(draft.path()).map_err(|error| renamed(error, draft.path(), &file))?;
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
        return refused("no_house", format!("{} is a folder: name a file", file.display()));
    }
    if is_same(file, target) {
        return refused("database_in_use", format!("{} is the database itself", file.display()));
    }
    if files::has_log(file) {
        let line =
            "has its log beside it (-wal): it is a database in use, not a backup; copy it with `leadhouse backup`";
        return refused("database_in_use", format!("{} {line}", file.display()));
    }
    if !target.exists() {
        return Ok(());
    }
    if !over {
        let line = "is there: with --force it is replaced, and what it holds is lost";
        return refused("database_exists", format!("{} {line}", target.display()));
    }
    match files::exclusively(target) {
        Err(error @ Error::Conflict { .. }) => Err(error),
        _ => Ok(()),
    }
}

fn copy_bytes(file: &Path, draft: &Draft, progress: &Progress) -> Result<()> {
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
            return Err(no_house(file));
        }
        to.write_all(part).map_err(io_failed(draft.path()))?;
        done += u64::try_from(read).unwrap_or(0);
        progress(done, all.max(done));
    }
    if done == 0 { Err(no_house(file)) } else { to.sync_all().map_err(io_failed(draft.path())) }
}

fn renamed(error: Error, from: &Path, to: &Path) -> Error {
    let (from, to) = (from.display().to_string(), to.display().to_string());
    match error {
        Error::Conflict { code, detail, .. } => Error::conflict(code, detail.replace(&from, &to)),
        Error::Unavailable(why) => Error::Unavailable(why.replace(&from, &to).into()),
        other => other,
    }
}
