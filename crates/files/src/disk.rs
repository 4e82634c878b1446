//! Files on the local disk: written beside their place, synced, renamed into it.

use std::fs::Permissions;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use ground::clock::Timestamp;
use object_store::local::LocalFileSystem;
use tokio::fs;

#[derive(Debug)]
pub(crate) struct Disk {
    pub store: LocalFileSystem,
    folder: PathBuf,
}

impl Disk {
    /// The folder is made where it is missing. `Err` is the line to show.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let cannot = |error: &dyn std::fmt::Display| format!("STORAGE_URL {}: {error}", folder.display());
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| cannot(&error))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| cannot(&error))?;
        Ok(Self { store: store.with_fsync(true), folder: folder.to_owned() })
    }

    /// Nobody else on this machine reads this file.
    pub fn keep_private(&self, name: &str) -> std::io::Result<()> {
        std::fs::set_permissions(self.folder.join(name), Permissions::from_mode(0o600))
    }

    /// Takes away what writes left that were begun before `then` and cut off; how many. Such a file has its name-to-be, `#`
    /// and a number, which `object_store` lists nowhere.
    pub async fn abandon(&self, folder: &str, then: Timestamp) -> std::io::Result<usize> {
        let mut entries = match fs::read_dir(self.folder.join(folder)).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
            entries => entries?,
        };
        let mut abandoned = 0;
        while let Some(entry) = entries.next_entry().await? {
            let staged =
                entry.file_name().to_str().and_then(|name| name.rsplit_once('#')).is_some_and(|(_, number)| {
                    !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
                });
            if staged && entry.metadata().await.is_ok_and(|found| changed_at(&found) < Some(then)) {
                fs::remove_file(entry.path()).await?;
                abandoned += 1;
            }
        }
        Ok(abandoned)
    }
}

fn changed_at(found: &std::fs::Metadata) -> Option<Timestamp> {
    let since = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_micros(i64::try_from(since.as_micros()).ok()?)
}
