//! Labels, annotations, links and promises of an entity.

use async_graphql::SimpleObject;
use catalog_core::model::{CodeLocation, KeyedText, Link, Objective};

/// A label or an annotation.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct KeyValue {
    /// The key, as in `pagerduty.com/service-id`.
    key: String,
    /// The value as written.
    value: String,
}

/// A link that people follow.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Link")]
pub(crate) struct LinkObject {
    /// Where it leads, as written in the manifest: of any scheme, and not checked by anybody.
    url: String,
    /// What it is called.
    title: Option<String>,
    /// The kind of target, as in `runbook`.
    #[graphql(name = "type")]
    link_type: Option<String>,
}

/// What an entity promises.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Objective")]
pub(crate) struct ObjectiveObject {
    /// What is promised, as in `availability`.
    indicator: String,
    /// The value as written, as in `99.95` (percent over 30 days) or `300ms`.
    target: String,
}

pub(super) fn key_values(texts: &[KeyedText]) -> Vec<KeyValue> {
    texts
        .iter()
        .map(|(key, value)| KeyValue { key: key.to_string(), value: value.value.to_string() })
        .collect()
}

impl From<&Link> for LinkObject {
    fn from(link: &Link) -> Self {
        Self {
            url: link.url.to_string(),
            title: link.title.as_deref().map(Into::into),
            link_type: link.link_type.as_deref().map(Into::into),
        }
    }
}

impl From<&Objective> for ObjectiveObject {
    fn from(objective: &Objective) -> Self {
        Self { indicator: objective.indicator.to_string(), target: objective.target.to_string() }
    }
}

/// Files that an entity is made of.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "CodeLocation")]
pub(crate) struct CodeLocationObject {
    /// The address of the repository as written; null for the one that holds the manifest.
    repository: Option<String>,
    /// A path from the root of the repository, which may be a pattern; empty for the whole of it.
    path: String,
}

impl From<&CodeLocation> for CodeLocationObject {
    fn from(location: &CodeLocation) -> Self {
        Self { repository: location.repository.as_deref().map(Into::into), path: location.path.to_string() }
    }
}
