//! The two facts of a commit that are needed: its tree and its time.
//!
//! The text is read here and leniently, because libgit2 refuses a whole commit over an odd author.

use catalog_core::model::{CommitId, ContentId, Timestamp};
use git2::ObjectType;

use super::{RepositoryError, objects::Objects};

/// How many tags may point at each other before a commit is reached.
const TAGS_MAX: usize = 100;

/// A commit, as far as it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    pub(super) id: CommitId,
    pub(super) tree: ContentId,
    /// By its committer's clock; `None` where the line is odd.
    pub(super) committed_at: Option<Timestamp>,
}

impl Commit {
    /// Reads the commit that an id names, through tags.
    pub(super) fn read(objects: &Objects, id: CommitId) -> Result<Self, RepositoryError> {
        let mut id = id;
        for _ in 0..TAGS_MAX {
            let not_commit = match objects.structure(ContentId(id.0), ObjectType::Commit) {
                Ok(text) => return parse(id, &text),
                Err(error) => error,
            };
            if !matches!(objects.kind(ContentId(id.0)), Ok(ObjectType::Tag)) {
                return Err(not_commit);
            }
            let text = objects.structure(ContentId(id.0), ObjectType::Tag)?;
            id = field(&text, "object")
                .and_then(CommitId::parse)
                .ok_or_else(|| RepositoryError::object(ContentId(id.0), "is a tag that names no object"))?;
        }
        Err(RepositoryError::corrupt(format!("HEAD names a chain of more than {TAGS_MAX} tags")))
    }
}

fn parse(id: CommitId, text: &[u8]) -> Result<Commit, RepositoryError> {
    let tree = field(text, "tree")
        .and_then(CommitId::parse)
        .ok_or_else(|| RepositoryError::object(ContentId(id.0), "is a commit without a tree"))?;
    let committed_at = field(text, "committer").and_then(|line| {
        let seconds = line.rsplit_once('>')?.1.split_whitespace().next()?;
        seconds.parse().ok().map(Timestamp)
    });
    Ok(Commit { id, tree: ContentId(tree.0), committed_at })
}

/// The value of a header line, before the empty line that ends the headers.
fn field<'a>(text: &'a [u8], name: &str) -> Option<&'a str> {
    text.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty()).find_map(|line| {
        let value = line.strip_prefix(name.as_bytes())?.strip_prefix(b" ")?;
        // A name that is not UTF-8 must not hide the time behind it.
        let start = value.iter().rposition(|byte| !byte.is_ascii()).map_or(0, |at| at + 1);
        std::str::from_utf8(&value[start..]).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], committed_at: Option<i64>) {
        let commit = parse(CommitId([1; 20]), text).expect("the commit has a tree");
        assert_eq!(commit.committed_at, committed_at.map(Timestamp));
    }

    #[test]
    fn odd_authors_do_not_hide_a_commit() {
        let tree = "tree 0123456789012345678901234567890123456789\n";
        check(
            format!("{tree}author x\ncommitter A <a@b> 1700000000 +0100\n\nm").as_bytes(),
            Some(1_700_000_000),
        );
        check(format!("{tree}committer A <a@b> 99999999999999999999 -1\n").as_bytes(), None);
        check(format!("{tree}\ncommitter A <a@b> 5 +0000\n").as_bytes(), None);
        let mut latin = tree.as_bytes().to_vec();
        latin.extend(b"committer M\xfcller <m@b> 7 +0000\n");
        check(&latin, Some(7));
    }
}
