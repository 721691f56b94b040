//! Answers as GraphQL: the schema, what a query must pass, and how it is answered.
//!
//! In the order of a request: a [`GraphqlService`] takes a [`GraphqlQuestion`]; `request_body` reads it;
//! `documents` has the text where only its name is sent; `operation` tells which of its operations is meant;
//! `recent_graphs` has the revision that is meant; `vetting` refuses what is too large, too deep or too dear
//! by [`GraphqlLimits`]; `engine` runs the rest: the fields of `query` ask `catalog_core` about the one graph
//! of the request and show the answers as the objects of `types`, their lists by `page` and `cursor`, long
//! ones by `plain_rows`, what is asked twice by `same_fields`; the fields of `mutation` write what people
//! say, those of `subscription` tell what a `change_feed` sees, one answer of an `event_stream` after the
//! other; `budget` ends what takes too long or grows too large, for which an `extension` looks at each field,
//! `field_errors` puts nulls where fields ended in errors, and `answer_text` writes the answer. What is not
//! answered is a [`Refusal`] with an [`ErrorCode`]. What is made of a question is kept where `asked_before`
//! knows it.
//!
//! No rule of the catalog is decided here.

mod answer;
mod answer_text;
mod asked_before;
mod budget;
mod change_feed;
mod change_measures;
mod cursor;
mod documents;
mod engine;
mod error_code;
mod event_stream;
mod extension;
mod field_errors;
mod graphiql;
mod limits;
mod measures;
mod moment;
mod mutation;
mod operation;
mod page;
mod plain_rows;
mod query;
mod recent_graphs;
mod record;
mod refusal;
mod request_body;
mod request_data;
mod same_fields;
mod schema;
mod scopes;
mod seen_graph;
mod service;
mod subscription;
mod types;
mod vetting;

#[cfg(test)]
pub(crate) mod tests;

pub use answer::{AnswerValidity, GraphqlAnswer};
pub(crate) use asked_before::AskedBefore;
pub use change_measures::ChangeMeasures;
pub use documents::{DOCUMENT_ENDING, DocumentFault, DocumentFile};
pub use engine::VettedQuery;
pub use error_code::ErrorCode;
pub use event_stream::{EventStream, Opened};
pub use graphiql::graphiql_page;
pub use limits::GraphqlLimits;
pub use measures::Measures;
pub use refusal::{LimitMet, Refusal};
pub use request_body::GraphqlQuestion;
pub use schema::schema_sdl;
pub use seen_graph::{SeenGraph, SeenPart};
pub use service::GraphqlService;
