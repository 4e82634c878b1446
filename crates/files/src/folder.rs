//! Whether a folder can be used.

use std::path::{Path, PathBuf};

/// That files can be made in this folder, or in the one it will be made in. Nothing is left behind.
///
/// # Errors
/// The rest of a line that begins with the setting's name.
pub fn usable_folder(folder: &Path) -> Result<(), String> {
    let folder = std::path::absolute(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let there: PathBuf = folder.ancestors().find(|part| part.exists()).unwrap_or(Path::new("/")).to_owned();
    if !there.is_dir() {
        return Err(format!("{} is no folder", there.display()));
    }
    tempfile::tempfile_in(&there)
        .map(drop)
        .map_err(|error| format!("nothing can be written in {}: {}", there.display(), said(&error)))
}

/// Without what the library adds, a name made up on the way.
fn said(error: &std::io::Error) -> String {
    error
        .raw_os_error()
        .map_or_else(|| error.kind().to_string(), |code| std::io::Error::from_raw_os_error(code).to_string())
}
