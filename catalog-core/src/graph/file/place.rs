//! A new file in the place of another one: whole or not at all.

use std::{
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use super::GraphFileError;

/// Writes a file beside its place, makes it durable, and moves it there.
pub(super) fn replace<T>(
    path: &Path,
    write: impl FnOnce(&File) -> Result<T, GraphFileError>,
) -> Result<T, GraphFileError> {
    let beside = beside(path);
    let written = write_to(&beside, write).and_then(|written| {
        fs::rename(&beside, path)?;
        Ok(written)
    });
    match &written {
        Ok(_) => sync_folder(path),
        // What is left after a failure is of no use.
        Err(_) => drop(fs::remove_file(&beside)),
    }
    written
}

fn write_to<T>(
    path: &Path,
    write: impl FnOnce(&File) -> Result<T, GraphFileError>,
) -> Result<T, GraphFileError> {
    let file = File::options().read(true).write(true).create(true).truncate(true).open(path)?;
    let written = write(&file)?;
    file.sync_all()?;
    Ok(written)
}

/// A name that no other writer takes, in this process or another one of this machine.
fn beside(path: &Path) -> PathBuf {
    static WRITTEN: AtomicU32 = AtomicU32::new(0);
    let mut name: OsString = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".new-{}-{}", std::process::id(), WRITTEN.fetch_add(1, Ordering::Relaxed)));
    path.with_file_name(name)
}

/// Makes the new name durable, where the system allows it.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
