//! Bringing the one comment up to date.
//!
//! No host offers to write only if nobody else has since, so everything is looked at anew before each
//! attempt: a request that failed may have been carried out, and another run may have been faster. Two
//! runs that both found no comment and both wrote one find out by looking once more; the later comment
//! is taken away by the run that wrote it.

use super::{
    super::{
        HostClock, HostKind, Token,
        client::{HostClient, Written},
        error::HostError,
    },
    COMMENT_BYTES_MAX, CommentError, CommentKey, CommentTarget,
    forms::KnownComment,
    tag::{CommentTag, kept, tagged},
};
use crate::limits::HostLimits;

/// The line that makes a text one that is only worth saying where there is a comment already.
pub const QUIET_MARK: &str = "<!-- catalog:quiet -->";

/// How often everything is looked at anew, at the most: a failure, a race or a wait each take one.
const ROUNDS_MAX: usize = 16;

/// What is to be said.
#[derive(Clone, Debug)]
pub struct Comment<'c> {
    /// The text, as Markdown. With [`QUIET_MARK`] as its first line it is posted only where a comment is
    /// there already.
    pub text: &'c str,
    /// Which comment it is, where several checks leave one each.
    pub key: CommentKey,
    /// The number of the run, which grows from run to run: an older one does not overwrite a newer one's.
    pub run: u64,
    /// The commit that it speaks of: nothing is written where the merge request has another one by now.
    pub head: Option<&'c str>,
}

/// With what, and how long, the host is asked.
#[derive(Clone, Copy)]
pub struct CommentOptions<'o> {
    /// Who posts.
    pub token: &'o Token,
    /// The account of the token, where the host does not tell it.
    pub author: Option<&'o str>,
    /// Bounds on requests and waits.
    pub limits: &'o HostLimits,
    /// The time.
    pub clock: &'o dyn HostClock,
}

/// What became of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentOutcome {
    /// There was none.
    Created,
    /// There was one that said something else.
    Updated,
    /// There was one that said the same; nothing was written.
    Unchanged,
    /// A later run or a later commit has spoken; nothing was written.
    Outdated,
    /// There was none, and nothing worth one; nothing was written.
    NotNeeded,
}

impl CommentOutcome {
    /// Its name: `created`, `updated`, `unchanged`, `outdated` or `not-needed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Outdated => "outdated",
            Self::NotNeeded => "not-needed",
        }
    }
}

/// A comment that is as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// What became of it.
    pub outcome: CommentOutcome,
    /// Its page, as the host names it.
    pub url: Option<String>,
}

/// Posts a comment, or brings the one of an earlier run up to date.
///
/// # Errors
///
/// The text is empty or too long, or the host refused, failed or was silent each time that it was asked.
pub fn post_comment(
    target: &CommentTarget,
    comment: &Comment<'_>,
    options: &CommentOptions<'_>,
) -> Result<Posted, CommentError> {
    let (is_quiet, text) = match comment.text.trim_start().strip_prefix(QUIET_MARK) {
        Some(text) => (true, text),
        None => (false, comment.text),
    };
    let text = harmless(target.kind, &kept(text.trim_start_matches(['\r', '\n'])));
    if text.trim().is_empty() {
        return Err(CommentError::Empty);
    }
    let tag = CommentTag { key: comment.key.clone(), run: comment.run };
    let body = format!("{tag}\n{text}");
    if body.len() > COMMENT_BYTES_MAX {
        return Err(CommentError::TooLong { bytes: body.len() });
    }
    let client = HostClient::new(target.subject(), Some(options.token), options.limits, options.clock);
    let mut posting = Posting { target, client, tag, text, body, head: comment.head, is_quiet };
    let author = posting.author(options.author)?;
    posting.run(&author)
}

/// A text that does nothing but show. GitLab obeys lines that begin with `/`, as in `/merge`.
fn harmless(kind: HostKind, text: &str) -> String {
    if kind != HostKind::Gitlab {
        return text.to_owned();
    }
    let line = |line: &str| {
        let rest = line.trim_start();
        let blanks = &line[..line.len() - rest.len()];
        if rest.starts_with('/') { format!("{blanks}\\{rest}") } else { line.to_owned() }
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Whose comments are ours.
enum Author {
    /// Those of this account.
    Account(String),
    /// Those of programs: whoever is nobody's account is one.
    Bot,
}

impl Author {
    fn wrote(&self, comment: &KnownComment) -> bool {
        match self {
            Self::Account(login) => comment.author.eq_ignore_ascii_case(login),
            Self::Bot => comment.by_bot,
        }
    }
}

/// What is to be done about what is there.
enum Step {
    Done(CommentOutcome, Option<String>),
    Create,
    Update(u64),
}

struct Posting<'p> {
    target: &'p CommentTarget,
    client: HostClient<'p>,
    tag: CommentTag,
    text: String,
    body: String,
    head: Option<&'p str>,
    is_quiet: bool,
}

impl Posting<'_> {
    /// Anybody can write a tag; only our own account's comments are taken for ours.
    fn author(&mut self, named: Option<&str>) -> Result<Author, CommentError> {
        if let Some(login) = named {
            return Ok(Author::Account(login.to_owned()));
        }
        match (self.target.account(&mut self.client)?, self.target.kind) {
            (Some(login), _) => Ok(Author::Account(login)),
            (None, HostKind::Github) => Ok(Author::Bot),
            (None, HostKind::Gitlab | HostKind::Gitea) => Err(CommentError::Nameless),
        }
    }

    /// Our comments, the oldest first.
    fn ours(&mut self, author: &Author) -> Result<Vec<KnownComment>, HostError> {
        let key = &self.tag.key;
        let is_ours = |known: &KnownComment| {
            author.wrote(known) && tagged(&known.body).is_some_and(|(tag, _)| tag.key == *key)
        };
        self.target.comments(&mut self.client, &is_ours)
    }

    fn next_step(&mut self, author: &Author) -> Result<Step, HostError> {
        let ours = self.ours(author)?;
        let Some(first) = ours.first() else {
            if self.is_quiet {
                return Ok(Step::Done(CommentOutcome::NotNeeded, None));
            }
            let step =
                if self.is_overtaken()? { Step::Done(CommentOutcome::Outdated, None) } else { Step::Create };
            return Ok(step);
        };
        let newest = ours.iter().filter_map(|known| Some(tagged(&known.body)?.0.run)).max();
        let url = first.url.clone();
        if newest.is_some_and(|run| run > self.tag.run) {
            return Ok(Step::Done(CommentOutcome::Outdated, url));
        }
        if tagged(&first.body).is_some_and(|(_, text)| kept(text) == self.text) {
            return Ok(Step::Done(CommentOutcome::Unchanged, url));
        }
        let step = if self.is_overtaken()? {
            Step::Done(CommentOutcome::Outdated, url)
        } else {
            Step::Update(first.id)
        };
        Ok(step)
    }

    /// Whether the merge request has another commit by now than the one that is spoken of.
    fn is_overtaken(&mut self) -> Result<bool, HostError> {
        let Some(own) = self.head else { return Ok(false) };
        let head = self.target.head(&mut self.client)?;
        Ok(head.is_some_and(|head| !head.eq_ignore_ascii_case(own)))
    }

    fn run(&mut self, author: &Author) -> Result<Posted, CommentError> {
        let mut failures = 0;
        for _ in 0..ROUNDS_MAX {
            let step = self.next_step(author)?;
            let (id, outcome) = match step {
                Step::Done(outcome, url) => return Ok(Posted { outcome, url }),
                Step::Create => (None, CommentOutcome::Created),
                Step::Update(id) => (Some(id), CommentOutcome::Updated),
            };
            let failure = match self.target.put(&mut self.client, id, &self.body) {
                Ok(Written::Done(bytes)) => {
                    let written = self.target.answered(&bytes)?;
                    if id.is_none() && self.came_second(author, written.as_ref())? {
                        continue;
                    }
                    return Ok(Posted { outcome, url: written.and_then(|of| of.url) });
                }
                Ok(Written::Later) => continue,
                Ok(Written::Unknown(error)) => error,
                // Somebody took the comment away between two requests.
                Err(HostError::NotFound) if id.is_some() => HostError::NotFound,
                Err(error) => return Err(error.into()),
            };
            if !self.client.pause_before_retry(failures)? {
                return Err(failure.into());
            }
            failures += 1;
        }
        Err(CommentError::Failed(format!("other runs were faster {ROUNDS_MAX} times")))
    }

    /// Whether another run wrote its comment between our looking and our writing; then ours goes again.
    fn came_second(&mut self, author: &Author, own: Option<&KnownComment>) -> Result<bool, HostError> {
        let Some(own) = own else { return Ok(false) };
        if !self.ours(author)?.iter().any(|known| known.id < own.id) {
            return Ok(false);
        }
        for _ in 0..ROUNDS_MAX {
            match self.target.delete(&mut self.client, own.id) {
                Ok(Written::Done(_)) | Err(HostError::NotFound) => return Ok(true),
                Ok(Written::Later) => {}
                Ok(Written::Unknown(error)) | Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}
