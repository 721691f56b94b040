//! One document of a manifest, as far as it speaks of an entity.

use async_graphql::{Enum, SimpleObject};
use catalog_core::{graph::DeclarationView, model::FoundBy};

use super::{origin::OriginObject, stale::StaleObject};

/// What one document of a manifest says of an entity.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Declaration")]
pub(crate) struct DeclarationObject {
    /// Where the document names the entity.
    origin: OriginObject,
    /// How its file was found.
    found_by: FoundByValue,
    /// Whether this declaration stands for the entity; of several that claim a name, one does.
    stands: bool,
    /// Whether the reference reader of the file's format takes the document without complaint.
    strict: bool,
    /// Why it would not, one short phrase each.
    problems: Vec<String>,
    /// Set where the document is of an earlier commit than the repository.
    stale: Option<StaleObject>,
}

/// How a manifest was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "FoundBy", remote = "FoundBy")]
pub(crate) enum FoundByValue {
    /// By the name of the file.
    Name,
    /// A `Location` names it.
    Location,
    /// By what is in it.
    Content,
}

impl From<DeclarationView<'_>> for DeclarationObject {
    fn from(declaration: DeclarationView<'_>) -> Self {
        Self {
            origin: declaration.origin().into(),
            found_by: declaration.found_by().into(),
            stands: declaration.stands(),
            strict: declaration.is_strict(),
            problems: declaration.problems().iter().map(ToString::to_string).collect(),
            stale: declaration.staleness().map(Into::into),
        }
    }
}
