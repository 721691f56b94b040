//! The doors of the catalog.
//!
//! - `clock`: the only place that reads the time;
//! - `access`: who asks, and what they may do;
//! - `crawling`: what reads repositories, when, and who asked for it;
//! - `settings`: where each setting comes from;
//! - `telemetry`: what goes to the log, and to a collector of traces;
//! - `report`: answers as table, Markdown, CSV and JSON;
//! - `picture`: answers as DOT, Mermaid and SVG;
//! - `document`: reports as HTML and as workbooks;
//! - `graphql`: answers as GraphQL objects;
//! - `backstage`: answers in the shape of Backstage's catalog;
//! - `http`: the server around it;
//! - `client`: a server's graph, brought to the terminal;
//! - `cli`: one file to a command;
//! - `additions`: the shape of what people may write beyond Backstage, for editors.
//!
//! `report` and `graphql` do not know each other: both show what `catalog_core::query` answers, and
//! neither holds a rule of its own.

pub mod access;
pub mod additions;
pub mod backstage;
pub mod cli;
pub mod client;
pub mod clock;
pub mod crawling;
pub mod document;
pub mod graphql;
pub mod http;
pub mod picture;
pub mod report;
pub mod settings;
pub mod telemetry;
