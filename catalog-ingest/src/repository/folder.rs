//! What a folder of this machine is: a bare repository, a working one, or a plain directory.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{RepositoryError, git_config::GitConfig, head::read_small};

/// What a folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FolderKind {
    /// A git repository.
    Git(GitFolder),
    /// A directory without commits of its own.
    Plain,
}

/// Where git keeps what it knows of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GitFolder {
    /// The folder with `HEAD`.
    pub(crate) git_dir: PathBuf,
    /// The folder with `objects` and `refs`: another one for linked working trees.
    pub(crate) common_dir: PathBuf,
}

impl FolderKind {
    /// Looks at a folder itself, never at those around it.
    pub(crate) fn of(path: &Path) -> Result<Self, RepositoryError> {
        let metadata = fs::metadata(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => RepositoryError::NotFound { path: path.to_owned() },
            _ => RepositoryError::Io { action: "read", path: path.to_owned(), source },
        })?;
        let not_repository =
            |found: &str| RepositoryError::NotRepository { path: path.to_owned(), found: found.to_owned() };
        if !metadata.is_dir() {
            return Err(not_repository("a file"));
        }
        Self::of_directory(path)
    }

    /// The same for what is known to be a directory.
    pub(crate) fn of_directory(path: &Path) -> Result<Self, RepositoryError> {
        let not_repository =
            |found: &str| RepositoryError::NotRepository { path: path.to_owned(), found: found.to_owned() };
        let inner = path.join(".git");
        match fs::symlink_metadata(&inner) {
            Ok(metadata) if metadata.is_dir() => {
                return if has_head(&inner) {
                    Ok(Self::Git(GitFolder { common_dir: inner.clone(), git_dir: inner }))
                } else {
                    Err(not_repository("a directory whose `.git` has no HEAD"))
                };
            }
            Ok(metadata) if metadata.is_file() => return GitFolder::linked(path, &inner).map(Self::Git),
            _ => {}
        }
        let has_parts = path.join("objects").is_dir() && path.join("refs").is_dir();
        if has_parts && has_head(path) {
            return Ok(Self::Git(GitFolder { git_dir: path.to_owned(), common_dir: path.to_owned() }));
        }
        if has_parts {
            return Err(not_repository("a bare repository without HEAD"));
        }
        Ok(Self::Plain)
    }
}

impl GitFolder {
    /// Follows the `.git` file of a linked working tree or a submodule.
    fn linked(path: &Path, file: &Path) -> Result<Self, RepositoryError> {
        let odd = || RepositoryError::NotRepository {
            path: path.to_owned(),
            found: "a directory whose `.git` file names no repository".to_owned(),
        };
        let text = read_small(file).map_err(|_| odd())?;
        let target = text.strip_prefix("gitdir:").ok_or_else(odd)?.trim();
        let git_dir = path.join(target);
        if target.is_empty() || !has_head(&git_dir) {
            return Err(odd());
        }
        let common_dir = match read_small(&git_dir.join("commondir")) {
            Ok(common) => git_dir.join(common.trim()),
            Err(_) => git_dir.clone(),
        };
        Ok(Self { git_dir, common_dir })
    }

    /// The repository's own configuration, as far as it matters here.
    pub(crate) fn config(&self) -> GitConfig {
        const CONFIG_BYTES_MAX: u64 = 1 << 20;
        let path = self.common_dir.join("config");
        let text = fs::File::open(path).and_then(|file| {
            let mut bytes = Vec::new();
            io::Read::read_to_end(&mut io::Read::take(file, CONFIG_BYTES_MAX), &mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        });
        text.map(|text| GitConfig::parse(&text)).unwrap_or_default()
    }

    /// Refuses forms of repositories that would be misread.
    pub(crate) fn check_form(&self) -> Result<(), RepositoryError> {
        let config = self.config();
        let unsupported = |feature: String, advice| Err(RepositoryError::Unsupported { feature, advice });
        match config.format_version.as_deref() {
            None | Some("" | "0" | "1") => {}
            Some(other) => {
                return unsupported(
                    format!("repository format version {}", super::address::printable(other)),
                    "expected version 0 or 1",
                );
            }
        }
        if config.object_format.as_deref().is_some_and(|format| format != "sha1") {
            return unsupported(
                "SHA-256 object ids".to_owned(),
                "expected SHA-1; mirror it without `--object-format`",
            );
        }
        let reftable = config.ref_storage.as_deref().is_some_and(|storage| storage != "files");
        if reftable || self.common_dir.join("reftable").is_dir() {
            return unsupported(
                "the reftable format for its branches".to_owned(),
                "run `git refs migrate --ref-format=files`",
            );
        }
        Ok(())
    }
}

/// Whether a folder has a HEAD, also one that is a symbolic link to nothing, as old versions wrote it.
fn has_head(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join("HEAD")).is_ok_and(|metadata| !metadata.is_dir())
}
