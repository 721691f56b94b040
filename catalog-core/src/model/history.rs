//! What the recent commits of a repository say: who works on which part of it, and what changed last.
//!
//! It is collected when a repository is read, relative to the commit that is read, so that one commit
//! always gives the same history; nothing of it depends on when somebody asks.

use super::{CommitId, Timestamp};

/// The recent commits of the HEAD of a repository, as far as they were looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryHistory {
    /// The commit that HEAD names.
    pub last: LastCommit,
    /// How many commits were looked at, merges and those of programs too.
    pub commits: u32,
    /// When the oldest of them was made, by its committer's clock.
    pub since: Timestamp,
    /// Where they end, and why.
    pub extent: HistoryExtent,
    /// The people who made them, those of the most commits first, then by e-mail address. Merges are no
    /// work, and programs are no people.
    pub authors: Vec<HistoryAuthor>,
    /// The parts of the repository, sorted by path; the first one is the root.
    pub areas: Vec<HistoryArea>,
    /// The manifests that one of those commits changed, sorted by path, each with the time of the latest such
    /// work. Merges do not count: what they bring together was changed before.
    pub manifests: Vec<(Box<str>, Timestamp)>,
}

/// Why the commits that were looked at end where they do; of several reasons the last one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HistoryExtent {
    /// There are no earlier ones.
    Whole,
    /// Earlier ones are beyond the limits `history.commits_max` and `history.days_max`, or more than
    /// `history.tree_bytes_max` would have had to be compared.
    Cut,
    /// The copy of the repository is shallow: earlier ones are not in it.
    Shallow,
    /// An earlier one cannot be read.
    Unreadable,
}

impl HistoryExtent {
    /// All extents, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Whole, Self::Cut, Self::Shallow, Self::Unreadable];

    /// The extent in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Cut => "cut",
            Self::Shallow => "shallow",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A commit that was the last one somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastCommit {
    /// Its id.
    pub id: CommitId,
    /// The name of its author, on one line; empty where the commit names nobody.
    pub name: Box<str>,
    /// The e-mail address of its author as written, which need not be one; may be empty.
    pub email: Box<str>,
    /// When the work was done: by its author's clock, and not after it was committed.
    pub at: Timestamp,
    /// The first line of its message, cut at [`RepositoryHistory::TEXT_CHARS_MAX`].
    pub subject: Box<str>,
}

/// Somebody who made commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryAuthor {
    /// The name of the latest commit.
    pub name: Box<str>,
    /// The e-mail address by which people are told apart, in lower case.
    pub email: Box<str>,
    /// How many of the commits are theirs.
    pub commits: u32,
    /// When they did the latest work.
    pub last: Timestamp,
}

/// A part of a repository: what lies below a path, without the areas further below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryArea {
    /// The path from the root; empty for the root.
    pub path: Box<str>,
    /// How many commits of people changed something in it.
    pub commits: u32,
    /// The sum of what those weigh, see [`RepositoryHistory::weight`].
    pub weight: u64,
    /// The last commit that changed something in it, of people or programs; `None` where none of those that
    /// were looked at did.
    pub last: Option<LastCommit>,
    /// Who made them, those of the most weight first; at most `history.authors_max`.
    pub authors: Vec<AreaAuthor>,
}

/// What somebody did in an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AreaAuthor {
    /// Who, as an index into [`RepositoryHistory::authors`].
    pub author: u32,
    /// How many commits.
    pub commits: u32,
    /// What they weigh.
    pub weight: u64,
    /// When they did the latest work in it.
    pub last: Timestamp,
}

impl RepositoryHistory {
    /// When a manifest was last changed, as far back as commits were looked at.
    pub fn manifest_changed_at(&self, path: &str) -> Option<Timestamp> {
        let place = self.manifests.binary_search_by(|(manifest, _)| (**manifest).cmp(path)).ok()?;
        Some(self.manifests[place].1)
    }

    /// The age before the head commit at which work weighs half.
    pub const HALF_LIFE_DAYS: u32 = 90;
    /// What a commit weighs that is as young as the head commit and changes one area only.
    pub const WEIGHT_WHOLE: u64 = 1_000_000;
    /// How much is kept of a name, an address and the first line of a message, in characters.
    pub const TEXT_CHARS_MAX: usize = 200;

    /// What a commit weighs in each area that it changes.
    ///
    /// It halves every [`HALF_LIFE_DAYS`](Self::HALF_LIFE_DAYS), linearly in between, and is shared by the
    /// areas that the commit changes, since a sweep over everything says little about any part. Whole
    /// numbers, so that it is the same on every machine.
    pub fn weight(age_seconds: i64, areas: usize) -> u64 {
        let half_life = u64::from(Self::HALF_LIFE_DAYS) * 86_400;
        let age = u64::try_from(age_seconds).unwrap_or(0);
        let whole =
            u32::try_from(age / half_life).ok().and_then(|halvings| Self::WEIGHT_WHOLE.checked_shr(halvings));
        let whole = whole.unwrap_or(0);
        let weight = whole - whole / 2 * (age % half_life) / half_life;
        weight / u64::try_from(areas.max(1)).unwrap_or(u64::MAX)
    }

    /// The area of a path: the nearest one above it, or at it. O(log areas · parts of the path).
    pub fn area_of(&self, path: &str) -> Option<&HistoryArea> {
        let find = |path: &str| self.areas.binary_search_by(|area| (*area.path).cmp(path)).ok();
        let mut above = path;
        loop {
            if let Some(found) = find(above) {
                return Some(&self.areas[found]);
            }
            above = match above.rsplit_once('/') {
                Some((above, _)) => above,
                None if above.is_empty() => return None,
                None => "",
            };
        }
    }

    /// The author of this e-mail address, without regard to case. O(authors).
    pub fn author(&self, email: &str) -> Option<&HistoryAuthor> {
        let email = email.to_lowercase();
        self.authors.iter().find(|author| *author.email == *email)
    }

    /// Whether nothing that happened since `since` can be missing.
    pub fn covers(&self, since: Timestamp) -> bool {
        self.extent == HistoryExtent::Whole || self.since <= since
    }
}

/// The path of the files that a manifest speaks of where it says nothing else: its folder. A manifest in
/// a hidden folder, as `.github`, speaks of what lies around that.
pub fn area_of_manifest(path: &str) -> &str {
    let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    while let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder))
        && name.starts_with('.')
    {
        folder = above;
    }
    folder
}

/// The path below which the files of a code location lie: without the part that is a pattern.
pub fn area_of_location(path: &str) -> &str {
    let path = path.trim_matches('/');
    match path.find(['*', '?', '[', '{']) {
        Some(pattern) => path[..pattern].rsplit_once('/').map_or("", |(folder, _)| folder),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_weighs_half_after_each_half_life() {
        let days = |days: i64| RepositoryHistory::weight(days * 86_400, 1);
        assert_eq!((days(0), days(45), days(90), days(180)), (1_000_000, 750_000, 500_000, 250_000));
        assert_eq!((days(-7), days(90 * 30), RepositoryHistory::weight(i64::MAX, 1)), (1_000_000, 0, 0));
        assert_eq!((RepositoryHistory::weight(0, 4), RepositoryHistory::weight(0, 0)), (250_000, 1_000_000));
        assert_eq!(RepositoryHistory::weight(i64::MIN, 1), 1_000_000);
    }

    #[test]
    fn an_area_is_what_a_document_speaks_of() {
        for (path, area) in [
            ("catalog-info.yaml", ""),
            ("a/b/catalog-info.yaml", "a/b"),
            (".github/catalog-info.yaml", ""),
            ("a/.backstage/deep/x.yaml", "a/.backstage/deep"),
            ("a/.backstage/.x/x.yaml", "a"),
        ] {
            assert_eq!(area_of_manifest(path), area, "{path}");
        }
        for (path, area) in
            [("", ""), ("src/**", "src"), ("src/*.rs", "src"), ("/src/main.rs", "src/main.rs"), ("**", "")]
        {
            assert_eq!(area_of_location(path), area, "{path}");
        }
    }

    #[test]
    fn a_path_is_of_the_nearest_area_above_it() {
        let area = |path: &str| HistoryArea {
            path: path.into(),
            commits: 0,
            weight: 0,
            last: None,
            authors: Vec::new(),
        };
        let last = LastCommit {
            id: CommitId([1; 20]),
            name: "".into(),
            email: "".into(),
            at: Timestamp(0),
            subject: "".into(),
        };
        let history = RepositoryHistory {
            last,
            commits: 1,
            since: Timestamp(5),
            extent: HistoryExtent::Cut,
            authors: Vec::new(),
            areas: ["", "a", "a/b/c", "ab"].map(area).into(),
            manifests: Vec::new(),
        };
        for (path, expected) in [
            ("", ""),
            ("x", ""),
            ("a", "a"),
            ("a/b/x", "a"),
            ("a/b/c/d/e", "a/b/c"),
            ("abc", ""),
            ("ab/c", "ab"),
        ] {
            assert_eq!(history.area_of(path).map(|area| &*area.path), Some(expected), "{path}");
        }
        assert!(history.covers(Timestamp(5)) && !history.covers(Timestamp(4)));
    }
}
