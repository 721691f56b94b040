//! A world of its own for every test: a folder with git repositories, and the program run in it.
//!
//! [`World`] runs the binary with nothing of the machine's environment, [`Run`] is how it ended, [`Server`]
//! one that goes on; [`Commit`] writes real repositories, [`Pack`] packs that git would never write,
//! [`facts`] reads what a fixture says of itself, and [`schema`] holds JSON against the promises in
//! `schema/`.

mod event_source;
pub(crate) mod facts;
mod git;
mod git_host;
mod pack;
mod run;
pub(crate) mod schema;
mod server;
#[path = "../../catalog-ingest/src/host/stand_in.rs"]
#[expect(dead_code, reason = "how hosts fail is tested where they are asked")]
pub(crate) mod stand_in;
#[path = "../../catalog-ingest/src/host/stand_in_discussion.rs"]
pub(crate) mod stand_in_discussion;
mod web_socket;
mod world;

pub(crate) use event_source::EventSource;
pub(crate) use git::Commit;
pub(crate) use git_host::git_answer;
pub(crate) use pack::{Pack, copies_of_base};
pub(crate) use run::{Run, rows, shown, text};
pub(crate) use server::Server;
pub(crate) use web_socket::WebSocket;
pub(crate) use world::{LEDGER, World, workspace};
