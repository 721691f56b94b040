//! Who owns a path of a repository.

use std::sync::Arc;

use async_graphql::SimpleObject;
use catalog_core::{
    graph::{CatalogGraph, RepositoryView},
    model::PathRule,
    query,
};

use super::{
    entity::EntityObject, origin::OriginObject, ownership::OwnershipClaimObject, repository::RepositoryObject,
};

/// How many overridden rules are shown.
const OVERRIDDEN_MAX: usize = 100;

/// Who owns a path of a repository, which rule decides, and which rules it overrides.
#[derive(Clone, SimpleObject)]
pub(crate) struct PathOwnership {
    /// The number of the state of the catalog that the answer is from.
    revision: u64,
    /// The repository.
    repository: RepositoryObject,
    /// The path, with `/` between its parts. It need not exist.
    path: String,
    /// The path of the ownership file; null where the repository has none.
    file: Option<String>,
    /// The rule that decides; null where none matches.
    rule: Option<PathRuleObject>,
    /// Whom that rule names; empty where it names nobody.
    claims: Vec<OwnershipClaimObject>,
    /// The rules that match as well and are overridden, the last of the file first; at most 100.
    overridden: Vec<PathRuleObject>,
    /// The entity whose manifest lies nearest above the path.
    nearest_entity: Option<EntityObject>,
}

/// A rule of an ownership file: what matches the pattern belongs to the owners.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "PathRule")]
pub(crate) struct PathRuleObject {
    /// The pattern as written.
    pattern: String,
    /// The owners as written; empty where what matches belongs to nobody.
    owners: Vec<String>,
    /// Where the rule stands; null where the ownership file is not known.
    origin: Option<OriginObject>,
}

impl PathOwnership {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, answer: query::PathOwnership<'_>) -> Self {
        let rule = |rule: &PathRule| PathRuleObject::new(answer.repository, rule);
        Self {
            revision: graph.revision().0,
            repository: RepositoryObject::new(graph, answer.repository),
            file: answer.file.map(Into::into),
            rule: answer.rule.map(rule),
            overridden: answer.overridden.iter().take(OVERRIDDEN_MAX).map(|of| rule(of)).collect(),
            claims: answer.claims.into_iter().map(Into::into).collect(),
            nearest_entity: answer.nearest_entity.map(|entity| EntityObject::new(graph, entity)),
            path: answer.path,
        }
    }
}

impl PathRuleObject {
    fn new(repository: RepositoryView<'_>, rule: &PathRule) -> Self {
        Self {
            pattern: rule.pattern.to_string(),
            owners: rule.owners.iter().map(ToString::to_string).collect(),
            origin: repository.path_rules().map(|rules| rules.origin_at(rule.position).into()),
        }
    }
}
