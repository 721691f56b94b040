//! Where a repository is: a folder of this machine or a URL.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use catalog_core::model::RepositoryId;

use super::{RemoteUrl, RepositoryError, Snapshot, fetch::fetch, remote_url::percent_decoded};
use crate::limits::FetchLimits;

/// Where a repository is.
#[derive(Clone, PartialEq, Eq)]
pub enum RepositoryAddress {
    /// A bare or working repository, or a plain directory, on this machine.
    Folder(PathBuf),
    /// A repository that is fetched from another machine.
    Remote(RemoteUrl),
}

impl RepositoryAddress {
    /// Takes a word of a command line or a list: a path (made absolute against `base`), a `file://`
    /// URL, an `https://` or `ssh://` URL, or `user@host:path`.
    ///
    /// # Errors
    ///
    /// Refuses every other transport, control characters, and hosts, people and paths that a program
    /// could take for an option.
    pub fn parse(word: &str, base: &Path) -> Result<Self, RepositoryError> {
        if word.is_empty() || word.chars().any(char::is_control) {
            return Err(refused(word, "it is empty or holds a control character; expected a path or a URL"));
        }
        if let Some(rest) = word.strip_prefix("file://") {
            let path = rest.strip_prefix("localhost").filter(|path| path.starts_with('/')).unwrap_or(rest);
            if !path.starts_with('/') {
                return Err(refused(word, "expected `file:///` and an absolute path"));
            }
            let path = percent_decoded(path)
                .filter(|path| !path.chars().any(char::is_control))
                .ok_or_else(|| refused(word, "its path holds an escape that is no text"))?;
            return Ok(Self::Folder(normalized(Path::new(&path))));
        }
        if RemoteUrl::looks_like(word) {
            return RemoteUrl::parse(word).map(Self::Remote);
        }
        if word.starts_with('-') {
            return Err(refused(word, "it starts with a dash; write `./` before the name of a folder"));
        }
        Ok(Self::folder(Path::new(word), base))
    }

    /// A folder, its path made absolute against `base` and freed of `.` and `..`.
    pub fn folder(path: &Path, base: &Path) -> Self {
        Self::Folder(normalized(&base.join(path)))
    }

    /// The present state of the repository, fetched into `cache` first where it is on another machine.
    ///
    /// # Errors
    ///
    /// It cannot be fetched or opened.
    pub fn snapshot(&self, cache: &Path, limits: &FetchLimits) -> Result<Snapshot, RepositoryError> {
        match self {
            Self::Folder(folder) => Snapshot::open(folder),
            Self::Remote(url) => Snapshot::open(&fetch(url, cache, limits, None, &|_| {})?),
        }
    }

    /// Whether the address is shown as this text.
    pub fn is_shown_as(&self, text: &str) -> bool {
        // What a crawl asks of every repository is mostly answered without making a text.
        matches!(self, Self::Folder(path) if path.to_str() == Some(text)) || self.to_string() == text
    }

    /// The id that the address itself gives: `host/owner/name` of a URL, the last two parts of a path
    /// without `.git`. `None` where it has no parts.
    pub fn id(&self) -> Option<RepositoryId> {
        match self {
            Self::Remote(url) => url.id(),
            Self::Folder(path) => {
                let mut parts: Vec<String> = path
                    .iter()
                    .filter(|part| *part != "/")
                    .map(|part| part.to_string_lossy().into())
                    .collect();
                if parts.last().is_some_and(|last| last == ".git") {
                    parts.pop();
                }
                if let Some(last) = parts.last_mut()
                    && let Some(name) = last.strip_suffix(".git").filter(|name| !name.is_empty())
                {
                    *last = name.to_owned();
                }
                let first = parts.len().saturating_sub(2);
                let text: String = parts[first..]
                    .join("/")
                    .chars()
                    .map(|c| if c.is_control() { '\u{fffd}' } else { c })
                    .collect();
                RepositoryId::new(&text)
            }
        }
    }
}

impl fmt::Display for RepositoryAddress {
    /// The address without credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => f.write_str(&printable(&path.to_string_lossy())),
            Self::Remote(url) => url.fmt(f),
        }
    }
}

impl fmt::Debug for RepositoryAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A refusal of an address that may be shown, which no address with credentials may.
fn refused(word: &str, reason: &str) -> RepositoryError {
    RepositoryError::AddressRefused { address: printable(word), reason: reason.to_owned() }
}

/// The text with every control character replaced, cut at a length that fits a message.
pub(super) fn printable(text: &str) -> String {
    text.chars().take(300).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The path without `.` and `..`, as text: links are not resolved.
fn normalized(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, address: &str, id: &str) {
        let parsed = RepositoryAddress::parse(word, Path::new("/home/me")).expect("the address is taken");
        let found = parsed.id().map(|id| id.as_str().to_owned()).unwrap_or_default();
        assert_eq!((parsed.to_string().as_str(), found.as_str()), (address, id));
    }

    #[test]
    fn paths_become_absolute_and_give_their_last_two_parts() {
        check("mirrors/acme/shop.git", "/home/me/mirrors/acme/shop.git", "acme/shop");
        check("../../srv/./acme/shop/", "/srv/acme/shop", "acme/shop");
        check("/srv/acme/shop/.git", "/srv/acme/shop/.git", "acme/shop");
        check("/shop", "/shop", "shop");
    }

    #[test]
    fn file_urls_are_paths() {
        check("file:///srv/acme/my%20shop.git", "/srv/acme/my shop.git", "acme/my shop");
        check("file://localhost/srv/acme/shop", "/srv/acme/shop", "acme/shop");
    }

    #[test]
    fn options_control_characters_and_far_files_are_refused() {
        for word in ["", "--upload-pack=sh", "a\r\nb", "file://far/x", "file:///a%0ab", "file:///%zz"] {
            let refusal = RepositoryAddress::parse(word, Path::new("/")).expect_err(word);
            assert!(matches!(refusal, RepositoryError::AddressRefused { .. }), "{refusal}");
            assert!(!refusal.to_string().contains('\n'));
        }
    }
}
