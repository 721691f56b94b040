//! Which commit HEAD names, found with a few plain reads.
//!
//! A crawl with nothing new does nothing else for a repository, so this opens two small files and
//! leaves libgit2 out. Files and rules: gitrepository-layout(5) and `git help update-ref`.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use catalog_core::model::CommitId;

use super::{
    RepositoryError,
    folder::{FolderKind, GitFolder},
};

/// How many symbolic references are followed one after another, as in git.
const SYMBOLIC_DEPTH_MAX: usize = 5;
/// The most bytes that HEAD, a reference or another one-line file may have.
const SMALL_BYTES_MAX: usize = 4_096;
/// The most bytes of `packed-refs` that are searched.
const PACKED_REFS_BYTES_MAX: u64 = 256 << 20;

/// The commit (or tag) that HEAD names in the bare or working repository at `folder`.
///
/// Costs about six system calls. `None` wherever anything is unusual: then
/// [`Snapshot::open`](super::Snapshot::open) tells what it is.
pub fn head_of(folder: &Path) -> Option<CommitId> {
    match read_small(&folder.join("HEAD")) {
        Ok(head) => resolve(folder, folder, &head).ok(),
        Err(_) => {
            let git_dir = folder.join(".git");
            match read_small(&git_dir.join("HEAD")) {
                Ok(head) => resolve(&git_dir, &git_dir, &head).ok(),
                // A linked working tree has a file there that tells where the rest is.
                Err(_) => match FolderKind::of_directory(folder) {
                    Ok(FolderKind::Git(git)) => git.head().ok(),
                    _ => None,
                },
            }
        }
    }
}

impl GitFolder {
    /// The commit or tag that a reference names by its full name, as in `refs/heads/main`; `None` where there
    /// is no such reference, or it leads to none.
    ///
    /// # Errors
    ///
    /// The reference holds no id, or a chain of references is too long.
    pub(super) fn reference(&self, name: &str) -> Result<Option<CommitId>, RepositoryError> {
        if !is_reference_name(name) {
            return Ok(None);
        }
        match resolve(&self.git_dir, &self.common_dir, &format!("ref: {name}")) {
            Ok(id) => Ok(Some(id)),
            Err(RepositoryError::BranchMissing { .. } | RepositoryError::Empty) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The commit in one of the files that git leaves beside HEAD, as in `FETCH_HEAD`; `None` where it is not
    /// there or holds no id.
    pub(super) fn left_by_git(&self, name: &str) -> Option<CommitId> {
        let text = read_small(&self.git_dir.join(name)).ok()?;
        CommitId::parse(text.get(..40)?)
    }

    /// The commit or tag that HEAD names.
    pub(super) fn head(&self) -> Result<CommitId, RepositoryError> {
        let head = read_small(&self.git_dir.join("HEAD")).map_err(|error| match error.kind() {
            // Old versions of git wrote HEAD as a symbolic link, which leads nowhere before the first commit.
            io::ErrorKind::NotFound => RepositoryError::Empty,
            _ => RepositoryError::corrupt("HEAD holds no text"),
        })?;
        resolve(&self.git_dir, &self.common_dir, &head)
    }
}

fn resolve(git_dir: &Path, common_dir: &Path, head: &str) -> Result<CommitId, RepositoryError> {
    let mut text = head.trim_end().to_owned();
    let mut name = "HEAD".to_owned();
    for _ in 0..=SYMBOLIC_DEPTH_MAX {
        let Some(target) = text.strip_prefix("ref:") else {
            return CommitId::parse(&text).ok_or_else(|| {
                RepositoryError::corrupt(format!("`{name}` holds neither a commit nor the name of a branch"))
            });
        };
        target.trim().clone_into(&mut name);
        if !is_reference_name(&name) {
            return Err(RepositoryError::corrupt("HEAD names something that is no branch"));
        }
        let file = common_dir.join(&name);
        match read_small(&file).or_else(|error| {
            // Some references of a linked working tree are its own.
            if git_dir == common_dir { Err(error) } else { read_small(&git_dir.join(&name)) }
        }) {
            Ok(found) => found.trim_end().clone_into(&mut text),
            Err(_) => match packed(common_dir, &name)? {
                Some(id) => return Ok(id),
                None if has_references(common_dir) => {
                    return Err(RepositoryError::BranchMissing { branch: name });
                }
                None => return Err(RepositoryError::Empty),
            },
        }
    }
    Err(RepositoryError::corrupt(format!(
        "HEAD is a chain of more than {SYMBOLIC_DEPTH_MAX} symbolic references"
    )))
}

/// Whether a name stays below `refs/` and could be one of git's: git-check-ref-format(1).
fn is_reference_name(name: &str) -> bool {
    name.starts_with("refs/")
        && !name.contains("..")
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
        && !name
            .chars()
            .any(|c| c.is_control() || matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\'))
}

/// Looks a reference up in `packed-refs`; lines that are none of git's are passed over.
fn packed(common_dir: &Path, name: &str) -> Result<Option<CommitId>, RepositoryError> {
    let Ok(file) = File::open(common_dir.join("packed-refs")) else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(PACKED_REFS_BYTES_MAX)
        .read_to_end(&mut bytes)
        .map_err(|_| RepositoryError::corrupt("`packed-refs` cannot be read"))?;
    let found = bytes.split(|byte| *byte == b'\n').find_map(|line| {
        let (id, rest) = line.split_at_checked(40)?;
        let found = rest.strip_prefix(b" ")?.trim_ascii_end();
        if found == name.as_bytes() { CommitId::parse(std::str::from_utf8(id).ok()?) } else { None }
    });
    Ok(found)
}

/// Whether the repository has any branch or tag at all.
fn has_references(common_dir: &Path) -> bool {
    const FOLDERS_MAX: usize = 10_000;
    let packed = File::open(common_dir.join("packed-refs")).is_ok_and(|file| {
        let mut bytes = Vec::new();
        file.take(1 << 20).read_to_end(&mut bytes).is_ok()
            && bytes.split(|byte| *byte == b'\n').any(|line| line.len() > 41 && !line.starts_with(b"#"))
    });
    if packed {
        return true;
    }
    let mut folders = vec![common_dir.join("refs/heads"), common_dir.join("refs/tags")];
    let mut visited = 0;
    while let Some(folder) = folders.pop() {
        visited += 1;
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && visited < FOLDERS_MAX => folders.push(entry.path()),
                Ok(kind) if kind.is_file() && entry.path().extension() != Some("lock".as_ref()) => {
                    return true;
                }
                _ => {}
            }
        }
    }
    false
}

/// Reads a file of a few lines with one `read`: a regular file gives all that fits at once.
pub(super) fn read_small(path: &Path) -> io::Result<String> {
    let mut buffer = [0; SMALL_BYTES_MAX];
    let length = File::open(path)?.read(&mut buffer)?;
    if length == SMALL_BYTES_MAX {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    std::str::from_utf8(&buffer[..length])
        .map(str::to_owned)
        .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))
}
