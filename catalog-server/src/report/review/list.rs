//! All reviews, each in a line.

use catalog_core::{graph::CatalogGraph, model::Timestamp, review::review_progress};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    super::{Page, Report, SCHEMA_VERSION, Table, page::count},
    ReviewSummaryReport, standing,
};

/// All reviews, the latest first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewsReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many reviews there are.
    pub total: usize,
    /// The reviews by when they began, the latest first.
    pub reviews: Vec<ReviewSummaryReport>,
    /// Where each stands, in words.
    #[serde(skip)]
    standings: Vec<String>,
}

impl ReviewsReport {
    /// The report of all reviews of a graph at a moment.
    pub fn new(graph: &CatalogGraph, now: Timestamp) -> Self {
        let progress: Vec<_> =
            graph.reviews().iter().rev().map(|review| review_progress(graph, review, now)).collect();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            total: progress.len(),
            reviews: progress.iter().map(ReviewSummaryReport::new).collect(),
            standings: progress.iter().map(|of| standing(of.review, of.days_overdue, now)).collect(),
        }
    }
}

impl Report for ReviewsReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["review", "title", "state", "answered", "of", "scope"]);
        for (review, standing) in self.reviews.iter().zip(&self.standings) {
            table.push([
                review.id.clone(),
                review.title.clone(),
                standing.clone(),
                review.done.to_string(),
                review.items.to_string(),
                review.scope.clone(),
            ]);
        }
        let text = if self.total == 0 {
            "nothing was ever reviewed; begin with `catalog review start`".to_owned()
        } else {
            count(self.total, "review", "reviews")
        };
        Page::default().table(table).text(text)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.reviews.iter().filter_map(|review| serde_json::to_value(review).ok()).collect()
    }
}
