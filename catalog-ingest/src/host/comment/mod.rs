//! One comment on a merge request, kept true.
//!
//! A [`CommentTarget`] is the merge request of GitHub, GitLab, Gitea or Forgejo that a URL names.
//! [`post_comment`] finds the comment that an earlier run left there by a hidden tag in its first line,
//! written by the same account, and brings it up to date: nothing is written where it says the same, nor
//! where a later run or a later commit has spoken. A [`CommentError`] tells refusals apart.

mod error;
mod forms;
mod post;
mod tag;
mod target;

#[cfg(test)]
mod tests;

pub use error::{CommentError, CommentTargetError};
pub use post::{Comment, CommentOptions, CommentOutcome, Posted, QUIET_MARK, post_comment};
pub use tag::CommentKey;
pub use target::CommentTarget;

/// The most bytes of a comment, tag included: what the strictest of the hosts, GitHub, takes.
pub const COMMENT_BYTES_MAX: usize = 65_536;
