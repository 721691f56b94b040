//! Who made the recent commits: evidence for a suggestion, never an owner by itself.

use std::{collections::HashMap, path::Path};

use catalog_core::model::{ContentId, Timestamp};
use git2::ObjectType;

use super::{commit::CommitText, folder::FolderKind, objects::Objects};

/// What one person did lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentAuthor {
    /// The name of the person's latest commit, on one line.
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
        let text = CommitText(&text);
        next = text.parents().next();
        of += 1;
        let Some(author) = text.author() else { continue };
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
