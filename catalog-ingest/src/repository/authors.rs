//! Who made the recent commits: evidence for a suggestion, never an owner by itself.

use std::{collections::HashMap, path::Path};

use catalog_core::model::{CommitId, ContentId, Timestamp};
use git2::ObjectType;

use super::{folder::FolderKind, objects::Objects};

/// What one person did lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentAuthor {
    /// The name of the person's latest commit; may hold anything but a line break.
    pub name: Box<str>,
    /// How many of the commits are the person's.
    pub commits: usize,
    /// How many commits were looked at.
    pub of: usize,
    /// When the latest of them was made, by its author's clock.
    pub latest: Option<Timestamp>,
}

/// The authors of the last commits of the HEAD of a repository, along first parents, those of the most
/// commits first; people are told apart by their e-mail address, and programs are left out.
///
/// Empty where there are no commits, or they cannot be read: this is only ever advice.
pub fn recent_authors(folder: &Path, commits_max: usize) -> Vec<RecentAuthor> {
    let Ok(FolderKind::Git(git)) = FolderKind::of(folder) else { return Vec::new() };
    let Some(head) = git.check_form().and_then(|()| git.head()).ok() else { return Vec::new() };
    let objects = Objects::new(&git);
    let mut by_email: HashMap<String, RecentAuthor> = HashMap::new();
    let mut next = Some(head);
    let mut of = 0;
    while let Some(id) = next.filter(|_| of < commits_max) {
        let Ok(text) = objects.structure(ContentId(id.0), ObjectType::Commit) else { break };
        next = header(&text, b"parent ")
            .and_then(|line| std::str::from_utf8(line).ok())
            .and_then(|line| CommitId::parse(line.trim_end()));
        of += 1;
        let Some(author) = header(&text, b"author ").and_then(Author::parse) else { continue };
        if author.is_program() {
            continue;
        }
        let person = by_email.entry(author.email.to_lowercase()).or_insert_with(|| RecentAuthor {
            name: author.name.into(),
            commits: 0,
            of: 0,
            latest: author.at,
        });
        person.commits += 1;
    }
    let mut people: Vec<(String, RecentAuthor)> = by_email.into_iter().collect();
    people.sort_unstable_by(|left, right| {
        right.1.commits.cmp(&left.1.commits).then_with(|| left.0.cmp(&right.0))
    });
    people.into_iter().map(|(_, person)| RecentAuthor { of, ..person }).collect()
}

/// The first header line of a commit that begins so, without its beginning.
fn header<'a>(commit: &'a [u8], beginning: &[u8]) -> Option<&'a [u8]> {
    let mut headers = commit.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    headers.find_map(|line| line.strip_prefix(beginning))
}

/// `Name <email> seconds zone`.
struct Author {
    name: String,
    email: String,
    at: Option<Timestamp>,
}

impl Author {
    fn parse(line: &[u8]) -> Option<Self> {
        let line = String::from_utf8_lossy(line);
        let (name, rest) = line.split_once('<')?;
        let (email, rest) = rest.split_once('>')?;
        let at = rest.split_whitespace().next().and_then(|seconds| seconds.parse().ok()).map(Timestamp);
        let name = name.trim();
        let name = if name.is_empty() { email } else { name };
        (!email.is_empty()).then(|| Self { name: name.to_owned(), email: email.to_owned(), at })
    }

    fn is_program(&self) -> bool {
        self.name.contains("[bot]") || self.email.contains("[bot]") || self.email.starts_with("noreply@")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_authors_are_read_or_passed_over() {
        let author = Author::parse(b"M\xfcller <m@b.example> 1700000000 +0100").expect("it is an author");
        assert_eq!((author.name.as_str(), author.at), ("M\u{fffd}ller", Some(Timestamp(1_700_000_000))));
        assert_eq!(
            Author::parse(b" <m@b.example> x").map(|author| author.name).as_deref(),
            Some("m@b.example")
        );
        assert!(Author::parse(b"nobody").is_none());
        assert!(Author::parse(b"renovate[bot] <x@y> 1 +0").is_some_and(|author| author.is_program()));
    }
}
