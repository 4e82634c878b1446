//! The files of an SQLite database: whether they are still those that were opened, and what to do where they are no good.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rusqlite::{ErrorCode, ffi};

use crate::error::Error;

/// The database and its log, as they were when they were opened. A COMMIT into a file that was deleted, moved or replaced
/// meanwhile is on no disk that anybody will look at.
pub(super) struct Place {
    files: [PathBuf; 2],
    opened: [Option<(u64, u64)>; 2],
}

/// What became of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Whole,
    /// The database is there, its log is another or none.
    LogGone,
    Gone,
}

impl Place {
    /// Of a database that was read from: its log is there.
    pub fn of(path: &Path) -> Self {
        // SQLite follows links, and puts the log beside what they lead to.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        let log = PathBuf::from(log);
        let opened = [identity(&path), identity(&log)];
        Self { files: [path, log], opened }
    }

    pub fn look(&self) -> Found {
        let ([database, log], [database_then, log_then]) = (&self.files, self.opened);
        if identity(database) != database_then {
            Found::Gone
        } else if identity(log) == log_then {
            Found::Whole
        } else {
            Found::LogGone
        }
    }
}

/// Which file a path leads to.
fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// What whoever runs the house is to do, where it is theirs to do something.
pub(super) fn advice(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            "; the file is damaged: keep a copy of it with its -wal, and restore the last backup"
        }
        ErrorCode::DiskFull => "; free some space there, nothing else is to be done",
        ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
            "; the file and its folder must be there, writable for this user, and on a file system that is not read-only"
        }
        ErrorCode::SystemIoFailure => "; the disk failed: see the kernel's log, and trust it with nothing new",
        _ => "",
    }
}

/// A database that cannot be used at all: which, why, and what to do.
pub(super) fn unusable(path: &Path, error: &rusqlite::Error) -> Error {
    let advice = error.sqlite_error_code().map_or("", advice);
    Error::Unavailable(format!("{}: {error}{advice}", path.display()).into())
}

/// The same, where something else went wrong that a database error may be behind.
pub(super) fn unusable_since(path: &Path, error: &(dyn std::error::Error + 'static)) -> Option<Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<rusqlite::Error>()
            && error.sqlite_error_code().is_some_and(|code| !advice(code).is_empty())
        {
            return Some(unusable(path, error));
        }
        next = error.source();
    }
    None
}

/// The sentence of a failed statement.
pub(super) fn said(cause: ffi::Error, message: &str) -> String {
    format!("{message} ({}){}", cause.extended_code, advice(cause.code))
}

#[cfg(test)]
mod tests {
    use super::{Found, Place};

    #[test]
    fn files_that_are_others_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, log) = (folder.path().join("house.db"), folder.path().join("house.db-wal"));
        let other = folder.path().join("other");
        std::fs::write(&file, "database").unwrap();
        std::fs::write(&log, "log").unwrap();
        let place = Place::of(&file);
        std::fs::write(&log, "").unwrap();
        assert_eq!(place.look(), Found::Whole, "what is in them is nobody's business here");
        std::fs::rename(&log, &other).unwrap();
        assert_eq!(place.look(), Found::LogGone);
        std::fs::write(&log, "log").unwrap();
        assert_eq!(place.look(), Found::LogGone, "it is another");
        std::fs::rename(&other, &log).unwrap();
        assert_eq!(place.look(), Found::Whole);
        std::fs::copy(&file, &other).unwrap();
        std::fs::rename(&other, &file).unwrap();
        assert_eq!(place.look(), Found::Gone, "a copy was put in its place");
    }
}
