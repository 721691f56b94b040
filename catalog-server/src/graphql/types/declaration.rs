//! One document of a manifest, as far as it speaks of an entity.

use async_graphql::{Enum, SimpleObject};
use catalog_core::{
    graph::DeclarationView,
    model::{FoundBy, Tier},
};

use super::{origin::OriginObject, stale::StaleObject};

/// What one document of a manifest says of an entity.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Declaration")]
pub(crate) struct DeclarationObject {
    /// Where the document names the entity.
    origin: OriginObject,
    /// The name that it gives the entity; null where kind and name could not be read.
    named: Option<String>,
    /// The entity in the terms of the file's format, where these are others, as in `service:checkout`.
    declared_as: Option<String>,
    /// The title that it states.
    title: Option<String>,
    /// The type that it states.
    #[graphql(name = "type")]
    entity_type: Option<String>,
    /// The lifecycle that it states.
    lifecycle: Option<String>,
    /// The tier that it states, from 0 to 4.
    tier: Option<u8>,
    /// The owners that it names, as references.
    owners: Vec<String>,
    /// How its file was found.
    found_by: FoundByValue,
    /// Whether this declaration stands for the entity; of several that speak of it, one does.
    stands: bool,
    /// Whether what it says counts: no earlier document of the same format speaks of the entity.
    counts: bool,
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
            named: declaration.named().map(ToString::to_string),
            declared_as: declaration.declared_as().map(str::to_owned),
            title: declaration.title().map(str::to_owned),
            entity_type: declaration.entity_type().map(str::to_owned),
            lifecycle: declaration.lifecycle().map(str::to_owned),
            tier: declaration.tier().map(Tier::number),
            owners: declaration.owners().iter().map(ToString::to_string).collect(),
            found_by: declaration.found_by().into(),
            stands: declaration.stands(),
            counts: declaration.counts(),
            strict: declaration.is_strict(),
            problems: declaration.problems().iter().map(ToString::to_string).collect(),
            stale: declaration.staleness().map(Into::into),
        }
    }
}
