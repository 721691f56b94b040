//! The text of a commit: its tree, its parents, who made it and when.
//!
//! The text is read here and leniently, because libgit2 refuses a whole commit over an odd author.

use catalog_core::model::{CommitId, ContentId, Timestamp};
use git2::ObjectType;

use super::{
    RepositoryError,
    author::{Author, one_line},
    objects::Objects,
};

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
            id = CommitText(&text)
                .id("object")
                .ok_or_else(|| RepositoryError::object(ContentId(id.0), "is a tag that names no object"))?;
        }
        Err(RepositoryError::corrupt(format!("HEAD names a chain of more than {TAGS_MAX} tags")))
    }
}

fn parse(id: CommitId, text: &[u8]) -> Result<Commit, RepositoryError> {
    let text = CommitText(text);
    let tree =
        text.tree().ok_or_else(|| RepositoryError::object(ContentId(id.0), "is a commit without a tree"))?;
    Ok(Commit { id, tree, committed_at: text.committed_at() })
}

/// The text of a commit or a tag: header lines, an empty line, a message.
pub(super) struct CommitText<'a>(pub(super) &'a [u8]);

impl<'a> CommitText<'a> {
    /// The tree that it commits.
    pub(super) fn tree(&self) -> Option<ContentId> {
        self.id("tree").map(|id| ContentId(id.0))
    }

    /// The commits that it follows, in order.
    pub(super) fn parents(&self) -> impl Iterator<Item = CommitId> {
        self.headers("parent").filter_map(|line| CommitId::parse(std::str::from_utf8(line).ok()?.trim_end()))
    }

    /// Who did the work; `None` where the line is odd.
    pub(super) fn author(&self) -> Option<Author> {
        self.headers("author").next().and_then(Author::parse)
    }

    /// When it was committed, by its committer's clock; `None` where the line is odd.
    pub(super) fn committed_at(&self) -> Option<Timestamp> {
        let line = self.headers("committer").next()?;
        // A name that is not UTF-8 must not hide the time behind it.
        let start = line.iter().rposition(|byte| *byte == b'>')?;
        let seconds = std::str::from_utf8(&line[start + 1..]).ok()?.split_whitespace().next()?;
        seconds.parse().ok().map(Timestamp)
    }

    /// The first line of the message, of a bounded length.
    pub(super) fn subject(&self) -> String {
        const BYTES_MAX: usize = 4_096;
        let message =
            self.0.windows(2).position(|bytes| bytes == b"\n\n").map_or(&b""[..], |at| &self.0[at + 2..]);
        let message = message[..message.len().min(BYTES_MAX)].trim_ascii_start();
        one_line(&String::from_utf8_lossy(message.split(|byte| *byte == b'\n').next().unwrap_or_default()))
    }

    /// The first header of this name, where it is an id.
    fn id(&self, name: &'static str) -> Option<CommitId> {
        CommitId::parse(std::str::from_utf8(self.headers(name).next()?).ok()?)
    }

    /// The values of the header lines of this name, before the empty line that ends the headers.
    fn headers(&self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        let headers = self.0.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
        headers.filter_map(move |line| line.strip_prefix(name.as_bytes())?.strip_prefix(b" "))
    }
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

    #[test]
    fn the_subject_is_the_first_line_of_the_message() {
        for (text, subject) in [
            ("tree x\n\nOne\ntwo", "One"),
            ("tree x\nparent y\n\n\n\n One \r\n", "One"),
            ("tree x\n", ""),
            ("tree x\n\n\u{1b}[2J\u{202e}One", "[2J One"),
        ] {
            assert_eq!(CommitText(text.as_bytes()).subject(), subject, "{text}");
        }
        let text =
            CommitText(b"tree x\nparent 0123456789012345678901234567890123456789\nparent z\n\nparent a");
        assert_eq!(text.parents().count(), 1);
    }
}
