//! Where a fact was read.

use async_graphql::SimpleObject;
use catalog_core::model::Origin;

/// Where a fact was read: the repository, the commit, the file and the place in it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Origin")]
pub(crate) struct OriginObject {
    /// The id of the repository, as in `github.com/acme/shop`.
    repository: String,
    /// The path of the file in the repository, with `/` between its parts.
    path: String,
    /// The document in the file, counted from 0; most files hold one.
    document: u32,
    /// The line, counted from 1; null where the whole file is meant.
    line: Option<u32>,
    /// The column, in characters, counted from 1; null where the whole line is meant.
    column: Option<u32>,
    /// The git commit that was read, forty hexadecimal digits; null for a directory without commits.
    commit: Option<String>,
    /// The format that the file was read as, as in `backstage` or `codeowners`.
    format: String,
}

impl From<Origin> for OriginObject {
    fn from(origin: Origin) -> Self {
        Self {
            repository: origin.repository.to_string(),
            path: origin.path.into(),
            document: origin.document,
            line: known(origin.position.line),
            column: known(origin.position.column),
            commit: origin.commit.map(|commit| commit.to_string()),
            format: origin.format.name().into(),
        }
    }
}

/// A line or column; 0 stands for none.
pub(in crate::graphql) fn known(number: u32) -> Option<u32> {
    (number > 0).then_some(number)
}
