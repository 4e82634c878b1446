//! The files of a SQLite database: whether they are still those that were opened.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The database and its log, as they were when they were opened. A COMMIT into a file that was deleted, moved or replaced
/// meanwhile is on no disk that anybody will look at.
pub(super) struct Opened {
    files: [PathBuf; 2],
    then: [Option<(u64, u64)>; 2],
}

/// What became of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileState {
    Whole,
    /// The database is there, its log is another or none.
    LogGone,
    Gone,
}

impl Opened {
    /// Of a database that was read from: its log is there.
    pub fn of(path: &Path) -> Self {
        // SQLite follows links, and puts the log beside what they lead to.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        let log = PathBuf::from(log);
        let then = [identity(&path), identity(&log)];
        Self { files: [path, log], then }
    }

    pub fn look(&self) -> FileState {
        let ([database, log], [database_then, log_then]) = (&self.files, self.then);
        if identity(database) != database_then {
            FileState::Gone
        } else if identity(log) == log_then {
            FileState::Whole
        } else {
            FileState::LogGone
        }
    }
}

/// Which file a path leads to.
fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(test)]
mod tests {
    use super::{FileState, Opened};

    #[test]
    fn files_that_are_others_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, log) = (folder.path().join("test.db"), folder.path().join("test.db-wal"));
        let other = folder.path().join("other");
        std::fs::write(&file, "database").unwrap();
        std::fs::write(&log, "log").unwrap();
        let opened = Opened::of(&file);
        std::fs::write(&log, "").unwrap();
        assert_eq!(opened.look(), FileState::Whole, "what is in them is nobody's business here");
        std::fs::rename(&log, &other).unwrap();
        assert_eq!(opened.look(), FileState::LogGone);
        std::fs::write(&log, "log").unwrap();
        assert_eq!(opened.look(), FileState::LogGone, "it is another");
        std::fs::rename(&other, &log).unwrap();
        assert_eq!(opened.look(), FileState::Whole);
        std::fs::copy(&file, &other).unwrap();
        std::fs::rename(&other, &file).unwrap();
        assert_eq!(opened.look(), FileState::Gone, "a copy was put in its place");
    }
}
