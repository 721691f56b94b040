//! Hosts as sources of repositories, teams and members, and as places of comments.
//!
//! A [`HostSource`] names an organisation of GitHub, a group of GitLab or an organisation of Gitea or
//! Forgejo; [`read_source`] asks the host's REST interface, within the limits and at the pace that the
//! host wants, and gives a [`SourceReading`]: the repositories to crawl, and one visit that says of the
//! teams and their members what the host said. A [`Token`] is shown nowhere and sent to nobody else.
//!
//! The other way round, [`post_comment`] keeps one comment on a merge request true.
//!
//! What cannot be read removes nothing: a list that breaks off, is empty or much shorter than before
//! leaves every repository as it was, and says so.

mod client;
mod comment;
mod declare;
mod document;
mod encoded;
mod error;
mod gitea;
mod github;
mod gitlab;
mod known_list;
mod listed;
mod moment;
mod pace;
mod paging;
mod read;
mod repository_body;
mod resolver;
mod source;
mod token;

#[cfg(test)]
mod stand_in;
#[cfg(test)]
mod stand_in_discussion;
#[cfg(test)]
mod tests;

pub use client::HostClock;
pub use comment::{
    COMMENT_BYTES_MAX, Comment, CommentError, CommentKey, CommentOptions, CommentOutcome, CommentTarget,
    CommentTargetError, Posted, QUIET_MARK, post_comment,
};
pub use document::fetch_document;
pub use error::SourceError;
pub use read::{HostAccess, HostOptions, SourceReading, address_with_login, read_source};
pub use source::{HostKind, HostSource, SourceDescription};
pub use token::Token;
