//! The definitions that the API entities of a Backstage manifest name, or hold themselves.

use catalog_core::model::{EntityRef, Position};

use super::DefinitionFormat;
use crate::{
    limits::ManifestLimits,
    manifest::{
        folder_of, path_joined,
        text::decode,
        yaml::{Node, read_yaml},
    },
};

/// The keys by which a document stands for the text of a file.
const INCLUDES: [&str; 6] = ["$text", "$json", "$yaml", "$openapi", "$asyncapi", "$graphql"];

/// The definition of one API entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedDefinition {
    /// The entity.
    pub api: EntityRef,
    /// The manifest that declares it.
    pub manifest: Box<str>,
    /// What its `spec.type` says of the language.
    pub format: Option<DefinitionFormat>,
    /// Where the definition is.
    pub source: DefinitionSource,
}

/// Where a definition is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefinitionSource {
    /// In a file of the same repository, by its path from the root.
    File(Box<str>),
    /// In the manifest itself.
    Inline {
        /// Where the text begins.
        position: Position,
        /// The text, as it is without the indentation of the manifest.
        text: Box<str>,
    },
}

/// The definitions of the API entities that the manifest at `path` declares, in the order of the file.
///
/// Follows Backstage's `kind: API`, whose `spec.definition` is a text, or a mapping that stands for a file. Files
/// of other repositories, and what cannot be read, are left out: the manifest's own reader speaks of them.
pub fn definitions_named(path: &str, bytes: &[u8], limits: &ManifestLimits) -> Vec<NamedDefinition> {
    let Ok(text) = decode(path, bytes) else { return Vec::new() };
    if !text.contains("definition") {
        return Vec::new();
    }
    let documents = read_yaml(text, limits);
    documents.iter().flatten().filter_map(|document| named_in(path, document.root())).collect()
}

fn named_in(path: &str, root: Node<'_>) -> Option<NamedDefinition> {
    let is_api = root.get("kind")?.scalar()?.eq_ignore_ascii_case("api");
    let spec = root.get("spec").filter(|_| is_api)?;
    let metadata = root.get("metadata")?;
    let namespace = metadata.stated("namespace").and_then(Node::scalar).unwrap_or("default");
    let api = EntityRef::new("api", namespace, metadata.get("name")?.scalar()?).ok()?;
    let definition = spec.get("definition")?;
    let source = match definition.text() {
        Some(text) => DefinitionSource::Inline { position: definition.position(), text: text.into() },
        None => {
            let entry =
                definition.entries().find(|it| it.key.scalar().is_some_and(|key| INCLUDES.contains(&key)))?;
            DefinitionSource::File(file_named(path, entry.value.scalar()?)?.into())
        }
    };
    let format = spec.get("type").and_then(Node::scalar).and_then(DefinitionFormat::of_api_type);
    Some(NamedDefinition { api, manifest: path.into(), format, source })
}

/// The path that a manifest means; `None` for other addresses, and where it leads out of the repository.
fn file_named(manifest: &str, target: &str) -> Option<String> {
    let is_elsewhere = target.starts_with('/') || target.contains('\\') || target.contains("://");
    if is_elsewhere { None } else { path_joined(folder_of(manifest), target).filter(|path| !path.is_empty()) }
}
