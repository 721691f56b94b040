//! A new store appears whole or not at all.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use redb::{Builder, Database};

use super::{
    StoreError,
    guard::{discard, guard},
    writer::StoreWriter,
};

/// Makes an empty store at `path`, where there is no file or an empty one.
///
/// It is made beside its place and then linked there, so that no other process ever sees a part of it. If
/// another process is faster, its store stays.
pub(super) fn create(path: &Path) -> Result<(), StoreError> {
    let beside = beside(path);
    let made = make(&beside).and_then(|()| place(&beside, path));
    // What is left after a link, or after a failure, is of no use.
    let _ = fs::remove_file(&beside);
    made
}

fn make(path: &Path) -> Result<(), StoreError> {
    let file = File::options().read(true).write(true).create(true).truncate(true).open(path);
    // An old file of a process that died is emptied.
    drop(file.map_err(not_writable)?);
    let database: Database =
        guard("it is made", || Builder::new().set_cache_size(super::access::CACHE_BYTES).create(path))?;
    let made = StoreWriter::initialize(&database);
    discard(database);
    made
}

fn place(beside: &Path, path: &Path) -> Result<(), StoreError> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0) {
        fs::rename(beside, path).map_err(not_writable)?;
    } else {
        match fs::hard_link(beside, path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
            // Not every file system has links.
            Err(_) => fs::rename(beside, path).map_err(not_writable)?,
        }
    }
    sync_folder(path);
    Ok(())
}

/// Makes the new name durable, where the system allows it.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name: OsString = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    path.with_file_name(name)
}

/// Where a file cannot be made for lack of permission, the place cannot be written to.
pub(super) fn not_writable(error: io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::PermissionDenied => StoreError::ReadOnly(error),
        _ => error.into(),
    }
}
