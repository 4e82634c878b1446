//! SQLite files as things in a folder: beside one another, held alone, put in each other's place.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use ground::error::Error;

type Result<T, E = Error> = std::result::Result<T, E>;

/// What SQLite keeps beside a file in use.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What is in a database is for the eyes of its owner alone: a new file is made so, and one that others could read, since it
/// is from another time or another hand, is closed to them. SQLite makes the files beside it alike.
pub(crate) fn keep_private(path: &Path) {
    // Whether it can be made is found out when it is opened.
    let _ = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    for file in std::iter::once(path.to_owned()).chain(COMPANIONS.iter().map(|suffix| beside(path, suffix))) {
        let Ok(found) = fs::metadata(&file) else { continue };
        if !found.is_file() || found.permissions().mode().trailing_zeros() >= 6 {
            continue;
        }
        if let Err(error) = fs::set_permissions(&file, fs::Permissions::from_mode(0o600)) {
            tracing::warn!("{} can be read by others on this machine, and stays so: {error}", file.display());
        }
    }
}

/// That a database can be there, or be made there. `Err` is the line to show.
pub(crate) fn judge(path: &Path) -> Result<(), String> {
    if path.is_dir() {
        return Err(format!("DATABASE_URL: {} is a folder: name a file in it", path.display()));
    }
    let folder = path.parent().filter(|folder| folder != &Path::new("")).unwrap_or(Path::new("."));
    if folder.is_dir() { Ok(()) } else { Err(format!("DATABASE_URL: there is no folder {}", folder.display())) }
}

/// The same name with `suffix` at its end.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

/// What the file system says of a path, as a line.
pub(crate) fn io_failed(path: &Path) -> impl Fn(io::Error) -> Error {
    move |error| Error::Unavailable(format!("{}: {error}", path.display()).into())
}

/// What SQLite says of a file, as a line.
pub(crate) fn sqlite_failed(path: &Path) -> impl Fn(rusqlite::Error) -> Error {
    move |error| super::advice::unusable(path, &error)
}

/// Opens the file so that nobody else can.
///
/// # Errors
/// `Conflict` `database_in_use` where another process has it open.
pub(crate) fn exclusively(target: &Path) -> Result<Connection> {
    let held = Connection::open(target).and_then(|db| {
        db.busy_timeout(Duration::from_secs(1))?;
        db.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT;")?;
        Ok(db)
    });
    held.map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::conflict("database_in_use", format!("another process uses {}: end it first", target.display()))
        }
        _ => sqlite_failed(target)(error),
    })
}

/// It is gone afterwards, also where it had never been there.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_failed(path)(error)),
        _ => Ok(()),
    }
}

/// Removes what SQLite kept beside a file that nobody uses.
pub(crate) fn remove_companions(path: &Path) -> Result<()> {
    COMPANIONS.iter().try_for_each(|suffix| remove(&beside(path, suffix)))
}

/// Whether the file has a log beside it that holds something: then it is not whole by itself.
pub(crate) fn has_log(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// A file that is being written beside its place, for the eyes of its owner alone. Dropped, it is gone.
pub(crate) struct Draft {
    path: PathBuf,
    /// Held locked, so that of two at once one is told; also by a process that is killed no longer than it lives.
    file: File,
    /// It has its name, and is no draft any more.
    placed: bool,
}

impl Draft {
    /// Begins it anew, whatever a killed process left.
    ///
    /// # Errors
    /// `Conflict` `under_way` where another process writes it.
    pub fn begin(path: PathBuf) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(&path).map_err(io_failed(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::conflict("under_way", format!("another process writes {}", path.display())));
            }
            Err(TryLockError::Error(error)) => return Err(io_failed(&path)(error)),
        }
        let draft = Self { path, file, placed: false };
        draft.file.set_len(0).map_err(io_failed(&draft.path))?;
        remove_companions(&draft.path)?;
        Ok(draft)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn file(&self) -> &File {
        &self.file
    }

    /// Folds the log into the file and leaves WAL, so that the file is whole by itself.
    pub fn make_whole(&self) -> Result<()> {
        let whole = Connection::open(&self.path).and_then(|db| {
            db.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;")?;
            let mode: String = db.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
            db.close().map_err(|(_, error)| error).map(|()| mode)
        });
        match whole.map_err(sqlite_failed(&self.path))?.as_str() {
            "delete" => Ok(()),
            mode => Err(Error::internal(format!("the file stays in journal mode {mode}"))),
        }
    }

    /// Gives it its name: whole, on disk, or not at all. Without `over` a file that is there stays.
    pub fn put(mut self, target: &Path, over: bool) -> Result<()> {
        self.file.sync_all().map_err(io_failed(&self.path))?;
        if over {
            fs::rename(&self.path, target).map_err(io_failed(target))?;
            self.placed = true;
        } else {
            // Unlike a rename, a link fails where the name is taken meanwhile.
            fs::hard_link(&self.path, target).map_err(io_failed(target))?;
        }
        sync_folder_of(target)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.placed {
            return;
        }
        let removed = remove(&self.path).and_then(|()| remove_companions(&self.path));
        if let Err(error) = removed {
            tracing::warn!("{} is left: {error}", self.path.display());
        }
    }
}

/// A new name is on disk once its folder is.
pub(crate) fn sync_folder_of(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| folder != &Path::new("")).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io_failed(folder))
}
