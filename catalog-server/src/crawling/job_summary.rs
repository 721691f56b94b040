//! What a job of the server amounted to: as much as a crawl in the terminal tells at its end.

use catalog_core::model::{Diagnostic, Severity};

use super::work::Crawled;

/// How many diagnostics of each severity are remembered of a job; the others are counted.
const NOTICED_MAX: usize = 10;

/// What a job amounted to that did not end early.
#[derive(Clone, Debug, PartialEq)]
pub struct JobSummary {
    /// What it read.
    pub crawled: Crawled,
    /// What it had to say.
    pub noticed: Noticed,
}

/// Diagnostics that a job brought, with the repositories that they are about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Noticed {
    /// How many there were, by severity.
    pub counts: [usize; Severity::ALL.len()],
    /// The first ones of each severity, in the order in which they came.
    pub first: Vec<(Box<str>, Diagnostic)>,
}

impl Noticed {
    /// Counts a diagnostic, and remembers it if it is among the first.
    pub(super) fn note(&mut self, repository: &str, diagnostic: &Diagnostic) {
        let count = &mut self.counts[diagnostic.severity as usize];
        *count += 1;
        if *count <= NOTICED_MAX {
            self.first.push((repository.into(), diagnostic.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::model::DiagnosticCode;

    use super::*;

    #[test]
    fn what_is_remembered_is_bounded_and_all_is_counted() {
        let mut noticed = Noticed::default();
        for number in 0..1_000 {
            let severity = if number % 2 == 0 { Severity::Note } else { Severity::Error };
            let mut of = Diagnostic::new(DiagnosticCode::YamlSyntax, number.to_string());
            of.severity = severity;
            noticed.note("acme/shop", &of);
        }
        assert_eq!(noticed.counts, [500, 0, 500]);
        assert_eq!(noticed.first.len(), 2 * NOTICED_MAX);
        assert!(noticed.first.iter().any(|(_, of)| &*of.message == "19"));
    }
}
