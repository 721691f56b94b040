//! What became of a comment on a merge request.

use catalog_ingest::host::{CommentOutcome, CommentTarget, Posted};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Page, Report, SCHEMA_VERSION};

/// What became of a comment on a merge request.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommentReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The page of the merge request.
    pub request: String,
    /// `created`, `updated`, `unchanged` (it says so already), `outdated` (a later run or commit has spoken)
    /// or `not-needed` (nothing to say, and no comment there).
    pub outcome: &'static str,
    /// The page of the comment, as the host names it; null where there is none.
    pub url: Option<String>,
}

impl CommentReport {
    /// The report of a comment.
    pub fn new(target: &CommentTarget, posted: &Posted) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            request: target.address().to_owned(),
            outcome: posted.outcome.name(),
            url: posted.url.clone(),
        }
    }
}

/// What became of it, in words.
fn words(outcome: &str) -> &'static str {
    let is = |of: CommentOutcome| of.name() == outcome;
    match () {
        () if is(CommentOutcome::Created) => "the comment is posted",
        () if is(CommentOutcome::Updated) => "the comment is brought up to date",
        () if is(CommentOutcome::Unchanged) => "the comment says so already",
        () if is(CommentOutcome::NotNeeded) => "nothing needs a comment",
        () => "a later run or a later commit has spoken, so that nothing is written",
    }
}

impl Report for CommentReport {
    fn page(&self) -> Page {
        let place = self.url.as_deref().unwrap_or(&self.request);
        Page::default().text(format!("{}: {place}", words(self.outcome)))
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        serde_json::to_value(self).into_iter().collect()
    }
}
