//! `check`: what a change of a repository can break, before it is made.

use std::{collections::BTreeMap, sync::Arc};

use async_graphql::{Context, Enum, InputObject, Object, Result, Union};
use catalog_core::{
    catalog::ChangedGraphError,
    check::{ChangeQuestion, approving, check},
    graph::{CatalogGraph, RepositoryView},
    model::{ChangedPath, PathStatus},
    query::find_repository,
};
use catalog_ingest::{
    change::{DescribedChange, described_paths, read_described},
    manifest::format_by_path,
};

use super::graph_of;
use crate::graphql::{
    change_measures::ChangeMeasures,
    moment,
    mutation::WritableCatalog,
    page::{check_refs, check_text},
    request_data::{gap_question, measures_of},
    types::{
        change_check::{ChangeCheckObject, ChangeNotChecked},
        not_found::RepositoryNotFoundObject,
    },
};

#[derive(Default)]
pub(super) struct CheckQuery;

/// What a change does to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "PathStatus")]
pub(super) enum PathStatusValue {
    /// It was not there.
    Added,
    /// It has other content, or another mode.
    Modified,
    /// It is there no more.
    Deleted,
    /// It was at another path: see `from`.
    Renamed,
    /// Another commit of another repository is pinned there.
    Submodule,
}

/// A path that a change touches.
#[derive(Clone, Debug, InputObject)]
pub(super) struct ChangedPathInput {
    /// The path from the root of the repository, with `/` between its parts.
    path: String,
    /// What the change does to it.
    status: PathStatusValue,
    /// Of a path that was renamed: where it was.
    from: Option<String>,
}

/// A file with its text.
#[derive(Clone, Debug, InputObject)]
pub(super) struct FileTextInput {
    /// The path from the root of the repository, as it is with the change.
    path: String,
    /// The whole text, as the change makes it.
    text: String,
}

/// What a change can break, or why that was not told.
#[derive(Union)]
pub(super) enum ChangeCheckResult {
    Check(Box<ChangeCheckObject>),
    NotChecked(ChangeNotChecked),
    RepositoryNotFound(RepositoryNotFoundObject),
}

#[Object]
impl CheckQuery {
    /// What a change of a repository touches, can break, whose that is, and whether the policy lets it pass: the
    /// answer of `catalog check`, for those who have the change and not the catalog. It is held against the
    /// repository as the catalog knows it. Nothing is written. Definitions of APIs are not compared: that takes
    /// the files of both sides, which `catalog check` has.
    async fn check(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The repository that is changed: its whole id, or the end of one after a `/`.")]
        repository: String,
        #[graphql(
            desc = "The paths that the change touches, as `git diff --name-status` lists them."
        )]
        paths: Vec<ChangedPathInput>,
        #[graphql(
            desc = "The texts of the manifests and ownership files that the change adds or alters, and of what \
                    they include. Of one that is not sent it is said, and it counts as what it said before.",
            default
        )]
        manifests: Vec<FileTextInput>,
        #[graphql(
            desc = "Who has agreed, as in `group:platform` or `@acme/platform`.",
            default
        )]
        approved_by: Vec<String>,
    ) -> Result<ChangeCheckResult> {
        let graph = graph_of(ctx)?;
        check_text(ctx, "repository", &repository)?;
        check_refs(ctx, "approvedBy", approved_by.len())?;
        approved_by.iter().try_for_each(|text| check_text(ctx, "approvedBy", text))?;
        let repository = match find_repository(graph, &repository) {
            Ok(repository) => repository,
            Err(fault) => {
                let miss = RepositoryNotFoundObject::of(&repository, &fault);
                return Ok(ChangeCheckResult::RepositoryNotFound(miss));
            }
        };
        let described = Described { ctx, graph, repository, paths, manifests, approved_by };
        Ok(match described.check()? {
            Ok(answer) => ChangeCheckResult::Check(Box::new(answer)),
            Err(reason) => ChangeCheckResult::NotChecked(reason),
        })
    }
}

struct Described<'c> {
    ctx: &'c Context<'c>,
    graph: &'c Arc<CatalogGraph>,
    repository: RepositoryView<'c>,
    paths: Vec<ChangedPathInput>,
    manifests: Vec<FileTextInput>,
    approved_by: Vec<String>,
}

impl Described<'_> {
    fn check(self) -> Result<std::result::Result<ChangeCheckObject, ChangeNotChecked>> {
        let measures = &measures_of(self.ctx)?.changes;
        let paths = self.paths.iter().map(changed_path);
        let paths = match described_paths(paths, &measures.limits) {
            Ok(paths) => paths,
            Err(message) => return Ok(Err(ChangeNotChecked { code: "PATH_INVALID", message })),
        };
        let texts: BTreeMap<Box<str>, Box<[u8]>> =
            self.manifests.iter().map(|of| (of.path.as_str().into(), of.text.as_bytes().into())).collect();
        let mut notes = Vec::new();
        let base = self.graph;
        let head = if texts.is_empty() && !self.touches_manifests(&paths) {
            Arc::clone(base)
        } else {
            match self.head(&paths, &texts, measures, &mut notes) {
                Ok(head) => head,
                Err(reason) => return Ok(Err(reason)),
            }
        };
        let (approved_by, passed_over) = approving(&head, &self.approved_by);
        notes.extend(passed_over.into_iter().map(|text| {
            format!("`{text}` of `approvedBy` is no group or person of the catalog, and does not count")
        }));
        let question = gap_question(self.ctx)?;
        let answer = check(ChangeQuestion {
            base,
            head: &head,
            repository: self.repository.id(),
            paths: &paths,
            policy: &measures.policy,
            gaps: question.settings,
            found: &[],
            build_roots: &BTreeMap::new(),
            redefined: &[],
            approved_by: &approved_by,
            now: question.now,
        });
        let shown: Vec<String> = paths.iter().map(|path| path.shown().into_owned()).collect();
        Ok(Ok(ChangeCheckObject::new((base, &head), self.repository.id(), &answer, &shown, notes)))
    }

    /// Whether one of the paths is, or was, that of a manifest.
    fn touches_manifests(&self, paths: &[ChangedPath]) -> bool {
        let declared = |path: &str| self.repository.declarations().any(|of| of.path() == path);
        let touched = paths.iter().flat_map(|path| [path.before(), path.after()]).flatten();
        touched
            .filter_map(|path| std::str::from_utf8(path).ok())
            .any(|path| format_by_path(path).is_some() || declared(path))
    }

    /// The graph with the change.
    fn head(
        &self,
        paths: &[ChangedPath],
        texts: &BTreeMap<Box<str>, Box<[u8]>>,
        measures: &ChangeMeasures,
        notes: &mut Vec<String>,
    ) -> std::result::Result<Arc<CatalogGraph>, ChangeNotChecked> {
        let Some(WritableCatalog(catalog)) = self.ctx.data_opt::<WritableCatalog>() else {
            let message =
                "this server answers from a graph alone, which does not hold what manifests say word by word";
            return Err(ChangeNotChecked { code: "STORE_MISSING", message: message.to_owned() });
        };
        let known = catalog.declarations(self.graph, self.repository.id()).map_err(|error| failed(&error))?;
        let Some(known) = known else {
            let message = "the catalog holds nothing that was read of this repository".to_owned();
            return Err(ChangeNotChecked { code: "REPOSITORY_UNREAD", message });
        };
        let change = DescribedChange { paths, texts, limits: &measures.limits, now: moment::now() };
        let described = read_described(&change, &known);
        notes.extend(described.untold.iter().cloned());
        if described.says_the_same(&known) {
            return Ok(Arc::clone(self.graph));
        }
        catalog.graph_with(self.graph, &described.after).map(Arc::new).map_err(|error| failed(&error))
    }
}

fn changed_path(of: &ChangedPathInput) -> ChangedPath {
    let status = match of.status {
        PathStatusValue::Added => PathStatus::Added,
        PathStatusValue::Modified => PathStatus::Modified,
        PathStatusValue::Deleted => PathStatus::Deleted,
        PathStatusValue::Renamed => {
            PathStatus::Renamed { from: of.from.as_deref().unwrap_or(&of.path).as_bytes().into() }
        }
        PathStatusValue::Submodule => PathStatus::Submodule,
    };
    ChangedPath::new(of.path.as_bytes(), status)
}

/// What is told leaves out whatever is nobody's business; the log has it.
fn failed(error: &ChangedGraphError) -> ChangeNotChecked {
    match error {
        ChangedGraphError::Meanwhile { .. } => {
            ChangeNotChecked { code: "STORE_CHANGED", message: format!("{error}; ask again") }
        }
        ChangedGraphError::Store(_) | ChangedGraphError::NeedsStore(_) => {
            tracing::warn!(%error, "a change could not be checked");
            let message = "the store could not be read; the log has more".to_owned();
            ChangeNotChecked { code: "STORE_FAILED", message }
        }
    }
}
