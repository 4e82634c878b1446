//! What to do where a SQLite file cannot be used, in words.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use ground::error::Error;

/// What whoever runs the program is to do, where it is theirs to do something.
fn advice(code: ErrorCode) -> &'static str {
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
pub(crate) fn unusable(path: &Path, error: &rusqlite::Error) -> Error {
    let advice = error.sqlite_error_code().map_or("", advice);
    Error::Unavailable(format!("{}: {error}{advice}", path.display()).into())
}

/// The same, where something else went wrong that a database error may be behind.
pub(crate) fn unusable_since(path: &Path, error: &(dyn std::error::Error + 'static)) -> Option<Error> {
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
