//! Who owns a path of a repository.

use std::sync::Arc;

use async_graphql::{Enum, SimpleObject};
use catalog_core::{
    graph::{CatalogGraph, PathRuleView},
    model::{ManifestFormat, OwnerName, PathDialect, RuleEffect},
    query,
};

use super::{
    entity::EntityObject,
    origin::OriginObject,
    ownership::{EscalationStepObject, OwnershipClaimObject},
    repository::RepositoryObject,
};

/// How many deciding and how many overridden rules are shown.
const RULES_MAX: usize = 100;

/// Whose rules an ownership file follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "PathDialect")]
pub(crate) enum PathDialectObject {
    /// GitHub's CODEOWNERS: the last rule that matches decides.
    Github,
    /// GitLab's CODEOWNERS: the last rule of each section decides.
    Gitlab,
    /// Gitea's and Forgejo's CODEOWNERS: every regular expression that matches adds owners.
    Gitea,
    /// Bitbucket's CODEOWNERS: the last rule that matches decides.
    Bitbucket,
    /// Prow's OWNERS: approvers of a folder and of those above it.
    Prow,
    /// Gerrit's OWNERS: addresses for a folder and for single files of it.
    Gerrit,
}

impl From<PathDialect> for PathDialectObject {
    fn from(dialect: PathDialect) -> Self {
        match dialect {
            PathDialect::Github => Self::Github,
            PathDialect::Gitlab => Self::Gitlab,
            PathDialect::Gitea => Self::Gitea,
            PathDialect::Bitbucket => Self::Bitbucket,
            PathDialect::Prow => Self::Prow,
            PathDialect::Gerrit => Self::Gerrit,
        }
    }
}

/// What a rule does to the paths that match it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "PathRuleEffect")]
pub(crate) enum RuleEffectObject {
    /// It gives them to its owners, or to nobody.
    Grant,
    /// It takes them out of its section.
    Exclusion,
    /// It lets nobody from the folders above own them.
    NoParent,
}

/// Ownership files that answer together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum PathRuleFiles {
    /// The CODEOWNERS file.
    Codeowners,
    /// The OWNERS files.
    Owners,
}

impl From<PathRuleFiles> for ManifestFormat {
    fn from(files: PathRuleFiles) -> Self {
        match files {
            PathRuleFiles::Codeowners => Self::Codeowners,
            PathRuleFiles::Owners => Self::Owners,
        }
    }
}

/// Who owns a path of a repository, which rule decides, and which rules it overrides.
#[derive(Clone, SimpleObject)]
pub(crate) struct PathOwnership {
    /// The number of the state of the catalog that the answer is from.
    revision: u64,
    /// The repository.
    repository: RepositoryObject,
    /// The path, with `/` between its parts. It need not exist.
    path: String,
    /// The path of the ownership file that was asked; of OWNERS files the highest one; null where the
    /// repository has none.
    file: Option<String>,
    /// The dialect of that file.
    dialect: Option<PathDialectObject>,
    /// The first rule that decides and names somebody, else the last that decides; null where none matches.
    rule: Option<PathRuleObject>,
    /// All rules that together decide: one on GitHub and Bitbucket, one of each section on GitLab, all that
    /// match in other dialects, in OWNERS files from the nearest folder upwards; at most 100.
    decided_by: Vec<PathRuleObject>,
    /// Whom those rules name; empty where they name nobody.
    claims: Vec<OwnershipClaimObject>,
    /// The rules that match as well and do not count, nearest file and last rule first; at most 100.
    overridden: Vec<PathRuleObject>,
    /// Ownership files that speak about the path and could not be read: whom they name is not known.
    unread_files: Vec<String>,
    /// The entity whose manifest lies nearest above the path.
    nearest_entity: Option<EntityObject>,
    /// Whom to call, first to last, at most 50: the owners by the rules, whoever is above them, and then
    /// whoever answers for that entity.
    escalation: Vec<EscalationStepObject>,
    /// How many further steps there are.
    escalation_left_out: usize,
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
    /// The dialect of its file.
    dialect: PathDialectObject,
    /// What it does to the paths that match.
    effect: RuleEffectObject,
    /// The section of a GitLab file that it belongs to; null in other dialects.
    section: Option<PathSectionObject>,
    /// Who is asked for a review without owning, as Prow tells it.
    reviewers: Vec<String>,
    /// Who must have reviewed, as Prow tells it.
    required_reviewers: Vec<String>,
}

/// A section of a GitLab file: its rules are decided apart from those of other sections.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "PathSection")]
pub(crate) struct PathSectionObject {
    /// Its name; empty for the rules before any header.
    name: String,
    /// Whether a review is asked for but not required.
    optional: bool,
    /// How many approvals are required.
    approvals: u16,
}

impl PathOwnership {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, answer: query::PathOwnership<'_>) -> Self {
        let escalation = query::path_escalation(graph, &answer);
        let rules =
            |rules: &[PathRuleView<'_>]| rules.iter().take(RULES_MAX).map(PathRuleObject::new).collect();
        Self {
            revision: graph.revision().0,
            repository: RepositoryObject::new(graph, answer.repository),
            file: answer.file.map(Into::into),
            dialect: answer.dialect.map(Into::into),
            rule: answer.rule().map(PathRuleObject::new),
            decided_by: rules(&answer.deciding),
            overridden: rules(&answer.overridden),
            unread_files: answer.unread.iter().map(ToString::to_string).collect(),
            claims: answer.claims.into_iter().map(|claim| OwnershipClaimObject::new(graph, claim)).collect(),
            nearest_entity: answer.nearest_entity.map(|entity| EntityObject::new(graph, entity)),
            path: answer.path,
            escalation: EscalationStepObject::steps(graph, &escalation),
            escalation_left_out: escalation.steps_left_out,
        }
    }
}

impl PathRuleObject {
    fn new(of: &PathRuleView<'_>) -> Self {
        let names = |names: &[OwnerName]| names.iter().map(ToString::to_string).collect();
        let reviewers = of.rule.reviewers.as_deref();
        Self {
            pattern: of.rule.pattern.to_string(),
            owners: names(&of.rule.owners),
            origin: Some(of.origin().into()),
            dialect: of.dialect().into(),
            effect: match of.rule.effect {
                RuleEffect::Grant => RuleEffectObject::Grant,
                RuleEffect::Exclusion => RuleEffectObject::Exclusion,
                RuleEffect::NoParent => RuleEffectObject::NoParent,
            },
            section: of.section().map(|section| PathSectionObject {
                name: section.name.to_string(),
                optional: section.optional,
                approvals: section.approvals,
            }),
            reviewers: reviewers.map(|of| names(&of.asked)).unwrap_or_default(),
            required_reviewers: reviewers.map(|of| names(&of.required)).unwrap_or_default(),
        }
    }
}
