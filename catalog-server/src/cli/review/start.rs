//! `catalog review start`: what a review is about, and by when.

use catalog_core::{
    graph::CatalogGraph,
    model::{ReviewChange, ReviewId, ReviewRefusal, ReviewScope, Tier},
    query::{OWNER_KINDS, WHOLE_KINDS, find_entity_of_kinds, find_repository},
    review::{ReviewTerms, new_review, review_progress},
};

use super::{CommandError, ExitStatus, changed_review, person::PersonArguments};
use crate::{
    cli::context::{Context, say},
    clock,
    report::{ReviewItemFilter, ReviewReport},
};

/// What the review is about, and by when it is to be answered.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What people call it [default: Ownership review]
    #[arg(long)]
    title: Option<String>,
    /// By what commands call it [default: from the title]
    #[arg(long)]
    id: Option<String>,
    #[command(flatten)]
    scope: ScopeArguments,
    /// The last day on which an answer is in time, as in `2026-12-31`
    #[arg(long, value_name = "DATE")]
    due: String,
    /// Let an entity count as confirmed, and say so, where its manifest changes while the review is open, or
    /// it was observed at most so many days before the start
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3_650))]
    auto_days: Option<u32>,
    #[command(flatten)]
    person: PersonArguments,
}

/// Which entities are meant, of those that must be owned. Several values of one filter mean any of them.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
struct ScopeArguments {
    /// Everything that must be owned
    #[arg(long, conflicts_with_all = ["kind", "namespace", "owner", "system", "repository", "tier"])]
    all: bool,
    /// By kind, as in `component`
    #[arg(long)]
    kind: Vec<String>,
    /// By namespace
    #[arg(long)]
    namespace: Vec<String>,
    /// By owner, as in `group:payments` or just `payments`
    #[arg(long, value_name = "REF")]
    owner: Vec<String>,
    /// By system or domain, also through a part of it
    #[arg(long, value_name = "REF")]
    system: Vec<String>,
    /// By the repository that declares it: its id, or the end of it
    #[arg(long, value_name = "ID")]
    repository: Vec<String>,
    /// By tier, 0 to 4
    #[arg(long, value_name = "TIER", value_parser = clap::value_parser!(u8).range(0..=4))]
    tier: Vec<u8>,
}

impl ScopeArguments {
    fn scope(&self, graph: &CatalogGraph) -> Result<ReviewScope, CommandError> {
        let texts = |texts: &[String]| texts.iter().map(|text| text.as_str().into()).collect();
        let named = |texts: &[String], kinds: &[&str]| {
            let found = texts.iter().map(|text| find_entity_of_kinds(graph, text, kinds));
            found.map(|entity| entity.map(|entity| entity.name().clone())).collect::<Result<Vec<_>, _>>()
        };
        let repositories = self.repository.iter().map(|text| find_repository(graph, text));
        Ok(ReviewScope {
            kinds: texts(&self.kind),
            namespaces: texts(&self.namespace),
            owners: named(&self.owner, &OWNER_KINDS)?,
            systems: named(&self.system, &WHOLE_KINDS)?,
            repositories: repositories
                .map(|found| found.map(|repository| repository.id().as_str().into()))
                .collect::<Result<_, _>>()?,
            tiers: self.tier.iter().filter_map(|tier| Tier::new(*tier)).collect(),
        })
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let due = clock::until(&arguments.due).ok_or_else(|| {
        CommandError::usage(format!("`{}` is no date", arguments.due))
            .hint("write a day, as in `--due 2026-12-31`")
    })?;
    let id = arguments.id.as_ref().map(|id| {
        ReviewId::new(id).ok_or_else(|| CommandError::from(ReviewRefusal::NoId(id.as_str().into())))
    });
    let graph = context.graph()?;
    let terms = ReviewTerms {
        id: id.transpose()?,
        title: arguments.title.as_deref().unwrap_or("Ownership review").into(),
        by: arguments.person.person(&graph)?,
        due,
        automatic_days: arguments.auto_days,
    };
    let new = new_review(&graph, arguments.scope.scope(&graph)?, terms);
    let (effect, graph) = super::change(context, &graph, &ReviewChange::Start(new), false)?;
    let review = changed_review(&graph, &effect)?;
    let progress = review_progress(&graph, review, clock::now());
    context.write(&ReviewReport::new(&graph, &progress, &ReviewItemFilter::default()), None)?;
    say(&format!("\nanswer with `catalog review confirm REF --review {}`", review.id));
    Ok(ExitStatus::Fine)
}
