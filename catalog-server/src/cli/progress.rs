//! Progress of a crawl: one line on standard error, and only on a terminal.

use catalog_ingest::progress::{CrawlEvent, VisitOutcome};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::crawl_remote::ToldProgress;
use crate::report::printable;

/// The line that shows how far a crawl is.
pub(super) struct CrawlProgress {
    bar: ProgressBar,
}

impl CrawlProgress {
    /// A line that appears with the first event; never where standard error is no terminal.
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} repositories  {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Shows an event.
    pub(super) fn show(&self, event: &CrawlEvent<'_>) {
        match event {
            CrawlEvent::Started { repositories } => self.bar.set_length(*repositories as u64),
            CrawlEvent::Fetching { id, .. } => {
                self.bar.set_message(format!("fetching {}", printable(id.as_str())));
            }
            CrawlEvent::Done { id, outcome } => {
                if !matches!(outcome, VisitOutcome::Unchanged) {
                    self.bar.set_message(printable(id.as_str()).into_owned());
                }
                self.bar.inc(1);
            }
        }
    }

    /// Shows how far a server is, which waits as long as it does not know what to visit.
    pub(super) fn show_told(&self, told: ToldProgress) {
        if told.repositories == 0 {
            self.bar.set_message("the server begins");
        } else {
            self.bar.set_message("");
        }
        self.bar.set_length(told.repositories);
        self.bar.set_position(told.visited());
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
