//! What a change does to the interfaces that a repository describes, and so to whoever calls them.
//!
//! Two texts of one description, OpenAPI 3 or Swagger 2, AsyncAPI 2 or 3, GraphQL SDL or protobuf, are read
//! into one model and compared there. In the order of the data:
//!
//! - [`DefinitionFormat`], `format`: which files describe an interface, by path and by content;
//! - [`definitions_named`]: the descriptions that the API entities of a manifest name or hold;
//! - [`definitions_changed`]: which of them a list of changed paths touches;
//! - [`read_definition`]: a text becomes a [`Definition`]: `tree` and `schema` for what is written in YAML or
//!   JSON (`openapi`, `asyncapi`), `tokens` for what has a syntax of its own (`graphql`, `protobuf`);
//! - [`compare()`]: two of them become an [`ApiChange`]: the operations that were added, removed or changed, and
//!   each difference once, with whether it breaks who uses it;
//! - [`is_endpoint_of`]: whether what a consumer says it calls is such an operation.
//!
//! What a consumer *sends* may be asked for less, never for more; what it *receives* may hold more, never less:
//! every rule of the comparison follows from these two. Nothing is said of what could not be read: a broken
//! text, a limit or a reference that leads nowhere is among [`ApiChange::unknowns`].
//!
//! Nothing here recurses on the input, and every list is bounded by `DefinitionLimits`. Left out: lengths,
//! patterns and other bounds on values, headers of responses, security schemes, callbacks, webhooks, links,
//! payloads that are no JSON Schema, and extensions of protobuf.

mod asyncapi;
mod change;
mod changed_paths;
mod compare;
mod definition;
mod draft;
mod endpoint;
mod format;
mod graphql;
mod named;
mod openapi;
mod protobuf;
mod read;
mod schema;
#[cfg(test)]
mod tests;
mod tokens;
mod tree;

pub use change::{
    ApiChange, ApiRule, Compatibility, DefinitionChange, DefinitionPlace, OperationChange, OperationFate,
};
pub use changed_paths::{ChangedDefinition, FoundAs, definitions_changed};
pub use compare::compare;
pub use definition::Definition;
pub use endpoint::is_endpoint_of;
pub use format::{DefinitionFormat, may_be_definition};
pub use named::{DefinitionSource, NamedDefinition, definitions_named};
pub use read::{read_definition, read_inline_definition};
