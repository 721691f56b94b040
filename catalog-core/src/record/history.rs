//! The stored form of the history of a repository.

use serde::{Deserialize, Serialize};

use super::{Senseless, decode, decode_beginning, encode, numbered};
use crate::model::{
    AreaAuthor, CommitId, HistoryArea, HistoryAuthor, HistoryExtent, LastCommit, RepositoryHistory, Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct HistoryRecord<'a> {
    #[serde(borrow)]
    last: LastCommitRecord<'a>,
    commits: u32,
    since: i64,
    extent: u8,
    authors: Vec<AuthorRecord<'a>>,
    areas: Vec<AreaRecord<'a>>,
}

/// Manifests that commits changed, with when. Stands behind the rest of a history, where there may be none:
/// stores that were written before it was known have no such bytes.
type ManifestsRecord<'a> = Vec<(&'a str, i64)>;

/// The bytes of a history.
pub(crate) fn encode_history(history: &RepositoryHistory) -> Vec<u8> {
    let manifests: ManifestsRecord<'_> = history.manifests.iter().map(|(path, at)| (&**path, at.0)).collect();
    let mut bytes = encode(&HistoryRecord::of(history));
    bytes.append(&mut encode(&manifests));
    bytes
}

/// The history of some bytes.
pub(crate) fn decode_history(bytes: &[u8]) -> Result<RepositoryHistory, Senseless> {
    let (record, rest) = decode_beginning::<HistoryRecord<'_>>(bytes)?;
    let mut history = record.to_model()?;
    if !rest.is_empty() {
        let manifests: ManifestsRecord<'_> = decode(rest)?;
        if !manifests.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(Senseless("has a history whose manifests are not in order"));
        }
        history.manifests = manifests.into_iter().map(|(path, at)| (path.into(), Timestamp(at))).collect();
    }
    Ok(history)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct LastCommitRecord<'a> {
    id: [u8; 20],
    name: &'a str,
    email: &'a str,
    at: i64,
    subject: &'a str,
}

/// Name, e-mail address, commits and when they did the latest work.
type AuthorRecord<'a> = (&'a str, &'a str, u32, i64);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct AreaRecord<'a> {
    path: &'a str,
    commits: u32,
    weight: u64,
    #[serde(borrow)]
    last: Option<LastCommitRecord<'a>>,
    /// Author, commits, weight and when they did the latest work.
    authors: Vec<(u32, u32, u64, i64)>,
}

impl<'a> HistoryRecord<'a> {
    fn of(history: &'a RepositoryHistory) -> Self {
        let area = |area: &'a HistoryArea| AreaRecord {
            path: &area.path,
            commits: area.commits,
            weight: area.weight,
            last: area.last.as_ref().map(LastCommitRecord::of),
            authors: area
                .authors
                .iter()
                .map(|author| (author.author, author.commits, author.weight, author.last.0))
                .collect(),
        };
        Self {
            last: LastCommitRecord::of(&history.last),
            commits: history.commits,
            since: history.since.0,
            extent: history.extent as u8,
            authors: history
                .authors
                .iter()
                .map(|author| (&*author.name, &*author.email, author.commits, author.last.0))
                .collect(),
            areas: history.areas.iter().map(area).collect(),
        }
    }

    fn to_model(&self) -> Result<RepositoryHistory, Senseless> {
        let authors = self.authors.iter().map(|(name, email, commits, last)| HistoryAuthor {
            name: (*name).into(),
            email: (*email).into(),
            commits: *commits,
            last: Timestamp(*last),
        });
        if !self.areas.is_sorted_by(|a, b| a.path < b.path) {
            return Err(Senseless("has a history whose areas are not in order"));
        }
        let areas = self.areas.iter().map(|area| self.area(area)).collect::<Result<_, _>>()?;
        Ok(RepositoryHistory {
            last: self.last.to_model(),
            commits: self.commits,
            since: Timestamp(self.since),
            extent: numbered(&HistoryExtent::ALL, self.extent, "has a history of unknown extent")?,
            authors: authors.collect(),
            areas,
            manifests: Vec::new(),
        })
    }

    fn area(&self, area: &AreaRecord<'_>) -> Result<HistoryArea, Senseless> {
        let authors = area.authors.iter().map(|(author, commits, weight, last)| {
            let is_known = usize::try_from(*author).is_ok_and(|author| author < self.authors.len());
            let author =
                AreaAuthor { author: *author, commits: *commits, weight: *weight, last: Timestamp(*last) };
            is_known.then_some(author).ok_or(Senseless("has a history with an author that is not in it"))
        });
        Ok(HistoryArea {
            path: area.path.into(),
            commits: area.commits,
            weight: area.weight,
            last: area.last.as_ref().map(LastCommitRecord::to_model),
            authors: authors.collect::<Result<_, _>>()?,
        })
    }
}

impl<'a> LastCommitRecord<'a> {
    fn of(commit: &'a LastCommit) -> Self {
        Self {
            id: commit.id.0,
            name: &commit.name,
            email: &commit.email,
            at: commit.at.0,
            subject: &commit.subject,
        }
    }

    fn to_model(&self) -> LastCommit {
        LastCommit {
            id: CommitId(self.id),
            name: self.name.into(),
            email: self.email.into(),
            at: Timestamp(self.at),
            subject: self.subject.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_an_extent_is_its_index() {
        assert!(HistoryExtent::ALL.iter().enumerate().all(|(index, extent)| *extent as usize == index));
    }
}
