//! Asking a server from the terminal: a copy of its graph, kept up to date, from which commands answer.
//!
//! - [`ServerUrl`]: which server;
//! - [`Tokens`]: what it knows one by, in a file that nobody else can read;
//! - [`ServerClient`]: bounded requests, which follow no redirect;
//! - [`bring`]: the graph and the measures of the server, of which only what changed is fetched; where the server
//!   does not answer, the last copy.
//!
//! No rule of an answer is here: whoever has the graph answers as from any graph file.

mod ask;
mod copy;
mod error;
mod limits;
mod server_url;
#[cfg(test)]
mod tests;
mod tokens;

pub use ask::ServerClient;
pub use copy::{Brought, Outdated, bring, copy_folder};
pub use error::{AskError, BringError};
pub use limits::ClientLimits;
pub use server_url::{ServerUrl, ServerUrlError};
pub use tokens::{Tokens, TokensError};
