//! Mails as `.eml` files: what happens to them where no mail server is set.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::Failed;

/// A folder of mails, each in a file named after its id; only we may read them.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// It is made when the first mail is written.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Whole or not at all.
    pub(crate) async fn write(&self, id: Uuid, bytes: Vec<u8>) -> Result<(), Failed> {
        let file = self.file(id);
        let written = tokio::task::spawn_blocking(move || write(&file, &bytes).map_err(|error| told(&file, &error)));
        written.await.map_err(|error| Failed::passing(error.to_string()))?
    }

    /// Whether this mail was written here.
    pub async fn has(&self, id: Uuid) -> bool {
        let file = self.file(id);
        tokio::task::spawn_blocking(move || file.exists()).await.unwrap_or(false)
    }

    /// Takes a mail away, if it is there.
    ///
    /// # Errors
    /// `Failed`, passing.
    pub async fn remove(&self, id: Uuid) -> Result<(), Failed> {
        let file = self.file(id);
        let removed = tokio::task::spawn_blocking(move || match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(told(&file, &error)),
            _ => Ok(()),
        });
        removed.await.map_err(|error| Failed::passing(error.to_string()))?
    }

    fn file(&self, id: Uuid) -> PathBuf {
        self.path.join(format!("{id}.eml"))
    }
}

fn told(file: &Path, error: &io::Error) -> Failed {
    Failed::passing(format!("{}: {error}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let beside = file.with_extension("part");
    let mut part = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    part.write_all(bytes)?;
    part.sync_all()?;
    drop(part);
    fs::rename(&beside, file)?;
    fs::File::open(folder)?.sync_all()
}
