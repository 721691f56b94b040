//! The whole product, from repositories to answers: the binary is run as a person runs it.

#[path = "../support/mod.rs"]
mod support;

mod access;
mod acme;
mod availability;
mod backstage;
mod bad_input;
#[cfg(target_os = "linux")]
mod body_memory;
mod check;
mod check_faces;
mod check_operations;
mod client;
mod client_crawl;
mod comment;
mod corpus;
mod crawl;
mod difference;
mod example;
mod exposure;
mod formats;
mod gaps;
mod gate_findings;
mod golden;
mod graph_file;
mod identity;
mod identity_provider;
mod init;
mod integrations;
mod journey;
mod lint;
mod other_catalogs;
mod owner;
mod pages;
mod path_owners;
mod pictures;
mod rates;
mod readiness;
mod report;
mod reviews;
mod rollout;
mod server;
mod server_crashes;
mod server_crawls;
mod server_operations;
mod server_traces;
mod simulate;
mod source;
mod stopping;
mod structure;
mod surface;
mod ugly;
mod visibility;
